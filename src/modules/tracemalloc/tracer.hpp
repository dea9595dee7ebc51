// Tracing the memory of one interpreter: which blocks its heap has handed out since tracing began, and where in Python
// code each was asked for.
//
// A trace belongs to an address in a domain; domain 0 is the heap, others are extension modules' own
// (PyTraceMalloc_Track). Tracebacks that are equal are one, and so are the names of files in them. The line of an
// instruction is looked up in a list that is made once for each code object.
//
// Whoever calls holds the interpreter's lock. Nothing in here allocates from the heap.
#pragma once

#include "memory/heap.hpp"
#include "modules/tracemalloc/trace_table.hpp"
#include "objects/object.hpp"

namespace orochi {

inline constexpr int kMostTracedFrames = 65535;

struct TracedFrame {
    Str* filename;
    int line;  // 0: unknown
};

// The newest frames, the newest first.
struct TracedStack {
    uint64_t hash;
    uint16_t size;   // how many frames are kept here
    uint16_t depth;  // how many there were, as far as it can be counted
    TracedFrame frames[1];
};

struct Trace {
    uintptr_t address;
    size_t size;
    const TracedStack* stack;
    unsigned domain;
};

class Tracer final : public HeapObserver {
public:
    explicit Tracer(Interpreter& interpreter) : interpreter_(interpreter) {}
    // At the end of the interpreter, whose heap goes with the names of files.
    ~Tracer() { std::free(frames_); }

    bool is_on() const { return frames_; }
    int limit() const { return limit_; }
    // False: out of memory.
    bool start(ThreadState& ts, int limit);
    void stop(ThreadState& ts);
    void clear();

    size_t traced_bytes() const { return traced_bytes_; }
    size_t peak_bytes() const { return peak_bytes_; }
    void reset_peak() { peak_bytes_ = traced_bytes_; }
    size_t own_bytes() const;  // what tracing itself takes
    // Whether another trace fits under the interpreter's memory limit, together with the heap.
    bool has_room() const;

    // Enters a trace from here, in place of an older one. False: out of memory.
    bool track(unsigned domain, uintptr_t address, size_t size);
    void untrack(unsigned domain, uintptr_t address);
    const TracedStack* find(unsigned domain, uintptr_t address) const;
    size_t trace_count() const { return tables_.traces.count(); }
    template <class Function>
    void for_each_trace(Function function) const {
        tables_.traces.for_each(function);
    }
    // Blocks that are allocated in its scope are not traced.
    class Pause {
    public:
        explicit Pause(Tracer& tracer) : tracer_(tracer), before_(std::exchange(tracer.paused_, true)) {}
        ~Pause() { tracer_.paused_ = before_; }
        Pause(const Pause&) = delete;

    private:
        Tracer& tracer_;
        bool before_;
    };

    // Without room for its trace, a block is handed out all the same.
    bool allocated(const void* block, size_t size) override;
    void freed(const void* block) override;

private:
    struct Traces {
        using Entry = Trace;
        static bool used(const Trace& trace) { return trace.stack; }
        static uint64_t hash(const Trace& trace) { return hash(trace.domain, trace.address); }
        static uint64_t hash(unsigned domain, uintptr_t address) {
            return (address >> 4) ^ uint64_t { domain } << 44;
        }
    };
    struct Stacks {
        using Entry = TracedStack*;
        static bool used(TracedStack* stack) { return stack; }
        static uint64_t hash(TracedStack* stack) { return stack->hash; }
    };
    struct Filenames {
        using Entry = Str*;  // owned
        static bool used(Str* name) { return name; }
        static uint64_t hash(Str* name);
    };
    struct CodeLines {
        const Code* code;
        Str* filename;  // one of Filenames
        int* lines;     // of the place before the first word, and then of each word
    };
    struct Codes {
        using Entry = CodeLines;
        static bool used(const CodeLines& entry) { return entry.code; }
        static uint64_t hash(const CodeLines& entry) { return hash(entry.code); }
        static uint64_t hash(const void* code) { return reinterpret_cast<uintptr_t>(code) >> 4; }
    };

    struct Tables {
        TraceTable<Traces> traces;
        TraceTable<Stacks> stacks;
        TraceTable<Filenames> filenames;
        TraceTable<Codes> codes;
        ~Tables();  // not the references to names of files
    };

    Trace* find_trace(unsigned domain, uintptr_t address) const;
    const TracedStack* stack_here();
    const TracedStack* shared_stack(int size, int depth);
    const CodeLines* lines_of(const Code& code);
    Str* shared_filename(Str& name);
    CodeLines* find_lines(const void* code) const;

    Interpreter& interpreter_;
    TracedFrame* frames_ = nullptr;  // room for `limit_` of them; null: not tracing
    int limit_ = 1;                  // stays when tracing stops
    bool paused_ = false;
    Tables tables_;
    size_t traced_bytes_ = 0, peak_bytes_ = 0;
    size_t other_bytes_ = 0;  // own memory besides the tables
};

// The interpreter's tracer while it traces, else null.
Tracer* active_tracer(Interpreter& interpreter);
// How many frames a trace keeps, or would.
int traced_frame_limit(Interpreter& interpreter);
// ValueError unless the limit is from 1 to kMostTracedFrames. Does nothing if the interpreter is traced already.
Result<void> tracing_start(ThreadState& ts, int limit);
// At the end of an interpreter.
void tracing_end(Interpreter& interpreter);

// A tuple of tuples (filename, line).
Result<Ref<Object>> traced_stack_tuple(ThreadState& ts, const TracedStack& stack);
// The same of what is known about an address; None: nothing is.
Result<Ref<Object>> trace_of_address(ThreadState& ts, unsigned domain, uintptr_t address);

}  // namespace orochi
