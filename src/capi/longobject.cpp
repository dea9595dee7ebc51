// longobject.h, cpython/longintrepr.h.
#include <cmath>
#include <cstring>

#include "objects/int.hpp"
#include "objects/int_arithmetic.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

using namespace orochi;

namespace {

// For functions that do not accept __index__. `fallback` is what they return on failure.
bool is_int(ThreadState& ts, Object* object) {
    if (!object) {
        (void)raise_bad_internal_call(ts);
        return false;
    }
    if (PyLong_Check(object)) return true;
    raise(ts, PyExc_TypeError, "an integer is required");
    return false;
}
Int& integer(Object* object) { return as<Int>(*object); }

// The unsigned converters of argument parsing.
template <class T>
int convert_unsigned(Object* object, void* out, const char* type_name) {
    ThreadState& ts = current_thread();
    if (!PyLong_Check(object)) {
        auto index = number_index(ts, *object);
        if (!index.ok()) return 0;
        Ref<Object> value = std::move(index).take();
        return convert_unsigned<T>(value.get(), out, type_name);
    }
    if (int_sign(integer(object)) < 0) {
        raise(ts, PyExc_ValueError, "value must be positive");
        return 0;
    }
    uint64_t value;
    if (!base::digits_to_uint64(int_digits(integer(object)), &value) || value > std::numeric_limits<T>::max()) {
        raise(ts, PyExc_OverflowError, "Python int too large to convert to C %s", type_name);
        return 0;
    }
    *static_cast<T*>(out) = T(value);
    return 1;
}

template <class F>
Object* with_ints(Object* a, Object* b, F function) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, a) || !is_int(ts, b)) return nullptr;
    return to_c(function(ts, integer(a), integer(b)));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

// ---- From C

PyObject* PyLong_FromLong(long value) { return to_c(int_from(current_thread(), value)); }
PyObject* PyLong_FromLongLong(long long value) { return to_c(int_from(current_thread(), value)); }
PyObject* PyLong_FromSsize_t(Py_ssize_t value) { return to_c(int_from(current_thread(), value)); }
PyObject* PyLong_FromUnsignedLong(unsigned long value) { return to_c(int_from_unsigned(current_thread(), value)); }
PyObject* PyLong_FromUnsignedLongLong(unsigned long long value) {
    return to_c(int_from_unsigned(current_thread(), value));
}
PyObject* PyLong_FromSize_t(size_t value) { return to_c(int_from_unsigned(current_thread(), value)); }
PyObject* PyLong_FromDouble(double value) { return to_c(int_from_double(current_thread(), value)); }
PyObject* PyLong_FromVoidPtr(void* pointer) { return to_c(int_from_pointer(current_thread(), pointer)); }
PyObject* _PyLong_FromTime_t(time_t value) { return to_c(int_from(current_thread(), value)); }
PyObject* _PyLong_FromUid(uid_t value) {
    return to_c(value == uid_t(-1) ? int_from(current_thread(), -1) : int_from_unsigned(current_thread(), value));
}
PyObject* _PyLong_FromGid(gid_t value) {
    return to_c(value == gid_t(-1) ? int_from(current_thread(), -1) : int_from_unsigned(current_thread(), value));
}
PyObject* PyLong_FromString(const char* text, char** end, int base) {
    ThreadState& ts = current_thread();
    size_t size = std::strlen(text);
    if (end) *end = const_cast<char*>(text);
    if ((base != 0 && base < 2) || base > 36) {
        raise(ts, PyExc_ValueError, "int() arg 2 must be >= 2 and <= 36");
        return nullptr;
    }
    auto shown = str_decode(ts, {text, size}, "utf-8", "replace");
    if (!shown.ok()) return nullptr;
    Ref<Object> original = std::move(shown).take();
    auto result = int_from_text(ts, {text, size}, base, original.get());
    if (end && result.ok()) *end = const_cast<char*>(text) + size;
    return to_c(std::move(result));
}
PyObject* PyLong_FromUnicodeObject(PyObject* text, int base) {
    return to_c(int_from_str(current_thread(), as<Str>(*text), base));
}
PyObject* _PyLong_FromBytes(const char* text, Py_ssize_t size, int base) {
    ThreadState& ts = current_thread();
    PyObject* original = PyBytes_FromStringAndSize(text, size);
    if (!original) return nullptr;
    Ref<Object> keep = Ref<Object>::steal(original);
    return to_c(int_from_text(ts, {text, size_t(size)}, base, original));
}
PyObject* _PyLong_FromByteArray(const unsigned char* bytes, size_t size, int little_endian, int is_signed) {
    return to_c(int_from_bytes(current_thread(), bytes, size, little_endian, is_signed));
}
PyLongObject* _PyLong_New(Py_ssize_t size) {
    auto made = int_new(current_thread(), size_t(size));
    if (!made.ok()) return nullptr;
    Int* value = std::move(made).release();
    value->ob_base.ob_size = size;
    return value;
}
PyObject* _PyLong_Copy(PyLongObject* source) { return to_c(int_copy(current_thread(), *source)); }

