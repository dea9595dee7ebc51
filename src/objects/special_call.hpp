// Calling special methods: looked up on the type, no bound method made, instance attributes not consulted.
#pragma once

#include "objects/type.hpp"

namespace orochi {

// Calls a function found on the type of `stack[1]`, which is the object; stack[0] is scratch. `count` includes the
// object.
inline Result<Ref<Object>> call_found(ThreadState& ts, Object& function, Object** stack, size_t count) {
    Ref<Object> keep = Ref<Object>::share(function);
    Type& type = type_of(function);
    if (type.tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return call_vector(ts, function, stack + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET);
    }
    if (descrgetfunc get = type.tp_descr_get) {
        Ref<Object> bound =
            TRY(Result<Ref<Object>>::adopt(get(&function, stack[1], reinterpret_cast<Object*>(stack[1]->ob_type))));
        return call_vector(ts, *bound, stack + 2, (count - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET);
    }
    return call_vector(ts, function, stack + 2, (count - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET);
}

// Empty: the type has no such method.
template <class... A>
inline Result<OptRef<Object>> call_special_optional(ThreadState& ts, Object& self, Object& name, A&... arguments) {
    Object* function = type_lookup(ts, type_of(self), name);
    if (!function) return nullptr;
    Object* stack[sizeof...(A) + 2] = {nullptr, &self, static_cast<Object*>(&static_cast<Object&>(arguments))...};
    return call_found(ts, *function, stack, 1 + sizeof...(A));
}
// AttributeError when missing.
template <class... A>
inline Result<Ref<Object>> call_special(ThreadState& ts, Object& self, Object& name, A&... arguments) {
    OptRef<Object> result = TRY(call_special_optional(ts, self, name, arguments...));
    if (!result) return raise_value(ts, PyExc_AttributeError, &name);
    return result.take();
}
// NotImplemented when missing.
template <class... A>
inline Result<Ref<Object>> call_special_maybe(ThreadState& ts, Object& self, Object& name, A&... arguments) {
    OptRef<Object> result = TRY(call_special_optional(ts, self, name, arguments...));
    if (!result) return new_not_implemented();
    return result.take();
}

}  // namespace orochi
