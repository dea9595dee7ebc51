// The module _io: files. One file a class or two; this header has what they share.
//
// All classes begin with IoBase, so that any of them can be combined in one subclass. A class of ours that wraps
// another of ours (text over buffer over file) talks to it directly as long as it is exactly that class, and by
// method calls otherwise.
#pragma once

#include "memory/collector.hpp"
#include "modules/heap_type.hpp"
#include "modules/os_support.hpp"
#include "state/start_image.hpp"

#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace orochi {

inline constexpr Py_ssize_t kDefaultBufferSize = 8192;

struct IoBase {
    PyObject ob_base;
    Object* dict;
    Object* weakrefs;
};

struct IoState {
    Type* io_base;
    Type* raw_io_base;
    Type* buffered_io_base;
    Type* text_io_base;
    Type* file_io;
    Type* bytes_io;
    Type* string_io;
    Type* buffered_reader;
    Type* buffered_writer;
    Type* buffered_rwpair;
    Type* buffered_random;
    Type* newline_decoder;
    Type* text_io_wrapper;
    Object* unsupported_operation;
};
inline constexpr int kIoStateTypes = 13;
// The state of the interpreter's _io module; it lives as long as any of the classes does.
inline IoState& io_state(ThreadState& ts) {
    void*& state = ts.interpreter().parts[size_t(Part::kIo)];
    if (!state) [[unlikely]]
        start_image_load_member(ts.interpreter(), &state);
    return *static_cast<IoState*>(state);
}

Result<void> io_add_bases(ThreadState& ts, Object& module, IoState& state);
Result<void> io_add_file_io(ThreadState& ts, Object& module, IoState& state);
Result<void> io_add_bytes_io(ThreadState& ts, Object& module, IoState& state);
Result<void> io_add_string_io(ThreadState& ts, Object& module, IoState& state);
Result<void> io_add_buffered(ThreadState& ts, Object& module, IoState& state);
Result<void> io_add_buffered_pair(ThreadState& ts, Object& module, IoState& state);
Result<void> io_add_newline_decoder(ThreadState& ts, Object& module, IoState& state);
Result<void> io_add_text_wrapper(ThreadState& ts, Object& module, IoState& state);

// io.UnsupportedOperation.
[[gnu::cold]] Failure raise_unsupported(ThreadState& ts, const char* message);
// `self.closed`, with ValueError when it is true.
Result<void> io_check_closed(ThreadState& ts, Object& self);
// Whether the object says that it is closed.
Result<bool> io_is_closed(ThreadState& ts, Object& self);
// Raises when self.readable() etc. is not true.
Result<void> io_check_able(ThreadState& ts, Object& self, Object& method, const char* message);
// close() of an object that is dying: errors are dropped. `finalizing` becomes true when the class has it.
bool io_finalize_on_dealloc(ThreadState& ts, Object& self);
// ResourceWarning "unclosed file <...>".
void warn_unclosed(ThreadState& ts, Object& self);
// A size argument: None means -1.
Result<Py_ssize_t> optional_size(ThreadState& ts, Object* value);
// An offset for seek(): any integer; `position_type_name` errors as CPython words them.
Result<long long> file_offset(ThreadState& ts, Object& value);
// Calls flush() and close(), chains errors: the exception of the second has the first as its context.
Result<void> call_ignoring_result(ThreadState& ts, Object& object, Object& method);

// FileIO, for those who talk to it directly.
struct FileIo : IoBase {
    int fd;
    bool created, readable, writable, appending, closefd;
    bool finalizing;
    signed char seekable;  // -1: not known
    unsigned block_size;
};
inline bool is_plain_file(ThreadState& ts, Object* raw) { return raw && &type_of(*raw) == io_state(ts).file_io; }
// -2: would block. -1 is never returned: failures are.
inline constexpr Py_ssize_t kWouldBlock = -2;
Result<Py_ssize_t> file_read_into(ThreadState& ts, FileIo& file, char* data, Py_ssize_t size);
Result<Py_ssize_t> file_write_from(ThreadState& ts, FileIo& file, const char* data, Py_ssize_t size);
Result<long long> file_seek(ThreadState& ts, FileIo& file, long long offset, int whence);

// The parts of classes: dealloc and traverse from the list of members, as in heap_type.hpp, with `dict` and weak
// references. T::release() gives back what is not an object.
template <class T>
int io_traverse(Object* self, visitproc visit, void* argument) {
    VISIT(&type_of(*self));
    T& io = as<T>(*self);
    VISIT(io.dict);
    for (Object** member : io.members()) VISIT(*member);
    return 0;
}
template <class T>
int io_clear(Object* self) {
    T& io = as<T>(*self);
    for (Object** member : io.members()) clear(*member);
    clear(io.dict);
    return 0;
}
template <class T>
void io_dealloc(Object* self) {
    ThreadState& ts = current_thread();
    T& io = as<T>(*self);
    io.begin_finalizing();
    if (io_finalize_on_dealloc(ts, *self)) return;
    gc_untrack_if_tracked(*self);
    if (io.weakrefs) clear_weakrefs(ts, *self);
    io_clear<T>(self);
    io.release();
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

extern const PyMemberDef io_base_members[];

// Makes a class of the module and adds it.
template <class T>
Result<Type*> io_class(ThreadState& ts, Object& module, const char* name, Type* base,
                       std::initializer_list<PyType_Slot> slots) {
    PyType_Slot all[32] = {
        {Py_tp_dealloc, raw_pointer(io_dealloc<T>)},
        {Py_tp_traverse, raw_pointer(io_traverse<T>)},
        {Py_tp_clear, raw_pointer(io_clear<T>)},
    };
    size_t n = 3;
    for (const PyType_Slot& slot : slots) all[n++] = slot;
    all[n] = {0, nullptr};
    PyType_Spec spec = {name, int(sizeof(T)), 0, kBaseTypeFlags, all};
    Ref<Type> type = TRY(type_from_spec(ts, &module, spec, base ? obj(base) : nullptr));
    TRY(module_add(ts, module, std::strrchr(name, '.') + 1, obj(*type)));
    return std::move(type).release();
}

// A block of the interpreter's heap, made larger (null: made), so that it goes with the heap when that is given back
// whole. Null: out of memory.
inline void* io_grow(ThreadState& ts, void* block, size_t size) {
    return block ? Heap::of(block).reallocate(block, size) : ts.heap().allocate(size);
}

}  // namespace orochi
