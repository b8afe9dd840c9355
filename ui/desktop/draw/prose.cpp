#include "ui/desktop/draw/prose.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "lessons/blocks.hpp"
#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "ui/desktop/draw/widgets.hpp"

namespace podium::desktop {
namespace {

constexpr float kIndent = 16;      // of a list, for each level
constexpr float kBlockPadding = 8;
constexpr float kParagraphGap = 9;
constexpr float kTightGap = 3;

// A span cut at its blanks: words keep the blank before them as a flag.
struct ProseWord {
    std::string text;
    ProseStyle style;
    bool blank_before;
    std::string command;
};

ProseStyle style_of(const lessons::Span& span) {
    if (span.code) return ProseStyle::Code;
    if (span.strong) return ProseStyle::Strong;
    return span.emphasis ? ProseStyle::Emphasis : ProseStyle::Plain;
}

void add_prose_words(const lessons::Span& span, ProseStyle otherwise, std::vector<ProseWord>& out) {
    const ProseStyle style = span.code || otherwise == ProseStyle::Plain ? style_of(span) : otherwise;
    const std::string command = span.code && is_command(span.text) ? span.text : std::string();
    std::string word;
    bool blank = false;
    const auto flush = [&] {
        if (word.empty()) return;
        out.push_back({std::exchange(word, {}), style, blank, command});
        blank = false;
    };
    for (const char letter : span.text) {
        if (letter == ' ' || letter == '\n') {
            flush();
            blank = true;
        } else {
            word += letter;
        }
    }
    flush();
    // A blank at the end of a span stands before the next one's first word.
    if (blank) out.push_back({{}, style, true, {}});
}

class ProseMaker {
  public:
    ProseMaker(float width, const ProseMeasure& measure) : width_(width), measure_(measure) {}

    void add(const lessons::MarkdownBlock& block) {
        using Kind = lessons::MarkdownBlock::Kind;
        if (!first_) out_.height += unit(block.tight ? kTightGap : kParagraphGap);
        first_ = false;
        float left = unit(kIndent) * static_cast<float>(block.depth);
        const float top = out_.height;
        left += unit(12) * static_cast<float>(block.quotes);
        switch (block.kind) {
            case Kind::Paragraph: flow(block.spans, left, ProseStyle::Plain); break;
            case Kind::Heading: flow(block.spans, left, ProseStyle::Heading); break;
            case Kind::Item:
                if (!block.marker.empty())
                    out_.words.push_back({left - unit(kIndent) + unit(2), out_.height, measure_.width(ProseStyle::Plain, block.marker), ProseStyle::Plain,
                                          true, block.marker, {}});
                flow(block.spans, left, ProseStyle::Plain);
                break;
            case Kind::Code: code(block, left); break;
            case Kind::Rule:
                out_.boxes.push_back({ProseBox::Kind::Rule, {left, out_.height + unit(4), width_ - left, unit(1)}});
                out_.height += unit(9);
                break;
            case Kind::Row: row(block, left); break;
        }
        for (int i = 0; i < block.quotes; ++i)
            out_.boxes.push_back({ProseBox::Kind::Edge, {unit(12) * static_cast<float>(i), top, unit(2), out_.height - top}});
    }

    ProseLayout take() { return std::move(out_); }

  private:
    [[nodiscard]] float unit(float length) const { return length * measure_.unit; }

    void flow(const std::vector<lessons::Span>& spans, float left, ProseStyle style) {
        out_.height = flow_at(spans, left, width_, out_.height, style);
    }

    // Puts words into lines from `top` on; gives where the next block may begin.
    float flow_at(const std::vector<lessons::Span>& spans, float left, float right, float top, ProseStyle style) {
        std::vector<ProseWord> words;
        for (const lessons::Span& span : spans) add_prose_words(span, style, words);
        float x = left;
        float y = top;
        bool blank = false;
        for (const ProseWord& word : words) {
            blank = blank || word.blank_before;
            if (word.text.empty()) continue;
            const float wide = measure_.width(word.style, word.text) + (word.style == ProseStyle::Code ? unit(4) : 0);
            const float gap = blank && x > left ? measure_.width(ProseStyle::Plain, " ") : 0;
            if (x > left && x + gap + wide > right) {
                x = left;
                y += measure_.line;
            } else {
                x += gap;
            }
            put_word(word, x, y, wide, gap);
            x += wide;
            blank = false;
        }
        return y + measure_.line;
    }

