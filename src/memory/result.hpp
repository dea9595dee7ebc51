// Result<T>: a value, or the news that an exception is pending in the thread
// state. Every function that can raise returns one; ignoring it is an error.
//
//   Result<void>          done, or failed
//   Result<Ref<T>>        a new reference, or failed; pointer-sized
//   Result<OptRef<T>>     a new reference, nothing (not found, exhausted), or failed
//   Result<T>             a plain value (bool, Py_ssize_t, Object* ...), or failed
//
// Not finding something and running out of items are values, not failures.
//
//   Ref<Object> item = TRY(getitem(ts, container, key));   // returns early on failure
//   MUST(list_append(ts, list, item));                     // cannot fail here: asserts
#pragma once

#include <cstdlib>
#include <optional>

#include "memory/reference.hpp"

namespace orochi {

// What a failing function returns: `return failure;` after the exception is set.
struct Failure {};
inline constexpr Failure failure{};

template <class T>
class [[nodiscard]] Result {
public:
    Result(Failure) {}
    Result(T value) : value_(std::move(value)) {}
    bool ok() const { return value_.has_value(); }
    explicit operator bool() const = delete;
    T take() && { return *std::move(value_); }

private:
    std::optional<T> value_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() : ok_(true) {}
    Result(Failure) : ok_(false) {}
    bool ok() const { return ok_; }
    void take() && {}

private:
    bool ok_;
};

template <class T>
class [[nodiscard]] Result<Ref<T>> {
public:
    Result(Failure) : object_(nullptr) {}
    Result(Ref<T>&& value) : object_(std::move(value).release()) {}
    template <class U>
    requires(!std::is_same_v<U, T> && std::is_same_v<T, Object>) Result(Ref<U>&& value)
        : object_(obj(std::move(value).release())) {}
    template <class U>
    requires(!std::is_same_v<U, T> && std::is_same_v<T, Object>) Result(Result<Ref<U>>&& other)
        : object_(reinterpret_cast<Object*>(std::move(other).release())) {}
    Result(Result&& other) noexcept : object_(other.object_) { other.object_ = nullptr; }
    Result& operator=(Result&&) = delete;
    ~Result() { decref_optional(object_); }

    // Adopts what a C function returned: a new reference, or null with an exception set.
    static Result adopt(T* object) {
        Result result{failure};
        result.object_ = object;
        return result;
    }

    bool ok() const { return object_ != nullptr; }
    Ref<T> take() && {
        T* object = object_;
        object_ = nullptr;
        return Ref<T>::steal(object);
    }
    // For the C boundary: the reference, or null on failure.
    [[nodiscard]] T* release() && {
        T* object = object_;
        object_ = nullptr;
        return object;
    }

private:
    T* object_;
};

template <class T>
class [[nodiscard]] Result<OptRef<T>> {
public:
    Result(Failure) : ok_(false) {}
    Result(std::nullptr_t) : ok_(true) {}
    Result(OptRef<T>&& value) : ok_(true), value_(std::move(value)) {}
    template <class U>
    Result(Ref<U>&& value) : ok_(true), value_(std::move(value)) {}
    template <class U>
    Result(Result<Ref<U>>&& other) : ok_(other.ok()) {
        if (ok_) value_ = OptRef<T>(std::move(other).take());
    }
    Result(Result&&) noexcept = default;
    bool ok() const { return ok_; }
    OptRef<T> take() && { return std::move(value_); }

private:
    bool ok_;
    OptRef<T> value_;
};

#define OROCHI_CONCAT_(a, b) a##b
#define OROCHI_CONCAT(a, b) OROCHI_CONCAT_(a, b)

// The value of a Result expression; on failure the enclosing function returns failure.
#define TRY(...)                              \
    ({                                        \
        auto&& orochi_result = (__VA_ARGS__); \
        if (!orochi_result.ok()) [[unlikely]] \
            return ::orochi::Failure{};       \
        std::move(orochi_result).take();      \
    })

// The same where the function returns something else on failure.
#define TRY_OR(fallback, ...)                 \
    ({                                        \
        auto&& orochi_result = (__VA_ARGS__); \
        if (!orochi_result.ok()) [[unlikely]] \
            return fallback;                  \
        std::move(orochi_result).take();      \
    })

// The value of a Result expression that cannot fail here.
#define MUST(...)                             \
    ({                                        \
        auto&& orochi_result = (__VA_ARGS__); \
        if (!orochi_result.ok()) [[unlikely]] \
            std::abort();                     \
        std::move(orochi_result).take();      \
    })

#ifdef OROCHI_ASSERTIONS
#define ASSERT(condition) ((condition) ? (void)0 : std::abort())
#else
#define ASSERT(condition) ((void)sizeof((condition) ? 1 : 0))
#endif

// Results as the C API returns them: NULL or -1 with the exception pending.
template <class T>
inline Object* to_c(Result<Ref<T>>&& result) {
    return reinterpret_cast<Object*>(std::move(result).release());
}
inline int to_c(Result<void>&& result) { return result.ok() ? 0 : -1; }
inline int to_c(Result<bool>&& result) { return result.ok() ? std::move(result).take() : -1; }
template <class T>
requires std::is_arithmetic_v<T>
inline T to_c(Result<T>&& result) { return result.ok() ? std::move(result).take() : T(-1); }
// A borrowed object or null: null means absent as well as failed.
template <class T>
inline Object* to_c(Result<T*>&& result) {
    return result.ok() ? reinterpret_cast<Object*>(std::move(result).take()) : nullptr;
}

}  // namespace orochi
