// The class AST and those derived from it.
#include "modules/ast/ast.hpp"
#include "modules/heap_type.hpp"
#include "objects/int.hpp"

namespace orochi::ast {

namespace {

int node_init(Object* self_object, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    Object& self = *self_object;
    auto run = [&]() -> Result<void> {
        OptRef<Object> fields = TRY(getattr_optional(ts, obj(type_of(self)), "_fields"_n));
        Py_ssize_t field_count = fields ? TRY(length(ts, *fields)) : 0;
        Ref<Object> name = TRY(type_name(ts, type_of(self)));
        Py_ssize_t count = tuple_size(as<Tuple>(*arguments));
        if (count > field_count)
            return raise(ts, PyExc_TypeError, "%.400U constructor takes at most %zd positional argument%s", name.get(),
                         field_count, field_count == 1 ? "" : "s");
        for (Py_ssize_t i = 0; i < count; ++i) {
            Ref<Object> field = TRY(sequence_getitem(ts, *fields, i));
            TRY(setattr(ts, self, field, tuple_item(as<Tuple>(*arguments), i)));
        }
        if (!keywords) return {};
        Py_ssize_t position = 0;
        Object *key, *value;
        while (dict_next(as<Dict>(*keywords), position, &key, &value)) {
            if (fields && count && TRY(contains(ts, *fields, *key)) &&
                TRY(sequence_search(ts, *fields, *key, SequenceSearch::kIndex)) < count)
                return raise(ts, PyExc_TypeError, "%.400U got multiple values for argument '%U'", name.get(), key);
            TRY(setattr(ts, self, *key, *value));
        }
        return {};
    };
    return to_c(run());
}

Result<Ref<Object>> node_reduce(ThreadState& ts, Object& self) {
    OptRef<Object> dict = TRY(getattr_optional(ts, self, "__dict__"_n));
    if (dict) return TRY(tuple_of(ts, obj(type_of(self)), obj(empty_tuple()), *dict));
    return TRY(tuple_of(ts, obj(type_of(self)), obj(empty_tuple())));
}
constexpr MethodDef node_methods[] = {METHOD_NODOC("__reduce__($self, /)", node_reduce), METHOD_END};
constexpr PyGetSetDef node_getset[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    GETSET_END,
};

Result<Ref<Type>> make_base(ThreadState& ts) {
    PyType_Slot slots[] = {
        {Py_tp_getattro, raw_pointer(PyObject_GenericGetAttr)},
        {Py_tp_setattro, raw_pointer(PyObject_GenericSetAttr)},
        {Py_tp_init, raw_pointer(node_init)},
        {Py_tp_new, raw_pointer(PyType_GenericNew)},
        {Py_tp_methods, methods_pointer(node_methods)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(node_getset)},
        {0, nullptr},
    };
    constexpr unsigned kFlags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MANAGED_DICT;
    PyType_Spec spec = {"ast.AST", sizeof(Object), 0, kFlags, slots};
    Ref<Type> type = TRY(type_from_spec(ts, nullptr, spec, nullptr));
    for (Object* name : {&"_fields"_n, &"__match_args__"_n, &"_attributes"_n})
        TRY(setattr(ts, obj(*type), *name, obj(empty_tuple())));
    return type;
}

Result<Ref<Object>> make_class(ThreadState& ts, std::string_view name, Object& base, Object& fields,
                               std::string_view doc) {
    Ref<Dict> dict = TRY(dict_new(ts));
    TRY(dict_set(ts, *dict, "_fields"_n, fields));
    TRY(dict_set(ts, *dict, "__match_args__"_n, fields));
    TRY(dict_set(ts, *dict, "__module__"_n, "ast"_n));
    Ref<Str> doc_text = TRY(str_from_utf8(ts, doc));
    TRY(dict_set(ts, *dict, "__doc__"_n, doc_text));
    Ref<Str> name_text = TRY(intern_utf8(ts, name));
    Ref<Tuple> bases = TRY(tuple_of(ts, base));
    return call(ts, obj(PyType_Type), *name_text, *bases, *dict);
}

Result<void> add_attributes(ThreadState& ts, Object& cls, const tree::TypeInfo& info) {
    if (!info.has_location) return setattr(ts, cls, "_attributes"_n, obj(empty_tuple()));
    auto names = location_names();
    Ref<Tuple> attributes = TRY(tuple_from_items(ts, names.data(), Py_ssize_t(names.size())));
    return setattr(ts, cls, "_attributes"_n, attributes);
}
Result<void> add_optional_attributes(ThreadState& ts, Object& cls, const tree::TypeInfo& info) {
    if (!info.has_location || !info.end_location_optional) return {};
    TRY(setattr(ts, cls, "end_lineno"_n, none()));
    return setattr(ts, cls, "end_col_offset"_n, none());
}

Result<Ref<Tuple>> make_field_names(ThreadState& ts, const tree::ClassInfo& info) {
    Ref<Tuple> names = TRY(tuple_new(ts, info.field_count));
    for (int i = 0; i < info.field_count; ++i) tuple_init_item(*names, i, TRY(intern_utf8(ts, info.fields[i].name)));
    return names;
}

// Numbers the attributes of the class's instances as node_values() says: by their order in the first instance.
Result<void> number_attributes(ThreadState& ts, Type& cls, const tree::TypeInfo& type, Tuple& field_names) {
    Ref<Object> first = TRY(allocate_instance(ts, cls));
    for (Py_ssize_t i = 0; i < tuple_size(field_names); ++i)
        TRY(setattr(ts, *first, tuple_item(field_names, i), none()));
    if (!type.has_location) return {};
    for (Object* name : location_names()) TRY(setattr(ts, *first, *name, none()));
    return {};
}

Result<Ref<Tuple>> make_classes(ThreadState& ts) {
    size_t types = tree::asdl_type_count(), kinds = tree::class_count();
    Ref<Tuple> all = TRY(tuple_new(ts, Py_ssize_t(Classes::size())));
    tuple_init_item(*all, 0, TRY(make_base(ts)));
    Object& base = tuple_item(*all, 0);
    auto node_index = [&](size_t kind) { return Py_ssize_t(1 + types + kind); };
    for (size_t kind = 0; kind < kinds; ++kind)
        tuple_init_item(*all, Py_ssize_t(1 + types + kinds + kind), TRY(make_field_names(ts, tree::classes()[kind])));
    for (size_t t = 0; t < types; ++t) {
        const tree::TypeInfo& type = tree::asdl_types()[t];
        if (!type.is_product) {
            Ref<Object> cls = TRY(make_class(ts, type.name, base, obj(empty_tuple()), type.doc));
            TRY(add_attributes(ts, *cls, type));
            TRY(add_optional_attributes(ts, *cls, type));
            tuple_init_item(*all, Py_ssize_t(1 + t), std::move(cls));
        }
        for (size_t kind = type.first_class; !type.is_enum && kind < size_t(type.first_class) + type.class_count;
             ++kind) {
            const tree::ClassInfo& info = tree::classes()[kind];
            Object& parent = type.is_product ? base : tuple_item(*all, Py_ssize_t(1 + t));
            Object& names = tuple_item(*all, Py_ssize_t(1 + types + kinds + kind));
            Ref<Object> cls = TRY(make_class(ts, info.name, parent, names, info.doc));
            if (type.is_product) TRY(add_attributes(ts, *cls, type));
            for (int i = 0; i < info.field_count; ++i) {
                if (info.fields[i].shape == tree::FieldShape::Optional)
                    TRY(setattr(ts, *cls, tuple_item(as<Tuple>(names), i), none()));
            }
            if (type.is_product) {
                TRY(add_optional_attributes(ts, *cls, type));
                tuple_init_item(*all, Py_ssize_t(1 + t), cls.copy());
            }
            TRY(number_attributes(ts, as<Type>(*cls), type, as<Tuple>(names)));
            tuple_init_item(*all, node_index(kind), std::move(cls));
        }
        Ref<Tuple> values = TRY(tuple_new(ts, type.is_enum ? type.value_count : 0));
        for (int i = 0; type.is_enum && i < type.value_count; ++i) {
            Ref<Object> cls = TRY(make_class(ts, type.values[i], tuple_item(*all, Py_ssize_t(1 + t)),
                                             obj(empty_tuple()), type.values[i]));
            tuple_init_item(*values, i, TRY(allocate_instance(ts, as<Type>(*cls))));
        }
        tuple_init_item(*all, Py_ssize_t(1 + types + 2 * kinds + t), std::move(values));
    }
    return all;
}

}  // namespace

Result<Classes> classes(ThreadState& ts) {
    void*& kept = ts.interpreter().parts[size_t(Part::kAst)];
    if (!kept) {
        Ref<Tuple> made = TRY(make_classes(ts));
        // Python code may have run meanwhile and made them, too.
        if (!kept) kept = std::move(made).release();
    }
    return Classes(*static_cast<Tuple*>(kept));
}

void forget_classes(ThreadState& ts) {
    void* kept = std::exchange(ts.interpreter().parts[size_t(Part::kAst)], nullptr);
    if (kept) decref(*static_cast<Tuple*>(kept));
}

Result<bool> is_node(ThreadState& ts, Object& object) {
    // Before anyone has asked for the classes there is no instance of them.
    if (!ts.interpreter().parts[size_t(Part::kAst)]) return false;
    return isinstance(ts, object, obj(TRY(classes(ts)).base()));
}

namespace {

Result<void> execute(ThreadState& ts, Object& module) {
    Classes all = TRY(classes(ts));
    auto add = [&](Object& cls) -> Result<void> {
        Ref<Object> name = TRY(type_name(ts, as<Type>(cls)));
        return dict_set(ts, module_dict(module), *name, cls);
    };
    TRY(add(obj(all.base())));
    TRY(module_add_int(ts, module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", PyCF_ALLOW_TOP_LEVEL_AWAIT));
    TRY(module_add_int(ts, module, "PyCF_ONLY_AST", PyCF_ONLY_AST));
    TRY(module_add_int(ts, module, "PyCF_TYPE_COMMENTS", PyCF_TYPE_COMMENTS));
    for (size_t t = 0; t < tree::asdl_type_count(); ++t) {
        const tree::TypeInfo& type = tree::asdl_types()[t];
        TRY(add(obj(all.asdl_type(t))));
        for (size_t i = 0; !type.is_enum && i < type.class_count; ++i) TRY(add(obj(all.node(type.first_class + i))));
        for (int i = 0; type.is_enum && i < type.value_count; ++i) TRY(add(obj(type_of(tuple_item(all.values(t), i)))));
    }
    return {};
}
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace orochi::ast

namespace orochi {

PyModuleDef ast_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_ast",
    .m_slots = ast::slots,
};

}  // namespace orochi
