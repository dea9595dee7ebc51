// What the files that make up `type` share. Nothing else includes this, except what must know about
// the deallocator of classes or the mutable side of static types.
#pragma once

#include "objects/type.hpp"

namespace orochi {

// The types of static_types.def are shared by all interpreters and never written to after start. They are marked in
// tp_cache, which nothing else has used since Python 2.
inline bool is_shared_static(const Type& type) { return type.tp_cache == &_Py_NoneStruct; }

// Every type in static_types.def. A shared static type's tp_version_tag is its index here plus one.
std::span<Type* const> static_types();

// The mutable side of shared static types, one an interpreter (Part::kStaticTypes).
struct StaticTypeState {
    Object* subclasses = nullptr;  // a dict, like tp_subclasses
    Object* weakrefs = nullptr;    // head of the list, like tp_weaklist
};
StaticTypeState& static_type_state(ThreadState& ts, const Type& type);
// At the end of an interpreter.
void static_type_states_clear(ThreadState& ts);

inline Object*& type_subclasses(ThreadState& ts, Type& type) {
    return is_shared_static(type) ? static_type_state(ts, type).subclasses
                                  : reinterpret_cast<Object*&>(type.tp_subclasses);
}
// The head of the weak references to a type.
inline Object*& type_weakrefs(ThreadState& ts, Type& type) {
    return is_shared_static(type) ? static_type_state(ts, type).weakrefs : type.tp_weaklist;
}

// Drops the method cache's references (interpreter close, PyType_ClearCache).
void type_cache_clear(ThreadState& ts);

// Borrowed, along the MRO, without the cache. `name` is any str.
Object* type_find_in_mro(ThreadState& ts, Type& type, Object& name);

// type_mro.cpp
Result<Ref<Object>> mro_compute(ThreadState& ts, Type& type);  // C3: a list
// Calls the metatype's mro() where it is overridden, checks the result and stores it. False: the type was changed
// meanwhile by mro() itself and has one already.
Result<void> mro_update(ThreadState& ts, Type& type);

// type_ready.cpp
Result<void> type_add_subclass(ThreadState& ts, Type& base, Type& type);
void type_remove_subclass(ThreadState& ts, Type& base, Type& type);
Result<void> type_add_to_subclasses_of_bases(ThreadState& ts, Type& type);
void type_remove_from_bases(ThreadState& ts, Type& type, Object* bases);
// Subclasses in sections of a start image that are not there yet. Only what is in the image, or older, can have some.
void type_load_subclasses(ThreadState& ts, Type& type);
// The live direct subclasses, shared static ones included.
Result<Ref<List>> type_subclass_list(ThreadState& ts, Type& type);

// type_slots.cpp: between the slots of a type and the special methods in its dict.
Result<void> add_slot_wrappers(ThreadState& ts, Type& type);  // slots -> __methods__
void update_slot(ThreadState& ts, Type& type, Object& name);  // __method__ changed -> slots, in subclasses too
void update_all_slots(ThreadState& ts, Type& type);           // the same for every name (__bases__ changed)
void fixup_slots_of_new_type(ThreadState& ts, Type& type);
void** slot_address(Type& type, int offset);
void* type_slot(Type& type, int number);  // PyType_GetSlot; null for numbers that mean nothing
bool is_special_name(const Object& name);

// tp_new_wrapper: `__new__` of types with a tp_new from C.
Object* tp_new_wrapper(Object* self, Object* args, Object* kwargs);
Result<void> add_new_wrapper(ThreadState& ts, Type& type);
newfunc type_slot_new();  // slot_tp_new, the generic one

// type_instances.cpp: the slots of classes made by `class`.
extern const destructor subtype_dealloc_slot;
int subtype_traverse(Object* self, visitproc visit, void* argument);
int subtype_clear(Object* self);
// tp_dictoffset of types with a managed dict, for those who read it: the dict's word, from the end of the struct.
inline Py_ssize_t managed_dict_offset(Py_ssize_t basicsize) { return -basicsize - 3 * Py_ssize_t(sizeof(Object*)); }
extern const PyGetSetDef subtype_getsets_full[];  // __dict__ and __weakref__
extern const PyGetSetDef subtype_getsets_dict_only[];
extern const PyGetSetDef subtype_getsets_weakref_only[];
Result<void> object_set_class(ThreadState& ts, Object& self, Object* value);
bool same_slots_added(ThreadState& ts, Type& a, Type& b);
bool compatible_for_assignment(ThreadState& ts, Type& old_type, Type& new_type, const char* attribute);
Type& solid_base(Type& type);
bool extra_ivars(const Type& type, const Type& base);

// type_new.cpp
Result<Type*> best_base(ThreadState& ts, Tuple& bases);
Result<Type*> calculate_metaclass(ThreadState& ts, Type& metatype, Tuple& bases);

// `__doc__` without the signature that native doc strings begin with, and that signature alone.
const char* doc_without_signature(const char* name, const char* doc);
Result<Ref<Object>> doc_object(ThreadState& ts, const char* name, const char* doc);             // str or None
Result<Ref<Object>> text_signature_object(ThreadState& ts, const char* name, const char* doc);  // str or None

const char* type_short_name(const Type& type);  // after the last dot of tp_name

}  // namespace orochi
