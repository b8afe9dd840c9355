// What bash's indexed arrays are in words, and how they are assigned; and other parameters that stand for several values.

#include <algorithm>

#include <fmt/format.h>

#include "sim/base/text.hpp"
#include "sim/base/work.hpp"
#include "sim/shell/builtins.hpp"
#include "sim/shell/characters.hpp"
#include "sim/shell/expand.hpp"
#include "sim/shell/parse.hpp"
#include "sim/shell/quoting.hpp"

namespace podium::shell {

// As it is named in sentences. A subscript is shown as it comes out, where bash shows what was written.
std::string Expander::name_of(const WordPart& part, const Place& place) {
    if (part.every != '\0') return fmt::format("{}[{}]", part.text, part.every);
    return part.subscript ? fmt::format("{}[{}]", part.text, place.text) : part.text;
}

bool Expander::place_of(const Word& subscript, Place& out) { return text(subscript, out.text) && reckon_subscript(out.text, out.index); }

bool Expander::subscript(std::string_view written, std::int64_t& index) {
    const std::optional<Word> word = parse_subscript(written);
    Place place;
    if (!word) {
        fail(fmt::format("[{}]: bad array subscript", written));
    } else if (place_of(*word, place)) {
        index = place.index;
        return true;
    } else if (wanted_ != nullptr) {
        // A builtin takes no time of which the output could be waited for.
        wanted_ = nullptr;
        fail(fmt::format("[{}]: Podium's shell runs no commands for a subscript that a builtin is given", written));
    }
    if (loss_ == Loss::Line) loss_ = Loss::Top;
    return false;
}

// test.c, unary_test: of a variable that is no array a negative index means nothing.
bool Expander::is_set(const std::string& word, bool& value) {
    const std::optional<ElementName> element = split_element(word);
    value = false;
    if (!element) {
        const bool number = !word.empty() && std::all_of(word.begin(), word.end(), is_digit);
        value = (number || is_name(word)) && value_of(word).has_value();
        return true;
    }
    if (element->subscript == "@" || element->subscript == "*") {
        IndexedArray array;
        array_of(element->name, array);
        value = !array.elements().empty();
        return true;
    }
    std::int64_t index = 0;
    if (!subscript(element->subscript, index)) return false;
    const auto found = state_.variables.find(element->name);
    const bool is_plain = found != state_.variables.end() && !found->second.array;
    if (index < 0 && (is_plain || index_in(element->name, index) < 0)) return say(fmt::format("{}: bad array subscript", element->name));
    value = element_of(element->name, index).has_value();
    return true;
}

void Expander::array_of(const std::string& name, IndexedArray& out) const {
    const auto found = state_.variables.find(name);
    if (found != state_.variables.end() && found->second.array) {
        out = *found->second.array;
    } else if (const std::string* value = state_.value_of(name)) {
        out.set(0, *value);
    } else if (state_.owns(name)) {
        out = state_.function_names();
    } else if (name == "PIPESTATUS") {
        std::int64_t index = 0;
        for (const int status : state_.statuses) out.set(index++, fmt::format("{}", status));
        if (state_.statuses.empty()) out.set(0, fmt::format("{}", state_.status));
    } else if (name == "BASH_VERSINFO") {
        for (const std::string_view part : {"5", "2", "15", "1", "release", "x86_64-pc-linux-gnu"}) out.set(out.end_index(), std::string(part));
    }
    count_work(out.elements().size() + out.text_bytes() / kCharactersPerWorkUnit);
}

std::size_t Expander::size_of(const std::string& name) const {
    const auto found = state_.variables.find(name);
    if (found != state_.variables.end()) return found->second.array ? found->second.array->elements().size() : found->second.is_set ? 1 : 0;
    IndexedArray own;
    array_of(name, own);
    return own.elements().size();
}

std::int64_t Expander::index_in(const std::string& name, std::int64_t index) const {
    if (index >= 0 || state_.variables.contains(name)) return state_.index_in(name, index);
    IndexedArray own;
    array_of(name, own);
    return index + own.end_index();
}

bool Expander::several(const WordPart& part, char every, Context context, std::vector<Piece>& out) {
    const char mark = part.quoted ? kQuoted : kExpanded;
    if (part.operation == ParameterOperator::Length) {
        const std::size_t size = part.every == '\0' ? state_.parameters.size() : size_of(part.text);
        const bool unset = size == 0 && part.every != '\0' && !state_.variables.contains(part.text);
        if (unset && state_.options.nounset) return fail_for_good(fmt::format("{}: unbound variable", part.text));
        return add(out, fmt::format("{}", size), mark);
    }
    std::vector<std::string> values;
    if (part.every == '\0') {
        values = state_.parameters;
    } else {
        IndexedArray array;
        array_of(part.text, array);
        for (const auto& [index, value] : array.elements()) values.push_back(part.indices ? fmt::format("{}", index) : value);
    }
    std::optional<std::string> value;
    if (!values.empty()) value = join(values, " ");
    bool done = false;
    if (!conditional(part, {}, value, context, out, done)) return false;
    if (done) return true;
    if (part.operation == ParameterOperator::Substring) {
        if ((part.every == '\0' || !values.empty()) && !slice(part, values)) return false;
    } else {
        for (std::string& each : values) {
            if (!modified(part, {}, each)) return false;
        }
    }
    return spread(values, every, part.quoted, context, out);
}

// ${@:from:count} and ${name[@]:from:count}: from an index on, of "$@" with $0 as that of index 0.
bool Expander::slice(const WordPart& part, std::vector<std::string>& values) {
    IndexedArray array;
    if (part.every == '\0') {
        array.set(0, state_.name);
        for (const std::string& parameter : state_.parameters) array.set(array.end_index(), parameter);
    } else {
        array_of(part.text, array);
    }
    std::int64_t from = 0;
    std::int64_t count = INT64_MAX;
    if (!bound(part, {}, *part.argument, from)) return false;
    if (from < 0) from += array.end_index();
    values.clear();
    if (from < 0 || from > (part.every == '\0' ? array.end_index() : array.end_index() - 1)) return true;
    if (part.second && !bound(part, {}, *part.second, count)) return false;
    if (count < 0) return fail(fmt::format("{}: substring expression < 0", part.written));
    for (auto element = array.elements().lower_bound(from); element != array.elements().end() && count > 0; ++element, --count) values.push_back(element->second);
    return true;
}

bool Expander::element(const WordPart& part, Place& place, std::optional<std::string>& value) {
    if (!place_of(*part.subscript, place)) return false;
    if (index_in(part.text, place.index) < 0 && !say(fmt::format("{}: bad array subscript", part.text))) return false;
    value = element_of(part.text, place.index);
    return true;
}

bool Expander::indirect(const WordPart& part, std::optional<std::string>& value) {
    const std::optional<std::string> name = value_of(part.text);
    // Of a positional parameter that is not there bash makes nothing.
    if (!name && is_digit(part.text.front())) return true;
    if (!name) return fail(fmt::format("{}: invalid indirect expansion", part.text));
    const bool number = !name->empty() && std::all_of(name->begin(), name->end(), is_digit);
    const bool special = name->size() == 1 && is_special_parameter(name->front()) && *name != "@" && *name != "*";
    if (!number && !special && !is_name(*name)) return fail(fmt::format("{}: invalid variable name", *name));
    value = value_of(*name);
    return true;
}

// The shell's own arrays are no variables.
std::optional<std::string> Expander::element_of(const std::string& name, std::int64_t index) const {
    IndexedArray own;
    const bool is_own = !state_.variables.contains(name);
    if (is_own) array_of(name, own);
    const std::string* value = is_own ? own.find(index < 0 ? index + own.end_index() : index) : state_.element_of(name, index);
    return value != nullptr ? std::optional<std::string>(*value) : std::nullopt;
}

std::string Expander::get_element(std::string_view name, std::int64_t index) { return element_of(std::string(name), index).value_or(""); }

std::string Expander::set_element(std::string_view name, std::int64_t index, std::int64_t value) {
    return assign_element(std::string(name), index, fmt::format("{}", value), false) ? std::string() : failure_;
}

bool Expander::assign_element(const std::string& name, std::int64_t index, std::string value, bool for_good) {
    if (!for_good) remember(name);
    const auto bytes = [&] {
        const auto found = state_.variables.find(name);
        return found == state_.variables.end() ? 0 : found->second.bytes();
    };
    const std::size_t before = bytes();
    std::string problem = state_.assign_element(name, index, std::move(value));
    if (!problem.empty()) return fail(std::move(problem));
    state_.count_array(system_, before, bytes());
    return true;
}

bool Expander::array_values(const Assignment& assignment, IndexedArray& out, std::string* shown) {
    const auto found = state_.variables.find(assignment.name);
    std::int64_t end = 0;
    if (assignment.append && found != state_.variables.end()) {
        const Variable& before = found->second;
        end = before.array ? before.array->end_index() : before.text() != nullptr ? 1 : 0;
    }
    std::int64_t next = end;
    const auto show = [&](const std::string& text_of_it) {
        if (shown != nullptr) *shown += (shown->empty() ? "" : " ") + text_of_it;
    };
    for (const ArrayElement& element : assignment.elements) {
        std::vector<std::string> values;
        if (element.subscript) {
            values.emplace_back();
            std::string at;
            std::int64_t index = 0;
            if (!text(*element.subscript, at) || !text(element.value, values.back()) || !reckon_subscript(at, index)) return false;
            const char* const sign = element.append ? "+" : "";
            show(fmt::format("[{}]{}={}", single_quoted(at), sign, single_quoted(values.back())));
            if (index < 0) index += std::max(end, out.end_index());
            if (index < 0) {
                // arrayfunc.c, assign_compound_array_list: the others are assigned.
                if (!say(fmt::format("[{}]{}={}: bad array subscript", at, sign, values.back()))) return false;
                continue;
            }
            next = index;
            if (element.append) {
                const std::string* before = out.find(next);
                if (before == nullptr && assignment.append) before = state_.element_of(assignment.name, next);
                if (before != nullptr) values.back().insert(0, *before);
            }
        } else if (!fields(element.value, values)) {
            return false;
        } else {
            for (const std::string& value : values) show(single_quoted(value));
        }
        for (std::string& value : values) {
            if (next > kHighestArrayIndex) return fail(fmt::format("[{}]: bad array subscript", next));
            count_work(1 + value.size() / kCharactersPerWorkUnit);
            out.set(next++, std::move(value));
        }
        std::string problem = state_.too_large(assignment.name, out.elements().size(), out.bytes());
        if (!problem.empty()) return fail_for_good(std::move(problem));
    }
    return true;
}

bool Expander::assign_array(const std::string& name, IndexedArray values) {
    if (state_.owns(name)) return fail({});
    remember(name);
    Variable& variable = state_.variables[name];
    if (variable.readonly) return fail(fmt::format("{}: readonly variable", name));
    IndexedArray& array = variable.make_array();
    const std::size_t before = array.bytes();
    array = std::move(values);
    state_.count_array(system_, before, array.bytes());
    return true;
}

// variables.c, assign_in_env: the value of what may not be changed is not even expanded.
bool Expander::assign_before(const Assignment& assignment, bool& made, std::string& shown) {
    made = false;
    if (state_.owns(assignment.name)) return true;
    if (state_.dialect == Dialect::Bash) {
        if (assignment.subscript && !assignment.is_array) return say(fmt::format("`{}': not a valid identifier", assignment.text));
        const auto found = state_.variables.find(assignment.name);
        if (found != state_.variables.end() && found->second.readonly) return say(fmt::format("{}: readonly variable", assignment.name));
    }
    made = true;
    return assign(assignment, false, shown);
}

bool Expander::assign(const Assignment& assignment, bool for_good, std::string& shown) {
    if (assignment.is_array) {
        if (assignment.subscript) {
            std::string subscript;
            return text(*assignment.subscript, subscript) && fail(fmt::format("{}[{}]: cannot assign list to array member", assignment.name, subscript));
        }
        IndexedArray values;
        if (!array_values(assignment, values)) return false;
        if (state_.options.xtrace) shown = assignment.text;
        if (!assignment.append || state_.owns(assignment.name)) return assign_array(assignment.name, std::move(values));
        if (!for_good) remember(assignment.name);
        const bool fresh = !state_.variables.contains(assignment.name);
        Variable& variable = state_.variables[assignment.name];
        if (fresh) variable.is_set = false;
        if (variable.readonly) return fail(fmt::format("{}: readonly variable", assignment.name));
        IndexedArray& array = variable.make_array();
        std::string problem = state_.too_large(assignment.name, array.elements().size() + values.elements().size(), array.bytes() + values.bytes());
        if (!problem.empty()) return fail_for_good(std::move(problem));
        const std::size_t before = array.bytes();
        for (const auto& [index, value] : values.elements()) array.set(index, value);
        state_.count_array(system_, before, array.bytes());
        return true;
    }
    std::string value;
    if (!text(assignment.value, value)) return false;
    Place place;
    if (assignment.subscript) {
        if (!text(*assignment.subscript, place.text)) return false;
        if (std::all_of(place.text.begin(), place.text.end(), is_blank)) return fail(fmt::format("{}[{}]: bad array subscript", assignment.name, place.text));
        if (!reckon_subscript(place.text, place.index)) return false;
        if (assignment.append) value.insert(0, get_element(assignment.name, place.index));
    } else if (assignment.append) {
        value.insert(0, state_.value_or(assignment.name, ""));
    }
    count_work(value.size() / kCharactersPerWorkUnit);
    if (state_.options.xtrace) {
        const std::string subscript = assignment.subscript ? fmt::format("[{}]", place.text) : std::string();
        shown = fmt::format("{}{}={}", assignment.name, subscript, quote(value));
    }
    if (!assignment.subscript) return assign(assignment.name, std::move(value));
    return assign_element(assignment.name, place.index, std::move(value), for_good);
}

}  // namespace podium::shell
