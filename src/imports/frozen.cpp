#include "imports/frozen.hpp"

namespace orochi {

namespace {
#include "imports/frozen_modules.inc"
}  // namespace

std::span<const FrozenModule> frozen_modules() { return frozen_table; }

const FrozenModule* find_frozen(std::string_view name) {
    for (const FrozenModule& module : frozen_modules()) {
        if (module.name == name) return &module;
    }
    return nullptr;
}

}  // namespace orochi
