// pyhash.h.
#include "base/hash.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

Py_hash_t _Py_HashPointerRaw(const void* pointer) {
    auto bits = reinterpret_cast<uintptr_t>(pointer);
    return Py_hash_t(bits >> 4 | bits << 60);
}
Py_hash_t _Py_HashBytes(const void* data, Py_ssize_t size) {
    const auto& secret = process_runtime().hash_secret;
    return base::hash_bytes({secret.k0, secret.k1}, data, size_t(size));
}
Py_hash_t _Py_HashPointer(const void* pointer) { return base::hash_pointer(pointer); }
Py_hash_t _Py_HashDouble(PyObject* owner, double value) {
    return value != value ? _Py_HashPointer(owner) : base::hash_double(value);
}

}  // extern "C"
#pragma GCC visibility pop
