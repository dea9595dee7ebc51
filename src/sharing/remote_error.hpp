// What went wrong in another interpreter, as data.
#pragma once

#include <string>

#include "objects/object.hpp"
#include "sharing/shared_value.hpp"

namespace orochi {

struct RemoteError {
    bool failed = false;
    SharedValue name, qualified_name, module;  // of the exception's class
    SharedValue message;                       // str() of it
    std::string known_name;                    // the same without memory of the interpreter, should it have none left
    std::string display;                       // as the interpreter would print it, with its traceback; WTF-8
    SharedValue pickle;                        // of the exception with its notes and causes; None if it has none

    // Takes the pending exception, in the interpreter where it happened.
    void take(ThreadState& ts);
    // (name, qualified name, module, message, display, pickle), in the interpreter that asked.
    Result<Ref<Object>> make(ThreadState& ts);
};

}  // namespace orochi
