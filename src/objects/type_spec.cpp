// Heap types from a PyType_Spec (PEP 384, PEP 573, PEP 630).
#include <cstring>

#include "objects/dict.hpp"
#include "objects/instance_dict.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

namespace {

// Where a slot number of typeslots.h is in PyHeapTypeObject, by number.
constexpr uint16_t slot_offsets[] = {
    0,
#define AT(...) uint16_t(offsetof(HeapType, __VA_ARGS__))
    AT(as_buffer.bf_getbuffer),
    AT(as_buffer.bf_releasebuffer),
    AT(as_mapping.mp_ass_subscript),
    AT(as_mapping.mp_length),
    AT(as_mapping.mp_subscript),
    AT(as_number.nb_absolute),
    AT(as_number.nb_add),
    AT(as_number.nb_and),
    AT(as_number.nb_bool),
    AT(as_number.nb_divmod),
    AT(as_number.nb_float),
    AT(as_number.nb_floor_divide),
    AT(as_number.nb_index),
    AT(as_number.nb_inplace_add),
    AT(as_number.nb_inplace_and),
    AT(as_number.nb_inplace_floor_divide),
    AT(as_number.nb_inplace_lshift),
    AT(as_number.nb_inplace_multiply),
    AT(as_number.nb_inplace_or),
    AT(as_number.nb_inplace_power),
    AT(as_number.nb_inplace_remainder),
    AT(as_number.nb_inplace_rshift),
    AT(as_number.nb_inplace_subtract),
    AT(as_number.nb_inplace_true_divide),
    AT(as_number.nb_inplace_xor),
    AT(as_number.nb_int),
    AT(as_number.nb_invert),
    AT(as_number.nb_lshift),
    AT(as_number.nb_multiply),
    AT(as_number.nb_negative),
    AT(as_number.nb_or),
    AT(as_number.nb_positive),
    AT(as_number.nb_power),
    AT(as_number.nb_remainder),
    AT(as_number.nb_rshift),
    AT(as_number.nb_subtract),
    AT(as_number.nb_true_divide),
    AT(as_number.nb_xor),
    AT(as_sequence.sq_ass_item),
    AT(as_sequence.sq_concat),
    AT(as_sequence.sq_contains),
    AT(as_sequence.sq_inplace_concat),
    AT(as_sequence.sq_inplace_repeat),
    AT(as_sequence.sq_item),
    AT(as_sequence.sq_length),
    AT(as_sequence.sq_repeat),
    AT(ht_type.tp_alloc),
    AT(ht_type.tp_base),
    AT(ht_type.tp_bases),
    AT(ht_type.tp_call),
    AT(ht_type.tp_clear),
    AT(ht_type.tp_dealloc),
    AT(ht_type.tp_del),
    AT(ht_type.tp_descr_get),
    AT(ht_type.tp_descr_set),
    AT(ht_type.tp_doc),
    AT(ht_type.tp_getattr),
    AT(ht_type.tp_getattro),
    AT(ht_type.tp_hash),
    AT(ht_type.tp_init),
    AT(ht_type.tp_is_gc),
    AT(ht_type.tp_iter),
    AT(ht_type.tp_iternext),
    AT(ht_type.tp_methods),
    AT(ht_type.tp_new),
    AT(ht_type.tp_repr),
    AT(ht_type.tp_richcompare),
    AT(ht_type.tp_setattr),
    AT(ht_type.tp_setattro),
    AT(ht_type.tp_str),
    AT(ht_type.tp_traverse),
    AT(ht_type.tp_members),
    AT(ht_type.tp_getset),
    AT(ht_type.tp_free),
    AT(as_number.nb_matrix_multiply),
    AT(as_number.nb_inplace_matrix_multiply),
    AT(as_async.am_await),
    AT(as_async.am_aiter),
    AT(as_async.am_anext),
    AT(ht_type.tp_finalize),
    AT(as_async.am_send),
#undef AT
};
constexpr int kLastSlot = int(std::size(slot_offsets)) - 1;
static_assert(kLastSlot == Py_am_send && Py_tp_finalize == 80 && Py_tp_members == 72 && Py_nb_add == 7);

Result<Ref<Tuple>> bases_from_spec(ThreadState& ts, PyType_Spec& spec, Object* given) {
    if (given) {
        if (PyTuple_Check(given)) return Ref<Tuple>::share(as<Tuple>(*given));
        return tuple_of(ts, *given);
    }
    Object* base = reinterpret_cast<Object*>(&PyBaseObject_Type);
    for (PyType_Slot* slot = spec.slots; slot->slot; ++slot) {
        if (slot->slot == Py_tp_bases) {
            Object* bases = static_cast<Object*>(slot->pfunc);
            if (!PyTuple_Check(bases)) return raise(ts, PyExc_SystemError, "Py_tp_bases is not a tuple");
            return Ref<Tuple>::share(as<Tuple>(*bases));
        }
        if (slot->slot == Py_tp_base) base = static_cast<Object*>(slot->pfunc);
    }
    return tuple_of(ts, *base);
}

char* copy_text(ThreadState& ts, const char* text) {
    size_t size = std::strlen(text) + 1;
    char* copy = static_cast<char*>(ts.heap().allocate(size));
    if (copy) std::memcpy(copy, text, size);
    return copy;
}

// Members with reserved names set offsets of the type instead of making attributes.
bool special_member(const PyMemberDef& member, Type& type) {
    if (std::strcmp(member.name, "__weaklistoffset__") == 0) {
        type.tp_weaklistoffset = member.offset;
    } else if (std::strcmp(member.name, "__dictoffset__") == 0) {
        type.tp_dictoffset = member.offset;
    } else if (std::strcmp(member.name, "__vectorcalloffset__") == 0) {
        type.tp_vectorcall_offset = member.offset;
    } else {
        return false;
    }
    return true;
}

}  // namespace

