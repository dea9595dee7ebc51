#include "modules/_io/buffered.hpp"

#include "objects/exceptions.hpp"
#include "objects/memoryview.hpp"
#include "objects/warnings.hpp"

namespace orochi {

void Buffered::release() {
    Heap::free(data);
    data = nullptr;
    Heap::free(mutex);
    mutex = nullptr;
}

namespace {

// The object's lock for a scope.
class Guard {
public:
    explicit Guard(Buffered& self) : self_(self) {}
    Guard(const Guard&) = delete;
    ~Guard() {
        if (!held_) return;
        self_.owner.store(nullptr, std::memory_order_relaxed);
        self_.mutex->unlock();
        decref(obj(self_));
    }
    Result<void> enter(ThreadState& ts) {
        if (!self_.mutex->try_lock()) {
            if (self_.owner.load(std::memory_order_relaxed) == &ts)
                return raise(ts, PyExc_RuntimeError, "reentrant call inside %R", &self_);
            Unlocked unlocked(ts);
            self_.mutex->lock();
        }
        self_.owner.store(&ts, std::memory_order_relaxed);
        incref(obj(self_));
        held_ = true;
        return {};
    }

private:
    Buffered& self_;
    bool held_ = false;
};

Result<void> check_ready(ThreadState& ts, Buffered& self) {
    if (self.ok) return {};
    if (self.detached) return raise(ts, PyExc_ValueError, "raw stream has been detached");
    return raise(ts, PyExc_ValueError, "I/O operation on uninitialized object");
}
Result<bool> is_closed(ThreadState& ts, Buffered& self) {
    if (is_plain_file(ts, self.raw)) return as<FileIo>(*self.raw).fd < 0;
    return io_is_closed(ts, *self.raw);
}
Result<void> check_open(ThreadState& ts, Buffered& self, const char* message) {
    TRY(check_ready(ts, self));
    bool closed = self.data ? TRY(is_closed(ts, self)) : true;
    if (closed) return raise(ts, PyExc_ValueError, "%s", message);
    return {};
}

// The raw file. Positions that the raw file reports are checked: any object may be behind.
Result<long long> raw_offset(ThreadState& ts, Buffered& self, Object& value, const char* what) {
    auto converted = file_offset(ts, value);
    if (!converted.ok()) return failure;
    long long position = std::move(converted).take();
    if (position < 0) return raise(ts, PyExc_OSError, "Raw stream returned invalid position %lld", position);
    self.raw_position = position;
    return position;
}
Result<long long> raw_tell(ThreadState& ts, Buffered& self) {
    if (is_plain_file(ts, self.raw)) {
        self.raw_position = TRY(file_seek(ts, as<FileIo>(*self.raw), 0, SEEK_CUR));
        return self.raw_position;
    }
    Ref<Object> answer = TRY(call_method(ts, *self.raw, "tell"_n));
    return raw_offset(ts, self, *answer, "tell");
}
Result<long long> raw_seek(ThreadState& ts, Buffered& self, long long target, int whence) {
    if (is_plain_file(ts, self.raw)) {
        self.raw_position = -1;
        self.raw_position = TRY(file_seek(ts, as<FileIo>(*self.raw), target, whence));
        return self.raw_position;
    }
    Ref<Object> offset = TRY(int_from(ts, target));
    Ref<Object> how = TRY(int_from(ts, whence));
    Ref<Object> answer = TRY(call_method(ts, *self.raw, "seek"_n, *offset, *how));
    return raw_offset(ts, self, *answer, "seek");
}
// Bytes read, 0 at the end, kWouldBlock.
Result<Py_ssize_t> raw_read(ThreadState& ts, Buffered& self, char* data, Py_ssize_t size) {
    Py_ssize_t count;
    if (is_plain_file(ts, self.raw)) {
        count = TRY(file_read_into(ts, as<FileIo>(*self.raw), data, size));
        if (count == kWouldBlock) return count;
    } else {
        Ref<Object> view = TRY(memoryview_from_memory(ts, data, size, PyBUF_WRITE));
        OptRef<Object> answer;
        for (;;) {
            auto result = call_method(ts, *self.raw, "readinto"_n, *view);
            if (result.ok()) {
                answer = std::move(result).take();
                break;
            }
            if (!error_matches(ts, PyExc_InterruptedError)) return failure;
            error_clear(ts);
            TRY(check_signals(ts));
        }
        if (is_none(answer.get())) return kWouldBlock;
        auto converted = number_as_ssize(ts, *answer, PyExc_ValueError);
        if (!converted.ok()) return raise_from_pending(ts, PyExc_OSError, "raw readinto() failed");
        count = std::move(converted).take();
        if (count < 0 || count > size)
            return raise(ts, PyExc_OSError,
                         "raw readinto() returned invalid length %zd (should have been between 0 and %zd)", count,
                         size);
    }
    if (self.raw_position >= 0) self.raw_position += count;
    return count;
}
Result<Py_ssize_t> raw_write(ThreadState& ts, Buffered& self, const char* data, Py_ssize_t size) {
    Py_ssize_t count;
    if (is_plain_file(ts, self.raw)) {
        count = TRY(file_write_from(ts, as<FileIo>(*self.raw), data, size));
        if (count == kWouldBlock) return count;
    } else {
        Ref<Object> view = TRY(memoryview_from_memory(ts, const_cast<char*>(data), size, PyBUF_READ));
        OptRef<Object> answer;
        for (;;) {
            auto result = call_method(ts, *self.raw, "write"_n, *view);
            if (result.ok()) {
                answer = std::move(result).take();
                break;
            }
            if (!error_matches(ts, PyExc_InterruptedError)) return failure;
            error_clear(ts);
            TRY(check_signals(ts));
        }
        if (is_none(answer.get())) return kWouldBlock;
        count = TRY(number_as_ssize(ts, *answer, PyExc_ValueError));
        if (count < 0 || count > size)
            return raise(ts, PyExc_OSError,
                         "raw write() returned invalid length %zd (should have been between 0 and %zd)", count, size);
    }
    if (self.raw_position >= 0) self.raw_position += count;
    return count;
}

Failure raise_would_block(ThreadState& ts, const char* message, Py_ssize_t written) {
    Ref<Object> number = TRY(int_from(ts, EAGAIN));
    Ref<Str> text = TRY(str_from_ascii(ts, message));
    Ref<Object> count = TRY(int_from(ts, written));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *number, *text, *count));
    return raise_value(ts, PyExc_BlockingIOError, obj(arguments.get()));
}

