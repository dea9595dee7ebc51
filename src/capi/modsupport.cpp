// modsupport.h: PyArg_Parse and its kin, Py_BuildValue.
#include <cstdio>
#include <cstring>

#include "capi/getargs.hpp"
#include "objects/build_value.hpp"
#include "objects/dict.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

using namespace orochi;
using getargs::Converter;
using getargs::count_units;
using getargs::Counts;

namespace {

const char* plural(Py_ssize_t count) { return count == 1 ? "" : "s"; }

bool bad_format(ThreadState& ts, const Converter& converter, const char* format) {
    if (converter.at_end()) return false;
    char c = converter.next();
    bool unit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '(' || c == '|' || c == '$';
    if (unit) return false;
    (void)raise(ts, PyExc_SystemError, "bad format string: %.200s", format);
    return true;
}

// Positional arguments.
int parse_stack(Object* const* items, Py_ssize_t count, const char* format, va_list* arguments, bool clean) {
    ThreadState& ts = current_thread();
    Converter converter(ts, format, arguments, clean);
    Counts counts = count_units(format);
    if (count < counts.required || count > counts.total) {
        if (converter.message()) {
            (void)raise(ts, PyExc_TypeError, "%s", converter.message());
        } else {
            bool few = count < counts.required;
            int limit = few ? counts.required : counts.total;
            (void)raise(ts, PyExc_TypeError, "%.150s%s takes %s %d argument%s (%zd given)",
                        converter.function() ? converter.function() : "function", converter.function() ? "()" : "",
                        counts.required == counts.total ? "exactly"
                        : few                           ? "at least"
                                                        : "at most",
                        limit, plural(limit), count);
        }
        return 0;
    }
    for (Py_ssize_t i = 0; i < count; ++i) {
        if (converter.next() == '|') converter.advance(1);
        if (!converter.convert(items[i], i + 1)) return 0;
    }
    if (bad_format(ts, converter, format)) return 0;
    converter.keep();
    return 1;
}

int parse_tuple(Object* tuple, const char* format, va_list* arguments, bool clean) {
    ThreadState& ts = current_thread();
    if (!tuple || !PyTuple_Check(tuple)) {
        (void)raise(ts, PyExc_SystemError, "new style getargs format but argument is not a tuple");
        return 0;
    }
    return parse_stack(as<Tuple>(tuple)->ob_item, tuple_size(as<Tuple>(*tuple)), format, arguments, clean);
}

// PyArg_Parse: the argument itself.
int parse_one(Object* argument, const char* format, va_list* arguments, bool clean) {
    ThreadState& ts = current_thread();
    Converter converter(ts, format, arguments, clean);
    Counts counts = count_units(format);
    if (counts.total == 0) {
        if (!argument) return 1;
        (void)raise(ts, PyExc_TypeError, "%.200s%s takes no arguments",
                    converter.function() ? converter.function() : "function", converter.function() ? "()" : "");
        return 0;
    }
    if (counts.total != 1) {
        (void)raise(ts, PyExc_SystemError, "old style getargs format uses new features");
        return 0;
    }
    if (!argument) {
        (void)raise(ts, PyExc_TypeError, "%.200s%s takes at least one argument",
                    converter.function() ? converter.function() : "function", converter.function() ? "()" : "");
        return 0;
    }
    if (!converter.convert(argument, 0)) return 0;
    if (bad_format(ts, converter, format)) return 0;
    converter.keep();
    return 1;
}

// A keyword argument by name: from a dict, or from vectorcall names whose values follow the positional arguments.
struct KeywordSource {
    Dict* dict = nullptr;
    Tuple* names = nullptr;
    Object* const* values = nullptr;
    Py_ssize_t size() const { return dict ? dict_size(*dict) : names ? tuple_size(*names) : 0; }
    // Borrowed; null when absent.
    Result<Object*> find(ThreadState& ts, const char* name) const {
        if (dict) return dict_get_text(ts, *dict, name);
        for (Py_ssize_t i = 0; names && i < tuple_size(*names); ++i) {
            if (str_equals_ascii(as<Str>(tuple_item(*names, i)), name)) return values[i];
        }
        return nullptr;
    }
    Object* name(Py_ssize_t& position, Py_ssize_t i) const {
        if (names) return &tuple_item(*names, i);
        Object *key, *value;
        return dict_next(*dict, position, &key, &value) ? key : nullptr;
    }
};

int parse_keywords(Object* const* items, Py_ssize_t count, KeywordSource keywords, const char* format,
                   const char* const* names, va_list* arguments, bool clean) {
    ThreadState& ts = current_thread();
    Converter converter(ts, format, arguments, clean);
    const char* function = converter.function() ? converter.function() : "function";
    const char* brackets = converter.function() ? "()" : "";
    int positional_only = 0;
    while (names[positional_only] && !*names[positional_only]) ++positional_only;
    int total = positional_only;
    while (names[total]) ++total;

    Py_ssize_t keyword_count = keywords.size();
    if (count + keyword_count > total) {
        (void)raise(ts, PyExc_TypeError, "%.200s%s takes %s %d %sargument%s (%zd given)", function, brackets, "at most",
                    total, count == 0 ? "keyword " : "", plural(total), count + keyword_count);
        return 0;
    }
    int required = INT_MAX, positional = INT_MAX;
    Py_ssize_t used_keywords = 0;
    for (int i = 0; i < total; ++i) {
        const char* keyword = names[i];
        if (converter.next() == '|') {
            if (required != INT_MAX) {
                (void)raise(ts, PyExc_SystemError, "Invalid format string (| specified twice)");
                return 0;
            }
            required = i;
            converter.advance(1);
        }
        if (converter.next() == '$') {
            if (positional != INT_MAX) {
                (void)raise(ts, PyExc_SystemError, "Invalid format string ($ specified twice)");
                return 0;
            }
            positional = i;
            converter.advance(1);
            // Also after the dollar may stand the bar.
            if (converter.next() == '|' && required == INT_MAX) {
                required = i;
                converter.advance(1);
            }
            if (count > positional) {
                if (positional == 0) {
                    (void)raise(ts, PyExc_TypeError, "%.200s%s takes no positional arguments", function, brackets);
                } else {
                    (void)raise(ts, PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", function,
                                brackets, required != INT_MAX ? "at most" : "exactly", positional, plural(positional),
                                count);
                }
                return 0;
            }
        }
        if (converter.at_end()) {
            (void)raise(ts, PyExc_SystemError, "More keyword list entries (%d) than format specifiers (%d)", total, i);
            return 0;
        }
        Object* argument = nullptr;
        if (i < count) {
            argument = items[i];
        } else if (keyword_count && i >= positional_only) {
            argument = TRY_OR(0, keywords.find(ts, keyword));
            if (argument) ++used_keywords;
        }
        if (argument) {
            if (!converter.convert(argument, i + 1)) return 0;
            continue;
        }
        if (required == INT_MAX) {  // no bar yet: this one is needed
            if (i < positional_only) {
                Counts counts = count_units(format);
                int needed = std::min(positional_only, counts.required);
                (void)raise(ts, PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", function,
                            brackets, needed < total ? "at least" : "exactly", needed, plural(needed), count);
            } else if (converter.message()) {
                (void)raise(ts, PyExc_TypeError, "%s", converter.message());
            } else {
                (void)raise(ts, PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %i)", function, brackets,
                            keyword, i + 1);
            }
            return 0;
        }
        if (!converter.skip()) return 0;
    }
    if (!converter.at_end() && converter.next() != '|' && converter.next() != '$') {
        (void)raise(ts, PyExc_SystemError, "more argument specifiers than keyword list entries (remaining format:'%s')",
                    converter.position());
        return 0;
    }
    if (used_keywords < keyword_count) {
        const char* shown = converter.function() ? converter.function() : "this function";
        Py_ssize_t position = 0;
        for (Py_ssize_t k = 0; k < keyword_count; ++k) {
            Object* name = keywords.name(position, k);
            if (!name) break;
            if (!PyUnicode_Check(name)) {
                (void)raise(ts, PyExc_TypeError, "keywords must be strings");
                return 0;
            }
            int match = -1;
            for (int i = positional_only; i < total; ++i) {
                if (str_equals_ascii(as<Str>(*name), names[i])) match = i;
            }
            if (match < 0) {
                (void)raise(ts, PyExc_TypeError, "'%U' is an invalid keyword argument for %.200s%s", name, shown,
                            brackets);
                return 0;
            }
            if (match < count) {
                (void)raise(ts, PyExc_TypeError, "argument for %.200s%s given by name ('%s') and position (%d)",
                            function, brackets, names[match], match + 1);
                return 0;
            }
        }
    }
    converter.keep();
    return 1;
}

