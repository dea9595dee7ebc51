// The module itertools.
#include "modules/itertools/itertools.hpp"

#include "modules/module_references.hpp"

namespace orochi {

extern PyModuleDef itertools_module;

namespace itertools {

Result<State*> state_of(ThreadState& ts, Object& iterator) {
    Object* module = TRY(type_module_by_definition(ts, type_of(iterator), itertools_module));
    return static_cast<State*>(module_state(*module));
}

namespace {

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    TRY(add_simple(ts, module, state));
    TRY(add_combinatoric(ts, module, state));
    TRY(add_grouping(ts, module, state));
    return {};
}

constexpr MethodDef functions[] = {
    METHOD("tee($module, iterable, n=2, /)", tee, "Returns a tuple of n independent iterators."),
    METHOD_END,
};

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace itertools

PyModuleDef itertools_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "itertools",
    .m_doc =
        "Functional tools for creating and using iterators.\n\n"
        "Infinite iterators:\n"
        "count(start=0, step=1) --> start, start+step, start+2*step, ...\n"
        "cycle(p) --> p0, p1, ... plast, p0, p1, ...\n"
        "repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n\n"
        "Iterators terminating on the shortest input sequence:\n"
        "accumulate, chain, chain.from_iterable, compress, dropwhile, groupby, filterfalse, islice,\n"
        "pairwise, starmap, tee, takewhile, zip_longest\n\n"
        "Combinatoric generators:\n"
        "product, permutations, combinations, combinations_with_replacement\n",
    .m_size = sizeof(itertools::State),
    .m_methods = METHOD_TABLE(itertools::functions),
    .m_slots = itertools::slots,
    .m_traverse = ModuleReferences<itertools::State>::traverse,
    .m_clear = ModuleReferences<itertools::State>::clear,
    .m_free = ModuleReferences<itertools::State>::free,
};

}  // namespace orochi
