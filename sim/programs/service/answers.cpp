#include "sim/programs/service/answers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sim/base/files.hpp"
#include "sim/base/calendar.hpp"
#include "sim/base/json_bytes.hpp"
#include "sim/base/text.hpp"
#include "sim/model/object_id.hpp"
#include "sim/programs/net/conversation.hpp"
#include "sim/programs/net/mysql_errors.hpp"
#include "sim/programs/service/headers.hpp"
#include "sim/programs/service/static_files.hpp"

namespace podium::programs {
namespace {

using Json = nlohmann::ordered_json;
using model::BehaviourProfile;
using model::ExchangeSpec;
using model::ProcessContext;
using model::Route;

constexpr std::size_t kMostFileBytes = 1U << 20;
constexpr std::int64_t kAnswerTokens = 24;  // of a model server's simulated answer

std::string path_only(const std::string& path) { return path.substr(0, path.find('?')); }

bool fits(const Route& route, const ExchangeSpec& request) {
    if (!route.method.empty() && route.method != request.method && !(route.method == "GET" && request.method == "HEAD")) return false;
    const std::string path = path_only(request.path);
    if (!route.path.empty() && route.path.back() == '*') return path.starts_with(route.path.substr(0, route.path.size() - 1));
    return route.path == path;
}

const Route* route_for(const BehaviourProfile& profile, const ExchangeSpec& request) {
    const auto found = std::find_if(profile.routes.begin(), profile.routes.end(), [&request](const Route& route) { return fits(route, request); });
    return found == profile.routes.end() ? nullptr : &*found;
}

bool read_whole(ProcessContext& context, const std::string& path, std::string& content) {
    int descriptor = -1;
    if (context.open(path, shell::OpenMode::Read, descriptor) != shell::Errno::None) return false;
    content.clear();
    while (content.size() < kMostFileBytes) {
        const shell::ReadResult part = context.read(descriptor, 65'536);
        if (part.kind != shell::ReadResult::Kind::Data) break;
        content += part.data;
    }
    context.close(descriptor);
    return true;
}

bool write_whole(ProcessContext& context, const std::string& path, const std::string& content, bool append) {
    int descriptor = -1;
    context.make_directory(directory_of(path), true);
    if (context.open(path, append ? shell::OpenMode::Append : shell::OpenMode::Write, descriptor) != shell::Errno::None) return false;
    const shell::Errno error = context.write(descriptor, content);
    context.close(descriptor);
    return error == shell::Errno::None;
}

void set(Work& work, int code, std::string type, std::string body) {
    work.code = code;
    work.type = std::move(type);
    work.body = std::move(body);
}

/// What came of a question to the server of a requirement.
struct Asked {
    bool there = false;    ///< It answered.
    bool refused = false;  ///< It did not let the client in, and `answer` says why.
    std::string answer;
};

// Asks a requirement's server (or only whether it is there); false while the answer is not known.
bool ask(ProcessContext& context,
         const model::Requirement& requirement,
         const std::string& method,
         const std::string& path,
         const std::string& body,
         Work& work,
         Asked& asked) {
    if (!work.asked) {
        const auto address = model::requirement_address(requirement, *context.row().environment);
        if (!address) {
            asked.there = true;
            return true;
        }
        ExchangeSpec spec;
        spec.login = model::requirement_login(requirement, *address, *context.row().environment);
        spec.host = address->host;
        spec.port = address->port;
        spec.method = method;
        spec.path = path;
        spec.body = body;
        spec.timeout = seconds(10);
        work.asked = model::start_exchange(context.world(), context.id(), spec);
    }
    const model::Exchange* row = model::ended_exchange(context.world(), work.asked);
    if (row == nullptr) return false;
    const bool answered = row->state == model::ExchangeState::Answered;
    asked.refused = answered && !net::let_in(row->code);
    asked.there = answered && !asked.refused && (method == "CONNECT" || row->code < 400);
    asked.answer = row->answer;
    model::release_exchange(context.world(), work.asked);
    work.asked = {};
    return true;
}

// What is answered while a requirement is missing.
void without(const model::Requirement& requirement,
             const Asked& asked,
             const std::string& what,
             Work& work) {
    if (!requirement.body_without.empty())
        return set(work, requirement.status_without, "text/html", requirement.body_without);
    set(work,
        requirement.status_without,
        "text/plain",
        asked.refused ? fmt::format("{} refuses the login: {}\n", what, asked.answer)
                      : fmt::format("{} cannot be reached\n", what));
}

bool routed(ProcessContext& context, const BehaviourProfile& profile, const ExchangeSpec& request, Work& work) {
    const Route* route = nullptr;
    for (const Route& each : profile.routes) {
        if (!fits(each, request)) continue;
        if (each.root.empty()) {
            route = &each;
            break;
        }
        if (answer_from_folder(context, each, request, work)) return true;
    }
    if (route == nullptr) {
        set(work, 404, "text/plain", "404 page not found\n");
        return true;
    }
    if (!route->needs.empty()) {
        const model::Requirement* requirement = profile.requirement(route->needs);
        Asked asked;
        asked.there = requirement == nullptr;
        if (requirement != nullptr &&
            !ask(context,
                 *requirement,
                 requirement->login ? std::string(model::kLogIn) : "CONNECT",
                 "/",
                 "",
                 work,
                 asked))
            return false;
        if (!asked.there) {
            without(*requirement, asked, requirement->name, work);
            return true;
        }
    }
    if (!route->file.empty()) {
        const shell::FileInfo file = context.stat(route->file);
        if (file.exists) work.modified = file.modified;
        if (work.unread && file.exists) {
            set(work, route->status, route->content_type, {});
            work.unmade = static_cast<std::size_t>(file.size_bytes);
            return true;
        }
    }
    auto values = release_here(context);
    values["hostname"] = context.hostname();
    values["method"] = request.method;
    values["path"] = request.path;
    std::string body = model::fill_template(route->body, values);
    if (!route->file.empty() && !read_whole(context, route->file, body)) {
        set(work, 404, "text/plain", "404 page not found\n");
        return true;
    }
    set(work, route->status, route->content_type, body);
    return true;
}

// --- the to-do application ---

// Items come as a form ("item=milk"), as JSON ({"item": "milk"}) or plainly.
std::string item_of(const std::string& body) {
    const Json json = Json::parse(body, nullptr, false);
    if (json.is_object()) {
        for (const char* name : {"item", "text", "title", "name"}) {
            if (json.contains(name) && json[name].is_string()) return json[name].get<std::string>();
        }
    }
    if (json.is_string()) return json.get<std::string>();
    const auto equals = body.find('=');
    std::string text = equals == std::string::npos ? body : body.substr(equals + 1);
    text = text.substr(0, text.find('&'));
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            out += ' ';
        } else if (text[i] == '%' && i + 2 < text.size()) {
            const std::string digits = text.substr(i + 1, 2);
            if (digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos) return text;
            out += static_cast<char>(std::stoi(digits, nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return std::string(trim(out));
}

std::string page(const std::string& title, const Json& items) {
    std::string out = fmt::format("<!doctype html>\n<title>{}</title>\n<h1>{}</h1>\n<ul>\n", title, title);
    for (const Json& item : items) out += fmt::format("  <li>{}</li>\n", item.value("item", ""));
    return out + "</ul>\n";
}

bool todo_web(ProcessContext& context, const BehaviourProfile& profile, const ExchangeSpec& request, Work& work) {
    const std::string path = path_only(request.path);
    const bool listing = request.method == "GET" && (path == "/" || path == "/items");
    const bool adding = request.method == "POST" && (path == "/items" || path == "/");
    const bool deleting = request.method == "DELETE" && path.starts_with("/items/");
    if (!listing && !adding && !deleting) return routed(context, profile, request, work);
    const model::Requirement* requirement = profile.requirement(profile.todo.requirement);
    if (requirement == nullptr) {
        set(work, 500, "text/plain", "this application has no database\n");
        return true;
    }
    const std::string item = adding ? item_of(request.body) : std::string();
    if (adding && item.empty()) {
        set(work, 400, "text/plain", "say what is to be done: POST item=...\n");
        return true;
    }
    Asked asked;
    const std::string rows = deleting ? "/rows/" + path.substr(7) : "/rows";
    if (!ask(context, *requirement, request.method, rows, item, work, asked)) return false;
    if (!asked.there) {
        without(*requirement, asked, "the database", work);
        return true;
    }
    const Json items = Json::parse(asked.answer, nullptr, false);
    if (listing && path == "/") {
        set(work, 200, "text/html", page(profile.todo.title, items.is_array() ? items : Json::array()));
    } else {
        set(work, adding ? 201 : 200, "application/json", asked.answer);
    }
    return true;
}

// Rows are lines "number<tab>text" of a file below data_path, or of the database that the client
// has logged in to.
bool todo_database(ProcessContext& context, const BehaviourProfile& profile, const ExchangeSpec& request, Work& work) {
    if (model::asks_login(profile.engine) && work.database.empty()) {
        set(work, net::kNoDatabaseSelected, "text/plain", "No database selected");
        return true;
    }
    const std::string file =
        profile.engine == model::DatabaseEngine::Todo
            ? profile.data_path + "/rows"
            : work.database +
                  (profile.engine == model::DatabaseEngine::Postgres ? "/todo" : "/todo.ibd");
    std::string content;
    read_whole(context, file, content);
    Json rows = Json::array();
    std::int64_t highest = 0;
    std::string kept;
    std::int64_t removed = 0;
    if (request.method == "DELETE" && request.path.size() > 6) parse_integer(std::string_view(request.path).substr(6), removed);
    for (const std::string& line : split(content, '\n')) {
        const auto tab = line.find('\t');
        std::int64_t number = 0;
        if (tab == std::string::npos || !parse_integer(std::string_view(line).substr(0, tab), number)) continue;
        highest = std::max(highest, number);
        if (number == removed) continue;
        kept += line + "\n";
        rows.push_back({{"id", number}, {"item", line.substr(tab + 1)}});
    }
    if (request.method == "POST") {
        std::string item = request.body;
        std::replace(item.begin(), item.end(), '\n', ' ');
        if (!write_whole(context, file, fmt::format("{}\t{}\n", highest + 1, item), true)) {
            set(work, 507, "text/plain", "the disk is full\n");
            return true;
        }
        set(work, 201, "application/json", json_bytes(Json({{"id", highest + 1}, {"item", item}})) + "\n");
        return true;
    }
    if (request.method == "DELETE" && !write_whole(context, file, kept, false)) {
        set(work, 507, "text/plain", "the disk is full\n");
        return true;
    }
    set(work, 200, "application/json", json_bytes(rows) + "\n");
    return true;
}

// --- databases that are only there ---

// A server of another protocol closes the connection on a question it does not understand: code 0.
void database(ProcessContext& context, const BehaviourProfile& profile, const ExchangeSpec& request, RedisServer& redis, Work& work) {
    const bool asked_redis = profile.engine == model::DatabaseEngine::Redis && request.method == net::kPlainText;
    set(work, 0, "", asked_redis ? redis.answer(context, request.body) : std::string());
}

// The to-do application keeps its items in the database it was given: its own, or a table of a
// PostgreSQL's or MySQL's, which lets nobody do anything before he has logged in.
bool keeps_items(const BehaviourProfile& profile, const ExchangeSpec& request) {
    using enum model::DatabaseEngine;
    if (profile.engine == Todo) return true;
    return model::asks_login(profile.engine) && request.login != nullptr &&
           request.path.starts_with("/rows");
}

// --- a model server ---

constexpr std::int64_t kDownloadedPerSecond = 50'000'000;  // as its host pulls images

const model::ModelRule* model_of(const BehaviourProfile& profile, const Json& body) {
    std::string name = body.is_object() ? body.value("model", body.value("name", "")) : "";
    if (!name.empty() && name.find(':') == std::string::npos) name += ":latest";
    const auto known = std::find_if(profile.models.begin(), profile.models.end(), [&name](const model::ModelRule& rule) { return rule.name == name || rule.name + ":latest" == name; });
    return known == profile.models.end() ? nullptr : &*known;
}

bool model_server(ProcessContext& context, const BehaviourProfile& profile, const ExchangeSpec& request, Work& work) {
    const std::string path = path_only(request.path);
    const Json body = Json::parse(request.body, nullptr, false);
    std::string name = body.is_object() ? body.value("model", body.value("name", "")) : "";
    if (!name.empty() && name.find(':') == std::string::npos) name += ":latest";
    const auto known = std::find_if(profile.models.begin(), profile.models.end(), [&name](const model::ModelRule& rule) { return rule.name == name || rule.name + ":latest" == name; });
    const std::string file = fmt::format("{}/models/{}", profile.data_path, name);
    if (path == "/api/tags") {
        Json out;
        out["models"] = Json::array();
        const Duration skew = context.world().host(context.row().host).clock_skew;
        for (const model::ModelRule& rule : profile.models) {
            const shell::FileInfo kept = context.stat(fmt::format("{}/models/{}", profile.data_path, rule.name));
            if (!kept.exists) continue;
            Json one;
            one["name"] = rule.name;
            one["model"] = rule.name;
            one["modified_at"] = rfc3339_nano(kept.modified, skew);
            one["size"] = rule.size_bytes;
            one["digest"] = model::make_id("model", rule.name, 0);
            out["models"].push_back(std::move(one));
        }
        set(work, 200, "application/json", json_bytes(out) + "\n");
        return true;
    }
    if (path == "/api/ps") {  // none is kept loaded
        set(work, 200, "application/json", "{\"models\":[]}\n");
        return true;
    }
    if (path == "/api/delete" && request.method == "DELETE") {
        const bool there = known != profile.models.end() && context.remove(fmt::format("{}/models/{}", profile.data_path, known->name), false) == shell::Errno::None;
        set(work, there ? 200 : 404, "application/json", there ? "{}\n" : fmt::format("{{\"error\":\"model '{}' not found\"}}\n", name));
        return true;
    }
    if (path == "/api/pull") {
        if (known == profile.models.end()) {
            set(work, 500, "application/json", "{\"error\":\"pull model manifest: file does not exist\"}\n");
            return true;
        }
        int descriptor = -1;
        context.make_directory(profile.data_path + "/models", true);
        if (context.open(fmt::format("{}/models/{}", profile.data_path, known->name), shell::OpenMode::Write, descriptor) == shell::Errno::None) {
            const shell::Errno written = context.write_zeros(descriptor, known->size_bytes);
            model::count_download(context.world(), context.id(), known->size_bytes);
            context.close(descriptor);
            if (written == shell::Errno::None) {
                set(work, 200, "application/json", "{\"status\":\"success\"}\n");
                return true;
            }
        }
        set(work, 500, "application/json", "{\"error\":\"no space left on device\"}\n");
        return true;
    }
    if (path == "/api/generate" || path == "/api/chat") {
        if (known == profile.models.end() || !context.stat(fmt::format("{}/models/{}", profile.data_path, known->name)).exists) {
            set(work, 404, "application/json", fmt::format("{{\"error\":\"model '{}' not found, try pulling it first\"}}\n", name));
            return true;
        }
        Json out;
        out["model"] = known->name;
        out["response"] = "This answer is simulated: Podium models how long a model server takes, not what it says.";
        out["done"] = true;
        set(work, 200, "application/json", json_bytes(out) + "\n");
        return true;
    }
    return routed(context, profile, request, work);
}

}  // namespace

Duration begin_work(ProcessContext& context, const BehaviourProfile& profile, const ExchangeSpec& request, Work& work) {
    work.began = context.now();
    if (profile.kind == model::ServiceKind::ModelServer && request.path == "/api/pull") {
        // Nothing is fetched of a model that is there already.
        const model::ModelRule* wanted = model_of(profile, Json::parse(request.body, nullptr, false));
        const bool fetch = wanted != nullptr && !context.stat(fmt::format("{}/models/{}", profile.data_path, wanted->name)).exists;
        return profile.request_takes + (fetch ? milliseconds(wanted->size_bytes / (kDownloadedPerSecond / 1000)) : Duration{});
    }
    const Route* route = route_for(profile, request);
    if (route != nullptr && route->takes > Duration{}) return route->takes;
    if (profile.kind == model::ServiceKind::ModelServer && !profile.models.empty() && (request.path.starts_with("/api/generate") || request.path.starts_with("/api/chat"))) {
        const std::int64_t speed = std::max<std::int64_t>(1, profile.models.front().milli_tokens_per_second);
        return milliseconds(kAnswerTokens * 1'000'000 / speed);
    }
    return profile.request_takes;
}

bool continue_work(ProcessContext& context, const BehaviourProfile& profile, const ExchangeSpec& request, RedisServer& redis, Work& work) {
    switch (profile.kind) {
        case model::ServiceKind::TodoWeb: return todo_web(context, profile, request, work);
        case model::ServiceKind::ModelServer: return model_server(context, profile, request, work);
        case model::ServiceKind::Database:
            if (keeps_items(profile, request)) return todo_database(context, profile, request, work);
            database(context, profile, request, redis, work);
            return true;
        case model::ServiceKind::Http: return routed(context, profile, request, work);
        case model::ServiceKind::Tcp:
        case model::ServiceKind::Greeting:
        case model::ServiceKind::ShellOnly: set(work, 200, "text/plain", ""); return true;
    }
    return true;
}

}  // namespace podium::programs
