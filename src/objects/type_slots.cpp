// Keeping the slots of a type and the special methods in its dict in step.
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/native.hpp"
#include "objects/slot_table.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"
#include "objects/weakref.hpp"

namespace orochi {

// A type from C may lack whole groups of slots; null then.
void** slot_address(Type& type, int offset) {
    char* base;
    auto group = [&](size_t start, void* pointer) {
        base = static_cast<char*>(pointer);
        offset -= int(start);
    };
    if (size_t(offset) >= offsetof(HeapType, as_sequence)) {
        group(offsetof(HeapType, as_sequence), type.tp_as_sequence);
    } else if (size_t(offset) >= offsetof(HeapType, as_mapping)) {
        group(offsetof(HeapType, as_mapping), type.tp_as_mapping);
    } else if (size_t(offset) >= offsetof(HeapType, as_number)) {
        group(offsetof(HeapType, as_number), type.tp_as_number);
    } else if (size_t(offset) >= offsetof(HeapType, as_async)) {
        group(offsetof(HeapType, as_async), type.tp_as_async);
    } else {
        base = reinterpret_cast<char*>(&type);
    }
    return base ? reinterpret_cast<void**>(base + offset) : nullptr;
}

bool is_special_name(const Object& name) {
    if (!PyUnicode_Check(&name)) return false;
    const Str& text = reinterpret_cast<const Str&>(name);
    Py_ssize_t size = str_length(text);
    if (size <= 4 || str_kind(text) != PyUnicode_1BYTE_KIND) return false;
    const char* data = static_cast<const char*>(str_data(text));
    return data[0] == '_' && data[1] == '_' && data[size - 1] == '_' && data[size - 2] == '_';
}

Result<void> add_slot_wrappers(ThreadState& ts, Type& type) {
    Dict& dict = as<Dict>(*type.tp_dict);
    for (const SlotEntry& entry : slot_table()) {
        if (!entry.wrapper) continue;
        void** address = slot_address(type, entry.offset);
        if (!address || !*address) continue;
        if (TRY(dict_contains(ts, dict, *entry.name_strobj))) continue;
        if (*address == reinterpret_cast<void*>(&PyObject_HashNotImplemented)) {
            TRY(dict_set(ts, dict, *entry.name_strobj, none()));
            continue;
        }
        Ref<Object> descriptor = TRY(wrapper_descriptor_new(ts, type, entry, *address));
        TRY(dict_set(ts, dict, *entry.name_strobj, *descriptor));
    }
    return {};
}

namespace {

// Where a method with several slots (__len__, __getitem__ ...) is implemented in this type: the only one of its
// slots that is filled, or null.
void** only_filled_slot(Type& type, const Object* name) {
    void** found = nullptr;
    for (const SlotEntry& entry : slot_table()) {
        if (entry.name_strobj != name) continue;
        void** address = slot_address(type, entry.offset);
        if (!address || !*address) continue;
        if (found) return nullptr;
        found = address;
    }
    return found;
}

using Entry = const SlotEntry*;

// Decides one slot from the methods that share it: the slot of a base from C when every method is still that base's,
// otherwise the function that calls the Python methods. Returns the entry after the group.
Entry update_one_slot(ThreadState& ts, Type& type, Entry entry, Entry end) {
    int offset = entry->offset;
    void** address = slot_address(type, offset);
    if (!address) {
        while (entry != end && entry->offset == offset) ++entry;
        return entry;
    }
    void* specific = nullptr;
    void* generic = nullptr;
    bool use_generic = false;
    for (; entry != end && entry->offset == offset; ++entry) {
        Object* found = type_find_in_mro(ts, type, *entry->name_strobj);
        if (!found) {
            if (address == reinterpret_cast<void**>(&type.tp_iternext))
                specific = reinterpret_cast<void*>(&_PyObject_NextNotImplemented);
            continue;
        }
        if (&type_of(*found) == &PyWrapperDescr_Type &&
            reinterpret_cast<PyWrapperDescrObject*>(found)->d_base->name_strobj == entry->name_strobj) {
            auto& descriptor = *reinterpret_cast<PyWrapperDescrObject*>(found);
            void** only = only_filled_slot(type, entry->name_strobj);
            if (!only || only == address) generic = entry->function;
            if ((!specific || specific == descriptor.d_wrapped) && descriptor.d_base->wrapper == entry->wrapper &&
                type_is_subtype(type, *descriptor.d_common.d_type)) {
                specific = descriptor.d_wrapped;
            } else {
                use_generic = true;
            }
        } else if (&type_of(*found) == &PyCFunction_Type &&
                   reinterpret_cast<PyCFunctionObject*>(found)->m_ml->ml_meth ==
                       reinterpret_cast<PyCFunction>(&tp_new_wrapper) &&
                   address == reinterpret_cast<void**>(&type.tp_new)) {
            // __new__ of a base from C: its tp_new was inherited already.
            specific = reinterpret_cast<void*>(type.tp_new);
        } else if (is_none(found) && address == reinterpret_cast<void**>(&type.tp_hash)) {
            specific = reinterpret_cast<void*>(&PyObject_HashNotImplemented);
        } else {
            use_generic = true;
            generic = entry->function;
        }
    }
    *address = specific && !use_generic ? specific : generic;
    return entry;
}

// Instances of classes with a finaliser are found by the collector's lists when the interpreter ends, unless they are
// not in these.
void note_finalizer(ThreadState& ts, Type& type) {
    if (type.tp_finalize && !PyType_IS_GC(&type)) ts.interpreter().ends_visibly = true;
}

void update_slot_in(ThreadState& ts, Type& type, const Object* name) {
    std::span<const SlotEntry> table = slot_table();
    Entry end = table.data() + table.size();
    int last = -1;
    for (Entry entry = table.data(); entry != end; ++entry) {
        if (entry->name_strobj != name || entry->offset == last) continue;
        last = entry->offset;
        Entry group = entry;
        while (group != table.data() && (group - 1)->offset == last) --group;
        update_one_slot(ts, type, group, end);
    }
    note_finalizer(ts, type);
}

void update_slot_down(ThreadState& ts, Type& type, Object& name) {
    update_slot_in(ts, type, &name);
    Object* subclasses = type_subclasses(ts, type);
    if (!subclasses) return;
    Ref<Object> keep = Ref<Object>::share(*subclasses);
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*keep), position, &key, &value)) {
        Object* target = weakref_target(*value);
        if (!target) continue;
        Type& subclass = as<Type>(*target);
        if (subclass.tp_dict) {
            auto own = dict_get(ts, as<Dict>(*subclass.tp_dict), name);
            if (!own.ok()) {
                error_clear(ts);
            } else if (std::move(own).take()) {
                continue;
            }
        }
        update_slot_down(ts, subclass, name);
    }
}

