#include "tests/compose_file/support.hpp"

#include <catch2/catch.hpp>

#include "sim/base/text.hpp"

namespace podium::compose::test {

Result<std::string> Files::read(const std::string& path) const {
    const auto found = files_.find(path);
    if (found == files_.end())
        return Error{"open " + path + ": no such file or directory", {path, 0, 0}, ""};
    return found->second;
}

bool Files::exists(const std::string& path) const {
    return files_.count(path) > 0 || is_directory(path);
}

bool Files::is_directory(const std::string& path) const {
    const auto next = files_.lower_bound(path + "/");
    return next != files_.end() && next->first.starts_with(path + "/");
}

LoadRequest request_for(const Files& files) {
    LoadRequest request;
    request.files = &files;
    request.working_directory = "/app";
    request.environment = {{"HOME", "/home/me"}};
    return request;
}

Project load_ok(const LoadRequest& request) {
    Result<Project> project = load(request);
    INFO((project ? std::string() : project.error().text()));
    REQUIRE(project.ok());
    return std::move(*project);
}

namespace {

Result<Project> load_one(const std::string& text,
                         std::map<std::string, std::string> environment,
                         Dialect dialect) {
    Files files;
    files.put(dialect == Dialect::V1 ? "/app/docker-compose.yml" : "/app/compose.yaml", text);
    LoadRequest request = request_for(files);
    for (auto& [name, value] : environment)
        request.environment[name] = value;
    request.dialect = dialect;
    return load(request);
}

Project accepted(Result<Project> project, const std::string& text) {
    INFO(text);
    INFO((project ? std::string() : project.error().text()));
    REQUIRE(project.ok());
    return std::move(*project);
}

Error refused(const Result<Project>& project, const std::string& text) {
    INFO(text);
    REQUIRE(!project.ok());
    CHECK(!project.error().hint.empty());
    return project.error();
}

}  // namespace

Project load_ok(const std::string& text, std::map<std::string, std::string> environment) {
    return accepted(load_one(text, std::move(environment), Dialect::V2), text);
}

Project load_ok_v1(const std::string& text, std::map<std::string, std::string> environment) {
    return accepted(load_one(text, std::move(environment), Dialect::V1), text);
}

Error load_error(const std::string& text, std::map<std::string, std::string> environment) {
    return refused(load_one(text, std::move(environment), Dialect::V2), text);
}

Error load_error_v1(const std::string& text) {
    return refused(load_one(text, {}, Dialect::V1), text);
}

Error load_error(const LoadRequest& request) {
    const Result<Project> project = load(request);
    return refused(project, "");
}

std::string at(const Place& place) {
    return std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string at(const Error& error) {
    return at(error.place);
}

std::string web(const std::string& lines) {
    std::string text = "services:\n  web:\n    image: nginx\n";
    for (const std::string& line : split(lines, '\n'))
        text += "    " + line + "\n";
    return text;
}

Service web_service(const std::string& lines) {
    const Project project = load_ok(web(lines));
    const Service* service = project.find_service("web");
    REQUIRE(service != nullptr);
    return *service;
}

std::string shown(const std::vector<Pair>& pairs) {
    std::string out;
    for (const Pair& pair : pairs)
        out += (out.empty() ? "" : " ") + pair.name + "=" + pair.value;
    return out;
}

std::string shown(const std::vector<EnvironmentVariable>& variables) {
    std::string out;
    for (const EnvironmentVariable& variable : variables) {
        out += (out.empty() ? "" : " ") + variable.name +
               (variable.value ? "=" + *variable.value : "");
    }
    return out;
}

bool is_listed(const Project& project, const std::string& path) {
    for (const Unsimulated& entry : project.unsimulated) {
        if (entry.path == path) return true;
    }
    return false;
}

// The attribute is read, kept in the model, and listed as not simulated at its place.
void check_listed(const std::string& lines, const std::string& key) {
    const Project project = load_ok(web(lines));
    CHECK(is_listed(project, "services.web." + key));
    CHECK(node_at(project.model, "services.web." + key) != nullptr);
    for (const Unsimulated& entry : project.unsimulated) {
        CHECK(entry.place.line >= 4);
        CHECK(entry.sentence.find("'") == 0);
        CHECK(entry.sentence.back() == '.');
    }
}

}  // namespace podium::compose::test
