// The two types of _xxsubinterpreters, CPython 3.11's low-level module: InterpreterID and ChannelID, which are
// compared, hashed and used as the numbers that they hold. While there are InterpreterIDs for it an interpreter that
// the module made stays, and so does a channel with its ChannelIDs.
#pragma once

#include <memory>

#include "objects/type.hpp"
#include "sharing/channel.hpp"

namespace orochi::low_level {

enum class End : uint8_t { kBoth, kSend, kRecv };

struct IdTypes {
    Type* interpreter_id;
    Type* channel_id;
};

// Makes both types and enters them in the module.
Result<void> add_id_types(ThreadState& ts, Object& module, IdTypes& types);

// The number of an interpreter or channel (`what`): an ID's, or that of anything with __index__. TypeError, ValueError
// or OverflowError for what is none.
Result<long long> id_number(ThreadState& ts, Object& id, const char* what);

// `force`: also for an interpreter that is not there.
Result<Ref<Object>> interpreter_id_new(ThreadState& ts, Type& type, long long number, bool force);
// The channel may be null.
Result<Ref<Object>> channel_id_new(ThreadState& ts, Type& type, long long number, std::shared_ptr<Channel> channel,
                                   End end);

// A ChannelID crosses as one number, since it is made anew with its end: channel_id_from_code is the way back.
Result<Ref<Object>> channel_id_from_code(ThreadState& ts, Type& type, long long code);

}  // namespace orochi::low_level

namespace orochi {

// The same in whichever interpreter, for the module _interpreters, where a ChannelID arrives.
Result<Ref<Object>> low_level_channel_id(ThreadState& ts, long long code);

}  // namespace orochi
