// Making ints and reading them: conversions between int and C numbers, text and bytes.
#include "objects/int.hpp"

#include <cmath>

#include "base/bigint.hpp"
#include "base/hash.hpp"
#include "objects/bytes.hpp"
#include "objects/convert.hpp"
#include "objects/float.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

constexpr SmallInts::SmallInts() : values{} {
    for (int value = kSmallIntMin; value <= kSmallIntMax; ++value) {
        Int& item = values[value - kSmallIntMin];
        item.ob_base.ob_base.ob_refcnt = kImmortalCount;
        item.ob_base.ob_base.ob_type = &PyLong_Type;
        item.ob_base.ob_size = value < 0 ? -1 : value > 0 ? 1 : 0;
        item.ob_digit[0] = digit(value < 0 ? -value : value);
    }
}
constinit SmallInts small_ints;

namespace {

constexpr size_t kHeadSize = offsetof(Int, ob_digit);

}  // namespace

Result<Ref<Int>> int_new(ThreadState& ts, size_t count) {
    if (count > size_t(PY_SSIZE_T_MAX) / sizeof(digit) - 64)
        return raise(ts, PyExc_OverflowError, "too many digits in integer");
    Object* allocated = allocate_object(ts, PyLong_Type, kHeadSize + (count ? count : 1) * sizeof(digit));
    if (!allocated) return failure;
    as<Int>(allocated)->ob_base.ob_size = Py_ssize_t(count);
    return Ref<Int>::steal(*as<Int>(allocated));
}

Ref<Object> int_finish(Ref<Int>&& value, size_t count, bool negative) {
    if (count <= 1) {
        long small = count ? long(value->ob_digit[0]) : 0;
        if (negative) small = -small;
        if (is_small_int(small)) return Ref<Object>::share(small_int(int(small)));
    }
    value->ob_base.ob_size = negative ? -Py_ssize_t(count) : Py_ssize_t(count);
    return std::move(value);
}

Result<Ref<Object>> int_from(ThreadState& ts, long long value) {
    if (is_small_int(value)) return Ref<Object>::share(small_int(int(value)));
    unsigned long long magnitude =
        value < 0 ? 0ull - static_cast<unsigned long long>(value) : static_cast<unsigned long long>(value);
    size_t count = magnitude < (1ull << 30) ? 1 : magnitude < (1ull << 60) ? 2 : 3;
    // As allocate_object, without the general case: the type is static, so it takes no reference.
    auto* allocated = static_cast<Object*>(ts.heap().allocate(kHeadSize + count * sizeof(digit)));
    if (!allocated) [[unlikely]]
        return raise_no_memory(ts);
    allocated->ob_refcnt = 1;
    allocated->ob_type = &PyLong_Type;
    Int& result = *as<Int>(allocated);
    result.ob_base.ob_size = value < 0 ? -Py_ssize_t(count) : Py_ssize_t(count);
    for (size_t i = 0; i < count; ++i, magnitude >>= 30) result.ob_digit[i] = digit(magnitude & base::digit_mask);
    return Ref<Object>::steal(*allocated);
}

Result<Ref<Object>> int_from_unsigned(ThreadState& ts, unsigned long long value) {
    if (value <= LLONG_MAX) return int_from(ts, static_cast<long long>(value));
    Ref<Int> result = TRY(int_new(ts, 3));
    size_t count = base::digits_from_uint64(value, result->ob_digit);
    return int_finish(std::move(result), count, false);
}

Result<Ref<Object>> int_from_pointer(ThreadState& ts, const void* pointer) {
    return int_from_unsigned(ts, reinterpret_cast<uintptr_t>(pointer));
}

Result<Ref<Object>> int_from_digits(ThreadState& ts, bool negative, const uint32_t* digits, size_t count) {
    count = base::normalised_size(digits, count);
    Ref<Int> result = TRY(int_new(ts, count));
    memcpy(result->ob_digit, digits, count * sizeof(digit));
    return int_finish(std::move(result), count, negative);
}

Result<Ref<Object>> int_copy(ThreadState& ts, const Int& value) {
    base::Digits digits = int_digits(value);
    return int_from_digits(ts, int_sign(value) < 0, digits.data, digits.size);
}

