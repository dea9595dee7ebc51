// pystrhex.h, an internal header of CPython: hexadecimal text of bytes, which stock extension modules (_hashlib) use.
#include "objects/bytes.hpp"
#include "objects/str.hpp"

using namespace orochi;

namespace {

void write_hex(char* out, const char* bytes, Py_ssize_t size) {
    for (Py_ssize_t i = 0; i < size; ++i) {
        unsigned char byte = static_cast<unsigned char>(bytes[i]);
        *out++ = "0123456789abcdef"[byte >> 4];
        *out++ = "0123456789abcdef"[byte & 15];
    }
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* _Py_strhex(const char* bytes, const Py_ssize_t size);
PyObject* _Py_strhex_bytes(const char* bytes, const Py_ssize_t size);

PyObject* _Py_strhex(const char* bytes, const Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (size > PY_SSIZE_T_MAX / 2) {
        raise_no_memory(ts);
        return nullptr;
    }
    if (size == 0) return new_reference(obj(empty_str()));
    Ref<Str> text = TRY_OR(nullptr, str_new(ts, size * 2, 127));
    write_hex(static_cast<char*>(str_data(*text)), bytes, size);
    return obj(std::move(text).release());
}
PyObject* _Py_strhex_bytes(const char* bytes, const Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (size > PY_SSIZE_T_MAX / 2) {
        raise_no_memory(ts);
        return nullptr;
    }
    Ref<Bytes> text = TRY_OR(nullptr, bytes_new(ts, size * 2));
    write_hex(bytes_data(*text), bytes, size);
    return obj(std::move(text).release());
}

}  // extern "C"
#pragma GCC visibility pop
