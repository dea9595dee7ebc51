// Where a Pickler writes: a growing bytes object, cut into frames from protocol 4 on (PEP 3154), and emptied into the
// file's write() now and then.
#pragma once

#include <string_view>

#include "modules/pickle/opcodes.hpp"
#include "objects/bytes.hpp"

namespace orochi::pickle {

class Output {
public:
    // Starts a pickle. What a failed one left is dropped.
    void start();
    void set_framing(bool on) { framing_ = on; }
    // Room for `count` bytes, which the caller fills at once. Opens a frame when none is.
    Result<char*> extend(ThreadState& ts, size_t count) {
        size_t header = framing_ && frame_start_ < 0 ? kFrameHeader : 0;
        if (used_ + header + count > capacity_) [[unlikely]]
            TRY(grow(ts, header + count));
        if (header) {
            frame_start_ = Py_ssize_t(used_);
            used_ += kFrameHeader;
        }
        char* at = bytes_data(*buffer_) + used_;
        used_ += count;
        return at;
    }
    Result<void> put(ThreadState& ts, unsigned char byte) {
        *TRY(extend(ts, 1)) = char(byte);
        return {};
    }
    Result<void> put(ThreadState& ts, std::string_view bytes);
    // A header and its contents, of any size. Contents that fill a frame of their own stay outside of frames, and go to
    // `file_write` (null: none) without being copied; `contents`, when given, is the object they are.
    Result<void> put_block(ThreadState& ts, std::string_view header, std::string_view data, Object* contents,
                           Object* file_write);
    // Between two instructions: closes a frame that is full, and hands what there is to the file.
    Result<void> boundary(ThreadState& ts, Object* file_write);
    // Closes the last frame and gives what has been written since the last flush.
    Result<Ref<Bytes>> finish(ThreadState& ts);
    void release();

private:
    Result<void> grow(ThreadState& ts, size_t extra);
    void close_frame();
    Result<void> flush(ThreadState& ts, Object& file_write);

    Bytes* buffer_;  // owned; its last capacity_ - used_ bytes are free
    size_t used_, capacity_;
    Py_ssize_t frame_start_;  // -1: no frame is open
    bool framing_;
};

}  // namespace orochi::pickle
