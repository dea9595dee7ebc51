// What the digest modules (_md5, _sha1, _sha256, _sha512, _sha3, _blake2) share: objects around a digest of
// base/digest.hpp.
#pragma once

#include "base/digest.hpp"
#include "modules/heap_type.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"

namespace orochi::digests {

template <class T>
struct Digest {
    PyObject_HEAD
    T value;
};

// Feeds a bytes-like object, giving up the interpreter lock for long ones.
template <class T>
Result<void> feed(ThreadState& ts, T& value, Object& data) {
    if (PyUnicode_Check(&data)) return raise(ts, PyExc_TypeError, "Strings must be encoded before hashing");
    PyBufferProcs* procs = type_of(data).tp_as_buffer;
    if (!procs || !procs->bf_getbuffer) return raise(ts, PyExc_TypeError, "object supporting the buffer API required");
    Py_buffer view;
    TRY(get_buffer(ts, data, view, PyBUF_SIMPLE));
    if (view.len > 65536) {
        T copy = value;  // another thread may use the object meanwhile
        {
            Unlocked unlocked(ts);
            copy.update(view.buf, size_t(view.len));
        }
        value = copy;
    } else {
        value.update(view.buf, size_t(view.len));
    }
    release_buffer(view);
    return {};
}

template <class T>
Result<Ref<Object>> make(ThreadState& ts, Type& type, const T& value) {
    Object* block = allocate_object(ts, type, sizeof(Digest<T>));
    if (!block) return failure;
    new (&as<Digest<T>>(*block).value) T(value);
    return Ref<Object>::steal(*block);
}

template <class T>
void dealloc(Object* self) {
    Type& type = type_of(*self);
    free_object(*self);
    decref(type);
}

inline Result<Ref<Object>> hexadecimal(ThreadState& ts, const uint8_t* bytes, size_t size) {
    Ref<Str> text = TRY(str_new(ts, Py_ssize_t(size) * 2, 127));
    char* out = static_cast<char*>(str_data(*text));
    for (size_t i = 0; i < size; ++i) {
        *out++ = "0123456789abcdef"[bytes[i] >> 4];
        *out++ = "0123456789abcdef"[bytes[i] & 15];
    }
    return text;
}
inline Result<Ref<Object>> as_bytes(ThreadState& ts, const uint8_t* bytes, size_t size) {
    return bytes_from(ts, {reinterpret_cast<const char*>(bytes), size});
}

template <class T>
Result<void> method_update(ThreadState& ts, Digest<T>& self, Object& data) {
    return feed(ts, self.value, data);
}
template <class T>
Result<Ref<Object>> method_copy(ThreadState& ts, Digest<T>& self) {
    return make<T>(ts, type_of(reinterpret_cast<Object&>(self)), self.value);
}

// For digests of a fixed size: `size(value)` bytes.
template <class T>
constexpr size_t size_of(const T& value) {
    if constexpr (requires { value.digest_size(); }) {
        return value.digest_size();
    } else {
        return T::digest_size;
    }
}
template <class T>
Result<Ref<Object>> method_digest(ThreadState& ts, Digest<T>& self) {
    uint8_t out[64];
    self.value.digest(out);
    return as_bytes(ts, out, size_of(self.value));
}
template <class T>
Result<Ref<Object>> method_hexdigest(ThreadState& ts, Digest<T>& self) {
    uint8_t out[64];
    self.value.digest(out);
    return hexadecimal(ts, out, size_of(self.value));
}
template <class T>
Result<Ref<Object>> get_digest_size(ThreadState& ts, Digest<T>& self) {
    return int_from(ts, (long long)size_of(self.value));
}
template <class T>
Result<Ref<Object>> get_block_size(ThreadState& ts, Digest<T>&) {
    return int_from(ts, (long long)T::block_size);
}

template <class T>
constexpr MethodDef methods[] = {
    METHOD("copy($self, /)", method_copy<T>, "Return a copy of the hash object."),
    METHOD("digest($self, /)", method_digest<T>, "Return the digest value as a bytes object."),
    METHOD("hexdigest($self, /)", method_hexdigest<T>, "Return the digest value as a string of hexadecimal digits."),
    METHOD("update($self, obj, /)", method_update<T>, "Update this hash object's state with the provided string."),
    METHOD_END,
};

}  // namespace orochi::digests
