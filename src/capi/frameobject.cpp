// pyframe.h, frameobject.h, traceback.h.
#include "execution/frame.hpp"
#include "execution/native_entries.hpp"
#include "execution/traceback.hpp"
#include "objects/str.hpp"

using namespace orochi;

#pragma GCC visibility push(default)
extern "C" {

PyFrameObject* PyThreadState_GetFrame(PyThreadState* state) {
    return reinterpret_cast<PyFrameObject*>(visible_frame_object(thread_state(state)).release());
}
PyFrameObject* PyEval_GetFrame() {
    ThreadState& ts = current_thread();
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    if (!frame) return nullptr;
    Frame* object = frame_object(ts, *frame);
    if (!object) error_clear(ts);
    return object;
}
PyFrameObject* PyFrame_GetBack(PyFrameObject* frame) {
    OptRef<Object> back = frame_back(current_thread(), *frame);
    return reinterpret_cast<PyFrameObject*>(back.release());
}
PyCodeObject* PyFrame_GetCode(PyFrameObject* frame) {
    Code& code = frame_code(*frame);
    incref(code);
    return &code;
}
int PyFrame_GetLineNumber(PyFrameObject* frame) { return frame_line_number(*frame); }
int PyFrame_GetLasti(PyFrameObject* frame) {
    int offset = frame_last_offset(*frame->frame);
    return offset < 0 ? -1 : offset;
}
PyObject* PyFrame_GetLocals(PyFrameObject* frame) { return to_c(frame_locals(current_thread(), *frame->frame)); }
PyObject* PyFrame_GetGlobals(PyFrameObject* frame) { return new_reference_optional(frame->frame->globals); }
PyObject* PyFrame_GetBuiltins(PyFrameObject* frame) { return new_reference_optional(frame->frame->builtins); }
PyObject* PyFrame_GetGenerator(PyFrameObject* frame) {
    if (frame->frame->owner != InterpreterFrame::Owner::kGenerator) return nullptr;
    // The frame is the last member of the generator that owns it.
    Object* generator =
        reinterpret_cast<Object*>(reinterpret_cast<char*>(frame->frame) - offsetof(PyGenObject, gi_iframe));
    return new_reference(*generator);
}
int PyFrame_FastToLocalsWithError(PyFrameObject* frame) {
    return to_c(frame_fast_to_locals(current_thread(), *frame->frame));
}
void PyFrame_FastToLocals(PyFrameObject* frame) {
    ThreadState& ts = current_thread();
    if (!frame_fast_to_locals(ts, *frame->frame).ok()) error_clear(ts);
}
void PyFrame_LocalsToFast(PyFrameObject* frame, int clear_missing) {
    frame_locals_to_fast(current_thread(), *frame->frame, clear_missing != 0);
}

PyFrameObject* PyFrame_New(PyThreadState* state, PyCodeObject* code, PyObject* globals, PyObject* locals) {
    return frame_new(thread_state(state), *code, *globals, locals).release();
}

void _PyTraceback_Add(const char* function_name, const char* filename, int line) {
    traceback_add(current_thread(), filename, function_name, line);
}

int PyTraceBack_Here(PyFrameObject* frame) { return to_c(traceback_here(current_thread(), *frame)); }
}
#pragma GCC visibility pop
