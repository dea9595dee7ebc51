// The Python objects of _sre.
#pragma once

#include "modules/_sre/matcher.hpp"
#include "modules/heap_type.hpp"
#include "objects/convert.hpp"
#include "objects/str.hpp"

namespace orochi::sre {

struct State {
    Type *pattern, *match, *scanner;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(pattern);
        f(match);
        f(scanner);
    }
};

struct Pattern {
    PyObject_HEAD
    Object* pattern;      // str, bytes or None
    Object* group_index;  // dict: name -> number
    Object* index_group;  // tuple: names by number
    Object* module;
    Object* weakrefs;
    Py_ssize_t groups;
    int flags;
    int is_bytes;  // -1: works on both
    Program program;
    void* memory;  // of the program
};

struct Match {
    PyObject_VAR_HEAD
    Object* string;
    Object* regs;  // made on demand
    Object* pattern;
    Py_ssize_t pos, endpos;
    int last_index;
    Py_ssize_t groups;   // with group 0
    Py_ssize_t mark[1];  // start and end of each, -1 when unset
};

// A text being matched, held while that lasts.
class Text {
public:
    Result<void> set(ThreadState& ts, Object& string);
    base::TextView view{nullptr, 0, 1};
    bool is_bytes = false;
    // A part as a new object of the kind of `string`.
    Result<Ref<Object>> slice(ThreadState& ts, Object& string, Py_ssize_t start, Py_ssize_t end) const;

private:
    BufferView buffer_;
};

// Matching one text again and again.
class Search {
public:
    Search(ThreadState& ts, Pattern& pattern) : ts_(&ts), pattern_(pattern) {}
    ~Search() {
        if (marks_ != inline_marks_) Heap::free(marks_);
    }
    Search(const Search&) = delete;
    Result<void> begin(Object& string, Py_ssize_t pos, Py_ssize_t endpos);
    // Whether it matched: at the current place, or from there on.
    Result<bool> here();
    Result<bool> next();
    // Makes the next search begin where the last match ended.
    void advance() {
        subject.must_advance = subject.position == subject.start;
        subject.start = subject.position;
    }
    Result<Ref<Object>> make_match(Object& string);
    // Group by number (0: the match); `fallback` when it took no part.
    Result<Ref<Object>> group(Object& string, Py_ssize_t index, Object& fallback);
    // A scanner may be used by one thread after another.
    void set_thread(ThreadState& ts) { ts_ = &ts; }

    Text text;
    Subject subject;
    Py_ssize_t pos = 0, endpos = 0;

private:
    static constexpr size_t kInlineMarks = 32;
    ThreadState* ts_;
    Pattern& pattern_;
    Py_ssize_t inline_marks_[kInlineMarks];
    Py_ssize_t* marks_ = inline_marks_;
};

inline State& state_of(Pattern& pattern) { return *static_cast<State*>(module_state(*pattern.module)); }

Result<void> add_pattern_type(ThreadState& ts, Object& module, State& state);
Result<void> add_match_type(ThreadState& ts, Object& module, State& state);
// re.NAME(arguments...).
Result<Ref<Object>> call_re(ThreadState& ts, Str& name, Object* const* arguments, size_t count);

}  // namespace orochi::sre
