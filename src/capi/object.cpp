// object.h: attributes, text, comparison, reference counts.
#include <cstdio>

#include "base/hash.hpp"
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/type_internal.hpp"

using namespace orochi;

#undef Py_Is
#undef Py_IsNone
#undef Py_IsTrue
#undef Py_IsFalse

namespace {

// A name given as C text.
Result<Ref<Str>> name_of(ThreadState& ts, const char* text) { return intern_utf8(ts, text); }

Object* null_text(ThreadState& ts) { return to_c(str_from_ascii(ts, "<NULL>")); }

// 1 with a new reference in *result, 0 when absent, -1 on failure.
int lookup_result(Result<OptRef<Object>>&& found, PyObject** result) {
    if (!found.ok()) {
        *result = nullptr;
        return -1;
    }
    *result = std::move(found).take().release();
    return *result != nullptr;
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PyObject* orochi_new_ref(PyObject* o) __asm__("Py_NewRef");
PyObject* orochi_new_ref(PyObject* o) { return new_reference(*o); }
PyObject* orochi_xnew_ref(PyObject* o) __asm__("Py_XNewRef");
PyObject* orochi_xnew_ref(PyObject* o) { return new_reference_optional(o); }
void Py_IncRef(PyObject* o) { incref_optional(o); }
void Py_DecRef(PyObject* o) { decref_optional(o); }
void _Py_IncRef(PyObject* o) { incref(*o); }
void _Py_DecRef(PyObject* o) { decref(*o); }
// The macros of the stock headers call this when a count reaches zero.
void _Py_Dealloc(PyObject* o) { deallocate(*o); }
void _Py_NewReference(PyObject* o) { o->ob_refcnt = 1; }
int Py_Is(PyObject* a, PyObject* b) { return a == b; }
int Py_IsNone(PyObject* o) { return o == &none(); }
int Py_IsTrue(PyObject* o) { return o == &bool_object(true); }
int Py_IsFalse(PyObject* o) { return o == &bool_object(false); }

PyObject* _PyObject_GenericGetAttrWithDict(PyObject* o, PyObject* name, PyObject* dict, int suppress) {
    ThreadState& ts = current_thread();
    if (!dict && !suppress) return to_c(generic_getattr(ts, *o, *name));
    auto run = [&]() -> Result<OptRef<Object>> {
        Type& type = type_of(*o);
        OptRef<Object> descriptor = OptRef<Object>::share(type_lookup(ts, type, *name));
        descrgetfunc get = descriptor ? type_of(*descriptor).tp_descr_get : nullptr;
        if (get && type_of(*descriptor).tp_descr_set)
            return Result<Ref<Object>>::adopt(get(descriptor.get(), o, &obj(type)));
        OptRef<Object> own =
            dict ? OptRef<Object>::share(TRY(dict_get(ts, as<Dict>(*dict), *name))) : TRY(own_attribute(ts, *o, *name));
        if (own) return own;
        if (get) return Result<Ref<Object>>::adopt(get(descriptor.get(), o, &obj(type)));
        if (descriptor || suppress) return descriptor;
        return raise_attribute_error(ts, *o, *name);
    };
    auto result = run();
    if (!result.ok()) {
        if (suppress && error_matches(ts, PyExc_AttributeError)) error_clear(ts);
        return nullptr;
    }
    return std::move(result).take().release();
}
int _PyObject_GenericSetAttrWithDict(PyObject* o, PyObject* name, PyObject* value, PyObject* dict) {
    ThreadState& ts = current_thread();
    if (!dict) return to_c(generic_setattr(ts, *o, *name, value));
    Object* descriptor = type_lookup(ts, type_of(*o), *name);
    if (descriptor && type_of(*descriptor).tp_descr_set) return type_of(*descriptor).tp_descr_set(descriptor, o, value);
    if (value) return to_c(dict_set(ts, as<Dict>(*dict), *name, *value));
    return to_c(dict_delete(ts, as<Dict>(*dict), *name));
}
PyObject* PyObject_GetAttr(PyObject* o, PyObject* name) { return to_c(getattr(current_thread(), *o, *name)); }
PyObject* PyObject_GetAttrString(PyObject* o, const char* name) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, name_of(ts, name));
    return to_c(getattr(ts, *o, obj(*text)));
}
int PyObject_SetAttr(PyObject* o, PyObject* name, PyObject* value) {
    ThreadState& ts = current_thread();
    return value ? to_c(setattr(ts, *o, *name, *value)) : to_c(delattr(ts, *o, *name));
}
int PyObject_SetAttrString(PyObject* o, const char* name, PyObject* value) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(-1, name_of(ts, name));
    return value ? to_c(setattr(ts, *o, obj(*text), *value)) : to_c(delattr(ts, *o, obj(*text)));
}
int PyObject_HasAttr(PyObject* o, PyObject* name) {
    ThreadState& ts = current_thread();
    auto found = getattr_optional(ts, *o, *name);
    if (!found.ok()) {
        error_clear(ts);
        return 0;
    }
    return bool(std::move(found).take());
}
int PyObject_HasAttrString(PyObject* o, const char* name) {
    PyObject* found = PyObject_GetAttrString(o, name);
    if (!found) {
        error_clear(current_thread());
        return 0;
    }
    decref(*found);
    return 1;
}
int _PyObject_LookupAttr(PyObject* o, PyObject* name, PyObject** result) {
    return lookup_result(getattr_optional(current_thread(), *o, *name), result);
}
int _PyObject_LookupAttrId(PyObject* o, _Py_Identifier* id, PyObject** result) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(-1, name_of(ts, id->string));
    return lookup_result(getattr_optional(ts, *o, obj(*text)), result);
}
PyObject* _PyObject_GetAttrId(PyObject* o, _Py_Identifier* id) { return PyObject_GetAttrString(o, id->string); }
int _PyObject_SetAttrId(PyObject* o, _Py_Identifier* id, PyObject* value) {
    return PyObject_SetAttrString(o, id->string, value);
}
#undef _PyObject_LookupSpecial
PyObject* _PyObject_LookupSpecial(PyObject* o, PyObject* name) {
    auto found = lookup_special(current_thread(), *o, *name);
    return found.ok() ? std::move(found).take().release() : nullptr;
}
PyObject* _PyObject_LookupSpecialId(PyObject* o, _Py_Identifier* id) {
    ThreadState& ts = current_thread();
    Ref<Str> text = TRY_OR(nullptr, name_of(ts, id->string));
    return _PyObject_LookupSpecial(o, obj(text.get()));
}
int _PyObject_GetMethod(PyObject* o, PyObject* name, PyObject** method) {
    bool unbound = false;
    auto found = get_method(current_thread(), *o, *name, unbound);
    *method = found.ok() ? std::move(found).take().release() : nullptr;
    return unbound;
}
PyObject** _PyObject_GetDictPtr(PyObject* o) { return instance_dict_pointer(current_thread(), *o); }
// Marks a tp_iternext that is not there, so that inheritance does not fill it.
Py_hash_t PyObject_Hash(PyObject* o) { return to_c(hash(current_thread(), *o)); }

