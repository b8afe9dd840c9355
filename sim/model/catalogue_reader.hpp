#pragma once

// Reads values out of a YAML mapping, strictly: an unknown or doubled key, a wrong kind of value or one
// out of range is the reader's error, with its place. After the first error every call does nothing,
// so that a caller reads everything it wants and asks once. Used for the images' catalogue and for cluster files.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"

namespace YAML {
class Node;
}

namespace podium::model {

class CatalogueReader {
  public:
    explicit CatalogueReader(std::string filename) : filename_(std::move(filename)) {}

    [[nodiscard]] bool failed() const { return error_.has_value(); }
    /// Requires failed().
    [[nodiscard]] const Error& error() const { return *error_; }
    void fail(const YAML::Node& at, std::string message, std::string hint = {});

    /// Checks that `node` is a mapping with no other keys than `keys`, each once.
    void expect_keys(const YAML::Node& node, std::string_view what, std::initializer_list<std::string_view> keys);
    /// The value of a key if it is there and not null.
    [[nodiscard]] std::optional<YAML::Node> find(const YAML::Node& map, std::string_view key);
    /// The elements of a sequence under a key; none when the key is not there.
    [[nodiscard]] std::vector<YAML::Node> sequence(const YAML::Node& map, std::string_view key);

    // Each reads a key into `out`, which keeps its value when the key is not there.
    void text(const YAML::Node& map, std::string_view key, std::string& out);
    void texts(const YAML::Node& map, std::string_view key, std::vector<std::string>& out);
    void flag(const YAML::Node& map, std::string_view key, bool& out);
    void duration(const YAML::Node& map, std::string_view key, Duration& out);
    /// Bytes: "512", "10kB", "78.1MB", "4GB" (thousands), "64KiB", "16MiB", "1GiB".
    void size(const YAML::Node& map, std::string_view key, std::int64_t& out);
    void number(const YAML::Node& map, std::string_view key, std::int64_t& out, std::int64_t low, std::int64_t high);
    void number(const YAML::Node& map, std::string_view key, int& out, int low, int high);
    void port(const YAML::Node& map, std::string_view key, std::uint16_t& out);
    /// One of a list of words.
    template <class Enumerator, std::size_t Count>
    void choice(const YAML::Node& map, std::string_view key, Enumerator& out,
                const std::pair<std::string_view, Enumerator> (&words)[Count]) {
        std::string word;
        text(map, key, word);
        if (failed() || word.empty()) return;
        std::vector<std::string> known;
        for (const auto& [name, value] : words) {
            if (name == word) {
                out = value;
                return;
            }
            known.emplace_back(name);
        }
        refuse_word(map, key, word, known);
    }

  private:
    void refuse_word(const YAML::Node& map, std::string_view key, const std::string& word,
                     const std::vector<std::string>& known);

    std::string filename_;
    std::optional<Error> error_;
};

}  // namespace podium::model
