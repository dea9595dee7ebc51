#include "modules/tracemalloc/tracer.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

#include "execution/frame.hpp"
#include "objects/errors.hpp"
#include "objects/free_lists.hpp"
#include "objects/int.hpp"
#include "objects/intern.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

// The bytes of a TracedStack with so many frames / of the lines of a code object.
constexpr size_t stack_bytes(int size) { return offsetof(TracedStack, frames) + size_t(size) * sizeof(TracedFrame); }
size_t lines_bytes(const Code& code) { return size_t(code_word_count(code) + 1) * sizeof(int); }

}  // namespace

uint64_t Tracer::Filenames::hash(Str* name) { return uint64_t(str_hash(*name)); }

Tracer::Tables::~Tables() {
    stacks.for_each([](TracedStack* stack) { std::free(stack); });
    codes.for_each([](const CodeLines& entry) { std::free(entry.lines); });
}

bool Tracer::start(ThreadState& ts, int limit) {
    frames_ = static_cast<TracedFrame*>(std::malloc(size_t(limit) * sizeof(TracedFrame)));
    if (!frames_) return false;
    limit_ = limit;
    other_bytes_ = size_t(limit) * sizeof(TracedFrame);
    free_lists_use(ts, false);  // so that each object is an allocation
    interpreter_.heap.observe(this);
    ts.runtime().tracing_interpreters.fetch_add(1);
    return true;
}

void Tracer::stop(ThreadState& ts) {
    ts.runtime().tracing_interpreters.fetch_sub(1);
    interpreter_.heap.observe(nullptr);
    free_lists_use(ts, true);
    clear();
    std::free(std::exchange(frames_, nullptr));
    other_bytes_ = 0;
}

void Tracer::clear() {
    // Dropping the names of files frees blocks, of which freed() is told: by then the tables must be whole.
    Tables old;
    old.traces.swap(tables_.traces);
    old.stacks.swap(tables_.stacks);
    old.filenames.swap(tables_.filenames);
    old.codes.swap(tables_.codes);
    traced_bytes_ = peak_bytes_ = 0;
    other_bytes_ = size_t(limit_) * sizeof(TracedFrame);
    old.filenames.for_each([](Str* name) { decref(*name); });
}

size_t Tracer::own_bytes() const {
    return tables_.traces.bytes() + tables_.stacks.bytes() + tables_.filenames.bytes() + tables_.codes.bytes() +
           other_bytes_;
}

bool Tracer::has_room() const {
    const Heap& heap = interpreter_.heap;
    // A table that grows doubles.
    return heap.limit() == SIZE_MAX || heap.reserved_bytes() + 2 * own_bytes() <= heap.limit();
}

// ---- Where we are

// Null: out of memory.
const TracedStack* Tracer::stack_here() {
    int size = 0, depth = 0;
    // The heap, which asks, knows no thread. One of another interpreter can be here while this one starts or ends.
    ThreadState* ts = current_thread_state;
    if (ts && &ts->interpreter() == &interpreter_) {
        InterpreterFrame* frame = visible_frame(current_frame(*ts));
        for (; frame; frame = visible_frame(frame->previous)) {
            depth = std::min(depth + 1, kMostTracedFrames);
            if (size == limit_) continue;
            const CodeLines* entry = lines_of(*frame->code);
            if (!entry) return nullptr;
            auto word = frame->previous_instruction - code_words(*frame->code);
            frames_[size++] = {entry->filename, entry->lines[std::max(word, ptrdiff_t{-1}) + 1]};
        }
    }
    if (!size) {
        frames_[0] = {&"<unknown>"_s, 0};
        size = depth = 1;
    }
    return shared_stack(size, depth);
}

// The one stack with the first `size` of `frames_`.
const TracedStack* Tracer::shared_stack(int size, int depth) {
    uint64_t hash = uint64_t(depth);
    for (int i = 0; i < size; ++i) {
        hash = std::rotl(hash, 5) ^ reinterpret_cast<uintptr_t>(frames_[i].filename) ^ uint64_t(frames_[i].line) << 20;
        hash *= 0xff51afd7ed558ccdu;
    }
    TracedStack** found = tables_.stacks.find(hash, [&](const TracedStack* stack) {
        if (stack->hash != hash || stack->size != size || stack->depth != depth) return false;
        return std::equal(frames_, frames_ + size, stack->frames, [](const TracedFrame& a, const TracedFrame& b) {
            return a.filename == b.filename && a.line == b.line;
        });
    });
    if (found) return *found;
    auto* made = static_cast<TracedStack*>(std::malloc(stack_bytes(size)));
    if (!made) return nullptr;
    made->hash = hash;
    made->size = uint16_t(size);
    made->depth = uint16_t(depth);
    std::copy_n(frames_, size, made->frames);
    if (!tables_.stacks.insert(made)) {
        std::free(made);
        return nullptr;
    }
    other_bytes_ += stack_bytes(size);
    return made;
}

Tracer::CodeLines* Tracer::find_lines(const void* code) const {
    return tables_.codes.find(Codes::hash(code), [code](const CodeLines& entry) { return entry.code == code; });
}

