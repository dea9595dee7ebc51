// Where an Unpickler reads: from a buffer, or from a file through read(), readline(), and peek() and readinto() when it
// has them. What was peeked is taken from the file when it has been used, so that the file ends up just behind the
// pickle.
#pragma once

#include <string_view>

#include "objects/object.hpp"

namespace orochi::pickle {

struct Input {
    // The object that holds the bytes, and the file's methods: owned by the Unpickler, null when there are none.
    Object *holder, *peek, *read, *readline, *readinto;
    const char* data;
    size_t size, next;
    size_t taken;  // bytes before this are no longer in the file

    // Reads from this str of bytes, kept by `owner`.
    void set_bytes(Object& owner, std::string_view bytes);
    // Reads from a file. TypeError "file must have 'read' and 'readline' attributes".
    Result<void> set_file(ThreadState& ts, Object& file);
    // The next `count` bytes; valid until the next call. `truncated` is the class of the error when there are fewer.
    Result<const char*> take(ThreadState& ts, size_t count, Object* truncated) {
        if (count <= size - next) [[likely]] {
            const char* at = data + next;
            next += count;
            return at;
        }
        return take_more(ts, count, truncated);
    }
    // The next line with its end. Likewise.
    Result<std::string_view> take_line(ThreadState& ts, Object* truncated);
    // Fills a block of a bytes object that is being made.
    Result<void> take_into(ThreadState& ts, char* out, size_t count, Object* truncated);
    // At the end of a pickle: the file's position is what has been used.
    Result<void> settle(ThreadState& ts);

private:
    Result<const char*> take_more(ThreadState& ts, size_t count, Object* truncated);
    // Replaces what there is by what `method(argument)` of the file gives, and by what can be peeked behind it.
    Result<void> fill(ThreadState& ts, Object& method, Object* argument, size_t wanted);
};

}  // namespace orochi::pickle
