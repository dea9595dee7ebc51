// The built-in modules, by name: the table modules/builtin_modules.def as data.
#pragma once

#include <span>
#include <string_view>

#include "memory/python.hpp"

namespace orochi {

struct BuiltinModule {
    std::string_view name;
    PyModuleDef* definition;
};

std::span<const BuiltinModule> builtin_modules();
PyModuleDef* find_builtin_module(std::string_view name);  // null: none of that name
// A module that the program added to PyImport_Inittab: its PyInit_NAME, or null.
PyObject* (*find_program_module(std::string_view name))();

}  // namespace orochi
