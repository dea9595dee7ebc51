// BaseExceptionGroup and ExceptionGroup (PEP 654).
#include "objects/dict.hpp"
#include "objects/exception_slots.hpp"
#include "objects/exceptions_part.hpp"
#include "objects/generic_alias.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

using GroupObject = PyBaseExceptionGroupObject;

GroupObject& group(Object& self) { return as<GroupObject>(self); }
Tuple& group_items(Object& self) { return as<Tuple>(*group(self).excs); }
bool is_group(const Object& object) { return is_instance_of(object, _PyExc_BaseExceptionGroup); }

Result<Ref<Object>> group_new(ThreadState& ts, Type& type, Object& arguments, Object*) {
    Tuple& items = as<Tuple>(arguments);
    if (tuple_size(items) != 2) {
        return raise(ts, PyExc_TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments (%zd given)",
                     tuple_size(items));
    }
    Object& message = tuple_item(items, 0);
    if (!PyUnicode_Check(&message)) {
        return raise(ts, PyExc_TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not %.50s",
                     is_none(message) ? "None" : type_of(message).tp_name);
    }
    if (!is_sequence(tuple_item(items, 1))) {
        return raise(ts, PyExc_TypeError, "second argument (exceptions) must be a sequence");
    }
    Ref<Tuple> exceptions = TRY(sequence_tuple(ts, tuple_item(items, 1)));
    Py_ssize_t count = tuple_size(exceptions);
    if (count == 0) {
        return raise(ts, PyExc_ValueError, "second argument (exceptions) must be a non-empty sequence");
    }
    bool nested_base = false;
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& item = tuple_item(exceptions, i);
        if (!is_exception(item)) {
            return raise(ts, PyExc_ValueError, "Item %zd of second argument (exceptions) is not an exception", i);
        }
        if (!is_instance_of(item, _PyExc_Exception)) nested_base = true;
    }
    Type* cls = &type;
    Type& exception_group = as<Type>(exception_group_class(ts));
    if (cls == &_PyExc_BaseExceptionGroup) {
        if (!nested_base) cls = &exception_group;
    } else if (nested_base) {
        if (cls == &exception_group) {
            return raise(ts, PyExc_TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
        }
        if (type_is_subtype(*cls, _PyExc_Exception)) {
            return raise(ts, PyExc_TypeError, "Cannot nest BaseExceptions in '%.200s'", cls->tp_name);
        }
    }
    Ref<Object> self = TRY(exception_new(ts, *cls, arguments, nullptr));
    group(self).msg = new_reference(message);
    group(self).excs = obj(std::move(exceptions).release());
    return self;
}

Result<Ref<Object>> group_str(ThreadState& ts, Object& self) {
    Py_ssize_t count = tuple_size(group_items(self));
    return str_format(ts, "%S (%zd sub-exception%s)", group(self).msg, count, count > 1 ? "s" : "");
}

Result<Ref<Object>> group_derive(ThreadState& ts, Object& self, Object& exceptions) {
    return call(ts, *PyExc_BaseExceptionGroup, *group(self).msg, exceptions);
}

class Matcher {
public:
    static Result<Matcher> make(ThreadState& ts, Object& value) {
        if (PyFunction_Check(&value)) return Matcher(value, true);
        if (is_exception_class(value)) return Matcher(value, false);
        if (PyTuple_CheckExact(&value)) {
            bool all = true;
            for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(value)); ++i) {
                all &= is_exception_class(tuple_item(as<Tuple>(value), i));
            }
            if (all) return Matcher(value, false);
        }
        return raise(ts, PyExc_TypeError, "expected a function, exception type or tuple of exception types");
    }
    Result<bool> matches(ThreadState& ts, Object& exception) const {
        if (!is_function_) return exception_matches(ts, exception, *value_);
        Ref<Object> answer = TRY(call(ts, *value_, exception));
        return is_true(ts, answer);
    }
    Matcher() = default;

private:
    Matcher(Object& value, bool is_function) : value_(&value), is_function_(is_function) {}
    Object* value_ = nullptr;
    bool is_function_ = false;
};

Result<GroupParts> split(ThreadState& ts, Object& exception, const Matcher& matcher, bool want_rest) {
    if (TRY(matcher.matches(ts, exception))) return GroupParts{Ref<Object>::share(exception), {}};
    if (!is_group(exception)) {
        GroupParts parts;
        if (want_rest) parts.rest = Ref<Object>::share(exception);
        return parts;
    }
    Ref<List> matched = TRY(list_new(ts, 0));
    Ref<List> rest = TRY(list_new(ts, 0));
    Ref<Object> items = Ref<Object>::share(*group(exception).excs);
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*items)); ++i) {
        TRY(enter_recursion(ts, " in exceptiongroup_split_recursive"));
        auto result = split(ts, tuple_item(as<Tuple>(*items), i), matcher, want_rest);
        leave_recursion(ts);
        GroupParts parts = TRY(std::move(result));
        if (parts.match) TRY(list_append(ts, matched, *parts.match));
        if (parts.rest) TRY(list_append(ts, rest, *parts.rest));
    }
    GroupParts parts;
    if (list_size(matched)) parts.match = TRY(exception_group_derive(ts, exception, obj(*matched)));
    if (want_rest && list_size(rest)) parts.rest = TRY(exception_group_derive(ts, exception, obj(*rest)));
    return parts;
}