Result<Ref<Object>> int_from_double(ThreadState& ts, double value) {
    if (std::isnan(value)) return raise(ts, PyExc_ValueError, "cannot convert float NaN to integer");
    if (std::isinf(value)) return raise(ts, PyExc_OverflowError, "cannot convert float infinity to integer");
    if (std::fabs(value) < 9e18) return int_from(ts, static_cast<long long>(value));
    base::Digit digits[base::double_digits_max];
    size_t count = base::digits_from_double(std::fabs(value), digits);
    return int_from_digits(ts, value < 0, digits, count);
}

// ---- Reading

namespace {

// The int that an object stands for: itself, or what __index__ gives.
struct IndexedInt {
    OptRef<Object> keeper;
    Int* value;
};
Result<IndexedInt> as_int(ThreadState& ts, Object& value) {
    if (PyLong_Check(&value)) return IndexedInt{nullptr, as<Int>(&value)};
    Ref<Object> index = TRY(number_index(ts, value));
    Int* raw = as<Int>(index.get());
    return IndexedInt{std::move(index), raw};
}

bool to_long_long(const Int& value, long long& result, int& overflow) {
    overflow = 0;
    if (int_is_compact(obj(const_cast<Int&>(value)))) {
        result = int_compact_value(obj(const_cast<Int&>(value)));
        return true;
    }
    bool negative = value.ob_base.ob_size < 0;
    uint64_t magnitude;
    if (base::digits_to_uint64(int_digits(value), &magnitude)) {
        if (!negative && magnitude <= uint64_t(LLONG_MAX)) {
            result = static_cast<long long>(magnitude);
            return true;
        }
        if (negative && magnitude <= uint64_t(LLONG_MAX) + 1) {
            result = static_cast<long long>(0 - magnitude);
            return true;
        }
    }
    overflow = negative ? -1 : 1;
    return false;
}

template <class T>
Result<T> as_signed(ThreadState& ts, Object& value, const char* type_name) {
    IndexedInt number = TRY(as_int(ts, value));
    long long result;
    int overflow;
    if (!to_long_long(*number.value, result, overflow) || result != static_cast<T>(result)) {
        return raise(ts, PyExc_OverflowError, "Python int too large to convert to C %s", type_name);
    }
    return static_cast<T>(result);
}

}  // namespace

Result<long long> int_as_long_long(ThreadState& ts, Object& value) {
    IndexedInt number = TRY(as_int(ts, value));
    long long result;
    int overflow;
    if (!to_long_long(*number.value, result, overflow)) return raise(ts, PyExc_OverflowError, "int too big to convert");
    return result;
}
Result<long> int_as_long(ThreadState& ts, Object& value) { return as_signed<long>(ts, value, "long"); }
Result<int> int_as_int(ThreadState& ts, Object& value) { return as_signed<int>(ts, value, "int"); }
Result<Py_ssize_t> int_as_ssize(ThreadState& ts, Object& value) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "an integer is required");
    return as_signed<Py_ssize_t>(ts, value, "ssize_t");
}

Result<long long> int_as_long_long_overflow(ThreadState& ts, Object& value, int& overflow) {
    overflow = 0;
    IndexedInt number = TRY(as_int(ts, value));
    long long result = -1;
    (void)to_long_long(*number.value, result, overflow);
    return overflow ? -1 : result;
}

Result<unsigned long long> int_as_unsigned_long_long(ThreadState& ts, Object& value) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "an integer is required");
    Int& number = as<Int>(value);
    if (number.ob_base.ob_size < 0) return raise(ts, PyExc_OverflowError, "can't convert negative int to unsigned");
    uint64_t magnitude;
    if (!base::digits_to_uint64(int_digits(number), &magnitude))
        return raise(ts, PyExc_OverflowError, "int too big to convert");
    return magnitude;
}

namespace {

Result<unsigned long> as_unsigned(ThreadState& ts, Object& value, const char* type_name) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "an integer is required");
    Int& number = as<Int>(value);
    if (number.ob_base.ob_size < 0)
        return raise(ts, PyExc_OverflowError, "can't convert negative value to %s", type_name);
    uint64_t magnitude;
    if (!base::digits_to_uint64(int_digits(number), &magnitude)) {
        return raise(ts, PyExc_OverflowError, "Python int too large to convert to C %s", type_name);
    }
    return magnitude;
}

}  // namespace

