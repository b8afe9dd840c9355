#pragma once

// A run on one host with a container that crashes and is restarted, for tests of the desktop.

#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "sim/lab/session.hpp"
#include "tests/source_directory.hpp"

namespace podium::desktop::test {

inline std::string images() {
    std::ifstream in(podium::test::source_directory() + "/scenarios/images.yaml", std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Containers of nginx can be started at once.
inline lab::Session small_run(std::uint64_t seed = 1) {
    lab::SetUp set_up;
    set_up.seed = seed;
    set_up.catalogue = images();
    set_up.images = {"busybox", "nginx"};
    auto session = lab::Session::create(set_up);
    REQUIRE(session.ok());
    return std::move(*session);
}

}  // namespace podium::desktop::test
