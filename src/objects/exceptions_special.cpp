// Classes with a field or two of their own: StopIteration, SystemExit, ImportError, NameError,
// AttributeError, SyntaxError, KeyError, MemoryError.
#include "memory/without_limit.hpp"
#include "objects/dict.hpp"
#include "objects/exception_slots.hpp"
#include "objects/exceptions_part.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

// ---- StopIteration, SystemExit

Result<void> stop_iteration_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    TRY(exception_init(ts, self, arguments, keywords));
    Tuple& items = as<Tuple>(arguments);
    Object& value = tuple_size(items) > 0 ? tuple_item(items, 0) : none();
    assign(as<PyStopIterationObject>(self).value, Ref<Object>::share(value));
    return {};
}
constexpr PyMemberDef stop_iteration_members[] = {
    EXCEPTION_MEMBER("value", PyStopIterationObject, value, 0, "generator return value"), {}};
using StopIterationSlots = ExceptionSlots<PyStopIterationObject, &PyStopIterationObject::value>;

Result<void> system_exit_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    TRY(exception_init(ts, self, arguments, keywords));
    Tuple& items = as<Tuple>(arguments);
    if (tuple_size(items) == 0) return {};
    Object& code = tuple_size(items) == 1 ? tuple_item(items, 0) : arguments;
    assign(as<PySystemExitObject>(self).code, Ref<Object>::share(code));
    return {};
}
constexpr PyMemberDef system_exit_members[] = {EXCEPTION_MEMBER("code", PySystemExitObject, code, 0, "exception code"),
                                               {}};
using SystemExitSlots = ExceptionSlots<PySystemExitObject, &PySystemExitObject::code>;

// ---- ImportError

Result<void> import_error_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    PyImportErrorObject& e = as<PyImportErrorObject>(self);
    TRY(exception_init(ts, self, arguments, nullptr));
    Object *name, *path;
    TRY(exception_keywords(ts, "ImportError", keywords, "name"_n, &name, &"path"_n, &path));
    assign(e.name, OptRef<Object>::share(name));
    assign(e.path, OptRef<Object>::share(path));
    Tuple& items = as<Tuple>(arguments);
    assign(e.msg, OptRef<Object>::share(tuple_size(items) == 1 ? &tuple_item(items, 0) : nullptr));
    return {};
}
Result<Ref<Object>> import_error_str(ThreadState& ts, Object& self) {
    Object* message = as<PyImportErrorObject>(self).msg;
    if (message && PyUnicode_CheckExact(message)) return Ref<Object>::share(*message);
    return exception_str(ts, self);
}
Result<Ref<Object>> import_error_reduce(ThreadState& ts, Object& self) {
    PyImportErrorObject& e = as<PyImportErrorObject>(self);
    OptRef<Object> state = OptRef<Object>::share(e.dict);
    if (e.name || e.path) {
        Ref<Dict> copy = e.dict ? TRY(dict_copy(ts, as<Dict>(*e.dict))) : TRY(dict_new(ts));
        if (e.name) TRY(dict_set(ts, copy, "name"_n, *e.name));
        if (e.path) TRY(dict_set(ts, copy, "path"_n, *e.path));
        state = std::move(copy);
    }
    Object& arguments = e.args ? *e.args : none();
    if (!state) return tuple_of(ts, obj(type_of(self)), arguments);
    return tuple_of(ts, obj(type_of(self)), arguments, *state);
}
constexpr MethodDef import_error_methods[] = {METHOD_PLAIN("__reduce__($self)", import_error_reduce, nullptr),
                                              METHOD_END};
constexpr PyMemberDef import_error_members[] = {
    EXCEPTION_MEMBER("msg", PyImportErrorObject, msg, 0, "exception message"),
    EXCEPTION_MEMBER("name", PyImportErrorObject, name, 0, "module name"),
    EXCEPTION_MEMBER("path", PyImportErrorObject, path, 0, "module path"),
    {}};
using ImportErrorSlots = ExceptionSlots<PyImportErrorObject, &PyImportErrorObject::msg, &PyImportErrorObject::name,
                                        &PyImportErrorObject::path>;

// ---- NameError, AttributeError

