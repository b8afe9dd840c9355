// A terminal's shell: lines, state between them, Ctrl-C, jobs.

#include <catch2/catch.hpp>

#include "sim/shell/signals.hpp"
#include "tests/shell/fake_system.hpp"

using namespace podium;
using namespace podium::shell;
using podium::shell::testing::FakeWorld;

namespace {

struct Terminal {
    FakeWorld world;

    explicit Terminal(Dialect dialect = Dialect::Bash) : world(dialect) {
        world.terminal = true;
        ShellSettings settings;
        settings.dialect = dialect;
        settings.name = dialect == Dialect::Bash ? "bash" : "sh";
        settings.environment = {"HOME=/root"};
        world.start(ShellProgram::for_terminal(std::move(settings)), {dialect == Dialect::Bash ? "bash" : "sh"});
        world.run(world.now);
    }

    ShellProgram& shell() { return world.shell(1); }

    /// Types a line and lets time pass until the shell waits for the next one.
    std::string type(const std::string& line, Duration most = seconds(1000)) {
        const std::size_t before = world.outputs.size();
        shell().submit(line);
        world.wake_process(1);
        const Time limit = world.now + most;
        while (!world.ended() && !shell().idle() && world.advance(limit))
            continue;
        std::string out;
        for (std::size_t i = before; i < world.outputs.size(); ++i)
            out += world.outputs[i].text;
        return out;
    }

    /// What a terminal does: INT to all processes in the foreground, here all children.
    void interrupt(bool also_shell) {
        for (const auto& [pid, process] : FakeWorld(world).processes) {
            if (pid != 1 && !process.status) world.signal_from_outside(pid, kSigInt);
        }
        if (also_shell) world.signal_from_outside(1, kSigInt);
        while (!shell().idle() && world.advance(world.now))
            continue;
    }
};

}  // namespace

TEST_CASE("a terminal's shell keeps its state between lines") {
    Terminal terminal;
    CHECK(terminal.shell().idle());
    CHECK(terminal.type("x=1; cd /tmp; f() { echo f $x; }") == "");
    CHECK(terminal.type("f; pwd") == "f 1\n/tmp\n");
    CHECK(terminal.type("false") == "");
    CHECK(terminal.shell().last_status() == 1);
    CHECK(terminal.type("echo $?") == "1\n");
    CHECK_FALSE(terminal.shell().exited());
}

TEST_CASE("a terminal's shell says errors as bash does and goes on") {
    Terminal terminal;
    CHECK(terminal.type("nosuch") == "bash: nosuch: command not found\n");
    CHECK(terminal.shell().last_status() == 127);
    CHECK(terminal.type("echo a; done") == "bash: syntax error near unexpected token `done'\n");
    CHECK(terminal.shell().last_status() == 2);
    CHECK(terminal.type("echo ${x?no}; echo never") == "bash: x: no\n");
    CHECK(terminal.shell().last_status() == 1);
    CHECK(terminal.type("echo $((1/0))") == "bash: 1/0: division by 0 (error token is \"0\")\n");
    CHECK(terminal.type("awk x") == "bash: awk: Podium does not model this program\n");
    CHECK(terminal.type("shopt -s x") ==
          "bash: shopt: Podium's shell does not model this builtin\n");
    CHECK(terminal.type("exec nosuch") == "bash: exec: nosuch: not found\n");
    CHECK(terminal.type("a=(1 2) b[") == "bash: b[: command not found\n");
    CHECK(terminal.type("echo ${a[}") == "bash: bad substitution\n");
    CHECK(terminal.type("echo ${a[]} ${!a[0]}") == "bash: bad substitution\n");
    CHECK(terminal.type("a=(x & y)") == "bash: syntax error near unexpected token `&'\n");
    CHECK(terminal.type("a=(x").empty());
    CHECK(terminal.shell().wants_more());
    CHECK(terminal.type("y); echo ${#a[@]}") == "2\n");
    CHECK(terminal.type("echo on") == "on\n");
}