Py_ssize_t ahead(const Buffered& self) { return self.writing ? 0 : self.end - self.pos; }
void forget(Buffered& self) {
    self.pos = self.end = 0;
    self.writing = false;
}

// Writes out what waits. What could not be written stays.
Result<void> flush_unlocked(ThreadState& ts, Buffered& self) {
    if (!self.writing) return {};
    Py_ssize_t done = 0;
    Result<void> outcome{};
    while (done < self.end) {
        auto result = raw_write(ts, self, self.data + done, self.end - done);
        if (!result.ok()) {
            outcome = failure;
            break;
        }
        Py_ssize_t count = std::move(result).take();
        if (count == kWouldBlock) {
            outcome = raise_would_block(ts, "write could not complete without blocking", 0);
            break;
        }
        done += count;
        if (done < self.end) {
            if (!check_signals(ts).ok()) {
                outcome = failure;
                break;
            }
        }
    }
    if (done) std::memmove(self.data, self.data + done, size_t(self.end - done));
    self.end -= done;
    if (self.end == 0) self.writing = false;
    return outcome;
}
// Moves the raw file back to where the object says it is.
Result<void> rewind_read_ahead(ThreadState& ts, Buffered& self) {
    Py_ssize_t count = ahead(self);
    if (count > 0) TRY(raw_seek(ts, self, -count, SEEK_CUR));
    if (!self.writing) forget(self);
    return {};
}
Result<void> flush_and_rewind(ThreadState& ts, Buffered& self) {
    TRY(flush_unlocked(ts, self));
    if (self.readable) return rewind_read_ahead(ts, self);
    return {};
}

// Reads into the empty buffer.
Result<Py_ssize_t> fill(ThreadState& ts, Buffered& self) {
    forget(self);
    Py_ssize_t count = TRY(raw_read(ts, self, self.data, self.size));
    if (count > 0) self.end = count;
    return count;
}
Result<void> prepare_reading(ThreadState& ts, Buffered& self) {
    if (self.writing) TRY(flush_unlocked(ts, self));
    return {};
}

Result<Ref<Object>> take_ahead(ThreadState& ts, Buffered& self, Py_ssize_t count) {
    Ref<Bytes> result = TRY(bytes_from(ts, {self.data + self.pos, size_t(count)}));
    self.pos += count;
    return result;
}

