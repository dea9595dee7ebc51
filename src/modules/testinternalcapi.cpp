// _testinternalcapi: what the stock test suite asks it about the running interpreter. The distribution's own
// module reaches into CPython's private globals and cannot load here; its functions that test those are
// absent.
#include "memory/collector.hpp"
#include "memory/python.hpp"
#include "modules/heap_type.hpp"
#include "modules/wide_text.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "state/config.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

struct IntMember {
    const char* name;
    int PyConfig::*member;
};
struct TextMember {
    const char* name;
    wchar_t* PyConfig::*member;
};
struct ListMember {
    const char* name;
    PyWideStringList PyConfig::*member;
};

#define MEMBER(name) \
    { #name, &PyConfig::name }
constexpr IntMember int_members[] = {MEMBER(_config_init),
                                     MEMBER(isolated),
                                     MEMBER(use_environment),
                                     MEMBER(dev_mode),
                                     MEMBER(install_signal_handlers),
                                     MEMBER(use_hash_seed),
                                     MEMBER(faulthandler),
                                     MEMBER(tracemalloc),
                                     MEMBER(import_time),
                                     MEMBER(code_debug_ranges),
                                     MEMBER(show_ref_count),
                                     MEMBER(dump_refs),
                                     MEMBER(malloc_stats),
                                     MEMBER(parse_argv),
                                     MEMBER(module_search_paths_set),
                                     MEMBER(site_import),
                                     MEMBER(bytes_warning),
                                     MEMBER(warn_default_encoding),
                                     MEMBER(inspect),
                                     MEMBER(interactive),
                                     MEMBER(optimization_level),
                                     MEMBER(parser_debug),
                                     MEMBER(write_bytecode),
                                     MEMBER(verbose),
                                     MEMBER(quiet),
                                     MEMBER(user_site_directory),
                                     MEMBER(configure_c_stdio),
                                     MEMBER(buffered_stdio),
                                     MEMBER(skip_source_first_line),
                                     MEMBER(_install_importlib),
                                     MEMBER(pathconfig_warnings),
                                     MEMBER(_init_main),
                                     MEMBER(_isolated_interpreter),
                                     MEMBER(use_frozen_modules),
                                     MEMBER(safe_path),
                                     MEMBER(_is_python_build)};
constexpr TextMember text_members[] = {MEMBER(filesystem_encoding), MEMBER(filesystem_errors),
                                       MEMBER(pycache_prefix),      MEMBER(program_name),
                                       MEMBER(pythonpath_env),      MEMBER(home),
                                       MEMBER(stdlib_dir),          MEMBER(executable),
                                       MEMBER(base_executable),     MEMBER(prefix),
                                       MEMBER(base_prefix),         MEMBER(exec_prefix),
                                       MEMBER(base_exec_prefix),    MEMBER(platlibdir),
                                       MEMBER(stdio_encoding),      MEMBER(stdio_errors),
                                       MEMBER(run_command),         MEMBER(run_module),
                                       MEMBER(run_filename),        MEMBER(check_hash_pycs_mode)};
constexpr ListMember list_members[] = {MEMBER(argv), MEMBER(xoptions), MEMBER(warnoptions), MEMBER(module_search_paths),
                                       MEMBER(orig_argv)};
#undef MEMBER

Result<Ref<Object>> get_config(ThreadState& ts, Object&) {
    const Config& config = *ts.interpreter().config;
    Ref<Dict> result = TRY(dict_new(ts));
    auto set = [&](const char* name, Object& value) -> Result<void> {
        Ref<Str> key = TRY(str_from_ascii(ts, name));
        return dict_set(ts, *result, obj(*key), value);
    };
    for (const IntMember& m : int_members) TRY(set(m.name, *TRY(int_from(ts, config.*m.member))));
    TRY(set("hash_seed", *TRY(int_from_unsigned(ts, config.hash_seed))));
    for (const TextMember& m : text_members) TRY(set(m.name, *TRY(wide_text(ts, config.*m.member))));
    for (const ListMember& m : list_members) TRY(set(m.name, obj(*TRY(wide_text_list(ts, config.*m.member)))));
    return result;
}

int get_recursion_depth(ThreadState& ts, Object&) { return ts.recursion_limit - ts.recursion_remaining; }

constexpr MethodDef functions[] = {
    METHOD_PLAIN("get_config($module)", get_config, nullptr),
    METHOD_PLAIN("get_recursion_depth($module)", get_recursion_depth, nullptr),
    METHOD_END,
};
Result<void> execute(ThreadState& ts, Object& module) {
    // What sys.getsizeof() adds for objects that the collector knows.
    return module_add_int(ts, module, "SIZEOF_PYGC_HEAD", sizeof(GcHeader));
}
constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

PyModuleDef testinternalcapi_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_testinternalcapi",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