TEST_CASE("a loop where a program is wanted is hinted at") {
    Terminal terminal;
    CHECK(terminal.type("timeout 30 for ((;;)); do echo; done") ==
          "bash: syntax error near unexpected token `('\nPodium: timeout runs a program, and for is the shell's grammar; write timeout 30 bash -c 'for ...'\n");
    CHECK(terminal.type("sleep 1; sudo -E A=1 while true; do echo; done") ==
          "bash: syntax error near unexpected token `do'\nPodium: sudo runs a program, and while is the shell's grammar; write sudo -E A=1 bash -c 'while ...'\n");
    CHECK(terminal.type("nohup (sleep 1)") == "bash: syntax error near unexpected token `sleep'\nPodium: nohup runs a program, and ( is the shell's grammar; write nohup bash -c '( ...'\n");
    CHECK(terminal.type("timeout 30 echo )") == "bash: syntax error near unexpected token `)'\n");
    CHECK(terminal.type("for; do timeout 3 true") == "bash: syntax error near unexpected token `;'\n");
}

// The sentences are bash 5.2's. Its status is 0 after them, a slip of its own; here it is 2, as after any error of syntax.
TEST_CASE("a terminal's shell says what is wrong with a condition") {
    Terminal terminal;
    CHECK(terminal.type("[[ a b ]]; echo x") == "bash: conditional binary operator expected\n");
    CHECK(terminal.shell().last_status() == 2);
    CHECK(terminal.type("[[ -f ]]") == "bash: unexpected argument `]]' to conditional unary operator\n");
    CHECK(terminal.type("[[ a == ]]") == "bash: unexpected argument `]]' to conditional binary operator\n");
    CHECK(terminal.type("[[ a ==") == "bash: unexpected argument `newline' to conditional binary operator\n");
    CHECK(terminal.type("[[ a") == "bash: unexpected token `newline', conditional binary operator expected\n");
    CHECK(terminal.type("[[ a ; b ]]") == "bash: unexpected token `;', conditional binary operator expected\n");
    CHECK(terminal.type("[[ ( a == a ]]") == "bash: unexpected token `]]', expected `)'\n");
    CHECK(terminal.type("[[ && a ]]") == "bash: unexpected token `&&' in conditional command\n");
    CHECK(terminal.type("[[ a == a ; b ]]") == "bash: syntax error in conditional expression: unexpected token `;'\n");
    CHECK(terminal.type("[[ -f == -f ]]") == "bash: syntax error in conditional expression\n");
    CHECK(terminal.type("[[ a == a b ]]") == "bash: syntax error in conditional expression\n");
    CHECK(terminal.type("[[ ]]") == "bash: syntax error in conditional expression\n");
    CHECK(terminal.type("[[ a == @(a|b) ]]") == "bash: Podium's shell does not model patterns like @(a|b) in [[ ]]; use =~ (a|b)\n");
    CHECK(terminal.type("[[ -o errexit ]]") == "bash: [[: Podium's shell does not model -o in [[ ]]\n");
    CHECK(terminal.type("[[ a &&") == "");
    CHECK(terminal.shell().wants_more());
    CHECK(terminal.type("b == b") == "");
    CHECK(terminal.type("]]; echo $?") == "0\n");
}

