// The module _posixsubprocess: fork and exec in one step, for subprocess.
//
// Everything that needs memory or Python happens before the fork; the child only makes system calls, because
// another thread may have held any lock. An error in the child is written to a pipe as "Class:errno in hex:text",
// which subprocess reads.
#include <dirent.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <climits>
#include <csignal>
#include <memory>

#include "modules/os_support.hpp"
#include "modules/posix/process.hpp"

namespace orochi {

namespace {

struct ChildPlan {
    char* const* executables;
    Py_ssize_t executable_count;
    char* const* arguments;
    char* const* environment;  // null: as it is
    const char* directory;     // null: as it is
    int stdin_read, stdin_write, stdout_read, stdout_write, stderr_read, stderr_write, error_read, error_write;
    bool close_others, restore_signals, new_session;
    int process_group, mask;
    bool set_gid, set_uid, set_groups;
    gid_t gid;
    uid_t uid;
    const gid_t* groups;
    size_t group_count;
    const int* kept;  // sorted
    size_t kept_count;
    Object* prepare;  // preexec_fn; null: none
};

// -- In the child. --

// Closes every descriptor from 3 on that is not kept.
void close_others(const ChildPlan& plan) {
    unsigned start = 3;
    for (size_t i = 0; i < plan.kept_count; ++i) {
        unsigned fd = unsigned(plan.kept[i]);
        if (fd < start) continue;
        if (fd > start && close_range(start, fd - 1, 0) < 0) {
            for (unsigned other = start; other < fd; ++other) close(int(other));
        }
        start = fd + 1;
    }
    if (close_range(start, ~0u, 0) < 0) {
        long end = sysconf(_SC_OPEN_MAX);
        for (long fd = start; fd < (end < 0 ? 256 : end); ++fd) close(int(fd));
    }
}

void write_text(int fd, const char* text) {
    size_t size = std::strlen(text);
    while (size) {
        ssize_t count = write(fd, text, size);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        text += count;
        size -= size_t(count);
    }
}

// Nothing but system calls from here on, apart from preexec_fn. Returns only on failure, errno set; `message` is then
// the last part of the report.
void run_child(const ChildPlan& plan, const char*& message) {
    message = "noexec";  // until exec is tried, an errno is about the directory
    for (size_t i = 0; i < plan.kept_count; ++i) {
        if (plan.kept[i] != plan.error_write && !set_inheritable(plan.kept[i], true)) {
            message = "";
            return;
        }
    }
    auto failed = [&] {
        message = "";
        return;
    };
    auto close_if = [](int fd) { return fd == -1 || close(fd) == 0; };
    if (!close_if(plan.stdin_write) || !close_if(plan.stdout_read) || !close_if(plan.stderr_read)) return failed();
    close(plan.error_read);
    int stdin_read = plan.stdin_read, stdout_write = plan.stdout_write, stderr_write = plan.stderr_write;
    // Descriptors in the way of others move up first.
    auto move_up = [](int& fd) {
        int moved = dup(fd);
        if (moved < 0) return false;
        fd = moved;
        return true;
    };
    if (stdout_write == 0 && !move_up(stdout_write)) return failed();
    while (stderr_write == 0 || stderr_write == 1) {
        if (!move_up(stderr_write)) return failed();
    }
    auto place = [](int fd, int target) {
        if (fd == -1) return true;
        if (fd == target) return set_inheritable(fd, true);  // dup2() would leave the flag
        return dup2(fd, target) >= 0;
    };
    if (!place(stdin_read, 0) || !place(stdout_write, 1) || !place(stderr_write, 2)) return failed();
    if (plan.directory && chdir(plan.directory) < 0) return;
    if (plan.mask >= 0) umask(mode_t(plan.mask));
    if (plan.restore_signals) {
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
    }
    if (plan.new_session && setsid() < 0) return failed();
    if (plan.process_group >= 0 && setpgid(0, plan.process_group) < 0) return failed();
    if (plan.set_groups && syscall(SYS_setgroups, plan.group_count, plan.groups) < 0) return failed();
    if (plan.set_gid && syscall(SYS_setregid, plan.gid, plan.gid) < 0) return failed();
    if (plan.set_uid && syscall(SYS_setreuid, plan.uid, plan.uid) < 0) return failed();
    if (plan.prepare) {
        ThreadState& ts = current_thread();
        if (!call(ts, *plan.prepare).ok()) {
            message = "Exception occurred in preexec_fn.";
            errno = 0;
            return;
        }
    }
    if (plan.close_others) close_others(plan);
    message = "";
    int saved = 0;
    for (Py_ssize_t i = 0; i < plan.executable_count; ++i) {
        if (plan.environment) {
            execve(plan.executables[i], plan.arguments, plan.environment);
        } else {
            execv(plan.executables[i], plan.arguments);
        }
        // What was found but could not be run tells more than what was not found.
        if (errno != ENOENT && errno != ENOTDIR && saved == 0) saved = errno;
    }
    if (saved) errno = saved;
}

[[noreturn]] void child(const ChildPlan& plan) {
    const char* message;
    run_child(plan, message);
    int error = errno;
    if (error) {
        char text[2 * sizeof error + 1], *at = text + sizeof text - 1;
        *at = 0;
        for (unsigned rest = unsigned(error); rest; rest >>= 4) *--at = "0123456789ABCDEF"[rest & 15];
        write_text(plan.error_write, "OSError:");
        write_text(plan.error_write, at);
        write_text(plan.error_write, ":");
        write_text(plan.error_write, message);
    } else {
        write_text(plan.error_write, "SubprocessError:0:");
        write_text(plan.error_write, message);
    }
    _exit(255);
}

// -- In the parent. --

// Descriptors must be given in ascending order.
Result<std::unique_ptr<int[]>> take_descriptors(ThreadState& ts, Tuple& kept) {
    Py_ssize_t count = tuple_size(kept);
    auto result = std::make_unique<int[]>(size_t(count) + 1);
    int before = -1;
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& item = tuple_item(kept, i);
        int overflow = 1;
        long long fd = PyLong_Check(&item) ? TRY(int_as_long_long_overflow(ts, item, overflow)) : -1;
        if (overflow || fd < 0 || fd <= before || fd > INT_MAX)
            return raise(ts, PyExc_ValueError, "bad value(s) in fds_to_keep");
        result[size_t(i)] = before = int(fd);
    }
    return result;
}

Result<Py_ssize_t> fork_exec(ThreadState& ts, Object&, Object& arguments, Object& executables, int close_fds,
                             Tuple& kept, Object& directory, Object& environment, int p2cread, int p2cwrite,
                             int c2pread, int c2pwrite, int errread, int errwrite, int errpipe_read, int errpipe_write,
                             int restore_signals, int new_session, int process_group, Object& gid, Object& groups,
                             Object& uid, int mask, Object& prepare, int allow_vfork) {
    if (!is_none(&prepare) && !ts.interpreter().is_main)
        return raise(ts, PyExc_RuntimeError, "preexec_fn not supported within subinterpreters");
    if (close_fds && errpipe_write < 3) return raise(ts, PyExc_ValueError, "errpipe_write must be >= 3");
    ChildPlan plan{};
    auto kept_fds = TRY(take_descriptors(ts, kept));
    plan.kept = kept_fds.get();
    plan.kept_count = size_t(tuple_size(kept));

    ExecStrings executable_strings, argument_strings, environment_strings;
    if (!is_sequence(executables)) return raise(ts, PyExc_TypeError, "executable_list must be a sequence");
    TRY(executable_strings.take(ts, executables));
    if (!is_none(&arguments)) {
        Ref<Object> fast = TRY(sequence_fast(ts, arguments, "argv must be a tuple"));
        TRY(argument_strings.take(ts, *fast));
        plan.arguments = argument_strings.data();
    } else {
        static constexpr char* no_arguments[] = {nullptr};
        plan.arguments = no_arguments;
    }
    if (!is_none(&environment)) {
        TRY(environment_strings.take(ts, environment));
        plan.environment = environment_strings.data();
    }
    OptRef<Bytes> directory_bytes;
    if (!is_none(&directory)) {
        directory_bytes = OptRef<Bytes>(TRY(filesystem_bytes(ts, directory)));
        plan.directory = bytes_data(*directory_bytes);
    }
    std::unique_ptr<gid_t[]> group_ids;
    if (!is_none(&groups)) {
        if (!PyList_Check(&groups)) return raise(ts, PyExc_TypeError, "setgroups argument must be a list");
        Py_ssize_t count = list_size(as<List>(groups));
        if (count > 65536) return raise(ts, PyExc_ValueError, "too many groups");
        group_ids = std::make_unique<gid_t[]>(size_t(count) + 1);
        for (Py_ssize_t i = 0; i < count; ++i) {
            Object& item = list_item(as<List>(groups), i);
            if (!PyLong_Check(&item)) return raise(ts, PyExc_TypeError, "groups must be integers");
            auto number = identity_number(ts, item, "gid");
            if (!number.ok()) return raise(ts, PyExc_ValueError, "invalid group id");
            group_ids[size_t(i)] = std::move(number).take();
        }
        plan.set_groups = true;
        plan.groups = group_ids.get();
        plan.group_count = size_t(count);
    }
    if (!is_none(&gid)) {
        plan.set_gid = true;
        plan.gid = TRY(identity_number(ts, gid, "gid"));
    }
    if (!is_none(&uid)) {
        plan.set_uid = true;
        plan.uid = TRY(identity_number(ts, uid, "uid"));
    }
    plan.executables = executable_strings.data();
    plan.executable_count = executable_strings.size();
    plan.stdin_read = p2cread, plan.stdin_write = p2cwrite, plan.stdout_read = c2pread, plan.stdout_write = c2pwrite;
    plan.stderr_read = errread, plan.stderr_write = errwrite;
    plan.error_read = errpipe_read, plan.error_write = errpipe_write;
    plan.close_others = close_fds, plan.restore_signals = restore_signals, plan.new_session = new_session;
    plan.process_group = process_group, plan.mask = mask;

    bool runs_python = !is_none(&prepare);
    if (runs_python) {
        plan.prepare = &prepare;
        before_fork(ts);
    }
    // A vfork()ed child shares our memory until it execs; signal handlers of ours must not run in it. It cannot run
    // Python or change ids for the whole process.
    bool shares_memory = allow_vfork && !runs_python && !plan.set_uid && !plan.set_gid && !plan.set_groups;
    pid_t pid;
    int error;
    if (shares_memory) {
        sigset_t all, old;
        sigfillset(&all);
        pthread_sigmask(SIG_BLOCK, &all, &old);
        pid = vfork();
        if (pid == 0) {
            // Handlers do not survive exec, but a pending signal must not find ours before it.
            for (int number = 1; number < NSIG; ++number) {
                struct sigaction action;
                if (sigaction(number, nullptr, &action) == 0 && action.sa_handler != SIG_IGN &&
                    action.sa_handler != SIG_DFL) {
                    signal(number, SIG_DFL);
                }
            }
            // The mask is inherited; SIGPIPE and SIGXFSZ are reset inside.
            sigprocmask(SIG_SETMASK, &old, nullptr);
            child(plan);
        }
        error = errno;
        pthread_sigmask(SIG_SETMASK, &old, nullptr);
    } else {
        pid = fork();
        if (pid == 0) {
            if (runs_python) after_fork_child(ts);
            child(plan);
        }
        error = errno;
    }
    if (runs_python) after_fork_parent(ts);
    if (pid < 0) return raise_os_error(ts, error);
    return Py_ssize_t(pid);
}

const MethodDef subprocess_methods[] = {
    METHOD_PLAIN("fork_exec($module, args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, "
                 "c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, "
                 "pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, allow_vfork, /)",
                 fork_exec,
                 "Forks a child process, closes parent file descriptors as appropriate in the\n"
                 "child and dups the few that are needed before calling exec() in the child\nprocess."),
    METHOD_END,
};

}  // namespace

PyModuleDef posixsubprocess_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_posixsubprocess",
    .m_doc = "A POSIX helper for the subprocess module.",
    .m_methods = METHOD_TABLE(subprocess_methods),
};

}  // namespace orochi
