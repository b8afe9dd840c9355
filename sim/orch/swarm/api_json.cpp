// Reading bodies as Go does: see encoding/json, decode.go and scanner.go.

#include "sim/orch/swarm/api_json.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/json_bytes.hpp"
#include "sim/base/utf8.hpp"
#include <utility>

namespace podium::swarm {
namespace {

/// How Go names a character in these sentences (scanner.go, quoteChar).
std::string quoted(char c) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '\'') return R"('\'')";
    if (c == '\\') return R"('\\')";
    if (c == '\n') return R"('\n')";
    if (c == '\t') return R"('\t')";
    if (c == '\r') return R"('\r')";
    if (code < 0x20 || code == 0x7f) return fmt::format("'\\x{:02x}'", code);
    if (code < 0x80) return fmt::format("'{}'", c);
    if (code < 0xa1 || code == 0xad) return fmt::format("'\\u{:04x}'", code);
    return fmt::format(
        "'{}{}'", static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f)));
}

bool blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

bool digit(char c) {
    return c >= '0' && c <= '9';
}

bool hexadecimal(char c) {
    return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// Finds the end of the first value, or says what is wrong with it.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    /// An empty text or the sentence; `end` is behind the value.
    std::string scan(std::size_t& end) {
        skip_blanks();
        if (at_ == text_.size()) return "got EOF while reading request body";
        value(0);
        end = at_;
        return error_;
    }

  private:
    void skip_blanks() {
        while (at_ < text_.size() && blank(text_[at_]))
            ++at_;
    }

    /// The character here; when there is none, the text ends too early.
    bool peek(char& c) {
        if (!error_.empty()) return false;
        if (at_ == text_.size()) {
            error_ = "unexpected EOF";
            return false;
        }
        c = text_[at_];
        return true;
    }

    void refuse(char c, std::string_view where) {
        if (error_.empty()) error_ = fmt::format("invalid character {} {}", quoted(c), where);
    }

    void value(std::size_t depth) {
        skip_blanks();
        char c = 0;
        if (!peek(c)) return;
        if (c == '{' || c == '[') {
            if (depth >= kDeepestBody) {
                error_ = "exceeded max depth";
                return;
            }
            ++at_;
            c == '{' ? object(depth) : array(depth);
        } else if (c == '"') {
            ++at_;
            string();
        } else if (c == '-' || digit(c)) {
            number();
        } else if (c == 't') {
            literal("true");
        } else if (c == 'f') {
            literal("false");
        } else if (c == 'n') {
            literal("null");
        } else {
            refuse(c, "looking for beginning of value");
        }
    }

    void object(std::size_t depth) {
        for (bool first = true; error_.empty(); first = false) {
            skip_blanks();
            char c = 0;
            if (!peek(c)) return;
            if (first && c == '}') {
                ++at_;
                return;
            }
            if (c != '"') return refuse(c, "looking for beginning of object key string");
            ++at_;
            string();
            skip_blanks();
            if (!peek(c)) return;
            if (c != ':') return refuse(c, "after object key");
            ++at_;
            value(depth + 1);
            if (ends('}', "after object key:value pair")) return;
        }
    }

    void array(std::size_t depth) {
        skip_blanks();
        char c = 0;
        if (!peek(c)) return;
        if (c == ']') {
            ++at_;
            return;
        }
        while (error_.empty()) {
            value(depth + 1);
            if (ends(']', "after array element")) return;
        }
    }

    /// Behind an element: whether the whole ends here (or something is wrong); else behind the
    /// comma.
    bool ends(char closing, std::string_view where) {
        skip_blanks();
        char c = 0;
        if (!peek(c)) return true;
        if (c != ',' && c != closing) {
            refuse(c, where);
            return true;
        }
        ++at_;
        return c == closing;
    }

    void string() {
        char c = 0;
        while (peek(c)) {
            ++at_;
            if (c == '"') return;
            if (static_cast<unsigned char>(c) < 0x20) return refuse(c, "in string literal");
            if (c != '\\') continue;
            if (!peek(c)) return;
            ++at_;
            if (std::string_view("bfnrt\\/\"").find(c) != std::string_view::npos) continue;
            if (c != 'u') return refuse(c, "in string escape code");
            for (int n = 0; n < 4; ++n) {
                if (!peek(c)) return;
                if (!hexadecimal(c)) return refuse(c, "in \\u hexadecimal character escape");
                ++at_;
            }
        }
    }

    void digits() {
        while (at_ < text_.size() && digit(text_[at_]))
            ++at_;
    }

    /// At least one digit.
    void some_digits(std::string_view where) {
        char c = 0;
        if (!peek(c)) return;
        if (!digit(c)) return refuse(c, where);
        digits();
    }

    void number() {
        char c = 0;
        if (text_[at_] == '-') ++at_;
        if (!peek(c)) return;
        if (c == '0') {
            ++at_;
        } else {
            some_digits("in numeric literal");
        }
        if (!error_.empty()) return;
        if (at_ < text_.size() && text_[at_] == '.') {
            ++at_;
            some_digits("after decimal point in numeric literal");
        }
        if (!error_.empty()) return;
        if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
            ++at_;
            if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
            some_digits("in exponent of numeric literal");
        }
    }

    void literal(std::string_view word) {
        for (const char wanted : word) {
            char c = 0;
            if (!peek(c)) return;
            if (c != wanted)
                return refuse(c, fmt::format("in literal {} (expecting '{}')", word, wanted));
            ++at_;
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string error_;
};

/// The length of the UTF-8 character that begins here; 0 when it is none.
std::size_t utf8_length(std::string_view text) {
    const auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return i < text.size() && is_continuation_byte(text[i]); };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
    if (lead >= 0xe0 && lead <= 0xef) {
        const bool overlong = lead == 0xe0 && byte(1) < 0xa0;
        const bool surrogate = lead == 0xed && byte(1) >= 0xa0;
        return tail(1) && tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    if (lead >= 0xf0 && lead <= 0xf4) {
        const bool overlong = lead == 0xf0 && byte(1) < 0x90;
        const bool beyond = lead == 0xf4 && byte(1) >= 0x90;
        return tail(1) && tail(2) && tail(3) && !overlong && !beyond ? 4 : 0;
    }
    return 0;
}

/// Go replaces what is no UTF-8; so does this.
std::string sanitised(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) out += "\xef\xbf\xbd";
        out += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return out;
}

