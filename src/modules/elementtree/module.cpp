// The module _elementtree.
#include "modules/elementtree/elementtree.hpp"
#include "modules/module_references.hpp"
#include "objects/exceptions.hpp"

namespace orochi {
namespace elementtree {

namespace {

State& state_of_module(Object& module) { return *static_cast<State*>(module_state(module)); }

// What is kept from before is given back.
Result<Ref<Object>> set_factories(ThreadState& ts, Object& module, Object& comment_factory, Object& pi_factory) {
    State& state = state_of_module(module);
    if (!is_none(comment_factory) && !is_callable(comment_factory))
        return raise(ts, PyExc_TypeError, "Comment factory must be callable, not %.100s",
                     type_of(comment_factory).tp_name);
    if (!is_none(pi_factory) && !is_callable(pi_factory))
        return raise(ts, PyExc_TypeError, "PI factory must be callable, not %.100s", type_of(pi_factory).tp_name);
    Ref<Tuple> old = TRY(tuple_of(ts, state.comment_factory ? *state.comment_factory : none(),
                                  state.pi_factory ? *state.pi_factory : none()));
    assign(state.comment_factory, OptRef<Object>::share(is_none(comment_factory) ? nullptr : &comment_factory));
    assign(state.pi_factory, OptRef<Object>::share(is_none(pi_factory) ? nullptr : &pi_factory));
    return old;
}

constexpr MethodDef functions[] = {
    METHOD_PLAIN("SubElement($module, *arguments, **keywords)", subelement_new, nullptr),
    METHOD("_set_factories($module, comment_factory, pi_factory, /)", set_factories,
           "Change the factories used to create comments and processing instructions.\n\n"
           "For internal use only."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of_module(module);
    state.deepcopy = TRY(import_attribute(ts, "copy"_n, "deepcopy"_n)).release();
    state.element_path = TRY(import_module(ts, "xml.etree.ElementPath"_n)).release();
    TRY(module_add_exception(ts, module, state.parse_error, "xml.etree.ElementTree.ParseError", PyExc_SyntaxError));
    TRY(add_element_type(ts, module, state));
    TRY(add_iterator_type(ts, module, state));
    TRY(add_builder_type(ts, module, state));
    return add_parser_type(ts, module, state);
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace elementtree

PyModuleDef elementtree_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_elementtree",
    .m_size = sizeof(elementtree::State),
    .m_methods = METHOD_TABLE(elementtree::functions),
    .m_slots = elementtree::slots,
    .m_traverse = ModuleReferences<elementtree::State>::traverse,
    .m_clear = ModuleReferences<elementtree::State>::clear,
    .m_free = ModuleReferences<elementtree::State>::free,
};

}  // namespace orochi
