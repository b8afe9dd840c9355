#pragma once

// RareVector: a list that nearly all rows have nothing in. Empty it takes a pointer's room.

#include <cstddef>
#include <utility>
#include <vector>

#include "sim/base/box.hpp"

namespace podium {

template <class T>
class RareVector {
  public:
    using Vector = std::vector<T>;
    using const_iterator = typename Vector::const_iterator;

    RareVector() = default;
    RareVector(Vector values) {  // NOLINT(google-explicit-constructor)
        if (!values.empty()) values_.ensure() = std::move(values);
    }

    [[nodiscard]] const Vector& vector() const {
        static const Vector kNone;
        return values_ ? *values_ : kNone;
    }
    operator const Vector&() const { return vector(); }  // NOLINT(google-explicit-constructor)
    void push_back(T value) { values_.ensure().push_back(std::move(value)); }
    [[nodiscard]] const_iterator begin() const { return vector().begin(); }
    [[nodiscard]] const_iterator end() const { return vector().end(); }
    [[nodiscard]] const T& front() const { return vector().front(); }
    [[nodiscard]] bool empty() const { return !values_ || values_->empty(); }
    [[nodiscard]] std::size_t size() const { return values_ ? values_->size() : 0; }

    friend bool operator==(const RareVector& a, const RareVector& b) {
        if (a.empty() || b.empty()) return a.empty() && b.empty();
        return *a.values_ == *b.values_;
    }

  private:
    Box<Vector> values_;
};

}  // namespace podium
