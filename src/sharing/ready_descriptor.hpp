// A file descriptor that is readable while a condition holds, so that poll() and event loops can wait for it. Costs
// nothing until somebody asks for it.
#pragma once

namespace orochi {

class ReadyDescriptor {
public:
    ReadyDescriptor() = default;
    ~ReadyDescriptor();
    ReadyDescriptor(const ReadyDescriptor&) = delete;

    // The descriptor, made now if it was not; -1 with errno set.
    int get();
    void set(bool ready);

private:
    int descriptor_ = -1;
    bool ready_ = false;
};

}  // namespace orochi
