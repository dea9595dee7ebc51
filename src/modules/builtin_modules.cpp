#include "modules/builtin_modules.hpp"

namespace orochi {

#define BUILTIN_MODULE(NAME, DEFINITION) extern PyModuleDef DEFINITION;
#include "modules/builtin_modules.def"
#undef BUILTIN_MODULE

namespace {

constexpr BuiltinModule modules[] = {
#define BUILTIN_MODULE(NAME, DEFINITION) {#NAME, &DEFINITION},
#include "modules/builtin_modules.def"
#undef BUILTIN_MODULE
};

}  // namespace

std::span<const BuiltinModule> builtin_modules() { return modules; }

PyModuleDef* find_builtin_module(std::string_view name) {
    for (const BuiltinModule& module : modules) {
        if (module.name == name) return module.definition;
    }
    return nullptr;
}

PyObject* (*find_program_module(std::string_view name))() {
    if (find_builtin_module(name)) return nullptr;
    for (const _inittab* entry = PyImport_Inittab; entry->name; ++entry) {
        if (entry->name == name) return entry->initfunc;
    }
    return nullptr;
}

}  // namespace orochi