// Whether the name is one of the table's; interned names are compared by identity.
bool in_table(const Object& name) {
    for (const SlotEntry& entry : slot_table()) {
        if (entry.name_strobj == &name) return true;
    }
    return false;
}

}  // namespace

void update_slot(ThreadState& ts, Type& type, Object& name) {
    if (!is_special_name(name)) return;
    Ref<Str> interned = intern(ts, Ref<Str>::share(as<Str>(name)));
    if (in_table(obj(*interned))) update_slot_down(ts, type, obj(*interned));
}

void fixup_slots_of_new_type(ThreadState& ts, Type& type) {
    std::span<const SlotEntry> table = slot_table();
    Entry end = table.data() + table.size();
    if (tuple_size(as<Tuple>(*type.tp_bases)) == 1 &&
        &as<Type>(tuple_item(as<Tuple>(*type.tp_bases), 0)) == type.tp_base) {
        // With one base every other slot is what the base has: only the names in the class's own dict count.
        Type& base = *type.tp_base;
        for (Entry entry = table.data(); entry != end; ++entry) {
            void** to = slot_address(type, entry->offset);
            void** from = slot_address(base, entry->offset);
            if (to && from) *to = *from;
        }
        Py_ssize_t position = 0;
        Object *key, *value;
        while (dict_next(as<Dict>(*type.tp_dict), position, &key, &value)) {
            if (!is_special_name(*key)) continue;
            Ref<Str> name = intern(ts, Ref<Str>::share(as<Str>(*key)));
            update_slot_in(ts, type, obj(name.get()));
        }
        return;
    }
    for (Entry entry = table.data(); entry != end;) entry = update_one_slot(ts, type, entry, end);
    note_finalizer(ts, type);
}

void update_all_slots(ThreadState& ts, Type& type) {
    type_modified(ts, type);
    int last = -1;
    for (const SlotEntry& entry : slot_table()) {
        if (entry.offset == last) continue;
        last = entry.offset;
        update_slot_down(ts, type, *entry.name_strobj);
    }
}

// ---- __new__ ----

Object* tp_new_wrapper(Object* self, Object* args, Object* kwargs) {
    ThreadState& ts = current_thread();
    Type& type = as<Type>(*self);
    Tuple& tuple = as<Tuple>(*args);
    auto run = [&]() -> Result<Ref<Object>> {
        if (tuple_size(tuple) < 1)
            return raise(ts, PyExc_TypeError, "%s.__new__(): not enough arguments", type.tp_name);
        Object& first = tuple_item(tuple, 0);
        if (!PyType_Check(&first))
            return raise(ts, PyExc_TypeError, "%s.__new__(X): X is not a type object (%T)", type.tp_name, &first);
        Type& subtype = as<Type>(first);
        if (!type_is_subtype(subtype, type))
            return raise(ts, PyExc_TypeError, "%s.__new__(%s): %s is not a subtype of %s", type.tp_name,
                         subtype.tp_name, subtype.tp_name, type.tp_name);
        // The first ancestor from C must be made by its own __new__, or its part would not be set up.
        Type* from_c = &subtype;
        while (from_c && from_c->tp_new == slot_tp_new_pointer) from_c = from_c->tp_base;
        if (from_c && from_c->tp_new != type.tp_new)
            return raise(ts, PyExc_TypeError, "%s.__new__(%s) is not safe, use %s.__new__()", type.tp_name,
                         subtype.tp_name, from_c->tp_name);
        Ref<Tuple> rest = TRY(tuple_slice(ts, tuple, 1, tuple_size(tuple)));
        return Result<Ref<Object>>::adopt(type.tp_new(&subtype, obj(rest.get()), kwargs));
    };
    return run().release();
}

namespace {
const PyMethodDef new_definition = {"__new__", reinterpret_cast<PyCFunction>(&tp_new_wrapper),
                                    METH_VARARGS | METH_KEYWORDS,
                                    "__new__($type, *args, **kwargs)\n--\n\nCreate and return a new object.  "
                                    "See help(type) for accurate signature."};
}  // namespace

Result<void> add_new_wrapper(ThreadState& ts, Type& type) {
    Dict& dict = as<Dict>(*type.tp_dict);
    if (TRY(dict_contains(ts, dict, "__new__"_n))) return {};
    Ref<Object> function = TRY(native_function_new(ts, const_cast<PyMethodDef&>(new_definition), &obj(type), nullptr));
    return dict_set(ts, dict, "__new__"_n, *function);
}

newfunc type_slot_new() { return slot_tp_new_pointer; }

}  // namespace orochi
