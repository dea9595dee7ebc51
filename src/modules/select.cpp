// The module select: select(), poll and epoll objects.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>
#include <cfloat>
#include <climits>
#include <cmath>
#include <ctime>
#include <memory>

#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "modules/os_support.hpp"
#include "objects/float.hpp"

#ifndef PIPE_BUF
#define PIPE_BUF 4096
#endif

namespace orochi {

namespace {

struct SelectState {
    Type* poll;
    Type* epoll;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(poll);
        f(epoll);
    }
};

constexpr long long kSecond = 1'000'000'000;

long long monotonic() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * kSecond + t.tv_nsec;
}

// A time span as a number of `unit` nanoseconds, rounded up; `wrong_type` is the TypeError for other objects.
Result<long long> time_span(ThreadState& ts, Object& value, long long unit, const char* wrong_type) {
    auto too_large = [&] { return raise(ts, PyExc_OverflowError, "timestamp too large to convert to C _PyTime_t"); };
    if (PyFloat_Check(&value)) {
        double number = float_value(value);
        if (std::isnan(number)) return raise(ts, PyExc_ValueError, "Invalid value NaN (not a number)");
        number *= double(unit);
        number = number < 0 ? std::floor(number) : std::ceil(number);
        if (!(number >= -9223372036854775808.0 && number < 9223372036854775808.0)) return too_large();
        return static_cast<long long>(number);
    }
    if (!is_index(value)) return raise(ts, PyExc_TypeError, "%s", wrong_type);
    Ref<Object> index = TRY(number_index_any(ts, value));
    int overflow;
    long long number = TRY(int_as_long_long_overflow(ts, *index, overflow)), result;
    if (overflow || __builtin_mul_overflow(number, unit, &result)) return too_large();
    return result;
}

// Calls f(remaining nanoseconds, -1 for no limit) until it is not interrupted; the time left shrinks.
template <class F>
auto wait_for(ThreadState& ts, long long span, F f) -> Result<SystemResult<int>> {
    long long deadline = span >= 0 ? monotonic() + span : -1;
    if (span >= 0 && deadline < 0) deadline = LLONG_MAX;
    for (;;) {
        auto result = unlocked_call(ts, [&] { return f(span); });
        if (!result.failed() || result.error != EINTR) return result;
        TRY(check_signals(ts));
        if (deadline >= 0) {
            span = deadline - monotonic();
            if (span < 0) return SystemResult<int>{0, 0};
        }
    }
}

int milliseconds(long long span) {
    if (span < 0) return -1;
    long long ms = (span + 999'999) / 1'000'000;
    return ms > INT_MAX ? INT_MAX : int(ms);
}

// select().

struct Watched {
    std::unique_ptr<int[]> fds;
    std::unique_ptr<OptRef<Object>[]> objects;
    Py_ssize_t count = 0;
    fd_set set;
};
Result<int> watch(ThreadState& ts, Object& argument, Watched& watched) {
    FD_ZERO(&watched.set);
    Ref<Object> sequence = TRY(sequence_fast(ts, argument, "arguments 1-3 must be sequences"));
    size_t room = std::min<size_t>(sequence_fast_items(*sequence).size(), FD_SETSIZE) + 1;
    watched.fds = std::make_unique<int[]>(room);
    watched.objects = std::make_unique<OptRef<Object>[]>(room);
    int highest = -1;
    // fileno() may make a list shorter.
    for (size_t i = 0; i < sequence_fast_items(*sequence).size(); ++i) {
        if (i + 1 >= room && i >= FD_SETSIZE)
            return raise(ts, PyExc_ValueError, "too many file descriptors in select()");
        if (i + 1 > room) break;
        OptRef<Object> item = OptRef<Object>::share(sequence_fast_items(*sequence)[i]);
        int fd = TRY(file_descriptor_of(ts, *item));
        if (fd >= FD_SETSIZE) return raise(ts, PyExc_ValueError, "filedescriptor out of range in select()");
        FD_SET(fd, &watched.set);
        watched.fds[i] = fd;
        watched.objects[i] = std::move(item);
        watched.count = Py_ssize_t(i) + 1;
        highest = std::max(highest, fd);
    }
    return highest;
}
Result<Ref<Object>> ready(ThreadState& ts, Watched& watched, const fd_set& set) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < watched.count; ++i) {
        if (FD_ISSET(watched.fds[size_t(i)], &set)) TRY(list_append(ts, *list, *watched.objects[size_t(i)]));
    }
    return list;
}
Result<Ref<Object>> select_select(ThreadState& ts, Object&, Object& reading, Object& writing, Object& other,
                                  Object* timeout) {
    Object* const arguments[] = {&reading, &writing, &other};
    long long span = -1;
    if (timeout && !is_none(timeout)) {
        span = TRY(time_span(ts, *timeout, kSecond, "timeout must be a float or None"));
        if (span < 0) return raise(ts, PyExc_ValueError, "timeout must be non-negative");
    }
    Watched watched[3];
    int highest = -1;
    for (int i = 0; i < 3; ++i) highest = std::max(highest, TRY(watch(ts, *arguments[i], watched[i])));
    fd_set sets[3];
    int last = 0;
    auto result = TRY(wait_for(ts, span, [&](long long left) {
        for (int i = 0; i < 3; ++i) sets[i] = watched[i].set;
        timeval time{left / kSecond, (left % kSecond + 999) / 1000};
        return last = select(highest + 1, &sets[0], &sets[1], &sets[2], left < 0 ? nullptr : &time);
    }));
    if (result.failed()) return raise_os_error(ts, result.error);
    if (last < 0) {  // interrupted when time was up: the sets are as they were
        for (fd_set& set : sets) FD_ZERO(&set);
    }
    Ref<Object> readable = TRY(ready(ts, watched[0], sets[0]));
    Ref<Object> writable = TRY(ready(ts, watched[1], sets[1]));
    Ref<Object> exceptional = TRY(ready(ts, watched[2], sets[2]));
    return tuple_of(ts, *readable, *writable, *exceptional);
}

