// Importing modules: what the import statement and __import__ do around importlib's bootstrap.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// __import__(name, globals, locals, fromlist, level). `globals` and `fromlist` may be null.
Result<Ref<Object>> import_module_level(ThreadState& ts, Object& name, Object* globals, Object* fromlist, int level);
// Makes a module of the name in sys.modules, runs the code in it, and returns what is in sys.modules then. `path` and
// `compiled_path`, of the source and the .pyc file, may be null.
Result<Ref<Object>> import_code(ThreadState& ts, Object& name, Code& code, Object* path, Object* compiled_path);
// What imports from an entry of sys.path, by the path hooks; None when none takes it.
Result<Ref<Object>> path_importer(ThreadState& ts, Object& path);

}  // namespace orochi
