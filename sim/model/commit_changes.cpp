#include "sim/model/commit_changes.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"

namespace podium::model {
namespace {

using Json = nlohmann::ordered_json;
using Words = std::vector<std::string>;

constexpr Refusal kFine{0, {}};

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

// Words as a Dockerfile parts them: quotes keep blanks together, a backslash takes the next letter as it is.
Words words_of(const std::string& text) {
    Words out;
    std::string word;
    bool any = false;
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
            word += text[++i];
            any = true;
        } else if (quote != 0) {
            if (c == quote) quote = 0;
            else word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            any = true;
        } else if (c == ' ' || c == '\t') {
            if (any) out.push_back(std::exchange(word, {}));
            any = false;
        } else {
            word += c;
            any = true;
        }
    }
    if (any) out.push_back(word);
    return out;
}

// ["a", "b"]; false when it is none, and so a line for the shell.
bool exec_form(const std::string& text, Words& out) {
    const Json list = Json::parse(text, nullptr, false);
    if (!list.is_array()) return false;
    out.clear();
    for (const Json& word : list) {
        if (!word.is_string()) return false;
        out.push_back(word.get<std::string>());
    }
    return true;
}

Words command_of(const std::string& text) {
    Words out;
    return exec_form(text, out) ? out : Words{"/bin/sh", "-c", text};
}

// "a=b c=d", or for one alone "a b c".
Refusal pairs_of(const std::string& name, const std::string& text, std::vector<std::pair<std::string, std::string>>& out) {
    const Words words = words_of(text);
    if (words.empty()) return {400, fmt::format("{} requires at least one argument", name)};
    if (words.front().find('=') == std::string::npos) {
        const auto blank = text.find_first_of(" \t");
        if (blank == std::string::npos) return {400, fmt::format("{} must have two arguments", name)};
        out.emplace_back(words.front(), std::string(trim(std::string_view(text).substr(blank))));
        return kFine;
    }
    for (const std::string& word : words) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) return {400, fmt::format("Syntax error - can't find = in \"{}\". Must be of the form: name=value", word)};
        out.emplace_back(word.substr(0, equals), word.substr(equals + 1));
    }
    return kFine;
}

void add_once(Words& list, const std::string& entry) {
    if (std::find(list.begin(), list.end(), entry) == list.end()) list.push_back(entry);
}

void set_variable(Words& environment, const std::string& name, const std::string& value) {
    for (std::string& entry : environment) {
        if (entry.substr(0, entry.find('=')) != name) continue;
        entry = name + "=" + value;
        return;
    }
    environment.push_back(name + "=" + value);
}

std::string below(const std::string& directory, const std::string& path) {
    if (path.starts_with('/')) return path;
    return (directory.empty() || directory.back() == '/' ? (directory.empty() ? "/" : directory) : directory + "/") + path;
}

Refusal apply_change(const std::string& name, const std::string& text, ImageConfig& config, bool& command_set) {
    if (name == "ENV" || name == "LABEL") {
        std::vector<std::pair<std::string, std::string>> pairs;
        if (Refusal refusal = pairs_of(name, text, pairs); refusal.status != 0) return refusal;
        for (const auto& [key, value] : pairs) {
            if (name == "ENV") set_variable(config.environment, key, value);
            else config.labels[key] = value;
        }
    } else if (name == "CMD") {
        config.command = command_of(text);
        command_set = true;
    } else if (name == "ENTRYPOINT") {
        config.entrypoint = text == "[]" ? Words{} : command_of(text);
        if (!command_set) config.command.clear();
    } else if (name == "EXPOSE") {
        for (const std::string& port : words_of(text)) add_once(config.exposed_ports, port.find('/') == std::string::npos ? port + "/tcp" : port);
    } else if (name == "VOLUME") {
        Words volumes;
        if (!exec_form(text, volumes)) volumes = words_of(text);
        for (const std::string& volume : volumes) add_once(config.volumes, volume);
    } else if (name == "USER") {
        config.user = text;
    } else if (name == "WORKDIR") {
        config.working_directory = below(config.working_directory, text);
    } else if (name == "STOPSIGNAL") {
        config.stop_signal = text;
    } else if (name == "HEALTHCHECK" || name == "ONBUILD") {
        return {501, fmt::format("Podium does not simulate {} in --change yet", name)};
    } else {
        return {400, fmt::format("{} is not a valid change command", lower(name))};
    }
    return kFine;
}

}  // namespace

Refusal apply_changes(const Words& changes, ImageConfig& config) {
    bool command_set = false;
    for (const std::string& change : changes) {
        const std::string line(trim(change));
        if (line.empty()) continue;
        const auto blank = line.find_first_of(" \t");
        const std::string text = blank == std::string::npos ? std::string() : std::string(trim(std::string_view(line).substr(blank)));
        const std::string name = upper(line.substr(0, blank));
        if (text.empty()) return {400, fmt::format("{} requires at least one argument", name)};
        if (Refusal refusal = apply_change(name, text, config, command_set); refusal.status != 0) return refusal;
    }
    return kFine;
}

}  // namespace podium::model
