#include "sim/programs/compose_file/yaml_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/programs/compose_file/yaml.hpp"

namespace podium::compose {
namespace {

using CodePoints = std::u32string;

// Bytes that are no UTF-8 become U+FFFD.
CodePoints decode(std::string_view text) {
    CodePoints out;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        std::size_t length = 1;
        char32_t code = lead;
        if (lead >= 0xF0U && lead < 0xF8U) {
            length = 4;
            code = lead & 0x07U;
        } else if (lead >= 0xE0U) {
            length = 3;
            code = lead & 0x0FU;
        } else if (lead >= 0xC0U) {
            length = 2;
            code = lead & 0x1FU;
        }
        bool good = lead < 0x80U || (lead >= 0xC0U && lead < 0xF8U && i + length <= text.size());
        for (std::size_t k = 1; good && k < length; ++k) {
            good = is_continuation_byte(text[i + k]);
            code = (code << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
        }
        out.push_back(good ? code : U'\uFFFD');
        i += good ? length : 1;
    }
    return out;
}

void append(std::string& out, char32_t code) {
    if (code < 0x80U) {
        out += static_cast<char>(code);
    } else if (code < 0x800U) {
        out += static_cast<char>(0xC0U | (code >> 6U));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else if (code < 0x10000U) {
        out += static_cast<char>(0xE0U | (code >> 12U));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    } else {
        out += static_cast<char>(0xF0U | (code >> 18U));
        out += static_cast<char>(0x80U | ((code >> 12U) & 0x3FU));
        out += static_cast<char>(0x80U | ((code >> 6U) & 0x3FU));
        out += static_cast<char>(0x80U | (code & 0x3FU));
    }
}

bool is_break(char32_t c) {
    return c == U'\n' || c == U'\u0085' || c == U'\u2028' || c == U'\u2029';
}

bool is_blank_or_break(char32_t c) {
    return c == U' ' || c == U'\t' || c == U'\r' || c == U'\0' || is_break(c);
}

bool is_printable(char32_t c) {
    if (c == U'\n' || (c >= 0x20U && c <= 0x7EU)) return true;
    return (c == 0x85U || (c >= 0xA0U && c <= 0xD7FFU) || (c >= 0xE000U && c <= 0xFFFDU) ||
            (c >= 0x10000U && c < 0x10FFFFU)) &&
           c != 0xFEFFU;
}

/// In which styles a scalar may be written; both libraries come from the same emitter.
struct Analysis {
    bool empty = false;
    bool multiline = false;
    bool plain = true;   ///< In block context.
    bool single = true;  ///< In single quotes.
    bool block = true;   ///< As a literal.
};

Analysis analyse(const CodePoints& text, bool go) {
    Analysis result;
    if (text.empty()) {
        result.empty = true;
        result.block = false;
        return result;
    }
    bool indicators = text.substr(0, 3) == U"---" || text.substr(0, 3) == U"...";
    bool breaks = false;
    bool special = false;
    bool tab = false;
    bool space_break = false;
    bool break_space = false;
    bool previous_space = false;
    bool previous_break = false;
    bool after_blank = true;
    const char32_t first = text.front();
    const char32_t last = text.back();
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char32_t c = text[i];
        const bool before_blank = i + 1 >= text.size() || is_blank_or_break(text[i + 1]);
        if (i == 0) {
            if (std::u32string_view(U"#,[]{}&*!|>'\"%@`").find(c) != std::u32string_view::npos)
                indicators = true;
            if ((c == U'?' || c == U':' || c == U'-') && before_blank) indicators = true;
        } else {
            if (c == U':' && before_blank) indicators = true;
            if (c == U'#' && after_blank) indicators = true;
        }
        if (is_break(c)) breaks = true;
        if (!is_printable(c)) (go && c == U'\t' ? tab : special) = true;
        if (c == U' ') {
            if (previous_break) break_space = true;
            previous_space = true;
            previous_break = false;
        } else if (is_break(c)) {
            if (previous_space) space_break = true;
            previous_space = false;
            previous_break = true;
        } else {
            previous_space = previous_break = false;
        }
        after_blank = is_blank_or_break(c);
    }
    result.multiline = breaks;
    const bool edge = first == U' ' || is_break(first) || last == U' ' || is_break(last);
    if (edge || breaks || indicators) result.plain = false;
    if (last == U' ') result.block = false;
    if (break_space) result.plain = result.single = false;
    if (space_break || special || tab) result.plain = result.single = false;
    if (space_break || special) result.block = false;
    return result;
}

bool is_timestamp(const std::string& text) {
    if (text.size() < 8 || text[4] != '-') return false;
    std::size_t i = 0;
    const auto digits = [&](std::size_t least, std::size_t most) {
        std::size_t n = 0;
        while (i < text.size() && n < most && text[i] >= '0' && text[i] <= '9')
            ++i, ++n;
        return n >= least;
    };
    const auto take = [&](char c) { return i < text.size() && text[i] == c ? (++i, true) : false; };
    if (!digits(4, 4) || !take('-')) return false;
    const std::size_t month = i;
    if (!digits(1, 2) || !take('-')) return false;
    const bool two = i - month == 3;
    const std::size_t day = i;
    if (!digits(1, 2)) return false;
    if (i == text.size()) return two && i - day == 2;
    if (text[i] != 'T' && text[i] != 't' && text[i] != ' ' && text[i] != '\t') return false;
    if (text[i] == 'T' || text[i] == 't') {
        ++i;
    } else {
        while (i < text.size() && (text[i] == ' ' || text[i] == '\t'))
            ++i;
    }
    if (!digits(1, 2) || !take(':') || !digits(2, 2) || !take(':') || !digits(2, 2)) return false;
    if (take('.')) digits(0, 100);
    while (i < text.size() && (text[i] == ' ' || text[i] == '\t'))
        ++i;
    if (i == text.size() || (text[i] == 'Z' && i + 1 == text.size())) return true;
    if (text[i] != '+' && text[i] != '-') return false;
    ++i;
    if (!digits(1, 2)) return false;
    return i == text.size() || (take(':') && digits(2, 2) && i == text.size());
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), text) != words.end();
}

