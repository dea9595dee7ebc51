// Addresses, and the functions about names.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <net/if.h>

#include "modules/_socket/socket.hpp"

namespace orochi {

Failure raise_gaierror(ThreadState& ts, SocketState& state, int error) {
    if (error == EAI_SYSTEM) return raise_os_error(ts, errno);
    Ref<Object> number = TRY(int_from(ts, error));
    Ref<Object> text = TRY(str_decode_filesystem(ts, gai_strerror(error)));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *number, *text));
    return raise_value(ts, state.gaierror, obj(arguments.get()));
}

Result<Ref<Object>> host_name(ThreadState& ts, Object& value) {
    Ref<Object> bytes = Ref<Object>::share(value);
    if (PyUnicode_Check(&value)) {
        if (str_is_ascii(as<Str>(value))) {
            bytes = TRY(bytes_from(ts, str_ascii_view(as<Str>(value))));
        } else {
            auto encoded = str_encode(ts, as<Str>(value), "idna", nullptr);
            if (!encoded.ok()) return raise_from_pending(ts, PyExc_TypeError, "encoding of hostname failed");
            bytes = std::move(encoded).take();
        }
    } else if (PyByteArray_Check(&value)) {
        bytes = TRY(bytes_from_object(ts, value));
    } else if (!PyBytes_Check(&value)) {
        return raise(ts, PyExc_TypeError, "str, bytes or bytearray expected, not %T", &value);
    }
    std::string_view view = bytes_view(as<Bytes>(*bytes));
    if (view.find('\0') != view.npos) return raise(ts, PyExc_TypeError, "host name must not contain null character");
    return bytes;
}

Result<void> resolve_host(ThreadState& ts, SocketState& state, const char* name, int family, Address& address) {
    std::memset(&address, 0, sizeof address);
    if (!*name || !std::strcmp(name, "<broadcast>")) {
        if (*name) {
            if (family != AF_INET && family != AF_UNSPEC) return raise(ts, PyExc_OSError, "address family mismatched");
            address.v4.sin_family = AF_INET;
            address.v4.sin_addr.s_addr = INADDR_BROADCAST;
            return {};
        }
        addrinfo hints{}, *found = nullptr;
        hints.ai_family = family;
        hints.ai_socktype = SOCK_DGRAM;
        hints.ai_flags = AI_PASSIVE;
        int error = unlocked_call(ts, [&] { return getaddrinfo(nullptr, "0", &hints, &found); }).value;
        if (error) return raise_gaierror(ts, state, error);
        bool one = !found->ai_next;
        std::memcpy(&address, found->ai_addr, found->ai_addrlen);
        freeaddrinfo(found);
        if (!one) return raise(ts, PyExc_OSError, "wildcard resolved to multiple address");
        return {};
    }
    // Numbers need no look-up.
    if (family == AF_UNSPEC || family == AF_INET) {
        if (inet_pton(AF_INET, name, &address.v4.sin_addr) > 0) {
            address.v4.sin_family = AF_INET;
            return {};
        }
    }
    if ((family == AF_UNSPEC || family == AF_INET6) && !std::strchr(name, '%')) {
        if (inet_pton(AF_INET6, name, &address.v6.sin6_addr) > 0) {
            address.v6.sin6_family = AF_INET6;
            return {};
        }
    }
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = family;
    int error = unlocked_call(ts, [&] { return getaddrinfo(name, nullptr, &hints, &found); }).value;
    if (error) return raise_gaierror(ts, state, error);
    std::memset(&address, 0, sizeof address);
    std::memcpy(&address, found->ai_addr, std::min(size_t(found->ai_addrlen), sizeof address));
    freeaddrinfo(found);
    return {};
}

