// BufferedRWPair: a reader and a writer on two files that are one connection.
#include "modules/_io/io.hpp"
#include "objects/exceptions.hpp"

namespace orochi {

namespace {

struct Pair : IoBase {
    Object* reader;
    Object* writer;
    auto members() { return std::array{&reader, &writer}; }
    void begin_finalizing() {}
    void release() {}
};

Result<Ref<Object>> pair_new(ThreadState& ts, Type& type, Rest, Keywords) {
    return std::move(TRY(make_instance<Pair>(type))).cast<Object>();
}
Result<void> pair_init(ThreadState& ts, Pair& self, Object& reader, Object& writer, Py_ssize_t size) {
    TRY(io_check_able(ts, reader, "readable"_n, "File or stream is not readable."));
    TRY(io_check_able(ts, writer, "writable"_n, "File or stream is not writable."));
    Ref<Object> size_object = TRY(int_from(ts, size));
    assign(self.reader, TRY(call(ts, obj(*io_state(ts).buffered_reader), reader, *size_object)));
    auto made = call(ts, obj(*io_state(ts).buffered_writer), writer, *size_object);
    if (!made.ok()) {
        clear(self.reader);
        return failure;
    }
    assign(self.writer, std::move(made).take());
    return {};
}

// self.reader.name(*args) and the same for the writer.
Result<Ref<Object>> forward(ThreadState& ts, Object* target, Object& name, Rest arguments) {
    if (!target) return raise(ts, PyExc_ValueError, "I/O operation on uninitialized object");
    Ref<Object> method = TRY(getattr(ts, *target, name));
    return call_vector(ts, *method, arguments.items, size_t(arguments.count));
}
#define READER(NAME, TEXT)                                                         \
    Result<Ref<Object>> pair_##NAME(ThreadState& ts, Pair& self, Rest arguments) { \
        return forward(ts, self.reader, TEXT, arguments);                          \
    }
#define WRITER(NAME, TEXT)                                                         \
    Result<Ref<Object>> pair_##NAME(ThreadState& ts, Pair& self, Rest arguments) { \
        return forward(ts, self.writer, TEXT, arguments);                          \
    }
READER(read, "read"_n)
READER(peek, "peek"_n)
READER(read1, "read1"_n)
READER(readinto, "readinto"_n)
READER(readinto1, "readinto1"_n)
WRITER(write, "write"_n)
WRITER(flush, "flush"_n)
READER(readable, "readable"_n)
WRITER(writable, "writable"_n)

Result<Ref<Object>> pair_close(ThreadState& ts, Pair& self) {
    auto first = forward(ts, self.writer, "close"_n, {});
    if (first.ok()) return forward(ts, self.reader, "close"_n, {});
    PendingError error = error_fetch(ts);
    error_normalize(ts, error);
    if (!forward(ts, self.reader, "close"_n, {}).ok()) {
        Ref<Object> second = error_take(ts);
        exception_set_context(*second, OptRef<Object>(error.value.take()));
        return raise_instance(ts, *second);
    }
    error_restore(ts, std::move(error));
    return failure;
}
Result<Ref<Object>> pair_isatty(ThreadState& ts, Pair& self) {
    Ref<Object> answer = TRY(forward(ts, self.writer, "isatty"_n, {}));
    if (answer.get() != &bool_object(false)) return answer;
    return forward(ts, self.reader, "isatty"_n, {});
}
Result<Ref<Object>> get_closed(ThreadState& ts, Pair& self) {
    if (!self.writer) return raise(ts, PyExc_RuntimeError, "the BufferedRWPair object is being garbage-collected");
    return getattr(ts, *self.writer, "closed"_n);
}

const MethodDef pair_methods[] = {
    METHOD_PLAIN("read($self, /, *args)", pair_read, nullptr),
    METHOD_PLAIN("peek($self, /, *args)", pair_peek, nullptr),
    METHOD_PLAIN("read1($self, /, *args)", pair_read1, nullptr),
    METHOD_PLAIN("readinto($self, /, *args)", pair_readinto, nullptr),
    METHOD_PLAIN("readinto1($self, /, *args)", pair_readinto1, nullptr),
    METHOD_PLAIN("write($self, /, *args)", pair_write, nullptr),
    METHOD_PLAIN("flush($self, /, *args)", pair_flush, nullptr),
    METHOD_PLAIN("readable($self, /, *args)", pair_readable, nullptr),
    METHOD_PLAIN("writable($self, /, *args)", pair_writable, nullptr),
    METHOD_PLAIN("close($self, /)", pair_close, nullptr),
    METHOD_PLAIN("isatty($self, /)", pair_isatty, nullptr),
    METHOD_END,
};
const PyGetSetDef pair_getset[] = {GETTER("closed", get_closed, nullptr), GETSET_END};

}  // namespace

Result<void> io_add_buffered_pair(ThreadState& ts, Object& module, IoState& state) {
    state.buffered_rwpair = TRY(io_class<Pair>(
        ts, module, "_io.BufferedRWPair", state.buffered_io_base,
        {{Py_tp_doc, const_cast<char*>("BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\n"
                                       "A buffered reader and writer object together.")},
         {Py_tp_new, new_pointer(NEW_SLOT("BufferedRWPair($type, /, *args, **kwargs)", pair_new))},
         {Py_tp_init, init_pointer(NEW_SLOT("BufferedRWPair($self, reader, writer, buffer_size=8192, /)", pair_init))},
         {Py_tp_methods, methods_pointer(pair_methods)},
         {Py_tp_getset, GETSET_TABLE(pair_getset)}}));
    return {};
}

}  // namespace orochi
