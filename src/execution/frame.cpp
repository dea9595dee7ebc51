#include "execution/frame.hpp"

#include "execution/shared_code.hpp"
#include "execution/trace.hpp"
#include "language/compiler/code_unit.hpp"
#include "language/compiler/opcodes.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

// A generous first chunk; each next one doubles, since deep recursion tends to get deeper.
constexpr size_t kFirstChunkBytes = 16 * 1024;

}  // namespace

InterpreterFrame* data_stack_push_slow(ThreadState& ts, size_t slots) {
    size_t size = kFirstChunkBytes;
    while (size < sizeof(Object*) * (slots + 64)) size *= 2;
    auto* chunk = static_cast<_PyStackChunk*>(ts.heap().allocate(size));
    if (!chunk) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    chunk->previous = ts.datastack_chunk;
    chunk->size = size;
    chunk->top = 0;
    if (ts.datastack_chunk) ts.datastack_chunk->top = size_t(ts.datastack_top - &ts.datastack_chunk->data[0]);
    ts.datastack_chunk = chunk;
    ts.datastack_limit = reinterpret_cast<Object**>(reinterpret_cast<char*>(chunk) + size);
    // The first slot of a chunk that has a predecessor stays empty, so that popping the first frame of a chunk
    // can be told from popping any other.
    Object** base = &chunk->data[chunk->previous ? 1 : 0];
    ts.datastack_top = base + slots;
    return reinterpret_cast<InterpreterFrame*>(base);
}

void data_stack_drop_chunk(ThreadState& ts) {
    _PyStackChunk* chunk = ts.datastack_chunk;
    _PyStackChunk* previous = chunk->previous;
    ts.datastack_chunk = previous;
    ts.datastack_top = &previous->data[previous->top];
    ts.datastack_limit = reinterpret_cast<Object**>(reinterpret_cast<char*>(previous) + previous->size);
    Heap::free(chunk);
}

int frame_line(const InterpreterFrame& frame) {
    int offset = frame_last_offset(frame);
    return code_line(*frame.code, offset < 0 ? -1 : offset);
}

Frame* frame_object(ThreadState& ts, InterpreterFrame& frame) {
    if (frame.frame_object) return frame.frame_object;
    PendingError pending = error_fetch(ts);
    size_t size = offsetof(Frame, own_frame) + frame_slots(*frame.code) * sizeof(Object*);
    Object* allocated = allocate_container(ts, PyFrame_Type, size);
    if (!allocated) {
        error_clear(ts);
        error_restore(ts, std::move(pending));
        return nullptr;
    }
    Frame& object = *as<Frame>(allocated);
    object.back = nullptr;
    object.frame = &frame;
    object.trace = nullptr;
    object.line_number = 0;
    object.trace_lines = 1;
    object.trace_opcodes = 0;
    object.fast_as_locals = 0;
    error_restore(ts, std::move(pending));
    frame.frame_object = &object;
    return &object;
}

namespace {

// Moves the content of a frame that is being left into its frame object.
void frame_take_over(ThreadState& ts, Frame& object, InterpreterFrame& frame) {
    size_t live = size_t(frame.stack_top) + kFrameHeaderSlots;
    auto* own = reinterpret_cast<InterpreterFrame*>(object.own_frame);
    memcpy(own, &frame, live * sizeof(Object*));
    object.frame = own;
    own->owner = InterpreterFrame::Owner::kFrameObject;
    own->frame_object = nullptr;
    InterpreterFrame* previous = visible_frame(frame.previous);
    own->previous = nullptr;
    if (previous && !object.back) {
        Frame* back = frame_object(ts, *previous);
        if (back) object.back = new_reference(*back);
    }
    if (!gc_is_tracked(obj(object))) gc_track(ts, obj(object));
}

}  // namespace

