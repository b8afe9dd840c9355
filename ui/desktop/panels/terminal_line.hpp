#pragma once

// The line in which a person types to a terminal: history, completion, the keys of a shell, and what is
// pasted. Sends what was typed; knows nothing of what the terminal shows.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "ui/desktop/draw/context.hpp"
#include "ui/desktop/lab/frame.hpp"

struct ImGuiInputTextCallbackData;

namespace podium::desktop {

class TerminalLine {
  public:
    /// The terminal it types to: each keeps what was typed and not sent.
    void choose(const std::string& terminal);
    /// Draws it; `view` is null for a terminal into which nothing was typed yet.
    void draw(Context& context, const Frame& frame, const TerminalView* view, const Area& area);
    /// Takes the keyboard.
    void focus() { focus_wanted_ = true; }
    /// Puts a line in for the person to go on with.
    void put(const std::string& text);

    [[nodiscard]] bool active() const { return active_; }
    /// What could be typed, as Tab has told; shown above the line.
    [[nodiscard]] const std::vector<std::string>& choices() const { return choices_; }
    /// How many there are beyond those.
    [[nodiscard]] std::size_t choices_beyond() const { return choices_beyond_; }
    /// A line was sent since the last call.
    bool take_sent() { return std::exchange(sent_, false); }
    /// Ctrl+L was pressed since the last call.
    bool take_clear() { return std::exchange(clear_, false); }

  private:
    enum class Edit : std::uint8_t { None, Home, End, EraseBefore, EraseWord };

    static int on_edit(ImGuiInputTextCallbackData* data);
    void edit(ImGuiInputTextCallbackData& data);
    void step_history(ImGuiInputTextCallbackData& data, bool older);
    void keys(Context& context, const TerminalView* view);
    void control_keys(Context& context, const TerminalView* view);
    void search_keys();
    void paste(Context& context);
    bool take_keyboard();
    void take_completion(const Frame& frame);
    void entered(Context& context, const TerminalView* view);
    void send_line(Context& context, const std::string& line);
    float put_prompt(const Context& context, const TerminalView* view, const Area& area) const;
    void set_text(const std::string& text);
    [[nodiscard]] std::string text() const { return text_.data(); }
    [[nodiscard]] std::string found() const;

    std::string terminal_;
    std::array<char, 4'096> text_{};
    std::map<std::string, std::string> drafts_;               ///< By terminal.
    std::map<std::string, std::vector<std::string>> typed_;   ///< Sent from here, by terminal.
    std::vector<std::string> history_;  ///< Of this terminal, as it was when the arrows were first pressed.
    std::size_t at_ = 0;                ///< In history_; its size: what is being typed.
    std::string unsent_;                ///< What was being typed then.
    bool walking_ = false;              ///< Through the history.
    bool searching_ = false;
    std::size_t search_before_ = 0;
    std::vector<std::string> choices_;
    std::size_t choices_beyond_ = 0;
    std::string asked_;                 ///< What stood before the cursor when Tab was pressed.
    bool asks_ = false;
    std::uint64_t answered_ = 0;        ///< Frame::Completion::serial.
    std::string replacement_;           ///< To be put in when ImGui next asks.
    bool replaces_ = false;
    std::string insertion_;
    Edit edit_ = Edit::None;
    int cursor_ = 0;
    bool active_ = false;
    bool focus_wanted_ = false;
    int active_frames_ = 0;  ///< For so many frames the field has had the keyboard without a break.
    bool unselect_ = false;
    bool sent_ = false;
    bool clear_ = false;
};

}  // namespace podium::desktop
