// BaseException, the classes that add nothing to it, and access to an instance's attributes.
#include <cstring>

#include "objects/exceptions.hpp"

#include "objects/dict.hpp"
#include "objects/exception_slots.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

Result<void> no_keywords(ThreadState& ts, const char* name, Object* keywords) {
    if (!keywords || dict_size(as<Dict>(*keywords)) == 0) return {};
    return raise(ts, PyExc_TypeError, "%.200s() takes no keyword arguments", name);
}

Result<void> exception_keywords(ThreadState& ts, const char* function, Object* keywords, Object& name1, Object** value1,
                                Object* name2, Object** value2) {
    *value1 = nullptr;
    if (value2) *value2 = nullptr;
    if (!keywords) return {};
    Py_ssize_t allowed = name2 ? 2 : 1, given = dict_size(as<Dict>(*keywords));
    if (given > allowed) {
        return raise(ts, PyExc_TypeError, "%.200s() takes at most %zd keyword argument%s (%zd given)", function,
                     allowed, allowed == 1 ? "" : "s", given);
    }
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*keywords), position, &key, &value)) {
        if (str_equals(as<Str>(*key), as<Str>(name1))) {
            *value1 = value;
        } else if (name2 && str_equals(as<Str>(*key), as<Str>(*name2))) {
            *value2 = value;
        } else {
            return raise(ts, PyExc_TypeError, "'%U' is an invalid keyword argument for %.200s()", key, function);
        }
    }
    return {};
}

Result<void> check_argument_count(ThreadState& ts, Object& arguments, Py_ssize_t required, Py_ssize_t count) {
    Py_ssize_t given = tuple_size(as<Tuple>(arguments));
    if (given >= required && given <= count) return {};
    Py_ssize_t bound = given < required ? required : count;
    return raise(ts, PyExc_TypeError, "function takes %s %zd argument%s (%zd given)",
                 required == count  ? "exactly"
                 : given < required ? "at least"
                                    : "at most",
                 bound, bound == 1 ? "" : "s", given);
}

Result<Ref<Object>> exception_new(ThreadState& ts, Type& type, Object& arguments, Object*) {
    Object* object = type.tp_alloc(&type, 0);
    if (!object) return failure;
    exception_base(*object).args = new_reference(arguments);
    return Ref<Object>::steal(object);
}

Result<void> exception_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    TRY(no_keywords(ts, type_of(self).tp_name, keywords));
    assign(exception_base(self).args, Ref<Object>::share(arguments));
    return {};
}

Result<Ref<Object>> exception_str(ThreadState& ts, Object& self) {
    Object* arguments = exception_base(self).args;
    Py_ssize_t count = arguments ? tuple_size(as<Tuple>(*arguments)) : 0;
    if (count == 0) return Ref<Object>::share(obj(empty_str()));
    if (count == 1) return str(ts, tuple_item(as<Tuple>(*arguments), 0));
    return str(ts, *arguments);
}

namespace {

// A class's name as the C API knows it: without the module.
const char* short_name(const Type& type) {
    const char* dot = std::strrchr(type.tp_name, '.');
    return dot ? dot + 1 : type.tp_name;
}

Result<Ref<Object>> exception_repr(ThreadState& ts, Object& self) {
    Object* arguments = exception_base(self).args;
    if (!arguments) return str_format(ts, "%s()", short_name(type_of(self)));
    if (tuple_size(as<Tuple>(*arguments)) == 1) {
        return str_format(ts, "%s(%R)", short_name(type_of(self)), &tuple_item(as<Tuple>(*arguments), 0));
    }
    return str_format(ts, "%s%R", short_name(type_of(self)), arguments);
}

Result<Ref<Object>> exception_reduce(ThreadState& ts, Object& self) {
    BaseException& e = exception_base(self);
    Object& type = obj(type_of(self));
    Object& arguments = e.args ? *e.args : obj(empty_tuple());
    if (e.dict) return tuple_of(ts, type, arguments, *e.dict);
    return tuple_of(ts, type, arguments);
}

Result<Ref<Object>> exception_setstate(ThreadState& ts, Object& self, Object& state) {
    if (is_none(state)) return new_none();
    if (!PyDict_Check(&state)) return raise(ts, PyExc_TypeError, "state is not a dictionary");
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(state), position, &key, &value)) {
        Ref<Object> k = Ref<Object>::share(*key), v = Ref<Object>::share(*value);
        TRY(setattr(ts, self, k, v));
    }
    return new_none();
}

Result<Ref<Object>> exception_with_traceback(ThreadState& ts, Object& self, Object& traceback) {
    TRY(exception_set_traceback(ts, self, &traceback));
    return Ref<Object>::share(self);
}

