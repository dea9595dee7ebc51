// memoryview: life cycle, layout, slicing and the type objects.
#include "objects/memoryview.hpp"

#include "objects/byte_strings.hpp"
#include "objects/index_iterator.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/text_kernels.hpp"

namespace orochi {

using ManagedBuffer = _PyManagedBufferObject;

namespace {

constexpr int kManagedReleased = _Py_MANAGED_BUFFER_RELEASED;

// -- Managed buffers. -------------------------------------------------------------------------------------------------

Result<Ref<ManagedBuffer>> managed_new(ThreadState& ts) {
    Ref<ManagedBuffer> buffer = TRY(new_container<ManagedBuffer>(ts, _PyManagedBuffer_Type));
    buffer->flags = 0;
    buffer->exports = 0;
    memset(&buffer->master, 0, sizeof buffer->master);
    gc_track(ts, buffer);
    return buffer;
}
void managed_release(ManagedBuffer& buffer) {
    if (buffer.flags & kManagedReleased) return;
    buffer.flags |= kManagedReleased;
    gc_untrack_if_tracked(obj(buffer));
    release_buffer(buffer.master);
}
void managed_dealloc(ManagedBuffer& self) {
    managed_release(self);
    if (self.flags & _Py_MANAGED_BUFFER_FREE_FORMAT) Heap::free(self.master.format);
    free_container(obj(self));
}
int managed_traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(reinterpret_cast<ManagedBuffer*>(self)->master.obj);
    return 0;
}
int managed_clear(PyObject* self) {
    auto& buffer = *reinterpret_cast<ManagedBuffer*>(self);
    if (buffer.exports > 0) return 0;
    managed_release(buffer);
    return 0;
}

// -- Views. -----------------------------------------------------------------------------------------------------------

bool is_released(const MemoryView& self) {
    return (self.flags & _Py_MEMORYVIEW_RELEASED) || (self.mbuf->flags & kManagedReleased);
}
Result<void> check_open(ThreadState& ts, const MemoryView& self) {
    if (!is_released(self)) return {};
    return raise(ts, PyExc_ValueError, "operation forbidden on released memoryview object");
}

// Flags that describe the layout.
void set_flags(MemoryView& self) {
    const Py_buffer& view = self.view;
    int flags = 0;
    if (view.ndim == 0) {
        flags |= _Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
    } else {
        if (buffer_is_contiguous(view, 'C')) flags |= _Py_MEMORYVIEW_C;
        if (buffer_is_contiguous(view, 'F')) flags |= _Py_MEMORYVIEW_FORTRAN;
    }
    if (view.suboffsets) {
        flags |= _Py_MEMORYVIEW_PIL;
        flags &= ~(_Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN);
    }
    self.flags = flags;
}

Result<Ref<MemoryView>> view_allocate(ThreadState& ts, int ndim) {
    size_t bytes = offsetof(MemoryView, ob_array) + size_t(std::max(1, 3 * ndim)) * sizeof(Py_ssize_t);
    Object* o = allocate_container(ts, PyMemoryView_Type, bytes);
    if (!o) return failure;
    auto& self = as<MemoryView>(*o);
    self.ob_base.ob_size = 3 * ndim;
    self.mbuf = nullptr;
    self.hash = -1;
    self.flags = 0;
    self.exports = 0;
    memset(&self.view, 0, sizeof self.view);
    self.view.ndim = ndim;
    self.view.shape = self.ob_array;
    self.view.strides = self.ob_array + ndim;
    self.view.suboffsets = self.ob_array + 2 * ndim;
    self.weakreflist = nullptr;
    return Ref<MemoryView>::steal(self);
}

// A view of `source`, which the managed buffer keeps alive. Its arrays are copied.
Result<Ref<MemoryView>> view_of(ThreadState& ts, ManagedBuffer& buffer, const Py_buffer& source) {
    if (source.ndim > PyBUF_MAX_NDIM)
        return raise(ts, PyExc_ValueError, "memoryview: number of dimensions must not exceed 64");
    Ref<MemoryView> self = TRY(view_allocate(ts, source.ndim));
    Py_buffer& view = self->view;
    view.obj = source.obj;
    view.buf = source.buf;
    view.len = source.len;
    view.itemsize = source.itemsize;
    view.readonly = source.readonly;
    view.format = source.format ? source.format : const_cast<char*>("B");
    view.internal = source.internal;
    if (source.ndim == 0) {
        view.shape = view.strides = view.suboffsets = nullptr;
    } else if (source.ndim == 1) {
        view.shape[0] = source.shape ? source.shape[0] : source.itemsize ? source.len / source.itemsize : 0;
        view.strides[0] = source.strides ? source.strides[0] : source.itemsize;
    } else {
        for (int i = 0; i < source.ndim; ++i) view.shape[i] = source.shape[i];
        if (source.strides) {
            for (int i = 0; i < source.ndim; ++i) view.strides[i] = source.strides[i];
        } else {
            Py_ssize_t step = view.itemsize;
            for (int i = source.ndim - 1; i >= 0; --i) {
                view.strides[i] = step;
                step *= view.shape[i];
            }
        }
    }
    if (source.suboffsets && source.ndim) {
        for (int i = 0; i < source.ndim; ++i) view.suboffsets[i] = source.suboffsets[i];
    } else {
        view.suboffsets = nullptr;
    }
    set_flags(self);
    self->mbuf = new_reference(buffer);
    ++buffer.exports;
    gc_track(ts, self);
    return self;
}

Result<void> view_release(ThreadState& ts, MemoryView& self) {
    if (self.flags & _Py_MEMORYVIEW_RELEASED) return {};
    if (self.exports > 0)
        return raise(ts, PyExc_BufferError, "memoryview has %zd exported buffer%s", self.exports,
                     self.exports == 1 ? "" : "s");
    self.flags |= _Py_MEMORYVIEW_RELEASED;
    if (--self.mbuf->exports == 0) managed_release(*self.mbuf);
    return {};
}

void view_dealloc(ThreadState& ts, MemoryView& self) {
    gc_untrack_if_tracked(obj(self));
    if (self.mbuf) {
        (void)view_release(ts, self).ok();
        clear(self.mbuf);
    }
    if (self.weakreflist) clear_weakrefs(ts, obj(self));
    free_container(obj(self));
}
int view_traverse(PyObject* self, visitproc visit, void* arg) {
    Py_VISIT(reinterpret_cast<MemoryView*>(self)->mbuf);
    return 0;
}
int view_clear(PyObject* object) {
    auto& self = *reinterpret_cast<MemoryView*>(object);
    if (self.mbuf && self.exports == 0) {
        (void)view_release(current_thread(), self).ok();
        clear(self.mbuf);
    }
    return 0;
}

Result<Ref<Object>> view_new(ThreadState& ts, Type&, Object& object) { return memoryview_from_object(ts, object); }

// -- Methods. ---------------------------------------------------------------------------------------------------------

Result<void> memoryview_release(ThreadState& ts, MemoryView& self) { return view_release(ts, self); }
Result<Ref<Object>> memoryview_enter(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return Ref<Object>::share(obj(self));
}
Result<void> memoryview_exit(ThreadState& ts, MemoryView& self, Rest) { return view_release(ts, self); }

Result<Ref<Bytes>> to_bytes(ThreadState& ts, MemoryView& self, char order) {
    Ref<Bytes> bytes = TRY(bytes_new(ts, self.view.len));
    TRY(buffer_to_contiguous(ts, bytes_data(bytes), self.view, self.view.len, order));
    return bytes;
}
Result<Ref<Bytes>> memoryview_tobytes(ThreadState& ts, MemoryView& self, Object* order_object) {
    TRY(check_open(ts, self));
    char order = 'C';
    if (order_object && !is_none(*order_object)) {
        if (!PyUnicode_Check(order_object))
            return raise(ts, PyExc_TypeError, "tobytes() argument 'order' must be str or None, not %T", order_object);
        std::string_view text = TRY(str_utf8(ts, as<Str>(*order_object)));
        if (text == "F") {
            order = 'F';
        } else if (text == "A") {
            order = 'A';
        } else if (text != "C") {
            return raise(ts, PyExc_ValueError, "order must be 'C', 'F' or 'A'");
        }
    }
    return to_bytes(ts, self, order);
}
Result<Ref<Str>> memoryview_hex(ThreadState& ts, MemoryView& self, Object* sep, int group) {
    TRY(check_open(ts, self));
    if (self.flags & _Py_MEMORYVIEW_C)
        return bytes_to_hex(ts, {static_cast<char*>(self.view.buf), size_t(self.view.len)}, sep, group);
    Ref<Bytes> bytes = TRY(to_bytes(ts, self, 'C'));
    return bytes_to_hex(ts, bytes_view(bytes), sep, group);
}

Result<char> item_code(ThreadState& ts, const MemoryView& self) {
    const char* format = self.view.format;
    const char* bare = *format == '@' ? format + 1 : format;
    if (!bare[0] || bare[1]) return raise(ts, PyExc_NotImplementedError, "memoryview: unsupported format %s", format);
    return bare[0];
}

Result<Ref<Object>> memoryview_tolist(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    char code = TRY(item_code(ts, self));
    auto* p = static_cast<const char*>(self.view.buf);
    if (self.view.ndim == 0) return memory_unpack(ts, p, code, self.view.format);
    return memory_view_to_list(ts, self.view, code, p, 0);
}

Result<Ref<Object>> memoryview_toreadonly(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    Ref<MemoryView> view = TRY(view_of(ts, *self.mbuf, self.view));
    view->view.readonly = 1;
    return Ref<Object>(std::move(view));
}

// Format strings that live for ever, for the views made by cast().
struct FormatStrings {
    char plain[128][2];
    char native[128][3];
};
constexpr FormatStrings format_strings = [] {
    FormatStrings result{};
    for (int c = 0; c < 128; ++c) {
        result.plain[c][0] = char(c);
        result.native[c][0] = '@';
        result.native[c][1] = char(c);
    }
    return result;
}();

bool is_byte_code(char code) { return code == 'b' || code == 'B' || code == 'c'; }

Result<Ref<Object>> memoryview_cast(ThreadState& ts, MemoryView& self, Str& format, Object* shape) {
    TRY(check_open(ts, self));
    if (!(self.flags & _Py_MEMORYVIEW_C))
        return raise(ts, PyExc_TypeError, "memoryview: casts are restricted to C-contiguous views");
    if (shape || self.view.ndim != 1) {
        for (int i = 0; i < self.view.ndim; ++i)
            if (self.view.shape[i] == 0)
                return raise(ts, PyExc_TypeError, "memoryview: cannot cast view with zeros in shape or strides");
    }
    Py_ssize_t dimensions = 1;
    if (shape) {
        if (!PyList_Check(shape) && !PyTuple_Check(shape))
            return raise(ts, PyExc_TypeError, "shape must be a list or a tuple");
        dimensions = Py_ssize_t(sequence_fast_items(*shape).size());
        if (dimensions > PyBUF_MAX_NDIM)
            return raise(ts, PyExc_ValueError, "memoryview: number of dimensions must not exceed 64");
        if (self.view.ndim != 1 && dimensions != 1)
            return raise(ts, PyExc_TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
    }
    std::string_view text = TRY(str_utf8(ts, format));
    char code = native_format_code(text.data());
    if (!code || text.size() != strlen(text.data()))
        return raise(ts, PyExc_ValueError,
                     "memoryview: destination format must be a native single character format "
                     "prefixed with an optional '@'");
    char source_code = native_format_code(self.view.format);
    if (!source_code)
        return raise(
            ts, PyExc_ValueError,
            "memoryview: source format must be a native single character format prefixed with an optional '@'");
    if (!is_byte_code(source_code) && !is_byte_code(code))
        return raise(ts, PyExc_TypeError, "memoryview: cannot cast between two non-byte formats");
    Py_ssize_t item = native_format_size(code);
    if (self.view.len % item) return raise(ts, PyExc_TypeError, "memoryview: length is not a multiple of itemsize");
    Py_buffer flat = self.view;
    Py_ssize_t sizes[PyBUF_MAX_NDIM];
    flat.format =
        const_cast<char*>(text[0] == '@' ? format_strings.native[int(code)] : format_strings.plain[int(code)]);
    flat.itemsize = item;
    flat.strides = flat.suboffsets = nullptr;
    flat.ndim = int(dimensions);
    flat.shape = sizes;
    if (shape) {
        Py_ssize_t product = item;
        for (Py_ssize_t i = 0; i < dimensions; ++i) {
            Object& size = *sequence_fast_items(*shape)[size_t(i)];
            if (!PyLong_Check(&size))
                return raise(ts, PyExc_TypeError, "memoryview.cast(): elements of shape must be integers");
            sizes[i] = TRY(int_as_ssize(ts, size));
            if (sizes[i] <= 0)
                return raise(ts, PyExc_ValueError, "memoryview.cast(): elements of shape must be integers > 0");
            if (sizes[i] > PY_SSIZE_T_MAX / product)
                return raise(ts, PyExc_ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX");
            product *= sizes[i];
        }
        if (product != flat.len)
            return raise(ts, PyExc_TypeError, "memoryview: product(shape) * itemsize != buffer size");
    } else {
        sizes[0] = flat.len / item;
    }
    return view_of(ts, *self.mbuf, flat);
}

constexpr MethodDef memoryview_methods[] = {
    METHOD("release($self, /)", memoryview_release, "Release the underlying buffer exposed by the memoryview object."),
    METHOD("tobytes($self, /, order='C')", memoryview_tobytes,
           "Return the data in the buffer as a byte string.\n"
           "\n"
           "Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the\n"
           "original array is converted to C or Fortran order. For contiguous views,\n"
           "'A' returns an exact copy of the physical memory. In particular, in-memory\n"
           "Fortran order is preserved. For non-contiguous views, the data is converted\n"
           "to C first. order=None is the same as order='C'."),
    METHOD("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)", memoryview_hex,
           "Return the data in the buffer as a str of hexadecimal numbers.\n"
           "\n"
           "  sep\n"
           "    An optional single character or byte to separate hex bytes.\n"
           "  bytes_per_sep\n"
           "    How many bytes between separators.  Positive values count from the\n"
           "    right, negative values count from the left.\n"
           "\n"
           "Example:\n"
           ">>> value = memoryview(b'\\xb9\\x01\\xef')\n"
           ">>> value.hex()\n"
           "'b901ef'\n"
           ">>> value.hex(':')\n"
           "'b9:01:ef'\n"
           ">>> value.hex(':', 2)\n"
           "'b9:01ef'\n"
           ">>> value.hex(':', -2)\n"
           "'b901:ef'"),
    METHOD("tolist($self, /)", memoryview_tolist, "Return the data in the buffer as a list of elements."),
    METHOD("cast($self, /, format, shape=<unrepresentable>)", memoryview_cast,
           "Cast a memoryview to a new format or shape."),
    METHOD("toreadonly($self, /)", memoryview_toreadonly, "Return a readonly version of the memoryview."),
    METHOD_PLAIN("__enter__($self, /)", memoryview_enter, nullptr),
    METHOD_PLAIN("__exit__($self, *args)", memoryview_exit, nullptr),
    METHOD_END,
};

// -- Attributes. ------------------------------------------------------------------------------------------------------

Result<Ref<Object>> tuple_of_sizes(ThreadState& ts, const Py_ssize_t* sizes, int count) {
    if (!sizes) count = 0;
    Ref<Tuple> tuple = TRY(tuple_new(ts, count));
    for (int i = 0; i < count; ++i) tuple_init_item(tuple, i, TRY(int_from(ts, sizes[i])));
    return Ref<Object>(std::move(tuple));
}
Result<Ref<Object>> get_obj(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return self.view.obj ? Ref<Object>::share(*self.view.obj) : new_none();
}
Result<Ref<Object>> get_nbytes(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return int_from(ts, self.view.len);
}
Result<Ref<Object>> get_readonly(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return new_bool(self.view.readonly);
}
Result<Ref<Object>> get_itemsize(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return int_from(ts, self.view.itemsize);
}
Result<Ref<Object>> get_format(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return str_from_utf8(ts, self.view.format);
}
Result<Ref<Object>> get_ndim(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return int_from(ts, self.view.ndim);
}
Result<Ref<Object>> get_shape(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return tuple_of_sizes(ts, self.view.shape, self.view.ndim);
}
Result<Ref<Object>> get_strides(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return tuple_of_sizes(ts, self.view.strides, self.view.ndim);
}
Result<Ref<Object>> get_suboffsets(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return tuple_of_sizes(ts, self.view.suboffsets, self.view.ndim);
}
Result<Ref<Object>> get_c_contiguous(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return new_bool(self.flags & _Py_MEMORYVIEW_C);
}
Result<Ref<Object>> get_f_contiguous(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return new_bool(self.flags & _Py_MEMORYVIEW_FORTRAN);
}
Result<Ref<Object>> get_contiguous(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return new_bool(self.flags & (_Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN));
}

constexpr PyGetSetDef memoryview_getset[] = {
    GETTER("obj", get_obj, "The underlying object of the memoryview."),
    GETTER("nbytes", get_nbytes,
           "The amount of space in bytes that the array would use in\n a contiguous representation."),
    GETTER("readonly", get_readonly, "A bool indicating whether the memory is read only."),
    GETTER("itemsize", get_itemsize, "The size in bytes of each element of the memoryview."),
    GETTER("format", get_format,
           "A string containing the format (in struct module style)\n for each element in the view."),
    GETTER("ndim", get_ndim,
           "An integer indicating how many dimensions of a multi-dimensional\n array the memory represents."),
    GETTER("shape", get_shape, "A tuple of ndim integers giving the shape of the memory\n as an N-dimensional array."),
    GETTER(
        "strides", get_strides,
        "A tuple of ndim integers giving the size in bytes to access\n each element for each dimension of the array."),
    GETTER("suboffsets", get_suboffsets, "A tuple of integers used internally for PIL-style arrays."),
    GETTER("c_contiguous", get_c_contiguous, "A bool indicating whether the memory is C contiguous."),
    GETTER("f_contiguous", get_f_contiguous, "A bool indicating whether the memory is Fortran contiguous."),
    GETTER("contiguous", get_contiguous, "A bool indicating whether the memory is contiguous."),
    GETSET_END,
};

// -- Items. -----------------------------------------------------------------------------------------------------------

Result<Py_ssize_t> view_length(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    return self.view.ndim == 0 ? Py_ssize_t(1) : self.view.shape[0];
}

// The address of view[index] along a dimension.
Result<char*> step_checked(ThreadState& ts, const Py_buffer& view, char* p, int dimension, Py_ssize_t index) {
    Py_ssize_t n = view.shape[dimension];
    if (index < 0) index += n;
    if (index < 0 || index >= n)
        return raise(ts, PyExc_IndexError, "index out of bounds on dimension %d", dimension + 1);
    return item_step(p, view, dimension, index, view.strides[dimension]);
}

Result<Ref<Object>> view_item(ThreadState& ts, MemoryView& self, Py_ssize_t index) {
    TRY(check_open(ts, self));
    char code = TRY(item_code(ts, self));
    if (self.view.ndim == 0) return raise(ts, PyExc_TypeError, "invalid indexing of 0-dim memory");
    if (self.view.ndim != 1)
        return raise(ts, PyExc_NotImplementedError, "multi-dimensional sub-views are not implemented");
    char* p = TRY(step_checked(ts, self.view, static_cast<char*>(self.view.buf), 0, index));
    return memory_unpack(ts, p, code, self.view.format);
}

bool is_tuple_of(Object& key, bool (*check)(Object&)) {
    if (!PyTuple_Check(&key)) return false;
    Py_ssize_t n = tuple_size(as<Tuple>(key));
    for (Py_ssize_t i = 0; i < n; ++i)
        if (!check(tuple_item(as<Tuple>(key), i))) return false;
    return true;
}
bool is_multi_index(Object& key) {
    return is_tuple_of(key, [](Object& o) { return is_index(o); });
}
bool is_multi_slice(Object& key) {
    return PyTuple_Check(&key) && tuple_size(as<Tuple>(key)) > 0 &&
           is_tuple_of(key, [](Object& o) { return bool(PySlice_Check(&o)); });
}

Result<char*> multi_pointer(ThreadState& ts, MemoryView& self, Object& key) {
    Py_ssize_t n = tuple_size(as<Tuple>(key));
    if (n > self.view.ndim)
        return raise(ts, PyExc_TypeError, "cannot index %d-dimension view with %zd-element tuple", self.view.ndim, n);
    char* p = static_cast<char*>(self.view.buf);
    for (Py_ssize_t i = 0; i < n; ++i) {
        Py_ssize_t index = TRY(number_as_ssize(ts, tuple_item(as<Tuple>(key), i), PyExc_IndexError));
        TRY(check_open(ts, self));
        p = TRY(step_checked(ts, self.view, p, int(i), index));
    }
    return p;
}

// Narrows the first dimension of a view to a slice. Its stride counts before its suboffset does (PEP 3118).
Result<void> apply_slice(ThreadState& ts, Py_buffer& view, Object& key) {
    Py_ssize_t start, stop, step;
    TRY(text::slice_unpack(ts, key, start, stop, step));
    Py_ssize_t count = text::slice_adjust(view.shape[0], start, stop, step);
    view.buf = static_cast<char*>(view.buf) + view.strides[0] * start;
    view.shape[0] = count;
    view.strides[0] *= step;
    view.len = view.itemsize;
    for (int i = 0; i < view.ndim; ++i) view.len *= view.shape[i];
    return {};
}

Result<Ref<Object>> view_subscript(ThreadState& ts, MemoryView& self, Object& key) {
    TRY(check_open(ts, self));
    if (self.view.ndim == 0) {
        if (PyTuple_Check(&key) && tuple_size(as<Tuple>(key)) == 0) {
            char code = TRY(item_code(ts, self));
            return memory_unpack(ts, static_cast<char*>(self.view.buf), code, self.view.format);
        }
        if (&key == &ellipsis()) return Ref<Object>::share(obj(self));
        return raise(ts, PyExc_TypeError, "invalid indexing of 0-dim memory");
    }
    if (is_index(key)) return view_item(ts, self, TRY(number_as_ssize(ts, key, PyExc_IndexError)));
    if (PySlice_Check(&key)) {
        Ref<MemoryView> view = TRY(view_of(ts, *self.mbuf, self.view));
        TRY(apply_slice(ts, view->view, key));
        set_flags(view);
        return Ref<Object>(std::move(view));
    }
    if (is_multi_index(key)) {
        char code = TRY(item_code(ts, self));
        if (tuple_size(as<Tuple>(key)) < self.view.ndim)
            return raise(ts, PyExc_NotImplementedError, "sub-views are not implemented");
        char* p = TRY(multi_pointer(ts, self, key));
        return memory_unpack(ts, p, code, self.view.format);
    }
    if (is_multi_slice(key))
        return raise(ts, PyExc_NotImplementedError, "multi-dimensional slicing is not implemented");
    return raise(ts, PyExc_TypeError, "memoryview: invalid slice key");
}

Result<void> assign_slice(ThreadState& ts, MemoryView& self, Object& key, Object& value) {
    Py_buffer source;
    TRY(get_buffer(ts, value, source, PyBUF_FULL_RO));
    Result<void> result = [&]() -> Result<void> {
        Py_buffer target = self.view;
        Py_ssize_t shape = target.shape[0], stride = target.strides[0];
        Py_ssize_t suboffset = target.suboffsets ? target.suboffsets[0] : -1;
        target.shape = &shape;
        target.strides = &stride;
        target.suboffsets = target.suboffsets ? &suboffset : nullptr;
        TRY(apply_slice(ts, target, key));
        TRY(check_open(ts, self));  // the bounds of the slice may have released it
        const char* format = source.format ? source.format : "B";
        auto skip = [](const char* f) { return *f == '@' ? f + 1 : f; };
        Py_ssize_t source_length = source.shape ? source.shape[0] : source.len / source.itemsize;
        if (strcmp(skip(format), skip(target.format)) || source.itemsize != target.itemsize || source.ndim != 1 ||
            source_length != shape)
            return raise(ts, PyExc_ValueError, "memoryview assignment: lvalue and rvalue have different structures");
        if (target.len == 0) return {};
        if (buffer_is_contiguous(source, 'C') && buffer_is_contiguous(target, 'C')) {
            memmove(target.buf, source.buf, size_t(target.len));
            return {};
        }
        // The two may overlap: go through a copy.
        void* copy = ts.heap().allocate(size_t(source.len));
        if (!copy) return raise_no_memory(ts);
        Result<void> done = buffer_to_contiguous(ts, copy, source, source.len, 'C');
        if (done.ok()) done = buffer_from_contiguous(ts, target, copy, source.len, 'C');
        Heap::free(copy);
        return done;
    }();
    release_buffer(source);
    return result;
}

Result<void> view_assign(ThreadState& ts, MemoryView& self, Object& key, Object* value) {
    TRY(check_open(ts, self));
    if (self.view.readonly) return raise(ts, PyExc_TypeError, "cannot modify read-only memory");
    if (!value) return raise(ts, PyExc_TypeError, "cannot delete memory");
    const char* format = *self.view.format == '@' ? self.view.format + 1 : self.view.format;
    // Converting index and value may run code that releases the view, so it is checked again before memory is touched.
    auto store = [&](char* p, char code) -> Result<void> {
        char item[16];
        TRY(memory_pack(ts, item, *value, code, format));
        TRY(check_open(ts, self));
        memcpy(p, item, size_t(native_format_size(code)));
        return {};
    };
    if (self.view.ndim == 0) {
        if (&key == &ellipsis() || (PyTuple_Check(&key) && tuple_size(as<Tuple>(key)) == 0)) {
            char code = TRY(item_code(ts, self));
            return store(static_cast<char*>(self.view.buf), code);
        }
        return raise(ts, PyExc_TypeError, "invalid indexing of 0-dim memory");
    }
    if (is_index(key)) {
        char code = TRY(item_code(ts, self));
        if (self.view.ndim > 1) return raise(ts, PyExc_NotImplementedError, "sub-views are not implemented");
        Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
        TRY(check_open(ts, self));
        char* p = TRY(step_checked(ts, self.view, static_cast<char*>(self.view.buf), 0, index));
        return store(p, code);
    }
    if (PySlice_Check(&key) && self.view.ndim == 1) return assign_slice(ts, self, key, *value);
    if (is_multi_index(key)) {
        char code = TRY(item_code(ts, self));
        if (tuple_size(as<Tuple>(key)) < self.view.ndim)
            return raise(ts, PyExc_NotImplementedError, "sub-views are not implemented");
        char* p = TRY(multi_pointer(ts, self, key));
        return store(p, code);
    }
    if (PySlice_Check(&key) || is_multi_slice(key))
        return raise(ts, PyExc_NotImplementedError,
                     "memoryview slice assignments are currently restricted to ndim = 1");
    return raise(ts, PyExc_TypeError, "memoryview: invalid slice key");
}

// -- The rest of the protocols. ---------------------------------------------------------------------------------------

Result<Ref<Str>> view_repr(ThreadState& ts, MemoryView& self) {
    return str_format(ts, self.flags & _Py_MEMORYVIEW_RELEASED ? "<released memory at %p>" : "<memory at %p>", &self);
}

Result<Py_hash_t> view_hash(ThreadState& ts, MemoryView& self) {
    if (self.hash != -1) return self.hash;
    TRY(check_open(ts, self));
    if (!self.view.readonly) return raise(ts, PyExc_ValueError, "cannot hash writable memoryview object");
    char code = native_format_code(self.view.format);
    if (!is_byte_code(code))
        return raise(ts, PyExc_ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    if (self.view.obj) (void)TRY(hash(ts, *self.view.obj));
    Ref<Bytes> bytes = TRY(to_bytes(ts, self, 'C'));
    return self.hash = bytes_hash(bytes);
}

Result<Ref<Object>> view_compare(ThreadState& ts, Object& left, Object& right, int op) {
    if (op != Py_EQ && op != Py_NE) return new_not_implemented();
    if (!PyMemoryView_Check(&left)) return new_not_implemented();
    MemoryView& a = as<MemoryView>(left);
    bool equal;
    if (is_released(a) || (PyMemoryView_Check(&right) && is_released(as<MemoryView>(right)))) {
        equal = &left == &right;
    } else if (PyMemoryView_Check(&right)) {
        equal = TRY(memory_views_equal(ts, a.view, as<MemoryView>(right).view));
    } else {
        Py_buffer b;
        if (!get_buffer(ts, right, b, PyBUF_FULL_RO).ok()) {
            error_clear(ts);
            return new_not_implemented();
        }
        Result<bool> result = memory_views_equal(ts, a.view, b);
        release_buffer(b);
        if (!result.ok()) return failure;
        equal = std::move(result).take();
    }
    return new_bool(equal == (op == Py_EQ));
}

Result<void> view_getbuffer(ThreadState& ts, MemoryView& self, Py_buffer& view, int flags) {
    view.obj = nullptr;
    TRY(check_open(ts, self));
    auto wants = [&](int bits) { return (flags & bits) == bits; };
    const Py_buffer& base = self.view;
    auto refuse = [&](const char* why) { return raise(ts, PyExc_BufferError, "memoryview: %s", why); };
    bool c = self.flags & _Py_MEMORYVIEW_C, fortran = self.flags & _Py_MEMORYVIEW_FORTRAN;
    view = base;
    view.obj = nullptr;
    if (wants(PyBUF_WRITABLE) && base.readonly) return refuse("underlying buffer is not writable");
    if (!wants(PyBUF_FORMAT)) view.format = nullptr;
    if (wants(PyBUF_C_CONTIGUOUS) && !c) return refuse("underlying buffer is not C-contiguous");
    if (wants(PyBUF_F_CONTIGUOUS) && !fortran) return refuse("underlying buffer is not Fortran contiguous");
    if (wants(PyBUF_ANY_CONTIGUOUS) && !c && !fortran) return refuse("underlying buffer is not contiguous");
    if (!wants(PyBUF_INDIRECT) && (self.flags & _Py_MEMORYVIEW_PIL))
        return refuse("underlying buffer requires suboffsets");
    if (!wants(PyBUF_STRIDES)) {
        if (!c) return refuse("underlying buffer is not C-contiguous");
        view.strides = nullptr;
    }
    if (!wants(PyBUF_ND)) {
        if (view.format) return refuse("cannot cast to unsigned bytes if the format flag is present");
        view.ndim = 1;
        view.shape = nullptr;
    }
    view.obj = new_reference(obj(self));
    ++self.exports;
    return {};
}
void view_releasebuffer(MemoryView& self, Py_buffer*) { --self.exports; }

struct MemoryIterator {
    PyObject ob_base;
    Py_ssize_t index;
    MemoryView* view;  // null: exhausted
    Py_ssize_t length;
    char code;
};
using Iteration = IndexIterator<&MemoryIterator::view>;

Result<OptRef<Object>> iterator_next(ThreadState& ts, MemoryIterator& self) {
    if (!self.view) return nullptr;
    TRY(check_open(ts, *self.view));
    if (self.index < self.length) {
        char* p = TRY(step_checked(ts, self.view->view, static_cast<char*>(self.view->view.buf), 0, self.index++));
        return memory_unpack(ts, p, self.code, self.view->view.format);
    }
    clear(self.view);
    return nullptr;
}
Result<Ref<Object>> view_iter(ThreadState& ts, MemoryView& self) {
    TRY(check_open(ts, self));
    if (self.view.ndim == 0) return raise(ts, PyExc_TypeError, "invalid indexing of 0-dim memory");
    if (self.view.ndim != 1)
        return raise(ts, PyExc_NotImplementedError, "multi-dimensional sub-views are not implemented");
    char code = TRY(item_code(ts, self));
    Ref<MemoryIterator> iterator = TRY(new_container<MemoryIterator>(ts, orochi_memory_iterator_type));
    iterator->index = 0;
    iterator->length = self.view.shape[0];
    iterator->code = code;
    iterator->view = new_reference(self);
    gc_track(ts, iterator);
    return Ref<Object>(std::move(iterator));
}

PySequenceMethods view_as_sequence = {
    .sq_length = slot<view_length>,
    .sq_item = slot<view_item>,
};
PyMappingMethods view_as_mapping = {
    .mp_length = slot<view_length>,
    .mp_subscript = slot<view_subscript>,
    .mp_ass_subscript = slot<view_assign>,
};
PyBufferProcs view_as_buffer = {
    .bf_getbuffer = slot<view_getbuffer>,
    .bf_releasebuffer = slot<view_releasebuffer>,
};

}  // namespace

Result<Ref<Object>> memoryview_from_object(ThreadState& ts, Object& object) {
    if (PyMemoryView_Check(&object)) {
        MemoryView& other = as<MemoryView>(object);
        TRY(check_open(ts, other));
        return view_of(ts, *other.mbuf, other.view);
    }
    if (!type_of(object).tp_as_buffer || !type_of(object).tp_as_buffer->bf_getbuffer)
        return raise(ts, PyExc_TypeError, "memoryview: a bytes-like object is required, not '%T'", &object);
    Ref<ManagedBuffer> buffer = TRY(managed_new(ts));
    TRY(get_buffer(ts, object, buffer->master, PyBUF_FULL_RO));
    return view_of(ts, buffer, buffer->master);
}

Result<Ref<Object>> memoryview_from_buffer(ThreadState& ts, const Py_buffer& info) {
    if (!info.buf) return raise(ts, PyExc_ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
    Ref<ManagedBuffer> buffer = TRY(managed_new(ts));
    buffer->master = info;
    buffer->master.obj = nullptr;
    return view_of(ts, buffer, buffer->master);
}

Result<Ref<Object>> memoryview_from_memory(ThreadState& ts, char* memory, Py_ssize_t size, int flags) {
    Ref<ManagedBuffer> buffer = TRY(managed_new(ts));
    TRY(buffer_fill_info(ts, buffer->master, nullptr, memory, size, flags != PyBUF_WRITE, PyBUF_FULL_RO));
    return view_of(ts, buffer, buffer->master);
}

Result<Ref<Object>> memoryview_contiguous(ThreadState& ts, Object& object, int buffer_type, char order) {
    Ref<Object> made = TRY(memoryview_from_object(ts, object));
    MemoryView& view = as<MemoryView>(*made);
    if (buffer_type == PyBUF_WRITE && view.view.readonly)
        return raise(ts, PyExc_BufferError, "underlying buffer is not writable");
    if (buffer_is_contiguous(view.view, order)) return made;
    if (buffer_type == PyBUF_WRITE)
        return raise(ts, PyExc_BufferError, "writable contiguous buffer requested for a non-contiguous object.");
    // A copy in the order asked for, which keeps format and shape.
    Ref<Bytes> bytes = TRY(bytes_new(ts, view.view.len));
    TRY(buffer_to_contiguous(ts, bytes_data(bytes), view.view, view.view.len, order));
    Ref<ManagedBuffer> buffer = TRY(managed_new(ts));
    TRY(get_buffer(ts, bytes, buffer->master, PyBUF_FULL_RO));
    Py_buffer layout = view.view;
    Py_ssize_t strides[PyBUF_MAX_NDIM];
    layout.obj = buffer->master.obj;
    layout.buf = buffer->master.buf;
    layout.readonly = 1;
    layout.suboffsets = nullptr;
    layout.strides = nullptr;
    if (order == 'F') {
        Py_ssize_t step = layout.itemsize;
        for (int i = 0; i < layout.ndim; ++i) {
            strides[i] = step;
            step *= layout.shape[i];
        }
        layout.strides = strides;
    }
    size_t format_size = strlen(layout.format) + 1;
    char* format = static_cast<char*>(ts.heap().allocate(format_size));
    if (!format) return raise_no_memory(ts);
    memcpy(format, layout.format, format_size);
    buffer->master.format = layout.format = format;
    buffer->flags |= _Py_MANAGED_BUFFER_FREE_FORMAT;
    return view_of(ts, buffer, layout);
}

}  // namespace orochi

using namespace orochi;

PyTypeObject _PyManagedBuffer_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "managedbuffer",
    .tp_basicsize = sizeof(ManagedBuffer),
    .tp_dealloc = slot<managed_dealloc>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = managed_traverse,
    .tp_clear = managed_clear,
};

PyTypeObject PyMemoryView_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "memoryview",
    .tp_basicsize = offsetof(MemoryView, ob_array),
    .tp_itemsize = sizeof(Py_ssize_t),
    .tp_dealloc = slot<view_dealloc>,
    .tp_repr = slot<view_repr>,
    .tp_as_sequence = &view_as_sequence,
    .tp_as_mapping = &view_as_mapping,
    .tp_hash = slot<view_hash>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &view_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_SEQUENCE,
    .tp_doc = "memoryview(object)\n--\n\nCreate a new memoryview object which references the given object.",
    .tp_traverse = view_traverse,
    .tp_clear = view_clear,
    .tp_richcompare = slot<view_compare>,
    .tp_weaklistoffset = offsetof(MemoryView, weakreflist),
    .tp_iter = slot<view_iter>,
    .tp_methods = METHOD_TABLE(memoryview_methods),
    .tp_getset = GETSET_TABLE(memoryview_getset),
    .tp_new = NEW_SLOT("memoryview($type, /, object)", view_new),
};

PyTypeObject orochi_memory_iterator_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "memory_iterator",
    .tp_basicsize = sizeof(MemoryIterator),
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<iterator_next>,
};