Result<void> name_error_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    TRY(exception_init(ts, self, arguments, nullptr));
    Object* name;
    TRY(exception_keywords(ts, "NameError", keywords, "name"_n, &name, nullptr, nullptr));
    assign(as<PyNameErrorObject>(self).name, OptRef<Object>::share(name));
    return {};
}
constexpr PyMemberDef name_error_members[] = {EXCEPTION_MEMBER("name", PyNameErrorObject, name, 0, "name"), {}};
using NameErrorSlots = ExceptionSlots<PyNameErrorObject, &PyNameErrorObject::name>;

Result<void> attribute_error_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    TRY(exception_init(ts, self, arguments, nullptr));
    Object *name, *object;
    TRY(exception_keywords(ts, "AttributeError", keywords, "name"_n, &name, &"obj"_n, &object));
    assign(as<PyAttributeErrorObject>(self).name, OptRef<Object>::share(name));
    assign(as<PyAttributeErrorObject>(self).obj, OptRef<Object>::share(object));
    return {};
}
constexpr PyMemberDef attribute_error_members[] = {
    EXCEPTION_MEMBER("name", PyAttributeErrorObject, name, 0, "attribute name"),
    EXCEPTION_MEMBER("obj", PyAttributeErrorObject, obj, 0, "object"),
    {}};
using AttributeErrorSlots =
    ExceptionSlots<PyAttributeErrorObject, &PyAttributeErrorObject::obj, &PyAttributeErrorObject::name>;

// ---- SyntaxError

Result<void> syntax_error_init(ThreadState& ts, Object& self, Object& arguments, Object* keywords) {
    PySyntaxErrorObject& e = as<PySyntaxErrorObject>(self);
    TRY(exception_init(ts, self, arguments, keywords));
    Tuple& items = as<Tuple>(arguments);
    if (tuple_size(items) >= 1) assign(e.msg, Ref<Object>::share(tuple_item(items, 0)));
    if (tuple_size(items) != 2) return {};
    Ref<Tuple> info = TRY(sequence_tuple(ts, tuple_item(items, 1)));
    TRY(check_argument_count(ts, obj(*info), 4, 6));
    auto item = [&](Py_ssize_t i) {
        return OptRef<Object>::share(i < tuple_size(info) ? &tuple_item(info, i) : nullptr);
    };
    assign(e.filename, item(0));
    assign(e.lineno, item(1));
    assign(e.offset, item(2));
    assign(e.text, item(3));
    assign(e.end_lineno, item(4));
    assign(e.end_offset, item(5));
    if (e.end_lineno && !e.end_offset) {
        return raise(ts, PyExc_TypeError, "end_offset must be provided when end_lineno is provided");
    }
    return {};
}

Result<Ref<Object>> syntax_error_str(ThreadState& ts, Object& self) {
    PySyntaxErrorObject& e = as<PySyntaxErrorObject>(self);
    Object& message = e.msg ? *e.msg : none();
    OptRef<Str> file;
    if (e.filename && PyUnicode_Check(e.filename)) {
        Str& path = as<Str>(*e.filename);
        Py_ssize_t slash = str_find(path, "/"_s, 0, str_length(path), -1);
        file = TRY(str_substring(ts, path, slash + 1, str_length(path)));
    }
    bool has_line = e.lineno && PyLong_CheckExact(e.lineno);
    if (!file && !has_line) return str(ts, message);
    long line = 0;
    if (has_line) {
        int overflow;
        line = long(TRY(int_as_long_long_overflow(ts, *e.lineno, overflow)));
        if (overflow) line = -1;
    }
    if (file && has_line) return str_format(ts, "%S (%U, line %ld)", &message, file.get(), line);
    if (file) return str_format(ts, "%S (%U)", &message, file.get());
    return str_format(ts, "%S (line %ld)", &message, line);
}
constexpr PyMemberDef syntax_error_members[] = {
    EXCEPTION_MEMBER("msg", PySyntaxErrorObject, msg, 0, "exception msg"),
    EXCEPTION_MEMBER("filename", PySyntaxErrorObject, filename, 0, "exception filename"),
    EXCEPTION_MEMBER("lineno", PySyntaxErrorObject, lineno, 0, "exception lineno"),
    EXCEPTION_MEMBER("offset", PySyntaxErrorObject, offset, 0, "exception offset"),
    EXCEPTION_MEMBER("text", PySyntaxErrorObject, text, 0, "exception text"),
    EXCEPTION_MEMBER("end_lineno", PySyntaxErrorObject, end_lineno, 0, "exception end lineno"),
    EXCEPTION_MEMBER("end_offset", PySyntaxErrorObject, end_offset, 0, "exception end offset"),
    EXCEPTION_MEMBER("print_file_and_line", PySyntaxErrorObject, print_file_and_line, 0,
                     "exception print_file_and_line"),
    {}};
