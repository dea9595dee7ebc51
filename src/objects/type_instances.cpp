// Instances of classes made by `class`: their end, their traversal, their __dict__, and changing __class__.
#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"
#include "objects/weakref.hpp"

namespace orochi {

bool trashcan_enter(ThreadState& ts, Object& object);

namespace {

// The members that the type itself added through __slots__.
std::span<PyMemberDef> slot_members(Type& type) {
    Py_ssize_t count = is_heap_type(type) ? type.ob_base.ob_size : 0;
    auto* first = reinterpret_cast<PyMemberDef*>(reinterpret_cast<char*>(&type) + type_of(obj(type)).tp_basicsize);
    return {first, size_t(count)};
}

bool is_object_slot(const PyMemberDef& member) { return member.type == T_OBJECT_EX && !(member.flags & READONLY); }

Object*& slot_value(Object& self, const PyMemberDef& member) {
    return *reinterpret_cast<Object**>(reinterpret_cast<char*>(&self) + member.offset);
}

void clear_slots(Type& type, Object& self) {
    for (PyMemberDef& member : slot_members(type)) {
        if (is_object_slot(member)) clear(slot_value(self, member));
    }
}

void dealloc_plain(ThreadState& ts, Object& self, Type& type);
void dealloc_container(ThreadState& ts, Object& self, Type& type);

void subtype_dealloc(ThreadState& ts, Object& self) {
    Type& type = type_of(self);
    if (type.tp_flags & Py_TPFLAGS_HAVE_GC) {
        dealloc_container(ts, self, type);
    } else {
        dealloc_plain(ts, self, type);
    }
}

}  // namespace

extern constinit const destructor subtype_dealloc_slot = native::Slot<&subtype_dealloc>{};

namespace {

Type& base_with_own_dealloc(Type& type) {
    Type* base = &type;
    while (base->tp_dealloc == subtype_dealloc_slot) base = base->tp_base;
    return *base;
}

// The base's deallocator drops the type for heap types of its own; otherwise it is done here.
void finish(Object& self, Type& type, Type& base) {
    bool drop_type = is_heap_type(type) && !is_heap_type(base);
    base.tp_dealloc(&self);
    if (drop_type) decref(type);
}

// tp_del is the finaliser of types from before PEP 442; extension modules may still fill it.
bool run_old_finalizer(Type& type, Object& self) {
    if (!type.tp_del) return false;
    // Called with a count of zero, as in CPython: it revives the object itself, and leaves it alive when resurrected.
    type.tp_del(&self);
    return self.ob_refcnt > 0;
}

void dealloc_plain(ThreadState& ts, Object& self, Type& type) {
    if (type.tp_finalize && finalize_on_dealloc(ts, self)) return;
    if (run_old_finalizer(type_of(self), self)) return;
    // The finaliser may have changed __class__.
    finish(self, type_of(self), base_with_own_dealloc(type_of(self)));
}

// Calls the finalisers, and clears weak references between them. True: one of them resurrected the object.
bool finalize_container(ThreadState& ts, Object& self) {
    auto tracked = [&](auto run) {
        gc_track(ts, self);
        bool resurrected = run();
        if (!resurrected) gc_untrack(self);
        return resurrected;
    };
    if (type_of(self).tp_finalize && tracked([&] { return finalize_on_dealloc(ts, self); })) return true;
    Type& type = type_of(self);  // __del__ may have assigned __class__
    if (type.tp_weaklistoffset && !base_with_own_dealloc(type).tp_weaklistoffset) clear_weakrefs(ts, self);
    return type.tp_del && tracked([&] { return run_old_finalizer(type, self); });
}

void dealloc_container(ThreadState& ts, Object& self, Type& first_type) {
    gc_untrack_if_tracked(self);
    if (!trashcan_enter(ts, self)) return;
    bool has_finalizer = first_type.tp_finalize || first_type.tp_del;
    if (finalize_container(ts, self)) {
        trashcan_end(ts);
        return;
    }
    Type& type = type_of(self);
    Type& base = base_with_own_dealloc(type);
    if (has_finalizer && type.tp_weaklistoffset && !base.tp_weaklistoffset) {
        // The finaliser may have made new weak references; their callbacks are not for this object any more.
        for (WeakReference** list = weakref_list(ts, self); *list;) weakref_clear(ts, **list);
    }
    for (Type* owner = &type; owner->tp_dealloc == subtype_dealloc_slot; owner = owner->tp_base) {
        if (owner->ob_base.ob_size) clear_slots(*owner, self);
    }
    if (has_managed_dict(type)) {
        instance_attributes_clear(ts, self);
    } else if (type.tp_dictoffset && !base.tp_dictoffset) {
        if (Object** dict = unmanaged_dict_pointer(self)) clear(*dict);
    }
    // The base's deallocator expects a tracked object if the base is a container.
    if (base.tp_flags & Py_TPFLAGS_HAVE_GC) gc_track(ts, self);
    finish(self, type, base);
    trashcan_end(ts);
}

}  // namespace

int subtype_traverse(Object* self, visitproc visit, void* argument) {
    Type& type = type_of(*self);
    Type* base = &type;
    traverseproc base_traverse;
    while ((base_traverse = base->tp_traverse) == subtype_traverse) {
        if (base->ob_base.ob_size) {
            for (PyMemberDef& member : slot_members(*base)) {
                if (!is_object_slot(member)) continue;
                if (Object* value = slot_value(*self, member)) {
                    if (int stop = visit(value, argument)) return stop;
                }
            }
        }
        base = base->tp_base;
    }
    if (has_managed_dict(type)) {
        if (int stop = instance_attributes_visit(*self, visit, argument)) return stop;
    } else if (type.tp_dictoffset != base->tp_dictoffset) {
        Object** dict = unmanaged_dict_pointer(*self);
        if (dict && *dict) {
            if (int stop = visit(*dict, argument)) return stop;
        }
    }
    // A traverse function of a heap type visits the type itself.
    if (is_heap_type(type) && (!base_traverse || !is_heap_type(*base))) {
        if (int stop = visit(reinterpret_cast<Object*>(&type), argument)) return stop;
    }
    return base_traverse ? base_traverse(self, visit, argument) : 0;
}

int subtype_clear(Object* self) {
    Type& type = type_of(*self);
    Type* base = &type;
    inquiry base_clear;
    while ((base_clear = base->tp_clear) == subtype_clear) {
        if (base->ob_base.ob_size) clear_slots(*base, *self);
        base = base->tp_base;
    }
    if (has_managed_dict(type)) {
        instance_attributes_clear(current_thread(), *self);
    } else if (type.tp_dictoffset != base->tp_dictoffset) {
        Object** dict = unmanaged_dict_pointer(*self);
        if (dict) clear(*dict);
    }
    return base_clear ? base_clear(self) : 0;
}

// ---- __dict__ and __weakref__ ----

namespace {

// A base from C that has a __dict__ of its own answers for it.
Type* builtin_base_with_dict(Type& type) {
    for (Type* base = &type; base->tp_base; base = base->tp_base) {
        if (base->tp_dictoffset && !is_heap_type(*base)) return base;
    }
    return nullptr;
}

Result<Object*> dict_descriptor_of_base(ThreadState& ts, Type& base) {
    Object* descriptor = type_lookup(ts, base, "__dict__"_n);
    if (!descriptor || !type_of(*descriptor).tp_descr_set) return nullptr;
    return descriptor;
}

Result<Ref<Object>> subtype_dict(ThreadState& ts, Object& self) {
    if (Type* base = builtin_base_with_dict(type_of(self))) {
        Object* descriptor = TRY(dict_descriptor_of_base(ts, *base));
        descrgetfunc get = descriptor ? type_of(*descriptor).tp_descr_get : nullptr;
        if (!get) return raise(ts, PyExc_TypeError, "this __dict__ descriptor does not support '%T' objects", &self);
        return Result<Ref<Object>>::adopt(get(descriptor, &self, obj(&type_of(self))));
    }
    return instance_dict(ts, self);
}

Result<void> subtype_set_dict(ThreadState& ts, Object& self, Object* value) {
    if (Type* base = builtin_base_with_dict(type_of(self))) {
        Object* descriptor = TRY(dict_descriptor_of_base(ts, *base));
        descrsetfunc set = descriptor ? type_of(*descriptor).tp_descr_set : nullptr;
        if (!set) return raise(ts, PyExc_TypeError, "this __dict__ descriptor does not support '%T' objects", &self);
        if (set(descriptor, &self, value) < 0) return failure;
        return {};
    }
    if (value && !PyDict_Check(value))
        return raise(ts, PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%T'", value);
    return instance_dict_replace(ts, self, value);
}

Result<Ref<Object>> subtype_weakref(ThreadState& ts, Object& self) {
    Type& type = type_of(self);
    if (type.tp_weaklistoffset == 0) return raise(ts, PyExc_AttributeError, "This object has no __weakref__");
    WeakReference** list = weakref_list(ts, self);
    return Ref<Object>::share(list && *list ? obj(**list) : none());
}

}  // namespace

const PyGetSetDef subtype_getsets_full[] = {
    GETTER_SETTER("__dict__", subtype_dict, subtype_set_dict, "dictionary for instance variables (if defined)"),
    GETTER("__weakref__", subtype_weakref, "list of weak references to the object (if defined)"), GETSET_END};
const PyGetSetDef subtype_getsets_dict_only[] = {
    GETTER_SETTER("__dict__", subtype_dict, subtype_set_dict, "dictionary for instance variables (if defined)"),
    GETSET_END};
const PyGetSetDef subtype_getsets_weakref_only[] = {
    GETTER("__weakref__", subtype_weakref, "list of weak references to the object (if defined)"), GETSET_END};

// ---- Layouts, and __class__ assignment ----

bool extra_ivars(const Type& type, const Type& base) {
    size_t type_size = size_t(type.tp_basicsize), base_size = size_t(base.tp_basicsize);
    if (type.tp_itemsize || base.tp_itemsize) {
        return type_size != base_size || type.tp_itemsize != base.tp_itemsize;
    }
    if (type.tp_weaklistoffset && base.tp_weaklistoffset == 0 &&
        size_t(type.tp_weaklistoffset) + sizeof(Object*) == type_size && is_heap_type(type))
        type_size -= sizeof(Object*);
    if (!has_managed_dict(type) && type.tp_dictoffset && base.tp_dictoffset == 0 &&
        size_t(type.tp_dictoffset) + sizeof(Object*) == type_size && is_heap_type(type))
        type_size -= sizeof(Object*);
    return type_size != base_size;
}

// The nearest ancestor that determines the layout of the struct.
Type& solid_base(Type& type) {
    Type& base = type.tp_base ? solid_base(*type.tp_base) : PyBaseObject_Type;
    return extra_ivars(type, base) ? type : base;
}

namespace {

bool same_type_apart_from_slots(Type& a, Type& b) {
    auto wordsize_aligned = [](Py_ssize_t v) { return v; };
    return wordsize_aligned(a.tp_basicsize) == b.tp_basicsize && a.tp_itemsize == b.tp_itemsize &&
           a.tp_dictoffset == b.tp_dictoffset && a.tp_weaklistoffset == b.tp_weaklistoffset &&
           (a.tp_flags & (Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT)) ==
               (b.tp_flags & (Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT));
}

bool compatible_with_base(Type& child) {
    Type* parent = child.tp_base;
    if (!parent || child.tp_basicsize != parent->tp_basicsize || child.tp_itemsize != parent->tp_itemsize ||
        child.tp_dictoffset != parent->tp_dictoffset || child.tp_weaklistoffset != parent->tp_weaklistoffset ||
        (child.tp_flags & (Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT)) !=
            (parent->tp_flags & (Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT)))
        return false;
    return child.tp_clear == subtype_clear || child.tp_clear == parent->tp_clear;
}

}  // namespace

bool same_slots_added(ThreadState& ts, Type& a, Type& b) {
    Type* base = a.tp_base;
    if (base != b.tp_base) return false;
    Py_ssize_t size = base->tp_basicsize;
    if (a.tp_dictoffset == size && b.tp_dictoffset == size) size += sizeof(Object*);
    if (a.tp_weaklistoffset == size && b.tp_weaklistoffset == size) size += sizeof(Object*);
    Object* a_slots = is_heap_type(a) ? reinterpret_cast<HeapType&>(a).ht_slots : nullptr;
    Object* b_slots = is_heap_type(b) ? reinterpret_cast<HeapType&>(b).ht_slots : nullptr;
    if (a_slots && b_slots) {
        auto equal = compare_bool(ts, *a_slots, *b_slots, Py_EQ);
        if (!equal.ok()) {
            error_clear(ts);
            return false;
        }
        if (!std::move(equal).take()) return false;
        size += Py_ssize_t(sizeof(Object*)) * tuple_size(as<Tuple>(*a_slots));
    }
    return size == a.tp_basicsize && size == b.tp_basicsize;
}

bool compatible_for_assignment(ThreadState& ts, Type& old_type, Type& new_type, const char* attribute) {
    if (new_type.tp_free != old_type.tp_free) {
        (void)raise(ts, PyExc_TypeError, "%s assignment: '%s' deallocator differs from '%s'", attribute,
                    new_type.tp_name, old_type.tp_name);
        return false;
    }
    Type* new_base = &new_type;
    Type* old_base = &old_type;
    while (compatible_with_base(*new_base)) new_base = new_base->tp_base;
    while (compatible_with_base(*old_base)) old_base = old_base->tp_base;
    if (new_base != old_base &&
        (new_base->tp_base != old_base->tp_base || !same_type_apart_from_slots(*new_base, *old_base) ||
         !same_slots_added(ts, *new_base, *old_base))) {
        (void)raise(ts, PyExc_TypeError, "%s assignment: '%s' object layout differs from '%s'", attribute,
                    new_type.tp_name, old_type.tp_name);
        return false;
    }
    return true;
}

Result<void> object_set_class(ThreadState& ts, Object& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "can't delete __class__ attribute");
    if (!PyType_Check(value))
        return raise(ts, PyExc_TypeError, "__class__ must be set to a class, not '%T' object", value);
    Type& old_type = type_of(self);
    Type& new_type = as<Type>(*value);
    TRY(audit(ts, "object.__setattr__", "OsO", &self, "__class__", value));
    bool modules = type_is_subtype(new_type, PyModule_Type) && type_is_subtype(old_type, PyModule_Type);
    if (!modules && ((new_type.tp_flags | old_type.tp_flags) & Py_TPFLAGS_IMMUTABLETYPE))
        return raise(ts, PyExc_TypeError,
                     "__class__ assignment only supported for mutable types or ModuleType subclasses");
    if (!compatible_for_assignment(ts, old_type, new_type, "__class__")) return failure;
    // Inline values are numbered by the keys of the old class.
    if (has_managed_dict(old_type)) TRY(instance_attributes_dict(ts, self));
    if (is_heap_type(new_type)) incref(new_type);
    self.ob_type = &new_type;
    if (is_heap_type(old_type)) decref(old_type);
    return {};
}

}  // namespace orochi
