// The built-in modules as C sees them: PyInit_NAME for each, and the table that a program may extend before it
// initialises Python (import.h).
#include <cstdlib>
#include <cstring>

#include "objects/module_internal.hpp"
#include "state/thread_state.hpp"

using namespace orochi;

namespace orochi {
#define BUILTIN_MODULE(NAME, DEFINITION) extern PyModuleDef DEFINITION;
#include "modules/builtin_modules.def"
#undef BUILTIN_MODULE
}  // namespace orochi

namespace {

Object* initialized(PyModuleDef& definition) {
    module_definition_init(current_thread(), definition);
    return &definition.m_base.ob_base;
}

size_t table_size(const _inittab* table) {
    size_t size = 0;
    while (table[size].name) ++size;
    return size;
}

void refuse_when_running(const char* function, const char* message) {
    if (process_runtime().phase.load() >= RuntimePhase::kCore) fatal_error(function, message);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

#define BUILTIN_MODULE(NAME, DEFINITION) \
    PyObject* PyInit_##NAME() { return initialized(DEFINITION); }
#include "modules/builtin_modules.def"
#undef BUILTIN_MODULE

static constexpr _inittab builtin_table[] = {
#define BUILTIN_MODULE(NAME, DEFINITION) {#NAME, PyInit_##NAME},
#include "modules/builtin_modules.def"
#undef BUILTIN_MODULE
    {nullptr, nullptr},
};
_inittab* PyImport_Inittab = const_cast<_inittab*>(builtin_table);  // never written to: see below

int PyImport_ExtendInittab(_inittab* more) {
    refuse_when_running("PyImport_ExtendInittab", "PyImport_ExtendInittab() may not be called after Py_Initialize()");
    size_t added = table_size(more), present = table_size(PyImport_Inittab);
    if (!added) return 0;
    // The old table stays: it may be the program's own.
    auto* table = static_cast<_inittab*>(std::malloc((present + added + 1) * sizeof(_inittab)));
    if (!table) return -1;
    std::memcpy(table, PyImport_Inittab, present * sizeof(_inittab));
    std::memcpy(table + present, more, (added + 1) * sizeof(_inittab));
    PyImport_Inittab = table;
    return 0;
}
int PyImport_AppendInittab(const char* name, PyObject* (*init)()) {
    refuse_when_running("PyImport_AppendInittab", "PyImport_AppendInittab() may not be called after Py_Initialize()");
    _inittab one[] = {{name, init}, {nullptr, nullptr}};
    return PyImport_ExtendInittab(one);
}

}  // extern "C"
#pragma GCC visibility pop