std::string_view kind_of(const Input& value) {
    if (value.is_string()) return "string";
    if (value.is_boolean()) return "bool";
    if (value.is_array()) return "array";
    if (value.is_object()) return "object";
    return "number";
}

char lower_ascii(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_folded(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower_ascii(x) == lower_ascii(y);
    });
}

std::string_view without_package(std::string_view type) {
    const auto dot = type.rfind('.');
    return dot == std::string_view::npos ? type : type.substr(dot + 1);
}

}  // namespace

Result<Input> parse_body(std::string_view text) {
    std::size_t end = 0;
    if (std::string error = Scanner(text).scan(end); !error.empty())
        return Error{std::move(error), {}, {}};
    Input read = Input::parse(sanitised(text.substr(0, end)), nullptr, false);
    // What is left: a number beyond all bounds, or half of a surrogate pair.
    if (read.is_discarded())
        return Error{"invalid number or \\u escape in the request body", {}, {}};
    return read;
}

Fields::Fields(const Input& body, std::string_view type, BodyProblem& problem)
    : object_(body.is_object() ? &body : nullptr),
      struct_(without_package(type)),
      problem_(&problem) {
    if (body.is_object() || body.is_null() || !problem.sentence.empty()) return;
    problem.sentence =
        fmt::format("json: cannot unmarshal {} into Go value of type {}", kind_of(body), type);
}

Fields::Fields(const Input* object, std::string_view type, std::string path, BodyProblem& problem)
    : object_(object), struct_(without_package(type)), path_(std::move(path)), problem_(&problem) {}

const Input* Fields::find(std::string_view name) const {
    if (object_ == nullptr) return nullptr;
    auto found = object_->find(std::string(name));
    for (auto item = object_->begin(); found == object_->end() && item != object_->end(); ++item) {
        if (same_folded(item.key(), name)) found = item;
    }
    return found == object_->end() || found->is_null() ? nullptr : &*found;
}

void Fields::wrong(const Input& value, std::string_view name, std::string_view type) const {
    if (!problem_->sentence.empty()) return;
    std::string what(kind_of(value));
    const bool number_wanted = type.find("int") != std::string_view::npos ||
                               type == "time.Duration" || type == "fs.FileMode";
    if (value.is_number() && number_wanted) what += " " + json_bytes(value);
    problem_->sentence =
        fmt::format("json: cannot unmarshal {} into Go struct field {}.{}{} of type {}",
                    what,
                    struct_,
                    path_,
                    name,
                    type);
}

