// gc: the collector's controls.
#include "memory/collector.hpp"
#include "modules/heap_type.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/tuple.hpp"
#include "state/start_image.hpp"

namespace orochi {

namespace {

Collector& collector(ThreadState& ts) { return ts.interpreter().collector; }

Result<void> check_generation(ThreadState& ts, Py_ssize_t generation) {
    if (generation >= 0 && generation <= 2) return {};
    return raise(ts, PyExc_ValueError, "invalid generation");
}

void gc_enable(ThreadState& ts) { collector(ts).enabled = true; }
void gc_disable(ThreadState& ts) { collector(ts).enabled = false; }
bool gc_isenabled(ThreadState& ts) { return collector(ts).enabled; }

Result<Py_ssize_t> gc_collect_function(ThreadState& ts, Object* generation) {
    int number = generation ? TRY(int_as_int(ts, *generation)) : 2;
    TRY(check_generation(ts, number));
    return gc_collect(ts, number);
}

Result<Ref<Object>> three(ThreadState& ts, int a, int b, int c) {
    Ref<Object> x = TRY(int_from(ts, a)), y = TRY(int_from(ts, b)), z = TRY(int_from(ts, c));
    return tuple_of(ts, *x, *y, *z);
}
Result<Ref<Object>> gc_get_count(ThreadState& ts) {
    GcGeneration* g = collector(ts).generations;
    return three(ts, g[0].count, g[1].count, g[2].count);
}
Result<Ref<Object>> gc_get_threshold(ThreadState& ts) {
    GcGeneration* g = collector(ts).generations;
    return three(ts, g[0].threshold, g[1].threshold, g[2].threshold);
}
Result<void> gc_set_threshold(ThreadState& ts, int first, Object* second, Object* third) {
    GcGeneration* g = collector(ts).generations;
    int one = second ? TRY(int_as_int(ts, *second)) : g[1].threshold;
    int two = third ? TRY(int_as_int(ts, *third)) : g[2].threshold;
    g[0].threshold = first;
    g[1].threshold = one;
    g[2].threshold = two;
    return {};
}
void gc_set_debug(ThreadState& ts, int flags) { collector(ts).debug = flags; }
int gc_get_debug(ThreadState& ts) { return collector(ts).debug; }

Result<void> append_objects(ThreadState& ts, List& list, GcHeader& head) {
    for (GcHeader* h = head.next; h != &head; h = h->next) {
        Object& object = gc_object(*h);
        if (&object == &obj(list)) continue;
        TRY(list_append(ts, list, object));
    }
    return {};
}

Result<Ref<Object>> gc_get_objects(ThreadState& ts, Object* generation) {
    TRY(audit(ts, "gc.get_objects", "n", Py_ssize_t(-1)));
    start_image_load_all(ts.interpreter());
    Collector& gc = collector(ts);
    // Appending may not start a collection, which would move objects between the lists being read.
    struct Pause {
        Collector& gc;
        bool collecting;
        explicit Pause(Collector& c) : gc(c), collecting(std::exchange(c.collecting, true)) {}
        ~Pause() { gc.collecting = collecting; }
    } pause(gc);
    Ref<List> list = TRY(list_new(ts, 0));
    if (generation && !is_none(generation)) {
        Py_ssize_t number = TRY(int_as_ssize(ts, *generation));
        if (number >= 3) {
            return raise(ts, PyExc_ValueError,
                         "generation parameter must be less than the number of available "
                         "generations (%i)",
                         3);
        }
        if (number < 0) return raise(ts, PyExc_ValueError, "generation parameter cannot be negative");
        TRY(append_objects(ts, list, gc.generations[number].head));
        return list;
    }
    for (GcGeneration& g : gc.generations) TRY(append_objects(ts, list, g.head));
    return list;
}

Result<Ref<Object>> gc_get_stats(ThreadState& ts) {
    Ref<List> list = TRY(list_new(ts, 0));
    for (const GcGenerationStats& stats : collector(ts).stats) {
        GcGenerationStats now = stats;
        Ref<Dict> entry = TRY(dict_new(ts));
        TRY(dict_set(ts, entry, "collections"_n, *TRY(int_from(ts, now.collections))));
        TRY(dict_set(ts, entry, "collected"_n, *TRY(int_from(ts, now.collected))));
        TRY(dict_set(ts, entry, "uncollectable"_n, *TRY(int_from(ts, now.uncollectable))));
        TRY(list_append(ts, list, obj(*entry)));
    }
    return list;
}

int is_one_of(Object* object, void* rest) {
    for (Object* wanted : *static_cast<Rest*>(rest)) {
        if (wanted == object) return 1;
    }
    return 0;
}
Result<Ref<Object>> gc_get_referrers(ThreadState& ts, Rest objects) {
    TRY(audit(ts, "gc.get_referrers", "n", objects.size()));
    start_image_load_all(ts.interpreter());
    Ref<List> list = TRY(list_new(ts, 0));
    for (GcGeneration& generation : collector(ts).generations) {
        for (GcHeader* h = generation.head.next; h != &generation.head; h = h->next) {
            Object& object = gc_object(*h);
            if (&object == &obj(*list)) continue;
            if (type_of(object).tp_traverse(&object, is_one_of, &objects)) TRY(list_append(ts, list, object));
        }
    }
    return list;
}

struct Collected {
    ThreadState& ts;
    List& list;
    bool failed = false;
};
int collect_referent(Object* object, void* arg) {
    Collected& collected = *static_cast<Collected*>(arg);
    collected.failed = !list_append(collected.ts, collected.list, *object).ok();
    return collected.failed;
}
Result<Ref<Object>> gc_get_referents(ThreadState& ts, Rest objects) {
    TRY(audit(ts, "gc.get_referents", "n", objects.size()));
    Ref<List> list = TRY(list_new(ts, 0));
    Collected collected{ts, *list};
    for (Object* object : objects) {
        if (!gc_is_container(*object)) continue;
        type_of(*object).tp_traverse(object, collect_referent, &collected);
        if (collected.failed) return failure;
    }
    return list;
}

bool gc_is_tracked_function(Object& object) { return gc_is_container(object) && gc_is_tracked(object); }
bool gc_is_finalized_function(Object& object) { return gc_is_container(object) && gc_is_finalized(object); }

void gc_freeze(ThreadState& ts) {
    Collector& gc = collector(ts);
    for (GcGeneration& g : gc.generations) {
        gc_list_merge(g.head, gc.permanent);
        g.count = 0;
    }
}
void gc_unfreeze(ThreadState& ts) { gc_list_merge(collector(ts).permanent, collector(ts).generations[2].head); }
Py_ssize_t gc_get_freeze_count(ThreadState& ts) { return gc_list_size(collector(ts).permanent); }

constexpr MethodDef functions[] = {
    METHOD("enable($module, /)", gc_enable, "Enable automatic garbage collection."),
    METHOD("disable($module, /)", gc_disable, "Disable automatic garbage collection."),
    METHOD("isenabled($module, /)", gc_isenabled, "Returns true if automatic garbage collection is enabled."),
    METHOD("set_debug($module, flags, /)", gc_set_debug,
           "Set the garbage collection debugging flags.\n\n  flags\n    An integer that can have the following bits "
           "turned on:\n      DEBUG_STATS - Print statistics during collection.\n      DEBUG_COLLECTABLE - Print "
           "collectable objects found.\n      DEBUG_UNCOLLECTABLE - Print unreachable but uncollectable objects\n     "
           "   found.\n      DEBUG_SAVEALL - Save objects to gc.garbage rather than freeing them.\n      DEBUG_LEAK - "
           "Debug leaking programs (everything but STATS).\n\nDebugging information is written to sys.stderr."),
    METHOD("get_debug($module, /)", gc_get_debug, "Get the garbage collection debugging flags."),
    METHOD("get_count($module, /)", gc_get_count, "Return a three-tuple of the current collection counts."),
    METHOD_PLAIN("set_threshold($module, $tuple, threshold0, threshold1=0, threshold2=0, /)", gc_set_threshold,
                 "set_threshold(threshold0, [threshold1, threshold2]) -> None\n\nSets the collection thresholds.  "
                 "Setting threshold0 to zero disables\ncollection.\n"),
    METHOD("get_threshold($module, /)", gc_get_threshold, "Return the current collection thresholds."),
    METHOD("collect($module, /, generation=2)", gc_collect_function,
           "Run the garbage collector.\n\nWith no arguments, run a full collection.  The optional argument\nmay be an "
           "integer specifying which generation to collect.  A ValueError\nis raised if the generation number is "
           "invalid.\n\nThe number of unreachable objects is returned."),
    METHOD("get_objects($module, /, generation=None)", gc_get_objects,
           "Return a list of objects tracked by the collector (excluding the list returned).\n\n  generation\n    "
           "Generation to extract the objects from.\n\nIf generation is not None, return only the objects tracked by "
           "the collector\nthat are in that generation."),
    METHOD("get_stats($module, /)", gc_get_stats,
           "Return a list of dictionaries containing per-generation statistics."),
    METHOD("is_tracked($module, obj, /)", gc_is_tracked_function,
           "Returns true if the object is tracked by the garbage collector.\n\nSimple atomic objects will return "
           "false."),
    METHOD_PLAIN("get_referrers($module, *objs)", gc_get_referrers,
                 "get_referrers(*objs) -> list\nReturn the list of objects that directly refer to any of objs."),
    METHOD_PLAIN("get_referents($module, *objs)", gc_get_referents,
                 "get_referents(*objs) -> list\nReturn the list of objects that are directly referred to by objs."),
    METHOD("is_finalized($module, obj, /)", gc_is_finalized_function,
           "Returns true if the object has been already finalized by the GC."),
    METHOD("freeze($module, /)", gc_freeze,
           "Freeze all current tracked objects and ignore them for future collections.\n\nThis can be used before a "
           "POSIX fork() call to make the gc copy-on-write friendly.\nNote: collection before a POSIX fork() call may "
           "free pages for future allocation\nwhich can cause copy-on-write."),
    METHOD("unfreeze($module, /)", gc_unfreeze,
           "Unfreeze all objects in the permanent generation.\n\nPut all objects in the permanent generation back "
           "into oldest generation."),
    METHOD("get_freeze_count($module, /)", gc_get_freeze_count,
           "Return the number of objects in the permanent generation."),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    Collector& gc = collector(ts);
    for (Object** list : {&gc.garbage, &gc.callbacks}) {
        if (!*list) *list = obj(std::move(TRY(list_new(ts, 0))).release());
    }
    TRY(module_add(ts, module, "garbage", *gc.garbage));
    TRY(module_add(ts, module, "callbacks", *gc.callbacks));
    TRY(module_add_int(ts, module, "DEBUG_STATS", 1));
    TRY(module_add_int(ts, module, "DEBUG_COLLECTABLE", 2));
    TRY(module_add_int(ts, module, "DEBUG_UNCOLLECTABLE", 4));
    TRY(module_add_int(ts, module, "DEBUG_SAVEALL", 32));
    return module_add_int(ts, module, "DEBUG_LEAK", 2 | 4 | 32);
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

PyModuleDef gc_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "gc",
    .m_doc =
        "This module provides access to the garbage collector for reference cycles.\n\n"
        "enable() -- Enable automatic garbage collection.\ndisable() -- Disable automatic garbage collection.\n"
        "isenabled() -- Returns true if automatic collection is enabled.\n"
        "collect() -- Do a full collection right now.\nget_count() -- Return the current collection counts.\n"
        "get_stats() -- Return list of dictionaries containing per-generation stats.\n"
        "set_debug() -- Set debugging flags.\nget_debug() -- Get debugging flags.\n"
        "set_threshold() -- Set the collection thresholds.\n"
        "get_threshold() -- Return the current the collection thresholds.\n"
        "get_objects() -- Return a list of all objects tracked by the collector.\n"
        "is_tracked() -- Returns true if a given object is tracked.\n"
        "is_finalized() -- Returns true if a given object has been already finalized.\n"
        "get_referrers() -- Return the list of objects that refer to an object.\n"
        "get_referents() -- Return the list of objects that an object refers to.\n"
        "freeze() -- Freeze all tracked objects and ignore them for future collections.\n"
        "unfreeze() -- Unfreeze all objects in the permanent generation.\n"
        "get_freeze_count() -- Return the number of objects in the permanent generation.\n",
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
};

}  // namespace orochi
