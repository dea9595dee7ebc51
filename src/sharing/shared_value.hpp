// Data on its way from one interpreter to another: no Python object, no interpreter's memory.
//
// Big bytes and str travel as the pages they are in (Heap::share), buffers stay where they are (SharedBuffer), the
// rest is copied. What is neither travels as a pickle, where that is allowed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "memory/heap.hpp"
#include "objects/object.hpp"

namespace orochi {

class Mailbox;
class SharedBuffer;

// What may cross.
enum class Crossing : uint8_t {
    kData,      // None, bool, int, float, str, bytes, tuples of these, channels and queues
    kBuffers,   // also buffers, as memoryviews of the same memory (PEP 554)
    kAnything,  // also memoryviews of the same memory, and pickles of what else there is (PEP 734)
};

class SharedValue {
public:
    SharedValue() = default;
    SharedValue(SharedValue&&) = default;
    SharedValue& operator=(SharedValue&&) = default;

    // Takes the data out of an object. ValueError "X does not support cross-interpreter data", or what pickling says.
    static Result<void> take(ThreadState& ts, Object& object, Crossing crossing, SharedValue& out);
    // Whether it crosses without a pickle.
    static Result<bool> is_shareable(ThreadState& ts, Object& object, Crossing crossing);
    // Makes the object in the current interpreter. Once: big contents are handed over.
    Result<Ref<Object>> make(ThreadState& ts);

private:
    enum class Kind : uint8_t {
        kNone,
        kFalse,
        kTrue,
        kInt,
        kBigInt,
        kFloat,
        kAscii,  // str, as kStr
        kStr,
        kBytes,
        kBytesPages,
        kStrPages,
        kTuple,
        kBuffer,
        kNamed,
        kPickle
    };
    static Result<void> take_shareable(ThreadState& ts, Object& object, Crossing crossing, SharedValue& out);
    Result<void> take_named(ThreadState& ts, Object& object);
    Result<Ref<Object>> make_named(ThreadState& ts) const;
    Result<Ref<Object>> make_from_pages(ThreadState& ts);

    Kind kind_ = Kind::kNone;
    uint8_t width_ = 1;  // of a str's characters
    long long integer_ = 0;
    double number_ = 0;
    std::string data_;
    SharedPages pages_;
    std::vector<SharedValue> items_;
    std::shared_ptr<const SharedBuffer> buffer_;
    std::shared_ptr<Mailbox> mailbox_;  // kept alive on the way
};

}  // namespace orochi
