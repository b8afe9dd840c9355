#include "lessons/markdown.hpp"

#include <fmt/format.h>
#include <functional>
#include <md4c.h>

namespace podium::lessons {
namespace {

using Kind = MarkdownBlock::Kind;

// Md4c calls back for each thing it enters, leaves and reads; this builds the list of blocks from
// it.
class Builder {
  public:
    std::vector<MarkdownBlock> take() { return std::move(blocks_); }

    void enter(MD_BLOCKTYPE type, void* detail) {
        switch (type) {
            case MD_BLOCK_QUOTE:
                ++quotes_;
                break;
            case MD_BLOCK_UL:
                lists_.push_back({0, static_cast<MD_BLOCK_UL_DETAIL*>(detail)->is_tight != 0});
                break;
            case MD_BLOCK_OL: {
                const auto* list = static_cast<MD_BLOCK_OL_DETAIL*>(detail);
                lists_.push_back({list->start, list->is_tight != 0});
                break;
            }
            case MD_BLOCK_LI: {
                List& list = lists_.back();
                marker_ = list.ordered() ? fmt::format("{}.", list.next++) : "•";
                open(Kind::Item);
                blocks_.back().marker = std::move(marker_);
                blocks_.back().tight = list.tight && (list.items++ > 0 || lists_.size() > 1);
                fresh_item_ = true;
                break;
            }
            case MD_BLOCK_HR:
                open(Kind::Rule);
                break;
            case MD_BLOCK_H:
                open(Kind::Heading);
                blocks_.back().level =
                    static_cast<int>(static_cast<MD_BLOCK_H_DETAIL*>(detail)->level);
                break;
            case MD_BLOCK_CODE: {
                open(Kind::Code);
                const MD_ATTRIBUTE& info = static_cast<MD_BLOCK_CODE_DETAIL*>(detail)->lang;
                blocks_.back().info = std::string(info.text == nullptr ? "" : info.text, info.size);
                blocks_.back().spans.emplace_back();
                break;
            }
            case MD_BLOCK_P:
                if (!fresh_item_) open(Kind::Paragraph);
                fresh_item_ = false;
                break;
            case MD_BLOCK_TR:
                open(Kind::Row);
                blocks_.back().head = in_head_;
                break;
            case MD_BLOCK_THEAD:
                in_head_ = true;
                break;
            case MD_BLOCK_TBODY:
                in_head_ = false;
                break;
            case MD_BLOCK_TH:
            case MD_BLOCK_TD:
                blocks_.back().cells.emplace_back();
                break;
            case MD_BLOCK_DOC:
            case MD_BLOCK_HTML:
            case MD_BLOCK_TABLE:
                break;
        }
    }

    void leave(MD_BLOCKTYPE type) {
        if (type == MD_BLOCK_QUOTE) --quotes_;
        if (type == MD_BLOCK_UL || type == MD_BLOCK_OL) lists_.pop_back();
        if (type == MD_BLOCK_LI) fresh_item_ = false;
    }

    void style(MD_SPANTYPE type, int step) {
        if (type == MD_SPAN_STRONG) strong_ += step;
        if (type == MD_SPAN_EM) emphasis_ += step;
        if (type == MD_SPAN_CODE) code_ += step;
    }

    void link_ends(const std::string& target) {
        if (!target.empty()) add(" (" + target + ")");
    }

    void text(MD_TEXTTYPE type, std::string_view text) {
        if (type == MD_TEXT_SOFTBR) text = " ";
        if (type == MD_TEXT_BR) text = "\n";
        if (blocks_.empty()) open(Kind::Paragraph);
        if (blocks_.back().kind == Kind::Code) {
            blocks_.back().spans.back().text += text;
        } else {
            add(std::string(text));
        }
    }

    std::vector<std::string> links;

  private:
    struct List {
        unsigned next = 0;  // 0: not ordered
        bool tight = false;
        int items = 0;

        [[nodiscard]] bool ordered() const { return next > 0; }
    };

