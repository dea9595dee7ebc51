// Channels: queues between interpreters that block without polling.
//
// A channel belongs to the process. A sender that waits sleeps until a receiver took its item; a receiver sleeps until
// there is one. Whoever sleeps has given up its interpreter's lock, and no Python object is touched under the
// channel's own lock.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "base/futex_lock.hpp"
#include "sharing/shared_value.hpp"

namespace orochi {

struct ChannelItem {
    SharedValue value;
    bool taken = false;
};

struct Channel {
    int64_t id = 0;
    base::Mutex mutex;  // guards everything below
    base::Condition changed;
    std::deque<std::shared_ptr<ChannelItem>> queue;
    int waiting_receivers = 0;
    std::set<int64_t> senders, receivers;  // interpreters that have used an end and not released it
    bool closed = false;
};

// The channels of the process, by number.
struct Channels {
    base::Mutex mutex;
    std::map<int64_t, std::shared_ptr<Channel>> all;
    int64_t next_id = 0;
};
Channels& process_channels(Runtime& runtime);

std::shared_ptr<Channel> channel_create(Runtime& runtime);
std::shared_ptr<Channel> channel_find(Runtime& runtime, int64_t id);  // null: no such channel
std::vector<int64_t> channel_ids(Runtime& runtime);
// No more sends; items that are queued can still be received unless `force`. False: it was closed before.
bool channel_close(Channel& channel, bool force);
void channel_destroy(Runtime& runtime, int64_t id);

// Notes that the interpreter uses the end / is done with it. A channel whose receiving end nobody is left at closes.
void channel_associate(Channel& channel, int64_t interpreter, bool sending);
void channel_release(Channel& channel, int64_t interpreter, bool send, bool receive);

enum class ChannelStatus { kDone, kQueued, kEmpty, kClosed };

// Blocks until received (kDone) or the channel closes. Fails when a signal handler raised; the item is then
// withdrawn, unless it was taken already.
Result<ChannelStatus> channel_send(ThreadState& ts, Channel& channel, SharedValue&& value, base::Deadline deadline);
// Queues: kDone when a receiver is waiting for it, else kQueued.
ChannelStatus channel_send_nowait(Channel& channel, SharedValue&& value);
// kEmpty: the deadline passed first.
Result<ChannelStatus> channel_receive(ThreadState& ts, Channel& channel, SharedValue& out, base::Deadline deadline);

}  // namespace orochi
