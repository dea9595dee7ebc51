#include "execution/traceback.hpp"

#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/native.hpp"

namespace orochi {

int traceback_line(const Traceback& traceback) {
    if (traceback.tb_lineno != -1) return traceback.tb_lineno;
    return code_line(*traceback.tb_frame->frame->code, traceback.tb_lasti);
}

Result<Ref<Object>> traceback_new(ThreadState& ts, Object* next, Frame& frame, int last_offset, int line) {
    Ref<Traceback> entry = TRY(new_container<Traceback>(ts, PyTraceBack_Type));
    entry->tb_next = as<Traceback>(new_reference_optional(next));
    entry->tb_frame = new_reference(frame);
    entry->tb_lasti = last_offset;
    entry->tb_lineno = line;
    gc_track(ts, obj(*entry));
    return entry;
}

Result<void> traceback_here(ThreadState& ts, InterpreterFrame& frame) {
    PendingError error = error_fetch(ts);
    Frame* object = frame_object(ts, frame);
    if (!object) {
        error_restore(ts, std::move(error));
        return {};
    }
    auto entry = traceback_new(ts, error.traceback.get(), *object, frame_last_offset(frame), -1);
    if (entry.ok()) {
        error.traceback = std::move(entry).take();
    } else {
        error_clear(ts);
    }
    error_restore(ts, std::move(error));
    return {};
}

namespace {

void traceback_dealloc(ThreadState& ts, Traceback& self) {
    gc_untrack_if_tracked(obj(self));
    if (!trashcan_begin(ts, obj(self))) return;
    clear(self.tb_next);
    clear(self.tb_frame);
    free_container(obj(self));
    trashcan_end(ts);
}
int traceback_traverse(Traceback& self, visitproc visit, void* arg) {
    Py_VISIT(self.tb_next);
    Py_VISIT(self.tb_frame);
    return 0;
}
int traceback_clear(Traceback& self) {
    clear(self.tb_next);
    clear(self.tb_frame);
    return 0;
}

Result<Ref<Object>> get_next(ThreadState& ts, Traceback& self) {
    return Ref<Object>::share(self.tb_next ? obj(*self.tb_next) : none());
}
Result<void> set_next(ThreadState& ts, Traceback& self, Object* value) {
    if (!value) return raise(ts, PyExc_TypeError, "can't delete tb_next attribute");
    if (is_none(value)) {
        value = nullptr;
    } else if (!PyTraceBack_Check(value)) {
        return raise(ts, PyExc_TypeError, "expected traceback object, got '%T'", value);
    }
    for (Traceback* at = as<Traceback>(value); at; at = at->tb_next) {
        if (at == &self) return raise(ts, PyExc_ValueError, "traceback loop detected");
    }
    assign(self.tb_next, OptRef<Object>::share(value));
    return {};
}
Result<Ref<Object>> get_line(ThreadState& ts, Traceback& self) {
    int line = traceback_line(self);
    if (line < 0) return new_none();
    return int_from(ts, line);
}

Result<Ref<Object>> traceback_type_new(ThreadState& ts, Type& type, Object& next, Object& frame, int last, int line) {
    if (!is_none(next) && !PyTraceBack_Check(&next)) {
        return raise(ts, PyExc_TypeError, "expected traceback object or None, got '%T'", &next);
    }
    if (!PyFrame_Check(&frame)) {
        return raise(ts, PyExc_TypeError, "TracebackType() argument 'tb_frame' must be frame, not %T", &frame);
    }
    return traceback_new(ts, is_none(next) ? nullptr : &next, as<Frame>(frame), last, line);
}

Result<Ref<Object>> traceback_dir(ThreadState& ts, Traceback& self) {
    Object* names[] = {&"tb_frame"_n, &"tb_next"_n, &"tb_lasti"_n, &"tb_lineno"_n};
    return list_from_items(ts, names, 4);
}

constexpr MethodDef traceback_methods[] = {METHOD_PLAIN("__dir__($self)", traceback_dir, nullptr), METHOD_END};
constexpr PyMemberDef traceback_members[] = {
    {"tb_frame", T_OBJECT, offsetof(Traceback, tb_frame), READONLY | PY_AUDIT_READ, nullptr},
    {"tb_lasti", T_INT, offsetof(Traceback, tb_lasti), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};
constexpr PyGetSetDef traceback_getset[] = {GETTER_SETTER("tb_next", get_next, set_next, nullptr),
                                            GETTER("tb_lineno", get_line, nullptr), GETSET_END};

}  // namespace

Result<void> traceback_here(ThreadState& ts, Frame& frame) {
    PendingError error = error_fetch(ts);
    auto entry =
        traceback_new(ts, error.traceback.get(), frame, frame_last_offset(*frame.frame), frame_line_number(frame));
    if (!entry.ok()) return failure;
    error.traceback = std::move(entry).take();
    error_restore(ts, std::move(error));
    return {};
}

}  // namespace orochi

using namespace orochi;

PyTypeObject PyTraceBack_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "traceback",
    .tp_basicsize = sizeof(Traceback),
    .tp_dealloc = slot<traceback_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_doc = "TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno)\n--\n\nCreate a new traceback object.",
    .tp_traverse = slot<traceback_traverse>,
    .tp_clear = slot<traceback_clear>,
    .tp_methods = METHOD_TABLE(traceback_methods),
    .tp_members = MEMBER_TABLE(traceback_members),
    .tp_getset = GETSET_TABLE(traceback_getset),
    .tp_new = NEW_SLOT("TracebackType($type, tb_next, tb_frame, tb_lasti, tb_lineno)", traceback_type_new),
};