PyObject* PyObject_Repr(PyObject* o) {
    ThreadState& ts = current_thread();
    return o ? to_c(repr(ts, *o)) : null_text(ts);
}
PyObject* PyObject_Str(PyObject* o) {
    ThreadState& ts = current_thread();
    return o ? to_c(str(ts, *o)) : null_text(ts);
}
PyObject* PyObject_ASCII(PyObject* o) {
    ThreadState& ts = current_thread();
    return o ? to_c(ascii(ts, *o)) : null_text(ts);
}
PyObject* PyObject_Bytes(PyObject* o) {
    ThreadState& ts = current_thread();
    if (!o) return to_c(bytes_from(ts, "<NULL>"));
    return to_c(bytes_of(ts, *o));
}
PyObject* PyObject_Dir(PyObject* o) { return to_c(dir(current_thread(), o)); }
int PyObject_IsTrue(PyObject* o) { return to_c(is_true(current_thread(), *o)); }
int PyObject_Not(PyObject* o) {
    int truth = PyObject_IsTrue(o);
    return truth < 0 ? truth : !truth;
}
PyObject* PyObject_RichCompare(PyObject* a, PyObject* b, int op) {
    ThreadState& ts = current_thread();
    if (!a || !b) {
        if (!error_pending(ts)) (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return to_c(compare(ts, *a, *b, op));
}
int PyObject_RichCompareBool(PyObject* a, PyObject* b, int op) {
    return to_c(compare_bool(current_thread(), *a, *b, op));
}
int PyCallable_Check(PyObject* o) { return o && is_callable(*o); }
int Py_ReprEnter(PyObject* o) { return to_c(repr_enter(current_thread(), *o)); }
void Py_ReprLeave(PyObject* o) { repr_leave(current_thread(), *o); }

int PyObject_Print(PyObject* o, FILE* file, int flags) {
    ThreadState& ts = current_thread();
    if (!o) {
        std::fputs("<nil>", file);
        return 0;
    }
    Ref<Str> text = TRY_OR(-1, flags & Py_PRINT_RAW ? str(ts, *o) : repr(ts, *o));
    Ref<Object> bytes = TRY_OR(-1, str_encode(ts, *text, "utf-8", "backslashreplace"));
    std::string_view view = bytes_view(as<Bytes>(*bytes));
    std::clearerr(file);
    std::fwrite(view.data(), 1, view.size(), file);
    if (std::ferror(file)) {
        (void)raise_os_error(ts, errno);
        std::clearerr(file);
        return -1;
    }
    return 0;
}

void PyObject_CallFinalizer(PyObject* o) {
    Type& type = type_of(*o);
    if (!type.tp_finalize) return;
    bool container = type.tp_flags & Py_TPFLAGS_HAVE_GC;
    if (container && (gc_header(*o).prev_bits & GcHeader::kFinalized)) return;
    type.tp_finalize(o);
    if (container) gc_header(*o).prev_bits |= GcHeader::kFinalized;
}
int PyObject_CallFinalizerFromDealloc(PyObject* o) { return finalize_on_dealloc(current_thread(), *o) ? -1 : 0; }
void PyObject_ClearWeakRefs(PyObject* o) { clear_weakrefs(current_thread(), *o); }

int _PyTrash_cond(PyObject* o, destructor dealloc) { return o->ob_type->tp_dealloc == dealloc; }
int _PyTrash_begin(PyThreadState* state, PyObject* o) { return !trashcan_begin(thread_state(state), *o); }
void _PyTrash_end(PyThreadState* state) { trashcan_end(thread_state(state)); }

int _PyObject_IsAbstract(PyObject* o) {
    ThreadState& ts = current_thread();
    if (!o) return 0;
    OptRef<Object> flag = TRY_OR(-1, getattr_optional(ts, *o, "__isabstractmethod__"_n));
    return flag ? to_c(is_true(ts, *flag)) : 0;
}
PyObject* _PyObject_FunctionStr(PyObject* o);
int _PyObject_IsFreed(PyObject* o) { return o == nullptr || o->ob_type == nullptr; }
int _PyObject_CheckConsistency(PyObject*, int) { return 1; }
void _PyObject_Dump(PyObject* o) {
    std::fprintf(stderr, "object address  : %p\n", static_cast<void*>(o));
    if (!o) return;
    std::fprintf(stderr, "object refcount : %zd\nobject type     : %p\nobject type name: %s\n", o->ob_refcnt,
                 static_cast<void*>(o->ob_type), o->ob_type ? o->ob_type->tp_name : "NULL");
}
void _PyObject_AssertFailed(PyObject* o, const char* expression, const char* message, const char* file, int line,
                            const char* function) {
    std::fprintf(stderr, "%s:%d: %s: Assertion \"%s\" failed: %s\n", file, line, function ? function : "",
                 expression ? expression : "", message ? message : "");
    _PyObject_Dump(o);
    fatal_error("_PyObject_AssertFailed", "_PyObject_AssertFailed");
}
int _Py_SwappedOp[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};

}  // extern "C"
#pragma GCC visibility pop
