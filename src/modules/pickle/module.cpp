// The module _pickle: its functions, its exceptions and what it takes from other modules.
#include "modules/module_references.hpp"
#include "modules/pickle/documentation.hpp"
#include "modules/pickle/pickle.hpp"
#include "objects/convert.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

extern PyModuleDef pickle_module;

namespace pickle {

Result<State*> state_of_type(ThreadState& ts, Type& type) {
    return static_cast<State*>(module_state(*TRY(type_module_by_definition(ts, type, pickle_module))));
}

namespace {

State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

Result<Ref<Pickler>> prepared_pickler(ThreadState& ts, State& state, Object* protocol, bool fix_imports,
                                      Object* buffer_callback) {
    Ref<Pickler> pickler = TRY(new_pickler(ts, state));
    TRY(pickler_set_protocol(ts, *pickler, protocol, fix_imports, buffer_callback));
    return pickler;
}

Result<void> pickle_dump(ThreadState& ts, Object& module, Object& object, Object& file, Object* protocol,
                         bool fix_imports, Object* buffer_callback) {
    State& state = state_of(module);
    Ref<Pickler> pickler = TRY(prepared_pickler(ts, state, protocol, fix_imports, buffer_callback));
    TRY(pickler_set_file(ts, *pickler, file));
    TRY(dump(ts, state, *pickler, object));
    Ref<Bytes> written = TRY(pickler->output.finish(ts));
    TRY(call(ts, *pickler->write, *written));
    return {};
}

Result<Ref<Bytes>> pickle_dumps(ThreadState& ts, Object& module, Object& object, Object* protocol, bool fix_imports,
                                Object* buffer_callback) {
    State& state = state_of(module);
    Ref<Pickler> pickler = TRY(prepared_pickler(ts, state, protocol, fix_imports, buffer_callback));
    TRY(dump(ts, state, *pickler, object));
    return pickler->output.finish(ts);
}

Result<Ref<Unpickler>> prepared_unpickler(ThreadState& ts, State& state, bool fix_imports, Str* encoding, Str* errors,
                                          Object* buffers) {
    Ref<Unpickler> unpickler = TRY(new_unpickler(ts, state));
    OptRef<Str> ascii, strict;
    if (!encoding) ascii = TRY(str_from_ascii(ts, "ASCII"));
    if (!errors) strict = TRY(str_from_ascii(ts, "strict"));
    TRY(unpickler_set_options(ts, *unpickler, fix_imports, encoding ? *encoding : *ascii, errors ? *errors : *strict,
                              buffers ? *buffers : none()));
    return unpickler;
}

Result<Ref<Object>> pickle_load(ThreadState& ts, Object& module, Object& file, bool fix_imports, Str* encoding,
                                Str* errors, Object* buffers) {
    State& state = state_of(module);
    Ref<Unpickler> unpickler = TRY(prepared_unpickler(ts, state, fix_imports, encoding, errors, buffers));
    TRY(unpickler->input.set_file(ts, file));
    unpickler->input.set_bytes(obj(empty_tuple()), {});
    return load(ts, state, *unpickler);
}

Result<Ref<Object>> pickle_loads(ThreadState& ts, Object& module, Object& data, bool fix_imports, Str* encoding,
                                 Str* errors, Object* buffers) {
    State& state = state_of(module);
    Ref<Unpickler> unpickler = TRY(prepared_unpickler(ts, state, fix_imports, encoding, errors, buffers));
    BufferView view;
    TRY(get_buffer(ts, data, view.raw(), PyBUF_SIMPLE));
    unpickler->input.set_bytes(data, view.text());
    auto result = load(ts, state, *unpickler);
    // find_class() and the like may have kept the unpickler; the buffer ends here.
    unpickler->input.set_bytes(obj(empty_tuple()), {});
    return result;
}

// The signatures that users see are broken into lines, as CPython's are.
constexpr MethodDef functions[] = {
    METHOD_PLAIN("dump($module, /, obj, file, protocol=None, *, fix_imports=True, buffer_callback=None)", pickle_dump,
                 "dump($module, /, obj, file, protocol=None, *, fix_imports=True,\n     buffer_callback=None)\n--\n\n"
                 "Write a pickled representation of obj to the open file object file.\n\n"
                 "This is equivalent to ``Pickler(file, protocol).dump(obj)``, but may\n"
                 "be more efficient.\n\n" PICKLE_DOC_PROTOCOL
                 "The *file* argument must have a write() method that accepts a single\n"
                 "bytes argument.  It can thus be a file object opened for binary\n"
                 "writing, an io.BytesIO instance, or any other custom object that meets\n"
                 "this interface.\n\n" PICKLE_DOC_WRITING
                 "If *buffer_callback* is None (the default), buffer views are serialized\n"
                 "into *file* as part of the pickle stream.  It is an error if\n"
                 "*buffer_callback* is not None and *protocol* is None or smaller than 5."),
    METHOD_PLAIN("dumps($module, /, obj, protocol=None, *, fix_imports=True, buffer_callback=None)", pickle_dumps,
                 "dumps($module, /, obj, protocol=None, *, fix_imports=True,\n      buffer_callback=None)\n--\n\n"
                 "Return the pickled representation of the object as a bytes object.\n\n" PICKLE_DOC_PROTOCOL
                 "If *fix_imports* is True and *protocol* is less than 3, pickle will\n"
                 "try to map the new Python 3 names to the old module names used in\n"
                 "Python 2, so that the pickle data stream is readable with Python 2.\n\n"
                 "If *buffer_callback* is None (the default), buffer views are serialized\n"
                 "into *file* as part of the pickle stream.  It is an error if\n"
                 "*buffer_callback* is not None and *protocol* is None or smaller than 5."),
    METHOD_PLAIN(
        "load($module, /, file, *, fix_imports=True, encoding=\'ASCII\', errors=\'strict\', buffers=())", pickle_load,
        "load($module, /, file, *, fix_imports=True, encoding=\'ASCII\',\n     errors=\'strict\', buffers=())\n--\n\n"
        "Read and return an object from the pickle data stored in a file.\n\n"
        "This is equivalent to ``Unpickler(file).load()``, but may be more\n"
        "efficient.\n\n"
        "The protocol version of the pickle is detected automatically, so no\n"
        "protocol argument is needed.  Bytes past the pickled object\'s\n"
        "representation are ignored.\n\n"
        "The argument *file* must have two methods, a read() method that takes\n"
        "an integer argument, and a readline() method that requires no\n"
        "arguments.  Both methods should return bytes.  Thus *file* can be a\n"
        "binary file object opened for reading, an io.BytesIO object, or any\n"
        "other custom object that meets this interface.\n\n" PICKLE_DOC_READING),
    METHOD_PLAIN(
        "loads($module, data, /, *, fix_imports=True, encoding=\'ASCII\', errors=\'strict\', buffers=())", pickle_loads,
        "loads($module, data, /, *, fix_imports=True, encoding=\'ASCII\',\n      errors=\'strict\', buffers=())\n--\n\n"
        "Read and return an object from the given pickle data.\n\n"
        "The protocol version of the pickle is detected automatically, so no\n"
        "protocol argument is needed.  Bytes past the pickled object\'s\n"
        "representation are ignored.\n\n" PICKLE_DOC_READING),
    METHOD_END,
};

// An attribute of another module that has to be a dict.
Result<void> take_dict(ThreadState& ts, Object*& place, Object& module, Object& module_name, Object& name) {
    Ref<Object> value = TRY(getattr(ts, module, name));
    if (!PyDict_CheckExact(value.get()))
        return raise(ts, PyExc_RuntimeError, "%U.%U should be a dict, not %.200s", &module_name, &name,
                     type_of(*value).tp_name);
    place = std::move(value).release();
    return {};
}

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    Ref<Object> copyreg = TRY(import_module(ts, "copyreg"_n));
    TRY(take_dict(ts, state.dispatch_table, *copyreg, "copyreg"_n, "dispatch_table"_n));
    TRY(take_dict(ts, state.extension_registry, *copyreg, "copyreg"_n, "_extension_registry"_n));
    TRY(take_dict(ts, state.inverted_registry, *copyreg, "copyreg"_n, "_inverted_registry"_n));
    TRY(take_dict(ts, state.extension_cache, *copyreg, "copyreg"_n, "_extension_cache"_n));
    Ref<Object> compat = TRY(import_module(ts, "_compat_pickle"_n));
    TRY(take_dict(ts, state.name_mapping_2to3, *compat, "_compat_pickle"_n, "NAME_MAPPING"_n));
    TRY(take_dict(ts, state.import_mapping_2to3, *compat, "_compat_pickle"_n, "IMPORT_MAPPING"_n));
    TRY(take_dict(ts, state.name_mapping_3to2, *compat, "_compat_pickle"_n, "REVERSE_NAME_MAPPING"_n));
    TRY(take_dict(ts, state.import_mapping_3to2, *compat, "_compat_pickle"_n, "REVERSE_IMPORT_MAPPING"_n));
    state.codecs_encode = TRY(import_attribute(ts, "codecs"_n, "encode"_n)).release();
    if (!is_callable(*state.codecs_encode))
        return raise(ts, PyExc_RuntimeError, "codecs.encode should be a callable, not %.200s",
                     type_of(*state.codecs_encode).tp_name);
    state.partial = TRY(import_attribute(ts, "functools"_n, "partial"_n)).release();

    TRY(add_pickler(ts, module, state));
    TRY(add_unpickler(ts, module, state));
    TRY(module_add(ts, module, "PickleBuffer", obj(PyPickleBuffer_Type)));
    TRY(module_add_exception(ts, module, state.pickle_error, "_pickle.PickleError"));
    TRY(module_add_exception(ts, module, state.pickling_error, "_pickle.PicklingError", state.pickle_error));
    return module_add_exception(ts, module, state.unpickling_error, "_pickle.UnpicklingError", state.pickle_error);
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace pickle

PyModuleDef pickle_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_pickle",
    .m_doc = "Optimized C implementation for the Python pickle module.",
    .m_size = sizeof(pickle::State),
    .m_methods = METHOD_TABLE(pickle::functions),
    .m_slots = pickle::slots,
    .m_traverse = ModuleReferences<pickle::State>::traverse,
    .m_clear = ModuleReferences<pickle::State>::clear,
    .m_free = ModuleReferences<pickle::State>::free,
};

}  // namespace orochi