// bash 5.2's own answers.
TEST_CASE("aliases stand for the words that begin a terminal's commands") {
    Terminal terminal;
    CHECK(terminal.type("alias d='docker ps' q=\"it's\"") == "");
    CHECK(terminal.type("alias") == "alias d='docker ps'\nalias q='it'\\''s'\n");
    CHECK(terminal.type("alias d; type d; command -v d") == "alias d='docker ps'\nd is aliased to `docker ps'\nalias d='docker ps'\n");
    CHECK(terminal.type("alias nosuch") == "bash: alias: nosuch: not found\n");
    CHECK(terminal.shell().last_status() == 1);
    CHECK(terminal.type("alias 'a b=c'") == "bash: alias: `a b': invalid alias name\n");
    CHECK(terminal.type("unalias q nosuch; alias -p") == "bash: unalias: nosuch: not found\nalias d='docker ps'\n");
    CHECK(terminal.type("unalias -a; alias") == "");
    CHECK(terminal.type("unalias") == "unalias: usage: unalias [-a] name [name ...]\n");
    CHECK(terminal.type("alias e=echo s='echo x ' t=y loop=loop2 loop2=loop none= yes='if true; then'") == "");
    CHECK(terminal.type("e hi; A=1 e hi; e e; true && e two | cat; $(e echo) three; (e four)") == "hi\nhi\ne\ntwo\nthree\nfour\n");
    CHECK(terminal.type("s t t") == "x y t\n");
    CHECK(terminal.type("\\e no") == "bash: e: command not found\n");
    CHECK(terminal.type("loop") == "bash: loop: command not found\n");
    CHECK(terminal.type("none echo hi; yes echo then; fi") == "hi\nthen\n");
    CHECK(terminal.type("alias echo='echo -n'; unalias e") == "");
    CHECK(terminal.type("echo a") == "a");
    CHECK(terminal.type("unalias -a") == "");
    CHECK(terminal.type("alias rm='echo SAFE' l='echo rm' p1='l ' n='! true' e='' once='true;'") == "");
    CHECK(terminal.type("p1 x") == "rm x\n");
    CHECK(terminal.type("n; echo $?; e; echo $?; once echo on") == "1\n0\non\n");
    CHECK(terminal.type("alias a0='a1;a1' a1='a2;a2' a2='a3;a3' a3='a4;a4' a4='a5;a5' a5='a6;a6' a6='a7;a7' a7='a8;a8' a8='a9;a9' a9='b0;b0' b0='b1;b1' b1='b2;b2' b2='b3;b3' b3='b4;b4' b4=:") == "");
    CHECK(terminal.type("a0") == "bash: aliases are put in too often (Podium's shell gives up after 10000)\n");
    CHECK(terminal.type("bash -c 'alias b=true; b'") == "bash: line 1: b: command not found\n");
}

TEST_CASE("a command may take several lines") {
    Terminal terminal;
    CHECK(terminal.type("for i in 1 2; do") == "");
    CHECK(terminal.shell().wants_more());
    CHECK(terminal.type("echo $i") == "");
    CHECK(terminal.type("done") == "1\n2\n");
    CHECK_FALSE(terminal.shell().wants_more());
    CHECK(terminal.type("cat <<X") == "");
    CHECK(terminal.type("text") == "");
    CHECK(terminal.type("X") == "text\n");
    CHECK(terminal.type("echo a \\") == "");
    CHECK(terminal.type("b") == "a b\n");
}

