#pragma once

// A lesson as a conversation: it says what a step says, asks, passes lines on to the simulated
// terminal and knows the learner's words (hint, check, next, back, again …). Where it takes place
// is the desk's affair: a terminal, a pipe, a test.

#include <optional>
#include <string>
#include <string_view>

#include "lessons/markdown.hpp"
#include "lessons/player.hpp"

namespace podium::lessons {

class Desk {
  public:
    virtual ~Desk() = default;
    virtual void print(std::string_view text) = 0;
    /// A line of the learner's; none when there are no more.
    virtual std::optional<std::string> ask(const std::string& prompt) = 0;
    virtual Watcher& watcher() = 0;
    /// Somebody can press Ctrl-C.
    [[nodiscard]] virtual bool interruptible() const = 0;
    [[nodiscard]] virtual Layout layout() const = 0;
    /// Has the learner change a file's text; an error says why not.
    virtual Result<std::string> edit(const std::string& name, const std::string& content) = 0;
    /// Keeps how far the learner is.
    virtual void save(const Attempt& attempt) = 0;
};

/// How a conversation ended.
enum class Ending : std::uint8_t {
    Finished,
    Left,    ///< It can be resumed.
    NotYet,  ///< Left, and the last thing judged was not right.
    Fault,   ///< Of the lesson; it has been said.
};

Ending converse(Player& player, Desk& desk);

/// The learner's words, for help.
struct LearnersWord {
    std::string_view word;
    std::string_view meaning;
};

const std::vector<LearnersWord>& learners_words();

}  // namespace podium::lessons
