#include "sharing/sharing.hpp"

#include <pthread.h>

#include "base/os_thread.hpp"
#include "state/interrupt.hpp"

namespace orochi {

namespace {

// fork() calls these, whoever forks.
void prepare() { sharing_before_fork(process_runtime()); }
void in_parent() { sharing_after_fork(process_runtime(), false); }
void in_child() { sharing_after_fork(process_runtime(), true); }

template <class T>
void hold_all(Sharing& sharing, Numbered<T>& numbered) {
    for (auto& [id, mailbox] : numbered.all) {
        if (std::shared_ptr<T> alive = mailbox.lock()) {
            alive->before_fork();
            sharing.forking.push_back(std::move(alive));
        }
    }
}

}  // namespace

Sharing& sharing_of(Runtime& runtime) {
    void* present = runtime.sharing.load(std::memory_order_acquire);
    if (present) return *static_cast<Sharing*>(present);
    auto* made = new Sharing();
    if (!runtime.sharing.compare_exchange_strong(present, made, std::memory_order_acq_rel)) {
        delete made;
        return *static_cast<Sharing*>(present);
    }
    pthread_atfork(prepare, in_parent, in_child);
    return *made;
}

void sharing_before_fork(Runtime& runtime) {
    Sharing& sharing = sharing_of(runtime);
    sharing.mutex.lock();
    hold_all(sharing, sharing.channels);
    hold_all(sharing, sharing.queues);
    // A thread that closes an interpreter is not stopped by a fork, and may be giving buffers back.
    for (auto& each : sharing.exports) {
        if (std::shared_ptr<Exports> exports = each.lock()) {
            exports->mutex.lock();
            sharing.forking_exports.push_back(std::move(exports));
        }
    }
    interrupts_before_fork(runtime);
}

void sharing_after_fork(Runtime& runtime, bool in_child) {
    Sharing& sharing = sharing_of(runtime);
    interrupts_after_fork(runtime, in_child);
    std::vector<std::shared_ptr<Exports>> held_exports;
    held_exports.swap(sharing.forking_exports);
    for (auto& exports : held_exports) exports->mutex.unlock();
    std::vector<std::shared_ptr<Mailbox>> held;
    held.swap(sharing.forking);
    for (auto& mailbox : held) mailbox->after_fork(in_child);
    if (in_child) {
        sharing.idle.reset();
        // What other threads were running nobody can have any more.
        unsigned long me = base::thread_ident();
        std::erase_if(sharing.created, [&](auto& entry) {
            const Created& created = entry.second;
            if (!created.running || created.caller->thread_id == me) return false;
            std::atomic<Interpreter*>& inner = created.caller->interpreter().interrupt.inner;
            if (inner.load() == created.interpreter) inner.store(nullptr);
            return true;
        });
        for (auto& [id, created] : sharing.created) created.probes = 0;
    }
    sharing.mutex.unlock();
}

}  // namespace orochi
