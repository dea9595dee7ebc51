// How a native function's C++ parameters receive Python arguments, and how its result goes back.
//
//   Object&            any object                     Object*          any object, null when not given
//   Str& Bytes& ...    an instance of that type       Str* ...         the same, null when not given
//   Py_ssize_t int unsigned long long-long double bool char32_t        converted; defaults come from the signature
//   std::string_view   a str as UTF-8, without null characters
//   BufferView         a bytes-like object, C-contiguous, held while the function runs
//   Rest               *args                          Keywords         **kwargs, null when none
//                      (these two come last, in this order, wherever the signature has them)
//
// The conversions raise what CPython's argument parsing raises.
#pragma once

#include <string_view>

#include "memory/result.hpp"
#include "objects/signature.hpp"
#include "objects/singletons.hpp"

namespace orochi {

// Where an argument stands, for messages: "f() argument 2 must be str, not int", or "argument 'sep' must be ...".
struct ArgumentPlace {
    const Signature& signature;
    int index;
};

struct Rest {
    Object* const* items;
    Py_ssize_t count;
    Object* const* begin() const { return items; }
    Object* const* end() const { return items + count; }
    Py_ssize_t size() const { return count; }
    Object& operator[](Py_ssize_t i) const { return *items[i]; }
};

struct Keywords {
    Dict* dict;  // null: none given. Owned by the call.
};

// A buffer that is released at the end of the scope.
class BufferView {
public:
    BufferView() { view_.obj = nullptr; }
    BufferView(BufferView&& other) noexcept : view_(other.view_) { other.view_.obj = nullptr; }
    BufferView& operator=(BufferView&& other) noexcept {
        release();
        view_ = other.view_;
        other.view_.obj = nullptr;
        return *this;
    }
    ~BufferView() { release(); }
    const unsigned char* data() const { return static_cast<const unsigned char*>(view_.buf); }
    unsigned char* writable_data() const { return static_cast<unsigned char*>(view_.buf); }
    Py_ssize_t size() const { return view_.len; }
    bool given() const { return view_.obj != nullptr; }
    std::string_view text() const { return {static_cast<const char*>(view_.buf), size_t(view_.len)}; }
    Py_buffer& raw() { return view_; }
    void release();

private:
    Py_buffer view_;
};
// The same, writable ("read-write bytes-like object").
struct WritableBufferView : BufferView {};

// Out-of-line conversions.
Result<Py_ssize_t> convert_ssize(ThreadState& ts, Object& value);
Result<int> convert_int(ThreadState& ts, Object& value);
Result<unsigned> convert_unsigned_mask(ThreadState& ts, Object& value);
Result<long> convert_long(ThreadState& ts, Object& value);
Result<long long> convert_long_long(ThreadState& ts, Object& value);
Result<unsigned long> convert_unsigned_long_mask(ThreadState& ts, Object& value);
Result<unsigned long long> convert_unsigned_long_long_mask(ThreadState& ts, Object& value);
Result<double> convert_double(ThreadState& ts, Object& value);
Result<bool> convert_bool(ThreadState& ts, Object& value);
Result<char32_t> convert_character(ThreadState& ts, Object& value, const ArgumentPlace& place);
Result<std::string_view> convert_text(ThreadState& ts, Object& value, const ArgumentPlace& place);
Result<BufferView> convert_buffer(ThreadState& ts, Object& value, const ArgumentPlace& place);
Result<WritableBufferView> convert_writable_buffer(ThreadState& ts, Object& value, const ArgumentPlace& place);
// "f() argument 1 must be str, not int" with CPython's choice between number and name.
[[gnu::cold]] Failure raise_argument_type(ThreadState& ts, const ArgumentPlace& place, const char* expected,
                                          Object& value);

// The Python type that a struct parameter stands for.
template <class T>
struct TypeOf;
#define OROCHI_TYPE_OF(STRUCT, TEXT, CHECK)                          \
    template <>                                                      \
    struct TypeOf<STRUCT> {                                          \
        static constexpr const char* name = TEXT;                    \
        static bool check(Object& object) { return CHECK(&object); } \
    };
OROCHI_TYPE_OF(Str, "str", PyUnicode_Check)
OROCHI_TYPE_OF(Bytes, "bytes", PyBytes_Check)
OROCHI_TYPE_OF(ByteArray, "bytearray", PyByteArray_Check)
OROCHI_TYPE_OF(Int, "int", PyLong_Check)
OROCHI_TYPE_OF(Float, "float", PyFloat_Check)
OROCHI_TYPE_OF(List, "list", PyList_Check)
OROCHI_TYPE_OF(Tuple, "tuple", PyTuple_Check)
OROCHI_TYPE_OF(Dict, "dict", PyDict_Check)
OROCHI_TYPE_OF(Set, "set", PySet_Check)
OROCHI_TYPE_OF(Type, "type", PyType_Check)
OROCHI_TYPE_OF(Code, "code", PyCode_Check)
OROCHI_TYPE_OF(Function, "function", PyFunction_Check)
OROCHI_TYPE_OF(Cell, "cell", PyCell_Check)
OROCHI_TYPE_OF(Slice, "slice", PySlice_Check)

// Default values as the signature writes them.
consteval long long parse_default_number(std::string_view text) {
    if (text == "sys.maxsize") return PY_SSIZE_T_MAX;
    if (text == "-sys.maxsize - 1") return PY_SSIZE_T_MIN;
    if (text == "True") return 1;
    if (text == "False" || text == "None" || text.empty() || text == "<unrepresentable>") return 0;
    bool negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    long long value = 0;
    if (text.starts_with("0x")) {
        for (char c : text.substr(2)) value = value * 16 + (c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    } else {
        for (char c : text) {
            if (c == '.') break;
            if (c < '0' || c > '9') signature_error("this default cannot be read: take an Object* instead");
            value = value * 10 + (c - '0');
        }
    }
    return negative ? -value : value;
}
consteval double parse_default_double(std::string_view text) {
    if (text.empty() || text == "None") return 0;
    bool negative = text.front() == '-';
    if (negative) text.remove_prefix(1);
    double value = 0, scale = 0;
    for (char c : text) {
        if (c == '.') {
            scale = 1;
        } else if (c < '0' || c > '9') {
            signature_error("this default cannot be read: take an Object* instead");
        } else {
            value = value * 10 + (c - '0');
            scale *= 10;
        }
    }
    if (scale > 1) value /= scale;
    return negative ? -value : value;
}
consteval std::string_view parse_default_text(std::string_view text) {
    if (text.size() >= 2 && (text.front() == '\'' || text.front() == '"')) return text.substr(1, text.size() - 2);
    return {};
}

// Holder<P>: storage for one converted argument and its conversion. `Sig::value` is the Signature.
template <class P, class Sig, int Index>
struct Holder;

template <class Sig, int Index>
struct Holder<Object&, Sig, Index> {
    Object* value;
    Result<void> set(ThreadState&, Object* argument) {
        value = argument;
        return {};
    }
    Object& get() { return *value; }
};
template <class Sig, int Index>
struct Holder<Object*, Sig, Index> {
    Object* value;
    Result<void> set(ThreadState&, Object* argument) {
        value = argument;
        return {};
    }
    Object* get() { return value; }
};
template <class T, class Sig, int Index>
struct Holder<T&, Sig, Index> {
    Object* value;
    Result<void> set(ThreadState& ts, Object* argument) {
        if (!TypeOf<T>::check(*argument)) [[unlikely]]
            return raise_argument_type(ts, {Sig::value, Index}, TypeOf<T>::name, *argument);
        value = argument;
        return {};
    }
    T& get() { return as<T>(*value); }
};
template <class T, class Sig, int Index>
struct Holder<T*, Sig, Index> {
    Object* value = nullptr;
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument && !TypeOf<T>::check(*argument)) [[unlikely]]
            return raise_argument_type(ts, {Sig::value, Index}, TypeOf<T>::name, *argument);
        value = argument;
        return {};
    }
    T* get() { return as<T>(value); }
};

