#include "sim/programs/format/go_value.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sim/base/base64.hpp"

namespace podium::format {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kLabelMethod = "Label";

Value made(std::string_view type, Json data) {
    auto owned = std::make_shared<const Json>(std::move(data));
    const Json* pointer = owned.get();
    return {type, pointer, std::move(owned)};
}

Value inside(const Value& parent, std::string_view type, const Json* data) {
    return {type, data != nullptr && data->is_null() ? nullptr : data, parent.owned};
}

// JSON has bytes as base 64, a template sees numbers.
Value bytes_value(const Json* text) {
    if (text == nullptr || !text->is_string()) return {kBytes, nullptr, {}};
    Json list = Json::array();
    for (const char c : from_base64(text->get_ref<const std::string&>()))
        list.push_back(std::uint64_t{static_cast<unsigned char>(c)});
    return made(kBytes, std::move(list));
}

const Json* member(const Json* object, std::string_view key) {
    if (object == nullptr || !object->is_object()) return nullptr;
    const auto found = object->find(std::string(key));
    return found == object->end() ? nullptr : &*found;
}

}  // namespace

bool is_row(const Value& value) {
    return value.type.starts_with("*") && value.type.ends_with("Context") &&
           fields_of(value.type.substr(1)).empty();
}

const nlohmann::ordered_json* row_labels(const Value& value) {
    return member(value.data, kLabelMethod);
}

Value text_value(std::string text) {
    return made("string", Json(std::move(text)));
}

Value bool_value(bool truth) {
    return made("bool", Json(truth));
}

Value int_value(std::int64_t number) {
    return made("int", Json(number));
}

Value float_value(double number) {
    return made("float64", Json(number));
}

Value texts_value(const std::vector<std::string>& texts) {
    Json list = Json::array();
    for (const std::string& text : texts)
        list.push_back(text);
    return made("[]string", std::move(list));
}

std::string text_of(const Value& value) {
    if (value.data == nullptr) return {};
    if (value.data->is_string()) return value.data->get_ref<const std::string&>();
    return value.data->is_number() ? value.data->dump() : std::string();
}

bool bool_of(const Value& value) {
    return value.data != nullptr && value.data->is_boolean() && value.data->get<bool>();
}

std::int64_t int_of(const Value& value) {
    if (value.data == nullptr || !value.data->is_number_integer()) return 0;
    return value.data->get<std::int64_t>();
}

std::uint64_t uint_of(const Value& value) {
    if (value.data == nullptr || !value.data->is_number_integer()) return 0;
    return value.data->get<std::uint64_t>();
}

std::string bytes_of(const Value& value) {
    std::string out;
    for (std::size_t i = 0; i < length_of(value); ++i)
        out += static_cast<char>(uint_of(element_at(value, i)));
    return out;
}

double float_of(const Value& value) {
    return value.data != nullptr && value.data->is_number() ? value.data->get<double>() : 0.0;
}

bool is_nil(const Value& value) {
    switch (value.kind()) {
        case Kind::Pointer:
        case Kind::Slice:
        case Kind::Map:
        case Kind::Interface:
            return value.data == nullptr;
        case Kind::Invalid:
            return true;
        case Kind::Bool:
        case Kind::Int:
        case Kind::Uint:
        case Kind::Float:
        case Kind::String:
        case Kind::Struct:
            return false;
    }
    return false;
}

Value unboxed(const Value& value) {
    if (value.kind() != Kind::Interface) return value;
    if (value.data == nullptr) return {};
    switch (value.data->type()) {
        case Json::value_t::object:
            return {"map[string]interface {}", value.data, value.owned};
        case Json::value_t::array:
            return {"[]interface {}", value.data, value.owned};
        case Json::value_t::string:
            return {"string", value.data, value.owned};
        case Json::value_t::boolean:
            return {"bool", value.data, value.owned};
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float:
            return {"json.Number", value.data, value.owned};
        case Json::value_t::null:
        case Json::value_t::binary:
        case Json::value_t::discarded:
            return {};
    }
    return {};
}

Value indirect(const Value& value) {
    Value at = value;
    while (true) {
        if (is_row(at)) return at;
        const Kind kind = at.kind();
        if (kind == Kind::Interface) {
            const Value inner = unboxed(at);
            if (!inner.valid()) return at;
            at = inner;
        } else if (kind == Kind::Pointer && at.data != nullptr) {
            at.type = element_type(at.type);
        } else {
            return at;
        }
    }
}

std::size_t length_of(const Value& value) {
    if (value.kind() == Kind::String) return text_of(value).size();
    if (value.data == nullptr) return value.type == "[2]uint" ? 2 : 0;
    return value.data->is_array() || value.data->is_object() ? value.data->size() : 0;
}

Value element_at(const Value& list, std::size_t index) {
    const bool there = list.data != nullptr && list.data->is_array() && index < list.data->size();
    return inside(list, element_type(list.type), there ? &(*list.data)[index] : nullptr);
}

Value slice_of(const Value& list, std::size_t from, std::size_t end) {
    Json elements = Json::array();
    for (std::size_t i = from; i < end; ++i) {
        const Value element = element_at(list, i);
        elements.push_back(element.data == nullptr ? Json() : *element.data);
    }
    return made(list.type, std::move(elements));
}

std::vector<std::string> sorted_keys(const Value& map) {
    std::vector<std::string> keys;
    if (map.data != nullptr && map.data->is_object()) {
        for (auto it = map.data->begin(); it != map.data->end(); ++it)
            keys.push_back(it.key());
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

Value map_entry(const Value& map, std::string_view key) {
    const Json* entry = member(map.data, key);
    return entry == nullptr ? Value{} : inside(map, element_type(map.type), entry);
}

Value struct_field(const Value& structure, std::string_view name) {
    if (is_row(structure)) {
        const Json* entry = name == kLabelMethod ? nullptr : member(structure.data, name);
        if (entry == nullptr) return {};
        return inside(structure,
                      entry->is_null()     ? "*formatter.Platform"
                      : entry->is_string() ? "string"
                                           : kAny,
                      entry);
    }
    const std::span<const Field> fields = fields_of(structure.type);
    // Go prefers the field that is nearest; embedded structs come after the struct's own fields.
    for (const Field& field : fields) {
        if (field.name != name) continue;
        if (field.type == kBytes) return bytes_value(member(structure.data, field.key));
        return inside(structure,
                      field.type,
                      field.embedded ? structure.data : member(structure.data, field.key));
    }
    for (const Field& field : fields) {
        if (!field.embedded) continue;
        const std::string_view type = field.type.front() == '*' ? field.type.substr(1) : field.type;
        Value found = struct_field({type, structure.data, structure.owned}, name);
        if (found.valid()) return found;
    }
    return {};
}

bool truth_of(const Value& value) {
    const Value inner = unboxed(value);
    switch (inner.kind()) {
        case Kind::Invalid:
        case Kind::Interface:
            return false;
        case Kind::Bool:
            return bool_of(inner);
        case Kind::Int:
            return int_of(inner) != 0;
        case Kind::Uint:
            return uint_of(inner) != 0;
        case Kind::Float:
            return float_of(inner) != 0.0;
        case Kind::String:
        case Kind::Slice:
        case Kind::Map:
            return length_of(inner) > 0;
        case Kind::Struct:
            return true;
        case Kind::Pointer:
            return inner.data != nullptr;
    }
    return false;
}

}  // namespace podium::format
