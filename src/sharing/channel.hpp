// Channels and queues: mailboxes with a number, known to the whole process.
//
// A channel or queue lives while an object of some interpreter refers to it, or while it is on its way to one.
#pragma once

#include <map>

#include "sharing/mailbox.hpp"

namespace orochi {

// A mailbox without bounds whose ends remember which interpreters have used and released them (PEP 554, and
// _xxsubinterpreters of 3.11).
class Channel final : public Mailbox {
public:
    Channel() : Mailbox(SIZE_MAX) {}

    using Ends = std::map<int64_t, bool>;  // interpreter -> has it open
    // Notes that the interpreter uses the end. False: it has released it, or the end is closed.
    bool associate(int64_t interpreter, Side side);
    // The interpreter is done with the ends. When all have released what they used the channel closes. False: it was
    // closed already.
    bool release(int64_t interpreter, bool sending, bool receiving);
    // The interpreters that have the end open. False: the end is closed.
    bool users(Side side, std::vector<int64_t>& out);
    void interpreter_ends(int64_t interpreter) override;
    void before_fork() override;
    void after_fork(bool in_child) override;

private:
    Ends& ends(Side side) { return side == Side::kSending ? senders_ : receivers_; }
    base::Mutex mutex_;  // guards both; taken before the mailbox's
    Ends senders_, receivers_;
};

class Queue final : public Mailbox {
public:
    Queue(size_t capacity, Unbound unbound) : Mailbox(capacity), unbound(unbound) {}
    const Unbound unbound;  // of items that do not say otherwise
};

}  // namespace orochi
