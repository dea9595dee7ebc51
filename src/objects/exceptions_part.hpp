// What the exception classes keep for each interpreter (Part::kExceptions).
#pragma once

#include "objects/object.hpp"

namespace orochi {

inline constexpr int kSavedMemoryErrors = 16;

struct ExceptionsPart {
    Object* memory_errors;  // dead instances ready to be raised, chained through their dict member
    int memory_error_count;
    Object* exception_group;  // the class ExceptionGroup; owned
    Object* unraisable_args;  // the class sys.UnraisableHookArgs; owned; made on demand
};

inline ExceptionsPart* exceptions_part(ThreadState& ts) {
    return part<ExceptionsPart>(ts.interpreter(), Part::kExceptions);
}

Result<Ref<Object>> exception_group_class_new(ThreadState& ts);

}  // namespace orochi
