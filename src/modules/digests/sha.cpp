// The modules _md5, _sha1, _sha256 and _sha512.
#include "modules/digests/digests.hpp"

#include "modules/module_references.hpp"

namespace orochi {

namespace digests {

namespace {

using base::Md5, base::Sha1, base::Sha256, base::Sha512;

// The types of a module: the first and, where there are two lengths, the second, short one.
struct State {
    Type* types[2];

    template <class F>
    void each(F f) {
        for (Type*& type : types) f(type);
    }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

template <class T>
const char* name_of(const T& value);
template <>
const char* name_of(const Md5&) {
    return "md5";
}
template <>
const char* name_of(const Sha1&) {
    return "sha1";
}
template <>
const char* name_of(const Sha256& v) {
    return v.digest_size() == 32 ? "sha256" : "sha224";
}
template <>
const char* name_of(const Sha512& v) {
    return v.digest_size() == 64 ? "sha512" : "sha384";
}
template <class T>
Result<Ref<Object>> get_name(ThreadState& ts, Digest<T>& self) {
    return str_from_ascii(ts, name_of(self.value));
}

template <class T>
constexpr PyGetSetDef getset[] = {
    GETTER("block_size", get_block_size<T>, nullptr),
    GETTER("name", get_name<T>, nullptr),
    GETTER("digest_size", get_digest_size<T>, nullptr),
    GETSET_END,
};

template <class T, bool short_form>
Result<Ref<Object>> construct(ThreadState& ts, Object& module, Object* string, Object*) {
    auto empty = [] {
        if constexpr (std::is_constructible_v<T, bool>) {
            return T(short_form);
        } else {
            return T();
        }
    };
    Ref<Object> result = TRY(make<T>(ts, *state_of(module).types[short_form], empty()));
    if (string) TRY(feed(ts, as<Digest<T>>(*result).value, *string));
    return result;
}

template <class T>
Result<void> add(ThreadState& ts, Object& module, int index, const char* full_name, const char* attribute) {
    PyType_Slot slots[] = {{Py_tp_dealloc, raw_pointer(dealloc<T>)},
                           {Py_tp_methods, methods_pointer(methods<T>)},
                           {Py_tp_getset, const_cast<PyGetSetDef*>(getset<T>)},
                           {0, nullptr}};
    PyType_Spec spec = {full_name, sizeof(Digest<T>), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, slots};
    Ref<Type> type = TRY(type_from_spec(ts, &module, spec, nullptr));
    TRY(module_add(ts, module, attribute, obj(*type)));
    state_of(module).types[index] = std::move(type).release();
    return {};
}

Result<void> execute_md5(ThreadState& ts, Object& module) { return add<Md5>(ts, module, 0, "_md5.md5", "MD5Type"); }
Result<void> execute_sha1(ThreadState& ts, Object& module) {
    return add<Sha1>(ts, module, 0, "_sha1.sha1", "SHA1Type");
}
Result<void> execute_sha256(ThreadState& ts, Object& module) {
    TRY(add<Sha256>(ts, module, 1, "_sha256.sha224", "SHA224Type"));
    return add<Sha256>(ts, module, 0, "_sha256.sha256", "SHA256Type");
}
Result<void> execute_sha512(ThreadState& ts, Object& module) {
    TRY(add<Sha512>(ts, module, 1, "_sha512.sha384", "SHA384Type"));
    return add<Sha512>(ts, module, 0, "_sha512.sha512", "SHA512Type");
}

constexpr MethodDef md5_functions[] = {
    native::make_method<&construct<Md5, false>>(
        [] { return std::string_view("md5($module, /, string=b'', *, usedforsecurity=True)"); },
        "md5($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new MD5 hash object; optionally "
        "initialized with a string."),
    METHOD_END};
constexpr MethodDef sha1_functions[] = {
    native::make_method<&construct<Sha1, false>>(
        [] { return std::string_view("sha1($module, /, string=b'', *, usedforsecurity=True)"); },
        "sha1($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new SHA1 hash object; optionally "
        "initialized with a string."),
    METHOD_END};
constexpr MethodDef sha256_functions[] = {
    native::make_method<&construct<Sha256, false>>(
        [] { return std::string_view("sha256($module, /, string=b'', *, usedforsecurity=True)"); },
        "sha256($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new SHA-256 hash object; optionally "
        "initialized with a string."),
    native::make_method<&construct<Sha256, true>>(
        [] { return std::string_view("sha224($module, /, string=b'', *, usedforsecurity=True)"); },
        "sha224($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new SHA-224 hash object; optionally "
        "initialized with a string."),
    METHOD_END};
constexpr MethodDef sha512_functions[] = {
    native::make_method<&construct<Sha512, false>>(
        [] { return std::string_view("sha512($module, /, string=b'', *, usedforsecurity=True)"); },
        "sha512($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new SHA-512 hash object; optionally "
        "initialized with a string."),
    native::make_method<&construct<Sha512, true>>(
        [] { return std::string_view("sha384($module, /, string=b'', *, usedforsecurity=True)"); },
        "sha384($module, /, string=b'', *, usedforsecurity=True)\n--\n\nReturn a new SHA-384 hash object; optionally "
        "initialized with a string."),
    METHOD_END};

template <auto F>
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<F>)},
    {0, nullptr},
};

}  // namespace
}  // namespace digests

#define DIGEST_MODULE(SYMBOL, NAME, FUNCTIONS, EXECUTE)           \
    PyModuleDef SYMBOL = {                                        \
        .m_base = PyModuleDef_HEAD_INIT,                          \
        .m_name = NAME,                                           \
        .m_size = sizeof(digests::State),                         \
        .m_methods = METHOD_TABLE(digests::FUNCTIONS),            \
        .m_slots = digests::slots<digests::EXECUTE>,              \
        .m_traverse = ModuleReferences<digests::State>::traverse, \
        .m_clear = ModuleReferences<digests::State>::clear,       \
        .m_free = ModuleReferences<digests::State>::free,         \
    }
DIGEST_MODULE(md5_module, "_md5", md5_functions, execute_md5);
DIGEST_MODULE(sha1_module, "_sha1", sha1_functions, execute_sha1);
DIGEST_MODULE(sha256_module, "_sha256", sha256_functions, execute_sha256);
DIGEST_MODULE(sha512_module, "_sha512", sha512_functions, execute_sha512);

}  // namespace orochi