Result<Ref<Object>> address_object(ThreadState& ts, const Address& address, socklen_t size) {
    if (size == 0) return new_none();
    char text[INET6_ADDRSTRLEN + IF_NAMESIZE + 2];
    switch (address.any.sa_family) {
        case AF_INET: {
            inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof text);
            Ref<Str> host = TRY(str_from_ascii(ts, text));
            Ref<Object> port = TRY(int_from(ts, ntohs(address.v4.sin_port)));
            return tuple_of(ts, *host, *port);
        }
        case AF_INET6: {
            inet_ntop(AF_INET6, &address.v6.sin6_addr, text, INET6_ADDRSTRLEN);
            // Link-local addresses carry their interface.
            if (address.v6.sin6_scope_id && IN6_IS_ADDR_LINKLOCAL(&address.v6.sin6_addr)) {
                char name[IF_NAMESIZE];
                if (if_indextoname(address.v6.sin6_scope_id, name)) {
                    std::strcat(text, "%");
                    std::strcat(text, name);
                }
            }
            Ref<Str> host = TRY(str_from_utf8(ts, text));
            Ref<Object> port = TRY(int_from(ts, ntohs(address.v6.sin6_port)));
            Ref<Object> flow = TRY(int_from(ts, ntohl(address.v6.sin6_flowinfo)));
            Ref<Object> scope = TRY(int_from(ts, address.v6.sin6_scope_id));
            return tuple_of(ts, *host, *port, *flow, *scope);
        }
        case AF_UNIX: {
            size_t length = size > offsetof(sockaddr_un, sun_path) ? size - offsetof(sockaddr_un, sun_path) : 0;
            const char* path = address.local.sun_path;
            // Abstract names begin with a null byte and have a length instead of an end.
            if (length && path[0] == 0) return bytes_from(ts, {path, length});
            return str_decode_filesystem(ts, {path, strnlen(path, length)});
        }
        case AF_NETLINK: {
            const sockaddr_nl& netlink = reinterpret_cast<const sockaddr_nl&>(address);
            Ref<Object> pid = TRY(int_from(ts, netlink.nl_pid));
            Ref<Object> groups = TRY(int_from(ts, netlink.nl_groups));
            return tuple_of(ts, *pid, *groups);
        }
        case AF_PACKET: {
            const sockaddr_ll& packet = reinterpret_cast<const sockaddr_ll&>(address);
            char name[IF_NAMESIZE] = "";
            if (packet.sll_ifindex) if_indextoname(unsigned(packet.sll_ifindex), name);
            Ref<Object> device = TRY(str_decode_filesystem(ts, name));
            Ref<Object> protocol = TRY(int_from(ts, ntohs(packet.sll_protocol)));
            Ref<Object> kind = TRY(int_from(ts, packet.sll_pkttype));
            Ref<Object> hardware = TRY(int_from(ts, packet.sll_hatype));
            Ref<Bytes> bytes = TRY(bytes_from(ts, {reinterpret_cast<const char*>(packet.sll_addr), packet.sll_halen}));
            return tuple_of(ts, *device, *protocol, *kind, *hardware, *bytes);
        }
        default: {
            Ref<Object> family = TRY(int_from(ts, address.any.sa_family));
            Ref<Bytes> data = TRY(bytes_from(ts, {address.any.sa_data, sizeof address.any.sa_data}));
            return tuple_of(ts, *family, *data);
        }
    }
}

namespace {
Result<int> port_from(ThreadState& ts, Object& value, const char* function) {
    Ref<Object> index = TRY(number_index(ts, value));
    int overflow;
    long long port = TRY(int_as_long_long_overflow(ts, *index, overflow));
    if (overflow || port < 0 || port > 0xffff)
        return raise(ts, PyExc_OverflowError, "%s(): port must be 0-65535.", function);
    return int(port);
}
}  // namespace