    void put_word(const ProseWord& word, float x, float y, float wide, float gap) {
        const bool code = word.style == ProseStyle::Code;
        if (code) {
            // Neighbouring words of one piece of code share a box.
            ProseBox* last = out_.boxes.empty() ? nullptr : &out_.boxes.back();
            const bool goes_on = last != nullptr && last->kind == ProseBox::Kind::Word && last->area.y == y && x - gap - last->area.right() < unit(0.5F) &&
                                 !out_.words.empty() && out_.words.back().style == ProseStyle::Code && out_.words.back().command == word.command &&
                                 gap > 0 && !word.command.empty();
            if (goes_on) {
                last->area.width = x + wide - last->area.x;
            } else {
                out_.boxes.push_back({ProseBox::Kind::Word, {x, y, wide, measure_.line - unit(2)}});
            }
        }
        out_.words.push_back({code ? x + unit(2) : x, y, wide, word.style, false, word.text, word.command});
    }

    void code(const lessons::MarkdownBlock& block, float left) {
        const std::string text = block.spans.empty() ? std::string() : block.spans.front().text;
        const float top = out_.height;
        const float inner = left + unit(kBlockPadding);
        float y = top + unit(kBlockPadding);
        for (const std::string& line : split(std::string(trim_end(text)), '\n')) {
            const std::string command = command_in(line, block.info);
            const bool shown = block.info == "console" && command.empty();
            y = code_line(line, command, inner, y, shown);
        }
        out_.height = y + unit(kBlockPadding);
        out_.boxes.push_back({ProseBox::Kind::Block, {left, top, width_ - left, out_.height - top}});
    }

    static std::string_view trim_end(std::string_view text) {
        while (text.ends_with('\n')) text.remove_suffix(1);
        return text;
    }

    // A line that is too long goes on below, further in.
    float code_line(std::string_view line, const std::string& command, float left, float y, bool dim) {
        const float right = width_ - unit(kBlockPadding);
        const float step = std::max(measure_.width(ProseStyle::Code, "m"), 0.001F);
        float x = left;
        do {
            const auto fits = std::max<std::size_t>(static_cast<std::size_t>(std::max((right - x) / step, 1.0F)), 1);
            std::size_t length = letters_within(line, fits);
            if (length < line.size()) {
                // Better at a blank, if there is one not too far back.
                const std::size_t blank = line.rfind(' ', length);
                if (blank != std::string_view::npos && blank > length / 2) length = blank + 1;
            }
            const std::string part(line.substr(0, length));
            out_.words.push_back({x, y, measure_.width(ProseStyle::Code, part), ProseStyle::Code, dim, part, command});
            y += measure_.code;
            line.remove_prefix(length);
            x = left + unit(12);
        } while (!line.empty());
        return y;
    }

    // How many bytes so many letters take.
    static std::size_t letters_within(std::string_view line, std::size_t letters) {
        std::size_t at = 0;
        while (at < line.size() && letters > 0) {
            ++at;
            while (at < line.size() && is_continuation_byte(line[at])) ++at;
            --letters;
        }
        return at;
    }

    void row(const lessons::MarkdownBlock& block, float left) {
        if (block.cells.empty()) return;
        const float top = out_.height;
        const float each = (width_ - left) / static_cast<float>(block.cells.size());
        float bottom = top;
        for (std::size_t i = 0; i < block.cells.size(); ++i) {
            const float from = left + each * static_cast<float>(i);
            bottom = std::max(bottom, flow_at(block.cells[i], from, from + each - unit(8), top, block.head ? ProseStyle::Strong : ProseStyle::Plain));
        }
        out_.height = bottom;
        if (block.head) {
            out_.boxes.push_back({ProseBox::Kind::Rule, {left, bottom, width_ - left, unit(1)}});
            out_.height += unit(3);
        }
    }

