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

}  // namespace orochi
