#include "sharing/ready_descriptor.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace orochi {

ReadyDescriptor::~ReadyDescriptor() {
    if (descriptor_ >= 0) close(descriptor_);
}

int ReadyDescriptor::get() {
    if (descriptor_ < 0) descriptor_ = eventfd(ready_, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor_;
}

void ReadyDescriptor::set(bool ready) {
    if (ready == ready_) return;
    ready_ = ready;
    if (descriptor_ < 0) return;
    eventfd_t count;
    if (ready) {
        eventfd_write(descriptor_, 1);
    } else {
        eventfd_read(descriptor_, &count);
    }
}

}  // namespace orochi
