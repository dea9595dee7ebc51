#include "execution/operations.hpp"

#include "execution/generator.hpp"
#include "language/compiler/code_unit.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

Failure raise_name_error(ThreadState& ts, Object& name) {
    std::string_view text = TRY(str_utf8(ts, as<Str>(name)));
    (void)raise(ts, PyExc_NameError, "name '%.200s' is not defined", std::string(text).c_str());
    // The name goes with the exception, for suggestions.
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (error.value && PyObject_TypeCheck(error.value.get(), as<Type>(PyExc_NameError))) {
        if (!setattr(ts, *error.value, "name"_n, name).ok()) error_clear(ts);
    }
    error_restore(ts, std::move(error));
    return failure;
}

Failure raise_unbound(ThreadState& ts, const Code& code, int index) {
    Object& name = obj(local_name(code, index));
    if (local_kind(code, index) & language::kLocalFree) {
        return raise(ts, PyExc_NameError,
                     "cannot access free variable '%U' where it is not associated with a value in enclosing scope",
                     &name);
    }
    return raise(ts, PyExc_UnboundLocalError,
                 "cannot access local variable '%U' where it is not associated with a value", &name);
}

Result<Ref<Object>> load_global(ThreadState& ts, InterpreterFrame& frame, Object& name) {
    if (PyDict_CheckExact(frame.globals) && PyDict_CheckExact(frame.builtins)) {
        Object* found = TRY(dict_get(ts, as<Dict>(*frame.globals), name));
        if (!found) found = TRY(dict_get(ts, as<Dict>(*frame.builtins), name));
        if (!found) return raise_name_error(ts, name);
        return Ref<Object>::share(*found);
    }
    auto found = getitem(ts, *frame.globals, name);
    if (found.ok()) return found;
    if (!error_matches(ts, PyExc_KeyError)) return failure;
    error_clear(ts);
    auto builtin = getitem(ts, *frame.builtins, name);
    if (builtin.ok()) return builtin;
    if (error_matches(ts, PyExc_KeyError)) {
        error_clear(ts);
        return raise_name_error(ts, name);
    }
    return failure;
}

namespace {

Result<OptRef<Object>> find_in_locals(ThreadState& ts, Object& locals, Object& name) {
    if (PyDict_CheckExact(&locals)) {
        Object* found = TRY(dict_get(ts, as<Dict>(locals), name));
        return OptRef<Object>::share(found);
    }
    auto found = getitem(ts, locals, name);
    if (found.ok()) return found;
    if (!error_matches(ts, PyExc_KeyError)) return failure;
    error_clear(ts);
    return nullptr;
}

}  // namespace

Result<Ref<Object>> load_name(ThreadState& ts, InterpreterFrame& frame, Object& name) {
    if (!frame.locals) return raise(ts, PyExc_SystemError, "no locals when loading %R", &name);
    OptRef<Object> found = TRY(find_in_locals(ts, *frame.locals, name));
    if (found) return found.take();
    return load_global(ts, frame, name);
}

Result<Ref<Object>> load_class_deref(ThreadState& ts, InterpreterFrame& frame, int index) {
    Object& name = obj(local_name(*frame.code, index));
    OptRef<Object> found = TRY(find_in_locals(ts, *frame.locals, name));
    if (found) return found.take();
    Object* value = as<Cell>(frame.localsplus[index])->ob_ref;
    if (!value) return raise_unbound(ts, *frame.code, index);
    return Ref<Object>::share(*value);
}

