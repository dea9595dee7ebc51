// Data on its way from one interpreter to another: no Python object, no interpreter's memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "objects/object.hpp"

namespace orochi {

struct Channel;

class SharedValue {
public:
    SharedValue() = default;

    // Takes the data out of an object: None, bool, int, float, str, bytes, tuples of these, and channel ends.
    // ValueError "X does not support cross-interpreter data" for anything else.
    static Result<void> take(ThreadState& ts, Object& object, SharedValue& out);
    static bool is_shareable(ThreadState& ts, Object& object);
    // Makes the object in the current interpreter.
    Result<Ref<Object>> make(ThreadState& ts) const;

private:
    enum class Kind : uint8_t { kNone, kFalse, kTrue, kInt, kBigInt, kFloat, kStr, kBytes, kTuple, kRecvEnd, kSendEnd };
    Kind kind_ = Kind::kNone;
    uint8_t width_ = 1;  // of a str's characters
    long long integer_ = 0;
    double number_ = 0;
    std::string data_;
    std::vector<SharedValue> items_;
};

}  // namespace orochi
