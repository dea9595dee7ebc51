// Jumps of a debugger: frame.f_lineno as a setter.
//
// A jump must leave an evaluation stack that suits its target. So that this is
// known, the code is walked along all its paths, and every instruction gets the
// shape of the stack before it: what each slot holds, as far as it matters. The
// shapes decide whether a jump is allowed, and how many slots it drops.
#include <climits>
#include <optional>
#include <vector>

#include "execution/generator.hpp"
#include "execution/trace.hpp"
#include "language/compiler/opcodes.hpp"
#include "objects/int.hpp"

namespace orochi {

using language::Opcode;

namespace {

// The kinds of the slots of a stack, three bits each, the top in the lowest. Of two targets on one line, the one with
// the greater shape is taken; the numbers of the kinds are those of the reference, so that the choice is.
class Shape {
public:
    enum Kind : unsigned { kIterator = 1, kExcept, kObject, kNull, kLasti };

    static constexpr Shape empty() { return Shape(0); }
    static constexpr Shape unreached() { return Shape(-1); }
    static constexpr Shape too_deep() { return Shape(-2); }
    constexpr bool known() const { return bits_ >= 0; }
    constexpr bool is_empty() const { return bits_ == 0; }
    constexpr unsigned top() const { return unsigned(bits_ & 7); }
    constexpr unsigned peek(int n) const { return unsigned(bits_ >> (3 * (n - 1))) & 7; }
    constexpr int depth() const {
        int count = 0;
        for (int64_t rest = bits_; rest > 0; rest >>= 3) ++count;
        return count;
    }
    constexpr Shape pushed(unsigned kind) const {
        constexpr int64_t kOverflow = int64_t{1} << 60;
        if (!known()) return *this;
        return bits_ >= kOverflow ? too_deep() : Shape((bits_ << 3) | int64_t(kind));
    }
    constexpr Shape popped(int count = 1) const { return known() ? Shape(bits_ >> (3 * count)) : *this; }
    constexpr Shape replaced(int n, unsigned kind) const {
        int shift = 3 * (n - 1);
        return known() ? Shape((bits_ & ~(int64_t{7} << shift)) | (int64_t(kind) << shift)) : *this;
    }
    constexpr auto operator<=>(const Shape&) const = default;

private:
    constexpr explicit Shape(int64_t bits) : bits_(bits) {}
    int64_t bits_;
};

bool kind_fits(unsigned from, unsigned to) {
    if (to == Shape::kObject) return from != Shape::kNull;
    return to == Shape::kNull || (to != 0 && from == to);
}

// A stack can be cut down to another one that is a prefix of it.
bool shape_fits(Shape from, Shape to) {
    if (!from.known() || !to.known() || from.depth() < to.depth()) return false;
    from = from.popped(from.depth() - to.depth());
    for (; !from.is_empty(); from = from.popped(), to = to.popped()) {
        if (!kind_fits(from.top(), to.top())) return false;
    }
    return true;
}

const char* why_not(Shape from, Shape to) {
    if (from == Shape::too_deep()) return "stack is too deep to analyze";
    if (from == Shape::unreached()) return "can't jump from unreachable code";
    if (to == Shape::too_deep()) return "stack is too deep to analyze";
    if (to == Shape::unreached()) return "can't jump into an exception handler, or code may be unreachable";
    switch (to.top()) {
        case Shape::kExcept: return "can't jump into an 'except' block as there's no exception";
        case Shape::kLasti: return "can't jump into a re-raising block as there's no location";
        case Shape::kIterator: return "can't jump into the body of a for loop";
        default: return "incompatible stacks";
    }
}

// The shape after an instruction; `jump` as in stack_effect().
Shape shape_after(Shape shape, Opcode opcode, int oparg, bool jump) {
    switch (opcode) {
        case Opcode::PUSH_NULL: return shape.pushed(Shape::kNull);
        case Opcode::LOAD_GLOBAL: return (oparg & 1 ? shape.pushed(Shape::kNull) : shape).pushed(Shape::kObject);
        case Opcode::LOAD_METHOD: return shape.popped().pushed(Shape::kNull).pushed(Shape::kObject);
        case Opcode::PRECALL: return shape;
        case Opcode::CALL: return shape.popped(oparg + 2).pushed(Shape::kObject);
        case Opcode::CALL_FUNCTION_EX: return shape.popped(3 + (oparg & 1)).pushed(Shape::kObject);
        case Opcode::GET_ITER:
        case Opcode::GET_AITER: return shape.popped().pushed(Shape::kIterator);
        case Opcode::PUSH_EXC_INFO: return shape.pushed(Shape::kExcept);
        case Opcode::COPY: return shape.pushed(shape.peek(oparg));
        case Opcode::SWAP: return shape.replaced(1, shape.peek(oparg)).replaced(oparg, shape.top());
        default: {
            int effect = language::stack_effect(opcode, oparg, jump);
            if (effect < 0) return shape.popped(-effect);
            for (int i = 0; i < effect; ++i) shape = shape.pushed(Shape::kObject);
            return shape;
        }
    }
}

bool falls_through(Opcode opcode) {
    switch (opcode) {
        case Opcode::JUMP_FORWARD:
        case Opcode::JUMP_BACKWARD:
        case Opcode::JUMP_BACKWARD_NO_INTERRUPT:
        case Opcode::RETURN_VALUE:
        case Opcode::RAISE_VARARGS:
        case Opcode::RERAISE: return false;
        default: return true;
    }
}

// The walk: instructions whose shape is known and whose successors have not been visited.
class ShapeWalk {
public:
    explicit ShapeWalk(const Code& code) : code_(code), shapes_(size_t(code_word_count(code)), Shape::unreached()) {
        // A generator is sent None when it starts, which its first instructions find on the stack.
        bool generator = code.co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR);
        reach(0, generator ? Shape::empty().pushed(Shape::kObject) : Shape::empty());
        while (!pending_.empty()) {
            int at = pending_.back();
            pending_.pop_back();
            visit(at);
        }
    }
    std::vector<Shape> take() { return std::move(shapes_); }

private:
    void reach(int at, Shape shape) {
        if (at < 0 || size_t(at) >= shapes_.size() || shapes_[size_t(at)] != Shape::unreached()) return;
        shapes_[size_t(at)] = shape;
        pending_.push_back(at);
    }
    void visit(int at) {
        const CodeWord* words = code_words(code_);
        Shape shape = shapes_[size_t(at)];
        Handler handler;
        if (find_handler(code_, at, handler)) {
            Shape caught = shape.popped(shape.depth() - handler.depth);
            if (handler.push_lasti) caught = caught.pushed(Shape::kLasti);
            reach(handler.target, caught.pushed(Shape::kExcept));
        }
        int oparg = _Py_OPARG(words[at]);
        auto opcode = Opcode(language::kOpcodeTables.base[_Py_OPCODE(words[at])]);
        while (opcode == Opcode::EXTENDED_ARG && size_t(at) + 1 < shapes_.size()) {
            ++at;
            shapes_[size_t(at)] = shape;
            oparg = (oparg << 8) | _Py_OPARG(words[at]);
            opcode = Opcode(language::kOpcodeTables.base[_Py_OPCODE(words[at])]);
        }
        int next = at + 1 + language::cache_entries(opcode);
        language::OperandKind operand = language::kOpcodeTables.operands[int(opcode)];
        if (operand == language::OperandKind::JumpForward) {
            reach(next + oparg, shape_after(shape, opcode, oparg, true));
        } else if (operand == language::OperandKind::JumpBackward) {
            reach(next - oparg, shape_after(shape, opcode, oparg, true));
        }
        if (falls_through(opcode)) reach(next, shape_after(shape, opcode, oparg, false));
    }

