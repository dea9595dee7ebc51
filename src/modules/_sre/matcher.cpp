#include "modules/_sre/matcher.hpp"

#include "base/search.hpp"
#include "objects/errors.hpp"
#include "state/signals.hpp"

namespace orochi::sre {

namespace {

template <class C>
class Matcher {
public:
    Matcher(ThreadState& ts, const Program& program, Subject& subject)
        : ts_(ts),
          program_(program),
          subject_(subject),
          text_(static_cast<const C*>(subject.text)),
          end_(text_ + subject.length) {}
    ~Matcher() {
        if (frames_ != inline_frames_) Heap::free(frames_);
        if (repeats_) Heap::free(repeats_);
    }
    Matcher(const Matcher&) = delete;

    Outcome match_here() {
        const C* p = text_ + subject_.start;
        reset();
        if (size_t(end_ - p) < program_.min_width) return Outcome::kNoMatch;
        return finish(run(program_.start, p, p, subject_.must_advance), p);
    }
    Outcome search();

private:
    enum Kind : uint32_t {
        kChoice,      // another alternative: its BRANCH words are pc
        kGreedyOne,   // give one character back; n are taken
        kLazyOne,     // take one more character; n are taken
        kGreedyTail,  // leave a greedy loop; n and pc are its old counter and position
        kLazyBody,    // another round of a lazy loop
        kBarrier,     // pc is the instruction, n the barrier before it (high half) and the rounds done (low half)
        kUndoMark,    // n is the old value of the mark `repeat`, pc the old last index
        kUndoRepeat,  // n and p are the old counter and position of `repeat`
        kUndoNew,     // forget `repeat`, which was opened
    };
    struct Frame {
        uint32_t kind;
        uint32_t repeat;  // the current repeat
        const C* p;
        const Word* pc;
        int64_t n;
    };
    struct Repeat {
        const Word* pc;  // the words of the REPEAT instruction: skip, minimum, maximum, body
        int64_t count;
        const C* last;  // where the last round began
        uint32_t previous;
    };
    static constexpr size_t kInlineFrames = 48;
    static constexpr uint32_t kNone = 0xFFFFFFFF;

    void reset() {
        for (size_t i = 0; i < 2 * size_t(program_.groups); ++i) subject_.marks[i] = -1;
        subject_.last_index = -1;
    }
    Outcome finish(Outcome outcome, const C* from) {
        if (outcome == Outcome::kMatch) {
            subject_.start = from - text_;
            subject_.position = position_ - text_;
        }
        return outcome;
    }
    // From instruction `pc` at `p`; the match begins at `from`.
    Outcome run(const Word* pc, const C* p, const C* from, bool must_advance);

    [[gnu::noinline]] bool grow() {
        size_t capacity = capacity_ * 2;
        auto* frames = static_cast<Frame*>(ts_.heap().allocate(capacity * sizeof(Frame)));
        if (!frames) {
            (void)raise_no_memory(ts_);
            return false;
        }
        memcpy(frames, frames_, top_ * sizeof(Frame));
        if (frames_ != inline_frames_) Heap::free(frames_);
        frames_ = frames;
        capacity_ = capacity;
        return true;
    }
    [[gnu::always_inline]] bool push(Kind kind, uint32_t repeat, const C* p, const Word* pc, int64_t n) {
        if (top_ == capacity_ && !grow()) [[unlikely]]
            return false;
        frames_[top_++] = Frame{kind, repeat, p, pc, n};
        return true;
    }
    bool grow_repeats() {
        size_t capacity = repeat_capacity_ ? repeat_capacity_ * 2 : 16;
        auto* repeats = static_cast<Repeat*>(ts_.heap().allocate(capacity * sizeof(Repeat)));
        if (!repeats) {
            (void)raise_no_memory(ts_);
            return false;
        }
        if (repeats_) {
            memcpy(repeats, repeats_, repeat_count_ * sizeof(Repeat));
            Heap::free(repeats_);
        }
        repeats_ = repeats;
        repeat_capacity_ = capacity;
        return true;
    }

