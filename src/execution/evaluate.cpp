// The evaluation loop: CPython 3.11's instructions, threaded with computed goto.
//
// The stack pointer and the next instruction are in registers; everything else
// is reached through `frame`. Calls from Python to Python push a frame and go on
// in the same loop, so that the C stack does not grow. See the `dis` manual page
// for what each instruction does; comments here say only what that page does not.
#include "execution/evaluate.hpp"

#include "execution/caches.hpp"
#include "execution/fast_numbers.hpp"
#include "execution/function.hpp"
#include "execution/generator.hpp"
#include "execution/operations.hpp"
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
    Object* result = value < (1l << 60) && value > -(1l << 60) ? int_of_two_digits(ts, value) : to_c(int_from(ts, value));
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

Object* evaluate(ThreadState& ts, InterpreterFrame& entry, bool throwing) {
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

// Where an instruction begins: until here, `previous_instruction` is the one that ran before.
#define TARGET(NAME) L_##NAME : frame->previous_instruction = next++;
// An instruction that others turn to with GO_ON_AS once they have begun.
#define SHARED_TARGET(NAME) TARGET(NAME) B_##NAME:
#define GO_ON_AS(NAME) goto B_##NAME
// While a trace or profile hook is set, `use_tracing` is 255 and every instruction goes to DO_TRACING first.
#define DISPATCH()                                  \
    do {                                            \
        unsigned word = *next;                      \
        oparg = word >> 8;                          \
        goto* kTargets[(word & 255) | cframe.use_tracing]; \
    } while (0)
// Runs the same instruction again, after it has been rewritten.
#define REDISPATCH()                   \
    do {                               \
        --next;                        \
        goto* kTargets[*next & 255];   \
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
#define CHECK_BREAKER()                             \
    if (breaker.pending()) [[unlikely]] {           \
        if (!serve_eval_breaker(ts).ok()) goto error; \
    }
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
#define REPLACE_OWNER(owner, value)  \
    do {                             \
        incref(*(value));            \
        TOP() = (value);             \
        decref(*(owner));            \
        SKIP_CACHE(4);               \
        DISPATCH();                  \
    } while (0)
// The second instruction of a combined pair follows in the code, unchanged.
#define SECOND_HALF(NAME_)  \
    do {                    \
        oparg = *next >> 8; \
        goto L_##NAME_;     \
    } while (0)
// Leaves this frame at the end of its instruction, whose caches count `caches` words, and starts `callee`.
#define ENTER(callee, caches)                               \
    do {                                                    \
        SKIP_CACHE(caches);                                 \
        frame->previous_instruction = next - 1;             \
        frame->stack_top = int(sp - frame->localsplus);     \
        (callee)->previous = frame;                         \
        frame = cframe.current_frame = (callee);            \
        goto start_frame;                                   \
    } while (0)
// A generator runs in this loop while the instruction under it stands still. With a hook set it does not, so that the
// hook learns of the exception that ends an iteration.
#define CAN_ENTER_GENERATOR(generator)                                                                        \
    (generator_is_waiting(*as<Generator>(generator)) && !cframe.use_tracing && oparg <= UINT16_MAX &&         \
     !ts.interpreter().eval_frame)
#define ENTER_GENERATOR(generator, value)                                                         \
    do {                                                                                          \
        InterpreterFrame& resumed = generator_resume(ts, *as<Generator>(generator), (value));     \
        resumed.is_entry = false;                                                                 \
        frame->jump_at_end = uint16_t(oparg);                                                     \
        ENTER(&resumed, 0);                                                                       \
    } while (0)
// Back to C.
#define UNLINK()                                              \
    do {                                                      \
        ts.cframe = cframe.previous;                          \
        ts.cframe->use_tracing = cframe.use_tracing;          \
    } while (0)
// Goes on in this frame, where it was left.
#define COME_BACK()                                         \
    do {                                                    \
        next = frame->previous_instruction + 1;             \
        sp = frame->localsplus + frame->stack_top;          \
        frame->stack_top = -1;                              \
    } while (0)
// An instruction that is rewritten to specialised forms: its adaptive form, which calls `specialise` when the countdown
// in the first cache word has run out; where the guards of specialised forms lead when they fail, which is forgiven some
// times; and its general form, which follows.
#define FAMILY(NAME, specialise)                                         \
    TARGET(NAME##_ADAPTIVE) {                                            \
        if (next[0] == 0) {                                              \
            specialise;                                                  \
            REDISPATCH();                                                \
        }                                                                \
        --next[0];                                                       \
        GO_ON_AS(NAME);                                                  \
    }                                                                    \
    miss_##NAME : if (next[0] == 0) {                                    \
        next[0] = kRetryAfter;                                           \
        _Py_SET_OPCODE(next[-1], int(Opcode::NAME##_ADAPTIVE));          \
    }                                                                    \
    else {                                                               \
        --next[0];                                                       \
    }                                                                    \
    GO_ON_AS(NAME);                                                      \
    SHARED_TARGET(NAME)
#define REQUIRE(NAME, condition) \
    if (!(condition)) [[unlikely]] goto miss_##NAME

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
        }
        if (oparg < 2) CHECK_BREAKER();
        DISPATCH();
    }
    TARGET(RESUME_QUICK) {
        if (oparg < 2) CHECK_BREAKER();
        DISPATCH();
    }

    // ---- Loads and stores of locals, cells and constants

    TARGET(LOAD_FAST) {
        Object* value = LOCAL(oparg);
        if (!value) [[unlikely]] {
            (void)raise_unbound(ts, *frame->code, int(oparg));
            goto error;
        }
        incref(*value);
        PUSH(value);
        DISPATCH();
    }
    TARGET(LOAD_CONST) {
        Object* value = CONSTANT(oparg);
        incref(*value);
        PUSH(value);
        DISPATCH();
    }
    TARGET(STORE_FAST) {
        Object* old = LOCAL(oparg);
        LOCAL(oparg) = POP();
        decref_optional(old);
        DISPATCH();
    }
    TARGET(LOAD_FAST__LOAD_FAST) {
        Object* value = LOCAL(oparg);
        if (!value) [[unlikely]] {
            (void)raise_unbound(ts, *frame->code, int(oparg));
            goto error;
        }
        incref(*value);
        PUSH(value);
        SECOND_HALF(LOAD_FAST);
    }
    TARGET(LOAD_FAST__LOAD_CONST) {
        Object* value = LOCAL(oparg);
        if (!value) [[unlikely]] {
            (void)raise_unbound(ts, *frame->code, int(oparg));
            goto error;
        }
        incref(*value);
        PUSH(value);
        SECOND_HALF(LOAD_CONST);
    }
    TARGET(LOAD_CONST__LOAD_FAST) {
        Object* value = CONSTANT(oparg);
        incref(*value);
        PUSH(value);
        SECOND_HALF(LOAD_FAST);
    }
    TARGET(STORE_FAST__LOAD_FAST) {
        Object* old = LOCAL(oparg);
        LOCAL(oparg) = POP();
        decref_optional(old);
        SECOND_HALF(LOAD_FAST);
    }
    TARGET(STORE_FAST__STORE_FAST) {
        Object* old = LOCAL(oparg);
        LOCAL(oparg) = POP();
        decref_optional(old);
        SECOND_HALF(STORE_FAST);
    }
    TARGET(DELETE_FAST) {
        Object* value = LOCAL(oparg);
        if (!value) {
            (void)raise_unbound(ts, *frame->code, int(oparg));
            goto error;
        }
        LOCAL(oparg) = nullptr;
        decref(*value);
        DISPATCH();
    }
    TARGET(LOAD_CLOSURE) {
        Object* cell = LOCAL(oparg);
        if (!cell) {
            (void)raise_unbound(ts, *frame->code, int(oparg));
            goto error;
        }
        incref(*cell);
        PUSH(cell);
        DISPATCH();
    }
    TARGET(MAKE_CELL) {
        Object* cell = PyCell_New(LOCAL(oparg));
        if (!cell) goto error;
        Object* old = LOCAL(oparg);
        LOCAL(oparg) = cell;
        decref_optional(old);
        DISPATCH();
    }
    TARGET(COPY_FREE_VARS) {
        Code& code = *frame->code;
        Object** closure = as<Tuple>(frame->function->func_closure)->ob_item;
        int offset = code.co_nlocals + code.co_nplaincellvars;
        for (unsigned i = 0; i < oparg; ++i) {
            incref(*closure[i]);
            LOCAL(offset + int(i)) = closure[i];
        }
        DISPATCH();
    }
    TARGET(LOAD_DEREF) {
        Object* value = as<Cell>(LOCAL(oparg))->ob_ref;
        if (!value) {
            (void)raise_unbound(ts, *frame->code, int(oparg));
            goto error;
        }
        incref(*value);
        PUSH(value);
        DISPATCH();
    }
    TARGET(STORE_DEREF) {
        Cell& cell = *as<Cell>(LOCAL(oparg));
        Object* old = cell.ob_ref;
        cell.ob_ref = POP();
        decref_optional(old);
        DISPATCH();
    }
    TARGET(DELETE_DEREF) {
        Cell& cell = *as<Cell>(LOCAL(oparg));
        Object* old = cell.ob_ref;
        if (!old) {
            (void)raise_unbound(ts, *frame->code, int(oparg));
            goto error;
        }
        cell.ob_ref = nullptr;
        decref(*old);
        DISPATCH();
    }
    TARGET(LOAD_CLASSDEREF) {
        Object* value = to_c(load_class_deref(ts, *frame, int(oparg)));
        if (!value) goto error;
        PUSH(value);
        DISPATCH();
    }

    // ---- Stack

    TARGET(POP_TOP) {
        decref(*POP());
        DISPATCH();
    }
    TARGET(PUSH_NULL) {
        PUSH(nullptr);
        DISPATCH();
    }
    TARGET(COPY) {
        Object* value = PEEK(oparg);
        incref_optional(value);
        PUSH(value);
        DISPATCH();
    }
    TARGET(SWAP) {
        std::swap(TOP(), PEEK(oparg));
        DISPATCH();
    }

    // ---- Names

    TARGET(LOAD_NAME) {
        Object* value = to_c(load_name(ts, *frame, *NAME(oparg)));
        if (!value) goto error;
        PUSH(value);
        DISPATCH();
    }
    TARGET(STORE_NAME) {
        Object* value = TOP();
        if (!frame->locals) {
            (void)raise(ts, PyExc_SystemError, "no locals found when storing %R", NAME(oparg));
            goto error;
        }
        auto stored = PyDict_CheckExact(frame->locals) ? dict_set(ts, *as<Dict>(frame->locals), *NAME(oparg), *value)
                                                       : setitem(ts, *frame->locals, *NAME(oparg), *value);
        sp--;
        decref(*value);
        if (!stored.ok()) goto error;
        DISPATCH();
    }
    TARGET(DELETE_NAME) {
        if (!frame->locals) {
            (void)raise(ts, PyExc_SystemError, "no locals when deleting %R", NAME(oparg));
            goto error;
        }
        if (!delitem(ts, *frame->locals, *NAME(oparg)).ok()) {
            if (error_matches(ts, PyExc_KeyError)) {
                error_clear(ts);
                (void)raise_name_error(ts, *NAME(oparg));
            }
            goto error;
        }
        DISPATCH();
    }
    TARGET(STORE_GLOBAL) {
        Object* value = POP();
        bool ok = dict_set(ts, *as<Dict>(frame->globals), *NAME(oparg), *value).ok();
        decref(*value);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(DELETE_GLOBAL) {
        auto removed = dict_discard(ts, *as<Dict>(frame->globals), *NAME(oparg));
        if (!removed.ok()) goto error;
        if (!std::move(removed).take()) {
            (void)raise_name_error(ts, *NAME(oparg));
            goto error;
        }
        DISPATCH();
    }
    FAMILY(LOAD_GLOBAL, specialize_load_global(ts, *frame, next - 1, *NAME(oparg >> 1))) {
        Object* value = to_c(load_global(ts, *frame, *NAME(oparg >> 1)));
        if (!value) goto error;
        if (oparg & 1) PUSH(nullptr);
        PUSH(value);
        SKIP_CACHE(5);
        DISPATCH();
    }
    TARGET(LOAD_GLOBAL_MODULE) {
        auto& cache = reinterpret_cast<LoadGlobalCache&>(*next);
        Dict& dict = *as<Dict>(frame->globals);
        REQUIRE(LOAD_GLOBAL, PyDict_CheckExact(&dict) && dict.ma_keys->version == read_cache32(cache.module_version));
        Object* value = dict.ma_keys->names()[cache.index].value;
        REQUIRE(LOAD_GLOBAL, value);
        if (oparg & 1) PUSH(nullptr);
        incref(*value);
        PUSH(value);
        SKIP_CACHE(5);
        DISPATCH();
    }
    TARGET(LOAD_GLOBAL_BUILTIN) {
        auto& cache = reinterpret_cast<LoadGlobalCache&>(*next);
        Dict& globals = *as<Dict>(frame->globals);
        Dict& builtins = *as<Dict>(frame->builtins);
        REQUIRE(LOAD_GLOBAL, PyDict_CheckExact(&globals) && PyDict_CheckExact(&builtins) &&
                                 globals.ma_keys->version == read_cache32(cache.module_version) &&
                                 builtins.ma_keys->version == cache.builtin_version);
        Object* value = builtins.ma_keys->names()[cache.index].value;
        REQUIRE(LOAD_GLOBAL, value);
        if (oparg & 1) PUSH(nullptr);
        incref(*value);
        PUSH(value);
        SKIP_CACHE(5);
        DISPATCH();
    }

    // ---- Attributes

    FAMILY(LOAD_ATTR, specialize_load_attribute(ts, *TOP(), next - 1, *NAME(oparg))) {
        Object* owner = TOP();
        Object* value = to_c(getattr(ts, *owner, *NAME(oparg)));
        if (!value) goto error;
        TOP() = value;
        decref(*owner);
        SKIP_CACHE(4);
        DISPATCH();
    }
    TARGET(LOAD_ATTR_INSTANCE_VALUE) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_ATTR, type_of(*owner).tp_version_tag == read_cache32(cache.version));
        DictValues* values = instance_header(*owner).values;
        REQUIRE(LOAD_ATTR, values);
        Object* value = values->items[cache.index];
        REQUIRE(LOAD_ATTR, value);
        REPLACE_OWNER(owner, value);
    }
    TARGET(LOAD_ATTR_WITH_HINT) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_ATTR, type_of(*owner).tp_version_tag == read_cache32(cache.version));
        Dict* dict = as<Dict>(instance_header(*owner).dict);
        REQUIRE(LOAD_ATTR, dict && dict_entry_is(*dict, cache.index, *NAME(oparg)));
        Object* value = *dict_value_address(*dict, cache.index);
        REQUIRE(LOAD_ATTR, value);
        REPLACE_OWNER(owner, value);
    }
    TARGET(LOAD_ATTR_MODULE) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_ATTR, PyModule_CheckExact(owner));
        Dict& dict = module_dict(*owner);
        REQUIRE(LOAD_ATTR, dict.ma_keys->version == read_cache32(cache.version));
        Object* value = dict.ma_keys->names()[cache.index].value;
        REQUIRE(LOAD_ATTR, value);
        REPLACE_OWNER(owner, value);
    }
    TARGET(LOAD_ATTR_SLOT) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_ATTR, type_of(*owner).tp_version_tag == read_cache32(cache.version));
        Object* value = *reinterpret_cast<Object**>(reinterpret_cast<char*>(owner) + cache.index);
        REQUIRE(LOAD_ATTR, value);
        REPLACE_OWNER(owner, value);
    }
    TARGET(LOAD_ATTR_PROPERTY) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        Type& type = type_of(*owner);
        REQUIRE(LOAD_ATTR, type.tp_version_tag == read_cache32(cache.version) && !ts.interpreter().eval_frame);
        Object* getter = property_getter(*type_lookup(ts, type, *NAME(oparg)));
        REQUIRE(LOAD_ATTR, getter && PyFunction_Check(getter) && as<Function>(getter)->func_version == cache.index);
        InterpreterFrame* callee = push_simple_frame(ts, *as<Function>(getter), sp - 1, 1);
        if (!callee) goto error;
        incref(*getter);
        --sp;
        ENTER(callee, 4);
    }
    FAMILY(STORE_ATTR, specialize_store_attribute(ts, *TOP(), next - 1, *NAME(oparg))) {
        Object* owner = TOP();
        Object* value = SECOND();
        bool ok = setattr(ts, *owner, *NAME(oparg), *value).ok();
        sp -= 2;
        decref(*value);
        decref(*owner);
        if (!ok) goto error;
        SKIP_CACHE(4);
        DISPATCH();
    }
    TARGET(STORE_ATTR_INSTANCE_VALUE) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        REQUIRE(STORE_ATTR, type_of(*owner).tp_version_tag == read_cache32(cache.version));
        DictValues* values = instance_header(*owner).values;
        REQUIRE(STORE_ATTR, values);
        Object* value = SECOND();
        sp -= 2;
        values_set(*values, cache.index, Ref<Object>::steal(*value));
        decref(*owner);
        SKIP_CACHE(4);
        DISPATCH();
    }
    TARGET(STORE_ATTR_WITH_HINT) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        REQUIRE(STORE_ATTR, type_of(*owner).tp_version_tag == read_cache32(cache.version));
        Dict* dict = as<Dict>(instance_header(*owner).dict);
        REQUIRE(STORE_ATTR, dict && dict_entry_is(*dict, cache.index, *NAME(oparg)));
        Object** place = dict_value_address(*dict, cache.index);
        Object* old = *place;
        REQUIRE(STORE_ATTR, old);
        *place = SECOND();
        dict->ma_version_tag = next_dict_version(ts);
        if (!gc_is_tracked(obj(*dict))) gc_track(ts, obj(*dict));
        sp -= 2;
        decref(*old);
        decref(*owner);
        SKIP_CACHE(4);
        DISPATCH();
    }
    TARGET(STORE_ATTR_SLOT) {
        auto& cache = reinterpret_cast<AttributeCache&>(*next);
        Object* owner = TOP();
        REQUIRE(STORE_ATTR, type_of(*owner).tp_version_tag == read_cache32(cache.version));
        Object** place = reinterpret_cast<Object**>(reinterpret_cast<char*>(owner) + cache.index);
        Object* old = *place;
        *place = SECOND();
        sp -= 2;
        decref_optional(old);
        decref(*owner);
        SKIP_CACHE(4);
        DISPATCH();
    }
    TARGET(DELETE_ATTR) {
        Object* owner = POP();
        bool ok = delattr(ts, *owner, *NAME(oparg)).ok();
        decref(*owner);
        if (!ok) goto error;
        DISPATCH();
    }
    FAMILY(LOAD_METHOD, specialize_load_method(ts, *TOP(), next - 1, *NAME(oparg))) {
        Object* owner = TOP();
        bool unbound = false;
        auto found = get_method(ts, *owner, *NAME(oparg), unbound);
        if (!found.ok()) goto error;
        Object* method = std::move(found).take().release();
        if (unbound) {
            TOP() = method;
            PUSH(owner);
        } else {
            TOP() = nullptr;
            decref(*owner);
            PUSH(method);
        }
        SKIP_CACHE(10);
        DISPATCH();
    }
    TARGET(LOAD_METHOD_WITH_VALUES) {
        auto& cache = reinterpret_cast<LoadMethodCache&>(*next);
        Object* owner = TOP();
        Type& type = type_of(*owner);
        REQUIRE(LOAD_METHOD, type.tp_version_tag == read_cache32(cache.type_version));
        REQUIRE(LOAD_METHOD, !instance_header(*owner).dict);
        REQUIRE(LOAD_METHOD, reinterpret_cast<HeapType&>(type).ht_cached_keys->version == read_cache32(cache.keys_version));
        Object* method = read_cache_object(cache.descriptor);
        incref(*method);
        TOP() = method;
        PUSH(owner);
        SKIP_CACHE(10);
        DISPATCH();
    }
    TARGET(LOAD_METHOD_WITH_DICT) {
        auto& cache = reinterpret_cast<LoadMethodCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_METHOD, type_of(*owner).tp_version_tag == read_cache32(cache.type_version));
        Object* dict = instance_header(*owner).dict;
        REQUIRE(LOAD_METHOD, dict && as<Dict>(dict)->ma_keys->version == read_cache32(cache.keys_version));
        Object* method = read_cache_object(cache.descriptor);
        incref(*method);
        TOP() = method;
        PUSH(owner);
        SKIP_CACHE(10);
        DISPATCH();
    }
    TARGET(LOAD_METHOD_NO_DICT) {
        auto& cache = reinterpret_cast<LoadMethodCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_METHOD, type_of(*owner).tp_version_tag == read_cache32(cache.type_version));
        Object* method = read_cache_object(cache.descriptor);
        incref(*method);
        TOP() = method;
        PUSH(owner);
        SKIP_CACHE(10);
        DISPATCH();
    }
    TARGET(LOAD_METHOD_MODULE) {
        auto& cache = reinterpret_cast<LoadMethodCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_METHOD, PyModule_CheckExact(owner));
        Dict& dict = module_dict(*owner);
        REQUIRE(LOAD_METHOD, dict.ma_keys->version == read_cache32(cache.keys_version));
        Object* value = dict.ma_keys->names()[cache.dict_offset].value;
        REQUIRE(LOAD_METHOD, value);
        incref(*value);
        TOP() = nullptr;
        decref(*owner);
        PUSH(value);
        SKIP_CACHE(10);
        DISPATCH();
    }
    TARGET(LOAD_METHOD_CLASS) {
        auto& cache = reinterpret_cast<LoadMethodCache&>(*next);
        Object* owner = TOP();
        REQUIRE(LOAD_METHOD, PyType_Check(owner) && as<Type>(owner)->tp_version_tag == read_cache32(cache.type_version));
        Object* method = read_cache_object(cache.descriptor);
        incref(*method);
        TOP() = nullptr;
        decref(*owner);
        PUSH(method);
        SKIP_CACHE(10);
        DISPATCH();
    }

    // ---- Operators

    TARGET(UNARY_POSITIVE) {
        Object* value = TOP();
        Object* result = to_c(number_positive(ts, *value));
        if (!result) goto error;
        TOP() = result;
        decref(*value);
        DISPATCH();
    }
    TARGET(UNARY_NEGATIVE) {
        Object* value = TOP();
        Object* result = to_c(number_negative(ts, *value));
        if (!result) goto error;
        TOP() = result;
        decref(*value);
        DISPATCH();
    }
    TARGET(UNARY_NOT) {
        Object* value = TOP();
        int truth = truth_of(ts, *value);
        if (truth < 0) goto error;
        TOP() = &bool_object(!truth);
        decref(*value);
        DISPATCH();
    }
    TARGET(UNARY_INVERT) {
        Object* value = TOP();
        Object* result = to_c(number_invert(ts, *value));
        if (!result) goto error;
        TOP() = result;
        decref(*value);
        DISPATCH();
    }
    FAMILY(BINARY_OP, specialize_binary_operation(*SECOND(), *TOP(), next - 1, int(oparg), &LOCAL(0))) {
        Object* right = TOP();
        Object* left = SECOND();
        Object* result = operate_on_numbers(ts, Operator(oparg), *left, *right);
        if (!result) {
            if (error_pending(ts)) [[unlikely]] goto error;
            result = to_c(binary_operation(ts, Operator(oparg), *left, *right));
            if (!result) goto error;
        }
        REPLACE_TWO(left, right, result, 1);
    }
