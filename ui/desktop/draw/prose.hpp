#pragma once

// Markdown laid out for a width and drawn: paragraphs of words in several styles, lists, code, tables. Commands in
// it can be clicked. Laying out knows no fonts but through a function that measures, so that it can be tested
// without a display; what was laid out is kept until text or width change. Belongs to the window's thread.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lessons/markdown.hpp"
#include "ui/desktop/draw/context.hpp"

namespace podium::desktop {

enum class ProseStyle : std::uint8_t { Plain, Strong, Emphasis, Code, Heading };

/// Words of one style in one line.
struct ProseWords {
    float x = 0;
    float y = 0;
    float width = 0;
    ProseStyle style = ProseStyle::Plain;
    bool dim = false;     ///< What a command shows, and a list's marker.
    std::string text;
    std::string command;  ///< They are a command, or a part of one: this.
};

/// What lies behind words: a block of code, a word of code, a rule, a quotation's edge.
struct ProseBox {
    enum class Kind : std::uint8_t { Block, Word, Rule, Edge } kind = Kind::Block;
    Area area;
};

struct ProseLayout {
    std::vector<ProseWords> words;
    std::vector<ProseBox> boxes;
    float height = 0;
};

struct ProseMeasure {
    std::function<float(ProseStyle, std::string_view)> width;
    float line = 18;  ///< From one line to the next,
    float code = 17;  ///< and in blocks of code.
    float unit = 1;   ///< A length of 1 at the present scale.
};

/// The commands of a line of code: what is typed after "$ " or "host$ ", all of it in a block of `sh`, a command within a
/// sentence. Empty: it is none.
std::string command_in(std::string_view line, std::string_view language);
/// Whether code within a sentence is a command: it begins with a program's name and has another word.
bool is_command(std::string_view code);

ProseLayout lay_out_prose(const std::vector<lessons::MarkdownBlock>& blocks, float width, const ProseMeasure& measure);

/// Texts that are drawn again and again, by the id of where they stand.
class Prose {
  public:
    /// Lays the text out, if that was not done.
    const ProseLayout& layout(const Context& context, const std::string& id, const std::string& text, float width);
    /// Draws it where ImGui's cursor stands, and moves the cursor below it. Gives the command that was clicked; empty: none.
    std::string put(Context& context, const std::string& id, const std::string& text, float width, std::uint32_t colour);
    void forget() { kept_.clear(); }

    /// The most texts kept at once; beyond, all are laid out anew.
    static constexpr std::size_t kMostKept = 500;

  private:
    struct Kept {
        std::string text;
        float width = 0;
        const ImFont* font = nullptr;
        ProseLayout layout;
    };
    std::map<std::string, Kept> kept_;
};

}  // namespace podium::desktop
