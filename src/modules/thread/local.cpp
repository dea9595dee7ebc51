// _local: attributes of which each thread has its own.
//
// A local owns the dicts of all threads, so that a cycle through one can be collected. Each thread holds a token in
// its dict; the token's end, with the thread, drops the thread's entry. A token and its local know each other without
// references, and each tells the other when it goes.
#include "modules/thread/thread.hpp"
#include "objects/dict.hpp"

namespace orochi::thread {

namespace {

struct Local {
    PyObject_HEAD
    Object* key;        // str, the name in the thread's dict
    Object* arguments;  // for __init__ in further threads
    Object* keywords;   // or null
    Object* dicts;      // token's address -> attributes
    Object* weak_references;
    auto members() { return std::array{&key, &arguments, &keywords, &dicts}; }
};

struct Token {
    PyObject_HEAD
    Local* owner;  // null: gone
    auto members() { return std::array<Object**, 0>{}; }
};

Result<Ref<Object>> token_key(ThreadState& ts, Object& token) { return int_from_pointer(ts, &token); }

void token_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    ThreadState& ts = current_thread();
    if (Local* owner = as<Token>(*self).owner; owner && owner->dicts) {
        ErrorKeeper keeper(ts);
        auto drop = [&]() -> Result<void> {
            Ref<Object> key = TRY(token_key(ts, *self));
            TRY(dict_pop(ts, as<Dict>(*owner->dicts), *key));
            return {};
        };
        if (!drop().ok()) error_clear(ts);
    }
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

// Takes the token out of every thread.
void detach(ThreadState& ts, Local& self) {
    if (!self.key) return;
    ErrorKeeper keeper(ts);
    Interpreter& interpreter = ts.interpreter();
    // The list can only grow at its head, and shrinks under the interpreter's lock, which is ours.
    for (PyThreadState* t = interpreter.threads; t; t = t->next) {
        if (!t->dict) continue;
        auto found = dict_pop(ts, as<Dict>(*t->dict), *self.key);
        if (!found.ok()) {
            error_clear(ts);
            continue;
        }
        OptRef<Object> token = std::move(found).take();
        if (token) as<Token>(*token).owner = nullptr;
    }
}

int local_clear(Object* object) {
    Local& self = as<Local>(*object);
    detach(current_thread(), self);
    clear(self.arguments);
    clear(self.keywords);
    clear(self.dicts);
    return 0;
}

void local_dealloc(Object* object) {
    gc_untrack_if_tracked(*object);
    Local& self = as<Local>(*object);
    if (self.weak_references) clear_weakrefs(current_thread(), *object);
    local_clear(object);
    clear(self.key);
    Type& type = type_of(*object);
    type.tp_free(object);
    decref(type);
}

Result<Ref<Object>> make_dict(ThreadState& ts, Local& self, Type& token_type) {
    Ref<Token> token = TRY(make_instance<Token>(token_type));
    Ref<Object> key = TRY(token_key(ts, token->ob_base));
    Ref<Dict> attributes = TRY(dict_new(ts));
    TRY(dict_set(ts, as<Dict>(*self.dicts), *key, obj(*attributes)));
    token->owner = &self;
    TRY(dict_set(ts, *TRY(thread_dict(ts)), *self.key, token->ob_base));
    return attributes;
}

// The attributes of this thread; runs __init__ when they are new.
Result<Ref<Object>> attributes(ThreadState& ts, Local& self) {
    if (Object* token = TRY(dict_get(ts, *TRY(thread_dict(ts)), *self.key))) {
        Ref<Object> key = TRY(token_key(ts, *token));
        Object* found = self.dicts ? TRY(dict_get(ts, as<Dict>(*self.dicts), *key)) : nullptr;
        if (found) return Ref<Object>::share(*found);
    }
    if (!self.dicts) self.dicts = obj(std::move(TRY(dict_new(ts))).release());
    State& state = *TRY(state_of_type(ts, type_of(self.ob_base)));
    Ref<Object> made = TRY(make_dict(ts, self, *state.local_dummy));
    Type& type = type_of(self.ob_base);
    if (type.tp_init != PyBaseObject_Type.tp_init && type.tp_init(&self.ob_base, self.arguments, self.keywords) < 0) {
        // Half-made attributes would look like finished ones.
        ErrorKeeper keeper(ts);
        auto dropped = dict_pop(ts, as<Dict>(*ts.dict), *self.key);
        if (!dropped.ok()) error_clear(ts);
        return failure;
    }
    return made;
}

Result<Ref<Object>> local_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords) {
    if (type.tp_init == PyBaseObject_Type.tp_init &&
        (tuple_size(as<Tuple>(arguments)) || (keywords && dict_size(as<Dict>(*keywords))))) {
        return raise(ts, PyExc_TypeError, "Initialization arguments are not supported");
    }
    State& state = *TRY(state_of_type(ts, type));
    Ref<Local> self = TRY(make_instance<Local>(type));
    self->arguments = new_reference(arguments);
    self->keywords = new_reference_optional(keywords);
    self->key = obj(std::move(TRY(str_format(ts, "thread.local.%p", self.get()))).release());
    self->dicts = obj(std::move(TRY(dict_new(ts))).release());
    TRY(make_dict(ts, *self, *state.local_dummy));
    return self;
}

bool is_dict_name(Object& name) { return PyUnicode_Check(&name) && str_equals(as<Str>(name), "__dict__"_s); }

Result<Ref<Object>> local_getattr(ThreadState& ts, Object& object, Object& name) {
    Ref<Object> own = TRY(attributes(ts, as<Local>(object)));
    if (is_dict_name(name)) return own;
    if (!PyUnicode_Check(&name)) return generic_getattr(ts, object, name);
    Ref<Str> interned = intern(ts, Ref<Str>::share(as<Str>(name)));
    Type& type = type_of(object);
    OptRef<Object> descriptor = OptRef<Object>::share(type_lookup(ts, type, *interned));
    descrgetfunc get = descriptor ? type_of(*descriptor).tp_descr_get : nullptr;
    if (get && type_of(*descriptor).tp_descr_set) {
        return Result<Ref<Object>>::adopt(get(descriptor.get(), &object, obj(&type)));
    }
    if (Object* value = TRY(dict_get(ts, as<Dict>(*own), obj(*interned)))) return Ref<Object>::share(*value);
    if (get) return Result<Ref<Object>>::adopt(get(descriptor.get(), &object, obj(&type)));
    if (descriptor) return descriptor.take();
    return raise_attribute_error(ts, object, name);
}

Result<void> local_setattr(ThreadState& ts, Object& object, Object& name, Object* value) {
    Ref<Object> own = TRY(attributes(ts, as<Local>(object)));
    if (is_dict_name(name)) {
        return raise(ts, PyExc_AttributeError, "'%.50s' object attribute '%U' is read-only", type_of(object).tp_name,
                     &name);
    }
    if (!PyUnicode_Check(&name)) return generic_setattr(ts, object, name, value);
    Ref<Str> interned = intern(ts, Ref<Str>::share(as<Str>(name)));
    if (Object* descriptor = type_lookup(ts, type_of(object), *interned)) {
        if (descrsetfunc set = type_of(*descriptor).tp_descr_set) {
            Ref<Object> keep = Ref<Object>::share(*descriptor);
            if (set(descriptor, &object, value) < 0) return failure;
            return {};
        }
    }
    if (value) return dict_set(ts, as<Dict>(*own), obj(*interned), *value);
    if (!TRY(dict_discard(ts, as<Dict>(*own), obj(*interned)))) return raise_attribute_error(ts, object, name);
    return {};
}

constexpr PyMemberDef local_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Local, weak_references), READONLY, nullptr}, {}};

}  // namespace

Result<void> add_local(ThreadState& ts, Object& module, State& state) {
    state.local_dummy = std::move(TRY(make_type<Token>(ts, module, "_thread._localdummy",
                                                       kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                                                       {{Py_tp_dealloc, raw_pointer(token_dealloc)},
                                                        {Py_tp_doc, const_cast<char*>("Thread-local dummy")}})))
                            .release();
    Type* local = TRY(add_type<Local>(ts, module, "_thread._local", kBaseTypeFlags,
                                      {{Py_tp_dealloc, raw_pointer(local_dealloc)},
                                       {Py_tp_clear, raw_pointer(local_clear)},
                                       {Py_tp_doc, const_cast<char*>("Thread-local data")},
                                       {Py_tp_new, slot_pointer<newfunc, local_new>()},
                                       {Py_tp_getattro, slot_pointer<getattrofunc, local_getattr>()},
                                       {Py_tp_setattro, slot_pointer<setattrofunc, local_setattr>()},
                                       {Py_tp_members, const_cast<PyMemberDef*>(local_members)}}));
    state.local = new_reference(*local);
    return {};
}

}  // namespace orochi::thread
