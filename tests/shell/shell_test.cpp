// The shell's command line, its sources of commands, its limits.

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "sim/base/work.hpp"
#include "sim/shell/arithmetic.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/parse.hpp"
#include "sim/shell/pattern.hpp"
#include "sim/shell/signals.hpp"
#include "tests/shell/fake_system.hpp"

using namespace podium;
using namespace podium::shell;
using podium::shell::testing::FakeWorld;

namespace {

FakeWorld run(const std::vector<std::string>& argv,
              Dialect dialect = Dialect::Ash,
              const std::string& input = {}) {
    FakeWorld world(dialect);
    world.add_init();
    world.input = input;
    world.files["/s.sh"].content = "echo \"$0 $1 $#\"\nnosuch\n";
    world.files["/bad.sh"].content = "echo ran\nif; then\n";
    world.start_shell(argv, {"HOME=/root", "not a name=1", "X=y"});
    world.run();
    return world;
}

std::string repeated(const std::string& text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i)
        out += text;
    return out;
}

}  // namespace

TEST_CASE("sh -c takes a name and arguments") {
    const FakeWorld world = run({"sh", "-c", "echo $0 $# $2; nosuch", "name", "a", "b"});
    CHECK(world.output() == "name 2 b\n");
    CHECK(world.errors() == "name: line 0: nosuch: not found\n");
    CHECK(world.status() == 127);
}

TEST_CASE("sh takes options before -c and by name") {
    CHECK(run({"sh", "-ec", "false; echo never"}).status() == 1);
    CHECK(run({"sh", "-e", "-c", "false; echo never"}).output().empty());
    CHECK(run({"sh", "-o", "pipefail", "-c", "false | true"}).status() == 1);
    CHECK(run({"sh", "-l", "-c", "echo $X"}).output() == "y\n");
    CHECK(run({"bash", "--norc", "-c", "echo $HOSTNAME"}, Dialect::Bash).output() == "fakehost\n");
}

TEST_CASE("sh refuses options it does not know") {
    const FakeWorld world = run({"sh", "-q"});
    CHECK(world.errors() == "sh: illegal option -q\n");
    CHECK(world.status() == 2);
    CHECK(run({"sh", "-c"}).errors() == "sh: -c requires an argument\n");
    CHECK(run({"bash", "-o", "nonsense"}, Dialect::Bash).errors() ==
          "bash: nonsense: invalid option name\n");
}

TEST_CASE("sh runs a file with arguments") {
    const FakeWorld world = run({"sh", "/s.sh", "arg"});
    CHECK(world.output() == "/s.sh arg 1\n");
    CHECK(world.errors() == "/s.sh: line 2: nosuch: not found\n");
    CHECK(world.status() == 127);
    CHECK(run({"bash", "/s.sh"}, Dialect::Bash).errors() ==
          "/s.sh: line 2: nosuch: command not found\n");
}

TEST_CASE("printf says where it writes no more") {
    for (const char* script : {"printf '%9999s' {1..200} > /f; echo $?", "f=$(printf '%%9999s%.0s' {1..200}); printf \"$f\" > /f; echo $?"}) {
        const FakeWorld world = run({"bash", "-c", script}, Dialect::Bash);
        CHECK(world.output() == "1\n");
        CHECK(world.errors() == "bash: line 1: printf: Podium's printf writes up to 1 MiB at once\n");
    }
}

TEST_CASE("sh of a missing file says so") {
    CHECK(run({"sh", "/none"}).errors() == "sh: can't open '/none': No such file or directory\n");
    CHECK(run({"sh", "/none"}).status() == 2);
    CHECK(run({"bash", "/none"}, Dialect::Bash).errors() ==
          "bash: /none: No such file or directory\n");
    CHECK(run({"bash", "/none"}, Dialect::Bash).status() == 127);
}

TEST_CASE("what comes before a syntax error has run") {
    const FakeWorld world = run({"sh", "/bad.sh"});
    CHECK(world.output() == "ran\n");
    CHECK(world.errors() == "/bad.sh: line 2: syntax error: unexpected \";\"\n");
    CHECK(world.status() == 2);
    const FakeWorld bash = run({"bash", "/bad.sh"}, Dialect::Bash);
    CHECK(bash.errors() ==
          "/bad.sh: line 2: syntax error near unexpected token `;'\n/bad.sh: line 2: `if; then'\n");
}

