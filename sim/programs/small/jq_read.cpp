#include "sim/programs/small/jq_read.hpp"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/utf8.hpp"
#include "sim/programs/small/jq_values.hpp"

namespace podium::programs::small {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kNoSeparator = "Expected separator between values";
constexpr std::string_view kNoPair = "Objects must consist of key:value pairs";

bool is_jq_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && is_jq_digit(text[end])) ++end;
    return end - at;
}

// What jvp_strtod (src/jv_dtoa.c) takes as a whole.
bool is_jq_number(std::string_view text) {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    std::string word(text.substr(0, 9));
    for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (word == "nan" || word == "inf" || word == "infinity") return true;
    std::size_t at = digits_at(text, 0);
    std::size_t digits = at;
    if (at < text.size() && text[at] == '.') {
        const std::size_t behind = digits_at(text, at + 1);
        digits += behind;
        at += 1 + behind;
    }
    if (digits == 0) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        const std::size_t exponent = digits_at(text, at);
        if (exponent == 0) return false;
        at += exponent;
    }
    return at == text.size();
}

/// The four hexadecimal digits at a place; below zero when they are none.
int hexadecimal(std::string_view digits) {
    int value = 0;
    for (const char c : digits) {
        const int digit = is_jq_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

// jv_string_sized replaces what is no UTF-8.
std::string as_utf8(const std::string& text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = decode_rune(text, at);
        if (rune.valid)
            out.append(text, at, rune.size);
        else
            append_rune(out, 0xFFFD);
        at += rune.size;
    }
    return out;
}

/// The character of "\uXXXX", whose digits begin at a place, which moves behind it; else why there is none.
std::string_view escaped_rune(std::string_view text, std::size_t& at, std::string& out) {
    constexpr std::string_view kNoPairOfHalves = "Invalid \\uXXXX\\uXXXX surrogate pair escape";
    constexpr int kReplacementRune = 0xFFFD;
    if (at + 4 > text.size()) return "Invalid \\uXXXX escape";
    int value = hexadecimal(text.substr(at, 4));
    if (value < 0) return "Invalid characters in \\uXXXX escape";
    at += 4;
    if (value >= 0xD800 && value <= 0xDBFF) {
        if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return kNoPairOfHalves;
        const int low = hexadecimal(text.substr(at + 2, 4));
        if (low < 0xDC00 || low > 0xDFFF) return kNoPairOfHalves;
        at += 6;
        value = 0x10000 + (value - 0xD800) * 0x400 + (low - 0xDC00);
    } else if (value >= 0xDC00 && value <= 0xDFFF) {
        value = kReplacementRune;
    }
    append_rune(out, static_cast<char32_t>(value));
    return {};
}

/// What stands in quotes, without its escapes (found_string).
std::string_view unescaped(std::string_view text, std::string& out) {
    constexpr std::string_view kNames = "\\\"/bftnr";
    constexpr std::string_view kMeant = "\\\"/\b\f\t\n\r";
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at++];
        if (c != '\\') {
            // As jq has it: 0x1F is let through.
            if (c > 0 && c < 0x1F) return "Invalid string: control characters from U+0000 through U+001F must be escaped";
            out += c;
            continue;
        }
        if (at >= text.size()) return "Expected escape character at end of string";
        const char escape = text[at++];
        const std::size_t known = kNames.find(escape);
        if (known != std::string_view::npos) {
            out += kMeant[known];
        } else if (escape == 'u') {
            if (const std::string_view why = escaped_rune(text, at, out); !why.empty()) return why;
        } else {
            return "Invalid escape";
        }
    }
    return {};
}

}  // namespace

class JqReader::Parser {
  public:
    Found next(std::string_view text, std::size_t& at, Json& value);
    Found end(Json& value);
    [[nodiscard]] const std::string& error() const { return error_; }
    [[nodiscard]] bool idle() const { return open_.empty() && !value_ && token_.empty() && !quoted_; }

  private:
    /// An array or object whose end was not seen yet.
    struct Open {
        Json value;
        std::optional<std::string> name;                       // of the member whose value comes next
        std::map<std::string, std::size_t> places{};  // of members, which an object finds by going through all
    };

