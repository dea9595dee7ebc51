// What of the module _imp the C API offers too.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Makes the frozen module of that name and runs it; None when there is none.
Result<Ref<Object>> init_frozen(ThreadState& ts, Str& name);

}  // namespace orochi
