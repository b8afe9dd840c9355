// `docker secret` and `docker config`: create, ls, inspect and rm (cli/command/secret and cli/command/config of
// docker/cli 28.2, which differ in little more than words).

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

#include "sim/base/base64.hpp"
#include "sim/base/calendar.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/format/go_time.hpp"
#include "sim/programs/format/json_text.hpp"
#include "sim/programs/swarm/inspect.hpp"
#include "sim/programs/swarm/lists.hpp"
#include "sim/programs/swarm/query.hpp"
#include "sim/programs/swarm/spec_parts.hpp"
#include "sim/programs/swarm/verbs.hpp"

namespace podium::programs::docker {
namespace {

constexpr std::size_t kMostSecretBytes = 2UL * 500 * 1024;
constexpr std::size_t kMostConfigBytes = 2UL * 1000 * 1024;

bool is_secret(const Invocation& invocation) { return invocation.path.starts_with("docker secret"); }

std::string_view what(const Invocation& invocation) { return is_secret(invocation) ? "secret" : "config"; }

// Go writes the C library's sentences with a small letter in front.
std::string lower_first(std::string text) {
    if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z') text.front() = static_cast<char>(text.front() - 'A' + 'a');
    return text;
}

// The content of the file or of the standard input; an empty error and nothing in `data` while it isn't there yet.
std::optional<std::string> read_data(const Invocation& invocation, Talk& talk, std::string& data) {
    const std::string file = invocation.arguments().size() > 1 ? invocation.arguments()[1] : std::string();
    const std::size_t most = is_secret(invocation) ? kMostSecretBytes : kMostConfigBytes;
    std::string where = "STDIN";
    if (file == "-") {
        const auto input = talk.read_input(most);
        if (!input) return std::nullopt;
        data = *input;
    } else if (file.empty()) {
        return fmt::format("{} file is required", what(invocation));
    } else {
        where = file;
        std::string why;
        if (!read_whole_file(talk.context(), file, data, why)) return fmt::format("error reading from {}: open {}: {}", file, file, lower_first(why));
        data.resize(std::min(data.size(), most));
    }
    return data.empty() ? fmt::format("error reading from {}: data is empty", where) : std::string();
}

Outcome create_datum(const Invocation& invocation, Talk& talk) {
    const ParsedFlags& flags = invocation.flags;
    const std::string driver = flags.text("driver");
    std::string data;
    if (!driver.empty()) {
        if (invocation.arguments().size() > 1) return ends_badly("When using secret driver secret data must be empty");
    } else {
        const auto wrong = read_data(invocation, talk, data);
        if (!wrong) return std::nullopt;
        if (!wrong->empty()) return ends_badly(is_secret(invocation) ? *wrong : fmt::format("Error reading content from {}: {}", in_quotes(invocation.arguments()[1]), *wrong));
    }
    Json spec{{"Name", invocation.arguments().front()}, {"Labels", pairs_object(flags.all("label"))}};
    put(spec, "Data", base64(data));
    if (!driver.empty()) spec["Driver"] = Json{{"Name", driver}};
    if (const std::string text = flags.text("template-driver"); !text.empty()) spec["Templating"] = Json{{"Name", text}};
    const Reply* made = talk.ask(fmt::format("POST /{}s/create", what(invocation)), format::compact_json(spec, format::HtmlEscape::Yes));
    if (made == nullptr) return std::nullopt;
    return made->ok() ? ends(text_at(made->value(), "ID") + "\n") : ends_badly(made->error());
}

Outcome list_data(const Invocation& invocation, Talk& talk) {
    const Reply* data = talk.ask(target_of("GET", fmt::format("/{}s", what(invocation)), {filters_of(invocation.flags.all("filter"))}));
    if (data == nullptr) return std::nullopt;
    if (!data->ok()) return ends_badly(data->error());
    const bool secret = is_secret(invocation);
    return render(secret ? Listed::Secret : Listed::Config, invocation.flags.text("format"), invocation.flags.on("quiet"), datum_rows(data->value(), talk.now(), secret));
}

Outcome remove_data(const Invocation& invocation, Talk& talk) {
    std::vector<std::string> errors;
    for (const std::string& name : invocation.arguments()) {
        const Reply* removed = talk.ask(target_of("DELETE", fmt::format("/{}s/{}", what(invocation), path_part(name))));
        if (removed == nullptr) return std::nullopt;
        if (removed->ok()) talk.print(name + "\n");
        else errors.push_back(removed->error());
    }
    return ends_with_errors(errors);
}

const Reply* ask_secret(Talk& talk, const std::string& name, std::string&) { return talk.ask(target_of("GET", "/secrets/" + path_part(name))); }

const Reply* ask_config(Talk& talk, const std::string& name, std::string&) { return talk.ask(target_of("GET", "/configs/" + path_part(name))); }

std::string moment_text(const Json& datum, std::string_view path) {
    const auto moment = parse_rfc3339(text_at(datum, path));
    return capitalised(moment ? format::go_time_text(*moment) : std::string(format::kZeroTimeText));
}

std::string datum_labels(const Json& datum) {
    const Json& labels = at(datum, "Spec.Labels");
    if (!labels.is_object() || labels.empty()) return {};
    std::map<std::string, std::string> sorted;
    for (const auto& [name, value] : labels.items()) sorted[name] = value.is_string() ? value.get<std::string>() : std::string();
    std::string out = "Labels:\n";
    for (const auto& [name, value] : sorted) out += fmt::format(" - {}{}\n", name, value.empty() ? "" : "=" + value);
    return out;
}

std::optional<std::string> pretty_secret(Talk&, const Json& secret) {
    return fmt::format("ID:              {}\nName:              {}\n{}Driver:            {}\nCreated at:        {}\nUpdated at:        {}", text_at(secret, "ID"), text_at(secret, "Spec.Name"), datum_labels(secret),
                       text_at(secret, "Spec.Driver.Name"), moment_text(secret, "CreatedAt"), moment_text(secret, "UpdatedAt"));
}

std::optional<std::string> pretty_config(Talk&, const Json& config) {
    return fmt::format("ID:\t\t\t{}\nName:\t\t\t{}\n{}Created at:            \t{}\nUpdated at:            \t{}\nData:\n{}", text_at(config, "ID"), text_at(config, "Spec.Name"), datum_labels(config),
                       moment_text(config, "CreatedAt"), moment_text(config, "UpdatedAt"), from_base64(text_at(config, "Spec.Data")));
}

Outcome inspect_data(const Invocation& invocation, Talk& talk) {
    return is_secret(invocation) ? inspect_each(invocation, talk, format::Inspected::Secret, ask_secret, pretty_secret) : inspect_each(invocation, talk, format::Inspected::Config, ask_config, pretty_config);
}

}  // namespace

std::unique_ptr<shell::Program> start_datum_create(Invocation invocation) { return start_procedure(std::move(invocation), create_datum); }
std::unique_ptr<shell::Program> start_datum_list(Invocation invocation) { return start_procedure(std::move(invocation), list_data); }
std::unique_ptr<shell::Program> start_datum_inspect(Invocation invocation) { return start_procedure(std::move(invocation), inspect_data); }
std::unique_ptr<shell::Program> start_datum_remove(Invocation invocation) { return start_procedure(std::move(invocation), remove_data); }

}  // namespace podium::programs::docker
