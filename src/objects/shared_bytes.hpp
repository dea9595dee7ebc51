// The immortal bytes of length 0 and 1, shared by all interpreters.
#pragma once

#include "memory/reference.hpp"

namespace orochi {

struct SharedBytes {
    struct One {
        PyVarObject head;
        Py_hash_t hash;
        char text[8];
    };
    One empty;
    One single[256];
};
extern constinit SharedBytes shared_bytes;
// Computes their hashes, which depend on the hash secret.
void shared_bytes_ready();

}  // namespace orochi
