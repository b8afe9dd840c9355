#pragma once

// A host with a Compose project, for tests of docker compose 2.

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sim/base/text.hpp"
#include "tests/programs/docker_fixture.hpp"

namespace podium::programs {

inline constexpr const char* kLoop =
    "sh -c \"trap 'exit 0' TERM; echo hello; while :; do sleep 0.2; done\"";

inline std::string two_services() {
    return std::string("services:\n  db:\n    image: redis:latest\n    command: ") + kLoop +
           "\n    volumes: [dbdata:/data]\n  web:\n    image: nginx:latest\n    command: " + kLoop +
           "\n    depends_on: [db]\n    ports: [\"8080:80\"]\nvolumes:\n  dbdata:\n";
}

// A host with a project "app" in the directory where lines are typed.
class ComposeHost : public DockerHost {
  public:
    explicit ComposeHost(const std::string& file) {
        run("mkdir app");
        write(file);
        run("cd app");
    }

    void write(const std::string& file) { write_file("/root/app/compose.yaml", file); }

    Result compose(const std::string& words) {
        return run("docker compose " + words + " < /dev/null");
    }
};

inline std::vector<std::string> sorted_lines(const std::string& text) {
    std::vector<std::string> lines = split(text, '\n');
    std::sort(lines.begin(), lines.end());
    return lines;
}

inline void same_lines(const std::string& got, const std::string& wanted) {
    CHECK(sorted_lines(got) == sorted_lines(wanted));
}

inline bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace podium::programs
