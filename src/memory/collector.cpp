// Lists of objects, and finding those that only each other keep alive. What
// happens to them is in objects/garbage_collection.cpp.
//
// While a set is examined, the bits of `prev` hold the number of references to the object that are not yet
// explained, and the list is linked by `next` alone. A low bit in `next` marks objects that look unreachable
// so far; it goes before anybody else looks at the list.
#include "memory/collector.hpp"

#include "memory/result.hpp"

namespace orochi {

namespace {

constexpr int kCountShift = 2;
constexpr uintptr_t kUnreachable = 1;  // in `next`

Py_ssize_t references(const GcHeader& header) { return Py_ssize_t(header.prev_bits >> kCountShift); }
void set_references(GcHeader& header, Py_ssize_t count) {
    header.prev_bits = (header.prev_bits & 3) | (uintptr_t(count) << kCountShift);
}
uintptr_t next_bits(const GcHeader& header) { return reinterpret_cast<uintptr_t>(header.next); }
GcHeader* header_at(uintptr_t bits) { return reinterpret_cast<GcHeader*>(bits); }

bool in_collected_set(Object* object, GcHeader*& header) {
    // Immortal objects are shared between interpreters: their headers, if any, are not ours to look at.
    if (is_immortal(*object) || !gc_is_container(*object)) return false;
    header = &gc_header(*object);
    return header->prev_bits & GcHeader::kCollecting;
}

int explain_reference(Object* object, void*) {
    GcHeader* header;
    if (in_collected_set(object, header)) {
        ASSERT(references(*header) > 0);
        header->prev_bits -= uintptr_t{1} << kCountShift;
    }
    return 0;
}

// Called for what a reachable object refers to; `list` is where reachable objects wait to be looked at.
int mark_reachable(Object* object, void* list) {
    GcHeader* header;
    if (!in_collected_set(object, header)) return 0;
    if (next_bits(*header) & kUnreachable) {
        // It was put aside too early: back to the end of the list, to be looked at in turn.
        GcHeader* prev = header->prev();
        GcHeader* next = header_at(next_bits(*header) & ~kUnreachable);
        prev->next = header->next;  // keeps the mark, which all members of that list have
        next->set_prev(prev);
        gc_list_append(*static_cast<GcHeader*>(list), *header);
        set_references(*header, 1);
    } else if (references(*header) == 0) {
        set_references(*header, 1);
    }
    return 0;
}

}  // namespace

Collector::Collector() {
    constexpr int thresholds[] = {700, 10, 10};
    for (int i = 0; i < 3; ++i) {
        gc_list_init(generations[i].head);
        generations[i].threshold = thresholds[i];
    }
    gc_list_init(permanent);
}

void gc_list_init(GcHeader& list) {
    list.next = &list;
    list.prev_bits = reinterpret_cast<uintptr_t>(&list);
}

void gc_list_append(GcHeader& list, GcHeader& header) {
    GcHeader* last = list.prev();
    last->next = &header;
    header.set_prev(last);
    header.next = &list;
    list.set_prev(&header);
}

void gc_list_move(GcHeader& list, GcHeader& header) {
    GcHeader* prev = header.prev();
    prev->next = header.next;
    header.next->set_prev(prev);
    gc_list_append(list, header);
}

void gc_list_merge(GcHeader& from, GcHeader& to) {
    if (!gc_list_is_empty(from)) {
        GcHeader* last = to.prev();
        last->next = from.next;
        from.next->set_prev(last);
        from.prev()->next = &to;
        to.set_prev(from.prev());
    }
    gc_list_init(from);
}

Py_ssize_t gc_list_size(const GcHeader& list) {
    Py_ssize_t size = 0;
    for (const GcHeader* h = list.next; h != &list; h = h->next) ++size;
    return size;
}

void gc_list_clear_collecting(GcHeader& list) {
    for (GcHeader* h = list.next; h != &list; h = h->next) h->prev_bits &= ~GcHeader::kCollecting;
}

void gc_find_unreachable(GcHeader& base, GcHeader& unreachable) {
    for (GcHeader* h = base.next; h != &base; h = h->next) {
        h->prev_bits = (h->prev_bits & GcHeader::kFinalized) | GcHeader::kCollecting;
        set_references(*h, gc_object(*h).ob_refcnt);
    }
    for (GcHeader* h = base.next; h != &base; h = h->next) {
        Object& object = gc_object(*h);
        type_of(object).tp_traverse(&object, explain_reference, nullptr);
    }
    // Objects with references left are reachable from outside, and so is all that they refer to. Objects
    // without are put aside, and come back when a reachable object turns out to refer to them.
    GcHeader* prev = &base;
    GcHeader* h = base.next;
    while (h != &base) {
        if (references(*h)) {
            Object& object = gc_object(*h);
            type_of(object).tp_traverse(&object, mark_reachable, &base);
            h->set_prev(prev);  // looked at: the back link is put in place of the count
            h->prev_bits &= ~GcHeader::kCollecting;
            prev = h;
        } else {
            prev->next = h->next;
            GcHeader* last = unreachable.prev();
            last->next = header_at(reinterpret_cast<uintptr_t>(h) | kUnreachable);
            h->set_prev(last);
            h->next = header_at(reinterpret_cast<uintptr_t>(&unreachable) | kUnreachable);
            unreachable.set_prev(h);
        }
        h = prev->next;
    }
    base.set_prev(prev);
    unreachable.next = header_at(next_bits(unreachable) & ~kUnreachable);
    for (GcHeader* u = unreachable.next; u != &unreachable; u = u->next) {
        u->next = header_at(next_bits(*u) & ~kUnreachable);
    }
}

void gc_untrack_tuples(GcHeader& list) {
    GcHeader* next;
    for (GcHeader* h = list.next; h != &list; h = next) {
        next = h->next;
        Object& object = gc_object(*h);
        if (!PyTuple_CheckExact(&object)) continue;
        Tuple& tuple = as<Tuple>(object);
        bool needed = false;
        for (Py_ssize_t i = 0; i < tuple.ob_base.ob_size && !needed; ++i) {
            Object* item = tuple.ob_item[i];
            needed = !item || gc_may_be_tracked(*item);
        }
        if (!needed) gc_untrack(object);
    }
}

}  // namespace orochi