TEST_CASE("sh reads commands from standard input") {
    const FakeWorld world =
        run({"sh"},
            Dialect::Ash,
            "x=1\nif [ $x = 1 ]; then\necho yes\nfi\ncat <<E\ndoc\nE\nexit 4\necho never\n");
    CHECK(world.output() == "yes\ndoc\n");
    CHECK(world.status() == 4);
    CHECK(run({"sh"}, Dialect::Ash, "echo no newline").output() == "no newline\n");
    CHECK(run({"sh"}, Dialect::Ash, "if true; then").errors() ==
          "sh: syntax error: unexpected end of file (expecting \"fi\")\n");
    CHECK(run({"sh", "-s", "a", "b"}, Dialect::Ash, "echo $2 $0").output() == "b sh\n");
    CHECK(run({"sh"}, Dialect::Ash, "").status() == 0);
}

TEST_CASE("bash leaves the rest of its input to its children") {
    CHECK(run({"bash"}, Dialect::Bash, "read x\ndata\necho got $x\n").output() == "got data\n");
    CHECK(run({"bash"}, Dialect::Bash, "cat\nnot a command\n").output() == "not a command\n");
}

TEST_CASE("the last command of sh -c takes the shell's place where nothing remains") {
    const auto left = [](const std::string& script) {
        FakeWorld world;
        world.start_shell({"sh", "-c", script});
        world.run(Time{} + seconds(1));
        return world.running();
    };
    using Names = std::vector<std::string>;
    CHECK(left("sleep 60") == Names{"sleep"});
    CHECK(left("x=1; true; sleep 60") == Names{"sleep"});
    CHECK(left("true && sleep 60") == Names{"sleep"});
    CHECK(left("if true; then sleep 60; fi") == Names{"sleep"});
    CHECK(left("sleep 60; true") == Names{"sh", "sleep"});
    CHECK(left("! sleep 60") == Names{"sh", "sleep"});
    CHECK(left("trap : TERM; sleep 60") == Names{"sh", "sleep"});
    CHECK(left("while true; do sleep 60; done") == Names{"sh", "sleep"});
    CHECK(left("sleep 60 >/dev/null") == Names{"sleep"});
    CHECK(left("(sleep 60); true") == Names{"sh", "sleep"});
    CHECK(left("sleep 60 & sleep 50 & wait") == Names{"sh", "sleep", "sleep"});
}

TEST_CASE("the program that takes the shell's place has its redirections and environment") {
    const FakeWorld world = run({"sh", "-c", "A=1 env >/tmp/out"});
    CHECK(world.content("/tmp/out") == "A=1\nHOME=/root\nPWD=/\nSHLVL=1\nX=y\n");
}

TEST_CASE("a disk that is full fails echo") {
    FakeWorld world;
    world.disk_full = true;
    world.start_shell({"sh", "-c", "echo x >/tmp/f; echo $?"});
    world.run();
    CHECK(world.output() == "1\n");
    CHECK(world.errors() == "sh: write error: No space left on device\n");
}

TEST_CASE("a fork that fails is an error with a sentence") {
    FakeWorld world;
    world.most_forks = 0;
    world.start_shell({"sh", "-c", "x=$(echo a); echo never"});
    world.run();
    CHECK(world.errors() == "sh: can't fork: Invalid argument\n");
    CHECK(world.status() == 2);
}

TEST_CASE("read -t gives up in time") {
    FakeWorld world;
    world.terminal = true;
    world.start_shell({"sh", "-c", "read -t 2.5 x; echo $?"});
    world.run();
    CHECK(world.output() == "1\n");
    CHECK(world.now == Time{} + milliseconds(2500));
}

TEST_CASE("a trapped signal ends read, and the trap runs") {
    FakeWorld world;
    world.terminal = true;
    world.start_shell({"sh", "-c", "trap 'echo t' TERM; read x; echo $?"});
    world.schedule_signal(Time{} + seconds(2), kSigTerm);
    world.run();
    CHECK(world.output() == "t\n1\n");
}

