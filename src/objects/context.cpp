#include "objects/context.hpp"

#include "base/hash.hpp"
#include "objects/containers.hpp"
#include "objects/list.hpp"
#include "objects/type.hpp"

extern "C" {
extern PyTypeObject orochi_token_missing_type;
extern PyTypeObject orochi_context_keys_type;
extern PyTypeObject orochi_context_values_type;
extern PyTypeObject orochi_context_items_type;
}

namespace orochi {

namespace {

constinit PyObject missing = {kImmortalCount, &orochi_token_missing_type};

bool is_variable(const Object& object) { return &type_of(object) == &PyContextVar_Type; }

Result<Ref<Context>> make_context(ThreadState& ts, VariableNode* variables, Py_ssize_t count) {
    Context* context = allocate_tracked<Context>(ts, PyContext_Type);
    if (!context) return failure;
    context->previous = nullptr;
    context->variables = new_reference_optional(variables);
    context->count = count;
    context->weakrefs = nullptr;
    context->entered = false;
    gc_track(ts, obj(*context));
    return Ref<Context>::steal(*context);
}

// The thread's own, made when first needed.
Result<Context*> current_context(ThreadState& ts) {
    if (!ts.context) {
        Ref<Context> made = TRY(make_context(ts, nullptr, 0));
        made->entered = true;
        ts.context = obj(std::move(made).release());
    }
    return as<Context>(ts.context);
}

void remember(ThreadState& ts, ContextVariable& variable, Object* value) {
    variable.cached = value;
    variable.cached_thread = ts.id;
    variable.cached_version = ts.context_ver;
}

Failure raise_key_type(ThreadState& ts, Object& key) {
    return raise(ts, PyExc_TypeError, "a ContextVar key was expected, got %R", &key);
}

}  // namespace

Result<Ref<Context>> context_new(ThreadState& ts) { return make_context(ts, nullptr, 0); }
Result<Ref<Context>> context_copy(ThreadState& ts, Context& context) {
    return make_context(ts, context.variables, context.count);
}
Result<Ref<Context>> context_copy_current(ThreadState& ts) { return context_copy(ts, *TRY(current_context(ts))); }

Result<void> context_enter(ThreadState& ts, Context& context) {
    if (context.entered) return raise(ts, PyExc_RuntimeError, "cannot enter context: %R is already entered", &context);
    context.previous = as<Context>(std::exchange(ts.context, obj(new_reference(context))));
    context.entered = true;
    ++ts.context_ver;
    return {};
}
Result<void> context_exit(ThreadState& ts, Context& context) {
    if (!context.entered)
        return raise(ts, PyExc_RuntimeError, "cannot exit context: %R has not been entered", &context);
    if (ts.context != obj(&context))
        return raise(ts, PyExc_RuntimeError, "cannot exit context: thread state references a different context object");
    Object* left = std::exchange(ts.context, obj(std::exchange(context.previous, nullptr)));
    context.entered = false;
    ++ts.context_ver;
    decref(*left);
    return {};
}

Result<Ref<ContextVariable>> context_variable_new(ThreadState& ts, Object& name, Object* fallback) {
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "context variable name must be a str");
    ContextVariable* variable = allocate_tracked<ContextVariable>(ts, PyContextVar_Type);
    if (!variable) return failure;
    variable->name = new_reference(name);
    variable->fallback = new_reference_optional(fallback);
    variable->cached = nullptr;
    variable->cached_thread = 0;
    variable->cached_version = 0;
    if ((fallback && gc_may_be_tracked(*fallback)) || !PyUnicode_CheckExact(&name)) gc_track(ts, obj(*variable));
    return Ref<ContextVariable>::steal(*variable);
}

Result<OptRef<Object>> context_variable_get(ThreadState& ts, ContextVariable& variable, Object* fallback) {
    if (ts.context) {
        if (variable.cached && variable.cached_thread == ts.id && variable.cached_version == ts.context_ver)
            return OptRef<Object>::share(variable.cached);
        if (Object* value = variable_map_find(as<Context>(*ts.context).variables, obj(variable))) {
            remember(ts, variable, value);
            return OptRef<Object>::share(value);
        }
    }
    return OptRef<Object>::share(fallback ? fallback : variable.fallback);
}

