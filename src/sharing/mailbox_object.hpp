// The types _interpreters.Channel and _interpreters.Queue: what an interpreter holds of a channel or queue.
#pragma once

#include <memory>

#include "objects/object.hpp"
#include "sharing/channel.hpp"

namespace orochi {

// The mailbox of such an object; TypeError for any other.
Result<std::shared_ptr<Mailbox>> mailbox_of(ThreadState& ts, Object& object);

// Makes the types and enters them in the module, whose exceptions they raise (sharing/sharing_errors.hpp).
Result<void> add_mailbox_types(ThreadState& ts, Object& module, Type*& base);

// Numbers of channels and queues, for list_all_channels().
Result<Ref<Object>> list_channels(ThreadState& ts);
Result<Ref<Object>> list_queues(ThreadState& ts);
Result<void> destroy_channel(ThreadState& ts, Object& module, long long id);

// Seconds, or None for no limit. ValueError for negative numbers.
Result<base::Deadline> deadline_of(ThreadState& ts, Object* timeout);
Result<Ref<Object>> list_of_ids(ThreadState& ts, const std::vector<int64_t>& ids);

}  // namespace orochi
