// Socket objects and the module.
#include <arpa/inet.h>
#include <climits>
#include <cmath>
#include <ctime>
#include <memory>

#include "modules/_socket/socket.hpp"
#include "modules/module_references.hpp"
#include "objects/float.hpp"
#include "objects/warnings.hpp"

namespace orochi {

Result<int64_t> timeout_from(ThreadState& ts, Object& value) {
    if (is_none(&value)) return int64_t(-1);
    int64_t result;
    auto too_large = [&] { return raise(ts, PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t"); };
    if (PyFloat_Check(&value)) {
        double seconds = float_value(value);
        if (std::isnan(seconds)) return raise(ts, PyExc_ValueError, "Invalid value NaN (not a number)");
        seconds *= 1e9;
        seconds = seconds < 0 ? std::floor(seconds) : std::ceil(seconds);
        if (!(seconds >= -9223372036854775808.0 && seconds < 9223372036854775808.0)) return too_large();
        result = int64_t(seconds);
    } else {
        Ref<Object> index = TRY(number_index_any(ts, value));
        int overflow;
        long long seconds = TRY(int_as_long_long_overflow(ts, *index, overflow));
        if (overflow || __builtin_mul_overflow(seconds, 1'000'000'000LL, &result)) return too_large();
    }
    if (result < 0) return raise(ts, PyExc_ValueError, "Timeout value out of range");
    if (result / 1'000'000 > INT_MAX) return raise(ts, PyExc_OverflowError, "timeout doesn't fit into C timeval");
    return result;
}

namespace {

int64_t monotonic() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return int64_t(t.tv_sec) * 1'000'000'000 + t.tv_nsec;
}

Failure raise_timeout(ThreadState& ts) { return raise(ts, PyExc_TimeoutError, "timed out"); }

// Waits until the descriptor is ready, at most until the deadline: false when time is up.
Result<bool> wait_ready(ThreadState& ts, Socket& self, short events, int64_t deadline) {
    if (self.fd < 0) return true;  // closed: the call itself says so
    for (;;) {
        int64_t left = deadline - monotonic();
        if (left < 0) left = 0;
        pollfd entry{self.fd, events, 0};
        auto result = unlocked_call(ts, [&] { return poll(&entry, 1, int((left + 999'999) / 1'000'000)); });
        if (!result.failed()) return result.value > 0;
        if (result.error != EINTR) return raise_os_error(ts, result.error);
        TRY(check_signals(ts));
        if (deadline - monotonic() < 0) return false;
    }
}

// Calls f() with the socket's timeout, counted from when the deadline was set.
int64_t deadline_of(const Socket& self) { return self.timeout > 0 ? monotonic() + self.timeout : 0; }
template <class F>
auto with_timeout(ThreadState& ts, Socket& self, short events, int64_t deadline, F f)
    -> Result<SystemResult<decltype(f())>> {
    for (;;) {
        if (self.timeout > 0) {
            if (!TRY(wait_ready(ts, self, events, deadline))) return raise_timeout(ts);
        }
        auto result = unlocked_call(ts, f);
        if (!result.failed()) return result;
        if (result.error == EINTR) {
            TRY(check_signals(ts));
            continue;
        }
        // Ready, and yet not: somebody else was faster.
        if (self.timeout > 0 && (result.error == EWOULDBLOCK || result.error == EAGAIN)) continue;
        return raise_os_error(ts, result.error);
    }
}
template <class F>
auto with_timeout(ThreadState& ts, Socket& self, short events, F f) -> Result<SystemResult<decltype(f())>> {
    return with_timeout(ts, self, events, deadline_of(self), f);
}

PyObject* socket_error_handler() {
    (void)raise_os_error(current_thread(), errno);
    return nullptr;
}

Result<void> init_socket(ThreadState& ts, SocketState& state, Socket& self, int fd, int family, int type, int proto) {
    self.fd = fd;
    self.family = family;
    self.type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    self.proto = proto;
    self.error_handler = socket_error_handler;
    if (type & SOCK_NONBLOCK) {
        self.timeout = 0;
        return {};
    }
    self.timeout = state.default_timeout;
    if (state.default_timeout >= 0 && !set_blocking(fd, false)) return raise_os_error(ts, errno);
    return {};
}

Result<Ref<Object>> socket_new(ThreadState& ts, Type& type, Rest, Keywords) {
    Object* made = type.tp_alloc(&type, 0);
    if (!made) return failure;
    Socket& self = as<Socket>(*made);
    self.fd = -1;
    self.timeout = -1;
    self.error_handler = socket_error_handler;
    return Ref<Object>::steal(made);
}

Result<void> socket_init(ThreadState& ts, Socket& self, int family, int type, int proto, Object* fileno) {
    TRY(audit(ts, "socket.__new__", "Oiii", &self, family, type, proto));
    SocketState& state = *TRY(socket_state_of(ts, obj(self)));
    int fd;
    if (fileno && !is_none(fileno)) {
        if (PyFloat_Check(fileno)) return raise(ts, PyExc_TypeError, "integer argument expected, got float");
        fd = TRY(int_as_int(ts, *fileno));
        if (fd < 0) return raise(ts, PyExc_ValueError, "negative file descriptor");
        Address address{};
        socklen_t size = sizeof address;
        if (getsockname(fd, &address.any, &size) < 0) {
            // Without a family to go by, the descriptor must be a socket.
            if (family == -1 || errno == EBADF || errno == ENOTSOCK) return raise_os_error(ts, errno);
        } else if (family == -1) {
            family = address.any.sa_family;
        }
        socklen_t option_size = sizeof(int);
        if (type == -1 && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &option_size) < 0)
            return raise_os_error(ts, errno);
        if (proto == -1 && getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &proto, &option_size) < 0)
            return raise_os_error(ts, errno);
    } else {
        if (family == -1) family = AF_INET;
        if (type == -1) type = SOCK_STREAM;
        if (proto == -1) proto = 0;
        auto result = unlocked_call(ts, [&] { return socket(family, type | SOCK_CLOEXEC, proto); });
        if (result.failed()) return raise_os_error(ts, result.error);
        fd = result.value;
    }
    auto done = init_socket(ts, state, self, fd, family, type, proto);
    if (!done.ok()) {
        self.fd = -1;
        close(fd);
    }
    return done;
}

Result<void> socket_close(ThreadState& ts, Socket& self) {
    int fd = std::exchange(self.fd, -1);
    if (fd < 0) return {};
    auto result = unlocked_call(ts, [&] { return close(fd); });
    // The peer having reset the connection is no error of closing.
    if (result.failed() && result.error != ECONNRESET) return raise_os_error(ts, result.error);
    return {};
}
void socket_finalize(ThreadState& ts, Socket& self) {
    if (self.fd == -1) return;
    ErrorKeeper keeper(ts);
    auto message = str_format(ts, "unclosed %R", &self);
    if (!message.ok()) {
        error_clear(ts);
    } else if (!warn_object(ts, obj(*std::move(message).take()), PyExc_ResourceWarning, 1, obj(&self)).ok()) {
        if (error_matches(ts, PyExc_Warning)) write_unraisable(ts, obj(&self));
        error_clear(ts);
    }
    int fd = std::exchange(self.fd, -1);
    unlocked_call(ts, [&] { return close(fd); });
}
void socket_dealloc(Object* object) {
    ThreadState& ts = current_thread();
    if (finalize_on_dealloc(ts, *object)) return;
    Type& type = type_of(*object);
    type.tp_free(object);
    decref(type);
}
Result<Ref<Str>> socket_repr(ThreadState& ts, Socket& self) {
    return str_format(ts, "<socket object, fd=%ld, family=%d, type=%d, proto=%d>", long(self.fd), self.family,
                      self.type, self.proto);
}

Result<socklen_t> address_size(ThreadState& ts, Socket& self) {
    switch (self.family) {
        case AF_INET: return socklen_t(sizeof(sockaddr_in));
        case AF_INET6: return socklen_t(sizeof(sockaddr_in6));
        case AF_UNIX: return socklen_t(sizeof(sockaddr_un));
        default: return socklen_t(sizeof(sockaddr_storage));
    }
}

Result<Ref<Object>> socket_accept(ThreadState& ts, Socket& self) {
    Address address{};
    socklen_t size = TRY(address_size(ts, self));
    auto result = TRY(with_timeout(ts, self, POLLIN, [&] {
        size = sizeof address;
        return accept4(self.fd, &address.any, &size, SOCK_CLOEXEC);
    }));
    Ref<Object> fd = TRY(int_from(ts, result.value));
    Ref<Object> place = TRY(address_object(ts, address, size));
    return tuple_of(ts, *fd, *place);
}
Result<void> socket_bind(ThreadState& ts, Socket& self, Object& place) {
    Address address;
    socklen_t size = TRY(address_from(ts, *TRY(socket_state_of(ts, obj(self))), self.family, place, "bind", address));
    TRY(audit(ts, "socket.bind", "OO", &self, &place));
    auto result = unlocked_call(ts, [&] { return bind(self.fd, &address.any, size); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}

// 0, or the error number; a timeout is a failure with ETIMEDOUT left to the caller through `timed_out`.
Result<int> connect_to(ThreadState& ts, Socket& self, const Address& address, socklen_t size, bool& timed_out) {
    timed_out = false;
    auto result = unlocked_call(ts, [&] { return connect(self.fd, &address.any, size); });
    if (!result.failed()) return 0;
    bool wait;
    if (result.error == EINTR) {
        TRY(check_signals(ts));
        wait = self.timeout != 0;
    } else {
        wait = self.timeout > 0 && result.error == EINPROGRESS;
    }
    if (!wait) return result.error;
    int64_t deadline = self.timeout > 0 ? deadline_of(self) : INT64_MAX / 2;
    if (self.timeout > 0) {
        if (!TRY(wait_ready(ts, self, POLLOUT, deadline))) {
            timed_out = true;
            return ETIMEDOUT;
        }
    } else {
        for (;;) {
            pollfd entry{self.fd, POLLOUT, 0};
            auto ready = unlocked_call(ts, [&] { return poll(&entry, 1, -1); });
            if (!ready.failed()) break;
            if (ready.error != EINTR) return ready.error;
            TRY(check_signals(ts));
        }
    }
    int error = 0;
    socklen_t error_size = sizeof error;
    if (getsockopt(self.fd, SOL_SOCKET, SO_ERROR, &error, &error_size) < 0) return errno;
    return error == EISCONN ? 0 : error;
}
Result<void> socket_connect(ThreadState& ts, Socket& self, Object& place) {
    Address address;
    socklen_t size =
        TRY(address_from(ts, *TRY(socket_state_of(ts, obj(self))), self.family, place, "connect", address));
    TRY(audit(ts, "socket.connect", "OO", &self, &place));
    bool timed_out;
    int error = TRY(connect_to(ts, self, address, size, timed_out));
    if (timed_out) return raise_timeout(ts);
    if (error) return raise_os_error(ts, error);
    return {};
}
Result<int> socket_connect_ex(ThreadState& ts, Socket& self, Object& place) {
    Address address;
    socklen_t size =
        TRY(address_from(ts, *TRY(socket_state_of(ts, obj(self))), self.family, place, "connect_ex", address));
    TRY(audit(ts, "socket.connect", "OO", &self, &place));
    bool timed_out;
    int error = TRY(connect_to(ts, self, address, size, timed_out));
    return timed_out ? EWOULDBLOCK : error;
}
Result<void> socket_listen(ThreadState& ts, Socket& self, Object* backlog_argument) {
    int backlog = backlog_argument ? TRY(convert_int(ts, *backlog_argument)) : std::min(SOMAXCONN, 128);
    if (backlog < 0) backlog = 0;
    auto result = unlocked_call(ts, [&] { return listen(self.fd, backlog); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}
Result<int> socket_fileno(ThreadState&, Socket& self) { return self.fd; }
Result<int> socket_detach(ThreadState&, Socket& self) { return std::exchange(self.fd, -1); }
Result<void> socket_shutdown(ThreadState& ts, Socket& self, int how) {
    auto result = unlocked_call(ts, [&] { return shutdown(self.fd, how); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}
template <int (*Call)(int, sockaddr*, socklen_t*)>
Result<Ref<Object>> socket_name(ThreadState& ts, Socket& self) {
    Address address{};
    socklen_t size = TRY(address_size(ts, self));
    auto result = unlocked_call(ts, [&] { return Call(self.fd, &address.any, &size); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return address_object(ts, address, size);
}
int call_getpeername(int fd, sockaddr* a, socklen_t* n) { return getpeername(fd, a, n); }
int call_getsockname(int fd, sockaddr* a, socklen_t* n) { return getsockname(fd, a, n); }

Result<void> set_mode(ThreadState& ts, Socket& self, int64_t timeout) {
    auto result = unlocked_call(ts, [&] { return set_blocking(self.fd, timeout < 0) ? 0 : -1; });
    if (result.failed()) return raise_os_error(ts, result.error);
    self.timeout = timeout;
    return {};
}
Result<void> socket_setblocking(ThreadState& ts, Socket& self, bool blocking) {
    return set_mode(ts, self, blocking ? -1 : 0);
}
Result<Ref<Object>> socket_getblocking(ThreadState&, Socket& self) { return new_bool(self.timeout != 0); }
Result<void> socket_settimeout(ThreadState& ts, Socket& self, Object& value) {
    return set_mode(ts, self, TRY(timeout_from(ts, value)));
}
Result<Ref<Object>> timeout_object(ThreadState& ts, int64_t timeout) {
    if (timeout < 0) return new_none();
    return float_from(ts, timeout % 1'000'000'000 == 0 ? double(timeout / 1'000'000'000) : double(timeout) / 1e9);
}
Result<Ref<Object>> socket_gettimeout(ThreadState& ts, Socket& self) { return timeout_object(ts, self.timeout); }

Result<Ref<Object>> socket_getsockopt(ThreadState& ts, Socket& self, int level, int option, int size) {
    if (size == 0) {
        int value = 0;
        socklen_t value_size = sizeof value;
        if (getsockopt(self.fd, level, option, &value, &value_size) < 0) return raise_os_error(ts, errno);
        return int_from(ts, value);
    }
    if (size < 0 || size > 1024) return raise(ts, PyExc_OSError, "getsockopt buflen out of range");
    char buffer[1024];
    socklen_t length = socklen_t(size);
    if (getsockopt(self.fd, level, option, buffer, &length) < 0) return raise_os_error(ts, errno);
    return bytes_from(ts, {buffer, length});
}
Result<void> socket_setsockopt(ThreadState& ts, Socket& self, Rest arguments) {
    if (arguments.count != 3 && arguments.count != 4)
        return raise(ts, PyExc_TypeError, "setsockopt() takes exactly 3 arguments (%zd given)", arguments.count);
    int level = TRY(convert_int(ts, arguments[0])), option = TRY(convert_int(ts, arguments[1]));
    Object& value = arguments[2];
    Object* size = arguments.count == 4 ? arguments.items[3] : nullptr;
    int result;
    if (size) {
        if (!is_none(&value)) return raise(ts, PyExc_TypeError, "setsockopt() argument 3 must be None, not %T", &value);
        result = setsockopt(self.fd, level, option, nullptr, socklen_t(TRY(convert_unsigned_mask(ts, *size))));
    } else if (PyLong_Check(&value)) {
        int number = TRY(int_as_int(ts, value));
        result = setsockopt(self.fd, level, option, &number, sizeof number);
    } else {
        BufferView view;
        TRY(get_buffer(ts, value, view.raw(), PyBUF_SIMPLE));
        result = setsockopt(self.fd, level, option, view.data(), socklen_t(view.size()));
    }
    if (result < 0) return raise_os_error(ts, errno);
    return {};
}

Result<Ref<Object>> socket_recv(ThreadState& ts, Socket& self, Py_ssize_t size, int flags) {
    if (size < 0) return raise(ts, PyExc_ValueError, "negative buffersize in recv");
    Ref<Bytes> buffer = TRY(bytes_new(ts, size));
    char* data = bytes_data(*buffer);
    auto result = TRY(with_timeout(ts, self, POLLIN, [&] { return recv(self.fd, data, size_t(size), flags); }));
    if (result.value == size) return buffer;
    return bytes_resize(ts, std::move(buffer), result.value);
}
Result<Py_ssize_t> buffer_room(ThreadState& ts, WritableBufferView& buffer, Py_ssize_t size, const char* function) {
    if (size < 0) return raise(ts, PyExc_ValueError, "negative buffersize in %s", function);
    if (size > buffer.size()) return raise(ts, PyExc_ValueError, "buffer too small for requested bytes");
    return size == 0 ? buffer.size() : size;
}
Result<Py_ssize_t> socket_recv_into(ThreadState& ts, Socket& self, WritableBufferView& buffer, Py_ssize_t nbytes,
                                    int flags) {
    Py_ssize_t size = TRY(buffer_room(ts, buffer, nbytes, "recv_into"));
    if (size == 0) return Py_ssize_t(0);
    return TRY(with_timeout(ts, self, POLLIN,
                            [&] { return recv(self.fd, buffer.writable_data(), size_t(size), flags); }))
        .value;
}
Result<Py_ssize_t> receive_from(ThreadState& ts, Socket& self, void* data, Py_ssize_t size, int flags,
                                OptRef<Object>& place) {
    Address address{};
    socklen_t address_length = 0;
    auto result = TRY(with_timeout(ts, self, POLLIN, [&] {
        address_length = sizeof address;
        return recvfrom(self.fd, data, size_t(size), flags, &address.any, &address_length);
    }));
    place = OptRef<Object>(TRY(address_object(ts, address, address_length)));
    return Py_ssize_t(result.value);
}
Result<Ref<Object>> socket_recvfrom(ThreadState& ts, Socket& self, Py_ssize_t size, int flags) {
    if (size < 0) return raise(ts, PyExc_ValueError, "negative buffersize in recvfrom");
    Ref<Bytes> buffer = TRY(bytes_new(ts, size));
    OptRef<Object> place;
    Py_ssize_t count = TRY(receive_from(ts, self, bytes_data(*buffer), size, flags, place));
    if (count != size) buffer = TRY(bytes_resize(ts, std::move(buffer), count));
    return tuple_of(ts, *buffer, *place);
}
Result<Ref<Object>> socket_recvfrom_into(ThreadState& ts, Socket& self, WritableBufferView& buffer, Py_ssize_t nbytes,
                                         int flags) {
    if (nbytes < 0) return raise(ts, PyExc_ValueError, "negative buffersize in recvfrom_into");
    if (nbytes > buffer.size()) return raise(ts, PyExc_ValueError, "nbytes is greater than the length of the buffer");
    OptRef<Object> place;
    Py_ssize_t count =
        TRY(receive_from(ts, self, buffer.writable_data(), nbytes ? nbytes : buffer.size(), flags, place));
    Ref<Object> number = TRY(int_from(ts, count));
    return tuple_of(ts, *number, *place);
}
Result<Py_ssize_t> socket_send(ThreadState& ts, Socket& self, BufferView& data, int flags) {
    return TRY(with_timeout(ts, self, POLLOUT, [&] { return send(self.fd, data.data(), size_t(data.size()), flags); }))
        .value;
}
Result<void> socket_sendall(ThreadState& ts, Socket& self, BufferView& data, int flags) {
    int64_t deadline = deadline_of(self);  // one for all pieces
    Py_ssize_t done = 0;
    while (done < data.size()) {
        if (self.timeout > 0 && done && monotonic() >= deadline) return raise_timeout(ts);
        auto result = TRY(with_timeout(ts, self, POLLOUT, deadline, [&] {
            return send(self.fd, data.data() + done, size_t(data.size() - done), flags);
        }));
        done += result.value;
        // A long transfer must still notice signals.
        TRY(check_signals(ts));
    }
    return {};
}
Result<Py_ssize_t> socket_sendto(ThreadState& ts, Socket& self, Rest arguments) {
    if (arguments.count != 2 && arguments.count != 3)
        return raise(ts, PyExc_TypeError, "sendto() takes 2 or 3 arguments (%zd given)", arguments.count);
    BufferView data;
    TRY(get_buffer(ts, arguments[0], data.raw(), PyBUF_SIMPLE));
    int flags = arguments.count == 3 ? TRY(convert_int(ts, arguments[1])) : 0;
    Object& place = arguments[arguments.count - 1];
    Address address;
    socklen_t size = TRY(address_from(ts, *TRY(socket_state_of(ts, obj(self))), self.family, place, "sendto", address));
    TRY(audit(ts, "socket.sendto", "OO", &self, &place));
    return TRY(with_timeout(
                   ts, self, POLLOUT,
                   [&] { return sendto(self.fd, data.data(), size_t(data.size()), flags, &address.any, size); }))
        .value;
}

// Messages with ancillary data (file descriptors, credentials).
Result<Ref<Object>> receive_message(ThreadState& ts, Socket& self, iovec* parts, size_t count, int flags,
                                    Py_ssize_t ancillary_size, Object* data) {
    if (ancillary_size < 0) return raise(ts, PyExc_ValueError, "invalid ancillary data buffer length");
    auto control = std::make_unique<char[]>(size_t(ancillary_size) + 1);
    Address address{};
    msghdr message{};
    auto result = TRY(with_timeout(ts, self, POLLIN, [&] {
        message.msg_name = &address;
        message.msg_namelen = sizeof address;
        message.msg_iov = parts;
        message.msg_iovlen = count;
        message.msg_control = ancillary_size ? control.get() : nullptr;
        message.msg_controllen = size_t(ancillary_size);
        return recvmsg(self.fd, &message, flags);
    }));
    Ref<List> ancillary = TRY(list_new(ts, 0));
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
        size_t available = size_t(static_cast<char*>(message.msg_control) + message.msg_controllen -
                                  reinterpret_cast<char*>(CMSG_DATA(header)));
        size_t length = header->cmsg_len >= CMSG_LEN(0) ? header->cmsg_len - CMSG_LEN(0) : 0;
        Ref<Bytes> contents =
            TRY(bytes_from(ts, {reinterpret_cast<char*>(CMSG_DATA(header)), std::min(length, available)}));
        Ref<Object> level = TRY(int_from(ts, header->cmsg_level));
        Ref<Object> type = TRY(int_from(ts, header->cmsg_type));
        TRY(list_append(ts, *ancillary, Ref<Object>(TRY(tuple_of(ts, *level, *type, *contents)))));
    }
    Ref<Object> size = TRY(int_from(ts, result.value));
    Ref<Object> first = Ref<Object>::share(*size);
    if (data) {
        first = TRY(bytes_from(ts, bytes_view(as<Bytes>(*data)).substr(0, size_t(result.value))));
    }
    Ref<Object> shown_flags = TRY(int_from(ts, message.msg_flags));
    Ref<Object> place = TRY(address_object(ts, address, message.msg_namelen));
    return tuple_of(ts, *first, *ancillary, *shown_flags, *place);
}
Result<Ref<Object>> socket_recvmsg(ThreadState& ts, Socket& self, Py_ssize_t size, Py_ssize_t ancillary_size,
                                   int flags) {
    if (size < 0) return raise(ts, PyExc_ValueError, "negative buffer size in recvmsg()");
    Ref<Bytes> buffer = TRY(bytes_new(ts, size));
    iovec part{bytes_data(*buffer), size_t(size)};
    return receive_message(ts, self, &part, 1, flags, ancillary_size, obj(buffer.get()));
}
Result<Ref<Object>> socket_recvmsg_into(ThreadState& ts, Socket& self, Object& buffers, Py_ssize_t ancillary_size,
                                        int flags) {
    Ref<Object> fast = TRY(sequence_fast(ts, buffers, "recvmsg_into() argument 1 must be an iterable"));
    auto items = sequence_fast_items(*fast);
    auto views = std::make_unique<BufferView[]>(items.size() + 1);
    auto parts = std::make_unique<iovec[]>(items.size() + 1);
    for (size_t i = 0; i < items.size(); ++i) {
        if (!get_buffer(ts, *items[i], views[i].raw(), PyBUF_WRITABLE).ok()) {
            error_clear(ts);
            return raise(ts, PyExc_TypeError,
                         "recvmsg_into() argument 1 must be an iterable of single-segment read-write buffers");
        }
        parts[i] = {views[i].writable_data(), size_t(views[i].size())};
    }
    return receive_message(ts, self, parts.get(), items.size(), flags, ancillary_size, nullptr);
}
Result<Py_ssize_t> socket_sendmsg(ThreadState& ts, Socket& self, Object& buffers, Object* ancillary, int flags,
                                  Object* place) {
    Ref<Object> fast = TRY(sequence_fast(ts, buffers, "sendmsg() argument 1 must be an iterable"));
    auto items = sequence_fast_items(*fast);
    auto views = std::make_unique<BufferView[]>(items.size() + 1);
    auto parts = std::make_unique<iovec[]>(items.size() + 1);
    for (size_t i = 0; i < items.size(); ++i) {
        TRY(get_buffer(ts, *items[i], views[i].raw(), PyBUF_SIMPLE));
        parts[i] = {views[i].writable_data(), size_t(views[i].size())};
    }
    std::string control;
    if (ancillary) {
        Ref<Object> list = TRY(sequence_fast(ts, *ancillary, "sendmsg() argument 2 must be an iterable"));
        for (Object* item : sequence_fast_items(*list)) {
            if (!PyTuple_Check(item) || tuple_size(as<Tuple>(*item)) != 3)
                return raise(ts, PyExc_TypeError,
                             "[sendmsg() ancillary data items]() argument must be 3-item sequence");
            Tuple& entry = as<Tuple>(*item);
            int level = TRY(convert_int(ts, tuple_item(entry, 0))), type = TRY(convert_int(ts, tuple_item(entry, 1)));
            BufferView view;
            TRY(get_buffer(ts, tuple_item(entry, 2), view.raw(), PyBUF_SIMPLE));
            size_t at = control.size();
            control.resize(at + CMSG_SPACE(size_t(view.size())), '\0');
            cmsghdr header{};
            header.cmsg_len = CMSG_LEN(size_t(view.size()));
            header.cmsg_level = level;
            header.cmsg_type = type;
            std::memcpy(control.data() + at, &header, sizeof header);
            std::memcpy(control.data() + at + CMSG_LEN(0), view.data(), size_t(view.size()));
        }
    }
    Address address{};
    msghdr message{};
    if (place && !is_none(place)) {
        message.msg_namelen =
            TRY(address_from(ts, *TRY(socket_state_of(ts, obj(self))), self.family, *place, "sendmsg", address));
        message.msg_name = &address;
    }
    TRY(audit(ts, "socket.sendmsg", "OO", &self, place ? place : &none()));
    message.msg_iov = parts.get();
    message.msg_iovlen = items.size();
    if (!control.empty()) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
    }
    return TRY(with_timeout(ts, self, POLLOUT, [&] { return sendmsg(self.fd, &message, flags); })).value;
}

const MethodDef socket_methods[] = {
    METHOD_PLAIN("_accept($self, /)", socket_accept,
                 "_accept() -> (integer, address info)\n\nWait for an incoming connection."),
    METHOD_PLAIN("bind($self, address, /)", socket_bind, "bind(address)\n\nBind the socket to a local address."),
    METHOD_PLAIN("close($self, /)", socket_close, "close()\n\nClose the socket.  It cannot be used after this call."),
    METHOD_PLAIN("connect($self, address, /)", socket_connect,
                 "connect(address)\n\nConnect the socket to a remote address."),
    METHOD_PLAIN("connect_ex($self, address, /)", socket_connect_ex,
                 "connect_ex(address) -> errno\n\nThis is like connect(address), but returns an error code instead "
                 "of raising an exception."),
    METHOD_PLAIN("detach($self, /)", socket_detach,
                 "detach()\n\nClose the socket object without closing the underlying file descriptor."),
    METHOD_PLAIN("fileno($self, /)", socket_fileno,
                 "fileno() -> integer\n\nReturn the integer file descriptor of the socket."),
    METHOD_PLAIN("getpeername($self, /)", socket_name<call_getpeername>, "getpeername() -> address info"),
    METHOD_PLAIN("getsockname($self, /)", socket_name<call_getsockname>, "getsockname() -> address info"),
    METHOD_PLAIN("getsockopt($self, level, option, buffersize=0, /)", socket_getsockopt,
                 "getsockopt(level, option[, buffersize]) -> value"),
    METHOD_PLAIN("listen($self, backlog=<unrepresentable>, /)", socket_listen,
                 "listen([backlog])\n\nEnable a server to accept connections."),
    METHOD_PLAIN("recv($self, buffersize, flags=0, /)", socket_recv, "recv(buffersize[, flags]) -> data"),
    METHOD_PLAIN("recv_into($self, buffer, nbytes=0, flags=0)", socket_recv_into,
                 "recv_into(buffer, [nbytes[, flags]]) -> nbytes_read"),
    METHOD_PLAIN("recvfrom($self, buffersize, flags=0, /)", socket_recvfrom,
                 "recvfrom(buffersize[, flags]) -> (data, address info)"),
    METHOD_PLAIN("recvfrom_into($self, buffer, nbytes=0, flags=0)", socket_recvfrom_into,
                 "recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)"),
    METHOD_PLAIN("send($self, data, flags=0, /)", socket_send, "send(data[, flags]) -> count"),
    METHOD_PLAIN("sendall($self, data, flags=0, /)", socket_sendall, "sendall(data[, flags])"),
    METHOD_PLAIN("sendto($self, /, *args)", socket_sendto, "sendto(data[, flags], address) -> count"),
    METHOD_PLAIN("setblocking($self, flag, /)", socket_setblocking, "setblocking(flag)"),
    METHOD_PLAIN("getblocking($self, /)", socket_getblocking, "getblocking()"),
    METHOD_PLAIN("settimeout($self, timeout, /)", socket_settimeout, "settimeout(timeout)"),
    METHOD_PLAIN("gettimeout($self, /)", socket_gettimeout, "gettimeout() -> timeout"),
    METHOD_PLAIN("setsockopt($self, /, *args)", socket_setsockopt,
                 "setsockopt(level, option, value: int)\nsetsockopt(level, option, value: buffer)\n"
                 "setsockopt(level, option, None, optlen: int)"),
    METHOD_PLAIN("shutdown($self, flag, /)", socket_shutdown, "shutdown(flag)"),
    METHOD_PLAIN("recvmsg($self, bufsize, ancbufsize=0, flags=0, /)", socket_recvmsg,
                 "recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)"),
    METHOD_PLAIN("recvmsg_into($self, buffers, ancbufsize=0, flags=0, /)", socket_recvmsg_into,
                 "recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)"),
    METHOD_PLAIN("sendmsg($self, buffers, ancdata=(), flags=0, address=<unrepresentable>, /)", socket_sendmsg,
                 "sendmsg(buffers[, ancdata[, flags[, address]]]) -> count"),
    METHOD_END,
};
const PyMemberDef socket_members[] = {
    {"family", T_INT, offsetof(Socket, family), READONLY, "the socket family"},
    {"type", T_INT, offsetof(Socket, type), READONLY, "the socket type"},
    {"proto", T_INT, offsetof(Socket, proto), READONLY, "the socket protocol"},
    {},
};
const PyGetSetDef socket_getset[] = {GETTER("timeout", socket_gettimeout, "the socket timeout"), GETSET_END};

// Functions of the module.
Result<void> net_close(ThreadState& ts, Object&, Object& number) {
    int fd = TRY(int_as_int(ts, number));
    auto result = unlocked_call(ts, [&] { return close(fd); });
    if (result.failed() && result.error != ECONNRESET) return raise_os_error(ts, result.error);
    return {};
}
Result<int> net_dup(ThreadState& ts, Object&, Object& number) {
    int fd = TRY(int_as_int(ts, number));
    auto result = unlocked_call(ts, [&] { return fcntl(fd, F_DUPFD_CLOEXEC, 0); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return result.value;
}
Result<Ref<Object>> net_getdefaulttimeout(ThreadState& ts, Object& module) {
    return timeout_object(ts, socket_state(module).default_timeout);
}
Result<void> net_setdefaulttimeout(ThreadState& ts, Object& module, Object& value) {
    socket_state(module).default_timeout = TRY(timeout_from(ts, value));
    return {};
}
Result<Ref<Object>> net_socketpair(ThreadState& ts, Object& module, int family, int type, int proto) {
    int fds[2];
    auto result = unlocked_call(ts, [&] { return socketpair(family, type | SOCK_CLOEXEC, proto, fds); });
    if (result.failed()) return raise_os_error(ts, result.error);
    SocketState& state = socket_state(module);
    auto first = socket_from_descriptor(ts, state, fds[0], family, type, proto);
    if (!first.ok()) {
        close(fds[1]);
        return failure;
    }
    Ref<Object> a = std::move(first).take();
    Ref<Object> b = TRY(socket_from_descriptor(ts, state, fds[1], family, type, proto));
    return tuple_of(ts, *a, *b);
}
const MethodDef module_functions[] = {
    METHOD_PLAIN("close($module, integer, /)", net_close,
                 "close(integer) -> None\n\nClose an integer socket file descriptor."),
    METHOD_PLAIN("dup($module, integer, /)", net_dup,
                 "dup(integer) -> integer\n\nDuplicate an integer socket file descriptor."),
    METHOD_PLAIN("getdefaulttimeout($module, /)", net_getdefaulttimeout, "getdefaulttimeout() -> timeout"),
    METHOD_PLAIN("setdefaulttimeout($module, timeout, /)", net_setdefaulttimeout, "setdefaulttimeout(timeout)"),
    METHOD_PLAIN("socketpair($module, $tuple, family=1, type=1, proto=0, /)", net_socketpair,
                 "socketpair([family[, type [, proto]]]) -> (socket object, socket object)"),
    METHOD_END,
};

constexpr IntConstant constants[] = {
#define SOCKET_CONSTANT(NAME, VALUE) {#NAME, VALUE},
#include "modules/_socket/constants.def"
#undef SOCKET_CONSTANT
};

Result<Ref<Object>> error_class(ThreadState& ts, Object& name) {
    Ref<Tuple> bases = TRY(tuple_of(ts, *PyExc_OSError));
    Ref<Dict> dict = TRY(dict_new(ts));
    TRY(dict_set(ts, *dict, "__module__"_n, "socket"_n));
    return call(ts, obj(PyType_Type), name, *bases, *dict);
}

}  // namespace

Result<Ref<Object>> socket_from_descriptor(ThreadState& ts, SocketState& state, int fd, int family, int type,
                                           int proto) {
    Object* made = state.socket->tp_alloc(state.socket, 0);
    if (!made) {
        close(fd);
        return failure;
    }
    Ref<Object> self = Ref<Object>::steal(made);
    TRY(init_socket(ts, state, as<Socket>(*self), fd, family, type, proto));
    return self;
}

namespace {

Result<void> socket_exec(ThreadState& ts, Object& module) {
    SocketState& state = socket_state(module);
    state.default_timeout = -1;
    TRY(module_add_constants(ts, module, constants));
    TRY(module_add(ts, module, "has_ipv6", bool_object(true)));
    state.gaierror = std::move(TRY(error_class(ts, "gaierror"_n))).release();
    state.herror = std::move(TRY(error_class(ts, "herror"_n))).release();
    TRY(module_add(ts, module, "error", *PyExc_OSError));
    TRY(module_add(ts, module, "timeout", *PyExc_TimeoutError));
    TRY(module_add(ts, module, "gaierror", *state.gaierror));
    TRY(module_add(ts, module, "herror", *state.herror));
    TRY(module_add_functions(ts, module, module_functions));
    TRY(module_add_functions(ts, module, socket_name_functions));
    PyType_Slot slots[] = {
        {Py_tp_new, new_pointer(NEW_SLOT("socket($type, /, *args, **kwargs)", socket_new))},
        {Py_tp_init, init_pointer(NEW_SLOT("socket($self, family=-1, type=-1, proto=-1, fileno=None)", socket_init))},
        {Py_tp_dealloc, raw_pointer(socket_dealloc)},
        {Py_tp_finalize, slot_pointer<destructor, socket_finalize>()},
        {Py_tp_repr, slot_pointer<reprfunc, socket_repr>()},
        {Py_tp_methods, methods_pointer(socket_methods)},
        {Py_tp_members, MEMBER_TABLE(socket_members)},
        {Py_tp_getset, GETSET_TABLE(socket_getset)},
        {Py_tp_doc, const_cast<char*>("socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object\n"
                                      "socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object\n\n"
                                      "Open a socket of the given type.")},
        {0, nullptr},
    };
    PyType_Spec spec = {"_socket.socket", sizeof(Socket), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE, slots};
    state.socket = std::move(TRY(module_add_type(ts, module, spec))).release();
    TRY(module_add(ts, module, "SocketType", obj(*state.socket)));
    state.api = {state.socket, PyExc_OSError, PyExc_TimeoutError};
    return module_add(ts, module, "CAPI",
                      TRY(Result<Ref<Object>>::adopt(PyCapsule_New(&state.api, "_socket.CAPI", nullptr))));
}
MODULE_EXEC_SLOTS(socket_slots, socket_exec);

}  // namespace

PyModuleDef socket_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_socket",
    .m_doc = "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    .m_size = sizeof(SocketState),
    .m_slots = const_cast<PyModuleDef_Slot*>(socket_slots),
    .m_traverse = ModuleReferences<SocketState>::traverse,
    .m_clear = ModuleReferences<SocketState>::clear,
    .m_free = ModuleReferences<SocketState>::free,
};

Result<SocketState*> socket_state_of(ThreadState& ts, Object& self) {
    Object* module = TRY(type_module_by_definition(ts, type_of(self), socket_module));
    return static_cast<SocketState*>(module_state(*module));
}

}  // namespace orochi
