// Asynchronous generators (PEP 525): the type, and the awaitables that asend(), athrow() and aclose() return.
//
// A value that an asynchronous generator yields is wrapped, so that it can be told from what it awaits: the
// awaitable unwraps it into StopIteration(value), which ends the await, and passes everything else on to
// the event loop.
#include "execution/generator_methods.hpp"
#include "objects/exceptions.hpp"
#include "objects/generic_alias.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

enum class AwaitState : int { kInit, kIterating, kClosed };

struct WrappedValue {
    PyObject ob_base;
    Object* value;
};
struct Asend {
    PyObject ob_base;
    Generator* generator;
    Object* value;
    AwaitState state;
};
struct Athrow {
    PyObject ob_base;
    Generator* generator;
    Object* arguments;  // null: aclose()
    AwaitState state;
};

// The hooks of sys.set_asyncgen_hooks, on first iteration.
Result<void> init_hooks(ThreadState& ts, Generator& generator) {
    if (generator.gi_hooks_inited) return {};
    generator.gi_hooks_inited = 1;
    generator.gi_origin_or_finalizer = new_reference_optional(ts.async_gen_finalizer);
    if (Object* first = ts.async_gen_firstiter) {
        Ref<Object> held = Ref<Object>::share(*first);
        TRY(call(ts, *held, obj(generator)));
    }
    return {};
}

// What the generator gave, seen from the await: a wrapped value ends it with StopIteration.
Result<OptRef<Object>> unwrap(ThreadState& ts, Generator& generator, Result<OptRef<Object>>&& result) {
    OptRef<Object> value;
    if (result.ok()) value = std::move(result).take();
    if (!value) {
        if (!error_pending(ts)) (void)raise_class(ts, PyExc_StopAsyncIteration);
        if (error_matches(ts, PyExc_StopAsyncIteration) || error_matches(ts, PyExc_GeneratorExit)) {
            generator.gi_closed = 1;
        }
        generator.gi_running_async = 0;
        return failure;
    }
    if (&type_of(*value) == &_PyAsyncGenWrappedValue_Type) {
        generator.gi_running_async = 0;
        TRY(raise_stop_iteration(ts, *as<WrappedValue>(*value).value));
        return failure;
    }
    return value;
}

// ---- asend and __anext__

