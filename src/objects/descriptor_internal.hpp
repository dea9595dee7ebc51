// What the five kinds of native descriptors share.
#pragma once

#include "objects/native.hpp"
#include "objects/object.hpp"

namespace orochi {

using Descriptor = PyDescrObject;

// A tracked descriptor of `descriptor_type`; the part after the common head is for the caller to fill.
Result<Ref<Object>> descriptor_new(ThreadState& ts, Type& descriptor_type, Type& owner, const char* name);
void descriptor_dealloc(Descriptor& self);
int descriptor_traverse(Object* self, visitproc visit, void* argument);
Result<Ref<Object>> descriptor_repr(ThreadState& ts, Object& self, const char* format);
Result<Ref<Object>> descriptor_qualified_name(ThreadState& ts, Descriptor& self);
Result<Ref<Object>> descriptor_reduce(ThreadState& ts, Descriptor& self);
extern const PyMemberDef descriptor_members[];

[[gnu::cold]] Failure raise_wrong_object(ThreadState& ts, Object& descriptor, Object& object);
// TypeError unless the object is an instance of the descriptor's class.
Result<void> check_object(ThreadState& ts, Object& descriptor, Object& object);

}  // namespace orochi
