// The object protocol: what can be done with an object of any type.
// The counterpart of "Abstract Objects Layer" in the C API manual: PyObject_X is `x` here, PyNumber_X is
// `number_x`, PySequence_X is `sequence_x`, PyMapping_X is `mapping_x`, PyIter_Next is `iter_next`.
#pragma once

#include <span>

#include "memory/result.hpp"
#include "objects/errors.hpp"
#include "objects/names.hpp"
#include "objects/singletons.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// Attributes. Names are str objects; literals are written "name"_s.
Result<Ref<Object>> getattr(ThreadState& ts, Object& object, Object& name);
// Absent (AttributeError) is an empty result, other exceptions are failures.
Result<OptRef<Object>> getattr_optional(ThreadState& ts, Object& object, Object& name);
Result<void> setattr(ThreadState& ts, Object& object, Object& name, Object& value);
Result<void> delattr(ThreadState& ts, Object& object, Object& name);
Result<Ref<Object>> generic_getattr(ThreadState& ts, Object& object, Object& name);
// `value` null deletes.
Result<void> generic_setattr(ThreadState& ts, Object& object, Object& name, Object* value);
// A special method looked up on the type, bound to the object; empty when the type has none.
// AttributeError "'X' object has no attribute 'name'", with name and object for suggestions.
[[gnu::cold]] Failure raise_attribute_error(ThreadState& ts, Object& object, Object& name);
Result<OptRef<Object>> lookup_special(ThreadState& ts, Object& object, Object& name);
// For calls without a temporary bound method (PyObject_GetMethod's contract): when `is_unbound` comes
// back true the result is a plain function to be called with the object as first argument.
Result<OptRef<Object>> get_method(ThreadState& ts, Object& object, Object& name, bool& is_unbound);

// Text, identity, truth.
Result<Ref<Str>> repr(ThreadState& ts, Object& object);
Result<Ref<Str>> str(ThreadState& ts, Object& object);
Result<Ref<Str>> ascii(ThreadState& ts, Object& object);
Result<Ref<Object>> bytes_of(ThreadState& ts, Object& object);  // PyObject_Bytes
Result<Ref<Object>> format(ThreadState& ts, Object& object, Object* spec);
Result<Py_hash_t> hash(ThreadState& ts, Object& object);
Result<bool> is_true(ThreadState& ts, Object& object);
Result<Ref<Object>> dir(ThreadState& ts, Object* object);  // null: names of the current scope
// Comparison with an operator code Py_LT ... Py_GE.
Result<Ref<Object>> compare(ThreadState& ts, Object& left, Object& right, int op);
// Identity implies equality here, as in containers.
Result<bool> compare_bool(ThreadState& ts, Object& left, Object& right, int op);
Result<bool> isinstance(ThreadState& ts, Object& object, Object& class_or_tuple);
Result<bool> issubclass(ThreadState& ts, Object& derived, Object& class_or_tuple);
// What type.__instancecheck__ and __subclasscheck__ do.
Result<bool> isinstance_without_hook(ThreadState& ts, Object& object, Object& cls);
Result<bool> issubclass_without_hook(ThreadState& ts, Object& derived, Object& cls);
bool is_callable(const Object& object);

// repr() of containers: true when this object is already being shown further out (then print "...").
Result<bool> repr_enter(ThreadState& ts, Object& object);
void repr_leave(ThreadState& ts, Object& object);

// Calls. `arguments` are borrowed; vectorcall's protocol (PEP 590) incl. PY_VECTORCALL_ARGUMENTS_OFFSET in `nargsf`.
Result<Ref<Object>> call_vector(ThreadState& ts, Object& callable, Object* const* arguments, size_t nargsf,
                                Object* keyword_names = nullptr);
Result<Ref<Object>> call_dict(ThreadState& ts, Object& callable, Object* const* arguments, size_t nargsf,
                              Object* keywords);
Result<Ref<Object>> call_tuple(ThreadState& ts, Object& callable, Object& arguments, Object* keywords = nullptr);
template <class... A>
inline Result<Ref<Object>> call(ThreadState& ts, Object& callable, A&... arguments) {
    Object* stack[sizeof...(A) + 1] = {nullptr, &object_of(arguments)...};
    return call_vector(ts, callable, stack + 1, sizeof...(A) | PY_VECTORCALL_ARGUMENTS_OFFSET);
}
// object.name(arguments...); arguments[0] is the object.
Result<Ref<Object>> call_method_vector(ThreadState& ts, Object& name, Object* const* arguments, size_t nargsf,
                                       Object* keyword_names = nullptr);
template <class... A>
inline Result<Ref<Object>> call_method(ThreadState& ts, Object& object, Object& name, A&... arguments) {
    Object* stack[sizeof...(A) + 2] = {nullptr, &object, &object_of(arguments)...};
    return call_method_vector(ts, name, stack + 1, (1 + sizeof...(A)) | PY_VECTORCALL_ARGUMENTS_OFFSET);
}
// PyVectorcall_Call: a vectorcall function with a tuple and a dict.
Result<Ref<Object>> vectorcall_call(ThreadState& ts, Object& callable, vectorcallfunc function, Object& arguments,
                                    Object* keywords);