int parse_tuple_and_dict(Object* tuple, Object* dict, const char* format, const char* const* names, va_list* arguments,
                         bool clean) {
    ThreadState& ts = current_thread();
    if (!tuple || !PyTuple_Check(tuple) || (dict && !PyDict_Check(dict)) || !format || !names) {
        (void)raise_bad_internal_call(ts);
        return 0;
    }
    KeywordSource keywords;
    keywords.dict = dict ? &as<Dict>(*dict) : nullptr;
    return parse_keywords(as<Tuple>(tuple)->ob_item, tuple_size(as<Tuple>(*tuple)), keywords, format, names, arguments,
                          clean);
}

int unpack(Object* const* items, Py_ssize_t count, const char* name, Py_ssize_t low, Py_ssize_t high,
           va_list* arguments) {
    ThreadState& ts = current_thread();
    if (count < low || count > high) {
        bool few = count < low;
        Py_ssize_t limit = few ? low : high;
        const char* amount = low == high ? "" : few ? "at least " : "at most ";
        if (name) {
            (void)raise(ts, PyExc_TypeError, "%.200s expected %s%zd argument%s, got %zd", name, amount, limit,
                        plural(limit), count);
        } else {
            (void)raise(ts, PyExc_TypeError, "unpacked tuple should have %s%zd element%s, but has %zd", amount, limit,
                        plural(limit), count);
        }
        return 0;
    }
    for (Py_ssize_t i = 0; i < count; ++i) *va_arg(*arguments, Object**) = items[i];
    return 1;
}

}  // namespace