Result<void> unpack_iterable(ThreadState& ts, Object& value, int before, int after, Object** top) {
    auto iterator_result = get_iter(ts, value);
    if (!iterator_result.ok()) {
        if (error_matches(ts, PyExc_TypeError) && !type_of(value).tp_iter && !is_sequence(value)) {
            return raise(ts, PyExc_TypeError, "cannot unpack non-iterable %T object", &value);
        }
        return failure;
    }
    Ref<Object> iterator = std::move(iterator_result).take();
    Object** base = top;
    auto drop = [&]() -> Failure {
        for (; top < base; ++top) decref(**top);
        return failure;
    };
    int got = 0;
    for (; got < before; ++got) {
        auto next = iter_next(ts, iterator);
        if (!next.ok()) return drop();
        OptRef<Object> item = std::move(next).take();
        if (!item) {
            if (after < 0) {
                (void)raise(ts, PyExc_ValueError, "not enough values to unpack (expected %d, got %d)", before, got);
            } else {
                (void)raise(ts, PyExc_ValueError, "not enough values to unpack (expected at least %d, got %d)",
                            before + after, got);
            }
            return drop();
        }
        *--top = item.release();
    }
    if (after < 0) {
        auto next = iter_next(ts, iterator);
        if (!next.ok()) return drop();
        OptRef<Object> item = std::move(next).take();
        if (!item) return {};
        (void)raise(ts, PyExc_ValueError, "too many values to unpack (expected %d)", before);
        return drop();
    }
    auto rest_result = sequence_list(ts, iterator);
    if (!rest_result.ok()) return drop();
    List* rest = std::move(rest_result).release();
    *--top = obj(rest);
    Py_ssize_t length = list_size(*rest);
    if (length < after) {
        (void)raise(ts, PyExc_ValueError, "not enough values to unpack (expected at least %d, got %zd)", before + after,
                    Py_ssize_t(before) + length);
        return drop();
    }
    for (int i = 0; i < after; ++i) *--top = rest->ob_item[length - after + i];
    rest->ob_base.ob_size = length - after;
    return {};
}

// ---- Imports

Result<Ref<Object>> import_name(ThreadState& ts, InterpreterFrame& frame, Object& name, Object& fromlist,
                                Object& level) {
    Object* function;
    if (PyDict_CheckExact(frame.builtins)) {
        function = TRY(dict_get(ts, as<Dict>(*frame.builtins), "__import__"_n));
    } else {
        auto found = getitem(ts, *frame.builtins, "__import__"_n);
        if (!found.ok()) return raise(ts, PyExc_ImportError, "__import__ not found");
        Ref<Object> held = std::move(found).take();
        function = held.get();  // kept alive by the mapping
    }
    if (!function) return raise(ts, PyExc_ImportError, "__import__ not found");
    Ref<Object> held = Ref<Object>::share(*function);
    Object& locals = frame.locals ? *frame.locals : none();
    return call(ts, *held, name, *frame.globals, locals, fromlist, level);
}

Result<Ref<Object>> import_from(ThreadState& ts, Object& module, Object& name) {
    OptRef<Object> found = TRY(getattr_optional(ts, module, name));
    if (found) return found.take();
    // A circular import: the submodule may be in sys.modules before it is an attribute.
    OptRef<Object> module_name = TRY(getattr_optional(ts, module, "__name__"_n));
    if (module_name && PyUnicode_Check(module_name.get())) {
        Ref<Str> full = TRY(str_format(ts, "%U.%U", module_name.get(), &name));
        OptRef<Object> imported = TRY(imported_module(ts, full));
        if (imported) return imported.take();
    }
    Ref<Object> shown = module_name && PyUnicode_Check(module_name.get())
                            ? Ref<Object>::share(*module_name)
                            : Ref<Object>(TRY(str_from_ascii(ts, "<unknown module name>")));
    OptRef<Object> path;
    auto file = getattr_optional(ts, module, "__file__"_n);
    if (!file.ok()) {
        error_clear(ts);
    } else {
        path = std::move(file).take();
    }
    Ref<Str> message = Ref<Str>::share(empty_str());
    if (!path || !PyUnicode_Check(path.get())) {
        path.reset();
        message = TRY(str_format(ts, "cannot import name %R from %R (unknown location)", &name, shown.get()));
    } else {
        bool initializing = false;
        OptRef<Object> spec = TRY(getattr_optional(ts, module, "__spec__"_n));
        if (spec) {
            OptRef<Object> flag = TRY(getattr_optional(ts, *spec, "_initializing"_n));
            if (flag) initializing = TRY(is_true(ts, *flag));
        }
        message =
            TRY(str_format(ts,
                           initializing ? "cannot import name %R from partially initialized module %R (most likely "
                                          "due to a circular import) (%S)"
                                        : "cannot import name %R from %R (%S)",
                           &name, shown.get(), path.get()));
    }
    return raise_import_error(ts, PyExc_ImportError, message, shown.get(), path.get());
}

