// top -b, as procps-ng 4.0 prints it. Its screen is not modelled: without -b it says what to type instead. In containers it is
// BusyBox's (busybox 1.37 procps/top.c), which many let run as a container's whole work: it shows its screens for ever, also
// where nobody looks.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/processes.hpp"
#include "sim/programs/small/programs.hpp"

namespace podium::programs::small {
namespace {

// "2:22.75": minutes, seconds and hundredths.
std::string time_text(Duration cpu) {
    const std::int64_t hundredths = cpu.nanoseconds / 10'000'000;
    return fmt::format("{}:{:02}.{:02}", hundredths / 6000, hundredths / 100 % 60, hundredths % 100);
}

std::string tenths(std::int64_t value) { return fmt::format("{}.{}", value / 10, value % 10); }

/// Of a process: thousandths of one processor since it was started, or since the last look.
std::int64_t share_of(const Seen& seen, Time now, Duration before, Duration since) {
    const Duration lived = since.nanoseconds > 0 ? since : std::max(now - seen.started, nanoseconds(1));
    return (seen.cpu - before).nanoseconds / std::max<std::int64_t>(1, lived.nanoseconds / 1000);
}

class Top final : public Cloned<Top, SmallProgram> {
  public:
    using Cloned::Cloned;

    Step step(System& system) override {
        if (first_step()) {
            if (const auto status = begin(system)) return Step::exit(*status);
        }
        if (system.now() < next_) return Step::block(next_);
        Tool tool{system, ProcessContext::of(system), start(), name(), true, {}};
        if (tool.context.row().container) show_busybox(tool);
        else show(tool);
        if (const auto failed = tool.output.flush(system, name())) return Step::exit(*failed);
        if (rounds_ > 0 && ++round_ >= rounds_) return Step::exit(0);
        next_ = system.now() + delay_;
        return Step::block(next_);
    }

  private:
    std::optional<int> begin_busybox(System& system) {
        const Options options = read_options(argv(), {"bn:d:", {}, "mH"}, false);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        batch_ = options.has('b');
        delay_ = seconds(5);
        std::int64_t wait = 0;
        if (options.has('d') && parse_integer(options.value('d'), wait) && wait > 0) delay_ = seconds(wait);
        if (options.has('n') && (!parse_integer(options.value('n'), rounds_) || rounds_ < 1)) {
            complain(system, fmt::format("invalid number '{}'", options.value('n')));
            return 1;
        }
        return std::nullopt;
    }

    // Of a screen of 80 columns and 24 lines, as there is no terminal that would say more; -b shows all.
    void show_busybox(Tool& tool) {
        constexpr std::size_t kColumns = 79;
        constexpr std::size_t kRows = 20;
        const model::Host& host = tool.context.world().host(tool.context.row().host);
        const Time now = tool.system.now();
        std::vector<Seen> all = visible(tool);
        const std::int64_t total = host.spec.memory_bytes >> 10;
        const std::int64_t used = std::min(total, host.memory_used_bytes >> 10);
        Duration spent{};
        for (const Seen& seen : all) spent = spent + seen.cpu;
        const Duration since = seen_.empty() ? Duration{} : now - last_;
        const std::int64_t cores = std::max<std::int64_t>(1, host.spec.cpu_millicores / 1000);
        const auto percent = [&](Duration cpu) { return since.nanoseconds > 0 ? std::clamp<std::int64_t>(cpu.nanoseconds * 100 / since.nanoseconds / cores, 0, 100) : 0; };
        const std::int64_t busy = percent(spent - spent_);
        tool.print(fmt::format("{}Mem: {}K used, {}K free, 0K shrd, 0K buff, 0K cached\n", batch_ ? "" : "\x1b[H\x1b[J", used, total - used));
        tool.print(fmt::format("CPU:{:4}% usr   0% sys   0% nic{:4}% idle   0% io   0% irq   0% sirq\n", busy, 100 - busy));
        tool.print("Load average: 0.00 0.00 0.00 1/100 1\n");
        tool.print(fmt::format("{}  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND{}", batch_ ? "" : "\x1b[7m", batch_ ? "" : "\x1b[0m"));
        std::size_t rows = 0;
        for (const Seen& seen : all) {
            if (!batch_ && ++rows > kRows) break;
            const auto before = std::find_if(seen_.begin(), seen_.end(), [&seen](const auto& entry) { return entry.first == seen.pid; });
            const std::int64_t kibibytes = seen.memory_bytes >> 10;
            const std::string line = fmt::format("{:5}{:6} {:<8} {}    {:>5}{:4}%   0{:4}% {}", seen.pid, seen.parent, seen.user.substr(0, 8), seen.state, kibibytes, total > 0 ? kibibytes * 100 / total : 0, percent(before == seen_.end() ? Duration{} : seen.cpu - before->second), seen.command);
            tool.print("\n" + (batch_ ? line : line.substr(0, kColumns)));
        }
        tool.print(batch_ ? "\n" : "\r");
        seen_.clear();
        for (const Seen& seen : all) seen_.emplace_back(seen.pid, seen.cpu);
        last_ = now;
        spent_ = spent;
    }

