#include "sim/model/answers_top.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/answers_parts.hpp"
#include "sim/model/container.hpp"
#include "sim/model/processor.hpp"

namespace podium::model {
namespace {

using Columns = std::vector<PsColumn>;

constexpr std::size_t kLongestComm = 15;  // the kernel's TASK_COMM_LEN, without its end
constexpr std::size_t kUserWidth = 8;

// procps 4.0 src/ps/output.c, the names and titles of what is simulated here, sorted.
constexpr std::array kPsColumns{
    PsColumn{"%cpu", "%CPU"},      PsColumn{"%mem", "%MEM"},     PsColumn{"args", "COMMAND"},
    PsColumn{"bsdstart", "START"}, PsColumn{"bsdtime", "TIME"},  PsColumn{"c", "C"},
    PsColumn{"cmd", "CMD"},        PsColumn{"comm", "COMMAND"},  PsColumn{"command", "COMMAND"},
    PsColumn{"cputime", "TIME"},   PsColumn{"etime", "ELAPSED"}, PsColumn{"etimes", "ELAPSED"},
    PsColumn{"euid", "EUID"},      PsColumn{"euser", "EUSER"},   PsColumn{"pcpu", "%CPU"},
    PsColumn{"pid", "PID"},        PsColumn{"pmem", "%MEM"},     PsColumn{"ppid", "PPID"},
    PsColumn{"rss", "RSS"},        PsColumn{"s", "S"},           PsColumn{"stat", "STAT"},
    PsColumn{"state", "S"},        PsColumn{"stime", "STIME"},   PsColumn{"time", "TIME"},
    PsColumn{"tname", "TTY"},      PsColumn{"tt", "TT"},         PsColumn{"tty", "TT"},
    PsColumn{"ucmd", "CMD"},       PsColumn{"ucomm", "COMMAND"}, PsColumn{"uid", "UID"},
    PsColumn{"user", "USER"},      PsColumn{"vsz", "VSZ"},
};

const PsColumn* find_column(std::string_view name) {
    const auto found =
        std::find_if(kPsColumns.begin(), kPsColumns.end(), [name](const PsColumn& one) { return one.name == name; });
    return found == kPsColumns.end() ? nullptr : &*found;
}

Error not_simulated(std::string_view what, std::string_view text) {
    return Error{fmt::format("Podium does not simulate the {} '{}' of ps", what, text), {}, {}};
}

// Reads options as ps does: those with a hyphen one way (Unix), those without another (BSD).
class PsOptions {
  public:
    Result<Columns> read(const std::string& options) {
        words_ = split(options, ' ');
        std::erase(words_, "");
        for (at_ = 0; at_ < words_.size(); ++at_) {
            if (Result<void> taken = word(words_[at_]); !taken) return taken.error();
        }
        if (!columns_.empty() && (full_ || by_user_)) return Error{"error: conflicting format options", {}, {}};
        if (!columns_.empty()) return std::move(columns_);
        if (full_ && by_user_) return Error{"error: conflicting format options", {}, {}};
        if (by_user_)
            return of({"user", "pid", "%cpu", "%mem", "vsz", "rss", "tname", "stat", "bsdstart", "bsdtime", "args"});
        if (full_) return full();
        if (bsd_) return of({"pid", "tname", "stat", "bsdtime", "args"});
        return of({"pid", "tname", "time", "ucmd"});
    }

    static Columns full() {
        Columns out = of({"user", "pid", "ppid", "c", "stime", "tname", "time", "cmd"});
        out.front().title = "UID";
        return out;
    }

  private:
    static Columns of(std::initializer_list<std::string_view> names) {
        Columns out;
        for (const std::string_view name : names)
            out.push_back(*find_column(name));
        return out;
    }

    Result<void> word(const std::string& text) {
        if (text == "--format") return next(text);
        if (text.starts_with("--format=")) return list(text.substr(9));
        if (text.starts_with("--")) return not_simulated("option", text);
        const bool unix_style = text.front() == '-';
        bsd_ = bsd_ || !unix_style;
        for (std::size_t i = unix_style ? 1 : 0; i < text.size(); ++i) {
            const char letter = text[i];
            if (letter == 'o') return i + 1 < text.size() ? list(text.substr(i + 1)) : next(text);
            // Which processes are looked at makes no difference: the engine keeps the container's.
            const std::string_view idle = unix_style ? "eAw" : "axw";
            if (idle.find(letter) != std::string_view::npos) continue;
            if (unix_style && letter == 'f') {
                full_ = true;
            } else if (!unix_style && letter == 'u') {
                by_user_ = true;
            } else {
                return not_simulated("option", unix_style ? fmt::format("-{}", letter) : std::string(1, letter));
            }
        }
        return {};
    }

