#include "sim/programs/format/go_functions.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/utf8.hpp"
#include "sim/programs/format/go_compare.hpp"
#include "sim/programs/format/go_template_tree.hpp"

namespace podium::format {
namespace {

using Arguments = std::span<const Value>;

[[noreturn]] void refuse(std::string sentence) {
    throw CallFailure{std::move(sentence)};
}

// --- docker's functions ---

Value call_json(Arguments a) {
    return text_value(json_of(a[0]));
}

Value call_split(Arguments a) {
    const std::string text = text_of(a[0]);
    const std::string separator = text_of(a[1]);
    std::vector<std::string> parts;
    if (separator.empty()) {
        for (std::size_t at = 0; at < text.size();) {
            const std::size_t size = decode_rune(text, at).size;
            parts.push_back(text.substr(at, size));
            at += size;
        }
        return texts_value(parts);
    }
    std::size_t from = 0;
    for (std::size_t at = text.find(separator); at != std::string::npos;
         at = text.find(separator, from)) {
        parts.push_back(text.substr(from, at - from));
        from = at + separator.size();
    }
    parts.push_back(text.substr(from));
    return texts_value(parts);
}

Value call_join(Arguments a) {
    const std::string separator = text_of(a[1]);
    std::string text;
    for (std::size_t i = 0; i < length_of(a[0]); ++i)
        text += (i > 0 ? separator : "") + text_of(element_at(a[0], i));
    return text_value(std::move(text));
}

Value call_upper(Arguments a) {
    return text_value(upper(text_of(a[0])));
}

Value call_lower(Arguments a) {
    return text_value(lower(text_of(a[0])));
}

Value call_title(Arguments a) {
    std::string text = text_of(a[0]);
    bool first = true;
    for (char& c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '_' ||
                            static_cast<unsigned char>(c) >= 0x80;
        if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
        first = !letter;
    }
    return text_value(std::move(text));
}

Value call_pad(Arguments a) {
    constexpr std::int64_t kPadMost = 100'000;
    const std::string text = text_of(a[0]);
    if (text.empty()) return a[0];
    const std::int64_t before = int_of(a[1]);
    const std::int64_t after = int_of(a[2]);
    if (before < 0 || after < 0) refuse("strings: negative Repeat count");
    if (before > kPadMost || after > kPadMost)
        refuse(fmt::format("Podium pads with at most {} blanks", kPadMost));
    return text_value(std::string(static_cast<std::size_t>(before), ' ') + text +
                      std::string(static_cast<std::size_t>(after), ' '));
}

Value call_truncate(Arguments a) {
    const std::string text = text_of(a[0]);
    const std::int64_t length = int_of(a[1]);
    if (static_cast<std::int64_t>(text.size()) < length) return a[0];
    if (length < 0) refuse(fmt::format("runtime error: slice bounds out of range [:{}]", length));
    return text_value(text.substr(0, static_cast<std::size_t>(length)));
}

Value call_details_order(Arguments a) {
    return texts_value(sorted_keys(struct_field(a[0], "Details")));
}

// What docker's functions do to the text of a header: nothing.
Value call_unchanged(Arguments a) {
    return a[0];
}

// --- Go's own ---

// Blanks go between two values neither of which is a string (print) or always (println).
std::string sprint(Arguments a, bool line) {
    std::string out;
    bool text_before = true;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const Value value = unboxed(a[i]);
        const bool text = value.type == "string";
        if (i > 0 && (line || (!text && !text_before))) out += ' ';
        out += value.valid() ? print_value(value) : "<nil>";
        text_before = text;
    }
    return out;
}

Value call_print(Arguments a) {
    return text_value(sprint(a, false));
}

Value call_println(Arguments a) {
    return text_value(sprint(a, true) + "\n");
}

Value call_printf(Arguments a) {
    return text_value(go_printf(text_of(a[0]), a.subspan(1)));
}

Value call_len(Arguments a) {
    const Value value = indirect(a[0]);
    if (!unboxed(value).valid()) refuse("len of nil pointer");
    switch (value.kind()) {
        case Kind::Slice:
        case Kind::Map:
        case Kind::String:
            return int_value(static_cast<std::int64_t>(length_of(value)));
        case Kind::Pointer:
            refuse("len of nil pointer");
        default:
            refuse(fmt::format("len of type {}", value.type));
    }
}

// An index into a list: up to its length, as Go checks it before it looks.
std::size_t list_index(const Value& given, std::size_t length) {
    const Value index = unboxed(given);
    if (!index.valid()) refuse("cannot index slice/array with nil");
    if (index.kind() != Kind::Int && index.kind() != Kind::Uint) {
        refuse(fmt::format("cannot index slice/array with type {}", index.type));
    }
    const std::int64_t at =
        index.kind() == Kind::Int ? int_of(index) : static_cast<std::int64_t>(uint_of(index));
    if (at < 0 || static_cast<std::uint64_t>(at) > length)
        refuse(fmt::format("index out of range: {}", at));
    return static_cast<std::size_t>(at);
}

Value map_index(const Value& map, const Value& given) {
    const Value index = unboxed(given);
    const std::string_view wanted = key_type(map.type);
    if (!index.valid()) refuse(fmt::format("value is nil; should be of type {}", wanted));
    const bool usable = assignable(index.type, wanted);
    // Go converts between whole numbers only; a plain text is no nat.Port.
    if (!usable) refuse(fmt::format("value has type {}; should be {}", index.type, wanted));
    const Value found = map_entry(map, text_of(index));
    return found.valid() ? found : Value{element_type(map.type), nullptr, nullptr};
}

Value call_index(Arguments a) {
    Value item = unboxed(a[0]);
    if (!item.valid()) refuse("index of untyped nil");
    for (const Value& index : a.subspan(1)) {
        item = indirect(item);
        switch (item.kind()) {
            case Kind::Slice: {
                const std::size_t at = list_index(index, length_of(item));
                if (at == length_of(item)) refuse("reflect: slice index out of range");
                item = element_at(item, at);
                break;
            }
            case Kind::String: {
                const std::string text = text_of(item);
                const std::size_t at = list_index(index, text.size());
                if (at == text.size()) refuse("reflect: string index out of range");
                item = int_value(static_cast<unsigned char>(text[at]));
                item.type = "uint8";
                break;
            }
            case Kind::Map:
                item = map_index(item, index);
                break;
            case Kind::Pointer:
            case Kind::Interface:
                refuse("index of nil pointer");
            default:
                refuse(fmt::format("can't index item of type {}", item.type));
        }
    }
    return item;
}

Value call_slice(Arguments a) {
    const Value item = unboxed(a[0]);
    if (!item.valid()) refuse("slice of untyped nil");
    if (a.size() > 4) refuse(fmt::format("too many slice indexes: {}", a.size() - 1));
    const bool text = item.kind() == Kind::String;
    if (!text && item.kind() != Kind::Slice)
        refuse(fmt::format("can't slice item of type {}", item.type));
    if (text && a.size() == 4) refuse("cannot 3-index slice a string");
    const std::size_t length = length_of(item);
    std::size_t bounds[3] = {0, length, length};
    for (std::size_t i = 1; i < a.size(); ++i)
        bounds[i - 1] = list_index(a[i], length);
    if (bounds[0] > bounds[1])
        refuse(fmt::format("invalid slice index: {} > {}", bounds[0], bounds[1]));
    if (a.size() == 4 && bounds[1] > bounds[2])
        refuse(fmt::format("invalid slice index: {} > {}", bounds[1], bounds[2]));
    if (text) return text_value(text_of(item).substr(bounds[0], bounds[1] - bounds[0]));
    return slice_of(item, bounds[0], bounds[1]);
}

Value call_eq(Arguments a) {
    if (a.size() < 2) refuse("missing argument for comparison");
    return bool_value(std::any_of(
        a.begin() + 1, a.end(), [&a](const Value& other) { return go_equal(a[0], other); }));
}

Value call_ne(Arguments a) {
    return bool_value(!go_equal(a[0], a[1]));
}

Value call_lt(Arguments a) {
    return bool_value(go_less(a[0], a[1]));
}

Value call_le(Arguments a) {
    return bool_value(go_less(a[0], a[1]) || go_equal(a[0], a[1]));
}

Value call_gt(Arguments a) {
    return bool_value(!go_less(a[0], a[1]) && !go_equal(a[0], a[1]));
}

Value call_ge(Arguments a) {
    return bool_value(!go_less(a[0], a[1]));
}

Value call_not(Arguments a) {
    return bool_value(!truth_of(a[0]));
}

const std::vector<Function>& functions() {
    static const std::vector<Function> table{
        {"json", {kAny}, "", call_json},
        {"split", {"string", "string"}, "", call_split},
        {"join", {"[]string", "string"}, "", call_join},
        {"title", {"string"}, "", call_title},
        {"lower", {"string"}, "", call_lower},
        {"upper", {"string"}, "", call_upper},
        {"pad", {"string", "int", "int"}, "", call_pad},
        {"truncate", {"string", "int"}, "", call_truncate},
        {"getDetailsOrder", {"types.ComponentVersion"}, "", call_details_order},
        {"and", {kAny}, kAny, nullptr},
        {"or", {kAny}, kAny, nullptr},
        {"not", {kAny}, "", call_not},
        {"index", {kAny}, kAny, call_index},
        {"slice", {kAny}, kAny, call_slice},
        {"len", {kAny}, "", call_len},
        {"print", {}, kAny, call_print},
        {"println", {}, kAny, call_println},
        {"printf", {"string"}, kAny, call_printf},
        {"eq", {kAny}, kAny, call_eq},
        {"ne", {kAny, kAny}, "", call_ne},
        {"lt", {kAny, kAny}, "", call_lt},
        {"le", {kAny, kAny}, "", call_le},
        {"gt", {kAny, kAny}, "", call_gt},
        {"ge", {kAny, kAny}, "", call_ge},
    };
    return table;
}

const std::vector<Function>& header_functions() {
    static const std::vector<Function> table{
        {"json", {"string"}, "", call_unchanged},
        {"split", {"string", "string"}, "", call_unchanged},
        {"join", {"string", "string"}, "", call_unchanged},
        {"title", {"string"}, "", call_unchanged},
        {"lower", {"string"}, "", call_unchanged},
        {"upper", {"string"}, "", call_unchanged},
        {"truncate", {"string", "int"}, "", call_unchanged},
    };
    return table;
}

const Function* find_in(const std::vector<Function>& table, std::string_view name) {
    const auto found = std::find_if(
        table.begin(), table.end(), [name](const Function& f) { return f.name == name; });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace

const Function* find_function(std::string_view name, bool headers) {
    if (headers) {
        if (const Function* function = find_in(header_functions(), name)) return function;
    }
    return find_in(functions(), name);
}

}  // namespace podium::format
