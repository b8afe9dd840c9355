#pragma once

// A host on which lines are typed, for tests of how the container engine behaves: what happened is
// read from the facts, as the events of Docker's that they are, and from the engine's own state.

#include <string>
#include <vector>

#include "sim/lab/looks.hpp"
#include "sim/lab/session.hpp"

namespace podium::lab {

/// What runs in a container here, as the recordings have it.
inline const std::string kWithHandler = "sh -c \"trap 'exit 0' TERM; while :; do sleep 0.2; done\"";
inline const std::string kWithoutHandler = "sh -c \"sleep 3600 & wait\"";

/// Whether the text has that part.
bool holds(const std::string& text, const std::string& part);

class RuledHost {
  public:
    struct Done {
        std::string out;
        std::string error;
        int status = -1;
        double took = 0;
    };
    struct Seen {
        double t = 0;
        std::string what;       ///< "die 137", "kill 15", "health_status: healthy", "start" ...
        std::string id;
        double backoff = 0;     ///< die: the nominal delay until the restart.
        bool restarts = false;  ///< die: the policy restarts it.
    };

    /// Every image name means busybox, unless `only_busybox` is false.
    explicit RuledHost(bool live_restore = false, bool only_busybox = true);

    /// Types a line and waits for its end.
    Done run(const std::string& line, double longest_seconds = 180);
    /// Runs a line that has to end with status 0.
    Done must(const std::string& line);
    /// Types a line in a terminal of its own and leaves it running.
    void type(const std::string& line);
    void wait(double seconds_long);
    /// Runs until that moment since the beginning.
    void until(double moment);
    void write_file(const std::string& path, const std::string& content);
    /// A signal to dockerd: "TERM", "KILL".
    void signal_engine(const std::string& signal);
    /// Starts dockerd and waits until it answers; how long that took.
    double start_engine();
    [[nodiscard]] bool engine_is_down() const;

    [[nodiscard]] double now() const { return session_.now().seconds(); }
    /// A container as `docker inspect` would show it; of status "missing" when there is none.
    [[nodiscard]] ContainerLook look(const std::string& name) const;
    [[nodiscard]] std::string status(const std::string& name) const { return look(name).status; }
    /// A container's events (not those of execs) from a moment on.
    [[nodiscard]] std::vector<Seen> seen(const std::string& name, double from = 0) const;
    /// The same as one text: "create, start, die 1, start".
    [[nodiscard]] std::string events(const std::string& name, double from = 0) const;
    /// The moments of its events of this kind: moments("web", "exec_start").
    [[nodiscard]] std::vector<double> moments(const std::string& name, const std::string& what, double from = 0) const;
    /// The nominal delays of its restarts by policy, in seconds.
    [[nodiscard]] std::vector<double> backoffs(const std::string& name, double from = 0) const;
    /// Runs, a hundredth of a second at a time, until the container has that state.
    bool until_status(const std::string& name, const std::string& status, double longest_seconds = 120);

    Session& session() { return session_; }

  private:
    [[nodiscard]] std::vector<Seen> all(const std::string& name, double from, bool execs) const;

    Session session_;
    int terminals_ = 1;
};

}  // namespace podium::lab
