#include "sharing/channel.hpp"

#include <algorithm>

namespace orochi {

bool Channel::associate(int64_t interpreter, Side side) {
    base::MutexGuard guard(mutex_);
    return ends(side).try_emplace(interpreter, true).first->second;
}

bool Channel::release(int64_t interpreter, bool sending, bool receiving) {
    base::MutexGuard guard(mutex_);
    if (is_closed() && size() == 0) return false;
    if (sending) senders_[interpreter] = false;
    if (receiving) receivers_[interpreter] = false;
    auto is_open = [](const Ends::value_type& end) { return end.second; };
    if (std::none_of(senders_.begin(), senders_.end(), is_open) &&
        std::none_of(receivers_.begin(), receivers_.end(), is_open)) {
        (void)close(true);
    }
    return true;
}

bool Channel::users(Side side, std::vector<int64_t>& out) {
    base::MutexGuard guard(mutex_);
    if (is_closed() && (side == Side::kSending || size() == 0)) return false;
    for (auto& [interpreter, open] : ends(side)) {
        if (open) out.push_back(interpreter);
    }
    return true;
}

void Channel::interpreter_ends(int64_t interpreter) {
    {
        base::MutexGuard guard(mutex_);
        senders_.erase(interpreter);
        receivers_.erase(interpreter);
    }
    Mailbox::interpreter_ends(interpreter);
}

void Channel::before_fork() {
    mutex_.lock();
    Mailbox::before_fork();
}

void Channel::after_fork(bool in_child) {
    Mailbox::after_fork(in_child);
    mutex_.unlock();
}

}  // namespace orochi
