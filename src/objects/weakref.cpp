// Weak references: their lists, creation, clearing, and the type weakref.ref.
#include "objects/weakref.hpp"

#include <vector>

#include "objects/dict.hpp"
#include "objects/generic_alias.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"
#include "state/start_image.hpp"

namespace orochi {

namespace {

bool is_proxy_type(const Type& type) {
    return &type == &_PyWeakref_ProxyType || &type == &_PyWeakref_CallableProxyType;
}

struct BasicReferences {
    WeakReference* reference = nullptr;  // without a callback, shared by all who ask
    WeakReference* proxy = nullptr;
};

// Those without a callback stand at the head of the list: first the reference, then the proxy.
BasicReferences basic_references(WeakReference* head) {
    BasicReferences result;
    if (head && !head->wr_callback) {
        if (&type_of(obj(*head)) == &_PyWeakref_RefType) {
            result.reference = head;
            head = head->wr_next;
        }
        if (head && !head->wr_callback && is_proxy_type(type_of(obj(*head)))) result.proxy = head;
    }
    return result;
}

void insert_head(WeakReference& reference, WeakReference** list) {
    WeakReference* next = *list;
    reference.wr_prev = nullptr;
    reference.wr_next = next;
    if (next) next->wr_prev = &reference;
    *list = &reference;
}
void insert_after(WeakReference& reference, WeakReference& before) {
    reference.wr_prev = &before;
    reference.wr_next = before.wr_next;
    if (before.wr_next) before.wr_next->wr_prev = &reference;
    before.wr_next = &reference;
}

Result<WeakReference**> list_for(ThreadState& ts, Object& target) {
    WeakReference** list = weakref_list(ts, target);
    if (!list)
        return raise(ts, PyExc_TypeError, "cannot create weak reference to '%s' object", type_of(target).tp_name);
    return list;
}

Object* reference_vectorcall(Object* self, Object* const*, size_t nargsf, Object* names) {
    if (names && tuple_size(as<Tuple>(*names))) {
        (void)raise(current_thread(), PyExc_TypeError, "weakref() takes no keyword arguments");
        return nullptr;
    }
    if (Py_ssize_t count = PyVectorcall_NARGS(nargsf)) {
        (void)raise(current_thread(), PyExc_TypeError, "weakref expected 0 arguments, got %zd", count);
        return nullptr;
    }
    Object* target = weakref_target(*self);
    return new_reference(target ? *target : none());
}

void init_reference(WeakReference& reference, Object& target, Object* callback) {
    reference.hash = -1;
    reference.wr_object = &target;
    reference.wr_prev = reference.wr_next = nullptr;
    reference.wr_callback = new_reference_optional(callback);
    reference.vectorcall = reference_vectorcall;
}

Result<Ref<Object>> allocate_reference(ThreadState& ts, Type& type, Object& target, Object* callback) {
    Ref<WeakReference> made = TRY(new_container<WeakReference>(ts, type));
    init_reference(*made, target, callback);
    gc_track(ts, obj(*made));
    return made;
}

// Makes a reference or proxy of exactly that type, or gives the one that is shared.
Result<Ref<Object>> make(ThreadState& ts, Type& type, Object& target, Object* callback, bool proxy) {
    WeakReference** list = TRY(list_for(ts, target));
    auto shared = [&]() -> WeakReference* {
        BasicReferences basic = basic_references(*list);
        return proxy ? basic.proxy : basic.reference;
    };
    if (!callback) {
        if (WeakReference* found = shared(); found && obj(*found).ob_refcnt > 0) return Ref<Object>::share(obj(*found));
    }
    Ref<Object> made = TRY(allocate_reference(ts, type, target, callback));
    WeakReference& reference = as<WeakReference>(*made);
    // The allocation may have run a collection, and that other code.
    BasicReferences basic = basic_references(*list);
    if (!callback) {
        if (WeakReference* found = proxy ? basic.proxy : basic.reference; found && obj(*found).ob_refcnt > 0)
            return Ref<Object>::share(obj(*found));
        if (proxy && basic.reference) {
            insert_after(reference, *basic.reference);
        } else {
            insert_head(reference, list);
        }
        return made;
    }
    WeakReference* before = basic.proxy ? basic.proxy : basic.reference;
    if (before) {
        insert_after(reference, *before);
    } else {
        insert_head(reference, list);
    }
    return made;
}

void unlink(ThreadState& ts, WeakReference& reference) {
    if (is_none(reference.wr_object)) return;
    if (!reference.wr_object->ob_type) [[unlikely]]
        start_image_load_all(ts.interpreter());  // it is not there yet
    WeakReference** list = weakref_list(ts, *reference.wr_object);
    if (*list == &reference) *list = reference.wr_next;
    reference.wr_object = &none();
    if (reference.wr_prev) reference.wr_prev->wr_next = reference.wr_next;
    if (reference.wr_next) reference.wr_next->wr_prev = reference.wr_prev;
    reference.wr_prev = reference.wr_next = nullptr;
}

void call_callback(ThreadState& ts, Object& reference, Object& callback) {
    if (!call(ts, callback, reference).ok()) write_unraisable(ts, &callback);
}

}  // namespace

// The references to an immortal object, which several interpreters may share, are listed in each interpreter.
struct SharedObjectWeakrefs {
    Object* object;
    WeakReference* head;
    SharedObjectWeakrefs* next;
};

static WeakReference** shared_object_weakrefs(ThreadState& ts, Object& object) {
    SharedObjectWeakrefs*& all = ts.interpreter().shared_weakrefs;
    for (SharedObjectWeakrefs* entry = all; entry; entry = entry->next) {
        if (entry->object == &object) return &entry->head;
    }
    auto* made = static_cast<SharedObjectWeakrefs*>(ts.heap().allocate(sizeof(SharedObjectWeakrefs)));
    if (!made) return nullptr;
    *made = {&object, nullptr, all};
    all = made;
    return &made->head;
}

WeakReference** weakref_list(ThreadState& ts, Object& object) {
    Type& type = type_of(object);
    if (PyType_HasFeature(&type, Py_TPFLAGS_TYPE_SUBCLASS))
        return reinterpret_cast<WeakReference**>(&type_weakrefs(ts, as<Type>(object)));
    if (type.tp_weaklistoffset <= 0) return nullptr;
    if (is_immortal(object)) return shared_object_weakrefs(ts, object);
    return reinterpret_cast<WeakReference**>(reinterpret_cast<char*>(&object) + type.tp_weaklistoffset);
}

Py_ssize_t weakref_count(const WeakReference* head) {
    Py_ssize_t count = 0;
    for (; head; head = head->wr_next) ++count;
    return count;
}

void weakref_clear(ThreadState& ts, WeakReference& reference) { unlink(ts, reference); }

Result<Ref<Object>> weakref_new(ThreadState& ts, Object& target, Object* callback) {
    return make(ts, _PyWeakref_RefType, target, is_none(callback) ? nullptr : callback, false);
}
Result<Ref<Object>> weakproxy_new(ThreadState& ts, Object& target, Object* callback) {
    Type& type = is_callable(target) ? _PyWeakref_CallableProxyType : _PyWeakref_ProxyType;
    return make(ts, type, target, is_none(callback) ? nullptr : callback, true);
}

void clear_weakrefs(ThreadState& ts, Object& object) {
    WeakReference** list = weakref_list(ts, object);
    if (!list || !*list) return;
    // The shared ones have no callbacks.
    while (*list && !(*list)->wr_callback) unlink(ts, **list);
    if (!*list) return;
    ErrorKeeper keep(ts);
    if (!(*list)->wr_next) {
        WeakReference& only = **list;
        OptRef<Object> callback = OptRef<Object>::steal(only.wr_callback);
        only.wr_callback = nullptr;
        unlink(ts, only);
        if (callback && obj(only).ob_refcnt > 0) {
            Ref<Object> alive = Ref<Object>::share(obj(only));
            call_callback(ts, obj(only), *callback);
        }
        return;
    }
    // All are cleared before any callback runs, so that none sees a half-dead list.
    std::vector<std::pair<Ref<Object>, OptRef<Object>>> calls;
    while (WeakReference* reference = *list) {
        OptRef<Object> callback = OptRef<Object>::steal(reference->wr_callback);
        reference->wr_callback = nullptr;
        unlink(ts, *reference);
        if (obj(*reference).ob_refcnt > 0) calls.emplace_back(Ref<Object>::share(obj(*reference)), std::move(callback));
    }
    for (auto& [reference, callback] : calls) {
        if (callback) call_callback(ts, *reference, *callback);
    }
}

void weakref_dealloc(ThreadState& ts, Object& self) {
    gc_untrack_if_tracked(self);
    WeakReference& reference = as<WeakReference>(self);
    unlink(ts, reference);
    clear(reference.wr_callback);
    type_of(self).tp_free(&self);
}
int weakref_traverse(Object* self, visitproc visit, void* argument) {
    Object* callback = as<WeakReference>(self)->wr_callback;
    return callback ? visit(callback, argument) : 0;
}
int weakref_tp_clear(Object* self) {
    unlink(current_thread(), as<WeakReference>(*self));
    clear(as<WeakReference>(self)->wr_callback);
    return 0;
}

namespace {

Result<Ref<Object>> reference_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords) {
    Tuple& tuple = as<Tuple>(arguments);
    Py_ssize_t count = tuple_size(tuple);
    if (count < 1) return raise(ts, PyExc_TypeError, "__new__ expected at least 1 argument, got %zd", count);
    if (count > 2) return raise(ts, PyExc_TypeError, "__new__ expected at most 2 arguments, got %zd", count);
    if (keywords && dict_size(as<Dict>(*keywords)) && &type == &_PyWeakref_RefType)
        return raise(ts, PyExc_TypeError, "ref() takes no keyword arguments");
    Object& target = tuple_item(tuple, 0);
    Object* callback = count == 2 && !is_none(tuple_item(tuple, 1)) ? &tuple_item(tuple, 1) : nullptr;
    if (&type == &_PyWeakref_RefType) return make(ts, type, target, callback, false);
    // Instances of subclasses are never shared.
    WeakReference** list = TRY(list_for(ts, target));
    Ref<Object> made = TRY(Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0)));
    WeakReference& reference = as<WeakReference>(*made);
    init_reference(reference, target, callback);
    BasicReferences basic = basic_references(*list);
    WeakReference* before = basic.proxy ? basic.proxy : basic.reference;
    if (before) {
        insert_after(reference, *before);
    } else {
        insert_head(reference, list);
    }
    return made;
}

