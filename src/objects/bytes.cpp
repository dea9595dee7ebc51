#include "objects/bytes.hpp"

#include "base/hash.hpp"
#include "objects/byte_strings.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/shared_bytes.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

consteval SharedBytes make_shared_bytes() {
    SharedBytes result{};
    result.empty.head = {{kImmortalCount, &PyBytes_Type}, 0};
    result.empty.hash = 0;
    for (int i = 0; i < 256; ++i) {
        result.single[i].head = {{kImmortalCount, &PyBytes_Type}, 1};
        result.single[i].hash = -1;
        result.single[i].text[0] = char(i);
    }
    return result;
}

Bytes& single_byte(unsigned char c) { return reinterpret_cast<Bytes&>(shared_bytes.single[c]); }

constexpr size_t kHead = offsetof(PyBytesObject, ob_sval) + 1;
// ob_shash is deprecated in the public header, and still where the hash is.
Py_hash_t& cached_hash(Bytes& bytes) {
    return *reinterpret_cast<Py_hash_t*>(reinterpret_cast<char*>(&bytes) + sizeof(PyVarObject));
}

}  // namespace

constinit SharedBytes shared_bytes = make_shared_bytes();

void shared_bytes_ready() {
    for (auto& single : shared_bytes.single) (void)bytes_hash(reinterpret_cast<Bytes&>(single));
}

Bytes& empty_bytes() { return reinterpret_cast<Bytes&>(shared_bytes.empty); }

Py_hash_t bytes_hash(Bytes& bytes) {
    Py_hash_t& hash = cached_hash(bytes);
    if (hash == -1) {
        const auto& secret = process_runtime().hash_secret;
        hash = base::hash_bytes({secret.k0, secret.k1}, bytes_data(bytes), size_t(bytes.ob_base.ob_size));
    }
    return hash;
}

Result<Ref<Bytes>> bytes_new(ThreadState& ts, Py_ssize_t size) {
    if (size == 0) return Ref<Bytes>::share(empty_bytes());
    if (size < 0) return raise(ts, PyExc_SystemError, "Negative size passed to PyBytes_FromStringAndSize");
    if (size > PY_SSIZE_T_MAX - Py_ssize_t(kHead)) return raise(ts, PyExc_OverflowError, "byte string is too large");
    Object* o = allocate_shareable_object(ts, PyBytes_Type, kHead + size_t(size));
    if (!o) return failure;
    Bytes& bytes = as<Bytes>(*o);
    bytes.ob_base.ob_size = size;
    cached_hash(bytes) = -1;
    bytes.ob_sval[size] = 0;
    return Ref<Bytes>::steal(bytes);
}

Result<Ref<Bytes>> bytes_from(ThreadState& ts, std::string_view contents) {
    if (contents.size() == 1) return Ref<Bytes>::share(single_byte(static_cast<unsigned char>(contents[0])));
    Ref<Bytes> bytes = TRY(bytes_new(ts, Py_ssize_t(contents.size())));
    if (!contents.empty()) memcpy(bytes_data(bytes), contents.data(), contents.size());
    return bytes;
}

Result<Ref<Bytes>> bytes_resize(ThreadState& ts, Ref<Bytes>&& bytes, Py_ssize_t size) {
    if (bytes->ob_base.ob_size == size) return std::move(bytes);
    if (size == 0) return Ref<Bytes>::share(empty_bytes());
    if (size < 0) return raise_bad_internal_call(ts);
    if (is_immortal(obj(*bytes))) {  // the empty one, which has no room of its own
        Ref<Bytes> grown = TRY(bytes_new(ts, size));
        memcpy(bytes_data(grown), bytes_data(bytes), size_t(std::min(size, bytes->ob_base.ob_size)));
        return grown;
    }
    if (size > PY_SSIZE_T_MAX - Py_ssize_t(kHead)) return raise_no_memory(ts);
    void* block = ts.heap().reallocate(bytes.get(), kHead + size_t(size));
    if (!block) return raise_no_memory(ts);
    (void)std::move(bytes).release();
    Bytes& moved = *static_cast<Bytes*>(block);
    moved.ob_base.ob_size = size;
    moved.ob_sval[size] = 0;
    cached_hash(moved) = -1;
    return Ref<Bytes>::steal(moved);
}