// Measured with bash 5.2: the trap runs, and read reads on.
TEST_CASE("a trapped signal does not end bash's read") {
    FakeWorld world{Dialect::Bash};
    world.terminal = true;
    world.start_shell({"bash", "-c", "trap 'echo t' TERM; read -t 5 x; echo $?"});
    world.schedule_signal(Time{} + seconds(2), kSigTerm);
    world.run();
    CHECK(world.output() == "t\n142\n");
    CHECK(world.now == Time{} + seconds(5));
}

TEST_CASE("descriptors are closed when a command has ended") {
    FakeWorld world;
    world.start_shell({"sh",
                       "-c",
                       "for i in 1 2 3; do echo $i >/tmp/a 2>/tmp/b >/tmp/c; { echo x; } 3>/tmp/d; "
                       "cat <<X >/dev/null\ndoc\nX\n"
                       "x=$(echo $i); f() { :; }; f >/tmp/e; echo a | cat >/dev/null; done; exec "
                       "5>/tmp/f; sleep 1; :"});
    world.run(Time{} + milliseconds(500));
    const auto& descriptors = world.processes.at(1).descriptors;
    CHECK(descriptors.size() == 4);
    CHECK(descriptors.contains(3));
}

TEST_CASE("parse: an error has its line and column") {
    const auto script = parse("echo a\nif true; then\n  echo b )\nfi", "entrypoint.sh");
    REQUIRE_FALSE(script.ok());
    CHECK(script.error().text() ==
          "entrypoint.sh:3:10: syntax error: unexpected \")\" (expecting \"fi\")");
}

TEST_CASE("parse: nesting has a limit") {
    for (const char* unit : {"{ ", "$(", "${x:-", "(", "if ", "`", "\"$("}) {
        const auto script = parse("echo " + repeated(unit, 5000), "deep");
        INFO(unit);
        if (!script.ok()) CHECK(script.error().message.size() > 10);
    }
    CHECK(parse(repeated("{ ", 200), "deep").error().message ==
          "the script nests too deeply (at most 100 levels)");
    CHECK(parse(repeated("{ ", 50) + ":" + repeated("; }", 50), "fine").ok());
}

TEST_CASE("parse: a text has a limit") {
    CHECK(parse(std::string(kMaxScriptBytes, ' '), "fits").ok());
    CHECK(parse(std::string(kMaxScriptBytes + 1, ' '), "long").error().message ==
          "the script is too long (at most 1048576 bytes)");
}

TEST_CASE("a condition may have many parts, and a pattern's matching has a limit") {
    CHECK(run({"bash", "-c", "y=' && a'; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do y=$y$y; done; eval \"[[ a$y ]]\"; echo $?"}, Dialect::Bash).output() == "0\n");
    CHECK(run({"bash", "-c", "y=' || a'; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do y=$y$y; done; eval \"[[ '' $y ]]\"; echo $?"}, Dialect::Bash).output() == "0\n");
    const std::string texts = "x=aaaaaaaa; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do x=$x$x; done; ";
    const auto condition = run({"bash", "-c", texts + "[[ $x == *${x:0:30000}b* ]]; echo $?"}, Dialect::Bash);
    CHECK(condition.output() == "2\n");
    CHECK(condition.errors() == "bash: line 1: [[: the pattern takes too long to match (Podium's shell gives up after 20 million steps)\n");
    CHECK(run({"bash", "-c", texts + "case $x in *${x:0:30000}b*) ;; esac; echo never"}, Dialect::Bash).errors() ==
          "bash: line 1: the pattern takes too long to match (Podium's shell gives up after 20 million steps)\n");
}

