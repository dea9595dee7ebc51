// dictobject.h.
#include <cstdio>

#include "objects/dict_keys.hpp"
#include "objects/dict_views.hpp"
#include "objects/type.hpp"

using namespace orochi;

namespace {

// PyDict_GetItem and PyDict_GetItemString swallow errors, and may be called with one pending.
template <class F>
Object* swallowing(F f) {
    ThreadState& ts = current_thread();
    ErrorKeeper keeper(ts);
    auto result = f(ts);
    if (result.ok()) return std::move(result).take();
    error_clear(ts);
    return nullptr;
}

bool is_dict(ThreadState& ts, Object* o) {
    if (o && PyDict_Check(o)) return true;
    raise_bad_internal_call(ts);
    return false;
}

// The name of an identifier; null with the error pending.
Object* name_of(_Py_Identifier* id) { return _PyUnicode_FromId(id); }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int _PyDict_CheckConsistency(PyObject* dict, int check_content);

PyObject* PyDict_New() { return to_c(dict_new(current_thread())); }
PyObject* _PyDict_NewPresized(Py_ssize_t expected) { return to_c(dict_new_sized(current_thread(), expected)); }

PyObject* PyDict_GetItem(PyObject* dict, PyObject* key) {
    if (!PyDict_Check(dict)) return nullptr;
    return swallowing([&](ThreadState& ts) { return dict_get(ts, as<Dict>(*dict), *key); });
}
PyObject* PyDict_GetItemWithError(PyObject* dict, PyObject* key) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return nullptr;
    return to_c(dict_get(ts, as<Dict>(*dict), *key));
}
PyObject* _PyDict_GetItemWithError(PyObject* dict, PyObject* key) {
    return to_c(dict_get(current_thread(), as<Dict>(*dict), *key));
}
PyObject* _PyDict_GetItem_KnownHash(PyObject* dict, PyObject* key, Py_hash_t hash) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return nullptr;
    return to_c(dict_get_hashed(ts, as<Dict>(*dict), *key, hash));
}
PyObject* PyDict_GetItemString(PyObject* dict, const char* key) {
    return swallowing([&](ThreadState& ts) -> Result<Object*> {
        if (!PyDict_Check(dict)) return nullptr;
        return dict_get_text(ts, as<Dict>(*dict), key);
    });
}
PyObject* _PyDict_GetItemStringWithError(PyObject* dict, const char* key) {
    return to_c(dict_get_text(current_thread(), as<Dict>(*dict), key));
}
PyObject* _PyDict_GetItemIdWithError(PyObject* dict, _Py_Identifier* id) {
    Object* key = name_of(id);
    return key ? to_c(dict_get(current_thread(), as<Dict>(*dict), *key)) : nullptr;
}

int PyDict_SetItem(PyObject* dict, PyObject* key, PyObject* value) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return -1;
    return to_c(dict_set(ts, as<Dict>(*dict), *key, *value));
}
int _PyDict_SetItem_KnownHash(PyObject* dict, PyObject* key, PyObject* value, Py_hash_t hash) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return -1;
    return to_c(dict_set_hashed(ts, as<Dict>(*dict), *key, *value, hash));
}
int PyDict_SetItemString(PyObject* dict, const char* key, PyObject* value) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return -1;
    return to_c(dict_set_text(ts, as<Dict>(*dict), key, *value));
}
int _PyDict_SetItemId(PyObject* dict, _Py_Identifier* id, PyObject* value) {
    Object* key = name_of(id);
    return key ? PyDict_SetItem(dict, key, value) : -1;
}
PyObject* PyDict_SetDefault(PyObject* dict, PyObject* key, PyObject* value) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return nullptr;
    return to_c(dict_set_default(ts, as<Dict>(*dict), *key, *value));
}

int PyDict_DelItem(PyObject* dict, PyObject* key) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return -1;
    return to_c(dict_delete(ts, as<Dict>(*dict), *key));
}
int _PyDict_DelItem_KnownHash(PyObject* dict, PyObject* key, Py_hash_t) { return PyDict_DelItem(dict, key); }
int PyDict_DelItemString(PyObject* dict, const char* key) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(-1, str_from_utf8(ts, key));
    return PyDict_DelItem(dict, obj(text.get()));
}
int _PyDict_DelItemId(PyObject* dict, _Py_Identifier* id) {
    Object* key = name_of(id);
    return key ? PyDict_DelItem(dict, key) : -1;
}
int _PyDict_DelItemIf(PyObject* dict, PyObject* key, int (*predicate)(PyObject* value)) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return -1;
    Object* value = TRY_OR(-1, dict_get(ts, as<Dict>(*dict), *key));
    if (!value) {
        raise_key_error(ts, *key);
        return -1;
    }
    int wanted = predicate(value);
    if (wanted <= 0) return wanted;
    return PyDict_DelItem(dict, key);
}
PyObject* _PyDict_Pop(PyObject* dict, PyObject* key, PyObject* fallback) {
    ThreadState& ts = current_thread();
    OptRef<Object> value = TRY_OR(nullptr, dict_pop(ts, as<Dict>(*dict), *key));
    if (value) return value.release();
    if (fallback) return new_reference(*fallback);
    raise_key_error(ts, *key);
    return nullptr;
}
void PyDict_Clear(PyObject* dict) {
    if (PyDict_Check(dict)) dict_clear(current_thread(), as<Dict>(*dict));
}

