// Completing a type: bases, MRO, dict with descriptors, and the slots it inherits.
#include <cstring>

#include "objects/bytes.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"
#include "objects/weakref.hpp"
#include "state/start_image.hpp"

namespace orochi {

namespace {

// Fields that the type takes from `base` as they are, when it has none of its own.
void inherit_special(Type& type, Type& base) {
    if (!(type.tp_flags & Py_TPFLAGS_HAVE_GC) && (base.tp_flags & Py_TPFLAGS_HAVE_GC) && !type.tp_traverse &&
        !type.tp_clear) {
        type.tp_flags |= Py_TPFLAGS_HAVE_GC;
        type.tp_traverse = base.tp_traverse;
        type.tp_clear = base.tp_clear;
    }
    type.tp_flags |= base.tp_flags & Py_TPFLAGS_MANAGED_DICT;
    if (type.tp_basicsize == 0) type.tp_basicsize = base.tp_basicsize;
    if (type.tp_itemsize == 0) type.tp_itemsize = base.tp_itemsize;
    if (type.tp_weaklistoffset == 0) type.tp_weaklistoffset = base.tp_weaklistoffset;
    if (type.tp_dictoffset == 0) type.tp_dictoffset = base.tp_dictoffset;

    struct Fast {
        Object* type;
        unsigned long flag;
    };
    const Fast kinds[] = {
        {reinterpret_cast<Object*>(PyExc_BaseException), Py_TPFLAGS_BASE_EXC_SUBCLASS},
        {reinterpret_cast<Object*>(&PyType_Type), Py_TPFLAGS_TYPE_SUBCLASS},
        {reinterpret_cast<Object*>(&PyLong_Type), Py_TPFLAGS_LONG_SUBCLASS},
        {reinterpret_cast<Object*>(&PyBytes_Type), Py_TPFLAGS_BYTES_SUBCLASS},
        {reinterpret_cast<Object*>(&PyUnicode_Type), Py_TPFLAGS_UNICODE_SUBCLASS},
        {reinterpret_cast<Object*>(&PyTuple_Type), Py_TPFLAGS_TUPLE_SUBCLASS},
        {reinterpret_cast<Object*>(&PyList_Type), Py_TPFLAGS_LIST_SUBCLASS},
        {reinterpret_cast<Object*>(&PyDict_Type), Py_TPFLAGS_DICT_SUBCLASS},
    };
    for (const Fast& kind : kinds) {
        if (kind.type && type_is_subtype(base, *as<Type>(kind.type))) type.tp_flags |= kind.flag;
    }
    constexpr unsigned long kMatchSelf = 1ul << 22;  // _Py_TPFLAGS_MATCH_SELF
    type.tp_flags |= base.tp_flags & kMatchSelf;
}

// A class is a sequence or a mapping to patterns, as the first of its bases that is either.
void inherit_collection_flags(Type& type, const Type& base) {
    constexpr unsigned long kCollection = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;
    if (!(type.tp_flags & kCollection)) type.tp_flags |= base.tp_flags & kCollection;
}

bool dict_has(ThreadState& ts, Type& type, Object& name) {
    auto found = dict_contains(ts, as<Dict>(*type.tp_dict), name);
    if (!found.ok()) {
        error_clear(ts);
        return false;
    }
    return std::move(found).take();
}

// Slots that `base` defines itself, as against what it inherited: those come along with their own definer.
#define DEFINED(PATH) (base.PATH && (!above || base.PATH != above->PATH))
#define COPY(SLOT) \
    if (!type.SLOT && DEFINED(SLOT)) type.SLOT = base.SLOT
#define COPY_IN(GROUP, SLOT)                                                                              \
    if (!type.GROUP->SLOT && base.GROUP->SLOT && (!above_group || base.GROUP->SLOT != above_group->SLOT)) \
    type.GROUP->SLOT = base.GROUP->SLOT

void inherit_groups(Type& type, Type& base, Type* above) {
    if (type.tp_as_number && base.tp_as_number) {
        auto* above_group = above ? above->tp_as_number : nullptr;
        COPY_IN(tp_as_number, nb_add);
        COPY_IN(tp_as_number, nb_subtract);
        COPY_IN(tp_as_number, nb_multiply);
        COPY_IN(tp_as_number, nb_remainder);
        COPY_IN(tp_as_number, nb_divmod);
        COPY_IN(tp_as_number, nb_power);
        COPY_IN(tp_as_number, nb_negative);
        COPY_IN(tp_as_number, nb_positive);
        COPY_IN(tp_as_number, nb_absolute);
        COPY_IN(tp_as_number, nb_bool);
        COPY_IN(tp_as_number, nb_invert);
        COPY_IN(tp_as_number, nb_lshift);
        COPY_IN(tp_as_number, nb_rshift);
        COPY_IN(tp_as_number, nb_and);
        COPY_IN(tp_as_number, nb_xor);
        COPY_IN(tp_as_number, nb_or);
        COPY_IN(tp_as_number, nb_int);
        COPY_IN(tp_as_number, nb_float);
        COPY_IN(tp_as_number, nb_inplace_add);
        COPY_IN(tp_as_number, nb_inplace_subtract);
        COPY_IN(tp_as_number, nb_inplace_multiply);
        COPY_IN(tp_as_number, nb_inplace_remainder);
        COPY_IN(tp_as_number, nb_inplace_power);
        COPY_IN(tp_as_number, nb_inplace_lshift);
        COPY_IN(tp_as_number, nb_inplace_rshift);
        COPY_IN(tp_as_number, nb_inplace_and);
        COPY_IN(tp_as_number, nb_inplace_xor);
        COPY_IN(tp_as_number, nb_inplace_or);
        COPY_IN(tp_as_number, nb_true_divide);
        COPY_IN(tp_as_number, nb_floor_divide);
        COPY_IN(tp_as_number, nb_inplace_true_divide);
        COPY_IN(tp_as_number, nb_inplace_floor_divide);
        COPY_IN(tp_as_number, nb_index);
        COPY_IN(tp_as_number, nb_matrix_multiply);
        COPY_IN(tp_as_number, nb_inplace_matrix_multiply);
    }
    if (type.tp_as_async && base.tp_as_async) {
        auto* above_group = above ? above->tp_as_async : nullptr;
        COPY_IN(tp_as_async, am_await);
        COPY_IN(tp_as_async, am_aiter);
        COPY_IN(tp_as_async, am_anext);
        COPY_IN(tp_as_async, am_send);
    }
    if (type.tp_as_sequence && base.tp_as_sequence) {
        auto* above_group = above ? above->tp_as_sequence : nullptr;
        COPY_IN(tp_as_sequence, sq_length);
        COPY_IN(tp_as_sequence, sq_concat);
        COPY_IN(tp_as_sequence, sq_repeat);
        COPY_IN(tp_as_sequence, sq_item);
        COPY_IN(tp_as_sequence, sq_ass_item);
        COPY_IN(tp_as_sequence, sq_contains);
        COPY_IN(tp_as_sequence, sq_inplace_concat);
        COPY_IN(tp_as_sequence, sq_inplace_repeat);
    }
    if (type.tp_as_mapping && base.tp_as_mapping) {
        auto* above_group = above ? above->tp_as_mapping : nullptr;
        COPY_IN(tp_as_mapping, mp_length);
        COPY_IN(tp_as_mapping, mp_subscript);
        COPY_IN(tp_as_mapping, mp_ass_subscript);
    }
    if (type.tp_as_buffer && base.tp_as_buffer) {
        auto* above_group = above ? above->tp_as_buffer : nullptr;
        COPY_IN(tp_as_buffer, bf_getbuffer);
        COPY_IN(tp_as_buffer, bf_releasebuffer);
    }
}

void inherit_slots(ThreadState& ts, Type& type, Type& base) {
    Type* above = base.tp_base;
    inherit_groups(type, base, above);
    COPY(tp_dealloc);
    if (!type.tp_getattr && !type.tp_getattro) {
        type.tp_getattr = base.tp_getattr;
        type.tp_getattro = base.tp_getattro;
    }
    if (!type.tp_setattr && !type.tp_setattro) {
        type.tp_setattr = base.tp_setattr;
        type.tp_setattro = base.tp_setattro;
    }
    COPY(tp_repr);
    COPY(tp_vectorcall_offset);
    // A mutable class could get another __call__ any time.
    bool keeps_call =
        !type.tp_call && (base.tp_flags & Py_TPFLAGS_HAVE_VECTORCALL) && (type.tp_flags & Py_TPFLAGS_IMMUTABLETYPE);
    if (keeps_call) type.tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    COPY(tp_call);
    COPY(tp_str);
    if (!type.tp_richcompare && !type.tp_hash) {
        // One without the other would contradict: a == b must imply equal hashes.
        bool overrides = dict_has(ts, type, "__eq__"_n) || dict_has(ts, type, "__hash__"_n);
        if (!overrides) {
            type.tp_richcompare = base.tp_richcompare;
            type.tp_hash = base.tp_hash;
        }
    }
    COPY(tp_iter);
    COPY(tp_iternext);
    if (!type.tp_descr_get && base.tp_descr_get && (type.tp_flags & Py_TPFLAGS_IMMUTABLETYPE))
        type.tp_flags |= base.tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR;
    COPY(tp_descr_get);
    COPY(tp_descr_set);
    COPY(tp_dictoffset);
    COPY(tp_init);
    COPY(tp_alloc);
    COPY(tp_is_gc);
    COPY(tp_finalize);
    bool type_gc = type.tp_flags & Py_TPFLAGS_HAVE_GC, base_gc = base.tp_flags & Py_TPFLAGS_HAVE_GC;
    if (type_gc == base_gc) {
        COPY(tp_free);
    } else if (type_gc && !type.tp_free && base.tp_free == PyObject_Free) {
        type.tp_free = PyObject_GC_Del;
    }
}
#undef COPY
#undef COPY_IN
#undef DEFINED

Result<void> fill_dict(ThreadState& ts, Type& type) {
    TRY(add_slot_wrappers(ts, type));
    Dict& dict = as<Dict>(*type.tp_dict);
    for (PyMethodDef* method = type.tp_methods; method && method->ml_name; ++method) {
        Ref<Object> name = TRY(intern_utf8(ts, method->ml_name));
        Ref<Object> descriptor = new_none();
        if (method->ml_flags & METH_CLASS) {
            if (method->ml_flags & METH_STATIC)
                return raise(ts, PyExc_ValueError, "method cannot be both class and static");
            descriptor = TRY(classmethod_descriptor_new(ts, type, *method));
        } else if (method->ml_flags & METH_STATIC) {
            Ref<Object> function = TRY(native_function_new(ts, *method, &obj(type), nullptr));
            descriptor = TRY(staticmethod_new(ts, *function));
        } else {
            descriptor = TRY(method_descriptor_new(ts, type, *method));
        }
        bool coexist = method->ml_flags & METH_COEXIST;
        if (coexist || !TRY(dict_contains(ts, dict, *name))) TRY(dict_set(ts, dict, *name, *descriptor));
    }
    for (PyMemberDef* member = type.tp_members; member && member->name; ++member) {
        // Members of a spec with these names only tell the type's offsets.
        if (is_heap_type(type) &&
            (strcmp(member->name, "__weaklistoffset__") == 0 || strcmp(member->name, "__dictoffset__") == 0))
            continue;
        Ref<Object> name = TRY(intern_utf8(ts, member->name));
        if (TRY(dict_contains(ts, dict, *name))) continue;
        Ref<Object> descriptor = TRY(member_descriptor_new(ts, type, *member));
        TRY(dict_set(ts, dict, *name, *descriptor));
    }
    for (PyGetSetDef* getset = type.tp_getset; getset && getset->name; ++getset) {
        Ref<Object> name = TRY(intern_utf8(ts, getset->name));
        if (TRY(dict_contains(ts, dict, *name))) continue;
        Ref<Object> descriptor = TRY(getset_descriptor_new(ts, type, *getset));
        TRY(dict_set(ts, dict, *name, *descriptor));
    }
    if (!TRY(dict_contains(ts, dict, "__doc__"_n))) {
        Ref<Object> doc = TRY(doc_object(ts, type_short_name(type), type.tp_doc));
        TRY(dict_set(ts, dict, "__doc__"_n, *doc));
    }
    return {};
}

Result<void> set_new(ThreadState& ts, Type& type) {
    if (type.tp_flags & Py_TPFLAGS_DISALLOW_INSTANTIATION) {
        type.tp_new = nullptr;
        return {};
    }
    // Static types that derive from object alone do not take its constructor unless they ask for it.
    if (!type.tp_new && type.tp_base == &PyBaseObject_Type && !is_heap_type(type)) {
        type.tp_flags |= Py_TPFLAGS_DISALLOW_INSTANTIATION;
        return {};
    }
    if (type.tp_new) {
        TRY(add_new_wrapper(ts, type));
    } else if (type.tp_base) {
        type.tp_new = type.tp_base->tp_new;
    }
    return {};
}

Result<void> ready(ThreadState& ts, Type& type) {
    if (!type.tp_name) return raise(ts, PyExc_SystemError, "Type does not define the tp_name field.");
    if (!is_heap_type(type)) type.tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    if (!type.tp_base && &type != &PyBaseObject_Type) {
        type.tp_base = &PyBaseObject_Type;
        if (is_heap_type(type)) incref(*type.tp_base);
    }
    if (type.tp_base && !type.tp_base->tp_dict) TRY(type_ready(ts, *type.tp_base));
    if (!type.ob_base.ob_base.ob_type && type.tp_base)
        type.ob_base.ob_base.ob_type = type.tp_base->ob_base.ob_base.ob_type;
    if (!type.tp_bases) {
        Ref<Tuple> bases = type.tp_base ? TRY(tuple_of(ts, obj(*type.tp_base))) : Ref<Tuple>::share(empty_tuple());
        type.tp_bases = obj(std::move(bases).release());
    }
    if (!type.tp_dict) type.tp_dict = obj(std::move(TRY(dict_new(ts))).release());
    TRY(set_new(ts, type));
    TRY(fill_dict(ts, type));
    if (type.tp_base) inherit_special(type, *type.tp_base);
    if (is_shared_static(type) || !type.tp_mro) TRY(mro_update(ts, type));
    if (type.tp_base) {
        Tuple& mro = as<Tuple>(*type.tp_mro);
        for (Py_ssize_t i = 1; i < tuple_size(mro); ++i) {
            Object& base = tuple_item(mro, i);
            if (!PyType_Check(&base)) continue;
            inherit_slots(ts, type, as<Type>(base));
            inherit_collection_flags(type, as<Type>(base));
        }
        Type& base = *type.tp_base;
        if (!type.tp_as_async) type.tp_as_async = base.tp_as_async;
        if (!type.tp_as_number) type.tp_as_number = base.tp_as_number;
        if (!type.tp_as_sequence) type.tp_as_sequence = base.tp_as_sequence;
        if (!type.tp_as_mapping) type.tp_as_mapping = base.tp_as_mapping;
        if (!type.tp_as_buffer) type.tp_as_buffer = base.tp_as_buffer;
    }
    // A class that defines __eq__ alone cannot be hashed.
    if (!type.tp_hash) {
        if (!TRY(dict_contains(ts, as<Dict>(*type.tp_dict), "__hash__"_n))) {
            TRY(dict_set(ts, as<Dict>(*type.tp_dict), "__hash__"_n, none()));
            type.tp_hash = PyObject_HashNotImplemented;
        }
    }
    if ((type.tp_flags & Py_TPFLAGS_HAVE_GC) && !type.tp_traverse)
        return raise(ts, PyExc_SystemError, "type %s has the Py_TPFLAGS_HAVE_GC flag but has no traverse function",
                     type.tp_name);
    if (!is_shared_static(type)) TRY(type_add_to_subclasses_of_bases(ts, type));
    return {};
}

}  // namespace

Result<void> type_ready(ThreadState& ts, Type& type) {
    if (type.tp_flags & Py_TPFLAGS_READY) return {};
    type.tp_flags |= Py_TPFLAGS_READYING;
    auto result = ready(ts, type);
    type.tp_flags &= ~Py_TPFLAGS_READYING;
    if (result.ok()) type.tp_flags |= Py_TPFLAGS_READY;
    return result;
}

// ---- Subclasses: a dict from the address of each to a weak reference ----

namespace {
// Stands for the class in the table of its base. Not its plain address, whose hash would look like a reference to it
// (lifecycle/start_image_build.cpp).
Result<Ref<Object>> subclass_key(ThreadState& ts, const Type& type) {
    return int_from(ts, static_cast<long long>(reinterpret_cast<uintptr_t>(&type) >> 4));
}
}  // namespace

Result<void> type_add_subclass(ThreadState& ts, Type& base, Type& type) {
    Ref<Object> key = TRY(subclass_key(ts, type));
    Ref<Object> reference = TRY(weakref_new(ts, obj(type)));
    Object*& subclasses = type_subclasses(ts, base);
    if (!subclasses) {
        subclasses = obj(std::move(TRY(dict_new(ts))).release());
    }
    return dict_set(ts, as<Dict>(*subclasses), *key, *reference);
}

void type_remove_subclass(ThreadState& ts, Type& base, Type& type) {
    Object*& subclasses = type_subclasses(ts, base);
    if (!subclasses) return;
    ErrorKeeper keep(ts);
    auto key = subclass_key(ts, type);
    if (!key.ok()) return error_clear(ts);
    Ref<Object> number = std::move(key).take();
    if (!dict_discard(ts, as<Dict>(*subclasses), *number).ok()) error_clear(ts);
    if (dict_size(as<Dict>(*subclasses)) == 0) clear(subclasses);
}

Result<void> type_add_to_subclasses_of_bases(ThreadState& ts, Type& type) {
    Tuple& bases = as<Tuple>(*type.tp_bases);
    for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
        Object& base = tuple_item(bases, i);
        if (PyType_Check(&base)) TRY(type_add_subclass(ts, as<Type>(base), type));
    }
    return {};
}