// Null: out of memory.
const Tracer::CodeLines* Tracer::lines_of(const Code& code) {
    if (const CodeLines* found = find_lines(&code)) return found;
    Str* filename = shared_filename(*as<Str>(code.co_filename));
    auto* lines = static_cast<int*>(std::malloc(lines_bytes(code)));
    if (!filename || !lines) {
        std::free(lines);
        return nullptr;
    }
    lines[0] = code.co_firstlineno;
    auto words = int(code_word_count(code)), word = 0;
    LocationReader reader(code);
    while (word < words && reader.next()) {
        int end = std::min(words, reader.end() / int(sizeof(CodeWord)));
        for (; word < end; ++word) lines[word + 1] = std::max(0, reader.position().line);
    }
    for (; word < words; ++word) lines[word + 1] = 0;
    const CodeLines* made = tables_.codes.insert({&code, filename, lines});
    if (!made) {
        std::free(lines);
        return nullptr;
    }
    other_bytes_ += lines_bytes(code);
    return made;
}

Str* Tracer::shared_filename(Str& name) {
    Str** found = tables_.filenames.find(Filenames::hash(&name),
                                         [&name](Str* other) { return other == &name || str_equals(*other, name); });
    if (found) return *found;
    if (!tables_.filenames.insert(&name)) return nullptr;
    incref(name);
    return &name;
}

// ---- Traces

bool Tracer::allocated(const void* block, size_t size) {
    return paused_ || !has_room() || track(0, reinterpret_cast<uintptr_t>(block), size);
}

void Tracer::freed(const void* block) {
    untrack(0, reinterpret_cast<uintptr_t>(block));
    if (CodeLines* entry = find_lines(block)) {
        other_bytes_ -= lines_bytes(*entry->code);
        std::free(entry->lines);
        tables_.codes.erase(entry);
    }
}

bool Tracer::track(unsigned domain, uintptr_t address, size_t size) {
    const TracedStack* stack = stack_here();
    if (!stack) return false;
    untrack(domain, address);
    if (!tables_.traces.insert({address, size, stack, domain})) return false;
    traced_bytes_ += size;
    peak_bytes_ = std::max(peak_bytes_, traced_bytes_);
    return true;
}

Trace* Tracer::find_trace(unsigned domain, uintptr_t address) const {
    return tables_.traces.find(Traces::hash(domain, address),
                               [&](const Trace& trace) { return trace.address == address && trace.domain == domain; });
}

void Tracer::untrack(unsigned domain, uintptr_t address) {
    Trace* trace = find_trace(domain, address);
    if (!trace) return;
    traced_bytes_ -= trace->size;
    tables_.traces.erase(trace);
}

const TracedStack* Tracer::find(unsigned domain, uintptr_t address) const {
    const Trace* trace = find_trace(domain, address);
    return trace ? trace->stack : nullptr;
}

// ---- The tracer of an interpreter

namespace {
Tracer* tracer_of(Interpreter& interpreter) { return part<Tracer>(interpreter, Part::kTracing); }
}  // namespace

Tracer* active_tracer(Interpreter& interpreter) {
    Tracer* tracer = tracer_of(interpreter);
    return tracer && tracer->is_on() ? tracer : nullptr;
}

int traced_frame_limit(Interpreter& interpreter) {
    Tracer* tracer = tracer_of(interpreter);
    return tracer ? tracer->limit() : 1;
}

Result<void> tracing_start(ThreadState& ts, int limit) {
    if (limit < 1 || limit > kMostTracedFrames) {
        return raise(ts, PyExc_ValueError, "the number of frames must be in range [1; %d]", kMostTracedFrames);
    }
    Interpreter& interpreter = ts.interpreter();
    Tracer* tracer = tracer_of(interpreter);
    if (!tracer) {
        tracer = new (std::nothrow) Tracer(interpreter);
        if (!tracer) return raise_no_memory(ts);
        interpreter.parts[size_t(Part::kTracing)] = tracer;
    }
    if (!tracer->is_on() && !tracer->start(ts, limit)) return raise_no_memory(ts);
    return {};
}

void tracing_end(Interpreter& interpreter) {
    Tracer* tracer = tracer_of(interpreter);
    if (!tracer) return;
    if (tracer->is_on()) {
        interpreter.heap.observe(nullptr);
        interpreter.runtime->tracing_interpreters.fetch_sub(1);
    }
    interpreter.parts[size_t(Part::kTracing)] = nullptr;
    delete tracer;
}

Result<Ref<Object>> traced_stack_tuple(ThreadState& ts, const TracedStack& stack) {
    Ref<Tuple> frames = TRY(tuple_new(ts, stack.size));
    for (int i = 0; i < stack.size; ++i) {
        Ref<Object> line = TRY(int_from(ts, stack.frames[i].line));
        Ref<Tuple> frame = TRY(tuple_of(ts, obj(*stack.frames[i].filename), *line));
        tuple_init_item(*frames, i, Ref<Object>(std::move(frame)));
    }
    return frames;
}

Result<Ref<Object>> trace_of_address(ThreadState& ts, unsigned domain, uintptr_t address) {
    Tracer* tracer = active_tracer(ts.interpreter());
    const TracedStack* stack = tracer ? tracer->find(domain, address) : nullptr;
    if (!stack) return new_none();
    return traced_stack_tuple(ts, *stack);
}

}  // namespace orochi
