#pragma once

// Runs the built podium as a person would: arguments and standard input in, both outputs and the
// exit status out; and, at a terminal of its own (a pty), keys in and the screen out. Each test has
// a folder of its own, which is also where the program keeps its state.

#include <chrono>
#include <string>
#include <sys/types.h>
#include <vector>

namespace podium::cli::testing {

/// A project of a server alone, all of which is simulated,
inline constexpr const char* kNginxOnly =
    "services:\n"
    "  web:\n"
    "    image: nginx\n"
    "    restart: unless-stopped\n";

/// and one of a server and a store, with a setting that is accepted and not simulated (8:15).
inline constexpr const char* kWebAndStore =
    "services:\n"
    "  web:\n"
    "    image: nginx\n"
    "    restart: always\n"
    "    ports: [\"8080:80\"]\n"
    "  db:\n"
    "    image: redis\n"
    "    shm_size: \"1m\"\n";

/// A folder of one test's own (tests run side by side), removed when the test ends.
class Folder {
  public:
    explicit Folder(const std::string& name);
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

    /// Writes a file in it and gives its path.
    std::string write(const std::string& name, const std::string& content) const;
    [[nodiscard]] std::string read(const std::string& name) const;
    [[nodiscard]] bool has(const std::string& name) const;

  private:
    std::string path_;
};

struct Outcome {
    int status = -1;  ///< Exit status; 128 + signal when a signal ended it.
    std::string out;
    std::string error;
};

/// How the program is started, besides its arguments.
struct Start {
    std::string input;                     ///< Standard input.
    std::vector<std::string> environment;  ///< Added: "NAME=value".
    bool close_output_early = false;       ///< Reads one line of standard output, then goes away.
    int interrupt_after_milliseconds = 0;  ///< Ctrl-C so long after the first output; 0: none.
    int interrupt_by = 2;                  ///< The signal of that: SIGINT.
    std::string output_to;                 ///< Standard output goes to this file instead.
};

/// Runs `podium ARGUMENTS…` in the folder.
Outcome run_podium(const Folder& folder,
                   const std::vector<std::string>& arguments,
                   const Start& start = {});

/// Whether the text has that part.
bool says(const std::string& text, const std::string& part);
/// How many newlines.
std::size_t lines_of(const std::string& text);

/// Gives `podium shell ARGUMENTS…` the lines on its standard input.
Outcome script(const Folder& folder,
               const std::string& lines,
               const std::vector<std::string>& arguments = {});

/// podium at a terminal of `columns` columns.
class Screen {
  public:
    Screen(const Folder& folder,
           const std::vector<std::string>& arguments,
           int columns = 80,
           const std::vector<std::string>& environment = {});
    ~Screen();
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void type(const std::string& keys) const;
    /// As a person takes a moment to see that something runs.
    static void look();
    /// Waits until the screen shows a text behind what was waited for before; false after ten
    /// seconds.
    bool shows(const std::string& text);
    /// All that has been shown, escape sequences taken out.
    [[nodiscard]] std::string shown() const;
    /// The same with them.
    [[nodiscard]] const std::string& raw() const { return raw_; }
    /// Waits for the program's end: its exit status, -1 when it doesn't end.
    int ends();

  private:
    bool read_some(int milliseconds);

    int terminal_ = -1;
    pid_t child_ = -1;
    std::string raw_;
    std::size_t seen_ = 0;
};

}  // namespace podium::cli::testing
