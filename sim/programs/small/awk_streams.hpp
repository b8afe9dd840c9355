#pragma once

// What awk reads records from and writes to besides its own input and output: files and commands, kept open under their names until close().

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/regex.hpp"
#include "sim/programs/small/awk_code.hpp"
#include "sim/programs/small/program.hpp"

namespace podium::programs::small::awk {

inline constexpr std::size_t kMostStreams = 100;
inline constexpr std::size_t kMostRecordBytes = std::size_t{8} << 20;

/// What was read and has not been divided into records. Taking one costs what it is long, however much comes after it.
class RecordBuffer {
  public:
    void add(std::string_view data);
    /// Takes a record from the front as RS divides it; nothing when its end is not there yet, or there is none.
    /// `ended`: nothing comes after what is there. The error is RS's.
    Result<std::optional<std::string>> take(bool ended, const std::string& separator, bool mawk);

    [[nodiscard]] std::size_t size() const { return text_.size() - at_; }

    void clear() { *this = {}; }

  private:
    std::optional<std::string> cut(std::size_t end, std::size_t next);
    std::optional<std::string> rest(bool ended);
    Result<std::optional<std::string>> take_by_pattern(bool ended, const std::string& separator, bool mawk);

    std::string text_;
    std::size_t at_ = 0;      // What is before was taken.
    std::size_t looked_ = 0;  // So many bytes of the present record were searched for its end, in vain.
    std::string separator_;   // What pattern_ was made of.
    Regex pattern_;
};

/// Later: much was read without the end of a record; go on after some time.
enum class Got : std::uint8_t { Record, Nothing, Wait, Later, Failed };

class Streams {
  public:
    explicit Streams(std::vector<std::string> environment) : environment_(std::move(environment)) {}

    /// Writes to a file or a command, which is opened the first time. Nothing when that went well; else the status to end with.
    std::optional<int> write(System& system, const std::string& program, Out how, const std::string& name, const std::string& text, bool mawk);
    /// The next record of a file or a command.
    Got read(System& system, From from, const std::string& name, const std::string& separator, bool mawk, std::string& record);
    /// Closes; nothing while its command goes on. -1: nothing of that name is open.
    std::optional<int> close(System& system, const std::string& name);
    /// Closes all that is written to; false while a command goes on.
    bool close_outputs(System& system);

  private:
    struct Stream {
        int descriptor = -1;
        shell::Pid child = 0;
        bool ended = false;
        RecordBuffer buffer;
    };

    bool start(System& system, const std::string& command, bool reads, Stream& out);
    std::optional<int> finish(System& system, Stream& stream);

    std::vector<std::string> environment_;
    std::map<std::string, Stream> outputs_;
    std::map<std::string, Stream> inputs_;
};

}  // namespace podium::programs::small::awk
