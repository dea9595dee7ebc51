// What the process keeps for sharing: its channels and queues by number, and the interpreters that the module
// `interpreters` has made.
#pragma once

#include <map>

#include "sharing/channel.hpp"
#include "sharing/shared_buffer.hpp"

namespace orochi {

template <class T>
struct Numbered {
    int64_t next = 0;
    std::map<int64_t, std::weak_ptr<T>> all;
};

// An interpreter that the module `interpreters` made. Sharing::mutex guards it; who set `running` owns the thread
// state.
struct Created {
    Interpreter* interpreter = nullptr;
    ThreadState* thread = nullptr;             // of whoever runs something in it
    int64_t creator = -1;                      // the interpreter that made it
    ThreadState* caller = nullptr;             // the thread that runs or closes it now, in its own interpreter
    std::shared_ptr<SharedValue> search_path;  // for when sys is looked into; null afterwards
    int references = 0;                        // Interpreter objects
    bool counted = false;                      // there have been some: without any it closes
    int probes = 0;                            // threads that look into it now
    bool running = false;
    bool interrupted = false;  // before the run had really begun
    bool closing = false;      // nobody may start to run it
};

struct Sharing {
    base::Mutex mutex;
    base::Condition idle;  // some interpreter has stopped running
    Numbered<Channel> channels;
    Numbered<Queue> queues;
    std::map<int64_t, Created> created;
    std::vector<std::weak_ptr<Exports>> exports;    // of all interpreters
    std::vector<std::shared_ptr<Mailbox>> forking;  // held over a fork
    std::vector<std::shared_ptr<Exports>> forking_exports;
};

// Made on first use; never freed, since objects of any interpreter may refer to it.
Sharing& sharing_of(Runtime& runtime);

// Enters a mailbox under the next number.
template <class T>
inline int64_t enter(Sharing& sharing, Numbered<T> Sharing::*kind, const std::shared_ptr<T>& mailbox) {
    base::MutexGuard guard(sharing.mutex);
    Numbered<T>& numbered = sharing.*kind;
    std::erase_if(numbered.all, [](auto& entry) { return entry.second.expired(); });
    numbered.all[numbered.next] = mailbox;
    return numbered.next++;
}
// Null: there is none with that number.
template <class T>
inline std::shared_ptr<T> find(Sharing& sharing, Numbered<T> Sharing::*kind, int64_t id) {
    base::MutexGuard guard(sharing.mutex);
    auto found = (sharing.*kind).all.find(id);
    return found == (sharing.*kind).all.end() ? nullptr : found->second.lock();
}
template <class T>
inline std::vector<int64_t> numbers(Sharing& sharing, Numbered<T> Sharing::*kind) {
    base::MutexGuard guard(sharing.mutex);
    std::vector<int64_t> ids;
    for (auto& [id, mailbox] : (sharing.*kind).all) {
        if (!mailbox.expired()) ids.push_back(id);
    }
    return ids;
}
template <class T>
inline bool forget(Sharing& sharing, Numbered<T> Sharing::*kind, int64_t id) {
    base::MutexGuard guard(sharing.mutex);
    return (sharing.*kind).all.erase(id) != 0;
}

// Around fork() in a process that shares, so that all of this, and the watchdog, is whole in the child.
void sharing_before_fork(Runtime& runtime);
void sharing_after_fork(Runtime& runtime, bool in_child);

}  // namespace orochi