Result<void> import_star(ThreadState& ts, InterpreterFrame& frame, Object& module) {
    if (frame.code->co_flags & CO_OPTIMIZED) TRY(frame_fast_to_locals(ts, frame));
    if (!frame.locals) return raise(ts, PyExc_SystemError, "no locals found during 'import *'");
    Object& locals = *frame.locals;
    bool skip_private = false;
    OptRef<Object> all = TRY(getattr_optional(ts, module, "__all__"_n));
    if (!all) {
        OptRef<Object> dict = TRY(getattr_optional(ts, module, "__dict__"_n));
        if (!dict) {
            return raise(ts, PyExc_ImportError, "from-import-* object has no __dict__ and no __all__");
        }
        all = TRY(mapping_keys(ts, *dict));
        skip_private = true;
    }
    for (Py_ssize_t i = 0;; ++i) {
        auto item = sequence_getitem(ts, *all, i);
        if (!item.ok()) {
            if (!error_matches(ts, PyExc_IndexError)) return failure;
            error_clear(ts);
            return {};
        }
        Ref<Object> name = std::move(item).take();
        if (!PyUnicode_Check(name.get())) {
            OptRef<Object> module_name = TRY(getattr_optional(ts, module, "__name__"_n));
            if (!module_name) return failure;
            if (skip_private) {
                return raise(ts, PyExc_TypeError, "Key in %U.__dict__ must be str, not %T", module_name.get(),
                             name.get());
            }
            return raise(ts, PyExc_TypeError, "Item in %U.__all__ must be str, not %T", module_name.get(), name.get());
        }
        if (skip_private && str_length(as<Str>(*name)) && str_at(as<Str>(*name), 0) == '_') continue;
        Ref<Object> value = TRY(getattr(ts, module, name));
        if (PyDict_CheckExact(&locals)) {
            TRY(dict_set(ts, as<Dict>(locals), name, value));
        } else {
            TRY(setitem(ts, locals, name, value));
        }
    }
}

// ---- Exceptions

Result<bool> do_raise(ThreadState& ts, Object* exception, Object* cause) {
    if (!exception) {
        Object* current = handled_exception(ts);
        if (!current) return raise(ts, PyExc_RuntimeError, "No active exception to reraise");
        PendingError error;
        error.type = OptRef<Object>::share(obj(&type_of(*current)));
        error.value = OptRef<Object>::share(current);
        error.traceback = OptRef<Object>::share(as<PyBaseExceptionObject>(current)->traceback);
        error_restore(ts, std::move(error));
        return true;
    }
    OptRef<Object> type, value;
    if (PyExceptionClass_Check(exception)) {
        type = OptRef<Object>::share(exception);
        value = TRY(call(ts, *exception));
        if (!PyExceptionInstance_Check(value.get())) {
            return raise(ts, PyExc_TypeError, "calling %R should have returned an instance of BaseException, not %R",
                         exception, obj(&type_of(*value)));
        }
    } else if (PyExceptionInstance_Check(exception)) {
        value = OptRef<Object>::share(exception);
        type = OptRef<Object>::share(obj(&type_of(*exception)));
    } else {
        return raise(ts, PyExc_TypeError, "exceptions must derive from BaseException");
    }
    if (cause) {
        OptRef<Object> fixed;
        if (PyExceptionClass_Check(cause)) {
            fixed = TRY(call(ts, *cause));
            if (!PyExceptionInstance_Check(fixed.get())) {
                return raise(ts, PyExc_TypeError,
                             "calling %R should have returned an instance of BaseException, not %R", cause,
                             obj(&type_of(*fixed)));
            }
        } else if (PyExceptionInstance_Check(cause)) {
            fixed = OptRef<Object>::share(cause);
        } else if (!is_none(cause)) {
            return raise(ts, PyExc_TypeError, "exception causes must derive from BaseException");
        }
        auto& base = *as<PyBaseExceptionObject>(value.get());
        base.suppress_context = 1;
        assign(base.cause, std::move(fixed));
    }
    return raise_value(ts, type.get(), value.get());
}

