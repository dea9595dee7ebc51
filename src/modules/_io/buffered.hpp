// Buffered files: BufferedReader, BufferedWriter and BufferedRandom are one struct.
//
// The buffer holds bytes that were read ahead, data[pos, end), or bytes that are still to be written, data[0, end) with
// `writing` set, never both: switching direction seeks back over what was read ahead, or flushes. `raw_position`
// is where the raw file stands, when known, so that seeking inside the buffer needs no call.
//
// While the raw file works the interpreter lock is free, so each object has a lock of its own; a thread that comes
// again to an object that it has locked (from a signal handler, say) gets a RuntimeError.
#pragma once

#include "base/futex_lock.hpp"
#include "modules/_io/io.hpp"

namespace orochi {

struct Buffered : IoBase {
    Object* raw;
    bool ok, detached, readable, writable, finalizing;
    bool writing;
    char* data;
    Py_ssize_t size, pos, end;
    long long raw_position;  // -1: not known
    base::Mutex* mutex;      // in the heap, as everything of a file that may end silently
    std::atomic<ThreadState*> owner;
    auto members() { return std::array{&raw}; }
    void begin_finalizing() { finalizing = true; }
    void release();
};

// For text files.
inline bool is_plain_reader(ThreadState& ts, Object* buffer) {
    IoState& state = io_state(ts);
    Type* type = &type_of(*buffer);
    return type == state.buffered_reader || type == state.buffered_random;
}
// At most one read of the raw file: new bytes.
Result<Ref<Object>> buffered_read1(ThreadState& ts, Buffered& self, Py_ssize_t size);
Result<Ref<Object>> buffered_read(ThreadState& ts, Buffered& self, Py_ssize_t size);
Result<Py_ssize_t> buffered_write_bytes(ThreadState& ts, Buffered& self, const char* data, Py_ssize_t size);
Result<void> buffered_flush(ThreadState& ts, Buffered& self);

}  // namespace orochi
