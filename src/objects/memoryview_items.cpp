// memoryview: reading, writing and comparing items.
#include "objects/byte_strings.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/memoryview.hpp"
#include "objects/module.hpp"
#include "objects/number.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

template <class T>
T read(const char* p) {
    T value;
    memcpy(&value, p, sizeof value);
    return value;
}

Failure invalid_value(ThreadState& ts, const char* format) {
    return raise(ts, PyExc_ValueError, "memoryview: invalid value for format '%s'", format);
}
Failure invalid_type(ThreadState& ts, const char* format) {
    return raise(ts, PyExc_TypeError, "memoryview: invalid type for format '%s'", format);
}

// Turns what the conversion raised into memoryview's own words.
Failure conversion_failed(ThreadState& ts, const char* format) {
    if (error_matches(ts, PyExc_TypeError)) return invalid_type(ts, format);
    if (error_matches(ts, PyExc_OverflowError) || error_matches(ts, PyExc_ValueError)) return invalid_value(ts, format);
    return failure;
}

template <class T>
Result<void> write_int(ThreadState& ts, char* p, Object& value, const char* format) {
    Result<Ref<Object>> index = number_index(ts, value);
    if (!index.ok()) return conversion_failed(ts, format);
    Ref<Object> number = std::move(index).take();
    T result;
    if constexpr (std::is_signed_v<T>) {
        Result<long long> wide = int_as_long_long(ts, number);
        if (!wide.ok()) return conversion_failed(ts, format);
        long long v = std::move(wide).take();
        result = T(v);
        if (v != static_cast<long long>(result)) return invalid_value(ts, format);
    } else {
        Result<unsigned long long> wide = int_as_unsigned_long_long(ts, number);
        if (!wide.ok()) return conversion_failed(ts, format);
        unsigned long long v = std::move(wide).take();
        result = T(v);
        if (v != static_cast<unsigned long long>(result)) return invalid_value(ts, format);
    }
    memcpy(p, &result, sizeof result);
    return {};
}

}  // namespace

char native_format_code(const char* format) {
    if (!format) return 'B';
    if (*format == '@') ++format;
    return format[0] && !format[1] && native_format_size(format[0]) ? format[0] : 0;
}

Py_ssize_t native_format_size(char code) {
    switch (code) {
        case 'c':
        case 'b':
        case 'B': return 1;
        case 'h':
        case 'H': return sizeof(short);
        case 'i':
        case 'I': return sizeof(int);
        case 'l':
        case 'L': return sizeof(long);
        case 'q':
        case 'Q': return sizeof(long long);
        case 'n':
        case 'N': return sizeof(Py_ssize_t);
        case 'f': return sizeof(float);
        case 'd': return sizeof(double);
        case '?': return sizeof(bool);
        case 'P': return sizeof(void*);
        default: return 0;
    }
}

Result<Ref<Object>> memory_unpack(ThreadState& ts, const char* p, char code, const char* format) {
    switch (code) {
        case 'B': return int_from(ts, static_cast<unsigned char>(*p));
        case 'b': return int_from(ts, static_cast<signed char>(*p));
        case 'h': return int_from(ts, read<short>(p));
        case 'H': return int_from(ts, read<unsigned short>(p));
        case 'i': return int_from(ts, read<int>(p));
        case 'I': return int_from(ts, read<unsigned>(p));
        case 'l':
        case 'q':
        case 'n': return int_from(ts, read<long long>(p));
        case 'L':
        case 'Q':
        case 'N':
        case 'P': return int_from_unsigned(ts, read<unsigned long long>(p));
        case 'f': return float_from(ts, double(read<float>(p)));
        case 'd': return float_from(ts, read<double>(p));
        case '?': return new_bool(*p != 0);
        case 'c': return bytes_from(ts, {p, 1});
        default: return raise(ts, PyExc_NotImplementedError, "memoryview: format %s not supported", format);
    }
}

Result<void> memory_pack(ThreadState& ts, char* p, Object& value, char code, const char* format) {
    switch (code) {
        case 'b': return write_int<signed char>(ts, p, value, format);
        case 'B': return write_int<unsigned char>(ts, p, value, format);
        case 'h': return write_int<short>(ts, p, value, format);
        case 'H': return write_int<unsigned short>(ts, p, value, format);
        case 'i': return write_int<int>(ts, p, value, format);
        case 'I': return write_int<unsigned>(ts, p, value, format);
        case 'l':
        case 'q':
        case 'n': return write_int<long long>(ts, p, value, format);
        case 'L':
        case 'Q':
        case 'N':
        case 'P': return write_int<unsigned long long>(ts, p, value, format);
        case 'f':
        case 'd': {
            Result<double> number = float_as_double(ts, value);
            if (!number.ok()) return conversion_failed(ts, format);
            double d = std::move(number).take();
            if (code == 'd') {
                memcpy(p, &d, sizeof d);
            } else {
                float f = float(d);
                memcpy(p, &f, sizeof f);
            }
            return {};
        }
        case '?': *p = TRY(is_true(ts, value)); return {};
        case 'c':
            if (!PyBytes_Check(&value)) return invalid_type(ts, format);
            if (as<Bytes>(value).ob_base.ob_size != 1) return invalid_value(ts, format);
            *p = bytes_data(as<Bytes>(value))[0];
            return {};
        default: return raise(ts, PyExc_NotImplementedError, "memoryview: format %s not supported", format);
    }
}

