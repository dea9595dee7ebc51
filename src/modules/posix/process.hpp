// What forking means for interpreters; shared by posix, _posixsubprocess and the exported PyOS_BeforeFork family.
#pragma once

#include "objects/object.hpp"

namespace orochi {

// Runs os.register_at_fork()'s functions and takes the locks that must be whole in the child.
void before_fork(ThreadState& ts);
void after_fork_parent(ThreadState& ts);
// The calling thread is the only one left: forgets the others, and makes the locks new.
void after_fork_child(ThreadState& ts);

// The strings of exec: arguments or "NAME=value" pairs, null-terminated.
class ExecStrings {
public:
    ~ExecStrings();
    ExecStrings() = default;
    ExecStrings(const ExecStrings&) = delete;
    // A list or tuple of names.
    Result<void> take(ThreadState& ts, Object& sequence);
    Result<void> take_environment(ThreadState& ts, Object& mapping);
    char* const* data() const { return strings_; }
    Py_ssize_t size() const { return count_; }
    const char* operator[](Py_ssize_t i) const { return strings_[i]; }

private:
    Result<void> reserve(ThreadState& ts, Py_ssize_t count);
    Result<void> append(ThreadState& ts, std::string_view text, std::string_view more = {}, bool pair = false);
    char** strings_ = nullptr;  // malloc: read between fork and exec
    Py_ssize_t count_ = 0, capacity_ = 0;
};

}  // namespace orochi
