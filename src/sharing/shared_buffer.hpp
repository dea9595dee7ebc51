// A buffer (PEP 3118) of one interpreter that others look at, without copying.
//
// The owner's object stays exported, and the owner's memory stays even when the interpreter ends, until the last one
// that looks at it is done. Releasing an export is work for the owner: it does so at its next pending calls.
// Who writes to a shared buffer while others read it needs a channel or queue between them, as threads do.
#pragma once

#include <memory>
#include <vector>

#include "objects/object.hpp"

namespace orochi {

// What an interpreter has exported; outlives it while somebody looks.
struct Exports {
    base::Mutex mutex;
    Interpreter* interpreter;  // null: has ended
    std::vector<Py_buffer> done;
    bool scheduled = false;

    // Releases what others are done with. Called by the owner.
    void release_done();
};

class SharedBuffer {
public:
    // Exports the object's buffer. Fails as PyObject_GetBuffer does.
    static Result<std::shared_ptr<const SharedBuffer>> from(ThreadState& ts, Object& object);
    explicit SharedBuffer(std::shared_ptr<Exports> exports, Interpreter& owner, const Py_buffer& view);
    ~SharedBuffer();
    SharedBuffer(const SharedBuffer&) = delete;

    // A memoryview of it in the current interpreter.
    static Result<Ref<Object>> view(ThreadState& ts, std::shared_ptr<const SharedBuffer> buffer);

private:
    friend struct BufferObject;
    std::shared_ptr<Exports> exports_;
    Interpreter& owner_;
    Py_buffer view_;
};

// The type whose instances export a SharedBuffer in the interpreters that receive it.
Result<Ref<Type>> make_shared_buffer_type(ThreadState& ts, Object& module);

}  // namespace orochi
