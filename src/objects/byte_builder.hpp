// Builds bytes piece by piece.
#pragma once

#include "objects/bytes.hpp"

namespace orochi {

class ByteBuilder {
public:
    explicit ByteBuilder(ThreadState& ts) : ts_(ts) {}
    ByteBuilder(const ByteBuilder&) = delete;
    Result<void> reserve(Py_ssize_t extra) {
        if (used_ + extra <= capacity_) return {};
        return grow(extra);
    }
    Result<void> append(char c) {
        TRY(reserve(1));
        data_[used_++] = c;
        return {};
    }
    Result<void> append(std::string_view text) {
        TRY(reserve(Py_ssize_t(text.size())));
        if (!text.empty()) memcpy(data_ + used_, text.data(), text.size());
        used_ += Py_ssize_t(text.size());
        return {};
    }
    Result<void> append_fill(char c, Py_ssize_t count) {
        if (count <= 0) return {};
        TRY(reserve(count));
        memset(data_ + used_, c, size_t(count));
        used_ += count;
        return {};
    }
    // Room for `count` bytes, which the caller fills at once.
    Result<char*> extend(Py_ssize_t count) {
        TRY(reserve(count));
        char* at = data_ + used_;
        used_ += count;
        return at;
    }
    void shrink(Py_ssize_t by) { used_ -= by; }
    Py_ssize_t size() const { return used_; }
    std::string_view view() const { return {data_, size_t(used_)}; }
    Result<Ref<Bytes>> finish() {
        if (used_ <= 1) return bytes_from(ts_, view());
        Py_ssize_t size = used_;
        used_ = capacity_ = 0;
        return bytes_resize(ts_, buffer_.take(), size);
    }

private:
    Result<void> grow(Py_ssize_t extra) {
        if (extra > PY_SSIZE_T_MAX / 2 - used_) return raise_no_memory(ts_);
        Py_ssize_t capacity = std::max<Py_ssize_t>(used_ + extra + (used_ + extra) / 2, 32);
        if (!buffer_) capacity = std::max<Py_ssize_t>(extra, 32);
        Ref<Bytes> grown = TRY(buffer_ ? bytes_resize(ts_, buffer_.take(), capacity) : bytes_new(ts_, capacity));
        buffer_ = OptRef<Bytes>(std::move(grown));
        data_ = bytes_data(*buffer_);
        capacity_ = capacity;
        return {};
    }
    ThreadState& ts_;
    OptRef<Bytes> buffer_;
    char* data_ = nullptr;
    Py_ssize_t used_ = 0, capacity_ = 0;
};

}  // namespace orochi