Result<void> exception_add_note(ThreadState& ts, Object& self, Object& note) {
    if (!PyUnicode_Check(&note)) return raise(ts, PyExc_TypeError, "note must be a str, not '%T'", &note);
    OptRef<Object> notes = TRY(getattr_optional(ts, self, "__notes__"_n));
    if (!notes) {
        Ref<List> made = TRY(list_new(ts, 0));
        TRY(setattr(ts, self, "__notes__"_n, made));
        notes = std::move(made);
    } else if (!PyList_Check(notes.get())) {
        return raise(ts, PyExc_TypeError, "Cannot add note: __notes__ is not a list");
    }
    return list_append(ts, as<List>(*notes), note);
}

constexpr MethodDef exception_methods[] = {
    METHOD_PLAIN("__reduce__($self)", exception_reduce, nullptr),
    METHOD_PLAIN("__setstate__($self, state, /)", exception_setstate, nullptr),
    METHOD_PLAIN("with_traceback($self, tb, /)", exception_with_traceback,
                 "Exception.with_traceback(tb) --\n    set self.__traceback__ to tb and return self."),
    METHOD_PLAIN("add_note($self, note, /)", exception_add_note,
                 "Exception.add_note(note) --\n    add a note to the exception"),
    METHOD_END};

constexpr PyMemberDef exception_members[] = {
    {"__suppress_context__", T_BOOL, offsetof(BaseException, suppress_context), 0, nullptr}, {}};

Result<Ref<Object>> get_dict(ThreadState& ts, Object& self) { return instance_dict(ts, self); }
Result<void> set_dict(ThreadState& ts, Object& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "cannot delete __dict__");
    if (!PyDict_Check(value)) {
        return raise(ts, PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%T'", value);
    }
    assign(exception_base(self).dict, Ref<Object>::share(*value));
    return {};
}
Result<Ref<Object>> get_args(ThreadState&, Object& self) {
    Object* arguments = exception_base(self).args;
    return Ref<Object>::share(arguments ? *arguments : none());
}
Result<void> set_args(ThreadState& ts, Object& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "args may not be deleted");
    Ref<Tuple> arguments = TRY(sequence_tuple(ts, *value));
    assign(exception_base(self).args, std::move(arguments));
    return {};
}
Result<Ref<Object>> get_traceback(ThreadState&, Object& self) {
    Object* traceback = exception_base(self).traceback;
    return Ref<Object>::share(traceback ? *traceback : none());
}
Result<void> set_traceback(ThreadState& ts, Object& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "__traceback__ may not be deleted");
    return exception_set_traceback(ts, self, value);
}
Result<Ref<Object>> get_context(ThreadState&, Object& self) {
    Object* context = exception_base(self).context;
    return Ref<Object>::share(context ? *context : none());
}
Result<Ref<Object>> get_cause(ThreadState&, Object& self) {
    Object* cause = exception_base(self).cause;
    return Ref<Object>::share(cause ? *cause : none());
}
Result<OptRef<Object>> linked_exception(ThreadState& ts, Object* value, const char* attribute, const char* what) {
    if (!value) return raise(ts, PyExc_TypeError, "%s may not be deleted", attribute);
    if (is_none(value)) return nullptr;
    if (!is_exception(*value)) {
        return raise(ts, PyExc_TypeError, "exception %s must be None or derive from BaseException", what);
    }
    return OptRef<Object>::share(value);
}
Result<void> set_context(ThreadState& ts, Object& self, Object* value) {
    OptRef<Object> context = TRY(linked_exception(ts, value, "__context__", "context"));
    exception_set_context(self, std::move(context));
    return {};
}
Result<void> set_cause(ThreadState& ts, Object& self, Object* value) {
    OptRef<Object> cause = TRY(linked_exception(ts, value, "__cause__", "cause"));
    exception_set_cause(self, std::move(cause));
    return {};
}

constexpr PyGetSetDef exception_getset[] = {GETTER_SETTER("__dict__", get_dict, set_dict, nullptr),
                                            GETTER_SETTER("args", get_args, set_args, nullptr),
                                            GETTER_SETTER("__traceback__", get_traceback, set_traceback, nullptr),
                                            GETTER_SETTER("__context__", get_context, set_context, "exception context"),
                                            GETTER_SETTER("__cause__", get_cause, set_cause, "exception cause"),
                                            GETSET_END};

using Slots = ExceptionSlots<BaseException>;

}  // namespace

Object* exception_traceback(const Object& exception) {
    return exception_base(const_cast<Object&>(exception)).traceback;
}
Object* exception_context(const Object& exception) { return exception_base(const_cast<Object&>(exception)).context; }
Object* exception_cause(const Object& exception) { return exception_base(const_cast<Object&>(exception)).cause; }
Object* exception_args(const Object& exception) { return exception_base(const_cast<Object&>(exception)).args; }

Result<void> exception_set_traceback(ThreadState& ts, Object& exception, Object* traceback) {
    if (traceback && !is_none(traceback) && !PyTraceBack_Check(traceback)) {
        return raise(ts, PyExc_TypeError, "__traceback__ must be a traceback or None");
    }
    assign(exception_base(exception).traceback, OptRef<Object>::share(is_none(traceback) ? nullptr : traceback));
    return {};
}
void exception_set_context(Object& exception, OptRef<Object>&& context) {
    assign(exception_base(exception).context, std::move(context));
}
void exception_set_cause(Object& exception, OptRef<Object>&& cause) {
    exception_base(exception).suppress_context = 1;
    assign(exception_base(exception).cause, std::move(cause));
}

