// The scheduler: policies, priorities, affinity.
#include <sched.h>
#include <unistd.h>
#include <memory>

#include "modules/posix/posix.hpp"
#include "objects/float.hpp"
#include "objects/set.hpp"

namespace orochi {

namespace {

Result<void> check(ThreadState& ts, int result) {
    if (result < 0) return raise_os_error(ts, errno);
    return {};
}

Result<sched_param> parameters_of(ThreadState& ts, Object& module, Object& value) {
    if (&type_of(value) != posix_state(module).sched_param)
        return raise(ts, PyExc_TypeError, "must have a sched_param object");
    sched_param result{};
    long priority = TRY(int_as_long(ts, tuple_item(as<Tuple>(value), 0)));
    if (priority > INT_MAX || priority < INT_MIN) return raise(ts, PyExc_OverflowError, "sched_priority out of range");
    result.sched_priority = int(priority);
    return result;
}

Result<void> posix_sched_yield(ThreadState& ts, Object&) {
    return check_system(ts, unlocked_call(ts, [] { return sched_yield(); }));
}
Result<int> posix_sched_get_priority_max(ThreadState& ts, Object&, int policy) {
    int result = sched_get_priority_max(policy);
    TRY(check(ts, result));
    return result;
}
Result<int> posix_sched_get_priority_min(ThreadState& ts, Object&, int policy) {
    int result = sched_get_priority_min(policy);
    TRY(check(ts, result));
    return result;
}
Result<int> posix_sched_getscheduler(ThreadState& ts, Object&, int pid) {
    int result = sched_getscheduler(pid);
    TRY(check(ts, result));
    return result;
}
Result<void> posix_sched_setscheduler(ThreadState& ts, Object& module, int pid, int policy, Object& param) {
    sched_param parameters = TRY(parameters_of(ts, module, param));
    return check(ts, sched_setscheduler(pid, policy, &parameters));
}
Result<Ref<Object>> posix_sched_getparam(ThreadState& ts, Object& module, int pid) {
    sched_param parameters;
    TRY(check(ts, sched_getparam(pid, &parameters)));
    Ref<Object> result = TRY(struct_new(ts, *posix_state(module).sched_param));
    struct_set(*result, 0, TRY(int_from(ts, parameters.sched_priority)));
    return result;
}
Result<void> posix_sched_setparam(ThreadState& ts, Object& module, int pid, Object& param) {
    sched_param parameters = TRY(parameters_of(ts, module, param));
    return check(ts, sched_setparam(pid, &parameters));
}
Result<double> posix_sched_rr_get_interval(ThreadState& ts, Object&, int pid) {
    timespec interval;
    TRY(check(ts, sched_rr_get_interval(pid, &interval)));
    return double(interval.tv_sec) + 1e-9 * double(interval.tv_nsec);
}

struct CpuSetFree {
    void operator()(cpu_set_t* set) const { CPU_FREE(set); }
};
using CpuSet = std::unique_ptr<cpu_set_t, CpuSetFree>;

Result<Ref<Object>> posix_sched_getaffinity(ThreadState& ts, Object&, int pid) {
    for (int capacity = 1024;; capacity *= 2) {
        CpuSet set(CPU_ALLOC(size_t(capacity)));
        if (!set || capacity > (1 << 24)) return raise_no_memory(ts);
        size_t size = CPU_ALLOC_SIZE(size_t(capacity));
        if (sched_getaffinity(pid, size, set.get()) < 0) {
            if (errno == EINVAL) continue;  // more processors than that
            return raise_os_error(ts, errno);
        }
        Ref<Object> result = TRY(set_new(ts, nullptr));
        for (int cpu = 0; cpu < capacity; ++cpu) {
            if (!CPU_ISSET_S(size_t(cpu), size, set.get())) continue;
            Ref<Object> number = TRY(int_from(ts, cpu));
            TRY(set_add(ts, as<Set>(*result), *number));
        }
        return result;
    }
}
Result<void> posix_sched_setaffinity(ThreadState& ts, Object&, int pid, Object& mask) {
    Ref<Object> iterator = TRY(get_iter(ts, mask));
    int capacity = 1024;
    CpuSet set(CPU_ALLOC(size_t(capacity)));
    CPU_ZERO_S(CPU_ALLOC_SIZE(size_t(capacity)), set.get());
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, *iterator));
        if (!item) break;
        if (!PyLong_Check(item.get()))
            return raise(ts, PyExc_TypeError, "expected an iterator of ints, but iterator yielded %R", &type_of(*item));
        long cpu = TRY(int_as_long(ts, *item));
        if (cpu < 0) return raise(ts, PyExc_ValueError, "negative CPU number");
        if (cpu > INT_MAX - 1) return raise(ts, PyExc_OverflowError, "CPU number too large");
        if (cpu >= capacity) {
            int larger = capacity;
            while (larger <= cpu && larger <= INT_MAX / 2) larger *= 2;
            if (larger <= cpu) return raise(ts, PyExc_OverflowError, "CPU number too large");
            CpuSet grown(CPU_ALLOC(size_t(larger)));
            if (!grown) return raise_no_memory(ts);
            std::memset(grown.get(), 0, CPU_ALLOC_SIZE(size_t(larger)));
            std::memcpy(grown.get(), set.get(), CPU_ALLOC_SIZE(size_t(capacity)));
            set = std::move(grown);
            capacity = larger;
        }
        CPU_SET_S(size_t(cpu), CPU_ALLOC_SIZE(size_t(capacity)), set.get());
    }
    return check(ts, sched_setaffinity(pid, CPU_ALLOC_SIZE(size_t(capacity)), set.get()));
}
Result<Ref<Object>> posix_cpu_count(ThreadState& ts, Object&) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? new_none() : TRY(int_from(ts, count));
}

