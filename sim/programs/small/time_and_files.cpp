// sleep, true, false, cat, touch, rm, mkdir, dd.

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/int128.hpp"
#include "sim/base/text.hpp"
#include "sim/model/process.hpp"
#include "sim/programs/client.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs {
namespace {

using shell::Errno;
using shell::Step;
using shell::System;

constexpr std::size_t kChunk = 65'536;

class Constant final : public ClonedProgram<Constant> {
  public:
    explicit Constant(int status) : status_(status) {}

    Step step(System&) override { return Step::exit(status_); }

  private:
    int status_;
};

// "0.2", "3600", "1.5m", "infinity".
bool sleep_time(const std::string& text, Duration& total) {
    if (text == "infinity" || text == "inf") {
        total = hours(24 * 365 * 100);
        return true;
    }
    std::string number = text;
    std::int64_t unit = 1'000'000'000;
    if (!number.empty() && (number.back() < '0' || number.back() > '9') && number.back() != '.') {
        const char suffix = number.back();
        number.pop_back();
        if (suffix == 'm') {
            unit *= 60;
        } else if (suffix == 'h') {
            unit *= 3'600;
        } else if (suffix == 'd') {
            unit *= 86'400;
        } else if (suffix != 's') {
            return false;
        }
    }
    const auto seconds = parse_duration(number + "s");
    if (!seconds || seconds->nanoseconds < 0) return false;
    total = total + Duration{static_cast<std::int64_t>(static_cast<Int128>(seconds->nanoseconds) *
                                                       unit / 1'000'000'000)};
    return true;
}

class Sleep final : public ClonedProgram<Sleep> {
  public:
    explicit Sleep(std::vector<std::string> argv) : argv_(std::move(argv)) {}

    Step step(System& system) override {
        if (!begun_) {
            begun_ = true;
            Duration total{};
            if (argv_.size() < 2) {
                print_error(system, "sleep: missing operand\n");
                return Step::exit(1);
            }
            for (std::size_t i = 1; i < argv_.size(); ++i) {
                if (sleep_time(argv_[i], total)) continue;
                print_error(system, fmt::format("sleep: invalid time interval '{}'\n", argv_[i]));
                return Step::exit(1);
            }
            until_ = system.now() + total;
        }
        return system.now() >= until_ ? Step::exit(0) : Step::block(until_);
    }

  private:
    std::vector<std::string> argv_;
    bool begun_ = false;
    Time until_{};
};

class Cat final : public ClonedProgram<Cat> {
  public:
    explicit Cat(std::vector<std::string> argv) {
        for (std::size_t i = 1; i < argv.size(); ++i) {
            if (argv[i].size() > 1 && argv[i][0] == '-' && argv[i] != "-n" && argv[i] != "--")
                wrong_ = argv[i];
            if (argv[i] == "-n") numbers_ = true;
            if (argv[i] == "-" || argv[i][0] != '-') files_.push_back(argv[i]);
        }
        if (files_.empty()) files_.push_back("-");
    }

    Step step(System& system) override {
        if (!wrong_.empty()) {
            print_error(system, fmt::format("cat: unrecognized option: {}\n", wrong_));
            return Step::exit(1);
        }
        while (next_ < files_.size()) {
            if (descriptor_ < 0) {
                const Errno error =
                    files_[next_] == "-"
                        ? Errno::None
                        : system.open(files_[next_], shell::OpenMode::Read, descriptor_);
                if (files_[next_] == "-") descriptor_ = 0;
                if (error != Errno::None) {
                    print_error(
                        system,
                        fmt::format(
                            "cat: can't open '{}': {}\n", files_[next_], shell::errno_text(error)));
                    status_ = 1;
                    descriptor_ = -1;
                    ++next_;
                    continue;
                }
            }
            const shell::ReadResult part = system.read(descriptor_, kChunk);
            if (part.kind == shell::ReadResult::Kind::WouldBlock) return Step::block();
            if (part.kind == shell::ReadResult::Kind::Data) {
                if (!show(system, part.data)) return Step::exit(141);
                continue;
            }
            if (part.kind == shell::ReadResult::Kind::Failed) {
                print_error(
                    system,
                    fmt::format("cat: {}: {}\n", files_[next_], shell::errno_text(part.error)));
                status_ = 1;
            }
            if (descriptor_ != 0) system.close(descriptor_);
            descriptor_ = -1;
            ++next_;
        }
        return Step::exit(status_);
    }

  private:
    bool show(System& system, const std::string& data) {
        if (!numbers_) return print(system, data);
        std::string out;
        for (const char c : data) {
            if (at_start_) out += fmt::format("{:>6}\t", ++line_);
            at_start_ = c == '\n';
            out += c;
        }
        return print(system, out);
    }

    std::vector<std::string> files_;
    std::string wrong_;
    std::size_t next_ = 0;
    int descriptor_ = -1;
    int status_ = 0;
    int line_ = 0;
    bool numbers_ = false;
    bool at_start_ = true;
};

class FileChange final : public ClonedProgram<FileChange> {
  public:
    explicit FileChange(std::vector<std::string> argv) : argv_(std::move(argv)) {}

    Step step(System& system) override {
        const std::string name = argv_[0].substr(argv_[0].rfind('/') + 1);
        bool force = false;
        bool deep = false;
        int status = 0;
        std::size_t operands = 0;
        for (std::size_t i = 1; i < argv_.size(); ++i) {
            const std::string& word = argv_[i];
            if (word.size() > 1 && word[0] == '-') {
                for (const char c : word.substr(1)) {
                    const bool known =
                        name == "rm" ? std::string_view("rRfv").find(c) != std::string_view::npos
                        : name == "mkdir" ? c == 'p'
                                          : c == 'c' || c == 'a' || c == 'm';
                    if (!known) {
                        print_error(system, fmt::format("{}: unrecognized option: {}\n", name, c));
                        return Step::exit(1);
                    }
                    force = force || c == 'f';
                    deep = deep || c == 'r' || c == 'R' || c == 'p';
                }
                continue;
            }
            ++operands;
            const Errno error = act(system, name, word, deep);
            if (error == Errno::None || (force && error == Errno::NoEntry)) continue;
            const std::string_view verb = name == "rm"      ? "can't remove"
                                          : name == "mkdir" ? "can't create directory"
                                                            : "";
            print_error(
                system,
                verb.empty()
                    ? fmt::format("{}: {}: {}\n", name, word, shell::errno_text(error))
                    : fmt::format("{}: {} '{}': {}\n", name, verb, word, shell::errno_text(error)));
            status = 1;
        }
        if (operands == 0 && !force) {
            print_error(system, fmt::format("{}: missing operand\n", name));
            return Step::exit(1);
        }
        return Step::exit(status);
    }

  private:
    static Errno act(System& system, const std::string& name, const std::string& path, bool deep) {
        if (name == "rm") {
            const shell::FileInfo info = system.stat(path);
            if (info.exists && info.is_directory && !deep) return Errno::IsDirectory;
            return system.remove(path, deep);
        }
        if (name == "mkdir") return system.make_directory(path, deep);
        int descriptor = -1;
        const Errno error = system.open(path, shell::OpenMode::Append, descriptor);
        if (error == Errno::None) system.close(descriptor);
        return error;
    }

    std::vector<std::string> argv_;
};

// dd: copies blocks. A block is a buffer in memory, which the memory limit sees; zeros are counted,
// not kept. A simulated disk or pipe moves 1 GB a second.
class Dd final : public ClonedProgram<Dd> {
  public:
    explicit Dd(std::vector<std::string> argv) : argv_(std::move(argv)) {}

    Step step(System& system) override {
        if (!begun_) {
            begun_ = true;
            if (!parse(system)) return Step::exit(1);
            model::ProcessContext& context = model::ProcessContext::of(system);
            model::set_process_memory(context.world(), context.id(), block_ + 1'000'000);
            if (context.row().ended) return Step::exit(137);
            const std::int64_t bytes = zeros_ ? block_ * count_ : 0;
            until_ = system.now() + Duration{bytes};
            return Step::block(until_);
        }
        if (system.now() < until_) return Step::block(until_);
        return copy(system);
    }

  private:
    bool parse(System& system) {
        for (std::size_t i = 1; i < argv_.size(); ++i) {
            const auto equals = argv_[i].find('=');
            const std::string name = argv_[i].substr(0, equals);
            const std::string value =
                equals == std::string::npos ? "" : argv_[i].substr(equals + 1);
            if (name == "if") {
                input_ = value;
            } else if (name == "of") {
                output_ = value;
            } else if (name == "bs") {
                if (!parse_bytes(value, block_) || block_ <= 0) return wrong(system, argv_[i]);
            } else if (name == "count") {
                if (!parse_integer(value, count_) || count_ < 0) return wrong(system, argv_[i]);
                counted_ = true;
            } else if (name != "status" && name != "conv" && name != "oflag") {
                return wrong(system, argv_[i]);
            }
        }
        zeros_ = input_ == "/dev/zero" || input_ == "/dev/urandom" || input_ == "/dev/random";
        if (zeros_ && !counted_) count_ = INT64_MAX / std::max<std::int64_t>(1, block_) / 4;
        return true;
    }

    static bool wrong(System& system, const std::string& word) {
        print_error(system, fmt::format("dd: invalid argument '{}'\n", word));
        return false;
    }

    Step copy(System& system) {
        model::ProcessContext& context = model::ProcessContext::of(system);
        int out = 1;
        Errno error =
            output_.empty() ? Errno::None : system.open(output_, shell::OpenMode::Write, out);
        if (error != Errno::None) {
            print_error(
                system,
                fmt::format("dd: can't open '{}': {}\n", output_, shell::errno_text(error)));
            return Step::exit(1);
        }
        std::int64_t bytes = 0;
        if (zeros_) {
            bytes = block_ * count_;
            error = output_ == "/dev/null" ? Errno::None : context.write_zeros(out, bytes);
        } else {
            int in = 0;
            if (!input_.empty()) error = system.open(input_, shell::OpenMode::Read, in);
            while (error == Errno::None && (!counted_ || bytes < block_ * count_)) {
                const std::int64_t most =
                    counted_ ? block_ * count_ - bytes : static_cast<std::int64_t>(kChunk);
                const shell::ReadResult part =
                    system.read(in, static_cast<std::size_t>(std::min<std::int64_t>(most, kChunk)));
                if (part.kind != shell::ReadResult::Kind::Data) break;
                bytes += static_cast<std::int64_t>(part.data.size());
                error = system.write(out, part.data);
            }
        }
        if (error != Errno::None) {
            print_error(
                system,
                fmt::format("dd: error writing '{}': {}\n", output_, shell::errno_text(error)));
            return Step::exit(1);
        }
        const std::int64_t blocks = block_ > 0 ? bytes / block_ : 0;
        const bool part = block_ > 0 && bytes % block_ != 0;
        print_error(system,
                    fmt::format("{}+{} records in\n{}+{} records out\n",
                                blocks,
                                part ? 1 : 0,
                                blocks,
                                part ? 1 : 0));
        return Step::exit(0);
    }

    std::vector<std::string> argv_;
    std::string input_;
    std::string output_;
    std::int64_t block_ = 512;
    std::int64_t count_ = 0;
    bool counted_ = false;
    bool zeros_ = false;
    bool begun_ = false;
    Time until_{};
};

// tini: PID 1 that has a child. It passes signals on and ends with the child's status.
class Init final : public ClonedProgram<Init> {
  public:
    explicit Init(std::vector<std::string> argv) : argv_(std::move(argv)) {}

    Step step(System& system) override {
        if (child_ == 0) {
            for (const int signal : {1, 2, 3, 10, 12, 15, 28})
                system.set_disposition(signal, shell::Disposition::Catch);
            shell::SpawnRequest request;
            request.argv = argv_;
            const auto& row = model::ProcessContext::of(system).row();
            if (row.environment) request.environment = *row.environment;
            request.descriptors = {{0, 0}, {1, 1}, {2, 2}};
            const shell::Spawned spawned = system.spawn(request);
            if (spawned.pid == 0) {
                print_error(system,
                            fmt::format("[FATAL tini (1)] exec {} failed: {}\n",
                                        argv_.front(),
                                        shell::errno_text(spawned.error)));
                return Step::exit(127);
            }
            child_ = spawned.pid;
        }
        while (const int signal = system.take_signal())
            system.kill(child_, signal);
        if (const auto status = system.reap(child_)) return Step::exit(*status);
        return Step::block();
    }

  private:
    std::vector<std::string> argv_;
    shell::Pid child_ = 0;
};

}  // namespace

std::unique_ptr<shell::Program> make_time_and_files(const std::vector<std::string>& argv) {
    const std::string name = argv[0].substr(argv[0].rfind('/') + 1);
    if (name == "true" || name == "sync") return std::make_unique<Constant>(0);
    if (name == "false") return std::make_unique<Constant>(1);
    if (name == "sleep") return std::make_unique<Sleep>(argv);
    if (name == "cat") return std::make_unique<Cat>(argv);
    if (name == "touch" || name == "rm" || name == "mkdir")
        return std::make_unique<FileChange>(argv);
    if (name == "dd") return std::make_unique<Dd>(argv);
    return nullptr;
}

std::unique_ptr<shell::Program> make_init_program(const std::vector<std::string>& argv) {
    return std::make_unique<Init>(argv);
}

}  // namespace podium::programs
