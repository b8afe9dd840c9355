#pragma once

// Runs one docker command on a host whose engine and swarm are a script: each request is answered by the
// next exchange that was recorded, when it was answered then, and what was asked is kept.

#include <string>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"

namespace podium::programs {

struct Exchange {
    std::string target;  ///< "GET /services/web?insertDefaults=false", without the API's version.
    std::string request;  ///< Its body's text; empty when it has none.
    int status = 200;
    std::string body;
    Duration answered{};  ///< After the command began.
    bool stream = false;  ///< The answer is a stream: what was written, and its end.
};

/// What was asked: the target, and the body's text.
using Asked = std::pair<std::string, std::string>;

struct ScriptedRun {
    std::string out;
    std::string error;
    int status = -1;  ///< -1: it had not ended.
    std::vector<Asked> asked;
    std::vector<Asked> unexpected;  ///< Of these, those the script had no answer for: they got 404.
};

struct SwarmScript {
    std::vector<Exchange> exchanges;
    Duration clock{};              ///< How far the host's clock is ahead of the run's beginning.
    Duration longest = minutes(2);
    Duration interrupt_at{};       ///< A Ctrl-C comes then; none when 0.
    std::string input;             ///< Standard input.
    bool orchestrated = false;     ///< Somebody answers for a swarm besides the host's engine.
    bool terminal = false;         ///< Standard output is a terminal.
    std::vector<std::pair<std::string, std::string>> files;  ///< In /root, where the command runs.
    bool any_order = false;        ///< An answer is the first of its target (or path), and stays good when it is the last.
};

ScriptedRun run_scripted(const std::string& command, const SwarmScript& script);

}  // namespace podium::programs
