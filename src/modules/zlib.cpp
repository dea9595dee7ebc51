// The module zlib, around the system's libz.
#include <zlib.h>

#include <cstdlib>

#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"

namespace orochi {

extern PyModuleDef zlib_module;

namespace zlib_parts {

namespace {

constexpr int kMemLevel = 8;
constexpr size_t kLargest = UINT_MAX;  // what zlib takes at a time

struct State {
    Type* compress;
    Type* decompress;
    Object* error;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(compress);
        f(decompress);
        f(error);
    }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }
State& state_of_type(Type& type) { return state_of(*type_module(type)); }

Failure raise_error(ThreadState& ts, State& state, const z_stream& stream, int code, const char* what) {
    const char* message = stream.msg;
    // zlib's messages are unreliable after these.
    if (code == Z_VERSION_ERROR) message = "library version mismatch";
    if (!message && code == Z_BUF_ERROR) message = "incomplete or truncated stream";
    if (!message && code == Z_STREAM_ERROR) message = "inconsistent stream state";
    if (!message && code == Z_DATA_ERROR) message = "invalid input data";
    if (message) return raise(ts, state.error, "Error %d %s: %.200s", code, what, message);
    return raise(ts, state.error, "Error %d %s", code, what);
}

// Output that grows by doubling, up to a limit.
class Output {
public:
    ~Output() { std::free(data_); }
    // Makes room and points the stream at it. False: out of memory, or the limit is reached.
    bool offer(z_stream& stream, size_t first, size_t limit = SIZE_MAX) {
        take(stream);
        if (size_ >= limit) return false;
        if (size_ == capacity_) {
            size_t wanted = capacity_ ? capacity_ * 2 : first;
            if (wanted > limit) wanted = limit;
            void* block = std::realloc(data_, wanted);
            if (!block) return false;
            data_ = static_cast<unsigned char*>(block);
            capacity_ = wanted;
        }
        size_t room = capacity_ - size_ < kLargest ? capacity_ - size_ : kLargest;
        offered_ = room;
        stream.next_out = data_ + size_;
        stream.avail_out = uInt(room);
        return true;
    }
    // Counts what the stream has written since.
    void take(z_stream& stream) {
        size_ += offered_ - (offered_ ? stream.avail_out : 0);
        offered_ = 0;
    }
    size_t size() const { return size_; }
    Result<Ref<Bytes>> bytes(ThreadState& ts) const { return bytes_from(ts, {reinterpret_cast<char*>(data_), size_}); }

private:
    unsigned char* data_ = nullptr;
    size_t size_ = 0, capacity_ = 0, offered_ = 0;
};

// Gives the stream the next piece of the input.
void feed(z_stream& stream, const unsigned char*& data, size_t& size) {
    size_t piece = size < kLargest ? size : kLargest;
    stream.next_in = const_cast<Bytef*>(data);
    stream.avail_in = uInt(piece);
    data += piece;
    size -= piece;
}

// ---- One call for everything ----

Result<Ref<Object>> compress(ThreadState& ts, Object& module, BufferView& data, int level, int wbits) {
    z_stream stream = {};
    int code = deflateInit2(&stream, level, Z_DEFLATED, wbits, kMemLevel, Z_DEFAULT_STRATEGY);
    if (code == Z_MEM_ERROR) return raise(ts, PyExc_MemoryError, "Out of memory while compressing data");
    if (code == Z_STREAM_ERROR) return raise(ts, state_of(module).error, "Bad compression level");
    if (code != Z_OK) return raise_error(ts, state_of(module), stream, code, "while compressing data");
    Output output;
    const unsigned char* in = data.data();
    size_t left = size_t(data.size());
    bool memory = true;
    {
        Unlocked unlocked(ts);
        do {
            feed(stream, in, left);
            int flush = left ? Z_NO_FLUSH : Z_FINISH;
            do {
                if (!(memory = output.offer(stream, size_t(data.size()) / 4 + 256))) break;
                code = deflate(&stream, flush);
            } while (stream.avail_out == 0 && code != Z_STREAM_END);
        } while (memory && left);
        output.take(stream);
        deflateEnd(&stream);
    }
    if (!memory) return raise_no_memory(ts);
    if (code != Z_STREAM_END) return raise_error(ts, state_of(module), stream, code, "while compressing data");
    return output.bytes(ts);
}

Result<Ref<Object>> decompress(ThreadState& ts, Object& module, BufferView& data, int wbits, Py_ssize_t bufsize) {
    if (bufsize < 0) return raise(ts, PyExc_ValueError, "bufsize must be non-negative");
    if (bufsize == 0) bufsize = 1;
    z_stream stream = {};
    int code = inflateInit2(&stream, wbits);
    if (code == Z_MEM_ERROR) return raise(ts, PyExc_MemoryError, "Out of memory while decompressing data");
    if (code != Z_OK) {
        auto result = raise_error(ts, state_of(module), stream, code, "while preparing to decompress data");
        inflateEnd(&stream);
        return result;
    }
    Output output;
    const unsigned char* in = data.data();
    size_t left = size_t(data.size());
    bool memory = true;
    {
        Unlocked unlocked(ts);
        do {
            feed(stream, in, left);
            do {
                if (!(memory = output.offer(stream, size_t(bufsize)))) break;
                code = inflate(&stream, left ? Z_SYNC_FLUSH : Z_FINISH);
            } while (stream.avail_out == 0 && (code == Z_OK || code == Z_BUF_ERROR));
        } while (memory && left && code != Z_STREAM_END && (code == Z_OK || code == Z_BUF_ERROR));
        output.take(stream);
    }
    Result<void> checked;
    if (!memory || code == Z_MEM_ERROR) {
        checked = raise_no_memory(ts);
    } else if (code != Z_STREAM_END) {
        if (code == Z_OK || (code == Z_BUF_ERROR && !stream.msg)) code = Z_BUF_ERROR;
        checked = raise_error(ts, state_of(module), stream, code, "while decompressing data");
    }
    inflateEnd(&stream);
    TRY(std::move(checked));
    return output.bytes(ts);
}

template <auto F>
Result<Ref<Object>> checksum(ThreadState& ts, Object&, BufferView& data, unsigned value) {
    unsigned long sum = value;
    auto run = [&] {
        const unsigned char* p = data.data();
        size_t left = size_t(data.size());
        while (left) {
            size_t piece = left < kLargest ? left : kLargest;
            sum = F(sum, p, uInt(piece));
            p += piece;
            left -= piece;
        }
    };
    if (data.size() > 1024 * 5) {
        Unlocked unlocked(ts);
        run();
    } else {
        run();
    }
    return int_from_unsigned(ts, sum & 0xffffffffu);
}

// ---- Streams ----

struct Stream {
    PyObject_HEAD
    z_stream z;
    Object* unused_data;      // decompression: what follows the end of the stream
    Object* unconsumed_tail;  // decompression: input that the limit on the output left over
    Object* dictionary;
    bool ready;
    bool eof;
    bool inflating;
};

void stream_dealloc(Object* self) {
    Stream& s = as<Stream>(*self);
    if (s.ready) s.inflating ? inflateEnd(&s.z) : deflateEnd(&s.z);
    decref_optional(s.unused_data);
    decref_optional(s.unconsumed_tail);
    decref_optional(s.dictionary);
    Type& type = type_of(*self);
    free_object(*self);
    decref(type);
}
Result<Ref<Stream>> stream_new(ThreadState& ts, Type& type, bool inflating) {
    Ref<Stream> self = TRY(new_object<Stream>(ts, type));
    self->z = {};
    self->unused_data = obj(&empty_bytes());
    self->unconsumed_tail = obj(&empty_bytes());
    self->dictionary = nullptr;
    self->ready = self->eof = false;
    self->inflating = inflating;
    return self;
}
State& state_of(Stream& s) { return state_of_type(type_of(reinterpret_cast<Object&>(s))); }

Result<Ref<Object>> compressobj(ThreadState& ts, Object& module, int level, int method, int wbits, int mem_level,
                                int strategy, BufferView& dictionary) {
    Ref<Stream> self = TRY(stream_new(ts, *state_of(module).compress, false));
    int code = deflateInit2(&self->z, level, method, wbits, mem_level, strategy);
    if (code == Z_MEM_ERROR) return raise(ts, PyExc_MemoryError, "Can't allocate memory for compression object");
    if (code == Z_STREAM_ERROR) return raise(ts, PyExc_ValueError, "Invalid initialization option");
    if (code != Z_OK) return raise_error(ts, state_of(module), self->z, code, "while creating compression object");
    self->ready = true;
    if (dictionary.given()) {
        code = deflateSetDictionary(&self->z, dictionary.data(), uInt(dictionary.size()));
        if (code == Z_STREAM_ERROR) return raise(ts, PyExc_ValueError, "Invalid dictionary");
        if (code != Z_OK) return raise(ts, PyExc_ValueError, "deflateSetDictionary()");
    }
    return self;
}

Result<Ref<Object>> compress_compress(ThreadState& ts, Stream& self, BufferView& data) {
    Output output;
    const unsigned char* in = data.data();
    size_t left = size_t(data.size());
    do {
        feed(self.z, in, left);
        do {
            if (!output.offer(self.z, 16384)) return raise_no_memory(ts);
            int code = deflate(&self.z, Z_NO_FLUSH);
            if (code == Z_STREAM_ERROR) return raise_error(ts, state_of(self), self.z, code, "while compressing data");
        } while (self.z.avail_out == 0);
    } while (left);
    output.take(self.z);
    return output.bytes(ts);
}
Result<Ref<Object>> compress_flush(ThreadState& ts, Stream& self, int mode) {
    if (mode == Z_NO_FLUSH) return Ref<Object>::share(obj(empty_bytes()));
    Output output;
    self.z.avail_in = 0;
    int code;
    do {
        if (!output.offer(self.z, 16384)) return raise_no_memory(ts);
        code = deflate(&self.z, mode);
        if (code == Z_STREAM_ERROR) return raise_error(ts, state_of(self), self.z, code, "while flushing");
    } while (self.z.avail_out == 0);
    output.take(self.z);
    if (code == Z_STREAM_END && mode == Z_FINISH) {
        if (self.ready) deflateEnd(&self.z);
        self.ready = false;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return raise_error(ts, state_of(self), self.z, code, "while flushing");
    }
    return output.bytes(ts);
}

Result<Ref<Object>> stream_copy(ThreadState& ts, Stream& self) {
    Ref<Stream> copy = TRY(stream_new(ts, type_of(reinterpret_cast<Object&>(self)), self.inflating));
    int code = !self.ready      ? Z_STREAM_ERROR
               : self.inflating ? inflateCopy(&copy->z, &self.z)
                                : deflateCopy(&copy->z, &self.z);
    if (code == Z_STREAM_ERROR) return raise(ts, PyExc_ValueError, "Inconsistent stream state");
    if (code == Z_MEM_ERROR)
        return raise(ts, PyExc_MemoryError,
                     self.inflating ? "Can't allocate memory for decompression object"
                                    : "Can't allocate memory for compression object");
    if (code != Z_OK) return raise_error(ts, state_of(self), self.z, code, "while copying object");
    assign(copy->unused_data, Ref<Object>::share(*self.unused_data));
    assign(copy->unconsumed_tail, Ref<Object>::share(*self.unconsumed_tail));
    copy->dictionary = new_reference_optional(self.dictionary);
    copy->eof = self.eof;
    copy->ready = true;
    return copy;
}
Result<Ref<Object>> stream_deepcopy(ThreadState& ts, Stream& self, Object&) { return stream_copy(ts, self); }

Result<void> set_inflate_dictionary(ThreadState& ts, Stream& self) {
    Py_buffer view;
    TRY(get_buffer(ts, *self.dictionary, view, PyBUF_SIMPLE));
    int code = inflateSetDictionary(&self.z, static_cast<Bytef*>(view.buf), uInt(view.len));
    release_buffer(view);
    if (code != Z_OK) return raise_error(ts, state_of(self), self.z, code, "while setting zdict");
    return {};
}

Result<Ref<Object>> decompressobj(ThreadState& ts, Object& module, int wbits, Object* dictionary) {
    if (dictionary && !has_buffer(*dictionary))
        return raise(ts, PyExc_TypeError, "zdict argument must support the buffer protocol");
    Ref<Stream> self = TRY(stream_new(ts, *state_of(module).decompress, true));
    self->dictionary = new_reference_optional(dictionary);
    int code = inflateInit2(&self->z, wbits);
    if (code == Z_STREAM_ERROR) return raise(ts, PyExc_ValueError, "Invalid initialization option");
    if (code == Z_MEM_ERROR) return raise(ts, PyExc_MemoryError, "Can't allocate memory for decompression object");
    if (code != Z_OK) return raise_error(ts, state_of(module), self->z, code, "while creating decompression object");
    self->ready = true;
    if (dictionary && wbits < 0) TRY(set_inflate_dictionary(ts, self));
    return self;
}

// What the stream did not read: after the end it is unused data, before it the tail that the limit left over.
Result<void> save_rest(ThreadState& ts, Stream& self, const unsigned char* end, int code) {
    if (code == Z_STREAM_END) {
        std::string_view old = bytes_view(as<Bytes>(*self.unused_data));
        size_t left = size_t(end - self.z.next_in);
        if (left) {
            Ref<Bytes> all = TRY(bytes_new(ts, Py_ssize_t(old.size() + left)));
            std::memcpy(bytes_data(*all), old.data(), old.size());
            std::memcpy(bytes_data(*all) + old.size(), self.z.next_in, left);
            assign(self.unused_data, std::move(all));
            self.z.avail_in = 0;
        }
        if (bytes_view(as<Bytes>(*self.unconsumed_tail)).size())
            assign(self.unconsumed_tail, Ref<Object>::share(obj(empty_bytes())));
        return {};
    }
    size_t left = size_t(end - self.z.next_in);
    if (left || bytes_view(as<Bytes>(*self.unconsumed_tail)).size())
        assign(self.unconsumed_tail, TRY(bytes_from(ts, {reinterpret_cast<const char*>(self.z.next_in), left})));
    return {};
}

Result<Ref<Object>> run_inflate(ThreadState& ts, Stream& self, const unsigned char* in, size_t size, size_t first,
                                size_t limit, int final_flush, const char* what) {
    const unsigned char* end = in + size;
    size_t left = size;
    Output output;
    int code = Z_OK;
    bool full = false;
    do {
        feed(self.z, in, left);
        do {
            if (!output.offer(self.z, first, limit)) {
                if (output.size() < limit) return raise_no_memory(ts);
                full = true;
                break;
            }
            code = inflate(&self.z, left ? Z_SYNC_FLUSH : final_flush);
            if (code == Z_NEED_DICT && self.dictionary) {
                TRY(set_inflate_dictionary(ts, self));
                output.take(self.z);
                self.z.avail_out = 0;
                code = Z_OK;
                continue;
            }
            if (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END) {
                output.take(self.z);
                TRY(save_rest(ts, self, end, code));
                return raise_error(ts, state_of(self), self.z, code, what);
            }
        } while (code != Z_STREAM_END && (self.z.avail_out == 0 || (code == Z_OK && self.z.avail_in)));
    } while (!full && left && code != Z_STREAM_END);
    output.take(self.z);
    TRY(save_rest(ts, self, end, code));
    if (code == Z_STREAM_END) {
        self.eof = true;
    } else if (code != Z_OK && code != Z_BUF_ERROR) {
        return raise_error(ts, state_of(self), self.z, code, what);
    }
    return output.bytes(ts);
}

Result<Ref<Object>> decompress_decompress(ThreadState& ts, Stream& self, BufferView& data, Py_ssize_t max_length) {
    if (max_length < 0) return raise(ts, PyExc_ValueError, "max_length must be non-negative");
    size_t limit = max_length ? size_t(max_length) : SIZE_MAX;
    return run_inflate(ts, self, data.data(), size_t(data.size()), std::min<size_t>(16384, limit), limit, Z_SYNC_FLUSH,
                       "while decompressing data");
}
Result<Ref<Object>> decompress_flush(ThreadState& ts, Stream& self, Py_ssize_t length) {
    if (length <= 0) return raise(ts, PyExc_ValueError, "length must be greater than zero");
    Ref<Object> tail = Ref<Object>::share(*self.unconsumed_tail);
    std::string_view rest = bytes_view(as<Bytes>(*tail));
    Ref<Object> result = TRY(run_inflate(ts, self, reinterpret_cast<const unsigned char*>(rest.data()), rest.size(),
                                         size_t(length), SIZE_MAX, Z_FINISH, "while decompressing data"));
    if (self.eof && self.ready) {
        inflateEnd(&self.z);
        self.ready = false;
    }
    return result;
}

constexpr MethodDef compress_methods[] = {
    METHOD("compress($self, data, /)", compress_compress, "Returns a bytes object containing compressed data."),
    METHOD("flush($self, mode=4, /)", compress_flush,
           "Return a bytes object containing any remaining compressed data."),
    METHOD("copy($self, /)", stream_copy, "Return a copy of the compression object."),
    METHOD("__copy__($self, /)", stream_copy, ""),
    METHOD("__deepcopy__($self, memo, /)", stream_deepcopy, ""),
    METHOD_END,
};
constexpr MethodDef decompress_methods[] = {
    METHOD("decompress($self, data, /, max_length=0)", decompress_decompress,
           "Return a bytes object containing the decompressed version of the data."),
    METHOD("flush($self, length=16384, /)", decompress_flush,
           "Return a bytes object containing any remaining decompressed data."),
    METHOD("copy($self, /)", stream_copy, "Return a copy of the decompression object."),
    METHOD("__copy__($self, /)", stream_copy, ""),
    METHOD("__deepcopy__($self, memo, /)", stream_deepcopy, ""),
    METHOD_END,
};
constexpr PyMemberDef decompress_members[] = {
    {"unused_data", T_OBJECT, offsetof(Stream, unused_data), READONLY, nullptr},
    {"unconsumed_tail", T_OBJECT, offsetof(Stream, unconsumed_tail), READONLY, nullptr},
    {"eof", T_BOOL, offsetof(Stream, eof), READONLY, nullptr},
    {},
};

constexpr MethodDef functions[] = {
    METHOD("adler32($module, data, value=1, /)", checksum<adler32>, "Compute an Adler-32 checksum of data."),
    METHOD("compress($module, data, /, level=-1, wbits=15)", compress,
           "Returns a bytes object containing compressed data."),
    METHOD("compressobj($module, /, level=-1, method=8, wbits=15, memLevel=8, strategy=0, zdict=None)", compressobj,
           "Return a compressor object."),
    METHOD("crc32($module, data, value=0, /)", checksum<crc32>, "Compute a CRC-32 checksum of data."),
    METHOD("decompress($module, data, /, wbits=15, bufsize=16384)", decompress,
           "Returns a bytes object containing the uncompressed data."),
    METHOD("decompressobj($module, /, wbits=15, zdict=b'')", decompressobj, "Return a decompressor object."),
    METHOD_END,
};

Result<void> add_stream_type(ThreadState& ts, Object& module, Type*& place, const char* name, const MethodDef* methods,
                             const PyMemberDef* members) {
    PyType_Slot slots[] = {{Py_tp_dealloc, raw_pointer(stream_dealloc)},
                           {Py_tp_methods, methods_pointer(methods)},
                           {members ? Py_tp_members : 0, const_cast<PyMemberDef*>(members)},
                           {0, nullptr}};
    PyType_Spec spec = {name, sizeof(Stream), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    place = std::move(TRY(type_from_spec(ts, &module, spec, nullptr))).release();
    return {};
}

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    TRY(add_stream_type(ts, module, state.compress, "zlib.Compress", compress_methods, nullptr));
    TRY(add_stream_type(ts, module, state.decompress, "zlib.Decompress", decompress_methods, decompress_members));
    // class error(Exception), of this module.
    Ref<Dict> names = TRY(dict_new(ts));
    Ref<Str> module_text = TRY(str_from_ascii(ts, "zlib"));
    TRY(dict_set(ts, names, "__module__"_n, obj(*module_text)));
    Ref<Tuple> bases = TRY(tuple_of(ts, *PyExc_Exception));
    Ref<Str> name = TRY(str_from_ascii(ts, "error"));
    Ref<Object> error = TRY(call(ts, obj(PyType_Type), obj(*name), obj(*bases), obj(*names)));
    TRY(module_add(ts, module, "error", *error));
    state.error = std::move(error).release();
    struct {
        const char* name;
        long long value;
    } constants[] = {{"MAX_WBITS", MAX_WBITS},
                     {"DEFLATED", Z_DEFLATED},
                     {"DEF_MEM_LEVEL", 8},
                     {"DEF_BUF_SIZE", 16384},
                     {"Z_NO_COMPRESSION", 0},
                     {"Z_BEST_SPEED", 1},
                     {"Z_BEST_COMPRESSION", 9},
                     {"Z_DEFAULT_COMPRESSION", -1},
                     {"Z_FILTERED", Z_FILTERED},
                     {"Z_HUFFMAN_ONLY", Z_HUFFMAN_ONLY},
                     {"Z_RLE", Z_RLE},
                     {"Z_FIXED", Z_FIXED},
                     {"Z_DEFAULT_STRATEGY", Z_DEFAULT_STRATEGY},
                     {"Z_NO_FLUSH", Z_NO_FLUSH},
                     {"Z_PARTIAL_FLUSH", Z_PARTIAL_FLUSH},
                     {"Z_SYNC_FLUSH", Z_SYNC_FLUSH},
                     {"Z_FULL_FLUSH", Z_FULL_FLUSH},
                     {"Z_FINISH", Z_FINISH},
                     {"Z_BLOCK", Z_BLOCK},
                     {"Z_TREES", Z_TREES}};
    for (auto& constant : constants) TRY(module_add_int(ts, module, constant.name, constant.value));
    TRY(module_add_text(ts, module, "ZLIB_VERSION", ZLIB_VERSION));
    TRY(module_add_text(ts, module, "ZLIB_RUNTIME_VERSION", zlibVersion()));
    return module_add_text(ts, module, "__version__", "1.0");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace zlib_parts

PyModuleDef zlib_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "zlib",
    .m_doc =
        "The functions in this module allow compression and decompression using the\n"
        "zlib library, which is based on GNU zip.",
    .m_size = sizeof(zlib_parts::State),
    .m_methods = METHOD_TABLE(zlib_parts::functions),
    .m_slots = zlib_parts::slots,
    .m_traverse = ModuleReferences<zlib_parts::State>::traverse,
    .m_clear = ModuleReferences<zlib_parts::State>::clear,
    .m_free = ModuleReferences<zlib_parts::State>::free,
};

}  // namespace orochi