    Result<void> next(const std::string& option) {
        if (at_ + 1 >= words_.size())
            return Error{
                fmt::format("error: format specification must follow {}", option.starts_with("--") ? option : "-o"),
                {},
                {}};
        return list(words_[++at_]);
    }

    Result<void> list(const std::string& text) {
        if (text.find('=') != std::string::npos) return not_simulated("column with a title of its own", text);
        for (const std::string& name : split(text, ',')) {
            const PsColumn* column = find_column(name);
            if (column == nullptr) return not_simulated("column", name);
            columns_.push_back(*column);
        }
        return {};
    }

    std::vector<std::string> words_;
    std::size_t at_ = 0;
    Columns columns_;
    bool full_ = false;
    bool by_user_ = false;
    bool bsd_ = false;
};

// "[[dd-]hh:]mm:ss"; with `hours` always the hours.
std::string ps_clock(Duration duration, bool hours) {
    const std::int64_t total = duration.nanoseconds / 1'000'000'000;
    const std::int64_t days = total / 86'400;
    std::string out = days > 0 ? fmt::format("{:02}-", days) : std::string();
    if (hours || total >= 3600) out += fmt::format("{:02}:", total / 3600 % 24);
    return out + fmt::format("{:02}:{:02}", total / 60 % 60, total % 60);
}

std::string tenths(std::int64_t thousandths) {
    return fmt::format("{}.{}", thousandths / 10, thousandths % 10);
}

/// One line of ps.
class PsLine {
  public:
    PsLine(const World& world, const ContainerRow& row, ProcessId id, const Process& process)
        : world_(world),
          row_(row),
          process_(process),
          user_(credentials_of(world, id).user),
          lived_(std::max(world.kernel.now() - process.started, Duration{})),
          used_(processor_time_of(world, process)) {}