// poll objects.

struct Poll {
    PyObject ob_base;
    Object* dict;  // fd -> events
    bool running;
    auto members() { return std::array{&dict}; }
};
Result<unsigned short> event_mask(ThreadState& ts, Object* value, unsigned fallback) {
    if (!value) return static_cast<unsigned short>(fallback);
    Ref<Object> index = TRY(number_index(ts, *value));
    if (int_sign(as<Int>(*index)) < 0) return raise(ts, PyExc_ValueError, "value must be positive");
    int overflow;
    long long mask = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow || mask > USHRT_MAX)
        return raise(ts, PyExc_OverflowError, "Python int too large for C unsigned short");
    return static_cast<unsigned short>(mask);
}
Result<void> poll_set(ThreadState& ts, Poll& self, int fd, unsigned short mask) {
    Ref<Object> key = TRY(int_from(ts, fd));
    Ref<Object> value = TRY(int_from(ts, mask));
    return dict_set(ts, as<Dict>(*self.dict), *key, *value);
}
Result<void> poll_register(ThreadState& ts, Poll& self, Descriptor fd, Object* mask) {
    return poll_set(ts, self, fd.fd, TRY(event_mask(ts, mask, POLLIN | POLLPRI | POLLOUT)));
}
Result<void> poll_modify(ThreadState& ts, Poll& self, Descriptor fd, Object& mask) {
    unsigned short events = TRY(event_mask(ts, &mask, 0));
    Ref<Object> key = TRY(int_from(ts, fd.fd));
    if (!TRY(dict_contains(ts, as<Dict>(*self.dict), *key))) return raise_os_error(ts, ENOENT);
    return poll_set(ts, self, fd.fd, events);
}
Result<void> poll_unregister(ThreadState& ts, Poll& self, Descriptor fd) {
    Ref<Object> key = TRY(int_from(ts, fd.fd));
    return dict_delete(ts, as<Dict>(*self.dict), *key);
}
Result<Ref<Object>> poll_poll(ThreadState& ts, Poll& self, Object* timeout) {
    long long span = -1;
    if (timeout && !is_none(timeout)) {
        span = TRY(time_span(ts, *timeout, 1'000'000, "timeout must be an integer or None"));
        if (span > 1'000'000LL * INT_MAX) return raise(ts, PyExc_OverflowError, "timeout is too large");
        if (span < 0) span = -1;
    }
    if (self.running) return raise(ts, PyExc_RuntimeError, "concurrent poll() invocation");
    Py_ssize_t count = dict_size(as<Dict>(*self.dict)), n = 0, position = 0;
    auto fds = std::make_unique<pollfd[]>(size_t(count) + 1);
    Object *key, *value;
    while (n < count && dict_next(as<Dict>(*self.dict), position, &key, &value)) {
        int fd = TRY(int_as_int(ts, *key));
        fds[size_t(n++)] = {fd, short(TRY(int_as_long(ts, *value))), 0};
    }
    self.running = true;
    auto outcome = wait_for(ts, span, [&](long long left) { return poll(fds.get(), nfds_t(n), milliseconds(left)); });
    self.running = false;
    auto result = TRY(std::move(outcome));
    if (result.failed()) return raise_os_error(ts, result.error);
    Ref<List> list = TRY(list_new(ts, 0));
    for (Py_ssize_t i = 0; i < n && result.value > 0; ++i) {
        if (!fds[size_t(i)].revents) continue;
        Ref<Object> fd = TRY(int_from(ts, fds[size_t(i)].fd));
        Ref<Object> events = TRY(int_from(ts, static_cast<unsigned short>(fds[size_t(i)].revents)));
        TRY(list_append(ts, *list, Ref<Object>(TRY(tuple_of(ts, *fd, *events)))));
    }
    return list;
}
Result<Ref<Object>> select_poll(ThreadState& ts, Object& module) {
    Type* type = static_cast<SelectState*>(module_state(module))->poll;
    Ref<Poll> self = TRY(make_instance<Poll>(*type));
    self->dict = obj(std::move(TRY(dict_new(ts))).release());
    return std::move(self).cast<Object>();
}

