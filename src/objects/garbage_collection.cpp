// A collection: what happens around finding the unreachable objects. The order of events is observable and
// documented with gc.callbacks, PEP 442 (finalizers) and in Modules/gc's manual page: weak references to
// trash are cleared and their callbacks run, then finalizers, then what was not resurrected is cleared.
#include <cstdio>
#include <ctime>

#include "memory/collector.hpp"
#include "objects/dict.hpp"
#include "objects/errors.hpp"
#include "objects/free_lists.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/weakref.hpp"
#include "state/thread_state.hpp"

namespace orochi {

namespace {

// gc.DEBUG_*
constexpr int kDebugStats = 1, kDebugCollectable = 2, kDebugUncollectable = 4, kDebugSaveAll = 32;

struct Trash {
    GcHeader list;
    Trash() { gc_list_init(list); }
};

double monotonic_seconds() {
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return double(now.tv_sec) + double(now.tv_nsec) * 1e-9;
}

// Dicts that hold nothing that could be part of a cycle. They are tracked again when they change.
void untrack_dicts(GcHeader& list) {
    GcHeader* next;
    for (GcHeader* h = list.next; h != &list; h = next) {
        next = h->next;
        Object& object = gc_object(*h);
        if (!PyDict_CheckExact(&object)) continue;
        Py_ssize_t position = 0;
        Object *key, *value;
        bool needed = false;
        while (!needed && dict_next(as<Dict>(object), position, &key, &value)) {
            needed = gc_may_be_tracked(*key) || gc_may_be_tracked(*value);
        }
        if (!needed) gc_untrack(object);
    }
}

// Objects with a C-level tp_del, whose order of destruction cannot be chosen for them.
void move_legacy_finalizers(GcHeader& unreachable, GcHeader& finalizers) {
    GcHeader* next;
    for (GcHeader* h = unreachable.next; h != &unreachable; h = next) {
        next = h->next;
        if (type_of(gc_object(*h)).tp_del) {
            h->prev_bits &= ~GcHeader::kCollecting;
            gc_list_move(finalizers, *h);
        }
    }
}

int move_if_collecting(Object* object, void* list) {
    if (is_immortal(*object) || !gc_is_container(*object) || !gc_is_collecting(*object)) return 0;
    GcHeader& header = gc_header(*object);
    header.prev_bits &= ~GcHeader::kCollecting;
    gc_list_move(*static_cast<GcHeader*>(list), header);
    return 0;
}

// And everything reachable from them.
void move_legacy_finalizer_reachable(GcHeader& finalizers) {
    for (GcHeader* h = finalizers.next; h != &finalizers; h = h->next) {
        Object& object = gc_object(*h);
        type_of(object).tp_traverse(&object, move_if_collecting, &finalizers);
    }
}

// Clears all weak references to trash, so that no callback or finalizer can get at it through one, then
// calls the callbacks of those that are not trash themselves.
void handle_weak_references(ThreadState& ts, GcHeader& unreachable, GcHeader& old) {
    Trash to_call;
    GcHeader* next;
    for (GcHeader* h = unreachable.next; h != &unreachable; h = next) {
        next = h->next;
        Object& object = gc_object(*h);
        if (PyWeakref_Check(&object)) {
            // A weak reference that is trash loses its target at once: its callback must not run, and the
            // target must not be resurrected through it.
            weakref_clear(ts, as<WeakReference>(object));
        }
        WeakReference** list = weakref_list(ts, object);
        if (!list) continue;
        while (WeakReference* reference = *list) {
            weakref_clear(ts, *reference);
            if (!reference->wr_callback || gc_is_collecting(reference->ob_base)) continue;
            incref(reference->ob_base);
            GcHeader& header = gc_header(reference->ob_base);
            gc_list_move(to_call.list, header);
        }
    }
    while (!gc_list_is_empty(to_call.list)) {
        GcHeader* h = to_call.list.next;
        Object& reference = gc_object(*h);
        Object& callback = *as<WeakReference>(reference).wr_callback;
        {
            Ref<Object> keep = Ref<Object>::share(callback);
            if (!call(ts, callback, reference).ok()) write_unraisable(ts, &callback);
        }
        decref(reference);
        if (to_call.list.next == h) gc_list_move(old, *h);  // still alive
    }
}

void finalize_garbage(GcHeader& collectable) {
    Trash seen;
    while (!gc_list_is_empty(collectable)) {
        GcHeader* h = collectable.next;
        Object& object = gc_object(*h);
        gc_list_move(seen.list, *h);
        if (!gc_is_finalized(object) && type_of(object).tp_finalize) {
            gc_set_finalized(object);
            incref(object);
            type_of(object).tp_finalize(&object);
            decref(object);
        }
    }
    gc_list_merge(seen.list, collectable);
}

// Finalizers may have made part of the set reachable again. What was not is left in `still_unreachable`.
void handle_resurrected(GcHeader& unreachable, GcHeader& still_unreachable, GcHeader& old) {
    gc_list_clear_collecting(unreachable);
    gc_find_unreachable(unreachable, still_unreachable);
    gc_list_merge(unreachable, old);
}

void append_garbage(ThreadState& ts, Object& object) {
    Collector& gc = ts.interpreter().collector;
    if (!gc.garbage) {
        auto list = list_new(ts, 0);
        if (!list.ok()) return error_clear(ts);
        gc.garbage = obj(std::move(list).release());
    }
    if (!list_append(ts, as<List>(*gc.garbage), object).ok()) error_clear(ts);
}

void delete_garbage(ThreadState& ts, GcHeader& collectable, GcHeader& old) {
    Collector& gc = ts.interpreter().collector;
    while (!gc_list_is_empty(collectable)) {
        GcHeader* h = collectable.next;
        Object& object = gc_object(*h);
        if (gc.debug & kDebugSaveAll) {
            append_garbage(ts, object);
        } else if (inquiry clear_slot = type_of(object).tp_clear) {
            incref(object);
            clear_slot(&object);
            if (error_pending(ts)) write_unraisable_message(ts, "in tp_clear of", obj(&type_of(object)));
            decref(object);
        }
        if (collectable.next == h) {
            // Still alive; what refers to it may go later.
            h->prev_bits &= ~GcHeader::kCollecting;
            gc_list_move(old, *h);
        }
    }
}

void debug_list(const GcHeader& list, const char* kind) {
    for (GcHeader* h = list.next; h != &list; h = h->next) {
        Object& object = gc_object(*h);
        std::fprintf(stderr, "gc: %s <%s %p>\n", kind, type_of(object).tp_name, static_cast<void*>(&object));
    }
}

void debug_generations(Collector& gc) {
    std::fprintf(stderr, "gc: objects in each generation:");
    for (GcGeneration& g : gc.generations) std::fprintf(stderr, " %zd", gc_list_size(g.head));
    std::fprintf(stderr, "\ngc: objects in permanent generation: %zd\n", gc_list_size(gc.permanent));
}

struct Counts {
    Py_ssize_t collected = 0, uncollectable = 0;
};

Counts collect(ThreadState& ts, int generation, bool silent) {
    Collector& gc = ts.interpreter().collector;
    double started = 0;
    if (gc.debug & kDebugStats) {
        std::fprintf(stderr, "gc: collecting generation %d...\n", generation);
        debug_generations(gc);
        started = monotonic_seconds();
    }
    if (generation < 2) ++gc.generations[generation + 1].count;
    for (int i = 0; i <= generation; ++i) gc.generations[i].count = 0;
    for (int i = 0; i < generation; ++i) gc_list_merge(gc.generations[i].head, gc.generations[generation].head);
    GcHeader& young = gc.generations[generation].head;
    GcHeader& old = gc.generations[generation < 2 ? generation + 1 : 2].head;

    Trash unreachable, finalizers, final_unreachable;
    gc_find_unreachable(young, unreachable.list);
    gc_untrack_tuples(young);
    if (generation < 2) {
        if (generation == 1) gc.long_lived_pending += gc_list_size(young);
        gc_list_merge(young, old);
    } else {
        untrack_dicts(young);
        gc.long_lived_pending = 0;
        gc.long_lived_total = gc_list_size(young);
    }

    move_legacy_finalizers(unreachable.list, finalizers.list);
    move_legacy_finalizer_reachable(finalizers.list);
    if (gc.debug & kDebugCollectable) debug_list(unreachable.list, "collectable");
    handle_weak_references(ts, unreachable.list, old);
    finalize_garbage(unreachable.list);
    handle_resurrected(unreachable.list, final_unreachable.list, old);

    Counts counts;
    counts.collected = gc_list_size(final_unreachable.list);
    delete_garbage(ts, final_unreachable.list, old);

    counts.uncollectable = gc_list_size(finalizers.list);
    if (gc.debug & kDebugUncollectable) debug_list(finalizers.list, "uncollectable");
    if (gc.debug & kDebugStats) {
        std::fprintf(stderr, "gc: done, %zd unreachable, %zd uncollectable, %.4fs elapsed\n",
                     counts.collected + counts.uncollectable, counts.uncollectable, monotonic_seconds() - started);
    }
    for (GcHeader* h = finalizers.list.next; h != &finalizers.list; h = h->next) {
        if ((gc.debug & kDebugSaveAll) || type_of(gc_object(*h)).tp_del) append_garbage(ts, gc_object(*h));
    }
    gc_list_merge(finalizers.list, old);

    if (generation == 2) free_lists_clear(ts);  // to give their pages back
    if (error_pending(ts)) {
        if (silent) {
            error_clear(ts);
        } else {
            auto where = str_from_ascii(ts, "garbage collection");
            write_unraisable(ts, obj(where.ok() ? std::move(where).release() : nullptr));
        }
    }
    GcGenerationStats& stats = gc.stats[generation];
    ++stats.collections;
    stats.collected += counts.collected;
    stats.uncollectable += counts.uncollectable;
    return counts;
}

Result<void> call_callbacks(ThreadState& ts, Str& phase, int generation, Counts counts) {
    Collector& gc = ts.interpreter().collector;
    if (!gc.callbacks || list_size(as<List>(*gc.callbacks)) == 0) return {};
    Ref<Dict> info = TRY(dict_new(ts));
    TRY(dict_set(ts, info, "generation"_n, TRY(int_from(ts, generation))));
    TRY(dict_set(ts, info, "collected"_n, TRY(int_from(ts, counts.collected))));
    TRY(dict_set(ts, info, "uncollectable"_n, TRY(int_from(ts, counts.uncollectable))));
    for (Py_ssize_t i = 0; i < list_size(as<List>(*gc.callbacks)); ++i) {
        Ref<Object> callback = Ref<Object>::share(list_item(as<List>(*gc.callbacks), i));
        if (!call(ts, callback, obj(phase), obj(*info)).ok()) write_unraisable(ts, callback.get());
    }
    return {};
}

Counts collect_with_callbacks(ThreadState& ts, int generation) {
    if (!call_callbacks(ts, "start"_s, generation, {}).ok()) write_unraisable(ts, nullptr);
    Counts counts = collect(ts, generation, false);
    if (!call_callbacks(ts, "stop"_s, generation, counts).ok()) write_unraisable(ts, nullptr);
    return counts;
}

}  // namespace

Py_ssize_t gc_collect(ThreadState& ts, int generation) {
    Collector& gc = ts.interpreter().collector;
    if (gc.collecting) return 0;
    gc.collecting = true;
    Counts counts;
    {
        ErrorKeeper keeper(ts);
        counts = collect_with_callbacks(ts, generation);
    }
    gc.collecting = false;
    return counts.collected + counts.uncollectable;
}

Py_ssize_t gc_collect_silently(ThreadState& ts) {
    Collector& gc = ts.interpreter().collector;
    if (gc.collecting) return 0;
    gc.collecting = true;
    Counts counts = collect(ts, 2, true);
    gc.collecting = false;
    return counts.collected + counts.uncollectable;
}

void gc_collect_if_due(ThreadState& ts) {
    ts.interpreter().eval_breaker.clear(EvalBreaker::kCollect);
    Collector& gc = ts.interpreter().collector;
    if (!gc.enabled || gc.collecting || !gc.generations[0].threshold ||
        gc.generations[0].count <= gc.generations[0].threshold) {
        return;
    }
    for (int i = 2; i >= 0; --i) {
        if (gc.generations[i].count <= gc.generations[i].threshold) continue;
        // A full collection costs as much as there are old objects, so it waits until a quarter as many came
        // new; this keeps the total cost linear.
        if (i == 2 && gc.long_lived_pending < gc.long_lived_total / 4) continue;
        (void)gc_collect(ts, i);
        return;
    }
}

void gc_shut_down(ThreadState& ts) {
    Collector& gc = ts.interpreter().collector;
    if (!(gc.debug & kDebugSaveAll) && gc.garbage && list_size(as<List>(*gc.garbage)) > 0) {
        const char* message =
            gc.debug & kDebugUncollectable
                ? "gc: %zd uncollectable objects at shutdown"
                : "gc: %zd uncollectable objects at shutdown; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) "
                  "to list them";
        auto text = str_format(ts, message, list_size(as<List>(*gc.garbage)));
        if (!text.ok()) {
            error_clear(ts);
        } else {
            Ref<Str> message_text = std::move(text).take();
            if (!warn_explicit(ts, *PyExc_ResourceWarning, obj(*message_text), "gc"_n, 0, nullptr, nullptr).ok()) {
                write_unraisable(ts, nullptr);
            }
        }
        if (gc.debug & kDebugUncollectable) {
            auto shown = repr(ts, *gc.garbage);
            auto utf8 = shown.ok() ? std::move(shown).take() : Ref<Str>::share("?"_s);
            auto view = str_utf8(ts, utf8);
            if (view.ok()) {
                std::string_view v = std::move(view).take();
                std::fprintf(stderr, "      %.*s\n", int(v.size()), v.data());
            }
            error_clear(ts);
        }
    }
    clear(gc.garbage);
    clear(gc.callbacks);
}

}  // namespace orochi