Result<Ref<Object>> asend_new(ThreadState& ts, Generator& generator, Object* value) {
    TRY(init_hooks(ts, generator));
    Ref<Asend> asend = TRY(new_container<Asend>(ts, _PyAsyncGenASend_Type));
    asend->generator = &generator;
    incref(generator);
    asend->value = new_reference_optional(value);
    asend->state = AwaitState::kInit;
    gc_track(ts, obj(*asend));
    return asend;
}
void asend_dealloc(Asend& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.generator);
    clear(self.value);
    free_container(obj(self));
}
int asend_traverse(Asend& self, visitproc visit, void* arg) {
    Py_VISIT(self.generator);
    Py_VISIT(self.value);
    return 0;
}
Result<OptRef<Object>> asend_send(ThreadState& ts, Asend& self, Object& given) {
    if (self.state == AwaitState::kClosed) {
        return raise(ts, PyExc_RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    }
    Object* argument = &given;
    if (self.state == AwaitState::kInit) {
        if (self.generator->gi_running_async) {
            return raise(ts, PyExc_RuntimeError, "anext(): asynchronous generator is already running");
        }
        if (is_none(given)) argument = self.value;
        self.state = AwaitState::kIterating;
    }
    self.generator->gi_running_async = 1;
    auto result = unwrap(ts, *self.generator,
                         generator_send_ex(ts, *self.generator, argument ? argument : &none(), false, false));
    if (!result.ok()) self.state = AwaitState::kClosed;
    return result;
}
Result<OptRef<Object>> asend_next(ThreadState& ts, Asend& self) { return asend_send(ts, self, none()); }
Result<Ref<Object>> asend_send_method(ThreadState& ts, Asend& self, Object& value) {
    OptRef<Object> result = TRY(asend_send(ts, self, value));
    return result.take();
}
Result<Ref<Object>> asend_throw(ThreadState& ts, Asend& self, Object& type, Object* value, Object* traceback) {
    if (self.state == AwaitState::kClosed) {
        return raise(ts, PyExc_RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    }
    auto result =
        unwrap(ts, *self.generator, generator_throw_keeping_delegate(ts, *self.generator, type, value, traceback));
    if (!result.ok()) {
        self.state = AwaitState::kClosed;
        return failure;
    }
    return std::move(result).take().take();
}
void asend_close(Asend& self) { self.state = AwaitState::kClosed; }

// ---- athrow and aclose

Result<Ref<Object>> athrow_new(ThreadState& ts, Generator& generator, Object* arguments) {
    TRY(init_hooks(ts, generator));
    Ref<Athrow> athrow = TRY(new_container<Athrow>(ts, _PyAsyncGenAThrow_Type));
    athrow->generator = &generator;
    incref(generator);
    athrow->arguments = new_reference_optional(arguments);
    athrow->state = AwaitState::kInit;
    gc_track(ts, obj(*athrow));
    return athrow;
}
void athrow_dealloc(Athrow& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.generator);
    clear(self.arguments);
    free_container(obj(self));
}
int athrow_traverse(Athrow& self, visitproc visit, void* arg) {
    Py_VISIT(self.generator);
    Py_VISIT(self.arguments);
    return 0;
}

constexpr const char* kIgnoredExit = "async generator ignored GeneratorExit";

// aclose(): the generator must not yield any more, and the two ways of ending are its success.
Result<OptRef<Object>> close_result(ThreadState& ts, Athrow& self, Result<OptRef<Object>>&& result) {
    Generator& generator = *self.generator;
    if (result.ok()) {
        OptRef<Object> value = std::move(result).take();
        if (value && &type_of(*value) == &_PyAsyncGenWrappedValue_Type) {
            generator.gi_running_async = 0;
            self.state = AwaitState::kClosed;
            return raise(ts, PyExc_RuntimeError, kIgnoredExit);
        }
        if (value) return value;
        (void)raise_class(ts, PyExc_StopAsyncIteration);
    }
    generator.gi_running_async = 0;
    self.state = AwaitState::kClosed;
    if (error_matches(ts, PyExc_StopAsyncIteration) || error_matches(ts, PyExc_GeneratorExit)) {
        error_clear(ts);
        return raise_class(ts, PyExc_StopIteration);
    }
    return failure;
}

Result<OptRef<Object>> athrow_send(ThreadState& ts, Athrow& self, Object& given) {
    Generator& generator = *self.generator;
    if (self.state == AwaitState::kClosed || generator_state(generator) >= GeneratorState::kCompleted) {
        if (self.state == AwaitState::kClosed) {
            return raise(ts, PyExc_RuntimeError, "cannot reuse already awaited aclose()/athrow()");
        }
        self.state = AwaitState::kClosed;
        return raise_class(ts, PyExc_StopIteration);
    }
    if (self.state == AwaitState::kInit) {
        if (generator.gi_running_async) {
            self.state = AwaitState::kClosed;
            return raise(ts, PyExc_RuntimeError,
                         self.arguments ? "athrow(): asynchronous generator is already running"
                                        : "aclose(): asynchronous generator is already running");
        }
        if (generator.gi_closed) {
            self.state = AwaitState::kClosed;
            return raise_class(ts, PyExc_StopAsyncIteration);
        }
        if (!is_none(given)) {
            return raise(ts, PyExc_RuntimeError, "can't send non-None value to a just-started async generator");
        }
        self.state = AwaitState::kIterating;
        generator.gi_running_async = 1;
        if (!self.arguments) {
            generator.gi_closed = 1;
            return close_result(
                ts, self, generator_throw_keeping_delegate(ts, generator, *PyExc_GeneratorExit, nullptr, nullptr));
        }
        Tuple& arguments = *as<Tuple>(self.arguments);
        Py_ssize_t count = tuple_size(arguments);
        auto result = generator_throw_keeping_delegate(ts, generator, tuple_item(arguments, 0),
                                                       count > 1 ? &tuple_item(arguments, 1) : nullptr,
                                                       count > 2 ? &tuple_item(arguments, 2) : nullptr);
        auto unwrapped = unwrap(ts, generator, std::move(result));
        if (!unwrapped.ok()) self.state = AwaitState::kClosed;
        return unwrapped;
    }
    auto result = generator_send_ex(ts, generator, &given, false, false);
    if (self.arguments) {
        auto unwrapped = unwrap(ts, generator, std::move(result));
        if (!unwrapped.ok()) self.state = AwaitState::kClosed;
        return unwrapped;
    }
    return close_result(ts, self, std::move(result));
}
Result<OptRef<Object>> athrow_next(ThreadState& ts, Athrow& self) { return athrow_send(ts, self, none()); }
Result<Ref<Object>> athrow_send_method(ThreadState& ts, Athrow& self, Object& value) {
    OptRef<Object> result = TRY(athrow_send(ts, self, value));
    return result.take();
}
Result<Ref<Object>> athrow_throw(ThreadState& ts, Athrow& self, Object& type, Object* value, Object* traceback) {
    if (self.state == AwaitState::kClosed) {
        return raise(ts, PyExc_RuntimeError, "cannot reuse already awaited aclose()/athrow()");
    }
    auto result = generator_throw_keeping_delegate(ts, *self.generator, type, value, traceback);
    if (self.arguments) {
        auto unwrapped = unwrap(ts, *self.generator, std::move(result));
        if (!unwrapped.ok()) {
            self.state = AwaitState::kClosed;
            return failure;
        }
        return std::move(unwrapped).take().take();
    }
    OptRef<Object> closed = TRY(close_result(ts, self, std::move(result)));
    return closed.take();
}
void athrow_close(Athrow& self) { self.state = AwaitState::kClosed; }

// ---- The generator

Result<Ref<Str>> generator_repr(ThreadState& ts, Generator& self) {
    return str_format(ts, "<async_generator object %S at %p>", self.gi_qualname, &self);
}
int traverse(Generator& self, visitproc visit, void* arg) { return generator_traverse(self, visit, arg); }
Result<Ref<Object>> generator_anext(ThreadState& ts, Generator& self) { return asend_new(ts, self, nullptr); }
Result<Ref<Object>> generator_asend(ThreadState& ts, Generator& self, Object& value) {
    return asend_new(ts, self, &value);
}
Result<Ref<Object>> generator_aclose(ThreadState& ts, Generator& self) { return athrow_new(ts, self, nullptr); }
Result<Ref<Object>> generator_athrow(ThreadState& ts, Generator& self, Object& type, Object* value, Object* traceback) {
    Object* items[] = {&type, value, traceback};
    Ref<Tuple> arguments = TRY(tuple_from_items(ts, items, traceback ? 3 : value ? 2 : 1));
    return athrow_new(ts, self, obj(arguments.get()));
}
Result<Ref<Object>> generic_alias_of(ThreadState& ts, Object& type, Object& item) {
    return generic_alias_new(ts, type, item);
}
Result<Ref<Object>> get_name(ThreadState& ts, Generator& self) { return Ref<Object>::share(*self.gi_name); }
Result<Ref<Object>> get_qualname(ThreadState& ts, Generator& self) { return Ref<Object>::share(*self.gi_qualname); }
Result<void> set_name(ThreadState& ts, Generator& self, Object* value) {
    if (!value || !PyUnicode_Check(value)) return raise(ts, PyExc_TypeError, "__name__ must be set to a string object");
    assign(self.gi_name, OptRef<Object>::share(value));
    return {};
}
Result<void> set_qualname(ThreadState& ts, Generator& self, Object* value) {
    if (!value || !PyUnicode_Check(value))
        return raise(ts, PyExc_TypeError, "__qualname__ must be set to a string object");
    assign(self.gi_qualname, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_await(ThreadState& ts, Generator& self) {
    OptRef<Object> delegate = generator_yield_from(self);
    if (!delegate) return new_none();
    return delegate.take();
}
Result<Ref<Object>> get_frame(ThreadState& ts, Generator& self) {
    TRY(audit(ts, "object.__getattr__", "Os", &self, "ag_frame"));
    if (generator_state(self) >= GeneratorState::kCleared) return new_none();
    Frame* frame = frame_object(ts, generator_frame(self));
    if (!frame) return failure;
    return Ref<Object>::share(obj(*frame));
}

constexpr MethodDef generator_methods[] = {
    METHOD_PLAIN("asend($self, value, /)", generator_asend, "asend(v) -> send 'v' in generator."),
    METHOD_PLAIN("athrow($self, type, value=None, traceback=None, /)", generator_athrow,
                 "athrow(value)\nathrow(type[,value[,tb]])\n\nraise exception in generator."),
    METHOD_PLAIN("aclose($self)", generator_aclose, "aclose() -> raise GeneratorExit inside generator."),
    METHOD_PLAIN("__sizeof__($self)", generator_sizeof, "gen.__sizeof__() -> size of gen in memory, in bytes"),
    METHOD_FLAGS("__class_getitem__($type, object, /)", generic_alias_of, "See PEP 585", METH_CLASS),
    METHOD_END};
constexpr PyMemberDef generator_members[] = {
    {"ag_running", T_BOOL, offsetof(Generator, gi_running_async), READONLY, nullptr},
    {"ag_code", T_OBJECT, offsetof(Generator, gi_code), READONLY | PY_AUDIT_READ, nullptr},
    {nullptr, 0, 0, 0, nullptr}};
constexpr PyGetSetDef generator_getset[] = {
    GETTER_SETTER("__name__", get_name, set_name, "name of the async generator"),
    GETTER_SETTER("__qualname__", get_qualname, set_qualname, "qualified name of the async generator"),
    GETTER("ag_await", get_await, "object being awaited on, or None"), GETTER("ag_frame", get_frame, nullptr),
    GETSET_END};

constexpr MethodDef asend_methods[] = {
    METHOD_PLAIN("send($self, value, /)", asend_send_method, nullptr),
    METHOD_PLAIN("throw($self, type, value=None, traceback=None, /)", asend_throw, nullptr),
    METHOD_PLAIN("close($self)", asend_close, nullptr), METHOD_END};
constexpr MethodDef athrow_methods[] = {
    METHOD_PLAIN("send($self, value, /)", athrow_send_method, nullptr),
    METHOD_PLAIN("throw($self, type, value=None, traceback=None, /)", athrow_throw, nullptr),
    METHOD_PLAIN("close($self)", athrow_close, nullptr), METHOD_END};

void wrapped_dealloc(WrappedValue& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.value);
    free_container(obj(self));
}
int wrapped_traverse(WrappedValue& self, visitproc visit, void* arg) {
    Py_VISIT(self.value);
    return 0;
}

PyAsyncMethods generator_as_async = {.am_aiter = PyObject_SelfIter, .am_anext = slot<generator_anext>};
PyAsyncMethods await_as_async = {.am_await = PyObject_SelfIter};

}  // namespace

Result<Ref<Object>> async_generator_wrap(ThreadState& ts, Object& value) {
    Ref<WrappedValue> wrapped = TRY(new_container<WrappedValue>(ts, _PyAsyncGenWrappedValue_Type));
    wrapped->value = new_reference(value);
    gc_track(ts, obj(*wrapped));
    return wrapped;
}

}  // namespace orochi