// Whether a plain scalar of this text would be read as something else than a string.
bool reads_as_other(const std::string& text, Dialect dialect) {
    if (!resolve_plain_scalar(text, dialect, {}).is_string()) return true;
    if (is_timestamp(text) || text == "<<") return true;
    if (dialect == Dialect::V1) return text == "=";
    // go-yaml quotes what YAML 1.1 readers would misread: old booleans and base 60.
    if (is_one_of(text,
                  {"y",
                   "Y",
                   "yes",
                   "Yes",
                   "YES",
                   "on",
                   "On",
                   "ON",
                   "n",
                   "N",
                   "no",
                   "No",
                   "NO",
                   "off",
                   "Off",
                   "OFF"})) {
        return true;
    }
    if (text.find(':') == std::string::npos) return false;
    return !resolve_plain_scalar(text, Dialect::V1, {}).is_string();
}

std::string escaped(char32_t c) {
    switch (c) {
        case U'\0':
            return "\\0";
        case U'\a':
            return "\\a";
        case U'\b':
            return "\\b";
        case U'\t':
            return "\\t";
        case U'\n':
            return "\\n";
        case U'\v':
            return "\\v";
        case U'\f':
            return "\\f";
        case U'\r':
            return "\\r";
        case U'\x1B':
            return "\\e";
        case U'"':
            return "\\\"";
        case U'\\':
            return "\\\\";
        case U'\u0085':
            return "\\N";
        case U'\u00A0':
            return "\\_";
        case U'\u2028':
            return "\\L";
        case U'\u2029':
            return "\\P";
        default:
            break;
    }
    const auto code = static_cast<std::uint32_t>(c);
    if (code <= 0xFFU) return fmt::format("\\x{:02X}", code);
    if (code <= 0xFFFFU) return fmt::format("\\u{:04X}", code);
    return fmt::format("\\U{:08X}", code);
}

constexpr std::size_t kNoLimit = SIZE_MAX;

/// The part of an emitter the two libraries share. A line is folded behind `width_` columns.
class Writer {
  public:
    Writer(bool go, std::size_t width) : go_(go), width_(width) {}

    [[nodiscard]] std::string take() { return std::move(out_); }