void type_remove_from_bases(ThreadState& ts, Type& type, Object* bases) {
    if (!bases) return;
    Tuple& tuple = as<Tuple>(*bases);
    for (Py_ssize_t i = 0; i < tuple_size(tuple); ++i) {
        Object& base = tuple_item(tuple, i);
        if (PyType_Check(&base)) type_remove_subclass(ts, as<Type>(base), type);
    }
}

void type_load_subclasses(ThreadState& ts, Type& type) {
    Interpreter& interpreter = ts.interpreter();
    if (is_shared_static(type) || start_image_contains(interpreter, &type)) start_image_load_all(interpreter);
}

Result<Ref<List>> type_subclass_list(ThreadState& ts, Type& type) {
    type_load_subclasses(ts, type);
    Ref<List> list = TRY(list_new(ts, 0));
    if (is_shared_static(type)) {
        for (Type* candidate : static_types()) {
            if (!is_shared_static(*candidate) || !candidate->tp_bases) continue;
            Tuple& bases = as<Tuple>(*candidate->tp_bases);
            for (Py_ssize_t i = 0; i < tuple_size(bases); ++i) {
                if (&tuple_item(bases, i) == &obj(type)) TRY(list_append(ts, *list, obj(*candidate)));
            }
        }
    }
    Object* subclasses = type_subclasses(ts, type);
    if (!subclasses) return list;
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*subclasses), position, &key, &value)) {
        if (Object* target = weakref_target(*value)) TRY(list_append(ts, *list, *target));
    }
    return list;
}

}  // namespace orochi