namespace {

constexpr const char* kNotExceptions = "catching classes that do not inherit from BaseException is not allowed";
constexpr const char* kGroupsInStar = "catching ExceptionGroup with except* is not allowed. Use except instead.";

Result<void> check_classes(ThreadState& ts, Object& classes) {
    if (PyTuple_Check(&classes)) {
        for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(classes)); ++i) {
            if (!PyExceptionClass_Check(&tuple_item(as<Tuple>(classes), i)))
                return raise(ts, PyExc_TypeError, kNotExceptions);
        }
    } else if (!PyExceptionClass_Check(&classes)) {
        return raise(ts, PyExc_TypeError, kNotExceptions);
    }
    return {};
}

Result<void> check_star_classes(ThreadState& ts, Object& classes) {
    TRY(check_classes(ts, classes));
    auto check = [&](Object& one) -> Result<void> {
        if (TRY(issubclass(ts, one, *PyExc_BaseExceptionGroup))) return raise(ts, PyExc_TypeError, kGroupsInStar);
        return {};
    };
    if (!PyTuple_Check(&classes)) return check(classes);
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(classes)); ++i) TRY(check(tuple_item(as<Tuple>(classes), i)));
    return {};
}

}  // namespace

Result<bool> check_exception_match(ThreadState& ts, Object& exception, Object& classes) {
    TRY(check_classes(ts, classes));
    return exception_matches(ts, exception, classes);
}

Result<GroupMatch> match_exception_group(ThreadState& ts, Object& exception, Object& classes) {
    TRY(check_star_classes(ts, classes));
    if (is_none(exception)) return GroupMatch{new_none(), new_none()};
    bool is_group = PyObject_TypeCheck(&exception, as<Type>(PyExc_BaseExceptionGroup));
    if (exception_matches(ts, exception, classes)) {
        if (is_group) return GroupMatch{Ref<Object>::share(exception), new_none()};
        // A naked exception is wrapped, so that the body always sees a group.
        Ref<Tuple> items = TRY(tuple_of(ts, exception));
        Ref<Object> wrapped = TRY(call(ts, *PyExc_BaseExceptionGroup, obj(empty_str()), obj(*items)));
        return GroupMatch{std::move(wrapped), new_none()};
    }
    if (is_group) {
        Ref<Object> pair = TRY(call_method(ts, exception, "split"_n, classes));
        if (!PyTuple_CheckExact(pair.get()) || tuple_size(as<Tuple>(*pair)) != 2) {
            return raise(ts, PyExc_TypeError, "%T.split must return a 2-tuple", &exception);
        }
        return GroupMatch{Ref<Object>::share(tuple_item(as<Tuple>(*pair), 0)),
                          Ref<Object>::share(tuple_item(as<Tuple>(*pair), 1))};
    }
    return GroupMatch{new_none(), Ref<Object>::share(exception)};
}

namespace {

bool same_metadata(Object& a, Object& b) {
    auto &x = as<PyBaseExceptionObject>(a), &y = as<PyBaseExceptionObject>(b);
    return x.notes == y.notes && x.traceback == y.traceback && x.cause == y.cause && x.context == y.context;
}

Result<void> collect_leaves(ThreadState& ts, Object& exception, Object& ids) {
    if (PyObject_TypeCheck(&exception, as<Type>(PyExc_BaseExceptionGroup))) {
        Tuple& items = as<Tuple>(*as<PyBaseExceptionGroupObject>(exception).excs);
        for (Py_ssize_t i = 0; i < tuple_size(items); ++i) TRY(collect_leaves(ts, tuple_item(items, i), ids));
        return {};
    }
    Ref<Object> id = TRY(int_from_pointer(ts, &exception));
    return set_add(ts, as<Set>(ids), id);
}

// The part of `original` whose leaves are in `ids`.
Result<OptRef<Object>> project(ThreadState& ts, Object& original, Object& ids) {
    if (!PyObject_TypeCheck(&original, as<Type>(PyExc_BaseExceptionGroup))) {
        Ref<Object> id = TRY(int_from_pointer(ts, &original));
        if (TRY(set_contains(ts, as<Set>(ids), id))) return Ref<Object>::share(original);
        return nullptr;
    }
    Tuple& items = as<Tuple>(*as<PyBaseExceptionGroupObject>(original).excs);
    Ref<List> kept = TRY(list_new(ts, 0));
    bool all = true;
    for (Py_ssize_t i = 0; i < tuple_size(items); ++i) {
        OptRef<Object> part = TRY(project(ts, tuple_item(items, i), ids));
        all &= part.get() == &tuple_item(items, i);
        if (part) TRY(list_append(ts, *kept, *part));
    }
    if (all) return Ref<Object>::share(original);
    if (!list_size(kept)) return nullptr;
    return exception_group_derive(ts, original, obj(*kept));
}

}  // namespace