namespace {

Result<void> store(ThreadState& ts, ContextVariable& variable, Object* value) {
    variable.cached = nullptr;
    Context& context = *TRY(current_context(ts));
    if (value) {
        bool added = false;
        Ref<VariableNode> map = TRY(variable_map_with(ts, context.variables, obj(variable), *value, added));
        context.count += added;
        assign(context.variables, std::move(map));
        remember(ts, variable, value);
    } else {
        if (!context.variables || !variable_map_find(context.variables, obj(variable)))
            return raise_value(ts, PyExc_LookupError, obj(&variable));
        OptRef<VariableNode> map = TRY(variable_map_without(ts, *context.variables, obj(variable)));
        --context.count;
        assign(context.variables, std::move(map));
    }
    return {};
}

}  // namespace

Result<Ref<ContextToken>> context_variable_set(ThreadState& ts, ContextVariable& variable, Object& value) {
    Context& context = *TRY(current_context(ts));
    ContextToken* token = allocate_tracked<ContextToken>(ts, PyContextToken_Type);
    if (!token) return failure;
    token->context = new_reference(context);
    token->variable = new_reference(variable);
    token->old_value = new_reference_optional(variable_map_find(context.variables, obj(variable)));
    token->used = false;
    gc_track(ts, obj(*token));
    Ref<ContextToken> result = Ref<ContextToken>::steal(*token);
    TRY(store(ts, variable, &value));
    return result;
}

Result<void> context_variable_reset(ThreadState& ts, ContextVariable& variable, Object& object) {
    ContextToken& token = as<ContextToken>(object);
    if (token.used) return raise(ts, PyExc_RuntimeError, "%R has already been used once", &object);
    if (token.variable != &variable)
        return raise(ts, PyExc_ValueError, "%R was created by a different ContextVar", &object);
    Context* context = TRY(current_context(ts));
    if (token.context != context) return raise(ts, PyExc_ValueError, "%R was created in a different Context", &object);
    token.used = true;
    return store(ts, variable, token.old_value);
}

Result<void> context_types_ready(ThreadState& ts) {
    return dict_set(ts, as<Dict>(*PyContextToken_Type.tp_dict), "MISSING"_n, missing);
}

namespace {

// ---- Context ----

Object* context_tp_new(Type*, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    if (tuple_size(as<Tuple>(*arguments)) || (keywords && dict_size(as<Dict>(*keywords)))) {
        raise(ts, PyExc_TypeError, "Context() does not accept any arguments");
        return nullptr;
    }
    return to_c(context_new(ts));
}
void context_dealloc(ThreadState& ts, Context& self) {
    gc_untrack_if_tracked(obj(self));
    if (self.weakrefs) clear_weakrefs(ts, obj(self));
    clear(self.previous);
    clear(self.variables);
    free_container(obj(self));
}
int context_traverse(Context& self, visitproc visit, void* argument) {
    VISIT(self.previous);
    VISIT(self.variables);
    return 0;
}
int context_tp_clear(Context& self) {
    clear(self.previous);
    clear(self.variables);
    self.count = 0;
    return 0;
}
Result<Object*> find(ThreadState& ts, Context& self, Object& key) {
    if (!is_variable(key)) return raise_key_type(ts, key);
    return variable_map_find(self.variables, key);
}
Result<Ref<Object>> context_getitem(ThreadState& ts, Context& self, Object& key) {
    Object* value = TRY(find(ts, self, key));
    if (!value) return raise_value(ts, PyExc_KeyError, &key);
    return Ref<Object>::share(*value);
}
Result<bool> context_contains(ThreadState& ts, Context& self, Object& key) {
    return TRY(find(ts, self, key)) != nullptr;
}
Py_ssize_t context_length(Context& self) { return self.count; }
Result<Ref<Object>> context_get(ThreadState& ts, Context& self, Object& key, Object* fallback) {
    Object* value = TRY(find(ts, self, key));
    return Ref<Object>::share(value ? *value : fallback ? *fallback : none());
}

struct Comparison {
    ThreadState& ts;
    Context& other;
    bool failed, equal;
};
Result<Ref<Object>> context_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (&type_of(left) != &PyContext_Type || &type_of(right) != &PyContext_Type || (op != Py_EQ && op != Py_NE))
        return new_not_implemented();
    Comparison comparison{ts, as<Context>(right), false, as<Context>(left).count == as<Context>(right).count};
    if (comparison.equal) {
        Ref<Object> keep_left = Ref<Object>::share(left), keep_right = Ref<Object>::share(right);
        OptRef<VariableNode> map = OptRef<VariableNode>::share(as<Context>(left).variables);
        variable_map_visit(
            map.get(),
            [](void* data, Object& key, Object& value) {
                Comparison& c = *static_cast<Comparison*>(data);
                Object* theirs = variable_map_find(c.other.variables, key);
                if (!theirs) return c.equal = false;
                Ref<Object> keep = Ref<Object>::share(*theirs);
                auto same = compare_bool(c.ts, value, keep, Py_EQ);
                if (!same.ok()) {
                    c.failed = true;
                    return false;
                }
                return c.equal = std::move(same).take();
            },
            &comparison);
        if (comparison.failed) return failure;
    }
    return new_bool(comparison.equal == (op == Py_EQ));
}

