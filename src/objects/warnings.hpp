// Warnings (PEP 230): what the module `_warnings` and everything that warns share. Filters, the registry of
// "once" and the version that makes registries stale belong to the interpreter; `warnings`, once it is
// imported, replaces the first two with its own.
#pragma once

#include <string>

#include "objects/object.hpp"

namespace orochi {

struct WarningsPart {
    Object* filters;         // a list; owned, as the others
    Object* once_registry;   // a dict
    Object* default_action;  // a str
    long filters_version;
    // Finds the line of a file to show below a warning; false if there is none. Reading source is the business of
    // a floor above, which sets this at start.
    bool (*source_line)(ThreadState& ts, const std::string& filename, int line, std::string& text);
};

// The interpreter's part, made on first use.
Result<WarningsPart*> warnings_part(ThreadState& ts);
void warnings_stop(ThreadState& ts);

// warnings.warn(): `category` null or None is UserWarning; `source` may be null.
Result<void> warn_object(ThreadState& ts, Object& message, Object* category, Py_ssize_t stack_level, Object* source);
// warnings.warn_explicit(). Null: not given.
Result<void> warn_explicit_object(ThreadState& ts, Object& category, Object& message, Object& filename, int line,
                                  Object* module, Object* registry, Object* source_line, Object* source);

}  // namespace orochi
