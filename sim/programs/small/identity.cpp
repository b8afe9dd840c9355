#include <algorithm>
#include <fmt/format.h>

#include "sim/base/calendar.hpp"
#include "sim/base/text.hpp"
#include "sim/model/kernel_version.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/small/programs.hpp"

// hostname, id, whoami, uname, nproc, tty, uptime: who and where one is.

namespace podium::programs::small {
namespace {

// How deep processes are followed to the exec they came from.
constexpr int kMostAncestors = 64;

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

// Whose process it is: --user of the exec it came from, else of its container, else its image's own.
std::string user_text(const Tool& tool) {
    model::World& world = tool.context.world();
    const model::Process& process = tool.context.row();
    if (!process.container) return {};
    const model::Process* row = &process;
    for (int i = 0; row != nullptr && i < kMostAncestors; ++i) {
        for (const auto& [_, session] : world.host(process.host).engine.execs) {
            if (session.running && !session.user.empty() && world.processes.find(session.process) == row)
                return session.user;
        }
        row = row->parent ? world.processes.find(row->parent) : nullptr;
    }
    const model::Container& container = world.container(process.container);
    const std::string& own = world.spec(container).user;
    const model::ImagePointer& image = world.detail(process.container).image;
    return own.empty() && image != nullptr ? image->config.user : own;
}

struct Account {
    std::string_view name;
    int id;
};

// The accounts that every image has.
constexpr Account kAccounts[] = {
    {"root", 0}, {"daemon", 1}, {"bin", 2}, {"sys", 3}, {"mail", 8}, {"www-data", 33}, {"nobody", 65534}};
// What an account of an image's own is taken to have.
constexpr int kFirstAccount = 1000;

struct Identity {
    std::int64_t user = 0;
    std::int64_t group = 0;
    std::string user_name = "root";  ///< Empty: the number has no name.
    std::string group_name = "root";
};

void resolve(const std::string& text, std::int64_t& id, std::string& name) {
    const bool number = parse_integer(text, id);
    const auto* account = std::find_if(std::begin(kAccounts), std::end(kAccounts), [&](const Account& one) {
        return number ? one.id == id : one.name == text;
    });
    if (account != std::end(kAccounts)) {
        id = account->id;
        name = account->name;
    } else {
        if (!number) id = kFirstAccount;
        name = number ? std::string() : text;
    }
}

// "1000", "www-data", "1000:1000". Docker engine: a number without a group has group 0, a name its own.
Identity identity_of(const Tool& tool) {
    Identity out;
    const std::string text = user_text(tool);
    const std::size_t colon = text.find(':');
    const std::string user = text.substr(0, colon);
    if (!user.empty()) resolve(user, out.user, out.user_name);
    std::int64_t unused = 0;
    if (colon != std::string::npos) {
        resolve(text.substr(colon + 1), out.group, out.group_name);
    } else if (!user.empty() && !parse_integer(user, unused)) {
        out.group = out.user;
        out.group_name = out.user_name;
    }
    return out;
}

std::string numbered(std::string_view what, std::int64_t id, const std::string& name) {
    return name.empty() ? fmt::format("{}={}", what, id) : fmt::format("{}={}({})", what, id, name);
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
    const Identity who = options->operands.empty() ? identity_of(tool) : Identity{};
    const bool user = options->has('u');
    if (user || options->has('g') || options->has('G')) {
        const std::int64_t id = user ? who.user : who.group;
        const std::string& name = user ? who.user_name : who.group_name;
        tool.print(options->has('n') && !name.empty() ? name + "\n" : fmt::format("{}\n", id));
    } else {
        tool.print(fmt::format("{} {} {}\n",
                               numbered("uid", who.user, who.user_name),
                               numbered("gid", who.group, who.group_name),
                               numbered("groups", who.group, who.group_name)));
    }
    return 0;
}

int run_whoami(Tool& tool) {
    if (!tool.options({""})) return 1;
    const Identity who = identity_of(tool);
    if (who.user_name.empty()) {
        tool.complain(tool.gnu ? fmt::format("cannot find name for user ID {}", who.user)
                               : fmt::format("unknown uid {}", who.user));
        return 1;
    }
    tool.print(who.user_name + "\n");
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