    [[nodiscard]] std::string value(std::string_view name) const {
        if (name == "pid") return fmt::format("{}", process_.host_pid);
        if (name == "ppid") return fmt::format("{}", parent());
        if (name == "user" || name == "euser") return user();
        if (name == "uid" || name == "euid") return fmt::format("{}", user_);
        if (name == "comm" || name == "ucmd" || name == "ucomm") return comm() + (process_.ended ? " <defunct>" : "");
        if (name == "args" || name == "cmd" || name == "command") return command();
        if (name == "time" || name == "cputime") return ps_clock(used_, true);
        if (name == "bsdtime") return bsd_time();
        if (name == "etime") return ps_clock(lived_, false);
        if (name == "etimes") return fmt::format("{}", lived_.nanoseconds / 1'000'000'000);
        if (name == "stat") return state() + (leads() ? "s" : "") + (row_.spec.tty ? "+" : "");
        if (name == "state" || name == "s") return state();
        if (name == "tty" || name == "tt" || name == "tname") return row_.spec.tty ? "pts/0" : "?";
        if (name == "stime" || name == "bsdstart") return started();
        if (name == "c") return fmt::format("{}", processor_share() / 10);
        if (name == "%cpu" || name == "pcpu") return tenths(processor_share());
        if (name == "%mem" || name == "pmem") return tenths(memory_share());
        return fmt::format("{}", process_.memory_bytes / 1024);  // rss and vsz
    }

  private:
    [[nodiscard]] std::uint32_t parent() const {
        const Process* parent = world_.processes.find(process_.parent);
        if (parent != nullptr && parent->container == row_.id) return parent->host_pid;
        if (process_.orphan) return row_.d.host_pid;  // Linux gives it to PID 1 of its namespace (pid_namespaces(7))
        return row_.d.host_pid > 0 ? row_.d.host_pid - 1 : 0;  // the container's shim, started just before it
    }

    // ps runs on the host and knows the host's accounts; a name that has no room is cut.
    [[nodiscard]] std::string user() const {
        const std::string name = user_name(world_, row_.c.host, {}, user_).value_or(fmt::format("{}", user_));
        return name.size() > kUserWidth ? name.substr(0, kUserWidth - 1) + "+" : name;
    }

    [[nodiscard]] std::string comm() const {
        std::string name = process_.argv.empty() ? std::string() : process_.argv.front();
        name = name.substr(name.rfind('/') + 1);
        if (name.ends_with(':')) name.pop_back();  // of a title
        return name.substr(0, kLongestComm);
    }

    [[nodiscard]] std::string command() const {
        if (process_.ended && !process_.argv.empty()) return fmt::format("[{}] <defunct>", process_.argv.front());
        return process_.title.empty() ? join(process_.argv, " ") : process_.title;
    }

    // A frozen process waits without end.
    [[nodiscard]] std::string state() const {
        if (process_.ended) return "Z";
        if (row_.c.state == ContainerState::Paused) return "D";
        return process_.stopped ? "T" : process_.processor_rate > 0 ? "R" : "S";
    }

    // What the runtime starts leads a session of its own.
    [[nodiscard]] bool leads() const { return process_.role != ProcessRole::Child; }

    [[nodiscard]] std::string started() const {
        const CivilTime at = civil_time(process_.started, row_.skew);
        if (lived_ < hours(24)) return fmt::format("{:02}:{:02}", at.hour, at.minute);
        constexpr std::array kMonths{
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
        return fmt::format("{}{:02}", kMonths.at(static_cast<std::size_t>(at.month - 1)), at.day);
    }

    [[nodiscard]] std::string bsd_time() const {
        const std::int64_t total = used_.nanoseconds / 1'000'000'000;
        return fmt::format("{}:{:02}", total / 60, total % 60);
    }

    [[nodiscard]] std::int64_t processor_share() const {
        return std::min<std::int64_t>(999, used_.nanoseconds / std::max<std::int64_t>(1, lived_.nanoseconds / 1000));
    }

    [[nodiscard]] std::int64_t memory_share() const {
        const std::int64_t total = world_.host(row_.c.host).spec.memory_bytes;
        return total > 0 ? std::min<std::int64_t>(999, process_.memory_bytes * 1000 / total) : 0;
    }

    const World& world_;
    const ContainerRow& row_;
    const Process& process_;
    std::uint32_t user_;
    Duration lived_;
    Duration used_;
};

// What ps prints, between blanks: in which other columns than the last there may be blanks too.
std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> out = split(line, ' ');
    std::erase(out, "");
    return out;
}

}  // namespace

Result<std::vector<PsColumn>> read_ps_options(const std::string& options) {
    return options.empty() ? PsOptions::full() : PsOptions().read(options);
}

std::string container_top_json(const World& world,
                               ContainerId container,
                               const std::string& options,
                               std::string& wrong) {
    const Result<std::vector<PsColumn>> columns = read_ps_options(options);
    if (!columns) {
        wrong = "ps: " + columns.error().message;
        return {};
    }
    Json out;
    out["Processes"] = Json::array();
    out["Titles"] = Json::array();
    std::size_t number_at = columns->size();
    for (std::size_t i = 0; i < columns->size(); ++i) {
        out["Titles"].push_back(std::string((*columns)[i].title));
        if ((*columns)[i].title == "PID" && number_at == columns->size()) number_at = i;
    }
    if (number_at == columns->size()) {
        wrong = "Couldn't find PID field in ps output";
        return {};
    }
    const ContainerRow row(world, container);
    for (const ProcessId id : row.d.processes) {
        const Process* process = world.processes.find(id);
        if (process == nullptr) continue;
        const PsLine values(world, row, id, *process);
        std::string line;
        for (const PsColumn& column : *columns)
            line += values.value(column.name) + " ";
        // parsePSOutput: parted at blanks, and what is too much joined to the last.
        std::vector<std::string> fields = fields_of(line);
        const std::string number = number_at < fields.size() ? fields[number_at] : std::string();
        std::int64_t parsed = 0;
        if (!parse_integer(number, parsed)) {
            wrong = fmt::format("Unexpected pid '{0}': strconv.Atoi: parsing \"{0}\": invalid syntax", number);
            return {};
        }
        if (parsed != process->host_pid) continue;
        const std::size_t last = columns->size() - 1;
        if (fields.size() > last + 1) {
            const std::vector<std::string> rest(fields.begin() + static_cast<std::ptrdiff_t>(last), fields.end());
            fields.resize(last);
            fields.push_back(join(rest, " "));
        }
        out["Processes"].push_back(fields);
    }
    return json_bytes(out);
}

}  // namespace podium::model
