// Who the process is: ids, groups, sessions, priorities.
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>
#include <climits>
#include <memory>

#include "modules/posix/posix.hpp"
#include "objects/float.hpp"
#include "objects/list.hpp"

namespace orochi {

namespace {

Result<void> check(ThreadState& ts, int result) {
    if (result < 0) return raise_os_error(ts, errno);
    return {};
}
int posix_getpid(Object&) { return getpid(); }
int posix_getppid(Object&) { return getppid(); }
int posix_getpgrp(Object&) { return getpgrp(); }
Result<Ref<Object>> posix_getuid(ThreadState& ts, Object&) { return identity_object(ts, getuid()); }
Result<Ref<Object>> posix_geteuid(ThreadState& ts, Object&) { return identity_object(ts, geteuid()); }
Result<Ref<Object>> posix_getgid(ThreadState& ts, Object&) { return identity_object(ts, getgid()); }
Result<Ref<Object>> posix_getegid(ThreadState& ts, Object&) { return identity_object(ts, getegid()); }
Result<void> posix_setuid(ThreadState& ts, Object&, UserId id) { return check(ts, setuid(id.value)); }
Result<void> posix_seteuid(ThreadState& ts, Object&, UserId id) { return check(ts, seteuid(id.value)); }
Result<void> posix_setgid(ThreadState& ts, Object&, GroupId id) { return check(ts, setgid(id.value)); }
Result<void> posix_setegid(ThreadState& ts, Object&, GroupId id) { return check(ts, setegid(id.value)); }
Result<void> posix_setreuid(ThreadState& ts, Object&, UserId a, UserId b) {
    return check(ts, setreuid(a.value, b.value));
}
Result<void> posix_setregid(ThreadState& ts, Object&, GroupId a, GroupId b) {
    return check(ts, setregid(a.value, b.value));
}
Result<void> posix_setresuid(ThreadState& ts, Object&, UserId a, UserId b, UserId c) {
    return check(ts, setresuid(a.value, b.value, c.value));
}
Result<void> posix_setresgid(ThreadState& ts, Object&, GroupId a, GroupId b, GroupId c) {
    return check(ts, setresgid(a.value, b.value, c.value));
}
Result<Ref<Object>> three_ids(ThreadState& ts, unsigned a, unsigned b, unsigned c) {
    Ref<Object> x = TRY(identity_object(ts, a));
    Ref<Object> y = TRY(identity_object(ts, b));
    Ref<Object> z = TRY(identity_object(ts, c));
    return tuple_of(ts, *x, *y, *z);
}
Result<Ref<Object>> posix_getresuid(ThreadState& ts, Object&) {
    uid_t a, b, c;
    TRY(check(ts, getresuid(&a, &b, &c)));
    return three_ids(ts, a, b, c);
}
Result<Ref<Object>> posix_getresgid(ThreadState& ts, Object&) {
    gid_t a, b, c;
    TRY(check(ts, getresgid(&a, &b, &c)));
    return three_ids(ts, a, b, c);
}
Result<int> posix_getpgid(ThreadState& ts, Object&, int pid) {
    int result = getpgid(pid);
    TRY(check(ts, result));
    return result;
}
Result<void> posix_setpgid(ThreadState& ts, Object&, int pid, int group) { return check(ts, setpgid(pid, group)); }
Result<void> posix_setpgrp(ThreadState& ts, Object&) { return check(ts, setpgid(0, 0)); }
Result<int> posix_getsid(ThreadState& ts, Object&, int pid) {
    int result = getsid(pid);
    TRY(check(ts, result));
    return result;
}
Result<void> posix_setsid(ThreadState& ts, Object&) { return check(ts, setsid()); }

Result<Ref<Object>> group_list(ThreadState& ts, const gid_t* groups, int count) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (int i = 0; i < count; ++i) TRY(list_append(ts, *list, TRY(identity_object(ts, groups[i]))));
    return list;
}
Result<Ref<Object>> posix_getgroups(ThreadState& ts, Object&) {
    int count = getgroups(0, nullptr);
    TRY(check(ts, count));
    auto groups = std::make_unique<gid_t[]>(size_t(count) + 1);
    count = getgroups(count, groups.get());
    TRY(check(ts, count));
    return group_list(ts, groups.get(), count);
}
Result<void> posix_setgroups(ThreadState& ts, Object&, Object& groups) {
    if (!is_sequence(groups)) return raise(ts, PyExc_TypeError, "setgroups argument must be a sequence");
    Py_ssize_t count = TRY(length(ts, groups));
    if (count > NGROUPS_MAX) return raise(ts, PyExc_ValueError, "too many groups");
    auto ids = std::make_unique<gid_t[]>(size_t(count) + 1);
    for (Py_ssize_t i = 0; i < count; ++i) {
        Ref<Object> item = TRY(sequence_getitem(ts, groups, i));
        if (!PyLong_Check(item.get())) return raise(ts, PyExc_TypeError, "groups must be integers");
        ids[size_t(i)] = TRY(identity_number(ts, *item, "gid"));
    }
    return check(ts, setgroups(size_t(count), ids.get()));
}
Result<Ref<Object>> posix_getgrouplist(ThreadState& ts, Object&, std::string_view user, GroupId base) {
    for (int capacity = 64;; capacity *= 4) {
        auto groups = std::make_unique<gid_t[]>(size_t(capacity));
        int count = capacity;
        if (getgrouplist(std::string(user).c_str(), base.value, groups.get(), &count) >= 0)
            return group_list(ts, groups.get(), count);
        if (count <= capacity || capacity > (1 << 24)) return raise_os_error(ts, errno);
    }
}
Result<void> posix_initgroups(ThreadState& ts, Object&, SystemName& user, GroupId group) {
    return check(ts, initgroups(user.text(), group.value));
}
Result<Ref<Object>> posix_getlogin(ThreadState& ts, Object&) {
    char name[256];
    int error = getlogin_r(name, sizeof name);
    if (error) return raise_os_error(ts, error);
    return str_decode_filesystem(ts, name);
}
Result<int> posix_nice(ThreadState& ts, Object&, int increment) {
    errno = 0;
    int value = nice(increment);
    if (value == -1 && errno) return raise_os_error(ts, errno);
    return value;
}
Result<int> posix_getpriority(ThreadState& ts, Object&, int which, int who) {
    errno = 0;
    int value = getpriority(__priority_which_t(which), id_t(who));
    if (errno) return raise_os_error(ts, errno);
    return value;
}
Result<void> posix_setpriority(ThreadState& ts, Object&, int which, int who, int priority) {
    return check(ts, setpriority(__priority_which_t(which), id_t(who), priority));
}
Result<Ref<Object>> posix_getloadavg(ThreadState& ts, Object&) {
    double load[3];
    if (getloadavg(load, 3) != 3) return raise(ts, PyExc_OSError, "Load averages are unobtainable");
    Ref<Object> a = TRY(float_from(ts, load[0]));
    Ref<Object> b = TRY(float_from(ts, load[1]));
    Ref<Object> c = TRY(float_from(ts, load[2]));
    return tuple_of(ts, *a, *b, *c);
}

}  // namespace