#define OROCHI_HOLDER(TYPE, CONVERT, DEFAULT)                                      \
    template <class Sig, int Index>                                                \
    struct Holder<TYPE, Sig, Index> {                                              \
        TYPE value;                                                                \
        Result<void> set(ThreadState& ts, Object* argument) {                      \
            if (!argument) {                                                       \
                constexpr auto fallback = DEFAULT(Sig::value.default_text(Index)); \
                value = static_cast<TYPE>(fallback);                               \
                return {};                                                         \
            }                                                                      \
            value = TRY(CONVERT);                                                  \
            return {};                                                             \
        }                                                                          \
        TYPE get() { return value; }                                               \
    };
OROCHI_HOLDER(Py_ssize_t, convert_ssize(ts, *argument), parse_default_number)
OROCHI_HOLDER(int, convert_int(ts, *argument), parse_default_number)
OROCHI_HOLDER(unsigned, convert_unsigned_mask(ts, *argument), parse_default_number)
OROCHI_HOLDER(long long, convert_long_long(ts, *argument), parse_default_number)
OROCHI_HOLDER(unsigned long, convert_unsigned_long_mask(ts, *argument), parse_default_number)
OROCHI_HOLDER(unsigned long long, convert_unsigned_long_long_mask(ts, *argument), parse_default_number)
OROCHI_HOLDER(bool, convert_bool(ts, *argument), parse_default_number)
OROCHI_HOLDER(double, convert_double(ts, *argument), parse_default_double)
OROCHI_HOLDER(
    char32_t, convert_character(ts, *argument, ArgumentPlace{Sig::value, Index}),
    [](std::string_view text) consteval { return text.size() == 3 ? char32_t(text[1]) : char32_t(0); })