#undef PyArg_Parse
#undef PyArg_ParseTuple
#undef PyArg_ParseTupleAndKeywords
#undef PyArg_VaParse
#undef PyArg_VaParseTupleAndKeywords
#undef Py_BuildValue
#undef Py_VaBuildValue
#undef _Py_VaBuildStack
#undef _PyArg_NoKeywords
#undef _PyArg_NoKwnames
#undef _PyArg_NoPositional
#undef _PyArg_CheckPositional
#undef _PyArg_UnpackKeywords
#undef _PyArg_ParseStack
#undef _PyArg_ParseTupleAndKeywordsFast
#undef _PyArg_ParseStackAndKeywords
#undef _PyArg_VaParseTupleAndKeywordsFast

#define RUN(LAST, CALL)        \
    va_list arguments;         \
    va_start(arguments, LAST); \
    auto result = CALL;        \
    va_end(arguments);         \
    return result;
#define RUN_VA(CALL)          \
    va_list copy;             \
    va_copy(copy, arguments); \
    auto result = CALL;       \
    va_end(copy);             \
    return result;

#pragma GCC visibility push(default)
extern "C" {

int PyArg_Parse(PyObject* o, const char* format, ...) { RUN(format, parse_one(o, format, &arguments, false)) }
int _PyArg_Parse_SizeT(PyObject* o, const char* format, ...) { RUN(format, parse_one(o, format, &arguments, true)) }
int PyArg_ParseTuple(PyObject* o, const char* format, ...) { RUN(format, parse_tuple(o, format, &arguments, false)) }
int _PyArg_ParseTuple_SizeT(PyObject* o, const char* format, ...) {
    RUN(format, parse_tuple(o, format, &arguments, true))
}
int PyArg_VaParse(PyObject* o, const char* format, va_list arguments) { RUN_VA(parse_tuple(o, format, &copy, false)) }
int _PyArg_VaParse_SizeT(PyObject* o, const char* format, va_list arguments) {
    RUN_VA(parse_tuple(o, format, &copy, true))
}
int PyArg_ParseTupleAndKeywords(PyObject* o, PyObject* dict, const char* format, char** names, ...) {
    RUN(names, parse_tuple_and_dict(o, dict, format, names, &arguments, false))
}
int _PyArg_ParseTupleAndKeywords_SizeT(PyObject* o, PyObject* dict, const char* format, char** names, ...) {
    RUN(names, parse_tuple_and_dict(o, dict, format, names, &arguments, true))
}
int PyArg_VaParseTupleAndKeywords(PyObject* o, PyObject* dict, const char* format, char** names, va_list arguments) {
    RUN_VA(parse_tuple_and_dict(o, dict, format, names, &copy, false))
}
int _PyArg_VaParseTupleAndKeywords_SizeT(PyObject* o, PyObject* dict, const char* format, char** names,
                                         va_list arguments) {
    RUN_VA(parse_tuple_and_dict(o, dict, format, names, &copy, true))
}
int _PyArg_ParseStack(PyObject* const* items, Py_ssize_t count, const char* format, ...) {
    RUN(format, parse_stack(items, count, format, &arguments, false))
}
int _PyArg_ParseStack_SizeT(PyObject* const* items, Py_ssize_t count, const char* format, ...) {
    RUN(format, parse_stack(items, count, format, &arguments, true))
}
int _PyArg_ParseTupleAndKeywordsFast(PyObject* o, PyObject* dict, _PyArg_Parser* parser, ...) {
    RUN(parser, parse_tuple_and_dict(o, dict, parser->format, parser->keywords, &arguments, false))
}
int _PyArg_ParseTupleAndKeywordsFast_SizeT(PyObject* o, PyObject* dict, _PyArg_Parser* parser, ...) {
    RUN(parser, parse_tuple_and_dict(o, dict, parser->format, parser->keywords, &arguments, true))
}
int _PyArg_VaParseTupleAndKeywordsFast(PyObject* o, PyObject* dict, _PyArg_Parser* parser, va_list arguments) {
    RUN_VA(parse_tuple_and_dict(o, dict, parser->format, parser->keywords, &copy, false))
}
int _PyArg_VaParseTupleAndKeywordsFast_SizeT(PyObject* o, PyObject* dict, _PyArg_Parser* parser, va_list arguments) {
    RUN_VA(parse_tuple_and_dict(o, dict, parser->format, parser->keywords, &copy, true))
}
int _PyArg_ParseStackAndKeywords(PyObject* const* items, Py_ssize_t count, PyObject* names, _PyArg_Parser* parser,
                                 ...) {
    KeywordSource keywords;
    keywords.names = as<Tuple>(names);
    keywords.values = items + count;
    RUN(parser, parse_keywords(items, count, keywords, parser->format, parser->keywords, &arguments, false))
}
int _PyArg_ParseStackAndKeywords_SizeT(PyObject* const* items, Py_ssize_t count, PyObject* names, _PyArg_Parser* parser,
                                       ...) {
    KeywordSource keywords;
    keywords.names = as<Tuple>(names);
    keywords.values = items + count;
    RUN(parser, parse_keywords(items, count, keywords, parser->format, parser->keywords, &arguments, true))
}

// Argument Clinic's: sorts arguments into `buffer`, one place a parameter.
PyObject* const* _PyArg_UnpackKeywords(PyObject* const* items, Py_ssize_t count, PyObject* dict, PyObject* names,
                                       _PyArg_Parser* parser, int min_positional, int max_positional, int min_keyword,
                                       PyObject** buffer) {
    ThreadState& ts = current_thread();
    const char* function = parser->fname ? parser->fname : "function";
    const char* brackets = parser->fname ? "()" : "";
    int positional_only = 0;
    while (parser->keywords[positional_only] && !*parser->keywords[positional_only]) ++positional_only;
    int total = positional_only;
    while (parser->keywords[total]) ++total;
    KeywordSource keywords;
    keywords.dict = dict ? &as<Dict>(*dict) : nullptr;
    keywords.names = as<Tuple>(names);
    keywords.values = items ? items + count : nullptr;
    Py_ssize_t keyword_count = keywords.size();
    if (keyword_count == 0 && min_keyword == 0 && min_positional <= count && count <= max_positional && items &&
        count == total)
        return items;
    if (count + keyword_count > total) {
        (void)raise(ts, PyExc_TypeError, "%.200s%s takes at most %d %sargument%s (%zd given)", function, brackets,
                    total, count == 0 ? "keyword " : "", plural(total), count + keyword_count);
        return nullptr;
    }
    if (count > max_positional) {
        if (max_positional == 0) {
            (void)raise(ts, PyExc_TypeError, "%.200s%s takes no positional arguments", function, brackets);
        } else {
            (void)raise(ts, PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", function,
                        brackets, min_positional < max_positional ? "at most" : "exactly", max_positional,
                        plural(max_positional), count);
        }
        return nullptr;
    }
    int min_only = std::min(positional_only, min_positional);
    if (count < min_only) {
        (void)raise(ts, PyExc_TypeError, "%.200s%s takes %s %d positional argument%s (%zd given)", function, brackets,
                    min_only < max_positional ? "at least" : "exactly", min_only, plural(min_only), count);
        return nullptr;
    }
    int required = min_keyword ? max_positional + min_keyword : min_positional;
    Py_ssize_t used = 0;
    for (int i = 0; i < total; ++i) {
        Object* value = nullptr;
        if (i < count) {
            value = items[i];
        } else if (i >= positional_only && keyword_count) {
            value = TRY_OR(nullptr, keywords.find(ts, parser->keywords[i]));
            if (value) ++used;
        }
        if (!value && (i < min_positional || (i >= max_positional && i < required))) {
            (void)raise(ts, PyExc_TypeError, "%.200s%s missing required argument '%s' (pos %i)", function, brackets,
                        parser->keywords[i], i + 1);
            return nullptr;
        }
        buffer[i] = value;
    }
    if (used < keyword_count) {
        Py_ssize_t position = 0;
        for (Py_ssize_t k = 0; k < keyword_count; ++k) {
            Object* name = keywords.name(position, k);
            int match = -1;
            for (int i = positional_only; i < total; ++i) {
                if (PyUnicode_Check(name) && str_equals_ascii(as<Str>(*name), parser->keywords[i])) match = i;
            }
            if (match < 0) {
                (void)raise(ts, PyExc_TypeError, "'%S' is an invalid keyword argument for %.200s%s", name,
                            parser->fname ? parser->fname : "this function", brackets);
                return nullptr;
            }
            if (match < count) {
                (void)raise(ts, PyExc_TypeError, "argument for %.200s%s given by name ('%U') and position (%d)",
                            function, brackets, name, match + 1);
                return nullptr;
            }
        }
    }
    return buffer;
}

// The same for functions with *args: what is given beyond the positional parameters goes into a tuple at
// buffer[vararg], which the caller owns.
PyObject* const* _PyArg_UnpackKeywordsWithVararg(PyObject* const* items, Py_ssize_t count, PyObject* dict,
                                                 PyObject* names, _PyArg_Parser* parser, int min_positional,
                                                 int max_positional, int min_keyword, int vararg, PyObject** buffer) {
    ThreadState& ts = current_thread();
    Py_ssize_t positional = std::min(count, Py_ssize_t(max_positional));
    Ref<Tuple> rest = TRY_OR(nullptr, tuple_from_items(ts, items + positional, count - positional));
    // Keyword values follow all positional arguments; the parameters must stand right before them.
    std::vector<Object*> stack(items, items + positional);
    if (names) stack.insert(stack.end(), items + count, items + count + tuple_size(as<Tuple>(*names)));
    int parameters = 0;
    while (parser->keywords[parameters]) ++parameters;
    std::vector<Object*> sorted(size_t(parameters) + 1);
    Object* empty = nullptr;
    PyObject* const* found = _PyArg_UnpackKeywords(stack.empty() ? &empty : stack.data(), positional, dict, names,
                                                   parser, min_positional, max_positional, min_keyword, sorted.data());
    if (!found) return nullptr;
    for (int i = 0; i < parameters; ++i) buffer[i < vararg ? i : i + 1] = found[i];
    buffer[vararg] = obj(std::move(rest).release());
    return buffer;
}

int PyArg_UnpackTuple(PyObject* tuple, const char* name, Py_ssize_t low, Py_ssize_t high, ...) {
    if (!PyTuple_Check(tuple)) {
        (void)raise(current_thread(), PyExc_SystemError, "PyArg_UnpackTuple() argument list is not a tuple");
        return 0;
    }
    RUN(high, unpack(as<Tuple>(tuple)->ob_item, tuple_size(as<Tuple>(*tuple)), name, low, high, &arguments))
}
int _PyArg_UnpackStack(PyObject* const* items, Py_ssize_t count, const char* name, Py_ssize_t low, Py_ssize_t high,
                       ...) {
    RUN(high, unpack(items, count, name, low, high, &arguments))
}
int PyArg_ValidateKeywordArguments(PyObject* dict) {
    ThreadState& ts = current_thread();
    if (!PyDict_Check(dict)) {
        (void)raise_bad_internal_call(ts);
        return 0;
    }
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*dict), position, &key, &value)) {
        if (PyUnicode_Check(key)) continue;
        (void)raise(ts, PyExc_TypeError, "keywords must be strings");
        return 0;
    }
    return 1;
}
int _PyArg_NoKeywords(const char* name, PyObject* dict) {
    if (!dict || dict_size(as<Dict>(*dict)) == 0) return 1;
    (void)raise(current_thread(), PyExc_TypeError, "%.200s() takes no keyword arguments", name);
    return 0;
}
int _PyArg_NoKwnames(const char* name, PyObject* names) {
    if (!names || tuple_size(as<Tuple>(*names)) == 0) return 1;
    (void)raise(current_thread(), PyExc_TypeError, "%s() takes no keyword arguments", name);
    return 0;
}
int _PyArg_NoPositional(const char* name, PyObject* tuple) {
    if (!tuple || tuple_size(as<Tuple>(*tuple)) == 0) return 1;
    (void)raise(current_thread(), PyExc_TypeError, "%.200s() takes no positional arguments", name);
    return 0;
}
int _PyArg_CheckPositional(const char* name, Py_ssize_t count, Py_ssize_t low, Py_ssize_t high) {
    if (count >= low && count <= high) return 1;
    return unpack(nullptr, count, name, low, high, nullptr);
}
void _PyArg_BadArgument(const char* function, const char* display, const char* expected, PyObject* argument) {
    (void)raise(current_thread(), PyExc_TypeError, "%.200s() %.200s must be %.50s, not %.50s", function, display,
                expected, is_none(argument) ? "None" : type_of(*argument).tp_name);
}

PyObject* Py_BuildValue(const char* format, ...){
    RUN(format, to_c(build_value_v(current_thread(), format,
                                   &arguments)))} PyObject* _Py_BuildValue_SizeT(const char* format, ...){
    RUN(format, to_c(build_value_v(current_thread(), format,
                                   &arguments)))} PyObject* Py_VaBuildValue(const char* format, va_list arguments){
    RUN_VA(to_c(build_value_v(current_thread(), format, &copy)))} PyObject* _Py_VaBuildValue_SizeT(const char* format,
                                                                                                   va_list arguments) {
    RUN_VA(to_c(build_value_v(current_thread(), format, &copy)))
}

}  // extern "C"
#pragma GCC visibility pop
