#pragma once

// One row of a recording: a JSON object whose fields are asked for by name.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace podium::conform {

// A row's fields by name. What is missing or of another kind than it should be is remembered, the
// first of it, so that a broken recording is refused and never read as zeros.
class JsonRow {
  public:
    using Json = nlohmann::ordered_json;

    explicit JsonRow(const Json& row) : row_(row) {}

    [[nodiscard]] const std::string& problem() const { return problem_; }
    void complain(std::string sentence);

    [[nodiscard]] const Json* find(const char* name) const;
    [[nodiscard]] bool has(const char* name) const { return find(name) != nullptr; }

    std::string text(const char* name);
    std::string needed_text(const char* name);
    double number(const char* name);
    double needed_number(const char* name);
    int integer(const char* name);
    int needed_integer(const char* name);
    bool flag(const char* name);
    std::vector<std::string> texts(const char* name);

  private:
    const Json& row_;
    std::string problem_;
};

}  // namespace podium::conform
