// The one blocking primitive under channels and queues: items in order, and threads in order.
//
// Whoever must wait joins a line and sleeps on the Parker of its thread, having given up its interpreter's lock.
// Nothing polls, and nobody is overtaken: an item goes straight to the receiver that has waited longest, and room
// that becomes free straight to the sender that has. While items are there nobody waits for one, and while there is
// room nobody waits for that.
//
// The mutex guards plain memory only; nobody holds it while waiting for an interpreter's lock or running Python code.
// Items are destroyed outside of it, since they may own other mailboxes.
//
// An event loop waits on a file descriptor instead, made on request: readable while an operation would not block.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "base/futex_lock.hpp"
#include "base/parker.hpp"
#include "sharing/ready_descriptor.hpp"
#include "sharing/shared_value.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// What becomes of an item that is still there when its sender's interpreter ends. The numbers are those of
// concurrent.interpreters in Python 3.14; kStays is for channels.
enum class Unbound : uint8_t { kStays, kRemove, kError, kPlaceholder };

struct Letter {
    SharedValue value;
    int64_t sender = -1;  // interpreter
    Unbound unbound = Unbound::kStays;
    bool lost = false;  // the interpreter has ended, and `unbound` says what to do
};

enum class Mail : uint8_t {
    kDone,
    kStored,    // post only: nobody was waiting for it
    kTimedOut,  // nothing came, no room came free, or nobody took it in time
    kClosed,
};

class Mailbox {
public:
    explicit Mailbox(size_t capacity) : capacity_(capacity) {}
    virtual ~Mailbox() = default;
    Mailbox(const Mailbox&) = delete;

    // All of these fail only when the waiting is interrupted (a signal handler raised, Interpreter.interrupt()); an
    // item that nobody has taken is then withdrawn, and one that was being handed over stays for the next receiver.
    //
    // Waits for room, then leaves the item.
    Result<Mail> put(ThreadState& ts, Letter&& letter, base::Deadline deadline);
    // Leaves the item, room or not, and waits until somebody takes it.
    Result<Mail> deliver(ThreadState& ts, Letter&& letter, base::Deadline deadline);
    Result<Mail> get(ThreadState& ts, Letter& out, base::Deadline deadline);
    // Leaves the item, room or not. kDone: somebody was waiting for it.
    Mail post(Letter&& letter);

    // No more items come in; those that are there can be received, unless `drop`. False: nothing was open any more.
    bool close(bool drop);
    bool is_closed();
    // The interpreter ends: what it sent becomes what its senders wished for, and its threads, which will never run
    // again, stand in no line any more.
    virtual void interpreter_ends(int64_t interpreter);

    size_t capacity() const { return capacity_; }
    size_t size();

    enum class Side : uint8_t { kReceiving, kSending };
    // The descriptor; -1 with errno set. It belongs to the mailbox.
    int descriptor(Side side);

    // Around fork(): what the mailbox guards is whole in the child, where the threads that waited are not.
    virtual void before_fork() { mutex_.lock(); }
    virtual void after_fork(bool in_child);

private:
    struct Waiter {
        explicit Waiter(ThreadState& ts) : parker(ts.parker), interpreter(ts.interpreter().id) {}
        base::Parker& parker;
        int64_t interpreter;
        Letter letter;
        Waiter *prev = nullptr, *next = nullptr;
        enum class State : uint8_t { kWaiting, kDone, kClosed } state = State::kWaiting;
    };
    class Line {
    public:
        bool empty() const { return !first_; }
        void join(Waiter& waiter);
        void leave(Waiter& waiter);
        Waiter& call_first();
        void forget(int64_t interpreter);
        void forget_all() { first_ = last_ = nullptr; }

    private:
        Waiter *first_ = nullptr, *last_ = nullptr;
    };
    struct Entry {
        Letter letter;
        Waiter* receipt;  // who waits for it to be taken; or null
    };

    enum class Sleep : uint8_t { kOver, kTimedOut, kInterrupted };
    Sleep sleep(ThreadState& ts, Waiter& waiter, base::Deadline deadline);
    static void finish(Waiter& waiter, Waiter::State state);
    bool store(Letter&& letter, Waiter* receipt);  // whether a receiver got it
    Letter take_first();
    void admit_waiting_senders();
    void show_readiness();

    base::Mutex mutex_;  // guards everything below
    std::deque<Entry> items_;
    Line receivers_, senders_;
    const size_t capacity_;
    bool closed_ = false;
    ReadyDescriptor receivable_, sendable_;
};

}  // namespace orochi
