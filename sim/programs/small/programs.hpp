#pragma once

// The small programs, by family. Private to this folder: table.cpp knows them all.

#include "sim/programs/small/program.hpp"

namespace podium::programs::small {

// Programs of several steps.
std::unique_ptr<shell::Program> make_awk(Start start);
std::unique_ptr<shell::Program> make_find(Start start);
std::unique_ptr<shell::Program> make_base64(Start start);
std::unique_ptr<shell::Program> make_cat(Start start);
std::unique_ptr<shell::Program> make_checksum(Start start);
std::unique_ptr<shell::Program> make_column(Start start);
std::unique_ptr<shell::Program> make_cut(Start start);
std::unique_ptr<shell::Program> make_dd(Start start);
std::unique_ptr<shell::Program> make_diff(Start start);
std::unique_ptr<shell::Program> make_env(Start start);
std::unique_ptr<shell::Program> make_envsubst(Start start);
std::unique_ptr<shell::Program> make_grep(Start start);
std::unique_ptr<shell::Program> make_head(Start start);
std::unique_ptr<shell::Program> make_jq(Start start);
std::unique_ptr<shell::Program> make_nl(Start start);
std::unique_ptr<shell::Program> make_nohup(Start start);
std::unique_ptr<shell::Program> make_pager(Start start);
std::unique_ptr<shell::Program> make_paste(Start start);
std::unique_ptr<shell::Program> make_rev(Start start);
std::unique_ptr<shell::Program> make_sed(Start start);
std::unique_ptr<shell::Program> make_seq(Start start);
std::unique_ptr<shell::Program> make_shell_builtin(Start start);
std::unique_ptr<shell::Program> make_shuf(Start start);
std::unique_ptr<shell::Program> make_sleep(Start start);
std::unique_ptr<shell::Program> make_sort(Start start);
std::unique_ptr<shell::Program> make_sudo(Start start);
std::unique_ptr<shell::Program> make_tac(Start start);
std::unique_ptr<shell::Program> make_tail(Start start);
std::unique_ptr<shell::Program> make_tee(Start start);
std::unique_ptr<shell::Program> make_timeout(Start start);
std::unique_ptr<shell::Program> make_top(Start start);
std::unique_ptr<shell::Program> make_tr(Start start);
std::unique_ptr<shell::Program> make_uniq(Start start);
std::unique_ptr<shell::Program> make_watch(Start start);
std::unique_ptr<shell::Program> make_wc(Start start);
std::unique_ptr<shell::Program> make_xargs(Start start);
std::unique_ptr<shell::Program> make_yes(Start start);

// What is typed and not modelled.
/// Whether run_absent() knows something in its place.
bool has_substitute(std::string_view name);
int run_absent(Tool& tool);

// Programs of one step.
int run_basename(Tool& tool);
int run_chmod(Tool& tool);
int run_clear(Tool& tool);
int run_cp(Tool& tool);
int run_date(Tool& tool);
int run_df(Tool& tool);
int run_dirname(Tool& tool);
int run_du(Tool& tool);
int run_expr(Tool& tool);
int run_false(Tool& tool);
int run_free(Tool& tool);
int run_hostname(Tool& tool);
int run_id(Tool& tool);
int run_kill(Tool& tool);
int run_killall(Tool& tool);
int run_ls(Tool& tool);
int run_mkdir(Tool& tool);
int run_mktemp(Tool& tool);
int run_mv(Tool& tool);
int run_nproc(Tool& tool);
int run_getconf(Tool& tool);
int run_pgrep(Tool& tool);
int run_pidof(Tool& tool);
int run_pkill(Tool& tool);
int run_printenv(Tool& tool);
int run_ps(Tool& tool);
int run_pwd(Tool& tool);
int run_readlink(Tool& tool);
int run_rm(Tool& tool);
int run_rmdir(Tool& tool);
int run_touch(Tool& tool);
int run_true(Tool& tool);
int run_tty(Tool& tool);
int run_uname(Tool& tool);
int run_uptime(Tool& tool);
int run_which(Tool& tool);
int run_whoami(Tool& tool);

}  // namespace podium::programs::small