Result<socklen_t> address_from(ThreadState& ts, SocketState& state, int family, Object& value, const char* function,
                               Address& address) {
    std::memset(&address, 0, sizeof address);
    auto need_tuple = [&](const char* name) -> Result<Tuple*> {
        if (!PyTuple_Check(&value))
            return raise(ts, PyExc_TypeError, "%s(): %s address must be tuple, not %T", function, name, &value);
        return &as<Tuple>(value);
    };
    switch (family) {
        case AF_INET: {
            Tuple& items = *TRY(need_tuple("AF_INET"));
            if (tuple_size(items) != 2)
                return raise(ts, PyExc_TypeError, "%s(): AF_INET address must be a pair (host, port)", function);
            Ref<Object> host = TRY(host_name(ts, tuple_item(items, 0)));
            int port = TRY(port_from(ts, tuple_item(items, 1), function));
            TRY(resolve_host(ts, state, PyBytes_AS_STRING(host.get()), AF_INET, address));
            address.v4.sin_family = AF_INET;
            address.v4.sin_port = htons(uint16_t(port));
            return socklen_t(sizeof address.v4);
        }
        case AF_INET6: {
            Tuple& items = *TRY(need_tuple("AF_INET6"));
            if (tuple_size(items) < 2 || tuple_size(items) > 4)
                return raise(ts, PyExc_TypeError,
                             "%s(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])", function);
            Ref<Object> host = TRY(host_name(ts, tuple_item(items, 0)));
            int port = TRY(port_from(ts, tuple_item(items, 1), function));
            unsigned flow = tuple_size(items) > 2 ? TRY(convert_unsigned_mask(ts, tuple_item(items, 2))) : 0;
            unsigned scope = tuple_size(items) > 3 ? TRY(convert_unsigned_mask(ts, tuple_item(items, 3))) : 0;
            if (flow > 0xfffff) return raise(ts, PyExc_OverflowError, "%s(): flowinfo must be 0-1048575.", function);
            TRY(resolve_host(ts, state, PyBytes_AS_STRING(host.get()), AF_INET6, address));
            address.v6.sin6_family = AF_INET6;
            address.v6.sin6_port = htons(uint16_t(port));
            address.v6.sin6_flowinfo = htonl(flow);
            if (tuple_size(items) > 3) address.v6.sin6_scope_id = scope;
            return socklen_t(sizeof address.v6);
        }
        case AF_UNIX: {
            BufferView view;
            OptRef<Object> keeper;
            std::string_view path;
            if (PyUnicode_Check(&value)) {
                keeper = OptRef<Object>(TRY(str_encode_filesystem(ts, as<Str>(value))));
                path = bytes_view(as<Bytes>(*keeper));
            } else {
                TRY(get_buffer(ts, value, view.raw(), PyBUF_SIMPLE));
                path = view.text();
            }
            bool abstract = !path.empty() && path[0] == 0;
            size_t room = sizeof address.local.sun_path;
            if (path.size() > room || (!abstract && path.size() + 1 > room))
                return raise(ts, PyExc_OSError, "AF_UNIX path too long");
            address.local.sun_family = AF_UNIX;
            std::memcpy(address.local.sun_path, path.data(), path.size());
            // The end of an ordinary path counts, except for the empty one, which asks for any name.
            size_t extra = abstract || path.empty() ? 0 : 1;
            return socklen_t(offsetof(sockaddr_un, sun_path) + path.size() + extra);
        }
        case AF_NETLINK: {
            Tuple& items = *TRY(need_tuple("AF_NETLINK"));
            if (tuple_size(items) != 2)
                return raise(ts, PyExc_TypeError, "%s(): AF_NETLINK address must be a pair (pid, groups)", function);
            sockaddr_nl& netlink = reinterpret_cast<sockaddr_nl&>(address);
            netlink.nl_family = AF_NETLINK;
            netlink.nl_pid = TRY(convert_unsigned_mask(ts, tuple_item(items, 0)));
            netlink.nl_groups = TRY(convert_unsigned_mask(ts, tuple_item(items, 1)));
            return socklen_t(sizeof netlink);
        }
        default: return raise(ts, PyExc_OSError, "%s(): bad family", function);
    }
}