    // Each gives why its character is wrong; empty when it isn't.
    std::string_view scan(char c, std::optional<Json>& done);
    std::string_view structure(char c);
    std::string_view begin(Json empty);
    std::string_view colon();
    std::string_view comma();
    std::string_view end_array();
    std::string_view end_object();
    std::string_view literal();
    std::string_view string();
    std::string_view found(Json value);

    void set_member(Open& object);
    void close();
    void take_done(std::optional<Json>& done);
    Found wrong(std::string_view why, bool at_end);

    std::vector<Open> open_;
    std::size_t depth_ = 0;  // open_, and the names in it
    std::optional<Json> value_;
    std::string token_;  // a number, a word, or a string without its quotes
    bool begun_ = false;
    bool quoted_ = false;
    bool escaped_ = false;
    std::size_t line_ = 1;
    std::size_t column_ = 0;
    std::string error_;
};

JqReader::JqReader() : parser_(std::make_unique<Parser>()) {}
JqReader::JqReader(const JqReader& other) = default;
JqReader::JqReader(JqReader&& other) noexcept = default;
JqReader& JqReader::operator=(const JqReader& other) = default;
JqReader& JqReader::operator=(JqReader&& other) noexcept = default;
JqReader::~JqReader() = default;

JqReader::Found JqReader::next(std::string_view text, std::size_t& at, Json& value) { return parser_->next(text, at, value); }
JqReader::Found JqReader::end(Json& value) { return parser_->end(value); }
const std::string& JqReader::error() const { return parser_->error(); }
bool JqReader::idle() const { return parser_->idle(); }

JqReader::Found JqReader::Parser::next(std::string_view text, std::size_t& at, Json& value) {
    if (!std::exchange(begun_, true) && text.substr(at).starts_with(kByteOrderMark)) at += kByteOrderMark.size();
    while (at < text.size()) {
        const char c = text[at++];
        ++column_;
        if (c == '\n') {
            ++line_;
            column_ = 0;
        }
        std::optional<Json> done;
        if (const std::string_view why = scan(c, done); !why.empty()) return wrong(why, false);
        if (!done) continue;
        value = std::move(*done);
        return Found::Value;
    }
    return Found::Nothing;
}

JqReader::Found JqReader::Parser::end(Json& value) {
    if (quoted_) return wrong("Unfinished string", true);
    if (const std::string_view why = literal(); !why.empty()) return wrong(why, true);
    if (!open_.empty()) return wrong("Unfinished JSON term", true);
    if (!value_) return Found::Nothing;
    value = std::move(*value_);
    value_.reset();
    return Found::Value;
}

JqReader::Found JqReader::Parser::wrong(std::string_view why, bool at_end) {
    error_ = fmt::format("{}{} at line {}, column {}", why, at_end ? " at EOF" : "", line_, column_);
    return Found::Wrong;
}

std::string_view JqReader::Parser::scan(char c, std::optional<Json>& done) {
    if (quoted_) {
        if (c == '"' && !escaped_) {
            if (const std::string_view why = string(); !why.empty()) return why;
            quoted_ = false;
            take_done(done);
            return {};
        }
        token_ += c;
        escaped_ = c == '\\' && !escaped_;
        return {};
    }
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    const bool structural = c == '[' || c == ']' || c == '{' || c == '}' || c == ':' || c == ',';
    if (!space && !structural && c != '"') {
        token_ += c;
        return {};
    }
    if (const std::string_view why = literal(); !why.empty()) return why;
    take_done(done);
    quoted_ = c == '"';
    if (structural) {
        if (const std::string_view why = structure(c); !why.empty()) return why;
    }
    if (!done) take_done(done);
    return {};
}

std::string_view JqReader::Parser::structure(char c) {
    switch (c) {
        case '[': return begin(Json::array());
        case '{': return begin(Json::object());
        case ':': return colon();
        case ',': return comma();
        case ']': return end_array();
        default: return end_object();
    }
}

std::string_view JqReader::Parser::begin(Json empty) {
    if (depth_ >= kMaxJqReadDepth) return "Exceeds depth limit for parsing";
    if (value_) return kNoSeparator;
    open_.push_back({std::move(empty), std::nullopt});
    ++depth_;
    return {};
}

