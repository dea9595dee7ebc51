// The module _sha3: SHA-3 of four lengths, and SHAKE.
#include "modules/digests/digests.hpp"

namespace orochi {

namespace digests {

namespace {

using base::Keccak;
using Sponge = Digest<Keccak>;

struct Variant {
    const char* full_name;
    size_t rate;
    size_t digest_size;  // 0: SHAKE, any length
    const char* name() const { return full_name + sizeof("_sha3.") - 1; }
};
constexpr Variant variants[] = {
    {"_sha3.sha3_224", 144, 28}, {"_sha3.sha3_256", 136, 32}, {"_sha3.sha3_384", 104, 48},
    {"_sha3.sha3_512", 72, 64},  {"_sha3.shake_128", 168, 0}, {"_sha3.shake_256", 136, 0},
};
const Variant& variant_of(const Keccak& value) {
    for (const Variant& v : variants) {
        if (v.rate == value.rate() && (v.digest_size == 0) == (value.suffix() == 0x1f)) return v;
    }
    std::abort();
}

template <int index>
Result<Ref<Object>> construct(ThreadState& ts, Type& type, Object* data, Object*) {
    constexpr const Variant& v = variants[index];
    Ref<Object> result = TRY(make<Keccak>(ts, type, Keccak(v.rate, v.digest_size ? 0x06 : 0x1f)));
    if (data) TRY(feed(ts, as<Sponge>(*result).value, *data));
    return result;
}

Result<Ref<Object>> sha3_digest(ThreadState& ts, Sponge& self) {
    uint8_t out[64];
    size_t size = variant_of(self.value).digest_size;
    self.value.digest(out, size);
    return as_bytes(ts, out, size);
}
Result<Ref<Object>> sha3_hexdigest(ThreadState& ts, Sponge& self) {
    uint8_t out[64];
    size_t size = variant_of(self.value).digest_size;
    self.value.digest(out, size);
    return hexadecimal(ts, out, size);
}

Result<Ref<Bytes>> squeeze(ThreadState& ts, Sponge& self, Object& length) {
    Ref<Object> number = TRY(number_index(ts, length));
    if (int_sign(as<Int>(*number)) < 0) return raise(ts, PyExc_ValueError, "value must be positive");
    unsigned long size = TRY(int_as_unsigned_long(ts, number));
    if (size >= (1ul << 29)) return raise(ts, PyExc_ValueError, "length is too large");
    Ref<Bytes> bytes = TRY(bytes_new(ts, Py_ssize_t(size)));
    if (size) self.value.digest(reinterpret_cast<uint8_t*>(bytes_data(*bytes)), size);
    return bytes;
}
Result<Ref<Object>> shake_digest(ThreadState& ts, Sponge& self, Object& length) { return squeeze(ts, self, length); }
Result<Ref<Object>> shake_hexdigest(ThreadState& ts, Sponge& self, Object& length) {
    Ref<Bytes> bytes = TRY(squeeze(ts, self, length));
    return hexadecimal(ts, reinterpret_cast<const uint8_t*>(bytes_data(*bytes)), bytes_view(*bytes).size());
}

Result<Ref<Object>> get_rate_bytes(ThreadState& ts, Sponge& self) { return int_from(ts, (long long)self.value.rate()); }
Result<Ref<Object>> get_variant_name(ThreadState& ts, Sponge& self) {
    return str_from_ascii(ts, variant_of(self.value).name());
}
Result<Ref<Object>> get_size(ThreadState& ts, Sponge& self) {
    return int_from(ts, (long long)variant_of(self.value).digest_size);
}
Result<Ref<Object>> get_capacity(ThreadState& ts, Sponge& self) {
    return int_from(ts, 1600 - 8 * (long long)self.value.rate());
}
Result<Ref<Object>> get_rate(ThreadState& ts, Sponge& self) { return int_from(ts, 8 * (long long)self.value.rate()); }
Result<Ref<Object>> get_suffix(ThreadState& ts, Sponge& self) {
    uint8_t suffix = self.value.suffix();
    return as_bytes(ts, &suffix, 1);
}

constexpr PyGetSetDef sponge_getset[] = {
    GETTER("block_size", get_rate_bytes, nullptr),
    GETTER("name", get_variant_name, nullptr),
    GETTER("digest_size", get_size, nullptr),
    GETTER("_capacity_bits", get_capacity, nullptr),
    GETTER("_rate_bits", get_rate, nullptr),
    GETTER("_suffix", get_suffix, nullptr),
    GETSET_END,
};
constexpr MethodDef sha3_methods[] = {
    METHOD("copy($self, /)", method_copy<Keccak>, "Return a copy of the hash object."),
    METHOD("digest($self, /)", sha3_digest, "Return the digest value as a bytes object."),
    METHOD("hexdigest($self, /)", sha3_hexdigest, "Return the digest value as a string of hexadecimal digits."),
    METHOD("update($self, data, /)", method_update<Keccak>,
           "Update this hash object's state with the provided bytes-like object."),
    METHOD_END,
};
constexpr MethodDef shake_methods[] = {
    METHOD("copy($self, /)", method_copy<Keccak>, "Return a copy of the hash object."),
    METHOD("digest($self, length, /)", shake_digest, "Return the digest value as a bytes object."),
    METHOD("hexdigest($self, length, /)", shake_hexdigest,
           "Return the digest value as a string of hexadecimal digits."),
    METHOD("update($self, data, /)", method_update<Keccak>,
           "Update this hash object's state with the provided bytes-like object."),
    METHOD_END,
};

Result<void> add(ThreadState& ts, Object& module, const Variant& v, void* construct) {
    PyType_Slot slots[] = {{Py_tp_dealloc, raw_pointer(dealloc<Keccak>)},
                           {Py_tp_doc, const_cast<char*>("Return a new SHA-3 or SHAKE hash object.")},
                           {Py_tp_new, construct},
                           {Py_tp_methods, methods_pointer(v.digest_size ? sha3_methods : shake_methods)},
                           {Py_tp_getset, const_cast<PyGetSetDef*>(sponge_getset)},
                           {0, nullptr}};
    PyType_Spec spec = {v.full_name, sizeof(Sponge), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots};
    (void)TRY(module_add_type(ts, module, spec));
    return {};
}

Result<void> execute(ThreadState& ts, Object& module) {
    TRY(add(ts, module, variants[0],
            new_pointer(NEW_SLOT("sha3_224($type, data=b'', /, *, usedforsecurity=True)", construct<0>))));
    TRY(add(ts, module, variants[1],
            new_pointer(NEW_SLOT("sha3_256($type, data=b'', /, *, usedforsecurity=True)", construct<1>))));
    TRY(add(ts, module, variants[2],
            new_pointer(NEW_SLOT("sha3_384($type, data=b'', /, *, usedforsecurity=True)", construct<2>))));
    TRY(add(ts, module, variants[3],
            new_pointer(NEW_SLOT("sha3_512($type, data=b'', /, *, usedforsecurity=True)", construct<3>))));
    TRY(add(ts, module, variants[4],
            new_pointer(NEW_SLOT("shake_128($type, data=b'', /, *, usedforsecurity=True)", construct<4>))));
    TRY(add(ts, module, variants[5],
            new_pointer(NEW_SLOT("shake_256($type, data=b'', /, *, usedforsecurity=True)", construct<5>))));
    TRY(module_add_int(ts, module, "keccakopt", 0));
    return module_add_text(ts, module, "implementation", "orochi");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace digests

PyModuleDef sha3_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_sha3",
    .m_slots = digests::slots,
};

}  // namespace orochi
