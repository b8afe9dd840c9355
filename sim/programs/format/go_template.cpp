#include "sim/programs/format/go_template.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/programs/format/go_functions.hpp"
#include "sim/programs/format/go_template_tree.hpp"
#include "sim/programs/format/human.hpp"

namespace podium::format {
namespace {

constexpr std::string_view kHeaderMap = "formatter.SubHeaderContext";

/// What a {{break}} or {{continue}} is on its way to: the range around it.
enum class Flow { Normal, Break, Continue };

/// The value that a pipeline hands to its next command, if there is one before it.
using Final = const Value*;

class Executor {
  public:
    Executor(const TemplateTree& tree, const TemplateData& data, std::string& out)
        : tree_(tree), data_(data), out_(out), template_name_(tree.name) {}

    void run() {
        const Value root{data_.type, data_.value, nullptr};
        call_template(tree_.name, root);
    }

  private:
    using Variables = std::vector<std::pair<std::string, Value>>;

    [[noreturn]] void fail(const std::string& sentence) const {
        if (node_ == nullptr)
            throw TemplateFailure{fmt::format("template: {}: {}", template_name_, sentence)};
        const std::string_view before = std::string_view(tree_.text).substr(0, node_->position);
        const std::size_t line_start = before.rfind('\n');
        const std::size_t column =
            line_start == std::string_view::npos ? before.size() : before.size() - line_start - 1;
        throw TemplateFailure{fmt::format("template: {}:{}:{}: executing {} at <{}>: {}",
                                          tree_.name,
                                          1 + std::count(before.begin(), before.end(), '\n'),
                                          column,
                                          go_quote(template_name_),
                                          node_text(*node_),
                                          sentence)};
    }

    void at(const Node& node) {
        node_ = &node;
        if (++steps_ > kTemplateStepsMost)
            fail(fmt::format("stopped after {} steps", kTemplateStepsMost));
    }

    void write(std::string_view text) {
        if (out_.size() + text.size() > kTemplateOutputMost) {
            fail(fmt::format("the output is longer than {} bytes", kTemplateOutputMost));
        }
        out_ += text;
    }

    // --- walking ---

    void call_template(const std::string& name, const Value& dot) {
        const auto found = tree_.templates.find(name);
        if (found == tree_.templates.end())
            fail(fmt::format("template {} not defined", go_quote(name)));
        if (++depth_ > kTemplateDepthMost)
            fail(fmt::format("exceeded maximum template depth ({})", kTemplateDepthMost));
        // A template sees nothing of its caller but what it is given.
        Variables variables{{"$", dot}};
        std::string caller = std::exchange(template_name_, name);
        std::swap(variables, variables_);
        walk(dot, found->second);
        std::swap(variables, variables_);
        template_name_ = std::move(caller);
        --depth_;
    }

    Flow walk(const Value& dot, const Node& node) {
        at(node);
        switch (node.kind) {
            case NodeKind::List:
                for (const Node& child : node.children) {
                    const Flow flow = walk(dot, child);
                    if (flow != Flow::Normal) return flow;
                }
                return Flow::Normal;
            case NodeKind::Text:
                write(node.text);
                return Flow::Normal;
            case NodeKind::Action: {
                const Node& pipe = node.children[0];
                const Value value = pipeline(dot, pipe);
                if (pipe.names.empty()) {
                    at(node);
                    write(printed(value));
                }
                return Flow::Normal;
            }
            case NodeKind::If:
            case NodeKind::With:
                return walk_if(dot, node);
            case NodeKind::Range:
                return walk_range(dot, node);
            case NodeKind::Template: {
                const Value value =
                    node.children.empty() ? Value{} : pipeline(dot, node.children[0]);
                at(node);
                call_template(node.text, value);
                return Flow::Normal;
            }
            case NodeKind::Break:
                return Flow::Break;
            case NodeKind::Continue:
                return Flow::Continue;
            default:
                fail("unknown node: " + node_text(node));
        }
    }

