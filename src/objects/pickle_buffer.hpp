// pickle.PickleBuffer (PEP 574): a buffer that pickle may hand over out of band.
#pragma once

#include "objects/object.hpp"

namespace orochi {

struct PickleBuffer {
    PyObject ob_base;
    Py_buffer view;  // of the object's memory; obj is null once released
    Object* weakrefs;
};

// The memory of a PickleBuffer, which owns the view. ValueError when it has been released.
Result<const Py_buffer*> pickle_buffer_view(ThreadState& ts, Object& buffer);

}  // namespace orochi