#define INT_OPERATION(NAME_, OPERATOR, FUNCTION)                                                   \
    TARGET(NAME_) {                                                                                \
        Object* right = TOP();                                                                     \
        Object* left = SECOND();                                                                   \
        REQUIRE(BINARY_OP, both_are(left, right, PyLong_Type));                                    \
        Object* result = int_is_compact(*left) && int_is_compact(*right)                           \
            ? int_of_two_digits(ts, exact_int_value(*left) OPERATOR exact_int_value(*right))   \
            : to_c(FUNCTION(ts, *as<Int>(left), *as<Int>(right)));                                 \
        if (!result) [[unlikely]] goto error;                                                      \
        sp--;                                                                                      \
        TOP() = result;                                                                            \
        drop_int(*left);                                                                           \
        drop_int(*right);                                                                          \
        SKIP_CACHE(1);                                                                             \
        DISPATCH();                                                                                \
    }
    INT_OPERATION(BINARY_OP_ADD_INT, +, int_add)
    INT_OPERATION(BINARY_OP_SUBTRACT_INT, -, int_subtract)
    INT_OPERATION(BINARY_OP_MULTIPLY_INT, *, int_multiply)
#define FLOAT_OPERATION(NAME_, OPERATOR)                                                      \
    TARGET(NAME_) {                                                                           \
        Object* right = TOP();                                                                \
        Object* left = SECOND();                                                              \
        REQUIRE(BINARY_OP, both_are(left, right, PyFloat_Type));                              \
        Object* result = float_result(ts, *left, *right, float_value(*left) OPERATOR float_value(*right)); \
        sp -= 2;                                                                              \
        if (!result) [[unlikely]] goto error;                                                 \
        PUSH(result);                                                                         \
        SKIP_CACHE(1);                                                                        \
        DISPATCH();                                                                           \
    }
    FLOAT_OPERATION(BINARY_OP_ADD_FLOAT, +)
    FLOAT_OPERATION(BINARY_OP_SUBTRACT_FLOAT, -)
    FLOAT_OPERATION(BINARY_OP_MULTIPLY_FLOAT, *)
    TARGET(BINARY_OP_ADD_UNICODE) {
        Object* right = TOP();
        Object* left = SECOND();
        REQUIRE(BINARY_OP, both_are(left, right, PyUnicode_Type));
        Object* result = to_c(str_concat(ts, *as<Str>(left), *as<Str>(right)));
        if (!result) goto error;
        REPLACE_TWO(left, right, result, 1);
    }
    TARGET(BINARY_OP_INPLACE_ADD_UNICODE) {
        // s += t, where the result goes back to s: without the variable's reference, s can grow in place.
        Object* right = TOP();
        Object* left = SECOND();
        REQUIRE(BINARY_OP, both_are(left, right, PyUnicode_Type));
        unsigned target = next[1] >> 8;
        REQUIRE(BINARY_OP, (next[1] & 255) == unsigned(Opcode::STORE_FAST) && LOCAL(target) == left);
        LOCAL(target) = nullptr;
        decref(*left);  // the stack's; ours is the variable's
        Object* result = to_c(str_append(ts, Ref<Object>::steal(*left), *as<Str>(right)));
        sp -= 2;
        decref(*right);
        if (!result) goto error;
        LOCAL(target) = result;
        // The STORE_FAST has been done.
        SKIP_CACHE(2);
        DISPATCH();
    }
    FAMILY(COMPARE_OP, specialize_compare(*SECOND(), *TOP(), next - 1, int(oparg))) {
        Object* right = TOP();
        Object* left = SECOND();
        Object* result;
        if (both_are(left, right, PyLong_Type) && int_is_compact(*left) && int_is_compact(*right)) {
            unsigned order = order_of(exact_int_value(*left), exact_int_value(*right));
            result = &bool_object(kTrueOrders[oparg] & order);
        } else if (both_are(left, right, PyFloat_Type)) {
            result = &bool_object(kTrueOrders[oparg] & order_of(float_value(*left), float_value(*right)));
        } else {
            result = to_c(compare(ts, *left, *right, int(oparg)));
        }
        if (!result) goto error;
        REPLACE_TWO(left, right, result, 2);
    }
