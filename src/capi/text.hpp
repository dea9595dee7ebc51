// What the exported functions for text and bytes share.
#pragma once

#include <cwchar>

#include "objects/codecs.hpp"
#include "objects/str_internal.hpp"

namespace orochi::capi {

// TypeError "bad argument type for built-in operation" unless it is a str.
inline bool check_str(ThreadState& ts, Object* object) {
    if (object && PyUnicode_Check(object)) [[likely]]
        return true;
    (void)raise(ts, PyExc_TypeError, "bad argument type for built-in operation");
    return false;
}
inline int failed(Failure) { return -1; }

}  // namespace orochi::capi
