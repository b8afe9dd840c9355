#include "lessons/yaml_reader.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

#include <yaml-cpp/yaml.h>

#include "lessons/markdown.hpp"
#include "sim/base/printable.hpp"
#include "sim/base/text.hpp"
#include "sim/base/yaml_mistake.hpp"

namespace podium::lessons {
namespace {

constexpr int kDeepest = 20;

bool too_deep(const YAML::Node& node, int depth) {
    if (depth > kDeepest) return true;
    if (node.IsSequence()) {
        return std::any_of(
            node.begin(), node.end(), [&](const auto& part) { return too_deep(part, depth + 1); });
    }
    if (node.IsMap()) {
        return std::any_of(node.begin(), node.end(), [&](const auto& part) {
            return too_deep(part.second, depth + 1);
        });
    }
    return false;
}

}  // namespace

struct YamlReader::Shared {
    std::string file;
    int first_line = 1;
    std::optional<Error> error;
};

YamlReader::YamlReader(const std::string& text, std::string file, int first_line)
    : shared_(std::make_shared<Shared>()),
      node_(std::make_unique<YAML::Node>()),
      line_(first_line) {
    shared_->file = std::move(file);
    shared_->first_line = first_line;
    try {
        *node_ = YAML::Load(text);
        if (too_deep(*node_, 0)) fail("this is nested too deeply");
    } catch (const YAML::Exception& exception) {
        line_ = exception.mark.line < 0 ? first_line : first_line + exception.mark.line;
        const YamlMistake mistake = yaml_mistake(exception.msg);
        fail(fmt::format("this is not YAML: {}", mistake.sentence), std::string(mistake.hint));
        *node_ = YAML::Node();
    }
}

YamlReader::YamlReader(std::shared_ptr<Shared> shared,
                       const YAML::Node& node,
                       std::string what,
                       int line)
    : shared_(std::move(shared)),
      node_(std::make_unique<YAML::Node>()),
      what_(std::move(what)),
      line_(line) {
    node_->reset(node);
    if (node.IsDefined() && node.Mark().line >= 0) line_ = shared_->first_line + node.Mark().line;
}

YamlReader::~YamlReader() = default;
YamlReader::YamlReader(YamlReader&&) noexcept = default;

const std::optional<Error>& YamlReader::error() const {
    return shared_->error;
}

Place YamlReader::place() const {
    return {shared_->file, line_, 0};
}

void YamlReader::fail(std::string sentence, std::string hint) {
    if (!shared_->error) shared_->error = Error{std::move(sentence), place(), std::move(hint)};
}

bool YamlReader::is_map(std::initializer_list<std::string_view> keys) {
    if (!node_->IsMap()) {
        fail(what_.empty() ? "this takes lines like 'name: value'"
                           : fmt::format("'{}' takes lines like 'name: value'", what_));
        return false;
    }
    const std::vector<std::string> known(keys.begin(), keys.end());
    std::set<std::string> there;
    for (const auto& entry : *node_) {
        const std::string key = entry.first.IsScalar() ? entry.first.Scalar() : std::string();
        if (!there.insert(key).second) {
            YamlReader(shared_, entry.first, key, line_).fail(fmt::format("'{}' is there twice", key), "take one of them out");
            return false;
        }
        if (std::find(known.begin(), known.end(), key) != known.end()) continue;
        const std::string near = nearest(key, known);
        YamlReader(shared_, entry.first, key, line_)
            .fail(fmt::format("unknown key '{}'", key),
                  near.empty() ? "there are: " + join(known, ", ")
                               : fmt::format("did you mean '{}'?", near));
        return false;
    }
    return true;
}

bool YamlReader::has(const std::string& key) const {
    return node_->IsMap() && static_cast<const YAML::Node&>(*node_)[key].IsDefined();
}

YamlReader YamlReader::at(const std::string& key) const {
    if (!has(key)) return {shared_, YAML::Node(), key, line_};
    return {shared_, static_cast<const YAML::Node&>(*node_)[key], key, line_};
}

std::string YamlReader::text() {
    if (node_->IsScalar()) {
        std::string value(trim(node_->Scalar()));
        if (first_control(value) != std::string::npos)
            fail(fmt::format("there are no control characters in it: '{}'", printable(value)));
        if (find_html(value) != std::string::npos)
            fail("a lesson's text has no HTML",
                 "write Markdown; what is meant as it stands goes between backquotes");
        return value;
    }
    fail(what_.empty() ? "this takes a text" : fmt::format("'{}' takes a text", what_));
    return {};
}

std::string YamlReader::text(const std::string& key, std::string otherwise) {
    return has(key) ? at(key).text() : otherwise;
}

std::string YamlReader::required(const std::string& key) {
    std::string value = text(key);
    if (value.empty())
        fail(fmt::format("'{}' is missing", key), fmt::format("add a line '{}: …'", key));
    return value;
}

std::int64_t YamlReader::number(const std::string& key,
                                std::int64_t otherwise,
                                std::int64_t least,
                                std::int64_t most) {
    if (!has(key)) return otherwise;
    YamlReader value = at(key);
    std::int64_t number = 0;
    if (!parse_integer(value.text(), number) || number < least || number > most) {
        value.fail(fmt::format("'{}' takes a whole number from {} to {}", key, least, most));
        return otherwise;
    }
    return number;
}

bool YamlReader::boolean(const std::string& key, bool otherwise) {
    if (!has(key)) return otherwise;
    YamlReader value = at(key);
    const std::string text = value.text();
    if (text != "true" && text != "false") value.fail(fmt::format("'{}' takes true or false", key));
    return text == "true";
}

std::vector<YamlReader> YamlReader::items() {
    std::vector<YamlReader> out;
    if (!node_->IsSequence()) {
        fail(what_.empty() ? "this takes a list of lines like '- …'"
                           : fmt::format("'{}' takes a list of lines like '- …'", what_));
        return out;
    }
    for (const YAML::Node& part : *node_)
        out.push_back(YamlReader(shared_, part, what_, line_));
    return out;
}

std::vector<YamlReader> YamlReader::items(const std::string& key) {
    return has(key) ? at(key).items() : std::vector<YamlReader>();
}

std::vector<std::string> YamlReader::texts(const std::string& key) {
    std::vector<std::string> out;
    for (YamlReader& part : items(key))
        out.push_back(part.text());
    return out;
}

std::vector<std::pair<std::string, std::string>> YamlReader::pairs(const std::string& key) {
    std::vector<std::pair<std::string, std::string>> out;
    if (!has(key)) return out;
    YamlReader map = at(key);
    if (!map.node_->IsMap()) {
        map.fail(fmt::format("'{}' takes lines like 'name: text'", key));
        return out;
    }
    for (const auto& entry : *map.node_) {
        YamlReader name(shared_, entry.first, key, map.line_);
        YamlReader value(shared_, entry.second, key, map.line_);
        out.emplace_back(name.text(), value.text());
        for (std::size_t i = 0; i + 1 < out.size(); ++i) {
            if (out[i].first == out.back().first)
                name.fail(fmt::format("'{}' is there twice", out[i].first));
        }
    }
    return out;
}

}  // namespace podium::lessons