Result<void> reference_init(ThreadState& ts, Object&, Object& arguments, Object* keywords) {
    if (keywords && dict_size(as<Dict>(*keywords)))
        return raise(ts, PyExc_TypeError, "ref() takes no keyword arguments");
    Py_ssize_t count = tuple_size(as<Tuple>(arguments));
    if (count < 1) return raise(ts, PyExc_TypeError, "__init__ expected at least 1 argument, got %zd", count);
    if (count > 2) return raise(ts, PyExc_TypeError, "__init__ expected at most 2 arguments, got %zd", count);
    return {};
}

Result<Py_hash_t> reference_hash(ThreadState& ts, WeakReference& self) {
    if (self.hash != -1) return self.hash;
    Object* target = weakref_target(obj(self));
    if (!target) return raise(ts, PyExc_TypeError, "weak object has gone away");
    Ref<Object> keep = Ref<Object>::share(*target);
    self.hash = TRY(hash(ts, *keep));
    return self.hash;
}

Result<Ref<Object>> reference_repr(ThreadState& ts, WeakReference& self) {
    Object* target = weakref_target(obj(self));
    if (!target) return str_format(ts, "<weakref at %p; dead>", &self);
    Ref<Object> keep = Ref<Object>::share(*target);
    OptRef<Object> name = TRY(getattr_optional(ts, *keep, "__name__"_n));
    if (!name || !PyUnicode_Check(name.get()))
        return str_format(ts, "<weakref at %p; to '%s' at %p>", &self, type_of(*keep).tp_name, keep.get());
    return str_format(ts, "<weakref at %p; to '%s' at %p (%U)>", &self, type_of(*keep).tp_name, keep.get(), name.get());
}