Result<Ref<Type>> type_from_spec(ThreadState& ts, Object* module, PyType_Spec& spec, Object* given_bases) {
    Py_ssize_t member_count = 0;
    const PyMemberDef* members = nullptr;
    for (PyType_Slot* slot = spec.slots; slot->slot; ++slot) {
        if (slot->slot == Py_tp_members) {
            members = static_cast<PyMemberDef*>(slot->pfunc);
            member_count = 0;
            for (const PyMemberDef* m = members; m->name; ++m) ++member_count;
        }
    }
    if (!spec.name) return raise(ts, PyExc_SystemError, "Type spec does not define the name field.");
    Ref<Tuple> bases = TRY(bases_from_spec(ts, spec, given_bases));
    Type* base = TRY(best_base(ts, *bases));
    if (!base) return raise(ts, PyExc_TypeError, "bases must be types");

    Ref<Type> type = TRY(allocate_instance(ts, PyType_Type, member_count)).cast<Type>();
    HeapType& heap = reinterpret_cast<HeapType&>(*type);
    type->tp_flags = spec.flags | Py_TPFLAGS_HEAPTYPE;
    type->tp_as_async = &heap.as_async;
    type->tp_as_number = &heap.as_number;
    type->tp_as_sequence = &heap.as_sequence;
    type->tp_as_mapping = &heap.as_mapping;
    type->tp_as_buffer = &heap.as_buffer;
    type->tp_base = new_reference(*base);
    type->tp_bases = obj(std::move(bases).release());
    type->tp_basicsize = spec.basicsize;
    type->tp_itemsize = spec.itemsize;

    heap._ht_tpname = copy_text(ts, spec.name);
    if (!heap._ht_tpname) return raise_no_memory(ts);
    type->tp_name = heap._ht_tpname;
    const char* dot = std::strrchr(spec.name, '.');
    heap.ht_name = obj(std::move(TRY(intern_utf8(ts, dot ? dot + 1 : spec.name))).release());
    heap.ht_qualname = new_reference(*heap.ht_name);
    heap.ht_module = new_reference_optional(module);

    for (PyType_Slot* slot = spec.slots; slot->slot; ++slot) {
        int number = slot->slot;
        if (number < 0 || number > kLastSlot) return raise(ts, PyExc_RuntimeError, "invalid slot offset");
        if (number == Py_tp_base || number == Py_tp_bases) continue;
        if (number == Py_tp_doc) {
            if (slot->pfunc) {
                type->tp_doc = copy_text(ts, static_cast<const char*>(slot->pfunc));
                if (!type->tp_doc) return raise_no_memory(ts);
            }
            continue;
        }
        if (number == Py_tp_members) {
            auto* copies =
                reinterpret_cast<PyMemberDef*>(reinterpret_cast<char*>(type.get()) + type_of(obj(*type)).tp_basicsize);
            std::copy_n(members, member_count, copies);
            type->tp_members = copies;
            continue;
        }
        *reinterpret_cast<void**>(reinterpret_cast<char*>(&heap) + slot_offsets[number]) = slot->pfunc;
    }
    // CPython gives classes without a deallocator the one of Python classes.
    if (!type->tp_dealloc) type->tp_dealloc = subtype_dealloc_slot;
    if (has_managed_dict(*type)) {
        // Attributes as instances of Python classes have them.
        type->tp_dictoffset = managed_dict_offset(spec.basicsize);
        if (!type->tp_traverse) type->tp_traverse = subtype_traverse;
        if (!type->tp_clear) type->tp_clear = subtype_clear;
        heap.ht_cached_keys = shared_keys_new(ts);
    }
    for (const PyMemberDef* m = members; m && m->name; ++m) special_member(*m, *type);
    if (type->tp_vectorcall_offset == 0) type->tp_flags &= ~Py_TPFLAGS_HAVE_VECTORCALL;
    type->tp_dict = obj(std::move(TRY(dict_new(ts))).release());
    TRY(type_ready(ts, *type));
    if (dot) {
        Ref<Str> module_name = TRY(intern_utf8(ts, {spec.name, size_t(dot - spec.name)}));
        TRY(dict_set(ts, as<Dict>(*type->tp_dict), "__module__"_n, obj(*module_name)));
    } else {
        TRY(warn(ts, PyExc_DeprecationWarning, 1, "builtin type %.200s has no __module__ attribute", spec.name));
    }
    return type;
}

Object* type_module(Type& type) { return is_heap_type(type) ? reinterpret_cast<HeapType&>(type).ht_module : nullptr; }

Result<Object*> type_module_by_definition(ThreadState& ts, Type& type, PyModuleDef& definition) {
    Tuple& mro = as<Tuple>(*type.tp_mro);
    for (Py_ssize_t i = 0; i < tuple_size(mro); ++i) {
        Object& base = tuple_item(mro, i);
        if (!PyType_Check(&base)) continue;
        Object* module = type_module(as<Type>(base));
        if (module && module_definition(*module) == &definition) return module;
    }
    return raise(ts, PyExc_TypeError, "PyType_GetModuleByDef: No superclass of '%s' has the given module",
                 type.tp_name);
}

void* type_slot(Type& type, int number) {
    if (number <= 0 || number > kLastSlot) return nullptr;
    int offset = slot_offsets[number];
    if (size_t(offset) >= offsetof(HeapType, as_buffer)) {
        if (!type.tp_as_buffer) return nullptr;
        return *reinterpret_cast<void**>(reinterpret_cast<char*>(type.tp_as_buffer) + offset -
                                         offsetof(HeapType, as_buffer));
    }
    void** address = slot_address(type, offset);
    return address ? *address : nullptr;
}

}  // namespace orochi