namespace {

// Whether IDNA leaves the name as it is: ASCII, with labels of 1 to 63 characters.
bool is_plain_name(const Str& text) {
    if (!str_is_ascii(text)) return false;
    std::string_view name = str_ascii_view(text);
    if (name.ends_with('.')) name.remove_suffix(1);
    for (size_t start = 0; !name.empty();) {
        size_t end = std::min(name.find('.', start), name.size());
        if (end == start || end - start > 63) return false;
        if (end == name.size()) break;
        start = end + 1;
    }
    return true;
}

// The name for gethostbyname() and its like, whose text goes through IDNA whatever it is.
Result<Ref<Object>> idna_name(ThreadState& ts, Object& value) {
    if (PyUnicode_Check(&value) && !is_plain_name(as<Str>(value)))
        return str_encode(ts, as<Str>(value), "idna", nullptr);
    return host_name(ts, value);
}

Result<Ref<Object>> net_getaddrinfo(ThreadState& ts, Object& module, Object& host, Object& port, int family, int type,
                                    int proto, int flags) {
    OptRef<Object> host_bytes, port_bytes;
    if (!is_none(&host)) {
        if (!PyUnicode_Check(&host) && !PyBytes_Check(&host))
            return raise(ts, PyExc_TypeError, "getaddrinfo() argument 1 must be string or None");
        if (PyUnicode_Check(&host)) {
            host_bytes = OptRef<Object>(TRY(is_plain_name(as<Str>(host))
                                                ? Result<Ref<Object>>(bytes_from(ts, str_ascii_view(as<Str>(host))))
                                                : str_encode(ts, as<Str>(host), "idna", nullptr)));
        } else {
            host_bytes = OptRef<Object>::share(&host);
        }
    }
    if (PyLong_CheckExact(&port)) {
        port_bytes = OptRef<Object>(TRY(str_encode(ts, TRY(str(ts, port)), nullptr, nullptr)));
    } else if (PyUnicode_Check(&port)) {
        port_bytes = OptRef<Object>(TRY(str_encode(ts, as<Str>(port), nullptr, nullptr)));
    } else if (PyBytes_Check(&port)) {
        port_bytes = OptRef<Object>::share(&port);
    } else if (!is_none(&port)) {
        return raise(ts, PyExc_OSError, "Int or String expected");
    }
    TRY(audit(ts, "socket.getaddrinfo", "OOiii", &host, &port, family, type, proto));
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = family;
    hints.ai_socktype = type;
    hints.ai_protocol = proto;
    hints.ai_flags = flags;
    const char* node = host_bytes ? PyBytes_AS_STRING(host_bytes.get()) : nullptr;
    const char* service = port_bytes ? PyBytes_AS_STRING(port_bytes.get()) : nullptr;
    int error = unlocked_call(ts, [&] { return getaddrinfo(node, service, &hints, &found); }).value;
    if (error) return raise_gaierror(ts, socket_state(module), error);
    auto build = [&]() -> Result<Ref<Object>> {
        Ref<List> list = TRY(list_new(ts, 0));
        for (addrinfo* entry = found; entry; entry = entry->ai_next) {
            Address address{};
            std::memcpy(&address, entry->ai_addr, std::min(size_t(entry->ai_addrlen), sizeof address));
            Ref<Object> place = TRY(address_object(ts, address, entry->ai_addrlen));
            Ref<Object> family_object = TRY(int_from(ts, entry->ai_family));
            Ref<Object> type_object = TRY(int_from(ts, entry->ai_socktype));
            Ref<Object> proto_object = TRY(int_from(ts, entry->ai_protocol));
            Ref<Str> name = TRY(str_from_utf8(ts, entry->ai_canonname ? entry->ai_canonname : ""));
            TRY(list_append(
                ts, *list, Ref<Object>(TRY(tuple_of(ts, *family_object, *type_object, *proto_object, *name, *place)))));
        }
        return list;
    };
    auto result = build();
    freeaddrinfo(found);
    return result;
}

Result<Ref<Object>> net_getnameinfo(ThreadState& ts, Object& module, Object& place, int flags) {
    if (!PyTuple_Check(&place)) return raise(ts, PyExc_TypeError, "getnameinfo() argument 1 must be a tuple");
    Tuple& items = as<Tuple>(place);
    if (tuple_size(items) < 2 || tuple_size(items) > 4)
        return raise(ts, PyExc_TypeError, "getnameinfo(): illegal sockaddr argument");
    if (!PyUnicode_Check(&tuple_item(items, 0)))
        return raise(ts, PyExc_TypeError, "getnameinfo(): illegal sockaddr argument");
    std::string host(TRY(str_utf8(ts, as<Str>(tuple_item(items, 0)))));
    int port = TRY(convert_int(ts, tuple_item(items, 1)));
    unsigned flow = tuple_size(items) > 2 ? TRY(convert_unsigned_mask(ts, tuple_item(items, 2))) : 0;
    unsigned scope = tuple_size(items) > 3 ? TRY(convert_unsigned_mask(ts, tuple_item(items, 3))) : 0;
    if (flow > 0xfffff) return raise(ts, PyExc_OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
    TRY(audit(ts, "socket.getnameinfo", "(O)", &place));
    std::string service = std::to_string(port);
    addrinfo hints{}, *found = nullptr;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_DGRAM;
    hints.ai_flags = AI_NUMERICHOST;
    int error = unlocked_call(ts, [&] { return getaddrinfo(host.c_str(), service.c_str(), &hints, &found); }).value;
    if (error) return raise_gaierror(ts, socket_state(module), error);
    Address address{};
    socklen_t size = std::min<socklen_t>(found->ai_addrlen, sizeof address);
    std::memcpy(&address, found->ai_addr, size);
    bool several = found->ai_next;
    freeaddrinfo(found);
    if (several) return raise(ts, PyExc_OSError, "sockaddr resolved to multiple addresses");
    if (address.any.sa_family == AF_INET6) {
        address.v6.sin6_flowinfo = htonl(flow);
        address.v6.sin6_scope_id = scope;
    } else if (tuple_size(items) != 2) {
        return raise(ts, PyExc_OSError, "IPv4 sockaddr must be 2 tuple");
    }
    char host_text[NI_MAXHOST], service_text[NI_MAXSERV];
    error = unlocked_call(ts, [&] {
                return getnameinfo(&address.any, size, host_text, sizeof host_text, service_text, sizeof service_text,
                                   flags);
            }).value;
    if (error) return raise_gaierror(ts, socket_state(module), error);
    Ref<Object> a = TRY(str_decode_filesystem(ts, host_text));
    Ref<Object> b = TRY(str_decode_filesystem(ts, service_text));
    return tuple_of(ts, *a, *b);
}

Result<Ref<Object>> net_gethostbyname(ThreadState& ts, Object& module, Object& name) {
    Ref<Object> host = TRY(idna_name(ts, name));
    TRY(audit(ts, "socket.gethostbyname", "(O)", &name));
    Address address;
    TRY(resolve_host(ts, socket_state(module), PyBytes_AS_STRING(host.get()), AF_INET, address));
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, &address.v4.sin_addr, text, sizeof text);
    return str_from_ascii(ts, text);
}

Failure raise_herror(ThreadState& ts, SocketState& state, int error) {
    Ref<Object> number = TRY(int_from(ts, error));
    Ref<Object> text = TRY(str_decode_filesystem(ts, hstrerror(error)));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *number, *text));
    return raise_value(ts, state.herror, obj(arguments.get()));
}
Result<Ref<Object>> host_entry(ThreadState& ts, SocketState& state, const hostent* entry, int error) {
    if (!entry) return raise_herror(ts, state, error);
    Ref<List> aliases = TRY(list_new(ts, 0));
    for (char** alias = entry->h_aliases; alias && *alias; ++alias)
        TRY(list_append(ts, *aliases, Ref<Object>(TRY(str_decode_filesystem(ts, *alias)))));
    Ref<List> addresses = TRY(list_new(ts, 0));
    for (char** at = entry->h_addr_list; at && *at; ++at) {
        char text[INET6_ADDRSTRLEN];
        inet_ntop(entry->h_addrtype, *at, text, sizeof text);
        TRY(list_append(ts, *addresses, Ref<Object>(TRY(str_from_ascii(ts, text)))));
    }
    Ref<Object> name = TRY(str_decode_filesystem(ts, entry->h_name));
    return tuple_of(ts, *name, *aliases, *addresses);
}
Result<Ref<Object>> net_gethostbyname_ex(ThreadState& ts, Object& module, Object& name) {
    Ref<Object> host = TRY(idna_name(ts, name));
    TRY(audit(ts, "socket.gethostbyname", "(O)", &name));
    Address address;
    TRY(resolve_host(ts, socket_state(module), PyBytes_AS_STRING(host.get()), AF_INET, address));
    std::string buffer(16384, '\0');
    hostent storage, *found = nullptr;
    int error = 0;
    unlocked_call(ts, [&] {
        return gethostbyname_r(PyBytes_AS_STRING(host.get()), &storage, buffer.data(), buffer.size(), &found, &error);
    });
    return host_entry(ts, socket_state(module), found, error);
}
Result<Ref<Object>> net_gethostbyaddr(ThreadState& ts, Object& module, Object& name) {
    Ref<Object> host = TRY(idna_name(ts, name));
    TRY(audit(ts, "socket.gethostbyaddr", "(O)", &name));
    Address address;
    TRY(resolve_host(ts, socket_state(module), PyBytes_AS_STRING(host.get()), AF_UNSPEC, address));
    const void* at = &address.v4.sin_addr;
    socklen_t size = sizeof address.v4.sin_addr;
    if (address.any.sa_family == AF_INET6) {
        at = &address.v6.sin6_addr;
        size = sizeof address.v6.sin6_addr;
    }
    std::string buffer(16384, '\0');
    hostent storage, *found = nullptr;
    int error = 0;
    unlocked_call(ts, [&] {
        return gethostbyaddr_r(at, size, address.any.sa_family, &storage, buffer.data(), buffer.size(), &found, &error);
    });
    return host_entry(ts, socket_state(module), found, error);
}
Result<Ref<Object>> net_gethostname(ThreadState& ts, Object&) {
    TRY(audit(ts, "socket.gethostname", nullptr));
    char name[1024];
    if (unlocked_call(ts, [&] { return gethostname(name, sizeof name - 1); }).failed())
        return raise_os_error(ts, errno);
    name[sizeof name - 1] = 0;
    return str_decode_filesystem(ts, name);
}
Result<void> net_sethostname(ThreadState& ts, Object&, Object& name) {
    Ref<Object> host = TRY(host_name(ts, name));
    TRY(audit(ts, "socket.sethostname", "(O)", host.get()));
    if (sethostname(PyBytes_AS_STRING(host.get()), size_t(PyBytes_GET_SIZE(host.get()))) < 0)
        return raise_os_error(ts, errno);
    return {};
}
Result<int> net_getservbyname(ThreadState& ts, Object&, std::string_view name, Object* protocol) {
    std::string service(name), proto;
    if (protocol) {
        if (!PyUnicode_Check(protocol))
            return raise(ts, PyExc_TypeError, "getservbyname() argument 2 must be str, not %T", protocol);
        proto = std::string(TRY(str_utf8(ts, as<Str>(*protocol))));
    }
    TRY(audit(ts, "socket.getservbyname", "ss", service.c_str(), protocol ? proto.c_str() : nullptr));
    char buffer[4096];
    servent storage, *found = nullptr;
    unlocked_call(ts, [&] {
        return getservbyname_r(service.c_str(), protocol ? proto.c_str() : nullptr, &storage, buffer, sizeof buffer,
                               &found);
    });
    if (!found) return raise(ts, PyExc_OSError, "service/proto not found");
    return int(ntohs(uint16_t(found->s_port)));
}
Result<Ref<Object>> net_getservbyport(ThreadState& ts, Object&, int port, Object* protocol) {
    if (port < 0 || port > 0xffff) return raise(ts, PyExc_OverflowError, "getservbyport: port must be 0-65535.");
    std::string proto;
    if (protocol) {
        if (!PyUnicode_Check(protocol))
            return raise(ts, PyExc_TypeError, "getservbyport() argument 2 must be str, not %T", protocol);
        proto = std::string(TRY(str_utf8(ts, as<Str>(*protocol))));
    }
    TRY(audit(ts, "socket.getservbyport", "is", port, protocol ? proto.c_str() : nullptr));
    char buffer[4096];
    servent storage, *found = nullptr;
    unlocked_call(ts, [&] {
        return getservbyport_r(htons(uint16_t(port)), protocol ? proto.c_str() : nullptr, &storage, buffer,
                               sizeof buffer, &found);
    });
    if (!found) return raise(ts, PyExc_OSError, "port/proto not found");
    return str_decode_filesystem(ts, found->s_name);
}
Result<int> net_getprotobyname(ThreadState& ts, Object&, std::string_view name) {
    std::string protocol(name);
    char buffer[4096];
    protoent storage, *found = nullptr;
    unlocked_call(ts, [&] { return getprotobyname_r(protocol.c_str(), &storage, buffer, sizeof buffer, &found); });
    if (!found) return raise(ts, PyExc_OSError, "protocol not found");
    return found->p_proto;
}