const MethodDef posix_identity_methods[] = {
    METHOD("getpid($module, /)", posix_getpid, "Return the current process id."),
    METHOD("getppid($module, /)", posix_getppid, "Return the parent's process id."),
    METHOD("getpgrp($module, /)", posix_getpgrp, "Return the current process group id."),
    METHOD("getuid($module, /)", posix_getuid, "Return the current process's user id."),
    METHOD("geteuid($module, /)", posix_geteuid, "Return the current process's effective user id."),
    METHOD("getgid($module, /)", posix_getgid, "Return the current process's group id."),
    METHOD("getegid($module, /)", posix_getegid, "Return the current process's effective group id."),
    METHOD("setuid($module, uid, /)", posix_setuid, "Set the current process's user id."),
    METHOD("seteuid($module, euid, /)", posix_seteuid, "Set the current process's effective user id."),
    METHOD("setgid($module, gid, /)", posix_setgid, "Set the current process's group id."),
    METHOD("setegid($module, egid, /)", posix_setegid, "Set the current process's effective group id."),
    METHOD("setreuid($module, ruid, euid, /)", posix_setreuid,
           "Set the current process's real and effective user ids."),
    METHOD("setregid($module, rgid, egid, /)", posix_setregid,
           "Set the current process's real and effective group ids."),
    METHOD("setresuid($module, ruid, euid, suid, /)", posix_setresuid,
           "Set the current process's real, effective, and saved user ids."),
    METHOD("setresgid($module, rgid, egid, sgid, /)", posix_setresgid,
           "Set the current process's real, effective, and saved group ids."),
    METHOD("getresuid($module, /)", posix_getresuid,
           "Return a tuple of the current process's real, effective, and saved user ids."),
    METHOD("getresgid($module, /)", posix_getresgid,
           "Return a tuple of the current process's real, effective, and saved group ids."),
    METHOD("getpgid($module, /, pid)", posix_getpgid, "Call the system call getpgid(), and return the result."),
    METHOD_PLAIN("setpgid($module, $tuple, pid, pgrp, /)", posix_setpgid,
                 "setpgid($module, pid, pgrp, /)\n--\n\n"
                 "Call the system call setpgid(pid, pgrp)."),
    METHOD("setpgrp($module, /)", posix_setpgrp, "Make the current process the leader of its process group."),
    METHOD("getsid($module, pid, /)", posix_getsid, "Call the system call getsid(pid) and return the result."),
    METHOD("setsid($module, /)", posix_setsid, "Call the system call setsid()."),
    METHOD("getgroups($module, /)", posix_getgroups, "Return list of supplemental group IDs for the process."),
    METHOD("setgroups($module, groups, /)", posix_setgroups, "Set the groups of the current process to list."),
    METHOD("getgrouplist($module, user, group, /)", posix_getgrouplist,
           "Returns a list of groups to which a user belongs."),
    METHOD("initgroups($module, username, gid, /)", posix_initgroups, "Initialize the group access list."),
    METHOD("getlogin($module, /)", posix_getlogin, "Return the actual login name."),
    METHOD("nice($module, increment, /)", posix_nice,
           "Add increment to the priority of process and return the new priority."),
    METHOD("getpriority($module, /, which, who)", posix_getpriority, "Return program scheduling priority."),
    METHOD("setpriority($module, /, which, who, priority)", posix_setpriority, "Set program scheduling priority."),
    METHOD("getloadavg($module, /)", posix_getloadavg,
           "Return average recent system load information as floats: 1, 5 and 15 minutes."),
    METHOD_END,
};

}  // namespace orochi
