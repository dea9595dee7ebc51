// OSError: chooses its subclass from errno, and keeps the file names out of `args`.
#include <cerrno>

#include "objects/exception_slots.hpp"
#include "objects/int.hpp"
#include "objects/number.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

using OSErrorObject = PyOSErrorObject;

// The class for an error number; null when OSError itself is right.
Type* class_for(long number) {
    switch (number) {
        case EAGAIN:
        case EALREADY:
        case EINPROGRESS: return &_PyExc_BlockingIOError;
        case EPIPE:
        case ESHUTDOWN: return &_PyExc_BrokenPipeError;
        case ECHILD: return &_PyExc_ChildProcessError;
        case ECONNABORTED: return &_PyExc_ConnectionAbortedError;
        case ECONNREFUSED: return &_PyExc_ConnectionRefusedError;
        case ECONNRESET: return &_PyExc_ConnectionResetError;
        case EEXIST: return &_PyExc_FileExistsError;
        case ENOENT: return &_PyExc_FileNotFoundError;
        case EISDIR: return &_PyExc_IsADirectoryError;
        case ENOTDIR: return &_PyExc_NotADirectoryError;
        case EINTR: return &_PyExc_InterruptedError;
        case EACCES:
        case EPERM: return &_PyExc_PermissionError;
        case ESRCH: return &_PyExc_ProcessLookupError;
        case ETIMEDOUT: return &_PyExc_TimeoutError;
        default: return nullptr;
    }
}

OSErrorObject& os_error(Object& self) { return as<OSErrorObject>(self); }

struct Parts {
    Object *number = nullptr, *text = nullptr, *filename = nullptr, *filename2 = nullptr;
};

Parts parse(Tuple& arguments) {
    Parts parts;
    Py_ssize_t count = tuple_size(arguments);
    if (count < 2 || count > 5) return parts;
    parts.number = &tuple_item(arguments, 0);
    parts.text = &tuple_item(arguments, 1);
    if (count >= 3) parts.filename = &tuple_item(arguments, 2);
    if (count >= 5) parts.filename2 = &tuple_item(arguments, 4);  // the fourth is for Windows
    return parts;
}

Result<void> fill(ThreadState& ts, OSErrorObject& self, Tuple& arguments, const Parts& parts) {
    Ref<Object> kept = Ref<Object>::share(obj(arguments));
    if (parts.filename && !is_none(parts.filename)) {
        if (&type_of(obj(self)) == &_PyExc_BlockingIOError && is_number(*parts.filename)) {
            self.written = TRY(number_as_ssize(ts, *parts.filename, PyExc_ValueError));
        } else {
            assign(self.filename, Ref<Object>::share(*parts.filename));
            if (parts.filename2 && !is_none(parts.filename2)) {
                assign(self.filename2, Ref<Object>::share(*parts.filename2));
            }
            Py_ssize_t count = tuple_size(arguments);
            if (count >= 2 && count <= 5) kept = TRY(tuple_slice(ts, arguments, 0, 2));
        }
    }
    assign(self.myerrno, OptRef<Object>::share(parts.number));
    assign(self.strerror, OptRef<Object>::share(parts.text));
    assign(self.args, std::move(kept));
    return {};
}

Result<Ref<Object>> os_error_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords);
Result<void> os_error_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords);

// A subclass that defines __init__ but not __new__ gets its arguments there, as it chooses to pass them on;
// otherwise __new__ does everything.
bool fills_in_init(const Type& type) {
    return type.tp_init != _PyExc_OSError.tp_init && type.tp_new == _PyExc_OSError.tp_new;
}

Result<Ref<Object>> os_error_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords) {
    Type* chosen = &type;
    Parts parts;
    bool fill_now = !fills_in_init(type);
    if (fill_now) {
        TRY(no_keywords(ts, type.tp_name, keywords));
        parts = parse(as<Tuple>(arguments));
        if (parts.number && PyLong_Check(parts.number) && &type == &_PyExc_OSError) {
            int overflow;
            long long number = TRY(int_as_long_long_overflow(ts, *parts.number, overflow));
            if (Type* found = overflow ? nullptr : class_for(long(number))) chosen = found;
        }
    }
    Object* made = chosen->tp_alloc(chosen, 0);
    if (!made) return failure;
    Ref<Object> self = Ref<Object>::steal(made);
    os_error(self).written = -1;
    if (fill_now) {
        TRY(fill(ts, os_error(self), as<Tuple>(arguments), parts));
    } else {
        exception_base(self).args = new_reference(obj(empty_tuple()));
    }
    return self;
}

Result<void> os_error_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    if (!fills_in_init(type_of(self))) return {};  // done in __new__
    TRY(no_keywords(ts, type_of(self).tp_name, keywords));
    return fill(ts, os_error(self), as<Tuple>(arguments), parse(as<Tuple>(arguments)));
}

