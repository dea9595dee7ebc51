// One run of Unpickler.load(): the stack machine. Every instruction checks what it finds, since pickles come from
// anywhere.
#pragma once

#include "modules/pickle/pickle.hpp"

namespace orochi::pickle {

// The machine's stack. Below the last mark nothing may be popped.
class Stack {
public:
    Stack(ThreadState& ts, State& state) : ts_(ts), state_(state) {}
    ~Stack();
    Stack(const Stack&) = delete;

    size_t size() const { return size_; }
    Object& operator[](size_t i) const { return *items_[i]; }
    Result<void> push(Ref<Object>&& item);
    Result<Ref<Object>> pop();
    // The topmost item, borrowed.
    Result<Object*> top();
    Result<void> mark();
    // Removes the last mark and says where it was.
    Result<size_t> pop_mark();
    bool has_mark() const { return mark_count_; }
    // Everything from `start` on, in order.
    Result<Ref<Tuple>> take_tuple(size_t start);
    Result<Ref<List>> take_list(size_t start);
    void drop(size_t start);
    Failure underflow();
    size_t fence() const { return fence_; }

private:
    ThreadState& ts_;
    State& state_;
    Object** items_ = nullptr;
    size_t size_ = 0, capacity_ = 0;
    size_t* marks_ = nullptr;
    size_t mark_count_ = 0, mark_capacity_ = 0;
    size_t fence_ = 0;
};

class Loader {
public:
    Loader(ThreadState& ts, State& state, Unpickler& self) : ts_(ts), state_(state), self_(self), stack_(ts, state) {}
    Result<Ref<Object>> run();

private:
    Result<void> step(unsigned char opcode);

    // load_atoms.cpp
    Result<void> load_int();
    Result<void> load_long();
    Result<void> load_counted_long(size_t width);
    Result<void> load_float();
    Result<void> load_bin_float();
    Result<void> load_string();
    Result<void> load_counted_string(size_t width);
    Result<void> load_counted_bytes(size_t width);
    Result<void> load_counted_bytearray();
    Result<void> load_unicode();
    Result<void> load_counted_unicode(size_t width);
    Result<void> load_next_buffer();
    Result<void> load_readonly_buffer();

    // load_containers.cpp
    Result<void> load_tuple(size_t count);
    Result<void> load_marked_tuple();
    Result<void> load_list();
    Result<void> load_dict();
    Result<void> load_frozenset();
    Result<void> load_appends(size_t start);
    Result<void> load_set_items(size_t start);
    Result<void> load_add_items();
    Result<void> load_pop();
    Result<void> load_pop_mark();
    Result<void> load_dup();
    Result<void> load_get();
    Result<void> get(unsigned long long index);
    Result<void> load_put();
    Result<void> put(unsigned long long index);

    // load_objects.cpp
    Result<void> load_global();
    Result<void> load_stack_global();
    Result<void> load_extension(size_t width);
    Result<void> load_persistent();
    Result<void> load_bin_persistent();
    Result<void> persistent(Object& id);
    Result<void> load_reduce();
    Result<void> load_newobj(bool keywords);
    Result<void> load_obj();
    Result<void> load_inst();
    Result<void> load_build();
    Result<Ref<Object>> find(Object& module_name, Object& name);
    Result<Ref<Object>> instantiate(Object& cls, Tuple& arguments);
    Result<void> set_attributes(Object& instance, Object& state, Object& slots);

    Result<void> load_proto();
    Result<void> load_frame();

    Result<const char*> take(size_t count) { return self_.input.take(ts_, count, state_.unpickling_error); }
    Result<std::string_view> take_line() { return self_.input.take_line(ts_, state_.unpickling_error); }
    // An unsigned number of so many bytes, little-endian.
    Result<uint64_t> take_number(size_t width);
    // The same as the size of what follows. `what` is for the OverflowError.
    Result<size_t> take_size(size_t width, const char* what);
    // A line without its end, which must not be empty.
    Result<std::string_view> take_argument();
    Failure unpickling_error(const char* format, auto... arguments) {
        return raise(ts_, state_.unpickling_error, format, arguments...);
    }
    Failure truncated() { return unpickling_error("pickle data was truncated"); }

    ThreadState& ts_;
    State& state_;
    Unpickler& self_;
    Stack stack_;
};

}  // namespace orochi::pickle
