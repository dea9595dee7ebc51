// functools.partial.
#include "modules/functools/functools.hpp"

namespace orochi::functools {

namespace {

struct Partial {
    PyObject_HEAD
    Object* function;
    Object* arguments;  // an exact tuple
    Object* keywords;   // an exact dict
    Object* dict;
    Object* weakrefs;
    vectorcallfunc vectorcall;
};
Tuple& stored(const Partial& self) { return as<Tuple>(*self.arguments); }
Dict& named(const Partial& self) { return as<Dict>(*self.keywords); }

Result<Ref<Tuple>> join(ThreadState& ts, Tuple& left, Object* const* right, Py_ssize_t count) {
    Py_ssize_t size = tuple_size(left);
    if (!count) return Ref<Tuple>::share(left);
    Ref<Tuple> result = TRY(tuple_new(ts, size + count));
    for (Py_ssize_t i = 0; i < size; ++i) tuple_init_item(*result, i, Ref<Object>::share(tuple_item(left, i)));
    for (Py_ssize_t i = 0; i < count; ++i) tuple_init_item(*result, size + i, Ref<Object>::share(*right[i]));
    return result;
}

// What the function is called with, in one array: the stored arguments, then those given.
struct Arguments {
    static constexpr size_t kInline = 12;
    Object* inline_items[kInline + 1];
    Object** items = inline_items + 1;
    ~Arguments() {
        if (items != inline_items + 1) Heap::free(items - 1);
    }
    bool fill(Heap& heap, Tuple& first, Object* const* rest, Py_ssize_t count) {
        size_t size = size_t(tuple_size(first)) + size_t(count);
        if (size > kInline) {
            auto** block = static_cast<Object**>(heap.allocate((size + 1) * sizeof(Object*)));
            if (!block) return false;
            items = block + 1;
        }
        std::copy_n(first.ob_item, tuple_size(first), items);
        std::copy_n(rest, count, items + tuple_size(first));
        return true;
    }
};

Object* partial_vectorcall(Object* self_object, Object* const* given, size_t nargsf, Object* keyword_names) {
    ThreadState& ts = current_thread();
    Partial& self = as<Partial>(*self_object);
    Py_ssize_t count = PyVectorcall_NARGS(nargsf), names = keyword_names ? tuple_size(as<Tuple>(*keyword_names)) : 0;
    auto run = [&]() -> Result<Ref<Object>> {
        // The function may change this object.
        Ref<Object> function = Ref<Object>::share(*self.function);
        Ref<Object> keep = Ref<Object>::share(*self.arguments);
        Tuple& first = as<Tuple>(*keep);
        bool merge = dict_size(named(self)) > 0;
        Arguments all;
        if (!all.fill(ts.heap(), first, given, merge ? count : count + names)) return raise_no_memory(ts);
        size_t total = size_t(tuple_size(first) + count) | PY_VECTORCALL_ARGUMENTS_OFFSET;
        if (!merge) return call_vector(ts, *function, all.items, total, keyword_names);
        Ref<Dict> keywords = TRY(dict_copy(ts, named(self)));
        for (Py_ssize_t i = 0; i < names; ++i)
            TRY(dict_set(ts, *keywords, tuple_item(as<Tuple>(*keyword_names), i), *given[count + i]));
        return call_dict(ts, *function, all.items, total, obj(keywords.get()));
    };
    return to_c(run());
}

Result<Ref<Object>> partial_new(ThreadState& ts, Type& type, Rest given, Keywords keywords) {
    if (given.size() < 1) return raise(ts, PyExc_TypeError, "type 'partial' takes at least one argument");
    Object* function = &given[0];
    if (!is_callable(*function)) return raise(ts, PyExc_TypeError, "the first argument must be callable");
    // A partial of a plain partial is made from what is inside.
    Partial* inner = nullptr;
    if (type_of(*function).tp_new == type.tp_new && type_of(*function).tp_call == type.tp_call &&
        !as<Partial>(function)->dict) {
        inner = as<Partial>(function);
        function = inner->function;
    }
    Ref<Tuple> arguments = TRY(join(ts, inner ? stored(*inner) : empty_tuple(), given.items + 1, given.count - 1));
    Ref<Dict> named_arguments = inner           ? TRY(dict_copy(ts, named(*inner)))
                                : keywords.dict ? TRY(dict_copy(ts, *keywords.dict))
                                                : TRY(dict_new(ts));
    if (inner && keywords.dict) TRY(dict_merge(ts, *named_arguments, obj(*keywords.dict), true));
    Ref<Partial> self = TRY(make_instance<Partial>(type));
    self->function = new_reference(*function);
    self->arguments = obj(std::move(arguments).release());
    self->keywords = obj(std::move(named_arguments).release());
    self->vectorcall = partial_vectorcall;
    return self;
}
void drop(Partial& self) {
    clear(self.function);
    clear(self.arguments);
    clear(self.keywords);
    clear(self.dict);
}
void partial_dealloc(ThreadState& ts, Partial& self) {
    gc_untrack_if_tracked(obj(self));
    if (self.weakrefs) clear_weakrefs(ts, obj(self));
    drop(self);
    Type& type = type_of(obj(self));
    type.tp_free(&self);
    decref(type);
}
int partial_traverse(Object* object, visitproc visit, void* argument) {
    Partial& self = as<Partial>(*object);
    VISIT(&type_of(*object));
    VISIT(self.function);
    VISIT(self.arguments);
    VISIT(self.keywords);
    VISIT(self.dict);
    return 0;
}
int partial_clear(Partial& self) {
    drop(self);
    return 0;
}

Result<Ref<Object>> partial_repr(ThreadState& ts, Partial& self) {
    bool entered = TRY(repr_enter(ts, obj(self)));
    if (entered) return str_from_ascii(ts, "...");
    auto build = [&]() -> Result<Ref<Object>> {
        Ref<Object> arguments = Ref<Object>::share(*self.arguments), keywords = Ref<Object>::share(*self.keywords);
        StrBuilder rest(ts);
        for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*arguments)); ++i) {
            Ref<Str> part = TRY(str_format(ts, ", %R", &tuple_item(as<Tuple>(*arguments), i)));
            TRY(rest.append(*part));
        }
        Py_ssize_t position = 0;
        Object *key, *value;
        while (dict_next(as<Dict>(*keywords), position, &key, &value)) {
            Ref<Object> keep_key = Ref<Object>::share(*key), keep_value = Ref<Object>::share(*value);
            Ref<Str> part = TRY(str_format(ts, ", %S=%R", key, value));
            TRY(rest.append(*part));
        }
        Ref<Str> tail = TRY(rest.finish());
        return TRY(str_format(ts, "%s(%R%U)", type_of(obj(self)).tp_name, self.function, tail.get()));
    };
    auto text = build();
    repr_leave(ts, obj(self));
    return text;
}

