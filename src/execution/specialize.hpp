// Choosing specialised instructions (PEP 659). Each function looks at the operands of an adaptive instruction that
// is about to run, rewrites it in place when it knows a faster form, and sets its countdown.
#pragma once

#include "execution/frame.hpp"

namespace orochi {

// Turns a code object's instructions into their adaptive forms, once it has become warm.
void quicken(Code& code);

void specialize_load_global(ThreadState& ts, InterpreterFrame& frame, CodeWord* instruction, Object& name);
void specialize_load_attribute(ThreadState& ts, Object& owner, CodeWord* instruction, Object& name);
void specialize_store_attribute(ThreadState& ts, Object& owner, CodeWord* instruction, Object& name);
void specialize_load_method(ThreadState& ts, Object& owner, CodeWord* instruction, Object& name);
void specialize_binary_operation(Object& left, Object& right, CodeWord* instruction, int operation, Object** locals);
void specialize_compare(Object& left, Object& right, CodeWord* instruction, int operation);
void specialize_subscript(ThreadState& ts, Object& container, Object& key, CodeWord* instruction);
void specialize_store_subscript(Object& container, Object& key, CodeWord* instruction);
void specialize_unpack(Object& value, CodeWord* instruction, int count);
// `callable` is what will be called, arguments counted without it; `keyword_names` null or a tuple.
void specialize_precall(Object& callable, CodeWord* instruction, int count, bool has_keywords, bool is_method);
void specialize_call(ThreadState& ts, Object& callable, CodeWord* instruction, int count, bool has_keywords);

}  // namespace orochi
