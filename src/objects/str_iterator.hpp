// What the iterators of str, bytes, bytearray and memoryview share, and the types without a public symbol.
#pragma once

#include "objects/str.hpp"
#include "objects/tuple.hpp"

extern PyTypeObject orochi_str_ascii_iterator_type;

namespace orochi {

// A built-in function by name, for __reduce__; AttributeError when somebody deleted it.
Result<Ref<Object>> builtin_named(ThreadState& ts, Str& name);

}  // namespace orochi
