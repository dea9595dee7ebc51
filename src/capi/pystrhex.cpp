// pystrhex.h, an internal header of CPython: hexadecimal text of bytes, which stock extension modules (_hashlib) use.
#include "objects/byte_strings.hpp"
#include "objects/bytes.hpp"
#include "objects/str.hpp"

using namespace orochi;

namespace {

Result<Ref<Str>> text_of(const char* bytes, Py_ssize_t size, Object* separator = nullptr, int group = 0) {
    return bytes_to_hex(current_thread(), {bytes, size_t(size)}, separator, group);
}
Object* as_bytes(Result<Ref<Str>> result) {
    Ref<Str> text = TRY_OR(nullptr, std::move(result));
    return to_c(bytes_from(current_thread(), str_ascii_view(*text)));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* _Py_strhex(const char* bytes, const Py_ssize_t size);
PyObject* _Py_strhex_bytes(const char* bytes, const Py_ssize_t size);
PyObject* _Py_strhex_with_sep(const char* bytes, const Py_ssize_t size, PyObject* separator, const int group);
PyObject* _Py_strhex_bytes_with_sep(const char* bytes, const Py_ssize_t size, PyObject* separator, const int group);

PyObject* _Py_strhex(const char* bytes, const Py_ssize_t size) { return to_c(text_of(bytes, size)); }
PyObject* _Py_strhex_bytes(const char* bytes, const Py_ssize_t size) { return as_bytes(text_of(bytes, size)); }
PyObject* _Py_strhex_with_sep(const char* bytes, const Py_ssize_t size, PyObject* separator, const int group) {
    return to_c(text_of(bytes, size, separator, group));
}
PyObject* _Py_strhex_bytes_with_sep(const char* bytes, const Py_ssize_t size, PyObject* separator, const int group) {
    return as_bytes(text_of(bytes, size, separator, group));
}

}  // extern "C"
#pragma GCC visibility pop
