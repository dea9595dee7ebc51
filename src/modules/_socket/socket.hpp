// The module _socket: what socket.py makes sockets of.
#pragma once

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "modules/heap_type.hpp"
#include "modules/os_support.hpp"

namespace orochi {

// The layout that extension modules get with the capsule `_socket.CAPI`: _ssl reads the descriptor and the timeout.
struct Socket {
    PyObject ob_base;
    int fd;
    int family, type, proto;
    PyObject* (*error_handler)();
    int64_t timeout;  // nanoseconds; -1: blocks; 0: does not
};
struct SocketApi {
    Type* socket_type;
    Object* error;
    Object* timeout_error;
};

struct SocketState {
    Type* socket;
    Object* gaierror;
    Object* herror;
    int64_t default_timeout;
    SocketApi api;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(socket);
        f(gaierror);
        f(herror);
    }
};
inline SocketState& socket_state(Object& module) { return *static_cast<SocketState*>(module_state(module)); }
Result<SocketState*> socket_state_of(ThreadState& ts, Object& self);  // of an instance

union Address {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
    sockaddr_un local;
    sockaddr_storage storage;
};

[[gnu::cold]] Failure raise_gaierror(ThreadState& ts, SocketState& state, int error);
// A host name or number as an address of the family (AF_UNSPEC: any).
Result<void> resolve_host(ThreadState& ts, SocketState& state, const char* name, int family, Address& address);
// A host as an argument: str (as IDNA when it is not ASCII), bytes or bytearray.
Result<Ref<Object>> host_name(ThreadState& ts, Object& value);
// An address as Python shows it.
Result<Ref<Object>> address_object(ThreadState& ts, const Address& address, socklen_t size);
// The other way; `function` is shown in errors.
Result<socklen_t> address_from(ThreadState& ts, SocketState& state, int family, Object& value, const char* function,
                               Address& address);
// A timeout: None is -1.
Result<int64_t> timeout_from(ThreadState& ts, Object& value);

extern const MethodDef socket_name_functions[];
Result<Ref<Object>> socket_from_descriptor(ThreadState& ts, SocketState& state, int fd, int family, int type,
                                           int proto);

}  // namespace orochi
