// Making the heap types of built-in modules with little ceremony.
//
// A struct that lists its references gets tp_dealloc, tp_traverse and tp_clear from templates:
//
//     struct Cycle {
//         PyObject_HEAD
//         Object* iterator;
//         Object* saved;
//         auto members() { return std::array{&iterator, &saved}; }
//     };
//     TRY(add_type<Cycle>(ts, module, "itertools.cycle", kIteratorFlags, {
//         {Py_tp_new, new_pointer(NEW_SLOT("cycle($type, iterable, /)", cycle_new))}, ...}));
#pragma once

#include <initializer_list>

#include "modules/module_references.hpp"
#include "objects/containers.hpp"
#include "objects/module.hpp"
#include "objects/type.hpp"

namespace orochi {

inline constexpr unsigned kTypeFlags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE;
inline constexpr unsigned kBaseTypeFlags = kTypeFlags | Py_TPFLAGS_BASETYPE;

template <class T>
int heap_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(&type_of(*self));
    for (Object** member : as<T>(*self).members()) VISIT(*member);
    return 0;
}
// For instances that refer to no object but their class.
inline int heap_traverse_class(Object* self, visitproc visit, void* argument) {
    VISIT(&type_of(*self));
    return 0;
}
template <class T>
int heap_clear(Object* self) {
    for (Object** member : as<T>(*self).members()) clear(*member);
    return 0;
}
template <class T>
void heap_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    for (Object** member : as<T>(*self).members()) clear(*member);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

template <class N>
inline void* new_pointer(N slot) {
    return reinterpret_cast<void*>(static_cast<newfunc>(slot));
}
template <class N>
inline void* init_pointer(N slot) {
    return reinterpret_cast<void*>(static_cast<initproc>(slot));
}
template <auto F>
inline void* next_pointer() {
    return slot_pointer<iternextfunc, F>();
}
inline void* methods_pointer(const MethodDef* methods) { return const_cast<MethodDef*>(methods); }
template <class F>
inline void* raw_pointer(F* function) {
    return reinterpret_cast<void*>(function);
}

// Makes the type, without entering it in the module's namespace. `slots` come after those of T's references.
template <class T>
Result<Ref<Type>> make_type(ThreadState& ts, Object& module, const char* name, unsigned flags,
                            std::initializer_list<PyType_Slot> slots, Object* bases = nullptr) {
    PyType_Slot all[64] = {
        {Py_tp_dealloc, raw_pointer(heap_dealloc<T>)},
        {Py_tp_traverse, raw_pointer(heap_traverse<T>)},
        {Py_tp_clear, raw_pointer(heap_clear<T>)},
    };
    size_t n = 3;
    for (const PyType_Slot& slot : slots) all[n++] = slot;
    all[n] = {0, nullptr};
    PyType_Spec spec = {name, int(sizeof(T)), 0, flags, all};
    return type_from_spec(ts, &module, spec, bases);
}

// Makes the type and adds it to the module under the last part of its name. Borrowed from the module.
template <class T>
Result<Type*> add_type(ThreadState& ts, Object& module, const char* name, unsigned flags,
                       std::initializer_list<PyType_Slot> slots, Object* bases = nullptr) {
    Ref<Type> type = TRY(make_type<T>(ts, module, name, flags, slots, bases));
    Type* borrowed = type.get();
    const char* dot = std::strrchr(name, '.');
    TRY(module_add(ts, module, dot ? dot + 1 : name, obj(*borrowed)));
    return borrowed;
}

// A new instance of a type that may be a subclass, tracked, its members null.
template <class T>
inline Result<Ref<T>> make_instance(Type& type) {
    return Result<Ref<T>>::adopt(as<T>(type.tp_alloc(&type, 0)));
}

// Slots with which iterator types begin.
#define ITERATOR_SLOTS(NEXT) \
    {Py_tp_iter, ::orochi::raw_pointer(PyObject_SelfIter)}, { Py_tp_iternext, NEXT }

// The exec slot of a module.
template <auto F>
int module_exec_entry(Object* module) {
    return to_c(F(current_thread(), *module));
}

}  // namespace orochi
