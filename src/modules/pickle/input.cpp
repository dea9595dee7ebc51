#include "modules/pickle/input.hpp"

#include <algorithm>
#include <cstring>

#include "objects/bytes.hpp"
#include "objects/containers.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"

namespace orochi::pickle {

namespace {

constexpr size_t kPeek = 128 * 1024;

Failure raise_truncated(ThreadState& ts, Object* category) { return raise(ts, category, "pickle data was truncated"); }

}  // namespace

void Input::set_bytes(Object& owner, std::string_view bytes) {
    assign(holder, Ref<Object>::share(owner));
    data = bytes.data();
    size = bytes.size();
    next = 0;
    taken = size;
}

Result<void> Input::set_file(ThreadState& ts, Object& file) {
    OptRef<Object> found[4];
    Object* names[] = {&"peek"_n, &"readinto"_n, &"read"_n, &"readline"_n};
    for (int i = 0; i < 4; ++i) found[i] = TRY(getattr_optional(ts, file, *names[i]));
    if (!found[2] || !found[3]) return raise(ts, PyExc_TypeError, "file must have 'read' and 'readline' attributes");
    Object** members[] = {&peek, &readinto, &read, &readline};
    for (int i = 0; i < 4; ++i) {
        Object* old = std::exchange(*members[i], found[i].release());
        decref_optional(old);
    }
    return {};
}

Result<void> Input::settle(ThreadState& ts) {
    if (next <= taken || !read) return {};
    Ref<Object> count = TRY(int_from_ssize(ts, Py_ssize_t(next - taken)));
    TRY(call(ts, *read, *count));
    taken = next;
    return {};
}

Result<void> Input::fill(ThreadState& ts, Object& method, Object* argument, size_t wanted) {
    TRY(settle(ts));
    Ref<Object> got = TRY(argument ? call(ts, method, *argument) : call(ts, method));
    if (!PyBytes_Check(got.get()))
        return raise(ts, PyExc_TypeError, "a bytes-like object is required, not '%.100s'", type_of(*got).tp_name);
    std::string_view bytes = bytes_view(as<Bytes>(*got));
    // An unlucky read() may give more than was asked for; what is behind is still ours.
    size_t in_file = bytes.size();
    OptRef<Object> joined;
    if (peek && bytes.size() >= wanted) {
        Ref<Object> amount = TRY(int_from_ssize(ts, Py_ssize_t(kPeek)));
        auto ahead = call(ts, *peek, *amount);
        if (!ahead.ok()) {
            if (!error_matches(ts, PyExc_NotImplementedError)) return failure;
            // The file has the method without being able to look ahead: it is not asked again.
            error_clear(ts);
            clear(peek);
        } else {
            Ref<Object> more = std::move(ahead).take();
            if (!PyBytes_Check(more.get()))
                return raise(ts, PyExc_TypeError, "a bytes-like object is required, not '%.100s'",
                             type_of(*more).tp_name);
            if (bytes.empty()) {
                joined = std::move(more);
            } else if (bytes_view(as<Bytes>(*more)).size()) {
                joined = TRY(bytes_concat(ts, *got, *more));
            }
        }
    }
    if (joined) {
        set_bytes(*joined, bytes_view(as<Bytes>(*joined)));
    } else {
        set_bytes(*got, bytes);
    }
    taken = in_file;
    return {};
}

Result<const char*> Input::take_more(ThreadState& ts, size_t count, Object* truncated) {
    if (!read) return raise_truncated(ts, truncated);
    if (count > size_t(PY_SSIZE_T_MAX)) return raise(ts, truncated, "read would overflow (invalid bytecode)");
    // Bytes that were only peeked are read again with the rest; others are all used by now, or the pickle is broken.
    Ref<Object> amount = TRY(int_from_ssize(ts, Py_ssize_t(count)));
    TRY(fill(ts, *read, amount.get(), count));
    if (size < count) return raise_truncated(ts, truncated);
    next = count;
    return data;
}

Result<std::string_view> Input::take_line(ThreadState& ts, Object* truncated) {
    const void* end = size > next ? std::memchr(data + next, '\n', size - next) : nullptr;
    if (!end) {
        if (!read) return raise_truncated(ts, truncated);
        TRY(fill(ts, *readline, nullptr, 1));
        end = size ? std::memchr(data, '\n', size) : nullptr;
        if (!end) return raise_truncated(ts, truncated);
    }
    std::string_view line(data + next, size_t(static_cast<const char*>(end) - (data + next)) + 1);
    next += line.size();
    return line;
}

Result<void> Input::take_into(ThreadState& ts, char* out, size_t count, Object* truncated) {
    size_t present = std::min(count, size - next);
    if (present == count || !readinto) {
        const char* bytes = TRY(take(ts, count, truncated));
        if (count) std::memcpy(out, bytes, count);
        return {};
    }
    if (present) std::memcpy(out, data + next, present);
    next += present;
    TRY(settle(ts));
    size_t missing = count - present;
    Ref<Object> view = TRY(memoryview_from_memory(ts, out + present, Py_ssize_t(missing), PyBUF_WRITE));
    auto answered = call(ts, *readinto, *view);
    {
        // The memory is the caller's: nobody may keep a view of it.
        ErrorKeeper keeper(ts);
        if (!call_method(ts, *view, "release"_n).ok()) error_clear(ts);
    }
    Ref<Object> answer = TRY(std::move(answered));
    Py_ssize_t got = TRY(int_as_ssize(ts, *answer));
    if (got < 0) return raise(ts, PyExc_ValueError, "readinto() returned negative size");
    if (size_t(got) < missing) return raise_truncated(ts, truncated);
    return {};
}

}  // namespace orochi::pickle