// keys(), values(), items(): iterators over what is there now.
struct Snapshot {
    PyObject_HEAD
    List* list;
    Py_ssize_t index;
};
struct Collection {
    ThreadState& ts;
    List& list;
    int what;
    bool failed;
};
template <int what>
Result<Ref<Object>> snapshot(ThreadState& ts, Context& self) {
    Ref<List> list = TRY(list_new(ts, 0));
    Collection collection{ts, *list, what, false};
    variable_map_visit(
        self.variables,
        [](void* data, Object& key, Object& value) {
            Collection& c = *static_cast<Collection*>(data);
            auto add = [&]() -> Result<void> {
                if (c.what == 0) return list_append(c.ts, c.list, key);
                if (c.what == 1) return list_append(c.ts, c.list, value);
                return list_append(c.ts, c.list, Ref<Object>(TRY(tuple_of(c.ts, key, value))));
            };
            c.failed = !add().ok();
            return !c.failed;
        },
        &collection);
    if (collection.failed) return failure;
    Type& type = what == 0   ? orochi_context_keys_type
                 : what == 1 ? orochi_context_values_type
                             : orochi_context_items_type;
    Snapshot* result = allocate_tracked<Snapshot>(ts, type);
    if (!result) return failure;
    result->list = std::move(list).release();
    result->index = 0;
    gc_track(ts, obj(*result));
    return Ref<Object>::steal(obj(*result));
}
void snapshot_dealloc(Snapshot& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.list);
    free_container(obj(self));
}
int snapshot_traverse(Snapshot& self, visitproc visit, void* argument) {
    VISIT(self.list);
    return 0;
}
int snapshot_tp_clear(Snapshot& self) {
    clear(self.list);
    return 0;
}
Object* snapshot_next(Object* self) {
    Snapshot& s = as<Snapshot>(*self);
    if (!s.list || s.index >= list_size(*s.list)) return nullptr;
    return new_reference(list_item(*s.list, s.index++));
}
Py_ssize_t snapshot_length(Snapshot& self) { return self.list ? list_size(*self.list) : 0; }

Result<Ref<Object>> context_run(ThreadState& ts, Context& self, Rest arguments, Keywords keywords) {
    if (arguments.size() < 1) return raise(ts, PyExc_TypeError, "run() missing 1 required positional argument");
    TRY(context_enter(ts, self));
    auto result = keywords.dict ? call_dict(ts, arguments[0], arguments.items + 1, size_t(arguments.count - 1),
                                            obj(keywords.dict))
                                : call_vector(ts, arguments[0], arguments.items + 1, size_t(arguments.count - 1));
    TRY(context_exit(ts, self));
    return result;
}
Result<Ref<Object>> method_copy(ThreadState& ts, Context& self) { return context_copy(ts, self); }

constexpr MethodDef context_methods[] = {
    METHOD("get($self, key, default=None, /)", context_get,
           "Return the value for `key` if `key` has the value in the context object.\n\n"
           "If `key` does not exist, return `default`. If `default` is not given,\nreturn None."),
    METHOD("items($self, /)", snapshot<2>,
           "Return all variables and their values in the context object.\n\n"
           "The result is returned as a list of 2-tuples (variable, value)."),
    METHOD("keys($self, /)", snapshot<0>, "Return a list of all variables in the context object."),
    METHOD("values($self, /)", snapshot<1>, "Return a list of all variables' values in the context object."),
    METHOD("copy($self, /)", method_copy, "Return a shallow copy of the context object."),
    METHOD_PLAIN("run($self, /, *args, **kwargs)", context_run, nullptr),
    METHOD_END,
};
PySequenceMethods context_as_sequence = {.sq_contains = slot<context_contains>};
PyMappingMethods context_as_mapping = {.mp_length = slot<context_length>, .mp_subscript = slot<context_getitem>};
PyMappingMethods snapshot_as_mapping = {.mp_length = slot<snapshot_length>};