Result<Ref<Object>> sched_param_new(ThreadState& ts, Type& type, Object& priority) {
    Ref<Object> result = TRY(struct_new(ts, type));
    struct_set(*result, 0, Ref<Object>::share(priority));
    return result;
}

}  // namespace

const MethodDef posix_scheduling_methods[] = {
    METHOD("sched_yield($module, /)", posix_sched_yield, "Voluntarily relinquish the CPU."),
    METHOD("sched_get_priority_max($module, /, policy)", posix_sched_get_priority_max,
           "Get the maximum scheduling priority for policy."),
    METHOD("sched_get_priority_min($module, /, policy)", posix_sched_get_priority_min,
           "Get the minimum scheduling priority for policy."),
    METHOD("sched_getscheduler($module, pid, /)", posix_sched_getscheduler,
           "Get the scheduling policy for the process identified by pid."),
    METHOD_PLAIN("sched_setscheduler($module, $tuple, pid, policy, param, /)", posix_sched_setscheduler,
                 "sched_setscheduler($module, pid, policy, param, /)\n--\n\n"
                 "Set the scheduling policy for the process identified by pid."),
    METHOD("sched_getparam($module, pid, /)", posix_sched_getparam,
           "Returns scheduling parameters for the process identified by pid."),
    METHOD_PLAIN("sched_setparam($module, $tuple, pid, param, /)", posix_sched_setparam,
                 "sched_setparam($module, pid, param, /)\n--\n\n"
                 "Set scheduling parameters for the process identified by pid."),
    METHOD("sched_rr_get_interval($module, pid, /)", posix_sched_rr_get_interval,
           "Return the round-robin quantum for the process identified by pid, in seconds."),
    METHOD("sched_getaffinity($module, pid, /)", posix_sched_getaffinity,
           "Return the affinity of the process identified by pid (or the current process if zero)."),
    METHOD_PLAIN("sched_setaffinity($module, $tuple, pid, mask, /)", posix_sched_setaffinity,
                 "sched_setaffinity($module, pid, mask, /)\n--\n\n"
                 "Set the CPU affinity of the process identified by pid to mask."),
    METHOD("cpu_count($module, /)", posix_cpu_count,
           "Return the number of logical CPUs in the system; return None if indeterminable."),
    METHOD_END,
};

Result<void> posix_add_scheduling_classes(ThreadState& ts, Object& module, PosixState& state) {
    PyStructSequence_Field fields[] = {{"sched_priority", "the scheduling priority"}, {nullptr, nullptr}};
    PyStructSequence_Desc description = {
        "posix.sched_param",
        "Currently has only one field: sched_priority\n\n  sched_priority\n    A scheduling parameter.", fields, 1};
    Ref<Type> type = TRY(struct_class(ts, module, description));
    // Made from keywords, unlike other named tuples.
    type->tp_new = NEW_SLOT("sched_param($type, sched_priority)", sched_param_new);
    state.sched_param = std::move(type).release();
    return {};
}

}  // namespace orochi
