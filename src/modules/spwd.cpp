// The module spwd: the shadow password database.
#include <shadow.h>

#include "modules/accounts.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> entry_object(ThreadState& ts, Object& module, const spwd& entry) {
    Ref<Object> result = TRY(struct_new(ts, account_class(module)));
    struct_set(*result, 0, TRY(account_text(ts, entry.sp_namp)));
    struct_set(*result, 1, TRY(account_text(ts, entry.sp_pwdp)));
    const long values[] = {entry.sp_lstchg, entry.sp_min,    entry.sp_max,       entry.sp_warn,
                           entry.sp_inact,  entry.sp_expire, long(entry.sp_flag)};
    for (int i = 0; i < 7; ++i) struct_set(*result, 2 + i, TRY(int_from(ts, values[i])));
    struct_set(*result, 9, TRY(account_text(ts, entry.sp_namp)));
    struct_set(*result, 10, TRY(account_text(ts, entry.sp_pwdp)));
    return result;
}

Result<Ref<Object>> spwd_getspnam(ThreadState& ts, Object& module, Str& name) {
    Ref<Bytes> bytes = TRY(filesystem_bytes(ts, obj(name)));
    errno = 0;
    spwd* entry = getspnam(bytes_data(*bytes));
    if (!entry) {
        if (errno) return raise_os_error(ts, errno);
        return raise(ts, PyExc_KeyError, "getspnam(): name not found");
    }
    return entry_object(ts, module, *entry);
}
Result<Ref<Object>> spwd_getspall(ThreadState& ts, Object& module) {
    Ref<List> list = TRY(list_new(ts, 0));
    setspent();
    while (spwd* entry = getspent()) {
        auto item = entry_object(ts, module, *entry);
        if (!item.ok() || !list_append(ts, *list, std::move(item).take()).ok()) {
            endspent();
            return failure;
        }
    }
    endspent();
    return list;
}

const MethodDef spwd_methods[] = {
    METHOD("getspnam($module, arg, /)", spwd_getspnam,
           "Return the shadow password database entry for the given user name."),
    METHOD("getspall($module, /)", spwd_getspall,
           "Return a list of all available shadow password database entries, in arbitrary order."),
    METHOD_END,
};

Result<void> spwd_exec(ThreadState& ts, Object& module) {
    TRY(warn(ts, PyExc_DeprecationWarning, 7, "'spwd' is deprecated and slated for removal in Python 3.13"));
    PyStructSequence_Field fields[] = {
        {"sp_namp", "login name"},
        {"sp_pwdp", "encrypted password"},
        {"sp_lstchg", "date of last change"},
        {"sp_min", "min #days between changes"},
        {"sp_max", "max #days between changes"},
        {"sp_warn", "#days before pw expires to warn user about it"},
        {"sp_inact", "#days after pw expires until account is disabled"},
        {"sp_expire", "#days since 1970-01-01 when account expires"},
        {"sp_flag", "reserved"},
        {"sp_nam", "login name; deprecated"},
        {"sp_pwd", "encrypted password; deprecated"},
        {nullptr, nullptr},
    };
    PyStructSequence_Desc description = {
        "spwd.struct_spwd",
        "spwd.struct_spwd: Results from getsp*() routines.\n\n"
        "This object may be accessed either as a 9-tuple of\n"
        "  (sp_namp,sp_pwdp,sp_lstchg,sp_min,sp_max,sp_warn,sp_inact,sp_expire,sp_flag)\n"
        "or via the object attributes as named in the above tuple.",
        fields, 9};
    static_cast<AccountState*>(module_state(module))->entry =
        std::move(TRY(struct_class(ts, module, description))).release();
    return {};
}
MODULE_EXEC_SLOTS(spwd_slots, spwd_exec);

}  // namespace

PyModuleDef spwd_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "spwd",
    .m_doc =
        "This module provides access to the Unix shadow password database.\n"
        "It is available on various Unix versions.",
    .m_size = sizeof(AccountState),
    .m_methods = METHOD_TABLE(spwd_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(spwd_slots),
    .m_traverse = account_traverse,
    .m_clear = account_clear,
    .m_free = account_free,
};

}  // namespace orochi
