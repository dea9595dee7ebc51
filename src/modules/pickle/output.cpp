#include "modules/pickle/output.hpp"

#include <algorithm>
#include <cstring>

#include "base/bits.hpp"
#include "objects/containers.hpp"

namespace orochi::pickle {

void Output::start() {
    used_ = 0;
    frame_start_ = -1;
    framing_ = false;
}

Result<void> Output::grow(ThreadState& ts, size_t extra) {
    if (extra > size_t(PY_SSIZE_T_MAX) / 2 - used_) return raise_no_memory(ts);
    size_t capacity = std::max<size_t>(1024, (used_ + extra) + (used_ + extra) / 2);
    OptRef<Bytes> old = OptRef<Bytes>::steal(std::exchange(buffer_, nullptr));
    capacity_ = 0;
    auto grown = old ? bytes_resize(ts, old.take(), Py_ssize_t(capacity)) : bytes_new(ts, Py_ssize_t(capacity));
    if (!grown.ok()) {
        used_ = 0;
        return failure;
    }
    buffer_ = std::move(grown).release();
    capacity_ = capacity;
    return {};
}

Result<void> Output::put(ThreadState& ts, std::string_view bytes) {
    char* at = TRY(extend(ts, bytes.size()));
    if (!bytes.empty()) std::memcpy(at, bytes.data(), bytes.size());
    return {};
}

void Output::close_frame() {
    if (!framing_ || frame_start_ < 0) return;
    char* header = bytes_data(*buffer_) + frame_start_;
    size_t size = used_ - size_t(frame_start_) - kFrameHeader;
    if (size >= kFrameSmallest) {
        header[0] = char(kFrame);
        uint64_t length = size;
        std::memcpy(header + 1, &length, sizeof length);
    } else {
        std::memmove(header, header + kFrameHeader, size);
        used_ -= kFrameHeader;
    }
    frame_start_ = -1;
}

Result<void> Output::flush(ThreadState& ts, Object& file_write) {
    Ref<Bytes> written = TRY(finish(ts));
    TRY(call(ts, file_write, *written));
    return {};
}

Result<void> Output::put_block(ThreadState& ts, std::string_view header, std::string_view data, Object* contents,
                               Object* file_write) {
    if (data.size() < kFrameTarget) {
        TRY(put(ts, header));
        return put(ts, data);
    }
    close_frame();
    bool framing = std::exchange(framing_, false);
    auto write = [&]() -> Result<void> {
        TRY(put(ts, header));
        if (!file_write) return put(ts, data);
        TRY(flush(ts, *file_write));
        Ref<Object> payload = contents ? Ref<Object>::share(*contents) : Ref<Object>(TRY(bytes_from(ts, data)));
        TRY(call(ts, *file_write, *payload));
        return {};
    };
    auto result = write();
    framing_ = framing;
    return result;
}

Result<void> Output::boundary(ThreadState& ts, Object* file_write) {
    if (!framing_ || frame_start_ < 0 || used_ - size_t(frame_start_) - kFrameHeader < kFrameTarget) return {};
    close_frame();
    return file_write ? flush(ts, *file_write) : Result<void>();
}

Result<Ref<Bytes>> Output::finish(ThreadState& ts) {
    close_frame();
    if (!buffer_) return Ref<Bytes>::share(empty_bytes());
    Py_ssize_t size = Py_ssize_t(used_);
    Ref<Bytes> whole = Ref<Bytes>::steal(*std::exchange(buffer_, nullptr));
    used_ = capacity_ = 0;
    return bytes_resize(ts, std::move(whole), size);
}

void Output::release() {
    if (Bytes* old = std::exchange(buffer_, nullptr)) decref(*old);
    used_ = capacity_ = 0;
}

}  // namespace orochi::pickle
