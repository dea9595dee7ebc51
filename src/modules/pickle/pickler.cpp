// The class Pickler and the view of its memo.
#include <structmember.h>

#include "modules/pickle/documentation.hpp"
#include "modules/pickle/pickle.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

Result<void> Hook::find(ThreadState& ts, Object& owner, Object& name) {
    OptRef<Object> found = TRY(getattr_optional(ts, owner, name));
    bound_to_owner = false;
    if (found && PyMethod_Check(found.get()) && PyMethod_GET_SELF(found.get()) == &owner) {
        found = Ref<Object>::share(*PyMethod_GET_FUNCTION(found.get()));
        bound_to_owner = true;
    }
    Object* old = std::exchange(function, found.release());
    decref_optional(old);
    return {};
}

Result<Ref<Object>> Hook::call(ThreadState& ts, Object& owner, Object& argument) const {
    Ref<Object> kept = Ref<Object>::share(*function);
    return bound_to_owner ? orochi::call(ts, *kept, owner, argument) : orochi::call(ts, *kept, argument);
}

Result<Ref<Object>> Hook::get(ThreadState& ts, Object& owner, const char* name) const {
    if (!function) return raise(ts, PyExc_AttributeError, "%s", name);
    if (bound_to_owner) return method_new(ts, *function, owner);
    return Ref<Object>::share(*function);
}

Result<void> Hook::set(ThreadState& ts, Object* value, const char* name) {
    if (!value) return raise(ts, PyExc_TypeError, "attribute deletion is not supported");
    if (!is_callable(*value)) return raise(ts, PyExc_TypeError, "%s must be a callable taking one argument", name);
    bound_to_owner = false;
    assign(function, Ref<Object>::share(*value));
    return {};
}

Result<void> pickler_set_protocol(ThreadState& ts, Pickler& self, Object* protocol, bool fix_imports,
                                  Object* buffer_callback) {
    int number = kDefaultProtocol;
    if (protocol && !is_none(protocol)) {
        number = TRY(int_as_int(ts, *protocol));
        if (number < 0) {
            number = kHighestProtocol;
        } else if (number > kHighestProtocol) {
            return raise(ts, PyExc_ValueError, "pickle protocol must be <= %d", kHighestProtocol);
        }
    }
    self.protocol = number;
    self.binary = number > 0;
    self.fix_imports = fix_imports && number < 3;
    if (buffer_callback && is_none(buffer_callback)) buffer_callback = nullptr;
    if (buffer_callback && number < 5) return raise(ts, PyExc_ValueError, "buffer_callback needs protocol >= 5");
    Object* old = std::exchange(self.buffer_callback, new_reference_optional(buffer_callback));
    decref_optional(old);
    return {};
}

Result<void> pickler_set_file(ThreadState& ts, Pickler& self, Object& file) {
    OptRef<Object> write = TRY(getattr_optional(ts, file, "write"_n));
    if (!write) return raise(ts, PyExc_TypeError, "file must have a 'write' attribute");
    assign(self.write, write.take());
    return {};
}

