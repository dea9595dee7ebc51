// What the functions from before PEP 587 set and show: Py_SetProgramName, Py_SetPath, Py_GetPrefix,
// PySys_AddWarnOption and their kin. It belongs to the process and outlives Python in it, as programs that initialise
// twice expect. Kept in Runtime::early_settings, made on first use.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "memory/heap.hpp"
#include "state/config.hpp"
#include "state/runtime.hpp"

namespace orochi {

struct EarlySettings {
    // Given by the program, or taken from the first configuration. The strings that were handed out must stay.
    std::optional<std::wstring> program_name, home, program_full_path, prefix, exec_prefix, path;
    bool path_was_given = false;  // by Py_SetPath: not computed anew

    // Used up by the next initialisation.
    std::vector<std::wstring> warn_options, x_options;
    std::string stdio_encoding, stdio_errors;

    // What PyMem_Malloc gives while there is no interpreter.
    Heap heap;
};

EarlySettings& early_settings(Runtime& runtime);

// Into a configuration that does not say otherwise, before it is read.
PyStatus early_settings_apply(EarlySettings& settings, PyConfig& config);
// What the functions are to show, once the configuration is in force.
void early_settings_update(EarlySettings& settings, const PyConfig& config);

}  // namespace orochi