// epoll objects.

struct Epoll {
    PyObject ob_base;
    int fd;
};
Result<void> check_open(ThreadState& ts, Epoll& self) {
    if (self.fd < 0) return raise(ts, PyExc_ValueError, "I/O operation on closed epoll object");
    return {};
}
Result<Ref<Object>> epoll_make(ThreadState& ts, Type& type, int fd) {
    if (fd == -1) {
        auto result = unlocked_call(ts, [] { return epoll_create1(EPOLL_CLOEXEC); });
        if (result.failed()) return raise_os_error(ts, result.error);
        fd = result.value;
    }
    Object* made = type.tp_alloc(&type, 0);
    if (!made) {
        close(fd);
        return failure;
    }
    as<Epoll>(*made).fd = fd;
    return Ref<Object>::steal(made);
}
Result<Ref<Object>> epoll_new(ThreadState& ts, Type& type, int size_hint, int flags) {
    if (size_hint != -1 && size_hint <= 0) return raise(ts, PyExc_ValueError, "negative sizehint");
    if (flags && flags != EPOLL_CLOEXEC) return raise(ts, PyExc_OSError, "invalid flags");
    return epoll_make(ts, type, -1);
}
Result<Ref<Object>> epoll_fromfd(ThreadState& ts, Type& type, int fd) { return epoll_make(ts, type, fd); }
Result<void> epoll_close(ThreadState& ts, Epoll& self) {
    int fd = std::exchange(self.fd, -1);
    if (fd < 0) return {};
    auto result = unlocked_call(ts, [&] { return close(fd); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}
void epoll_dealloc(Object* object) {
    ThreadState& ts = current_thread();
    {
        ErrorKeeper keeper(ts);
        if (!epoll_close(ts, as<Epoll>(*object)).ok()) error_clear(ts);
    }
    Type& type = type_of(*object);
    type.tp_free(object);
    decref(type);
}
Result<void> control(ThreadState& ts, Epoll& self, int operation, int fd, unsigned events) {
    TRY(check_open(ts, self));
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    auto result = unlocked_call(ts, [&] { return epoll_ctl(self.fd, operation, fd, &event); });
    if (result.failed()) return raise_os_error(ts, result.error);
    return {};
}
Result<void> epoll_register(ThreadState& ts, Epoll& self, Descriptor fd, Object* mask) {
    unsigned events = mask ? TRY(convert_unsigned_mask(ts, *mask)) : unsigned(EPOLLIN | EPOLLPRI | EPOLLOUT);
    return control(ts, self, EPOLL_CTL_ADD, fd.fd, events);
}
Result<void> epoll_modify(ThreadState& ts, Epoll& self, Descriptor fd, unsigned mask) {
    return control(ts, self, EPOLL_CTL_MOD, fd.fd, mask);
}
Result<void> epoll_unregister(ThreadState& ts, Epoll& self, Descriptor fd) {
    return control(ts, self, EPOLL_CTL_DEL, fd.fd, 0);
}
Result<Ref<Object>> epoll_poll(ThreadState& ts, Epoll& self, Object* timeout, int most) {
    TRY(check_open(ts, self));
    long long span = -1;
    if (timeout && !is_none(timeout)) {
        span = TRY(time_span(ts, *timeout, kSecond, "timeout must be an integer or None"));
        if (span > 1'000'000LL * INT_MAX) return raise(ts, PyExc_OverflowError, "timeout is too large");
        if (span < 0) span = -1;
    }
    if (most == -1) {
        most = FD_SETSIZE - 1;
    } else if (most < 1) {
        return raise(ts, PyExc_ValueError, "maxevents must be greater than 0, got %d", most);
    }
    auto events = std::make_unique<epoll_event[]>(size_t(most));
    auto result = TRY(wait_for(
        ts, span, [&](long long left) { return epoll_wait(self.fd, events.get(), most, milliseconds(left)); }));
    if (result.failed()) return raise_os_error(ts, result.error);
    Ref<List> list = TRY(list_new(ts, 0));
    for (int i = 0; i < result.value; ++i) {
        Ref<Object> fd = TRY(int_from(ts, events[size_t(i)].data.fd));
        Ref<Object> mask = TRY(int_from(ts, events[size_t(i)].events));
        TRY(list_append(ts, *list, Ref<Object>(TRY(tuple_of(ts, *fd, *mask)))));
    }
    return list;
}
Result<int> epoll_fileno(ThreadState& ts, Epoll& self) {
    TRY(check_open(ts, self));
    return self.fd;
}
Result<Ref<Object>> epoll_enter(ThreadState& ts, Epoll& self) {
    TRY(check_open(ts, self));
    return Ref<Object>::share(obj(self));
}
Result<Ref<Object>> epoll_exit(ThreadState& ts, Object& self, Object*, Object*, Object*) {
    return call_method(ts, self, "close"_n);
}
Result<Ref<Object>> epoll_closed(ThreadState&, Epoll& self) { return new_bool(self.fd < 0); }

const MethodDef poll_methods[] = {
    METHOD("register($self, fd, eventmask=<unrepresentable>, /)", poll_register,
           "Register a file descriptor with the polling object."),
    METHOD("modify($self, fd, eventmask, /)", poll_modify, "Modify an already registered file descriptor."),
    METHOD("unregister($self, fd, /)", poll_unregister,
           "Remove a file descriptor being tracked by the polling object."),
    METHOD("poll($self, timeout=None, /)", poll_poll,
           "Polls the set of registered file descriptors.\n\n"
           "Returns a list containing any descriptors that have events or errors to\n"
           "report, as a list of (fd, event) 2-tuples."),
    METHOD_END,
};
const MethodDef epoll_methods[] = {
    METHOD_FLAGS("fromfd($type, fd, /)", epoll_fromfd, "Create an epoll object from a given control fd.", 0),
    METHOD("close($self, /)", epoll_close, "Close the epoll control file descriptor."),
    METHOD("fileno($self, /)", epoll_fileno, "Return the epoll control file descriptor."),
    METHOD("register($self, /, fd, eventmask=<unrepresentable>)", epoll_register,
           "Registers a new fd or raises an OSError if the fd is already registered."),
    METHOD("modify($self, /, fd, eventmask)", epoll_modify, "Modify event mask for a registered file descriptor."),
    METHOD("unregister($self, /, fd)", epoll_unregister, "Remove a registered file descriptor from the epoll object."),
    METHOD("poll($self, /, timeout=None, maxevents=-1)", epoll_poll, "Wait for events on the epoll file descriptor."),
    METHOD("__enter__($self, /)", epoll_enter, ""),
    METHOD("__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)", epoll_exit, ""),
    METHOD_END,
};
const PyGetSetDef epoll_getset[] = {GETTER("closed", epoll_closed, "True if the epoll handler is closed"), GETSET_END};
const MethodDef select_methods[] = {
    METHOD("select($module, rlist, wlist, xlist, timeout=None, /)", select_select,
           "Wait until one or more file descriptors are ready for some kind of I/O."),
    METHOD("poll($module, /)", select_poll, "Returns a polling object."),
    METHOD_END,
};

constexpr IntConstant constants[] = {
    {"EPOLLERR", EPOLLERR},
    {"EPOLLET", EPOLLET},
    {"EPOLLEXCLUSIVE", EPOLLEXCLUSIVE},
    {"EPOLLHUP", EPOLLHUP},
    {"EPOLLIN", EPOLLIN},
    {"EPOLLMSG", EPOLLMSG},
    {"EPOLLONESHOT", EPOLLONESHOT},
    {"EPOLLOUT", EPOLLOUT},
    {"EPOLLPRI", EPOLLPRI},
    {"EPOLLRDBAND", EPOLLRDBAND},
    {"EPOLLRDHUP", EPOLLRDHUP},
    {"EPOLLRDNORM", EPOLLRDNORM},
    {"EPOLLWRBAND", EPOLLWRBAND},
    {"EPOLLWRNORM", EPOLLWRNORM},
    {"EPOLL_CLOEXEC", EPOLL_CLOEXEC},
    {"PIPE_BUF", PIPE_BUF},
    {"POLLERR", POLLERR},
    {"POLLHUP", POLLHUP},
    {"POLLIN", POLLIN},
    {"POLLMSG", POLLMSG},
    {"POLLNVAL", POLLNVAL},
    {"POLLOUT", POLLOUT},
    {"POLLPRI", POLLPRI},
    {"POLLRDBAND", POLLRDBAND},
    {"POLLRDHUP", POLLRDHUP},
    {"POLLRDNORM", POLLRDNORM},
    {"POLLWRBAND", POLLWRBAND},
    {"POLLWRNORM", POLLWRNORM},
};

Result<void> select_exec(ThreadState& ts, Object& module) {
    TRY(module_add(ts, module, "error", *PyExc_OSError));
    TRY(module_add_constants(ts, module, constants));
    SelectState& state = *static_cast<SelectState*>(module_state(module));
    state.poll = std::move(TRY(make_type<Poll>(
                               ts, module, "select.poll",
                               (kTypeFlags & ~unsigned(Py_TPFLAGS_IMMUTABLETYPE)) | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                               {{Py_tp_methods, methods_pointer(poll_methods)}})))
                     .release();
    PyType_Slot epoll_slots[] = {
        {Py_tp_new, new_pointer(NEW_SLOT("epoll($type, sizehint=-1, flags=0)", epoll_new))},
        {Py_tp_dealloc, raw_pointer(epoll_dealloc)},
        {Py_tp_getattro, raw_pointer(PyObject_GenericGetAttr)},
        {Py_tp_methods, methods_pointer(epoll_methods)},
        {Py_tp_getset, GETSET_TABLE(epoll_getset)},
        {Py_tp_doc, const_cast<char*>("select.epoll(sizehint=-1, flags=0)\n\n"
                                      "Returns an epolling object\n\n"
                                      "sizehint must be a positive integer or -1 for the default size. The\n"
                                      "sizehint is used to optimize internal data structures. It doesn't limit\n"
                                      "the maximum number of monitored events.")},
        {0, nullptr},
    };
    PyType_Spec epoll_spec = {"select.epoll", sizeof(Epoll), 0, Py_TPFLAGS_DEFAULT, epoll_slots};
    state.epoll = std::move(TRY(module_add_type(ts, module, epoll_spec))).release();
    return {};
}
MODULE_EXEC_SLOTS(select_slots, select_exec);

}  // namespace

PyModuleDef select_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "select",
    .m_doc =
        "This module supports asynchronous I/O on multiple file descriptors.\n\n"
        "*** IMPORTANT NOTICE ***\n"
        "On Windows, only sockets are supported; on Unix, all file descriptors.",
    .m_size = sizeof(SelectState),
    .m_methods = METHOD_TABLE(select_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(select_slots),
    .m_traverse = ModuleReferences<SelectState>::traverse,
    .m_clear = ModuleReferences<SelectState>::clear,
    .m_free = ModuleReferences<SelectState>::free,
};

}  // namespace orochi
