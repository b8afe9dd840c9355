#pragma once

// What filters read: files in turn, or standard input, by chunks or by lines; and the frame of a
// filter that works line by line. Plain data, copied with the program.

#include <string>
#include <string_view>
#include <vector>

#include "sim/programs/small/program.hpp"

namespace podium::programs::small {

/// How many newlines; as fast as memchr where they are few, as in an endless device.
std::int64_t count_newlines(std::string_view text);

class Input {
  public:
    /// Of a line that is kept; a longer one takes memory as in life, but only its beginning is seen.
    static constexpr std::size_t kMostLineBytes = std::size_t{8} << 20;

    enum class Item {
        Data,        ///< A chunk, or a line.
        FileBegins,  ///< name() is a new file.
        FileEnds,
        Failed,  ///< name() could not be read, for error().
        Wait,    ///< Nothing now: block.
        Pause,   ///< next_line() alone: much was read without the end of a line; go on after some time.
        End,     ///< Nothing more.
    };
    /// The files to read; none is standard input, as "-" is.
    void set_files(std::vector<std::string> files);
    /// Some bytes.
    Item next_chunk(System& system, std::string& data);
    /// A line without its newline; had_newline() says whether it had one.
    Item next_line(System& system, std::string& line);

    [[nodiscard]] bool had_newline() const { return had_newline_; }

    /// As it was given; "-" for standard input.
    [[nodiscard]] const std::string& name() const { return name_; }

    [[nodiscard]] Errno error() const { return error_; }

    [[nodiscard]] std::size_t file_count() const { return files_.size(); }

    /// The descriptor being read; -1 when there is none.
    [[nodiscard]] int descriptor() const { return descriptor_; }

    /// What is being read gives zeros without end.
    [[nodiscard]] bool reads_zeros(System& system) const;

    /// A line was longer than kMostLineBytes: its end was counted, not kept.
    [[nodiscard]] bool cut() const { return cut_; }

    /// The time that reading `bytes` takes.
    Step busy(System& system, std::size_t bytes) { return pace_.busy(system, bytes); }

    /// "can't open 'x': reason", or GNU's "x: reason".
    [[nodiscard]] std::string cannot_open(bool gnu) const;
    /// Goes on with the next file.
    void skip_file(System& system);
    /// What next_line() has read and not given; next_chunk() goes on after it.
    std::string take_rest();

  private:
    void close(System& system);
    void keep(System& system, const std::string& data);

    std::vector<std::string> files_;
    std::size_t next_ = 0;
    int descriptor_ = -1;
    std::string name_;
    Errno error_ = Errno::None;
    std::string buffer_;
    std::size_t at_ = 0;
    std::size_t searched_ = 0;      // of buffer_: there is no newline before
    std::int64_t dropped_ = 0;      // of the line that is being read
    Pace pace_;
    bool cut_ = false;
    bool had_newline_ = true;
    bool ended_ = false;
};

/// A program that takes its input as it comes. Derived classes read their options and set the files in begin(), print through out(),
/// and say how it ends in end(). Wherever a status is given back the program ends with it at once; nothing goes on.
class ChunkFilter : public SmallProgram {
  public:
    using SmallProgram::SmallProgram;
    Step step(System& system) override;

  protected:
    virtual std::optional<int> begin(System& system) = 0;
    virtual std::optional<int> chunk(System& system, const std::string& data) = 0;

    virtual std::optional<int> file_begins(System& /*system*/) { return std::nullopt; }

    virtual std::optional<int> file_ends(System& /*system*/) { return std::nullopt; }

    /// A file that can't be read.
    virtual std::optional<int> failed(System& /*system*/) { return std::nullopt; }

    /// It waits for input, or takes time for what it has read.
    virtual std::optional<int> pause(System& /*system*/) { return std::nullopt; }

    /// The time for what a step took.
    virtual Step busy(System& system, std::size_t /*taken*/) { return input_.busy(system, kMostBytesAStep); }

    /// All was read.
    virtual Step end(System& system) = 0;

    Input& input() { return input_; }

    [[nodiscard]] const Input& input() const { return input_; }

    Output& out() { return output_; }

    /// Writes what was added to out().
    std::optional<int> flush(System& system) { return output_.flush(system, name()); }

    /// What it ends with when nothing else goes wrong.
    int status_ = 0;

  private:
    Input input_;
    Output output_;
};

/// A filter that takes its input line by line. Derived classes read their options in begin(), set
/// the files, print through out(), and say how it ends in end().
class LineFilter : public SmallProgram {
  public:
    using SmallProgram::SmallProgram;
    Step step(System& system) override;

  protected:
    /// Reads the command line; a status ends the program at once.
    virtual std::optional<int> begin(System& system) = 0;
    /// Takes a line; false ends the reading.
    virtual bool line(System& system, const std::string& text) = 0;

    virtual void file_begins(System& /*system*/, const std::string& /*file*/) {}

    virtual void file_ends(System& /*system*/, const std::string& /*file*/) {}

    /// A file that can't be read: says so.
    virtual void failed(System& system);
    /// All was read; the exit status.
    virtual int end(System& system) = 0;

    Input& input() { return input_; }

    Output& out() { return output_; }

    /// Books memory for what is kept of the input; false when it is more than kMostHeldBytes, which was
    /// said.
    bool hold(System& system, std::size_t bytes);
    static constexpr std::int64_t kMostHeldBytes = std::int64_t{128} << 20;

    [[nodiscard]] bool held_too_much() const { return held_bytes_ > kMostHeldBytes; }

    /// The status of a file that could not be read; end() makes use of it.
    int status_ = 0;
    /// What it is for this program to have missed a file.
    int failed_status_ = 1;
    /// Work beyond the usual for the lines of this step, as the bytes whose reading takes as long.
    std::size_t worked_ = 0;

  private:
    Step finish(System& system);

    Input input_;
    Output output_;
    std::int64_t held_bytes_ = 0;
    bool told_cut_ = false;
};

}  // namespace podium::programs::small
