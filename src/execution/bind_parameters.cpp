// The arguments of a call to a Python function, sorted into its parameters. See "Calls" in the language reference.
#include "execution/function.hpp"
#include "objects/dict.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

// 'a', 'b', and 'c'
Result<Ref<Str>> join_quoted(ThreadState& ts, List& names) {
    Py_ssize_t count = list_size(names);
    StrBuilder out(ts);
    for (Py_ssize_t i = 0; i < count; ++i) {
        if (i > 0) {
            if (count == 2) {
                TRY(out.append_ascii(" and "));
            } else {
                TRY(out.append_ascii(i == count - 1 ? ", and " : ", "));
            }
        }
        TRY(out.append(*TRY(repr(ts, list_item(names, i)))));
    }
    return out.finish();
}

Failure raise_missing(ThreadState& ts, Function& function, const char* kind, List& names) {
    Py_ssize_t count = list_size(names);
    Ref<Str> text = TRY(join_quoted(ts, names));
    return raise(ts, PyExc_TypeError, "%U() missing %zd required %s argument%s: %U", function.func_qualname, count,
                 kind, count == 1 ? "" : "s", text.get());
}

Failure raise_too_many(ThreadState& ts, Function& function, Code& code, Py_ssize_t given, Object** locals) {
    Py_ssize_t defaults = function.func_defaults ? tuple_size(*as<Tuple>(function.func_defaults)) : 0;
    Py_ssize_t keyword_only_given = 0;
    for (int i = code.co_argcount; i < code.co_argcount + code.co_kwonlyargcount; ++i) {
        if (locals[i]) ++keyword_only_given;
    }
    bool plural;
    Ref<Str> wanted = [&]() -> Ref<Str> {
        if (defaults) {
            plural = true;
            auto text = str_format(ts, "from %zd to %d", Py_ssize_t(code.co_argcount) - defaults, code.co_argcount);
            return text.ok() ? std::move(text).take() : Ref<Str>::share(empty_str());
        }
        plural = code.co_argcount != 1;
        auto text = str_format(ts, "%d", code.co_argcount);
        return text.ok() ? std::move(text).take() : Ref<Str>::share(empty_str());
    }();
    Ref<Str> also = Ref<Str>::share(empty_str());
    if (keyword_only_given > 0) {
        also = TRY(str_format(ts, " positional argument%s (and %zd keyword-only argument%s)", given != 1 ? "s" : "",
                              keyword_only_given, keyword_only_given != 1 ? "s" : ""));
    }
    return raise(ts, PyExc_TypeError, "%U() takes %U positional argument%s but %zd%U %s given", function.func_qualname,
                 wanted.get(), plural ? "s" : "", given, also.get(),
                 given == 1 && !keyword_only_given ? "was" : "were");
}

// Names of positional-only parameters that were given by keyword make an error of their own.
Result<bool> raise_positional_only(ThreadState& ts, Function& function, Code& code, Tuple& keyword_names) {
    Ref<List> wrong = TRY(list_new(ts, 0));
    for (int i = 0; i < code.co_posonlyargcount; ++i) {
        Object& parameter = obj(local_name(code, i));
        for (Py_ssize_t k = 0; k < tuple_size(keyword_names); ++k) {
            if (TRY(compare_bool(ts, parameter, tuple_item(keyword_names, k), Py_EQ))) {
                TRY(list_append(ts, *wrong, tuple_item(keyword_names, k)));
            }
        }
    }
    if (!list_size(wrong)) return false;
    Ref<Str> text = TRY(str_join(ts, ", "_s, wrong));
    return raise(ts, PyExc_TypeError, "%U() got some positional-only arguments passed as keyword arguments: '%U'",
                 function.func_qualname, text.get());
}

}  // namespace

