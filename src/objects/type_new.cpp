// Making a class: type(name, bases, namespace).
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/frame_access.hpp"
#include "objects/instance_dict.hpp"
#include "objects/list.hpp"
#include "objects/native.hpp"
#include "objects/special_call.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

Result<Type*> best_base(ThreadState& ts, Tuple& bases) {
    Type* winner_solid = nullptr;
    Type* best = nullptr;
    for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
        Object& item = tuple_item(bases, i);
        if (!PyType_Check(&item)) return raise(ts, PyExc_TypeError, "bases must be types");
        Type& base = as<Type>(item);
        if (!base.tp_dict) TRY(type_ready(ts, base));
        if (!(base.tp_flags & Py_TPFLAGS_BASETYPE))
            return raise(ts, PyExc_TypeError, "type '%.100s' is not an acceptable base type", base.tp_name);
        Type& solid = solid_base(base);
        if (!winner_solid || type_is_subtype(solid, *winner_solid)) {
            if (&solid != winner_solid) {
                winner_solid = &solid;
                best = &base;
            }
        } else if (!type_is_subtype(*winner_solid, solid)) {
            return raise(ts, PyExc_TypeError, "multiple bases have instance lay-out conflict");
        }
    }
    return best;
}

Result<Type*> calculate_metaclass(ThreadState& ts, Type& metatype, Tuple& bases) {
    Type* winner = &metatype;
    for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
        Type& candidate = type_of(tuple_item(bases, i));
        if (type_is_subtype(*winner, candidate)) continue;
        if (type_is_subtype(candidate, *winner)) {
            winner = &candidate;
            continue;
        }
        return raise(ts, PyExc_TypeError,
                     "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
                     "metaclasses of all its bases");
    }
    return winner;
}

