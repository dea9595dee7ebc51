// _abc: the fast half of abstract base classes (PEP 3119).
//
// Each abstract class keeps a record of what was registered with it and what issubclass() found: sets of weak
// references to classes, and a count of registrations at which negative results were valid.
#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/native.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "objects/type_internal.hpp"
#include "objects/weakref.hpp"

namespace orochi {

namespace {

struct AbcState {
    Object* data_type;
    unsigned long long registrations;  // how often register() was called in this interpreter

    template <class F>
    void each(F f) {
        f(data_type);
    }
};
AbcState& state_of(Object& module) { return *static_cast<AbcState*>(module_state(module)); }

struct AbcData {
    PyObject_HEAD
    Object* registry;  // sets of weak references, made when first needed
    Object* cache;
    Object* negative_cache;
    unsigned long long negative_version;
    auto members() { return std::array{&registry, &cache, &negative_cache}; }
};

Result<Ref<Object>> data_new(ThreadState& ts, Type& type, Object&, Object*) {
    return Result<Ref<Object>>::adopt(type.tp_alloc(&type, 0));
}

// The record of a class, which ABCMeta stores under _abc_impl.
Result<Ref<Object>> data_of(ThreadState& ts, Object& module, Object& cls) {
    Ref<Object> data = TRY(getattr(ts, cls, "_abc_impl"_n));
    if (obj(&type_of(*data)) != state_of(module).data_type)
        return raise(ts, PyExc_TypeError, "_abc_impl is set to a wrong type");
    return data;
}

Result<bool> weak_set_contains(ThreadState& ts, Object* set, Object& cls) {
    if (!set || set_size(as<Set>(*set)) == 0) return false;
    auto made = weakref_new(ts, cls);
    if (!made.ok()) {
        if (!error_matches(ts, PyExc_TypeError)) return failure;
        error_clear(ts);
        return false;
    }
    Ref<Object> reference = std::move(made).take();
    return set_contains(ts, as<Set>(*set), *reference);
}

// Takes a dead reference out of its set, which it holds weakly itself.
Object* forget(Object* set_reference, Object* dead) {
    ThreadState& ts = current_thread();
    Object* set = weakref_target(*set_reference);
    if (!set) return &none();
    Ref<Object> keep = Ref<Object>::share(*set);
    if (!set_discard(ts, as<Set>(*keep), *dead).ok()) return nullptr;
    return &none();
}
constexpr PyMethodDef forget_definition = {"_destroy", &forget, METH_O, nullptr};

Result<void> weak_set_add(ThreadState& ts, Object*& set, Object& cls) {
    if (!set) set = std::move(TRY(set_new(ts, nullptr))).release();
    Ref<Object> set_reference = TRY(weakref_new(ts, *set));
    Ref<Object> callback =
        TRY(native_function_new(ts, const_cast<PyMethodDef&>(forget_definition), set_reference.get(), nullptr));
    Ref<Object> reference = TRY(weakref_new(ts, cls, callback.get()));
    return set_add(ts, as<Set>(*set), *reference);
}

void weak_set_clear(ThreadState& ts, Object*& set) { clear(set); }

Result<void> abc_reset_registry(ThreadState& ts, Object& module, Object& cls) {
    Ref<Object> data = TRY(data_of(ts, module, cls));
    weak_set_clear(ts, as<AbcData>(*data).registry);
    return {};
}
Result<void> abc_reset_caches(ThreadState& ts, Object& module, Object& cls) {
    Ref<Object> data = TRY(data_of(ts, module, cls));
    weak_set_clear(ts, as<AbcData>(*data).cache);
    weak_set_clear(ts, as<AbcData>(*data).negative_cache);
    return {};
}
Result<Ref<Object>> abc_get_dump(ThreadState& ts, Object& module, Object& cls) {
    Ref<Object> data = TRY(data_of(ts, module, cls));
    AbcData& d = as<AbcData>(*data);
    Ref<Object> registry = TRY(set_new(ts, d.registry));
    Ref<Object> cache = TRY(set_new(ts, d.cache));
    Ref<Object> negative = TRY(set_new(ts, d.negative_cache));
    Ref<Object> version = TRY(int_from_unsigned(ts, d.negative_version));
    return tuple_of(ts, *registry, *cache, *negative, *version);
}

Result<bool> is_abstract(ThreadState& ts, Object& value) {
    OptRef<Object> flag = TRY(getattr_optional(ts, value, "__isabstractmethod__"_n));
    if (!flag) return false;
    return is_true(ts, *flag);
}

// Sets __abstractmethods__: what the namespace declares, and what the bases declare and the class still has so.
Result<void> compute_abstract_methods(ThreadState& ts, Object& cls) {
    Ref<Object> abstract = TRY(set_new(ts, nullptr));
    Ref<Object> name_space = TRY(getattr(ts, cls, "__dict__"_n));
    Ref<Object> items = TRY(mapping_items(ts, *name_space));
    for (Py_ssize_t i = 0; i < list_size(as<List>(*items)); ++i) {
        Ref<Object> item = TRY(sequence_fast(ts, list_item(as<List>(*items), i), "items() returned non-iterable"));
        std::span<Object* const> pair = sequence_fast_items(*item);
        if (pair.size() != 2) return raise(ts, PyExc_TypeError, "items() returned item which size is not 2");
        if (TRY(is_abstract(ts, *pair[1]))) TRY(set_add(ts, as<Set>(*abstract), *pair[0]));
    }
    Ref<Object> bases = TRY(getattr(ts, cls, "__bases__"_n));
    if (!PyTuple_Check(bases.get())) return raise(ts, PyExc_TypeError, "__bases__ is not tuple");
    for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(*bases)); ++i) {
        OptRef<Object> inherited = TRY(getattr_optional(ts, tuple_item(as<Tuple>(*bases), i), "__abstractmethods__"_n));
        if (!inherited) continue;
        Ref<Object> iterator = TRY(get_iter(ts, *inherited));
        while (OptRef<Object> name = TRY(iter_next(ts, *iterator))) {
            OptRef<Object> value = TRY(getattr_optional(ts, cls, *name));
            if (value && TRY(is_abstract(ts, *value))) TRY(set_add(ts, as<Set>(*abstract), *name));
        }
    }
    Ref<Object> frozen = TRY(frozenset_new(ts, abstract.get()));
    return setattr(ts, cls, "__abstractmethods__"_n, *frozen);
}

