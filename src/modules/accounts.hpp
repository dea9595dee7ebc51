// What pwd, grp and spwd share: a module whose state is one class of named tuples, and growing buffers for the
// system's re-entrant look-ups.
#pragma once

#include <unistd.h>
#include <memory>

#include "modules/os_support.hpp"

namespace orochi {

struct AccountState {
    Type* entry;
};
inline Type& account_class(Object& module) { return *static_cast<AccountState*>(module_state(module))->entry; }
inline int account_traverse(Object* module, visitproc visit, void* argument) {
    if (void* state = module_state(*module)) VISIT(static_cast<AccountState*>(state)->entry);
    return 0;
}
inline int account_clear(Object* module) {
    if (void* state = module_state(*module)) clear(static_cast<AccountState*>(state)->entry);
    return 0;
}
inline void account_free(void* module) { account_clear(static_cast<Object*>(module)); }

inline Result<Ref<Object>> account_text(ThreadState& ts, const char* text) {
    if (!text) return new_none();
    return str_decode_filesystem(ts, text);
}

// f(buffer, size, &found) is one of the *_r functions; `found` is null afterwards when there is no such entry.
template <class Entry, class F>
Result<const Entry*> account_lookup(ThreadState& ts, std::unique_ptr<char[]>& buffer, F f) {
    for (size_t size = 1024;; size *= 2) {
        buffer = std::make_unique<char[]>(size);
        Entry* found = nullptr;
        int error = unlocked_call(ts, [&] { return f(buffer.get(), size, &found); }).value;
        if (error == ERANGE && size < (size_t(1) << 26)) continue;
        if (error == ENOMEM) return raise_no_memory(ts);
        if (!found && error && error != ENOENT && error != ESRCH && error != EBADF && error != EPERM)
            return raise_os_error(ts, error);
        return static_cast<const Entry*>(found);
    }
}

}  // namespace orochi
