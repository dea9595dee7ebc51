// _locale: the C library's locales. A locale belongs to the process, so setlocale() shows in every interpreter.
#include <langinfo.h>
#include <libintl.h>
#include <climits>
#include <clocale>
#include <cwchar>
#include <string>

#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "modules/os_support.hpp"
#include "objects/convert.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/str_internal.hpp"
#include "state/config.hpp"

namespace orochi {

namespace locales {

namespace {

struct State {
    Object* error;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(error);
    }
};

Result<Ref<Str>> from_locale(ThreadState& ts, const char* text) {
    std::wstring wide = decode_locale(text);
    return str_from_ucs(ts, 4, wide.data(), Py_ssize_t(wide.size()));
}
Result<const char*> text_or_null(ThreadState& ts, Object* value, const char* function, int position) {
    if (!value || is_none(value)) return static_cast<const char*>(nullptr);
    if (!PyUnicode_Check(value))
        return raise(ts, PyExc_TypeError, "%s() argument %d must be str or None, not %T", function, position, value);
    return codec_argument(ts, as<Str>(value));
}
Result<std::wstring> wide_of(ThreadState& ts, Str& text) {
    std::wstring wide(size_t(str_length(text)), L'\0');
    if (!wide.empty()) base::copy_characters(text_view(text), wide.data(), 4);
    if (wide.find(L'\0') != wide.npos) return raise(ts, PyExc_ValueError, "embedded null character");
    return wide;
}

Result<Ref<Object>> locale_setlocale(ThreadState& ts, Object& module, int category, Object* locale) {
    Object* error = static_cast<State*>(module_state(module))->error;
    const char* name = TRY(text_or_null(ts, locale, "setlocale", 2));
    char* result = setlocale(category, name);
    if (!result) return raise(ts, error, name ? "unsupported locale setting" : "locale query failed");
    return from_locale(ts, result);
}

Result<Ref<Object>> grouping_list(ThreadState& ts, const char* grouping) {
    Ref<List> list = TRY(list_new(ts, 0));
    if (*grouping == 0) return Ref<Object>(std::move(list));
    for (const char* p = grouping;; ++p) {
        Ref<Object> number = TRY(int_from(ts, *p));
        TRY(list_append(ts, list, std::move(number)));
        if (*p == 0 || *p == CHAR_MAX) break;
    }
    return Ref<Object>(std::move(list));
}

Result<Ref<Dict>> locale_localeconv(ThreadState& ts, Object&) {
    // Copied at once: converting text may run other threads.
    lconv l = *localeconv();
    Ref<Dict> result = TRY(dict_new(ts));
    struct {
        const char* name;
        const char* text;
    } texts[] = {
        {"decimal_point", l.decimal_point},         {"thousands_sep", l.thousands_sep},
        {"int_curr_symbol", l.int_curr_symbol},     {"currency_symbol", l.currency_symbol},
        {"mon_decimal_point", l.mon_decimal_point}, {"mon_thousands_sep", l.mon_thousands_sep},
        {"positive_sign", l.positive_sign},         {"negative_sign", l.negative_sign},
    };
    for (auto& item : texts) {
        Ref<Str> text = TRY(from_locale(ts, item.text));
        TRY(dict_set_text(ts, result, item.name, obj(*text)));
    }
    struct {
        const char* name;
        char value;
    } numbers[] = {
        {"int_frac_digits", l.int_frac_digits}, {"frac_digits", l.frac_digits},
        {"p_cs_precedes", l.p_cs_precedes},     {"p_sep_by_space", l.p_sep_by_space},
        {"n_cs_precedes", l.n_cs_precedes},     {"n_sep_by_space", l.n_sep_by_space},
        {"p_sign_posn", l.p_sign_posn},         {"n_sign_posn", l.n_sign_posn},
    };
    for (auto& item : numbers) {
        Ref<Object> number = TRY(int_from(ts, item.value));
        TRY(dict_set_text(ts, result, item.name, number));
    }
    Ref<Object> grouping = TRY(grouping_list(ts, l.grouping));
    TRY(dict_set_text(ts, result, "grouping", grouping));
    Ref<Object> money = TRY(grouping_list(ts, l.mon_grouping));
    TRY(dict_set_text(ts, result, "mon_grouping", money));
    return result;
}

Result<int> locale_strcoll(ThreadState& ts, Object&, Str& left, Str& right) {
    std::wstring a = TRY(wide_of(ts, left));
    std::wstring b = TRY(wide_of(ts, right));
    return wcscoll(a.c_str(), b.c_str());
}
Result<Ref<Str>> locale_strxfrm(ThreadState& ts, Object&, Str& text) {
    std::wstring in = TRY(wide_of(ts, text));
    size_t size = wcsxfrm(nullptr, in.c_str(), 0);
    std::wstring out(size + 1, L'\0');
    size = wcsxfrm(out.data(), in.c_str(), out.size());
    for (size_t i = 0; i < size; ++i)
        if (uint32_t(out[i]) > 0x10FFFF)
            return raise(ts, PyExc_ValueError, "character U+%x is not in range [U+0000; U+10ffff]", unsigned(out[i]));
    return str_from_ucs(ts, 4, out.data(), Py_ssize_t(size));
}

constexpr struct {
    const char* name;
    int value;
} langinfo_items[] = {
    {"DAY_1", DAY_1},
    {"DAY_2", DAY_2},
    {"DAY_3", DAY_3},
    {"DAY_4", DAY_4},
    {"DAY_5", DAY_5},
    {"DAY_6", DAY_6},
    {"DAY_7", DAY_7},
    {"ABDAY_1", ABDAY_1},
    {"ABDAY_2", ABDAY_2},
    {"ABDAY_3", ABDAY_3},
    {"ABDAY_4", ABDAY_4},
    {"ABDAY_5", ABDAY_5},
    {"ABDAY_6", ABDAY_6},
    {"ABDAY_7", ABDAY_7},
    {"MON_1", MON_1},
    {"MON_2", MON_2},
    {"MON_3", MON_3},
    {"MON_4", MON_4},
    {"MON_5", MON_5},
    {"MON_6", MON_6},
    {"MON_7", MON_7},
    {"MON_8", MON_8},
    {"MON_9", MON_9},
    {"MON_10", MON_10},
    {"MON_11", MON_11},
    {"MON_12", MON_12},
    {"ABMON_1", ABMON_1},
    {"ABMON_2", ABMON_2},
    {"ABMON_3", ABMON_3},
    {"ABMON_4", ABMON_4},
    {"ABMON_5", ABMON_5},
    {"ABMON_6", ABMON_6},
    {"ABMON_7", ABMON_7},
    {"ABMON_8", ABMON_8},
    {"ABMON_9", ABMON_9},
    {"ABMON_10", ABMON_10},
    {"ABMON_11", ABMON_11},
    {"ABMON_12", ABMON_12},
    {"RADIXCHAR", RADIXCHAR},
    {"THOUSEP", THOUSEP},
    {"CRNCYSTR", CRNCYSTR},
    {"D_FMT", D_FMT},
    {"D_T_FMT", D_T_FMT},
    {"T_FMT", T_FMT},
    {"AM_STR", AM_STR},
    {"PM_STR", PM_STR},
    {"CODESET", CODESET},
    {"T_FMT_AMPM", T_FMT_AMPM},
    {"ERA", ERA},
    {"ERA_D_FMT", ERA_D_FMT},
    {"ERA_D_T_FMT", ERA_D_T_FMT},
    {"ERA_T_FMT", ERA_T_FMT},
    {"ALT_DIGITS", ALT_DIGITS},
    {"YESEXPR", YESEXPR},
    {"NOEXPR", NOEXPR},
    {"_DATE_FMT", _DATE_FMT},
};

Result<Ref<Str>> locale_nl_langinfo(ThreadState& ts, Object&, int key) {
    for (auto& item : langinfo_items)
        if (item.value == key) return from_locale(ts, nl_langinfo(key));
    return raise(ts, PyExc_ValueError, "unsupported langinfo constant");
}

Result<Ref<Str>> locale_gettext(ThreadState& ts, Object&, Str& message) {
    const char* text = TRY(codec_argument(ts, &message));
    return from_locale(ts, gettext(text));
}
Result<Ref<Str>> locale_dgettext(ThreadState& ts, Object&, Object& domain, Str& message) {
    const char* name = TRY(text_or_null(ts, &domain, "dgettext", 1));
    const char* text = TRY(codec_argument(ts, &message));
    return from_locale(ts, dgettext(name, text));
}
Result<Ref<Str>> locale_dcgettext(ThreadState& ts, Object&, Object& domain, Str& message, int category) {
    const char* name = TRY(text_or_null(ts, &domain, "dcgettext", 1));
    const char* text = TRY(codec_argument(ts, &message));
    return from_locale(ts, dcgettext(name, text, category));
}
Result<Ref<Str>> locale_textdomain(ThreadState& ts, Object&, Object& domain) {
    const char* name = TRY(text_or_null(ts, &domain, "textdomain", 1));
    char* result = textdomain(name);
    if (!result) return raise_os_error(ts, errno);
    return from_locale(ts, result);
}
Result<Ref<Object>> locale_bindtextdomain(ThreadState& ts, Object& module, Str& domain, Object& dir) {
    Object* error = static_cast<State*>(module_state(module))->error;
    const char* name = TRY(codec_argument(ts, &domain));
    if (!*name) return raise(ts, error, "domain must be a non-empty string");
    OptRef<Bytes> path;
    if (!is_none(dir)) path = TRY(filesystem_bytes(ts, dir));
    char* result = bindtextdomain(name, path ? bytes_data(*path) : nullptr);
    if (!result) return raise_os_error(ts, errno);
    return from_locale(ts, result);
}
Result<Ref<Object>> locale_bind_textdomain_codeset(ThreadState& ts, Object&, Str& domain, Object& codeset) {
    const char* name = TRY(codec_argument(ts, &domain));
    const char* code = TRY(text_or_null(ts, &codeset, "bind_textdomain_codeset", 2));
    char* result = bind_textdomain_codeset(name, code);
    if (!result) return new_none();
    return from_locale(ts, result);
}
Result<Ref<Str>> locale_getencoding(ThreadState& ts, Object&) {
    const char* code = nl_langinfo(CODESET);
    return from_locale(ts, code && *code ? code : "UTF-8");
}

constexpr MethodDef functions[] = {
    METHOD("setlocale($module, category, locale=<unrepresentable>, /)", locale_setlocale,
           "Activates/queries locale processing."),
    METHOD("localeconv($module, /)", locale_localeconv, "Returns numeric and monetary locale-specific parameters."),
    METHOD("strcoll($module, os1, os2, /)", locale_strcoll, "Compares two strings according to the locale."),
    METHOD("strxfrm($module, string, /)", locale_strxfrm,
           "Return a string that can be used as a key for locale-aware comparisons."),
    METHOD("nl_langinfo($module, key, /)", locale_nl_langinfo,
           "Return the value for the locale information associated with key."),
    METHOD("gettext($module, msg, /)", locale_gettext, "gettext(msg) -> string\n\nReturn translation of msg."),
    METHOD("dgettext($module, domain, msg, /)", locale_dgettext,
           "dgettext(domain, msg) -> string\n\nReturn translation of msg in domain."),
    METHOD("dcgettext($module, domain, msg, category, /)", locale_dcgettext,
           "Return translation of msg in domain and category."),
    METHOD("textdomain($module, domain, /)", locale_textdomain,
           "Set the C library's textdmain to domain, returning the new domain."),
    METHOD("bindtextdomain($module, domain, dir, /)", locale_bindtextdomain, "Bind the C library's domain to dir."),
    METHOD("bind_textdomain_codeset($module, domain, codeset, /)", locale_bind_textdomain_codeset,
           "Bind the C library's domain to codeset."),
    METHOD("getencoding($module, /)", locale_getencoding, "Get the current locale encoding."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    struct {
        const char* name;
        int value;
    } categories[] = {
        {"LC_CTYPE", LC_CTYPE},       {"LC_TIME", LC_TIME},         {"LC_COLLATE", LC_COLLATE},
        {"LC_MONETARY", LC_MONETARY}, {"LC_MESSAGES", LC_MESSAGES}, {"LC_NUMERIC", LC_NUMERIC},
        {"LC_ALL", LC_ALL},           {"CHAR_MAX", CHAR_MAX},
    };
    for (auto& item : categories) TRY(module_add_int(ts, module, item.name, item.value));
    for (auto& item : langinfo_items) TRY(module_add_int(ts, module, item.name, item.value));
    return module_add_exception(ts, module, state.error, "locale.Error");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace locales

PyModuleDef locale_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_locale",
    .m_doc = "Support for POSIX locales.",
    .m_size = sizeof(locales::State),
    .m_methods = METHOD_TABLE(locales::functions),
    .m_slots = locales::slots,
    .m_traverse = ModuleReferences<locales::State>::traverse,
    .m_clear = ModuleReferences<locales::State>::clear,
    .m_free = ModuleReferences<locales::State>::free,
};

}  // namespace orochi
