#include "objects/slot_wrappers.hpp"

#include "objects/int.hpp"
#include "objects/native.hpp"
#include "objects/number.hpp"
#include "objects/object.hpp"
#include "objects/slot_table.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi::wrap {

namespace {

bool check_count(ThreadState& ts, Object* arguments, Py_ssize_t expected) {
    Py_ssize_t count = tuple_size(as<Tuple>(*arguments));
    if (count == expected) return true;
    (void)raise(ts, PyExc_TypeError, "expected %zd argument%s, got %zd", expected, expected == 1 ? "" : "s", count);
    return false;
}

// The older way to check, whose message begins with an empty function name.
bool check_range(ThreadState& ts, Object* arguments, Py_ssize_t low, Py_ssize_t high) {
    Py_ssize_t count = tuple_size(as<Tuple>(*arguments));
    if (count >= low && count <= high) return true;
    Py_ssize_t limit = count < low ? low : high;
    (void)raise(ts, PyExc_TypeError, " expected %s%zd argument%s, got %zd",
                low == high   ? ""
                : count < low ? "at least "
                              : "at most ",
                limit, limit == 1 ? "" : "s", count);
    return false;
}

inline Object* argument(Object* arguments, Py_ssize_t i) { return as<Tuple>(arguments)->ob_item[i]; }
inline Object* argument_or_null(Object* arguments, Py_ssize_t i) {
    return tuple_size(as<Tuple>(*arguments)) > i ? argument(arguments, i) : nullptr;
}
inline Object* none_or_null(int status) { return status < 0 ? nullptr : &none(); }

bool index_argument(ThreadState& ts, Object* self, Object* value, Py_ssize_t* index) {
    auto number = number_as_ssize(ts, *value, PyExc_OverflowError);
    if (!number.ok()) return false;
    *index = std::move(number).take();
    PySequenceMethods* methods = self->ob_type->tp_as_sequence;
    if (*index < 0 && methods && methods->sq_length) {
        Py_ssize_t size = methods->sq_length(self);
        if (size < 0) return false;
        *index += size;
    }
    return true;
}

// object.__setattr__ must not be used to get around the checks of a type in between, such as type's own.
bool check_setattr_is_own(ThreadState& ts, Object* self, setattrofunc function, const char* what) {
    Type& type = type_of(*self);
    Type* defining = &type;
    Tuple& mro = as<Tuple>(*type.tp_mro);
    for (Py_ssize_t i = tuple_size(mro) - 1; i >= 0; --i) {
        Type& base = as<Type>(tuple_item(mro, i));
        if (base.tp_setattro == slot_tp_setattro_pointer) continue;
        if (base.tp_setattro == type.tp_setattro) {
            defining = &base;
            break;
        }
    }
    for (Type* base = defining; base; base = base->tp_base) {
        if (base->tp_setattro == function) break;
        if (base->tp_setattro != slot_tp_setattro_pointer) {
            (void)raise(ts, PyExc_TypeError, "can't apply this %s to %s object", what, type.tp_name);
            return false;
        }
    }
    return true;
}

template <int Op>
Object* compare_with(Object* self, Object* arguments, void* slot) {
    if (!check_count(current_thread(), arguments, 1)) return nullptr;
    return reinterpret_cast<richcmpfunc>(slot)(self, argument(arguments, 0), Op);
}

}  // namespace

