#include "sharing/mailbox.hpp"

#include <algorithm>
#include <utility>

#include "state/signals.hpp"
#include "state/thread_state.hpp"

namespace orochi {

// ---- The line of those who wait

void Mailbox::Line::join(Waiter& waiter) {
    waiter.prev = last_;
    (last_ ? last_->next : first_) = &waiter;
    last_ = &waiter;
}

void Mailbox::Line::leave(Waiter& waiter) {
    (waiter.prev ? waiter.prev->next : first_) = waiter.next;
    (waiter.next ? waiter.next->prev : last_) = waiter.prev;
}

Mailbox::Waiter& Mailbox::Line::call_first() {
    Waiter& waiter = *first_;
    leave(waiter);
    return waiter;
}

void Mailbox::Line::forget(int64_t interpreter) {
    for (Waiter* waiter = first_; waiter;) {
        Waiter* next = waiter->next;
        if (waiter->interpreter == interpreter) leave(*waiter);
        waiter = next;
    }
}

// The mutex is held, so the waiter cannot go before it has been woken.
void Mailbox::finish(Waiter& waiter, Waiter::State state) {
    waiter.state = state;
    waiter.parker.unpark();
}

// Sleeps until the waiter's state changes. The mutex is held on entry and when this returns. kInterrupted, with an
// exception pending, may come together with a changed state.
Mailbox::Sleep Mailbox::sleep(ThreadState& ts, Waiter& waiter, base::Deadline deadline) {
    for (;;) {
        mutex_.unlock();
        base::Waited waited;
        {
            Unlocked unlocked(ts);
            waited = waiter.parker.park(deadline);
        }
        mutex_.lock();
        if (waiter.state != Waiter::State::kWaiting) return Sleep::kOver;
        if (waited == base::Waited::timed_out) return Sleep::kTimedOut;
        mutex_.unlock();
        bool go_on = check_signals(ts).ok();
        mutex_.lock();
        if (!go_on) return Sleep::kInterrupted;
        if (waiter.state != Waiter::State::kWaiting) return Sleep::kOver;
    }
}

// ---- Items. The mutex is held.

bool Mailbox::store(Letter&& letter, Waiter* receipt) {
    if (receivers_.empty()) {
        items_.push_back({std::move(letter), receipt});
        return false;
    }
    Waiter& receiver = receivers_.call_first();
    receiver.letter = std::move(letter);
    finish(receiver, Waiter::State::kDone);
    return true;
}

Letter Mailbox::take_first() {
    Entry entry = std::move(items_.front());
    items_.pop_front();
    if (entry.receipt) finish(*entry.receipt, Waiter::State::kDone);
    admit_waiting_senders();
    return std::move(entry.letter);
}

void Mailbox::admit_waiting_senders() {
    while (!senders_.empty() && items_.size() < capacity_) {
        Waiter& sender = senders_.call_first();
        items_.push_back({std::move(sender.letter), nullptr});
        finish(sender, Waiter::State::kDone);
    }
    show_readiness();
}

void Mailbox::show_readiness() {
    receivable_.set(!items_.empty() || closed_);
    sendable_.set(items_.size() < capacity_ || closed_);
}

// ---- Operations

Mail Mailbox::post(Letter&& letter) {
    base::MutexGuard guard(mutex_);
    if (closed_) return Mail::kClosed;
    bool received = store(std::move(letter), nullptr);
    show_readiness();
    return received ? Mail::kDone : Mail::kStored;
}

Result<Mail> Mailbox::put(ThreadState& ts, Letter&& letter, base::Deadline deadline) {
    base::MutexGuard guard(mutex_);
    if (closed_) return Mail::kClosed;
    if (items_.size() < capacity_) {
        store(std::move(letter), nullptr);
        show_readiness();
        return Mail::kDone;
    }
    if (deadline.passed()) return Mail::kTimedOut;
    Waiter waiter(ts);
    waiter.letter = std::move(letter);
    senders_.join(waiter);
    Sleep result = sleep(ts, waiter, deadline);
    if (waiter.state == Waiter::State::kWaiting) senders_.leave(waiter);
    if (result == Sleep::kInterrupted) return failure;
    if (result == Sleep::kTimedOut) return Mail::kTimedOut;
    return waiter.state == Waiter::State::kDone ? Mail::kDone : Mail::kClosed;
}

Result<Mail> Mailbox::deliver(ThreadState& ts, Letter&& letter, base::Deadline deadline) {
    SharedValue withdrawn;  // goes after the mutex
    base::MutexGuard guard(mutex_);
    if (closed_) return Mail::kClosed;
    Waiter waiter(ts);
    bool received = store(std::move(letter), &waiter);
    show_readiness();
    if (received) return Mail::kDone;
    Sleep result = sleep(ts, waiter, deadline);
    if (waiter.state == Waiter::State::kWaiting) {
        auto mine = std::find_if(items_.begin(), items_.end(), [&](Entry& e) { return e.receipt == &waiter; });
        withdrawn = std::move(mine->letter.value);
        items_.erase(mine);
        show_readiness();
    }
    if (result == Sleep::kInterrupted) return failure;
    if (result == Sleep::kTimedOut) return Mail::kTimedOut;
    return waiter.state == Waiter::State::kDone ? Mail::kDone : Mail::kClosed;
}

Result<Mail> Mailbox::get(ThreadState& ts, Letter& out, base::Deadline deadline) {
    base::MutexGuard guard(mutex_);
    if (!items_.empty()) {
        out = take_first();
        return Mail::kDone;
    }
    if (closed_) return Mail::kClosed;
    if (deadline.passed()) return Mail::kTimedOut;
    Waiter waiter(ts);
    receivers_.join(waiter);
    Sleep result = sleep(ts, waiter, deadline);
    if (waiter.state == Waiter::State::kWaiting) receivers_.leave(waiter);
    if (result == Sleep::kInterrupted) {
        if (waiter.state == Waiter::State::kDone) {
            // It came at the last moment: it is the next one's.
            if (receivers_.empty()) {
                items_.push_front({std::move(waiter.letter), nullptr});
            } else {
                store(std::move(waiter.letter), nullptr);
            }
            show_readiness();
        }
        return failure;
    }
    if (result == Sleep::kTimedOut) return Mail::kTimedOut;
    if (waiter.state != Waiter::State::kDone) return Mail::kClosed;
    out = std::move(waiter.letter);
    return Mail::kDone;
}

bool Mailbox::close(bool drop) {
    std::deque<Entry> dropped;
    base::MutexGuard guard(mutex_);
    bool was_open = !closed_ || (drop && !items_.empty());
    closed_ = true;
    while (!receivers_.empty()) finish(receivers_.call_first(), Waiter::State::kClosed);
    while (!senders_.empty()) finish(senders_.call_first(), Waiter::State::kClosed);
    if (drop) {
        for (Entry& entry : items_) {
            if (entry.receipt) finish(*entry.receipt, Waiter::State::kClosed);
        }
        dropped.swap(items_);
    }
    show_readiness();
    return was_open;
}

bool Mailbox::is_closed() {
    base::MutexGuard guard(mutex_);
    return closed_;
}

void Mailbox::interpreter_ends(int64_t interpreter) {
    std::vector<SharedValue> dropped;
    base::MutexGuard guard(mutex_);
    receivers_.forget(interpreter);
    senders_.forget(interpreter);
    for (Entry& entry : items_) {
        if (entry.receipt && entry.receipt->interpreter == interpreter) entry.receipt = nullptr;
    }
    std::erase_if(items_, [&](Entry& entry) {
        Letter& letter = entry.letter;
        if (letter.sender != interpreter || letter.unbound == Unbound::kStays) return false;
        dropped.push_back(std::move(letter.value));
        letter.lost = true;
        return letter.unbound == Unbound::kRemove;
    });
    admit_waiting_senders();
}

size_t Mailbox::size() {
    base::MutexGuard guard(mutex_);
    return items_.size();
}

int Mailbox::descriptor(Side side) {
    base::MutexGuard guard(mutex_);
    show_readiness();
    return (side == Side::kReceiving ? receivable_ : sendable_).get();
}

void Mailbox::after_fork(bool in_child) {
    if (in_child) {
        receivers_.forget_all();
        senders_.forget_all();
        for (Entry& entry : items_) entry.receipt = nullptr;
    }
    mutex_.unlock();
}

}  // namespace orochi
