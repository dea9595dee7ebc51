// errno: the symbols of the C library's <errno.h> that CPython knows.
#include <cerrno>

#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"

namespace orochi {

namespace {

struct ErrorName {
    const char* name;
    int number;
};
// In the order of CPython's own table: where two names share a number, the later one is in errorcode.
// clang-format off
constexpr ErrorName kNames[] = {
    {"ENODEV", ENODEV}, {"ENOCSI", ENOCSI}, {"EHOSTUNREACH", EHOSTUNREACH}, {"ENOMSG", ENOMSG},
    {"EUCLEAN", EUCLEAN}, {"EL2NSYNC", EL2NSYNC}, {"EL2HLT", EL2HLT}, {"ENODATA", ENODATA},
    {"ENOTBLK", ENOTBLK}, {"ENOSYS", ENOSYS}, {"EPIPE", EPIPE}, {"EINVAL", EINVAL},
    {"EOVERFLOW", EOVERFLOW}, {"EADV", EADV}, {"EINTR", EINTR}, {"EUSERS", EUSERS},
    {"ENOTEMPTY", ENOTEMPTY}, {"ENOBUFS", ENOBUFS}, {"EPROTO", EPROTO}, {"EREMOTE", EREMOTE},
    {"ENAVAIL", ENAVAIL}, {"ECHILD", ECHILD}, {"ELOOP", ELOOP}, {"EXDEV", EXDEV}, {"E2BIG", E2BIG},
    {"ESRCH", ESRCH}, {"EMSGSIZE", EMSGSIZE}, {"EAFNOSUPPORT", EAFNOSUPPORT}, {"EBADR", EBADR},
    {"EHOSTDOWN", EHOSTDOWN}, {"EPFNOSUPPORT", EPFNOSUPPORT}, {"ENOPROTOOPT", ENOPROTOOPT},
    {"EBUSY", EBUSY}, {"EWOULDBLOCK", EWOULDBLOCK}, {"EBADFD", EBADFD}, {"EDOTDOT", EDOTDOT},
    {"EISCONN", EISCONN}, {"ENOANO", ENOANO}, {"ESHUTDOWN", ESHUTDOWN}, {"ECHRNG", ECHRNG},
    {"ELIBBAD", ELIBBAD}, {"ENONET", ENONET}, {"EBADE", EBADE}, {"EBADF", EBADF}, {"EMULTIHOP", EMULTIHOP},
    {"EIO", EIO}, {"EUNATCH", EUNATCH}, {"EPROTOTYPE", EPROTOTYPE}, {"ENOSPC", ENOSPC},
    {"ENOEXEC", ENOEXEC}, {"EALREADY", EALREADY}, {"ENETDOWN", ENETDOWN}, {"ENOTNAM", ENOTNAM},
    {"EACCES", EACCES}, {"ELNRNG", ELNRNG}, {"EILSEQ", EILSEQ}, {"ENOTDIR", ENOTDIR},
    {"ENOTUNIQ", ENOTUNIQ}, {"EPERM", EPERM}, {"EDOM", EDOM}, {"EXFULL", EXFULL},
    {"ECONNREFUSED", ECONNREFUSED}, {"EISDIR", EISDIR}, {"EPROTONOSUPPORT", EPROTONOSUPPORT},
    {"EROFS", EROFS}, {"EADDRNOTAVAIL", EADDRNOTAVAIL}, {"EIDRM", EIDRM}, {"ECOMM", ECOMM},
    {"ESRMNT", ESRMNT}, {"EREMOTEIO", EREMOTEIO}, {"EL3RST", EL3RST}, {"EBADMSG", EBADMSG},
    {"ENFILE", ENFILE}, {"ELIBMAX", ELIBMAX}, {"ESPIPE", ESPIPE}, {"ENOLINK", ENOLINK},
    {"ENETRESET", ENETRESET}, {"ETIMEDOUT", ETIMEDOUT}, {"ENOENT", ENOENT}, {"EEXIST", EEXIST},
    {"EDQUOT", EDQUOT}, {"ENOSTR", ENOSTR}, {"EBADSLT", EBADSLT}, {"EBADRQC", EBADRQC},
    {"ELIBACC", ELIBACC}, {"EFAULT", EFAULT}, {"EFBIG", EFBIG}, {"EDEADLK", EDEADLK},
    {"ENOTCONN", ENOTCONN}, {"EDESTADDRREQ", EDESTADDRREQ}, {"ELIBSCN", ELIBSCN}, {"ENOLCK", ENOLCK},
    {"EISNAM", EISNAM}, {"ECONNABORTED", ECONNABORTED}, {"ENETUNREACH", ENETUNREACH}, {"ESTALE", ESTALE},
    {"ENOSR", ENOSR}, {"ENOMEM", ENOMEM}, {"ENOTSOCK", ENOTSOCK}, {"ESTRPIPE", ESTRPIPE},
    {"EMLINK", EMLINK}, {"ERANGE", ERANGE}, {"ELIBEXEC", ELIBEXEC}, {"EL3HLT", EL3HLT},
    {"ECONNRESET", ECONNRESET}, {"EADDRINUSE", EADDRINUSE}, {"EOPNOTSUPP", EOPNOTSUPP},
    {"EREMCHG", EREMCHG}, {"EAGAIN", EAGAIN}, {"ENAMETOOLONG", ENAMETOOLONG}, {"ENOTTY", ENOTTY},
    {"ERESTART", ERESTART}, {"ESOCKTNOSUPPORT", ESOCKTNOSUPPORT}, {"ETIME", ETIME}, {"EBFONT", EBFONT},
    {"EDEADLOCK", EDEADLOCK}, {"ETOOMANYREFS", ETOOMANYREFS}, {"EMFILE", EMFILE}, {"ETXTBSY", ETXTBSY},
    {"EINPROGRESS", EINPROGRESS}, {"ENXIO", ENXIO}, {"ENOPKG", ENOPKG}, {"ENOMEDIUM", ENOMEDIUM},
    {"EMEDIUMTYPE", EMEDIUMTYPE}, {"ECANCELED", ECANCELED}, {"ENOKEY", ENOKEY},
    {"EKEYEXPIRED", EKEYEXPIRED}, {"EKEYREVOKED", EKEYREVOKED}, {"EKEYREJECTED", EKEYREJECTED},
    {"EOWNERDEAD", EOWNERDEAD}, {"ENOTRECOVERABLE", ENOTRECOVERABLE}, {"ERFKILL", ERFKILL},
    {"ENOTSUP", ENOTSUP},
};
// clang-format on

Result<void> execute(ThreadState& ts, Object& module) {
    Ref<Dict> codes = TRY(dict_new(ts));
    TRY(module_add(ts, module, "errorcode", obj(*codes)));
    for (const ErrorName& entry : kNames) {
        Ref<Object> number = TRY(int_from(ts, entry.number));
        Ref<Str> name = TRY(intern_utf8(ts, entry.name));
        TRY(module_add(ts, module, entry.name, *number));
        TRY(dict_set(ts, codes, *number, obj(*name)));
    }
    return {};
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

PyModuleDef errno_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "errno",
    .m_doc =
        "This module makes available standard errno system symbols.\n\n"
        "The value of each symbol is the corresponding integer value,\n"
        "e.g., on most systems, errno.ENOENT equals the integer 2.\n\n"
        "The dictionary errno.errorcode maps numeric codes to symbol names,\n"
        "e.g., errno.errorcode[2] could be the string 'ENOENT'.\n\n"
        "Symbols that are not relevant to the underlying system are not defined.\n\n"
        "To map error codes to error messages, use the function os.strerror(),\n"
        "e.g. os.strerror(2) could return 'No such file or directory'.",
    .m_slots = slots,
};

}  // namespace orochi
