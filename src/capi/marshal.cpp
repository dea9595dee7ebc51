// marshal.h: values in the form of .pyc files, from memory and C files.
#include <marshal.h>
#include <cstdio>
#include <string>

#include "modules/marshal/marshal.hpp"
#include "objects/bytes.hpp"

using namespace orochi;

namespace {

void write_bytes(const void* data, size_t size, std::FILE* file) { std::fwrite(data, 1, size, file); }

// The file from its position to its end.
std::string rest_of(std::FILE* file) {
    std::string data;
    char buffer[16384];
    while (size_t count = std::fread(buffer, 1, sizeof buffer, file)) data.append(buffer, count);
    return data;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyMarshal_ReadObjectFromString(const char* data, Py_ssize_t size) {
    return to_c(marshal_loads(current_thread(), {data, size_t(size)}));
}
PyObject* PyMarshal_WriteObjectToString(PyObject* value, int version) {
    return to_c(marshal_dumps(current_thread(), *value, version));
}
// Little-endian; at the end of the file: EOFError and -1.
long PyMarshal_ReadLongFromFile(std::FILE* file) {
    unsigned char bytes[4];
    if (std::fread(bytes, 1, 4, file) != 4) {
        (void)raise(current_thread(), PyExc_EOFError, "EOF read where data expected");
        return -1;
    }
    return int32_t(bytes[0] | unsigned(bytes[1]) << 8 | unsigned(bytes[2]) << 16 | unsigned(bytes[3]) << 24);
}
int PyMarshal_ReadShortFromFile(std::FILE* file) {
    unsigned char bytes[2];
    if (std::fread(bytes, 1, 2, file) != 2) {
        (void)raise(current_thread(), PyExc_EOFError, "EOF read where data expected");
        return -1;
    }
    return int16_t(bytes[0] | bytes[1] << 8);
}
PyObject* PyMarshal_ReadObjectFromFile(std::FILE* file) {
    // Reads ahead and goes back, which needs a file with positions, as .pyc files are.
    long start = std::ftell(file);
    std::string data = rest_of(file);
    size_t used = 0;
    PyObject* result = to_c(marshal_loads(current_thread(), data, &used));
    if (start >= 0) std::fseek(file, start + long(used), SEEK_SET);
    return result;
}
PyObject* PyMarshal_ReadLastObjectFromFile(std::FILE* file) {
    return to_c(marshal_loads(current_thread(), rest_of(file)));
}
void PyMarshal_WriteLongToFile(long value, std::FILE* file, int) {
    unsigned char bytes[4];
    for (int i = 0; i < 4; ++i) bytes[i] = static_cast<unsigned char>(value >> (8 * i));
    write_bytes(bytes, 4, file);
}
void PyMarshal_WriteObjectToFile(PyObject* value, std::FILE* file, int version) {
    ThreadState& ts = current_thread();
    auto result = marshal_dumps(ts, *value, version);
    if (!result.ok()) return;
    Ref<Object> bytes = std::move(result).take();
    std::string_view view = bytes_view(as<Bytes>(*bytes));
    write_bytes(view.data(), view.size(), file);
}

}  // extern "C"
#pragma GCC visibility pop