    void open(Kind kind) {
        MarkdownBlock block;
        block.kind = kind;
        block.depth = static_cast<int>(lists_.size());
        block.quotes = quotes_;
        if (kind == Kind::Row) block.tight = !blocks_.empty() && blocks_.back().kind == Kind::Row;
        // What stands in an item besides its first paragraph keeps to a tight list's spacing.
        if (kind != Kind::Item && !lists_.empty()) block.tight = lists_.back().tight;
        blocks_.push_back(std::move(block));
        if (kind != Kind::Item) fresh_item_ = false;
    }

    void add(std::string text) {
        MarkdownBlock& block = blocks_.back();
        std::vector<Span>& spans =
            block.kind == Kind::Row && !block.cells.empty() ? block.cells.back() : block.spans;
        Span span{std::move(text), strong_ > 0, emphasis_ > 0, code_ > 0};
        if (!spans.empty() && spans.back().strong == span.strong &&
            spans.back().emphasis == span.emphasis && spans.back().code == span.code) {
            spans.back().text += span.text;
        } else {
            spans.push_back(std::move(span));
        }
    }

    std::vector<MarkdownBlock> blocks_;
    std::vector<List> lists_;
    std::string marker_;
    int quotes_ = 0;
    int strong_ = 0;
    int emphasis_ = 0;
    int code_ = 0;
    bool in_head_ = false;
    bool fresh_item_ = false;  // an item was entered, and what is read next belongs to it
};

Builder& builder(void* data) {
    return *static_cast<Builder*>(data);
}

int enter_block(MD_BLOCKTYPE type, void* detail, void* data) {
    builder(data).enter(type, detail);
    return 0;
}

int leave_block(MD_BLOCKTYPE type, void* /*detail*/, void* data) {
    builder(data).leave(type);
    return 0;
}

int enter_span(MD_SPANTYPE type, void* detail, void* data) {
    Builder& target = builder(data);
    target.style(type, 1);
    if (type == MD_SPAN_A) {
        const MD_ATTRIBUTE& link = static_cast<MD_SPAN_A_DETAIL*>(detail)->href;
        target.links.emplace_back(link.text == nullptr ? "" : link.text, link.size);
    }
    return 0;
}

int leave_span(MD_SPANTYPE type, void* /*detail*/, void* data) {
    Builder& target = builder(data);
    target.style(type, -1);
    if (type == MD_SPAN_A) {
        target.link_ends(target.links.back());
        target.links.pop_back();
    }
    return 0;
}

int read_text(MD_TEXTTYPE type, const MD_CHAR* text, MD_SIZE size, void* data) {
    builder(data).text(type, std::string_view(text, size));
    return 0;
}

}  // namespace

std::size_t find_html(std::string_view text) {
    struct Search {
        std::string_view text;
        std::size_t found = std::string_view::npos;
    } search{text};
    MD_PARSER parser{};
    parser.flags = MD_FLAG_TABLES;
    parser.enter_block = [](MD_BLOCKTYPE, void*, void*) { return 0; };
    parser.leave_block = parser.enter_block;
    parser.enter_span = [](MD_SPANTYPE, void*, void*) { return 0; };
    parser.leave_span = parser.enter_span;
    parser.text = [](MD_TEXTTYPE type, const MD_CHAR* part, MD_SIZE, void* data) {
        auto& to = *static_cast<Search*>(data);
        if (type != MD_TEXT_HTML) return 0;
        // Md4c shows the text itself; only line breaks are its own.
        const std::less_equal<const char*> not_after;
        const bool inside = not_after(to.text.data(), part) && not_after(part, to.text.data() + to.text.size());
        to.found = inside ? static_cast<std::size_t>(part - to.text.data()) : 0;
        return 1;
    };
    md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &search);
    return search.found;
}

std::vector<MarkdownBlock> parse_markdown(std::string_view text) {
    MD_PARSER parser{};
    parser.flags = MD_FLAG_TABLES | MD_FLAG_NOHTML;
    parser.enter_block = enter_block;
    parser.leave_block = leave_block;
    parser.enter_span = enter_span;
    parser.leave_span = leave_span;
    parser.text = read_text;
    Builder built;
    md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &built);
    return built.take();
}

std::string render_markdown(std::string_view text, const Layout& layout) {
    return lay_out(parse_markdown(text), layout);
}

}  // namespace podium::lessons
