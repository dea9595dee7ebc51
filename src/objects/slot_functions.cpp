#include "objects/slot_functions.hpp"

#include "objects/iterators.hpp"
#include "objects/slot_table.hpp"

namespace orochi::slots {

Result<bool> method_is_overloaded(ThreadState& ts, Object& left, Object& right, Object& name) {
    OptRef<Object> theirs = TRY(getattr_optional(ts, obj(type_of(right)), name));
    if (!theirs) return false;
    OptRef<Object> ours = TRY(getattr_optional(ts, obj(type_of(left)), name));
    if (!ours) return true;
    return compare_bool(ts, *theirs, *ours, Py_NE);
}

Object* power(Object* self, Object* other, Object* modulus) {
    using namespace orochi;
    ThreadState& ts = current_thread();
    if (is_none(modulus)) {
        // Whether a side's method is in Python decides here; a type from C answers through its own slot.
        auto ours = [](Object* o) { return o->ob_type->tp_as_number && o->ob_type->tp_as_number->nb_power == &power; };
        bool same_type = self->ob_type == other->ob_type;
        bool other_ours = !same_type && ours(other);
        auto run = [&]() -> Result<Ref<Object>> {
            if (ours(self)) {
                if (other_ours && type_is_subtype(type_of(*other), type_of(*self)) &&
                    TRY(method_is_overloaded(ts, *self, *other, "__rpow__"_n))) {
                    Ref<Object> result = TRY(call_special_maybe(ts, *other, "__rpow__"_n, *self));
                    if (result.get() != &not_implemented()) return result;
                    other_ours = false;
                }
                Ref<Object> result = TRY(call_special_maybe(ts, *self, "__pow__"_n, *other));
                if (result.get() != &not_implemented() || same_type) return result;
            }
            if (other_ours) return call_special_maybe(ts, *other, "__rpow__"_n, *self);
            return new_not_implemented();
        };
        return run().release();
    }
    // With a modulus there is no reflected form.
    if (self->ob_type->tp_as_number && self->ob_type->tp_as_number->nb_power == &power)
        return call_special_maybe(ts, *self, "__pow__"_n, *other, *modulus).release();
    return new_reference(not_implemented());
}

Object* inplace_power(Object* self, Object* other, Object*) {
    return call_special(current_thread(), *self, "__ipow__"_n, *other).release();
}

Result<bool> nb_bool(ThreadState& ts, Object& self) {
    bool by_length = false;
    OptRef<Object> result = TRY(call_special_optional(ts, self, "__bool__"_n));
    if (!result) {
        by_length = true;
        if (!type_lookup(ts, type_of(self), "__len__"_n)) return true;
        return TRY(slots::length(ts, self)) != 0;
    }
    if (!PyBool_Check(result.get()))
        return raise(ts, PyExc_TypeError, "%s should return bool, returned %T", by_length ? "__len__" : "__bool__",
                     result.get());
    return result.get() == &bool_object(true);
}

Result<Ref<Object>> index(ThreadState& ts, Object& self) { return call_special(ts, self, "__index__"_n); }

Result<Py_ssize_t> length(ThreadState& ts, Object& self) {
    Ref<Object> result = TRY(call_special(ts, self, "__len__"_n));
    Ref<Object> number = TRY(number_index(ts, *result));
    if (int_sign(as<Int>(*number)) < 0) return raise(ts, PyExc_ValueError, "__len__() should return >= 0");
    return number_as_ssize(ts, *number, PyExc_OverflowError);
}

Result<Ref<Object>> item(ThreadState& ts, Object& self, Py_ssize_t i) {
    Ref<Object> number = TRY(int_from(ts, i));
    return call_special(ts, self, "__getitem__"_n, *number);
}
Result<void> assign_item(ThreadState& ts, Object& self, Py_ssize_t i, Object* value) {
    Ref<Object> number = TRY(int_from(ts, i));
    return assign_subscript(ts, self, *number, value);
}
Result<void> assign_subscript(ThreadState& ts, Object& self, Object& key, Object* value) {
    if (value) {
        TRY(call_special(ts, self, "__setitem__"_n, key, *value));
    } else {
        TRY(call_special(ts, self, "__delitem__"_n, key));
    }
    return {};
}

Result<bool> contains(ThreadState& ts, Object& self, Object& value) {
    Object* function = type_lookup(ts, type_of(self), "__contains__"_n);
    if (function && is_none(function)) return raise(ts, PyExc_TypeError, "'%T' object is not a container", &self);
    if (!function) return TRY(sequence_search(ts, self, value, SequenceSearch::kContains)) != 0;
    Ref<Object> result = TRY(call_special(ts, self, "__contains__"_n, value));
    return is_true(ts, *result);
}

Result<Ref<Object>> repr(ThreadState& ts, Object& self) {
    OptRef<Object> result = TRY(call_special_optional(ts, self, "__repr__"_n));
    if (result) return result.take();
    return str_format(ts, "<%s object at %p>", type_of(self).tp_name, &self);
}
Result<Ref<Object>> str(ThreadState& ts, Object& self) {
    OptRef<Object> result = TRY(call_special_optional(ts, self, "__str__"_n));
    if (result) return result.take();
    return orochi::repr(ts, self);
}

Result<Py_hash_t> hash(ThreadState& ts, Object& self) {
    Object* function = type_lookup(ts, type_of(self), "__hash__"_n);
    if (!function || is_none(function)) return raise(ts, PyExc_TypeError, "unhashable type: '%T'", &self);
    Object* stack[2] = {nullptr, &self};
    Ref<Object> result = TRY(call_found(ts, *function, stack, 1));
    if (!PyLong_Check(result.get())) return raise(ts, PyExc_TypeError, "__hash__ method should return an integer");
    int overflow = 0;
    long long value = TRY(int_as_long_long_overflow(ts, *result, overflow));
    // A value that does not fit counts by its own hash.
    Py_hash_t hash = overflow ? int_hash(as<Int>(*result)) : Py_hash_t(value);
    return hash == -1 ? -2 : hash;
}

Result<Ref<Object>> call(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    Object* function = type_lookup(ts, type_of(self), "__call__"_n);
    if (!function) return raise_value(ts, PyExc_AttributeError, &"__call__"_n);
    Ref<Object> keep = Ref<Object>::share(*function);
    Tuple& tuple = as<Tuple>(arguments);
    Type& type = type_of(*function);
    if (type.tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) {
        Ref<Tuple> full = TRY(tuple_new(ts, tuple_size(tuple) + 1));
        tuple_init_item(*full, 0, Ref<Object>::share(self));
        for (Py_ssize_t i = 0; i < tuple_size(tuple); ++i)
            tuple_init_item(*full, i + 1, Ref<Object>::share(tuple_item(tuple, i)));
        return call_tuple(ts, *function, obj(*full), keywords);
    }
    if (type.tp_descr_get) {
        Ref<Object> bound = TRY(Result<Ref<Object>>::adopt(type.tp_descr_get(function, &self, obj(&type_of(self)))));
        return call_tuple(ts, *bound, arguments, keywords);
    }
    return call_tuple(ts, *function, arguments, keywords);
}

Result<Ref<Object>> getattribute(ThreadState& ts, Object& self, Object& name) {
    return call_special(ts, self, "__getattribute__"_n, name);
}

namespace {
// Whether this is object.__getattribute__ itself.
bool is_generic_getattribute(const Object& function) {
    return &type_of(function) == &PyWrapperDescr_Type &&
           reinterpret_cast<const PyWrapperDescrObject&>(function).d_wrapped ==
               reinterpret_cast<void*>(&PyObject_GenericGetAttr);
}
}  // namespace

Result<Ref<Object>> getattr_hook(ThreadState& ts, Object& self, Object& name) {
    Type& type = type_of(self);
    Object* hook = type_lookup(ts, type, "__getattr__"_n);
    if (!hook) {
        // The usual case after all: remember it in the type.
        if (!is_shared_static(type)) type.tp_getattro = slot_tp_getattro_pointer;
        return getattribute(ts, self, name);
    }
    Ref<Object> keep = Ref<Object>::share(*hook);
    Object* main = type_lookup(ts, type, "__getattribute__"_n);
    Result<Ref<Object>> result = !main || is_generic_getattribute(*main)
                                     ? generic_getattr(ts, self, name)
                                     : call_special(ts, self, "__getattribute__"_n, name);
    if (result.ok()) return result;
    if (!error_matches(ts, PyExc_AttributeError)) return failure;
    error_clear(ts);
    Object* stack[3] = {nullptr, &self, &name};
    return call_found(ts, *hook, stack, 2);
}

Result<void> setattr(ThreadState& ts, Object& self, Object& name, Object* value) {
    if (value) {
        TRY(call_special(ts, self, "__setattr__"_n, name, *value));
    } else {
        TRY(call_special(ts, self, "__delattr__"_n, name));
    }
    return {};
}

Result<Ref<Object>> richcompare(ThreadState& ts, Object& self, Object& other, int op) {
    Object* names[] = {&"__lt__"_n, &"__le__"_n, &"__eq__"_n, &"__ne__"_n, &"__gt__"_n, &"__ge__"_n};
    Object* function = type_lookup(ts, type_of(self), *names[op]);
    if (!function) return new_not_implemented();
    descrgetfunc get = type_of(*function).tp_descr_get;
    if (get && !(type_of(*function).tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR)) {
        // A method that cannot be had counts as missing.
        Ref<Object> keep = Ref<Object>::share(*function);
        auto bound = Result<Ref<Object>>::adopt(get(function, &self, &obj(type_of(self))));
        if (!bound.ok()) {
            error_clear(ts);
            return new_not_implemented();
        }
        return orochi::call(ts, *std::move(bound).take(), other);
    }
    Object* stack[3] = {nullptr, &self, &other};
    return call_found(ts, *function, stack, 2);
}

Result<Ref<Object>> iter(ThreadState& ts, Object& self) {
    Object* function = type_lookup(ts, type_of(self), "__iter__"_n);
    if (function && is_none(function)) return raise(ts, PyExc_TypeError, "'%T' object is not iterable", &self);
    if (function) {
        Object* stack[2] = {nullptr, &self};
        return call_found(ts, *function, stack, 1);
    }
    if (!type_lookup(ts, type_of(self), "__getitem__"_n))
        return raise(ts, PyExc_TypeError, "'%T' object is not iterable", &self);
    return sequence_iterator_new(ts, self);
}
Result<Ref<Object>> iternext(ThreadState& ts, Object& self) { return call_special(ts, self, "__next__"_n); }

Result<Ref<Object>> descr_get(ThreadState& ts, Object& self, Object* object, Object* type) {
    Object* function = type_lookup(ts, type_of(self), "__get__"_n);
    if (!function) {
        if (!is_shared_static(type_of(self)) &&
            type_of(self).tp_descr_get == static_cast<descrgetfunc>(native::Slot<descr_get>{}))
            type_of(self).tp_descr_get = nullptr;
        return Ref<Object>::share(self);
    }
    Object* stack[4] = {nullptr, &self, object ? object : &none(), type ? type : &none()};
    return call_found(ts, *function, stack, 3);
}
Result<void> descr_set(ThreadState& ts, Object& self, Object& object, Object* value) {
    if (value) {
        TRY(call_special(ts, self, "__set__"_n, object, *value));
    } else {
        TRY(call_special(ts, self, "__delete__"_n, object));
    }
    return {};
}

Result<void> init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    OptRef<Object> method = TRY(lookup_special(ts, self, "__init__"_n));
    if (!method) return raise_value(ts, PyExc_AttributeError, &"__init__"_n);
    Ref<Object> result = TRY(call_tuple(ts, *method, arguments, keywords));
    if (!is_none(*result)) return raise(ts, PyExc_TypeError, "__init__() should return None, not '%T'", result.get());
    return {};
}

Result<Ref<Object>> make_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords) {
    Ref<Object> function = TRY(getattr(ts, obj(type), "__new__"_n));
    Tuple& tuple = as<Tuple>(arguments);
    Ref<Tuple> full = TRY(tuple_new(ts, tuple_size(tuple) + 1));
    tuple_init_item(*full, 0, Ref<Object>::share(obj(type)));
    for (Py_ssize_t i = 0; i < tuple_size(tuple); ++i)
        tuple_init_item(*full, i + 1, Ref<Object>::share(tuple_item(tuple, i)));
    return call_tuple(ts, *function, obj(*full), keywords);
}

void finalize(ThreadState& ts, Object& self) {
    ErrorKeeper keep(ts);
    auto method = lookup_special(ts, self, "__del__"_n);
    if (!method.ok()) {
        write_unraisable(ts, &self);
        return;
    }
    OptRef<Object> function = std::move(method).take();
    if (!function) return;
    if (orochi::call(ts, *function).ok()) return;
    // The report names the function, not the method that was bound for the call.
    Object* where = PyMethod_Check(function.get()) ? as<Method>(*function).im_func : function.get();
    write_unraisable(ts, where);
}

}  // namespace orochi::slots
