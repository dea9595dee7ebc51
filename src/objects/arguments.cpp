// Binding the arguments of native functions to their parameters.
#include "objects/dict.hpp"
#include "objects/native.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

// A piece of the signature's text, for messages.
struct Piece {
    char text[64];
    explicit Piece(std::string_view view) {
        size_t size = std::min(view.size(), sizeof(text) - 1);
        std::memcpy(text, view.data(), size);
        text[size] = 0;
    }
};

// The function, for messages: "f()", or "function" when it is nameless.
struct Called {
    char text[68];
    explicit Called(const Signature& s) {
        std::snprintf(text, sizeof text, s.nameless ? "function" : "%s()", Piece(s.name()).text);
    }
};

const char* plural(Py_ssize_t count) { return count == 1 ? "" : "s"; }

[[gnu::cold]] Failure raise_positional_count(ThreadState& ts, const Signature& s, Py_ssize_t count) {
    // Functions that take no keywords at all are described in other words than those that do.
    const char* quantity = s.required == s.positional && !s.var_positional ? ""
                           : count < s.required                            ? "at least "
                                                                           : "at most ";
    Py_ssize_t limit = count < s.required ? s.required : s.positional;
    if (s.tuple_style)
        return raise(ts, PyExc_TypeError, "%s takes %s%zd argument%s (%zd given)", Called(s).text,
                     *quantity ? quantity : "exactly ", limit, plural(limit), count);
    return raise(ts, PyExc_TypeError, "%s expected %s%zd argument%s, got %zd", Piece(s.name()).text, quantity, limit,
                 plural(limit), count);
}

[[gnu::cold]] Failure raise_too_many(ThreadState& ts, const Signature& s, Py_ssize_t count, Py_ssize_t keywords) {
    Called name(s);
    if (count + keywords > s.count) {
        return raise(ts, PyExc_TypeError, "%s takes at most %d %sargument%s (%zd given)", name.text, int(s.count),
                     count == 0 ? "keyword " : "", plural(s.count), count + keywords);
    }
    if (s.positional == 0) return raise(ts, PyExc_TypeError, "%s takes no positional arguments", name.text);
    return raise(ts, PyExc_TypeError, "%s takes %s %d positional argument%s (%zd given)", name.text,
                 s.required < s.positional ? "at most" : "exactly", int(s.positional), plural(s.positional), count);
}

bool is_parameter(Object& keyword, std::string_view name) { return str_equals_ascii(as<Str>(keyword), name); }

int find_parameter(const Signature& s, Object& keyword) {
    for (int i = s.positional_only; i < s.count; ++i) {
        if (is_parameter(keyword, s.parameter(i))) return i;
    }
    return -1;
}

bool parameter_required(const Signature& s, int i) { return !s.has_default(i); }

}  // namespace

Result<void> bind_arguments(ThreadState& ts, const Signature& s, Object* const* arguments, Py_ssize_t count,
                            Object* keyword_names, Object** out, Object** keywords) {
    Py_ssize_t keyword_count = keyword_names ? tuple_size(as<Tuple>(*keyword_names)) : 0;
    bool no_keyword_form = s.positional_only == s.count && !s.var_keyword;
    if (no_keyword_form) {
        if (keyword_count) return raise(ts, PyExc_TypeError, "%s takes no keyword arguments", Called(s).text);
        if (count < s.required || (count > s.positional && !s.var_positional))
            return raise_positional_count(ts, s, count);
        std::copy_n(arguments, std::min(count, Py_ssize_t(s.positional)), out);
        return {};
    }
    if (!s.var_positional) {
        bool total = !s.var_keyword && count + keyword_count > s.count;
        if (total || count > s.positional) return raise_too_many(ts, s, count, keyword_count);
    }
    Py_ssize_t given = std::min(count, Py_ssize_t(s.positional));
    std::copy_n(arguments, given, out);
    int required_positional_only = std::min(s.positional_only, s.required);
    if (count < required_positional_only) {
        return raise(ts, PyExc_TypeError, "%s takes %s %d positional argument%s (%zd given)", Called(s).text,
                     required_positional_only < s.positional || s.var_positional ? "at least" : "exactly",
                     required_positional_only, plural(required_positional_only), count);
    }
    Py_ssize_t unmatched = 0;
    for (Py_ssize_t k = 0; k < keyword_count; ++k) {
        int i = find_parameter(s, tuple_item(as<Tuple>(*keyword_names), k));
        if (i < 0 || i < given) {
            ++unmatched;
        } else {
            out[i] = arguments[count + k];
        }
    }
    for (int i = int(given); i < s.count; ++i) {
        if (!out[i] && parameter_required(s, i)) {
            return raise(ts, PyExc_TypeError, "%s missing required argument '%s' (pos %d)", Called(s).text,
                         Piece(s.parameter(i)).text, i + 1);
        }
    }
    if (unmatched == 0) return {};
    OptRef<Object> rest;
    for (Py_ssize_t k = 0; k < keyword_count; ++k) {
        Object& name = tuple_item(as<Tuple>(*keyword_names), k);
        int i = find_parameter(s, name);
        if (i >= 0 && i < given) {
            return raise(ts, PyExc_TypeError, "argument for %s() given by name ('%U') and position (%d)",
                         Piece(s.name()).text, &name, i + 1);
        }
        if (i >= 0) continue;
        if (!s.var_keyword) {
            return raise(ts, PyExc_TypeError, "'%S' is an invalid keyword argument for %s", &name,
                         s.nameless ? "this function" : Called(s).text);
        }
        if (!rest) rest = OptRef<Object>(Ref<Object>(TRY(dict_new(ts))));
        TRY(dict_set(ts, as<Dict>(*rest), name, *arguments[count + k]));
    }
    *keywords = rest.release();
    return {};
}

Failure raise_argument_type(ThreadState& ts, const ArgumentPlace& place, const char* expected, Object& value) {
    const Signature& s = place.signature;
    Piece name(s.name());
    const char* shown = is_none(value) ? "None" : type_of(value).tp_name;
    // A lone argument has no number, and one that may be given by name is called by it, unless a tuple is parsed.
    bool numbered = s.tuple_style || place.index < s.positional_only;
    if (!s.tuple_style && s.count == 1 && s.positional_only == 1 && !s.var_positional && !s.has_default(0))
        return raise(ts, PyExc_TypeError, "%s() argument must be %.50s, not %.50s", name.text, expected, shown);
    if (!numbered) {
        return raise(ts, PyExc_TypeError, "%s() argument '%s' must be %.50s, not %.50s", name.text,
                     Piece(s.parameter(place.index)).text, expected, shown);
    }
    return raise(ts, PyExc_TypeError, "%s() argument %d must be %.50s, not %.50s", name.text, place.index + 1, expected,
                 shown);
}

}  // namespace orochi