Result<Ref<Object>> read_all(ThreadState& ts, Buffered& self) {
    std::string before(self.data + self.pos, size_t(ahead(self)));
    forget(self);
    OptRef<Object> readall = TRY(getattr_optional(ts, *self.raw, "readall"_n));
    if (readall) {
        Ref<Object> rest = TRY(call(ts, *readall));
        self.raw_position = -1;
        if (!is_none(rest.get()) && !PyBytes_Check(rest.get()))
            return raise(ts, PyExc_TypeError, "readall() should return bytes");
        if (before.empty()) return rest;
        if (!is_none(rest.get())) before += bytes_view(as<Bytes>(*rest));
        return bytes_from(ts, before);
    }
    for (;;) {
        Ref<Object> piece = TRY(call_method(ts, *self.raw, "read"_n));
        self.raw_position = -1;
        if (!is_none(piece.get()) && !PyBytes_Check(piece.get()))
            return raise(ts, PyExc_TypeError, "read() should return bytes");
        if (is_none(piece.get()) || bytes_view(as<Bytes>(*piece)).empty()) {
            if (before.empty()) return piece;
            return bytes_from(ts, before);
        }
        before += bytes_view(as<Bytes>(*piece));
    }
}

Result<Ref<Object>> read_exactly(ThreadState& ts, Buffered& self, Py_ssize_t size) {
    Ref<Bytes> result = TRY(bytes_new(ts, size));
    char* out = bytes_data(*result);
    Py_ssize_t filled = ahead(self);
    std::memcpy(out, self.data + self.pos, size_t(filled));
    forget(self);
    while (filled < size) {
        Py_ssize_t rest = size - filled, count;
        if (rest >= self.size) {
            // Whole buffers go straight to where they are wanted.
            count = TRY(raw_read(ts, self, out + filled, rest - rest % self.size));
            if (count > 0) filled += count;
        } else {
            count = TRY(fill(ts, self));
            if (count > 0) {
                Py_ssize_t part = std::min(count, rest);
                std::memcpy(out + filled, self.data, size_t(part));
                self.pos = part;
                filled += part;
            }
        }
        if (count == 0 || count == kWouldBlock) {
            if (count == kWouldBlock && filled == 0) return new_none();
            break;
        }
    }
    if (filled == size) return result;
    return bytes_resize(ts, std::move(result), filled);
}

}  // namespace

Result<Ref<Object>> buffered_read(ThreadState& ts, Buffered& self, Py_ssize_t size) {
    TRY(check_open(ts, self, "read of closed file"));
    if (size >= 0 && size <= ahead(self) && self.mutex->try_lock()) {
        auto result = take_ahead(ts, self, size);
        self.mutex->unlock();
        return result;
    }
    Guard guard(self);
    TRY(guard.enter(ts));
    TRY(prepare_reading(ts, self));
    return size < 0 ? read_all(ts, self) : read_exactly(ts, self, size);
}

Result<Ref<Object>> buffered_read1(ThreadState& ts, Buffered& self, Py_ssize_t size) {
    if (size < 0) size = self.size;
    TRY(check_open(ts, self, "read of closed file"));
    Guard guard(self);
    TRY(guard.enter(ts));
    TRY(prepare_reading(ts, self));
    if (size == 0) return bytes_from(ts, {});
    if (Py_ssize_t have = ahead(self)) return take_ahead(ts, self, std::min(have, size));
    Ref<Bytes> result = TRY(bytes_new(ts, size));
    forget(self);
    Py_ssize_t count = TRY(raw_read(ts, self, bytes_data(*result), size));
    if (count == kWouldBlock) count = 0;
    if (count == size) return result;
    return bytes_resize(ts, std::move(result), count);
}