using namespace orochi;

PyTypeObject PyAsyncGen_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "async_generator",
    .tp_basicsize = offsetof(Generator, gi_iframe) + offsetof(InterpreterFrame, localsplus),
    .tp_itemsize = sizeof(Object*),
    .tp_dealloc = slot<generator_dealloc>,
    .tp_as_async = &generator_as_async,
    .tp_repr = slot<generator_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<traverse>,
    .tp_weaklistoffset = offsetof(Generator, gi_weakreflist),
    .tp_methods = METHOD_TABLE(generator_methods),
    .tp_members = MEMBER_TABLE(generator_members),
    .tp_getset = GETSET_TABLE(generator_getset),
    .tp_finalize = slot<generator_tp_finalize>,
};
PyTypeObject _PyAsyncGenASend_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "async_generator_asend",
    .tp_basicsize = sizeof(Asend),
    .tp_dealloc = slot<asend_dealloc>,
    .tp_as_async = &await_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<asend_traverse>,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<asend_next>,
    .tp_methods = METHOD_TABLE(asend_methods),
};
PyTypeObject _PyAsyncGenAThrow_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "async_generator_athrow",
    .tp_basicsize = sizeof(Athrow),
    .tp_dealloc = slot<athrow_dealloc>,
    .tp_as_async = &await_as_async,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<athrow_traverse>,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<athrow_next>,
    .tp_methods = METHOD_TABLE(athrow_methods),
};
PyTypeObject _PyAsyncGenWrappedValue_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "async_generator_wrapped_value",
    .tp_basicsize = sizeof(WrappedValue),
    .tp_dealloc = slot<wrapped_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<wrapped_traverse>,
};