Result<Ref<Object>> partial_reduce(ThreadState& ts, Partial& self) {
    Ref<Tuple> call = TRY(tuple_of(ts, *self.function));
    Ref<Tuple> state =
        TRY(tuple_of(ts, *self.function, *self.arguments, *self.keywords, self.dict ? *self.dict : none()));
    return TRY(tuple_of(ts, obj(type_of(obj(self))), *call, *state));
}
Result<void> partial_setstate(ThreadState& ts, Partial& self, Object& state) {
    auto invalid = [&] { return raise(ts, PyExc_TypeError, "invalid partial state"); };
    if (!PyTuple_Check(&state) || tuple_size(as<Tuple>(state)) != 4) return invalid();
    Tuple& parts = as<Tuple>(state);
    Object &function = tuple_item(parts, 0), &arguments = tuple_item(parts, 1), &keywords = tuple_item(parts, 2),
           &dict = tuple_item(parts, 3);
    if (!is_callable(function) || !PyTuple_Check(&arguments) || (!is_none(keywords) && !PyDict_Check(&keywords)))
        return invalid();
    Ref<Tuple> exact = PyTuple_CheckExact(&arguments)
                           ? Ref<Tuple>::share(as<Tuple>(arguments))
                           : TRY(tuple_from_items(ts, as<Tuple>(arguments).ob_item, tuple_size(as<Tuple>(arguments))));
    Ref<Dict> exact_keywords = is_none(keywords)              ? TRY(dict_new(ts))
                               : PyDict_CheckExact(&keywords) ? Ref<Dict>::share(as<Dict>(keywords))
                                                              : TRY(dict_copy(ts, as<Dict>(keywords)));
    assign(self.function, Ref<Object>::share(function));
    assign(self.arguments, std::move(exact));
    assign(self.keywords, std::move(exact_keywords));
    assign(self.dict, OptRef<Object>::share(is_none(dict) ? nullptr : &dict));
    return {};
}

constexpr MethodDef partial_methods[] = {
    METHOD_PLAIN("__reduce__($self, /)", partial_reduce, nullptr),
    METHOD_PLAIN("__setstate__($self, state, /)", partial_setstate, nullptr),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};
constexpr PyMemberDef partial_members[] = {
    {"func", T_OBJECT, offsetof(Partial, function), READONLY, "function object to use in future partial calls"},
    {"args", T_OBJECT, offsetof(Partial, arguments), READONLY, "tuple of arguments to future partial calls"},
    {"keywords", T_OBJECT, offsetof(Partial, keywords), READONLY,
     "dictionary of keyword arguments to future partial calls"},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Partial, weakrefs), READONLY, nullptr},
    {"__dictoffset__", T_PYSSIZET, offsetof(Partial, dict), READONLY, nullptr},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Partial, vectorcall), READONLY, nullptr},
    {},
};
constexpr PyGetSetDef partial_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    GETSET_END,
};

}  // namespace

Result<void> add_partial(ThreadState& ts, Object& module, State& state) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, slot_pointer<destructor, partial_dealloc>()},
        {Py_tp_traverse, raw_pointer(partial_traverse)},
        {Py_tp_clear, slot_pointer<inquiry, partial_clear>()},
        {Py_tp_repr, slot_pointer<reprfunc, partial_repr>()},
        {Py_tp_call, raw_pointer(PyVectorcall_Call)},
        {Py_tp_getattro, raw_pointer(PyObject_GenericGetAttr)},
        {Py_tp_setattro, raw_pointer(PyObject_GenericSetAttr)},
        {Py_tp_doc, const_cast<char*>("partial(func, *args, **keywords) - new function with partial application\n"
                                      "    of the given arguments and keywords.\n")},
        {Py_tp_methods, methods_pointer(partial_methods)},
        {Py_tp_members, const_cast<PyMemberDef*>(partial_members)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(partial_getset)},
        {Py_tp_new, new_pointer(NEW_SLOT("partial($type, /, *args, **keywords)", partial_new))},
        {0, nullptr},
    };
    PyType_Spec spec = {"functools.partial", sizeof(Partial), 0, kBaseTypeFlags | Py_TPFLAGS_HAVE_VECTORCALL, slots};
    state.partial = new_reference(*TRY(module_add_type(ts, module, spec)));
    return {};
}

}  // namespace orochi::functools