TEST_CASE("a here-document longer than a command may be is kept whole") {
    Terminal terminal;
    CHECK(terminal.type("n=0; { while read -r row; do n=$((n+1)); last=$row; done <<-END") == "");
    const std::string filling(60, 'x');
    for (int i = 1; i <= 1'200; ++i)
        terminal.type("\t" + std::to_string(i) + filling);
    CHECK(terminal.shell().wants_more());
    CHECK(terminal.type("\tEND") == "");
    CHECK(terminal.shell().wants_more());
    CHECK(terminal.type("}") == "");
    CHECK_FALSE(terminal.shell().wants_more());
    CHECK(terminal.type("echo $n $last") == "1200 1200" + filling + "\n");
    // Several lines typed at once, and one document after another.
    CHECK(terminal.type("cat <<A <<'B'\n" + std::string(70'000, 'y')) == "");
    CHECK(terminal.type("A") == "");
    CHECK(terminal.type("text\nB") == "text\n");
}

TEST_CASE("a here-document has a limit, which is said") {
    Terminal terminal;
    CHECK(terminal.type("cat <<END") == "");
    CHECK_THAT(terminal.type(std::string(kMaxScriptBytes, 'x')),
               Catch::Contains("the script is too long (at most 1048576 bytes)"));
    CHECK_FALSE(terminal.shell().wants_more());
    CHECK(terminal.type("echo on") == "on\n");
}

TEST_CASE("Ctrl-C abandons the line") {
    for (const bool also_shell : {false, true}) {
        for (const char* line : {"sleep 100; echo never",
                                 "for i in 1 2; do sleep 100; done; echo never",
                                 "sleep 100 | cat; echo never",
                                 "(sleep 100); echo never",
                                 "x=$(sleep 100) sleep 100; echo never"}) {
            INFO(line << " " << also_shell);
            Terminal terminal;
            CHECK(terminal.type(line, seconds(5)) == "");
            CHECK_FALSE(terminal.shell().idle());
            terminal.interrupt(also_shell);
            CHECK(terminal.shell().idle());
            CHECK(terminal.shell().last_status() == 130);
            CHECK(terminal.type("echo $?") == "130\n");
        }
    }
}

TEST_CASE("Ctrl-C ends a builtin that waits and a loop of builtins") {
    for (const char* line :
         {"sleep 1000 & wait; echo never", "read x; echo never", "while :; do :; done"}) {
        INFO(line);
        Terminal terminal;
        terminal.type(line, milliseconds(50));
        CHECK_FALSE(terminal.shell().idle());
        terminal.world.signal_from_outside(1, kSigInt);
        while (!terminal.shell().idle() &&
               terminal.world.advance(terminal.world.now + milliseconds(1)))
            continue;
        CHECK(terminal.shell().idle());
        CHECK(terminal.shell().last_status() == 130);
    }
}

TEST_CASE("a program that handles INT lets the line go on") {
    Terminal terminal;
    terminal.type("sh -c 'trap \"exit 3\" INT; while :; do sleep 1; done'; echo $?", seconds(5));
    terminal.interrupt(true);
    terminal.world.run(terminal.world.now + seconds(2));
    CHECK(terminal.world.output() == "3\n");
}

TEST_CASE("background jobs are announced, listed and told when done") {
    Terminal terminal;
    CHECK(terminal.type("sleep 10 &") == "[1] 2\n");
    CHECK(terminal.type("sleep 20 &") == "[2] 3\n");
    CHECK(terminal.type("jobs") ==
          "[1]-  Running                 sleep 10 &\n[2]+  Running                 sleep 20 &\n");
    terminal.world.run(terminal.world.now + seconds(15));
    CHECK(terminal.type("true") == "[1]-  Done                    sleep 10\n");
    CHECK(terminal.type("kill %2") == "[2]+  Terminated              sleep 20\n");
    CHECK(terminal.type("wait; true") == "");
    CHECK(terminal.type("jobs") == "");
    CHECK(terminal.type("die KILL") == "Killed\n");
    CHECK(terminal.shell().last_status() == 137);
}

TEST_CASE("a background job ignores INT") {
    Terminal terminal;
    terminal.type("sleep 10 &");
    terminal.interrupt(false);
    CHECK(terminal.type("jobs") == "[1]+  Running                 sleep 10 &\n");
}

TEST_CASE("exit ends a terminal's shell") {
    Terminal terminal;
    terminal.type("trap 'echo bye' EXIT");
    CHECK(terminal.type("exit 3") == "bye\n");
    CHECK(terminal.world.status() == 3);
    Terminal other;
    other.type("false");
    other.type("logout");
    CHECK(other.world.status() == 1);
}

TEST_CASE("a terminal's shell survives TERM and set -e ends it") {
    Terminal terminal;
    terminal.type("kill $$");
    CHECK_FALSE(terminal.world.ended());
    terminal.type("set -e");
    terminal.type("false");
    CHECK(terminal.world.ended());
}

TEST_CASE("traps set in a terminal run between lines and commands") {
    Terminal terminal;
    terminal.type("trap 'echo usr' USR1");
    terminal.world.signal_from_outside(1, kSigUsr1);
    terminal.world.run(terminal.world.now);
    CHECK(terminal.world.output() == "usr\n");
    CHECK(terminal.shell().idle());
}

// Measured with bash 5.2 and dash 0.5.12 on a terminal.
TEST_CASE("a terminal's shell with a trap of INT: bash gives up the loop all the same, ash goes on") {
    for (const Dialect dialect : {Dialect::Bash, Dialect::Ash}) {
        INFO((dialect == Dialect::Bash ? "bash" : "ash"));
        Terminal terminal(dialect);
        CHECK(terminal.type("trap : INT") == "");
        terminal.type("while sleep 10; do echo tick; done; echo after", seconds(15));
        const std::size_t before = terminal.world.outputs.size();
        terminal.interrupt(true);
        std::string out;
        for (std::size_t i = before; i < terminal.world.outputs.size(); ++i) out += terminal.world.outputs[i].text;
        CHECK(terminal.shell().idle());
        CHECK(out == (dialect == Dialect::Bash ? "" : "after\n"));
    }
}
