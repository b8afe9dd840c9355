#pragma once

// A host with a terminal, for tests that type docker commands. Time passes only while a line runs,
// or when the test says so.

#include <string>
#include <vector>

#include "sim/lab/session.hpp"

namespace podium::programs {

class DockerHost {
  public:
    struct Result {
        std::string out;
        std::string error;
        int status = -1;
        Duration took;
    };

    /// A host that has these images; with `only_image` every image name means that one.
    explicit DockerHost(std::vector<std::string> images = {"busybox"},
                        std::string only_image = "busybox");

    /// Types a line and waits for its end, at most so long; a line that takes longer is
    /// interrupted.
    Result run(const std::string& line, Duration longest = minutes(3));
    /// Types a line in a terminal of its own and leaves it running.
    void type(const std::string& terminal, const std::string& line);
    void interrupt(const std::string& terminal);
    /// What such a terminal has shown since its line was typed, its output and errors together.
    std::string shown(const std::string& terminal);
    [[nodiscard]] bool running(const std::string& terminal) const;
    [[nodiscard]] int status(const std::string& terminal) const;
    void wait(Duration duration);
    void write_file(const std::string& path, const std::string& content);

    lab::Session& session() { return session_; }

  private:
    lab::Session session_;
};

/// Hexadecimal ids of 12 digits and more become "ID", moments "TIME", and "3 seconds ago", "Up 2
/// minutes", sizes of images and the like the same text; runs of blanks become one; the recorder's
/// own folder is the usual one.
std::string masked(const std::string& text);

/// Whether `part` stands somewhere in a text.
inline bool says(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace podium::programs