    void document(const Node& node) {
        if (!node.is_mapping() && !node.is_sequence()) {
            scalar(node, 0, false);
            out_ += '\n';
        } else if (is_empty(node)) {
            out_ += node.is_mapping() ? "{}\n" : "[]\n";
        } else if (node.is_mapping()) {
            mapping(node, 0, false);
        } else {
            sequence(node, 0, false);
        }
    }

  private:
    static bool is_empty(const Node& node) { return node.items.empty() && node.entries.empty(); }

    void put(char32_t c) {
        append(out_, c);
        if (c == U'\n') {
            column_ = 0;
        } else {
            ++column_;
        }
    }

    void put(std::string_view text) {
        for (const char32_t c : decode(text))
            put(c);
    }

    void new_line(std::size_t indent) {
        if (!out_.empty() && out_.back() != '\n') put(U'\n');
        for (std::size_t i = 0; i < indent; ++i)
            put(U' ');
    }

    // PyYAML leaves keys as they stand where Python can't compare them.
    static void sort_python_keys(std::vector<const Entry*>& order) {
        const auto number = [](const Entry* entry) {
            if (entry->written == NodeKind::Boolean) return entry->key == "True" ? 1.0 : 0.0;
            double value = 0;
            std::from_chars(entry->key.data(), entry->key.data() + entry->key.size(), value);
            return value;
        };
        const auto is_text = [](const Entry* entry) { return entry->written == NodeKind::String; };
        const auto is_number = [&is_text](const Entry* entry) {
            return !is_text(entry) && entry->written != NodeKind::Null;
        };
        if (std::all_of(order.begin(), order.end(), is_text)) {
            std::sort(order.begin(), order.end(), [](const Entry* a, const Entry* b) {
                return decode(a->key) < decode(b->key);
            });
        } else if (std::all_of(order.begin(), order.end(), is_number)) {
            std::stable_sort(order.begin(), order.end(), [&number](const Entry* a, const Entry* b) {
                return number(a) < number(b);
            });
        }
    }

    static Node key_as_written(const Entry& entry) {
        Node key = string_node(entry.key, {});
        key.kind = entry.written;
        if (entry.written == NodeKind::Boolean) key.text = entry.key == "True" ? "true" : "false";
        return key;
    }

    // `here`: the first key stands on the line already begun, behind "- ".
    void mapping(const Node& node, std::size_t indent, bool here) {
        std::vector<const Entry*> order;
        for (const Entry& entry : node.entries)
            order.push_back(&entry);
        if (!go_) {
            sort_python_keys(order);
        }
        for (const Entry* entry : order) {
            if (!here) new_line(indent);
            here = false;
            const CodePoints key = decode(entry->key);
            const Analysis analysis = analyse(key, go_);
            const Node key_node = key_as_written(*entry);
            // PyYAML counts the tag "!!str" although it is not written.
            const bool complex =
                go_ ? analysis.multiline || key.size() > 128
                    : analysis.empty || analysis.multiline || key.size() + 5 >= 128;
            if (complex) {
                put("? ");
                scalar(key_node, indent + 2, false);
                new_line(indent);
            } else {
                scalar(key_node, indent, true);
            }
            put(":");
            value(entry->value, indent, !complex);
        }
        if (out_.empty() || out_.back() != '\n') put(U'\n');
    }

    // PyYAML does not indent a list below its key, go-yaml does.
    void sequence(const Node& node, std::size_t indent, bool here) {
        for (const Node& item : node.items) {
            if (!here) new_line(indent);
            here = false;
            put("-");
            value(item, indent, false);
        }
        if (out_.empty() || out_.back() != '\n') put(U'\n');
    }

    // What stands behind "key:" or "-".
    void value(const Node& node, std::size_t indent, bool of_mapping) {
        if (node.is_mapping() || node.is_sequence()) {
            if (is_empty(node)) {
                put(node.is_mapping() ? " {}" : " []");
            } else if (!of_mapping) {
                put(" ");
                node.is_mapping() ? mapping(node, indent + 2, true)
                                  : sequence(node, indent + 2, true);
            } else {
                put(U'\n');
                const std::size_t inner = node.is_sequence() && !go_ ? indent : indent + 2;
                node.is_mapping() ? mapping(node, inner, false) : sequence(node, inner, false);
            }
            return;
        }
        put(" ");
        scalar(node, indent + 2, false);
    }

