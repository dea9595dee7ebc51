// The evaluation loop: CPython 3.11's instructions, threaded with computed goto.
//
// The stack pointer and the next instruction are in registers; everything else
// is reached through `frame`. Calls from Python to Python push a frame and go on
// in the same loop, so that the C stack does not grow. See the `dis` manual page
// for what each instruction does; comments here say only what that page does not.
// The instructions are in instructions/, a file a family.
#include "execution/evaluate.hpp"

#include "execution/caches.hpp"
#include "execution/fast_numbers.hpp"
#include "execution/function.hpp"
#include "execution/generator.hpp"
#include "execution/operations.hpp"
#include "execution/shared_code.hpp"
#include "execution/specialize.hpp"
#include "execution/trace.hpp"
#include "execution/traceback.hpp"
#include "language/compiler/opcodes.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/dict_keys.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/iterators.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/number.hpp"
#include "objects/set.hpp"
#include "objects/slice.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/interrupt.hpp"

namespace orochi {

using language::Opcode;

namespace {

inline bool both_are(Object* left, Object* right, Type& type) {
    return &type_of(*left) == &type && &type_of(*right) == &type;
}

template <class T>
inline unsigned order_of(T left, T right) {
    return left < right ? kLess : left > right ? kGreater : left == right ? kEqual : kUnordered;
}

// -1: an exception is pending. True, False, None and ints need no call.
inline int truth_of(ThreadState& ts, Object& value) {
    if (&value == obj(&_Py_TrueStruct)) return 1;
    if (&value == obj(&_Py_FalseStruct) || is_none(&value)) return 0;
    if (PyLong_CheckExact(&value)) return as<VarObject>(value).ob_size != 0;
    return to_c(is_true(ts, value));
}

// The place that a compact index names in a sequence; -1: outside.
inline Py_ssize_t index_from_start(const Object& key, Py_ssize_t size) {
    Py_ssize_t index = exact_int_value(key);
    if (index < 0) index += size;
    return size_t(index) < size_t(size) ? index : -1;
}

inline bool dict_entry_is(const Dict& dict, Py_ssize_t number, Object& name) {
    const DictKeys& keys = *dict.ma_keys;
    return keys.has_names() && number < keys.entry_count && keys.names()[number].key == &name;
}

// The current value; the index moves on. `it` is not at its end.
inline Object* range_iterator_value(ThreadState& ts, RangeIterator& it) {
    long value = it.start + it.index * it.step;
    Object* result =
        value < (1l << 60) && value > -(1l << 60) ? int_of_two_digits(ts, value) : to_c(int_from(ts, value));
    if (result) ++it.index;
    return result;
}

// Apart from the loop, which would otherwise keep a frame pointer only for the look at the C stack.
[[gnu::noinline]] Result<void> enter_from_c(ThreadState& ts) { return enter_recursion(ts, ""); }

inline bool is_generator_frame(const InterpreterFrame& frame) {
    return frame.owner == InterpreterFrame::Owner::kGenerator;
}

// Drops a frame that has returned. Its caller's frame is the current one: that is what destructors are to see.
inline void leave_frame(ThreadState& ts, InterpreterFrame& frame) {
    leave_recursion(ts);
    if (is_generator_frame(frame)) {
        generator_finished(ts, frame);
    } else {
        frame_clear(ts, frame);
        data_stack_pop(ts, &frame);
    }
}

}  // namespace

Object* evaluate_and_pop(ThreadState& ts, InterpreterFrame& frame) {
    if (ts.interpreter().eval_frame) [[unlikely]] {
        Object* result = ts.interpreter().eval_frame(&ts, &frame, 0);
        return result;
    }
    return evaluate(ts, frame, false);
}

namespace {

Object* run_frames(ThreadState& ts, InterpreterFrame& entry, bool throwing);

[[gnu::noinline]] Object* run_frames_limited(ThreadState& ts, InterpreterFrame& entry, bool throwing) {
    bool begun = time_limit_begins(ts);
    Object* result = run_frames(ts, entry, throwing);
    if (begun) time_limit_ends(ts);
    return result;
}

}  // namespace

Object* evaluate(ThreadState& ts, InterpreterFrame& entry, bool throwing) {
    bool outermost = ts.cframe == &ts.root_cframe;
    if (outermost && ts.interpreter().options.time_limit_ns) [[unlikely]]
        return run_frames_limited(ts, entry, throwing);
    return run_frames(ts, entry, throwing);
}

namespace {

Object* run_frames(ThreadState& ts, InterpreterFrame& entry, bool throwing) {
    static constexpr const void* kTargets[256] = {
#include "execution/dispatch_table.inc"
    };
    InterpreterFrame* frame = &entry;
    _PyCFrame cframe;
    cframe.use_tracing = ts.cframe->use_tracing;
    cframe.previous = ts.cframe;
    frame->is_entry = true;
    frame->previous = ts.cframe->current_frame;
    cframe.current_frame = frame;
    ts.cframe = &cframe;

    CodeWord* next;
    Object** sp;
    unsigned oparg = 0;
    Object* keyword_names = nullptr;  // of the CALL that comes, borrowed from the constants
    const EvalBreaker& breaker = ts.interpreter().eval_breaker;
#ifdef __clang__
    unsigned target;
#endif

// Where an instruction begins: until here, `previous_instruction` is the one that ran before.
#define TARGET(NAME) L_##NAME : frame->previous_instruction = next++;
// An instruction that others turn to with GO_ON_AS once they have begun.
#define SHARED_TARGET(NAME) TARGET(NAME) B_##NAME:
#define GO_ON_AS(NAME) goto B_##NAME
// clang, which builds the fuzz targets, has every computed goto in one place: it lets none leave a variable's scope.
#ifdef __clang__
#define GO_TO_TARGET(NUMBER) \
    do {                     \
        target = (NUMBER);   \
        goto go_to_target;   \
    } while (0)
#else
#define GO_TO_TARGET(NUMBER) goto* kTargets[NUMBER]
#endif
// While a trace or profile hook is set, `use_tracing` is 255 and every instruction goes to DO_TRACING first.
#define DISPATCH()                                       \
    do {                                                 \
        unsigned word = *next;                           \
        oparg = word >> 8;                               \
        GO_TO_TARGET((word & 255) | cframe.use_tracing); \
    } while (0)
// Runs the same instruction again, after it has been rewritten.
#define REDISPATCH()               \
    do {                           \
        --next;                    \
        GO_TO_TARGET(*next & 255); \
    } while (0)
#define PUSH(value) (*sp++ = (value))
#define POP() (*--sp)
#define TOP() (sp[-1])
#define SECOND() (sp[-2])
#define PEEK(n) (sp[-(int)(n)])
#define CONSTANT(i) (as<Tuple>(frame->code->co_consts)->ob_item[i])
#define NAME(i) (as<Tuple>(frame->code->co_names)->ob_item[i])
#define LOCAL(i) (frame->localsplus[i])
#define SKIP_CACHE(n) (next += (n))
#define JUMP_BY(n) (next += (n))
#define CHECK_BREAKER()                               \
    if (breaker.pending()) [[unlikely]] {             \
        if (!serve_eval_breaker(ts).ok()) goto error; \
    }
// Code that several interpreters run does not warm up: the frame goes on in this interpreter's form of it, at the same
// place.
#define MOVE_TO_OWN_CODE()                                      \
    do {                                                        \
        Code* shared = frame->code;                             \
        if (!is_shared_code(*shared)) break;                    \
        Code* own = own_code_if_warm(ts, *shared);              \
        if (!own) break;                                        \
        incref(*own);                                           \
        frame->code = own;                                      \
        next = code_words(*own) + (next - code_words(*shared)); \
        frame->previous_instruction = next - 1;                 \
    } while (0)
// Two operands off the stack, the result on it; then over the caches to the next instruction.
#define REPLACE_TWO(left, right, result, caches) \
    do {                                         \
        sp--;                                    \
        TOP() = (result);                        \
        decref(*(left));                         \
        decref(*(right));                        \
        SKIP_CACHE(caches);                      \
        DISPATCH();                              \
    } while (0)
// The attribute that took its owner's place.
#define REPLACE_OWNER(owner, value) \
    do {                            \
        incref(*(value));           \
        TOP() = (value);            \
        decref(*(owner));           \
        SKIP_CACHE(4);              \
        DISPATCH();                 \
    } while (0)
// The second instruction of a combined pair follows in the code, unchanged.
#define SECOND_HALF(NAME_)  \
    do {                    \
        oparg = *next >> 8; \
        goto L_##NAME_;     \
    } while (0)
// Leaves this frame at the end of its instruction, whose caches count `caches` words, and starts `callee`.
#define ENTER(callee, caches)                           \
    do {                                                \
        SKIP_CACHE(caches);                             \
        frame->previous_instruction = next - 1;         \
        frame->stack_top = int(sp - frame->localsplus); \
        (callee)->previous = frame;                     \
        frame = cframe.current_frame = (callee);        \
        goto start_frame;                               \
    } while (0)
// A generator runs in this loop while the instruction under it stands still. With a hook set it does not, so that the
// hook learns of the exception that ends an iteration.
#define CAN_ENTER_GENERATOR(generator)                                                                \
    (generator_is_waiting(*as<Generator>(generator)) && !cframe.use_tracing && oparg <= UINT16_MAX && \
     !ts.interpreter().eval_frame)
#define ENTER_GENERATOR(generator, value)                                                     \
    do {                                                                                      \
        InterpreterFrame& resumed = generator_resume(ts, *as<Generator>(generator), (value)); \
        resumed.is_entry = false;                                                             \
        frame->jump_at_end = uint16_t(oparg);                                                 \
        ENTER(&resumed, 0);                                                                   \
    } while (0)
// Back to C.
#define UNLINK()                                     \
    do {                                             \
        ts.cframe = cframe.previous;                 \
        ts.cframe->use_tracing = cframe.use_tracing; \
    } while (0)
// Goes on in this frame, where it was left.
#define COME_BACK()                                \
    do {                                           \
        next = frame->previous_instruction + 1;    \
        sp = frame->localsplus + frame->stack_top; \
        frame->stack_top = -1;                     \
    } while (0)
// An instruction that is rewritten to specialised forms: its adaptive form, which calls `specialise` when the countdown
// in the first cache word has run out; where the guards of specialised forms lead when they fail, which is forgiven
// some times; and its general form, which follows.
#define FAMILY(NAME, specialise)                                \
    TARGET(NAME##_ADAPTIVE) {                                   \
        if (next[0] == 0) {                                     \
            specialise;                                         \
            REDISPATCH();                                       \
        }                                                       \
        --next[0];                                              \
        GO_ON_AS(NAME);                                         \
    }                                                           \
    miss_##NAME : if (next[0] == 0) {                           \
        next[0] = kRetryAfter;                                  \
        _Py_SET_OPCODE(next[-1], int(Opcode::NAME##_ADAPTIVE)); \
    }                                                           \
    else {                                                      \
        --next[0];                                              \
    }                                                           \
    GO_ON_AS(NAME);                                             \
    SHARED_TARGET(NAME)
#define REQUIRE(NAME, condition)   \
    if (!(condition)) [[unlikely]] \
    goto miss_##NAME

    if (!enter_from_c(ts).ok()) {
        // Undone by the exit below.
        --ts.recursion_remaining;
        sp = frame->localsplus + (frame->stack_top < 0 ? frame->code->co_nlocalsplus : frame->stack_top);
        goto exit_unwind;
    }
    if (throwing) {
        if (cframe.use_tracing && !trace_call(ts, *frame).ok()) {
            COME_BACK();
            goto exit_unwind_traced;
        }
        COME_BACK();
        goto error;
    }

resume_frame:
    COME_BACK();
    DISPATCH();

#ifdef __clang__
go_to_target:
    goto* kTargets[target];
#endif

start_frame:  // a frame that was just pushed by a call
    if (--ts.recursion_remaining < 0 && !recursion_exceeded(ts, "").ok()) [[unlikely]] {
        --ts.recursion_remaining;
        sp = frame->localsplus + frame->stack_top;
        goto exit_unwind;
    }
    goto resume_frame;

    TARGET(NOP) DISPATCH();
    TARGET(CACHE) goto L_unknown_opcode;

    TARGET(RESUME) {
        if (frame->code->co_warmup < 0) {
            if (++frame->code->co_warmup == 0) {
                quicken(*frame->code);
                _Py_SET_OPCODE(next[-1], int(Opcode::RESUME_QUICK));
            }
        } else {
            MOVE_TO_OWN_CODE();
        }
        if (oparg < 2) CHECK_BREAKER();
        DISPATCH();
    }
    TARGET(RESUME_QUICK) {
        if (oparg < 2) CHECK_BREAKER();
        DISPATCH();
    }

    // ---- The instructions, by family

#include "execution/instructions/attributes.inc"
#include "execution/instructions/calls.inc"
#include "execution/instructions/containers.inc"
#include "execution/instructions/control_flow.inc"
#include "execution/instructions/definitions.inc"
#include "execution/instructions/exceptions.inc"
#include "execution/instructions/operators.inc"
#include "execution/instructions/variables.inc"

    // ---- Tracing: every instruction comes here first while a hook is set

L_DO_TRACING : {
    CodeWord* first = code_words(*frame->code);
    int previous = int(frame->previous_instruction - first);
    frame->previous_instruction = next++;
    if (ts.tracing == 0 && next > first + frame->code->_co_firsttraceable) {
        // The hook sees, and may change, the frame: f_lineno jumps move the stack and the instruction.
        frame->stack_top = int(sp - frame->localsplus);
        bool is_resume = language::kOpcodeTables.base[*(next - 1) & 255] == int(Opcode::RESUME);
        bool ok = is_resume ? trace_call(ts, *frame).ok() : trace_instruction(ts, *frame, previous).ok();
        sp = frame->localsplus + frame->stack_top;
        frame->stack_top = -1;
        if (!ok) goto error;
        next = frame->previous_instruction + 1;
    }
    --next;
    // Specialised forms that skip instructions would hide them from the hook.
    unsigned opcode = language::kOpcodeTables.base[*next & 255];
    oparg = *next >> 8;
    while (opcode == unsigned(Opcode::EXTENDED_ARG)) {
        ++next;
        opcode = language::kOpcodeTables.base[*next & 255];
        oparg = (oparg << 8) | (*next >> 8);
    }
    goto* kTargets[opcode];
}

L_unknown_opcode:
    (void)raise(ts, PyExc_SystemError, "unknown opcode");
    goto error;

    // ---- Failure

error:
    keyword_names = nullptr;
    // A failed call may come back with a broken promise: null without an exception.
    if (!error_pending(ts)) (void)raise(ts, PyExc_SystemError, "error return without exception set");
    if (!frame_is_incomplete(*frame)) {
        (void)traceback_here(ts, *frame);
    }
    if (ts.c_tracefunc) trace_exception(ts, *frame);

exception_unwind : {
    Handler handler;
    // The handler is that of the instruction that ran; a RERAISE has moved previous_instruction to where its exception
    // came from, which is what tracebacks show and what is pushed.
    int offset = int(next - 1 - code_words(*frame->code));
    if (!find_handler(*frame->code, offset, handler)) {
        // Nobody catches it here.
        Object** base = frame_stack_base(*frame);
        while (sp > base) decref_optional(POP());
        frame->stack_top = int(sp - frame->localsplus);
        if (cframe.use_tracing) (void)trace_return(ts, *frame, nullptr);
        goto exit_unwind;
    }
    Object** base = frame_stack_base(*frame) + handler.depth;
    while (sp > base) decref_optional(POP());
    if (handler.push_lasti) {
        // Without memory for it the handler gets that error instead, and None. Looking for a handler again would lead
        // here for ever.
        Object* lasti = to_c(int_from(ts, frame->previous_instruction - code_words(*frame->code)));
        PUSH(lasti ? lasti : new_reference(none()));
    }
    PUSH(std::move(error_take(ts)).release());
    next = code_words(*frame->code) + handler.target;
    DISPATCH();
}

exit_unwind_traced : {
    Object** base = frame_stack_base(*frame);
    while (sp > base) decref_optional(POP());
    frame->stack_top = int(sp - frame->localsplus);
}
exit_unwind : {
    InterpreterFrame& callee = *frame;
    bool was_entry = callee.is_entry;
    frame = cframe.current_frame = callee.previous;
    if (is_generator_frame(callee)) {
        leave_recursion(ts);
        generator_failed(ts, callee);
    } else {
        leave_frame(ts, callee);
    }
    if (was_entry) {
        UNLINK();
        return nullptr;
    }
    COME_BACK();
    // The call failed: its instruction is where the exception is in this frame.
    goto error;
}
}

}  // namespace

}  // namespace orochi
