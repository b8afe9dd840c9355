// A jq filter run on a value. As in jq a filter gives its values one after the other, each of which goes through all that follows
// before the next is made: so what was printed before an error stays printed.

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/programs/small/jq_values.hpp"

namespace podium::programs::small {
namespace {

using Kind = JqFilter::Kind;

/// Where a filter's values go: what follows it, up to the end of the program. False is an error, which ends all that made the value. Refers
/// to a function that outlives it.
class Take {
  public:
    template <class Function>
    Take(const Function& function)  // NOLINT(google-explicit-constructor)
        : function_(&function), call_([](const void* called, const Json& value) { return (*static_cast<const Function*>(called))(value); }) {}

    bool operator()(const Json& value) const { return call_(function_, value); }

  private:
    const void* function_;
    bool (*call_)(const void*, const Json&);
};

class JqRun {
  public:
    explicit JqRun(const JqVariables& variables) : variables_(variables) {}

    JqOutputs run(const JqFilter& filter, const Json& input) {
        JqOutputs out;
        const auto keep = [&out](const Json& value) {
            out.values.push_back(value);
            return true;
        };
        if (!evaluate(filter, input, keep)) out.error = std::move(error_);
        return out;
    }

  private:
    bool fail(std::string message) {
        error_ = std::move(message);
        return false;
    }

    /// An error that "?" doesn't catch.
    bool give_up(std::string message) {
        given_up_ = true;
        return fail(std::move(message));
    }

    bool spend(std::size_t weight) { return budget_.spend(weight) || give_up(std::string(jq::kTooMuch)); }

    bool put(const Json& value, Take take) { return spend(jq::weight_of(value)) && take(value); }

    bool put(Result<Json> value, Take take) {
        if (value) return put(*value, take);
        return value.error().message == jq::kTooMuch ? give_up(std::string(jq::kTooMuch)) : fail(value.error().message);
    }

    bool evaluate(const JqFilter& filter, const Json& input, Take take) {
        if (depth_ >= kMaxJqDepth) return give_up("the filter nests too deeply for Podium's jq");
        ++depth_;
        const bool good = one(filter, input, take);
        --depth_;
        return good;
    }

    bool one(const JqFilter& filter, const Json& input, Take take) {
        switch (filter.kind) {
            case Kind::Identity: return put(input, take);
            case Kind::Literal: return put(*filter.literal, take);
            case Kind::Variable: return variable(filter, take);
            case Kind::Format: return format(filter, filter.parts.size(), input, {}, take);
            case Kind::Field: return field(filter, input, take);
            case Kind::Slice: return slice(filter, input, take);
            case Kind::Iterate: return iterate(filter, input, take);
            case Kind::Recurse: return recurse(input, take);
            case Kind::Try: return attempt(filter, input, take);
            case Kind::Pipe: return evaluate(filter.parts[0], input, [&](const Json& value) { return evaluate(filter.parts[1], value, take); });
            case Kind::Comma: return evaluate(filter.parts[0], input, take) && evaluate(filter.parts[1], input, take);
            case Kind::Array: return array(filter, input, take);
            case Kind::Object: return object(filter, 0, input, Json::object(), take);
            case Kind::Negate: return negate(filter, input, take);
            case Kind::Binary: return binary(filter, input, take);
            case Kind::Call: return call(filter, input, take);
            case Kind::If:
                return evaluate(filter.parts[0], input, [&](const Json& condition) { return evaluate(filter.parts[jq::is_true(condition) ? 1 : 2], input, take); });
        }
        return false;
    }

    bool variable(const JqFilter& filter, Take take) {
        const auto found = variables_.find(filter.name);
        return found != variables_.end() ? put(found->second, take) : fail(fmt::format("${} is not defined", filter.name));
    }

    // jq 1.6 leaves the handler in place while the rest of the program has the value (gen_try in src/compile.c): an error
    // there is nothing, too.
    bool attempt(const JqFilter& filter, const Json& input, Take take) { return evaluate(filter.parts[0], input, take) || !given_up_; }

