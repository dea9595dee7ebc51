// One interpreter: its lock, heap, collector, modules and caches.
//
// `struct _is` is what the public headers call PyInterpreterState and leave
// opaque. A thread that holds `lock` owns everything in here except the
// members marked atomic. Nothing in here is ever touched by another interpreter.
//
// Parts that belong to a floor above are plain data with forward-declared
// types, or hang in `parts` under their number; the floor that owns them gives them meaning.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "memory/collector.hpp"
#include "memory/heap.hpp"
#include "memory/python.hpp"
#include "state/eval_breaker.hpp"
#include "state/interpreter_lock.hpp"
#include "state/interpreter_options.hpp"
#include "state/runtime.hpp"

namespace orochi {

struct Config;                // state/config.hpp
struct InternTable;           // objects/intern.hpp
struct PendingCalls;          // state/pending_calls.hpp
struct SharedObjectWeakrefs;  // objects/weakref.cpp
struct StartImage;            // state/start_image.hpp

// A stack of dead objects of one size, kept for the next allocation.
template <int Capacity>
struct FreeList {
    int count = 0;
    int limit = Capacity;  // 0: nothing is kept
    void* items[Capacity];
    void* pop() { return count ? items[--count] : nullptr; }
    bool push(void* item) {
        if (count == limit) return false;
        items[count++] = item;
        return true;
    }
};

struct FreeLists {
    static constexpr int kTupleSizes = 20;
    FreeList<64> tuples[kTupleSizes];  // by length, 1..19
    FreeList<100> floats;
    FreeList<80> lists;
    FreeList<80> dicts;
    FreeList<80> dict_keys;
    FreeList<32> methods;
    FreeList<1> slices;
};

// Method resolution results by (type version, name); both are compared, so stale entries are harmless.
struct TypeCacheEntry {
    uint32_t version;
    Object* name;   // interned, borrowed: compared by identity, kept alive by the entry
    Object* value;  // borrowed from the type's MRO; null: known to be absent
};
inline constexpr int kTypeCacheBits = 12;

// A wish to interrupt the interpreter (state/interrupt.hpp).
struct Interrupt {
    ThreadState* target = nullptr;       // whom `once` is for: who runs the interpreter for somebody, or closes it
    std::atomic<bool> once{false};       // KeyboardInterrupt in the target, at its next check
    std::atomic<bool> stopping{false};   // in every other thread too, and at every check
    std::atomic<::_is*> inner{nullptr};  // what the target runs in turn, and is interrupted with it
};

// What floors above keep per interpreter, as pointers they own (created on demand, freed at close).
enum class Part : uint8_t {
    kStaticTypes,  // objects/type: mutable side of static types (subclasses, weak references)
    kExceptions,   // objects/exceptions
    kCodecs,       // objects/codecs
    kWarnings,     // objects/warnings
    kExecution,    // execution: specialisation statistics, eval hook
    kImports,      // imports: images, import lock
    kAst,          // modules/_ast
    kHolderCopy,   // interpreter_lock: another place that names the holder (imports/runtime_block)
    kSignals,      // modules/_signal
    kAtexit,       // modules/atexit
    kSharing,      // sharing: channel ends
    kFaulthandler,
    kContext,  // objects/context
    kIo,       // modules/_io
    kTracing,  // modules/tracemalloc
    kCount
};

}  // namespace orochi

struct _is {
    // Identity.
    orochi::Runtime* runtime = nullptr;
    _is* next = nullptr;  // in Runtime::interpreters
    int64_t id = 0;
    bool is_main = false;
    bool lost_in_fork = false;  // in a forked child: its state is not whole, and nobody may enter it
    std::atomic<int> finalizing{0};
    std::atomic<int> external_references{0};  // objects elsewhere that name this interpreter
    bool requires_id_reference = false;
    orochi::InterpreterOptions options;
    bool signal_handlers_wanted = true;  // PyConfig.install_signal_handlers

    // Running.
    orochi::InterpreterLock lock;
    orochi::EvalBreaker eval_breaker;
    orochi::Interrupt interrupt;
    orochi::base::Mutex threads_mutex;  // guards the list of thread states
    orochi::ThreadState* threads = nullptr;
    std::atomic<long> thread_count{0};  // started by _thread and not over
    orochi::PendingCalls* pending_calls = nullptr;
    int recursion_limit = 1000;
    int int_max_str_digits = 4300;              // 0: no limit
    _PyFrameEvalFunction eval_frame = nullptr;  // PEP 523; null: the default