Result<Ref<Object>> prepare_reraise_star(ThreadState& ts, Object& original, List& results) {
    Py_ssize_t count = list_size(results);
    if (!PyObject_TypeCheck(&original, as<Type>(PyExc_BaseExceptionGroup))) {
        // A naked exception was caught: its only possible results are itself, or what the handlers raised.
        for (Py_ssize_t i = 0; i < count; ++i) {
            Object& item = list_item(results, i);
            if (!is_none(item)) return Ref<Object>::share(item);
        }
        return new_none();
    }
    Ref<List> raised = TRY(list_new(ts, 0));
    Ref<Object> reraised_ids = TRY(set_new(ts, nullptr));
    bool any_reraised = false;
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& item = list_item(results, i);
        if (is_none(item)) continue;
        if (same_metadata(item, original)) {
            TRY(collect_leaves(ts, item, *reraised_ids));
            any_reraised = true;
        } else {
            TRY(list_append(ts, *raised, item));
        }
    }
    OptRef<Object> reraised;
    if (any_reraised) reraised = TRY(project(ts, original, *reraised_ids));
    if (!list_size(raised)) {
        if (!reraised) return new_none();
        return reraised.take();
    }
    if (reraised) TRY(list_append(ts, *raised, *reraised));
    return call(ts, *PyExc_BaseExceptionGroup, obj(empty_str()), obj(*raised));
}

// ---- Matching

Result<Ref<Object>> match_keys(ThreadState& ts, Object& subject, Tuple& keys) {
    Py_ssize_t count = tuple_size(keys);
    Ref<Tuple> values = TRY(tuple_new(ts, count));
    if (!count) return values;
    // `get` with a sentinel, so that __missing__ of a defaultdict is not asked.
    Ref<Object> get = TRY(getattr(ts, subject, "get"_n));
    Ref<Object> seen = TRY(set_new(ts, nullptr));
    Ref<Object> sentinel = TRY(call(ts, obj(PyBaseObject_Type)));
    for (Py_ssize_t i = 0; i < count; ++i) {
        Object& key = tuple_item(keys, i);
        if (TRY(set_contains(ts, as<Set>(*seen), key))) {
            return raise(ts, PyExc_ValueError, "mapping pattern checks duplicate key (%R)", &key);
        }
        TRY(set_add(ts, as<Set>(*seen), key));
        Ref<Object> value = TRY(call(ts, *get, key, *sentinel));
        if (value.get() == sentinel.get()) return new_none();
        tuple_init_item(*values, i, std::move(value));
    }
    return values;
}