void frame_clear_observed(ThreadState& ts, InterpreterFrame& frame) {
    Frame& object = *std::exchange(frame.frame_object, nullptr);
    if (obj(object).ob_refcnt > 1) {
        frame_take_over(ts, object, frame);
        decref(object);
        return;
    }
    // Nobody else holds it: it goes, and must not clear our content a second time.
    object.frame = nullptr;
    decref(object);
    frame_drop_content(frame);
}

OptRef<Object> visible_frame_object(ThreadState& ts) {
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    if (!frame) return {};
    Frame* object = frame_object(ts, *frame);
    if (!object) {
        error_clear(ts);
        return {};
    }
    return Ref<Object>::share(obj(*object));
}

Code& frame_code(const Frame& frame) { return visible_code(*frame.frame->code); }
Object& frame_globals(const Frame& frame) { return *frame.frame->globals; }
int frame_line_number(const Frame& frame) { return frame.line_number ? frame.line_number : frame_line(*frame.frame); }

OptRef<Object> frame_back(ThreadState& ts, Frame& object) {
    if (object.back) return OptRef<Object>::share(obj(object.back));
    if (!object.frame) return nullptr;
    InterpreterFrame* previous = visible_frame(object.frame->previous);
    if (!previous) return nullptr;
    return OptRef<Object>::share(obj(frame_object(ts, *previous)));
}

namespace {

// Before the first instruction, free variables are still in the function's closure.
void copy_closure_if_unstarted(InterpreterFrame& frame) {
    Code& code = *frame.code;
    if (frame_last_offset(frame) >= 0 || !code.co_nfreevars) return;
    if (language::Opcode(_Py_OPCODE(code_words(code)[0])) != language::Opcode::COPY_FREE_VARS) return;
    Tuple* closure = as<Tuple>(frame.function->func_closure);
    if (!closure) return;
    int offset = code.co_nlocals + code.co_nplaincellvars;
    for (int i = 0; i < code.co_nfreevars; ++i) {
        if (!frame.localsplus[offset + i]) {
            frame.localsplus[offset + i] = new_reference(*closure->ob_item[i]);
        }
    }
    frame.previous_instruction = code_words(code);
}

// The value of a variable as Python sees it: through its cell once the cell has been made. Null: unbound.
Object* variable_value(InterpreterFrame& frame, int index, int kind) {
    Object* value = frame.localsplus[index];
    if (!value) return nullptr;
    if (kind & language::kLocalFree) return as<Cell>(value)->ob_ref;
    if (kind & language::kLocalCell) {
        // Until MAKE_CELL has run, the slot of a parameter holds the argument itself.
        if (PyCell_Check(value) && frame_last_offset(frame) >= 0) return as<Cell>(value)->ob_ref;
    }
    return value;
}

}  // namespace

Result<void> frame_fast_to_locals(ThreadState& ts, InterpreterFrame& frame) {
    if (!frame.locals) frame.locals = std::move(TRY(dict_new(ts)).cast<Object>()).release();
    Object& locals = *frame.locals;
    Code& code = *frame.code;
    copy_closure_if_unstarted(frame);
    for (int i = 0; i < code.co_nlocalsplus; ++i) {
        int kind = local_kind(code, i);
        // Free variables of a class body are not its locals.
        if ((kind & language::kLocalFree) && !(code.co_flags & CO_OPTIMIZED)) continue;
        Object* value = variable_value(frame, i, kind);
        Object& name = obj(local_name(code, i));
        if (value) {
            Ref<Object> held = Ref<Object>::share(*value);
            TRY(setitem(ts, locals, name, held));
        } else {
            auto removed = delitem(ts, locals, name);
            if (!removed.ok()) {
                if (!error_matches(ts, PyExc_KeyError)) return failure;
                error_clear(ts);
            }
        }
    }
    return {};
}