Result<Ref<Object>> memory_view_to_list(ThreadState& ts, const Py_buffer& view, char code, const char* p,
                                        int dimension) {
    Py_ssize_t n = view.shape[dimension];
    Ref<List> list = TRY(list_new(ts, n));
    for (Py_ssize_t i = 0; i < n; ++i) {
        char* item = item_step(const_cast<char*>(p), view, dimension, i, view.strides[dimension]);
        Ref<Object> value = TRY(dimension + 1 == view.ndim ? memory_unpack(ts, item, code, view.format)
                                                           : memory_view_to_list(ts, view, code, item, dimension + 1));
        list_init_item(list, i, std::move(value));
    }
    return Ref<Object>(std::move(list));
}

namespace {

// Reads the items of one side of a comparison: natively, or with the struct module.
struct Reader {
    char code = 0;
    const char* format = "B";
    Py_ssize_t size = 0;
    OptRef<Object> unpack_from;

    // False: the format means nothing to the struct module, so that nothing equals it.
    Result<bool> set(ThreadState& ts, const Py_buffer& view) {
        format = view.format ? view.format : "B";
        code = native_format_code(format);
        size = view.itemsize;
        if (code) return true;
        Ref<Object> class_ = TRY(import_attribute(ts, "struct"_n, "Struct"_n));
        Ref<Str> text = TRY(str_from_utf8(ts, format));
        Result<Ref<Object>> made = call(ts, class_, text);
        if (!made.ok()) {
            Ref<Object> error = TRY(import_attribute(ts, "struct"_n, "error"_n));
            if (!error_matches(ts, error.get())) return failure;
            error_clear(ts);
            return false;
        }
        Ref<Object> object = std::move(made).take();
        Ref<Object> item_size = TRY(getattr(ts, object, "size"_n));
        if (TRY(int_as_ssize(ts, item_size)) != size) return false;
        unpack_from = OptRef<Object>(TRY(getattr(ts, object, "unpack_from"_n)));
        return true;
    }
    Result<Ref<Object>> read_item(ThreadState& ts, const char* p) {
        if (code) return memory_unpack(ts, p, code, format);
        Ref<Bytes> bytes = TRY(bytes_from(ts, {p, size_t(size)}));
        Ref<Object> tuple = TRY(call(ts, *unpack_from, bytes));
        if (tuple_size(as<Tuple>(*tuple)) == 1) return Ref<Object>::share(tuple_item(as<Tuple>(*tuple), 0));
        return tuple;
    }
};

Result<bool> items_equal(ThreadState& ts, Reader& ra, const Py_buffer& a, char* p, Reader& rb, const Py_buffer& b,
                         char* q, int dimension) {
    if (dimension == a.ndim) {
        if (ra.code && ra.code == rb.code && ra.code != 'f' && ra.code != 'd' && ra.code != '?')
            return memcmp(p, q, size_t(a.itemsize)) == 0;
        if (ra.code && ra.code == rb.code && ra.code == 'd') return read<double>(p) == read<double>(q);
        if (ra.code && ra.code == rb.code && ra.code == 'f') return read<float>(p) == read<float>(q);
        Ref<Object> left = TRY(ra.read_item(ts, p));
        Ref<Object> right = TRY(rb.read_item(ts, q));
        return compare_bool(ts, left, right, Py_EQ);
    }
    for (Py_ssize_t i = 0; i < a.shape[dimension]; ++i) {
        bool equal = TRY(items_equal(ts, ra, a, item_step(p, a, dimension, i, a.strides[dimension]), rb, b,
                                     item_step(q, b, dimension, i, b.strides[dimension]), dimension + 1));
        if (!equal) return false;
    }
    return true;
}

}  // namespace

Result<bool> memory_views_equal(ThreadState& ts, const Py_buffer& a, const Py_buffer& b) {
    if (a.ndim != b.ndim) return false;
    for (int i = 0; i < a.ndim; ++i) {
        if (a.shape[i] != b.shape[i]) return false;
        if (a.shape[i] == 0) break;
    }
    Reader ra, rb;
    if (!TRY(ra.set(ts, a)) || !TRY(rb.set(ts, b))) return false;
    return items_equal(ts, ra, a, static_cast<char*>(a.buf), rb, b, static_cast<char*>(b.buf), 0);
}

}  // namespace orochi