TEST_CASE("a for (( )) whose part is wrong ends with 1") {
    const auto both = [](const std::string& script) {
        const auto world = run({"bash", "-c", script}, Dialect::Bash);
        return world.output() + world.errors();
    };
    CHECK(both("for ((i=0; i<2; i+=1/0)); do echo x; done; echo $?") == "x\n1\nbash: line 1: ((: i+=1/0: division by 0 (error token is \"0\")\n");
    CHECK(both("for ((i=1/0; i<2; i++)); do echo x; done; echo $?") == "1\nbash: line 1: ((: i=1/0: division by 0 (error token is \"0\")\n");
    CHECK(both("for ((; i<1/0; i++)); do echo x; done; echo $?") == "1\nbash: line 1: ((: i<1/0: division by 0 (error token is \"0\")\n");
}

TEST_CASE("bash goes on with a script's next line after an error of arithmetic") {
    const auto ran = [](const std::string& script) {
        FakeWorld world(Dialect::Bash);
        world.add_init();
        world.files["/d.sh"].content = script;
        world.start_shell({"bash", "/d.sh"}, {});
        world.run();
        return world;
    };
    // As bash 5.2 does.
    const FakeWorld world = ran(
        "f() { local q=5; echo in; echo $((1/0)); echo never; }\nq=1\nf; echo never\necho $q $?\n"
        "a[1/0]=3; echo never\necho $?\necho ${nope?gone}\necho never\n");
    CHECK(world.output() == "in\n1 1\n1\n");
    CHECK(world.errors() ==
          "/d.sh: line 1: 1/0: division by 0 (error token is \"0\")\n/d.sh: line 5: 1/0: division by 0 (error token is \"0\")\n"
          "/d.sh: line 7: nope: gone\n");
    CHECK(world.status() == 1);
    // A subscript's error leaves eval, too.
    const FakeWorld nested = ran("eval 'a[1/0]=3; echo never'; echo never\necho $?\n");
    CHECK(nested.output() == "1\n");
    CHECK(nested.status() == 0);
}

TEST_CASE("bash names the functions that run") {
    FakeWorld world(Dialect::Bash);
    world.add_init();
    world.files["/d.sh"].content =
        "f() { echo $FUNCNAME ${FUNCNAME[1]} ${#FUNCNAME[@]}; g; (echo ${FUNCNAME[@]}); . /in.sh; }\n"
        "g() { echo ${FUNCNAME[@]}; }\nf\necho [$FUNCNAME]\n";
    world.files["/in.sh"].content = "echo ${FUNCNAME[@]}\ng\n";
    world.start_shell({"bash", "/d.sh"}, {});
    world.run();
    // As bash 5.2 does.
    CHECK(world.output() == "f main 2\ng f main\nf main\nsource f main\ng source f main\n[]\n");
}

TEST_CASE("what else bash makes of ${name@X} is refused by name") {
    const FakeWorld world = run({"bash", "-c", "echo ${x@A}"}, Dialect::Bash);
    CHECK(world.errors().find("Podium's shell does not model ${x@A}") != std::string::npos);
    CHECK(world.status() != 0);
    CHECK(run({"sh", "-c", "x=1; echo ${x@Q}"}).errors().find("bad substitution") != std::string::npos);
}

TEST_CASE("an expansion has a limit") {
    const FakeWorld world = run({"sh", "-c", "x=aaaaaaaaaaaaaaaa; while :; do x=$x$x; done"});
    CHECK(world.errors() == fmt::format("sh: {}\n", kTooLong));
    CHECK(world.status() == 2);
    const FakeWorld fields =
        run({"sh", "-c", "x=' a a a a a a a a'; while :; do x=$x$x; set -- $x; done"});
    CHECK(fields.errors() == "sh: the expansion has too many fields\n");
    const FakeWorld braces = run({"bash", "-c", "echo " + repeated("{,b}", 40)}, Dialect::Bash);
    CHECK(braces.errors() == "bash: line 1: the expansion has too many fields\n");
    // Neither is a sequence left as it is written, nor is less than all made, nor more kept than words may be long.
    for (const char* script : {"echo {1..20000}", "for i in {1..1000000}; do echo $i; done", "echo {1..4096}{1..16}x{,}"})
        CHECK(run({"bash", "-c", script}, Dialect::Bash).errors() == "bash: line 1: the expansion has too many fields\n");
    CHECK(run({"bash", "-c", "echo " + repeated("{,b}", 60)}, Dialect::Bash).errors() == "bash: line 1: the word has too many braces\n");
    CHECK(run({"bash", "-c", "x=$(printf '%9999s'); echo \"$x\"{1..9999}"}, Dialect::Bash).errors() == fmt::format("bash: line 1: {}\n", kTooLong));
    const FakeWorld output =
        run({"sh",
             "-c",
             "x=$(while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done "
             "| head -n 30000)"});
    CHECK(output.errors() == fmt::format("sh: {}\n", kTooLong));
}