Result<Py_ssize_t> buffered_write_bytes(ThreadState& ts, Buffered& self, const char* data, Py_ssize_t size) {
    TRY(check_ready(ts, self));
    Guard guard(self);
    TRY(guard.enter(ts));
    // Only now: another thread may have closed the file while this one waited.
    if (!self.data || TRY(is_closed(ts, self))) return raise(ts, PyExc_ValueError, "write to closed file");
    if (!self.writing) {
        if (self.readable) TRY(rewind_read_ahead(ts, self));
        forget(self);
    }
    if (size <= self.size - self.end) {
        std::memcpy(self.data + self.end, data, size_t(size));
        self.end += size;
        if (size) self.writing = true;
        return size;
    }
    auto flushed = flush_unlocked(ts, self);
    if (!flushed.ok()) {
        if (!error_matches(ts, PyExc_BlockingIOError)) return failure;
        // Takes as much as there is room for.
        Py_ssize_t room = self.size - self.end;
        if (size <= room) {
            error_clear(ts);
            std::memcpy(self.data + self.end, data, size_t(size));
            self.end += size;
            self.writing = true;
            return size;
        }
        error_clear(ts);
        std::memcpy(self.data + self.end, data, size_t(room));
        self.end += room;
        self.writing = true;
        return raise_would_block(ts, "write could not complete without blocking", room);
    }
    Py_ssize_t done = 0;
    while (size - done > self.size) {
        auto result = raw_write(ts, self, data + done, size - done);
        if (!result.ok()) return failure;
        Py_ssize_t count = std::move(result).take();
        if (count == kWouldBlock) {
            Py_ssize_t part = std::min(self.size, size - done);
            std::memcpy(self.data, data + done, size_t(part));
            self.end = part;
            self.writing = part > 0;
            if (done + part < size)
                return raise_would_block(ts, "write could not complete without blocking", done + part);
            return size;
        }
        done += count;
        if (size > done) TRY(check_signals(ts));
    }
    std::memcpy(self.data, data + done, size_t(size - done));
    self.end = size - done;
    self.writing = self.end > 0;
    return size;
}

Result<void> buffered_flush(ThreadState& ts, Buffered& self) {
    TRY(check_open(ts, self, "flush of closed file"));
    Guard guard(self);
    TRY(guard.enter(ts));
    return flush_and_rewind(ts, self);
}

