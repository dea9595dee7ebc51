// Exceptions that cannot be raised, since nobody would see them: sys.unraisablehook.
#include <cstring>

#include "objects/errors.hpp"
#include "objects/exceptions.hpp"
#include "objects/exceptions_part.hpp"
#include "objects/frame_access.hpp"
#include "objects/module.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/struct_sequence.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/interrupt.hpp"

namespace orochi {

namespace {

Result<void> write(ThreadState& ts, Object& file, Object& text) {
    TRY(call_method(ts, file, "write"_n, text));
    return {};
}
Result<void> write(ThreadState& ts, Object& file, std::string_view text) {
    Ref<Str> s = TRY(str_from_utf8(ts, text));
    return write(ts, file, obj(*s));
}

struct Report {
    Object *type, *value, *traceback, *message, *object;
};

Result<void> print(ThreadState& ts, Object& file, const Report& report) {
    if (report.object && !is_none(report.object)) {
        if (report.message && !is_none(report.message)) {
            TRY(write(ts, file, *report.message));
            TRY(write(ts, file, ": "));
        } else {
            TRY(write(ts, file, "Exception ignored in: "));
        }
        auto shown = repr(ts, *report.object);
        if (shown.ok()) {
            Ref<Str> text = std::move(shown).take();
            TRY(write(ts, file, obj(*text)));
        } else {
            error_clear(ts);
            TRY(write(ts, file, "<object repr() failed>"));
        }
        TRY(write(ts, file, "\n"));
    } else if (report.message && !is_none(report.message)) {
        TRY(write(ts, file, *report.message));
        TRY(write(ts, file, ":\n"));
    }
    if (report.traceback && !is_none(report.traceback)) {
        if (!display_traceback(ts, *report.traceback, file).ok()) error_clear(ts);
    }
    if (!report.type || is_none(report.type)) return {};
    Object& type = *report.type;
    auto module = getattr_optional(ts, type, "__module__"_n);
    OptRef<Object> module_name;
    if (module.ok()) module_name = std::move(module).take();
    if (!module_name || !PyUnicode_Check(module_name.get())) {
        error_clear(ts);
        TRY(write(ts, file, "<unknown>"));
    } else if (!str_equals_ascii(as<Str>(*module_name), "builtins") &&
               !str_equals_ascii(as<Str>(*module_name), "__main__")) {
        TRY(write(ts, file, *module_name));
        TRY(write(ts, file, "."));
    }
    Ref<Object> name = TRY(type_qualified_name(ts, as<Type>(type)));
    TRY(write(ts, file, *name));
    if (report.value && !is_none(report.value)) {
        TRY(write(ts, file, ": "));
        auto text = str(ts, *report.value);
        if (text.ok()) {
            Ref<Str> s = std::move(text).take();
            TRY(write(ts, file, obj(*s)));
        } else {
            error_clear(ts);
            TRY(write(ts, file, "<exception str() failed>"));
        }
    }
    TRY(write(ts, file, "\n"));
    TRY(call_method(ts, file, "flush"_n));
    return {};
}

void print_to_stderr(ThreadState& ts, const Report& report) {
    Object* found = sys_get(ts, "stderr"_s);
    if (!found || is_none(found)) return;
    Ref<Object> file = Ref<Object>::share(*found);
    if (!print(ts, file, report).ok()) error_clear(ts);
}

Result<Ref<Object>> make_arguments(ThreadState& ts, const Report& report) {
    Object* cls = TRY(unraisable_arguments_class(ts));
    Ref<Tuple> made = TRY(struct_sequence_new(ts, as<Type>(*cls)));
    Object* items[] = {report.type, report.value, report.traceback, report.message, report.object};
    for (int i = 0; i < 5; ++i) {
        struct_sequence_set(*made, i, Ref<Object>::share(items[i] ? *items[i] : none()));
    }
    return made;
}

}  // namespace

Result<Object*> unraisable_arguments_class(ThreadState& ts) {
    ExceptionsPart* part = exceptions_part(ts);
    if (!part->unraisable_args) {
        static constexpr PyStructSequence_Field fields[] = {{"exc_type", "Exception type"},
                                                            {"exc_value", "Exception value"},
                                                            {"exc_traceback", "Exception traceback"},
                                                            {"err_msg", "Error message"},
                                                            {"object", "Object causing the exception"},
                                                            {nullptr, nullptr}};
        PyStructSequence_Desc description = {"builtins.UnraisableHookArgs",
                                             "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.",
                                             const_cast<PyStructSequence_Field*>(fields), 5};
        Ref<Type> made = TRY(struct_sequence_type(ts, description));
        part->unraisable_args = obj(std::move(made).release());
    }
    return part->unraisable_args;
}

Result<void> unraisable_hook(ThreadState& ts, Object& arguments) {
    Object* cls = TRY(unraisable_arguments_class(ts));
    if (&type_of(arguments) != as<Type>(cls)) {
        return raise(ts, PyExc_TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs");
    }
    auto item = [&](Py_ssize_t i) { return as<Tuple>(arguments).ob_item[i]; };
    print_to_stderr(ts, {item(0), item(1), item(2), item(3), item(4)});
    return {};
}

namespace {

// Takes the pending exception to the hook.
void report_unraisable(ThreadState& ts, const char* message, Object* where) {
    if (!ts.curexc_traceback) {
        // Show at least where it was noticed.
        OptRef<Object> frame = visible_frame_object(ts);
        if (frame) (void)traceback_here(ts, as<Frame>(*frame));
    }
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (error.traceback && error.value && is_exception(*error.value)) {
        if (!exception_set_traceback(ts, *error.value, error.traceback.get()).ok()) error_clear(ts);
    }
    OptRef<Object> text;
    if (message) {
        auto made = str_format(ts, "Exception ignored %s", message);
        if (made.ok()) {
            text = std::move(made).take();
        } else {
            error_clear(ts);
        }
    }
    OptRef<Object> keep_where = OptRef<Object>::share(where);
    Report report{error.type.get(), error.value.get(), error.traceback.get(), text.get(), where};
    Object* hook = sys_get(ts, "unraisablehook"_s);
    if (!hook) return print_to_stderr(ts, report);
    OptRef<Object> keep_hook = OptRef<Object>::share(hook);
    auto arguments = make_arguments(ts, report);
    if (!arguments.ok()) {
        error_clear(ts);
        return print_to_stderr(ts, report);
    }
    Ref<Object> args = std::move(arguments).take();
    if (is_none(hook)) return;
    auto run = [&]() -> Result<void> {
        TRY(audit(ts, "sys.unraisablehook", "OO", hook, args.get()));
        TRY(call(ts, *hook, *args));
        return {};
    };
    if (run().ok()) return;
    PendingError second = error_fetch(ts);
    error_normalize(ts, second);
    auto hook_text = str_from_ascii(ts, "Exception ignored in sys.unraisablehook");
    OptRef<Object> hook_message;
    if (hook_text.ok()) hook_message = std::move(hook_text).take();
    print_to_stderr(ts, {second.type.get(), second.value.get(), second.traceback.get(), hook_message.get(), hook});
}

}  // namespace

void write_unraisable_message(ThreadState& ts, const char* message, Object* where) {
    if (!error_pending(ts)) return;
    // What runs into the end of an interpreter that is being stopped is nobody's mistake.
    if (ts.interpreter().interrupt.stopping.load(std::memory_order_relaxed)) return error_clear(ts);
    bool interruption = error_matches(ts, PyExc_KeyboardInterrupt);
    report_unraisable(ts, message, where);
    if (interruption) interrupt_was_lost(ts);
}

void write_unraisable(ThreadState& ts, Object* where) { write_unraisable_message(ts, nullptr, where); }

}  // namespace orochi