// ---- ContextVar ----

Object* variable_tp_new(Type*, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    auto run = [&]() -> Result<Ref<Object>> {
        Tuple& given = as<Tuple>(*arguments);
        Py_ssize_t count = tuple_size(given), named = keywords ? dict_size(as<Dict>(*keywords)) : 0;
        Object* name = count ? &tuple_item(given, 0) : nullptr;
        if (count > 1 && !named)
            return raise(ts, PyExc_TypeError, "ContextVar() takes at most 1 positional argument (%zd given)", count);
        if (count + named > 2)
            return raise(ts, PyExc_TypeError, "ContextVar() takes at most 2 arguments (%zd given)", count + named);
        if (count > 1)
            return raise(ts, PyExc_TypeError, "ContextVar() takes exactly 1 positional argument (%zd given)", count);
        Object* fallback = nullptr;
        if (named) {
            Py_ssize_t position = 0;
            Object *key, *value;
            while (dict_next(as<Dict>(*keywords), position, &key, &value)) {
                if (str_equals_ascii(as<Str>(*key), "default")) {
                    fallback = value;
                } else {
                    return raise(ts, PyExc_TypeError, "'%U' is an invalid keyword argument for ContextVar()", key);
                }
            }
        }
        if (!name) return raise(ts, PyExc_TypeError, "ContextVar() takes exactly 1 positional argument (0 given)");
        return context_variable_new(ts, *name, fallback);
    };
    return to_c(run());
}
void variable_dealloc(ContextVariable& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.name);
    clear(self.fallback);
    free_container(obj(self));
}
int variable_traverse(ContextVariable& self, visitproc visit, void* argument) {
    VISIT(self.name);
    VISIT(self.fallback);
    return 0;
}
int variable_tp_clear(ContextVariable& self) {
    clear(self.name);
    clear(self.fallback);
    self.cached = nullptr;
    return 0;
}
Result<Ref<Str>> variable_repr(ThreadState& ts, ContextVariable& self) {
    if (self.fallback) return str_format(ts, "<ContextVar name=%R default=%R at %p>", self.name, self.fallback, &self);
    return str_format(ts, "<ContextVar name=%R at %p>", self.name, &self);
}
Result<Ref<Object>> variable_get(ThreadState& ts, ContextVariable& self, Object* fallback) {
    OptRef<Object> value = TRY(context_variable_get(ts, self, fallback));
    if (!value) return raise_value(ts, PyExc_LookupError, obj(&self));
    return value.take();
}
Result<Ref<Object>> variable_set(ThreadState& ts, ContextVariable& self, Object& value) {
    return context_variable_set(ts, self, value);
}
Result<void> variable_reset(ThreadState& ts, ContextVariable& self, Object& token) {
    if (&type_of(token) != &PyContextToken_Type)
        return raise(ts, PyExc_TypeError, "expected an instance of Token, got %R", &token);
    return context_variable_reset(ts, self, token);
}

constexpr MethodDef variable_methods[] = {
    METHOD("get($self, default=<unrepresentable>, /)", variable_get,
           "Return a value for the context variable for the current context.\n\n"
           "If there is no value for the variable in the current context, the method will:\n"
           " * return the value of the default argument of the method, if provided; or\n"
           " * return the default value for the context variable, if it was created\n   with one; or\n"
           " * raise a LookupError."),
    METHOD("set($self, value, /)", variable_set,
           "Call to set a new value for the context variable in the current context.\n\n"
           "The required value argument is the new value for the context variable.\n\n"
           "Returns a Token object that can be used to restore the variable to its previous\n"
           "value via the `ContextVar.reset()` method."),
    METHOD("reset($self, token, /)", variable_reset,
           "Reset the context variable.\n\n"
           "The variable is reset to the value it had before the `ContextVar.set()` that\ncreated the token was used."),
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};
constexpr PyMemberDef variable_members[] = {{"name", T_OBJECT, offsetof(ContextVariable, name), READONLY, nullptr},
                                            {nullptr, 0, 0, 0, nullptr}};

// ---- Token ----

