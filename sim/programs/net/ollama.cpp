// The ollama client 0.12: list, ps, pull, rm, run with a prompt, --version. It asks the server over its HTTP
// API, as in life (ollama cmd/cmd.go).

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/programs/client.hpp"
#include "sim/model/world.hpp"
#include "sim/programs/format/human.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/programs.hpp"

namespace podium::programs::net {
namespace {

using Json = nlohmann::ordered_json;
using model::ProcessContext;
using shell::Step;

constexpr std::uint16_t kOllamaPort = 11434;
constexpr std::string_view kOllamaVersion = "0.12.0";
constexpr std::string_view kColumnGap = "    ";
constexpr std::size_t kShortDigest = 12;
constexpr std::string_view kOllamaUsage =
    "Large language model runner\n\nUsage:\n  ollama [flags]\n  ollama [command]\n\nAvailable Commands:\n"
    "  serve       Start ollama\n  run         Run a model\n  pull        Pull a model from a registry\n"
    "  list        List models\n  ps          List running models\n  rm          Remove a model\n\n"
    "Flags:\n  -h, --help      help for ollama\n  -v, --version   Show version information\n";

using ModelRow = std::vector<std::string>;

std::string table_text(const std::vector<ModelRow>& rows) {
    std::vector<std::size_t> widths(rows.front().size());
    for (const ModelRow& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string out;
    for (const ModelRow& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) out += fmt::format("{:<{}}{}", row[i], widths[i], kColumnGap);
        out += "\n";
    }
    return out;
}

// ollama format.HumanBytes: "2.0 GB", "638 MB".
std::string size_text(std::int64_t bytes) {
    constexpr std::pair<std::int64_t, std::string_view> kUnits[] = {{1'000'000'000'000, "TB"}, {1'000'000'000, "GB"}, {1'000'000, "MB"}, {1'000, "KB"}};
    for (const auto& [unit, name] : kUnits) {
        if (bytes < unit) continue;
        if (bytes >= 10 * unit) return fmt::format("{} {}", bytes / unit, name);
        return fmt::format("{}.{} {}", bytes / unit, bytes % unit / (unit / 10), name);
    }
    return fmt::format("{} B", bytes);
}

class Ollama final : public ClonedProgram<Ollama> {
  public:
    Ollama(Arguments argv, const Arguments& environment) : argv_(std::move(argv)) {
        server_ = {"127.0.0.1", kOllamaPort, {}};
        if (const auto given = model::find_variable(environment, "OLLAMA_HOST")) {
            if (const auto address = model::parse_address(*given, kOllamaPort)) server_ = *address;
        }
        if (server_.host == "0.0.0.0") server_.host = "127.0.0.1";
    }

    Step step(shell::System& system) override {
        ProcessContext& context = ProcessContext::of(system);
        if (!conversation_.started()) {
            if (const auto end = begin(context)) return Step::exit(*end);
        }
        for (;;) {
            const Talk talk = conversation_.look(context);
            if (talk == Talk::Pending) return Step::block(conversation_.deadline(context));
            if (talk != Talk::Answered) return Step::exit(no_server(context));
            if (const auto end = answered(context)) return Step::exit(*end);
        }
    }

  private:
    static int fail(ProcessContext& context, const std::string& message) {
        print_error(context, fmt::format("Error: {}\n", message));
        return 1;
    }

    [[nodiscard]] std::string argument(std::size_t number) const { return argv_.size() > number ? argv_[number] : std::string(); }

    void ask(ProcessContext& context, const std::string& method, const std::string& path, const Json& body = {}) {
        model::ExchangeSpec spec;
        spec.host = server_.host;
        spec.port = server_.port;
        spec.method = method;
        spec.path = path;
        spec.agent = fmt::format("ollama/{} (amd64 linux)", kOllamaVersion);
        if (!body.is_null()) spec.body = json_bytes(body);
        path_ = path;
        conversation_.start(context, std::move(spec));
    }

    [[nodiscard]] Json named() const {
        Json body;
        body["model"] = argument(2);
        return body;
    }

    // Sends the first question, or says at once what there is to say.
    std::optional<int> begin(ProcessContext& context) {
        command_ = argument(1);
        if (command_ == "ls") command_ = "list";
        if (command_ == "-v" || command_ == "--version") {
            ask(context, "GET", "/api/version");
        } else if (command_ == "list") {
            ask(context, "GET", "/api/tags");
        } else if (command_ == "ps") {
            ask(context, "GET", "/api/ps");
        } else if (command_ == "pull" || command_ == "rm" || command_ == "run") {
            return begin_named(context);
        } else if (command_.empty() || command_ == "-h" || command_ == "--help" || command_ == "help") {
            print(context, kOllamaUsage);
            return 0;
        } else {
            return refuse(context);
        }
        return std::nullopt;
    }