    // Removes the barrier at the index and the choices above it.
    void cut(size_t barrier) {
        size_t out = barrier;
        for (size_t i = barrier + 1; i < top_; ++i) {
            Frame frame = frames_[i];
            if (frame.kind >= kUndoMark) {
                frames_[out++] = frame;
            } else if (frame.kind == kGreedyTail) {
                frames_[out++] =
                    Frame{kUndoRepeat, frame.repeat, reinterpret_cast<const C*>(frame.pc), nullptr, frame.n};
            }
        }
        top_ = out;
    }
    void undo(const Frame& frame) {
        switch (frame.kind) {
            case kUndoMark:
                subject_.marks[frame.repeat] = Py_ssize_t(frame.n);
                subject_.last_index = int(reinterpret_cast<intptr_t>(frame.pc));
                break;
            case kUndoRepeat:
                repeats_[frame.repeat].count = frame.n;
                repeats_[frame.repeat].last = frame.p;
                break;
            case kUndoNew: repeat_count_ = frame.repeat; break;
            case kGreedyTail:
                repeats_[frame.repeat].count = frame.n;
                repeats_[frame.repeat].last = reinterpret_cast<const C*>(frame.pc);
                break;
            default: break;
        }
    }

    template <class F>
    bool boundary(const C* p, F is_word) const {
        bool before = p > text_ && is_word(p[-1]);
        bool after = p < end_ && is_word(*p);
        return before != after;
    }
    bool is_at(Word where, const C* p) const {
        switch (where) {
            case kAtBeginning:
            case kAtBeginningString: return p == text_;
            case kAtBeginningLine: return p == text_ || p[-1] == '\n';
            case kAtEnd: return p == end_ || (end_ - p == 1 && *p == '\n');
            case kAtEndLine: return p == end_ || *p == '\n';
            case kAtEndString: return p == end_;
            default: break;
        }
        if (text_ == end_) return false;
        switch (where) {
            case kAtBoundary: return boundary(p, is_ascii_word);
            case kAtNonBoundary: return !boundary(p, is_ascii_word);
            case kAtLocBoundary: return boundary(p, is_locale_word);
            case kAtLocNonBoundary: return !boundary(p, is_locale_word);
            case kAtUniBoundary: return boundary(p, is_unicode_word);
            default: return !boundary(p, is_unicode_word);
        }
    }
    // The set of the operation at `op`.
    [[gnu::always_inline]] bool set_has(const Word* op, C c) const {
        const Bitmap* bitmap = program_.bitmap_at(op);
        if (bitmap && (sizeof(C) == 1 || c < 256)) return bitmap->has(c);
        return in_set(*op, op + 2, c);
    }
    // Whether the single-character instruction at `op` takes the character.
    bool one_matches(const Word* op, const C* p) const {
        switch (*op) {
            case kAny: return *p != '\n';
            case kAnyAll: return true;
            case kCategory: return in_category(op[1], *p);
            case kIn:
            case kInIgnore:
            case kInUniIgnore:
            case kInLocIgnore: return set_has(op, *p);
            default: return matches_literal(*op, op[1], *p);
        }
    }
    // How many characters from p on it takes, up to max.
    size_t count_ones(const Word* op, const C* p, size_t max) const {
        size_t n = std::min(max, size_t(end_ - p));
        const C* stop = p + n;
        const C* start = p;
        switch (*op) {
            case kAny: {
                size_t at = base::find_char(p, n, '\n');
                return at == base::not_found ? n : at;
            }
            case kAnyAll: return n;
            case kLiteral:
                if (op[1] != Word(C(op[1]))) return 0;
                while (p < stop && *p == C(op[1])) ++p;
                return size_t(p - start);
            case kNotLiteral: {
                if (op[1] != Word(C(op[1]))) return n;
                size_t at = base::find_char(p, n, op[1]);
                return at == base::not_found ? n : at;
            }
            case kIn:
            case kInIgnore:
            case kInUniIgnore:
            case kInLocIgnore: {
                const Bitmap* bitmap = program_.bitmap_at(op);
                if (!bitmap) {
                    while (p < stop && in_set(*op, op + 2, *p)) ++p;
                } else if constexpr (sizeof(C) == 1) {
                    const Bitmap bits = *bitmap;
                    while (p < stop && bits.has(*p)) ++p;
                } else {
                    while (p < stop && (*p < 256 ? bitmap->has(*p) : in_set(*op, op + 2, *p))) ++p;
                }
                return size_t(p - start);
            }
            case kCategory:
                while (p < stop && in_category(op[1], *p)) ++p;
                return size_t(p - start);
            default:
                while (p < stop && matches_literal(*op, op[1], *p)) ++p;
                return size_t(p - start);
        }
    }
    // Moves p behind a repetition of the group's text; false when it is not there.
    bool group_repeats(Word op, Word group, const C*& p) const {
        Py_ssize_t start = subject_.marks[2 * group], stop = subject_.marks[2 * group + 1];
        if (start < 0 || stop < start || end_ - p < stop - start) return false;
        const C* wanted = text_ + start;
        for (Py_ssize_t i = 0; i < stop - start; ++i) {
            Char a = p[i], b = wanted[i];
            if (a == b) continue;
            bool same = op == kGroupRefIgnore      ? lower_ascii(a) == lower_ascii(b)
                        : op == kGroupRefUniIgnore ? lower_unicode(a) == lower_unicode(b)
                        : op == kGroupRefLocIgnore ? lower_locale(a) == lower_locale(b)
                                                   : false;
            if (!same) return false;
        }
        p += stop - start;
        return true;
    }