using SyntaxErrorSlots = ExceptionSlots<PySyntaxErrorObject, &PySyntaxErrorObject::msg, &PySyntaxErrorObject::filename,
                                        &PySyntaxErrorObject::lineno, &PySyntaxErrorObject::offset,
                                        &PySyntaxErrorObject::end_lineno, &PySyntaxErrorObject::end_offset,
                                        &PySyntaxErrorObject::text, &PySyntaxErrorObject::print_file_and_line>;

// ---- KeyError

// The repr of the one argument: str(KeyError('')) would be empty otherwise.
Result<Ref<Object>> key_error_str(ThreadState& ts, Object& self) {
    Tuple* arguments = as<Tuple>(exception_base(self).args);
    if (arguments && tuple_size(*arguments) == 1) return repr(ts, tuple_item(*arguments, 0));
    return exception_str(ts, self);
}
using PlainSlots = ExceptionSlots<BaseException>;

// ---- MemoryError: instances are kept when they die, so that raising needs no memory.

// Null: none is left.
OptRef<Object> take_saved_memory_error(ThreadState& ts, Object& arguments) {
    ExceptionsPart* part = exceptions_part(ts);
    if (!part || !part->memory_errors) return {};
    Object& self = *part->memory_errors;
    part->memory_errors = exception_base(self).dict;
    --part->memory_error_count;
    exception_base(self).dict = nullptr;
    exception_base(self).args = new_reference(arguments);
    self.ob_refcnt = 1;
    gc_track(ts, self);
    return OptRef<Object>::steal(&self);
}

Result<Ref<Object>> memory_error_new(ThreadState& ts, Type& type, Object& arguments, Object* keywords) {
    if (&type == &_PyExc_MemoryError) {
        if (OptRef<Object> saved = take_saved_memory_error(ts, arguments)) return saved.take();
    }
    return exception_new(ts, type, arguments, keywords);
}

void memory_error_dealloc(Object* self) {
    gc_untrack_if_tracked(*self);
    PlainSlots::clear_slot(self);
    ThreadState& ts = current_thread();
    ExceptionsPart* part = exceptions_part(ts);
    if (&type_of(*self) != &_PyExc_MemoryError || !part || part->memory_error_count >= kSavedMemoryErrors) {
        self->ob_type->tp_free(self);
        return;
    }
    exception_base(*self).suppress_context = 0;
    gc_header(*self).prev_bits = 0;
    exception_base(*self).dict = part->memory_errors;
    part->memory_errors = self;
    ++part->memory_error_count;
}

}  // namespace

Result<void> exceptions_start(ThreadState& ts) {
    void* memory = ts.heap().allocate_zeroed(sizeof(ExceptionsPart));
    if (!memory) return raise_no_memory(ts);
    ExceptionsPart* part = static_cast<ExceptionsPart*>(memory);
    ts.interpreter().parts[size_t(Part::kExceptions)] = part;
    Object* made[kSavedMemoryErrors] = {};
    for (Object*& error : made) {
        auto result = exception_new(ts, _PyExc_MemoryError, obj(empty_tuple()), nullptr);
        if (!result.ok()) break;
        error = std::move(result).release();
    }
    for (Object* error : made) decref_optional(error);
    part->exception_group = std::move(TRY(exception_group_class_new(ts))).release();
    return {};
}

void exceptions_stop(ThreadState& ts) {
    ExceptionsPart* part = exceptions_part(ts);
    if (!part) return;
    clear(part->exception_group);
    ts.interpreter().parts[size_t(Part::kExceptions)] = nullptr;
    while (Object* error = part->memory_errors) {
        part->memory_errors = exception_base(*error).dict;
        exception_base(*error).dict = nullptr;
        error->ob_type->tp_free(error);
    }
    Heap::free(part);
}

