// What one thread sleeps on, and any other thread, or a signal handler, wakes it by.
//
// A wake-up that comes before the sleep is kept, so that none is lost between looking and sleeping. One that was
// meant for an earlier sleep may end the next at once: look again, and park again.
#pragma once

#include "base/futex_lock.hpp"

namespace orochi::base {

class Parker {
public:
    constexpr Parker() = default;
    Parker(const Parker&) = delete;
    Parker& operator=(const Parker&) = delete;

    // Only the thread that owns this sleeps here. `interrupted`: a signal handler ran on it.
    Waited park(Deadline deadline) {
        std::uint32_t seen = kEmpty;
        if (!word_.compare_exchange_strong(seen, kAsleep, std::memory_order_acquire)) {
            word_.store(kEmpty, std::memory_order_relaxed);
            return Waited::done;
        }
        Waited waited = futex_wait(word_, kAsleep, deadline);
        return word_.exchange(kEmpty, std::memory_order_acquire) == kWoken ? Waited::done : waited;
    }
    void unpark() {
        if (word_.exchange(kWoken, std::memory_order_acq_rel) == kAsleep) futex_wake(word_, 1);
    }

private:
    static constexpr std::uint32_t kEmpty = 0, kWoken = 1, kAsleep = 2;
    std::atomic<std::uint32_t> word_{kEmpty};
};

}  // namespace orochi::base
