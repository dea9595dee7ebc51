// The module _functools: reduce, cmp_to_key, and what is in the other files of the folder.
#include "modules/functools/functools.hpp"
#include "modules/module_references.hpp"
#include "objects/int.hpp"

namespace orochi {

namespace functools {

namespace {

struct KeyWrapper {
    PyObject_HEAD
    Object* compare;
    Object* object;  // null in what cmp_to_key() returns: the key function itself
    auto members() { return std::array{&compare, &object}; }
};

Result<Ref<Object>> key_call(ThreadState& ts, KeyWrapper& self, Object& object) {
    Ref<KeyWrapper> made = TRY(make_instance<KeyWrapper>(type_of(obj(self))));
    made->compare = new_reference(*self.compare);
    made->object = new_reference(object);
    return made;
}
Result<Ref<Object>> key_compare(ThreadState& ts, KeyWrapper& self, Object& other, int op) {
    if (&type_of(other) != &type_of(obj(self))) return raise(ts, PyExc_TypeError, "other argument must be K instance");
    Object* theirs = as<KeyWrapper>(other).object;
    if (!self.object || !theirs) return raise(ts, PyExc_AttributeError, "object");
    Ref<Object> keep = Ref<Object>::share(*self.compare);
    Ref<Object> order = TRY(call(ts, *keep, *self.object, *theirs));
    return compare(ts, order, small_int(0), op);
}
Result<Ref<Object>> cmp_to_key(ThreadState& ts, Object& module, Object& mycmp) {
    State& state = *static_cast<State*>(module_state(module));
    Ref<KeyWrapper> made = TRY(make_instance<KeyWrapper>(*state.key_wrapper));
    made->compare = new_reference(mycmp);
    return made;
}

Result<Ref<Object>> reduce(ThreadState& ts, Object&, Object& function, Object& iterable, Object* initial) {
    auto opened = get_iter(ts, iterable);
    if (!opened.ok()) {
        if (error_matches(ts, PyExc_TypeError))
            return raise(ts, PyExc_TypeError, "reduce() arg 2 must support iteration");
        return failure;
    }
    Ref<Object> iterator = std::move(opened).take();
    OptRef<Object> result = OptRef<Object>::share(initial);
    for (;;) {
        OptRef<Object> item = TRY(iter_next(ts, iterator));
        if (!item) break;
        result = result ? OptRef<Object>(TRY(call(ts, function, *result, *item))) : std::move(item);
    }
    if (!result) return raise(ts, PyExc_TypeError, "reduce() of empty iterable with no initial value");
    return result.take();
}

constexpr PyMemberDef key_members[] = {
    {"obj", T_OBJECT, offsetof(KeyWrapper, object), 0, "Value wrapped by a key function."},
    {},
};
constexpr MethodDef functions[] = {
    METHOD_PLAIN("reduce($module, function, iterable, initial=None, /)", reduce,
                 "reduce(function, iterable[, initial]) -> value\n\n"
                 "Apply a function of two arguments cumulatively to the items of a sequence\n"
                 "or iterable, from left to right, so as to reduce the iterable to a single\n"
                 "value.  For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5]) calculates\n"
                 "((((1+2)+3)+4)+5).  If initial is present, it is placed before the items\n"
                 "of the iterable in the calculation, and serves as a default when the\niterable is empty."),
    METHOD_PLAIN("cmp_to_key($module, /, mycmp)", cmp_to_key, "Convert a cmp= function into a key= function."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    state.keyword_mark = std::move(TRY(allocate_instance(ts, PyBaseObject_Type))).release();
    TRY(add_partial(ts, module, state));
    TRY(add_cache(ts, module, state));
    Ref<Type> wrapper =
        TRY(make_type<KeyWrapper>(ts, module, "functools.KeyWrapper", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                  {{Py_tp_call, new_pointer(NEW_SLOT("K($self, /, obj)", key_call))},
                                   {Py_tp_getattro, raw_pointer(PyObject_GenericGetAttr)},
                                   {Py_tp_hash, raw_pointer(PyObject_HashNotImplemented)},
                                   {Py_tp_richcompare, slot_pointer<richcmpfunc, key_compare>()},
                                   {Py_tp_members, const_cast<PyMemberDef*>(key_members)}}));
    state.key_wrapper = std::move(wrapper).release();
    return {};
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace functools

PyModuleDef functools_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_functools",
    .m_doc = "Tools that operate on functions.",
    .m_size = sizeof(functools::State),
    .m_methods = METHOD_TABLE(functools::functions),
    .m_slots = functools::slots,
    .m_traverse = ModuleReferences<functools::State>::traverse,
    .m_clear = ModuleReferences<functools::State>::clear,
    .m_free = ModuleReferences<functools::State>::free,
};

}  // namespace orochi