// ---- To C

long PyLong_AsLong(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!object) return (void)raise_bad_internal_call(ts), -1;
    return to_c(int_as_long(ts, *object));
}
long PyLong_AsLongAndOverflow(PyObject* object, int* overflow) {
    ThreadState& ts = current_thread();
    *overflow = 0;
    if (!object) return (void)raise_bad_internal_call(ts), -1;
    auto value = int_as_long_long_overflow(ts, *object, *overflow);
    return !value.ok() || *overflow ? -1 : long(std::move(value).take());
}
long long PyLong_AsLongLongAndOverflow(PyObject* object, int* overflow) {
    return PyLong_AsLongAndOverflow(object, overflow);
}
int _PyLong_AsInt(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!object) return (void)raise_bad_internal_call(ts), -1;
    return to_c(int_as_int(ts, *object));
}
long long PyLong_AsLongLong(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!object) return (void)raise_bad_internal_call(ts), -1;
    int overflow = 0;
    auto value = int_as_long_long_overflow(ts, *object, overflow);
    if (!value.ok()) return -1;
    if (overflow) return raise(ts, PyExc_OverflowError, "int too big to convert"), -1;
    return std::move(value).take();
}
Py_ssize_t PyLong_AsSsize_t(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, object)) return -1;
    int overflow = 0;
    auto value = int_as_long_long_overflow(ts, *object, overflow);
    if (overflow) return raise(ts, PyExc_OverflowError, "Python int too large to convert to C ssize_t"), -1;
    return std::move(value).take();
}
static unsigned long long as_unsigned(PyObject* object, const char* negative, const char* large) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, object)) return -1ull;
    if (int_sign(integer(object)) < 0) return raise(ts, PyExc_OverflowError, negative), -1ull;
    uint64_t value;
    if (!base::digits_to_uint64(int_digits(integer(object)), &value))
        return raise(ts, PyExc_OverflowError, large), -1ull;
    return value;
}
unsigned long PyLong_AsUnsignedLong(PyObject* object) {
    return as_unsigned(object, "can't convert negative value to unsigned int",
                       "Python int too large to convert to C unsigned long");
}
size_t PyLong_AsSize_t(PyObject* object) {
    return as_unsigned(object, "can't convert negative value to size_t", "Python int too large to convert to C size_t");
}
unsigned long long PyLong_AsUnsignedLongLong(PyObject* object) {
    return as_unsigned(object, "can't convert negative int to unsigned", "int too big to convert");
}
unsigned long long PyLong_AsUnsignedLongLongMask(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!object) return (void)raise_bad_internal_call(ts), -1ull;
    return to_c(int_as_mask(ts, *object));
}
unsigned long PyLong_AsUnsignedLongMask(PyObject* object) { return PyLong_AsUnsignedLongLongMask(object); }
double PyLong_AsDouble(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, object)) return -1;
    return to_c(int_as_double(ts, *object));
}
void* PyLong_AsVoidPtr(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, object)) return nullptr;
    long long value =
        int_sign(integer(object)) < 0 ? PyLong_AsLongLong(object) : (long long)PyLong_AsUnsignedLongLong(object);
    if (value == -1 && error_pending(ts)) return nullptr;
    return reinterpret_cast<void*>(value);
}
time_t _PyLong_AsTime_t(PyObject* object) {
    ThreadState& ts = current_thread();
    long long value = PyLong_AsLongLong(object);
    if (value == -1 && error_pending(ts) && error_matches(ts, PyExc_OverflowError)) {
        error_clear(ts);
        raise(ts, PyExc_OverflowError, "timestamp out of range for platform time_t");
    }
    return value;
}
int _PyLong_Sign(PyObject* object) { return int_sign(integer(object)); }
size_t _PyLong_NumBits(PyObject* object) { return to_c(int_bit_count(current_thread(), integer(object))); }
int _PyLong_AsByteArray(PyLongObject* value, unsigned char* bytes, size_t size, int little_endian, int is_signed) {
    ThreadState& ts = current_thread();
    if (!is_signed && int_sign(*value) < 0)
        return raise(ts, PyExc_OverflowError, "can't convert negative int to unsigned"), -1;
    return to_c(int_to_bytes(ts, *value, bytes, size, little_endian, is_signed));
}
double _PyLong_Frexp(PyLongObject* value, Py_ssize_t* exponent) {
    double fraction;
    *exponent = base::digits_frexp(int_digits(*value), &fraction);
    return int_sign(*value) < 0 ? -fraction : fraction;
}