void frame_locals_to_fast(ThreadState& ts, InterpreterFrame& frame, bool clear_missing) {
    if (!frame.locals) return;
    Ref<Object> locals = Ref<Object>::share(*frame.locals);
    ErrorKeeper keeper(ts);
    Code& code = *frame.code;
    for (int i = 0; i < code.co_nlocalsplus; ++i) {
        int kind = local_kind(code, i);
        if ((kind & language::kLocalFree) && !(code.co_flags & CO_OPTIMIZED)) continue;
        Object& name = obj(local_name(code, i));
        auto found = getitem(ts, *locals, name);
        OptRef<Object> value;
        if (found.ok()) {
            value = std::move(found).take();
        } else {
            error_clear(ts);
            if (!clear_missing) continue;
        }
        Object* held = frame.localsplus[i];
        bool through_cell = held && PyCell_Check(held) && (kind & (language::kLocalFree | language::kLocalCell)) &&
                            frame_last_offset(frame) >= 0;
        if (through_cell) {
            if (as<Cell>(held)->ob_ref != value.get()) assign(as<Cell>(held)->ob_ref, std::move(value));
        } else if (held != value.get()) {
            if (!value) value = OptRef<Object>(new_none());  // a parameter is never taken away under a running frame
            assign(frame.localsplus[i], std::move(value));
        }
    }
}

Result<Ref<Object>> frame_locals(ThreadState& ts, InterpreterFrame& frame) {
    if (frame.code->co_flags & CO_OPTIMIZED || !frame.locals) TRY(frame_fast_to_locals(ts, frame));
    return Ref<Object>::share(*frame.locals);
}

Object* current_globals(ThreadState& ts) {
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    return frame ? frame->globals : nullptr;
}

Object* current_builtins(ThreadState& ts) {
    InterpreterFrame* frame = visible_frame(current_frame(ts));
    return frame ? frame->builtins : ts.interpreter().builtins;
}

Result<void> frame_object_clear(ThreadState& ts, Frame& self) {
    if (!self.frame) return {};
    if (self.frame->owner == InterpreterFrame::Owner::kGenerator) {
        return generator_clear_frame(ts, *self.frame);
    }
    if (self.frame->owner != InterpreterFrame::Owner::kFrameObject) {
        return raise(ts, PyExc_RuntimeError, "cannot clear an executing frame");
    }
    InterpreterFrame& frame = *self.frame;
    for (int i = frame.stack_top - 1; i >= 0; --i) clear(frame.localsplus[i]);
    frame.stack_top = 0;
    clear(frame.locals);
    clear(self.trace);
    return {};
}

