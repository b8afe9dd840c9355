#pragma once

// What the tests of the Compose file loader share: files in memory, and short ways to load a text
// and look at what came of it.

#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/files.hpp"
#include "sim/programs/compose_file/load.hpp"

namespace podium::compose::test {

/// Files by absolute path.
class Files : public FileReader {
  public:
    Files() = default;

    Files(std::initializer_list<std::pair<const std::string, std::string>> files) : files_(files) {}

    void put(const std::string& path, std::string text) { files_[path] = std::move(text); }

    [[nodiscard]] Result<std::string> read(const std::string& path) const override;
    [[nodiscard]] bool exists(const std::string& path) const override;
    [[nodiscard]] bool is_directory(const std::string& path) const override;

    [[nodiscard]] std::vector<std::string> list(const std::string& folder) const override {
        return names_in(files_, folder);
    }

  private:
    std::map<std::string, std::string> files_;
};

/// A request for the files in /app.
LoadRequest request_for(const Files& files);
/// /app/compose.yaml with this text, loaded. A failure is reported by its whole text.
Project load_ok(const std::string& text, std::map<std::string, std::string> environment = {});
/// The project of files in /app; a failure is reported.
Project load_ok(const LoadRequest& request);
/// The error of a text that must be refused.
Error load_error(const std::string& text, std::map<std::string, std::string> environment = {});
Error load_error(const LoadRequest& request);
/// The same read as docker-compose 1.29 does.
Error load_error_v1(const std::string& text);
Project load_ok_v1(const std::string& text, std::map<std::string, std::string> environment = {});
/// "line:column" of an error.
std::string at(const Error& error);
std::string at(const Place& place);
/// A service's YAML under services: web: with an image.
std::string web(const std::string& lines);
/// The only service of a project made of web(lines).
Service web_service(const std::string& lines);

using Texts = std::vector<std::string>;

/// "name=value name=value"; a variable without a value is its name alone.
std::string shown(const std::vector<Pair>& pairs);
std::string shown(const std::vector<EnvironmentVariable>& variables);
/// Whether the path is among what is not simulated.
bool is_listed(const Project& project, const std::string& path);
/// The attribute is read, kept in the model, and listed as not simulated at its place.
void check_listed(const std::string& lines, const std::string& key);

}  // namespace podium::compose::test
