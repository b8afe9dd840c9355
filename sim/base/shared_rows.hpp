#pragma once

// Rows in order, as a vector has them, of which copies share what is full: rows stand in blocks, a full
// block never changes and is shared by all copies, and only the last, open one is copied. So a copy costs a
// pointer for each block and the open one's rows, however long the rows are. Rows are added, changed and taken
// away at the end alone. Copies may be read on other threads.

#include <compare>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "sim/base/assert.hpp"

namespace podium {

template <class Row>
class SharedRows {
  public:
    static constexpr std::size_t kRowsPerBlock = 128;

    /// Of random access, for as long as the rows stay as they are.
    class const_iterator {
      public:
        using iterator_category = std::random_access_iterator_tag;
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        using pointer = const Row*;
        using reference = const Row&;

        const_iterator() = default;
        const_iterator(const SharedRows* rows, difference_type at) : rows_(rows), at_(at) {}

        reference operator*() const { return (*rows_)[static_cast<std::size_t>(at_)]; }
        pointer operator->() const { return &**this; }
        reference operator[](difference_type by) const { return *(*this + by); }
        const_iterator& operator+=(difference_type by) {
            at_ += by;
            return *this;
        }
        const_iterator& operator-=(difference_type by) { return *this += -by; }
        const_iterator& operator++() { return *this += 1; }
        const_iterator& operator--() { return *this += -1; }
        const_iterator operator++(int) { return std::exchange(*this, *this + 1); }
        const_iterator operator--(int) { return std::exchange(*this, *this - 1); }
        friend const_iterator operator+(const_iterator from, difference_type by) { return from += by; }
        friend const_iterator operator+(difference_type by, const_iterator from) { return from += by; }
        friend const_iterator operator-(const_iterator from, difference_type by) { return from -= by; }
        friend difference_type operator-(const const_iterator& one, const const_iterator& other) { return one.at_ - other.at_; }
        friend bool operator==(const const_iterator& one, const const_iterator& other) { return one.at_ == other.at_; }
        friend std::strong_ordering operator<=>(const const_iterator& one, const const_iterator& other) { return one.at_ <=> other.at_; }

      private:
        const SharedRows* rows_ = nullptr;
        difference_type at_ = 0;
    };

    using value_type = Row;

    SharedRows() = default;
    // NOLINTNEXTLINE(google-explicit-constructor): whoever has a vector may give it.
    SharedRows(const std::vector<Row>& rows) {
        for (const Row& row : rows) push_back(row);
    }
    SharedRows(std::initializer_list<Row> rows) {
        for (const Row& row : rows) push_back(row);
    }

    [[nodiscard]] std::size_t size() const { return full_.size() * kRowsPerBlock + open_.size(); }
    /// The open block is empty only where there are no rows at all, so that the last one can always be changed.
    [[nodiscard]] bool empty() const { return open_.empty(); }
    /// Requires a row there.
    [[nodiscard]] const Row& operator[](std::size_t at) const {
        const std::size_t block = at / kRowsPerBlock;
        return block < full_.size() ? (*full_[block])[at % kRowsPerBlock] : open_[at % kRowsPerBlock];
    }
    [[nodiscard]] const Row& front() const { return (*this)[0]; }
    /// Requires a row.
    [[nodiscard]] const Row& back() const { return open_.back(); }
    /// Requires a row.
    [[nodiscard]] Row& back() { return open_.back(); }
    [[nodiscard]] const_iterator begin() const { return {this, 0}; }
    [[nodiscard]] const_iterator end() const { return {this, static_cast<std::ptrdiff_t>(size())}; }

    void push_back(Row row) {
        if (open_.size() == kRowsPerBlock) {
            full_.push_back(std::make_shared<const std::vector<Row>>(std::move(open_)));
            open_ = {};
        }
        open_.push_back(std::move(row));
    }
    /// Requires a row.
    void pop_back() {
        PODIUM_ASSERT(!open_.empty(), "a row is taken away where there is none");
        open_.pop_back();
        if (!open_.empty() || full_.empty()) return;
        open_ = *full_.back();
        full_.pop_back();
    }

    /// Whether this and another have the same memory for a row: nothing was copied.
    [[nodiscard]] bool shares(const SharedRows& other, std::size_t at) const { return at < size() && at < other.size() && &(*this)[at] == &other[at]; }

    friend bool operator==(const SharedRows& one, const SharedRows& other) {
        if (one.size() != other.size()) return false;
        for (std::size_t block = 0; block < one.full_.size(); ++block)
            if (one.full_[block] != other.full_[block] && *one.full_[block] != *other.full_[block]) return false;
        return one.open_ == other.open_;
    }

  private:
    std::vector<std::shared_ptr<const std::vector<Row>>> full_;  // each of kRowsPerBlock rows
    std::vector<Row> open_;                                      // at most so many
};

}  // namespace podium