Result<Ref<Object>> match_class(ThreadState& ts, Object& subject, Object& type, Py_ssize_t positional, Tuple& names) {
    if (!PyType_Check(&type)) {
        return raise(ts, PyExc_TypeError, "called match pattern must be a type");
    }
    if (!TRY(isinstance(ts, subject, type))) return new_none();
    const char* type_text = as<Type>(type).tp_name;
    Ref<List> values = TRY(list_new(ts, 0));
    Ref<Object> seen = TRY(set_new(ts, nullptr));
    bool no_match = false;
    auto attribute = [&](Object& name) -> Result<void> {
        if (TRY(set_contains(ts, as<Set>(*seen), name))) {
            return raise(ts, PyExc_TypeError, "%s() got multiple sub-patterns for attribute %R", type_text, &name);
        }
        TRY(set_add(ts, as<Set>(*seen), name));
        OptRef<Object> value = TRY(getattr_optional(ts, subject, name));
        if (!value) {
            no_match = true;
            return {};
        }
        return list_append(ts, *values, value.take());
    };
    if (positional) {
        OptRef<Object> match_args = TRY(getattr_optional(ts, type, "__match_args__"_n));
        bool match_self = false;
        if (match_args) {
            if (!PyTuple_CheckExact(match_args.get())) {
                return raise(ts, PyExc_TypeError, "%s.__match_args__ must be a tuple (got %T)", type_text,
                             match_args.get());
            }
        } else {
            match_args = OptRef<Object>::share(obj(&empty_tuple()));
            match_self = as<Type>(type).tp_flags & _Py_TPFLAGS_MATCH_SELF;
        }
        Py_ssize_t allowed = match_self ? 1 : tuple_size(as<Tuple>(*match_args));
        if (allowed < positional) {
            return raise(ts, PyExc_TypeError, "%s() accepts %d positional sub-pattern%s (%d given)", type_text,
                         int(allowed), allowed == 1 ? "" : "s", int(positional));
        }
        if (match_self) {
            TRY(list_append(ts, *values, subject));
        } else {
            for (Py_ssize_t i = 0; i < positional; ++i) {
                Object& name = tuple_item(as<Tuple>(*match_args), i);
                if (!PyUnicode_CheckExact(&name)) {
                    return raise(ts, PyExc_TypeError, "__match_args__ elements must be strings (got %T)", &name);
                }
                TRY(attribute(name));
                if (no_match) return new_none();
            }
        }
    }
    for (Py_ssize_t i = 0; i < tuple_size(names); ++i) {
        TRY(attribute(tuple_item(names, i)));
        if (no_match) return new_none();
    }
    return list_as_tuple(ts, values);
}

// ---- Calls

namespace {

// "f()" for messages: module-qualified unless it is a builtin.
Result<Ref<Str>> function_text(ThreadState& ts, Object& function) {
    OptRef<Object> qualified = TRY(getattr_optional(ts, function, "__qualname__"_n));
    if (!qualified) return str(ts, function);
    OptRef<Object> module = TRY(getattr_optional(ts, function, "__module__"_n));
    if (module && !is_none(module.get())) {
        if (TRY(compare_bool(ts, *module, "builtins"_n, Py_NE))) {
            return str_format(ts, "%S.%S()", module.get(), qualified.get());
        }
    }
    return str_format(ts, "%S()", qualified.get());
}

}  // namespace

Result<void> merge_call_keywords(ThreadState& ts, Object& function, Dict& keywords, Object& mapping) {
    auto merged = dict_merge_unique(ts, keywords, mapping);
    if (merged.ok()) return {};
    if (error_matches(ts, PyExc_AttributeError)) {
        error_clear(ts);
        Ref<Str> text = TRY(function_text(ts, function));
        return raise(ts, PyExc_TypeError, "%U argument after ** must be a mapping, not %T", text.get(), &mapping);
    }
    if (error_matches(ts, PyExc_KeyError)) {
        PendingError error = error_fetch(ts);
        error_normalize(ts, error);
        Tuple* arguments = error.value ? as<Tuple>(as<PyBaseExceptionObject>(error.value.get())->args) : nullptr;
        if (!arguments || tuple_size(*arguments) != 1) {
            error_restore(ts, std::move(error));
            return failure;
        }
        Object& key = tuple_item(*arguments, 0);
        Ref<Str> text = TRY(function_text(ts, function));
        return raise(ts, PyExc_TypeError, "%U got multiple values for keyword argument '%S'", text.get(), &key);
    }
    return failure;
}

Failure raise_not_iterable_argument(ThreadState& ts, Object& function, Object& arguments) {
    error_clear(ts);
    auto text = function_text(ts, function);
    if (!text.ok()) return failure;
    Ref<Str> name = std::move(text).take();
    return raise(ts, PyExc_TypeError, "%U argument after * must be an iterable, not %T", name.get(), &arguments);
}

