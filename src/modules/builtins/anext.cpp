// What anext(iterator, default) awaits: the iterator's awaitable, with StopAsyncIteration turned into the default.
#include "execution/operations.hpp"
#include "modules/builtins/functions.hpp"
#include "objects/object.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

extern "C" PyTypeObject orochi_anext_awaitable_type;

namespace orochi::builtins {

namespace {

struct AnextAwaitable {
    PyObject ob_base;
    Object* wrapped;
    Object* fallback;
};

void anext_dealloc(Object& self) {
    gc_untrack_if_tracked(self);
    clear(as<AnextAwaitable>(self).wrapped);
    clear(as<AnextAwaitable>(self).fallback);
    free_container(self);
}
int anext_traverse(Object* self, visitproc visit, void* argument) {
    for (Object* part : {as<AnextAwaitable>(*self).wrapped, as<AnextAwaitable>(*self).fallback}) {
        if (int stop = visit(part, argument)) return stop;
    }
    return 0;
}

// The iterator behind the awaitable that was given.
Result<Ref<Object>> inner_iterator(ThreadState& ts, AnextAwaitable& self) {
    Ref<Object> awaitable = TRY(get_awaitable(ts, *self.wrapped, 0));
    if (type_of(*awaitable).tp_iternext) return awaitable;
    // A coroutine is awaited through the iterator its am_await gives.
    Ref<Object> iterator = TRY(Result<Ref<Object>>::adopt(type_of(*awaitable).tp_as_async->am_await(awaitable.get())));
    if (!is_iterator(*iterator)) return raise(ts, PyExc_TypeError, "__await__ returned a non-iterable");
    return iterator;
}

// StopAsyncIteration ends the await with the default.
Failure end_with_default(ThreadState& ts, AnextAwaitable& self) {
    if (error_matches(ts, PyExc_StopAsyncIteration)) {
        error_clear(ts);
        return raise_value(ts, PyExc_StopIteration, self.fallback);
    }
    return failure;
}

Result<OptRef<Object>> anext_next(ThreadState& ts, AnextAwaitable& self) {
    Ref<Object> iterator = TRY(inner_iterator(ts, self));
    Object* result = type_of(*iterator).tp_iternext(iterator.get());
    if (result) return OptRef<Object>::steal(result);
    if (!error_pending(ts)) return nullptr;
    return end_with_default(ts, self);
}
Result<Ref<Object>> forward(ThreadState& ts, AnextAwaitable& self, Object& method, Rest arguments) {
    Ref<Object> iterator = TRY(inner_iterator(ts, self));
    Ref<Object> bound = TRY(getattr(ts, *iterator, method));
    auto result = call_vector(ts, *bound, arguments.items, size_t(arguments.count));
    if (result.ok()) return result;
    return end_with_default(ts, self);
}
Result<Ref<Object>> anext_send(ThreadState& ts, AnextAwaitable& self, Rest arguments) {
    return forward(ts, self, "send"_n, arguments);
}
Result<Ref<Object>> anext_throw(ThreadState& ts, AnextAwaitable& self, Rest arguments) {
    return forward(ts, self, "throw"_n, arguments);
}
Result<Ref<Object>> anext_close(ThreadState& ts, AnextAwaitable& self, Rest arguments) {
    return forward(ts, self, "close"_n, arguments);
}

constexpr MethodDef anext_methods[] = {
    METHOD_PLAIN(
        "send($self, *args)", anext_send,
        "send(arg) -> send 'arg' into the wrapped iterator,\nreturn next yielded value or raise StopIteration."),
    METHOD_PLAIN("throw($self, *args)", anext_throw,
                 "throw(value)\nthrow(typ[,val[,tb]])\n\nraise exception in the wrapped iterator, return next yielded "
                 "value\nor raise StopIteration."),
    METHOD_PLAIN("close($self, *args)", anext_close, "close() -> raise GeneratorExit inside generator."), METHOD_END};
const PyAsyncMethods anext_async = {.am_await = PyObject_SelfIter};

}  // namespace

Result<Ref<Object>> anext_awaitable_new(ThreadState& ts, Object& awaitable, Object& fallback) {
    Ref<AnextAwaitable> made = TRY(new_container<AnextAwaitable>(ts, orochi_anext_awaitable_type));
    made->wrapped = new_reference(awaitable);
    made->fallback = new_reference(fallback);
    gc_track(ts, obj(*made));
    return made;
}

}  // namespace orochi::builtins

using namespace orochi;
using namespace orochi::builtins;

extern "C" {
constinit PyTypeObject orochi_anext_awaitable_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "anext_awaitable",
    .tp_basicsize = sizeof(AnextAwaitable),
    .tp_dealloc = slot<anext_dealloc>,
    .tp_as_async = const_cast<PyAsyncMethods*>(&anext_async),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = anext_traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<anext_next>,
    .tp_methods = METHOD_TABLE(anext_methods),
};
}