Object* token_tp_new(Type*, Object*, Object*) {
    raise(current_thread(), PyExc_RuntimeError, "Tokens can only be created by ContextVars");
    return nullptr;
}
void token_dealloc(ContextToken& self) {
    gc_untrack_if_tracked(obj(self));
    clear(self.context);
    clear(self.variable);
    clear(self.old_value);
    free_container(obj(self));
}
int token_traverse(ContextToken& self, visitproc visit, void* argument) {
    VISIT(self.context);
    VISIT(self.variable);
    VISIT(self.old_value);
    return 0;
}
int token_tp_clear(ContextToken& self) {
    clear(self.context);
    clear(self.variable);
    clear(self.old_value);
    return 0;
}
Result<Ref<Str>> token_repr(ThreadState& ts, ContextToken& self) {
    return str_format(ts, "<Token%s var=%R at %p>", self.used ? " used" : "", self.variable, &self);
}
Result<Ref<Object>> token_variable(ContextToken& self) { return Ref<Object>::share(obj(*self.variable)); }
Result<Ref<Object>> token_old_value(ContextToken& self) {
    return Ref<Object>::share(self.old_value ? *self.old_value : missing);
}
constexpr MethodDef token_methods[] = {
    METHOD_PLAIN("__class_getitem__($type, object, /)", class_getitem, "See PEP 585"),
    METHOD_END,
};
constexpr PyGetSetDef token_getset[] = {
    GETTER("var", token_variable, nullptr),
    GETTER("old_value", token_old_value, nullptr),
    GETSET_END,
};
Result<Ref<Str>> missing_repr(ThreadState& ts, Object&) { return str_from_ascii(ts, "<Token.MISSING>"); }

Py_hash_t identity_hash(Object& self) { return base::hash_pointer(&self); }

}  // namespace
}  // namespace orochi

using namespace orochi;

PyTypeObject PyContext_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "_contextvars.Context",
    .tp_basicsize = sizeof(Context),
    .tp_dealloc = slot<context_dealloc>,
    .tp_as_sequence = &context_as_sequence,
    .tp_as_mapping = &context_as_mapping,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<context_traverse>,
    .tp_clear = slot<context_tp_clear>,
    .tp_richcompare = slot<context_compare>,
    .tp_weaklistoffset = offsetof(Context, weakrefs),
    .tp_iter = slot<snapshot<0>>,
    .tp_methods = METHOD_TABLE(context_methods),
    .tp_new = context_tp_new,
};
PyTypeObject PyContextVar_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "_contextvars.ContextVar",
    .tp_basicsize = sizeof(ContextVariable),
    .tp_dealloc = slot<variable_dealloc>,
    .tp_repr = slot<variable_repr>,
    .tp_hash = slot<identity_hash>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<variable_traverse>,
    .tp_clear = slot<variable_tp_clear>,
    .tp_methods = METHOD_TABLE(variable_methods),
    .tp_members = MEMBER_TABLE(variable_members),
    .tp_new = variable_tp_new,
};
PyTypeObject PyContextToken_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "_contextvars.Token",
    .tp_basicsize = sizeof(ContextToken),
    .tp_dealloc = slot<token_dealloc>,
    .tp_repr = slot<token_repr>,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<token_traverse>,
    .tp_clear = slot<token_tp_clear>,
    .tp_methods = METHOD_TABLE(token_methods),
    .tp_getset = GETSET_TABLE(token_getset),
    .tp_new = token_tp_new,
};
PyTypeObject orochi_token_missing_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "Token.MISSING",
    .tp_basicsize = sizeof(PyObject),
    .tp_repr = slot<missing_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
};

#define SNAPSHOT_TYPE(SYMBOL, NAME)                                                              \
    PyTypeObject SYMBOL = {                                                                      \
        .ob_base = static_head(&PyType_Type),                                                    \
        .tp_name = NAME,                                                                         \
        .tp_basicsize = sizeof(Snapshot),                                                        \
        .tp_dealloc = slot<snapshot_dealloc>,                                                    \
        .tp_as_mapping = &snapshot_as_mapping,                                                   \
        .tp_getattro = PyObject_GenericGetAttr,                                                  \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, \
        .tp_traverse = slot<snapshot_traverse>,                                                  \
        .tp_clear = slot<snapshot_tp_clear>,                                                     \
        .tp_iter = PyObject_SelfIter,                                                            \
        .tp_iternext = snapshot_next,                                                            \
    };
SNAPSHOT_TYPE(orochi_context_keys_type, "keys")
SNAPSHOT_TYPE(orochi_context_values_type, "values")
SNAPSHOT_TYPE(orochi_context_items_type, "items")