int PyDict_Contains(PyObject* dict, PyObject* key) {
    return to_c(dict_contains(current_thread(), as<Dict>(*dict), *key));
}
int _PyDict_Contains_KnownHash(PyObject* dict, PyObject* key, Py_hash_t hash) {
    Object* value = TRY_OR(-1, dict_get_hashed(current_thread(), as<Dict>(*dict), *key, hash));
    return value != nullptr;
}
int _PyDict_ContainsId(PyObject* dict, _Py_Identifier* id) {
    Object* key = name_of(id);
    return key ? PyDict_Contains(dict, key) : -1;
}
Py_ssize_t PyDict_Size(PyObject* dict) {
    if (!is_dict(current_thread(), dict)) return -1;
    return dict_size(as<Dict>(*dict));
}
int PyDict_Next(PyObject* dict, Py_ssize_t* position, PyObject** key, PyObject** value) {
    return PyDict_Check(dict) && dict_next(as<Dict>(*dict), *position, key, value);
}
int _PyDict_Next(PyObject* dict, Py_ssize_t* position, PyObject** key, PyObject** value, Py_hash_t* hash) {
    return PyDict_Check(dict) && dict_next(as<Dict>(*dict), *position, key, value, hash);
}

PyObject* PyDict_Keys(PyObject* dict) {
    ThreadState& ts = current_thread();
    return is_dict(ts, dict) ? to_c(dict_keys(ts, as<Dict>(*dict))) : nullptr;
}
PyObject* PyDict_Values(PyObject* dict) {
    ThreadState& ts = current_thread();
    return is_dict(ts, dict) ? to_c(dict_values(ts, as<Dict>(*dict))) : nullptr;
}
PyObject* PyDict_Items(PyObject* dict) {
    ThreadState& ts = current_thread();
    return is_dict(ts, dict) ? to_c(dict_items(ts, as<Dict>(*dict))) : nullptr;
}
PyObject* PyDict_Copy(PyObject* dict) {
    ThreadState& ts = current_thread();
    return is_dict(ts, dict) ? to_c(dict_copy(ts, as<Dict>(*dict))) : nullptr;
}

int _PyDict_MergeEx(PyObject* dict, PyObject* other, int override) {
    ThreadState& ts = current_thread();
    if (!is_dict(ts, dict)) return -1;
    if (!other) {
        raise_bad_internal_call(ts);
        return -1;
    }
    if (override == 2) return to_c(dict_merge_unique(ts, as<Dict>(*dict), *other));
    return to_c(dict_merge(ts, as<Dict>(*dict), *other, override != 0));
}
int PyDict_Merge(PyObject* dict, PyObject* other, int override) { return _PyDict_MergeEx(dict, other, override != 0); }
int PyDict_Update(PyObject* dict, PyObject* other) { return _PyDict_MergeEx(dict, other, 1); }
int PyDict_MergeFromSeq2(PyObject* dict, PyObject* pairs, int override) {
    return to_c(dict_merge_pairs(current_thread(), as<Dict>(*dict), *pairs, override != 0));
}

void _PyDict_MaybeUntrack(PyObject* dict) { dict_maybe_untrack(*dict); }
int _PyDict_HasOnlyStringKeys(PyObject* dict) {
    if (as<Dict>(*dict).ma_keys->has_names()) return 1;
    Py_ssize_t position = 0;
    Object* key;
    while (dict_next(as<Dict>(*dict), position, &key, nullptr)) {
        if (!PyUnicode_Check(key)) return 0;
    }
    return 1;
}
Py_ssize_t _PyDict_SizeOf(PyDictObject* dict) { return Py_ssize_t(dict_size_of(*dict)); }
int _PyDict_CheckConsistency(PyObject*, int) { return 1; }
void _PyDict_DebugMallocStats(FILE* out) {
    std::fprintf(out, "%d free PyDictObjects\n", current_thread().interpreter().free_lists.dicts.count);
}

PyObject* _PyDictView_New(PyObject* dict, PyTypeObject* type) {
    ThreadState& ts = current_thread();
    if (!dict) {
        raise_bad_internal_call(ts);
        return nullptr;
    }
    if (!PyDict_Check(dict)) {
        raise(ts, PyExc_TypeError, "%s() requires a dict argument, not '%T'", type->tp_name, dict);
        return nullptr;
    }
    return to_c(dict_view(ts, *type, as<Dict>(*dict)));
}
PyObject* _PyDictView_Intersect(PyObject* left, PyObject* right) {
    return to_c(dict_view_intersect(current_thread(), *left, *right));
}

}  // extern "C"
#pragma GCC visibility pop