std::string Fields::text(std::string_view name, std::string_view type) const {
    const Input* value = find(name);
    if (value == nullptr) return {};
    if (value->is_string()) return value->get<std::string>();
    wrong(*value, name, type);
    return {};
}

std::optional<bool> Fields::maybe_flag(std::string_view name) const {
    const Input* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    wrong(*value, name, "bool");
    return std::nullopt;
}

std::optional<std::int64_t> Fields::maybe_integer(std::string_view name,
                                                  std::string_view type) const {
    const Input* value = find(name);
    if (value == nullptr) return std::nullopt;
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    if (value->is_number_integer() &&
        (!value->is_number_unsigned() || value->get<std::uint64_t>() <= kMost))
        return value->get<std::int64_t>();
    wrong(*value, name, type);
    return std::nullopt;
}

std::optional<std::uint64_t> Fields::maybe_natural(std::string_view name,
                                                   std::string_view type,
                                                   std::uint64_t most) const {
    const Input* value = find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_number_unsigned() && value->get<std::uint64_t>() <= most)
        return value->get<std::uint64_t>();
    wrong(*value, name, type);
    return std::nullopt;
}

std::int64_t Fields::millionths(std::string_view name) const {
    constexpr double kFurthest = 1e9;  // far beyond what any ratio may be
    const Input* value = find(name);
    if (value == nullptr) return 0;
    if (!value->is_number()) {
        wrong(*value, name, "float32");
        return 0;
    }
    const double number = std::clamp(value->get<double>(), -kFurthest, kFurthest) * 1e6;
    return static_cast<std::int64_t>(number < 0 ? number - 0.5 : number + 0.5);
}

std::optional<Duration> Fields::maybe_duration(std::string_view name) const {
    const auto nanoseconds = maybe_integer(name, "time.Duration");
    return nanoseconds ? std::optional(Duration{*nanoseconds}) : std::nullopt;
}

std::vector<std::string> Fields::texts(std::string_view name) const {
    std::vector<std::string> out;
    const Input* value = find(name);
    if (value == nullptr) return out;
    if (!value->is_array()) {
        wrong(*value, name, "[]string");
        return out;
    }
    for (const Input& element : *value) {
        if (element.is_string()) {
            out.push_back(element.get<std::string>());
        } else if (element.is_null()) {
            out.emplace_back();
        } else {
            wrong(element, name, "string");
        }
    }
    return out;
}

std::map<std::string, std::string> Fields::text_map(std::string_view name) const {
    std::map<std::string, std::string> out;
    const Input* value = find(name);
    if (value == nullptr) return out;
    if (!value->is_object()) {
        wrong(*value, name, "map[string]string");
        return out;
    }
    for (const auto& item : value->items()) {
        if (item.value().is_string()) {
            out[item.key()] = item.value().get<std::string>();
        } else if (item.value().is_null()) {
            out[item.key()] = {};
        } else {
            wrong(item.value(), name, "string");
        }
    }
    return out;
}

std::string Fields::bytes(std::string_view name) const {
    const Input* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        wrong(*value, name, "[]uint8");
        return {};
    }
    const Result<std::string> read = read_base64(value->get_ref<const std::string&>());
    if (read) return *read;
    if (problem_->sentence.empty()) problem_->sentence = read.error().message;
    return {};
}

Fields Fields::object(std::string_view name, std::string_view type) const {
    const Input* value = find(name);
    if (value != nullptr && !value->is_object()) {
        wrong(*value, name, type);
        value = nullptr;
    }
    return {value, type, fmt::format("{}{}.", path_, name), *problem_};
}

std::vector<Fields> Fields::objects(std::string_view name, std::string_view type) const {
    std::vector<Fields> out;
    const Input* value = find(name);
    if (value == nullptr) return out;
    if (!value->is_array()) {
        wrong(*value, name, fmt::format("[]{}", type));
        return out;
    }
    static const Input kEmpty = Input::object();
    for (const Input& element : *value) {
        if (!element.is_object() && !element.is_null()) {
            wrong(element, name, type);
            continue;
        }
        out.push_back(Fields(element.is_object() ? &element : &kEmpty,
                             type,
                             fmt::format("{}{}.", path_, name),
                             *problem_));
    }
    return out;
}

}  // namespace podium::swarm