    std::optional<int> begin(System& system) {
        if (ProcessContext::of(system).row().container) return begin_busybox(system);
        const Options options = read_options(argv(), {"bn:d:p:o:u:ci", {}, "eEHSsUvw1"}, true);
        if (!options.problem.empty()) {
            complain_of_options(system, name(), options);
            return 1;
        }
        if (!options.has('b')) {
            complain(system, "Podium does not model its screen; use top -b -n1, docker stats, or watch docker ps");
            return 1;
        }
        if (options.has('n') && (!parse_integer(options.value('n'), rounds_) || rounds_ < 1)) {
            complain(system, fmt::format("bad iterations argument '{}'", options.value('n')));
            return 1;
        }
        if (options.has('d')) {
            const auto delay = read_seconds(options.value('d'));
            if (!delay) {
                complain(system, fmt::format("bad delay interval '{}'", options.value('d')));
                return 1;
            }
            delay_ = std::max(*delay, milliseconds(100));
        }
        by_memory_ = options.value('o') == "%MEM" || options.value('o') == "RES";
        if (options.has('o') && !by_memory_ && options.value('o') != "%CPU") {
            complain(system, fmt::format("Podium does not model the order by {}; there are %CPU and %MEM", options.value('o')));
            return 1;
        }
        only_ = options.value('p');
        user_ = options.value('u');
        lines_ = options.has('c');
        return std::nullopt;
    }

    void show(Tool& tool) {
        const model::Host& host = tool.context.world().host(tool.context.row().host);
        const Time now = tool.system.now();
        std::vector<Seen> all = visible(tool);
        const CivilTime clock = civil_time(now, host.clock_skew);
        const std::int64_t up = now.nanoseconds / minutes(1).nanoseconds;
        if (round_ > 0) tool.print("\n");
        tool.print(fmt::format("top - {:02}:{:02}:{:02} up {},  0 users,  load average: 0.00, 0.00, 0.00\n", clock.hour, clock.minute, clock.second, up < 60 ? fmt::format("{} min", up) : fmt::format("{}:{:02}", up / 60, up % 60)));
        const auto in_state = [&all](char state) { return std::count_if(all.begin(), all.end(), [state](const Seen& seen) { return seen.state == state; }); };
        tool.print(fmt::format("Tasks: {:3} total, {:3} running, {:3} sleeping, {:3} stopped, {:3} zombie\n", all.size(), in_state('R'), in_state('S'), in_state('T'), in_state('Z')));
        const Duration since = round_ > 0 ? now - last_ : now - Time{};
        Duration spent{};
        for (const Seen& seen : all) spent = spent + seen.cpu;
        const std::int64_t cores = std::max<std::int64_t>(1, host.spec.cpu_millicores / 1000);
        const std::int64_t busy = since.nanoseconds > 0 ? std::clamp<std::int64_t>((spent - spent_).nanoseconds / std::max<std::int64_t>(1, since.nanoseconds / 1000) / cores, 0, 1000) : 0;
        tool.print(fmt::format("%Cpu(s): {:>4} us,  0.0 sy,  0.0 ni,{:>5} id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st \n", tenths(busy), tenths(1000 - busy)));
        const std::int64_t total = host.spec.memory_bytes;
        const std::int64_t used = std::min(total, host.memory_used_bytes);
        const auto mebibytes = [](std::int64_t bytes) { return fmt::format("{:>8}", tenths(bytes * 10 >> 20)); };
        tool.print(fmt::format("MiB Mem : {} total, {} free, {} used, {} buff/cache     \n", mebibytes(total), mebibytes(total - used), mebibytes(used), mebibytes(0)));
        tool.print(fmt::format("MiB Swap: {} total, {} free, {} used. {} avail Mem \n\n", mebibytes(0), mebibytes(0), mebibytes(0), mebibytes(total - used)));
        tool.print("    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n");
        const auto share = [&](const Seen& seen) {
            const auto before = std::find_if(seen_.begin(), seen_.end(), [&seen](const auto& entry) { return entry.first == seen.pid; });
            return share_of(seen, now, before != seen_.end() ? before->second : Duration{}, before != seen_.end() ? now - last_ : Duration{});
        };
        std::vector<std::pair<std::int64_t, Seen>> rows;
        const std::vector<std::string> wanted = split(only_, ',');
        for (const Seen& seen : all) {
            if (!only_.empty() && std::find(wanted.begin(), wanted.end(), fmt::format("{}", seen.pid)) == wanted.end()) continue;
            if (user_.empty() || seen.user == user_) rows.emplace_back(share(seen), seen);
        }
        std::stable_sort(rows.begin(), rows.end(), [this](const auto& a, const auto& b) { return by_memory_ ? a.second.memory_bytes > b.second.memory_bytes : a.first > b.first; });
        for (const auto& [cpu, seen] : rows) {
            const std::int64_t kibibytes = seen.memory_bytes >> 10;
            tool.print(fmt::format("{:7} {:<8}  20   0 {:7} {:6} {:6} {} {:>5} {:>5} {:>9} {}\n", seen.pid, seen.user.substr(0, 8), kibibytes, kibibytes, 0, seen.state, tenths(cpu), tenths(total > 0 ? seen.memory_bytes * 1000 / total : 0), time_text(seen.cpu), lines_ ? seen.command : seen.program));
        }
        seen_.clear();
        for (const Seen& seen : all) seen_.emplace_back(seen.pid, seen.cpu);
        last_ = now;
        spent_ = spent;
    }

    std::int64_t rounds_ = 0;  // 0: without end
    std::int64_t round_ = 0;
    Duration delay_ = seconds(3);
    Time next_{};
    Time last_{};
    Duration spent_{};
    std::vector<std::pair<shell::Pid, Duration>> seen_;  // the processor time at the last look
    std::string only_;
    std::string user_;
    bool batch_ = false;  // BusyBox's -b
    bool by_memory_ = false;
    bool lines_ = false;
};

}  // namespace

std::unique_ptr<shell::Program> make_top(Start start) {
    return std::make_unique<Top>(std::move(start));
}

}  // namespace podium::programs::small
