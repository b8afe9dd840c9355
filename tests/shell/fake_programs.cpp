#include "tests/shell/fake_programs.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/time.hpp"
#include "sim/shell/signals.hpp"

namespace podium::shell::testing {
namespace {

class FakeProgram final : public Program {
  public:
    FakeProgram(std::string name,
                std::vector<std::string> argv,
                std::vector<std::string> environment)
        : name_(std::move(name)), argv_(std::move(argv)), environment_(std::move(environment)) {}

    [[nodiscard]] std::unique_ptr<Program> clone() const override {
        return std::make_unique<FakeProgram>(*this);
    }

    Step step(System& system) override {
        if (name_ == "sleep") return sleep(system);
        if (name_ == "true") return Step::exit(0);
        if (name_ == "false") return Step::exit(1);
        if (name_ == "fail") return Step::exit(static_cast<int>(number(1)));
        if (name_ == "die") {
            system.kill(system.pid(), signal_number(argv_[1]));
            return Step::block();
        }
        if (name_ == "args") return print(system, arguments());
        if (name_ == "echo") return print(system, {join(std::span(argv_).subspan(1), " ")});
        if (name_ == "env") return print(system, environment_);
        if (name_ == "hostname") return print(system, {system.hostname()});
        if (name_ == "pid") return print(system, {fmt::format("{}", system.pid())});
        if (name_ == "seq") return seq(system);
        if (name_ == "yes") return yes(system);
        if (name_ == "touch") return touch(system);
        if (name_ == "rm") return remove(system);
        return filter(system);
    }

  private:
    [[nodiscard]] std::int64_t number(std::size_t i) const {
        std::int64_t value = 0;
        if (i < argv_.size()) parse_integer(argv_[i], value);
        return value;
    }

    [[nodiscard]] std::vector<std::string> arguments() const {
        std::vector<std::string> out;
        for (std::size_t i = 1; i < argv_.size(); ++i)
            out.push_back("<" + argv_[i] + ">");
        return out;
    }

    static Step print(System& system, const std::vector<std::string>& lines) {
        std::string text;
        for (const std::string& line : lines)
            text += line + "\n";
        return Step::exit(system.write(1, text) == Errno::None ? 0 : 1);
    }

    Step sleep(System& system) {
        if (!begun_) {
            begun_ = true;
            const auto time = parse_duration(argv_.size() > 1 ? argv_[1] + "s" : "0s");
            deadline_ = system.now() + (time ? *time : Duration{});
        }
        return system.now() >= deadline_ ? Step::exit(0) : Step::block(deadline_);
    }

    Step seq(System& system) {
        std::vector<std::string> lines;
        const std::int64_t first = argv_.size() > 2 ? number(1) : 1;
        for (std::int64_t i = first; i <= number(argv_.size() - 1); ++i)
            lines.push_back(fmt::format("{}", i));
        return print(system, lines);
    }

    static Step yes(System& system) {
        const Errno error = system.write(1, "y\n");
        return error == Errno::None ? Step::busy(milliseconds(1)) : Step::exit(128 + kSigPipe);
    }

    Step touch(System& system) {
        for (std::size_t i = 1; i < argv_.size(); ++i) {
            int descriptor = 0;
            if (system.open(argv_[i], OpenMode::Append, descriptor) == Errno::None)
                system.close(descriptor);
        }
        return Step::exit(0);
    }

    Step remove(System& system) {
        int status = 0;
        for (std::size_t i = 1; i < argv_.size(); ++i) {
            if (argv_[i].starts_with("-")) continue;
            if (system.remove(argv_[i], false) == Errno::None) continue;
            system.write(
                2, fmt::format("rm: can't remove '{}': No such file or directory\n", argv_[i]));
            status = 1;
        }
        return Step::exit(status);
    }

