// Processes: fork, wait, kill, and what the kernel tells about them.
#include "modules/posix/process.hpp"

#include <pty.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include "modules/posix/posix.hpp"
#include "objects/float.hpp"
#include "objects/list.hpp"

namespace orochi {

namespace {

Result<void> check_may_fork(ThreadState& ts) {
    if (ts.interpreter().options.allow_fork) return {};
    return raise(ts, PyExc_RuntimeError, "fork not supported for isolated subinterpreters");
}

Result<int> posix_fork(ThreadState& ts, Object&) {
    TRY(check_may_fork(ts));
    TRY(audit(ts, "os.fork", nullptr));
    before_fork(ts);
    pid_t pid = fork();
    int error = errno;
    if (pid == 0) {
        after_fork_child(ts);
    } else {
        after_fork_parent(ts);
    }
    if (pid < 0) return raise_os_error(ts, error);
    return pid;
}
Result<Ref<Object>> posix_forkpty(ThreadState& ts, Object&) {
    TRY(check_may_fork(ts));
    TRY(audit(ts, "os.forkpty", nullptr));
    int master = -1;
    before_fork(ts);
    pid_t pid = forkpty(&master, nullptr, nullptr, nullptr);
    int error = errno;
    if (pid == 0) {
        after_fork_child(ts);
    } else {
        after_fork_parent(ts);
    }
    if (pid < 0) return raise_os_error(ts, error);
    Ref<Object> first = TRY(int_from(ts, pid));
    Ref<Object> second = TRY(int_from(ts, master));
    return tuple_of(ts, *first, *second);
}

Result<void> add_fork_function(ThreadState& ts, Object*& list, Object* function) {
    if (!function) return {};
    if (!list) list = obj(std::move(TRY(list_new(ts, 0))).release());
    return list_append(ts, as<List>(*list), *function);
}
Result<void> posix_register_at_fork(ThreadState& ts, Object&, Object* before, Object* in_child, Object* in_parent) {
    if (!before && !in_child && !in_parent) return raise(ts, PyExc_TypeError, "At least one argument is required.");
    auto check = [&](Object* function, const char* name) -> Result<void> {
        if (function && !is_callable(*function))
            return raise(ts, PyExc_TypeError, "'%s' must be callable, not %T", name, function);
        return {};
    };
    TRY(check(before, "before"));
    TRY(check(in_child, "after_in_child"));
    TRY(check(in_parent, "after_in_parent"));
    Interpreter& interpreter = ts.interpreter();
    TRY(add_fork_function(ts, interpreter.before_forkers, before));
    TRY(add_fork_function(ts, interpreter.after_forkers_child, in_child));
    return add_fork_function(ts, interpreter.after_forkers_parent, in_parent);
}

[[noreturn]] void posix_exit(Object&, int status) { _exit(status); }
[[noreturn]] void posix_abort(Object&) { abort(); }

Result<void> posix_kill(ThreadState& ts, Object&, int pid, Py_ssize_t signal) {
    TRY(audit(ts, "os.kill", "in", pid, signal));
    if (kill(pid, int(signal)) < 0) return raise_os_error(ts, errno);
    // A signal to oneself is served at once.
    return check_signals(ts);
}
Result<void> posix_killpg(ThreadState& ts, Object&, int group, int signal) {
    TRY(audit(ts, "os.killpg", "ii", group, signal));
    if (killpg(group, signal) < 0) return raise_os_error(ts, errno);
    return check_signals(ts);
}

// Waiting.
Result<Ref<Object>> pid_and_status(ThreadState& ts, int pid, int status) {
    Ref<Object> first = TRY(int_from(ts, pid));
    Ref<Object> second = TRY(int_from(ts, status));
    return tuple_of(ts, *first, *second);
}
Result<Ref<Object>> posix_waitpid(ThreadState& ts, Object&, int pid, int options) {
    int status = 0;
    auto result = TRY(blocking_call(ts, [&] { return waitpid(pid, &status, options); }));
    TRY(check_system(ts, result));
    return pid_and_status(ts, result.value, status);
}
Result<Ref<Object>> posix_wait(ThreadState& ts, Object&) {
    int status = 0;
    auto result = unlocked_call(ts, [&] { return wait(&status); });
    TRY(check_system(ts, result));
    return pid_and_status(ts, result.value, status);
}
double seconds(const timeval& time) { return double(time.tv_sec) + double(time.tv_usec) * 1e-6; }
Result<Ref<Object>> usage_and_status(ThreadState& ts, int pid, int status, const rusage& usage) {
    Ref<Object> cls = TRY(import_attribute(ts, "resource"_n, "struct_rusage"_n));
    Ref<Object> result = TRY(struct_new(ts, as<Type>(*cls)));
    struct_set(*result, 0, TRY(float_from(ts, seconds(usage.ru_utime))));
    struct_set(*result, 1, TRY(float_from(ts, seconds(usage.ru_stime))));
    const long values[] = {usage.ru_maxrss, usage.ru_ixrss,    usage.ru_idrss,   usage.ru_isrss,   usage.ru_minflt,
                           usage.ru_majflt, usage.ru_nswap,    usage.ru_inblock, usage.ru_oublock, usage.ru_msgsnd,
                           usage.ru_msgrcv, usage.ru_nsignals, usage.ru_nvcsw,   usage.ru_nivcsw};
    for (size_t i = 0; i < std::size(values); ++i) struct_set(*result, Py_ssize_t(i) + 2, TRY(int_from(ts, values[i])));
    Ref<Object> first = TRY(int_from(ts, pid));
    Ref<Object> second = TRY(int_from(ts, status));
    return tuple_of(ts, *first, *second, *result);
}
Result<Ref<Object>> posix_wait4(ThreadState& ts, Object&, int pid, int options) {
    int status = 0;
    rusage usage{};
    auto result = TRY(blocking_call(ts, [&] { return wait4(pid, &status, options, &usage); }));
    TRY(check_system(ts, result));
    return usage_and_status(ts, result.value, status, usage);
}
Result<Ref<Object>> posix_wait3(ThreadState& ts, Object& module, int options) {
    return posix_wait4(ts, module, -1, options);
}
Result<Ref<Object>> posix_waitid(ThreadState& ts, Object& module, int kind, int id, int options) {
    siginfo_t info{};
    auto result = TRY(blocking_call(ts, [&] { return waitid(idtype_t(kind), id_t(id), &info, options); }));
    TRY(check_system(ts, result));
    if (info.si_pid == 0) return new_none();
    Ref<Object> made = TRY(struct_new(ts, *posix_state(module).waitid_result));
    struct_set(*made, 0, TRY(int_from(ts, info.si_pid)));
    struct_set(*made, 1, TRY(identity_object(ts, info.si_uid)));
    struct_set(*made, 2, TRY(int_from(ts, info.si_signo)));
    struct_set(*made, 3, TRY(int_from(ts, info.si_status)));
    struct_set(*made, 4, TRY(int_from(ts, info.si_code)));
    return made;
}
Result<int> posix_waitstatus_to_exitcode(ThreadState& ts, Object&, int status) {
    if (WIFEXITED(status)) {
        int code = WEXITSTATUS(status);
        if (code < 0) return raise(ts, PyExc_ValueError, "invalid WEXITSTATUS: %i", code);
        return code;
    }
    if (WIFSIGNALED(status)) {
        int signal = WTERMSIG(status);
        if (signal <= 0) return raise(ts, PyExc_ValueError, "invalid WTERMSIG: %i", signal);
        return -signal;
    }
    if (WIFSTOPPED(status))
        return raise(ts, PyExc_ValueError, "process stopped by delivery of signal %i", WSTOPSIG(status));
    return raise(ts, PyExc_ValueError, "invalid wait status: %i", status);
}
bool posix_wcoredump(Object&, int status) { return WCOREDUMP(status); }
bool posix_wifcontinued(Object&, int status) { return WIFCONTINUED(status); }
bool posix_wifstopped(Object&, int status) { return WIFSTOPPED(status); }
bool posix_wifsignaled(Object&, int status) { return WIFSIGNALED(status); }
bool posix_wifexited(Object&, int status) { return WIFEXITED(status); }
int posix_wexitstatus(Object&, int status) { return WEXITSTATUS(status); }
int posix_wtermsig(Object&, int status) { return WTERMSIG(status); }
int posix_wstopsig(Object&, int status) { return WSTOPSIG(status); }

Result<int> posix_pidfd_open(ThreadState& ts, Object&, int pid, unsigned flags) {
    int fd = int(syscall(SYS_pidfd_open, pid, flags));
    if (fd < 0) return raise_os_error(ts, errno);
    return fd;
}

Result<long> posix_system(ThreadState& ts, Object&, SystemName& command) {
    TRY(audit(ts, "os.system", "(O)", command.bytes.get()));
    return long(unlocked_call(ts, [&] { return system(command.text()); }).value);
}

Result<Ref<Object>> posix_times(ThreadState& ts, Object& module) {
    tms data;
    clock_t elapsed = times(&data);
    if (elapsed == clock_t(-1)) return raise_os_error(ts, errno);
    double ticks = double(sysconf(_SC_CLK_TCK));
    Ref<Object> result = TRY(struct_new(ts, *posix_state(module).times_result));
    const clock_t values[] = {data.tms_utime, data.tms_stime, data.tms_cutime, data.tms_cstime, elapsed};
    for (int i = 0; i < 5; ++i) struct_set(*result, i, TRY(float_from(ts, double(values[i]) / ticks)));
    return result;
}
Result<Ref<Object>> posix_uname(ThreadState& ts, Object& module) {
    utsname data;
    if (unlocked_call(ts, [&] { return uname(&data); }).failed()) return raise_os_error(ts, errno);
    Ref<Object> result = TRY(struct_new(ts, *posix_state(module).uname_result));
    const char* values[] = {data.sysname, data.nodename, data.release, data.version, data.machine};
    for (int i = 0; i < 5; ++i) struct_set(*result, i, TRY(str_decode_filesystem(ts, values[i])));
    return result;
}

}  // namespace

const MethodDef posix_process_methods[] = {
    METHOD("fork($module, /)", posix_fork, "Fork a child process."),
    METHOD("forkpty($module, /)", posix_forkpty, "Fork a new process with a new pseudo-terminal as controlling tty."),
    METHOD("register_at_fork($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, "
           "after_in_parent=<unrepresentable>)",
           posix_register_at_fork, "Register callables to be called when forking a new process."),
    METHOD("_exit($module, /, status)", posix_exit,
           "Exit to the system with specified status, without normal exit processing."),
    METHOD("abort($module, /)", posix_abort, "Abort the interpreter immediately."),
    METHOD("kill($module, pid, signal, /)", posix_kill, "Kill a process with a signal."),
    METHOD_PLAIN("killpg($module, $tuple, pgid, signal, /)", posix_killpg,
                 "killpg($module, pgid, signal, /)\n--\n\n"
                 "Kill a process group with a signal."),
    METHOD("wait($module, /)", posix_wait, "Wait for completion of a child process: (pid, status)."),
    METHOD("wait3($module, /, options)", posix_wait3, "Wait for completion of a child process: (pid, status, rusage)."),
    METHOD("wait4($module, /, pid, options)", posix_wait4,
           "Wait for completion of a specific child process: (pid, status, rusage)."),
    METHOD_PLAIN("waitpid($module, $tuple, pid, options, /)", posix_waitpid,
                 "waitpid($module, pid, options, /)\n--\n\n"
                 "Wait for completion of a given child process: (pid, status)."),
    METHOD_PLAIN("waitid($module, $tuple, idtype, id, options, /)", posix_waitid,
                 "waitid($module, idtype, id, options, /)\n--\n\n"
                 "Returns the result of waiting for a process or processes."),
    METHOD("waitstatus_to_exitcode($module, /, status)", posix_waitstatus_to_exitcode,
           "Convert a wait status to an exit code."),
    METHOD("WCOREDUMP($module, status, /)", posix_wcoredump,
           "Return True if the process returning status was dumped to a core file."),
    METHOD("WIFCONTINUED($module, /, status)", posix_wifcontinued,
           "Return True if a particular process was continued from a job control stop."),
    METHOD("WIFSTOPPED($module, /, status)", posix_wifstopped,
           "Return True if the process returning status was stopped."),
    METHOD("WIFSIGNALED($module, /, status)", posix_wifsignaled,
           "Return True if the process returning status was terminated by a signal."),
    METHOD("WIFEXITED($module, /, status)", posix_wifexited,
           "Return True if the process returning status exited via the exit() system call."),
    METHOD("WEXITSTATUS($module, /, status)", posix_wexitstatus, "Return the process return code from status."),
    METHOD("WTERMSIG($module, /, status)", posix_wtermsig,
           "Return the signal that terminated the process that provided the status value."),
    METHOD("WSTOPSIG($module, /, status)", posix_wstopsig,
           "Return the signal that stopped the process that provided the status value."),
    METHOD("pidfd_open($module, /, pid, flags=0)", posix_pidfd_open,
           "Return a file descriptor referring to the process *pid*."),
    METHOD("system($module, /, command)", posix_system, "Execute the command in a subshell."),
    METHOD("times($module, /)", posix_times, "Return a collection containing process timing information."),
    METHOD("uname($module, /)", posix_uname, "Return an object identifying the current operating system."),
    METHOD_END,
};

Result<void> posix_add_process_classes(ThreadState& ts, Object& module, PosixState& state) {
    PyStructSequence_Field times_fields[] = {
        {"user", "user time"},
        {"system", "system time"},
        {"children_user", "user time of children"},
        {"children_system", "system time of children"},
        {"elapsed", "elapsed time since an arbitrary point in the past"},
        {nullptr, nullptr},
    };
    PyStructSequence_Desc times_class = {"posix.times_result",
                                         "times_result: Result from os.times().\n\n"
                                         "This object may be accessed either as a tuple of\n"
                                         "  (user, system, children_user, children_system, elapsed),\n"
                                         "or via the attributes user, system, children_user, children_system,\n"
                                         "and elapsed.\n\n"
                                         "See os.times for more information.",
                                         times_fields, 5};
    state.times_result = std::move(TRY(struct_class(ts, module, times_class))).release();
    PyStructSequence_Field uname_fields[] = {
        {"sysname", "operating system name"},    {"nodename", "name of machine on network (implementation-defined)"},
        {"release", "operating system release"}, {"version", "operating system version"},
        {"machine", "hardware identifier"},      {nullptr, nullptr},
    };
    PyStructSequence_Desc uname_class = {"posix.uname_result",
                                         "uname_result: Result from os.uname().\n\n"
                                         "This object may be accessed either as a tuple of\n"
                                         "  (sysname, nodename, release, version, machine),\n"
                                         "or via the attributes sysname, nodename, release, version, and machine.\n\n"
                                         "See os.uname for more information.",
                                         uname_fields, 5};
    state.uname_result = std::move(TRY(struct_class(ts, module, uname_class))).release();
    PyStructSequence_Field waitid_fields[] = {
        {"si_pid", nullptr},    {"si_uid", nullptr},  {"si_signo", nullptr},
        {"si_status", nullptr}, {"si_code", nullptr}, {nullptr, nullptr},
    };
    PyStructSequence_Desc waitid_class = {"posix.waitid_result",
                                          "waitid_result: Result from waitid.\n\n"
                                          "This object may be accessed either as a tuple of\n"
                                          "  (si_pid, si_uid, si_signo, si_status, si_code),\n"
                                          "or via the attributes si_pid, si_uid, and so on.\n\n"
                                          "See os.waitid for more information.",
                                          waitid_fields, 5};
    state.waitid_result = std::move(TRY(struct_class(ts, module, waitid_class))).release();
    PyStructSequence_Field terminal_fields[] = {
        {"columns", "width of the terminal window in characters"},
        {"lines", "height of the terminal window in characters"},
        {nullptr, nullptr},
    };
    PyStructSequence_Desc terminal_class = {
        "os.terminal_size", "A tuple of (columns, lines) for holding terminal window size", terminal_fields, 2};
    state.terminal_size = std::move(TRY(struct_class(ts, module, terminal_class))).release();
    return {};
}

}  // namespace orochi