namespace {

// Methods.
Result<Ref<Object>> method_read(ThreadState& ts, Buffered& self, Object* size_argument) {
    Py_ssize_t size = TRY(optional_size(ts, size_argument));
    TRY(check_ready(ts, self));
    if (size < -1) return raise(ts, PyExc_ValueError, "read length must be non-negative or -1");
    return buffered_read(ts, self, size);
}
Result<Ref<Object>> method_read1(ThreadState& ts, Buffered& self, Py_ssize_t size) {
    TRY(check_ready(ts, self));
    return buffered_read1(ts, self, size);
}
Result<Ref<Object>> read_into(ThreadState& ts, Buffered& self, WritableBufferView& buffer, bool once) {
    TRY(check_open(ts, self, "readinto of closed file"));
    Guard guard(self);
    TRY(guard.enter(ts));
    TRY(prepare_reading(ts, self));
    char* out = reinterpret_cast<char*>(buffer.writable_data());
    Py_ssize_t size = buffer.size();
    Py_ssize_t filled = std::min(ahead(self), size);
    std::memcpy(out, self.data + self.pos, size_t(filled));
    self.pos += filled;
    while (filled < size) {
        Py_ssize_t rest = size - filled, count;
        if (once && filled && rest <= self.size) break;
        if (rest > self.size) {
            forget(self);
            count = TRY(raw_read(ts, self, out + filled, rest));
            if (count > 0) filled += count;
        } else {
            count = TRY(fill(ts, self));
            if (count > 0) {
                Py_ssize_t part = std::min(count, rest);
                std::memcpy(out + filled, self.data, size_t(part));
                self.pos = part;
                filled += part;
            }
        }
        if (count == kWouldBlock && filled == 0) return new_none();
        if (count <= 0 || once) break;
    }
    return int_from(ts, filled);
}
Result<Ref<Object>> method_readinto(ThreadState& ts, Buffered& self, WritableBufferView& buffer) {
    return read_into(ts, self, buffer, false);
}
Result<Ref<Object>> method_readinto1(ThreadState& ts, Buffered& self, WritableBufferView& buffer) {
    return read_into(ts, self, buffer, true);
}
Result<Ref<Object>> method_peek(ThreadState& ts, Buffered& self, Py_ssize_t) {
    TRY(check_open(ts, self, "peek of closed file"));
    Guard guard(self);
    TRY(guard.enter(ts));
    TRY(prepare_reading(ts, self));
    if (ahead(self) == 0) TRY(fill(ts, self));
    return bytes_from(ts, {self.data + self.pos, size_t(ahead(self))});
}

Result<Ref<Object>> read_line(ThreadState& ts, Buffered& self, Py_ssize_t limit) {
    TRY(check_open(ts, self, "readline of closed file"));
    // A whole line that is there already, which is most of them.
    auto line_ahead = [&](Py_ssize_t most) -> Py_ssize_t {
        const char* start = self.data + self.pos;
        const void* found = std::memchr(start, '\n', size_t(most));
        return found ? static_cast<const char*>(found) - start + 1 : 0;
    };
    {
        Py_ssize_t have = ahead(self);
        if (limit >= 0 && have > limit) have = limit;
        if (have > 0 && self.mutex->try_lock()) {
            Py_ssize_t count = line_ahead(have);
            if (count == 0 && have == limit) count = limit;
            if (count) {
                auto result = take_ahead(ts, self, count);
                self.mutex->unlock();
                return result;
            }
            self.mutex->unlock();
        }
    }
    Guard guard(self);
    TRY(guard.enter(ts));
    TRY(prepare_reading(ts, self));
    std::string line;
    for (;;) {
        Py_ssize_t have = ahead(self);
        Py_ssize_t left = limit < 0 ? PY_SSIZE_T_MAX : limit - Py_ssize_t(line.size());
        if (left == 0) break;
        if (have == 0) {
            Py_ssize_t count = TRY(fill(ts, self));
            if (count <= 0) break;
            continue;
        }
        Py_ssize_t most = std::min(have, left);
        Py_ssize_t count = line_ahead(most);
        Py_ssize_t part = count ? count : most;
        line.append(self.data + self.pos, size_t(part));
        self.pos += part;
        if (count) break;
    }
    return bytes_from(ts, line);
}
Result<Ref<Object>> method_readline(ThreadState& ts, Buffered& self, Object* size) {
    Py_ssize_t limit = TRY(optional_size(ts, size));
    TRY(check_ready(ts, self));
    return read_line(ts, self, limit);
}
Result<OptRef<Object>> buffered_next(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    Type* type = &type_of(obj(self));
    IoState& state = io_state(ts);
    if (type == state.buffered_reader || type == state.buffered_random) {
        Ref<Object> line = TRY(read_line(ts, self, -1));
        if (bytes_view(as<Bytes>(*line)).empty()) return nullptr;
        return line;
    }
    Ref<Object> line = TRY(call_method(ts, obj(self), "readline"_n));
    if (!PyBytes_Check(line.get()))
        return raise(ts, PyExc_OSError, "readline() should have returned a bytes object, not '%T'", line.get());
    if (bytes_view(as<Bytes>(*line)).empty()) return nullptr;
    return line;
}

Result<Py_ssize_t> method_write(ThreadState& ts, Buffered& self, BufferView& buffer) {
    return buffered_write_bytes(ts, self, reinterpret_cast<const char*>(buffer.data()), buffer.size());
}
Result<void> method_flush(ThreadState& ts, Buffered& self) { return buffered_flush(ts, self); }

Result<long long> method_tell(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    long long position = TRY(raw_tell(ts, self));
    return self.writing ? position + self.end : position - ahead(self);
}
Result<Ref<Object>> method_seek(ThreadState& ts, Buffered& self, Object& target_object, int whence) {
    TRY(check_ready(ts, self));
    if (whence < 0 || whence > 4 || (whence > 2 && whence != SEEK_HOLE && whence != SEEK_DATA))
        return raise(ts, PyExc_ValueError, "whence value %d unsupported", whence);
    TRY(check_open(ts, self, "seek of closed file"));
    TRY(io_check_able(ts, *self.raw, "seekable"_n, "File or stream is not seekable."));
    long long target = TRY(file_offset(ts, target_object));
    Guard guard(self);
    if (whence != SEEK_END && whence <= 2 && self.readable && !self.writing) {
        // Inside of what was read ahead only our own position moves.
        TRY(guard.enter(ts));
        long long now = self.raw_position >= 0 ? self.raw_position : TRY(raw_tell(ts, self));
        long long current = now - ahead(self);
        long long wanted = whence == SEEK_SET ? target : current + target;
        long long offset = wanted - current;
        if (self.end > 0 && offset >= -self.pos && offset <= ahead(self)) {
            self.pos += Py_ssize_t(offset);
            return int_from(ts, wanted);
        }
    } else {
        TRY(guard.enter(ts));
    }
    TRY(flush_unlocked(ts, self));
    if (whence == SEEK_CUR) target -= ahead(self);
    long long result = TRY(raw_seek(ts, self, target, whence));
    forget(self);
    return int_from(ts, result);
}
Result<Ref<Object>> method_truncate(ThreadState& ts, Buffered& self, Object* position) {
    TRY(check_open(ts, self, "truncate of closed file"));
    if (!self.writable) return raise_unsupported(ts, "truncate");
    Guard guard(self);
    TRY(guard.enter(ts));
    TRY(flush_and_rewind(ts, self));
    Ref<Object> size =
        position && !is_none(position) ? Ref<Object>::share(*position) : TRY(int_from(ts, TRY(raw_tell(ts, self))));
    Ref<Object> result = TRY(call_method(ts, *self.raw, "truncate"_n, *size));
    self.raw_position = -1;
    return result;
}

Result<Ref<Object>> simple_flush(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    return call_method(ts, *self.raw, "flush"_n);
}
Result<Ref<Object>> method_close(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    {
        Guard guard(self);
        TRY(guard.enter(ts));
        if (TRY(is_closed(ts, self))) return new_none();
        if (self.finalizing && is_plain_file(ts, self.raw)) {
            if (as<FileIo>(*self.raw).closefd) warn_unclosed(ts, obj(self));
        } else if (self.finalizing) {
            ErrorKeeper keeper(ts);
            if (!call_method(ts, *self.raw, "_dealloc_warn"_n, self).ok()) error_clear(ts);
        }
    }
    // flush() may be a subclass's; it takes the lock itself.
    PendingError first;
    if (!call_method(ts, obj(self), "flush"_n).ok()) {
        first = error_fetch(ts);
        error_normalize(ts, first);
    }
    // With the lock, so that a writer in another thread finds the file open or closed, nothing in between.
    auto closed = [&]() -> Result<Ref<Object>> {
        Guard guard(self);
        TRY(guard.enter(ts));
        auto result = call_method(ts, *self.raw, "close"_n);
        Heap::free(self.data);
        self.data = nullptr;
        forget(self);
        return result;
    }();
    if (first.type) {
        if (!closed.ok()) {
            Ref<Object> second = error_take(ts);
            exception_set_context(*second, OptRef<Object>(first.value.take()));
            return raise_instance(ts, *second);
        }
        error_restore(ts, std::move(first));
        return failure;
    }
    return closed;
}
Result<Ref<Object>> method_detach(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    TRY(call_method(ts, obj(self), "flush"_n));
    Ref<Object> raw = Ref<Object>::steal(*std::exchange(self.raw, nullptr));
    self.detached = true;
    self.ok = false;
    return raw;
}
template <Object& (*Name)()>
Result<Ref<Object>> forward(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    return call_method(ts, *self.raw, Name());
}
Object& seekable_name() { return "seekable"_n; }
Object& readable_name() { return "readable"_n; }
Object& writable_name() { return "writable"_n; }
Object& fileno_name() { return "fileno"_n; }
Object& isatty_name() { return "isatty"_n; }

Result<Ref<Object>> get_closed(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    return getattr(ts, *self.raw, "closed"_n);
}
Result<Ref<Object>> get_name(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    return getattr(ts, *self.raw, "name"_n);
}
Result<Ref<Object>> get_mode(ThreadState& ts, Buffered& self) {
    TRY(check_ready(ts, self));
    return getattr(ts, *self.raw, "mode"_n);
}
Result<Ref<Object>> method_dealloc_warn(ThreadState& ts, Buffered& self, Object& source) {
    if (self.ok && self.raw) {
        if (!call_method(ts, *self.raw, "_dealloc_warn"_n, source).ok()) error_clear(ts);
    }
    return new_none();
}
Result<Py_ssize_t> method_sizeof(ThreadState&, Buffered& self) {
    return Py_ssize_t(sizeof(Buffered)) + (self.data ? self.size : 0);
}

Result<Ref<Object>> buffered_repr(ThreadState& ts, Buffered& self) {
    if (TRY(repr_enter(ts, obj(self))))
        return raise(ts, PyExc_RuntimeError, "reentrant call inside %s.__repr__", type_of(obj(self)).tp_name);
    auto name_result = getattr_optional(ts, obj(self), "name"_n);
    Result<Ref<Object>> text{failure};
    if (!name_result.ok()) {
        if (error_matches(ts, PyExc_ValueError)) {
            error_clear(ts);
            repr_leave(ts, obj(self));
            return str_format(ts, "<%s>", type_of(obj(self)).tp_name);
        }
        repr_leave(ts, obj(self));
        return failure;
    }
    OptRef<Object> name = std::move(name_result).take();
    auto made = name ? str_format(ts, "<%s name=%R>", type_of(obj(self)).tp_name, name.get())
                     : str_format(ts, "<%s>", type_of(obj(self)).tp_name);
    repr_leave(ts, obj(self));
    return made;
}

Result<Ref<Object>> buffered_new(ThreadState& ts, Type& type, Rest, Keywords) {
    Ref<Buffered> self = TRY(make_instance<Buffered>(type));
    void* memory = ts.heap().allocate(sizeof(base::Mutex));
    if (!memory) return raise_no_memory(ts);
    self->mutex = new (memory) base::Mutex();
    return std::move(self).cast<Object>();
}
Result<void> buffered_init(ThreadState& ts, Buffered& self, Object& raw, Py_ssize_t size, bool readable,
                           bool writable) {
    self.ok = false;
    self.detached = false;
    if (!is_plain_file(ts, &raw) || &type_of(raw) != io_state(ts).file_io) {
        if (readable && writable) TRY(io_check_able(ts, raw, "seekable"_n, "File or stream is not seekable."));
        if (readable) TRY(io_check_able(ts, raw, "readable"_n, "File or stream is not readable."));
        if (writable) TRY(io_check_able(ts, raw, "writable"_n, "File or stream is not writable."));
    } else {
        FileIo& file = as<FileIo>(raw);
        if (file.fd < 0) return raise(ts, PyExc_ValueError, "I/O operation on closed file");
        if (readable && writable) TRY(io_check_able(ts, raw, "seekable"_n, "File or stream is not seekable."));
        if (readable && !file.readable) return raise_unsupported(ts, "File or stream is not readable.");
        if (writable && !file.writable) return raise_unsupported(ts, "File or stream is not writable.");
    }
    assign(self.raw, Ref<Object>::share(raw));
    self.readable = readable;
    self.writable = writable;
    self.size = size;
    if (size <= 0) return raise(ts, PyExc_ValueError, "buffer size must be strictly positive");
    Heap::free(self.data);
    self.data = static_cast<char*>(ts.heap().allocate(size_t(size)));
    if (!self.data) return raise_no_memory(ts);
    forget(self);
    self.raw_position = -1;
    // Files that cannot tell are fine.
    if (!raw_tell(ts, self).ok()) error_clear(ts);
    self.ok = true;
    return {};
}
Result<void> reader_init(ThreadState& ts, Buffered& self, Object& raw, Py_ssize_t size) {
    return buffered_init(ts, self, raw, size, true, false);
}
Result<void> writer_init(ThreadState& ts, Buffered& self, Object& raw, Py_ssize_t size) {
    return buffered_init(ts, self, raw, size, false, true);
}
Result<void> random_init(ThreadState& ts, Buffered& self, Object& raw, Py_ssize_t size) {
    return buffered_init(ts, self, raw, size, true, true);
}

#define COMMON_METHODS                                                                                                \
    METHOD_PLAIN("detach($self, /)", method_detach, nullptr), METHOD_PLAIN("close($self, /)", method_close, nullptr), \
        METHOD_PLAIN("seekable($self, /)", forward<seekable_name>, nullptr),                                          \
        METHOD_PLAIN("fileno($self, /)", forward<fileno_name>, nullptr),                                              \
        METHOD_PLAIN("isatty($self, /)", forward<isatty_name>, nullptr),                                              \
        METHOD_PLAIN("_dealloc_warn($self, source, /)", method_dealloc_warn, nullptr),                                \
        METHOD("seek($self, target, whence=0, /)", method_seek, ""),                                                  \
        METHOD_PLAIN("tell($self, /)", method_tell, nullptr),                                                         \
        METHOD("truncate($self, pos=None, /)", method_truncate, ""),                                                  \
        METHOD_PLAIN("__sizeof__($self, /)", method_sizeof, nullptr)
#define READING_METHODS                                                                                           \
    METHOD_PLAIN("readable($self, /)", forward<readable_name>, nullptr),                                          \
        METHOD("read($self, size=-1, /)", method_read, ""), METHOD("read1($self, size=-1, /)", method_read1, ""), \
        METHOD("readinto($self, buffer, /)", method_readinto, ""),                                                \
        METHOD("readinto1($self, buffer, /)", method_readinto1, ""),                                              \
        METHOD("peek($self, size=0, /)", method_peek, ""), METHOD("readline($self, size=-1, /)", method_readline, "")

const MethodDef reader_methods[] = {
    COMMON_METHODS,
    READING_METHODS,
    METHOD_PLAIN("flush($self, /)", simple_flush, nullptr),
    METHOD_END,
};
const MethodDef writer_methods[] = {
    COMMON_METHODS,
    METHOD_PLAIN("writable($self, /)", forward<writable_name>, nullptr),
    METHOD("write($self, buffer, /)", method_write,
           "Write the given buffer to the IO stream.\n\n"
           "Returns the number of bytes written, which is always\n"
           "the length of b in bytes.\n\n"
           "Raises BlockingIOError if the buffer is full and the\n"
           "underlying raw stream cannot accept more data at the moment."),
    METHOD_PLAIN("flush($self, /)", method_flush, nullptr),
    METHOD_END,
};
const MethodDef random_methods[] = {
    COMMON_METHODS,
    READING_METHODS,
    METHOD_PLAIN("writable($self, /)", forward<writable_name>, nullptr),
    METHOD("write($self, buffer, /)", method_write, ""),
    METHOD_PLAIN("flush($self, /)", method_flush, nullptr),
    METHOD_END,
};
const PyGetSetDef buffered_getset[] = {
    GETTER("closed", get_closed, nullptr),
    GETTER("name", get_name, nullptr),
    GETTER("mode", get_mode, nullptr),
    GETSET_END,
};
const PyMemberDef buffered_members[] = {
    {"raw", T_OBJECT, offsetof(Buffered, raw), READONLY, nullptr},
    {"_finalizing", T_BOOL, offsetof(Buffered, finalizing), 0, nullptr},
    {},
};

}  // namespace