    // The last part's values vary slowest. What follows the parts up to `part` is known.
    bool format(const JqFilter& filter, std::size_t part, const Json& input, const std::string& end, Take take) {
        if (part == 0) return put(Json(end), take);
        return evaluate(filter.parts[part - 1], input, [&](const Json& value) {
            const std::string text = (value.is_string() ? value.get<std::string>() : jq_text(value, false)) + end;
            return spend(jq::weight_of(Json(text))) && format(filter, part - 1, input, text, take);
        });
    }

    /// Whether an access of one value may go on: with "?" it gives nothing where it fails.
    bool access(const JqFilter& filter, Result<Json> value, Take take) { return !value && filter.optional ? true : put(std::move(value), take); }

    bool field(const JqFilter& filter, const Json& input, Take take) {
        return evaluate(filter.parts[1], input, [&](const Json& at) {
            return evaluate(filter.parts[0], input, [&](const Json& value) { return access(filter, jq::index(value, at, budget_), take); });
        });
    }

    bool bound(const JqFilter& part, const Json& input, Take take) {
        const bool left_out = part.kind == Kind::Identity && part.optional;
        return left_out ? take(Json()) : evaluate(part, input, take);
    }

    bool slice(const JqFilter& filter, const Json& input, Take take) {
        return bound(filter.parts[1], input, [&](const Json& from) {
            return bound(filter.parts[2], input, [&](const Json& to) {
                return evaluate(filter.parts[0], input, [&](const Json& value) { return access(filter, jq::slice(value, from, to), take); });
            });
        });
    }

    bool each_of(const Json& list, Take take) {
        for (const Json& each : list) {
            if (!put(each, take)) return false;
        }
        return true;
    }

    bool iterate(const JqFilter& filter, const Json& input, Take take) {
        return evaluate(filter.parts[0], input, [&](const Json& value) {
            std::string why = jq::cannot_iterate(value);
            if (why.empty()) return each_of(value, take);
            return filter.optional || fail(std::move(why));
        });
    }

    static void collect(const Json& value, std::vector<const Json*>& out) {
        out.push_back(&value);
        if (!value.is_array() && !value.is_object()) return;
        for (const Json& each : value) collect(each, out);
    }

    // What it gives is found first, so that the rest of the program doesn't stand on top of how deep the value is.
    bool recurse(const Json& input, Take take) {
        std::vector<const Json*> all;
        collect(input, all);
        return std::all_of(all.begin(), all.end(), [&](const Json* each) { return put(*each, take); });
    }

    bool array(const JqFilter& filter, const Json& input, Take take) {
        Json list = Json::array();
        const auto add = [&list](const Json& value) {
            list.push_back(value);
            return true;
        };
        if (!filter.parts.empty() && !evaluate(filter.parts[0], input, add)) return false;
        return put(list, take);
    }

    bool object(const JqFilter& filter, std::size_t part, const Json& input, const Json& so_far, Take take) {
        if (part >= filter.parts.size()) return put(so_far, take);
        return evaluate(filter.parts[part], input, [&](const Json& name) {
            if (!name.is_string()) return fail(fmt::format("Cannot use {} as object key", jq::shown(name)));
            return evaluate(filter.parts[part + 1], input, [&](const Json& value) {
                Json next = so_far;
                next[name.get<std::string>()] = value;
                // The whole is copied for each of its parts.
                if (!budget_.step(jq::weight_of(next))) return spend(0);
                return spend(1) && object(filter, part + 2, input, next, take);
            });
        });
    }

    bool negate(const JqFilter& filter, const Json& input, Take take) {
        return evaluate(filter.parts[0], input, [&](const Json& value) {
            return value.is_number() ? put(jq::number(-value.get<double>()), take) : fail(fmt::format("{} cannot be negated", jq::shown(value)));
        });
    }

    // What is neither null nor false of the one side, or else the other (gen_definedor; in 1.6 it catches no errors).
    bool alternative(const JqFilter& filter, const Json& input, Take take) {
        bool found = false;
        const bool good = evaluate(filter.parts[0], input, [&](const Json& value) {
            if (!jq::is_true(value)) return true;
            found = true;
            return put(value, take);
        });
        return good && (found || evaluate(filter.parts[1], input, take));
    }