    void scalar(const Node& node, std::size_t indent, bool key) {
        if (node.is_null()) {
            put("null");
            return;
        }
        if (!node.is_string()) {
            put(go_ || node.kind != NodeKind::Float ? std::string_view(node.text)
                                                    : std::string_view(python_float(node.text)));
            return;
        }
        const CodePoints text = decode(node.text);
        const Analysis analysis = analyse(text, go_);
        const bool other = reads_as_other(node.text, go_ ? Dialect::V2 : Dialect::V1);
        if (go_) {
            go_string(text, analysis, other, indent, key);
        } else {
            python_string(node.text, text, analysis, other, indent, key);
        }
    }

    // PyYAML reads 1e+16 back as a string, so it writes 1.0e+16.
    static std::string python_float(const std::string& text) {
        if (text == "inf" || text == "nan") return "." + text;
        if (text == "-inf") return "-.inf";
        const std::size_t e = text.find('e');
        if (e == std::string::npos || text.find('.') != std::string::npos) return text;
        return text.substr(0, e) + ".0" + text.substr(e);
    }

    void go_string(const CodePoints& text,
                   const Analysis& analysis,
                   bool other,
                   std::size_t indent,
                   bool key) {
        if (analysis.multiline && text.find(U'\n') != CodePoints::npos && !key && analysis.block) {
            literal(text, indent);
        } else if (text.find(U'\n') != CodePoints::npos || other) {
            double_quoted(text, indent, !key);
        } else if (analysis.plain && !(analysis.empty && key)) {
            plain(text, indent, !key);
        } else if (analysis.single) {
            single_quoted(text, indent, !key);
        } else {
            double_quoted(text, indent, !key);
        }
    }

    void python_string(const std::string& bytes,
                       const CodePoints& text,
                       const Analysis& analysis,
                       bool other,
                       std::size_t indent,
                       bool key) {
        const std::string small = lower(bytes);
        if (is_one_of(small, {"y", "n", "yes", "no", "on", "off", "true", "false"})) {
            double_quoted(text, indent, !key);
        } else if (!other && analysis.plain && !(key && (analysis.empty || analysis.multiline))) {
            plain(text, indent, !key);
        } else if (analysis.single && !(key && analysis.multiline)) {
            single_quoted(text, indent, !key);
        } else {
            double_quoted(text, indent, !key);
        }
    }