    std::optional<int> begin_named(ProcessContext& context) {
        if (argv_.size() < 3 || (command_ == "pull" && argv_.size() > 3))
            return fail(context, fmt::format("{} {}", command_ == "pull" ? "accepts 1 arg(s), received" : "requires at least 1 arg(s), only received", argv_.size() - 2));
        for (std::size_t i = 2; i < argv_.size(); ++i) {
            if (argv_[i].starts_with('-')) return fail(context, fmt::format("Podium does not simulate {} of ollama {} yet", argv_[i], command_));
        }
        if (command_ == "run" && argv_.size() == 3) return fail(context, "Podium simulates ollama run only with a prompt behind the model's name");
        if (command_ == "pull") {
            print_error(context, "pulling manifest\n");
            ask(context, "POST", "/api/pull", named());
        } else if (command_ == "rm") {
            ask(context, "DELETE", "/api/delete", named());
        } else {
            generate(context);
        }
        return std::nullopt;
    }

    void generate(ProcessContext& context) {
        Json body = named();
        body["prompt"] = join(Arguments(argv_.begin() + 3, argv_.end()), " ");
        ask(context, "POST", "/api/generate", body);
    }

    int refuse(ProcessContext& context) const {
        if (command_ == "serve") return fail(context, fmt::format("listen tcp {}:{}: bind: address already in use", server_.host, server_.port));
        static constexpr std::string_view kOthers[] = {"create", "show", "stop", "push", "cp", "signin", "signout"};
        if (std::find(std::begin(kOthers), std::end(kOthers), command_) != std::end(kOthers))
            return fail(context, fmt::format("Podium does not simulate ollama {} yet", command_));
        return fail(context, fmt::format("unknown {} \"{}\" for \"ollama\"", command_.starts_with('-') ? "flag" : "command", command_));
    }

    [[nodiscard]] int no_server(ProcessContext& context) const {
        if (command_ != "-v" && command_ != "--version")
            return fail(context, "ollama server not responding - could not connect to ollama server, run 'ollama serve' to start it");
        print(context, fmt::format("Warning: could not connect to a running Ollama instance\nWarning: client version is {}\n", kOllamaVersion));
        return 0;
    }

    std::optional<int> answered(ProcessContext& context) {
        const Json body = Json::parse(conversation_.body, nullptr, false);
        const bool well = conversation_.code == 200 && body.is_object();
        if (command_ == "run" && path_ == "/api/generate" && conversation_.code == 404) {
            print_error(context, "pulling manifest\n");
            ask(context, "POST", "/api/pull", named());
            return std::nullopt;
        }
        if (!well) return fail(context, body.is_object() ? body.value("error", std::string("unknown error")) : "unexpected answer");
        if (path_ == "/api/pull") {
            print_error(context, "verifying sha256 digest\nwriting manifest\nsuccess\n");
            if (command_ == "pull") return 0;
            generate(context);
            return std::nullopt;
        }
        if (path_ == "/api/version") print(context, fmt::format("ollama version is {}\n", body.value("version", std::string())));
        if (path_ == "/api/tags") print(context, table_text(listed(context, body)));
        if (path_ == "/api/ps") print(context, table_text({{"NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"}}));
        if (path_ == "/api/delete") print(context, fmt::format("deleted '{}'\n", argument(2)));
        if (path_ == "/api/generate") print(context, body.value("response", std::string()) + "\n\n");
        return 0;
    }

    static std::vector<ModelRow> listed(ProcessContext& context, const Json& body) {
        std::vector<ModelRow> rows{{"NAME", "ID", "SIZE", "MODIFIED"}};
        const Duration skew = context.world().host(context.row().host).clock_skew;
        for (const Json& one : body.value("models", Json::array())) {
            const auto modified = parse_rfc3339(one.value("modified_at", std::string()), skew);
            const Duration ago = modified ? context.now() - *modified : Duration{};
            rows.push_back({one.value("name", std::string()),
                            one.value("digest", std::string()).substr(0, kShortDigest),
                            size_text(one.value("size", std::int64_t{0})),
                            format::human_duration(ago) + " ago"});
        }
        return rows;
    }

    Arguments argv_;
    model::Address server_;
    std::string command_;
    std::string path_;
    Conversation conversation_;
};

}  // namespace

ProgramPointer make_ollama(const Arguments& argv, const Arguments& environment) {
    return std::make_unique<Ollama>(argv, environment);
}

}  // namespace podium::programs::net