TEST_CASE("matching has a limit") {
    const std::string script = "x=" + repeated("a", 5000) + "; echo ${x//" + repeated("a*", 100) +
                               "b/z}; echo no";
    const FakeWorld world = run({"sh", "-c", script});
    CHECK(world.errors().find("the pattern takes too long to match") != std::string::npos);
    CHECK(world.output().empty());
    // One pass is enough where a prefix or a suffix is taken away.
    const std::string once = "x=" + repeated("a", 20000) + "; echo ${#x}; y=${x##" +
                             repeated("*a", 50) + "b}; echo ${#y}; y=${x%%" + repeated("a*", 50) +
                             "}; echo ${#y}";
    CHECK(run({"sh", "-c", once}).output() == "20000\n20000\n0\n");
}

TEST_CASE("calls have a limit") {
    const FakeWorld world = run({"sh", "-c", "f() { f; }; f"});
    CHECK(world.errors() == "sh: calls nest too deeply (at most 2000 frames)\n");
    CHECK(world.status() == 2);
}

TEST_CASE("substitutions of one command have a limit") {
    const FakeWorld world = run({"sh", "-c", "echo " + repeated("$(:)", 1100)});
    CHECK(world.errors() == "sh: too many command substitutions in one command (at most 1000)\n");
}

TEST_CASE("arithmetic has limits") {
    CHECK(run({"sh", "-c", "echo $((" + repeated("(", 200) + "1" + repeated(")", 200) + "))"})
              .status() == 2);
    CHECK(run({"sh", "-c", "a=a; echo $((a))"}).errors() ==
          "sh: expression recursion loop detected\n");
    std::string doubling = "a0=1; ";
    for (int i = 1; i < 16; ++i)
        doubling += "a" + std::to_string(i) + "=a" + std::to_string(i - 1) + "+a" +
                    std::to_string(i - 1) + "; ";
    CHECK(run({"sh", "-c", doubling + "echo $((a15))"}).errors() ==
          "sh: the expression reads too many variables\n");
}

TEST_CASE("arrays have limits") {
    const auto errors = [](const std::string& script) { return run({"bash", "-c", script + "; echo never"}, Dialect::Bash).errors(); };
    const std::string elements = "bash: line 1: a: the array is too large (Podium's shell keeps 65536 elements and 32 MiB)\n";
    CHECK(errors("a=({1..9999} {1..9999} {1..9999} {1..9999} {1..9999} {1..9999} {1..9999})") == elements);
    CHECK(errors("a=({1..9999} {1..9999} {1..9999} {1..9999} {1..9999} {1..9999}); a+=(${a[@]:0:6000})") == elements);
    CHECK(errors("for i in {1..7}; do for j in {1..9999}; do a[n++]=x; done; done") == elements);
    CHECK(errors("x=aaaaaaaa; for i in {1..17}; do x=$x$x; done; for i in {1..40}; do a[i]=$x; done") == elements);
    CHECK(errors("a[4611686018427387905]=x") == "bash: line 1: a[4611686018427387905]: bad array subscript\n");
    CHECK(run({"bash", "-c", "printf '\\n%.0s' {1..9999} > /f; cat /f /f /f /f /f /f /f | { mapfile a; echo $? ${#a[@]}; }"}, Dialect::Bash).output() == "1 0\n");
    CHECK(run({"bash", "-c", "a[4611686018427387904]=x; a+=(y); echo ${#a[@]}"}, Dialect::Bash).errors().find("bad array subscript") != std::string::npos);
}

