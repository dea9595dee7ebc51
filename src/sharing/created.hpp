// The interpreters that the module `interpreters` makes: their life, and having one for oneself while something runs in
// it.
#pragma once

#include "objects/object.hpp"
#include "sharing/sharing.hpp"
#include "state/interpreter_options.hpp"

namespace orochi {

// `module` is the one whose exceptions are raised (sharing/sharing_errors.hpp).

// With the limits and permissions given, and no more than the creator's own.
Result<long long> created_start(ThreadState& ts, Object& module, InterpreterOptions options);
// Ends it. While something runs in it: InterpreterError, or with `force` interrupts that for as long as it takes.
Result<void> created_close(ThreadState& ts, Object& module, long long id, bool force);
// Interpreter objects come and go; without any, an interpreter closes as soon as nothing runs in it.
Result<void> created_refer(ThreadState& ts, Object& module, long long id);
void created_release(ThreadState& ts, long long id);

// Whether something runs in it. True for interpreters that were not made here: somebody else runs them.
Result<bool> created_is_running(ThreadState& ts, Object& module, long long id);
// KeyboardInterrupt in what runs in it; false when nothing does.
Result<bool> created_interrupt(ThreadState& ts, Object& module, long long id);

// The interpreter for oneself: its thread state becomes current in the scope, and is given back at its end.
class Visit {
public:
    // Whether it could be had; else an exception is pending.
    Result<void> begin(ThreadState& ts, Object& module, long long id);
    ~Visit();
    ThreadState& there() const { return *there_; }
    // Back to the interpreter that one came from.
    void end();

private:
    ThreadState* here_ = nullptr;
    ThreadState* there_ = nullptr;
    int64_t id_ = -1;
};

// A look into an interpreter while something may be running in it: its lock is held in the scope, and it does not
// close.
class Probe {
public:
    Result<void> begin(ThreadState& ts, Object& module, long long id);
    ~Probe();
    Interpreter& interpreter() const { return *there_; }

private:
    static void leave(Sharing& sharing, long long id);
    ThreadState* here_ = nullptr;
    Interpreter* there_ = nullptr;
    int64_t id_ = -1;
};

}  // namespace orochi
