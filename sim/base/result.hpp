#pragma once

// Result<T>: a value, or an Error that a user can act on. Used wherever input from outside can be
// wrong; nothing throws across a folder, and library exceptions are caught in the file that calls
// the library.

#include <string>
#include <utility>
#include <variant>

#include "sim/base/assert.hpp"

namespace podium {

/// A place in a text a user wrote. Lines and columns count from 1; 0 means unknown.
struct Place {
    std::string file;
    int line = 0;
    int column = 0;

    bool operator==(const Place&) const = default;
    /// "file:line:column", leaving out what is unknown; empty when nothing is known.
    [[nodiscard]] std::string text() const;
};

/// What was wrong, where, and what to do next. All three are sentences or parts of one line.
struct Error {
    std::string message;
    Place place;
    std::string hint;

    /// One line: "file:line:column: message (hint)".
    [[nodiscard]] std::string text() const;
};

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }

    /// Requires ok().
    [[nodiscard]] T& value() {
        PODIUM_ASSERT(ok(), "a Result's value is read only when there is one");
        return *std::get_if<0>(&state_);
    }
    [[nodiscard]] const T& value() const {
        PODIUM_ASSERT(ok(), "a Result's value is read only when there is one");
        return *std::get_if<0>(&state_);
    }
    /// Requires !ok().
    [[nodiscard]] const Error& error() const {
        PODIUM_ASSERT(!ok(), "a Result's error is read only when there is one");
        return *std::get_if<1>(&state_);
    }
    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

  private:
    std::variant<T, Error> state_;
};

/// A Result without a value: either all went well or there is an Error.
template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : failed_(true), error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return !failed_; }
    explicit operator bool() const { return ok(); }
    /// Requires !ok().
    [[nodiscard]] const Error& error() const {
        PODIUM_ASSERT(failed_, "a Result's error is read only when there is one");
        return error_;
    }

  private:
    bool failed_ = false;
    Error error_;
};

}  // namespace podium
