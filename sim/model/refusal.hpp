#pragma once

// What an engine answers when it does not do what it was asked: the status of the HTTP answer and the
// sentence of its "message". This is ordinary data of the simulated world, not an Error: the user's
// input was fine for Podium, and a simulated client has to print the sentence.

#include <string>
#include <utility>
#include <variant>

#include "sim/base/assert.hpp"

namespace podium::model {

struct Refusal {
    int status = 500;     ///< HTTP status: 400, 403, 404, 409, 500, 503.
    std::string message;  ///< The engine's sentence, word for word.

    bool operator==(const Refusal&) const = default;
};

/// The value asked for, or why there is none.
template <class T>
class [[nodiscard]] Outcome {
  public:
    Outcome(T value) : state_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
    Outcome(Refusal refusal) : state_(std::in_place_index<1>, std::move(refusal)) {}  // NOLINT(google-explicit-constructor)

    [[nodiscard]] bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    /// Requires ok().
    [[nodiscard]] const T& value() const {
        PODIUM_ASSERT(ok(), "an Outcome's value is read only when there is one");
        return *std::get_if<0>(&state_);
    }
    /// Requires !ok().
    [[nodiscard]] const Refusal& refusal() const {
        PODIUM_ASSERT(!ok(), "an Outcome's refusal is read only when there is one");
        return *std::get_if<1>(&state_);
    }
    const T& operator*() const { return value(); }
    const T* operator->() const { return &value(); }

  private:
    std::variant<T, Refusal> state_;
};

}  // namespace podium::model