    static std::string printed(const Value& value) {
        Value shown = value;
        while (shown.kind() == Kind::Pointer && shown.data != nullptr && !is_row(shown))
            shown.type = element_type(shown.type);
        return shown.valid() ? print_value(shown) : "<no value>";
    }

    Flow walk_if(const Value& dot, const Node& node) {
        const std::size_t mark = variables_.size();
        const Value value = pipeline(dot, node.children[0]);
        Flow flow = Flow::Normal;
        if (truth_of(value)) {
            flow = walk(node.kind == NodeKind::With ? value : dot, node.children[1]);
        } else if (node.children.size() > 2) {
            flow = walk(dot, node.children[2]);
        }
        variables_.resize(mark);
        return flow;
    }

    // One turn of a range. True: go on.
    bool turn(
        const Node& node, std::size_t mark, const Value& index, const Value& element, Flow& flow) {
        const Node& pipe = node.children[0];
        const std::size_t names = pipe.names.size();
        if (names > 0) set_range_variable(pipe, names - 1, mark, element);
        if (names > 1) set_range_variable(pipe, 0, mark, index);
        flow = walk(element, node.children[1]);
        variables_.resize(mark);
        const bool go_on = flow != Flow::Break;
        flow = Flow::Normal;
        return go_on;
    }

    void set_range_variable(const Node& pipe,
                            std::size_t which,
                            std::size_t mark,
                            const Value& value) {
        if (pipe.flag) {
            assign(pipe.names[which], value);
        } else {
            variables_[mark - pipe.names.size() + which].second = value;
        }
    }

    Flow walk_range(const Value& dot, const Node& node) {
        const std::size_t before = variables_.size();
        const Value list = indirect(pipeline(dot, node.children[0]));
        const std::size_t mark = variables_.size();
        Flow flow = Flow::Normal;
        bool any = false;
        switch (list.kind()) {
            case Kind::Slice:
                any = length_of(list) > 0;
                for (std::size_t i = 0; i < length_of(list); ++i) {
                    if (!turn(node,
                              mark,
                              int_value(static_cast<std::int64_t>(i)),
                              element_at(list, i),
                              flow))
                        break;
                }
                break;
            case Kind::Map:
                for (const std::string& key : sorted_keys(list)) {
                    any = true;
                    if (!turn(node, mark, text_value(key), map_entry(list, key), flow)) break;
                }
                break;
            case Kind::Int:
                if (node.children[0].names.size() > 1) {
                    fail(fmt::format("can't use {} to iterate over more than one variable",
                                     print_value(list)));
                }
                any = int_of(list) > 0;
                for (std::int64_t i = 0; i < int_of(list); ++i) {
                    if (!turn(node, mark, Value{}, int_value(i), flow)) break;
                }
                break;
            case Kind::Invalid:
                break;
            default:
                if (list.kind() != Kind::Interface)
                    fail(fmt::format("range can't iterate over {}", print_value(list)));
        }
        if (!any && node.children.size() > 2) flow = walk(dot, node.children[2]);
        variables_.resize(before);
        return flow;
    }

    // --- variables ---

    void assign(const std::string& name, const Value& value) {
        for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
            if (it->first == name) {
                it->second = value;
                return;
            }
        }
        fail("undefined variable: " + name);
    }

    Value variable(const std::string& name) const {
        for (auto it = variables_.rbegin(); it != variables_.rend(); ++it) {
            if (it->first == name) return it->second;
        }
        fail("undefined variable: " + name);
    }

    // --- evaluating ---

    Value pipeline(const Value& dot, const Node& pipe) {
        at(pipe);
        Value value;
        Final final = nullptr;
        for (const Node& command : pipe.children) {
            value = unboxed(evaluate_command(dot, command, final));
            final = &value;
        }
        for (const std::string& name : pipe.names) {
            if (pipe.flag) {
                assign(name, value);
            } else {
                variables_.emplace_back(name, value);
            }
        }
        return value;
    }