namespace {

Pickler& pickler_of(Object& self) { return as<Pickler>(self); }

Result<void> pickler_init(ThreadState& ts, Object& self_object, Object& file, Object* protocol, bool fix_imports,
                          Object* buffer_callback) {
    Pickler& self = pickler_of(self_object);
    self.initialized = false;
    TRY(pickler_set_protocol(ts, self, protocol, fix_imports, buffer_callback));
    TRY(pickler_set_file(ts, self, file));
    self.memo.forget();
    self.fast = 0;
    self.fast_nesting = 0;
    TRY(self.persistent_id.find(ts, self_object, "persistent_id"_n));
    OptRef<Object> table = TRY(getattr_optional(ts, self_object, "dispatch_table"_n));
    Object* old = std::exchange(self.dispatch_table, table.release());
    decref_optional(old);
    self.initialized = true;
    return {};
}

Result<void> pickler_dump(ThreadState& ts, Object& self_object, Object& object) {
    Pickler& self = pickler_of(self_object);
    State& state = *TRY(state_of_type(ts, type_of(self_object)));
    if (!self.initialized)
        return raise(ts, state.pickling_error, "Pickler.__init__() was not called by %s.__init__()",
                     type_of(self_object).tp_name);
    // Looked up each time, and let go of after it, since the bound method holds the pickler.
    OptRef<Object> override_method = TRY(getattr_optional(ts, self_object, "reducer_override"_n));
    Object* old = std::exchange(self.reducer_override, override_method.release());
    decref_optional(old);
    auto run = [&]() -> Result<void> {
        TRY(dump(ts, state, self, object));
        Ref<Bytes> written = TRY(self.output.finish(ts));
        Ref<Object> write = Ref<Object>::share(*self.write);
        TRY(call(ts, *write, *written));
        return {};
    };
    auto result = run();
    clear(self.reducer_override);
    return result;
}

void pickler_clear_memo(Object& self) { pickler_of(self).memo.forget(); }
Result<Ref<Object>> pickler_sizeof(ThreadState& ts, Object& self) {
    return int_from_ssize(ts, Py_ssize_t(type_of(self).tp_basicsize + Py_ssize_t(pickler_of(self).memo.bytes())));
}

Result<Ref<Object>> get_persistent_id(ThreadState& ts, Object& self) {
    return pickler_of(self).persistent_id.get(ts, self, "persistent_id");
}
Result<void> set_persistent_id(ThreadState& ts, Object& self, Object* value) {
    return pickler_of(self).persistent_id.set(ts, value, "persistent_id");
}

// -- The memo, seen from Python: {id(object): (number, object)}. ------------------------------------------------------

struct MemoProxy {
    PyObject_HEAD
    Object* pickler;
    auto members() { return std::array{&pickler}; }
    Memo& memo() { return pickler_of(*pickler).memo; }
};

Result<Ref<Object>> get_memo(ThreadState& ts, Object& self) {
    State& state = *TRY(state_of_type(ts, type_of(self)));
    Ref<MemoProxy> proxy = TRY(make_instance<MemoProxy>(*state.pickler_memo_type));
    proxy->pickler = new_reference(self);
    return proxy;
}

Result<void> set_memo(ThreadState& ts, Object& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "attribute deletion is not supported");
    State& state = *TRY(state_of_type(ts, type_of(self)));
    Memo made{};
    auto fill = [&]() -> Result<void> {
        if (&type_of(*value) == state.pickler_memo_type) {
            return as<MemoProxy>(*value).memo().each(
                [&](const Memo::Entry& entry) { return made.put(ts, *entry.object, entry.index); });
        }
        if (!PyDict_Check(value))
            return raise(ts, PyExc_TypeError, "'memo' attribute must be a PicklerMemoProxy object or dict, not %.200s",
                         type_of(*value).tp_name);
        Py_ssize_t position = 0;
        Object *key, *item;
        while (dict_next(as<Dict>(*value), position, &key, &item)) {
            if (!PyTuple_Check(item) || tuple_size(as<Tuple>(*item)) != 2)
                return raise(ts, PyExc_TypeError, "'memo' values must be 2-item tuples");
            Ref<Object> kept = Ref<Object>::share(*item);
            Py_ssize_t index = TRY(int_as_ssize(ts, tuple_item(as<Tuple>(*kept), 0)));
            TRY(made.put(ts, tuple_item(as<Tuple>(*kept), 1), index));
        }
        return {};
    };
    auto result = fill();
    if (result.ok()) pickler_of(self).memo.swap(made);
    made.release();
    return result;
}

void memo_clear(MemoProxy& self) { self.memo().forget(); }
Result<Ref<Object>> memo_copy(ThreadState& ts, MemoProxy& self) {
    Ref<Dict> copy = TRY(dict_new(ts));
    TRY(self.memo().each([&](const Memo::Entry& entry) -> Result<void> {
        Ref<Object> key = TRY(int_from_pointer(ts, entry.object)), index = TRY(int_from_ssize(ts, entry.index));
        Ref<Tuple> value = TRY(tuple_of(ts, *index, *entry.object));
        return dict_set(ts, *copy, *key, obj(*value));
    }));
    return copy;
}
Result<Ref<Object>> memo_reduce(ThreadState& ts, MemoProxy& self) {
    Ref<Object> copy = TRY(memo_copy(ts, self));
    Ref<Tuple> arguments = TRY(tuple_of(ts, *copy));
    return TRY(tuple_of(ts, obj(PyDict_Type), *arguments));
}

constexpr MethodDef memo_methods[] = {
    METHOD("clear($self, /)", memo_clear, "Remove all items from memo."),
    METHOD("copy($self, /)", memo_copy, "Copy the memo to a new object."),
    METHOD("__reduce__($self, /)", memo_reduce, "Implement pickle support."),
    METHOD_END,
};

