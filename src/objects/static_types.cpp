// The types that all interpreters share.
#include "memory/collector.hpp"
#include "objects/context.hpp"
#include "objects/dict.hpp"
#include "objects/tuple.hpp"
#include "objects/type_internal.hpp"
#include "objects/weakref.hpp"

extern "C" {
#define STATIC_TYPE(SYMBOL) extern PyTypeObject SYMBOL;
#include "objects/static_types.def"
#undef STATIC_TYPE
}

namespace orochi {

namespace {

constexpr Type* all_types[] = {
#define STATIC_TYPE(SYMBOL) &SYMBOL,
#include "objects/static_types.def"
#undef STATIC_TYPE
};
constexpr size_t kCount = std::size(all_types);
static_assert(kCount < kFirstHeapTypeVersion);

struct StaticTypeStates {
    StaticTypeState states[kCount];
};

// Makes an object and everything reachable from it immortal, and takes it out of the collector's sight.
int make_immortal(Object* object, void*) {
    if (!object || is_immortal(*object)) return 0;
    object->ob_refcnt = kImmortalCount;
    if (PyUnicode_Check(object) || PyLong_Check(object)) return 0;
    if (gc_is_container(*object)) {
        gc_untrack_if_tracked(*object);
        traverseproc traverse = type_of(*object).tp_traverse;
        if (traverse) traverse(object, &make_immortal, nullptr);
    }
    return 0;
}

void settle(Type& type) {
    for (Object* part : {type.tp_dict, type.tp_bases, type.tp_mro}) {
        if (!part) continue;
        // The empty tuple is immortal from the start; others need a visit even so, since they are.
        make_immortal(part, nullptr);
    }
}

}  // namespace

std::span<Type* const> static_types() { return all_types; }

Result<void> static_types_ready(ThreadState& ts) {
    for (Type* type : all_types) type->tp_cache = &none();
    for (Type* type : all_types) {
        TRY(type_ready(ts, *type));
        type->tp_flags |= Py_TPFLAGS_IMMUTABLETYPE;
    }
    TRY(context_types_ready(ts));
    uint32_t version = 0;
    for (Type* type : all_types) {
        type->tp_version_tag = ++version;
        type->tp_flags |= Py_TPFLAGS_VALID_VERSION_TAG;
        settle(*type);
    }
    return {};
}

StaticTypeState& static_type_state(ThreadState& ts, const Type& type) {
    Interpreter& interpreter = ts.interpreter();
    auto* states = part<StaticTypeStates>(interpreter, Part::kStaticTypes);
    if (!states) [[unlikely]] {
        states = static_cast<StaticTypeStates*>(ts.heap().allocate_zeroed(sizeof(StaticTypeStates)));
        if (!states) fatal_error("static_type_state", "out of memory");
        interpreter.parts[size_t(Part::kStaticTypes)] = states;
    }
    if (type.tp_version_tag) return states->states[type.tp_version_tag - 1];
    // Before versions are assigned, at start.
    for (size_t i = 0; i < kCount; ++i) {
        if (all_types[i] == &type) return states->states[i];
    }
    fatal_error("static_type_state", "not a static type");
}

void static_type_states_clear(ThreadState& ts) {
    Interpreter& interpreter = ts.interpreter();
    auto* states = part<StaticTypeStates>(interpreter, Part::kStaticTypes);
    if (!states) return;
    for (StaticTypeState& state : states->states) {
        clear(state.subclasses);
        while (state.weakrefs) weakref_clear(ts, reinterpret_cast<WeakReference&>(*state.weakrefs));
    }
    interpreter.parts[size_t(Part::kStaticTypes)] = nullptr;
    Heap::free(states);
}

}  // namespace orochi
