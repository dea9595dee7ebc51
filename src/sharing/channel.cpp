#include "sharing/channel.hpp"

#include <algorithm>

#include "state/signals.hpp"
#include "state/thread_state.hpp"

namespace orochi {

Channels& process_channels(Runtime& runtime) {
    void* present = runtime.channels.load(std::memory_order_acquire);
    if (!present) {
        Channels* made = new Channels();
        if (runtime.channels.compare_exchange_strong(present, made, std::memory_order_acq_rel)) {
            present = made;
        } else {
            delete made;
        }
    }
    return *static_cast<Channels*>(present);
}

std::shared_ptr<Channel> channel_create(Runtime& runtime) {
    Channels& channels = process_channels(runtime);
    auto channel = std::make_shared<Channel>();
    base::MutexGuard guard(channels.mutex);
    channel->id = channels.next_id++;
    channels.all[channel->id] = channel;
    return channel;
}

std::shared_ptr<Channel> channel_find(Runtime& runtime, int64_t id) {
    Channels& channels = process_channels(runtime);
    base::MutexGuard guard(channels.mutex);
    auto found = channels.all.find(id);
    return found == channels.all.end() ? nullptr : found->second;
}

std::vector<int64_t> channel_ids(Runtime& runtime) {
    Channels& channels = process_channels(runtime);
    base::MutexGuard guard(channels.mutex);
    std::vector<int64_t> ids;
    for (auto& [id, channel] : channels.all) ids.push_back(id);
    return ids;
}

bool channel_close(Channel& channel, bool force) {
    base::MutexGuard guard(channel.mutex);
    if (force) channel.queue.clear();
    bool was_open = !channel.closed;
    channel.closed = true;
    channel.changed.notify_all();
    return was_open;
}

void channel_destroy(Runtime& runtime, int64_t id) {
    std::shared_ptr<Channel> gone;
    Channels& channels = process_channels(runtime);
    {
        base::MutexGuard guard(channels.mutex);
        auto found = channels.all.find(id);
        if (found == channels.all.end()) return;
        gone = std::move(found->second);
        channels.all.erase(found);
    }
    (void)channel_close(*gone, true);
}

void channel_associate(Channel& channel, int64_t interpreter, bool sending) {
    base::MutexGuard guard(channel.mutex);
    (sending ? channel.senders : channel.receivers).insert(interpreter);
}

void channel_release(Channel& channel, int64_t interpreter, bool send, bool receive) {
    base::MutexGuard guard(channel.mutex);
    if (send) channel.senders.erase(interpreter);
    if (receive && channel.receivers.erase(interpreter) && channel.receivers.empty()) {
        channel.queue.clear();
        channel.closed = true;
        channel.changed.notify_all();
    }
}

ChannelStatus channel_send_nowait(Channel& channel, SharedValue&& value) {
    base::MutexGuard guard(channel.mutex);
    if (channel.closed) return ChannelStatus::kClosed;
    bool awaited = channel.waiting_receivers > int(channel.queue.size());
    channel.queue.push_back(std::make_shared<ChannelItem>(ChannelItem{std::move(value)}));
    channel.changed.notify_all();
    return awaited ? ChannelStatus::kDone : ChannelStatus::kQueued;
}

Result<ChannelStatus> channel_send(ThreadState& ts, Channel& channel, SharedValue&& value, base::Deadline deadline) {
    auto item = std::make_shared<ChannelItem>(ChannelItem{std::move(value)});
    bool queued = false;
    auto withdraw = [&] {
        auto& queue = channel.queue;
        auto found = std::find(queue.begin(), queue.end(), item);
        if (found != queue.end()) queue.erase(found);
    };
    for (;;) {
        ChannelStatus status = ChannelStatus::kQueued;
        {
            Unlocked unlocked(ts);
            base::MutexGuard guard(channel.mutex);
            if (!queued && !channel.closed) {
                channel.queue.push_back(item);
                channel.changed.notify_all();
                queued = true;
            }
            base::Waited waited = base::Waited::done;
            while (!item->taken && !channel.closed && waited == base::Waited::done) {
                waited = channel.changed.wait(channel.mutex, deadline, true);
            }
            if (item->taken) {
                status = ChannelStatus::kDone;
            } else if (channel.closed) {
                withdraw();
                status = ChannelStatus::kClosed;
            } else if (waited == base::Waited::timed_out) {
                withdraw();
                status = ChannelStatus::kEmpty;
            }
        }
        if (status != ChannelStatus::kQueued) return status;
        if (!check_signals(ts).ok()) {
            base::MutexGuard guard(channel.mutex);
            withdraw();
            return failure;
        }
    }
}

Result<ChannelStatus> channel_receive(ThreadState& ts, Channel& channel, SharedValue& out, base::Deadline deadline) {
    auto pop = [&] {
        std::shared_ptr<ChannelItem> item = channel.queue.front();
        channel.queue.pop_front();
        out = std::move(item->value);
        item->taken = true;
        channel.changed.notify_all();
    };
    // What is there already needs no waiting, and no giving up of the lock.
    {
        base::MutexGuard guard(channel.mutex);
        if (!channel.queue.empty()) {
            pop();
            return ChannelStatus::kDone;
        }
        if (channel.closed) return ChannelStatus::kClosed;
        if (deadline.nanoseconds == base::Deadline::immediately().nanoseconds) return ChannelStatus::kEmpty;
    }
    for (;;) {
        ChannelStatus status = ChannelStatus::kQueued;
        {
            Unlocked unlocked(ts);
            base::MutexGuard guard(channel.mutex);
            ++channel.waiting_receivers;
            base::Waited waited = base::Waited::done;
            while (channel.queue.empty() && !channel.closed && waited == base::Waited::done) {
                waited = channel.changed.wait(channel.mutex, deadline, true);
            }
            --channel.waiting_receivers;
            if (!channel.queue.empty()) {
                pop();
                status = ChannelStatus::kDone;
            } else if (channel.closed) {
                status = ChannelStatus::kClosed;
            } else if (waited == base::Waited::timed_out) {
                status = ChannelStatus::kEmpty;
            }
        }
        if (status != ChannelStatus::kQueued) return status;
        TRY(check_signals(ts));
    }
}

}  // namespace orochi