    ThreadState& ts_;
    const Program& program_;
    Subject& subject_;
    const C* text_;
    const C* end_;
    const C* position_ = nullptr;
    Frame* frames_ = inline_frames_;
    size_t capacity_ = kInlineFrames, top_ = 0;
    Repeat* repeats_ = nullptr;
    size_t repeat_capacity_ = 0, repeat_count_ = 0;
    uint32_t failures_ = 0;
    Frame inline_frames_[kInlineFrames];
};

template <class C>
Outcome Matcher<C>::run(const Word* pc, const C* p, const C* from, bool must_advance) {
    top_ = 0;
    repeat_count_ = 0;
    uint32_t current = kNone;  // the innermost open repeat
    uint32_t barrier = kNone;  // the innermost barrier's frame
    Py_ssize_t* const marks = subject_.marks;
    const C* const end = end_;

// What a choice does not need to be able to take back needs no record.
#define PUSH_UNDO(...)                               \
    do {                                             \
        if (top_ && !push(__VA_ARGS__)) [[unlikely]] \
            return Outcome::kError;                  \
    } while (0)
#define PUSH(...)                            \
    do {                                     \
        if (!push(__VA_ARGS__)) [[unlikely]] \
            return Outcome::kError;          \
    } while (0)

    for (;;) {
        switch (*pc++) {
            case kLiteral:
                if (p >= end || *p != pc[0]) goto fail;
                ++pc;
                ++p;
                continue;
            case kNotLiteral:
                if (p >= end || *p == pc[0]) goto fail;
                ++pc;
                ++p;
                continue;
            case kLiteralIgnore:
            case kNotLiteralIgnore:
            case kLiteralUniIgnore:
            case kNotLiteralUniIgnore:
            case kLiteralLocIgnore:
            case kNotLiteralLocIgnore:
                if (p >= end || !matches_literal(pc[-1], pc[0], *p)) goto fail;
                ++pc;
                ++p;
                continue;
            case kIn:
            case kInIgnore:
            case kInUniIgnore:
            case kInLocIgnore:
                if (p >= end || !set_has(pc - 1, *p)) goto fail;
                pc += pc[0];
                ++p;
                continue;
            case kAny:
                if (p >= end || *p == '\n') goto fail;
                ++p;
                continue;
            case kAnyAll:
                if (p >= end) goto fail;
                ++p;
                continue;
            case kCategory:
                if (p >= end || !in_category(pc[0], *p)) goto fail;
                ++pc;
                ++p;
                continue;
            case kAt:
                if (!is_at(pc[0], p)) goto fail;
                ++pc;
                continue;
            case kMark: {
                Word i = pc[0];
                if (i < 2 * program_.groups) {
                    PUSH_UNDO(kUndoMark, i, nullptr, reinterpret_cast<const Word*>(intptr_t(subject_.last_index)),
                              int64_t(marks[i]));
                    marks[i] = p - text_;
                    if (i & 1) subject_.last_index = int(i / 2 + 1);
                }
                ++pc;
                continue;
            }
            case kJump: pc += pc[0]; continue;
            case kFailure: goto fail;
            case kBranch:
            branch:
                for (; pc[0]; pc += pc[0]) {
                    // Alternatives that cannot begin here are passed over.
                    if (pc[1] == kLiteral && (p >= end || *p != pc[2])) continue;
                    if (pc[1] == kIn && (p >= end || !set_has(pc + 1, *p))) continue;
                    const Word* next = pc + pc[0];
                    if (next[0]) PUSH(kChoice, current, p, next, 0);
                    ++pc;
                    goto next_instruction;
                }
                goto fail;
            case kRepeatOne: {
                const Word* tail = pc + pc[0];
                size_t minimum = pc[1];
                if (size_t(end - p) < minimum) goto fail;
                size_t n = count_ones(pc + 3, p, pc[2] == kMaxRepeat ? SIZE_MAX : pc[2]);
                if (n < minimum) goto fail;
                p += n;
                if (tail[0] == kLiteral) {
                    // Only places where the next character fits are worth trying.
                    while (p >= end || *p != tail[1]) {
                        if (n-- == minimum) goto fail;
                        --p;
                    }
                }
                if (n > minimum) PUSH(kGreedyOne, current, p, pc, int64_t(n));
                pc = tail;
                continue;
            }
            case kMinRepeatOne: {
                size_t minimum = pc[1];
                if (size_t(end - p) < minimum) goto fail;
                if (minimum && count_ones(pc + 3, p, minimum) < minimum) goto fail;
                p += minimum;
                if (pc[2] > minimum) PUSH(kLazyOne, current, p, pc, int64_t(minimum));
                pc += pc[0];
                continue;
            }
            case kPossessiveRepeatOne: {
                if (size_t(end - p) < pc[1]) goto fail;
                size_t n = count_ones(pc + 3, p, pc[2] == kMaxRepeat ? SIZE_MAX : pc[2]);
                if (n < pc[1]) goto fail;
                p += n;
                pc += pc[0];
                continue;
            }
            case kRepeat: {
                if (repeat_count_ == repeat_capacity_ && !grow_repeats()) return Outcome::kError;
                PUSH_UNDO(kUndoNew, uint32_t(repeat_count_), nullptr, nullptr, 0);
                repeats_[repeat_count_] = Repeat{pc, -1, nullptr, current};
                current = uint32_t(repeat_count_++);
                pc += pc[0];
                continue;
            }
            case kMaxUntil: {
                if (current == kNone) return (void)raise(ts_, PyExc_RuntimeError, "invalid SRE code"), Outcome::kError;
                Repeat& repeat = repeats_[current];
                int64_t count = repeat.count + 1;
                if (count < int64_t(repeat.pc[1])) {
                    PUSH_UNDO(kUndoRepeat, current, repeat.last, nullptr, repeat.count);
                    repeat.count = count;
                    pc = repeat.pc + 3;
                    continue;
                }
                if ((count < int64_t(repeat.pc[2]) || repeat.pc[2] == kMaxRepeat) && p != repeat.last) {
                    PUSH(kGreedyTail, current, p, reinterpret_cast<const Word*>(repeat.last), repeat.count);
                    repeat.count = count;
                    repeat.last = p;
                    pc = repeat.pc + 3;
                    continue;
                }
                current = repeat.previous;
                continue;
            }
            case kMinUntil: {
                if (current == kNone) return (void)raise(ts_, PyExc_RuntimeError, "invalid SRE code"), Outcome::kError;
                Repeat& repeat = repeats_[current];
                int64_t count = repeat.count + 1;
                if (count < int64_t(repeat.pc[1])) {
                    PUSH_UNDO(kUndoRepeat, current, repeat.last, nullptr, repeat.count);
                    repeat.count = count;
                    pc = repeat.pc + 3;
                    continue;
                }
                PUSH(kLazyBody, current, p, nullptr, 0);
                current = repeat.previous;
                continue;
            }
            case kGroupRef:
            case kGroupRefIgnore:
            case kGroupRefUniIgnore:
            case kGroupRefLocIgnore:
                if (!group_repeats(pc[-1], pc[0], p)) goto fail;
                ++pc;
                continue;
            case kGroupRefExists: {
                Py_ssize_t start = marks[2 * pc[0]], stop = marks[2 * pc[0] + 1];
                pc += start >= 0 && stop >= start ? 2 : pc[1];
                continue;
            }
            case kAssert:
                if (p - text_ < Py_ssize_t(pc[1])) goto fail;
                PUSH(kBarrier, current, p, pc - 1, int64_t(uint64_t(barrier) << 32));
                barrier = uint32_t(top_ - 1);
                p -= pc[1];
                pc += 2;
                continue;
            case kAssertNot:
                if (p - text_ < Py_ssize_t(pc[1])) {
                    pc += pc[0];
                    continue;
                }
                PUSH(kBarrier, current, p, pc - 1, int64_t(uint64_t(barrier) << 32));
                barrier = uint32_t(top_ - 1);
                p -= pc[1];
                pc += 2;
                continue;
            case kAtomicGroup:
                PUSH(kBarrier, current, p, pc - 1, int64_t(uint64_t(barrier) << 32));
                barrier = uint32_t(top_ - 1);
                pc += 1;
                continue;
            case kPossessiveRepeat:
                if (pc[2] == 0) {
                    pc += pc[0] + 1;
                    continue;
                }
                PUSH(kBarrier, current, p, pc - 1, int64_t(uint64_t(barrier) << 32));
                barrier = uint32_t(top_ - 1);
                pc += 3;
                continue;
            case kSuccess: {
                if (barrier == kNone) {
                    if ((subject_.match_all && p != end) || (must_advance && p == from)) goto fail;
                    position_ = p;
                    return Outcome::kMatch;
                }
                // The body of the innermost barrier has matched.
                Frame frame = frames_[barrier];
                const Word* op = frame.pc;
                uint32_t outer = uint32_t(uint64_t(frame.n) >> 32);
                current = frame.repeat;
                if (*op == kAssertNot) {
                    while (top_ > barrier) undo(frames_[--top_]);
                    barrier = outer;
                    goto fail;
                }
                cut(barrier);
                barrier = outer;
                pc = op + 1 + op[1];
                if (*op == kAssert) {
                    p = frame.p;
                } else if (*op == kPossessiveRepeat) {
                    uint32_t rounds = uint32_t(frame.n) + 1;
                    pc = op + 1 + op[1] + 1;
                    bool again = rounds < op[2] || ((op[3] == kMaxRepeat || rounds < op[3]) && p != frame.p);
                    if (again) {
                        PUSH(kBarrier, current, p, op, int64_t(uint64_t(barrier) << 32 | rounds));
                        barrier = uint32_t(top_ - 1);
                        pc = op + 4;
                    }
                }
                continue;
            }
            default: return (void)raise(ts_, PyExc_RuntimeError, "invalid SRE code"), Outcome::kError;
        }
    next_instruction:
        continue;

    fail:
        if ((++failures_ & 0xFFF) == 0 && ts_.interpreter().eval_breaker.pending() && !check_signals(ts_).ok())
            return Outcome::kError;
        for (;;) {
            if (top_ == 0) return Outcome::kNoMatch;
            Frame& frame = frames_[top_ - 1];
            switch (frame.kind) {
                case kChoice:
                    current = frame.repeat;
                    p = frame.p;
                    pc = frame.pc;
                    --top_;
                    goto branch;
                case kGreedyOne: {
                    pc = frame.pc;
                    const Word* tail = pc + pc[0];
                    int64_t minimum = pc[1], n = frame.n - 1;
                    p = frame.p - 1;
                    if (tail[0] == kLiteral) {
                        while (n >= minimum && *p != tail[1]) {
                            --n;
                            --p;
                        }
                        if (n < minimum) {
                            --top_;
                            continue;
                        }
                    }
                    current = frame.repeat;
                    if (n == minimum) {
                        --top_;
                    } else {
                        frame.n = n;
                        frame.p = p;
                    }
                    pc = tail;
                    goto next_instruction;
                }
                case kLazyOne: {
                    p = frame.p;
                    pc = frame.pc;
                    if (p >= end || !one_matches(pc + 3, p)) {
                        --top_;
                        continue;
                    }
                    ++p;
                    const Word* tail = pc + pc[0];
                    current = frame.repeat;
                    ++frame.n;
                    if (pc[2] != kMaxRepeat && frame.n >= int64_t(pc[2])) {
                        --top_;
                    } else {
                        if (tail[0] == kLiteral) {
                            // On to the next place where the tail can begin.
                            size_t room = pc[2] == kMaxRepeat ? SIZE_MAX : size_t(int64_t(pc[2]) - frame.n);
                            size_t taken = 0;
                            while (p < end && *p != tail[1] && taken < room && one_matches(pc + 3, p)) {
                                ++p;
                                ++taken;
                            }
                            frame.n += int64_t(taken);
                        }
                        frame.p = p;
                        if (pc[2] != kMaxRepeat && frame.n >= int64_t(pc[2])) --top_;
                    }
                    pc = tail;
                    goto next_instruction;
                }
                case kGreedyTail: {
                    undo(frame);
                    Repeat& repeat = repeats_[frame.repeat];
                    p = frame.p;
                    current = repeat.previous;
                    pc = repeat.pc + repeat.pc[0] + 1;
                    --top_;
                    goto next_instruction;
                }
                case kLazyBody: {
                    current = frame.repeat;
                    p = frame.p;
                    --top_;
                    Repeat& repeat = repeats_[current];
                    int64_t count = repeat.count + 1;
                    if ((count >= int64_t(repeat.pc[2]) && repeat.pc[2] != kMaxRepeat) || p == repeat.last) continue;
                    PUSH_UNDO(kUndoRepeat, current, repeat.last, nullptr, repeat.count);
                    repeat.count = count;
                    repeat.last = p;
                    pc = repeat.pc + 3;
                    goto next_instruction;
                }
                case kBarrier: {
                    const Word* op = frame.pc;
                    barrier = uint32_t(uint64_t(frame.n) >> 32);
                    uint32_t rounds = uint32_t(frame.n);
                    current = frame.repeat;
                    p = frame.p;
                    --top_;
                    if (*op == kAssertNot) {
                        pc = op + 1 + op[1];
                        goto next_instruction;
                    }
                    if (*op == kPossessiveRepeat && rounds >= op[2]) {
                        pc = op + 1 + op[1] + 1;
                        goto next_instruction;
                    }
                    continue;
                }
                default:
                    undo(frame);
                    --top_;
                    continue;
            }
        }
    }
#undef PUSH
#undef PUSH_UNDO
}

template <class C>
Outcome Matcher<C>::search() {
    const C* p = text_ + subject_.start;
    if (p > end_) return Outcome::kNoMatch;
    if (size_t(end_ - p) < program_.min_width) return Outcome::kNoMatch;
    reset();
    const Word* code = program_.start;
    if (program_.prefix_size) {
        base::TextView needle{program_.prefix, program_.prefix_size, 4};
        base::TextView view{text_, size_t(subject_.length), int(sizeof(C))};
        base::Finder finder(needle);
        size_t skip = program_.prefix_skip;
        while (true) {
            size_t at;
            if (program_.prefix_size == 1) {
                at = base::find_char(p, size_t(end_ - p), program_.prefix[0]);
                if (at == base::not_found) return Outcome::kNoMatch;
                p += at;
            } else {
                at = finder.next(view, size_t(p - text_));
                if (at == base::not_found) return Outcome::kNoMatch;
                p = text_ + at;
            }
            if (program_.all_literal) {
                position_ = p + program_.prefix_size;
                if (!subject_.match_all || position_ == end_) return finish(Outcome::kMatch, p);
            } else {
                Outcome outcome = run(code + 2 * skip, p + skip, p, false);
                if (outcome != Outcome::kNoMatch) return finish(outcome, p);
                reset();
            }
            ++p;
        }
    }
    const C* last = end_ - program_.min_width;  // the last position worth trying
    bool must_advance = subject_.must_advance;
    if (program_.first_set) {
        while (true) {
            while (p <= last && p < end_ &&
                   !(*p < 256 && program_.first_bitmap ? program_.first_bitmap->has(*p)
                                                       : set_contains(program_.first_set, *p)))
                ++p;
            if (p > last || p >= end_) return Outcome::kNoMatch;
            Outcome outcome = run(code, p, p, false);
            if (outcome != Outcome::kNoMatch) return finish(outcome, p);
            reset();
            ++p;
        }
    }
    bool anchored = code[0] == kAt && (code[1] == kAtBeginning || code[1] == kAtBeginningString);
    for (; p <= last; ++p) {
        if (anchored && p != text_) return Outcome::kNoMatch;
        Outcome outcome = run(code, p, p, must_advance);
        if (outcome != Outcome::kNoMatch) return finish(outcome, p);
        must_advance = false;
        reset();
    }
    return Outcome::kNoMatch;
}

template <class F>
Outcome with_matcher(ThreadState& ts, const Program& program, Subject& subject, F f) {
    switch (subject.kind) {
        case 1: return f(Matcher<uint8_t>(ts, program, subject));
        case 2: return f(Matcher<uint16_t>(ts, program, subject));
        default: return f(Matcher<uint32_t>(ts, program, subject));
    }
}

}  // namespace

Outcome match_here(ThreadState& ts, const Program& program, Subject& subject) {
    return with_matcher(ts, program, subject, [](auto&& m) { return m.match_here(); });
}
Outcome search(ThreadState& ts, const Program& program, Subject& subject) {
    return with_matcher(ts, program, subject, [](auto&& m) { return m.search(); });
}

}  // namespace orochi::sre