Result<unsigned long> int_as_unsigned_long(ThreadState& ts, Object& value) {
    return as_unsigned(ts, value, "unsigned long");
}
Result<size_t> int_as_size(ThreadState& ts, Object& value) { return as_unsigned(ts, value, "size_t"); }

Result<unsigned long long> int_as_mask(ThreadState& ts, Object& value) {
    IndexedInt number = TRY(as_int(ts, value));
    base::Digits digits = int_digits(*number.value);
    unsigned long long result = 0;
    for (size_t i = 0; i < digits.size && i < 3; ++i)
        result |= static_cast<unsigned long long>(digits.data[i]) << (30 * i);
    return number.value->ob_base.ob_size < 0 ? 0 - result : result;
}

Result<double> int_as_double(ThreadState& ts, Object& value) {
    Int& number = as<Int>(value);
    if (int_is_compact(value)) return double(int_compact_value(value));
    double result;
    if (!base::digits_to_double(int_digits(number), &result))
        return raise(ts, PyExc_OverflowError, "int too large to convert to float");
    return number.ob_base.ob_size < 0 ? -result : result;
}

int int_sign(const Int& value) { return value.ob_base.ob_size < 0 ? -1 : value.ob_base.ob_size > 0; }

Result<size_t> int_bit_count(ThreadState& ts, Int& value) { return size_t(base::bit_length(int_digits(value))); }

int int_compare(const Int& left, const Int& right) {
    Py_ssize_t a = left.ob_base.ob_size, b = right.ob_base.ob_size;
    if (a != b) return a < b ? -1 : 1;
    int order = base::compare_digits(int_digits(left), int_digits(right));
    return a < 0 ? -order : order;
}

bool int_equals(const Int& left, const Int& right) {
    return left.ob_base.ob_size == right.ob_base.ob_size && base::equal_digits(int_digits(left), int_digits(right));
}

Py_hash_t int_hash(const Int& value) {
    base::Digits digits = int_digits(value);
    return base::hash_digits(digits.data, digits.size, value.ob_base.ob_size < 0);
}

// ---- Text

namespace {

Failure raise_too_many_digits(ThreadState& ts, size_t count) {
    return raise(ts, PyExc_ValueError,
                 "Exceeds the limit (%d digits) for integer string conversion: value has %zd digits; use "
                 "sys.set_int_max_str_digits() to increase the limit",
                 ts.interpreter().int_max_str_digits, Py_ssize_t(count));
}

}  // namespace

Result<Ref<Str>> int_to_text(ThreadState& ts, Object& value, int base_number, bool prefix) {
    Int& number = as<Int>(value);
    base::Digits digits = int_digits(number);
    bool negative = number.ob_base.ob_size < 0;
    int limit = ts.interpreter().int_max_str_digits;
    bool decimal = base_number == 10;
    if (digits.size <= 2) {
        char buffer[80];
        char* at = buffer + (negative ? 1 : 0);
        buffer[0] = '-';
        if (prefix && base_number != 10) {
            *at++ = '0';
            *at++ = base_number == 2 ? 'b' : base_number == 8 ? 'o' : 'x';
        }
        at += base::digits_to_text(digits, base_number, at);
        return str_from_ascii(ts, {buffer, size_t(at - buffer)});
    }
    // A number of n digits (of 30 bits) has at least (n - 1) * 9.03 decimal digits: refuse before the work is done.
    if (decimal && limit && digits.size > size_t(limit) / 9 + 2) {
        return raise(ts, PyExc_ValueError,
                     "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to "
                     "increase the limit",
                     limit);
    }
    size_t bound = base::text_size_bound(digits, base_number) + 4;
    char* buffer = static_cast<char*>(ts.heap().allocate(bound));
    if (!buffer) return raise_no_memory(ts);
    char* at = buffer;
    if (negative) *at++ = '-';
    if (prefix && base_number != 10) {
        *at++ = '0';
        *at++ = base_number == 2 ? 'b' : base_number == 8 ? 'o' : 'x';
    }
    size_t length = base::digits_to_text(digits, base_number, at);
    Result<Ref<Str>> text = failure;
    if (!length) {
        (void)raise_no_memory(ts);
    } else if (decimal && limit && length > size_t(limit) && length > size_t(kIntMaxStrDigitsThreshold)) {
        (void)raise(ts, PyExc_ValueError,
                    "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to "
                    "increase the limit",
                    limit);
    } else {
        auto made = str_from_ascii(ts, {buffer, size_t(at - buffer) + length});
        Heap::free(buffer);
        return made;
    }
    Heap::free(buffer);
    return failure;
}

