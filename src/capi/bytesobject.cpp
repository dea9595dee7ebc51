// bytes and bytearray (bytesobject.h, bytearrayobject.h).
#include <cstdio>

#include "capi/text.hpp"
#include "objects/byte_builder.hpp"
#include "objects/byte_methods.hpp"

using namespace orochi;
using namespace orochi::capi;

namespace {

Failure not_bytes(ThreadState& ts, Object* object) {
    return raise(ts, PyExc_TypeError, "expected bytes, %.200s found", type_of(*object).tp_name);
}

// printf for bytes: the codes of PyBytes_FromFormat.
Result<Ref<Bytes>> bytes_format_v(ThreadState& ts, const char* format, va_list arguments) {
    ByteBuilder out(ts);
    for (const char* p = format; *p;) {
        if (*p != '%') {
            const char* end = strchrnul(p, '%');
            TRY(out.append({p, size_t(end - p)}));
            p = end;
            continue;
        }
        const char* start = p++;
        while (*p >= '0' && *p <= '9') ++p;
        int precision = -1;
        if (*p == '.') {
            precision = 0;
            for (++p; *p >= '0' && *p <= '9'; ++p) precision = precision * 10 + (*p - '0');
        }
        while (*p && *p != '%' && !((*p | 32) >= 'a' && (*p | 32) <= 'z')) ++p;
        bool is_long = false, is_size = false;
        if (*p == 'l' && (p[1] == 'd' || p[1] == 'u')) {
            is_long = true;
            ++p;
        } else if (*p == 'z' && (p[1] == 'd' || p[1] == 'u')) {
            is_size = true;
            ++p;
        }
        char number[32];
        int n;
        switch (char code = *p++) {
            case 'c': {
                int c = va_arg(arguments, int);
                if (c < 0 || c > 255)
                    return raise(ts, PyExc_OverflowError,
                                 "PyBytes_FromFormatV(): %%c format expects an integer in range [0; 255]");
                TRY(out.append(char(c)));
                break;
            }
            case 'd':
            case 'i':
                n = is_long   ? snprintf(number, sizeof number, "%ld", va_arg(arguments, long))
                    : is_size ? snprintf(number, sizeof number, "%zd", va_arg(arguments, Py_ssize_t))
                              : snprintf(number, sizeof number, "%d", va_arg(arguments, int));
                TRY(out.append({number, size_t(n)}));
                break;
            case 'u':
                n = is_long   ? snprintf(number, sizeof number, "%lu", va_arg(arguments, unsigned long))
                    : is_size ? snprintf(number, sizeof number, "%zu", va_arg(arguments, size_t))
                              : snprintf(number, sizeof number, "%u", va_arg(arguments, unsigned));
                TRY(out.append({number, size_t(n)}));
                break;
            case 'x':
                n = snprintf(number, sizeof number, "%x", va_arg(arguments, unsigned));
                TRY(out.append({number, size_t(n)}));
                break;
            case 'p':
                n = snprintf(number, sizeof number, "0x%lx", reinterpret_cast<unsigned long>(va_arg(arguments, void*)));
                TRY(out.append({number, size_t(n)}));
                break;
            case 's': {
                const char* s = va_arg(arguments, const char*);
                TRY(out.append({s, precision < 0 ? strlen(s) : strnlen(s, size_t(precision))}));
                break;
            }
            case '%': TRY(out.append('%')); break;
            default:
                (void)code;
                TRY(out.append(std::string_view(start)));
                return out.finish();
        }
    }
    return out.finish();
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* _PyBytes_FromHex(PyObject*, int);
PyObject* _PyBytes_FormatEx(const char*, Py_ssize_t, PyObject*, int);
PyObject* _PyBytes_Join(PyObject*, PyObject*);
Py_ssize_t _PyBytes_Find(const char*, Py_ssize_t, const char*, Py_ssize_t, Py_ssize_t);
Py_ssize_t _PyBytes_ReverseFind(const char*, Py_ssize_t, const char*, Py_ssize_t, Py_ssize_t);
void _PyBytes_Repeat(char*, Py_ssize_t, const char*, Py_ssize_t);
PyObject* _PyBytes_DecodeEscape(const char*, Py_ssize_t, const char*, const char**);
PyObject* _PyBytes_DecodeEscape2(const char*, Py_ssize_t, const char*, int*, const char**);

PyObject* PyBytes_FromStringAndSize(const char* text, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (text && size >= 0) return to_c(bytes_from(ts, {text, size_t(size)}));
    return to_c(bytes_new(ts, size));
}
PyObject* PyBytes_FromString(const char* text) { return to_c(bytes_from(current_thread(), text)); }
PyObject* PyBytes_FromObject(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!object) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return to_c(bytes_from_object(ts, *object));
}
PyObject* PyBytes_FromFormatV(const char* format, va_list arguments) {
    va_list copy;
    va_copy(copy, arguments);
    Object* result = to_c(bytes_format_v(current_thread(), format, copy));
    va_end(copy);
    return result;
}
PyObject* PyBytes_FromFormat(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Object* result = to_c(bytes_format_v(current_thread(), format, arguments));
    va_end(arguments);
    return result;
}
Py_ssize_t PyBytes_Size(PyObject* object) {
    if (PyBytes_Check(object)) return as<Bytes>(object)->ob_base.ob_size;
    return failed(not_bytes(current_thread(), object));
}
char* PyBytes_AsString(PyObject* object) {
    if (PyBytes_Check(object)) return bytes_data(as<Bytes>(*object));
    (void)not_bytes(current_thread(), object);
    return nullptr;
}
int PyBytes_AsStringAndSize(PyObject* object, char** text, Py_ssize_t* size) {
    ThreadState& ts = current_thread();
    if (!text) return failed(raise_bad_internal_call(ts));
    if (!PyBytes_Check(object)) return failed(not_bytes(ts, object));
    *text = bytes_data(as<Bytes>(*object));
    Py_ssize_t n = as<Bytes>(object)->ob_base.ob_size;
    if (size) {
        *size = n;
    } else if (strlen(*text) != size_t(n)) {
        return failed(raise(ts, PyExc_ValueError, "embedded null byte"));
    }
    return 0;
}
PyObject* PyBytes_Repr(PyObject* object, int smart_quotes) {
    return to_c(bytes_repr(current_thread(), as<Bytes>(*object), smart_quotes));
}
void PyBytes_Concat(PyObject** left, PyObject* right) {
    ThreadState& ts = current_thread();
    if (!*left) return;
    if (!right) {
        clear(*left);
        return;
    }
    Object* result = to_c(bytes_concat(ts, **left, *right));
    decref(**left);
    *left = result;
}
void PyBytes_ConcatAndDel(PyObject** left, PyObject* right) {
    PyBytes_Concat(left, right);
    decref_optional(right);
}
int _PyBytes_Resize(PyObject** place, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    Object* object = std::exchange(*place, nullptr);
    if (!PyBytes_Check(object) || size < 0 || (object->ob_refcnt != 1 && !is_immortal(*object))) {
        decref(*object);
        return failed(raise_bad_internal_call(ts));
    }
    *place = to_c(bytes_resize(ts, Ref<Bytes>::steal(as<Bytes>(*object)), size));
    return *place ? 0 : -1;
}
PyObject* _PyBytes_Join(PyObject* separator, PyObject* iterable) {
    return to_c(ByteMethods<Bytes>::join(current_thread(), as<Bytes>(*separator), *iterable));
}
PyObject* _PyBytes_FormatEx(const char* format, Py_ssize_t size, PyObject* arguments, int use_bytearray) {
    return to_c(bytes_percent_format(current_thread(), {format, size_t(size)}, *arguments, use_bytearray));
}
PyObject* _PyBytes_FromHex(PyObject* text, int use_bytearray) {
    ThreadState& ts = current_thread();
    Result<Ref<Bytes>> made = bytes_from_hex(ts, as<Str>(*text));
    if (!made.ok() || !use_bytearray) return to_c(std::move(made));
    Ref<Bytes> bytes = std::move(made).take();
    return to_c(bytearray_from(ts, bytes_view(bytes)));
}
Py_ssize_t _PyBytes_Find(const char* text, Py_ssize_t size, const char* sub, Py_ssize_t sub_size, Py_ssize_t offset) {
    size_t at = base::find(base::bytes_view(text, size_t(size)), base::bytes_view(sub, size_t(sub_size)));
    return at == base::not_found ? -1 : Py_ssize_t(at) + offset;
}
Py_ssize_t _PyBytes_ReverseFind(const char* text, Py_ssize_t size, const char* sub, Py_ssize_t sub_size,
                                Py_ssize_t offset) {
    size_t at = base::rfind(base::bytes_view(text, size_t(size)), base::bytes_view(sub, size_t(sub_size)));
    return at == base::not_found ? -1 : Py_ssize_t(at) + offset;
}
void _PyBytes_Repeat(char* out, Py_ssize_t size, const char* unit, Py_ssize_t unit_size) {
    repeat_bytes(out, size_t(size), {unit, size_t(unit_size)});
}
PyObject* PyBytes_DecodeEscape(const char* text, Py_ssize_t size, const char* errors, Py_ssize_t, const char*) {
    return to_c(decode_bytes_escape(current_thread(), {text, size_t(size)}, errors));
}
PyObject* _PyBytes_DecodeEscape2(const char* text, Py_ssize_t size, const char* errors, int* invalid_char,
                                 const char** invalid) {
    Py_ssize_t at = -1;
    Object* result = to_c(decode_bytes_escape(current_thread(), {text, size_t(size)}, errors, &at));
    *invalid_char = at < 0 ? -1 : static_cast<unsigned char>(text[at]);
    *invalid = at < 0 ? nullptr : text + at;
    return result;
}
PyObject* _PyBytes_DecodeEscape(const char* text, Py_ssize_t size, const char* errors, const char** invalid) {
    int c;
    return _PyBytes_DecodeEscape2(text, size, errors, &c, invalid);
}

// -- bytearray. -------------------------------------------------------------------------------------------------------

char _PyByteArray_empty_string[] = "";

PyObject* PyByteArray_FromObject(PyObject* object) {
    return to_c(call(current_thread(), obj(PyByteArray_Type), *object));
}
PyObject* PyByteArray_FromStringAndSize(const char* text, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (text && size >= 0) return to_c(bytearray_from(ts, {text, size_t(size)}));
    return to_c(bytearray_of_size(ts, size));
}
PyObject* PyByteArray_Concat(PyObject* left, PyObject* right) {
    return to_c(bytearray_concat(current_thread(), *left, *right));
}
Py_ssize_t PyByteArray_Size(PyObject* object) { return as<ByteArray>(object)->ob_base.ob_size; }
char* PyByteArray_AsString(PyObject* object) {
    auto& array = as<ByteArray>(*object);
    return array.ob_base.ob_size ? array.ob_start : _PyByteArray_empty_string;
}
int PyByteArray_Resize(PyObject* object, Py_ssize_t size) {
    return to_c(bytearray_resize(current_thread(), as<ByteArray>(*object), size));
}

}  // extern "C"
#pragma GCC visibility pop
