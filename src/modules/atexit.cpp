#include "modules/atexit.hpp"

#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

// Part::kAtexit. Entries are tuples (function, arguments, keywords or None); unregistered ones are None, so that
// positions stay while comparisons run Python code.
struct AtexitPart {
    List* entries;
};

Result<AtexitPart*> atexit_part(ThreadState& ts) {
    if (AtexitPart* present = part<AtexitPart>(ts.interpreter(), Part::kAtexit)) return present;
    Ref<List> entries = TRY(list_new(ts, 0));
    void* memory = ts.heap().allocate(sizeof(AtexitPart));
    if (!memory) return raise_no_memory(ts);
    AtexitPart* made = static_cast<AtexitPart*>(memory);
    made->entries = std::move(entries).release();
    ts.interpreter().parts[size_t(Part::kAtexit)] = made;
    return made;
}

Result<Ref<Object>> atexit_register(ThreadState& ts, Rest arguments, Keywords keywords) {
    if (arguments.size() == 0) {
        return raise(ts, PyExc_TypeError, "register() takes at least 1 argument (0 given)");
    }
    if (!is_callable(arguments[0])) return raise(ts, PyExc_TypeError, "the first argument must be callable");
    AtexitPart& part = *TRY(atexit_part(ts));
    Ref<Tuple> rest = TRY(tuple_from_items(ts, arguments.items + 1, arguments.count - 1));
    Ref<Tuple> entry = TRY(tuple_of(ts, arguments[0], obj(*rest), keywords.dict ? obj(*keywords.dict) : none()));
    TRY(list_append(ts, *part.entries, obj(*entry)));
    return Ref<Object>::share(arguments[0]);
}

void run(ThreadState& ts) {
    AtexitPart* p = part<AtexitPart>(ts.interpreter(), Part::kAtexit);
    if (!p) return;
    while (Py_ssize_t size = list_size(*p->entries)) {
        Ref<Object> entry = Ref<Object>::share(list_item(*p->entries, size - 1));
        if (!list_set_slice(ts, *p->entries, size - 1, size, nullptr).ok()) return error_clear(ts);
        if (is_none(*entry)) continue;
        Tuple& parts = as<Tuple>(*entry);
        Object& keywords = tuple_item(parts, 2);
        auto result =
            call_tuple(ts, tuple_item(parts, 0), tuple_item(parts, 1), is_none(keywords) ? nullptr : &keywords);
        if (!result.ok()) write_unraisable_message(ts, "in atexit callback", &tuple_item(parts, 0));
    }
}

void atexit_clear(ThreadState& ts) {
    if (AtexitPart* p = part<AtexitPart>(ts.interpreter(), Part::kAtexit)) {
        Py_ssize_t size = list_size(*p->entries);
        if (!list_set_slice(ts, *p->entries, 0, size, nullptr).ok()) error_clear(ts);
    }
}

Result<void> atexit_unregister(ThreadState& ts, Object& function) {
    AtexitPart& part = *TRY(atexit_part(ts));
    for (Py_ssize_t i = 0; i < list_size(*part.entries); ++i) {
        Ref<Object> entry = Ref<Object>::share(list_item(*part.entries, i));
        if (is_none(*entry)) continue;
        if (!TRY(compare_bool(ts, tuple_item(as<Tuple>(*entry), 0), function, Py_EQ))) continue;
        if (i < list_size(*part.entries)) TRY(list_set_item(ts, *part.entries, i, new_none()));
    }
    return {};
}

Py_ssize_t atexit_ncallbacks(ThreadState& ts) {
    AtexitPart* p = part<AtexitPart>(ts.interpreter(), Part::kAtexit);
    return p ? list_size(*p->entries) : 0;
}

constexpr MethodDef functions[] = {
    METHOD_PLAIN("register($module, *args, **kwargs)", atexit_register,
                 "register(func, *args, **kwargs) -> func\n\nRegister a function to be executed upon normal program "
                 "termination\n\n    func - function to be called at exit\n    args - optional arguments to pass to "
                 "func\n    kwargs - optional keyword arguments to pass to func\n\n    func is returned to facilitate "
                 "usage as a decorator."),
    METHOD_PLAIN("_clear($module)", atexit_clear,
                 "_clear() -> None\n\nClear the list of previously registered exit functions."),
    METHOD_PLAIN("unregister($module, func, /)", atexit_unregister,
                 "unregister(func) -> None\n\nUnregister an exit function which was previously registered using\n"
                 "atexit.register\n\n    func - function to be unregistered"),
    METHOD_PLAIN("_run_exitfuncs($module)", run,
                 "_run_exitfuncs() -> None\n\nRun all registered exit functions.\n\nIf a callback raises an "
                 "exception, it is logged with sys.unraisablehook."),
    METHOD_PLAIN("_ncallbacks($module)", atexit_ncallbacks,
                 "_ncallbacks() -> int\n\nReturn the number of registered exit functions."),
    METHOD_END,
};

constinit PyModuleDef_Slot slots[] = {{0, nullptr}};

}  // namespace

void atexit_run(ThreadState& ts) { run(ts); }

void atexit_stop(ThreadState& ts) {
    AtexitPart* p = part<AtexitPart>(ts.interpreter(), Part::kAtexit);
    if (!p) return;
    ts.interpreter().parts[size_t(Part::kAtexit)] = nullptr;
    clear(p->entries);
    Heap::free(p);
}

PyModuleDef atexit_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "atexit",
    .m_doc =
        "allow programmer to define multiple exit functions to be executed\nupon normal program termination.\n\n"
        "Two public functions, register and unregister, are defined.\n",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