    void not_a_function(const Node& command, Final final) const {
        if (command.children.size() > 1 || final != nullptr) {
            fail("can't give argument to non-function " + node_text(command.children[0]));
        }
    }

    Value evaluate_command(const Value& dot, const Node& command, Final final) {
        const Node& first = command.children[0];
        const std::span<const Node> arguments = std::span(command.children).subspan(1);
        switch (first.kind) {
            case NodeKind::Field:
                at(first);
                return chain(dot, dot, first, first.names, arguments, final);
            case NodeKind::Chain:
                return evaluate_chain(dot, first, arguments, final);
            case NodeKind::Identifier:
                return evaluate_function(dot, first, command, arguments, final);
            case NodeKind::Pipe:
                not_a_function(command, final);
                return pipeline(dot, first);
            case NodeKind::Variable:
                return evaluate_variable(dot, first, command, arguments, final);
            default:
                break;
        }
        at(first);
        not_a_function(command, final);
        if (first.kind == NodeKind::Nil) fail("nil is not a command");
        return constant(dot, first);
    }

    Value constant(const Value& dot, const Node& node) const {
        switch (node.kind) {
            case NodeKind::Bool:
                return bool_value(node.flag);
            case NodeKind::Dot:
                return dot;
            case NodeKind::Number:
                return node.is_integer ? int_value(node.integer) : float_value(node.real);
            case NodeKind::String:
                return text_value(node.value);
            default:
                fail(fmt::format("can't evaluate command {}", go_quote(node_text(node))));
        }
    }

    Value evaluate_chain(const Value& dot,
                         const Node& node,
                         std::span<const Node> arguments,
                         Final final) {
        at(node);
        if (node.children[0].kind == NodeKind::Nil)
            fail("indirection through explicit nil in " + node_text(node));
        const Value receiver = argument(dot, kAny, node.children[0], false);
        return chain(dot, receiver, node, node.names, arguments, final);
    }

    Value evaluate_variable(const Value& dot,
                            const Node& node,
                            const Node& command,
                            std::span<const Node> arguments,
                            Final final) {
        at(node);
        Value value = variable(node.names[0]);
        if (node.names.size() > 1) {
            return chain(dot, value, node, std::span(node.names).subspan(1), arguments, final);
        }
        not_a_function(command, final);
        return value;
    }

    Value chain(const Value& dot,
                Value receiver,
                const Node& node,
                std::span<const std::string> names,
                std::span<const Node> arguments,
                Final final) {
        for (std::size_t i = 0; i + 1 < names.size(); ++i)
            receiver = field(dot, receiver, names[i], node, {}, nullptr);
        return field(dot, receiver, names.back(), node, arguments, final);
    }

    // .Label "name": the one method that takes an argument.
    Value label(const Value& dot,
                const Value& receiver,
                const Node& node,
                std::span<const Node> arguments,
                Final final) {
        const std::size_t given = arguments.size() + (final == nullptr ? 0 : 1);
        if (given != 1) fail(fmt::format("wrong number of args for Label: want 1 got {}", given));
        const Value name = final == nullptr ? argument(dot, "string", arguments[0], true)
                                            : checked(*final, "string");
        at(node);
        if (receiver.type == kHeaderMap) {
            std::string header = text_of(name);
            header.erase(0, header.rfind('.') + 1);
            std::replace_if(
                header.begin(), header.end(), [](char c) { return c == '-' || c == '_'; }, ' ');
            return text_value(std::move(header));
        }
        const nlohmann::ordered_json* labels = row_labels(receiver);
        const auto found = labels->find(text_of(name));
        return text_value(found == labels->end() || !found->is_string()
                              ? std::string()
                              : found->get<std::string>());
    }

