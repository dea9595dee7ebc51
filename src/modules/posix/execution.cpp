// Running programs: exec, posix_spawn, and the environment.
#include <spawn.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>

#include "modules/posix/posix.hpp"
#include "modules/posix/process.hpp"
#include "objects/list.hpp"

extern "C" char** environ;

namespace orochi {

ExecStrings::~ExecStrings() {
    for (Py_ssize_t i = 0; i < count_; ++i) free(strings_[i]);
    free(strings_);
}

Result<void> ExecStrings::reserve(ThreadState& ts, Py_ssize_t count) {
    capacity_ = count;
    strings_ = static_cast<char**>(calloc(size_t(count) + 1, sizeof(char*)));
    if (!strings_) return raise_no_memory(ts);
    return {};
}

Result<void> ExecStrings::append(ThreadState& ts, std::string_view text, std::string_view more, bool pair) {
    if (count_ == capacity_) return {};  // the sequence grew meanwhile
    char* copy = static_cast<char*>(malloc(text.size() + more.size() + 2));
    if (!copy) return raise_no_memory(ts);
    std::memcpy(copy, text.data(), text.size());
    size_t size = text.size();
    if (pair) {
        copy[size++] = '=';
        std::memcpy(copy + size, more.data(), more.size());
        size += more.size();
    }
    copy[size] = 0;
    strings_[count_++] = copy;
    return {};
}

Result<void> ExecStrings::take(ThreadState& ts, Object& sequence) {
    Py_ssize_t count = TRY(length(ts, sequence));
    TRY(reserve(ts, count));
    for (Py_ssize_t i = 0; i < count; ++i) {
        Ref<Object> item = TRY(sequence_getitem(ts, sequence, i));
        Ref<Bytes> bytes = TRY(filesystem_bytes(ts, *item));
        TRY(append(ts, bytes_view(*bytes)));
    }
    return {};
}

Result<void> ExecStrings::take_environment(ThreadState& ts, Object& mapping) {
    Ref<Object> keys = TRY(mapping_keys(ts, mapping));
    Ref<Object> values = TRY(mapping_values(ts, mapping));
    if (!PyList_Check(keys.get()) || !PyList_Check(values.get()))
        return raise(ts, PyExc_TypeError, "env.keys() or env.values() is not a list");
    Py_ssize_t count = std::min(list_size(as<List>(*keys)), list_size(as<List>(*values)));
    TRY(reserve(ts, count));
    for (Py_ssize_t i = 0; i < count; ++i) {
        Ref<Object> key_object = Ref<Object>::share(list_item(as<List>(*keys), i));
        Ref<Object> value_object = Ref<Object>::share(list_item(as<List>(*values), i));
        Ref<Bytes> key = TRY(filesystem_bytes(ts, *key_object));
        Ref<Bytes> value = TRY(filesystem_bytes(ts, *value_object));
        std::string_view name = bytes_view(*key);
        // Windows uses names that begin with '=', so only later ones are refused.
        if (name.empty() || name.find('=', 1) != name.npos)
            return raise(ts, PyExc_ValueError, "illegal environment variable name");
        TRY(append(ts, name, bytes_view(*value), true));
    }
    return {};
}

namespace {

Result<void> take_arguments(ThreadState& ts, Object& argv, const char* wrong_type, const char* empty,
                            const char* empty_first, ExecStrings& out) {
    if (!PyList_Check(&argv) && !PyTuple_Check(&argv)) return raise(ts, PyExc_TypeError, "%s", wrong_type);
    if (TRY(length(ts, argv)) < 1) return raise(ts, PyExc_ValueError, "%s", empty);
    TRY(out.take(ts, argv));
    if (out.size() < 1) return raise(ts, PyExc_ValueError, "%s", empty);
    if (!out[0][0]) return raise(ts, PyExc_ValueError, "%s", empty_first);
    return {};
}

Result<void> check_may_exec(ThreadState& ts) {
    if (ts.interpreter().options.allow_exec) return {};
    return raise(ts, PyExc_RuntimeError, "exec not supported for isolated subinterpreters");
}

Result<void> posix_execv(ThreadState& ts, Object&, Path& path, Object& argv) {
    TRY(check_may_exec(ts));
    ExecStrings arguments;
    TRY(take_arguments(ts, argv, "execv() arg 2 must be a tuple or list", "execv() arg 2 must not be empty",
                       "execv() arg 2 first element cannot be empty", arguments));
    TRY(audit(ts, "os.exec", "OOO", path.object, &argv, &none()));
    execv(path.name, arguments.data());
    return raise_os_error(ts, errno);
}
Result<void> posix_execve(ThreadState& ts, Object&, PathOrDescriptor& path, Object& argv, Object& env) {
    TRY(check_may_exec(ts));
    ExecStrings arguments, environment;
    if (!PyList_Check(&argv) && !PyTuple_Check(&argv))
        return raise(ts, PyExc_TypeError, "execve: argv must be a tuple or list");
    if (TRY(length(ts, argv)) < 1) return raise(ts, PyExc_ValueError, "execve: argv must not be empty");
    if (!is_mapping(env)) return raise(ts, PyExc_TypeError, "execve: environment must be a mapping object");
    TRY(take_arguments(ts, argv, "execve: argv must be a tuple or list", "execve: argv must not be empty",
                       "execve: argv first element cannot be empty", arguments));
    TRY(environment.take_environment(ts, env));
    TRY(audit(ts, "os.exec", "OOO", path.object, &argv, &env));
    if (path.is_descriptor()) {
        fexecve(path.fd, arguments.data(), environment.data());
    } else {
        execve(path.name, arguments.data(), environment.data());
    }
    return raise_path_error(ts, errno, path);
}

Result<void> fill_signal_set(ThreadState& ts, Object& iterable, sigset_t& set) {
    sigemptyset(&set);
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) return {};
        Ref<Object> index = TRY(number_index(ts, *item));
        int overflow;
        long long number = TRY(int_as_long_long_overflow(ts, *index, overflow));
        if (overflow || number < 1 || number > 64)
            return raise(ts, PyExc_ValueError, "signal number %R out of range [1; 64]", index.get());
        sigaddset(&set, int(number));
    }
}

