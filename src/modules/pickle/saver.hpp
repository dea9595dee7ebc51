// One run of Pickler.dump(): everything that writing needs, so that no function has to be told again.
#pragma once

#include "modules/pickle/pickle.hpp"

namespace orochi::pickle {

class Saver {
public:
    Saver(ThreadState& ts, State& state, Pickler& self) : ts_(ts), state_(state), self_(self) {}
    // Writes one object. `persistent` is true for the id of a persistent object, which has none itself.
    Result<void> save(Object& object, bool persistent = false);

private:
    Result<void> save_object(Object& object, bool persistent);
    Result<bool> save_persistent(Object& object);  // whether the object is persistent

    // save_atoms.cpp
    Result<void> save_bool(bool value);
    Result<void> save_int(Int& value);
    Result<void> save_float(double value);
    Result<void> save_bytes(Bytes& value);
    Result<void> save_bytearray(ByteArray& value);
    Result<void> save_str(Str& value);
    Result<void> save_picklebuffer(Object& value);
    Result<void> save_bytes_data(Object& memoized, std::string_view data, Object* contents);
    Result<void> save_bytearray_data(Object& memoized, std::string_view data, Object* contents);

    // save_containers.cpp
    Result<void> save_tuple(Tuple& value);
    Result<void> save_list(Object& value);
    Result<void> save_dict(Object& value);
    Result<void> save_set(Object& value);
    Result<void> save_frozenset(Object& value);
    Result<void> save_list_items(List& list);
    Result<void> save_dict_items(Dict& dict);
    Result<void> save_items(Object& iterator);  // of a list-like object
    Result<void> save_pairs(Object& iterator);  // of a dict-like object
    Result<void> fast_enter(Object& object);
    void fast_leave(Object& object);

    // save_global.cpp
    Result<void> save_type(Object& type);
    Result<void> save_global(Object& object, Object* name);
    Result<Ref<Object>> module_name_of(Object& object, List& path);
    Result<bool> save_extension(Object& object, Object& module_name, Object& name);  // whether it is registered
    Result<void> save_name_line(Object& text, const char* what);
    Result<void> map_names(OptRef<Object>& module_name, OptRef<Object>& name);

    // save_reduce.cpp
    Result<void> save_by_reducing(Object& object);
    // `object` null: nothing is memoized.
    Result<void> save_reduced(Tuple& arguments, Object* object);
    Result<bool> save_newobj(Object& callable, Tuple& arguments,
                             Object* object);  // whether the callable is a __newobj__

    Result<void> put(unsigned char opcode) { return self_.output.put(ts_, opcode); }
    Result<void> put(std::string_view bytes) { return self_.output.put(ts_, bytes); }
    // An opcode and its argument, little-endian.
    template <class T>
    Result<void> put_with(unsigned char opcode, T argument) {
        char* at = TRY(self_.output.extend(ts_, 1 + sizeof argument));
        at[0] = char(opcode);
        memcpy(at + 1, &argument, sizeof argument);
        return {};
    }
    Result<void> put_block(std::string_view header, std::string_view data, Object* contents) {
        return self_.output.put_block(ts_, header, data, contents, self_.write);
    }
    Result<void> memoize(Object& object);
    Result<void> put_get(Py_ssize_t index);
    Failure pickling_error(const char* format, auto... arguments) {
        return raise(ts_, state_.pickling_error, format, arguments...);
    }

    ThreadState& ts_;
    State& state_;
    Pickler& self_;
};

}  // namespace orochi::pickle