Result<void> bind_parameters(ThreadState& ts, Function& function, Object** locals, Object* const* arguments,
                             Py_ssize_t count, Object* keyword_names_object) {
    Code& code = *as<Code>(function.func_code);
    Tuple* keyword_names = as<Tuple>(keyword_names_object);
    const Py_ssize_t keyword_count = keyword_names ? tuple_size(*keyword_names) : 0;
    const int positional = code.co_argcount;
    const int named = positional + code.co_kwonlyargcount;
    for (int i = 0; i < code.co_nlocalsplus; ++i) locals[i] = nullptr;

    Py_ssize_t taken = 0;  // arguments whose references have moved
    auto fail = [&]() -> Failure {
        for (Py_ssize_t i = taken; i < count + keyword_count; ++i) decref_optional(arguments[i]);
        for (int i = 0; i < code.co_nlocalsplus; ++i) clear(locals[i]);
        return failure;
    };

    Dict* extra_keywords = nullptr;
    if (code.co_flags & CO_VARKEYWORDS) {
        auto made = dict_new(ts);
        if (!made.ok()) return fail();
        extra_keywords = std::move(made).release();
        locals[named + !!(code.co_flags & CO_VARARGS)] = obj(extra_keywords);
    }

    const Py_ssize_t direct = count < positional ? count : positional;
    for (; taken < direct; ++taken) locals[taken] = arguments[taken];
    if (code.co_flags & CO_VARARGS) {
        if (count == direct) {
            locals[named] = obj(&empty_tuple());
        } else {
            auto rest = tuple_new(ts, count - direct);
            if (!rest.ok()) return fail();
            Tuple* tuple = std::move(rest).release();
            for (; taken < count; ++taken) tuple->ob_item[taken - direct] = arguments[taken];
            locals[named] = obj(tuple);
        }
    }

    // From here on, positional arguments beyond `taken` are too many; keywords come first, as their errors do.
    Py_ssize_t surplus_begin = taken;
    for (Py_ssize_t k = 0; k < keyword_count; ++k) {
        Object& keyword = tuple_item(*keyword_names, k);
        Object* value = arguments[count + k];
        int index = code.co_posonlyargcount;
        for (; index < named; ++index) {
            if (&obj(local_name(code, index)) == &keyword) break;
        }
        if (index == named) {
            // Not interned, or not a parameter: compare by value.
            if (!PyUnicode_Check(&keyword)) {
                (void)raise(ts, PyExc_TypeError, "%U() keywords must be strings", function.func_qualname);
                goto keyword_failure;
            }
            for (index = code.co_posonlyargcount; index < named; ++index) {
                if (str_equals(local_name(code, index), as<Str>(keyword))) break;
            }
        }
        if (index < named) {
            if (locals[index]) {
                (void)raise(ts, PyExc_TypeError, "%U() got multiple values for argument '%S'", function.func_qualname,
                            &keyword);
                goto keyword_failure;
            }
            locals[index] = value;
            continue;
        }
        if (!extra_keywords) {
            if (code.co_posonlyargcount) {
                auto wrong = raise_positional_only(ts, function, code, *keyword_names);
                if (!wrong.ok()) goto keyword_failure;
            }
            (void)raise(ts, PyExc_TypeError, "%U() got an unexpected keyword argument '%S'", function.func_qualname,
                        &keyword);
            goto keyword_failure;
        }
        if (!dict_set(ts, *extra_keywords, keyword, *value).ok()) goto keyword_failure;
        decref(*value);
        continue;

    keyword_failure:
        for (Py_ssize_t i = surplus_begin; i < count; ++i) decref(*arguments[i]);
        for (Py_ssize_t i = k; i < keyword_count; ++i) decref(*arguments[count + i]);
        for (int i = 0; i < code.co_nlocalsplus; ++i) clear(locals[i]);
        return failure;
    }

    auto fail_late = [&]() -> Failure {
        for (Py_ssize_t i = surplus_begin; i < count; ++i) decref(*arguments[i]);
        for (int i = 0; i < code.co_nlocalsplus; ++i) clear(locals[i]);
        return failure;
    };
    if (surplus_begin < count) {
        (void)raise_too_many(ts, function, code, count, locals);
        return fail_late();
    }

    if (count < positional) {
        Tuple* defaults = as<Tuple>(function.func_defaults);
        const Py_ssize_t default_count = defaults ? tuple_size(*defaults) : 0;
        const Py_ssize_t first_default = positional - default_count;
        bool missing = false;
        for (Py_ssize_t i = count; i < positional; ++i) {
            if (locals[i]) continue;
            if (i >= first_default) {
                locals[i] = new_reference(*defaults->ob_item[i - first_default]);
            } else {
                missing = true;
            }
        }
        if (missing) {
            auto names = list_new(ts, 0);
            if (!names.ok()) return fail_late();
            Ref<List> list = std::move(names).take();
            for (Py_ssize_t i = 0; i < first_default; ++i) {
                if (!locals[i] && !list_append(ts, *list, obj(local_name(code, int(i)))).ok()) return fail_late();
            }
            (void)raise_missing(ts, function, "positional", *list);
            return fail_late();
        }
    }
    if (code.co_kwonlyargcount) {
        bool missing = false;
        Dict* defaults = as<Dict>(function.func_kwdefaults);
        for (int i = positional; i < named; ++i) {
            if (locals[i]) continue;
            if (defaults) {
                auto found = dict_get(ts, *defaults, obj(local_name(code, i)));
                if (!found.ok()) return fail_late();
                Object* value = std::move(found).take();
                if (value) {
                    locals[i] = new_reference(*value);
                    continue;
                }
            }
            missing = true;
        }
        if (missing) {
            auto names = list_new(ts, 0);
            if (!names.ok()) return fail_late();
            Ref<List> list = std::move(names).take();
            for (int i = positional; i < named; ++i) {
                if (!locals[i] && !list_append(ts, *list, obj(local_name(code, i))).ok()) return fail_late();
            }
            (void)raise_missing(ts, function, "keyword-only", *list);
            return fail_late();
        }
    }
    return {};
}

InterpreterFrame* push_call_frame(ThreadState& ts, Function& function, Object* locals, Object* const* arguments,
                                  Py_ssize_t count, Object* keyword_names) {
    Code& code = *as<Code>(function.func_code);
    bool simple = count == code.co_argcount && !keyword_names && !code.co_kwonlyargcount &&
                  !(code.co_flags & (CO_VARARGS | CO_VARKEYWORDS));
    if (simple && !locals) {
        if (InterpreterFrame* frame = push_simple_frame(ts, function, arguments, int(count))) [[likely]]
            return frame;
    }
    InterpreterFrame* frame = data_stack_push(ts, frame_slots(code));
    if (!frame) {
        Py_ssize_t total = count + (keyword_names ? tuple_size(*as<Tuple>(keyword_names)) : 0);
        for (Py_ssize_t i = 0; i < total; ++i) decref(*arguments[i]);
        decref_optional(locals);
        decref(function);
        return nullptr;
    }
    if (!bind_parameters(ts, function, frame->localsplus, arguments, count, keyword_names).ok()) {
        data_stack_pop(ts, frame);
        decref_optional(locals);
        decref(function);
        return nullptr;
    }
    frame_initialize(*frame, function, locals, code, code.co_nlocalsplus);
    return frame;
}

}  // namespace orochi
