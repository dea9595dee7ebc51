// The functions of the module builtins, grouped by file.
#pragma once

#include "objects/native.hpp"
#include "objects/object.hpp"

namespace orochi::builtins {

// execution.cpp: code, classes, imports, namespaces
Result<Ref<Object>> build_class(ThreadState& ts, Object& module, Rest arguments, Keywords keywords);
Result<Ref<Object>> import_function(ThreadState& ts, Object& module, Object& name, Object* globals, Object* locals,
                                    Object* fromlist, int level);
Result<Ref<Object>> builtin_compile(ThreadState& ts, Object& module, Object& source, Object& filename, Object& mode,
                                    int flags, bool dont_inherit, int optimize, int feature_version);
Result<Ref<Object>> builtin_eval(ThreadState& ts, Object& module, Object& source, Object* globals, Object* locals);
Result<Ref<Object>> builtin_exec(ThreadState& ts, Object& module, Object& source, Object* globals, Object* locals,
                                 Object* closure);
Result<Ref<Object>> builtin_globals(ThreadState& ts, Object& module);
Result<Ref<Object>> builtin_locals(ThreadState& ts, Object& module);
Result<Ref<Object>> builtin_vars(ThreadState& ts, Object& module, Rest arguments);
Result<Ref<Object>> builtin_dir(ThreadState& ts, Object& module, Rest arguments);

// objects.cpp: what is asked of one object
Result<Ref<Object>> builtin_abs(ThreadState& ts, Object& module, Object& x);
Result<Ref<Str>> builtin_ascii(ThreadState& ts, Object& module, Object& x);
Result<Ref<Object>> builtin_bin(ThreadState& ts, Object& module, Object& x);
Result<Ref<Object>> builtin_oct(ThreadState& ts, Object& module, Object& x);
Result<Ref<Object>> builtin_hex(ThreadState& ts, Object& module, Object& x);
bool builtin_callable(Object& module, Object& x);
Result<Ref<Object>> builtin_chr(ThreadState& ts, Object& module, int i);
Result<Ref<Object>> builtin_ord(ThreadState& ts, Object& module, Object& c);
Result<Ref<Object>> builtin_divmod(ThreadState& ts, Object& module, Object& x, Object& y);
Result<Ref<Object>> builtin_pow(ThreadState& ts, Object& module, Object& base, Object& exponent, Object* modulus);
Result<Ref<Object>> builtin_round(ThreadState& ts, Object& module, Object& number, Object* digits);
Result<Ref<Object>> builtin_format(ThreadState& ts, Object& module, Object& value, Str* spec);
Result<Ref<Object>> builtin_getattr(ThreadState& ts, Object& module, Object& object, Object& name, Object* fallback);
Result<bool> builtin_hasattr(ThreadState& ts, Object& module, Object& object, Object& name);
Result<void> builtin_setattr(ThreadState& ts, Object& module, Object& object, Object& name, Object& value);
Result<void> builtin_delattr(ThreadState& ts, Object& module, Object& object, Object& name);
Result<Py_hash_t> builtin_hash(ThreadState& ts, Object& module, Object& object);
Result<Ref<Object>> builtin_id(ThreadState& ts, Object& module, Object& object);
Result<bool> builtin_isinstance(ThreadState& ts, Object& module, Object& object, Object& classes);
Result<bool> builtin_issubclass(ThreadState& ts, Object& module, Object& cls, Object& classes);
Result<Py_ssize_t> builtin_len(ThreadState& ts, Object& module, Object& object);
Result<Ref<Str>> builtin_repr(ThreadState& ts, Object& module, Object& object);

// iteration.cpp
Result<bool> builtin_all(ThreadState& ts, Object& module, Object& iterable);
Result<bool> builtin_any(ThreadState& ts, Object& module, Object& iterable);
Result<Ref<Object>> builtin_iter(ThreadState& ts, Object& module, Object& object, Object* sentinel);
Result<Ref<Object>> builtin_aiter(ThreadState& ts, Object& module, Object& object);
Result<Ref<Object>> builtin_next(ThreadState& ts, Object& module, Object& iterator, Object* fallback);
Result<Ref<Object>> builtin_anext(ThreadState& ts, Object& module, Object& iterator, Object* fallback);
// anext.cpp
Result<Ref<Object>> anext_awaitable_new(ThreadState& ts, Object& awaitable, Object& fallback);
Result<Ref<Object>> builtin_max(ThreadState& ts, Object& module, Rest arguments, Keywords keywords);
Result<Ref<Object>> builtin_min(ThreadState& ts, Object& module, Rest arguments, Keywords keywords);
Result<Ref<Object>> builtin_sorted(ThreadState& ts, Object& module, Rest arguments, Keywords keywords);
Result<Ref<Object>> builtin_sum(ThreadState& ts, Object& module, Object& iterable, Object* start);

// terminal.cpp: print(), input(), breakpoint()
Result<void> builtin_print(ThreadState& ts, Object& module, Object* separator, Object* end, Object* file, Object* flush,
                           Rest values);
Result<Ref<Object>> builtin_input(ThreadState& ts, Object& module, Object* prompt);
Result<Ref<Object>> builtin_breakpoint(ThreadState& ts, Object& module, Rest arguments, Keywords keywords);

}  // namespace orochi::builtins
