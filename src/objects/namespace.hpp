// types.SimpleNamespace.
#pragma once

#include "objects/object.hpp"

extern "C" PyTypeObject _PyNamespace_Type;

namespace orochi {

// A new namespace with the attributes of `dict` (may be null).
Result<Ref<Object>> namespace_new(ThreadState& ts, Object* dict);

}  // namespace orochi