namespace {

int character_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'z') return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
    return 99;
}

bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

}  // namespace

Result<Ref<Object>> int_from_text(ThreadState& ts, std::string_view text, int base_number, Object* original) {
    const int asked_base = base_number;
    auto invalid = [&]() -> Failure {
        if (original)
            return raise(ts, PyExc_ValueError, "invalid literal for int() with base %d: %.200R", asked_base, original);
        Ref<Str> shown = TRY(str_from_latin1(ts, text.substr(0, 200)));
        return raise(ts, PyExc_ValueError, "invalid literal for int() with base %d: %R", asked_base, shown.get());
    };
    while (!text.empty() && is_ascii_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_ascii_space(text.back())) text.remove_suffix(1);
    bool negative = false;
    if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
    }
    bool must_be_zero = false;
    int prefix_base = 0;
    if (text.size() >= 2 && text[0] == '0') {
        char mark = char(text[1] | 32);
        prefix_base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    }
    if (base_number == 0) {
        if (prefix_base) {
            base_number = prefix_base;
        } else {
            base_number = 10;
            // "0" and "00" are fine; "010" would have been octal in Python 2.
            must_be_zero = !text.empty() && text[0] == '0';
        }
    }
    if (prefix_base && prefix_base == base_number) {
        text.remove_prefix(2);
        if (!text.empty() && text.front() == '_') text.remove_prefix(1);
    }
    if (text.empty() || text.front() == '_' || text.back() == '_') return invalid();
    size_t count = 0;
    bool underscores = false;
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_') {
            if (text[i - 1] == '_') return invalid();
            underscores = true;
        } else if (character_digit(text[i]) >= base_number) {
            return invalid();
        } else {
            ++count;
        }
    }
    int limit = ts.interpreter().int_max_str_digits;
    bool power_of_two = (base_number & (base_number - 1)) == 0;
    if (!power_of_two && limit && count > size_t(limit) && count > size_t(kIntMaxStrDigitsThreshold)) {
        return raise_too_many_digits(ts, count);
    }
    if (count <= 12 && !underscores) {
        long long value = 0;
        for (char c : text) value = value * base_number + character_digit(c);
        if (must_be_zero && value) return invalid();
        return int_from(ts, negative ? -value : value);
    }
    char* copied = nullptr;
    if (underscores) {
        copied = static_cast<char*>(ts.heap().allocate(count));
        if (!copied) return raise_no_memory(ts);
        size_t at = 0;
        for (char c : text) {
            if (c != '_') copied[at++] = c;
        }
        text = {copied, count};
    }
    auto made = int_new(ts, base::digits_bound_for_text(count, base_number));
    if (!made.ok()) {
        Heap::free(copied);
        return failure;
    }
    Ref<Int> result = std::move(made).take();
    size_t size = 0;
    bool ok = base::digits_from_text(text, base_number, result->ob_digit, &size);
    Heap::free(copied);
    if (!ok) return raise_no_memory(ts);
    if (must_be_zero && size) return invalid();
    return int_finish(std::move(result), size, negative);
}

// ---- Bytes

Result<Ref<Object>> int_from_bytes(ThreadState& ts, const unsigned char* bytes, size_t count, bool little_endian,
                                   bool is_signed) {
    if (!count) return int_from(ts, 0);
    Ref<Int> result = TRY(int_new(ts, count * 8 / 30 + 1));
    bool negative = false;
    size_t size = base::digits_from_bytes(bytes, count, little_endian, is_signed, result->ob_digit, &negative);
    return int_finish(std::move(result), size, negative);
}

Result<void> int_to_bytes(ThreadState& ts, Int& value, unsigned char* bytes, size_t count, bool little_endian,
                          bool is_signed) {
    bool negative = value.ob_base.ob_size < 0;
    if (negative && !is_signed) return raise(ts, PyExc_OverflowError, "can't convert negative int to unsigned");
    if (!base::digits_to_bytes(int_digits(value), negative, bytes, count, little_endian, is_signed)) {
        return raise(ts, PyExc_OverflowError, "int too big to convert");
    }
    return {};
}

}  // namespace orochi
