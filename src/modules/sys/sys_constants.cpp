// The data in sys: versions, limits, flags, and what the configuration says.
#include <features.h>
#include <float.h>
#include <gnu/libc-version.h>

#include "base/hash.hpp"
#include "modules/sys/sys.hpp"
#include "modules/wide_text.hpp"
#include "objects/dict.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/namespace.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/struct_sequence.hpp"
#include "objects/tuple.hpp"
#include "state/config.hpp"
#include "state/version.hpp"

#define OROCHI_STRING_(x) #x
#define OROCHI_STRING(x) OROCHI_STRING_(x)

namespace orochi {

namespace {

constexpr const char* library_names[] = {
#include "modules/stdlib_names.inc"
};

// Fills a struct sequence field by field.
class Fields {
public:
    Fields(ThreadState& ts, Tuple& tuple) : ts_(ts), tuple_(tuple) {}
    Result<void> number(long long value) { return object(int_from(ts_, value)); }
    Result<void> real(double value) { return object(float_from(ts_, value)); }
    Result<void> text(const char* value) { return object(str_from_utf8(ts_, value)); }
    Result<void> truth(bool value) { return object(Result<Ref<Object>>(new_bool(value))); }
    template <class T>
    Result<void> object(Result<Ref<T>>&& value) {
        struct_sequence_set(tuple_, next_++, TRY(std::move(value)));
        return {};
    }

private:
    ThreadState& ts_;
    Tuple& tuple_;
    Py_ssize_t next_ = 0;
};

Result<Ref<Type>> make_type(ThreadState& ts, const char* name, const char* doc, PyStructSequence_Field* fields,
                            int visible) {
    PyStructSequence_Desc description = {name, doc, fields, visible};
    return struct_sequence_type(ts, description, Py_TPFLAGS_IMMUTABLETYPE);
}

Result<Ref<Object>> float_info(ThreadState& ts) {
    PyStructSequence_Field fields[] = {
        {"max", "DBL_MAX -- maximum representable finite float"},
        {"max_exp", "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable"},
        {"max_10_exp", "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable"},
        {"min", "DBL_MIN -- Minimum positive normalized float"},
        {"min_exp", "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float"},
        {"min_10_exp", "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized float"},
        {"dig", "DBL_DIG -- maximum number of decimal digits that can be faithfully represented in a float"},
        {"mant_dig", "DBL_MANT_DIG -- mantissa digits"},
        {"epsilon", "DBL_EPSILON -- Difference between 1 and the next representable float"},
        {"radix", "FLT_RADIX -- radix of exponent"},
        {"rounds", "FLT_ROUNDS -- rounding mode used for arithmetic operations"},
        {nullptr, nullptr}};
    Ref<Type> type =
        TRY(make_type(ts, "sys.float_info",
                      "sys.float_info\n\nA named tuple holding information about the float type. It contains "
                      "low level\ninformation about the precision and internal representation. Please "
                      "study\nyour system's :file:`float.h` for more information.",
                      fields, 11));
    Ref<Tuple> result = TRY(struct_sequence_new(ts, type));
    Fields f(ts, *result);
    TRY(f.real(DBL_MAX));
    TRY(f.number(DBL_MAX_EXP));
    TRY(f.number(DBL_MAX_10_EXP));
    TRY(f.real(DBL_MIN));
    TRY(f.number(DBL_MIN_EXP));
    TRY(f.number(DBL_MIN_10_EXP));
    TRY(f.number(DBL_DIG));
    TRY(f.number(DBL_MANT_DIG));
    TRY(f.real(DBL_EPSILON));
    TRY(f.number(FLT_RADIX));
    TRY(f.number(FLT_ROUNDS));
    return result;
}

Result<Ref<Object>> int_info(ThreadState& ts) {
    PyStructSequence_Field fields[] = {{"bits_per_digit", "size of a digit in bits"},
                                       {"sizeof_digit", "size in bytes of the C type used to represent a digit"},
                                       {"default_max_str_digits", "maximum string conversion digits limitation"},
                                       {"str_digits_check_threshold", "minimum positive value for int_max_str_digits"},
                                       {nullptr, nullptr}};
    Ref<Type> type = TRY(make_type(ts, "sys.int_info",
                                   "sys.int_info\n\nA named tuple that holds information about Python's\ninternal "
                                   "representation of integers.  The attributes are read only.",
                                   fields, 4));
    Ref<Tuple> result = TRY(struct_sequence_new(ts, type));
    Fields f(ts, *result);
    TRY(f.number(PyLong_SHIFT));
    TRY(f.number(sizeof(digit)));
    TRY(f.number(4300));
    TRY(f.number(kIntMaxStrDigitsThreshold));
    return result;
}

Result<Ref<Object>> hash_info(ThreadState& ts) {
    PyStructSequence_Field fields[] = {
        {"width", "width of the type used for hashing, in bits"},
        {"modulus", "prime number giving the modulus on which the hash function is based"},
        {"inf", "value to be used for hash of a positive infinity"},
        {"nan", "value to be used for hash of a nan"},
        {"imag", "multiplier used for the imaginary part of a complex number"},
        {"algorithm", "name of the algorithm for hashing of str, bytes and memoryviews"},
        {"hash_bits", "internal output size of hash algorithm"},
        {"seed_bits", "seed size of hash algorithm"},
        {"cutoff", "small string optimization cutoff"},
        {nullptr, nullptr}};
    Ref<Type> type = TRY(make_type(ts, "sys.hash_info",
                                   "hash_info\n\nA named tuple providing parameters used for computing\nhashes. The "
                                   "attributes are read only.",
                                   fields, 9));
    Ref<Tuple> result = TRY(struct_sequence_new(ts, type));
    Fields f(ts, *result);
    TRY(f.number(64));
    TRY(f.number((long long)base::hash_modulus));
    TRY(f.number(base::hash_infinity));
    TRY(f.number(0));
    TRY(f.number(base::hash_imaginary));
    TRY(f.text("siphash13"));
    TRY(f.number(64));
    TRY(f.number(128));
    TRY(f.number(0));
    return result;
}

Result<Ref<Object>> thread_info(ThreadState& ts) {
    PyStructSequence_Field fields[] = {{"name", "name of the thread implementation"},
                                       {"lock", "name of the lock implementation"},
                                       {"version", "name and version of the thread library"},
                                       {nullptr, nullptr}};
    Ref<Type> type = TRY(
        make_type(ts, "sys.thread_info",
                  "sys.thread_info\n\nA named tuple holding information about the thread implementation.", fields, 3));
    Ref<Tuple> result = TRY(struct_sequence_new(ts, type));
    Fields f(ts, *result);
    TRY(f.text("pthread"));
    TRY(f.text("semaphore"));
    std::string version = std::string("NPTL ") + gnu_get_libc_version();
    TRY(f.text(version.c_str()));
    return result;
}

Result<Ref<Object>> version_info(ThreadState& ts) {
    PyStructSequence_Field fields[] = {
        {"major", "Major release number"},   {"minor", "Minor release number"},
        {"micro", "Patch release number"},   {"releaselevel", "'alpha', 'beta', 'candidate', or 'final'"},
        {"serial", "Serial release number"}, {nullptr, nullptr}};
    Ref<Type> type =
        TRY(make_type(ts, "sys.version_info", "sys.version_info\n\nVersion information as a named tuple.", fields, 5));
    Ref<Tuple> result = TRY(struct_sequence_new(ts, type));
    Fields f(ts, *result);
    TRY(f.number(PY_MAJOR_VERSION));
    TRY(f.number(PY_MINOR_VERSION));
    TRY(f.number(PY_MICRO_VERSION));
    TRY(f.text("final"));
    TRY(f.number(PY_RELEASE_SERIAL));
    TRY(struct_sequence_forbid_new(ts, type));
    return result;
}

}  // namespace

Result<void> sys_add_constants(ThreadState& ts, Object& module) {
    TRY(module_add_text(ts, module, "version", kVersionText));
    TRY(module_add_int(ts, module, "hexversion", PY_VERSION_HEX));
    Ref<Tuple> git = TRY(tuple_of(ts, "CPython"_n, ""_n, ""_n));
    TRY(module_add(ts, module, "_git", obj(*git)));
    TRY(module_add_text(ts, module, "_framework", ""));
    TRY(module_add_int(ts, module, "api_version", PYTHON_API_VERSION));
    TRY(module_add_text(ts, module, "copyright", kCopyrightText));
    TRY(module_add_text(ts, module, "platform", kPlatform));
    TRY(module_add_int(ts, module, "maxsize", PY_SSIZE_T_MAX));
    TRY(module_add_int(ts, module, "maxunicode", 0x10FFFF));
    TRY(module_add_text(ts, module, "byteorder", "little"));
    TRY(module_add_text(ts, module, "float_repr_style", "short"));
    TRY(module_add_text(ts, module, "abiflags", ""));
    TRY(module_add(ts, module, "float_info", TRY(float_info(ts))));
    TRY(module_add(ts, module, "int_info", TRY(int_info(ts))));
    TRY(module_add(ts, module, "hash_info", TRY(hash_info(ts))));
    TRY(module_add(ts, module, "thread_info", TRY(thread_info(ts))));
    Ref<Object> version = TRY(version_info(ts));
    TRY(module_add(ts, module, "version_info", *version));

    // With those that the program added.
    Ref<List> builtin = TRY(list_new(ts, 0));
    for (const _inittab* entry = PyImport_Inittab; entry->name; ++entry) {
        TRY(list_append(ts, *builtin, Ref<Object>(TRY(intern_utf8(ts, entry->name)))));
    }
    TRY(list_sort(ts, *builtin));
    Ref<Tuple> names = TRY(list_as_tuple(ts, *builtin));
    TRY(module_add(ts, module, "builtin_module_names", obj(*names)));
    Ref<Tuple> library = TRY(tuple_new(ts, std::size(library_names)));
    for (size_t i = 0; i < std::size(library_names); ++i) {
        tuple_init_item(*library, Py_ssize_t(i), TRY(str_from_ascii(ts, library_names[i])));
    }
    TRY(module_add(ts, module, "stdlib_module_names", TRY(frozenset_new(ts, obj(library.get())))));

    Ref<Dict> implementation = TRY(dict_new(ts));
    auto put = [&](const char* name, Object& value) { return dict_set_text(ts, *implementation, name, value); };
    TRY(put("name", "cpython"_n));
    TRY(put("cache_tag", "cpython-311"_n));
    TRY(put("version", *version));
    Ref<Object> hexversion = TRY(int_from(ts, PY_VERSION_HEX));
    TRY(put("hexversion", *hexversion));
    TRY(put("_multiarch", "x86_64-linux-gnu"_n));
    TRY(module_add(ts, module, "implementation", TRY(namespace_new(ts, obj(implementation.get())))));
    return {};
}

Result<void> sys_add_flags(ThreadState& ts) {
    const Config& c = *ts.interpreter().config;
    PyStructSequence_Field fields[] = {{"debug", "-d"},
                                       {"inspect", "-i"},
                                       {"interactive", "-i"},
                                       {"optimize", "-O or -OO"},
                                       {"dont_write_bytecode", "-B"},
                                       {"no_user_site", "-s"},
                                       {"no_site", "-S"},
                                       {"ignore_environment", "-E"},
                                       {"verbose", "-v"},
                                       {"bytes_warning", "-b"},
                                       {"quiet", "-q"},
                                       {"hash_randomization", "-R"},
                                       {"isolated", "-I"},
                                       {"dev_mode", "-X dev"},
                                       {"utf8_mode", "-X utf8"},
                                       {"warn_default_encoding", "-X warn_default_encoding"},
                                       {"safe_path", "-P"},
                                       {"int_max_str_digits", "-X int_max_str_digits"},
                                       {nullptr, nullptr}};
    Ref<Type> type =
        TRY(make_type(ts, "sys.flags",
                      "sys.flags\n\nFlags provided through command line arguments or environment vars.", fields, 18));
    Ref<Tuple> flags = TRY(struct_sequence_new(ts, type));
    Fields f(ts, *flags);
    TRY(f.number(c.parser_debug));
    TRY(f.number(c.inspect));
    TRY(f.number(c.interactive));
    TRY(f.number(c.optimization_level));
    TRY(f.number(!c.write_bytecode));
    TRY(f.number(!c.user_site_directory));
    TRY(f.number(!c.site_import));
    TRY(f.number(!c.use_environment));
    TRY(f.number(c.verbose));
    TRY(f.number(c.bytes_warning));
    TRY(f.number(c.quiet));
    TRY(f.number(!c.use_hash_seed || c.hash_seed != 0));
    TRY(f.number(c.isolated));
    TRY(f.truth(c.dev_mode));
    TRY(f.number(c.utf8_mode));
    TRY(f.number(c.warn_default_encoding));
    TRY(f.truth(c.safe_path));
    TRY(f.number(ts.interpreter().config->int_max_str_digits));
    TRY(struct_sequence_forbid_new(ts, type));
    return dict_set(ts, as<Dict>(*ts.interpreter().sys_dict), "flags"_n, obj(*flags));
}

Result<void> sys_set_arguments(ThreadState& ts) {
    const Config& c = *ts.interpreter().config;
    Ref<List> argv = TRY(wide_text_list(ts, c.argv));
    if (!list_size(argv)) TRY(list_append(ts, *argv, ""_n));
    TRY(sys_set(ts, "argv"_s, obj(argv.get())));
    Ref<List> orig_argv = TRY(wide_text_list(ts, c.orig_argv));
    return sys_set(ts, "orig_argv"_s, obj(orig_argv.get()));
}

Result<void> sys_configure(ThreadState& ts) {
    const Config& c = *ts.interpreter().config;
    Dict& dict = as<Dict>(*ts.interpreter().sys_dict);
    auto put = [&](const char* name, Object& value) { return dict_set_text(ts, dict, name, value); };
    struct {
        const char* name;
        const wchar_t* value;
    } texts[] = {{"executable", c.executable},   {"_base_executable", c.base_executable},
                 {"prefix", c.prefix},           {"base_prefix", c.base_prefix},
                 {"exec_prefix", c.exec_prefix}, {"base_exec_prefix", c.base_exec_prefix},
                 {"platlibdir", c.platlibdir},   {"pycache_prefix", c.pycache_prefix},
                 {"_stdlib_dir", c.stdlib_dir},  {"_home", c.home}};
    for (auto& text : texts) {
        Ref<Object> value = TRY(wide_text(ts, text.value));
        TRY(put(text.name, *value));
    }
    Ref<List> path = TRY(wide_text_list(ts, c.module_search_paths));
    TRY(put("path", obj(*path)));
    TRY(sys_set_arguments(ts));
    Ref<List> warn_options = TRY(wide_text_list(ts, c.warnoptions));
    TRY(put("warnoptions", obj(*warn_options)));
    Ref<Dict> x_options = TRY(dict_new(ts));
    for (Py_ssize_t i = 0; i < c.xoptions.length; ++i) {
        std::string option = wide_to_wtf8(c.xoptions.items[i]);
        size_t equals = option.find('=');
        Ref<Str> name = TRY(str_from_wtf8(ts, std::string_view(option).substr(0, equals)));
        Ref<Object> value =
            equals == option.npos ? new_bool(true) : Ref<Object>(TRY(str_from_wtf8(ts, option.substr(equals + 1))));
        TRY(dict_set(ts, *x_options, obj(*name), value));
    }
    TRY(put("_xoptions", obj(*x_options)));
    TRY(put("dont_write_bytecode", bool_object(!c.write_bytecode)));
    Ref<List> meta_path = TRY(list_new(ts, 0)), path_hooks = TRY(list_new(ts, 0));
    TRY(put("meta_path", obj(*meta_path)));
    TRY(put("path_hooks", obj(*path_hooks)));
    Ref<Dict> importer_cache = TRY(dict_new(ts));
    TRY(put("path_importer_cache", obj(*importer_cache)));
    return sys_add_flags(ts);
}

}  // namespace orochi