    /// cat, wc, head, tee, tr, sort: read all of the files named or of standard input, then write.
    Step filter(System& system) {
        std::vector<std::string> paths;
        for (std::size_t i = 1; i < argv_.size(); ++i) {
            if (!argv_[i].starts_with("-") && name_ != "tr" && name_ != "tee")
                paths.push_back(argv_[i]);
        }
        if (name_ == "head") paths.clear();
        while (file_ < std::max<std::size_t>(paths.size(), 1)) {
            if (!paths.empty() && descriptor_ < 0) {
                if (system.open(paths[file_], OpenMode::Read, descriptor_) != Errno::None) {
                    system.write(2,
                                 fmt::format("{}: can't open '{}': No such file or directory\n",
                                             name_,
                                             paths[file_]));
                    status_ = 1;
                    ++file_;
                    continue;
                }
            }
            const ReadResult got = system.read(paths.empty() ? 0 : descriptor_, 4096);
            if (got.kind == ReadResult::Kind::WouldBlock) return Step::block();
            if (got.kind == ReadResult::Kind::Data) {
                if (name_ == "cat" && system.write(1, got.data) == Errno::BrokenPipe)
                    return Step::exit(128 + kSigPipe);
                text_ += got.data;
                if (name_ == "head" && std::count(text_.begin(), text_.end(), '\n') >= lines())
                    break;
                continue;
            }
            if (!paths.empty()) system.close(descriptor_);
            descriptor_ = -1;
            ++file_;
        }
        return finish(system);
    }

    [[nodiscard]] std::int64_t lines() const {
        if (argv_.size() > 2 && argv_[1] == "-n") return number(2);
        std::int64_t count = 10;
        if (argv_.size() > 1) parse_integer(std::string_view(argv_[1]).substr(1), count);
        return count;
    }

    Step finish(System& system) {
        if (name_ == "wc") {
            const auto count = argv_.size() > 1 && argv_[1] == "-w"
                                   ? static_cast<std::int64_t>(split_words(text_).size())
                               : argv_.size() > 1 && argv_[1] == "-c"
                                   ? static_cast<std::int64_t>(text_.size())
                                   : std::count(text_.begin(), text_.end(), '\n');
            system.write(1, fmt::format("{}\n", count));
        } else if (name_ == "head") {
            std::size_t end = 0;
            for (std::int64_t i = 0; i < lines() && end < text_.size(); ++i)
                end = std::min(text_.find('\n', end), text_.size() - 1) + 1;
            system.write(1, text_.substr(0, end));
        } else if (name_ == "sort") {
            std::vector<std::string> rows = split(text_, '\n');
            if (!rows.empty() && rows.back().empty()) rows.pop_back();
            std::sort(rows.begin(), rows.end());
            return print(system, rows);
        } else if (name_ == "tr") {
            for (char& c : text_) {
                if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
            }
            system.write(1, text_);
        } else if (name_ == "tee") {
            int descriptor = 0;
            system.open(argv_[1], OpenMode::Write, descriptor);
            system.write(descriptor, text_);
            system.write(1, text_);
        }
        return Step::exit(status_);
    }

    std::string name_;
    std::vector<std::string> argv_;
    std::vector<std::string> environment_;
    bool begun_ = false;
    Time deadline_{};
    std::size_t file_ = 0;
    int descriptor_ = -1;
    int status_ = 0;
    std::string text_;
};

}  // namespace

std::unique_ptr<Program> make_fake_program(const std::string& name,
                                           const std::vector<std::string>& argv,
                                           const std::vector<std::string>& environment) {
    static constexpr std::string_view kNames[] = {
        "sleep", "echo", "true",  "false", "fail", "die", "args", "env", "hostname", "pid",
        "seq",   "yes",  "touch", "rm",    "cat",  "wc",  "head", "tee", "tr",       "sort"};
    if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames)) return nullptr;
    return std::make_unique<FakeProgram>(name, argv, environment);
}

}  // namespace podium::shell::testing
