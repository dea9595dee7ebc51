// unicodedata: the Unicode character database, of today's version and of 3.2.
#include <vector>

#include "base/unicode_3_2.hpp"
#include "base/unicode_data.hpp"
#include "modules/heap_type.hpp"
#include "objects/convert.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

namespace unicodedata {

namespace {

using base::NormalForm;

// The functions are the module's, and the methods of ucd_3_2_0: then they speak of Unicode 3.2.
bool is_old(Object& self) { return !PyModule_Check(&self); }

struct Ucd {
    PyObject_HEAD
    auto members() { return std::array<Object**, 0>{}; }
};

Result<Ref<Object>> or_default(ThreadState& ts, Object* fallback, const char* message) {
    if (fallback) return Ref<Object>::share(*fallback);
    return raise(ts, PyExc_ValueError, message);
}

Result<Ref<Object>> ud_decimal(ThreadState& ts, Object& self, char32_t c, Object* fallback) {
    int value = is_old(self) ? base::unicode_3_2_decimal(c) : base::decimal_value(c);
    if (value < 0) return or_default(ts, fallback, "not a decimal");
    return int_from(ts, value);
}
Result<Ref<Object>> ud_digit(ThreadState& ts, Object&, char32_t c, Object* fallback) {
    int value = base::digit_value(c);
    if (value < 0) return or_default(ts, fallback, "not a digit");
    return int_from(ts, value);
}
Result<Ref<Object>> ud_numeric(ThreadState& ts, Object& self, char32_t c, Object* fallback) {
    double value = is_old(self) ? base::unicode_3_2_numeric(c) : base::numeric_value(c);
    if (value == -1.0) return or_default(ts, fallback, "not a numeric character");
    return float_from(ts, value);
}
Result<Ref<Str>> ud_category(ThreadState& ts, Object& self, char32_t c) {
    return str_from_ascii(ts, is_old(self) ? base::unicode_3_2_category(c) : base::unicode_category(c));
}
Result<Ref<Str>> ud_bidirectional(ThreadState& ts, Object& self, char32_t c) {
    return str_from_ascii(ts, is_old(self) ? base::unicode_3_2_bidirectional(c) : base::unicode_bidirectional(c));
}
int ud_combining(Object& self, char32_t c) {
    return is_old(self) ? base::unicode_3_2_combining(c) : base::unicode_combining(c);
}
int ud_mirrored(Object& self, char32_t c) {
    return is_old(self) ? base::unicode_3_2_mirrored(c) : base::unicode_mirrored(c);
}
Result<Ref<Str>> ud_east_asian_width(ThreadState& ts, Object& self, char32_t c) {
    return str_from_ascii(ts, is_old(self) ? base::unicode_3_2_east_asian_width(c) : base::unicode_east_asian_width(c));
}
Result<Ref<Str>> ud_decomposition(ThreadState& ts, Object& self, char32_t c) {
    return str_from_ascii(ts, is_old(self) ? base::unicode_3_2_decomposition(c) : base::unicode_decomposition(c));
}
Result<Ref<Object>> ud_name(ThreadState& ts, Object& self, char32_t c, Object* fallback) {
    std::string name;
    if (!is_old(self) || base::unicode_3_2_assigned(c)) name = base::unicode_name(c);
    if (name.empty()) return or_default(ts, fallback, "no such name");
    return str_from_ascii(ts, name);
}
Result<Ref<Str>> ud_lookup(ThreadState& ts, Object& self, Str& name) {
    std::string_view text = TRY(str_utf8(ts, name));
    if (text.size() > 256) return raise(ts, PyExc_KeyError, "name too long");
    base::Char4 found[4];
    int count = base::unicode_lookup(text, true, found);
    if (count == 0 || (is_old(self) && (count > 1 || !base::unicode_3_2_assigned(found[0]))))
        return raise(ts, PyExc_KeyError, "undefined character name '%U'", &name);
    return str_from_ucs(ts, 4, found, count);
}

Result<NormalForm> form_of(ThreadState& ts, Str& form) {
    if (str_equals_ascii(form, "NFC")) return NormalForm::nfc;
    if (str_equals_ascii(form, "NFD")) return NormalForm::nfd;
    if (str_equals_ascii(form, "NFKC")) return NormalForm::nfkc;
    if (str_equals_ascii(form, "NFKD")) return NormalForm::nfkd;
    return raise(ts, PyExc_ValueError, "invalid normalization form");
}
Result<bool> ud_is_normalized(ThreadState& ts, Object& self, Str& form, Str& text) {
    if (str_length(text) == 0) return true;
    NormalForm wanted = TRY(form_of(ts, form));
    if (!is_old(self)) return base::unicode_is_normalized(wanted, text_view(text));
    std::vector<base::Char4> out;
    base::unicode_3_2_normalize(wanted, text_view(text), &out);
    return base::equal_text({out.data(), out.size(), 4}, text_view(text));
}
Result<Ref<Str>> ud_normalize(ThreadState& ts, Object& self, Str& form, Str& text) {
    if (str_length(text) == 0) return Ref<Str>::share(text);
    NormalForm wanted = TRY(form_of(ts, form));
    if (str_is_ascii(text)) return Ref<Str>::share(text);
    std::vector<base::Char4> out;
    if (is_old(self)) {
        base::unicode_3_2_normalize(wanted, text_view(text), &out);
    } else {
        if (base::unicode_quick_check(wanted, text_view(text))) return Ref<Str>::share(text);
        base::unicode_normalize(wanted, text_view(text), &out);
    }
    return str_from_ucs(ts, 4, out.data(), Py_ssize_t(out.size()));
}

constexpr MethodDef functions[] = {
    METHOD("decimal($self, chr, default=<unrepresentable>, /)", ud_decimal,
           "Converts a Unicode character into its equivalent decimal value.\n"
           "\n"
           "Returns the decimal value assigned to the character chr as integer.\n"
           "If no such value is defined, default is returned, or, if not given,\n"
           "ValueError is raised."),
    METHOD("digit($self, chr, default=<unrepresentable>, /)", ud_digit,
           "Converts a Unicode character into its equivalent digit value.\n"
           "\n"
           "Returns the digit value assigned to the character chr as integer.\n"
           "If no such value is defined, default is returned, or, if not given,\n"
           "ValueError is raised."),
    METHOD("numeric($self, chr, default=<unrepresentable>, /)", ud_numeric,
           "Converts a Unicode character into its equivalent numeric value.\n"
           "\n"
           "Returns the numeric value assigned to the character chr as float.\n"
           "If no such value is defined, default is returned, or, if not given,\n"
           "ValueError is raised."),
    METHOD("category($self, chr, /)", ud_category,
           "Returns the general category assigned to the character chr as string."),
    METHOD("bidirectional($self, chr, /)", ud_bidirectional,
           "Returns the bidirectional class assigned to the character chr as string.\n"
           "\n"
           "If no such value is defined, an empty string is returned."),
    METHOD("combining($self, chr, /)", ud_combining,
           "Returns the canonical combining class assigned to the character chr as integer.\n"
           "\n"
           "Returns 0 if no combining class is defined."),
    METHOD("mirrored($self, chr, /)", ud_mirrored,
           "Returns the mirrored property assigned to the character chr as integer.\n"
           "\n"
           "Returns 1 if the character has been identified as a \"mirrored\"\n"
           "character in bidirectional text, 0 otherwise."),
    METHOD("east_asian_width($self, chr, /)", ud_east_asian_width,
           "Returns the east asian width assigned to the character chr as string."),
    METHOD("decomposition($self, chr, /)", ud_decomposition,
           "Returns the character decomposition mapping assigned to the character chr as string.\n"
           "\n"
           "An empty string is returned in case no such mapping is defined."),
    METHOD("name($self, chr, default=<unrepresentable>, /)", ud_name,
           "Returns the name assigned to the character chr as a string.\n"
           "\n"
           "If no name is defined, default is returned, or, if not given,\n"
           "ValueError is raised."),
    METHOD("lookup($self, name, /)", ud_lookup,
           "Look up character by name.\n"
           "\n"
           "If a character with the given name is found, return the\n"
           "corresponding character.  If not found, KeyError is raised."),
    METHOD("is_normalized($self, form, unistr, /)", ud_is_normalized,
           "Return whether the Unicode string unistr is in the normal form 'form'.\n"
           "\n"
           "Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'."),
    METHOD("normalize($self, form, unistr, /)", ud_normalize,
           "Return the normal form 'form' for the Unicode string unistr.\n"
           "\n"
           "Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'."),
    METHOD_END,
};

Result<Ref<Str>> get_version(ThreadState& ts, Object&) { return str_from_ascii(ts, "3.2.0"); }
constexpr PyGetSetDef ucd_getset[] = {
    GETTER("unidata_version", get_version, nullptr),
    GETSET_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    TRY(module_add_text(ts, module, "unidata_version", base::unicode_version));
    Type* type = TRY(add_type<Ucd>(
        ts, module, "unicodedata.UCD", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
        {{Py_tp_methods, methods_pointer(functions)}, {Py_tp_getset, const_cast<PyGetSetDef*>(ucd_getset)}}));
    Ref<Ucd> old = TRY(make_instance<Ucd>(*type));
    return module_add(ts, module, "ucd_3_2_0", *reinterpret_cast<Object*>(old.get()));
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace unicodedata

PyModuleDef unicodedata_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "unicodedata",
    .m_doc =
        "This module provides access to the Unicode Character Database which\n"
        "defines character properties for all Unicode characters. The data in\n"
        "this database is based on the UnicodeData.txt file version\n"
        "14.0.0 which is publicly available from ftp://ftp.unicode.org/.\n"
        "\n"
        "The module uses the same names and symbols as defined by the\n"
        "UnicodeData File Format 14.0.0.",
    .m_methods = METHOD_TABLE(unicodedata::functions),
    .m_slots = unicodedata::slots,
};

}  // namespace orochi