Result<Ref<Object>> net_inet_aton(ThreadState& ts, Object&, std::string_view text) {
    in_addr address;
    if (!inet_aton(std::string(text).c_str(), &address))
        return raise(ts, PyExc_OSError, "illegal IP address string passed to inet_aton");
    return bytes_from(ts, {reinterpret_cast<char*>(&address), sizeof address});
}
Result<Ref<Str>> net_inet_ntoa(ThreadState& ts, Object&, BufferView& packed) {
    if (packed.size() != sizeof(in_addr)) return raise(ts, PyExc_OSError, "packed IP wrong length");
    char text[INET_ADDRSTRLEN];
    inet_ntop(AF_INET, packed.data(), text, sizeof text);
    return str_from_ascii(ts, text);
}
Result<Ref<Object>> net_inet_pton(ThreadState& ts, Object&, int family, std::string_view text) {
    char packed[sizeof(in6_addr)];
    if (family != AF_INET && family != AF_INET6) return raise_os_error(ts, EAFNOSUPPORT);
    if (inet_pton(family, std::string(text).c_str(), packed) <= 0)
        return raise(ts, PyExc_OSError, "illegal IP address string passed to inet_pton");
    return bytes_from(ts, {packed, family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)});
}
Result<Ref<Str>> net_inet_ntop(ThreadState& ts, Object&, int family, BufferView& packed) {
    if (family != AF_INET && family != AF_INET6)
        return raise(ts, PyExc_ValueError, "unknown address family %d", family);
    if (size_t(packed.size()) != (family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)))
        return raise(ts, PyExc_ValueError, "invalid length of packed IP address string");
    char text[INET6_ADDRSTRLEN];
    inet_ntop(family, packed.data(), text, sizeof text);
    return str_from_ascii(ts, text);
}

