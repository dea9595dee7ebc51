// The slots of classes written in Python: each calls the special method. Used by the slot table only.
#pragma once

#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/special_call.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"

namespace orochi::slots {

Result<bool> method_is_overloaded(ThreadState& ts, Object& left, Object& right, Object& name);

template <NameText Name>
inline Object& name_of() {
    return operator""_n<Name>();
}

// self.NAME(), self.NAME(other)
template <NameText Name>
Result<Ref<Object>> unary(ThreadState& ts, Object& self) {
    return call_special(ts, self, name_of<Name>());
}
template <NameText Name>
Result<Ref<Object>> one_argument(ThreadState& ts, Object& self, Object& other) {
    return call_special(ts, self, name_of<Name>(), other);
}

// A binary operator with its reflected form, as described in the manual under "Emulating numeric types".
template <size_t Offset, NameText Name, NameText Reflected>
Object* binary(Object* self, Object* other) {
    ThreadState& ts = current_thread();
    constexpr binaryfunc me = &binary<Offset, Name, Reflected>;
    auto slot_of = [](Object* object) -> void* {
        PyNumberMethods* methods = object->ob_type->tp_as_number;
        return methods ? *reinterpret_cast<void**>(reinterpret_cast<char*>(methods) + Offset) : nullptr;
    };
    bool same_type = self->ob_type == other->ob_type;
    bool self_ours = slot_of(self) == reinterpret_cast<void*>(me);
    bool other_ours = !same_type && slot_of(other) == reinterpret_cast<void*>(me);
    auto run = [&]() -> Result<Ref<Object>> {
        if (self_ours) {
            if (other_ours && type_is_subtype(type_of(*other), type_of(*self))) {
                if (TRY(method_is_overloaded(ts, *self, *other, name_of<Reflected>()))) {
                    Ref<Object> result = TRY(call_special_maybe(ts, *other, name_of<Reflected>(), *self));
                    if (result.get() != &not_implemented()) return result;
                    other_ours = false;
                }
            }
            Ref<Object> result = TRY(call_special_maybe(ts, *self, name_of<Name>(), *other));
            if (result.get() != &not_implemented() || same_type) return result;
        }
        if (other_ours) return call_special_maybe(ts, *other, name_of<Reflected>(), *self);
        return new_not_implemented();
    };
    return run().release();
}

Object* power(Object* self, Object* other, Object* modulus);
Object* inplace_power(Object* self, Object* other, Object* modulus);
Result<bool> nb_bool(ThreadState& ts, Object& self);
Result<Ref<Object>> index(ThreadState& ts, Object& self);
Result<Py_ssize_t> length(ThreadState& ts, Object& self);
Result<Ref<Object>> item(ThreadState& ts, Object& self, Py_ssize_t i);
Result<void> assign_item(ThreadState& ts, Object& self, Py_ssize_t i, Object* value);
Result<bool> contains(ThreadState& ts, Object& self, Object& value);
Result<void> assign_subscript(ThreadState& ts, Object& self, Object& key, Object* value);
Result<Ref<Object>> repr(ThreadState& ts, Object& self);
Result<Ref<Object>> str(ThreadState& ts, Object& self);
Result<Py_hash_t> hash(ThreadState& ts, Object& self);
Result<Ref<Object>> call(ThreadState& ts, Object& self, Object& arguments, Object* keywords);
Result<Ref<Object>> getattribute(ThreadState& ts, Object& self, Object& name);
Result<Ref<Object>> getattr_hook(ThreadState& ts, Object& self, Object& name);
Result<void> setattr(ThreadState& ts, Object& self, Object& name, Object* value);
Result<Ref<Object>> richcompare(ThreadState& ts, Object& self, Object& other, int op);
Result<Ref<Object>> iter(ThreadState& ts, Object& self);
Result<Ref<Object>> iternext(ThreadState& ts, Object& self);
Result<Ref<Object>> descr_get(ThreadState& ts, Object& self, Object* object, Object* type);
Result<void> descr_set(ThreadState& ts, Object& self, Object& object, Object* value);
Result<void> init(ThreadState& ts, Object& self, Object& arguments, Object* keywords);
Result<Ref<Object>> make_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords);
void finalize(ThreadState& ts, Object& self);

}  // namespace orochi::slots