TEST_CASE("declared arrays have limits") {
    const auto errors = [](const std::string& script) { return run({"bash", "-c", script + "; echo never"}, Dialect::Bash); };
    const std::string elements = "bash: line 1: b: the array is too large (Podium's shell keeps 65536 elements and 32 MiB)\n";
    for (const char* command : {"declare", "export", "readonly", "typeset"}) {
        const FakeWorld world = errors(fmt::format("z=({{1..9999}}); b=(x); {0} b+=(\"${{z[@]}}\"); for i in 1 2 3 4 5 6; do declare b+=(\"${{z[@]}}\"); done", command));
        if (std::string_view(command) != "readonly") CHECK(world.errors() == elements);
        CHECK(world.output().empty());
        CHECK(world.status() == 1);
    }
    CHECK(errors("f() { local b=({1..9999}); while :; do local b+=(\"${b[@]}\"); done; }; f").errors() == "environment" + elements.substr(4));
    const FakeWorld refused = run({"bash", "-c", "i=0; declare -A m=([i=5]=x); echo $? $i"}, Dialect::Bash);
    CHECK(refused.output() == "2 0\n");
    CHECK(refused.errors() == "bash: line 1: declare: Podium's shell has no associative arrays; use case, or two arrays with the same indices\n");
}

TEST_CASE("a function's local array over a read-only one") {
    const FakeWorld world = run({"bash", "-c", "readonly r=(1); f() { local r=(2); echo $? ${r[@]}; local r=2; echo $? ${r[@]}; }; f; echo $?"}, Dialect::Bash);
    CHECK(world.output() == "1 1\n1 1\n0\n");
    CHECK(world.errors() == "environment: line 1: local: r: readonly variable\nenvironment: line 1: local: r: readonly variable\n");
}