OptRef<Object> memory_error_without_arguments(ThreadState& ts) {
    if (OptRef<Object> saved = take_saved_memory_error(ts, obj(empty_tuple()))) return saved;
    // Without a limit it is the system that has no memory, and asking once more would lead back here.
    if (ts.heap().limit() == SIZE_MAX) return {};
    auto made = [&] {
        WithoutMemoryLimit unlimited(ts.heap());
        return exception_new(ts, _PyExc_MemoryError, obj(empty_tuple()), nullptr);
    }();
    if (made.ok()) return std::move(made).take();
    error_clear(ts);
    return {};
}

Object& exception_group_class(ThreadState& ts) { return *exceptions_part(ts)->exception_group; }

}  // namespace orochi

using namespace orochi;

extern "C" {

EXCEPTION_TYPE(StopIteration, Exception, PyStopIterationObject, StopIterationSlots, nullptr, nullptr,
               MEMBER_TABLE(stop_iteration_members), slot<stop_iteration_init>, nullptr,
               "Signal the end from iterator.__next__().");
EXCEPTION_TYPE(SystemExit, BaseException, PySystemExitObject, SystemExitSlots, nullptr, nullptr,
               MEMBER_TABLE(system_exit_members), slot<system_exit_init>, nullptr,
               "Request to exit from the interpreter.");
EXCEPTION_TYPE(ImportError, Exception, PyImportErrorObject, ImportErrorSlots, slot<import_error_str>,
               METHOD_TABLE(import_error_methods), MEMBER_TABLE(import_error_members), slot<import_error_init>, nullptr,
               "Import can't find module, or can't find name in module.");
EXCEPTION_TYPE(ModuleNotFoundError, ImportError, PyImportErrorObject, ImportErrorSlots, nullptr, nullptr, nullptr,
               slot<import_error_init>, nullptr, "Module not found.");
EXCEPTION_TYPE(NameError, Exception, PyNameErrorObject, NameErrorSlots, slot<exception_str>, nullptr,
               MEMBER_TABLE(name_error_members), slot<name_error_init>, nullptr, "Name not found globally.");
EXCEPTION_TYPE(UnboundLocalError, NameError, PyNameErrorObject, NameErrorSlots, nullptr, nullptr, nullptr,
               slot<name_error_init>, nullptr, "Local name referenced but not bound to a value.");
EXCEPTION_TYPE(AttributeError, Exception, PyAttributeErrorObject, AttributeErrorSlots, slot<exception_str>, nullptr,
               MEMBER_TABLE(attribute_error_members), slot<attribute_error_init>, nullptr, "Attribute not found.");
EXCEPTION_TYPE(SyntaxError, Exception, PySyntaxErrorObject, SyntaxErrorSlots, slot<syntax_error_str>, nullptr,
               MEMBER_TABLE(syntax_error_members), slot<syntax_error_init>, nullptr, "Invalid syntax.");
EXCEPTION_TYPE(IndentationError, SyntaxError, PySyntaxErrorObject, SyntaxErrorSlots, nullptr, nullptr, nullptr,
               slot<syntax_error_init>, nullptr, "Improper indentation.");
EXCEPTION_TYPE(TabError, IndentationError, PySyntaxErrorObject, SyntaxErrorSlots, nullptr, nullptr, nullptr,
               slot<syntax_error_init>, nullptr, "Improper mixture of spaces and tabs.");
EXCEPTION_TYPE(KeyError, LookupError, PyBaseExceptionObject, PlainSlots, slot<key_error_str>, nullptr, nullptr,
               slot<exception_init>, nullptr, "Mapping key not found.");

constinit PyTypeObject _PyExc_MemoryError = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "MemoryError",
    .tp_basicsize = sizeof(PyBaseExceptionObject),
    .tp_dealloc = memory_error_dealloc,
    .tp_flags = kExceptionFlags,
    .tp_doc = "Out of memory.",
    .tp_traverse = PlainSlots::traverse,
    .tp_clear = PlainSlots::clear_slot,
    .tp_base = &_PyExc_Exception,
    .tp_dictoffset = offsetof(PyBaseExceptionObject, dict),
    .tp_init = slot<exception_init>,
    .tp_new = slot<memory_error_new>,
};
EXCEPTION_POINTER(MemoryError);
}
