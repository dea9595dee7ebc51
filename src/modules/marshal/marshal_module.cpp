#include "modules/marshal/marshal.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> marshal_dump_function(ThreadState& ts, Object& value, Object& file, int version) {
    Ref<Object> bytes = TRY(marshal_dumps(ts, value, version));
    return call_method(ts, file, "write"_n, *bytes);
}
Result<Ref<Object>> marshal_dumps_function(ThreadState& ts, Object& value, int version) {
    return marshal_dumps(ts, value, version);
}
Result<Ref<Object>> marshal_load_function(ThreadState& ts, Object& file) {
    // A file in text mode is found out before anything is read from it.
    Ref<Object> probe = TRY(call_method(ts, file, "read"_n, small_int(0)));
    if (!PyBytes_Check(probe.get())) {
        return raise(ts, PyExc_TypeError, "file.read() returned not bytes but %.100s", type_of(*probe).tp_name);
    }
    TRY(audit(ts, "marshal.load", nullptr));
    return marshal_load(ts, file);
}
Result<Ref<Object>> marshal_loads_function(ThreadState& ts, BufferView& bytes) {
    std::string_view text = bytes.text();
    TRY(audit(ts, "marshal.loads", "y#", text.data(), Py_ssize_t(text.size())));
    return marshal_loads(ts, text);
}

constexpr MethodDef functions[] = {
    METHOD("dump($module, value, file, version=4, /)", marshal_dump_function,
           "Write the value on the open file.\n\n  value\n    Must be a supported type.\n  file\n    Must be a "
           "writeable binary "
           "file.\n  version\n    Indicates the data format that dump should use.\n\nIf the value has (or contains an "
           "object "
           "that has) an unsupported type, a\nValueError exception is raised - but garbage data will also be "
           "written\nto the "
           "file. The object will not be properly read back by load()."),
    METHOD(
        "load($module, file, /)", marshal_load_function,
        "Read one value from the open file and return it.\n\n  file\n    Must be readable binary file.\n\nIf no valid "
        "value is "
        "read (e.g. because the data has a different Python\nversion's incompatible marshal format), raise EOFError, "
        "ValueError or\nTypeError.\n\nNote: If an object containing an unsupported type was marshalled with\ndump(), "
        "load() "
        "will substitute None for the unmarshallable type."),
    METHOD("dumps($module, value, version=4, /)", marshal_dumps_function,
           "Return the bytes object that would be written to a file by dump(value, file).\n\n  value\n    Must be a "
           "supported "
           "type.\n  version\n    Indicates the data format that dumps should use.\n\nRaise a ValueError exception if "
           "value has (or "
           "contains an object that has) an\nunsupported type."),
    METHOD("loads($module, bytes, /)", marshal_loads_function,
           "Convert the bytes-like object to a value.\n\nIf no valid value is found, raise EOFError, ValueError or "
           "TypeError.  "
           "Extra\nbytes in the input are ignored."),
    METHOD_END};

Result<void> marshal_exec(ThreadState& ts, Object& module) {
    return module_add_int(ts, module, "version", kMarshalVersion);
}
int exec_entry(Object* module) { return to_c(marshal_exec(current_thread(), *module)); }

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(exec_entry)}, {0, nullptr}};

}  // namespace

PyModuleDef marshal_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "marshal",
    .m_doc =
        "This module contains functions that can read and write Python values in\na binary format. The format is "
        "specific to "
        "Python, but independent of\nmachine architecture issues.",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
