#include "sim/model/accounts.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string_view>

#include "sim/base/text.hpp"
#include "sim/model/unknown_image.hpp"
#include "sim/model/world.hpp"

namespace podium::model {
namespace {

// Users and groups that an unknown image may have are there, with the number most images give theirs.
constexpr std::uint32_t kFirstOfUnknownImage = 1000;

constexpr std::string_view kHostPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr std::string_view kHostGroup = "root:x:0:\nnogroup:x:65534:\n";

// As the images have them: Debian 12's from its package base-passwd, those of Alpine and busybox as their
// packages alpine-baselayout and buildroot's skeleton ship them.
constexpr std::string_view kDebianPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "bin:x:2:2:bin:/bin:/usr/sbin/nologin\n"
    "sys:x:3:3:sys:/dev:/usr/sbin/nologin\n"
    "sync:x:4:65534:sync:/bin:/bin/sync\n"
    "games:x:5:60:games:/usr/games:/usr/sbin/nologin\n"
    "man:x:6:12:man:/var/cache/man:/usr/sbin/nologin\n"
    "lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin\n"
    "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin\n"
    "news:x:9:9:news:/var/spool/news:/usr/sbin/nologin\n"
    "uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin\n"
    "proxy:x:13:13:proxy:/bin:/usr/sbin/nologin\n"
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "backup:x:34:34:backup:/var/backups:/usr/sbin/nologin\n"
    "list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin\n"
    "irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin\n"
    "_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
constexpr std::string_view kDebianGroup =
    "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nlp:x:7:\nmail:x:8:\n"
    "news:x:9:\nuucp:x:10:\nman:x:12:\nproxy:x:13:\nkmem:x:15:\ndialout:x:20:\nfax:x:21:\nvoice:x:22:\n"
    "cdrom:x:24:\nfloppy:x:25:\ntape:x:26:\nsudo:x:27:\naudio:x:29:\ndip:x:30:\nwww-data:x:33:\n"
    "backup:x:34:\noperator:x:37:\nlist:x:38:\nirc:x:39:\nsrc:x:40:\nshadow:x:42:\nutmp:x:43:\nvideo:x:44:\n"
    "sasl:x:45:\nplugdev:x:46:\nstaff:x:50:\ngames:x:60:\nusers:x:100:\nnogroup:x:65534:\n";
constexpr std::string_view kAlpinePasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "bin:x:1:1:bin:/bin:/sbin/nologin\n"
    "daemon:x:2:2:daemon:/sbin:/sbin/nologin\n"
    "lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin\n"
    "sync:x:5:0:sync:/sbin:/bin/sync\n"
    "shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown\n"
    "halt:x:7:0:halt:/sbin:/sbin/halt\n"
    "mail:x:8:12:mail:/var/mail:/sbin/nologin\n"
    "news:x:9:13:news:/usr/lib/news:/sbin/nologin\n"
    "uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin\n"
    "cron:x:16:16:cron:/var/spool/cron:/sbin/nologin\n"
    "ftp:x:21:21::/var/lib/ftp:/sbin/nologin\n"
    "sshd:x:22:22:sshd:/dev/null:/sbin/nologin\n"
    "games:x:35:35:games:/usr/games:/sbin/nologin\n"
    "ntp:x:123:123:NTP:/var/empty:/sbin/nologin\n"
    "guest:x:405:100:guest:/dev/null:/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/:/sbin/nologin\n";
constexpr std::string_view kAlpineGroup =
    "root:x:0:root\nbin:x:1:root,bin,daemon\ndaemon:x:2:root,bin,daemon\nsys:x:3:root,bin\n"
    "adm:x:4:root,daemon\ntty:x:5:\ndisk:x:6:root\nlp:x:7:lp\nkmem:x:9:\nwheel:x:10:root\n"
    "floppy:x:11:root\nmail:x:12:mail\nnews:x:13:news\nuucp:x:14:uucp\ncron:x:16:cron\naudio:x:18:\n"
    "cdrom:x:19:\ndialout:x:20:root\nftp:x:21:\nsshd:x:22:\ninput:x:23:\ntape:x:26:root\n"
    "video:x:27:root\nnetdev:x:28:\nkvm:x:34:kvm\ngames:x:35:\nshadow:x:42:\nwww-data:x:82:\n"
    "users:x:100:games\nntp:x:123:\nabuild:x:300:\nutmp:x:406:\nping:x:999:\nnogroup:x:65533:\n"
    "nobody:x:65534:\n";
constexpr std::string_view kBusyboxPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "daemon:x:1:1:daemon:/usr/sbin:/bin/false\n"
    "bin:x:2:2:bin:/bin:/bin/false\n"
    "sys:x:3:3:sys:/dev:/bin/false\n"
    "sync:x:4:100:sync:/bin:/bin/sync\n"
    "mail:x:8:8:mail:/var/spool/mail:/bin/false\n"
    "www-data:x:33:33:www-data:/var/www:/bin/false\n"
    "operator:x:37:37:Operator:/var:/bin/false\n"
    "nobody:x:65534:65534:nobody:/home:/bin/false\n";
constexpr std::string_view kBusyboxGroup =
    "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsys:x:3:\nadm:x:4:\ntty:x:5:\ndisk:x:6:\nlp:x:7:\nmail:x:8:\n"
    "kmem:x:9:\nwheel:x:10:root\ncdrom:x:11:\ndialout:x:18:\nfloppy:x:19:\nvideo:x:28:\naudio:x:29:\n"
    "tape:x:32:\nwww-data:x:33:\noperator:x:37:\nutmp:x:43:\nplugdev:x:46:\nstaff:x:50:\n"
    "lock:x:54:\nnetdev:x:82:\nusers:x:100:\nnobody:x:65534:\n";

constexpr std::size_t kAccountFields = 7;
constexpr std::size_t kGroupFields = 4;

struct Line {
    std::array<std::string_view, kAccountFields> fields;
    std::uint32_t third = 0;  // The number of the account or group.
};

// The lines of a file of accounts or groups. They are looked at for every process that starts, so nothing
// is copied (the fields are of the text), and no line is taken apart that need not be: root's, which is
// looked for nearly always, is the first.
class Lines {
  public:
    Lines(const World& world, HostId host, ContainerId container, const std::string& path, std::size_t fields) : count_(fields) {
        if (const FileNode* node = view_file(world, host, container, path, scratch_); node != nullptr) text_ = node->content;
    }
    Lines(const Lines&) = delete;
    Lines& operator=(const Lines&) = delete;