int pickler_traverse(Object* self, visitproc visit, void* argument) {
    if (int stop = heap_traverse<Pickler>(self, visit, argument)) return stop;
    return as<Pickler>(*self).memo.traverse(visit, argument);
}
int pickler_clear(Object* self) {
    heap_clear<Pickler>(self);
    as<Pickler>(*self).memo.release();
    return 0;
}
void pickler_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    pickler_clear(self);
    as<Pickler>(*self).output.release();
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

constexpr MethodDef pickler_methods[] = {
    METHOD("dump($self, obj, /)", pickler_dump, "Write a pickled representation of the given object to the open file."),
    METHOD("clear_memo($self, /)", pickler_clear_memo,
           "Clears the pickler\'s \"memo\".\n\n"
           "The memo is the data structure that remembers which objects the\n"
           "pickler has already seen, so that shared or recursive objects are\n"
           "pickled by reference and not by value.  This method is useful when\n"
           "re-using picklers."),
    METHOD("__sizeof__($self, /)", pickler_sizeof, "Returns size in memory, in bytes."),
    METHOD_END,
};
constexpr PyMemberDef pickler_members[] = {
    {"bin", T_INT, offsetof(Pickler, binary), 0, nullptr},
    {"fast", T_INT, offsetof(Pickler, fast), 0, nullptr},
    {"dispatch_table", T_OBJECT_EX, offsetof(Pickler, dispatch_table), 0, nullptr},
    {},
};
constexpr PyGetSetDef pickler_getset[] = {
    GETTER_SETTER("memo", get_memo, set_memo, nullptr),
    GETTER_SETTER("persistent_id", get_persistent_id, set_persistent_id, nullptr),
    GETSET_END,
};

}  // namespace

Result<Ref<Pickler>> new_pickler(ThreadState&, State& state) { return make_instance<Pickler>(*state.pickler_type); }

Result<void> add_pickler(ThreadState& ts, Object& module, State& state) {
    state.pickler_type = TRY(add_type<Pickler>(
        ts, module, "_pickle.Pickler", kBaseTypeFlags,
        {{Py_tp_new, raw_pointer(PyType_GenericNew)},
         {Py_tp_init,
          init_pointer(
              NEW_SLOT("Pickler($self, file, protocol=None, fix_imports=True, buffer_callback=None)", pickler_init))},
         {Py_tp_dealloc, raw_pointer(pickler_dealloc)},
         {Py_tp_traverse, raw_pointer(pickler_traverse)},
         {Py_tp_clear, raw_pointer(pickler_clear)},
         {Py_tp_methods, methods_pointer(pickler_methods)},
         {Py_tp_members, const_cast<PyMemberDef*>(pickler_members)},
         {Py_tp_getset, const_cast<PyGetSetDef*>(pickler_getset)},
         {Py_tp_doc,
          const_cast<char*>("Pickler(file, protocol=None, fix_imports=True, buffer_callback=None)\n--\n\n"
                            "This takes a binary file for writing a pickle data stream.\n\n" PICKLE_DOC_PROTOCOL
                            "The *file* argument must have a write() method that accepts a single\n"
                            "bytes argument. It can thus be a file object opened for binary\n"
                            "writing, an io.BytesIO instance, or any other custom object that meets\n"
                            "this interface.\n\n" PICKLE_DOC_WRITING
                            "If *buffer_callback* is None (the default), buffer views are\n"
                            "serialized into *file* as part of the pickle stream.\n\n"
                            "If *buffer_callback* is not None, then it can be called any number\n"
                            "of times with a buffer view.  If the callback returns a false value\n"
                            "(such as None), the given buffer is out-of-band; otherwise the\n"
                            "buffer is serialized in-band, i.e. inside the pickle stream.\n\n"
                            "It is an error if *buffer_callback* is not None and *protocol*\n"
                            "is None or smaller than 5.")}}));
    incref(*state.pickler_type);
    Ref<Type> proxy = TRY(make_type<MemoProxy>(
        ts, module, "_pickle.PicklerMemoProxy", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
        {{Py_tp_hash, raw_pointer(PyObject_HashNotImplemented)}, {Py_tp_methods, methods_pointer(memo_methods)}}));
    state.pickler_memo_type = std::move(proxy).release();
    return {};
}

}  // namespace orochi::pickle