    Value field(const Value& dot,
                const Value& receiver,
                const std::string& name,
                const Node& node,
                std::span<const Node> arguments,
                Final final) {
        if (!receiver.valid()) {
            if (data_.missing_key_fails)
                fail(fmt::format("nil data; no entry for key {}", go_quote(name)));
            return {};
        }
        const bool has_arguments = !arguments.empty() || final != nullptr;
        const Value at_receiver = indirect(receiver);
        if (at_receiver.kind() == Kind::Interface) {
            fail(fmt::format("nil pointer evaluating {}.{}", receiver.type, name));
        }
        if (is_row(at_receiver)) {
            if (name == "Label" && row_labels(at_receiver) != nullptr)
                return label(dot, at_receiver, node, arguments, final);
            Value found = struct_field(at_receiver, name);
            if (!found.valid())
                fail(fmt::format("can't evaluate field {} in type {}", name, receiver.type));
            const std::size_t given = arguments.size() + (final == nullptr ? 0 : 1);
            if (given > 0)
                fail(fmt::format("wrong number of args for {}: want 0 got {}", name, given));
            return found;
        }
        if (at_receiver.type == kHeaderMap && name == "Label")
            return label(dot, at_receiver, node, arguments, final);
        if (at_receiver.kind() == Kind::Struct) {
            Value found = struct_field(at_receiver, name);
            if (found.valid()) {
                if (has_arguments)
                    fail(fmt::format("{} has arguments but cannot be invoked as function", name));
                return found;
            }
        } else if (at_receiver.kind() == Kind::Map &&
                   assignable("string", key_type(at_receiver.type))) {
            if (has_arguments) fail(fmt::format("{} is not a method but has arguments", name));
            Value found = map_entry(at_receiver, name);
            if (!found.valid() && data_.missing_key_fails)
                fail(fmt::format("map has no entry for key {}", go_quote(name)));
            return found;
        } else if (at_receiver.kind() == Kind::Pointer) {
            const Value zero{element_type(at_receiver.type), nullptr, nullptr};
            if (zero.kind() != Kind::Struct || struct_field(zero, name).valid()) {
                fail(fmt::format("nil pointer evaluating {}.{}", receiver.type, name));
            }
        }
        fail(fmt::format("can't evaluate field {} in type {}", name, receiver.type));
    }

    // --- calls ---

    Value evaluate_function(const Value& dot,
                            const Node& node,
                            const Node& command,
                            std::span<const Node> arguments,
                            Final final) {
        at(node);
        const Function* function = find_function(node.text, data_.headers);
        if (function == nullptr)
            fail(fmt::format("{} is not a defined function", go_quote(node.text)));
        const std::size_t fixed = function->parameters.size();
        const std::size_t given = arguments.size() + (final == nullptr ? 0 : 1);
        if (!function->more.empty() && given < fixed) {
            fail(fmt::format("wrong number of args for {}: want at least {} got {}",
                             node.text,
                             fixed,
                             arguments.size()));
        }
        if (function->more.empty() && given != fixed) {
            fail(fmt::format(
                "wrong number of args for {}: want {} got {}", node.text, fixed, given));
        }
        if (function->call == nullptr)
            return evaluate_logic(dot, node.text == "or", arguments, final);
        std::vector<Value> values;
        const auto type_at = [function, fixed](std::size_t i) {
            return i < fixed ? function->parameters[i] : function->more;
        };
        for (std::size_t i = 0; i < arguments.size(); ++i)
            values.push_back(argument(dot, type_at(i), arguments[i], true));
        if (final != nullptr) values.push_back(checked(*final, type_at(values.size())));
        try {
            return function->call(values);
        } catch (const CallFailure& failure) {
            at(command);
            fail(fmt::format("error calling {}: {}", node.text, failure.message));
        }
    }

