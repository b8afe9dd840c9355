#pragma once

// Box<T>: an optional value on the heap that is copied with its owner. It keeps a hot row small
// without giving up that the whole state is one copyable value. T may be incomplete where the Box
// is declared. For polymorphic T, give it `std::unique_ptr<T> clone() const`.

#include <concepts>
#include <memory>
#include <utility>

namespace podium {

template <class T>
concept Clonable = requires(const T& value) {
    { value.clone() } -> std::convertible_to<std::unique_ptr<T>>;
};

template <class T>
class Box {
  public:
    Box() = default;
    Box(std::unique_ptr<T> value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
    Box(const Box& other) : value_(copy_of(other.value_)) {}
    Box(Box&&) noexcept = default;
    Box& operator=(const Box& other) {
        if (this != &other) value_ = copy_of(other.value_);
        return *this;
    }
    Box& operator=(Box&&) noexcept = default;
    ~Box() = default;

    explicit operator bool() const { return value_ != nullptr; }
    T* get() { return value_.get(); }
    const T* get() const { return value_.get(); }
    T& operator*() { return *value_; }
    const T& operator*() const { return *value_; }
    T* operator->() { return value_.get(); }
    const T* operator->() const { return value_.get(); }
    void reset() { value_.reset(); }
    /// The value, made first if there is none yet.
    T& ensure() {
        if (!value_) value_ = std::make_unique<T>();
        return *value_;
    }

  private:
    static std::unique_ptr<T> copy_of(const std::unique_ptr<T>& from) {
        if (!from) return nullptr;
        if constexpr (Clonable<T>) {
            return from->clone();
        } else {
            return std::make_unique<T>(*from);
        }
    }

    std::unique_ptr<T> value_;
};

}  // namespace podium