Result<void> io_add_buffered(ThreadState& ts, Object& module, IoState& state) {
    void* make = new_pointer(NEW_SLOT("Buffered($type, /, *args, **kwargs)", buffered_new));
    state.buffered_reader = TRY(io_class<Buffered>(
        ts, module, "_io.BufferedReader", state.buffered_io_base,
        {{Py_tp_doc, const_cast<char*>("BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
                                       "Create a new buffered reader using the given readable raw IO object.")},
         {Py_tp_new, make},
         {Py_tp_init, init_pointer(NEW_SLOT("BufferedReader($self, raw, buffer_size=8192)", reader_init))},
         {Py_tp_repr, slot_pointer<reprfunc, buffered_repr>()},
         {Py_tp_iternext, slot_pointer<iternextfunc, buffered_next>()},
         {Py_tp_methods, methods_pointer(reader_methods)},
         {Py_tp_members, MEMBER_TABLE(buffered_members)},
         {Py_tp_getset, GETSET_TABLE(buffered_getset)}}));
    state.buffered_writer = TRY(io_class<Buffered>(
        ts, module, "_io.BufferedWriter", state.buffered_io_base,
        {{Py_tp_doc, const_cast<char*>("BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
                                       "A buffer for a writeable sequential RawIO object.\n\n"
                                       "The constructor creates a BufferedWriter for the given writeable raw\n"
                                       "stream. If the buffer_size is not given, it defaults to\n"
                                       "DEFAULT_BUFFER_SIZE.")},
         {Py_tp_new, make},
         {Py_tp_init, init_pointer(NEW_SLOT("BufferedWriter($self, raw, buffer_size=8192)", writer_init))},
         {Py_tp_repr, slot_pointer<reprfunc, buffered_repr>()},
         {Py_tp_methods, methods_pointer(writer_methods)},
         {Py_tp_members, MEMBER_TABLE(buffered_members)},
         {Py_tp_getset, GETSET_TABLE(buffered_getset)}}));
    state.buffered_random = TRY(io_class<Buffered>(
        ts, module, "_io.BufferedRandom", state.buffered_io_base,
        {{Py_tp_doc, const_cast<char*>("BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\n"
                                       "A buffered interface to random access streams.\n\n"
                                       "The constructor creates a reader and writer for a seekable stream,\n"
                                       "raw, given in the first argument. If the buffer_size is omitted it\n"
                                       "defaults to DEFAULT_BUFFER_SIZE.")},
         {Py_tp_new, make},
         {Py_tp_init, init_pointer(NEW_SLOT("BufferedRandom($self, raw, buffer_size=8192)", random_init))},
         {Py_tp_repr, slot_pointer<reprfunc, buffered_repr>()},
         {Py_tp_iternext, slot_pointer<iternextfunc, buffered_next>()},
         {Py_tp_methods, methods_pointer(random_methods)},
         {Py_tp_members, MEMBER_TABLE(buffered_members)},
         {Py_tp_getset, GETSET_TABLE(buffered_getset)}}));
    return {};
}

}  // namespace orochi