Result<unsigned> swap16(ThreadState& ts, Object& value, const char* name) {
    int number = TRY(convert_int(ts, value));
    if (number < 0)
        return raise(ts, PyExc_OverflowError, "%s: can't convert negative Python int to C 16-bit unsigned integer",
                     name);
    if (number > 0xffff)
        return raise(ts, PyExc_OverflowError, "%s: Python int too large to convert to C 16-bit unsigned integer", name);
    return unsigned(htons(uint16_t(number)));
}
Result<unsigned> net_htons(ThreadState& ts, Object&, Object& value) { return swap16(ts, value, "htons"); }
Result<unsigned> net_ntohs(ThreadState& ts, Object&, Object& value) { return swap16(ts, value, "ntohs"); }
Result<unsigned> swap32(ThreadState& ts, Object& value) {
    if (!PyLong_Check(&value)) return raise(ts, PyExc_TypeError, "expected int, %T found", &value);
    unsigned long number = TRY(int_as_unsigned_long(ts, value));
    if (number > 0xffffffffUL) return raise(ts, PyExc_OverflowError, "int larger than 32 bits");
    return unsigned(htonl(uint32_t(number)));
}
Result<unsigned> net_htonl(ThreadState& ts, Object&, Object& value) { return swap32(ts, value); }

