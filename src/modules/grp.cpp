// The module grp: the group database.
#include <grp.h>

#include "modules/accounts.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> entry_object(ThreadState& ts, Object& module, const group& entry) {
    Ref<List> members = TRY(list_new(ts, 0));
    for (char** member = entry.gr_mem; member && *member; ++member)
        TRY(list_append(ts, *members, TRY(account_text(ts, *member))));
    Ref<Object> result = TRY(struct_new(ts, account_class(module)));
    struct_set(*result, 0, TRY(account_text(ts, entry.gr_name)));
    struct_set(*result, 1, TRY(account_text(ts, entry.gr_passwd)));
    struct_set(*result, 2, TRY(identity_object(ts, entry.gr_gid)));
    struct_set(*result, 3, std::move(members));
    return result;
}

Result<Ref<Object>> grp_getgrgid(ThreadState& ts, Object& module, Object& id) {
    unsigned gid = TRY(identity_number(ts, id, "gid"));
    std::unique_ptr<char[]> buffer;
    group storage;
    const group* entry = TRY(account_lookup<group>(ts, buffer, [&](char* data, size_t size, group** found) {
        return getgrgid_r(gid, &storage, data, size, found);
    }));
    if (!entry) {
        Ref<Object> shown = TRY(identity_object(ts, gid));
        return raise(ts, PyExc_KeyError, "getgrgid(): gid not found: %S", shown.get());
    }
    return entry_object(ts, module, *entry);
}
Result<Ref<Object>> grp_getgrnam(ThreadState& ts, Object& module, Str& name) {
    Ref<Bytes> bytes = TRY(filesystem_bytes(ts, obj(name)));
    std::unique_ptr<char[]> buffer;
    group storage;
    const group* entry = TRY(account_lookup<group>(ts, buffer, [&](char* data, size_t size, group** found) {
        return getgrnam_r(bytes_data(*bytes), &storage, data, size, found);
    }));
    if (!entry) return raise(ts, PyExc_KeyError, "getgrnam(): name not found: %R", &name);
    return entry_object(ts, module, *entry);
}
Result<Ref<Object>> grp_getgrall(ThreadState& ts, Object& module) {
    Ref<List> list = TRY(list_new(ts, 0));
    setgrent();
    while (group* entry = getgrent()) {
        auto item = entry_object(ts, module, *entry);
        if (!item.ok() || !list_append(ts, *list, std::move(item).take()).ok()) {
            endgrent();
            return failure;
        }
    }
    endgrent();
    return list;
}

const MethodDef grp_methods[] = {
    METHOD("getgrgid($module, /, id)", grp_getgrgid,
           "Return the group database entry for the given numeric group ID.\n\nIf id is not valid, raise KeyError."),
    METHOD("getgrnam($module, /, name)", grp_getgrnam,
           "Return the group database entry for the given group name.\n\nIf name is not valid, raise KeyError."),
    METHOD("getgrall($module, /)", grp_getgrall, "Return a list of all available group entries, in arbitrary order."),
    METHOD_END,
};

Result<void> grp_exec(ThreadState& ts, Object& module) {
    PyStructSequence_Field fields[] = {
        {"gr_name", "group name"},   {"gr_passwd", "password"}, {"gr_gid", "group id"},
        {"gr_mem", "group members"}, {nullptr, nullptr},
    };
    PyStructSequence_Desc description = {"grp.struct_group",
                                         "grp.struct_group: Results from getgr*() routines.\n\n"
                                         "This object may be accessed either as a tuple of\n"
                                         "  (gr_name,gr_passwd,gr_gid,gr_mem)\n"
                                         "or via the object attributes as named in the above tuple.\n",
                                         fields, 4};
    static_cast<AccountState*>(module_state(module))->entry =
        std::move(TRY(struct_class(ts, module, description))).release();
    return {};
}
MODULE_EXEC_SLOTS(grp_slots, grp_exec);

}  // namespace

PyModuleDef grp_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "grp",
    .m_doc =
        "Access to the Unix group database.\n\n"
        "Group entries are reported as 4-tuples containing the following fields\n"
        "from the group database, in order:\n\n"
        "  gr_name   - name of the group\n"
        "  gr_passwd - group password (encrypted); often empty\n"
        "  gr_gid    - numeric ID of the group\n"
        "  gr_mem    - list of members\n\n"
        "The gid is an integer, name and password are strings.  (Note that most\n"
        "users are not explicitly listed as members of the groups they are in\n"
        "according to the password database.  Check both databases to get\n"
        "complete membership information.)",
    .m_size = sizeof(AccountState),
    .m_methods = METHOD_TABLE(grp_methods),
    .m_slots = const_cast<PyModuleDef_Slot*>(grp_slots),
    .m_traverse = account_traverse,
    .m_clear = account_clear,
    .m_free = account_free,
};

}  // namespace orochi