// Live references compare by their targets, dead ones by identity.
Result<Ref<Object>> reference_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if ((op != Py_EQ && op != Py_NE) || !PyWeakref_CheckRef(&left) || !PyWeakref_CheckRef(&right))
        return new_not_implemented();
    Object *a = weakref_target(left), *b = weakref_target(right);
    if (!a || !b) return new_bool((&left == &right) == (op == Py_EQ));
    Ref<Object> keep_a = Ref<Object>::share(*a), keep_b = Ref<Object>::share(*b);
    return compare(ts, *keep_a, *keep_b, op);
}

Result<Ref<Object>> reference_class_getitem(ThreadState& ts, Object& cls, Object& item) {
    return generic_alias_new(ts, cls, item);
}

constexpr MethodDef reference_methods[] = {
    METHOD_PLAIN("__class_getitem__($type, item, /)", reference_class_getitem, "See PEP 585"), METHOD_END};
constexpr PyMemberDef reference_members[] = {
    {"__callback__", T_OBJECT, offsetof(WeakReference, wr_callback), READONLY, nullptr}, {}};

}  // namespace
}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject _PyWeakref_RefType = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "weakref.ReferenceType",
    .tp_basicsize = sizeof(PyWeakReference),
    .tp_dealloc = slot<weakref_dealloc>,
    .tp_vectorcall_offset = offsetof(PyWeakReference, vectorcall),
    .tp_repr = slot<reference_repr>,
    .tp_hash = slot<reference_hash>,
    .tp_call = PyVectorcall_Call,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_BASETYPE,
    .tp_traverse = weakref_traverse,
    .tp_clear = weakref_tp_clear,
    .tp_richcompare = slot<reference_compare>,
    .tp_methods = METHOD_TABLE(reference_methods),
    .tp_members = MEMBER_TABLE(reference_members),
    .tp_init = slot<reference_init>,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = slot<reference_new>,
    .tp_free = PyObject_GC_Del,
};
}