// The comparison and the conditional jump behind it in one. next[1] says for which orders of the operands the jump is
// taken, next[2] is the jump.
#define JUMP_FOR_ORDER(order)                                                                          \
    do {                                                                                               \
        bool taken = next[1] & (order);                                                                \
        unsigned jump = next[2] & 255, distance = next[2] >> 8;                                        \
        SKIP_CACHE(3);                                                                                 \
        if (taken) {                                                                                   \
            if (jump == unsigned(Opcode::POP_JUMP_FORWARD_IF_FALSE) ||                                 \
                jump == unsigned(Opcode::POP_JUMP_FORWARD_IF_TRUE)) {                                  \
                JUMP_BY(distance);                                                                     \
            } else {                                                                                   \
                JUMP_BY(-int(distance));                                                               \
                CHECK_BREAKER();                                                                       \
            }                                                                                          \
        }                                                                                              \
        DISPATCH();                                                                                    \
    } while (0)
    TARGET(COMPARE_OP_FLOAT_JUMP) {
        Object* right = TOP();
        Object* left = SECOND();
        REQUIRE(COMPARE_OP, both_are(left, right, PyFloat_Type));
        unsigned order = order_of(float_value(*left), float_value(*right));
        sp -= 2;
        drop_float(ts, *left);
        drop_float(ts, *right);
        JUMP_FOR_ORDER(order);
    }
    TARGET(COMPARE_OP_INT_JUMP) {
        Object* right = TOP();
        Object* left = SECOND();
        REQUIRE(COMPARE_OP, both_are(left, right, PyLong_Type) && int_is_compact(*left) && int_is_compact(*right));
        unsigned order = order_of(exact_int_value(*left), exact_int_value(*right));
        sp -= 2;
        drop_int(*left);
        drop_int(*right);
        JUMP_FOR_ORDER(order);
    }
    TARGET(COMPARE_OP_STR_JUMP) {  // == and != only: of two different strings, either may be the greater
        Object* right = TOP();
        Object* left = SECOND();
        REQUIRE(COMPARE_OP, both_are(left, right, PyUnicode_Type));
        bool equal = left == right || str_equals(*as<Str>(left), *as<Str>(right));
        sp -= 2;
        decref(*left);
        decref(*right);
        JUMP_FOR_ORDER(equal ? kEqual : kLess);
    }
    TARGET(IS_OP) {
        Object* right = POP();
        Object* left = TOP();
        bool result = (left == right) != bool(oparg);
        TOP() = &bool_object(result);
        decref(*left);
        decref(*right);
        DISPATCH();
    }
    TARGET(CONTAINS_OP) {
        Object* container = TOP();
        Object* value = SECOND();
        int found = to_c(contains(ts, *container, *value));
        if (found < 0) goto error;
        sp--;
        TOP() = &bool_object(bool(found) != bool(oparg));
        decref(*container);
        decref(*value);
        DISPATCH();
    }

    // ---- Subscripts

    FAMILY(BINARY_SUBSCR, specialize_subscript(ts, *SECOND(), *TOP(), next - 1)) {
        Object* key = TOP();
        Object* container = SECOND();
        Object* result = to_c(getitem(ts, *container, *key));
        if (!result) goto error;
        sp--;
        TOP() = result;
        decref(*container);
        decref(*key);
        SKIP_CACHE(4);
        DISPATCH();
    }
    TARGET(BINARY_SUBSCR_LIST_INT) {
        Object* key = TOP();
        Object* container = SECOND();
        REQUIRE(BINARY_SUBSCR, PyLong_CheckExact(key) && PyList_CheckExact(container) && int_is_compact(*key));
        Py_ssize_t index = index_from_start(*key, list_size(*as<List>(container)));
        REQUIRE(BINARY_SUBSCR, index >= 0);
        Object* result = as<List>(container)->ob_item[index];
        incref(*result);
        REPLACE_TWO(container, key, result, 4);
    }
    TARGET(BINARY_SUBSCR_TUPLE_INT) {
        Object* key = TOP();
        Object* container = SECOND();
        REQUIRE(BINARY_SUBSCR, PyLong_CheckExact(key) && PyTuple_CheckExact(container) && int_is_compact(*key));
        Py_ssize_t index = index_from_start(*key, tuple_size(*as<Tuple>(container)));
        REQUIRE(BINARY_SUBSCR, index >= 0);
        Object* result = as<Tuple>(container)->ob_item[index];
        incref(*result);
        REPLACE_TWO(container, key, result, 4);
    }
    TARGET(BINARY_SUBSCR_DICT) {
        Object* key = TOP();
        Object* container = SECOND();
        REQUIRE(BINARY_SUBSCR, PyDict_CheckExact(container));
        auto found = dict_get(ts, *as<Dict>(container), *key);
        if (!found.ok()) goto error;
        Object* result = std::move(found).take();
        if (!result) {
            (void)raise_key_error(ts, *key);
            goto error;
        }
        incref(*result);
        REPLACE_TWO(container, key, result, 4);
    }
    TARGET(BINARY_SUBSCR_GETITEM) {
        auto& cache = reinterpret_cast<SubscriptCache&>(*next);
        Type& type = type_of(*SECOND());
        REQUIRE(BINARY_SUBSCR, type.tp_version_tag == read_cache32(cache.type_version));
        Function* getter = as<Function>(reinterpret_cast<HeapType&>(type)._spec_cache.getitem);
        REQUIRE(BINARY_SUBSCR, getter && getter->func_version == cache.function_version);
        InterpreterFrame* callee = push_simple_frame(ts, *getter, sp - 2, 2);
        if (!callee) goto error;
        incref(*getter);
        sp -= 2;
        ENTER(callee, 4);
    }
    FAMILY(STORE_SUBSCR, specialize_store_subscript(*SECOND(), *TOP(), next - 1)) {
        Object* key = TOP();
        Object* container = SECOND();
        Object* value = PEEK(3);
        bool ok = setitem(ts, *container, *key, *value).ok();
        sp -= 3;
        decref(*value);
        decref(*container);
        decref(*key);
        if (!ok) goto error;
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(STORE_SUBSCR_LIST_INT) {
        Object* key = TOP();
        Object* container = SECOND();
        REQUIRE(STORE_SUBSCR, PyLong_CheckExact(key) && PyList_CheckExact(container) && int_is_compact(*key));
        Py_ssize_t index = index_from_start(*key, list_size(*as<List>(container)));
        REQUIRE(STORE_SUBSCR, index >= 0);
        Object* old = as<List>(container)->ob_item[index];
        as<List>(container)->ob_item[index] = PEEK(3);
        sp -= 3;
        decref(*old);
        decref(*key);
        decref(*container);
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(STORE_SUBSCR_DICT) {
        Object* key = TOP();
        Object* container = SECOND();
        REQUIRE(STORE_SUBSCR, PyDict_CheckExact(container));
        Object* value = PEEK(3);
        bool ok = dict_set(ts, *as<Dict>(container), *key, *value).ok();
        sp -= 3;
        decref(*value);
        decref(*container);
        decref(*key);
        if (!ok) goto error;
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(DELETE_SUBSCR) {
        Object* key = TOP();
        Object* container = SECOND();
        bool ok = delitem(ts, *container, *key).ok();
        sp -= 2;
        decref(*container);
        decref(*key);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(GET_LEN) {
        auto size = length(ts, *TOP());
        if (!size.ok()) goto error;
        Object* value = to_c(int_from_ssize(ts, std::move(size).take()));
        if (!value) goto error;
        PUSH(value);
        DISPATCH();
    }

    // ---- Building

    TARGET(BUILD_TUPLE) {
        Object* tuple = to_c(tuple_from_owned(ts, sp - oparg, Py_ssize_t(oparg)));
        sp -= oparg;
        if (!tuple) goto error;
        PUSH(tuple);
        DISPATCH();
    }
    TARGET(BUILD_LIST) {
        auto made = list_new(ts, Py_ssize_t(oparg));
        if (!made.ok()) goto error;
        List* list = std::move(made).release();
        sp -= oparg;
        for (unsigned i = 0; i < oparg; ++i) list->ob_item[i] = sp[i];
        PUSH(obj(list));
        DISPATCH();
    }
    TARGET(LIST_TO_TUPLE) {
        Object* list = TOP();
        Object* tuple = to_c(list_as_tuple(ts, *as<List>(list)));
        if (!tuple) goto error;
        TOP() = tuple;
        decref(*list);
        DISPATCH();
    }
    TARGET(BUILD_SET) {
        Object* set = to_c(set_new(ts, nullptr));
        if (!set) goto error;
        bool ok = true;
        for (unsigned i = oparg; i > 0; --i) {
            Object* item = PEEK(i);
            ok = ok && set_add(ts, *as<Set>(set), *item).ok();
            decref(*item);
        }
        sp -= oparg;
        if (!ok) {
            decref(*set);
            goto error;
        }
        PUSH(set);
        DISPATCH();
    }
    TARGET(BUILD_MAP) {
        auto made = dict_new_sized(ts, Py_ssize_t(oparg));
        if (!made.ok()) goto error;
        Dict* dict = std::move(made).release();
        for (unsigned i = oparg; i > 0; --i) {
            if (!dict_set(ts, *dict, *PEEK(2 * i), *PEEK(2 * i - 1)).ok()) {
                decref(*dict);
                goto error;
            }
        }
        for (unsigned i = 0; i < 2 * oparg; ++i) decref(*POP());
        PUSH(obj(dict));
        DISPATCH();
    }
    TARGET(BUILD_CONST_KEY_MAP) {
        Tuple& keys = *as<Tuple>(TOP());
        auto made = dict_new_sized(ts, Py_ssize_t(oparg));
        if (!made.ok()) goto error;
        Dict* dict = std::move(made).release();
        for (unsigned i = 0; i < oparg; ++i) {
            if (!dict_set(ts, *dict, tuple_item(keys, i), *PEEK(oparg + 1 - i)).ok()) {
                decref(*dict);
                goto error;
            }
        }
        for (unsigned i = 0; i <= oparg; ++i) decref(*POP());
        PUSH(obj(dict));
        DISPATCH();
    }
    TARGET(BUILD_STRING) {
        Object* result = to_c(str_join_items(ts, empty_str(), sp - oparg, Py_ssize_t(oparg)));
        if (!result) goto error;
        for (unsigned i = 0; i < oparg; ++i) decref(*POP());
        PUSH(result);
        DISPATCH();
    }
    TARGET(BUILD_SLICE) {
        Object* step = oparg == 3 ? POP() : nullptr;
        Object* stop = POP();
        Object* start = TOP();
        Object* slice = to_c(slice_new(ts, start, stop, step));
        decref(*start);
        decref(*stop);
        decref_optional(step);
        if (!slice) {
            sp--;
            goto error;
        }
        TOP() = slice;
        DISPATCH();
    }
    TARGET(LIST_APPEND) {
        Object* item = POP();
        if (!list_append(ts, *as<List>(PEEK(oparg)), Ref<Object>::steal(*item)).ok()) goto error;
        DISPATCH();
    }
    TARGET(SET_ADD) {
        Object* item = POP();
        bool ok = set_add(ts, *as<Set>(PEEK(oparg)), *item).ok();
        decref(*item);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(MAP_ADD) {
        Object* value = TOP();
        Object* key = SECOND();
        sp -= 2;
        bool ok = dict_set(ts, *as<Dict>(PEEK(oparg)), *key, *value).ok();
        decref(*value);
        decref(*key);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(LIST_EXTEND) {
        Object* iterable = POP();
        bool ok = list_extend(ts, *as<List>(PEEK(oparg)), *iterable).ok();
        if (!ok && error_matches(ts, PyExc_TypeError) && !type_of(*iterable).tp_iter && !is_sequence(*iterable)) {
            error_clear(ts);
            (void)raise(ts, PyExc_TypeError, "Value after * must be an iterable, not %T", iterable);
        }
        decref(*iterable);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(SET_UPDATE) {
        Object* iterable = POP();
        bool ok = set_update(ts, *as<Set>(PEEK(oparg)), *iterable).ok();
        decref(*iterable);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(DICT_UPDATE) {
        Object* mapping = POP();
        bool ok = dict_update(ts, *as<Dict>(PEEK(oparg)), *mapping).ok();
        if (!ok && error_matches(ts, PyExc_AttributeError)) {
            error_clear(ts);
            (void)raise(ts, PyExc_TypeError, "'%T' object is not a mapping", mapping);
        }
        decref(*mapping);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(DICT_MERGE) {
        Object* mapping = POP();
        bool ok = merge_call_keywords(ts, *PEEK(2 + oparg), *as<Dict>(PEEK(oparg)), *mapping).ok();
        decref(*mapping);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(FORMAT_VALUE) {
        Object* spec = (oparg & FVS_MASK) == FVS_HAVE_SPEC ? POP() : nullptr;
        Object* value = POP();
        Object* result = nullptr;
        switch (oparg & FVC_MASK) {
            case FVC_STR: result = to_c(str(ts, *value)); break;
            case FVC_REPR: result = to_c(repr(ts, *value)); break;
            case FVC_ASCII: result = to_c(ascii(ts, *value)); break;
            default: result = new_reference(*value); break;
        }
        decref(*value);
        if (result && !(PyUnicode_CheckExact(result) && !spec)) {
            Object* formatted = to_c(format(ts, *result, spec));
            decref(*result);
            result = formatted;
        }
        decref_optional(spec);
        if (!result) goto error;
        PUSH(result);
        DISPATCH();
    }

    // ---- Unpacking

    FAMILY(UNPACK_SEQUENCE, specialize_unpack(*TOP(), next - 1, int(oparg))) {
        Object* value = POP();
        Object** top = sp + oparg;
        if (PyTuple_CheckExact(value) && tuple_size(*as<Tuple>(value)) == Py_ssize_t(oparg)) {
            Object** items = as<Tuple>(value)->ob_item;
            for (unsigned i = 0; i < oparg; ++i) *--top = new_reference(*items[i]);
        } else if (PyList_CheckExact(value) && list_size(*as<List>(value)) == Py_ssize_t(oparg)) {
            Object** items = as<List>(value)->ob_item;
            for (unsigned i = 0; i < oparg; ++i) *--top = new_reference(*items[i]);
        } else if (!unpack_iterable(ts, *value, int(oparg), -1, top).ok()) {
            decref(*value);
            goto error;
        }
        sp += oparg;
        decref(*value);
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(UNPACK_SEQUENCE_TWO_TUPLE) {
        Object* value = TOP();
        REQUIRE(UNPACK_SEQUENCE, PyTuple_CheckExact(value) && tuple_size(*as<Tuple>(value)) == 2);
        TOP() = new_reference(*as<Tuple>(value)->ob_item[1]);
        PUSH(new_reference(*as<Tuple>(value)->ob_item[0]));
        decref(*value);
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(UNPACK_SEQUENCE_TUPLE) {
        Object* value = TOP();
        REQUIRE(UNPACK_SEQUENCE, PyTuple_CheckExact(value) && tuple_size(*as<Tuple>(value)) == Py_ssize_t(oparg));
        sp--;
        Object** items = as<Tuple>(value)->ob_item;
        for (unsigned i = oparg; i > 0; --i) PUSH(new_reference(*items[i - 1]));
        decref(*value);
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(UNPACK_SEQUENCE_LIST) {
        Object* value = TOP();
        REQUIRE(UNPACK_SEQUENCE, PyList_CheckExact(value) && list_size(*as<List>(value)) == Py_ssize_t(oparg));
        sp--;
        Object** items = as<List>(value)->ob_item;
        for (unsigned i = oparg; i > 0; --i) PUSH(new_reference(*items[i - 1]));
        decref(*value);
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(UNPACK_EX) {
        int before = int(oparg & 255), after = int(oparg >> 8);
        Object* value = POP();
        Object** top = sp + before + 1 + after;
        bool ok = unpack_iterable(ts, *value, before, after, top).ok();
        decref(*value);
        if (!ok) goto error;
        sp = top;
        DISPATCH();
    }

    // ---- Jumps

    TARGET(JUMP_FORWARD) {
        JUMP_BY(oparg);
        DISPATCH();
    }
    TARGET(JUMP_BACKWARD) {
        if (frame->code->co_warmup < 0 && ++frame->code->co_warmup == 0) quicken(*frame->code);
        GO_ON_AS(JUMP_BACKWARD_QUICK);
    }
    SHARED_TARGET(JUMP_BACKWARD_QUICK) {
        JUMP_BY(-int(oparg));
        CHECK_BREAKER();
        DISPATCH();
    }
    TARGET(JUMP_BACKWARD_NO_INTERRUPT) {
        JUMP_BY(-int(oparg));
        DISPATCH();
    }
// The truth of the popped value decides.
#define POP_JUMP_IF(NAME_, WANTED, DISTANCE, ON_JUMP)       \
    TARGET(NAME_) {                                         \
        Object* condition = POP();                          \
        int truth = truth_of(ts, *condition);               \
        decref(*condition);                                 \
        if (truth == (WANTED)) {                            \
            JUMP_BY(DISTANCE);                              \
            ON_JUMP;                                        \
        } else if (truth < 0) [[unlikely]] {                \
            goto error;                                     \
        }                                                   \
        DISPATCH();                                         \
    }
    POP_JUMP_IF(POP_JUMP_FORWARD_IF_FALSE, false, oparg, )
    POP_JUMP_IF(POP_JUMP_FORWARD_IF_TRUE, true, oparg, )
    POP_JUMP_IF(POP_JUMP_BACKWARD_IF_FALSE, false, -int(oparg), CHECK_BREAKER())
    POP_JUMP_IF(POP_JUMP_BACKWARD_IF_TRUE, true, -int(oparg), CHECK_BREAKER())
#define POP_JUMP_IF_NONE(NAME_, WANTED, DISTANCE, ON_JUMP) \
    TARGET(NAME_) {                                        \
        Object* value = POP();                             \
        bool none_ = is_none(value);                       \
        decref(*value);                                    \
        if (none_ == (WANTED)) {                           \
            JUMP_BY(DISTANCE);                             \
            ON_JUMP;                                       \
        }                                                  \
        DISPATCH();                                        \
    }
    POP_JUMP_IF_NONE(POP_JUMP_FORWARD_IF_NONE, true, oparg, )
    POP_JUMP_IF_NONE(POP_JUMP_FORWARD_IF_NOT_NONE, false, oparg, )
    POP_JUMP_IF_NONE(POP_JUMP_BACKWARD_IF_NONE, true, -int(oparg), CHECK_BREAKER())
    POP_JUMP_IF_NONE(POP_JUMP_BACKWARD_IF_NOT_NONE, false, -int(oparg), CHECK_BREAKER())
    TARGET(JUMP_IF_FALSE_OR_POP) {
        int truth = truth_of(ts, *TOP());
        if (truth < 0) goto error;
        if (truth) {
            decref(*POP());
        } else {
            JUMP_BY(oparg);
        }
        DISPATCH();
    }
    TARGET(JUMP_IF_TRUE_OR_POP) {
        int truth = truth_of(ts, *TOP());
        if (truth < 0) goto error;
        if (truth) {
            JUMP_BY(oparg);
        } else {
            decref(*POP());
        }
        DISPATCH();
    }
    TARGET(EXTENDED_ARG) GO_ON_AS(EXTENDED_ARG_QUICK);
    SHARED_TARGET(EXTENDED_ARG_QUICK) {
        oparg = (oparg << 8) | (*next >> 8);
        goto* kTargets[*next & 255];
    }

    // ---- Iteration

    TARGET(GET_ITER) {
        Object* iterable = TOP();
        Object* iterator = to_c(get_iter(ts, *iterable));
        if (!iterator) goto error;
        TOP() = iterator;
        decref(*iterable);
        DISPATCH();
    }
    TARGET(FOR_ITER) {
        Object* iterator = TOP();
        Object* item = nullptr;
        if (&type_of(*iterator) == &PyListIter_Type) {
            ListIterator& it = *as<ListIterator>(iterator);
            if (it.list && it.index < list_size(*it.list)) item = new_reference(*it.list->ob_item[it.index++]);
        } else if (&type_of(*iterator) == &PyRangeIter_Type) {
            RangeIterator& it = *as<RangeIterator>(iterator);
            if (it.index < it.length) item = range_iterator_value(ts, it);
        } else if (PyGen_CheckExact(iterator) && CAN_ENTER_GENERATOR(iterator)) {
            ENTER_GENERATOR(iterator, &none());
        }
        // Whatever has come to its end, or is of another kind.
        if (!item && !error_pending(ts)) item = type_of(*iterator).tp_iternext(iterator);
        if (item) [[likely]] {
            PUSH(item);
            DISPATCH();
        }
        if (error_pending(ts)) {
            if (!error_matches(ts, PyExc_StopIteration)) goto error;
            if (ts.c_tracefunc) trace_exception(ts, *frame);
            error_clear(ts);
        }
        sp--;
        decref(*iterator);
        JUMP_BY(oparg);
        DISPATCH();
    }
    TARGET(GET_YIELD_FROM_ITER) {
        Object* value = POP();
        Object* iterator = to_c(get_yield_from_iter(ts, Ref<Object>::steal(*value), *frame->code));
        if (!iterator) goto error;
        PUSH(iterator);
        DISPATCH();
    }
    TARGET(GET_AITER) {
        Object* iterable = POP();
        Object* iterator = to_c(get_async_iterator(ts, *iterable));
        decref(*iterable);
        if (!iterator) goto error;
        PUSH(iterator);
        DISPATCH();
    }
    TARGET(GET_ANEXT) {
        Object* awaitable = to_c(get_anext(ts, *TOP()));
        if (!awaitable) goto error;
        PUSH(awaitable);
        DISPATCH();
    }
    TARGET(END_ASYNC_FOR) {
        // Stack: the asynchronous iterator, and the exception that __anext__ raised.
        Object* exception = POP();
        if (exception_matches(ts, *exception, *PyExc_StopAsyncIteration)) {
            decref(*exception);
            decref(*POP());
            DISPATCH();
        }
        PendingError error;
        error.type = OptRef<Object>::share(obj(&type_of(*exception)));
        error.traceback = OptRef<Object>::share(as<PyBaseExceptionObject>(exception)->traceback);
        error.value = OptRef<Object>::steal(exception);
        error_restore(ts, std::move(error));
        goto exception_unwind;
    }

    // ---- Generators and coroutines

    TARGET(RETURN_GENERATOR) {
        Object* generator = to_c(generator_from_frame(ts, *frame, next));
        if (!generator) goto error;
        // The content has moved to the generator; only the place on the data stack is left.
        InterpreterFrame* callee = frame;
        InterpreterFrame* caller = frame->previous;
        bool was_entry = callee->is_entry;
        data_stack_pop(ts, callee);
        leave_recursion(ts);
        if (was_entry) {
            UNLINK();
            return generator;
        }
        frame = cframe.current_frame = caller;
        COME_BACK();
        PUSH(generator);
        DISPATCH();
    }
    TARGET(YIELD_VALUE) {
        Object* value = POP();
        frame->stack_top = int(sp - frame->localsplus);
        generator_suspended(ts, *frame);
        if (cframe.use_tracing) [[unlikely]] {
            if (!trace_return(ts, *frame, value).ok()) {
                decref(*value);
                generator_resumed_after_failed_trace(ts, *frame);
                goto exit_unwind_traced;
            }
        }
        leave_recursion(ts);
        InterpreterFrame& callee = *frame;
        frame = cframe.current_frame = std::exchange(callee.previous, nullptr);
        if (callee.is_entry) {
            UNLINK();
            return value;
        }
        COME_BACK();
        PUSH(value);
        DISPATCH();
    }
    TARGET(SEND) {
        Object* value = POP();
        Object* receiver = TOP();
        if ((PyGen_CheckExact(receiver) || PyCoro_CheckExact(receiver)) && CAN_ENTER_GENERATOR(receiver) &&
            (is_none(value) || generator_state(*as<Generator>(receiver)) != GeneratorState::kCreated)) {
            ENTER_GENERATOR(receiver, value);
        }
        Object* result = nullptr;
        PySendResult status = ts.c_tracefunc ? trace_send(ts, *frame, *receiver, *value, &result)
                                             : generator_send_value(ts, *receiver, *value, &result);
        decref(*value);
        if (status == PYGEN_ERROR) goto error;
        if (status == PYGEN_RETURN) {
            decref(*receiver);
            TOP() = result;
            JUMP_BY(oparg);
            DISPATCH();
        }
        PUSH(result);
        DISPATCH();
    }
    TARGET(ASYNC_GEN_WRAP) {
        Object* value = TOP();
        Object* wrapped = to_c(async_generator_wrap(ts, *value));
        if (!wrapped) goto error;
        TOP() = wrapped;
        decref(*value);
        DISPATCH();
    }
    TARGET(GET_AWAITABLE) {
        Object* value = POP();
        Object* awaitable = to_c(get_awaitable(ts, *value, int(oparg)));
        decref(*value);
        if (!awaitable) goto error;
        PUSH(awaitable);
        DISPATCH();
    }

    // ---- Functions, classes, imports

    TARGET(MAKE_FUNCTION) {
        Object* code = POP();
        auto made = function_new(ts, *as<Code>(code), *frame->globals);
        decref(*code);
        if (!made.ok()) goto error;
        Function* function = std::move(made).release();
        if (oparg & 8) function->func_closure = POP();
        if (oparg & 4) function->func_annotations = POP();
        if (oparg & 2) function->func_kwdefaults = POP();
        if (oparg & 1) function->func_defaults = POP();
        PUSH(obj(function));
        DISPATCH();
    }
    TARGET(LOAD_BUILD_CLASS) {
        Object* value = nullptr;
        if (PyDict_CheckExact(frame->builtins)) {
            auto found = dict_get(ts, *as<Dict>(frame->builtins), "__build_class__"_n);
            if (!found.ok()) goto error;
            value = new_reference_optional(std::move(found).take());
            if (!value) {
                (void)raise(ts, PyExc_NameError, "__build_class__ not found");
                goto error;
            }
        } else {
            value = to_c(getitem(ts, *frame->builtins, "__build_class__"_n));
            if (!value) {
                if (error_matches(ts, PyExc_KeyError)) (void)raise(ts, PyExc_NameError, "__build_class__ not found");
                goto error;
            }
        }
        PUSH(value);
        DISPATCH();
    }
    TARGET(SETUP_ANNOTATIONS) {
        if (!setup_annotations(ts, *frame).ok()) goto error;
        DISPATCH();
    }
    TARGET(IMPORT_NAME) {
        Object* fromlist = POP();
        Object* level = TOP();
        Object* module = to_c(import_name(ts, *frame, *NAME(oparg), *fromlist, *level));
        decref(*level);
        decref(*fromlist);
        if (!module) {
            sp--;
            goto error;
        }
        TOP() = module;
        DISPATCH();
    }
    TARGET(IMPORT_FROM) {
        Object* value = to_c(import_from(ts, *TOP(), *NAME(oparg)));
        if (!value) goto error;
        PUSH(value);
        DISPATCH();
    }
    TARGET(IMPORT_STAR) {
        Object* module = POP();
        bool ok = import_star(ts, *frame, *module).ok();
        decref(*module);
        if (!ok) goto error;
        DISPATCH();
    }
    TARGET(LOAD_ASSERTION_ERROR) {
        PUSH(new_reference(*PyExc_AssertionError));
        DISPATCH();
    }
    TARGET(PRINT_EXPR) {
        Object* value = POP();
        bool ok = print_expression(ts, *value).ok();
        decref(*value);
        if (!ok) goto error;
        DISPATCH();
    }

    // ---- Calls. Stack: [function, self, arguments ...] or [null, callable, arguments ...]

// What is called, and how many arguments there are, keyword arguments and the self of a method included.
#define CALL_OPERANDS()                           \
    bool is_method = PEEK(oparg + 2) != nullptr;  \
    int count = int(oparg) + is_method;           \
    Object* callable = PEEK(count + 1)
    TARGET(KW_NAMES) {
        keyword_names = CONSTANT(oparg);
        DISPATCH();
    }
    FAMILY(PRECALL, CALL_OPERANDS(); specialize_precall(*callable, next - 1, count, keyword_names != nullptr, is_method)) {
        // A bound method is taken apart, so that CALL sees its function and self.
        if (!PEEK(oparg + 2)) {
            Object* callable = PEEK(oparg + 1);
            if (PyMethod_Check(callable)) {
                Method& method = *as<Method>(callable);
                PEEK(oparg + 1) = new_reference(*method.im_self);
                PEEK(oparg + 2) = new_reference(*method.im_func);
                decref(*callable);
            }
        }
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(PRECALL_BOUND_METHOD) {
        REQUIRE(PRECALL, !PEEK(oparg + 2) && &type_of(*PEEK(oparg + 1)) == &PyMethod_Type);
        Object* callable = PEEK(oparg + 1);
        Method& method = *as<Method>(callable);
        PEEK(oparg + 1) = new_reference(*method.im_self);
        PEEK(oparg + 2) = new_reference(*method.im_func);
        decref(*callable);
        SKIP_CACHE(1);
        DISPATCH();
    }
    TARGET(PRECALL_PYFUNC) {
        // Only methods need something done, and CALL looks at the callable all the same.
        REQUIRE(PRECALL, PEEK(oparg + 2) || !PyMethod_Check(PEEK(oparg + 1)));
        SKIP_CACHE(1);
        if ((*next & 255) == unsigned(Opcode::CALL_PY_EXACT_ARGS)) [[likely]] goto L_CALL_PY_EXACT_ARGS;
        DISPATCH();
    }
    FAMILY(CALL, CALL_OPERANDS(); specialize_call(ts, *callable, next - 1, count, keyword_names != nullptr)) {
        CALL_OPERANDS();
        int positional = count - (keyword_names ? int(tuple_size(*as<Tuple>(keyword_names))) : 0);
        if (PyFunction_Check(callable) && !ts.interpreter().eval_frame &&
            as<Function>(callable)->vectorcall == function_vectorcall) {
            Function& function = *as<Function>(callable);
            Object* locals = as<Code>(function.func_code)->co_flags & CO_OPTIMIZED ? nullptr : new_reference(*function.func_globals);
            Object** arguments = sp - count;
            sp -= count + 1 + !is_method;
            InterpreterFrame* callee = push_call_frame(ts, function, locals, arguments, positional, keyword_names);
            keyword_names = nullptr;
            if (!callee) goto error;
            ENTER(callee, 4);
        }
        Object* result;
        if (cframe.use_tracing) [[unlikely]] {
            result = to_c(call_profiled(ts, *frame, *callable, sp - count, positional, keyword_names));
        } else {
            result = to_c(call_vector(ts, *callable, sp - count, size_t(positional) | PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names));
        }
        keyword_names = nullptr;
        for (int i = 0; i < count; ++i) decref(*POP());
        sp -= 1 + !is_method;
        decref(*callable);
        if (!result) goto error;
        PUSH(result);
        SKIP_CACHE(4);
        CHECK_BREAKER();
        DISPATCH();
    }
    TARGET(CALL_PY_EXACT_ARGS) {
        auto& cache = reinterpret_cast<CallCache&>(*next);
        CALL_OPERANDS();
        REQUIRE(CALL, PyFunction_Check(callable) && !ts.interpreter().eval_frame);
        Function& function = *as<Function>(callable);
        REQUIRE(CALL, function.func_version == read_cache32(cache.version));
        REQUIRE(CALL, as<Code>(function.func_code)->co_argcount == count);
        InterpreterFrame* callee = push_simple_frame(ts, function, sp - count, count);
        if (!callee) goto error;
        sp -= count + 1 + !is_method;
        ENTER(callee, 4);
    }
    TARGET(CALL_PY_WITH_DEFAULTS) {
        auto& cache = reinterpret_cast<CallCache&>(*next);
        CALL_OPERANDS();
        REQUIRE(CALL, PyFunction_Check(callable) && !ts.interpreter().eval_frame);
        Function& function = *as<Function>(callable);
        REQUIRE(CALL, function.func_version == read_cache32(cache.version));
        Code& code = *as<Code>(function.func_code);
        REQUIRE(CALL, count <= code.co_argcount && count >= cache.min_args);
        InterpreterFrame* callee = data_stack_push(ts, size_t(frame_slots(code)));
        if (!callee) goto error;
        Object** arguments = sp - count;
        for (int i = 0; i < count; ++i) callee->localsplus[i] = arguments[i];
        Tuple& defaults = *as<Tuple>(function.func_defaults);
        int first_default = code.co_argcount - int(tuple_size(defaults));
        for (int i = count; i < code.co_argcount; ++i) {
            callee->localsplus[i] = new_reference(tuple_item(defaults, i - first_default));
        }
        sp -= count + 1 + !is_method;
        frame_initialize(*callee, function, nullptr, code, code.co_argcount);
        ENTER(callee, 4);
    }

    TARGET(CALL_CONSTRUCTOR) {
        // A class whose instances are plain ones, set up by an __init__ in Python: that runs in this loop.
        auto& cache = reinterpret_cast<CallCache&>(*next);
        CALL_OPERANDS();
        REQUIRE(CALL, PyType_Check(callable) && !ts.interpreter().eval_frame);
        Type& type = *as<Type>(callable);
        REQUIRE(CALL, type.tp_version_tag == read_cache32(cache.version));
        Function& init = *as<Function>(type_lookup(ts, type, "__init__"_n));
        constexpr int kKinds = CO_OPTIMIZED | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
        REQUIRE(CALL, (as<Code>(init.func_code)->co_flags & kKinds) == CO_OPTIMIZED);
        Object* instance = type.tp_alloc(&type, 0);
        if (!instance) goto error;
        // The instance takes the place of its class, as the first argument; another reference is what the call gives.
        Object** arguments = sp - count - 1;
        *arguments = new_reference(*instance);
        int positional = count + 1 - (keyword_names ? int(tuple_size(*as<Tuple>(keyword_names))) : 0);
        incref(init);
        decref(type);
        InterpreterFrame* callee = push_call_frame(ts, init, nullptr, arguments, positional, keyword_names);
        keyword_names = nullptr;
        sp = arguments - !is_method;
        PUSH(instance);
        if (!callee) goto error;
        callee->owner = InterpreterFrame::Owner::kConstructing;
        ENTER(callee, 4);
    }

// The forms of PRECALL that make the call themselves, and skip the CALL behind them.
#define FINISH_NATIVE_CALL(COUNT, NULL_BELOW)                   \
    do {                                                        \
        for (int i_ = 0; i_ < (COUNT); ++i_) decref(*POP());    \
        decref(*POP());                                         \
        if (NULL_BELOW) --sp;                                   \
        if (!result) goto error;                                \
        PUSH(result);                                           \
        SKIP_CACHE(1 + 1 + 4);                                  \
        CHECK_BREAKER();                                        \
        DISPATCH();                                             \
    } while (0)
    TARGET(PRECALL_NO_KW_TYPE_1) {
        REQUIRE(PRECALL, oparg == 1 && !PEEK(3) && PEEK(2) == obj(&PyType_Type));
        Object* result = new_reference(obj(type_of(*TOP())));
        FINISH_NATIVE_CALL(1, true);
    }
    TARGET(PRECALL_NO_KW_STR_1) {
        REQUIRE(PRECALL, oparg == 1 && !PEEK(3) && PEEK(2) == obj(&PyUnicode_Type));
        Object* result = to_c(str(ts, *TOP()));
        FINISH_NATIVE_CALL(1, true);
    }
    TARGET(PRECALL_NO_KW_TUPLE_1) {
        REQUIRE(PRECALL, oparg == 1 && !PEEK(3) && PEEK(2) == obj(&PyTuple_Type));
        Object* result = to_c(sequence_tuple(ts, *TOP()));
        FINISH_NATIVE_CALL(1, true);
    }
    TARGET(PRECALL_BUILTIN_CLASS) {
        CALL_OPERANDS();
        REQUIRE(PRECALL, PyType_Check(callable) && as<Type>(callable)->tp_vectorcall);
        int positional = count - (keyword_names ? int(tuple_size(*as<Tuple>(keyword_names))) : 0);
        Object* result = as<Type>(callable)->tp_vectorcall(callable, sp - count, size_t(positional), keyword_names);
        keyword_names = nullptr;
        FINISH_NATIVE_CALL(count, !is_method);
    }
    TARGET(PRECALL_NO_KW_BUILTIN_O) {
        CALL_OPERANDS();
        REQUIRE(PRECALL, count == 1 && PyCFunction_CheckExact(callable) &&
                             PyCFunction_GET_FLAGS(callable) == METH_O);
        Object* result = PyCFunction_GET_FUNCTION(callable)(PyCFunction_GET_SELF(callable), TOP());
        FINISH_NATIVE_CALL(1, !is_method);
    }
    TARGET(PRECALL_NO_KW_BUILTIN_FAST) {
        CALL_OPERANDS();
        REQUIRE(PRECALL, PyCFunction_CheckExact(callable) &&
                             PyCFunction_GET_FLAGS(callable) == METH_FASTCALL);
        auto function = reinterpret_cast<_PyCFunctionFast>(reinterpret_cast<void*>(PyCFunction_GET_FUNCTION(callable)));
        Object* result = function(PyCFunction_GET_SELF(callable), sp - count, count);
        FINISH_NATIVE_CALL(count, !is_method);
    }
    TARGET(PRECALL_BUILTIN_FAST_WITH_KEYWORDS) {
        CALL_OPERANDS();
        REQUIRE(PRECALL, PyCFunction_CheckExact(callable) &&
                             PyCFunction_GET_FLAGS(callable) == (METH_FASTCALL | METH_KEYWORDS));
        auto function = reinterpret_cast<_PyCFunctionFastWithKeywords>(reinterpret_cast<void*>(PyCFunction_GET_FUNCTION(callable)));
        int positional = count - (keyword_names ? int(tuple_size(*as<Tuple>(keyword_names))) : 0);
        Object* result = function(PyCFunction_GET_SELF(callable), sp - count, positional, keyword_names);
        keyword_names = nullptr;
        FINISH_NATIVE_CALL(count, !is_method);
    }
    // len() and isinstance() are served by the general forms.
    TARGET(PRECALL_NO_KW_LEN) GO_ON_AS(PRECALL);
    TARGET(PRECALL_NO_KW_ISINSTANCE) GO_ON_AS(PRECALL);
    TARGET(PRECALL_NO_KW_LIST_APPEND) {
        // lst.append(x): the result is dropped by a POP_TOP, which is skipped as well.
        Object* callable = PEEK(3);
        REQUIRE(PRECALL, oparg == 1 && callable && &type_of(*callable) == &PyMethodDescr_Type && PyList_CheckExact(SECOND()) &&
                             reinterpret_cast<PyMethodDescrObject*>(callable)->d_common.d_type == &PyList_Type &&
                             (next[6] & 255) == unsigned(Opcode::POP_TOP));
        Object* item = POP();
        Object* list = POP();
        --sp;
        bool ok = list_append(ts, *as<List>(list), Ref<Object>::steal(*item)).ok();
        decref(*list);
        decref(*callable);
        if (!ok) goto error;
        SKIP_CACHE(1 + 1 + 4 + 1);
        DISPATCH();
    }
// Methods of native types: [descriptor, self, arguments ...].
#define METHOD_DESCRIPTOR_GUARD(FLAGS)                                                                                  \
    CALL_OPERANDS();                                                                                                    \
    REQUIRE(PRECALL, &type_of(*callable) == &PyMethodDescr_Type && count >= 1);                  \
    auto& descriptor = *reinterpret_cast<PyMethodDescrObject*>(callable);                                               \
    REQUIRE(PRECALL, descriptor.d_method->ml_flags == (FLAGS));                                                         \
    Object* self = PEEK(count);                                                                                         \
    REQUIRE(PRECALL, &type_of(*self) == descriptor.d_common.d_type || type_is_subtype(type_of(*self), *descriptor.d_common.d_type))
    TARGET(PRECALL_NO_KW_METHOD_DESCRIPTOR_O) {
        METHOD_DESCRIPTOR_GUARD(METH_O);
        REQUIRE(PRECALL, count == 2);
        Object* result = descriptor.d_method->ml_meth(self, TOP());
        FINISH_NATIVE_CALL(count, !is_method);
    }
    TARGET(PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS) {
        METHOD_DESCRIPTOR_GUARD(METH_NOARGS);
        REQUIRE(PRECALL, count == 1);
        Object* result = descriptor.d_method->ml_meth(self, nullptr);
        FINISH_NATIVE_CALL(count, !is_method);
    }
    TARGET(PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST) {
        METHOD_DESCRIPTOR_GUARD(METH_FASTCALL);
        auto function = reinterpret_cast<_PyCFunctionFast>(reinterpret_cast<void*>(descriptor.d_method->ml_meth));
        Object* result = function(self, sp - count + 1, count - 1);
        FINISH_NATIVE_CALL(count, !is_method);
    }
    TARGET(PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS) {
        METHOD_DESCRIPTOR_GUARD(METH_FASTCALL | METH_KEYWORDS);
        auto function = reinterpret_cast<_PyCFunctionFastWithKeywords>(reinterpret_cast<void*>(descriptor.d_method->ml_meth));
        int keywords = keyword_names ? int(tuple_size(*as<Tuple>(keyword_names))) : 0;
        Object* result = function(self, sp - count + 1, count - 1 - keywords, keyword_names);
        keyword_names = nullptr;
        FINISH_NATIVE_CALL(count, !is_method);
    }

    TARGET(CALL_FUNCTION_EX) {
        Object* keywords = oparg & 1 ? POP() : nullptr;
        Object* arguments = POP();
        Object* callable = TOP();
        Object* result = nullptr;
        if (keywords && !PyDict_CheckExact(keywords)) {
            auto copied = dict_new(ts);
            bool ok = copied.ok();
            if (ok) {
                Dict* dict = std::move(copied).release();
                ok = merge_call_keywords(ts, *callable, *dict, *keywords).ok();
                decref(*keywords);
                keywords = obj(dict);
            }
            if (!ok) goto call_done;
        }
        if (!PyTuple_CheckExact(arguments)) {
            if (!type_of(*arguments).tp_iter && !is_sequence(*arguments)) {
                (void)raise_not_iterable_argument(ts, *callable, *arguments);
                goto call_done;
            }
            Object* tuple = to_c(sequence_tuple(ts, *arguments));
            if (!tuple) goto call_done;
            decref(*arguments);
            arguments = tuple;
        }
        if (cframe.use_tracing) [[unlikely]] {
            result = to_c(call_profiled_ex(ts, *frame, *callable, *arguments, keywords));
        } else {
            result = to_c(call_tuple(ts, *callable, *arguments, keywords));
        }
    call_done:
        sp -= 2;  // the callable, and the null below it
        decref(*callable);
        decref(*arguments);
        decref_optional(keywords);
        if (!result) goto error;
        PUSH(result);
        CHECK_BREAKER();
        DISPATCH();
    }

    TARGET(RETURN_VALUE) {
        Object* result = POP();
        frame->stack_top = int(sp - frame->localsplus);
        if (cframe.use_tracing) [[unlikely]] {
            if (!trace_return(ts, *frame, result).ok()) {
                decref(*result);
                goto exit_unwind_traced;
            }
        }
        InterpreterFrame& callee = *frame;
        bool was_entry = callee.is_entry;
        InterpreterFrame::Owner owner = callee.owner;
        frame = cframe.current_frame = callee.previous;
        leave_frame(ts, callee);
        if (was_entry) {
            UNLINK();
            return result;
        }
        COME_BACK();
        if (owner == InterpreterFrame::Owner::kThread) [[likely]] {
            PUSH(result);
        } else if (owner == InterpreterFrame::Owner::kConstructing) {
            if (!is_none(result)) {
                (void)raise(ts, PyExc_TypeError, "__init__() should return None, not '%T'", result);
                decref(*result);
                goto error;
            }
        } else {
            // The FOR_ITER or SEND that resumed it ends: the iterator goes, and SEND has a value.
            next += frame->jump_at_end;
            Object* generator = TOP();
            if ((*frame->previous_instruction & 255) == unsigned(Opcode::SEND)) {
                TOP() = result;
            } else {
                --sp;
                decref(*result);
            }
            decref(*generator);
        }
        DISPATCH();
    }

    // ---- Context managers

    TARGET(BEFORE_WITH) GO_ON_AS(BEFORE_ASYNC_WITH);
    SHARED_TARGET(BEFORE_ASYNC_WITH) {
        Object* manager = TOP();
        auto entered = enter_context(ts, *manager, (next[-1] & 255) == unsigned(Opcode::BEFORE_ASYNC_WITH));
        if (!entered.ok()) goto error;
        Entered result = std::move(entered).take();
        TOP() = std::move(result.exit).release();
        decref(*manager);
        PUSH(std::move(result.value).release());
        DISPATCH();
    }
    TARGET(WITH_EXCEPT_START) {
        // Stack: __exit__, last instruction, previous exception, exception.
        Object* exception = TOP();
        Object* exit = PEEK(4);
        Object* traceback = as<PyBaseExceptionObject>(exception)->traceback;
        Object* arguments[4] = {nullptr, obj(&type_of(*exception)), exception, traceback ? traceback : &none()};
        Object* result = to_c(call_vector(ts, *exit, arguments + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET));
        if (!result) goto error;
        PUSH(result);
        DISPATCH();
    }

    // ---- Exceptions

    TARGET(PUSH_EXC_INFO) {
        Object* value = TOP();
        _PyErr_StackItem* info = ts.exc_info;
        TOP() = info->exc_value ? info->exc_value : &none();
        incref(*value);
        PUSH(value);
        info->exc_value = value;
        DISPATCH();
    }
    TARGET(POP_EXCEPT) {
        Object* value = POP();
        _PyErr_StackItem* info = ts.exc_info;
        Object* old = info->exc_value;
        info->exc_value = is_none(value) ? nullptr : value;
        decref_optional(old);
        DISPATCH();
    }
    TARGET(CHECK_EXC_MATCH) {
        Object* classes = TOP();
        int matches = to_c(check_exception_match(ts, *SECOND(), *classes));
        if (matches < 0) goto error;
        TOP() = &bool_object(matches);
        decref(*classes);
        DISPATCH();
    }
    TARGET(CHECK_EG_MATCH) {
        Object* classes = TOP();
        Object* exception = SECOND();
        auto matched = match_exception_group(ts, *exception, *classes);
        if (!matched.ok()) goto error;
        GroupMatch result = std::move(matched).take();
        Object* part = std::move(result.matched).release();
        SECOND() = std::move(result.rest).release();
        TOP() = part;
        decref(*exception);
        decref(*classes);
        if (!is_none(part)) {
            // The matched part is what is being handled from here on.
            Object* old = ts.exc_info->exc_value;
            ts.exc_info->exc_value = new_reference(*part);
            decref_optional(old);
        }
        DISPATCH();
    }
    TARGET(PREP_RERAISE_STAR) {
        Object* results = POP();
        Object* original = POP();
        Object* value = to_c(prepare_reraise_star(ts, *original, *as<List>(results)));
        decref(*results);
        decref(*original);
        if (!value) goto error;
        PUSH(value);
        DISPATCH();
    }
    TARGET(RAISE_VARARGS) {
        Object* cause = oparg == 2 ? POP() : nullptr;
        Object* exception = oparg >= 1 ? POP() : nullptr;
        auto raised = do_raise(ts, exception, cause);
        decref_optional(cause);
        decref_optional(exception);
        if (raised.ok()) goto exception_unwind;  // re-raised as it was: no new traceback entry
        goto error;
    }
    TARGET(RERAISE) {
        if (oparg) {
            // The place where the exception came from, pushed by a cleanup handler.
            Object* lasti = PEEK(oparg + 1);
            if (PyLong_Check(lasti)) {
                frame->previous_instruction = code_words(*frame->code) + int_compact_value(*lasti);
            }
        }
        Object* exception = POP();
        PendingError error;
        error.type = OptRef<Object>::share(obj(&type_of(*exception)));
        error.traceback = OptRef<Object>::share(as<PyBaseExceptionObject>(exception)->traceback);
        error.value = OptRef<Object>::steal(exception);
        error_restore(ts, std::move(error));
        goto exception_unwind;
    }

    // ---- Pattern matching

    TARGET(MATCH_MAPPING) {
        Object* answer = &bool_object(type_of(*TOP()).tp_flags & Py_TPFLAGS_MAPPING);
        PUSH(answer);
        DISPATCH();
    }
    TARGET(MATCH_SEQUENCE) {
        Object* answer = &bool_object(type_of(*TOP()).tp_flags & Py_TPFLAGS_SEQUENCE);
        PUSH(answer);
        DISPATCH();
    }
    TARGET(MATCH_KEYS) {
        Object* values = to_c(match_keys(ts, *SECOND(), *as<Tuple>(TOP())));
        if (!values) goto error;
        PUSH(values);
        DISPATCH();
    }
    TARGET(MATCH_CLASS) {
        Object* names = POP();
        Object* type = TOP();
        Object* subject = SECOND();
        Object* values = to_c(match_class(ts, *subject, *type, Py_ssize_t(oparg), *as<Tuple>(names)));
        decref(*names);
        if (!values) goto error;
        sp--;
        TOP() = values;
        decref(*type);
        decref(*subject);
        DISPATCH();
    }

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
        Object* lasti = to_c(int_from(ts, frame->previous_instruction - code_words(*frame->code)));
        if (!lasti) goto exception_unwind;
        PUSH(lasti);
    }
    PUSH(std::move(error_take(ts)).release());
    next = code_words(*frame->code) + handler.target;
    DISPATCH();
}

exit_unwind_traced: {
    Object** base = frame_stack_base(*frame);
    while (sp > base) decref_optional(POP());
    frame->stack_top = int(sp - frame->localsplus);
}
exit_unwind: {
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

}  // namespace orochi
