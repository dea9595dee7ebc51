// The class Unpickler and the view of its memo.
#include "modules/pickle/documentation.hpp"
#include "modules/pickle/pickle.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

Result<void> unpickler_set_options(ThreadState& ts, Unpickler& self, bool fix_imports, Str& encoding, Str& errors,
                                   Object& buffers) {
    TRY(codec_argument(ts, &encoding));
    TRY(codec_argument(ts, &errors));
    OptRef<Object> iterator;
    if (!is_none(&buffers)) iterator = TRY(get_iter(ts, buffers));
    Object* old = std::exchange(self.buffers, iterator.release());
    decref_optional(old);
    assign(self.encoding, Ref<Object>::share(obj(encoding)));
    assign(self.errors, Ref<Object>::share(obj(errors)));
    self.fix_imports = fix_imports;
    return {};
}

namespace {

Unpickler& unpickler_of(Object& self) { return as<Unpickler>(self); }

// Encoding and error handler default to ASCII and strict.
Result<Ref<Str>> text_or(ThreadState& ts, Str* given, const char* fallback) {
    return given ? Result<Ref<Str>>(Ref<Str>::share(*given)) : str_from_ascii(ts, fallback);
}

Result<void> unpickler_init(ThreadState& ts, Object& self_object, Object& file, bool fix_imports, Str* encoding,
                            Str* errors, Object* buffers) {
    Unpickler& self = unpickler_of(self_object);
    self.initialized = false;
    for (Object** member : self.members()) clear(*member);
    self.memo.release();
    TRY(self.input.set_file(ts, file));
    self.input.set_bytes(obj(empty_tuple()), {});
    Ref<Str> encoding_text = TRY(text_or(ts, encoding, "ASCII")), errors_text = TRY(text_or(ts, errors, "strict"));
    TRY(unpickler_set_options(ts, self, fix_imports, *encoding_text, *errors_text, buffers ? *buffers : none()));
    TRY(self.persistent_load.find(ts, self_object, "persistent_load"_n));
    self.protocol = 0;
    self.initialized = true;
    return {};
}

Result<Ref<Object>> unpickler_load(ThreadState& ts, Object& self_object) {
    Unpickler& self = unpickler_of(self_object);
    State& state = *TRY(state_of_type(ts, type_of(self_object)));
    if (!self.initialized)
        return raise(ts, state.unpickling_error, "Unpickler.__init__() was not called by %s.__init__()",
                     type_of(self_object).tp_name);
    return load(ts, state, self);
}

Result<Ref<Object>> unpickler_find_class(ThreadState& ts, Object& self, Object& module_name, Object& global_name) {
    return find_class(ts, *TRY(state_of_type(ts, type_of(self))), unpickler_of(self), module_name, global_name);
}

Result<Ref<Object>> unpickler_sizeof(ThreadState& ts, Object& self) {
    return int_from_ssize(
        ts, Py_ssize_t(type_of(self).tp_basicsize + Py_ssize_t(unpickler_of(self).memo.capacity() * sizeof(Object*))));
}

Result<Ref<Object>> get_persistent_load(ThreadState& ts, Object& self) {
    return unpickler_of(self).persistent_load.get(ts, self, "persistent_load");
}
Result<void> set_persistent_load(ThreadState& ts, Object& self, Object* value) {
    return unpickler_of(self).persistent_load.set(ts, value, "persistent_load");
}

// -- The memo, seen from Python: {number: object}. --------------------------------------------------------------------

struct MemoProxy {
    PyObject_HEAD
    Object* unpickler;
    auto members() { return std::array{&unpickler}; }
    IndexedMemo& memo() { return unpickler_of(*unpickler).memo; }
};

Result<Ref<Object>> get_memo(ThreadState& ts, Object& self) {
    State& state = *TRY(state_of_type(ts, type_of(self)));
    Ref<MemoProxy> proxy = TRY(make_instance<MemoProxy>(*state.unpickler_memo_type));
    proxy->unpickler = new_reference(self);
    return proxy;
}

Result<void> set_memo(ThreadState& ts, Object& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "attribute deletion is not supported");
    State& state = *TRY(state_of_type(ts, type_of(self)));
    IndexedMemo made{};
    auto fill = [&]() -> Result<void> {
        if (&type_of(*value) == state.unpickler_memo_type) {
            IndexedMemo& memo = as<MemoProxy>(*value).memo();
            for (size_t i = 0; i < memo.capacity(); ++i) {
                if (Object* item = memo.get(i)) TRY(made.put(ts, i, *item));
            }
            return {};
        }
        if (!PyDict_Check(value))
            return raise(ts, PyExc_TypeError,
                         "'memo' attribute must be an UnpicklerMemoProxy object or dict, not %.200s",
                         type_of(*value).tp_name);
        Py_ssize_t position = 0;
        Object *key, *item;
        while (dict_next(as<Dict>(*value), position, &key, &item)) {
            if (!PyLong_Check(key)) return raise(ts, PyExc_TypeError, "memo key must be integers");
            Py_ssize_t index = TRY(int_as_ssize(ts, *key));
            if (index < 0) return raise(ts, PyExc_ValueError, "memo key must be positive integers.");
            TRY(made.put(ts, size_t(index), *item));
        }
        return {};
    };
    auto result = fill();
    if (result.ok()) unpickler_of(self).memo.swap(made);
    made.release();
    return result;
}

