// What docker says of its builder, and of a build's flags (docker/cli v28 cmd/docker/builder.go).

#include <catch2/catch.hpp>

#include "sim/programs/docker/build.hpp"
#include "sim/programs/ignore_patterns.hpp"
#include "tests/programs/docker_fixture.hpp"

using namespace podium;
using namespace podium::programs;

TEST_CASE("docker build: DOCKER_BUILDKIT asks for a builder that isn't there, or does without") {
    DockerHost host;
    host.run("printf 'FROM busybox\\n' > Dockerfile");
    const auto build = [&host](const std::string& value, const std::string& verb) { return host.run("DOCKER_BUILDKIT=" + value + " docker " + verb + " ."); };
    CHECK(build("0", "build").error == std::string(docker::kBuildKitDisabled) + "\n\n");
    CHECK(build("false", "image build").status == 0);
    CHECK(build("", "build").error == std::string(docker::kNoBuildx) + "\n\n");
    for (const char* verb : {"build", "image build"}) {
        const DockerHost::Result missing = build("1", verb);
        CHECK(missing.status == 1);
        CHECK(missing.out.empty());
        CHECK(missing.error == std::string(docker::kBuildKitMissing) + "\n");
    }
    CHECK(build("maybe", "build").error == "DOCKER_BUILDKIT environment variable expects boolean value: strconv.ParseBool: parsing \"maybe\": invalid syntax\n");
    CHECK(host.run("DOCKER_BUILDKIT=1 docker ps").status == 0);
}

TEST_CASE("docker build: a tag is a flag's value, told with the usage and before the Dockerfile is looked for") {
    DockerHost host;
    const DockerHost::Result wrong = host.run("docker build -t 'A B' .");
    CHECK(wrong.status == 125);
    CHECK(wrong.error.starts_with(std::string(docker::kNoBuildx) + "\n\ninvalid argument \"A B\" for \"-t, --tag\" flag: invalid reference format"));
    CHECK(wrong.error.ends_with("\n\nUsage:  docker build [OPTIONS] PATH | URL | -\n\nRun 'docker build --help' for more information\n"));
    CHECK(host.run("docker build --nosuch .").error.starts_with(std::string(docker::kNoBuildx) + "\n\nunknown flag: --nosuch\n"));
}

// docs.docker.com/build/concepts/context (.dockerignore files), moby/patternmatcher and its ignorefile.ReadAll.
TEST_CASE("ignore patterns: wildcards, folders and classes are read as docker reads them") {
    struct Row {
        const char* pattern;
        const char* path;
        bool left_out;
    };
    for (const Row& row : {Row{"**", "dir/file", true},
                           Row{"**/", "file", true},
                           Row{"**/dir2/*", "dir/dir2/file", true},
                           Row{"**/dir2/*", "dir/file", false},
                           Row{"**file", "dir/xfile", true},
                           Row{"**file?", "dir/xfile1", false},  // with another wildcard it begins behind a slash
                           Row{"**/file", "dir/xfile", false},
                           Row{"**/file", "file", true},
                           Row{"**/**/*.txt", "dir/dir/file.txt", true},
                           Row{"a**/*.txt", "a/dir/file.txt", true},
                           Row{"a/*.txt", "a/dir/file.txt", false},
                           Row{"a/*.txt**", "a/file.txt", true},
                           Row{"a/**", "a", false},
                           Row{"a/**", "a/b/c", true},
                           Row{"a", "a/b/c", true},
                           Row{"a", "b/a", false},
                           Row{"a?c", "a/c", false},
                           Row{"a?c", "aéc", true},
                           Row{"a[b-d]e", "ace", true},
                           Row{"a[^b-d]e", "ace", false},
                           Row{"a[^b-d]e", "aze", true},
                           Row{"a[\xC3\xA9]b", "a\xC3\xA9" "b", true},
                           Row{"a[\xC3\xA9]b", "a\xC3\xA8" "b", false},
                           Row{"a[^\xC3\xA9]b", "a\xC3\xA8" "b", true},
                           Row{"[\xD0\xB0-\xD1\x8F]", "\xD0\xB6", true},
                           Row{"a\\*", "a*", true},
                           Row{"a\\*", "ab", false},
                           Row{"./x/../a/", "a", true},
                           Row{"/a", "a", true},
                           Row{"../a", "a", false},
                           Row{".", "a", false},
                           Row{"#a", "#a", false},
                           Row{" #a", "#a", true},
                           Row{"\xEF\xBB\xBF a \r", "a", true},
                           Row{"*\n!b", "b", false},
                           Row{"*\n!b\nb", "b", true},
                           Row{"a(b).c+", "a(b).c+", true}}) {
        INFO(row.pattern << " " << row.path);
        const IgnorePatterns patterns(row.pattern);
        CHECK(patterns.wrong().empty());
        CHECK(patterns.leave_out(row.path) == row.left_out);
    }
    // TarWithOptions looks below a folder for what is named with it alone.
    const IgnorePatterns kept("a\nb\n!a/keep\n!**/other");
    CHECK(kept.may_keep_below("a"));
    CHECK(!kept.may_keep_below("b"));
    CHECK(!kept.leave_out("a/keep"));
    CHECK(kept.leave_out("a/f"));
    for (const char* wrong : {"a[", "[]", "[-a]", "[a-]", "a\\"}) CHECK(IgnorePatterns(wrong).wrong() == "syntax error in pattern");
    CHECK(IgnorePatterns("a\n!").wrong() == "illegal exclusion pattern: \"!\"");
}

TEST_CASE("docker build: a pattern of .dockerignore that is none ends it") {
    DockerHost host;
    host.run("printf 'FROM busybox\\n' > Dockerfile; printf 'a[\\n' > .dockerignore");
    const DockerHost::Result wrong = host.run("docker build .");
    CHECK(wrong.status == 1);
    CHECK(wrong.error.find("error checking context: syntax error in pattern\n") != std::string::npos);
}