    const Code& code_;
    std::vector<Shape> shapes_;
    std::vector<int> pending_;
};

// The lines that start at each instruction; -1: none does.
std::vector<int> starting_lines(const Code& code) {
    std::vector<int> lines(size_t(code_word_count(code)), -1);
    LocationReader reader(code);
    int last = -1;
    while (reader.next()) {
        size_t at = size_t(reader.start()) / sizeof(CodeWord);
        int line = reader.position().line;
        if (line == -1 || line == last || at >= lines.size()) continue;
        lines[at] = last = line;
    }
    return lines;
}

std::optional<int> first_line_from(const std::vector<int>& lines, int line) {
    std::optional<int> best;
    for (int candidate : lines) {
        if (candidate >= line && (!best || candidate < *best)) best = candidate;
    }
    return best;
}

// The frame stands below one that it has called or resumed in the loop.
bool waits_for_callee(const ThreadState& ts, const InterpreterFrame& frame) {
    for (const InterpreterFrame* f = current_frame(ts); f; f = f->previous) {
        if (f->previous == &frame) return !f->is_entry;
    }
    return false;
}

bool is_suspended(InterpreterFrame& frame) {
    return frame.owner == InterpreterFrame::Owner::kGenerator &&
           generator_state(generator_of(frame)) == GeneratorState::kSuspended;
}

}  // namespace

