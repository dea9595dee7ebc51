// What stock extension modules read of CPython's private variable `_PyRuntime`.
//
// _ctypes, _asyncio, _zoneinfo, _lsprof and _curses were compiled with CPython's inline functions for "the current
// thread state" and "the int zero", which read a variable of the process: `_PyRuntime.gilstate.tstate_current`, which
// CPython's lock keeps equal to its holder, and an item of `_PyRuntime.global_objects.singletons.small_ints`. Here each
// interpreter has a lock of its own. But each also has its own image of an extension, and the image reads the
// variable's address from a slot that the dynamic linker filled. So the slot is made to point to a block of the
// interpreter, whose `tstate_current` is the holder of that interpreter's lock.
//
// The offsets are those of internal/pycore_runtime.h and pycore_global_objects.h as libpython3.11-dev installs them,
// and cannot change within 3.11, since they are compiled into extension modules (objdump -d shows them there). What
// else the variable has is not offered: it reads as zero up to the small ints, and cannot be read at all behind them.
#pragma once

#include <atomic>
#include <memory>

#include "objects/int.hpp"

namespace orochi {

struct RuntimeBlock {
    char before_thread[0x240];
    std::atomic<ThreadState*> tstate_current;
    char before_ints[0x60];
    SmallInts small_ints;  // equal to the real ones, and as immortal
};
static_assert(offsetof(RuntimeBlock, tstate_current) == 0x240);
static_assert(offsetof(RuntimeBlock, small_ints) == 0x2a8);

struct RuntimeBlockDeleter {
    void operator()(RuntimeBlock* block) const;
};
// Null: out of memory.
std::shared_ptr<RuntimeBlock> runtime_block_new();

// Whether the loaded object refers to `_PyRuntime`.
bool image_wants_runtime_block(void* handle);
// Makes it refer to the block. False: errno says why.
bool image_set_runtime_block(void* handle, RuntimeBlock& block);

}  // namespace orochi
