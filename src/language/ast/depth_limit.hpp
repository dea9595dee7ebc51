// How deep the walkers over the tree may go: so many levels, and so far down
// the C stack. A walker that is not allowed further reports a RecursionError.
#pragma once

#include <cstddef>
#include <cstdint>

namespace orochi::language {

struct DepthLimit {
    int levels = 3000;
    uintptr_t stack_end = 0;  // no frame may lie below this address

    bool allows(int depth) const {
        return depth <= levels && reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) > stack_end;
    }

    // So many levels, and so many bytes of C stack from the caller's frame on.
    static DepthLimit from_here(int levels, size_t stack_bytes) {
        auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
        return {levels, here > stack_bytes ? here - stack_bytes : 0};
    }
};

}  // namespace orochi::language