Result<Ref<Object>> exception_create(ThreadState& ts, Object& type, Object* value) {
    // The usual case needs no call: a class with BaseException's own constructor.
    Type& cls = as<Type>(type);
    if (cls.tp_new == _PyExc_BaseException.tp_new && cls.tp_init == _PyExc_BaseException.tp_init &&
        type_of(type).tp_call == PyType_Type.tp_call) {
        Ref<Tuple> arguments = is_none(value) || !value ? Ref<Tuple>::share(empty_tuple())
                               : PyTuple_Check(value)   ? Ref<Tuple>::share(as<Tuple>(*value))
                                                        : TRY(tuple_of(ts, *value));
        return exception_new(ts, cls, arguments, nullptr);
    }
    Ref<Object> made = !value || is_none(value) ? TRY(call(ts, type))
                       : PyTuple_Check(value)   ? TRY(call_tuple(ts, type, *value))
                                                : TRY(call(ts, type, *value));
    if (!is_exception(made)) {
        return raise(ts, PyExc_TypeError,
                     "calling %R should have returned an instance of "
                     "BaseException, not %T",
                     &type, made.get());
    }
    return made;
}

Result<void> exceptions_add_to(ThreadState& ts, Dict& builtins) {
#define PLAIN(NAME, BASE, DOC) TRY(dict_set(ts, builtins, #NAME##_n, *PyExc_##NAME));
#define LIKE PLAIN
#define SPECIAL PLAIN
#include "objects/exceptions.def"
#undef PLAIN
#undef LIKE
#undef SPECIAL
    TRY(dict_set(ts, builtins, "ExceptionGroup"_n, exception_group_class(ts)));
    TRY(dict_set(ts, builtins, "EnvironmentError"_n, *PyExc_OSError));
    return dict_set(ts, builtins, "IOError"_n, *PyExc_OSError);
}

Result<Ref<Object>> exception_class_new(ThreadState& ts, const char* name, Object* base, Object* dict) {
    const char* dot = std::strrchr(name, '.');
    if (!dot) return raise(ts, PyExc_SystemError, "PyErr_NewException: name must be module.class");
    Ref<Object> names = dict ? Ref<Object>::share(*dict) : Ref<Object>(TRY(dict_new(ts)));
    if (!TRY(dict_contains(ts, as<Dict>(*names), "__module__"_n))) {
        Ref<Str> module = TRY(str_from_utf8(ts, {name, size_t(dot - name)}));
        TRY(dict_set(ts, as<Dict>(*names), "__module__"_n, obj(*module)));
    }
    Object& parent = base ? *base : *PyExc_Exception;
    Ref<Object> bases = PyTuple_Check(&parent) ? Ref<Object>::share(parent) : Ref<Object>(TRY(tuple_of(ts, parent)));
    Ref<Str> short_name = TRY(str_from_utf8(ts, dot + 1));
    return call(ts, obj(PyType_Type), obj(*short_name), *bases, *names);
}

}  // namespace orochi

using namespace orochi;

extern "C" {

constinit PyTypeObject _PyExc_BaseException = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "BaseException",
    .tp_basicsize = sizeof(BaseException),
    .tp_dealloc = Slots::dealloc,
    .tp_repr = slot<exception_repr>,
    .tp_str = slot<exception_str>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = kExceptionFlags | Py_TPFLAGS_BASE_EXC_SUBCLASS,
    .tp_doc = "Common base class for all exceptions",
    .tp_traverse = Slots::traverse,
    .tp_clear = Slots::clear_slot,
    .tp_methods = METHOD_TABLE(exception_methods),
    .tp_members = MEMBER_TABLE(exception_members),
    .tp_getset = GETSET_TABLE(exception_getset),
    .tp_dictoffset = offsetof(BaseException, dict),
    .tp_init = slot<exception_init>,
    .tp_new = slot<exception_new>,
};
EXCEPTION_POINTER(BaseException);

// tp_new and tp_init stand in each class, so that each shows __new__ and __init__ of its own; the
// classes of LIKE have the constructor of their base.
#define PLAIN(NAME, BASE, DOC)                                                                        \
    EXCEPTION_TYPE(NAME, BASE, BaseException, Slots, nullptr, nullptr, nullptr, slot<exception_init>, \
                   slot<exception_new>, DOC);
#define LIKE(NAME, BASE, DOC)
#define SPECIAL(NAME, BASE, DOC)
#include "objects/exceptions.def"
#undef PLAIN
#undef LIKE
#undef SPECIAL

PyObject* PyExc_EnvironmentError = reinterpret_cast<PyObject*>(&_PyExc_OSError);
PyObject* PyExc_IOError = reinterpret_cast<PyObject*>(&_PyExc_OSError);
}
