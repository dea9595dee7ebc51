// The module _blake2: BLAKE2b and BLAKE2s with key, salt, person and tree parameters.
#include "modules/digests/digests.hpp"

namespace orochi {

namespace digests {

namespace {

using base::Blake2b, base::Blake2Parameters, base::Blake2s;

Result<unsigned long long> positive(ThreadState& ts, Object* value, unsigned long long most, const char* message) {
    if (!value) return 0ull;
    Ref<Object> number = TRY(number_index(ts, *value));
    if (int_sign(as<Int>(*number)) < 0) return raise(ts, PyExc_ValueError, "value must be positive");
    auto result = int_as_unsigned_long_long(ts, number);
    if (!result.ok()) return failure;
    unsigned long long n = std::move(result).take();
    if (n > most) return raise(ts, PyExc_OverflowError, message);
    return n;
}
Result<int> in_range(ThreadState& ts, int value, int least, int most, const char* message) {
    if (value < least || value > most) return raise(ts, PyExc_ValueError, message, most);
    return value;
}
Result<size_t> copy_text(ThreadState& ts, uint8_t* out, BufferView& given, size_t most, const char* what) {
    if (!given.given()) return size_t(0);
    if (size_t(given.size()) > most)
        return raise(ts, PyExc_ValueError, "maximum %s length is %zd bytes", what, Py_ssize_t(most));
    std::memcpy(out, given.data(), size_t(given.size()));
    return size_t(given.size());
}

template <class T>
Result<Ref<Object>> construct(ThreadState& ts, Type& type, Object* data, Object* digest_size, BufferView& key,
                              BufferView& salt, BufferView& person, int fanout, int depth, Object* leaf_size,
                              Object* node_offset, int node_depth, int inner_size, bool last_node, Object*) {
    Blake2Parameters p;
    int size = digest_size ? TRY(int_as_int(ts, *digest_size)) : int(T::max_digest);
    p.digest_size =
        uint8_t(TRY(in_range(ts, size, 1, int(T::max_digest), "digest_size must be between 1 and %d bytes")));
    (void)TRY(copy_text(ts, p.salt, salt, T::salt_size, "salt"));
    (void)TRY(copy_text(ts, p.person, person, T::person_size, "person"));
    p.fanout = uint8_t(TRY(in_range(ts, fanout, 0, 255, "fanout must be between 0 and %d")));
    p.depth = uint8_t(TRY(in_range(ts, depth, 1, 255, "depth must be between 1 and %d")));
    p.leaf_size = uint32_t(TRY(positive(ts, leaf_size, 0xffffffffu, "leaf_size is too large")));
    p.node_offset =
        TRY(positive(ts, node_offset, T::max_digest == 64 ? ~0ull : (1ull << 48) - 1, "node_offset is too large"));
    p.node_depth = uint8_t(TRY(in_range(ts, node_depth, 0, 255, "node_depth must be between 0 and %d")));
    p.inner_size =
        uint8_t(TRY(in_range(ts, inner_size, 0, int(T::max_digest), "inner_size must be between 0 and is %d")));
    p.key_size = uint8_t(TRY(copy_text(ts, p.key, key, T::max_key, "key")));
    p.last_node = last_node;
    Ref<Object> result = TRY(make<T>(ts, type, T(p)));
    if (data) TRY(feed(ts, as<Digest<T>>(*result).value, *data));
    return result;
}

template <class T>
Result<Ref<Object>> get_name(ThreadState& ts, Digest<T>&) {
    return str_from_ascii(ts, T::name);
}

template <class T>
constexpr PyGetSetDef getset[] = {
    GETTER("name", get_name<T>, nullptr),
    GETTER("block_size", get_block_size<T>, nullptr),
    GETTER("digest_size", get_digest_size<T>, nullptr),
    GETSET_END,
};

template <class T>
Result<void> add(ThreadState& ts, Object& module, const char* full_name, void* construct, const char* prefix) {
    PyType_Slot slots[] = {{Py_tp_dealloc, raw_pointer(dealloc<T>)},
                           {Py_tp_doc, const_cast<char*>("Return a new BLAKE2 hash object.")},
                           {Py_tp_new, construct},
                           {Py_tp_methods, methods_pointer(methods<T>)},
                           {Py_tp_getset, const_cast<PyGetSetDef*>(getset<T>)},
                           {0, nullptr}};
    PyType_Spec spec = {full_name, sizeof(Digest<T>), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots};
    Ref<Type> type = TRY(module_add_type(ts, module, spec));
    struct {
        const char* name;
        size_t value;
    } constants[] = {{"SALT_SIZE", T::salt_size},
                     {"PERSON_SIZE", T::person_size},
                     {"MAX_KEY_SIZE", T::max_key},
                     {"MAX_DIGEST_SIZE", T::max_digest}};
    for (auto& constant : constants) {
        Ref<Object> value = TRY(int_from(ts, (long long)constant.value));
        Ref<Str> name = TRY(intern_utf8(ts, constant.name));
        TRY(dict_set(ts, as<Dict>(*type->tp_dict), obj(*name), value));
        Ref<Str> global = TRY(str_format(ts, "%s_%s", prefix, constant.name));
        TRY(dict_set(ts, module_dict(module), obj(*global), value));
    }
    return {};
}

#define SIGNATURE(NAME, SIZE)                                   \
    NAME "($type, data=b'', /, *, digest_size=" SIZE            \
         ", key=b'', salt=b'', person=b'', fanout=1, depth=1, " \
         "leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True)"

Result<void> execute(ThreadState& ts, Object& module) {
    TRY(add<Blake2b>(ts, module, "_blake2.blake2b",
                     new_pointer(NEW_SLOT(SIGNATURE("blake2b", "64"), construct<Blake2b>)), "BLAKE2B"));
    return add<Blake2s>(ts, module, "_blake2.blake2s",
                        new_pointer(NEW_SLOT(SIGNATURE("blake2s", "32"), construct<Blake2s>)), "BLAKE2S");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace digests

PyModuleDef blake2_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_blake2",
    .m_doc = "_blake2b provides BLAKE2b for hashlib\n",
    .m_slots = digests::slots,
};

}  // namespace orochi
