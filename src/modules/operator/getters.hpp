// itemgetter, attrgetter, methodcaller of the module _operator.
#pragma once

#include "modules/heap_type.hpp"

namespace orochi::operators {

Result<void> add_getters(ThreadState& ts, Object& module);

}  // namespace orochi::operators