Object& or_none(const OptRef<Object>& value) { return value ? *value : none(); }

Result<Ref<Object>> group_split(ThreadState& ts, Object& self, Object& condition) {
    GroupParts parts = TRY(exception_group_split(ts, self, condition));
    return tuple_of(ts, or_none(parts.match), or_none(parts.rest));
}

Result<Ref<Object>> group_subgroup(ThreadState& ts, Object& self, Object& condition) {
    Matcher matcher = TRY(Matcher::make(ts, condition));
    GroupParts parts = TRY(split(ts, self, matcher, false));
    return Ref<Object>::share(or_none(parts.match));
}

Result<Ref<Object>> group_class_getitem(ThreadState& ts, Object& cls, Object& arguments) {
    return generic_alias_new(ts, cls, arguments);
}

constexpr MethodDef group_methods[] = {
    METHOD_PLAIN("__class_getitem__($type, item, /)", group_class_getitem, "See PEP 585"),
    METHOD_PLAIN("derive($self, excs, /)", group_derive, nullptr),
    METHOD_PLAIN("split($self, condition, /)", group_split, nullptr),
    METHOD_PLAIN("subgroup($self, condition, /)", group_subgroup, nullptr), METHOD_END};
constexpr PyMemberDef group_members[] = {
    EXCEPTION_MEMBER("message", GroupObject, msg, READONLY, "exception message"),
    EXCEPTION_MEMBER("exceptions", GroupObject, excs, READONLY, "nested exceptions"),
    {}};
using Slots = ExceptionSlots<GroupObject, &GroupObject::msg, &GroupObject::excs>;

}  // namespace

Result<Ref<Object>> exception_group_derive(ThreadState& ts, Object& original, Object& exceptions) {
    Ref<Object> derived = TRY(call_method(ts, original, "derive"_n, exceptions));
    if (!is_group(derived)) {
        return raise(ts, PyExc_TypeError, "derive must return an instance of BaseExceptionGroup");
    }
    if (Object* traceback = exception_traceback(original)) TRY(exception_set_traceback(ts, derived, traceback));
    exception_set_context(derived, OptRef<Object>::share(exception_context(original)));
    exception_set_cause(derived, OptRef<Object>::share(exception_cause(original)));
    OptRef<Object> notes = TRY(getattr_optional(ts, original, "__notes__"_n));
    if (notes && is_sequence(*notes)) {
        Ref<List> copy = TRY(sequence_list(ts, *notes));
        TRY(setattr(ts, derived, "__notes__"_n, copy));
    }
    return derived;
}

Result<GroupParts> exception_group_split(ThreadState& ts, Object& exception, Object& condition) {
    Matcher matcher = TRY(Matcher::make(ts, condition));
    return split(ts, exception, matcher, true);
}

Result<Ref<Object>> exception_group_class_new(ThreadState& ts) {
    Ref<Tuple> bases = TRY(tuple_of(ts, obj(_PyExc_BaseExceptionGroup), obj(_PyExc_Exception)));
    Ref<Dict> dict = TRY(dict_new(ts));
    TRY(dict_set(ts, dict, "__module__"_n, "builtins"_n));
    return type_call_new(ts, PyType_Type, "ExceptionGroup"_n, obj(*bases), obj(*dict));
}

}  // namespace orochi

using namespace orochi;

extern "C" {
constinit PyTypeObject _PyExc_BaseExceptionGroup = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "BaseExceptionGroup",
    .tp_basicsize = sizeof(PyBaseExceptionGroupObject),
    .tp_dealloc = Slots::dealloc,
    .tp_str = slot<group_str>,
    .tp_flags = kExceptionFlags,
    .tp_doc = "A combination of multiple unrelated exceptions.",
    .tp_traverse = Slots::traverse,
    .tp_clear = Slots::clear_slot,
    .tp_methods = METHOD_TABLE(group_methods),
    .tp_members = MEMBER_TABLE(group_members),
    .tp_base = &_PyExc_BaseException,
    .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),
    .tp_init = slot<exception_init>,
    .tp_new = slot<group_new>,
};
EXCEPTION_POINTER(BaseExceptionGroup);
}
