// type: classes, slots, method resolution.
//
// Static types (the ones with exported symbols) are shared by all interpreters
// and immutable once the first interpreter starts; their subclasses and weak
// references live in each interpreter. All other types are heap types and
// belong to one interpreter.
//
// Versions: a type's version tag changes whenever an attribute of it or of one of
// its bases changes, and 0 means "not cacheable". Static types have fixed tags
// below kFirstHeapTypeVersion, heap types take theirs from their interpreter.
#pragma once

#include "objects/object.hpp"

namespace orochi {

inline constexpr uint32_t kFirstHeapTypeVersion = 1024;

// Borrowed attribute found along the MRO, through the interpreter's cache; null when absent. `name` is interned.
Object* type_lookup(ThreadState& ts, Type& type, Object& name);
inline Object* type_lookup(ThreadState& ts, Type& type, Str& name) { return type_lookup(ts, type, obj(name)); }
// Makes sure the type has a valid version tag; false when there are none left.
bool type_assign_version(ThreadState& ts, Type& type);
void type_modified(ThreadState& ts, Type& type);
bool type_is_subtype(const Type& derived, const Type& base);
inline bool is_instance_of(const Object& object, const Type& type) {
    return &type_of(object) == &type || type_is_subtype(type_of(object), type);
}
Result<void> type_ready(ThreadState& ts, Type& type);
// type(name, bases, namespace).
Result<Ref<Object>> type_call_new(ThreadState& ts, Type& metatype, Object& name, Object& bases, Object& dict);
// Calls a class by its usual route (object.__new__ and __init__) without an argument tuple. `done` false: the class
// needs the general route, nothing has happened, and the result means nothing.
Result<Ref<Object>> type_call_vector(ThreadState& ts, Type& type, Object* const* arguments, size_t nargsf,
                                     Object* keyword_names, bool& done);
// PyType_FromModuleAndSpec; `module` and `bases` may be null.
Result<Ref<Type>> type_from_spec(ThreadState& ts, Object* module, PyType_Spec& spec, Object* bases);
Result<Ref<Object>> type_name(ThreadState& ts, Type& type);
Result<Ref<Object>> type_qualified_name(ThreadState& ts, Type& type);
inline bool is_heap_type(const Type& type) { return type.tp_flags & Py_TPFLAGS_HEAPTYPE; }
// The module of a heap type made from a spec, and its state. Null when there is none.
Object* type_module(Type& type);
// The module in the MRO of `type` that was made from `definition`; TypeError if none (PyType_GetModuleByDef).
Result<Object*> type_module_by_definition(ThreadState& ts, Type& type, PyModuleDef& definition);

// Readies every static type. Once a process, before the first interpreter, on the shared heap.
Result<void> static_types_ready(ThreadState& ts);

// Instance dictionaries. The address of the object's dict pointer, or null when it has none; an instance whose
// attributes live in inline values gets its dict made.
Object** instance_dict_pointer(ThreadState& ts, Object& object);
Result<Ref<Object>> instance_dict(ThreadState& ts, Object& object);  // __dict__; AttributeError when it has none

}  // namespace orochi