    // `and` and `or` look no further than they must, and give the value that decided.
    Value evaluate_logic(const Value& dot,
                         bool is_or,
                         std::span<const Node> arguments,
                         Final final) {
        Value value;
        for (const Node& node : arguments) {
            value = argument(dot, kAny, node, true);
            if (truth_of(value) == is_or) return value;
        }
        return final == nullptr ? value : *final;
    }

    // `value` where a function wants `type`.
    Value checked(const Value& value, std::string_view type) const {
        if (type == kAny) return value;
        const Kind kind = kind_of(type);
        if (!value.valid()) {
            const bool nil = kind == Kind::Slice || kind == Kind::Map || kind == Kind::Pointer;
            if (!nil) fail(fmt::format("invalid value; expected {}", type));
            return {type, nullptr, nullptr};
        }
        Value inner =
            value.kind() == Kind::Interface && value.data != nullptr ? unboxed(value) : value;
        if (assignable(inner.type, type)) return inner;
        if (inner.kind() == Kind::Pointer && !is_row(inner) &&
            assignable(element_type(inner.type), type)) {
            if (inner.data == nullptr)
                fail(fmt::format("dereference of nil pointer of type {}", type));
            return {type, inner.data, inner.owned};
        }
        fail(fmt::format("wrong type for value; expected {}; got {}", type, inner.type));
    }

    Value argument(const Value& dot, std::string_view type, const Node& node, bool check) {
        at(node);
        Value value;
        switch (node.kind) {
            case NodeKind::Dot:
                value = dot;
                break;
            case NodeKind::Nil: {
                const Kind kind = kind_of(type);
                if (type == kAny || kind == Kind::Slice) return {};
                fail(fmt::format("cannot assign nil to {}", type));
            }
            case NodeKind::Field:
                value = chain(dot, dot, node, node.names, {}, nullptr);
                break;
            case NodeKind::Chain:
                value = evaluate_chain(dot, node, {}, nullptr);
                break;
            case NodeKind::Pipe:
                value = pipeline(dot, node);
                break;
            case NodeKind::Identifier:
                value = evaluate_function(dot, node, node, {}, nullptr);
                break;
            case NodeKind::Variable: {
                value = variable(node.names[0]);
                if (node.names.size() > 1)
                    value = chain(dot, value, node, std::span(node.names).subspan(1), {}, nullptr);
                break;
            }
            default:
                return literal(dot, type, node);
        }
        return check ? checked(value, type) : value;
    }

    Value literal(const Value& dot, std::string_view type, const Node& node) const {
        if (type == kAny) return constant(dot, node);
        if (type == "string") {
            if (node.kind != NodeKind::String) fail("expected string; found " + node_text(node));
        } else if (type == "int") {
            if (node.kind != NodeKind::Number || !node.is_integer)
                fail("expected integer; found " + node_text(node));
        } else {
            fail(fmt::format("can't handle {} for arg of type {}", node_text(node), type));
        }
        return constant(dot, node);
    }

    const TemplateTree& tree_;
    const TemplateData& data_;
    std::string& out_;
    std::string template_name_;
    const Node* node_ = nullptr;  // for failures: where it is
    std::size_t steps_ = 0;
    int depth_ = 0;
    Variables variables_;
};

}  // namespace

Result<GoTemplate> GoTemplate::parse(std::string_view text, std::string_view name) {
    try {
        return GoTemplate(std::make_shared<const TemplateTree>(parse_template(name, text)));
    } catch (const TemplateFailure& failure) {
        return Error{failure.message, {}, {}};
    }
}

Result<std::string> GoTemplate::execute(const TemplateData& data) const {
    std::string out;
    try {
        Executor(*tree_, data, out).run();
    } catch (const TemplateFailure& failure) {
        return Error{failure.message, {}, {}};
    }
    return out;
}

std::string GoTemplate::execute_leniently(const TemplateData& data) const {
    std::string out;
    try {
        Executor(*tree_, data, out).run();
    } catch (const TemplateFailure&) {
        // What was written before stays.
        return out;
    }
    return out;
}

}  // namespace podium::format
