// An optional whose value is on the heap.
#pragma once

#include <memory>
#include <utility>

namespace autossh {

/// For what is large and seldom there: a thousand tunnels have one each, and without its value it takes no
/// more than a pointer.
template <typename Value>
class Boxed {
public:
    Boxed() = default;
    Boxed(Value value) : value_(std::make_unique<Value>(std::move(value))) {}
    Boxed(const Boxed& other) : value_(other ? std::make_unique<Value>(*other) : nullptr) {}
    Boxed(Boxed&&) = default;
    Boxed& operator=(Boxed other)
    {
        value_ = std::move(other.value_);
        return *this;
    }
    ~Boxed() = default;

    explicit operator bool() const { return value_ != nullptr; }
    bool has_value() const { return value_ != nullptr; }
    Value& operator*() { return *value_; }
    const Value& operator*() const { return *value_; }
    Value* operator->() { return value_.get(); }
    const Value* operator->() const { return value_.get(); }
    void reset() { value_.reset(); }

    /// That there is one from now on, if need be a new one of default values.
    Value& make()
    {
        if (!value_)
            value_ = std::make_unique<Value>();
        return *value_;
    }

private:
    std::unique_ptr<Value> value_;
};

}  // namespace autossh
