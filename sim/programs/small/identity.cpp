#include <algorithm>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/programs.hpp"

// hostname, id, whoami, uname, nproc, tty, uptime: who and where one is.

namespace podium::programs::small {
namespace {

constexpr std::string_view kKernel = "5.15.0";
constexpr std::string_view kKernelVersion = "#1 SMP";

std::string addresses(const Tool& tool) {
    model::World& world = tool.context.world();
    const model::Process& process = tool.context.row();
    if (!process.container) return world.host(process.host).spec.address + " ";
    std::string out;
    for (const model::Endpoint& endpoint : world.detail(process.container).endpoints) {
        if (endpoint.ipv4.value != 0) out += endpoint.ipv4.text() + " ";
    }
    return out;
}

}  // namespace

int run_hostname(Tool& tool) {
    const auto options = tool.options(
        {"isfIa",
         {{"ip-address", 'i'}, {"all-ip-addresses", 'I'}, {"short", 's'}, {"fqdn", 'f'}},
         "dFyAb"});
    if (!options) return 1;
    if (!options->operands.empty()) {
        tool.complain(tool.gnu ? "you must be root to change the host name"
                               : "sethostname: Operation not permitted");
        return 1;
    }
    if (options->has('i') || options->has('I')) {
        tool.print(addresses(tool) + "\n");
    } else {
        tool.print(tool.system.hostname() + "\n");
    }
    return 0;
}

int run_id(Tool& tool) {
    const auto options =
        tool.options({"ugnG", {{"user", 'u'}, {"group", 'g'}, {"name", 'n'}}, "rZ"});
    if (!options) return 1;
    if (!options->operands.empty() && options->operands.front() != "root") {
        tool.complain(fmt::format("'{}': no such user", options->operands.front()));
        return 1;
    }
    const bool one = options->has('u') || options->has('g') || options->has('G');
    if (one) {
        tool.print(options->has('n') ? "root\n" : "0\n");
    } else {
        tool.print("uid=0(root) gid=0(root) groups=0(root)\n");
    }
    return 0;
}

int run_whoami(Tool& tool) {
    if (!tool.options({""})) return 1;
    tool.print("root\n");
    return 0;
}

int run_uname(Tool& tool) {
    const auto options = tool.options({"asnrvmpio",
                                       {{"all", 'a'},
                                        {"kernel-release", 'r'},
                                        {"machine", 'm'},
                                        {"kernel-name", 's'},
                                        {"nodename", 'n'}}});
    if (!options) return 1;

    struct Part {
        char letter;
        std::string text;
    };

    const std::vector<Part> parts = {{'s', "Linux"},
                                     {'n', tool.system.hostname()},
                                     {'r', std::string(kKernel)},
                                     {'v', std::string(kKernelVersion)},
                                     {'m', "x86_64"},
                                     {'o', tool.gnu ? "GNU/Linux" : "Linux"}};
    std::string line;
    for (const Part& part : parts) {
        const bool wanted = options->has('a') || options->has(part.letter) ||
                            (options->given.empty() && part.letter == 's');
        if (wanted) line += (line.empty() ? "" : " ") + part.text;
    }
    tool.print(line + "\n");
    return 0;
}

int run_nproc(Tool& tool) {
    if (!tool.options({"a", {{"all", 'a'}}})) return 1;
    const model::Process& process = tool.context.row();
    const std::int64_t millicores = tool.context.world().host(process.host).spec.cpu_millicores;
    tool.print(fmt::format("{}\n", std::max<std::int64_t>(1, millicores / 1000)));
    return 0;
}

int run_tty(Tool& tool) {
    const bool terminal = tool.system.is_terminal(0);
    tool.print(terminal ? "/dev/pts/0\n" : "not a tty\n");
    return terminal ? 0 : 1;
}

int run_uptime(Tool& tool) {
    if (!tool.options({"", {}, "ps"})) return 1;
    const model::Process& process = tool.context.row();
    const CivilTime clock =
        civil_time(tool.system.now(), tool.context.world().host(process.host).clock_skew);
    const std::int64_t up_minutes = tool.system.now().nanoseconds / minutes(1).nanoseconds;
    const std::string up = up_minutes < 60
                               ? fmt::format("{} min", up_minutes)
                               : fmt::format("{}:{:02}", up_minutes / 60, up_minutes % 60);
    tool.print(fmt::format(" {:02}:{:02}:{:02} up {},  0 users,  load average: 0.00, 0.00, 0.00\n",
                           clock.hour,
                           clock.minute,
                           clock.second,
                           up));
    return 0;
}

}  // namespace podium::programs::small