void memo_clear(MemoProxy& self) { self.memo().release(); }
Result<Ref<Object>> memo_copy(ThreadState& ts, MemoProxy& self) {
    Ref<Dict> copy = TRY(dict_new(ts));
    IndexedMemo& memo = self.memo();
    for (size_t i = 0; i < memo.capacity(); ++i) {
        Object* item = memo.get(i);
        if (!item) continue;
        Ref<Object> key = TRY(int_from_ssize(ts, Py_ssize_t(i)));
        TRY(dict_set(ts, *copy, *key, *item));
    }
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
    METHOD("__reduce__($self, /)", memo_reduce, "Implement pickling support."),
    METHOD_END,
};

int unpickler_traverse(Object* self, visitproc visit, void* argument) {
    if (int stop = heap_traverse<Unpickler>(self, visit, argument)) return stop;
    return as<Unpickler>(*self).memo.traverse(visit, argument);
}
int unpickler_clear(Object* self) {
    as<Unpickler>(*self).initialized = false;
    heap_clear<Unpickler>(self);
    as<Unpickler>(*self).memo.release();
    return 0;
}
void unpickler_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    unpickler_clear(self);
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

constexpr MethodDef unpickler_methods[] = {
    METHOD("load($self, /)", unpickler_load,
           "Load a pickle.\n\n"
           "Read a pickled object representation from the open file object given\n"
           "in the constructor, and return the reconstituted object hierarchy\n"
           "specified therein."),
    METHOD("find_class($self, module_name, global_name, /)", unpickler_find_class,
           "Return an object from a specified module.\n\n"
           "If necessary, the module will be imported. Subclasses may override\n"
           "this method (e.g. to restrict unpickling of arbitrary classes and\n"
           "functions).\n\n"
           "This method is called whenever a class or a function object is\n"
           "needed.  Both arguments passed are str objects."),
    METHOD("__sizeof__($self, /)", unpickler_sizeof, "Returns size in memory, in bytes."),
    METHOD_END,
};
constexpr PyGetSetDef unpickler_getset[] = {
    GETTER_SETTER("memo", get_memo, set_memo, nullptr),
    GETTER_SETTER("persistent_load", get_persistent_load, set_persistent_load, nullptr),
    GETSET_END,
};

}  // namespace

Result<Ref<Unpickler>> new_unpickler(ThreadState&, State& state) {
    return make_instance<Unpickler>(*state.unpickler_type);
}

Result<void> add_unpickler(ThreadState& ts, Object& module, State& state) {
    state.unpickler_type = TRY(add_type<Unpickler>(
        ts, module, "_pickle.Unpickler", kBaseTypeFlags,
        {{Py_tp_new, raw_pointer(PyType_GenericNew)},
         {Py_tp_init,
          init_pointer(NEW_SLOT("Unpickler($self, file, *, fix_imports=True, encoding='ASCII', errors='strict', "
                                "buffers=())",
                                unpickler_init))},
         {Py_tp_dealloc, raw_pointer(unpickler_dealloc)},
         {Py_tp_traverse, raw_pointer(unpickler_traverse)},
         {Py_tp_clear, raw_pointer(unpickler_clear)},
         {Py_tp_methods, methods_pointer(unpickler_methods)},
         {Py_tp_getset, const_cast<PyGetSetDef*>(unpickler_getset)},
         {Py_tp_doc, const_cast<char*>("Unpickler(file, *, fix_imports=True, encoding=\'ASCII\', errors=\'strict\',\n"
                                       "          buffers=())\n--\n\n"
                                       "This takes a binary file for reading a pickle data stream.\n\n"
                                       "The protocol version of the pickle is detected automatically, so no\n"
                                       "protocol argument is needed.  Bytes past the pickled object\'s\n"
                                       "representation are ignored.\n\n"
                                       "The argument *file* must have two methods, a read() method that takes\n"
                                       "an integer argument, and a readline() method that requires no\n"
                                       "arguments.  Both methods should return bytes.  Thus *file* can be a\n"
                                       "binary file object opened for reading, an io.BytesIO object, or any\n"
                                       "other custom object that meets this interface.\n\n" PICKLE_DOC_READING)}}));
    incref(*state.unpickler_type);
    Ref<Type> proxy = TRY(make_type<MemoProxy>(
        ts, module, "_pickle.UnpicklerMemoProxy", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
        {{Py_tp_hash, raw_pointer(PyObject_HashNotImplemented)}, {Py_tp_methods, methods_pointer(memo_methods)}}));
    state.unpickler_memo_type = std::move(proxy).release();
    return {};
}

}  // namespace orochi::pickle