class SpawnAttributes {
public:
    SpawnAttributes() { posix_spawnattr_init(&value); }
    ~SpawnAttributes() { posix_spawnattr_destroy(&value); }
    posix_spawnattr_t value;
};
class SpawnActions {
public:
    SpawnActions() { posix_spawn_file_actions_init(&value); }
    ~SpawnActions() { posix_spawn_file_actions_destroy(&value); }
    posix_spawn_file_actions_t value;
};

Result<void> fill_actions(ThreadState& ts, Object& argument, posix_spawn_file_actions_t& actions) {
    Ref<Object> sequence = TRY(sequence_fast(ts, argument, "file_actions must be a sequence or None"));
    for (Object* item : sequence_fast_items(*sequence)) {
        if (!PyTuple_Check(item) || tuple_size(as<Tuple>(*item)) == 0)
            return raise(ts, PyExc_TypeError, "Each file_actions element must be a non-empty tuple");
        Tuple& action = as<Tuple>(*item);
        int kind = TRY(convert_int(ts, tuple_item(action, 0)));
        int error;
        auto number = [&](int i) -> Result<int> { return convert_int(ts, tuple_item(action, i)); };
        if (kind == 0) {
            if (tuple_size(action) != 5)
                return raise(ts, PyExc_TypeError, "A open file_action tuple must have 5 elements");
            int fd = TRY(number(1));
            Ref<Bytes> path = TRY(filesystem_bytes(ts, tuple_item(action, 2)));
            int flags = TRY(number(3)), mode = TRY(number(4));
            error = posix_spawn_file_actions_addopen(&actions, fd, bytes_data(*path), flags, mode_t(mode));
        } else if (kind == 1) {
            if (tuple_size(action) != 2)
                return raise(ts, PyExc_TypeError, "A close file_action tuple must have 2 elements");
            error = posix_spawn_file_actions_addclose(&actions, TRY(number(1)));
        } else if (kind == 2) {
            if (tuple_size(action) != 3)
                return raise(ts, PyExc_TypeError, "A dup2 file_action tuple must have 3 elements");
            int from = TRY(number(1)), to = TRY(number(2));
            error = posix_spawn_file_actions_adddup2(&actions, from, to);
        } else {
            return raise(ts, PyExc_TypeError, "Unknown file_actions identifier");
        }
        if (error) return raise_os_error(ts, error);
    }
    return {};
}

struct SpawnOptions {
    Object *file_actions, *group, *signal_mask, *signal_defaults, *scheduler;
    bool reset_ids, new_session;
};

