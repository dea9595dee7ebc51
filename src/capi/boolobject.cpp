// boolobject.h, and PyIter_Send of abstract.h.
#include "execution/generator_methods.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyObject* PyBool_FromLong(long value) { return &bool_object(value != 0); }

int _PyGen_FetchStopIterationValue(PyObject** result) {
    auto value = fetch_stop_iteration_value(current_thread());
    *result = value.ok() ? std::move(value).take() : nullptr;
    return *result ? 0 : -1;
}

// send(value), or next() for None: what `yield from` and `await` do.
PySendResult PyIter_Send(PyObject* iterator, PyObject* value, PyObject** result) {
    ThreadState& ts = current_thread();
    PyAsyncMethods* methods = iterator->ob_type->tp_as_async;
    if (methods && methods->am_send) return methods->am_send(iterator, value, result);
    if (is_none(*value) && is_iterator(*iterator)) {
        *result = iterator->ob_type->tp_iternext(iterator);
    } else {
        *result = to_c(call_method(ts, *iterator, "send"_n, *value));
    }
    if (*result) return PYGEN_NEXT;
    if (_PyGen_FetchStopIterationValue(result) < 0) return PYGEN_ERROR;
    return PYGEN_RETURN;
}

}  // extern "C"
#pragma GCC visibility pop
