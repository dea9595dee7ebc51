// Garbage collection and allocation of objects (objimpl.h).
#include "memory/collector.hpp"
#include "objects/object.hpp"
#include "objects/type.hpp"

using namespace orochi;

namespace {

size_t object_size(const Type& type, Py_ssize_t items) {
    return (size_t(type.tp_basicsize) + size_t(items) * size_t(type.tp_itemsize) + sizeof(void*) - 1) &
           ~(sizeof(void*) - 1);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

Py_ssize_t PyGC_Collect() {
    ThreadState& ts = current_thread();
    return ts.interpreter().collector.enabled ? gc_collect(ts, 2) : 0;
}
int PyGC_Enable() { return std::exchange(current_thread().interpreter().collector.enabled, true); }
int PyGC_Disable() { return std::exchange(current_thread().interpreter().collector.enabled, false); }
int PyGC_IsEnabled() { return current_thread().interpreter().collector.enabled; }

void PyObject_GC_Track(void* object) {
    Object& o = *static_cast<Object*>(object);
    if (gc_is_tracked(o)) fatal_error("PyObject_GC_Track", "object already tracked by the garbage collector");
    gc_track(current_thread(), o);
}
void PyObject_GC_UnTrack(void* object) { gc_untrack_if_tracked(*static_cast<Object*>(object)); }
int PyObject_IS_GC(PyObject* object) { return gc_is_container(*object); }
int PyObject_GC_IsTracked(PyObject* object) { return gc_is_container(*object) && gc_is_tracked(*object); }
int PyObject_GC_IsFinalized(PyObject* object) { return gc_is_container(*object) && gc_is_finalized(*object); }

PyObject* _PyObject_GC_New(PyTypeObject* type) {
    return allocate_container(current_thread(), *type, object_size(*type, 0));
}
PyVarObject* _PyObject_GC_NewVar(PyTypeObject* type, Py_ssize_t items) {
    ThreadState& ts = current_thread();
    if (items < 0) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    Object* object = allocate_container(ts, *type, object_size(*type, items));
    if (object) reinterpret_cast<VarObject*>(object)->ob_size = items;
    return reinterpret_cast<PyVarObject*>(object);
}
PyVarObject* _PyObject_GC_Resize(PyVarObject* object, Py_ssize_t items) {
    ThreadState& ts = current_thread();
    constexpr size_t header = sizeof(GcHeader);
    Object& o = object->ob_base;
    if (size_t(items) > (size_t(PY_SSIZE_T_MAX) - header) / std::max<size_t>(1, size_t(type_of(o).tp_itemsize))) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    char* block = reinterpret_cast<char*>(object) - header;
    char* moved = static_cast<char*>(Heap::of(block).reallocate(block, header + object_size(type_of(o), items)));
    if (!moved) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    auto* result = reinterpret_cast<PyVarObject*>(moved + header);
    result->ob_size = items;
    return result;
}

PyObject* _PyObject_New(PyTypeObject* type) { return allocate_object(current_thread(), *type, object_size(*type, 0)); }
PyVarObject* _PyObject_NewVar(PyTypeObject* type, Py_ssize_t items) {
    Object* object = allocate_object(current_thread(), *type, object_size(*type, items));
    if (object) reinterpret_cast<VarObject*>(object)->ob_size = items;
    return reinterpret_cast<PyVarObject*>(object);
}
PyObject* PyObject_Init(PyObject* object, PyTypeObject* type) {
    if (!object) {
        (void)raise_no_memory(current_thread());
        return nullptr;
    }
    object->ob_type = type;
    object->ob_refcnt = 1;
    if (is_heap_type(*type)) incref(*type);
    return object;
}
PyVarObject* PyObject_InitVar(PyVarObject* object, PyTypeObject* type, Py_ssize_t size) {
    if (!PyObject_Init(reinterpret_cast<PyObject*>(object), type)) return nullptr;
    object->ob_size = size;
    return object;
}
}
#pragma GCC visibility pop
