// _pickle: serialising objects as CPython's native module does, byte for byte.
//
// Pickler writes with save.cpp and its neighbours (save_*.cpp), into an Output; Unpickler reads with load.cpp and
// load_*.cpp, from an Input. What both need from copyreg and _compat_pickle is in the module's state.
#pragma once

#include "modules/heap_type.hpp"
#include "modules/pickle/input.hpp"
#include "modules/pickle/memo.hpp"
#include "modules/pickle/opcodes.hpp"
#include "modules/pickle/output.hpp"

namespace orochi::pickle {

struct State {
    Object *pickle_error, *pickling_error, *unpickling_error;
    Type *pickler_type, *unpickler_type, *pickler_memo_type, *unpickler_memo_type;
    // copyreg and _compat_pickle: dicts, but for the two callables at the end.
    Object *dispatch_table, *extension_registry, *inverted_registry, *extension_cache;
    Object *name_mapping_2to3, *import_mapping_2to3, *name_mapping_3to2, *import_mapping_3to2;
    Object *codecs_encode, *partial;

    auto members() {
        return std::array{&pickle_error,
                          &pickling_error,
                          &unpickling_error,
                          &dispatch_table,
                          &extension_registry,
                          &inverted_registry,
                          &extension_cache,
                          &name_mapping_2to3,
                          &import_mapping_2to3,
                          &name_mapping_3to2,
                          &import_mapping_3to2,
                          &codecs_encode,
                          &partial};
    }
    auto types() { return std::array{&pickler_type, &unpickler_type, &pickler_memo_type, &unpickler_memo_type}; }
    // What the module refers to.
    template <class F>
    void each(F f) {
        for (Object** member : members()) f(*member);
        for (Type** member : types()) f(*member);
    }
};

// The state of the module that owns the type or one of its bases.
Result<State*> state_of_type(ThreadState& ts, Type& type);

// A method that a subclass or an assignment may provide: persistent_id, persistent_load. A bound method of the object
// itself is kept without the object, so that no cycle arises.
struct Hook {
    Object* function;
    bool bound_to_owner;

    bool given() const { return function; }
    Result<void> find(ThreadState& ts, Object& owner, Object& name);
    Result<Ref<Object>> call(ThreadState& ts, Object& owner, Object& argument) const;
    // The attribute's value. AttributeError(name) when there is none.
    Result<Ref<Object>> get(ThreadState& ts, Object& owner, const char* name) const;
    // TypeError when the value is not callable or is to be deleted.
    Result<void> set(ThreadState& ts, Object* value, const char* name);
};

struct Pickler {
    PyObject_HEAD
    Object *write, *dispatch_table, *reducer_override, *buffer_callback, *fast_memo;
    Hook persistent_id;
    int binary, fast, fast_nesting, protocol;
    bool fix_imports, initialized;
    Memo memo;
    Output output;
    auto members() {
        return std::array{&write,           &dispatch_table, &reducer_override,
                          &buffer_callback, &fast_memo,      &persistent_id.function};
    }
};

struct Unpickler {
    PyObject_HEAD
    Object* buffers;  // iterator, or null
    Hook persistent_load;
    Object *encoding, *errors;  // str
    int protocol;
    bool fix_imports, initialized;
    IndexedMemo memo;
    Input input;
    auto members() {
        return std::array{&buffers,    &persistent_load.function, &encoding,      &errors, &input.holder, &input.peek,
                          &input.read, &input.readline,           &input.readinto};
    }
};

// What dump() and load() do, once the object is set up. `self` is for hooks of subclasses.
Result<void> dump(ThreadState& ts, State& state, Pickler& self, Object& object);
Result<Ref<Object>> load(ThreadState& ts, State& state, Unpickler& self);

// Options, checked as both constructors and functions check them. Nothing may be set up before.
Result<void> pickler_set_protocol(ThreadState& ts, Pickler& self, Object* protocol, bool fix_imports,
                                  Object* buffer_callback);
Result<void> pickler_set_file(ThreadState& ts, Pickler& self, Object& file);
Result<void> unpickler_set_options(ThreadState& ts, Unpickler& self, bool fix_imports, Str& encoding, Str& errors,
                                   Object& buffers);
// Sets the types up and adds them to the module.
Result<void> add_pickler(ThreadState& ts, Object& module, State& state);
Result<void> add_unpickler(ThreadState& ts, Object& module, State& state);
// Fresh objects for the module's functions, without a memo yet.
Result<Ref<Pickler>> new_pickler(ThreadState& ts, State& state);
Result<Ref<Unpickler>> new_unpickler(ThreadState& ts, State& state);

// The parts of a dotted name. AttributeError for names inside functions. `owner` is for the message, null when unknown.
Result<Ref<List>> dotted_path(ThreadState& ts, Object& name, Object* owner);
// The attribute of an attribute of an object; `parent`, when given, gets the object that has it.
Result<OptRef<Object>> deep_attribute(ThreadState& ts, Object& owner, List& path, OptRef<Object>* parent);
// Unpickler.find_class() as it is built in.
Result<Ref<Object>> find_class(ThreadState& ts, State& state, Unpickler& self, Object& module_name, Object& name);

}  // namespace orochi::pickle
