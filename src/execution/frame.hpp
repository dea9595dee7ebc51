// Frames: the running state of a code object.
//
// An InterpreterFrame lives on the thread's data stack, inside a generator, or,
// once it has outlived both, inside a frame object. It holds the locals, cells
// and free variables, followed by the evaluation stack:
//
//     localsplus: [ locals | cells | free variables | evaluation stack ... ]
//
// A frame *object* (types.FrameType) is made only when someone asks for it.
#pragma once

#include "execution/code.hpp"
#include "objects/frame_access.hpp"
#include "objects/object.hpp"
#include "state/start_image.hpp"

// The public headers name the struct and leave it opaque.
struct _PyInterpreterFrame {
    orochi::Function* function;   // owned
    orochi::Object* globals;      // borrowed from the function
    orochi::Object* builtins;     // borrowed from the function
    orochi::Object* locals;       // owned; null in functions with fast locals
    orochi::Code* code;           // owned
    orochi::Frame* frame_object;  // owned; null until asked for
    _PyInterpreterFrame* previous;
    orochi::CodeWord* previous_instruction;  // the last instruction executed (or about to raise)
    int stack_top;  // number of live slots in localsplus; -1 while the loop keeps it in a register
    bool is_entry;  // entered from C: returning leaves the evaluation function
    // Where the frame lies. kConstructing lies on the thread's data stack as well: it runs the __init__ of a new
    // instance, which is on the caller's stack already.
    enum class Owner : char { kThread, kConstructing, kGenerator, kFrameObject } owner;
    uint16_t jump_at_end;  // of a FOR_ITER or SEND that resumed a generator in the loop: taken when that has finished
    orochi::Object* localsplus[1];
};

// types.FrameType; opaque in the public headers as well.
struct _frame {
    PyObject ob_base;
    PyFrameObject* back;         // owned; set when the frame has been left
    _PyInterpreterFrame* frame;  // points into `own_frame` once the frame has been left
    PyObject* trace;
    int line_number;  // when a trace function set f_lineno; otherwise 0
    char trace_lines;
    char trace_opcodes;
    char fast_as_locals;  // the fast locals have been copied to f_locals at least once
    PyObject* own_frame[1];
};

namespace orochi {

using InterpreterFrame = _PyInterpreterFrame;

inline constexpr int kFrameHeaderSlots = int((offsetof(InterpreterFrame, localsplus)) / sizeof(Object*));

inline size_t frame_slots(const Code& code) {
    return size_t(code.co_nlocalsplus) + size_t(code.co_stacksize) + size_t(kFrameHeaderSlots);
}
inline InterpreterFrame* current_frame(const ThreadState& ts) { return ts.cframe->current_frame; }
inline Object** frame_stack_base(InterpreterFrame& frame) { return frame.localsplus + frame.code->co_nlocalsplus; }
// Byte offset of the last instruction; negative before the first one.
inline int frame_last_offset(const InterpreterFrame& frame) {
    return int((frame.previous_instruction - code_words(*frame.code)) * Py_ssize_t(sizeof(CodeWord)));
}
// Frames that have not reached their first RESUME are not shown.
inline bool frame_is_incomplete(const InterpreterFrame& frame) {
    return frame.owner != InterpreterFrame::Owner::kGenerator &&
           frame.previous_instruction < code_words(*frame.code) + frame.code->_co_firsttraceable;
}
int frame_line(const InterpreterFrame& frame);  // -1: none
// The nearest frame that Python code may see, starting with this one.
inline InterpreterFrame* visible_frame(InterpreterFrame* frame) {
    while (frame && frame_is_incomplete(*frame)) frame = frame->previous;
    return frame;
}

// Space on the thread's data stack. Null: MemoryError is pending.
InterpreterFrame* data_stack_push_slow(ThreadState& ts, size_t slots);
inline InterpreterFrame* data_stack_push(ThreadState& ts, size_t slots) {
    Object** base = ts.datastack_top;
    if (base && base + slots < ts.datastack_limit) [[likely]] {
        ts.datastack_top = base + slots;
        return reinterpret_cast<InterpreterFrame*>(base);
    }
    return data_stack_push_slow(ts, slots);
}
void data_stack_drop_chunk(ThreadState& ts);
inline void data_stack_pop(ThreadState& ts, InterpreterFrame* frame) {
    Object** base = reinterpret_cast<Object**>(frame);
    // Every chunk but the first begins one slot further.
    if (base == &ts.datastack_chunk->data[1]) [[unlikely]]
        return data_stack_drop_chunk(ts);
    ts.datastack_top = base;
}

// The globals, which may have to be brought from a start image first.
inline Object* loaded_globals(Function& function) {
    if (!function.func_globals) [[unlikely]]
        start_image_load_word(&function.func_globals);
    return function.func_globals;
}

// Fills in the header; takes over `function` (owned) and `locals` (owned or null). Locals are set to null from
// `null_from` on.
inline void frame_initialize(InterpreterFrame& frame, Function& function, Object* locals, Code& code, int null_from) {
    frame.function = &function;
    incref(code);
    frame.code = &code;
    frame.globals = loaded_globals(function);
    frame.builtins = function.func_builtins;
    frame.locals = locals;
    frame.stack_top = code.co_nlocalsplus;
    frame.frame_object = nullptr;
    frame.previous_instruction = code_words(code) - 1;
    frame.is_entry = false;
    frame.owner = InterpreterFrame::Owner::kThread;
    for (int i = null_from; i < code.co_nlocalsplus; ++i) frame.localsplus[i] = nullptr;
}
// Drops what a finished frame holds; a frame object that others hold takes the content over.
void frame_clear_observed(ThreadState& ts, InterpreterFrame& frame);
inline void frame_drop_content(InterpreterFrame& frame) {
    for (int i = 0; i < frame.stack_top; ++i) decref_optional(frame.localsplus[i]);
    decref_optional(frame.locals);
    decref(*frame.function);
    decref(*frame.code);
}
inline void frame_clear(ThreadState& ts, InterpreterFrame& frame) {
    if (frame.frame_object) [[unlikely]]
        return frame_clear_observed(ts, frame);
    frame_drop_content(frame);
}

// The frame object of a frame, borrowed from it. Null: out of memory.
Frame* frame_object(ThreadState& ts, InterpreterFrame& frame);

// f_locals. Copies fast locals, cells and free variables into the frame's mapping / back again.
Result<void> frame_fast_to_locals(ThreadState& ts, InterpreterFrame& frame);
void frame_locals_to_fast(ThreadState& ts, InterpreterFrame& frame, bool clear_missing);
Result<Ref<Object>> frame_locals(ThreadState& ts, InterpreterFrame& frame);  // locals()
// f.clear(): RuntimeError when it runs.
Result<void> frame_object_clear(ThreadState& ts, Frame& frame);

}  // namespace orochi