int _PyLong_UnsignedShort_Converter(PyObject* object, void* out) {
    return convert_unsigned<unsigned short>(object, out, "unsigned short");
}
int _PyLong_UnsignedInt_Converter(PyObject* object, void* out) {
    return convert_unsigned<unsigned>(object, out, "unsigned int");
}
int _PyLong_UnsignedLong_Converter(PyObject* object, void* out) {
    return convert_unsigned<unsigned long>(object, out, "unsigned long");
}
int _PyLong_UnsignedLongLong_Converter(PyObject* object, void* out) {
    return convert_unsigned<unsigned long long>(object, out, "unsigned long long");
}
int _PyLong_Size_t_Converter(PyObject* object, void* out) { return convert_unsigned<size_t>(object, out, "size_t"); }
int _PyLong_FileDescriptor_Converter(PyObject* object, void* out) {
    int descriptor = PyObject_AsFileDescriptor(object);
    if (descriptor == -1) return 0;
    *static_cast<int*>(out) = descriptor;
    return 1;
}

// ---- Operations

PyObject* _PyLong_Format(PyObject* object, int base) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, object)) return nullptr;
    return to_c(int_to_text(ts, *object, base, true));
}
PyObject* _PyLong_GCD(PyObject* a, PyObject* b) { return with_ints(a, b, int_gcd); }
PyObject* _PyLong_Lshift(PyObject* a, size_t bits) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, a)) return nullptr;
    return to_c(int_shift_left_by(ts, integer(a), bits));
}
PyObject* _PyLong_Rshift(PyObject* a, size_t bits) {
    ThreadState& ts = current_thread();
    if (!is_int(ts, a)) return nullptr;
    auto count = int_from_unsigned(ts, bits);
    if (!count.ok()) return nullptr;
    Ref<Object> shift = std::move(count).take();
    return to_c(int_shift_right(ts, integer(a), integer(shift.get())));
}
// The quotient rounded to the nearest integer, ties to even, and the rest that belongs to it.
PyObject* _PyLong_DivmodNear(PyObject* a, PyObject* b) {
    ThreadState& ts = current_thread();
    if (!PyLong_Check(a) || !PyLong_Check(b)) {
        raise(ts, PyExc_TypeError, "non-integer arguments in division");
        return nullptr;
    }
    auto run = [&]() -> Result<Ref<Object>> {
        if (int_sign(integer(b)) == 0) return raise(ts, PyExc_ZeroDivisionError, "integer division or modulo by zero");
        OptRef<Object> quotient, rest;
        TRY(int_divmod(ts, integer(a), integer(b), &quotient, &rest));
        // The rest has the divisor's sign; it is too large when its double exceeds the divisor.
        Ref<Object> twice = TRY(int_shift_left_by(ts, integer(rest.get()), 1));
        Ref<Object> size = TRY(int_absolute(ts, integer(twice.get()))), limit = TRY(int_absolute(ts, integer(b)));
        int order = int_compare(integer(size.get()), integer(limit.get()));
        bool odd = integer(quotient.get()).ob_base.ob_size && (integer(quotient.get()).ob_digit[0] & 1);
        if (order > 0 || (order == 0 && odd)) {
            quotient = TRY(int_add(ts, integer(quotient.get()), integer(&small_int(1))));
            rest = TRY(int_subtract(ts, integer(rest.get()), integer(b)));
        }
        return Result<Ref<Object>>(TRY(tuple_of(ts, *quotient, *rest)));
    };
    return to_c(run());
}

}  // extern "C"
#pragma GCC visibility pop

#define D(C)                                     \
    ((C) >= '0' && (C) <= '9'   ? (C) - '0'      \
     : (C) >= 'a' && (C) <= 'z' ? (C) - 'a' + 10 \
     : (C) >= 'A' && (C) <= 'Z' ? (C) - 'A' + 10 \
                                : 37)
#define D4(C) D(C), D(C + 1), D(C + 2), D(C + 3)
#define D16(C) D4(C), D4(C + 4), D4(C + 8), D4(C + 12)
extern "C" {
__attribute__((visibility("default"))) unsigned char _PyLong_DigitValue[256] = {
    D16(0),   D16(16),  D16(32),  D16(48),  D16(64),  D16(80),  D16(96),  D16(112),
    D16(128), D16(144), D16(160), D16(176), D16(192), D16(208), D16(224), D16(240),
};
}
