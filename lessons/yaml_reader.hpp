#pragma once

// Reads the small YAML texts of a lesson with the place of every mistake: unknown keys are refused
// with the nearest known one, types are checked, and the first mistake is kept.

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"

namespace YAML {
class Node;
}

namespace podium::lessons {

class YamlReader {
  public:
    /// `first_line` is the text's in `file`.
    YamlReader(const std::string& text, std::string file, int first_line);
    ~YamlReader();
    YamlReader(const YamlReader&) = delete;
    YamlReader& operator=(const YamlReader&) = delete;
    YamlReader(YamlReader&&) noexcept;
    YamlReader& operator=(YamlReader&&) = delete;

    /// The first mistake found so far, by any reader made from this one.
    [[nodiscard]] const std::optional<Error>& error() const;
    /// Keeps a mistake about this whole value, unless there is one already.
    void fail(std::string sentence, std::string hint = {});
    [[nodiscard]] Place place() const;

    /// A mapping with no keys but these, each at most once.
    bool is_map(std::initializer_list<std::string_view> keys);
    [[nodiscard]] bool has(const std::string& key) const;
    /// What stands at a key; a reader of nothing when it is absent.
    [[nodiscard]] YamlReader at(const std::string& key) const;
    /// This value as a text.
    std::string text();
    std::string text(const std::string& key, std::string otherwise = {});
    /// As text(), and a mistake when it is absent or empty.
    std::string required(const std::string& key);
    std::int64_t number(const std::string& key,
                        std::int64_t otherwise,
                        std::int64_t least,
                        std::int64_t most);
    bool boolean(const std::string& key, bool otherwise);
    std::vector<std::string> texts(const std::string& key);
    /// A sequence's parts (an absent key has none).
    [[nodiscard]] std::vector<YamlReader> items();
    [[nodiscard]] std::vector<YamlReader> items(const std::string& key);
    /// A mapping's texts in their order.
    std::vector<std::pair<std::string, std::string>> pairs(const std::string& key);

  private:
    struct Shared;
    YamlReader(std::shared_ptr<Shared> shared, const YAML::Node& node, std::string what, int line);

    std::shared_ptr<Shared> shared_;
    std::unique_ptr<YAML::Node> node_;
    std::string what_;  // "answers", for sentences
    int line_ = 0;
};

}  // namespace podium::lessons
