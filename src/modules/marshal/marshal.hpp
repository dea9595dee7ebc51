// The marshal format of CPython 3.11 (version 4): what .pyc files and frozen modules hold.
#pragma once

#include <string>
#include <string_view>

#include "objects/object.hpp"

namespace orochi {

inline constexpr int kMarshalVersion = 4;

// One value from the start of `data`; `*used`, when given, is how many bytes it took. EOFError, ValueError or
// TypeError for bad data. `allow_code` has no meaning before 3.13.
Result<Ref<Object>> marshal_loads(ThreadState& ts, std::string_view data, size_t* used = nullptr);
// Bytes from a file object's readinto() or read().
Result<Ref<Object>> marshal_load(ThreadState& ts, Object& file);
// ValueError "unmarshallable object" when the value, or something in it, has no such form. Raises the auditing event
// "marshal.dumps".
Result<Ref<Object>> marshal_dumps(ThreadState& ts, Object& value, int version);

}  // namespace orochi