    // Memory. The heap is the last thing that goes; see interpreter_hold_memory.
    orochi::Heap heap;
    std::atomic<int> memory_holders{1};
    // This struct is held by the memory, and by the thread states that were left when the interpreter ended.
    std::atomic<int> holders{1};
    orochi::base::Event ended;
    orochi::Collector collector;
    orochi::FreeLists free_lists;
    orochi::TypeCacheEntry* type_cache = nullptr;  // 1 << kTypeCacheBits entries
    uint32_t next_type_version = 0;                // see objects/type.hpp
    uint32_t next_function_version = 1;
    uint32_t next_keys_version = 1;
    uint64_t dict_version = 0;
    orochi::InternTable* interned = nullptr;

    // The Python side. Owned.
    orochi::Object* modules = nullptr;           // sys.modules, a dict
    orochi::Object* modules_by_index = nullptr;  // a list, for PyState_FindModule
    orochi::Object* sys_dict = nullptr;
    orochi::Object* builtins = nullptr;         // builtins.__dict__
    orochi::Object* builtins_copy = nullptr;    // as it was after start-up
    orochi::Object* importlib = nullptr;        // _frozen_importlib
    orochi::Object* import_function = nullptr;  // builtins.__import__ as it was after start-up
    orochi::Object* codec_search_path = nullptr;
    orochi::Object* codec_search_cache = nullptr;
    orochi::Object* codec_error_registry = nullptr;
    orochi::Object* dict = nullptr;  // PyInterpreterState_GetDict
    orochi::Object* before_forkers = nullptr;
    orochi::Object* after_forkers_parent = nullptr;
    orochi::Object* after_forkers_child = nullptr;
    orochi::Object* audit_hooks = nullptr;  // sys.addaudithook

    orochi::Config* config = nullptr;

    std::array<void*, size_t(orochi::Part::kCount)> parts{};

    // Starting and ending.
    const orochi::StartImage* start_image = nullptr;  // what it began with, if any
    int image_place = -1;                             // where that was copied to
    uint64_t sections_pending = 0;                    // bits of the sections of the image that are not there yet
    uintptr_t* shared_codes = nullptr;                // execution/shared_code.hpp
    orochi::SharedObjectWeakrefs* shared_weakrefs = nullptr;
    // Something has been made whose end can be noticed, and that the collector does not know of
    // (lifecycle/silent_end.hpp).
    bool ends_visibly = false;
};

namespace orochi {
using Interpreter = ::_is;

// Creates an empty interpreter (no modules, no thread state) and enters it in the runtime's list. The first one
// becomes the main one. Null when out of memory.
Interpreter* interpreter_new(Runtime& runtime);
// The same outside of the runtime's list and without a number: for making a StartImage.
Interpreter* interpreter_new_hidden(Runtime& runtime);
// Takes it out of one of the runtime's lists, whose mutex is held. False when it is not in it.
bool interpreter_unlist(Interpreter*& list, Interpreter& interpreter);
// Takes it out of the list and frees it with its heap. No thread may enter it any more. Threads that _thread started
// and that are still blocked somewhere, such as in a system call that fills a buffer of the heap, are woken, and keep
// the memory until the last has left; states of other threads keep this struct only, since they may never come.
void interpreter_delete(Interpreter* interpreter);
// The calling thread, started by _thread, leaves for good: deletes its state, and what that was the last to hold.
void interpreter_forget_thread(ThreadState& ts);
// Whether thread states are left.
bool interpreter_has_threads(Interpreter& interpreter);
// Keeps the interpreter's memory after its end, for somebody who still reads some of it (buffers that other
// interpreters look at) / gives that up. Whoever holds it knows that it is there.
void interpreter_hold_memory(Interpreter& interpreter);
void interpreter_release_memory(Interpreter& interpreter);
// With the id, or null. The interpreter stays valid as long as the caller knows that nobody closes it.
Interpreter* interpreter_by_id(Runtime& runtime, int64_t id);

template <class T>
inline T* part(Interpreter& interpreter, Part which) {
    return static_cast<T*>(interpreter.parts[size_t(which)]);
}
}  // namespace orochi
