// Importing modules: what the import statement and __import__ do around importlib's bootstrap.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// __import__(name, globals, locals, fromlist, level). `globals` and `fromlist` may be null.
Result<Ref<Object>> import_module_level(ThreadState& ts, Object& name, Object* globals, Object* fromlist, int level);

}  // namespace orochi