Object* length(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 0)) return nullptr;
    Py_ssize_t size = reinterpret_cast<lenfunc>(slot)(self);
    if (size == -1 && error_pending(ts)) return nullptr;
    return int_from(ts, size).release();
}
Object* boolean(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 0)) return nullptr;
    int value = reinterpret_cast<inquiry>(slot)(self);
    if (value == -1 && error_pending(ts)) return nullptr;
    return &bool_object(value != 0);
}
Object* binary(Object* self, Object* arguments, void* slot) {
    if (!check_count(current_thread(), arguments, 1)) return nullptr;
    return reinterpret_cast<binaryfunc>(slot)(self, argument(arguments, 0));
}
Object* binary_reflected(Object* self, Object* arguments, void* slot) {
    if (!check_count(current_thread(), arguments, 1)) return nullptr;
    return reinterpret_cast<binaryfunc>(slot)(argument(arguments, 0), self);
}
Object* ternary(Object* self, Object* arguments, void* slot) {
    if (!check_range(current_thread(), arguments, 1, 2)) return nullptr;
    Object* third = argument_or_null(arguments, 1);
    return reinterpret_cast<ternaryfunc>(slot)(self, argument(arguments, 0), third ? third : &none());
}
Object* ternary_reflected(Object* self, Object* arguments, void* slot) {
    if (!check_range(current_thread(), arguments, 1, 2)) return nullptr;
    Object* third = argument_or_null(arguments, 1);
    return reinterpret_cast<ternaryfunc>(slot)(argument(arguments, 0), self, third ? third : &none());
}
Object* unary(Object* self, Object* arguments, void* slot) {
    if (!check_count(current_thread(), arguments, 0)) return nullptr;
    return reinterpret_cast<unaryfunc>(slot)(self);
}
Object* repeat(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 1)) return nullptr;
    auto count = number_as_ssize(ts, *argument(arguments, 0), PyExc_OverflowError);
    if (!count.ok()) return nullptr;
    return reinterpret_cast<ssizeargfunc>(slot)(self, std::move(count).take());
}
Object* item(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 1)) return nullptr;
    Py_ssize_t index;
    if (!index_argument(ts, self, argument(arguments, 0), &index)) return nullptr;
    return reinterpret_cast<ssizeargfunc>(slot)(self, index);
}
Object* set_item(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_range(ts, arguments, 2, 2)) return nullptr;
    Py_ssize_t index;
    if (!index_argument(ts, self, argument(arguments, 0), &index)) return nullptr;
    return none_or_null(reinterpret_cast<ssizeobjargproc>(slot)(self, index, argument(arguments, 1)));
}
Object* delete_item(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 1)) return nullptr;
    Py_ssize_t index;
    if (!index_argument(ts, self, argument(arguments, 0), &index)) return nullptr;
    return none_or_null(reinterpret_cast<ssizeobjargproc>(slot)(self, index, nullptr));
}
Object* contains(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 1)) return nullptr;
    int found = reinterpret_cast<objobjproc>(slot)(self, argument(arguments, 0));
    if (found == -1 && error_pending(ts)) return nullptr;
    return &bool_object(found != 0);
}
Object* set_subscript(Object* self, Object* arguments, void* slot) {
    if (!check_range(current_thread(), arguments, 2, 2)) return nullptr;
    return none_or_null(reinterpret_cast<objobjargproc>(slot)(self, argument(arguments, 0), argument(arguments, 1)));
}
Object* delete_subscript(Object* self, Object* arguments, void* slot) {
    if (!check_count(current_thread(), arguments, 1)) return nullptr;
    return none_or_null(reinterpret_cast<objobjargproc>(slot)(self, argument(arguments, 0), nullptr));
}
Object* set_attribute(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    auto function = reinterpret_cast<setattrofunc>(slot);
    if (!check_range(ts, arguments, 2, 2) || !check_setattr_is_own(ts, self, function, "__setattr__")) return nullptr;
    return none_or_null(function(self, argument(arguments, 0), argument(arguments, 1)));
}
Object* delete_attribute(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    auto function = reinterpret_cast<setattrofunc>(slot);
    if (!check_count(ts, arguments, 1) || !check_setattr_is_own(ts, self, function, "__delattr__")) return nullptr;
    return none_or_null(function(self, argument(arguments, 0), nullptr));
}
Object* hash(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 0)) return nullptr;
    Py_hash_t value = reinterpret_cast<hashfunc>(slot)(self);
    if (value == -1 && error_pending(ts)) return nullptr;
    return int_from(ts, value).release();
}
Object* iterate_next(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_count(ts, arguments, 0)) return nullptr;
    Object* result = reinterpret_cast<unaryfunc>(slot)(self);
    if (!result && !error_pending(ts)) (void)raise_class(ts, PyExc_StopIteration);
    return result;
}
Object* descr_get(Object* self, Object* arguments, void* slot) {
    ThreadState& ts = current_thread();
    if (!check_range(ts, arguments, 1, 2)) return nullptr;
    Object* object = argument(arguments, 0);
    Object* type = argument_or_null(arguments, 1);
    if (is_none(object)) object = nullptr;
    if (is_none(type)) type = nullptr;
    if (!object && !type) {
        (void)raise(ts, PyExc_TypeError, "__get__(None, None) is invalid");
        return nullptr;
    }
    return reinterpret_cast<descrgetfunc>(slot)(self, object, type);
}
Object* descr_set(Object* self, Object* arguments, void* slot) {
    if (!check_range(current_thread(), arguments, 2, 2)) return nullptr;
    return none_or_null(reinterpret_cast<descrsetfunc>(slot)(self, argument(arguments, 0), argument(arguments, 1)));
}
Object* descr_delete(Object* self, Object* arguments, void* slot) {
    if (!check_count(current_thread(), arguments, 1)) return nullptr;
    return none_or_null(reinterpret_cast<descrsetfunc>(slot)(self, argument(arguments, 0), nullptr));
}
Object* finalize(Object* self, Object* arguments, void* slot) {
    if (!check_count(current_thread(), arguments, 0)) return nullptr;
    reinterpret_cast<destructor>(slot)(self);
    return &none();
}
Object* less(Object* s, Object* a, void* slot) { return compare_with<Py_LT>(s, a, slot); }
Object* less_equal(Object* s, Object* a, void* slot) { return compare_with<Py_LE>(s, a, slot); }
Object* equal(Object* s, Object* a, void* slot) { return compare_with<Py_EQ>(s, a, slot); }
Object* not_equal(Object* s, Object* a, void* slot) { return compare_with<Py_NE>(s, a, slot); }
Object* greater(Object* s, Object* a, void* slot) { return compare_with<Py_GT>(s, a, slot); }
Object* greater_equal(Object* s, Object* a, void* slot) { return compare_with<Py_GE>(s, a, slot); }

Object* call(Object* self, Object* arguments, void* slot, Object* keywords) {
    return reinterpret_cast<ternaryfunc>(slot)(self, arguments, keywords);
}
Object* init(Object* self, Object* arguments, void* slot, Object* keywords) {
    return none_or_null(reinterpret_cast<initproc>(slot)(self, arguments, keywords));
}

}  // namespace orochi::wrap
