// The process: what all interpreters share. The only mutable global object.
//
// Everything here is either guarded by `mutex`, atomic, or written before the
// first interpreter runs and constant afterwards.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/futex_lock.hpp"
#include "memory/heap.hpp"
#include "memory/python.hpp"

namespace orochi {

struct InternTable;    // objects/intern.hpp
struct EarlySettings;  // state/early_settings.hpp
struct StartImage;     // state/start_image.hpp

enum class RuntimePhase : uint8_t { kUninitialized, kPreconfigured, kCore, kFull, kFinalizing };

struct Runtime {
    std::atomic<RuntimePhase> phase{RuntimePhase::kUninitialized};

    base::Mutex mutex;                           // guards the list of interpreters and the tables below
    PyInterpreterState* interpreters = nullptr;  // newest first
    // Closed ones that some thread may still come back to; of these only the lock and the thread states are left.
    PyInterpreterState* orphaned = nullptr;
    PyInterpreterState* main = nullptr;
    int64_t next_interpreter_id = 0;
    std::atomic<uint64_t> next_thread_id{1};
    // How many thread states were deleted: while it stands still, a pointer to one that was good is good.
    std::atomic<uint64_t> deleted_thread_states{0};
    unsigned long main_thread = 0;  // pthread_self() of the thread that initialised
    std::atomic<Py_ssize_t> next_module_index{1};
    std::atomic<size_t> thread_stack_size{0};  // of threads to be started (_thread.stack_size); 0: the system's

    // Static types, names, small ints and everything reachable from them live
    // here: built once, immortal, never written to after start.
    Heap* shared_heap = nullptr;
    bool shared_objects_ready = false;
    InternTable* names = nullptr;  // strings interned for all interpreters; constant once those are ready

    struct {
        uint64_t k0 = 0, k1 = 0;  // SipHash key (PYTHONHASHSEED)
        bool randomized = false;
    } hash_secret;

    EarlySettings* early_settings = nullptr;  // made on first use; belongs to the thread that initialises

    static constexpr int kMaxExitFunctions = 32;  // Py_AtExit
    void (*exit_functions[kMaxExitFunctions])() = {};
    int exit_function_count = 0;

    struct AuditHook {
        AuditHook* next;
        Py_AuditHookFunction function;
        void* data;
    };
    std::atomic<AuditHook*> audit_hooks{nullptr};
    Py_OpenCodeHookFunction open_code_hook = nullptr;
    void* open_code_hook_data = nullptr;

    // What only one process-wide owner may hold, such as signal handlers, is
    // kept by its module in one of these cells.
    std::atomic<void*> signals{nullptr};
    std::atomic<void*> watchdog{nullptr};
    std::atomic<void*> sharing{nullptr};
    std::atomic<void*> images{nullptr};
    std::atomic<void*> faulthandler{nullptr};
    std::atomic<void*> crossinterp_types{nullptr};
    std::atomic<void*> fork{nullptr};

    std::atomic<int> tracing_interpreters{0};  // that trace their memory (modules/tracemalloc)

    // What further interpreters begin with (lifecycle/start_image_cache.hpp).
    base::Mutex start_image_mutex;
    StartImage* start_image = nullptr;
    uint64_t image_places[128] = {};  // which places of images are taken (state/start_image.cpp)
};

// The one runtime. Called by entry points that have no thread state yet; everything else
// goes thread -> interpreter -> runtime.
Runtime& process_runtime();

}  // namespace orochi
