// `docker context`: contexts are files of the client (see context_store.hpp); none of its verbs
// asks an engine.

#include <array>
#include <cctype>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/text.hpp"
#include "sim/programs/docker/container_flags.hpp"
#include "sim/programs/docker/context_store.hpp"
#include "sim/programs/docker/defaults.hpp"
#include "sim/programs/docker/verbs.hpp"
#include "sim/programs/format/inspect.hpp"
#include "sim/programs/format/lists.hpp"

namespace podium::programs::docker {
namespace {

using shell::Step;

constexpr std::string_view kInMemory = "<IN MEMORY>";
constexpr std::string_view kNamePattern = "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$";

/// A verb of contexts: reads and writes files, prints, ends.
class ContextProgram : public ClientProgram {
  public:
    using Work = Finish (*)(shell::System& system, const Invocation& invocation);

    ContextProgram(Invocation invocation, Work work)
        : ClientProgram(std::move(invocation)), work_(work) {}

    [[nodiscard]] std::unique_ptr<shell::Program> clone() const override {
        return std::make_unique<ContextProgram>(*this);
    }

  protected:
    Step advance(model::ProcessContext& context) override {
        return finish(context, work_(context, invocation()));
    }

    [[nodiscard]] bool asks_engine() const override { return false; }

  private:
    Work work_;
};

std::unique_ptr<shell::Program> start(Invocation invocation, ContextProgram::Work work) {
    return std::make_unique<ContextProgram>(std::move(invocation), work);
}

bool fits_name(const std::string& name) {
    const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
    if (name.size() < 2 || !plain(name.front())) return false;
    for (const char c : name) {
        if (!plain(c) && std::string_view("_.+-").find(c) == std::string_view::npos) return false;
    }
    return true;
}

// docker's sentence about a name that no context can have; empty when one can.
std::string wrong_name(const std::string& name) {
    if (name.empty()) return "context name cannot be empty";
    if (name == kDefaultContext) return "\"default\" is a reserved context name";
    if (!fits_name(name)) {
        return fmt::format("context name {} is invalid, names are validated against regexp \"{}\"",
                           in_quotes(name),
                           kNamePattern);
    }
    return {};
}

std::string lines_of(const std::vector<std::string>& lines) {
    return lines.empty() ? std::string() : join(lines, "\n") + "\n";
}

// --- ls ------------------------------------------------------------------------------------------

format::Row row_of(const StoredContext& context, bool current, const std::string& error = {}) {
    format::Row row;
    row.cells.push_back({"Current", current ? "true" : "false", format::Cell::Kind::Json});
    row.add("Description", context.description);
    row.add("DockerEndpoint", context.host);
    row.add("Error", error);
    row.add("Name", context.name);
    return row;
}

// A table shows a long error's beginning only (docker: 45 letters).
std::string shortened(const std::string& error, const std::string& format) {
    constexpr std::size_t kMostLetters = 45;
    if (format.find("json") != std::string::npos || error.size() <= kMostLetters) return error;
    return error.substr(0, kMostLetters - 1) + "…";
}

Finish list_contexts(shell::System& system, const Invocation& invocation) {
    const std::string current = chosen_context(system, invocation);
    const std::string format = invocation.flags.text("format");
    std::vector<StoredContext> all = stored_contexts(system, invocation);
    all.push_back(*load_context(system, invocation, std::string(kDefaultContext)));
    std::sort(all.begin(), all.end(), [](const StoredContext& a, const StoredContext& b) {
        return a.name < b.name;
    });
    std::vector<format::Row> rows;
    for (const StoredContext& context : all)
        rows.push_back(row_of(context, context.name == current));
    if (const auto found = load_context(system, invocation, current); !found) {
        StoredContext lost;
        lost.name = current;
        rows.push_back(row_of(lost, true, shortened(found.error().message, format)));
    }
    const auto text = format::render_list(
        format::context_list(), format::context_format(format, invocation.flags.on("quiet")), rows);
    if (!text) return failed(text.error().message);
    Finish finish{*text, {}, 0};
    std::string host;
    if (invocation.context.empty() && invocation.variable("DOCKER_HOST", host) && !host.empty()) {
        finish.error =
            "Warning: DOCKER_HOST environment variable overrides the active context. To use a "
            "context, either set the global --context flag, or unset "
            "DOCKER_HOST environment variable.\n";
    }
    return finish;
}

// --- use, show, inspect --------------------------------------------------------------------------

Finish use_context(shell::System& system, const Invocation& invocation) {
    const std::string& name = invocation.arguments().front();
    if (const auto found = load_context(system, invocation, name); !found)
        return failed(found.error().message);
    if (const auto written = configure_context(system, invocation, name); !written)
        return failed(written.error().message);
    Finish finish{name + "\n", fmt::format("Current context is now {}\n", in_quotes(name)), 0};
    std::string host;
    if (name != kDefaultContext && invocation.variable("DOCKER_HOST", host) && !host.empty()) {
        finish.error += fmt::format(
            "Warning: DOCKER_HOST environment variable overrides the active context. To use {}, "
            "either set the global --context flag, or unset DOCKER_HOST environment variable.\n",
            in_quotes(name));
    }
    return finish;
}

Finish show_context(shell::System& system, const Invocation& invocation) {
    return {chosen_context(system, invocation) + "\n", {}, 0};
}

Json described(const Invocation& invocation, const StoredContext& context) {
    const bool stored = context.name != kDefaultContext;
    Json out;
    out["Name"] = context.name;
    out["Metadata"] = Json::object();
    if (stored && !context.description.empty())
        out["Metadata"]["Description"] = context.description;
    out["Endpoints"]["docker"]["Host"] = context.host;
    out["Endpoints"]["docker"]["SkipTLSVerify"] = context.skip_tls_verify;
    out["TLSMaterial"] = Json::object();
    for (const auto& [member, kind] :
         {std::pair{"MetadataPath", "meta"}, std::pair{"TLSPath", "tls"}}) {
        out["Storage"][member] =
            stored ? context_folder(invocation, kind, context.name) : std::string(kInMemory);
    }
    return out;
}

// As JSON these are made by docker itself, with Go's letters for < and >.
std::string escaped(const std::string& text, const std::string& format) {
    if (!format.empty() && format != "json") return text;
    std::string out;
    for (const char c : text)
        out += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : std::string(1, c);
    return out;
}

Finish inspect_contexts(shell::System& system, const Invocation& invocation) {
    auto inspector = format::Inspector::make(invocation.flags.text("format"));
    if (!inspector) return failed(inspector.error().message, format::kTemplateStatus);
    std::vector<std::string> names = invocation.arguments();
    if (names.empty()) names.push_back(chosen_context(system, invocation));
    for (const std::string& name : names) {
        if (const auto context = load_context(system, invocation, name)) {
            inspector->add(format::Inspected::Other, described(invocation, *context));
        } else {
            inspector->add_error(context.error().message);
        }
    }
    const std::string errors = inspector->errors();
    return {escaped(inspector->output(), invocation.flags.text("format")),
            errors,
            errors.empty() ? 0 : 1};
}

// --- create, update, rm --------------------------------------------------------------------------

using Pairs = std::vector<std::pair<std::string, std::string>>;

// --docker may be given again, and holds several pairs each.
Pairs endpoint_pairs(const ParsedFlags& flags) {
    Pairs out;
    for (const std::string& text : flags.all("docker")) {
        for (const std::string& field : comma_fields(text))
            out.emplace_back(field.substr(0, field.find('=')), field.substr(field.find('=') + 1));
    }
    return out;
}

// What --docker says about the endpoint.
Result<void> read_endpoint(shell::System& system,
                           const Invocation& invocation,
                           std::string_view verb,
                           StoredContext& context) {
    const std::string failure = fmt::format("unable to {} docker endpoint config: ", verb);
    for (const auto& [key, value] : endpoint_pairs(invocation.flags)) {
        if (key == "host") {
            if (value.find("://") == std::string::npos) {
                return Error{fmt::format("{}unable to apply docker endpoint options: unable to "
                                         "parse docker host `{}`",
                                         failure,
                                         value),
                             {},
                             {}};
            }
            context.host = value;
        } else if (key == "skip-tls-verify") {
            if (!parse_switch(value, context.skip_tls_verify)) {
                return Error{fmt::format("{}strconv.ParseBool: parsing {}: invalid syntax",
                                         failure,
                                         in_quotes(value)),
                             {},
                             {}};
            }
        } else if (key == "from") {
            const auto from = load_context(system, invocation, value);
            if (!from) return Error{failure + from.error().message, {}, {}};
            context.host = from->host;
            context.skip_tls_verify = from->skip_tls_verify;
        } else if (key == "ca" || key == "cert" || key == "key") {
            return Error{
                fmt::format("docker context {}: Podium does not simulate {} of --docker yet",
                            invocation.path.substr(invocation.path.rfind(' ') + 1),
                            key),
                {},
                {}};
        } else {
            return Error{fmt::format("{}unrecognized config key: {}", failure, key), {}, {}};
        }
    }
    return {};
}

Finish saved(shell::System& system,
             const Invocation& invocation,
             const StoredContext& context,
             std::string_view done) {
    if (const auto written = save_context(system, invocation, context); !written)
        return failed(written.error().message);
    return {context.name + "\n",
            fmt::format("Successfully {} context {}\n", done, in_quotes(context.name)),
            0};
}

Finish create_context(shell::System& system, const Invocation& invocation) {
    const ParsedFlags& flags = invocation.flags;
    const std::string& name = invocation.arguments().front();
    if (const std::string wrong = wrong_name(name); !wrong.empty()) return failed(wrong);
    if (load_context(system, invocation, name))
        return failed(fmt::format("context {} already exists", in_quotes(name)));
    StoredContext context;
    if (!flags.has("docker")) {
        // A copy of another, or of the one in use.
        const std::string from =
            flags.has("from") ? flags.text("from") : chosen_context(system, invocation);
        auto copied = load_context(system, invocation, from);
        if (!copied) return failed(copied.error().message);
        context = std::move(*copied);
    }
    context.name = name;
    if (flags.has("description")) context.description = flags.text("description");
    if (auto read = read_endpoint(system, invocation, "create", context); !read)
        return failed(read.error().message);
    return saved(system, invocation, context, "created");
}

Finish update_context(shell::System& system, const Invocation& invocation) {
    const std::string& name = invocation.arguments().front();
    if (const std::string wrong = wrong_name(name); !wrong.empty()) return failed(wrong);
    auto context = load_context(system, invocation, name);
    if (!context) return failed(context.error().message);
    if (invocation.flags.has("description"))
        context->description = invocation.flags.text("description");
    if (auto read = read_endpoint(system, invocation, "update", *context); !read)
        return failed(read.error().message);
    return saved(system, invocation, *context, "updated");
}

// docker's sentence that one can't be removed; empty when it can.
std::string kept(shell::System& system, const Invocation& invocation, const std::string& name) {
    const bool force = invocation.flags.on("force");
    if (name == kDefaultContext) return "context \"default\" cannot be removed";
    if (!load_context(system, invocation, name) && !force)
        return fmt::format("context {} does not exist", in_quotes(name));
    if (name == chosen_context(system, invocation) && !force)
        return fmt::format("context {} is in use, set -f flag to force remove", in_quotes(name));
    return {};
}

Finish remove_contexts(shell::System& system, const Invocation& invocation) {
    std::vector<std::string> errors;
    std::vector<std::string> removed;
    for (const std::string& name : invocation.arguments()) {
        if (const std::string why = kept(system, invocation, name); !why.empty()) {
            errors.push_back(why);
            continue;
        }
        if (name == configured_context(system, invocation))
            static_cast<void>(configure_context(system, invocation, std::string(kDefaultContext)));
        remove_context(system, invocation, name);
        removed.push_back(name);
    }
    return {lines_of(removed), lines_of(errors), errors.empty() ? 0 : 1};
}

}  // namespace

std::unique_ptr<shell::Program> start_context_list(Invocation invocation) {
    return start(std::move(invocation), list_contexts);
}

std::unique_ptr<shell::Program> start_context_use(Invocation invocation) {
    // Of this verb alone the arguments are counted by the library below docker.
    if (const std::size_t given = invocation.arguments().size(); given != 1)
        return say(std::move(invocation),
                   failed(fmt::format("accepts 1 arg(s), received {}", given)));
    return start(std::move(invocation), use_context);
}

std::unique_ptr<shell::Program> start_context_show(Invocation invocation) {
    return start(std::move(invocation), show_context);
}

std::unique_ptr<shell::Program> start_context_inspect(Invocation invocation) {
    return start(std::move(invocation), inspect_contexts);
}

std::unique_ptr<shell::Program> start_context_create(Invocation invocation) {
    return start(std::move(invocation), create_context);
}

std::unique_ptr<shell::Program> start_context_update(Invocation invocation) {
    return start(std::move(invocation), update_context);
}

std::unique_ptr<shell::Program> start_context_remove(Invocation invocation) {
    return start(std::move(invocation), remove_contexts);
}

}  // namespace podium::programs::docker
