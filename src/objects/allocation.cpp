// Memory for objects: the block with its headers, and taking deep chains apart.
#include "memory/collector.hpp"
#include "objects/instance_dict.hpp"
#include "objects/object.hpp"
#include "objects/type.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

namespace {

inline void init_header(Type& type, Object& object) {
    object.ob_refcnt = 1;
    object.ob_type = &type;
    if (is_heap_type(type)) incref(type);
}

inline void count_allocation(ThreadState& ts) {
    Collector& collector = ts.interpreter().collector;
    GcGeneration& young = collector.generations[0];
    if (++young.count > young.threshold && collector.enabled && young.threshold && !collector.collecting &&
        !error_pending(ts)) [[unlikely]]
        gc_collect_if_due(ts);
}

// Nothing counts as a recursion here, but this many nested deallocations put the rest aside.
constexpr int kTrashDepth = 50;

}  // namespace

namespace {

Object* object_in_block(ThreadState& ts, Type& type, void* block) {
    if (!block) [[unlikely]] {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    Object* object = static_cast<Object*>(block);
    init_header(type, *object);
    return object;
}

}  // namespace

Object* allocate_object(ThreadState& ts, Type& type, size_t bytes) {
    return object_in_block(ts, type, ts.heap().allocate(bytes));
}
Object* allocate_shareable_object(ThreadState& ts, Type& type, size_t bytes) {
    return object_in_block(ts, type, ts.heap().allocate_shareable(bytes));
}

Object* allocate_container(ThreadState& ts, Type& type, size_t bytes) {
    size_t prefix = prefix_size(type);
    if (prefix == 0) prefix = sizeof(GcHeader);  // an object of a type that is not a container, with a header
    count_allocation(ts);
    char* block = static_cast<char*>(ts.heap().allocate(prefix + bytes));
    if (!block) [[unlikely]] {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    Object* object = reinterpret_cast<Object*>(block + prefix);
    gc_header(*object) = GcHeader{nullptr, 0};
    init_header(type, *object);
    if (prefix > sizeof(GcHeader)) {
        instance_header(*object) = InstanceHeader{};
        if (!instance_attributes_init(ts, type, *object).ok()) [[unlikely]] {
            Heap::free(block);
            if (is_heap_type(type)) decref(type);
            return nullptr;
        }
    }
    return object;
}

void free_object(Object& object) { Heap::free(&object); }

void free_container(Object& object) {
    size_t prefix = prefix_size(type_of(object));
    if (prefix == 0) prefix = sizeof(GcHeader);
    if (gc_is_tracked(object)) gc_untrack(object);
    GcGeneration& young = current_thread().interpreter().collector.generations[0];
    if (young.count > 0) --young.count;
    Heap::free(reinterpret_cast<char*>(&object) - prefix);
}

Result<Ref<Object>> allocate_instance(ThreadState& ts, Type& type, Py_ssize_t item_count) {
    // One more item than asked for, as CPython gives: some types keep a sentinel there.
    size_t bytes = size_t(type.tp_basicsize);
    if (type.tp_itemsize) {
        size_t items;
        if (__builtin_mul_overflow(size_t(item_count) + 1, size_t(type.tp_itemsize), &items) ||
            __builtin_add_overflow(bytes, items, &bytes) || bytes > size_t(PY_SSIZE_T_MAX) - 64)
            return raise_no_memory(ts);
        bytes = (bytes + sizeof(void*) - 1) & ~(sizeof(void*) - 1);
    }
    bool container = type.tp_flags & Py_TPFLAGS_HAVE_GC;
    Object* object = container ? allocate_container(ts, type, bytes) : allocate_object(ts, type, bytes);
    if (!object) return failure;
    std::memset(reinterpret_cast<char*>(object) + sizeof(Object), 0, bytes - sizeof(Object));
    if (type.tp_itemsize) reinterpret_cast<VarObject*>(object)->ob_size = item_count;
    if (container) gc_track(ts, *object);
    return Ref<Object>::steal(object);
}

// A postponed object is untracked and dead; its collector header links it to the next.
void trashcan_deposit(ThreadState& ts, Object& object) {
    gc_header(object).set_prev(reinterpret_cast<GcHeader*>(ts.trash_delete_later));
    ts.trash_delete_later = &object;
}

void trashcan_destroy_chain(ThreadState& ts) {
    ++ts.trash_delete_nesting;
    while (Object* object = ts.trash_delete_later) {
        ts.trash_delete_later = reinterpret_cast<Object*>(gc_header(*object).prev());
        gc_header(*object).set_prev(nullptr);
        deallocate(*object);
    }
    --ts.trash_delete_nesting;
}

bool trashcan_enter(ThreadState& ts, Object& object) {
    if (ts.trash_delete_nesting >= kTrashDepth) {
        trashcan_deposit(ts, object);
        return false;
    }
    ++ts.trash_delete_nesting;
    return true;
}

bool trashcan_begin(ThreadState& ts, Object& object) {
    // The deallocator of a class has been here before it called the one of its base.
    if (type_of(object).tp_dealloc == subtype_dealloc_slot) {
        ++ts.trash_delete_nesting;
        return true;
    }
    return trashcan_enter(ts, object);
}

void trashcan_end(ThreadState& ts) {
    if (--ts.trash_delete_nesting <= 0 && ts.trash_delete_later) trashcan_destroy_chain(ts);
}

bool finalize_on_dealloc(ThreadState& ts, Object& object) {
    Type& type = type_of(object);
    destructor finalize = type.tp_finalize;
    if (!finalize) return false;
    bool container = type.tp_flags & Py_TPFLAGS_HAVE_GC;
    if (container && (gc_header(object).prev_bits & GcHeader::kFinalized)) return false;
    object.ob_refcnt = 1;  // alive again while the finaliser looks at it
    finalize(&object);
    if (container) gc_header(object).prev_bits |= GcHeader::kFinalized;
    if (--object.ob_refcnt == 0) return false;
    return true;
}

}  // namespace orochi