Result<void> print_expression(ThreadState& ts, Object& value) {
    Object* hook = sys_get(ts, "displayhook"_s);
    if (!hook) return raise(ts, PyExc_RuntimeError, "lost sys.displayhook");
    Ref<Object> held = Ref<Object>::share(*hook);
    TRY(call(ts, *held, value));
    return {};
}

// ---- Awaiting

Result<Ref<Object>> get_awaitable(ThreadState& ts, Object& value, int context) {
    auto result = coroutine_get_awaitable(ts, value);
    if (!result.ok()) {
        Type& type = type_of(value);
        if (context && !(type.tp_as_async && type.tp_as_async->am_await)) {
            error_clear(ts);
            return raise(ts, PyExc_TypeError,
                         context == 1 ? "'async with' received an object from __aenter__ that does not implement "
                                        "__await__: %T"
                                      : "'async with' received an object from __aexit__ that does not implement "
                                        "__await__: %T",
                         &value);
        }
        return failure;
    }
    Ref<Object> iterator = std::move(result).take();
    if (PyCoro_CheckExact(iterator.get()) && coroutine_is_awaited(*as<Generator>(iterator.get()))) {
        return raise(ts, PyExc_RuntimeError, "coroutine is being awaited already");
    }
    return iterator;
}

Result<Ref<Object>> get_anext(ThreadState& ts, Object& iterator) {
    Type& type = type_of(iterator);
    if (PyAsyncGen_CheckExact(&iterator)) {
        return Result<Ref<Object>>::adopt(type.tp_as_async->am_anext(&iterator));
    }
    if (!type.tp_as_async || !type.tp_as_async->am_anext) {
        return raise(ts, PyExc_TypeError, "'async for' requires an iterator with __anext__ method, got %T", &iterator);
    }
    Ref<Object> next = TRY(Result<Ref<Object>>::adopt(type.tp_as_async->am_anext(&iterator)));
    auto awaitable = coroutine_get_awaitable(ts, next);
    if (!awaitable.ok()) {
        return raise_from_pending(ts, PyExc_TypeError, "'async for' received an invalid object from __anext__: %T",
                                  next.get());
    }
    return awaitable;
}

Result<Ref<Object>> get_yield_from_iter(ThreadState& ts, Ref<Object>&& value, const Code& code) {
    if (PyCoro_CheckExact(value.get())) {
        if (!(code.co_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE))) {
            return raise(ts, PyExc_TypeError, "cannot 'yield from' a coroutine object in a non-coroutine generator");
        }
        return std::move(value);
    }
    if (PyGen_CheckExact(value.get())) return std::move(value);
    return get_iter(ts, value);
}

Result<void> setup_annotations(ThreadState& ts, InterpreterFrame& frame) {
    if (!frame.locals) return raise(ts, PyExc_SystemError, "no locals found when setting up annotations");
    OptRef<Object> found = TRY(find_in_locals(ts, *frame.locals, "__annotations__"_n));
    if (found) return {};
    Ref<Dict> annotations = TRY(dict_new(ts));
    return setitem(ts, *frame.locals, "__annotations__"_n, obj(*annotations));
}

Result<Entered> enter_context(ThreadState& ts, Object& manager, bool asynchronous) {
    Object& enter_name = asynchronous ? "__aenter__"_n : "__enter__"_n;
    Object& exit_name = asynchronous ? "__aexit__"_n : "__exit__"_n;
    const char* protocol = asynchronous ? "asynchronous context manager" : "context manager";
    OptRef<Object> enter = TRY(lookup_special(ts, manager, enter_name));
    if (!enter) return raise(ts, PyExc_TypeError, "'%T' object does not support the %s protocol", &manager, protocol);
    OptRef<Object> exit = TRY(lookup_special(ts, manager, exit_name));
    if (!exit) {
        return raise(ts, PyExc_TypeError, "'%T' object does not support the %s protocol (missed %U method)", &manager,
                     protocol, &exit_name);
    }
    Ref<Object> value = TRY(call(ts, *enter));
    return Entered{exit.take(), std::move(value)};
}

}  // namespace orochi
