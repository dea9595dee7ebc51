// _tracemalloc: what the stock module tracemalloc is made of.
#include <unordered_map>

#include "modules/heap_type.hpp"
#include "modules/tracemalloc/tracer.hpp"
#include "objects/instance_dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

Tracer* tracer(ThreadState& ts) { return active_tracer(ts.interpreter()); }

bool is_tracing(ThreadState& ts) { return tracer(ts); }
void clear_traces(ThreadState& ts) {
    if (Tracer* active = tracer(ts)) active->clear();
}
void stop(ThreadState& ts) {
    if (Tracer* active = tracer(ts)) active->stop(ts);
}
int get_traceback_limit(ThreadState& ts) { return traced_frame_limit(ts.interpreter()); }
void reset_peak(ThreadState& ts) {
    if (Tracer* active = tracer(ts)) active->reset_peak();
}

Result<Ref<Object>> get_traced_memory(ThreadState& ts) {
    Tracer* active = tracer(ts);
    size_t current = active ? active->traced_bytes() : 0, peak = active ? active->peak_bytes() : 0;
    Ref<Object> first = TRY(int_from_unsigned(ts, current)), second = TRY(int_from_unsigned(ts, peak));
    return tuple_of(ts, *first, *second);
}

Result<Ref<Object>> get_tracemalloc_memory(ThreadState& ts) {
    Tracer* active = tracer(ts);
    return int_from_unsigned(ts, active ? active->own_bytes() : 0);
}

Result<Ref<Object>> get_object_traceback(ThreadState& ts, Object& object) {
    return trace_of_address(ts, 0, reinterpret_cast<uintptr_t>(&object) - prefix_size(type_of(object)));
}

Result<Ref<Object>> get_traces(ThreadState& ts) {
    Ref<List> list = TRY(list_new(ts, 0));
    Tracer* active = tracer(ts);
    if (!active) return list;
    // Nothing in here runs Python code, and nothing traced is freed, so that the table stays as it is.
    Tracer::Pause pause(*active);
    std::unordered_map<const TracedStack*, Ref<Object>> stacks;
    auto append = [&](const Trace& trace) -> Result<void> {
        auto found = stacks.find(trace.stack);
        if (found == stacks.end()) found = stacks.emplace(trace.stack, TRY(traced_stack_tuple(ts, *trace.stack))).first;
        Ref<Object> domain = TRY(int_from_unsigned(ts, trace.domain)), size = TRY(int_from_unsigned(ts, trace.size)),
                    depth = TRY(int_from(ts, trace.stack->depth));
        Ref<Tuple> entry = TRY(tuple_of(ts, *domain, *size, *found->second, *depth));
        return list_append(ts, *list, Ref<Object>(std::move(entry)));
    };
    bool good = true;
    active->for_each_trace([&](const Trace& trace) { good = good && append(trace).ok(); });
    if (!good) return failure;
    return list;
}

constexpr MethodDef functions[] = {
    METHOD("is_tracing($module, /)", is_tracing,
           "Return True if the tracemalloc module is tracing Python memory allocations."),
    METHOD("clear_traces($module, /)", clear_traces, "Clear traces of memory blocks allocated by Python."),
    METHOD("_get_traces($module, /)", get_traces,
           "Get traces of all memory blocks allocated by Python.\n\nReturn a list of (size: int, traceback: tuple) "
           "tuples.\ntraceback is a tuple of (filename: str, lineno: int) tuples.\n\nReturn an empty list if the "
           "tracemalloc module is disabled."),
    METHOD("_get_object_traceback($module, obj, /)", get_object_traceback,
           "Get the traceback where the Python object obj was allocated.\n\nReturn a tuple of (filename: str, lineno: "
           "int) tuples.\nReturn None if the tracemalloc module is disabled or did not\ntrace the allocation of the "
           "object."),
    METHOD("start($module, nframe=1, /)", tracing_start,
           "Start tracing Python memory allocations.\n\nAlso set the maximum number of frames stored in the traceback "
           "of a\ntrace to nframe."),
    METHOD("stop($module, /)", stop,
           "Stop tracing Python memory allocations.\n\nAlso clear traces of memory blocks allocated by Python."),
    METHOD("get_traceback_limit($module, /)", get_traceback_limit,
           "Get the maximum number of frames stored in the traceback of a trace.\n\nBy default, a trace of an "
           "allocated memory block only stores\nthe most recent frame: the limit is 1."),
    METHOD("get_tracemalloc_memory($module, /)", get_tracemalloc_memory,
           "Get the memory usage in bytes of the tracemalloc module.\n\nThis memory is used internally to trace memory "
           "allocations."),
    METHOD("get_traced_memory($module, /)", get_traced_memory,
           "Get the current size and peak size of memory blocks traced by tracemalloc.\n\nReturns a tuple: (current: "
           "int, peak: int)."),
    METHOD("reset_peak($module, /)", reset_peak,
           "Set the peak size of memory blocks traced by tracemalloc to the current size.\n\nDo nothing if the "
           "tracemalloc module is not tracing memory allocations."),
    METHOD_END};

}  // namespace

PyModuleDef tracemalloc_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_tracemalloc",
    .m_doc = "Debug module to trace memory blocks allocated by Python.",
    .m_methods = METHOD_TABLE(functions),
};

}  // namespace orochi