Result<int> spawn(ThreadState& ts, Object& module, const char* name, Path& path, Object& argv, Object& env,
                  const SpawnOptions& options, bool search) {
    std::string prefix(name);
    ExecStrings arguments, environment;
    if (!is_mapping(env) && !is_none(env))
        return raise(ts, PyExc_TypeError, "%s: environment must be a mapping object or None", name);
    TRY(take_arguments(ts, argv, (prefix + ": argv must be a tuple or list").c_str(),
                       (prefix + ": argv must not be empty").c_str(),
                       (prefix + ": argv first element cannot be empty").c_str(), arguments));
    if (!is_none(env)) TRY(environment.take_environment(ts, env));
    SpawnActions actions;
    if (options.file_actions && !is_none(options.file_actions))
        TRY(fill_actions(ts, *options.file_actions, actions.value));
    SpawnAttributes attributes;
    short flags = 0;
    if (options.group) {
        posix_spawnattr_setpgroup(&attributes.value, TRY(convert_int(ts, *options.group)));
        flags |= POSIX_SPAWN_SETPGROUP;
    }
    if (options.reset_ids) flags |= POSIX_SPAWN_RESETIDS;
    if (options.new_session) flags |= POSIX_SPAWN_SETSID;
    sigset_t set;
    if (options.signal_mask) {
        TRY(fill_signal_set(ts, *options.signal_mask, set));
        posix_spawnattr_setsigmask(&attributes.value, &set);
        flags |= POSIX_SPAWN_SETSIGMASK;
    }
    if (options.signal_defaults) {
        TRY(fill_signal_set(ts, *options.signal_defaults, set));
        posix_spawnattr_setsigdefault(&attributes.value, &set);
        flags |= POSIX_SPAWN_SETSIGDEF;
    }
    if (options.scheduler && !is_none(options.scheduler)) {
        Object& pair = *options.scheduler;
        if (!PyTuple_Check(&pair) || tuple_size(as<Tuple>(pair)) != 2)
            return raise(ts, PyExc_TypeError, "A scheduler tuple must have two elements");
        Object& policy = tuple_item(as<Tuple>(pair), 0);
        Object& param = tuple_item(as<Tuple>(pair), 1);
        if (&type_of(param) != posix_state(module).sched_param)
            return raise(ts, PyExc_TypeError, "must have a sched_param object");
        sched_param parameters{};
        parameters.sched_priority = TRY(convert_int(ts, tuple_item(as<Tuple>(param), 0)));
        if (!is_none(policy)) {
            posix_spawnattr_setschedpolicy(&attributes.value, TRY(convert_int(ts, policy)));
            flags |= POSIX_SPAWN_SETSCHEDULER;
        }
        posix_spawnattr_setschedparam(&attributes.value, &parameters);
        flags |= POSIX_SPAWN_SETSCHEDPARAM;
    }
    posix_spawnattr_setflags(&attributes.value, flags);
    TRY(audit(ts, "os.posix_spawn", "OOO", path.object, &argv, &env));
    pid_t pid;
    char* const* variables = is_none(env) ? environ : environment.data();
    int error =
        unlocked_call(ts, [&] {
            return search
                       ? posix_spawnp(&pid, path.name, &actions.value, &attributes.value, arguments.data(), variables)
                       : posix_spawn(&pid, path.name, &actions.value, &attributes.value, arguments.data(), variables);
        }).value;
    if (error) return raise_path_error(ts, error, path);
    return pid;
}
Result<int> posix_posix_spawn(ThreadState& ts, Object& module, Path& path, Object& argv, Object& env,
                              Object* file_actions, Object* group, int reset_ids, int new_session, Object* mask,
                              Object* defaults, Object* scheduler) {
    return spawn(ts, module, "posix_spawn", path, argv, env,
                 {file_actions, group, mask, defaults, scheduler, reset_ids != 0, new_session != 0}, false);
}
Result<int> posix_posix_spawnp(ThreadState& ts, Object& module, Path& path, Object& argv, Object& env,
                               Object* file_actions, Object* group, int reset_ids, int new_session, Object* mask,
                               Object* defaults, Object* scheduler) {
    return spawn(ts, module, "posix_spawnp", path, argv, env,
                 {file_actions, group, mask, defaults, scheduler, reset_ids != 0, new_session != 0}, true);
}

Result<void> posix_putenv(ThreadState& ts, Object&, SystemName& name, SystemName& value) {
    if (std::strchr(name.text(), '=')) return raise(ts, PyExc_ValueError, "illegal environment variable name");
    TRY(audit(ts, "os.putenv", "OO", name.bytes.get(), value.bytes.get()));
    if (setenv(name.text(), value.text(), 1) < 0) return raise_os_error(ts, errno);
    return {};
}
Result<void> posix_unsetenv(ThreadState& ts, Object&, SystemName& name) {
    TRY(audit(ts, "os.unsetenv", "(O)", name.bytes.get()));
    if (unsetenv(name.text()) < 0) return raise_os_error(ts, errno);
    return {};
}

}  // namespace

#define SPAWN_PARAMETERS                                                                                            \
    "($module, path, argv, env, /, *, file_actions=(), setpgroup=<unrepresentable>, resetids=False, setsid=False, " \
    "setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)"

const MethodDef posix_execution_methods[] = {
    METHOD("execv($module, path, argv, /)", posix_execv,
           "Execute an executable path with arguments, replacing current process."),
    METHOD("execve($module, /, path, argv, env)", posix_execve,
           "Execute an executable path with arguments, replacing current process."),
    METHOD("posix_spawn" SPAWN_PARAMETERS, posix_posix_spawn,
           "Execute the program specified by path in a new process."),
    METHOD("posix_spawnp" SPAWN_PARAMETERS, posix_posix_spawnp,
           "Execute the program specified by path in a new process."),
    METHOD("putenv($module, name, value, /)", posix_putenv, "Change or add an environment variable."),
    METHOD("unsetenv($module, name, /)", posix_unsetenv, "Delete an environment variable."),
    METHOD_END,
};

}  // namespace orochi