// _PyObject_MakeTpCall: `keywords` is a dict, or a tuple of names whose values follow the arguments.
Result<Ref<Object>> call_without_vectorcall(ThreadState& ts, Object& callable, Object* const* arguments,
                                            Py_ssize_t count, Object* keywords);
// Checks a result that came from C against the pending exception: SystemError when they disagree.
Result<Ref<Object>> check_call_result(ThreadState& ts, Object* callable, Object* result, const char* where);

// Items.
Result<Ref<Object>> getitem(ThreadState& ts, Object& container, Object& key);
Result<void> setitem(ThreadState& ts, Object& container, Object& key, Object& value);
Result<void> delitem(ThreadState& ts, Object& container, Object& key);
Result<Py_ssize_t> length(ThreadState& ts, Object& container);
Result<Py_ssize_t> length_hint(ThreadState& ts, Object& object, Py_ssize_t fallback);
Result<bool> contains(ThreadState& ts, Object& container, Object& value);

// Iteration.
Result<Ref<Object>> get_iter(ThreadState& ts, Object& object);
Result<Ref<Object>> get_aiter(ThreadState& ts, Object& object);
Result<OptRef<Object>> iter_next(ThreadState& ts, Object& iterator);  // empty: exhausted
inline bool is_iterator(const Object& o) {
    return type_of(o).tp_iternext && type_of(o).tp_iternext != &_PyObject_NextNotImplemented;
}

// Sequences.
Result<Ref<Object>> sequence_getitem(ThreadState& ts, Object& sequence, Py_ssize_t index);
Result<void> sequence_setitem(ThreadState& ts, Object& sequence, Py_ssize_t index, Object& value);
Result<void> sequence_delitem(ThreadState& ts, Object& sequence, Py_ssize_t index);
Result<Ref<Object>> sequence_getslice(ThreadState& ts, Object& sequence, Py_ssize_t low, Py_ssize_t high);
Result<Ref<Object>> sequence_concat(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> sequence_repeat(ThreadState& ts, Object& sequence, Py_ssize_t count);
Result<Ref<List>> sequence_list(ThreadState& ts, Object& iterable);
Result<Ref<Tuple>> sequence_tuple(ThreadState& ts, Object& iterable);
// A list or tuple as it is, anything else as a new list; `message` is the TypeError for non-iterables.
Result<Ref<Object>> sequence_fast(ThreadState& ts, Object& iterable, const char* message);
// The items of what sequence_fast gave; valid until it changes.
std::span<Object* const> sequence_fast_items(Object& list_or_tuple);
Result<void> sequence_set_slice(ThreadState& ts, Object& sequence, Py_ssize_t low, Py_ssize_t high, Object* value);
enum class SequenceSearch { kCount, kIndex, kContains };
Result<Py_ssize_t> sequence_search(ThreadState& ts, Object& sequence, Object& value, SequenceSearch what);
Result<Ref<Object>> sequence_inplace_concat(ThreadState& ts, Object& left, Object& right);
Result<Ref<Object>> sequence_inplace_repeat(ThreadState& ts, Object& sequence, Py_ssize_t count);
bool is_sequence(const Object& object);
bool is_mapping(const Object& object);
Result<Ref<Object>> mapping_keys(ThreadState& ts, Object& mapping);
Result<Ref<Object>> mapping_items(ThreadState& ts, Object& mapping);
Result<Ref<Object>> mapping_values(ThreadState& ts, Object& mapping);

// Numbers. Operators: the table of NumberOperator in objects/number.hpp.

// Allocation of an instance, size by type; reference count 1, memory after the header zeroed, type
// (when a heap type) referenced, tracked when it is a container (PyType_GenericAlloc).
Result<Ref<Object>> allocate_instance(ThreadState& ts, Type& type, Py_ssize_t item_count = 0);
// Raw forms. Contents after the header are not initialised; not tracked. The type is referenced if a heap type.
Object* allocate_object(ThreadState& ts, Type& type, size_t bytes);  // null: MemoryError is pending
// For objects that do not change once they are filled: big ones can be shared (Heap::share).
Object* allocate_shareable_object(ThreadState& ts, Type& type, size_t bytes);
Object* allocate_container(ThreadState& ts, Type& type, size_t bytes);  // with GcHeader (and instance header)
void free_object(Object& object);                                       // the block of an object from allocate_object
void free_container(Object& object);  // the block of an object from allocate_container
template <class T>
Result<Ref<T>> new_object(ThreadState& ts, Type& type) {
    Object* o = allocate_object(ts, type, sizeof(T));
    if (!o) return failure;
    return Ref<T>::steal(*as<T>(o));
}
template <class T>
Result<Ref<T>> new_container(ThreadState& ts, Type& type) {
    Object* o = allocate_container(ts, type, sizeof(T));
    if (!o) return failure;
    return Ref<T>::steal(*as<T>(o));
}

// Deep chains of containers are taken apart without deep C recursion (the "trashcan").
// Between begin and end a deallocator drops what the object holds.
bool trashcan_begin(ThreadState& ts, Object& object);  // false: postponed, return at once
void trashcan_end(ThreadState& ts);

// Calls tp_finalize/tp_del once and says whether the object was resurrected (PyObject_CallFinalizerFromDealloc).
bool finalize_on_dealloc(ThreadState& ts, Object& object);
void clear_weakrefs(ThreadState& ts, Object& object);  // PyObject_ClearWeakRefs

}  // namespace orochi
