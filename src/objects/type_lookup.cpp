// Finding attributes along the method resolution order, the cache in front of it, and the version tags
// that keep cache entries valid.
#include "objects/dict.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"
#include "objects/weakref.hpp"

namespace orochi {

namespace {

inline bool has_version(const Type& type) { return type.tp_flags & Py_TPFLAGS_VALID_VERSION_TAG; }

constexpr size_t kEntries = size_t{1} << kTypeCacheBits;

inline size_t cache_index(uint32_t version, const Object& name) {
    return (version ^ size_t(reinterpret_cast<uintptr_t>(&name) >> 4)) & (kEntries - 1);
}

[[gnu::noinline]] Object* lookup_slow(ThreadState& ts, Type& type, Object& name) {
    Object* value = type_find_in_mro(ts, type, name);
    if (!PyUnicode_CheckExact(&name) || !str_is_interned(as<Str>(name))) return value;
    if (!type_assign_version(ts, type)) return value;
    TypeCacheEntry*& cache = ts.interpreter().type_cache;
    if (!cache) {
        cache = static_cast<TypeCacheEntry*>(ts.heap().allocate_zeroed(kEntries * sizeof(TypeCacheEntry)));
        if (!cache) return value;
    }
    TypeCacheEntry& entry = cache[cache_index(type.tp_version_tag, name)];
    Object* old_name = entry.name;
    entry = TypeCacheEntry{type.tp_version_tag, new_reference(name), value};
    decref_optional(old_name);
    return value;
}

}  // namespace

Object* type_find_in_mro(ThreadState& ts, Type& type, Object& name) {
    if (!type.tp_mro) return nullptr;
    Ref<Tuple> mro = Ref<Tuple>::share(as<Tuple>(*type.tp_mro));
    for (Py_ssize_t i = 0, count = tuple_size(*mro); i < count; ++i) {
        Object* dict = as<Type>(tuple_item(*mro, i)).tp_dict;
        if (!dict) continue;
        Result<Object*> found = dict_get(ts, as<Dict>(*dict), name);
        if (!found.ok()) {
            // A key with an __eq__ that raises: there is nobody to tell.
            error_clear(ts);
            return nullptr;
        }
        if (Object* value = std::move(found).take()) return value;
    }
    return nullptr;
}

Object* type_lookup(ThreadState& ts, Type& type, Object& name) {
    TypeCacheEntry* cache = ts.interpreter().type_cache;
    if (has_version(type) && cache) [[likely]] {
        const TypeCacheEntry& entry = cache[cache_index(type.tp_version_tag, name)];
        if (entry.version == type.tp_version_tag && entry.name == &name) return entry.value;
    }
    return lookup_slow(ts, type, name);
}

void type_cache_clear(ThreadState& ts) {
    TypeCacheEntry* cache = ts.interpreter().type_cache;
    if (!cache) return;
    for (size_t i = 0; i < kEntries; ++i) {
        Object* name = cache[i].name;
        cache[i] = TypeCacheEntry{};
        decref_optional(name);
    }
}

bool type_assign_version(ThreadState& ts, Type& type) {
    if (has_version(type)) return true;
    if (is_shared_static(type) || !(type.tp_flags & Py_TPFLAGS_READY) || !type.tp_mro) return false;
    Interpreter& interpreter = ts.interpreter();
    if (interpreter.next_type_version == 0) interpreter.next_type_version = kFirstHeapTypeVersion;
    if (interpreter.next_type_version == UINT32_MAX) return false;
    // A change of a base must reach this type, so the bases need tags first: they are invalidated top down.
    if (type.tp_bases) {
        Tuple& bases = as<Tuple>(*type.tp_bases);
        for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
            if (!PyType_Check(&tuple_item(bases, i)) || !type_assign_version(ts, as<Type>(tuple_item(bases, i))))
                return false;
        }
    }
    type.tp_version_tag = interpreter.next_type_version++;
    type.tp_flags |= Py_TPFLAGS_VALID_VERSION_TAG;
    return true;
}

void type_modified(ThreadState& ts, Type& type) {
    if (!has_version(type) || is_shared_static(type)) return;
    type.tp_flags &= ~Py_TPFLAGS_VALID_VERSION_TAG;
    type.tp_version_tag = 0;
    if (is_heap_type(type)) {
        reinterpret_cast<HeapType&>(type)._spec_cache.getitem = nullptr;
    }
    Object* subclasses = type_subclasses(ts, type);
    if (!subclasses) return;
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*subclasses), position, &key, &value)) {
        Object* subclass = weakref_target(*value);
        if (subclass) type_modified(ts, as<Type>(*subclass));
    }
}

bool type_is_subtype(const Type& derived, const Type& base) {
    if (Object* mro = derived.tp_mro) {
        const Tuple& tuple = *reinterpret_cast<const Tuple*>(mro);
        for (Py_ssize_t i = 0, count = tuple_size(tuple); i < count; ++i) {
            if (tuple.ob_item[i] == reinterpret_cast<const Object*>(&base)) return true;
        }
        return false;
    }
    // Not readied yet: follow the chain of bases.
    for (const Type* type = &derived; type; type = type->tp_base) {
        if (type == &base) return true;
    }
    return &base == &PyBaseObject_Type;
}

}  // namespace orochi
