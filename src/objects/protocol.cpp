// repr(), str(), hash(), truth, comparison, isinstance() and their kin.
#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/frame_access.hpp"
#include "objects/instance_dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/object.hpp"
#include "objects/special_call.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "objects/union.hpp"

namespace orochi {

Result<Ref<Str>> repr(ThreadState& ts, Object& object) {
    reprfunc function = type_of(object).tp_repr;
    if (!function) return str_format(ts, "<%T object at %p>", &object, &object);
    TRY(enter_recursion(ts, " while getting the repr of an object"));
    Object* result = function(&object);
    leave_recursion(ts);
    if (!result) return failure;
    if (!PyUnicode_Check(result)) {
        Ref<Object> drop = Ref<Object>::steal(result);
        return raise(ts, PyExc_TypeError, "__repr__ returned non-string (type %T)", result);
    }
    return Ref<Str>::steal(as<Str>(*result));
}

Result<Ref<Str>> str(ThreadState& ts, Object& object) {
    if (PyUnicode_CheckExact(&object)) return Ref<Str>::share(as<Str>(object));
    reprfunc function = type_of(object).tp_str;
    if (!function) return repr(ts, object);
    TRY(enter_recursion(ts, " while getting the str of an object"));
    Object* result = function(&object);
    leave_recursion(ts);
    if (!result) return failure;
    if (!PyUnicode_Check(result)) {
        Ref<Object> drop = Ref<Object>::steal(result);
        return raise(ts, PyExc_TypeError, "__str__ returned non-string (type %T)", result);
    }
    return Ref<Str>::steal(as<Str>(*result));
}

Result<Ref<Str>> ascii(ThreadState& ts, Object& object) {
    Ref<Str> text = TRY(repr(ts, object));
    if (str_is_ascii(*text)) return text;
    static constexpr char digits[] = "0123456789abcdef";
    StrBuilder builder(ts);
    for (Py_ssize_t i = 0; i < str_length(*text); ++i) {
        Py_UCS4 c = str_at(*text, i);
        if (c < 0x80) {
            TRY(builder.append(c));
            continue;
        }
        char buffer[10] = {'\\', c < 0x100 ? 'x' : c < 0x10000 ? 'u' : 'U'};
        int count = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        for (int k = 0; k < count; ++k) buffer[2 + k] = digits[(c >> (4 * (count - 1 - k))) & 15];
        TRY(builder.append_ascii({buffer, size_t(count + 2)}));
    }
    return builder.finish();
}

Result<Ref<Object>> bytes_of(ThreadState& ts, Object& object) {
    if (PyBytes_CheckExact(&object)) return Ref<Object>::share(object);
    OptRef<Object> method = TRY(lookup_special(ts, object, "__bytes__"_n));
    if (!method) return bytes_from_object(ts, object);
    Ref<Object> result = TRY(call(ts, *method));
    if (!PyBytes_Check(result.get()))
        return raise(ts, PyExc_TypeError, "__bytes__ returned non-bytes (type %T)", result.get());
    return result;
}

Result<Ref<Object>> format(ThreadState& ts, Object& object, Object* spec) {
    if (spec && !PyUnicode_Check(spec))
        return raise(ts, PyExc_SystemError, "Format specifier must be a string, not %T", spec);
    if (!spec || str_length(as<Str>(*spec)) == 0) {
        if (PyUnicode_CheckExact(&object)) return Ref<Object>::share(object);
        if (PyLong_CheckExact(&object)) return str(ts, object);
        spec = obj(&empty_str());
    }
    OptRef<Object> result = TRY(call_special_optional(ts, object, "__format__"_n, *spec));
    if (!result) return raise(ts, PyExc_TypeError, "Type %T doesn't define __format__", &object);
    if (!PyUnicode_Check(result.get()))
        return raise(ts, PyExc_TypeError, "__format__ must return a str, not %T", result.get());
    return result.take();
}

Result<Py_hash_t> hash(ThreadState& ts, Object& object) {
    Type& type = type_of(object);
    if (&type == &PyLong_Type && int_is_compact(object)) {
        Py_hash_t value = int_compact_value(object);
        return value == -1 ? -2 : value;
    }
    if (!type.tp_hash && !type.tp_dict) TRY(type_ready(ts, type));
    if (!type.tp_hash) return raise(ts, PyExc_TypeError, "unhashable type: '%T'", &object);
    Py_hash_t value = type.tp_hash(&object);
    if (value == -1) return failure;
    return value;
}

Result<bool> is_true(ThreadState& ts, Object& object) {
    if (&object == &bool_object(true)) return true;
    if (&object == &bool_object(false) || is_none(object)) return false;
    Type& type = type_of(object);
    Py_ssize_t value;
    if (type.tp_as_number && type.tp_as_number->nb_bool) {
        value = type.tp_as_number->nb_bool(&object);
    } else if (type.tp_as_mapping && type.tp_as_mapping->mp_length) {
        value = type.tp_as_mapping->mp_length(&object);
    } else if (type.tp_as_sequence && type.tp_as_sequence->sq_length) {
        value = type.tp_as_sequence->sq_length(&object);
    } else {
        return true;
    }
    if (value < 0) return failure;
    return value > 0;
}

namespace {
constexpr int swapped_operator[] = {Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE};
constexpr const char* operator_text[] = {"<", "<=", "==", "!=", ">", ">="};

Result<Ref<Object>> compare_objects(ThreadState& ts, Object& left, Object& right, int op) {
    Type& left_type = type_of(left);
    Type& right_type = type_of(right);
    bool reflected_tried = false;
    if (&left_type != &right_type && right_type.tp_richcompare && type_is_subtype(right_type, left_type)) {
        reflected_tried = true;
        Ref<Object> result =
            TRY(Result<Ref<Object>>::adopt(right_type.tp_richcompare(&right, &left, swapped_operator[op])));
        if (result.get() != &not_implemented()) return result;
    }
    if (left_type.tp_richcompare) {
        Ref<Object> result = TRY(Result<Ref<Object>>::adopt(left_type.tp_richcompare(&left, &right, op)));
        if (result.get() != &not_implemented()) return result;
    }
    if (!reflected_tried && right_type.tp_richcompare) {
        Ref<Object> result =
            TRY(Result<Ref<Object>>::adopt(right_type.tp_richcompare(&right, &left, swapped_operator[op])));
        if (result.get() != &not_implemented()) return result;
    }
    if (op == Py_EQ) return new_bool(&left == &right);
    if (op == Py_NE) return new_bool(&left != &right);
    return raise(ts, PyExc_TypeError, "'%s' not supported between instances of '%.100s' and '%.100s'",
                 operator_text[op], left_type.tp_name, right_type.tp_name);
}
}  // namespace

Result<Ref<Object>> compare(ThreadState& ts, Object& left, Object& right, int op) {
    TRY(enter_recursion(ts, " in comparison"));
    auto result = compare_objects(ts, left, right, op);
    leave_recursion(ts);
    return result;
}

Result<bool> compare_bool(ThreadState& ts, Object& left, Object& right, int op) {
    if (&left == &right) {
        if (op == Py_EQ) return true;
        if (op == Py_NE) return false;
    }
    Ref<Object> result = TRY(compare(ts, left, right, op));
    return is_true(ts, *result);
}

bool is_callable(const Object& object) { return type_of(object).tp_call != nullptr; }

namespace {

// The tuple `__bases__` of something that acts as a class; empty when it does not.
Result<OptRef<Object>> abstract_bases(ThreadState& ts, Object& cls) {
    OptRef<Object> bases = TRY(getattr_optional(ts, cls, "__bases__"_n));
    if (bases && !PyTuple_Check(bases.get())) return nullptr;
    return bases;
}

Result<bool> abstract_issubclass(ThreadState& ts, Object& derived, Object& cls) {
    Ref<Object> current = Ref<Object>::share(derived);
    for (;;) {
        if (current.get() == &cls) return true;
        OptRef<Object> bases = TRY(abstract_bases(ts, *current));
        if (!bases) return false;
        Tuple& tuple = as<Tuple>(*bases);
        Py_ssize_t count = tuple_size(tuple);
        if (count == 0) return false;
        if (count == 1) {
            current = Ref<Object>::share(tuple_item(tuple, 0));
            continue;
        }
        for (Py_ssize_t i = 0; i < count; ++i) {
            TRY(enter_recursion(ts, " in __issubclass__"));
            auto result = abstract_issubclass(ts, tuple_item(tuple, i), cls);
            leave_recursion(ts);
            if (TRY(std::move(result))) return true;
        }
        return false;
    }
}

Result<void> check_class(ThreadState& ts, Object& cls, const char* error) {
    OptRef<Object> bases = TRY(abstract_bases(ts, cls));
    if (!bases) return raise(ts, PyExc_TypeError, "%s", error);
    return {};
}

Result<bool> plain_isinstance(ThreadState& ts, Object& object, Object& cls) {
    if (PyType_Check(&cls)) {
        if (is_instance_of(object, as<Type>(cls))) return true;
        OptRef<Object> claimed = TRY(getattr_optional(ts, object, "__class__"_n));
        if (!claimed || claimed.get() == obj(&type_of(object)) || !PyType_Check(claimed.get())) return false;
        return type_is_subtype(as<Type>(*claimed), as<Type>(cls));
    }
    TRY(check_class(ts, cls, "isinstance() arg 2 must be a type, a tuple of types, or a union"));
    OptRef<Object> claimed = TRY(getattr_optional(ts, object, "__class__"_n));
    if (!claimed) return false;
    return abstract_issubclass(ts, *claimed, cls);
}

Result<bool> plain_issubclass(ThreadState& ts, Object& derived, Object& cls) {
    if (PyType_Check(&cls) && PyType_Check(&derived)) return type_is_subtype(as<Type>(derived), as<Type>(cls));
    TRY(check_class(ts, derived, "issubclass() arg 1 must be a class"));
    if (!is_union(cls)) TRY(check_class(ts, cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union"));
    return abstract_issubclass(ts, derived, cls);
}

}  // namespace

Result<bool> isinstance_without_hook(ThreadState& ts, Object& object, Object& cls) {
    return plain_isinstance(ts, object, cls);
}
Result<bool> issubclass_without_hook(ThreadState& ts, Object& derived, Object& cls) {
    return plain_issubclass(ts, derived, cls);
}

Result<bool> isinstance(ThreadState& ts, Object& object, Object& cls) {
    if (obj(&type_of(object)) == &cls) return true;
    if (PyType_CheckExact(&cls)) return plain_isinstance(ts, object, cls);
    if (PyTuple_Check(&cls)) {
        TRY(enter_recursion(ts, " in __instancecheck__"));
        Result<bool> result = false;
        Tuple& classes = as<Tuple>(cls);
        for (Py_ssize_t i = 0; i < tuple_size(classes); ++i) {
            result = isinstance(ts, object, tuple_item(classes, i));
            if (!result.ok() || Result<bool>(result).take()) break;
        }
        leave_recursion(ts);
        return result;
    }
    OptRef<Object> checker = TRY(lookup_special(ts, cls, "__instancecheck__"_n));
    if (!checker) return plain_isinstance(ts, object, cls);
    TRY(enter_recursion(ts, " in __instancecheck__"));
    auto result = call(ts, *checker, object);
    leave_recursion(ts);
    return is_true(ts, *TRY(std::move(result)));
}

Result<bool> issubclass(ThreadState& ts, Object& derived, Object& cls) {
    if (PyType_CheckExact(&cls)) {
        if (&derived == &cls) return true;
        return plain_issubclass(ts, derived, cls);
    }
    if (PyTuple_Check(&cls)) {
        TRY(enter_recursion(ts, " in __subclasscheck__"));
        Result<bool> result = false;
        Tuple& classes = as<Tuple>(cls);
        for (Py_ssize_t i = 0; i < tuple_size(classes); ++i) {
            result = issubclass(ts, derived, tuple_item(classes, i));
            if (!result.ok() || Result<bool>(result).take()) break;
        }
        leave_recursion(ts);
        return result;
    }
    OptRef<Object> checker = TRY(lookup_special(ts, cls, "__subclasscheck__"_n));
    if (!checker) return plain_issubclass(ts, derived, cls);
    TRY(enter_recursion(ts, " in __subclasscheck__"));
    auto result = call(ts, *checker, derived);
    leave_recursion(ts);
    return is_true(ts, *TRY(std::move(result)));
}

Result<Ref<Object>> dir(ThreadState& ts, Object* object) {
    if (!object) {
        Ref<Object> locals = TRY(current_locals(ts));
        Ref<Object> names = TRY(mapping_keys(ts, *locals));
        if (!PyList_Check(names.get()))
            return raise(ts, PyExc_TypeError, "dir(): expected keys() of locals to be a list, not '%T'", names.get());
        TRY(list_sort(ts, as<List>(*names)));
        return names;
    }
    OptRef<Object> method = TRY(lookup_special(ts, *object, "__dir__"_n));
    if (!method) return raise(ts, PyExc_TypeError, "object does not provide __dir__");
    Ref<Object> names = TRY(call(ts, *method));
    Ref<List> list = TRY(sequence_list(ts, *names));
    TRY(list_sort(ts, *list));
    return list;
}

}  // namespace orochi