Result<Ref<Object>> net_if_nameindex(ThreadState& ts, Object&) {
    struct if_nameindex* entries = if_nameindex();
    if (!entries) return raise_os_error(ts, errno);
    auto build = [&]() -> Result<Ref<Object>> {
        Ref<List> list = TRY(list_new(ts, 0));
        for (struct if_nameindex* entry = entries; entry->if_index; ++entry) {
            Ref<Object> index = TRY(int_from(ts, entry->if_index));
            Ref<Object> name = TRY(str_decode_filesystem(ts, entry->if_name));
            TRY(list_append(ts, *list, Ref<Object>(TRY(tuple_of(ts, *index, *name)))));
        }
        return list;
    };
    auto result = build();
    if_freenameindex(entries);
    return result;
}
Result<unsigned> net_if_nametoindex(ThreadState& ts, Object&, SystemName& name) {
    unsigned index = if_nametoindex(name.text());
    if (!index) return raise(ts, PyExc_OSError, "no interface with this name");
    return index;
}
Result<Ref<Object>> net_if_indextoname(ThreadState& ts, Object&, unsigned long index) {
    char name[IF_NAMESIZE];
    if (!if_indextoname(unsigned(index), name)) return raise_os_error(ts, errno);
    return str_decode_filesystem(ts, name);
}

Result<size_t> cmsg_size(ThreadState& ts, Py_ssize_t length, const char* name, bool space) {
    if (length < 0 || size_t(length) > 0x7fffffff - (space ? CMSG_SPACE(1) : CMSG_LEN(0)))
        return raise(ts, PyExc_OverflowError, "%s() argument out of range", name);
    return space ? CMSG_SPACE(size_t(length)) : CMSG_LEN(size_t(length));
}
Result<size_t> net_cmsg_len(ThreadState& ts, Object&, Py_ssize_t length) {
    return cmsg_size(ts, length, "CMSG_LEN", false);
}
Result<size_t> net_cmsg_space(ThreadState& ts, Object&, Py_ssize_t length) {
    return cmsg_size(ts, length, "CMSG_SPACE", true);
}

}  // namespace