    bool binary(const JqFilter& filter, const Json& input, Take take) {
        const std::string& name = filter.name;
        if (name == "//") return alternative(filter, input, take);
        if (name == "and" || name == "or") {
            return evaluate(filter.parts[0], input, [&](const Json& left) {
                if (jq::is_true(left) == (name == "or")) return put(Json(name == "or"), take);
                return evaluate(filter.parts[1], input, [&](const Json& right) { return put(Json(jq::is_true(right)), take); });
            });
        }
        // The left side's values vary fastest.
        return evaluate(filter.parts[1], input, [&](const Json& right) {
            return evaluate(filter.parts[0], input, [&](const Json& left) { return put(jq::combine(name, left, right, budget_), take); });
        });
    }

    bool call(const JqFilter& filter, const Json& input, Take take) {
        const std::string& name = filter.name;
        if (name == "empty") return true;
        if (name == "values") return input.is_null() || put(input, take);
        if (name == "select") return evaluate(filter.parts[0], input, [&](const Json& condition) { return !jq::is_true(condition) || put(input, take); });
        if (name == "map") return map(filter, input, take);
        if (name == "sort_by" || name == "group_by" || name == "sort" || name == "unique") return ordered(filter, input, take);
        if (filter.parts.empty()) return put(jq::call(name, input, budget_), take);
        return evaluate(filter.parts[0], input, [&](const Json& argument) { return put(jq::call(name, input, argument, budget_), take); });
    }

    bool map(const JqFilter& filter, const Json& input, Take take) {
        if (std::string why = jq::cannot_iterate(input); !why.empty()) return fail(std::move(why));
        Json list = Json::array();
        for (const Json& each : input) {
            const bool good = evaluate(filter.parts[0], each, [&list](const Json& value) {
                list.push_back(value);
                return true;
            });
            if (!good) return false;
        }
        return put(list, take);
    }

    /// An array's values with what a filter makes of each, sorted by that. sort looks at nothing else; the others are defined by map, which
    /// takes an object too (f_sort and f_sort_by_impl in src/builtin.c).
    bool sorted_by(const JqFilter& filter, const Json& input, std::vector<std::pair<Json, Json>>& out) {
        if (filter.name == "sort" && !input.is_array()) return fail(fmt::format("{} cannot be sorted, as it is not an array", jq::shown(input)));
        if (std::string why = jq::cannot_iterate(input); !why.empty()) return fail(std::move(why));
        const JqFilter by = filter.parts.empty() ? JqFilter{} : filter.parts[0];
        for (const Json& each : input) {
            Json keys = Json::array();
            const bool good = evaluate(by, each, [&keys](const Json& key) {
                keys.push_back(key);
                return true;
            });
            if (!good) return false;
            out.emplace_back(std::move(keys), each);
        }
        if (input.is_object()) {
            Json all = Json::array();
            for (const auto& [keys, each] : out) all.push_back(keys);
            return fail(fmt::format("{} and {} cannot be sorted, as they are not both arrays", jq::shown(input), jq::shown(all)));
        }
        // NaN is less than itself, which a sort could not make sense of.
        const auto before = [this](const auto& a, const auto& b) { return jq::less(a.first, b.first, budget_) && !jq::less(b.first, a.first, budget_); };
        std::stable_sort(out.begin(), out.end(), before);
        return true;
    }

    bool ordered(const JqFilter& filter, const Json& input, Take take) {
        std::vector<std::pair<Json, Json>> pairs;
        if (!sorted_by(filter, input, pairs)) return false;
        Json list = Json::array();
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const bool again = i > 0 && jq::equal(pairs[i - 1].first, pairs[i].first, budget_);
            if (filter.name == "group_by") {
                if (!again) list.push_back(Json::array());
                list.back().push_back(pairs[i].second);
            } else if (filter.name != "unique" || !again) {
                list.push_back(pairs[i].second);
            }
        }
        return put(list, take);
    }

    const JqVariables& variables_;
    jq::Budget budget_;
    int depth_ = 0;
    bool given_up_ = false;
    std::string error_;
};

}  // namespace

JqOutputs run_jq(const JqFilter& filter, const Json& input, const JqVariables& variables) { return JqRun(variables).run(filter, input); }

}  // namespace podium::programs::small