Result<void> frame_set_line(ThreadState& ts, Frame& self, Object* value) {
    if (!value) return raise(ts, PyExc_AttributeError, "cannot delete attribute");
    if (!PyLong_CheckExact(value)) return raise(ts, PyExc_ValueError, "lineno must be an integer");
    InterpreterFrame& frame = *self.frame;
    bool suspended = is_suspended(frame);
    if (ts.tracing_what == PyTrace_CALL) {
        return raise(ts, PyExc_ValueError, "can't jump from the 'call' trace event of a new frame");
    }
    if (ts.tracing_what != PyTrace_LINE && !(ts.tracing_what == PyTrace_RETURN && suspended)) {
        return raise(ts, PyExc_ValueError, "can only jump from a 'line' trace event");
    }
    if (!self.trace) return raise(ts, PyExc_ValueError, "f_lineno can only be set by a trace function");
    auto wanted = int_as_long(ts, *value);
    if (!wanted.ok()) {
        if (!error_matches(ts, PyExc_OverflowError)) return failure;
        error_clear(ts);
        return raise(ts, PyExc_ValueError, "lineno out of range");
    }
    long line = std::move(wanted).take();
    if (line < INT_MIN || line > INT_MAX) return raise(ts, PyExc_ValueError, "lineno out of range");
    const Code& code = *frame.code;
    if (line < code.co_firstlineno) {
        return raise(ts, PyExc_ValueError, "line %d comes before the current code block", int(line));
    }
    std::vector<int> lines = starting_lines(code);
    std::optional<int> target_line = first_line_from(lines, int(line));
    if (!target_line) return raise(ts, PyExc_ValueError, "line %d comes after the current code block", int(line));

    std::vector<Shape> shapes = ShapeWalk(code).take();
    Shape start = shapes[size_t(frame_last_offset(frame)) / sizeof(CodeWord)];
    Shape best = Shape::unreached();
    size_t target = 0;
    const char* reason = "cannot find bytecode for specified line";
    for (size_t at = 0; at < lines.size(); ++at) {
        if (lines[at] != *target_line) continue;
        if (!shape_fits(start, shapes[at])) {
            reason = why_not(start, shapes[at]);
        } else if (shapes[at] > best) {
            best = shapes[at];
            target = at;
        }
    }
    if (!best.known()) return raise(ts, PyExc_ValueError, "%s", reason);
    // A suspended generator has handed out the value on top.
    if (suspended) start = start.popped();
    // The instruction that a caller stands at has begun.
    if (frame.stack_top - code.co_nlocalsplus != start.depth() || waits_for_callee(ts, frame)) {
        return raise(ts, PyExc_ValueError, "can only jump from a 'line' trace event");
    }
    for (int surplus = start.depth() - best.depth(); surplus > 0; --surplus, start = start.popped()) {
        OptRef<Object> dropped = OptRef<Object>::steal(frame.localsplus[--frame.stack_top]);
        // The exception that is handled outside the block left behind becomes the current one.
        if (start.top() == Shape::kExcept) {
            if (dropped && is_none(dropped.get())) dropped = nullptr;
            assign(ts.exc_info->exc_value, std::move(dropped));
        }
    }
    self.line_number = 0;
    frame.previous_instruction = code_words(code) + target;
    return {};
}

}  // namespace orochi
