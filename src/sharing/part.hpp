// What sharing keeps for each interpreter (Part::kSharing): its exports, what it holds, and the types of the module
// _interpreters, which the values that arrive need.
#pragma once

#include "sharing/held.hpp"
#include "sharing/shared_buffer.hpp"
#include "state/interpreter.hpp"

namespace orochi {

struct SharingPart {
    std::shared_ptr<Exports> exports;
    HeldLink held;                // what objects of the interpreter hold of the process
    Type* buffer_type = nullptr;  // these belong to the module, and are null when it is gone
    Type* mailbox_type = nullptr;
    Type* reference_type = nullptr;
    std::vector<long long>
        left_references;  // to interpreters, by objects that outlive this; see interpreter_reference.hpp
};

// Made on first use.
SharingPart& sharing_part(ThreadState& ts);
// The same, after making sure that the module _interpreters is there.
Result<SharingPart*> sharing_part_with_types(ThreadState& ts);

}  // namespace orochi