TEST_CASE("large arrays take no long time") {
    const auto work = [](const std::string& script, const std::string& output) {
        const std::uint64_t before = work_done();
        CHECK(run({"bash", "-c", script}, Dialect::Bash).output() == output);
        return work_done() - before;
    };
    const std::string large = "for ((i=60000;i>0;i--)); do a[i]=x; done; ";
    const std::uint64_t filled = work(large + "echo ${#a[@]}", "60000\n");
    std::string many = "a[0]=1";
    for (int i = 1; i < 1500; ++i) many += fmt::format(",a[{}]=1", i);
    CHECK(work(large + "(( " + many + " )); echo ${#a[@]}", "60001\n") < filled + 500'000);
    CHECK(work(large + "for i in {1..500}; do : ${#a[@]}; done; echo ok", "ok\n") < filled + 500'000);
    CHECK(work(large + "for i in {60000..59000}; do unset \"a[i]\"; done; echo ${#a[@]}", "58999\n") < filled + 500'000);
}

TEST_CASE("the memory of arrays is counted") {
    const auto memory = [](const std::string& script) { return run({"bash", "-c", script}, Dialect::Bash).most_memory; };
    constexpr std::int64_t kLeast = 9999 * static_cast<std::int64_t>(sizeof(std::string));
    const std::string lines = "printf 'x\\n%.0s' {1..9999} > /f; ";
    CHECK(memory("for i in {1..9999}; do a[i]=x; done") > kLeast);
    CHECK(memory(lines + "mapfile a < /f") > kLeast);
    CHECK(memory(lines + "mapfile a < /f; mapfile b < /f") > 2 * kLeast);
    CHECK(memory("x=' a a a a a a a a'; for i in 1 2 3 4 5 6 7 8 9 10; do x=$x$x; done; read -a b <<< $x") > 8 * 1024 * 40);
    CHECK(memory("a=({1..9999}); f() { local a=({1..9999}); g; }; g() { local a=({1..9999}); }; f") > 3 * kLeast);
    CHECK(memory("f() { local a=({1..9999}); }; f; f; f; f; f; f; f; f") < 3 * 9999 * 80);
}

// A long subscript is none: where every command could have one, each would be looked for to the text's end.
TEST_CASE("parse: many brackets take no long time") {
    CHECK(parse(repeated("a[;", 300'000), "brackets").ok());
    CHECK(parse("a=(" + repeated("[ ", 300'000) + ")", "brackets").ok());
}

TEST_CASE("arrays are bash's alone") {
    const auto errors = [](const std::string& script) { return run({"sh", "-c", script + "; echo never"}).errors(); };
    const std::string none = "sh: Podium's shell has arrays in bash only, as sh has none; use bash, or set -- and \"$@\"\n";
    CHECK(errors("a=(x y)") == none);
    CHECK(errors("a[0]=x") == none);
    CHECK(errors("f() { local a=(x); }; f") == none);
    CHECK(errors("echo ${a[0]}") == "sh: syntax error: bad substitution\n");
    CHECK(errors("echo ${#a[@]}") == "sh: syntax error: bad substitution\n");
    CHECK(errors("echo ${!a}") == "sh: syntax error: bad substitution\n");
    CHECK(errors("echo $((a[0]))") == "sh: arithmetic syntax error\n");
}

TEST_CASE("declare refuses by name what it does not model") {
    const auto errors = [](const std::string& script) { return run({"bash", "-c", script}, Dialect::Bash).errors(); };
    CHECK(errors("declare -A m") == "bash: line 1: declare: Podium's shell has no associative arrays; use case, or two arrays with the same indices\n");
    CHECK(errors("declare -i n=1") == "bash: line 1: declare: Podium's shell does not model the option -i\n");
    CHECK(errors("f() { local -n n=1; }; f") == "environment: line 1: local: Podium's shell does not model the option -n\n");
    CHECK(errors("mapfile -C f a") == "bash: line 1: mapfile: Podium's shell does not model the option -C\n");
}

TEST_CASE("patterns match as in life and in bounded time") {
    CHECK(matches_pattern("*.tar.gz", "a.b.tar.gz"));
    CHECK(matches_pattern("[!a-c]?[]x]", "dz]"));
    CHECK(matches_pattern("[[:digit:]][[:upper:][:space:]]", "5 "));
    CHECK(matches_pattern("\\*\\?", "*?"));
    CHECK_FALSE(matches_pattern("a", "ab"));
    CHECK(matches_pattern("[", "["));
    CHECK(matches_pattern("[a", "[a"));
    CHECK_FALSE(matches_pattern(repeated("*a", 500) + "b", std::string(2000, 'a')));
}

TEST_CASE("a variable a script may not change ends it everywhere") {
    for (const char* script : {"readonly x=1; x=2; echo never",
                               "readonly x=1; for x in a; do :; done; echo never",
                               "readonly x; echo $((x=1)); echo never",
                               "readonly x; echo ${x:=1}; echo never",
                               "readonly x=1; export x=2; echo never",
                               "readonly x=1; unset x; echo never"}) {
        INFO(script);
        const FakeWorld world = run({"sh", "-c", script});
        CHECK(world.output().empty());
        CHECK(world.errors().find("is read only") != std::string::npos);
        CHECK(world.status() == 2);
    }
}

TEST_CASE("builtins refuse by name what they do not model") {
    const auto errors = [](const std::string& script) {
        return run({"sh", "-c", script}).errors();
    };
    CHECK(errors("umask 022") == "sh: umask: Podium's shell does not model this builtin\n");
    CHECK(errors("set -m") == "sh: set: line 0: Podium's shell does not model the option -m\n");
    CHECK(errors("read -s x") == "sh: read: line 0: Podium's shell does not model the option -s\n");
    CHECK(errors("echo x <>/tmp/f") ==
          "sh: Podium's shell does not open files for both reading and writing (<>)\n");
    CHECK(errors("cat <(echo x)") == "sh: syntax error: unexpected \"(\"\n");
    CHECK(errors("echo a >&2; for ((i=0; i<3; i++)); do :; done; echo never >&2") ==
          "a\nsh: Podium's shell does not model for (( )) outside of bash; use while\n");
    CHECK(errors("echo a >&2; [[ a == a ]]; echo never >&2") ==
          "a\nsh: [[: not found\nnever\n");
    CHECK(errors("kill -- -1") == "sh: Podium's shell does not signal process groups\n");
    CHECK(errors("awk x") == "sh: awk: Podium does not model this program\n");
}