namespace {

// Bytes piled up one at a time.
struct Pile {
    ThreadState& ts;
    OptRef<Bytes> bytes;
    Py_ssize_t used = 0;
    Result<void> add(unsigned char byte) {
        if (!bytes || used == bytes->ob_base.ob_size) {
            Py_ssize_t size = used + used / 2 + 16;
            Ref<Bytes> grown = TRY(bytes ? bytes_resize(ts, bytes.take(), size) : bytes_new(ts, size));
            bytes = OptRef<Bytes>(std::move(grown));
        }
        bytes->ob_sval[used++] = char(byte);
        return {};
    }
    Result<Ref<Bytes>> finish() {
        if (used <= 1) return bytes_from(ts, used ? std::string_view(bytes->ob_sval, 1) : std::string_view());
        return bytes_resize(ts, bytes.take(), used);
    }
};

}  // namespace

Result<Ref<Bytes>> bytes_from_object(ThreadState& ts, Object& value) {
    if (PyBytes_CheckExact(&value)) return Ref<Bytes>::share(as<Bytes>(value));
    if (type_of(value).tp_as_buffer && type_of(value).tp_as_buffer->bf_getbuffer) {
        Py_buffer buffer;
        TRY(get_buffer(ts, value, buffer, PyBUF_FULL_RO));
        Result<Ref<Bytes>> result = [&]() -> Result<Ref<Bytes>> {
            Ref<Bytes> bytes = TRY(bytes_new(ts, buffer.len));
            TRY(buffer_to_contiguous(ts, bytes_data(bytes), buffer, buffer.len, 'C'));
            return bytes;
        }();
        release_buffer(buffer);
        return result;
    }
    constexpr const char* message = "bytes must be in range(0, 256)";
    Pile pile{ts, {}};
    if (PyList_CheckExact(&value) || PyTuple_CheckExact(&value)) {
        for (size_t i = 0; i < sequence_fast_items(value).size(); ++i) {
            Ref<Object> item = Ref<Object>::share(*sequence_fast_items(value)[i]);
            unsigned char byte = TRY(byte_value(ts, item, message));
            TRY(pile.add(byte));
        }
        return pile.finish();
    }
    if (!PyUnicode_Check(&value)) {
        Result<Ref<Object>> made = get_iter(ts, value);
        if (made.ok()) {
            Ref<Object> iterator = std::move(made).take();
            while (true) {
                OptRef<Object> item = TRY(iter_next(ts, iterator));
                if (!item) return pile.finish();
                unsigned char byte = TRY(byte_value(ts, *item, message));
                TRY(pile.add(byte));
            }
        }
        if (!error_matches(ts, PyExc_TypeError)) return failure;
    }
    return raise(ts, PyExc_TypeError, "cannot convert '%T' object to bytes", &value);
}

Result<Ref<Object>> bytes_concat(ThreadState& ts, Object& left, Object& right) {
    BufferView a, b;
    auto view = [&](Object& o, BufferView& v) {
        if (get_buffer(ts, o, v.raw(), PyBUF_SIMPLE).ok()) return true;
        v.raw().obj = nullptr;
        return false;
    };
    if (!view(left, a) || !view(right, b))
        return raise(ts, PyExc_TypeError, "can't concat %.100s to %.100s", type_of(right).tp_name,
                     type_of(left).tp_name);
    if (a.size() == 0 && PyBytes_CheckExact(&right)) return Ref<Object>::share(right);
    if (b.size() == 0 && PyBytes_CheckExact(&left)) return Ref<Object>::share(left);
    if (a.size() > PY_SSIZE_T_MAX - b.size()) return raise_no_memory(ts);
    Ref<Bytes> result = TRY(bytes_new(ts, a.size() + b.size()));
    if (a.size()) memcpy(bytes_data(result), a.data(), size_t(a.size()));
    if (b.size()) memcpy(bytes_data(result) + a.size(), b.data(), size_t(b.size()));
    return Ref<Object>(std::move(result));
}

Result<Ref<Str>> bytes_repr(ThreadState& ts, Bytes& bytes, bool smart_quotes) {
    return byte_string_repr(ts, bytes_view(bytes), {}, {}, smart_quotes);
}

}  // namespace orochi
