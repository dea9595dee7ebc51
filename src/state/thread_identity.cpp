#include "state/thread_identity.hpp"

#include "base/os_thread.hpp"

namespace orochi {

void thread_state_take_identity(ThreadState& ts) {
    base::MutexGuard guard(ts.interpreter().threads_mutex);
    ts.thread_id = base::thread_ident();
    ts.native_thread_id = base::native_thread_id();
}

}  // namespace orochi