    /// The first line that `fits`; its fields are good as long as these lines are and nobody writes the file.
    template <class Fits>
    [[nodiscard]] std::optional<Line> first(const Fits& fits) const {
        std::optional<Line> line;
        for (std::string_view rest = text_; !rest.empty();) {
            const std::size_t end = std::min(rest.find('\n'), rest.size());
            line = read(rest.substr(0, end));
            if (line && fits(*line)) return line;
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
        return std::nullopt;
    }

    /// All lines that have `part` in them, in their order.
    template <class Visit>
    void each_with(std::string_view part, const Visit& visit) const {
        for (std::size_t at = text_.find(part); at < text_.size();) {
            const std::size_t before = at == 0 ? std::string_view::npos : text_.rfind('\n', at - 1);
            const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
            const std::size_t end = std::min(text_.find('\n', at), text_.size());
            if (const auto line = read(text_.substr(begin, end - begin))) visit(*line);
            at = text_.find(part, end + 1);
        }
    }

  private:
    // Nothing: it has too few fields, or no number.
    [[nodiscard]] std::optional<Line> read(std::string_view text) const {
        Line line;
        std::size_t count = 0;
        for (std::size_t from = 0; count < kAccountFields; ++count) {
            const std::size_t end = std::min(text.find(':', from), text.size());
            line.fields[count] = text.substr(from, end - from);
            if (end == text.size()) {
                ++count;
                break;
            }
            from = end + 1;
        }
        std::int64_t number = 0;
        if (count < count_ || !parse_integer(line.fields[2], number)) return std::nullopt;
        line.third = static_cast<std::uint32_t>(number);
        return line;
    }

    FileNode scratch_;
    std::string_view text_;
    std::size_t count_;
};

std::uint32_t number_of(std::string_view text) {
    std::int64_t value = 0;
    return parse_integer(text, value) ? static_cast<std::uint32_t>(value) : 0;
}

bool read_number(const std::string& text, std::int64_t& number) {
    return !text.empty() && text.front() != '-' && text.front() != '+' &&
           parse_integer(text, number) && number <= INT32_MAX;
}

std::optional<Line> line_of(const Lines& lines, const std::string& text) {
    std::int64_t number = -1;
    const bool numeric = read_number(text, number);
    return lines.first([&](const Line& line) { return line.fields[0] == text || (numeric && line.third == number); });
}

std::optional<std::string> name_in(const Lines& lines, std::uint32_t number) {
    const auto line = lines.first([number](const Line& one) { return one.third == number; });
    return line ? std::optional<std::string>(line->fields[0]) : std::nullopt;
}

// The groups whose lines name this user, without its own.
std::vector<std::uint32_t> further_groups(const Lines& groups,
                                          std::string_view user,
                                          std::uint32_t own) {
    std::vector<std::uint32_t> out;
    groups.each_with(user, [&](const Line& line) {
        if (line.third == own || line.fields[3].find(user) == std::string_view::npos) return;
        const std::vector<std::string> members = split(line.fields[3], ',');
        if (std::find(members.begin(), members.end(), user) != members.end())
            out.push_back(line.third);
    });
    std::sort(out.begin(), out.end());
    return out;
}

bool is_debian(const BehaviourProfile& profile) { return profile.has_program("dpkg"); }
bool is_alpine(const BehaviourProfile& profile) { return profile.has_program("apk"); }

}  // namespace

std::string passwd_text(const BehaviourProfile* profile) {
    if (profile == nullptr) return std::string(kHostPasswd);
    std::string text(is_debian(*profile)   ? kDebianPasswd
                     : is_alpine(*profile) ? kAlpinePasswd
                                           : kBusyboxPasswd);
    for (const ImageAccount& account : profile->accounts) {
        text += fmt::format("{}:x:{}:{}:{}:{}:{}\n",
                            account.name,
                            account.number,
                            account.group,
                            account.comment,
                            account.home,
                            account.shell);
    }
    return text;
}

std::string group_text(const BehaviourProfile* profile) {
    if (profile == nullptr) return std::string(kHostGroup);
    std::string text(is_debian(*profile)   ? kDebianGroup
                     : is_alpine(*profile) ? kAlpineGroup
                                           : kBusyboxGroup);
    for (const ImageAccount& account : profile->accounts) {
        if (account.group != 0) text += fmt::format("{}:x:{}:\n", account.name, account.group);
    }
    return text;
}

Result<Identity> find_identity(const World& world,
                               HostId host,
                               ContainerId container,
                               const std::string& user) {
    const auto colon = user.find(':');
    std::string name = user.substr(0, colon);
    const std::string group = colon == std::string::npos ? "" : user.substr(colon + 1);
    if (name.empty()) name = "0";
    const Lines accounts(world, host, container, "/etc/passwd", kAccountFields);
    const Lines groups(world, host, container, "/etc/group", kGroupFields);
    Identity out;
    out.home = "/";
    std::int64_t number = 0;
    if (const auto line = line_of(accounts, name)) {
        out.credentials.user = line->third;
        out.credentials.group = number_of(line->fields[3]);
        out.home = line->fields[5];
        if (group.empty()) {
            out.credentials.further_groups =
                further_groups(groups, line->fields[0], out.credentials.group);
        }
    } else if (read_number(name, number)) {
        out.credentials.user = static_cast<std::uint32_t>(number);
    } else if (is_of_unknown_image(world, container)) {
        out.credentials.user = out.credentials.group = kFirstOfUnknownImage;
    } else {
        return Error{fmt::format("unable to find user {}: no matching entries in passwd file", name),
                     {},
                     {}};
    }
    if (group.empty()) return out;
    if (const auto line = line_of(groups, group)) {
        out.credentials.group = line->third;
    } else if (read_number(group, number)) {
        out.credentials.group = static_cast<std::uint32_t>(number);
    } else if (is_of_unknown_image(world, container)) {
        out.credentials.group = kFirstOfUnknownImage;
    } else {
        return Error{fmt::format("unable to find group {}: no matching entries in group file", group),
                     {},
                     {}};
    }
    return out;
}

Result<std::vector<std::uint32_t>> added_groups(const World& world, HostId host, ContainerId container) {
    std::vector<std::uint32_t> out;
    const std::vector<std::string>& wanted = world.spec(world.container(container)).group_add;
    if (wanted.empty()) return out;
    const Lines groups(world, host, container, "/etc/group", kGroupFields);
    for (const std::string& name : wanted) {
        std::int64_t number = 0;
        if (const auto line = line_of(groups, name)) {
            out.push_back(line->third);
        } else if (read_number(name, number)) {
            out.push_back(static_cast<std::uint32_t>(number));
        } else {
            return Error{fmt::format("unable to find group {}: no matching entries in group file", name), {}, {}};
        }
    }
    return out;
}

std::shared_ptr<const std::vector<std::string>> with_home(std::vector<std::string> environment,
                                                          const std::string& home) {
    const bool set = std::any_of(environment.begin(), environment.end(), [](const auto& entry) {
        return entry.starts_with("HOME=");
    });
    if (!set) environment.push_back("HOME=" + home);
    return std::make_shared<const std::vector<std::string>>(std::move(environment));
}

Credentials credentials_of(const World& world, ProcessId id) {
    const Process& process = world.processes.at(id);
    if (!process.container) return {};
    if (!process.user.empty()) {
        const auto own = find_identity(world, process.host, process.container, process.user);
        return own ? own->credentials : Credentials{};
    }
    std::string user = user_of(world, process.container);
    const auto& execs = world.host(process.host).engine.execs;
    ProcessId at = id;
    for (const Process* row = &process; row != nullptr; at = row->parent, row = world.processes.find(at)) {
        if (row->role != ProcessRole::Exec) continue;
        for (const auto& [_, session] : execs) {
            if (session.process == at && session.running && !session.user.empty()) user = session.user;
        }
        break;
    }
    const auto identity = find_identity(world, process.host, process.container, user);
    if (!identity) return {};
    Credentials out = identity->credentials;
    const auto added = added_groups(world, process.host, process.container);
    for (const std::uint32_t group : added ? *added : std::vector<std::uint32_t>{}) {
        const auto& known = out.further_groups;
        if (std::find(known.begin(), known.end(), group) == known.end()) out.further_groups.push_back(group);
    }
    return out;
}

std::optional<std::string> user_name(const World& world,
                                     HostId host,
                                     ContainerId container,
                                     std::uint32_t user) {
    return name_in(Lines(world, host, container, "/etc/passwd", kAccountFields), user);
}

std::optional<std::string> group_name(const World& world,
                                      HostId host,
                                      ContainerId container,
                                      std::uint32_t group) {
    return name_in(Lines(world, host, container, "/etc/group", kGroupFields), group);
}

std::string user_of(const World& world, ContainerId container) {
    const Container& c = world.container(container);
    const std::string& asked = world.spec(c).user;
    const ImagePointer& image = world.detail(container).image;
    return asked.empty() && image != nullptr ? image->config.user : asked;
}

}  // namespace podium::model