namespace {

int frame_traverse(Frame& self, visitproc visit, void* arg) {
    Py_VISIT(self.back);
    Py_VISIT(self.trace);
    if (self.frame && self.frame->owner == InterpreterFrame::Owner::kFrameObject) {
        Py_VISIT(self.frame->function);
        Py_VISIT(self.frame->code);
        Py_VISIT(self.frame->locals);
        for (int i = 0; i < self.frame->stack_top; ++i) Py_VISIT(self.frame->localsplus[i]);
    }
    return 0;
}

int frame_tp_clear(Frame& self) {
    clear(self.trace);
    if (self.frame && self.frame->owner == InterpreterFrame::Owner::kFrameObject) {
        InterpreterFrame& frame = *self.frame;
        for (int i = frame.stack_top - 1; i >= 0; --i) clear(frame.localsplus[i]);
        frame.stack_top = 0;
        clear(frame.locals);
    }
    return 0;
}

void frame_dealloc(ThreadState& ts, Frame& self) {
    gc_untrack_if_tracked(obj(self));
    if (!trashcan_begin(ts, obj(self))) return;
    if (self.frame && self.frame->owner == InterpreterFrame::Owner::kFrameObject) {
        frame_drop_content(*self.frame);
    }
    clear(self.back);
    clear(self.trace);
    free_container(obj(self));
    trashcan_end(ts);
}

Result<Ref<Str>> frame_repr(ThreadState& ts, Frame& self) {
    Code& code = *self.frame->code;
    return str_format(ts, "<frame at %p, file %R, line %d, code %S>", &self, code.co_filename, frame_line_number(self),
                      code.co_name);
}

Result<OptRef<Object>> get_back(ThreadState& ts, Frame& self) {
    OptRef<Object> back = frame_back(ts, self);
    if (!back) return new_none();
    return back;
}
Result<Ref<Object>> get_code(ThreadState& ts, Frame& self) {
    TRY(audit(ts, "object.__getattr__", "Os", &self, "f_code"));
    return Ref<Object>::share(obj(frame_code(self)));
}
Result<Ref<Object>> get_globals(ThreadState& ts, Frame& self) { return Ref<Object>::share(*self.frame->globals); }
Result<Ref<Object>> get_builtins(ThreadState& ts, Frame& self) { return Ref<Object>::share(*self.frame->builtins); }
Result<Ref<Object>> get_locals(ThreadState& ts, Frame& self) {
    TRY(frame_fast_to_locals(ts, *self.frame));
    self.fast_as_locals = 1;
    return Ref<Object>::share(*self.frame->locals);
}
Result<Ref<Object>> get_lasti(ThreadState& ts, Frame& self) {
    int offset = frame_last_offset(*self.frame);
    return int_from(ts, offset < 0 ? -1 : offset);
}
Result<Ref<Object>> get_line(ThreadState& ts, Frame& self) {
    int line = frame_line_number(self);
    if (line < 0) return new_none();
    return int_from(ts, line);
}
Result<Ref<Object>> get_trace(ThreadState& ts, Frame& self) {
    return Ref<Object>::share(self.trace ? *self.trace : none());
}
Result<void> set_trace(ThreadState& ts, Frame& self, Object* value) {
    if (value && is_none(value)) value = nullptr;
    assign(self.trace, OptRef<Object>::share(value));
    return {};
}

Result<void> frame_clear_method(ThreadState& ts, Frame& self) { return frame_object_clear(ts, self); }
Result<Py_ssize_t> frame_sizeof(ThreadState& ts, Frame& self) {
    return Py_ssize_t(offsetof(Frame, own_frame) + frame_slots(*self.frame->code) * sizeof(Object*));
}

constexpr MethodDef frame_methods[] = {
    METHOD_PLAIN("clear($self)", frame_clear_method, "F.clear(): clear most references held by the frame"),
    METHOD_PLAIN("__sizeof__($self)", frame_sizeof, "F.__sizeof__() -> size of F in memory, in bytes"), METHOD_END};
constexpr PyMemberDef frame_members[] = {{"f_trace_lines", T_BOOL, offsetof(Frame, trace_lines), 0, nullptr},
                                         {"f_trace_opcodes", T_BOOL, offsetof(Frame, trace_opcodes), 0, nullptr},
                                         {nullptr, 0, 0, 0, nullptr}};
constexpr PyGetSetDef frame_getset[] = {GETTER("f_back", get_back, nullptr),
                                        GETTER("f_locals", get_locals, nullptr),
                                        GETTER_SETTER("f_lineno", get_line, frame_set_line, nullptr),
                                        GETTER_SETTER("f_trace", get_trace, set_trace, nullptr),
                                        GETTER("f_lasti", get_lasti, nullptr),
                                        GETTER("f_globals", get_globals, nullptr),
                                        GETTER("f_builtins", get_builtins, nullptr),
                                        GETTER("f_code", get_code, nullptr),
                                        GETSET_END};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyFrame_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "frame",
    .tp_basicsize = offsetof(Frame, own_frame),
    .tp_itemsize = sizeof(Object*),
    .tp_dealloc = slot<frame_dealloc>,
    .tp_repr = slot<frame_repr>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = slot<frame_traverse>,
    .tp_clear = slot<frame_tp_clear>,
    .tp_methods = METHOD_TABLE(frame_methods),
    .tp_members = MEMBER_TABLE(frame_members),
    .tp_getset = GETSET_TABLE(frame_getset),
};