namespace {

// __slots__ names starting with two underscores belong to the class (the manual's "Private name mangling").
Result<Ref<Object>> mangle(ThreadState& ts, Str& class_name, Object& name) {
    Str& text = as<Str>(name);
    Py_ssize_t size = str_length(text);
    bool is_private = size >= 2 && str_at(text, 0) == '_' && str_at(text, 1) == '_' &&
                      !(str_at(text, size - 1) == '_' && str_at(text, size - 2) == '_') &&
                      str_find(text, "."_s, 0, size, 1) < 0;
    Py_ssize_t class_size = str_length(class_name), skip = 0;
    while (skip < class_size && str_at(class_name, skip) == '_') ++skip;
    if (!is_private || skip == class_size) return Ref<Object>::share(name);
    Ref<Str> stem = TRY(str_substring(ts, class_name, skip, class_size));
    return str_format(ts, "_%U%U", stem.get(), &name);
}

struct Plan {
    Type& metatype;
    Tuple& bases;
    Type& base;
    Str& name;
    Dict& dict;           // the namespace, a copy of ours
    OptRef<Tuple> slots;  // sorted, mangled, without __dict__ and __weakref__; empty: no __slots__ given
    bool add_dict = false, add_weak = false;
    bool may_add_dict, may_add_weak;
};

Result<void> plan_slots(ThreadState& ts, Plan& plan) {
    plan.may_add_dict = plan.base.tp_dictoffset == 0;
    plan.may_add_weak = plan.base.tp_weaklistoffset == 0 && plan.base.tp_itemsize == 0;
    Object* given = TRY(dict_get(ts, plan.dict, "__slots__"_n));
    if (!given) {
        plan.add_dict = plan.may_add_dict;
        plan.add_weak = plan.may_add_weak;
        return {};
    }
    Ref<Object> keep_given = Ref<Object>::share(*given);
    Ref<Tuple> names = PyUnicode_Check(given) ? TRY(tuple_of(ts, *given)) : TRY(sequence_tuple(ts, *given));
    Py_ssize_t count = tuple_size(*names);
    if (count > 0 && plan.base.tp_itemsize != 0)
        return raise(ts, PyExc_TypeError, "nonempty __slots__ not supported for subtype of '%s'", plan.base.tp_name);
    Ref<List> kept = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& name = tuple_item(*names, i);
        if (!PyUnicode_Check(&name))
            return raise(ts, PyExc_TypeError, "__slots__ items must be strings, not '%T'", &name);
        if (!str_is_identifier(as<Str>(name))) return raise(ts, PyExc_TypeError, "__slots__ must be identifiers");
        if (str_equals(as<Str>(name), "__dict__"_s)) {
            if (!plan.may_add_dict || plan.add_dict)
                return raise(ts, PyExc_TypeError, "__dict__ slot disallowed: we already got one");
            plan.add_dict = true;
            continue;
        }
        if (str_equals(as<Str>(name), "__weakref__"_s)) {
            if (!plan.may_add_weak || plan.add_weak)
                return raise(ts, PyExc_TypeError,
                             "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
            plan.add_weak = true;
            continue;
        }
        Ref<Object> mangled = TRY(mangle(ts, plan.name, name));
        if (TRY(dict_contains(ts, plan.dict, *mangled))) {
            // These two come from the compiler, not from the class body.
            bool from_compiler = str_equals_ascii(as<Str>(*mangled), "__qualname__") ||
                                 str_equals_ascii(as<Str>(*mangled), "__classcell__");
            if (!from_compiler)
                return raise(ts, PyExc_ValueError, "%R in __slots__ conflicts with class variable", mangled.get());
        }
        TRY(list_append(ts, *kept, *mangled));
    }
    TRY(list_sort(ts, *kept));
    plan.slots = TRY(list_as_tuple(ts, *kept));
    // A second base may bring what __slots__ leaves out.
    if (tuple_size(plan.bases) > 1 &&
        ((plan.may_add_dict && !plan.add_dict) || (plan.may_add_weak && !plan.add_weak))) {
        for (Py_ssize_t i = 0; i < tuple_size(plan.bases); ++i) {
            Type& other = as<Type>(tuple_item(plan.bases, i));
            if (&other == &plan.base) continue;
            if (plan.may_add_dict && other.tp_dictoffset != 0) plan.add_dict = true;
            if (plan.may_add_weak && other.tp_weaklistoffset != 0) plan.add_weak = true;
        }
    }
    return {};
}

void set_member(PyMemberDef& member, const char* name, Py_ssize_t offset) {
    member = PyMemberDef{name, T_OBJECT_EX, offset, 0, nullptr};
}

Result<Ref<Type>> allocate_type(ThreadState& ts, Plan& plan) {
    Py_ssize_t slot_count = plan.slots ? tuple_size(*plan.slots) : 0;
    allocfunc alloc = plan.metatype.tp_alloc;
    Ref<Type> type = TRY(Result<Ref<Object>>::adopt(alloc(&plan.metatype, slot_count))).cast<Type>();
    HeapType& heap = reinterpret_cast<HeapType&>(*type);
    type->tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
    type->tp_as_async = &heap.as_async;
    type->tp_as_sequence = &heap.as_sequence;
    type->tp_as_mapping = &heap.as_mapping;
    type->tp_as_number = &heap.as_number;
    type->tp_as_buffer = &heap.as_buffer;
    std::string_view text = TRY(str_utf8(ts, plan.name));
    if (std::memchr(text.data(), 0, text.size()))
        return raise(ts, PyExc_ValueError, "type name must not contain null characters");
    type->tp_name = text.data();
    heap.ht_name = new_reference(obj(plan.name));
    heap.ht_slots = obj(OptRef<Tuple>(plan.slots ? OptRef<Tuple>::share(plan.slots.get()) : OptRef<Tuple>()).release());
    type->tp_bases = new_reference(obj(plan.bases));
    type->tp_base = new_reference(plan.base);
    type->tp_dict = new_reference(obj(plan.dict));
    return type;
}

// Sizes and offsets: first the named slots, then a dict pointer (variable-sized bases only), then the weak references.
Result<void> lay_out(ThreadState& ts, Plan& plan, Type& type) {
    Py_ssize_t offset = plan.base.tp_basicsize;
    if (plan.slots) {
        auto* member = reinterpret_cast<PyMemberDef*>(reinterpret_cast<char*>(&type) + plan.metatype.tp_basicsize);
        type.tp_members = member;
        for (Py_ssize_t i = 0; i < tuple_size(*plan.slots); ++i, ++member) {
            std::string_view text = TRY(str_utf8(ts, as<Str>(tuple_item(*plan.slots, i))));
            set_member(*member, text.data(), offset);
            offset += sizeof(Object*);
        }
    }
    if (plan.add_dict && plan.base.tp_itemsize) {
        type.tp_dictoffset = -Py_ssize_t(sizeof(Object*));
        offset += sizeof(Object*);
    }
    if (plan.add_weak) {
        type.tp_weaklistoffset = offset;
        offset += sizeof(Object*);
    }
    type.tp_basicsize = offset;
    type.tp_itemsize = plan.base.tp_itemsize;
    if (plan.add_dict && !plan.base.tp_itemsize) {
        type.tp_flags |= Py_TPFLAGS_MANAGED_DICT;
        type.tp_dictoffset = managed_dict_offset(offset);
    }
    const PyGetSetDef* getsets = plan.add_dict && plan.add_weak ? subtype_getsets_full
                                 : plan.add_dict                ? subtype_getsets_dict_only
                                 : plan.add_weak                ? subtype_getsets_weakref_only
                                                                : nullptr;
    type.tp_getset = GETSET_TABLE(getsets);
    type.tp_dealloc = subtype_dealloc_slot;
    type.tp_alloc = PyType_GenericAlloc;
    type.tp_free = PyObject_GC_Del;
    type.tp_traverse = subtype_traverse;
    type.tp_clear = subtype_clear;
    return {};
}

Result<void> set_module(ThreadState& ts, Dict& dict) {
    if (TRY(dict_contains(ts, dict, "__module__"_n))) return {};
    Object* globals = current_globals(ts);
    if (!globals) return {};
    Object* module = TRY(dict_get(ts, as<Dict>(*globals), "__name__"_n));
    if (module) TRY(dict_set(ts, dict, "__module__"_n, *module));
    return {};
}

Result<void> set_names(ThreadState& ts, Dict& dict, HeapType& heap) {
    Object* qualified = TRY(dict_get(ts, dict, "__qualname__"_n));
    if (qualified) {
        if (!PyUnicode_Check(qualified))
            return raise(ts, PyExc_TypeError, "type __qualname__ must be a str, not %T", qualified);
        heap.ht_qualname = new_reference(*qualified);
        TRY(dict_delete(ts, dict, "__qualname__"_n));
    } else {
        heap.ht_qualname = new_reference(*heap.ht_name);
    }
    return {};
}

// tp_doc is a copy in memory of its own, since code that reads it (pydoc of C types) frees nothing.
Result<void> set_doc(ThreadState& ts, Dict& dict, Type& type) {
    Object* doc = TRY(dict_get(ts, dict, "__doc__"_n));
    if (!doc || !PyUnicode_Check(doc)) return {};
    auto utf8 = str_utf8(ts, as<Str>(*doc));
    if (!utf8.ok()) return failure;
    std::string_view text = std::move(utf8).take();
    char* copy = static_cast<char*>(ts.heap().allocate(text.size() + 1));
    if (!copy) return raise_no_memory(ts);
    std::memcpy(copy, text.data(), text.size());
    copy[text.size()] = 0;
    type.tp_doc = copy;
    return {};
}

Result<void> wrap_static(ThreadState& ts, Dict& dict, Object& name) {
    Object* value = TRY(dict_get(ts, dict, name));
    if (!value || !PyFunction_Check(value)) return {};
    Ref<Object> wrapped = TRY(staticmethod_new(ts, *value));
    return dict_set(ts, dict, name, *wrapped);
}
Result<void> wrap_class(ThreadState& ts, Dict& dict, Object& name) {
    Object* value = TRY(dict_get(ts, dict, name));
    if (!value || !PyFunction_Check(value)) return {};
    Ref<Object> wrapped = TRY(classmethod_new(ts, *value));
    return dict_set(ts, dict, name, *wrapped);
}

Result<void> set_class_cell(ThreadState& ts, Dict& dict, Type& type) {
    Object* cell = TRY(dict_get(ts, dict, "__classcell__"_n));
    if (!cell) return {};
    if (!PyCell_Check(cell))
        return raise(ts, PyExc_TypeError, "__classcell__ must be a nonlocal cell, not %R", obj(&type_of(*cell)));
    assign(as<Cell>(cell)->ob_ref, Ref<Object>::share(obj(type)));
    return dict_delete(ts, dict, "__classcell__"_n);
}

Result<void> call_set_names(ThreadState& ts, Type& type) {
    // A copy, since __set_name__ may change the namespace.
    Ref<Dict> names = TRY(dict_copy(ts, as<Dict>(*type.tp_dict)));
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(*names, position, &key, &value)) {
        OptRef<Object> method = TRY(lookup_special(ts, *value, "__set_name__"_n));
        if (!method) continue;
        if (!call(ts, *method, obj(type), *key).ok()) {
            return raise_from_pending(ts, PyExc_RuntimeError,
                                      "Error calling __set_name__ on '%.100s' instance %R in '%.100s'",
                                      type_of(*value).tp_name, key, type.tp_name);
        }
    }
    return {};
}

