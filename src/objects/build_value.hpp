// Py_BuildValue: Python values from a format and C values ("Parsing arguments and building values" in the manual).
#pragma once

#include <cstdarg>

#include "objects/object.hpp"

namespace orochi {

// One value, or a tuple when the format has several items; None for an empty format.
Result<Ref<Object>> build_value_v(ThreadState& ts, const char* format, va_list* arguments);
Result<Ref<Object>> build_value(ThreadState& ts, const char* format, ...);
// Always a tuple.
Result<Ref<Tuple>> build_tuple_v(ThreadState& ts, const char* format, va_list* arguments);

}  // namespace orochi
