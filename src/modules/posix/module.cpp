// The module itself: functions, constants, environ.
#include <dlfcn.h>
#include <linux/limits.h>
#include <sched.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>
#include <unistd.h>
#include <climits>
#include <cstdio>

#include "modules/module_references.hpp"
#include "modules/posix/environment.hpp"
#include "modules/posix/posix.hpp"
#include "objects/list.hpp"

#ifndef MFD_HUGE_SHIFT
#include <linux/memfd.h>
#endif

extern "C" char** environ;

namespace orochi {

namespace {

// Values that the system's headers name otherwise.
constexpr int POSIX_SPAWN_OPEN = 0, POSIX_SPAWN_CLOSE = 1, POSIX_SPAWN_DUP2 = 2;

constexpr IntConstant constants[] = {
#define CONSTANT(NAME) {#NAME, static_cast<long long>(NAME)},
#include "modules/posix/constants.def"
#undef CONSTANT
};

constexpr const char* available[] = {
    "HAVE_EVENTFD",   "HAVE_FACCESSAT",  "HAVE_FCHDIR",       "HAVE_FCHMOD",    "HAVE_FCHMODAT", "HAVE_FCHOWN",
    "HAVE_FCHOWNAT",  "HAVE_FEXECVE",    "HAVE_FDOPENDIR",    "HAVE_FPATHCONF", "HAVE_FSTATAT",  "HAVE_FSTATVFS",
    "HAVE_FTRUNCATE", "HAVE_FUTIMENS",   "HAVE_FUTIMES",      "HAVE_FUTIMESAT", "HAVE_LINKAT",   "HAVE_LCHOWN",
    "HAVE_LSTAT",     "HAVE_LUTIMES",    "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT",   "HAVE_MKFIFOAT", "HAVE_MKNODAT",
    "HAVE_OPENAT",    "HAVE_READLINKAT", "HAVE_RENAMEAT",     "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
};

// environ as a dict of bytes; the first of equal names counts.
Result<void> add_environment(ThreadState& ts, Dict& dict) {
    for (char** entry = environ; entry && *entry; ++entry) {
        const char* equals = std::strchr(*entry, '=');
        if (!equals) continue;
        Ref<Bytes> name = TRY(bytes_from(ts, {*entry, size_t(equals - *entry)}));
        Ref<Bytes> value = TRY(bytes_from(ts, equals + 1));
        TRY(dict_set_default(ts, dict, obj(*name), obj(*value)));
    }
    return {};
}

Result<void> posix_exec(ThreadState& ts, Object& module) {
    PosixState& state = posix_state(module);
    Ref<Dict> variables = TRY(dict_new(ts));
    TRY(add_environment(ts, *variables));
    TRY(module_add(ts, module, "environ", obj(*variables)));
    TRY(module_add_constants(ts, module, constants));
    TRY(posix_add_configuration_names(ts, module));
    TRY(module_add(ts, module, "error", *PyExc_OSError));
    for (const MethodDef* table :
         {posix_file_methods, posix_transfer_methods, posix_stat_methods, posix_directory_methods,
          posix_scandir_methods, posix_process_methods, posix_execution_methods, posix_identity_methods,
          posix_scheduling_methods, posix_configuration_methods}) {
        TRY(module_add_functions(ts, module, table));
    }
    TRY(posix_add_stat_classes(ts, module, state));
    TRY(posix_add_process_classes(ts, module, state));
    TRY(posix_add_scandir_classes(ts, module, state));
    TRY(posix_add_scheduling_classes(ts, module, state));
    Ref<List> names = TRY(list_new(ts, 0));
    for (const char* name : available) TRY(list_append(ts, *names, Ref<Object>(TRY(str_from_ascii(ts, name)))));
    return module_add(ts, module, "_have_functions", obj(*names));
}

MODULE_EXEC_SLOTS(posix_slots, posix_exec);

}  // namespace

Result<void> posix_environ_refresh(ThreadState& ts) {
    OptRef<Object> module = TRY(imported_module(ts, "posix"_n));
    Object* variables = module ? TRY(dict_get(ts, module_dict(*module), "environ"_n)) : nullptr;
    if (!variables || !PyDict_CheckExact(variables)) return {};
    dict_clear(ts, as<Dict>(*variables));
    return add_environment(ts, as<Dict>(*variables));
}

PyModuleDef posix_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "posix",
    .m_doc =
        "This module provides access to operating system functionality that is\n"
        "standardized by the C Standard and the POSIX standard (a thinly\n"
        "disguised Unix interface).  Refer to the library manual and\n"
        "corresponding Unix manual entries for more information on calls.",
    .m_size = sizeof(PosixState),
    .m_slots = const_cast<PyModuleDef_Slot*>(posix_slots),
    .m_traverse = ModuleReferences<PosixState>::traverse,
    .m_clear = ModuleReferences<PosixState>::clear,
    .m_free = ModuleReferences<PosixState>::free,
};

}  // namespace orochi