std::string_view JqReader::Parser::colon() {
    if (!value_) return "Expected string key before ':'";
    if (open_.empty() || !open_.back().value.is_object() || open_.back().name) return "':' not as part of an object";
    if (!value_->is_string()) return "Object keys must be strings";
    open_.back().name = value_->get<std::string>();
    value_.reset();
    ++depth_;
    return {};
}

std::string_view JqReader::Parser::comma() {
    if (!value_) return "Expected value before ','";
    if (open_.empty()) return "',' not as part of an object or array";
    Open& open = open_.back();
    if (open.value.is_object()) {
        if (!open.name) return kNoPair;
        set_member(open);
        return {};
    }
    open.value.push_back(std::move(*value_));
    value_.reset();
    return {};
}

std::string_view JqReader::Parser::end_array() {
    if (open_.empty() || !open_.back().value.is_array()) return "Unmatched ']'";
    Json& list = open_.back().value;
    if (value_)
        list.push_back(std::move(*value_));
    else if (!list.empty())
        return "Expected another array element";
    close();
    return {};
}

std::string_view JqReader::Parser::end_object() {
    if (open_.empty()) return "Unmatched '}'";
    Open& open = open_.back();
    if (value_) {
        if (!open.name) return kNoPair;
        set_member(open);
    } else {
        if (!open.value.is_object() || open.name) return "Unmatched '}'";
        if (!open.value.empty()) return "Expected another key-value pair";
    }
    close();
    return {};
}

/// Takes the value for that of the name before it; a later one takes an earlier one's place.
void JqReader::Parser::set_member(Open& object) {
    auto& members = object.value.get_ref<Json::object_t&>();
    const auto [place, fresh] = object.places.emplace(*object.name, members.size());
    if (fresh)
        members.emplace_back(*object.name, std::move(*value_));
    else
        (members.begin() + static_cast<std::ptrdiff_t>(place->second))->second = std::move(*value_);
    value_.reset();
    object.name.reset();
    --depth_;
}

void JqReader::Parser::close() {
    value_ = std::move(open_.back().value);
    open_.pop_back();
    --depth_;
}

void JqReader::Parser::take_done(std::optional<Json>& done) {
    if (!open_.empty() || !value_) return;
    done = std::move(value_);
    value_.reset();
}

std::string_view JqReader::Parser::found(Json value) {
    if (value_) return kNoSeparator;
    value_ = std::move(value);
    return {};
}

std::string_view JqReader::Parser::string() {
    std::string text;
    if (const std::string_view why = unescaped(token_, text); !why.empty()) return why;
    token_.clear();
    return found(as_utf8(text));
}

std::string_view JqReader::Parser::literal() {
    if (token_.empty()) return {};
    const std::string token = std::exchange(token_, {});
    switch (token.front()) {
        case 't': return token == "true" ? found(true) : "Invalid literal";
        case 'f': return token == "false" ? found(false) : "Invalid literal";
        case 'n': return token == "null" ? found(nullptr) : "Invalid literal";
        default: return is_jq_number(token) ? found(jq::number(std::strtod(token.c_str(), nullptr))) : "Invalid numeric literal";
    }
}

// jv_parse_sized.
Result<Json> read_jq(std::string_view text) {
    const auto refuse = [text](std::string_view why) { return Error{fmt::format("{} (while parsing '{}')", why, text), {}, {}}; };
    JqReader reader;
    std::size_t at = 0;
    Json value;
    JqReader::Found first = reader.next(text, at, value);
    const bool ended = first == JqReader::Found::Nothing;
    if (ended) first = reader.end(value);
    if (first == JqReader::Found::Wrong) return refuse(reader.error());
    if (first == JqReader::Found::Nothing) return refuse("Expected JSON value");
    if (ended) return value;
    Json more;
    JqReader::Found second = reader.next(text, at, more);
    if (second == JqReader::Found::Nothing) second = reader.end(more);
    if (second == JqReader::Found::Wrong) return refuse(reader.error());
    if (second == JqReader::Found::Value) return refuse("Unexpected extra JSON values");
    return value;
}

}  // namespace podium::programs::small
