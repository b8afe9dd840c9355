#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "sim/base/calendar.hpp"
#include "sim/model/accounts.hpp"
#include "sim/model/kernel_version.hpp"
#include "sim/model/own_names.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/programs.hpp"

// hostname, id, whoami, uname, nproc, getconf, tty, uptime: who and where one is.

namespace podium::programs::small {
namespace {

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
        {"isfdIa",
         {{"ip-address", 'i'}, {"all-ip-addresses", 'I'}, {"short", 's'}, {"fqdn", 'f'}, {"long", 'f'}, {"domain", 'd'}},
         "FyAb"});
    if (!options) return 1;
    if (!options->operands.empty()) {
        tool.complain(tool.gnu ? "you must be root to change the host name"
                               : "sethostname: Operation not permitted");
        return 1;
    }
    if (options->has('i') || options->has('I')) {
        // -I ends each address with a blank; -i parts them (busybox networking/hostname.c, Debian's hostname.c).
        std::string text = addresses(tool);
        if (!options->has('I') && !text.empty()) text.pop_back();
        tool.print(text + "\n");
    } else if (options->has('s')) {
        const std::string name = tool.system.hostname();
        tool.print(name.substr(0, name.find('.')) + "\n");
    } else if (options->has('f') || options->has('d')) {
        // Both look the name up: what comes first in its line of /etc/hosts is the full one.
        const model::ContainerId self = tool.context.row().container;
        const std::string full = self ? model::own_names(tool.context.world(), self).front() : tool.system.hostname();
        const auto dot = full.find('.');
        if (options->has('f')) tool.print(full + "\n");
        else if (dot != std::string::npos) tool.print(full.substr(dot + 1) + "\n");
    } else {
        tool.print(tool.system.hostname() + "\n");
    }
    return 0;
}

int run_id(Tool& tool) {
    const auto options =
        tool.options({"ugnGr", {{"user", 'u'}, {"group", 'g'}, {"name", 'n'}, {"groups", 'G'}}, "Z"});
    if (!options) return 1;
    const model::World& world = tool.context.world();
    const model::Process& self = tool.context.row();
    model::Credentials who = model::credentials_of(world, tool.context.id());
    if (!options->operands.empty()) {
        const std::string& asked = options->operands.front();
        const auto found = model::find_identity(world, self.host, self.container, asked);
        if (!found || !model::user_name(world, self.host, self.container, found->credentials.user)) {
            tool.complain(tool.gnu ? fmt::format("\u2018{}\u2019: no such user", asked)
                                   : fmt::format("unknown user {}", asked));
            return 1;
        }
        who = found->credentials;
    }
    const bool names = options->has('n');
    const auto user_text = [&] { return model::user_name(world, self.host, self.container, who.user); };
    const auto group_text = [&](std::uint32_t group) {
        return model::group_name(world, self.host, self.container, group);
    };
    const auto one = [&](std::uint32_t number, const std::optional<std::string>& name) {
        return names && name ? *name : fmt::format("{}", number);
    };
    if (options->has('u')) {
        tool.print(one(who.user, user_text()) + "\n");
        return 0;
    }
    if (options->has('g')) {
        tool.print(one(who.group, group_text(who.group)) + "\n");
        return 0;
    }
    std::vector<std::uint32_t> groups{who.group};
    groups.insert(groups.end(), who.further_groups.begin(), who.further_groups.end());
    std::string list;
    const auto both = [](std::uint32_t number, const std::optional<std::string>& name) {
        return name ? fmt::format("{}({})", number, *name) : fmt::format("{}", number);
    };
    for (const std::uint32_t group : groups) {
        if (!list.empty()) list += options->has('G') ? " " : ",";
        list += options->has('G') ? one(group, group_text(group)) : both(group, group_text(group));
    }
    if (!options->has('G')) {
        list = fmt::format("uid={} gid={} groups={}",
                           both(who.user, user_text()),
                           both(who.group, group_text(who.group)),
                           list);
    }
    tool.print(list + "\n");
    return 0;
}

int run_whoami(Tool& tool) {
    if (!tool.options({""})) return 1;
    const model::Process& self = tool.context.row();
    const std::uint32_t user =
        model::credentials_of(tool.context.world(), tool.context.id()).user;
    const auto name =
        model::user_name(tool.context.world(), self.host, self.container, user);
    if (!name) {
        tool.complain(tool.gnu
                          ? fmt::format("cannot find name for user ID {}", user)
                          : fmt::format("unknown uid {}", user));
        return 1;
    }
    tool.print(*name + "\n");
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
                                     {'r', std::string(model::kKernelRelease)},
                                     {'v', std::string(model::kKernelVersion)},
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
    const auto options = tool.options({"a", {{"all", 'a'}}});
    if (!options) return 1;
    const model::World& world = tool.context.world();
    const model::Process& process = tool.context.row();
    std::int64_t processors =
        std::max<std::int64_t>(1, world.host(process.host).spec.cpu_millicores / 1000);
    // coreutils' num_processors(NPROC_CURRENT) counts those the process may run on (sched_getaffinity): a set of
    // processors changes that, a quota (--cpus) does not. --all counts the host's.
    if (process.container && !options->has('a')) {
        const auto set = model::parse_cpu_set(world.spec(world.container(process.container)).cpuset_cpus);
        if (set && !set->empty()) processors = static_cast<std::int64_t>(set->size());
    }
    tool.print(fmt::format("{}\n", processors));
    return 0;
}

// Of what the C library knows, what scripts ask it (glibc posix/getconf.c, sysconf(3)): sizes of the host's memory and its processors.
int run_getconf(Tool& tool) {
    constexpr std::int64_t kPageBytes = 4096;
    const auto options = tool.options({"", {}, "av"});
    if (!options) return 1;
    if (options->operands.size() != 1) {
        tool.complain("Podium models one name: getconf NAME");
        return 2;
    }
    const model::Host& host = tool.context.world().host(tool.context.row().host);
    const std::int64_t processors = std::max<std::int64_t>(1, host.spec.cpu_millicores / 1000);
    const std::int64_t unused = std::max<std::int64_t>(0, host.spec.memory_bytes - host.memory_used_bytes);
    const std::pair<std::string_view, std::int64_t> values[] = {{"PAGE_SIZE", kPageBytes},
                                                                {"PAGESIZE", kPageBytes},
                                                                {"_PHYS_PAGES", host.spec.memory_bytes / kPageBytes},
                                                                {"_AVPHYS_PAGES", unused / kPageBytes},
                                                                {"_NPROCESSORS_CONF", processors},
                                                                {"_NPROCESSORS_ONLN", processors},
                                                                {"LONG_BIT", 64}};
    const std::string& name = options->operands.front();
    const auto* const known = std::find_if(std::begin(values), std::end(values), [&name](const auto& row) { return row.first == name; });
    if (known == std::end(values)) {
        tool.complain(fmt::format("Podium does not model the variable {}", name));
        return 2;
    }
    tool.print(fmt::format("{}\n", known->second));
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