constexpr unsigned long kCollectionFlags = Py_TPFLAGS_SEQUENCE | Py_TPFLAGS_MAPPING;

Result<void> abc_init(ThreadState& ts, Object& module, Object& cls) {
    TRY(compute_abstract_methods(ts, cls));
    AbcState& state = state_of(module);
    Ref<Object> data = TRY(call(ts, *state.data_type));
    as<AbcData>(*data).negative_version = state.registrations;
    TRY(setattr(ts, cls, "_abc_impl"_n, *data));
    // Sequence and Mapping say through this attribute that their subclasses match sequence and mapping patterns.
    if (!PyType_Check(&cls)) return {};
    Type& type = as<Type>(cls);
    Object* given = TRY(dict_get(ts, as<Dict>(*type.tp_dict), "__abc_tpflags__"_n));
    if (!given || !PyLong_CheckExact(given)) return {};
    long flags = TRY(int_as_long(ts, *given));
    if ((flags & long(kCollectionFlags)) == long(kCollectionFlags))
        return raise(ts, PyExc_TypeError, "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
    if (!(type.tp_flags & Py_TPFLAGS_IMMUTABLETYPE))
        type.tp_flags = (type.tp_flags & ~kCollectionFlags) | (unsigned long)(flags & long(kCollectionFlags));
    return dict_delete(ts, as<Dict>(*type.tp_dict), "__abc_tpflags__"_n);
}

void set_collection_flags(ThreadState& ts, Type& type, unsigned long flag) {
    if (type.tp_flags & Py_TPFLAGS_IMMUTABLETYPE) return;
    if ((type.tp_flags & kCollectionFlags) == flag) return;
    type.tp_flags = (type.tp_flags & ~kCollectionFlags) | flag;
    auto list = type_subclass_list(ts, type);
    if (!list.ok()) return error_clear(ts);
    Ref<List> subclasses = std::move(list).take();
    for (Py_ssize_t i = 0; i < list_size(*subclasses); ++i)
        set_collection_flags(ts, as<Type>(list_item(*subclasses, i)), flag);
}

Result<Ref<Object>> abc_register(ThreadState& ts, Object& module, Object& cls, Object& subclass) {
    if (!PyType_Check(&subclass)) return raise(ts, PyExc_TypeError, "Can only register classes");
    if (TRY(issubclass(ts, subclass, cls))) return Ref<Object>::share(subclass);
    // The other way round would make a cycle, and issubclass() endless.
    if (TRY(issubclass(ts, cls, subclass)))
        return raise(ts, PyExc_RuntimeError, "Refusing to create an inheritance cycle");
    Ref<Object> data = TRY(data_of(ts, module, cls));
    TRY(weak_set_add(ts, as<AbcData>(*data).registry, subclass));
    ++state_of(module).registrations;
    if (PyType_Check(&cls)) {
        unsigned long flag = as<Type>(cls).tp_flags & kCollectionFlags;
        if (flag) set_collection_flags(ts, as<Type>(subclass), flag);
    }
    return Ref<Object>::share(subclass);
}

Result<Ref<Object>> abc_subclasscheck(ThreadState& ts, Object& module, Object& cls, Object& subclass);

Result<Ref<Object>> abc_instancecheck(ThreadState& ts, Object& module, Object& cls, Object& instance) {
    Ref<Object> data = TRY(data_of(ts, module, cls));
    Ref<Object> subclass = TRY(getattr(ts, instance, "__class__"_n));
    if (TRY(weak_set_contains(ts, as<AbcData>(*data).cache, *subclass))) return new_bool(true);
    Object& type = obj(type_of(instance));
    if (subclass.get() == &type) {
        AbcData& d = as<AbcData>(*data);
        if (d.negative_version == state_of(module).registrations &&
            TRY(weak_set_contains(ts, d.negative_cache, *subclass)))
            return new_bool(false);
        return call_method(ts, cls, "__subclasscheck__"_n, *subclass);
    }
    Ref<Object> result = TRY(call_method(ts, cls, "__subclasscheck__"_n, *subclass));
    if (TRY(is_true(ts, *result))) return result;
    return call_method(ts, cls, "__subclasscheck__"_n, type);
}

// A registered class whose subclass this is; references that died are passed over.
Result<bool> in_registry(ThreadState& ts, Object* registry, Object& subclass) {
    if (!registry) return false;
    Ref<List> references = TRY(sequence_list(ts, *registry));
    for (Py_ssize_t i = 0; i < list_size(*references); ++i) {
        Object* candidate = weakref_target(list_item(*references, i));
        if (!candidate) continue;
        Ref<Object> keep = Ref<Object>::share(*candidate);
        if (TRY(issubclass(ts, subclass, *keep))) return true;
    }
    return false;
}

Result<Ref<Object>> abc_subclasscheck(ThreadState& ts, Object& module, Object& cls, Object& subclass) {
    if (!PyType_Check(&subclass)) return raise(ts, PyExc_TypeError, "issubclass() arg 1 must be a class");
    Ref<Object> data = TRY(data_of(ts, module, cls));
    AbcData& d = as<AbcData>(*data);
    AbcState& state = state_of(module);
    auto known = [&](bool answer) -> Result<Ref<Object>> {
        TRY(weak_set_add(ts, answer ? d.cache : d.negative_cache, subclass));
        return new_bool(answer);
    };
    if (TRY(weak_set_contains(ts, d.cache, subclass))) return new_bool(true);
    if (d.negative_version < state.registrations) {
        // A registration since then may have changed the answers.
        clear(d.negative_cache);
        d.negative_version = state.registrations;
    } else if (TRY(weak_set_contains(ts, d.negative_cache, subclass))) {
        return new_bool(false);
    }
    Ref<Object> hook = TRY(call_method(ts, cls, "__subclasshook__"_n, subclass));
    if (hook.get() == &bool_object(true)) return known(true);
    if (hook.get() == &bool_object(false)) return known(false);
    if (hook.get() != &not_implemented())
        return raise(ts, PyExc_AssertionError, "__subclasshook__ must return either False, True, or NotImplemented");
    if (PyType_Check(&cls) && type_is_subtype(as<Type>(subclass), as<Type>(cls))) return known(true);
    if (TRY(in_registry(ts, d.registry, subclass))) return known(true);
    Ref<Object> subclasses = TRY(call_method(ts, cls, "__subclasses__"_n));
    if (!PyList_Check(subclasses.get())) return raise(ts, PyExc_TypeError, "__subclasses__() must return a list");
    for (Py_ssize_t i = 0; i < list_size(as<List>(*subclasses)); ++i) {
        Ref<Object> candidate = Ref<Object>::share(list_item(as<List>(*subclasses), i));
        if (TRY(issubclass(ts, subclass, *candidate))) return known(true);
    }
    return known(false);
}

Result<Ref<Object>> abc_get_cache_token(ThreadState& ts, Object& module) {
    return int_from_unsigned(ts, state_of(module).registrations);
}

constexpr MethodDef functions[] = {
    METHOD("get_cache_token($module, /)", abc_get_cache_token,
           "Returns the current ABC cache token.\n\nThe token is an opaque object (supporting equality testing) "
           "identifying the\ncurrent version of the ABC cache for virtual subclasses. The token changes\nwith every "
           "call to register() on any ABC."),
    METHOD("_abc_init($module, self, /)", abc_init,
           "Internal ABC helper for class set-up. Should be never used outside abc module."),
    METHOD("_reset_registry($module, self, /)", abc_reset_registry,
           "Internal ABC helper to reset registry of a given class.\n\nShould be only used by refleak.py"),
    METHOD("_reset_caches($module, self, /)", abc_reset_caches,
           "Internal ABC helper to reset both caches of a given class.\n\nShould be only used by refleak.py"),
    METHOD("_get_dump($module, self, /)", abc_get_dump,
           "Internal ABC helper for cache and registry debugging.\n\nReturn shallow copies of registry, of both "
           "caches, and\nnegative cache version. Don't call this function directly,\ninstead use "
           "ABC._dump_registry() for a nice repr."),
    METHOD("_abc_register($module, self, subclass, /)", abc_register,
           "Internal ABC helper for subclasss registration. Should be never used outside abc module."),
    METHOD("_abc_instancecheck($module, self, instance, /)", abc_instancecheck,
           "Internal ABC helper for instance checks. Should be never used outside abc module."),
    METHOD("_abc_subclasscheck($module, self, subclass, /)", abc_subclasscheck,
           "Internal ABC helper for subclasss checks. Should be never used outside abc module."),
    METHOD_END};

Result<void> execute(ThreadState& ts, Object& module) {
    Ref<Type> type = TRY(make_type<AbcData>(ts, module, "_abc._abc_data", Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                                            {{Py_tp_new, slot_pointer<newfunc, data_new>()}}));
    state_of(module).data_type = obj(std::move(type).release());
    return {};
}
PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)}, {0, nullptr}};

}  // namespace

PyModuleDef abc_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_abc",
    .m_doc = "Module contains faster C implementation of abc.ABCMeta",
    .m_size = sizeof(AbcState),
    .m_methods = METHOD_TABLE(functions),
    .m_slots = slots,
    .m_traverse = ModuleReferences<AbcState>::traverse,
    .m_clear = ModuleReferences<AbcState>::clear,
    .m_free = ModuleReferences<AbcState>::free,
};

}  // namespace orochi
