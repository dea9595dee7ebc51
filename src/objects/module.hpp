// Module objects and how ours are declared.
//
// A built-in module is a PyModuleDef with PEP 489 slots; modules/builtin_modules.def lists them.
//
//   static constexpr MethodDef methods[] = {METHOD("time()", time_time, "..."), METHOD_END};
//   static constinit PyModuleDef_Slot slots[] = {{Py_mod_exec, ...}, {0, nullptr}};
//   PyModuleDef time_module = {PyModuleDef_HEAD_INIT, "time", doc, sizeof(TimeState), ...};
#pragma once

#include <cstdarg>
#include <string_view>

#include "objects/object.hpp"

namespace orochi {

Result<Ref<Object>> module_new(ThreadState& ts, Object& name);
Result<Ref<Object>> module_from_definition(ThreadState& ts, PyModuleDef& definition, Object& spec);  // PEP 489
Result<void> module_exec(ThreadState& ts, Object& module, PyModuleDef& definition);
Dict& module_dict(Object& module);
void* module_state(Object& module);
PyModuleDef* module_definition(Object& module);
Result<Ref<Object>> module_name(ThreadState& ts, Object& module);
Result<void> module_add(ThreadState& ts, Object& module, const char* name, Object& value);
Result<void> module_add(ThreadState& ts, Object& module, const char* name, Ref<Object>&& value);
// Makes an exception class (exception_class_new), which `member` of the module's state then owns, and adds it under the
// last part of its name.
Result<void> module_add_exception(ThreadState& ts, Object& module, Object*& member, const char* full_name,
                                  Object* base = nullptr);
Result<void> module_add_int(ThreadState& ts, Object& module, const char* name, long long value);
Result<void> module_add_text(ThreadState& ts, Object& module, const char* name, std::string_view value);
// Makes a heap type from the spec, adds it to the module under its own name, returns it borrowed by the module.
Result<Ref<Type>> module_add_type(ThreadState& ts, Object& module, PyType_Spec& spec, Object* bases = nullptr);

// builtins.name: AttributeError when missing.
Result<Ref<Object>> builtin_attribute(ThreadState& ts, Str& name);
// import name (dotted: the last part), through builtins.__import__ / sys.modules.
Result<Ref<Object>> import_module(ThreadState& ts, Object& name);
Result<Ref<Object>> import_attribute(ThreadState& ts, Object& module_name, Object& attribute);
// A module that is already imported; empty when not.
Result<OptRef<Object>> imported_module(ThreadState& ts, Object& name);
// sys.name: borrowed, null when missing.
Object* sys_get(ThreadState& ts, Str& name);
Result<void> sys_set(ThreadState& ts, Str& name, Object* value);
// PEP 578. `format` is a Py_BuildValue format making the argument tuple.
Result<void> audit(ThreadState& ts, const char* event, const char* format, ...);
Result<void> audit_v(ThreadState& ts, const char* event, const char* format, va_list* arguments);
bool audit_active(ThreadState& ts);

}  // namespace orochi
