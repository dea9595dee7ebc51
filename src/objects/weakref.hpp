// Weak references and proxies. An object's references form a list that starts at tp_weaklistoffset (for
// types themselves: see type_internal.hpp).
#pragma once

#include "objects/object.hpp"

namespace orochi {

// The referent, borrowed; null when it is gone.
inline Object* weakref_target(Object& reference) {
    Object* target = reinterpret_cast<WeakReference&>(reference).wr_object;
    return is_none(target) || target->ob_refcnt <= 0 ? nullptr : target;
}
Result<Ref<Object>> weakref_new(ThreadState& ts, Object& target, Object* callback = nullptr);
Result<Ref<Object>> weakproxy_new(ThreadState& ts, Object& target, Object* callback = nullptr);
// The head of the list of references to the object; null when its type supports none.
WeakReference** weakref_list(ThreadState& ts, Object& object);
Py_ssize_t weakref_count(const WeakReference* head);
// Takes the reference out of its list and forgets the referent; the callback stays with it.
void weakref_clear(ThreadState& ts, WeakReference& reference);

// Slots shared by references and proxies.
void weakref_dealloc(ThreadState& ts, Object& self);
int weakref_traverse(Object* self, visitproc visit, void* argument);
int weakref_tp_clear(Object* self);

}  // namespace orochi
