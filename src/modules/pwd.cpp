// The module pwd: the user database.
#include <pwd.h>

#include "modules/accounts.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> entry_object(ThreadState& ts, Object& module, const passwd& entry) {
    Ref<Object> result = TRY(struct_new(ts, account_class(module)));
    struct_set(*result, 0, TRY(account_text(ts, entry.pw_name)));
    struct_set(*result, 1, TRY(account_text(ts, entry.pw_passwd)));
    struct_set(*result, 2, TRY(identity_object(ts, entry.pw_uid)));
    struct_set(*result, 3, TRY(identity_object(ts, entry.pw_gid)));
    struct_set(*result, 4, TRY(account_text(ts, entry.pw_gecos)));
    struct_set(*result, 5, TRY(account_text(ts, entry.pw_dir)));
    struct_set(*result, 6, TRY(account_text(ts, entry.pw_shell)));
    return result;
}

Result<Ref<Object>> pwd_getpwuid(ThreadState& ts, Object& module, Object& id) {
    auto number = identity_number(ts, id, "uid");
    if (!number.ok()) {
        if (!error_matches(ts, PyExc_OverflowError)) return failure;
        error_clear(ts);
        return raise(ts, PyExc_KeyError, "getpwuid(): uid not found");
    }
    unsigned uid = std::move(number).take();
    std::unique_ptr<char[]> buffer;
    passwd storage;
    const passwd* entry = TRY(account_lookup<passwd>(ts, buffer, [&](char* data, size_t size, passwd** found) {
        return getpwuid_r(uid, &storage, data, size, found);
    }));
    if (!entry) {
        Ref<Object> shown = TRY(identity_object(ts, uid));
        return raise(ts, PyExc_KeyError, "getpwuid(): uid not found: %S", shown.get());
    }
    return entry_object(ts, module, *entry);
}
Result<Ref<Object>> pwd_getpwnam(ThreadState& ts, Object& module, Str& name) {
    Ref<Bytes> bytes = TRY(filesystem_bytes(ts, obj(name)));
    std::unique_ptr<char[]> buffer;
    passwd storage;
    const passwd* entry = TRY(account_lookup<passwd>(ts, buffer, [&](char* data, size_t size, passwd** found) {
        return getpwnam_r(bytes_data(*bytes), &storage, data, size, found);
    }));
    if (!entry) return raise(ts, PyExc_KeyError, "getpwnam(): name not found: %R", &name);
    return entry_object(ts, module, *entry);
}
Result<Ref<Object>> pwd_getpwall(ThreadState& ts, Object& module) {
    Ref<List> list = TRY(list_new(ts, 0));
    // The system keeps one position for the process: the lock is not given up in between.
    setpwent();
    while (passwd* entry = getpwent()) {
        auto item = entry_object(ts, module, *entry);
        if (!item.ok() || !list_append(ts, *list, std::move(item).take()).ok()) {
            endpwent();
            return failure;
        }
    }
    endpwent();
    return list;
}

const MethodDef pwd_methods[] = {
    METHOD("getpwuid($module, uidobj, /)", pwd_getpwuid,
           "Return the password database entry for the given numeric user ID."),
    METHOD("getpwnam($module, name, /)", pwd_getpwnam, "Return the password database entry for the given user name."),
    METHOD("getpwall($module, /)", pwd_getpwall,
           "Return a list of all available password database entries, in arbitrary order."),
    METHOD_END,
};

Result<void> pwd_exec(ThreadState& ts, Object& module) {
    PyStructSequence_Field fields[] = {
        {"pw_name", "user name"},  {"pw_passwd", "password"},    {"pw_uid", "user id"},         {"pw_gid", "group id"},
        {"pw_gecos", "real name"}, {"pw_dir", "home directory"}, {"pw_shell", "shell program"}, {nullptr, nullptr},
    };
    PyStructSequence_Desc description = {"pwd.struct_passwd",
                                         "pwd.struct_passwd: Results from getpw*() routines.\n\n"
                                         "This object may be accessed either as a tuple of\n"
                                         "  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\n"
                                         "or via the object attributes as named in the above tuple.",
                                         fields, 7};
    static_cast<AccountState*>(module_state(module))->entry =
        std::move(TRY(struct_class(ts, module, description))).release();
    return {};
}
MODULE_EXEC_SLOTS(pwd_slots, pwd_exec);

}  // namespace

PyModuleDef pwd_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "pwd",
    .m_doc =
        "This module provides access to the Unix password database.\n"
        "It is available on all Unix versions.\n\n"
        "Password database entries are reported as 7-tuples containing the following\n"
        "items from the password database (see `<pwd.h>'), in order:\n"
        "pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\n"
        "The uid and gid items are integers, all others are strings. An\n"
        "exception is raised if the entry asked for cannot be found.",
    .m_size = sizeof(AccountState),
    .m_methods = METHOD_TABLE(pwd_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(pwd_slots),
    .m_traverse = account_traverse,
    .m_clear = account_clear,
    .m_free = account_free,
};

}  // namespace orochi