OROCHI_HOLDER(std::string_view, convert_text(ts, *argument, ArgumentPlace{Sig::value, Index}), parse_default_text)
#undef OROCHI_HOLDER

template <class Sig, int Index>
struct Holder<BufferView&, Sig, Index> {
    BufferView value;
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument) value = TRY(convert_buffer(ts, *argument, {Sig::value, Index}));
        return {};
    }
    BufferView& get() { return value; }
};
template <class Sig, int Index>
struct Holder<WritableBufferView&, Sig, Index> {
    WritableBufferView value;
    Result<void> set(ThreadState& ts, Object* argument) {
        if (argument) value = TRY(convert_writable_buffer(ts, *argument, {Sig::value, Index}));
        return {};
    }
    WritableBufferView& get() { return value; }
};

// Results to new references.
Object* new_int_object(ThreadState& ts, long long value);
Object* new_unsigned_object(ThreadState& ts, unsigned long long value);
Object* new_float_object(ThreadState& ts, double value);

template <class R>
inline Object* result_to_object(ThreadState& ts, R&& result) {
    using T = std::remove_cvref_t<R>;
    if constexpr (std::is_same_v<T, bool>) {
        return obj(&bool_object(result));
    } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
        return new_int_object(ts, result);
    } else if constexpr (std::is_integral_v<T>) {
        return new_unsigned_object(ts, result);
    } else if constexpr (std::is_floating_point_v<T>) {
        return new_float_object(ts, result);
    } else if constexpr (std::is_same_v<T, Result<void>>) {
        return result.ok() ? &none() : nullptr;
    } else if constexpr (requires { std::forward<R>(result).release(); }) {
        return reinterpret_cast<Object*>(std::forward<R>(result).release());
    } else {
        if (!result.ok()) return nullptr;
        return result_to_object(ts, std::move(result).take());
    }
}

}  // namespace orochi
