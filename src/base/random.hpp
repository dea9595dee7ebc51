// Random bytes from the system, for hash secrets, os.urandom and seeding.
#pragma once

#include <cstddef>

namespace orochi::base {

// Fills the buffer. With `blocking` waits until the system has gathered enough entropy at boot; without, it
// falls back to /dev/urandom rather than wait. False on failure, with errno set.
bool random_bytes(void* buffer, std::size_t size, bool blocking = true);

}  // namespace orochi::base
