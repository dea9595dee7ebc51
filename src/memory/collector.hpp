// The generational cycle collector of one interpreter.
//
// Every container object is preceded by a GcHeader, which links it into the
// list of its generation while it is tracked. A collection finds, by
// subtracting the references inside a set of objects from their counts, those
// that only each other keep alive; runs their finalisers (PEP 442) and weak
// reference callbacks; and clears what is still unreachable.
#pragma once

#include <cstdint>

#include "memory/python.hpp"
#include "memory/reference.hpp"

namespace orochi {

struct ThreadState;

struct GcHeader {
    GcHeader* next;       // null: not tracked
    uintptr_t prev_bits;  // previous header, and flags in the low bits

    static constexpr uintptr_t kFinalized = 1;   // tp_finalize has run
    static constexpr uintptr_t kCollecting = 2;  // in the set under collection

    GcHeader* prev() const { return reinterpret_cast<GcHeader*>(prev_bits & ~uintptr_t{3}); }
    void set_prev(GcHeader* header) { prev_bits = reinterpret_cast<uintptr_t>(header) | (prev_bits & 3); }
};
static_assert(sizeof(GcHeader) == 16);

inline GcHeader& gc_header(const Object& object) {
    return *(reinterpret_cast<GcHeader*>(const_cast<Object*>(&object)) - 1);
}
inline Object& gc_object(GcHeader& header) { return *reinterpret_cast<Object*>(&header + 1); }

struct GcGeneration {
    GcHeader head;  // a circular list
    int threshold = 0;
    int count = 0;
};

struct GcGenerationStats {
    Py_ssize_t collections = 0, collected = 0, uncollectable = 0;
};

// All of the collector's state; a part of the interpreter.
struct Collector {
    GcGeneration generations[3];
    GcHeader permanent;  // gc.freeze()
    GcGenerationStats stats[3];
    Object* garbage = nullptr;    // the list gc.garbage
    Object* callbacks = nullptr;  // the list gc.callbacks
    bool enabled = true;
    bool collecting = false;
    int debug = 0;
    Py_ssize_t long_lived_total = 0;
    Py_ssize_t long_lived_pending = 0;

    Collector();
};

// Whether the object's type takes part in collection, and this object has a header.
inline bool gc_is_container(const Object& object) {
    Type& type = type_of(object);
    return (type.tp_flags & Py_TPFLAGS_HAVE_GC) && (!type.tp_is_gc || type.tp_is_gc(const_cast<Object*>(&object)));
}
inline bool gc_is_tracked(const Object& object) { return gc_header(object).next != nullptr; }

// Links the object into the youngest generation / takes it out. The object has a header.
void gc_track(ThreadState& ts, Object& object);
inline void gc_untrack(Object& object) {
    GcHeader& header = gc_header(object);
    GcHeader* prev = header.prev();
    prev->next = header.next;
    header.next->set_prev(prev);
    header.next = nullptr;
    header.prev_bits &= GcHeader::kFinalized;
}
inline void gc_untrack_if_tracked(Object& object) {
    if (gc_is_tracked(object)) gc_untrack(object);
}

// Runs a collection of the generation and all younger ones. Returns the number of unreachable objects.
Py_ssize_t gc_collect(ThreadState& ts, int generation);
// Whether the youngest generation is over its threshold and collection is on; then the evaluation
// loop or the allocator starts a collection.
void gc_collect_if_due(ThreadState& ts);

}  // namespace orochi