const MethodDef socket_name_functions[] = {
    METHOD_PLAIN("getaddrinfo($module, host, port, family=0, type=0, proto=0, flags=0)", net_getaddrinfo,
                 "getaddrinfo(host, port [, family, type, proto, flags])\n    -> list of (family, type, proto, "
                 "canonname, sockaddr)\n\nResolve host and port into addrinfo struct."),
    METHOD_PLAIN("getnameinfo($module, $tuple, sockaddr, flags, /)", net_getnameinfo,
                 "getnameinfo(sockaddr, flags) --> (host, port)\n\nGet host and port for a sockaddr."),
    METHOD_PLAIN("gethostbyname($module, $tuple, host, /)", net_gethostbyname,
                 "gethostbyname(host) -> address\n\nReturn the IP address (a string of the form "
                 "'255.255.255.255') for a host."),
    METHOD_PLAIN("gethostbyname_ex($module, $tuple, host, /)", net_gethostbyname_ex,
                 "gethostbyname_ex(host) -> (name, aliaslist, addresslist)"),
    METHOD_PLAIN("gethostbyaddr($module, $tuple, host, /)", net_gethostbyaddr,
                 "gethostbyaddr(host) -> (name, aliaslist, addresslist)"),
    METHOD_PLAIN("gethostname($module, /)", net_gethostname,
                 "gethostname() -> string\n\nReturn the current host name."),
    METHOD_PLAIN("sethostname($module, $tuple, name, /)", net_sethostname,
                 "sethostname(name)\n\nSets the hostname to name."),
    METHOD_PLAIN("getservbyname($module, $tuple, name, protocol=<unrepresentable>, /)", net_getservbyname,
                 "getservbyname(servicename[, protocolname]) -> integer"),
    METHOD_PLAIN("getservbyport($module, $tuple, port, protocol=<unrepresentable>, /)", net_getservbyport,
                 "getservbyport(port[, protocolname]) -> string"),
    METHOD_PLAIN("getprotobyname($module, $tuple, name, /)", net_getprotobyname,
                 "getprotobyname(name) -> integer\n\nReturn the protocol number for the named protocol."),
    METHOD_PLAIN("inet_aton($module, $tuple, string, /)", net_inet_aton,
                 "inet_aton(string) -> bytes giving packed 32-bit IP representation"),
    METHOD_PLAIN("inet_ntoa($module, $tuple, packed, /)", net_inet_ntoa, "inet_ntoa(packed_ip) -> ip_address_string"),
    METHOD_PLAIN("inet_pton($module, $tuple, af, ip, /)", net_inet_pton,
                 "inet_pton(af, ip) -> packed IP address string"),
    METHOD_PLAIN("inet_ntop($module, $tuple, af, packed, /)", net_inet_ntop,
                 "inet_ntop(af, packed_ip) -> string formatted IP address"),
    METHOD_PLAIN("htons($module, $tuple, value, /)", net_htons,
                 "htons(integer) -> integer\n\nConvert a 16-bit unsigned integer from host to network byte order."),
    METHOD_PLAIN("ntohs($module, $tuple, value, /)", net_ntohs,
                 "ntohs(integer) -> integer\n\nConvert a 16-bit unsigned integer from network to host byte order."),
    METHOD_PLAIN("htonl($module, value, /)", net_htonl,
                 "htonl(integer) -> integer\n\nConvert a 32-bit integer from host to network byte order."),
    METHOD_PLAIN("ntohl($module, value, /)", net_htonl,
                 "ntohl(integer) -> integer\n\nConvert a 32-bit integer from network to host byte order."),
    METHOD_PLAIN("if_nameindex($module, /)", net_if_nameindex,
                 "if_nameindex()\n\nReturns a list of network interface information (index, name) tuples."),
    METHOD_PLAIN("if_nametoindex($module, $tuple, name, /)", net_if_nametoindex,
                 "if_nametoindex(if_name)\n\nReturns the interface index corresponding to the interface name if_name."),
    METHOD_PLAIN(
        "if_indextoname($module, index, /)", net_if_indextoname,
        "if_indextoname(if_index)\n\nReturns the interface name corresponding to the interface index if_index."),
    METHOD_PLAIN("CMSG_LEN($module, $tuple, length, /)", net_cmsg_len, "CMSG_LEN(length) -> control message length"),
    METHOD_PLAIN("CMSG_SPACE($module, $tuple, length, /)", net_cmsg_space, "CMSG_SPACE(length) -> buffer size"),
    METHOD_END,
};

}  // namespace orochi