Result<void> call_init_subclass(ThreadState& ts, Type& type, Object* keywords) {
    Ref<Object> super = TRY(call(ts, obj(PySuper_Type), obj(type), obj(type)));
    Ref<Object> method = TRY(getattr(ts, *super, "__init_subclass__"_n));
    TRY(call_dict(ts, *method, nullptr, 0, keywords));
    return {};
}

Result<Ref<Type>> build(ThreadState& ts, Type& metatype, Tuple& bases, Type& base, Str& name, Dict& original,
                        Object* keywords) {
    Ref<Dict> dict = TRY(dict_copy(ts, original));
    Plan plan{metatype, bases, base, name, *dict, {}, false, false, false, false};
    TRY(plan_slots(ts, plan));
    Ref<Type> type = TRY(allocate_type(ts, plan));
    HeapType& heap = reinterpret_cast<HeapType&>(*type);
    TRY(set_module(ts, *dict));
    TRY(set_names(ts, *dict, heap));
    TRY(set_doc(ts, *dict, *type));
    TRY(wrap_static(ts, *dict, "__new__"_n));
    TRY(wrap_class(ts, *dict, "__init_subclass__"_n));
    TRY(wrap_class(ts, *dict, "__class_getitem__"_n));
    TRY(lay_out(ts, plan, *type));
    TRY(set_class_cell(ts, *dict, *type));
    TRY(type_ready(ts, *type));
    fixup_slots_of_new_type(ts, *type);
    if (has_managed_dict(*type)) heap.ht_cached_keys = shared_keys_new(ts);
    TRY(call_set_names(ts, *type));
    TRY(call_init_subclass(ts, *type, keywords));
    return type;
}