    // A blank at which the line has grown too long becomes a line break.
    void plain(const CodePoints& text, std::size_t indent, bool fold) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool lone = text[i] == U' ' && (i == 0 || text[i - 1] != U' ') &&
                              i + 1 < text.size() && text[i + 1] != U' ';
            if (lone && fold && column_ > width_) {
                new_line(indent);
            } else {
                put(text[i]);
            }
        }
    }

    void single_quoted(const CodePoints& text, std::size_t indent, bool fold) {
        put("'");
        std::size_t i = 0;
        while (i < text.size()) {
            const char32_t c = text[i];
            if (is_break(c)) {
                std::size_t end = i;
                while (end < text.size() && is_break(text[end]))
                    ++end;
                // Within quotes one break reads as a blank, so each run has one more.
                if (c == U'\n') put(U'\n');
                for (; i < end; ++i)
                    put(text[i] == U'\n' ? U'\n' : text[i]);
                for (std::size_t k = 0; k < indent; ++k)
                    put(U' ');
                continue;
            }
            const bool lone = c == U' ' && (i == 0 || text[i - 1] != U' ') &&
                              (i + 1 == text.size() || text[i + 1] != U' ');
            if (lone && fold && column_ > width_ && i != 0 && i + 1 != text.size()) {
                new_line(indent);
            } else {
                put(c);
                if (c == U'\'') put(c);
            }
            ++i;
        }
        put("'");
    }

    void double_quoted(const CodePoints& text, std::size_t indent, bool fold) {
        put("\"");
        if (go_) {
            for (const char32_t c : text) {
                if (needs_escape(c)) {
                    put(escaped(c));
                } else {
                    put(c);
                }
            }
        } else {
            python_double_quoted(text, indent, fold);
        }
        put("\"");
    }

    [[nodiscard]] bool needs_escape(char32_t c) const {
        if (c == U'"' || c == U'\\' || c == U'\u0085' || c == U'\u2028' || c == U'\u2029' ||
            c == U'\uFEFF')
            return true;
        if (c >= 0x20U && c <= 0x7EU) return false;
        if (go_) return !is_printable(c) || c == U'\n';
        return !((c >= 0xA0U && c <= 0xD7FFU) || (c >= 0xE000U && c <= 0xFFFDU));
    }

    // PyYAML writes runs of plain characters at once and looks at the width at each blank and
    // escape.
    void python_double_quoted(const CodePoints& text, std::size_t indent, bool fold) {
        std::size_t start = 0;
        const auto flush = [&](std::size_t to) {
            for (; start < to; ++start)
                put(text[start]);
        };
        for (std::size_t end = 0; end <= text.size(); ++end) {
            const bool done = end == text.size();
            if (done || needs_escape(text[end])) {
                flush(end);
                if (!done) {
                    put(escaped(text[end]));
                    start = end + 1;
                }
            }
            if (done || end == 0 || end + 1 >= text.size() || !fold) continue;
            const bool at = text[end] == U' ' || start >= end;
            const std::size_t pending = end > start ? end - start : 0;
            if (!at || column_ + pending <= width_ + (start > end ? start - end : 0)) continue;
            if (start < end) flush(end);
            put("\\");
            new_line(indent);
            if (text[start] == U' ') put("\\");
        }
    }

    // "|" with what says how many line breaks the end has.
    void literal(const CodePoints& text, std::size_t indent) {
        put("|");
        if (text.front() == U' ' || is_break(text.front())) put("2");
        if (!is_break(text.back())) {
            put("-");
        } else if (text.size() == 1 || is_break(text[text.size() - 2])) {
            put("+");
        }
        bool line_start = true;
        put(U'\n');
        for (const char32_t c : text) {
            if (line_start && c != U'\n') {
                for (std::size_t i = 0; i < indent; ++i)
                    put(U' ');
            }
            put(c);
            line_start = c == U'\n';
        }
    }

    bool go_;
    std::size_t width_;
    std::string out_;
    std::size_t column_ = 0;
};

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           static_cast<unsigned char>(c) >= 0x80U;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// go-yaml's order of keys: digits by value, letters behind other characters.
bool go_less(const std::string& a, const std::string& b) {
    bool digits = false;
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (a[i] == b[i]) {
            digits = is_digit(a[i]);
            continue;
        }
        const bool a_letter = is_letter(a[i]);
        const bool b_letter = is_letter(b[i]);
        if (a_letter && b_letter)
            return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]);
        if (a_letter || b_letter) return digits ? a_letter : b_letter;
        std::uint64_t a_value = 0;
        std::uint64_t b_value = 0;
        if (a[i] == '0' || b[i] == '0') {
            for (std::size_t j = i; j > 0 && is_digit(a[j - 1]); --j) {
                if (a[j - 1] != '0') {
                    a_value = b_value = 1;
                    break;
                }
            }
        }
        std::size_t a_end = i;
        std::size_t b_end = i;
        for (; a_end < a.size() && is_digit(a[a_end]); ++a_end)
            a_value = a_value * 10 + static_cast<std::uint64_t>(a[a_end] - '0');
        for (; b_end < b.size() && is_digit(b[b_end]); ++b_end)
            b_value = b_value * 10 + static_cast<std::uint64_t>(b[b_end] - '0');
        if (a_value != b_value) return a_value < b_value;
        if (a_end != b_end) return a_end < b_end;
        return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[i]);
    }
    return a.size() < b.size();
}

}  // namespace

std::string python_yaml(const Node& node) {
    constexpr std::size_t kWidth = 80;
    Writer writer(false, kWidth);
    writer.document(node);
    return writer.take();
}

std::string go_yaml(const Node& node) {
    Writer writer(true, kNoLimit);
    writer.document(node);
    return writer.take();
}

void sort_go_keys(Node& mapping) {
    // A stable insertion sort: go-yaml's order is no strict one for every odd key, and std::sort
    // must have one.
    std::vector<Entry>& entries = mapping.entries;
    for (std::size_t i = 1; i < entries.size(); ++i) {
        for (std::size_t j = i; j > 0 && go_less(entries[j].key, entries[j - 1].key); --j) {
            std::swap(entries[j], entries[j - 1]);
        }
    }
}

}  // namespace podium::compose