Object& or_none(Object* value) { return value ? *value : none(); }

Result<Ref<Object>> os_error_str(ThreadState& ts, Object& self) {
    OSErrorObject& e = os_error(self);
    if (e.filename) {
        Object &number = or_none(e.myerrno), &text = or_none(e.strerror);
        if (e.filename2) return str_format(ts, "[Errno %S] %S: %R -> %R", &number, &text, e.filename, e.filename2);
        return str_format(ts, "[Errno %S] %S: %R", &number, &text, e.filename);
    }
    if (e.myerrno && e.strerror) return str_format(ts, "[Errno %S] %S", e.myerrno, e.strerror);
    return exception_str(ts, self);
}

Result<Ref<Object>> os_error_reduce(ThreadState& ts, Object& self) {
    OSErrorObject& e = os_error(self);
    Ref<Tuple> arguments = Ref<Tuple>::share(as<Tuple>(*e.args));
    if (tuple_size(arguments) == 2 && e.filename) {
        Object &number = tuple_item(arguments, 0), &text = tuple_item(arguments, 1);
        arguments = e.filename2 ? TRY(tuple_of(ts, number, text, *e.filename, none(), *e.filename2))
                                : TRY(tuple_of(ts, number, text, *e.filename));
    }
    if (e.dict) return tuple_of(ts, obj(type_of(self)), obj(*arguments), *e.dict);
    return tuple_of(ts, obj(type_of(self)), obj(*arguments));
}

Result<Py_ssize_t> get_written(ThreadState& ts, Object& self) {
    if (os_error(self).written == -1) return raise(ts, PyExc_AttributeError, "characters_written");
    return os_error(self).written;
}
Result<Ref<Object>> get_characters_written(ThreadState& ts, Object& self) {
    return int_from_ssize(ts, TRY(get_written(ts, self)));
}
Result<void> set_characters_written(ThreadState& ts, Object& self, Object* value) {
    if (!value) {
        TRY(get_written(ts, self));
        os_error(self).written = -1;
        return {};
    }
    os_error(self).written = TRY(number_as_ssize(ts, *value, PyExc_ValueError));
    return {};
}

constexpr MethodDef os_error_methods[] = {METHOD_PLAIN("__reduce__($self)", os_error_reduce, nullptr), METHOD_END};
constexpr PyMemberDef os_error_members[] = {
    EXCEPTION_MEMBER("errno", OSErrorObject, myerrno, 0, "POSIX exception code"),
    EXCEPTION_MEMBER("strerror", OSErrorObject, strerror, 0, "exception strerror"),
    EXCEPTION_MEMBER("filename", OSErrorObject, filename, 0, "exception filename"),
    EXCEPTION_MEMBER("filename2", OSErrorObject, filename2, 0, "second exception filename"),
    {}};
constexpr PyGetSetDef os_error_getset[] = {
    GETTER_SETTER("characters_written", get_characters_written, set_characters_written, nullptr), GETSET_END};

using Slots = ExceptionSlots<OSErrorObject, &OSErrorObject::myerrno, &OSErrorObject::strerror, &OSErrorObject::filename,
                             &OSErrorObject::filename2>;

}  // namespace
}  // namespace orochi

using namespace orochi;

extern "C" {

constinit PyTypeObject _PyExc_OSError = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "OSError",
    .tp_basicsize = sizeof(PyOSErrorObject),
    .tp_dealloc = Slots::dealloc,
    .tp_str = slot<os_error_str>,
    .tp_flags = kExceptionFlags,
    .tp_doc = "Base class for I/O related errors.",
    .tp_traverse = Slots::traverse,
    .tp_clear = Slots::clear_slot,
    .tp_methods = METHOD_TABLE(os_error_methods),
    .tp_members = MEMBER_TABLE(os_error_members),
    .tp_getset = GETSET_TABLE(os_error_getset),
    .tp_base = &_PyExc_Exception,
    .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),
    .tp_init = slot<os_error_init>,
    .tp_new = slot<os_error_new>,
};
EXCEPTION_POINTER(OSError);

#define OS_ERROR(NAME, BASE, DOC) \
    EXCEPTION_TYPE(NAME, BASE, PyOSErrorObject, Slots, nullptr, nullptr, nullptr, slot<os_error_init>, nullptr, DOC);
// LIKE is also used for other structs; those that follow from OSError are told apart by their base.
#define LIKE_OSError OS_ERROR
#define LIKE_ConnectionError OS_ERROR
#define LIKE_ImportError(...)
#define LIKE_NameError(...)
#define LIKE_SyntaxError(...)
#define LIKE_IndentationError(...)
#define LIKE(NAME, BASE, DOC) LIKE_##BASE(NAME, BASE, DOC)
#define PLAIN(NAME, BASE, DOC)
#define SPECIAL(NAME, BASE, DOC)
#include "objects/exceptions.def"
}