// The bases with __mro_entries__ should have been resolved by the class statement.
Result<void> check_bases(ThreadState& ts, Tuple& bases) {
    for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
        Object& base = tuple_item(bases, i);
        if (PyType_Check(&base)) continue;
        OptRef<Object> entries = TRY(getattr_optional(ts, base, "__mro_entries__"_n));
        if (entries)
            return raise(ts, PyExc_TypeError, "type() doesn't support MRO entry resolution; use types.new_class()");
    }
    return {};
}

}  // namespace

// type.__new__(metatype, name, bases, namespace, **keywords)
Result<Ref<Object>> type_new(ThreadState& ts, Type& metatype, Object& arguments, Object* keywords) {
    Tuple& tuple = as<Tuple>(arguments);
    if (tuple_size(tuple) != 3)
        return raise(ts, PyExc_TypeError, "type.__new__() takes exactly 3 arguments (%zd given)", tuple_size(tuple));
    Object &name = tuple_item(tuple, 0), &bases = tuple_item(tuple, 1), &dict = tuple_item(tuple, 2);
    auto wrong = [&](int number, const char* expected, Object& value) {
        return raise(ts, PyExc_TypeError, "type.__new__() argument %d must be %s, not %T", number, expected, &value);
    };
    if (!PyUnicode_Check(&name)) return wrong(1, "str", name);
    if (!PyTuple_Check(&bases)) return wrong(2, "tuple", bases);
    if (!PyDict_Check(&dict)) return wrong(3, "dict", dict);

    Ref<Tuple> all_bases = Ref<Tuple>::share(as<Tuple>(bases));
    Type* base;
    Type* winner = &metatype;
    if (tuple_size(as<Tuple>(bases)) == 0) {
        base = &PyBaseObject_Type;
        all_bases = TRY(tuple_of(ts, obj(PyBaseObject_Type)));
    } else {
        TRY(check_bases(ts, as<Tuple>(bases)));
        winner = TRY(calculate_metaclass(ts, metatype, as<Tuple>(bases)));
        if (winner != &metatype && winner->tp_new != PyType_Type.tp_new) {
            return Result<Ref<Object>>::adopt(winner->tp_new(winner, &arguments, keywords));
        }
        base = TRY(best_base(ts, as<Tuple>(bases)));
    }
    return build(ts, *winner, *all_bases, *base, as<Str>(name), as<Dict>(dict), keywords);
}

Result<Ref<Object>> type_call_new(ThreadState& ts, Type& metatype, Object& name, Object& bases, Object& dict) {
    return call(ts, obj(metatype), name, bases, dict);
}

}  // namespace orochi
