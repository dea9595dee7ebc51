#include "objects/warnings.hpp"

#include <cstdarg>

#include "objects/bytes.hpp"
#include "objects/dict.hpp"
#include "objects/errors.hpp"
#include "objects/exceptions.hpp"
#include "objects/frame_access.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module_internal.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/config.hpp"

namespace orochi {

namespace {

Result<Ref<Object>> filter(ThreadState& ts, Object& action, Type& category, Object& module) {
    return tuple_of(ts, action, none(), obj(category), module, *TRY(int_from(ts, 0)));
}

// The filters of a release build, until `warnings` adds those of -W.
Result<Ref<List>> initial_filters(ThreadState& ts) {
    Ref<List> filters = TRY(list_new(ts, 0));
    TRY(list_append(ts, filters, TRY(filter(ts, "default"_n, _PyExc_DeprecationWarning, "__main__"_n))));
    for (Type* category : {&_PyExc_DeprecationWarning, &_PyExc_PendingDeprecationWarning, &_PyExc_ImportWarning,
                           &_PyExc_ResourceWarning}) {
        TRY(list_append(ts, filters, TRY(filter(ts, "ignore"_n, *category, none()))));
    }
    return filters;
}

// An attribute of `warnings`, which is imported only when `import` says so: it may be too early or too late.
Result<OptRef<Object>> warnings_attribute(ThreadState& ts, Object& name, bool import) {
    OptRef<Object> module;
    if (import && !ts.interpreter().finalizing.load(std::memory_order_relaxed)) {
        auto imported = import_module(ts, "warnings"_n);
        if (imported.ok()) {
            module = std::move(imported).take();
        } else if (error_matches(ts, PyExc_ImportError)) {
            error_clear(ts);
            return nullptr;
        } else {
            return failure;
        }
    } else {
        if (!ts.interpreter().modules) return nullptr;
        module = TRY(imported_module(ts, "warnings"_n));
        if (!module) return nullptr;
    }
    return getattr_optional(ts, *module, name);
}

// What `warnings` has under that name takes the place of ours.
Result<void> refresh(ThreadState& ts, Object*& member, Object& name) {
    OptRef<Object> current = TRY(warnings_attribute(ts, name, false));
    if (current) assign(member, std::move(current));
    return {};
}

Result<bool> matches(ThreadState& ts, Object& pattern, Object& text) {
    if (is_none(pattern)) return true;
    if (PyUnicode_CheckExact(&pattern)) return PyUnicode_Check(&text) && str_equals(as<Str>(pattern), as<Str>(text));
    Ref<Object> found = TRY(call_method(ts, pattern, "match"_n, text));
    return is_true(ts, found);
}

Result<void> check_action(ThreadState& ts, Object& action) {
    if (PyUnicode_Check(&action)) return {};
    return raise(ts, PyExc_TypeError, "action must be a string, not '%T'", &action);
}

// The action, and the filter that says so, if one does.
Result<OptRef<Object>> find_action(ThreadState& ts, Object& category, Object& text, int line, Object& module,
                                   OptRef<Object>& item_found) {
    WarningsPart& part = *TRY(warnings_part(ts));
    TRY(refresh(ts, part.filters, "filters"_n));
    if (!PyList_Check(part.filters)) return raise(ts, PyExc_ValueError, "_warnings.filters must be a list");
    Ref<Object> filters = Ref<Object>::share(*part.filters);
    for (Py_ssize_t i = 0; i < list_size(as<List>(*filters)); ++i) {
        Ref<Object> item = Ref<Object>::share(list_item(as<List>(*filters), i));
        if (!PyTuple_Check(item.get()) || tuple_size(as<Tuple>(*item)) != 5) {
            return raise(ts, PyExc_ValueError, "_warnings.filters item %zd isn't a 5-tuple", i);
        }
        Tuple& parts = as<Tuple>(*item);
        TRY(check_action(ts, tuple_item(parts, 0)));
        if (!TRY(matches(ts, tuple_item(parts, 1), text))) continue;
        if (!TRY(issubclass(ts, category, tuple_item(parts, 2)))) continue;
        if (!TRY(matches(ts, tuple_item(parts, 3), module))) continue;
        Py_ssize_t wanted = TRY(int_as_ssize(ts, tuple_item(parts, 4)));
        if (wanted != 0 && wanted != line) continue;
        Ref<Object> action = Ref<Object>::share(tuple_item(parts, 0));
        item_found = std::move(item);
        return action;
    }
    TRY(refresh(ts, part.default_action, "defaultaction"_n));
    if (!PyUnicode_Check(part.default_action)) {
        return raise(ts, PyExc_TypeError, "_warnings.defaultaction must be a string, not '%T'", part.default_action);
    }
    return Ref<Object>::share(*part.default_action);
}

// Whether the key is in the registry already, which starts anew when the filters have changed.
Result<bool> already_warned(ThreadState& ts, Object& registry, Object& key, bool set) {
    WarningsPart& part = *TRY(warnings_part(ts));
    Dict& dict = as<Dict>(registry);
    Object* version = TRY(dict_get(ts, dict, "version"_n));
    bool current = false;
    if (version && PyLong_CheckExact(version)) {
        int overflow;
        current = TRY(int_as_long_long_overflow(ts, *version, overflow)) == part.filters_version && !overflow;
    }
    if (!current) {
        dict_clear(ts, dict);
        TRY(dict_set(ts, dict, "version"_n, *TRY(int_from(ts, part.filters_version))));
    } else if (Object* seen = TRY(dict_get(ts, dict, key))) {
        if (TRY(is_true(ts, *seen))) return true;
    }
    if (set) TRY(dict_set(ts, dict, key, obj(_Py_TrueStruct)));
    return false;
}

Result<Ref<Object>> module_of_file(ThreadState& ts, Object& filename) {
    if (!PyUnicode_Check(&filename)) return raise(ts, PyExc_TypeError, "filename must be a string");
    Str& name = as<Str>(filename);
    Py_ssize_t size = str_length(name);
    if (size == 0) return str_from_ascii(ts, "<unknown>");
    if (size >= 3 && str_at(name, size - 3) == '.' && str_at(name, size - 2) == 'p' && str_at(name, size - 1) == 'y') {
        return str_substring(ts, name, 0, size - 3);
    }
    return Ref<Object>::share(filename);
}

Result<OptRef<Str>> shown_line(ThreadState& ts, Object& filename, int line, Object* given) {
    if (given && PyUnicode_Check(given)) return OptRef<Str>::share(as<Str>(given));
    WarningsPart& part = *TRY(warnings_part(ts));
    if (!part.source_line || !PyUnicode_Check(&filename)) return nullptr;
    Ref<Object> name = TRY(str_encode_filesystem(ts, as<Str>(filename)));
    std::string text;
    if (!part.source_line(ts, std::string(bytes_view(as<Bytes>(*name))), line, text)) return nullptr;
    Ref<Str> found = TRY(str_from_wtf8(ts, text));
    return found;
}

// Without `warnings`: straight to stderr.
Result<void> print_warning(ThreadState& ts, Object& filename, int line, Object& text, Object& category,
                           Object* source_line) {
    Ref<Object> name = TRY(getattr(ts, category, "__name__"_n));
    Object* found = sys_get(ts, "stderr"_s);
    if (!found || is_none(found)) return {};
    Ref<Object> file = Ref<Object>::share(*found);
    Ref<Str> shown = TRY(str_format(ts, "%S:%d: %S: %S\n", &filename, line, name.get(), &text));
    TRY(call_method(ts, *file, "write"_n, obj(*shown)));
    OptRef<Str> source = TRY(shown_line(ts, filename, line, source_line));
    if (!source) return {};
    Py_ssize_t start = 0, size = str_length(*source);
    while (start < size &&
           (str_at(*source, start) == ' ' || str_at(*source, start) == '\t' || str_at(*source, start) == '\f')) {
        ++start;
    }
    Ref<Str> bare = TRY(str_substring(ts, *source, start, size));
    Ref<Str> indented = TRY(str_format(ts, "  %U\n", bare.get()));
    TRY(call_method(ts, *file, "write"_n, obj(*indented)));
    return {};
}

Result<void> show(ThreadState& ts, Object& category, Object& text, Object& message, Object& filename, int line,
                  Object* source_line, Object* source) {
    OptRef<Object> function = TRY(warnings_attribute(ts, "_showwarnmsg"_n, source != nullptr));
    if (!function) return print_warning(ts, filename, line, text, category, source_line);
    if (!is_callable(*function)) {
        return raise(ts, PyExc_TypeError, "warnings._showwarnmsg() must be set to a callable");
    }
    OptRef<Object> cls = TRY(warnings_attribute(ts, "WarningMessage"_n, false));
    if (!cls) return raise(ts, PyExc_RuntimeError, "unable to get warnings.WarningMessage");
    Ref<Object> number = TRY(int_from(ts, line));
    Ref<Object> report =
        TRY(call(ts, *cls, message, category, filename, *number, none(), none(), source ? *source : none()));
    TRY(call(ts, *function, *report));
    return {};
}

bool is_internal_file(Str& name) {
    Py_ssize_t size = str_length(name);
    return str_find(name, "importlib"_s, 0, size, 1) >= 0 && str_find(name, "_bootstrap"_s, 0, size, 1) >= 0;
}

OptRef<Object> frame_above(ThreadState& ts, Object& frame) { return frame_back(ts, as<Frame>(frame)); }
Object& frame_file(Object& frame) { return *frame_code(as<Frame>(frame)).co_filename; }
bool is_internal_frame(Object& frame) {
    Object& name = frame_file(frame);
    return PyUnicode_Check(&name) && is_internal_file(as<Str>(name));
}

}  // namespace

Result<WarningsPart*> warnings_part(ThreadState& ts) {
    if (WarningsPart* present = part<WarningsPart>(ts.interpreter(), Part::kWarnings)) return present;
    Ref<List> filters = TRY(initial_filters(ts));
    Ref<Dict> once = TRY(dict_new(ts));
    void* memory = ts.heap().allocate_zeroed(sizeof(WarningsPart));
    if (!memory) return raise_no_memory(ts);
    WarningsPart* made = static_cast<WarningsPart*>(memory);
    made->filters = obj(std::move(filters).release());
    made->once_registry = obj(std::move(once).release());
    made->default_action = &"default"_n;
    ts.interpreter().parts[size_t(Part::kWarnings)] = made;
    return made;
}

void warnings_stop(ThreadState& ts) {
    WarningsPart* present = part<WarningsPart>(ts.interpreter(), Part::kWarnings);
    if (!present) return;
    ts.interpreter().parts[size_t(Part::kWarnings)] = nullptr;
    clear(present->filters);
    clear(present->once_registry);
    clear(present->default_action);
    Heap::free(present);
}

Result<void> warn_explicit_object(ThreadState& ts, Object& given_category, Object& given_message, Object& filename,
                                  int line, Object* given_module, Object* registry, Object* source_line,
                                  Object* source) {
    if (is_none(given_module)) return {};
    if (registry && !PyDict_Check(registry) && !is_none(registry)) {
        return raise(ts, PyExc_TypeError, "'registry' must be a dict or None");
    }
    if (is_none(registry)) registry = nullptr;
    Ref<Object> module = given_module ? Ref<Object>::share(*given_module) : TRY(module_of_file(ts, filename));
    Ref<Object> category = Ref<Object>::share(given_category);
    Ref<Object> message = Ref<Object>::share(given_message);
    Ref<Object> text = Ref<Object>::share(given_message);
    if (TRY(isinstance(ts, given_message, *PyExc_Warning))) {
        text = TRY(str(ts, given_message));
        category = Ref<Object>::share(obj(type_of(given_message)));
    } else {
        message = TRY(call(ts, *category, given_message));
    }
    Ref<Object> number = TRY(int_from(ts, line));
    Ref<Tuple> key = TRY(tuple_of(ts, *text, *category, *number));
    if (registry && TRY(already_warned(ts, *registry, obj(*key), false))) return {};
    OptRef<Object> item;
    OptRef<Object> action = TRY(find_action(ts, *category, *text, line, *module, item));
    Str& verdict = as<Str>(*action);
    if (str_equals_ascii(verdict, "error")) return raise_value(ts, category.get(), message.get());
    if (str_equals_ascii(verdict, "ignore")) return {};
    if (!str_equals_ascii(verdict, "always")) {
        if (registry) TRY(dict_set(ts, as<Dict>(*registry), obj(*key), obj(_Py_TrueStruct)));
        bool seen = false;
        if (str_equals_ascii(verdict, "once")) {
            OptRef<Object> once = OptRef<Object>::share(registry);
            if (!once) {
                WarningsPart& part = *TRY(warnings_part(ts));
                TRY(refresh(ts, part.once_registry, "onceregistry"_n));
                if (!PyDict_Check(part.once_registry)) {
                    return raise(ts, PyExc_TypeError, "_warnings.onceregistry must be a dict, not '%T'",
                                 part.once_registry);
                }
                once = Ref<Object>::share(*part.once_registry);
            }
            Ref<Tuple> short_key = TRY(tuple_of(ts, *text, *category));
            seen = TRY(already_warned(ts, *once, obj(*short_key), true));
        } else if (str_equals_ascii(verdict, "module")) {
            if (registry) {
                Ref<Tuple> short_key = TRY(tuple_of(ts, *text, *category));
                seen = TRY(already_warned(ts, *registry, obj(*short_key), true));
            }
        } else if (!str_equals_ascii(verdict, "default")) {
            return raise(ts, PyExc_RuntimeError, "Unrecognized action (%R) in warnings.filters:\n %R", action.get(),
                         item ? item.get() : &none());
        }
        if (seen) return {};
    }
    return show(ts, *category, *text, *message, filename, line, source_line, source);
}

Result<void> warn_explicit(ThreadState& ts, Object& category, Object& message, Object& filename, int line,
                           Object* module, Object* registry) {
    return warn_explicit_object(ts, category, message, filename, line, module, registry, nullptr, nullptr);
}

Result<void> warn_object(ThreadState& ts, Object& message, Object* category, Py_ssize_t stack_level, Object* source) {
    if (TRY(isinstance(ts, message, *PyExc_Warning))) {
        category = obj(&type_of(message));
    } else if (!category || is_none(category)) {
        category = PyExc_UserWarning;
    }
    if (!PyType_Check(category) || !type_is_subtype(as<Type>(*category), _PyExc_Warning)) {
        return raise(ts, PyExc_TypeError, "category must be a Warning subclass, not '%s'", type_of(*category).tp_name);
    }
    OptRef<Object> frame = visible_frame_object(ts);
    bool skip_internal = stack_level > 0 && frame && !is_internal_frame(*frame);
    while (--stack_level > 0 && frame) {
        frame = frame_above(ts, *frame);
        if (skip_internal) {
            while (frame && is_internal_frame(*frame)) frame = frame_above(ts, *frame);
        }
    }
    OptRef<Object> globals, filename;
    int line = 1;
    if (frame) {
        globals = OptRef<Object>::share(&frame_globals(as<Frame>(*frame)));
        filename = OptRef<Object>::share(&frame_file(*frame));
        line = frame_line_number(as<Frame>(*frame));
    } else {
        globals = OptRef<Object>::share(sys_dict(ts));
        filename = Ref<Object>::share("sys"_n);
    }
    Dict& names = as<Dict>(*globals);
    OptRef<Object> registry = OptRef<Object>::share(TRY(dict_get(ts, names, "__warningregistry__"_n)));
    if (!registry) {
        registry = TRY(dict_new(ts));
        TRY(dict_set(ts, names, "__warningregistry__"_n, *registry));
    }
    OptRef<Object> module = OptRef<Object>::share(TRY(dict_get(ts, names, "__name__"_n)));
    if (!module || (!PyUnicode_Check(module.get()) && !is_none(module.get()))) {
        module = Ref<Object>::share("<string>"_n);
    }
    return warn_explicit_object(ts, *category, message, *filename, line, module.get(), registry.get(), nullptr, source);
}

Result<void> warn_bytes(ThreadState& ts, const char* message) {
    const Config* config = ts.interpreter().config;
    if (!config || !config->bytes_warning) [[likely]]
        return {};
    return warn(ts, PyExc_BytesWarning, 1, "%s", message);
}

Result<void> warn(ThreadState& ts, Object* category, Py_ssize_t stack_level, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    auto text = str_format_v(ts, format, arguments);
    va_end(arguments);
    Ref<Str> message = TRY(std::move(text));
    return warn_object(ts, obj(*message), category, stack_level, nullptr);
}

}  // namespace orochi