    float width_;
    const ProseMeasure& measure_;
    ProseLayout out_;
    bool first_ = true;
};

ImFont* prose_font(const Fonts& fonts, ProseStyle style) {
    switch (style) {
        case ProseStyle::Plain:
        case ProseStyle::Emphasis: return fonts.text;
        case ProseStyle::Strong:
        case ProseStyle::Heading: return fonts.bold;
        case ProseStyle::Code: return fonts.mono;
    }
    return fonts.text;
}

void put_prose_box(const Context& context, ImDrawList* list, const ProseBox& box, ImVec2 at) {
    const Theme& theme = *context.theme;
    const ImVec2 from(at.x + box.area.x, at.y + box.area.y);
    const ImVec2 to(from.x + box.area.width, from.y + box.area.height);
    switch (box.kind) {
        case ProseBox::Kind::Block:
            list->AddRectFilled(from, to, packed(theme.field), context.px(6));
            list->AddRect(from, to, packed(theme.line), context.px(6));
            break;
        case ProseBox::Kind::Word: list->AddRectFilled(from, to, packed(theme.raised), context.px(3)); break;
        case ProseBox::Kind::Rule: list->AddRectFilled(from, to, packed(theme.line)); break;
        case ProseBox::Kind::Edge: list->AddRectFilled(from, to, packed(theme.accent, 0.6F)); break;
    }
}

}  // namespace

bool is_command(std::string_view code) {
    const std::vector<std::string> words = split_words(std::string(code));
    if (words.size() < 2) return false;
    const std::vector<std::string>& programs = lessons::command_names();
    if (!std::binary_search(programs.begin(), programs.end(), words.front())) return false;
    // "docker stop NAME" means the command as such.
    return std::none_of(words.begin(), words.end(), [](const std::string& word) {
        return word == "…" || (word.size() > 1 && word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos);
    });
}

std::string command_in(std::string_view line, std::string_view language) {
    if (language == "sh") return std::string(trim(std::string(line)));
    if (language != "console") return {};
    const std::size_t dollar = line.find("$ ");
    if (dollar == std::string_view::npos) return {};
    const std::string_view host = line.substr(0, dollar);
    const bool prompt = host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == std::string_view::npos;
    return prompt ? std::string(line.substr(dollar + 2)) : std::string();
}

ProseLayout lay_out_prose(const std::vector<lessons::MarkdownBlock>& blocks, float width, const ProseMeasure& measure) {
    ProseMaker maker(width, measure);
    for (const lessons::MarkdownBlock& block : blocks) maker.add(block);
    return maker.take();
}

const ProseLayout& Prose::layout(const Context& context, const std::string& id, const std::string& text, float width) {
    if (kept_.size() > kMostKept) kept_.clear();
    Kept& kept = kept_[id];
    const ImFont* font = context.fonts->text;
    if (kept.font == font && kept.width == width && kept.text == text) return kept.layout;
    ProseMeasure measure;
    measure.width = [&context](ProseStyle style, std::string_view words) { return words_size(prose_font(*context.fonts, style), words).x; };
    measure.line = context.fonts->text->FontSize * 1.32F;
    measure.code = context.fonts->mono->FontSize * 1.3F;
    measure.unit = context.scale;
    kept.layout = lay_out_prose(lessons::parse_markdown(text), width, measure);
    kept.text = text;
    kept.width = width;
    kept.font = font;
    return kept.layout;
}

std::string Prose::put(Context& context, const std::string& id, const std::string& text, float width, std::uint32_t colour) {
    const ProseLayout& layout = this->layout(context, id, text, width);
    const Theme& theme = *context.theme;
    ImDrawList* list = ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    std::string clicked;
    for (const ProseBox& box : layout.boxes) put_prose_box(context, list, box, at);
    std::size_t number = 0;
    for (const ProseWords& words : layout.words) {
        ImFont* font = prose_font(*context.fonts, words.style);
        const bool code = words.style == ProseStyle::Code;
        // Smaller letters stand on the same line.
        const float drop = code ? (context.fonts->text->FontSize - font->FontSize) / 2 : 0;
        const ImVec2 place(at.x + words.x, at.y + words.y + drop);
        std::uint32_t ink = words.dim ? theme.dim : words.style == ProseStyle::Plain ? colour : theme.text;
        if (!words.command.empty()) {
            const Area area{place.x, place.y, std::max(words.width, 1.0F), font->FontSize + context.px(3)};
            if (hit(context, fmt::format("{}.command.{}", id, number++), area)) clicked = words.command;
            ink = theme.accent;
            if (ImGui::IsItemHovered()) {
                ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
                list->AddLine(ImVec2(area.x, area.bottom()), ImVec2(area.right(), area.bottom()), packed(theme.accent), context.px(1));
            }
        }
        put_words(list, font, place, ink, words.text);
    }
    ImGui::SetCursorScreenPos(at);
    ImGui::Dummy(ImVec2(width, layout.height));
    return clicked;
}

}  // namespace podium::desktop
