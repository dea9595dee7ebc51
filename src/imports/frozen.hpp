// Modules compiled from the installed library when Orochi was built, and embedded as marshalled code.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace orochi {

struct FrozenModule {
    std::string_view name;
    std::string_view original;  // the name of the module in the library
    const unsigned char* code;  // marshal
    size_t size;
    bool is_package;
};

std::span<const FrozenModule> frozen_modules();
const FrozenModule* find_frozen(std::string_view name);  // null: none of that name

}  // namespace orochi
