#pragma once

// Three hosts that form a swarm, and terminals on them, for tests by typed lines.

#include <cstdint>
#include <map>
#include <string>

#include "sim/lab/session.hpp"

namespace podium::lab {

/// swarm-larry (the manager), swarm-curly and swarm-moe, or the hosts of a cluster file's text. Formed.
class SwarmTerminal {
  public:
    SwarmTerminal();
    explicit SwarmTerminal(const std::string& cluster);

    struct Done {
        std::string out;
        std::string error;
        int status = -1;  ///< -1: it goes on.
    };

    /// Types a line and waits until it is done, or for so long.
    Done run(const std::string& line, const std::string& host = "swarm-larry", Duration longest = minutes(3));
    /// Types one that goes on by itself.
    void type(const std::string& line, const std::string& host = "swarm-larry");
    /// What a terminal has shown since it was last looked at, while time passes.
    Done look(Duration wait, const std::string& host = "swarm-larry");
    void interrupt(const std::string& host = "swarm-larry");
    void write_file(const std::string& path, const std::string& content, const std::string& host = "swarm-larry");
    void wait(std::int64_t whole_seconds);
    void inject(const std::string& fault);
    void lift(const std::string& fault);

    Session& session() { return session_; }

  private:
    void collect();

    Session session_;
    std::map<std::string, Done> shown_;  // by terminal, since it was last looked at
};

/// How often `part` stands in `text`.
std::size_t times(const std::string& text, const std::string& part);

}  // namespace podium::lab
