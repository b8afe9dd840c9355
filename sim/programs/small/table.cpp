#include "sim/programs/small/table.hpp"

#include <algorithm>
#include <array>

#include "sim/programs/small/programs.hpp"
#include "sim/shell/shell_program.hpp"

namespace podium::programs {
namespace small {
namespace {

using MakeFunction = std::unique_ptr<shell::Program> (*)(Start);

enum class Where : std::uint8_t { Everywhere, Hosts };

/// A program: made by `make`, or one step of `run`.
struct Entry {
    std::string_view name;
    ToolFunction run = nullptr;
    MakeFunction make = nullptr;
    Where where = Where::Everywhere;
};

std::unique_ptr<shell::Program> make_ash(Start start) {
    return shell::make_shell(start.argv, start.environment, shell::Dialect::Ash);
}

std::unique_ptr<shell::Program> make_bash(Start start) {
    return shell::make_shell(start.argv, start.environment, shell::Dialect::Bash);
}

/// By name, sorted.
constexpr std::array kPrograms = {
    Entry{"[", nullptr, make_shell_builtin},
    Entry{"ash", nullptr, make_ash},
    Entry{"awk", nullptr, make_awk},
    Entry{"base64", nullptr, make_base64},
    Entry{"basename", run_basename},
    Entry{"bash", nullptr, make_bash},
    Entry{"cat", nullptr, make_cat},
    Entry{"chmod", run_chmod},
    Entry{"clear", run_clear},
    Entry{"column", nullptr, make_column},
    Entry{"cp", run_cp},
    Entry{"cut", nullptr, make_cut},
    Entry{"dash", nullptr, make_ash},
    Entry{"date", run_date},
    Entry{"dd", nullptr, make_dd},
    Entry{"df", run_df},
    Entry{"diff", nullptr, make_diff},
    Entry{"dirname", run_dirname},
    Entry{"du", run_du},
    Entry{"echo", nullptr, make_shell_builtin},
    Entry{"egrep", nullptr, make_grep},
    Entry{"env", nullptr, make_env},
    Entry{"envsubst", nullptr, make_envsubst},
    Entry{"expr", run_expr},
    Entry{"false", run_false},
    Entry{"fgrep", nullptr, make_grep},
    Entry{"find", nullptr, make_find},
    Entry{"free", run_free},
    Entry{"getconf", run_getconf},
    Entry{"grep", nullptr, make_grep},
    Entry{"head", nullptr, make_head},
    Entry{"hostname", run_hostname},
    Entry{"id", run_id},
    Entry{"jq", nullptr, make_jq, Where::Hosts},
    Entry{"kill", run_kill},
    Entry{"killall", run_killall},
    Entry{"less", nullptr, make_pager},
    Entry{"ls", run_ls},
    Entry{"md5sum", nullptr, make_checksum},
    Entry{"mkdir", run_mkdir},
    Entry{"mktemp", run_mktemp},
    Entry{"more", nullptr, make_pager},
    Entry{"mv", run_mv},
    Entry{"nl", nullptr, make_nl},
    Entry{"nohup", nullptr, make_nohup},
    Entry{"nproc", run_nproc},
    Entry{"paste", nullptr, make_paste},
    Entry{"pgrep", run_pgrep},
    Entry{"pidof", run_pidof},
    Entry{"pkill", run_pkill},
    Entry{"printenv", run_printenv},
    Entry{"printf", nullptr, make_shell_builtin},
    Entry{"ps", run_ps},
    Entry{"pwd", run_pwd},
    Entry{"readlink", run_readlink},
    Entry{"reset", run_clear},
    Entry{"rev", nullptr, make_rev},
    Entry{"rm", run_rm},
    Entry{"rmdir", run_rmdir},
    Entry{"sed", nullptr, make_sed},
    Entry{"seq", nullptr, make_seq},
    Entry{"sh", nullptr, make_ash},
    Entry{"sha256sum", nullptr, make_checksum},
    Entry{"shuf", nullptr, make_shuf},
    Entry{"sleep", nullptr, make_sleep},
    Entry{"sort", nullptr, make_sort},
    Entry{"sudo", nullptr, make_sudo, Where::Hosts},
    Entry{"sync", run_true},
    Entry{"tac", nullptr, make_tac},
    Entry{"tail", nullptr, make_tail},
    Entry{"tee", nullptr, make_tee},
    Entry{"test", nullptr, make_shell_builtin},
    Entry{"timeout", nullptr, make_timeout},
    Entry{"top", nullptr, make_top},
    Entry{"touch", run_touch},
    Entry{"tr", nullptr, make_tr},
    Entry{"true", run_true},
    Entry{"tty", run_tty},
    Entry{"uname", run_uname},
    Entry{"uniq", nullptr, make_uniq},
    Entry{"uptime", run_uptime},
    Entry{"watch", nullptr, make_watch},
    Entry{"wc", nullptr, make_wc},
    Entry{"which", run_which},
    Entry{"whoami", run_whoami},
    Entry{"xargs", nullptr, make_xargs},
    Entry{"yes", nullptr, make_yes},
};

/// Programs of real systems that people type and Podium does not model, sorted.
constexpr std::array<std::string_view, 103> kNotModelled = {
    "apk", "apt", "apt-get", "bc", "brew", "busybox", "bzip2", "cal", "cargo", "chgrp", "chown",
    "chroot", "cmake", "cmp", "comm", "crontab", "dig", "dmesg", "dnf", "dpkg", "emacs", "file",
    "fold", "g++", "gcc", "gdb", "git", "go", "gunzip", "gzip", "hexdump", "host", "htop",
    "ifconfig", "iostat", "iptables", "java", "join", "journalctl", "last", "ln", "locale",
    "lsblk", "lsof", "make", "man", "mkfifo", "mount", "nano", "netstat", "nice", "node", "npm",
    "nslookup", "od", "openssl", "passwd", "perl", "php", "pip", "pip3", "pstree", "python",
    "python3", "renice", "route", "rsync", "ruby", "scp", "screen", "script", "setsid", "sha1sum",
    "sha512sum", "split", "ss", "ssh-keygen", "stat", "stdbuf", "strace", "strings", "stty", "su",
    "sysctl", "tar", "tcpdump", "telnet", "time", "tmux", "traceroute", "tree", "truncate",
    "ulimit", "umount", "unzip", "vi", "vim", "vmstat", "w", "who", "xxd", "yum", "zip"};

const Entry* find_entry(std::string_view name, bool in_container) {
    const auto found = std::lower_bound(
        kPrograms.begin(), kPrograms.end(), name, [](const Entry& entry, std::string_view wanted) {
            return entry.name < wanted;
        });
    if (found == kPrograms.end() || found->name != name) return nullptr;
    return found->where == Where::Hosts && in_container ? nullptr : &*found;
}

}  // namespace
}  // namespace small

shell::Errno find_small_program(const std::string& name, bool in_container) {
    if (small::find_entry(name, in_container) != nullptr || (!in_container && small::has_substitute(name))) return shell::Errno::None;
    const bool known =
        std::binary_search(small::kNotModelled.begin(), small::kNotModelled.end(), name);
    return known ? shell::Errno::NotModelled : shell::Errno::NoEntry;
}

std::unique_ptr<shell::Program> make_small_program(const std::vector<std::string>& argv,
                                                   const std::vector<std::string>& environment,
                                                   bool in_container,
                                                   shell::Errno& error) {
    const std::string name = argv.empty() ? std::string() : small::base_name(argv.front());
    error = find_small_program(name, in_container);
    if (error != shell::Errno::None) return nullptr;
    const small::Entry* entry = small::find_entry(name, in_container);
    small::Start start{argv, environment, in_container};
    if (entry == nullptr) return std::make_unique<small::OneStep>(std::move(start), small::run_absent);
    if (entry->make != nullptr) return entry->make(std::move(start));
    return std::make_unique<small::OneStep>(std::move(start), entry->run);
}

std::vector<std::string> small_program_names(bool in_container) {
    std::vector<std::string> names;
    for (const small::Entry& entry : small::kPrograms) {
        if (small::find_entry(entry.name, in_container) != nullptr) names.emplace_back(entry.name);
    }
    return names;
}

}  // namespace podium::programs
