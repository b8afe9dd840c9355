#pragma once

// A variable that bash calls an indexed array: values by index, with gaps. The indices ascend; the
// array itself has no limit, whoever fills it keeps to those below (ShellState::too_large).
// Private to this folder.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace podium::shell {

inline constexpr std::size_t kMaxArrayElements = 65'536;
inline constexpr std::size_t kMaxArrayBytes = std::size_t{32} << 20;
inline constexpr std::int64_t kHighestArrayIndex = std::int64_t{1} << 62;

class IndexedArray {
  public:
    using Elements = std::map<std::int64_t, std::string>;

    /// The value of an index; null where there is none.
    [[nodiscard]] const std::string* find(std::int64_t index) const;
    /// Requires an index of 0 to kHighestArrayIndex.
    void set(std::int64_t index, std::string value);
    void erase(std::int64_t index);
    void clear();

    /// By ascending index.
    [[nodiscard]] const Elements& elements() const { return elements_; }

    /// One more than the highest index.
    [[nodiscard]] std::int64_t end_index() const { return elements_.empty() ? 0 : elements_.rbegin()->first + 1; }

    /// Of all values.
    [[nodiscard]] std::size_t text_bytes() const { return bytes_; }

    /// What it takes of memory, values and what holds them.
    [[nodiscard]] std::size_t bytes() const { return bytes_ + elements_.size() * kElementBytes; }

    /// "([0]="x" [3]="y z")", as `set` and `declare -p` show it.
    [[nodiscard]] std::string shown() const;

  private:
    static constexpr std::size_t kElementBytes = sizeof(Elements::value_type) + 4 * sizeof(void*);  // a node of the map

    Elements elements_;
    std::size_t bytes_ = 0;
};

/// "name[subscript]" in parts.
struct ElementName {
    std::string name;
    std::string subscript;
};

/// A word that names an element, be the subscript "@"; nothing where it is none (bash, arrayfunc.c: valid_array_reference).
std::optional<ElementName> split_element(std::string_view word);

}  // namespace podium::shell
