// bytearray: the type object, construction, items and the methods that change it.
#include "objects/byte_methods.hpp"
#include "objects/index_iterator.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

Py_ssize_t size_of(const ByteArray& a) { return a.ob_base.ob_size; }

Result<void> array_init(ThreadState& ts, ByteArray& self, Object* source, Str* encoding, Str* errors) {
    if (size_of(self)) TRY(bytearray_resize(ts, self, 0));
    if (!source) {
        if (encoding || errors)
            return raise(ts, PyExc_TypeError,
                         encoding ? "encoding without a string argument" : "errors without a string argument");
        return {};
    }
    if (PyUnicode_Check(source)) {
        if (!encoding) return raise(ts, PyExc_TypeError, "string argument without an encoding");
        const char* encoding_name = TRY(codec_argument(ts, encoding));
        const char* errors_name = TRY(codec_argument(ts, errors));
        Ref<Object> bytes = TRY(str_encode(ts, as<Str>(*source), encoding_name, errors_name));
        return bytearray_append(ts, self, bytes_view(as<Bytes>(*bytes)));
    }
    if (encoding || errors)
        return raise(ts, PyExc_TypeError,
                     encoding ? "encoding without a string argument" : "errors without a string argument");
    if (is_index(*source)) {
        Result<Py_ssize_t> number = number_as_ssize(ts, *source, PyExc_OverflowError);
        if (number.ok()) {
            Py_ssize_t count = std::move(number).take();
            if (count < 0) return raise(ts, PyExc_ValueError, "negative count");
            if (count > 0) {
                TRY(bytearray_resize(ts, self, count));
                memset(bytearray_data(self), 0, size_t(count));
            }
            return {};
        }
        if (!error_matches(ts, PyExc_TypeError)) return failure;
        error_clear(ts);
    }
    if (type_of(*source).tp_as_buffer && type_of(*source).tp_as_buffer->bf_getbuffer) {
        BufferView buffer;
        TRY(get_buffer(ts, *source, buffer.raw(), PyBUF_FULL_RO));
        TRY(bytearray_resize(ts, self, buffer.size()));
        return buffer_to_contiguous(ts, bytearray_data(self), buffer.raw(), buffer.size(), 'C');
    }
    Result<Ref<Object>> made = get_iter(ts, *source);
    if (!made.ok()) {
        if (error_matches(ts, PyExc_TypeError))
            return raise(ts, PyExc_TypeError, "cannot convert '%T' object to bytearray", source);
        return failure;
    }
    Ref<Object> iterator = std::move(made).take();
    while (true) {
        OptRef<Object> item = TRY(iter_next(ts, iterator));
        if (!item) return {};
        char byte = char(TRY(byte_value(ts, *item, "byte must be in range(0, 256)")));
        TRY(bytearray_append(ts, self, {&byte, 1}));
    }
}

Result<void> bytearray_method_append(ThreadState& ts, ByteArray& self, Object& item) {
    char byte = char(TRY(byte_value(ts, item, "byte must be in range(0, 256)")));
    return bytearray_append(ts, self, {&byte, 1});
}
Result<void> bytearray_method_clear(ThreadState& ts, ByteArray& self) { return bytearray_resize(ts, self, 0); }
Result<Ref<ByteArray>> bytearray_method_copy(ThreadState& ts, ByteArray& self) {
    return bytearray_from(ts, bytearray_view(self));
}
Result<void> bytearray_method_extend(ThreadState& ts, ByteArray& self, Object& iterable) {
    if (type_of(iterable).tp_as_buffer && type_of(iterable).tp_as_buffer->bf_getbuffer) {
        if (&obj(self) == &iterable) {
            Ref<Bytes> copy = TRY(bytes_from(ts, bytearray_view(self)));
            return bytearray_append(ts, self, bytes_view(copy));
        }
        BufferView buffer;
        TRY(get_buffer(ts, iterable, buffer.raw(), PyBUF_SIMPLE));
        return bytearray_append(ts, self, buffer.text());
    }
    Result<Ref<Object>> made = get_iter(ts, iterable);
    if (!made.ok()) {
        if (error_matches(ts, PyExc_TypeError))
            return raise(ts, PyExc_TypeError, "can't extend bytearray with %T", &iterable);
        return failure;
    }
    Ref<Object> iterator = std::move(made).take();
    Ref<ByteArray> added = TRY(bytearray_from(ts, {}));
    while (true) {
        OptRef<Object> item = TRY(iter_next(ts, iterator));
        if (!item) break;
        Result<unsigned char> byte = byte_value(ts, *item, "byte must be in range(0, 256)");
        if (!byte.ok()) return failure;
        char c = char(std::move(byte).take());
        TRY(bytearray_append(ts, added, {&c, 1}));
    }
    return bytearray_append(ts, self, bytearray_view(added));
}
Result<void> bytearray_method_insert(ThreadState& ts, ByteArray& self, Py_ssize_t index, Object& item) {
    char byte = char(TRY(byte_value(ts, item, "byte must be in range(0, 256)")));
    Py_ssize_t n = size_of(self);
    if (n == PY_SSIZE_T_MAX) return raise(ts, PyExc_OverflowError, "cannot add more objects to bytearray");
    TRY(bytearray_resize(ts, self, n + 1));
    if (index < 0) index = std::max<Py_ssize_t>(0, index + n);
    index = std::min(index, n);
    char* data = bytearray_data(self);
    memmove(data + index + 1, data + index, size_t(n - index));
    data[index] = byte;
    return {};
}
Result<int> bytearray_method_pop(ThreadState& ts, ByteArray& self, Py_ssize_t index) {
    Py_ssize_t n = size_of(self);
    if (n == 0) return raise(ts, PyExc_IndexError, "pop from empty bytearray");
    if (index < 0) index += n;
    if (index < 0 || index >= n) return raise(ts, PyExc_IndexError, "pop index out of range");
    TRY(bytearray_check_exports(ts, self));
    char* data = bytearray_data(self);
    int value = static_cast<unsigned char>(data[index]);
    memmove(data + index, data + index + 1, size_t(n - index));
    TRY(bytearray_resize(ts, self, n - 1));
    return value;
}
Result<void> bytearray_method_remove(ThreadState& ts, ByteArray& self, Object& value) {
    char byte = char(TRY(byte_value(ts, value, "byte must be in range(0, 256)")));
    Py_ssize_t n = size_of(self);
    size_t at = bytearray_view(self).find(byte);
    if (at == std::string_view::npos) return raise(ts, PyExc_ValueError, "value not found in bytearray");
    TRY(bytearray_check_exports(ts, self));
    char* data = bytearray_data(self);
    memmove(data + at, data + at + 1, size_t(n) - at);
    return bytearray_resize(ts, self, n - 1);
}
void bytearray_method_reverse(ByteArray& self) {
    if (size_of(self)) std::reverse(bytearray_data(self), bytearray_data(self) + size_of(self));
}
Py_ssize_t bytearray_method_alloc(ByteArray& self) { return self.ob_alloc; }
Py_ssize_t bytearray_method_sizeof(ByteArray& self) { return type_of(obj(self)).tp_basicsize + self.ob_alloc; }
Result<Ref<Object>> reduce_common(ThreadState& ts, ByteArray& self, int protocol) {
    Ref<Object> dict = TRY(call_method(ts, obj(self), "__getstate__"_n));
    Object& type = obj(type_of(obj(self)));
    Ref<Tuple> arguments = Ref<Tuple>::share(empty_tuple());
    if (protocol < 3) {
        if (size_of(self)) {
            std::string_view all = bytearray_view(self);
            Ref<Str> text = TRY(str_from_latin1(ts, all));
            Ref<Tuple> both = TRY(tuple_of(ts, text, "latin-1"_s));
            arguments = std::move(both);
        }
    } else if (size_of(self)) {
        Ref<Bytes> bytes = TRY(bytes_from(ts, bytearray_view(self)));
        Ref<Tuple> one = TRY(tuple_of(ts, bytes));
        arguments = std::move(one);
    }
    return tuple_of(ts, type, arguments, dict);
}
Result<Ref<Object>> bytearray_method_reduce(ThreadState& ts, ByteArray& self) { return reduce_common(ts, self, 2); }
Result<Ref<Object>> bytearray_method_reduce_ex(ThreadState& ts, ByteArray& self, int protocol) {
    return reduce_common(ts, self, protocol);
}

constexpr MethodDef bytearray_methods[] = {
    METHOD_PLAIN("__alloc__($self, /)", bytearray_method_alloc,
                 "B.__alloc__() -> int\n"
                 "\n"
                 "Return the number of bytes actually allocated."),
    METHOD("__reduce__($self, /)", bytearray_method_reduce, "Return state information for pickling."),
    METHOD("__reduce_ex__($self, proto=0, /)", bytearray_method_reduce_ex, "Return state information for pickling."),
    METHOD("__sizeof__($self, /)", bytearray_method_sizeof,
           "Returns the size of the bytearray object in memory, in bytes."),
    METHOD("append($self, item, /)", bytearray_method_append,
           "Append a single item to the end of the bytearray.\n"
           "\n"
           "  item\n"
           "    The item to be appended."),
    METHOD("clear($self, /)", bytearray_method_clear, "Remove all items from the bytearray."),
    METHOD("copy($self, /)", bytearray_method_copy, "Return a copy of B."),
    METHOD("extend($self, iterable_of_ints, /)", bytearray_method_extend,
           "Append all the items from the iterator or sequence to the end of the bytearray.\n"
           "\n"
           "  iterable_of_ints\n"
           "    The iterable of items to append."),
    METHOD("fromhex($type, string, /)", ByteMethods<ByteArray>::fromhex,
           "Create a bytearray object from a string of hexadecimal numbers.\n"
           "\n"
           "Spaces between two numbers are accepted.\n"
           "Example: bytearray.fromhex('B9 01EF') -> bytearray(b'\\\\xb9\\\\x01\\\\xef')"),
    METHOD("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)", ByteMethods<ByteArray>::hex,
           "Create a string of hexadecimal numbers from a bytearray object.\n"
           "\n"
           "  sep\n"
           "    An optional single character or byte to separate hex bytes.\n"
           "  bytes_per_sep\n"
           "    How many bytes between separators.  Positive values count from the\n"
           "    right, negative values count from the left.\n"
           "\n"
           "Example:\n"
           ">>> value = bytearray([0xb9, 0x01, 0xef])\n"
           ">>> value.hex()\n"
           "'b901ef'\n"
           ">>> value.hex(':')\n"
           "'b9:01:ef'\n"
           ">>> value.hex(':', 2)\n"
           "'b9:01ef'\n"
           ">>> value.hex(':', -2)\n"
           "'b901:ef'"),
    METHOD("insert($self, index, item, /)", bytearray_method_insert,
           "Insert a single item into the bytearray before the given index.\n"
           "\n"
           "  index\n"
           "    The index where the value is to be inserted.\n"
           "  item\n"
           "    The item to be inserted."),
    METHOD("join($self, iterable_of_bytes, /)", ByteMethods<ByteArray>::join,
           "Concatenate any number of bytes/bytearray objects.\n"
           "\n"
           "The bytearray whose method is called is inserted in between each pair.\n"
           "\n"
           "The result is returned as a new bytearray object."),
    METHOD("lstrip($self, bytes=None, /)", ByteMethods<ByteArray>::lstrip,
           "Strip leading bytes contained in the argument.\n"
           "\n"
           "If the argument is omitted or None, strip leading ASCII whitespace."),
    METHOD("partition($self, sep, /)", ByteMethods<ByteArray>::partition,
           "Partition the bytearray into three parts using the given separator.\n"
           "\n"
           "This will search for the separator sep in the bytearray. If the separator is\n"
           "found, returns a 3-tuple containing the part before the separator, the\n"
           "separator itself, and the part after it as new bytearray objects.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing the copy of the\n"
           "original bytearray object and two empty bytearray objects."),
    METHOD("pop($self, index=-1, /)", bytearray_method_pop,
           "Remove and return a single item from B.\n"
           "\n"
           "  index\n"
           "    The index from where to remove the item.\n"
           "    -1 (the default value) means remove the last item.\n"
           "\n"
           "If no index argument is given, will pop the last item."),
    METHOD("remove($self, value, /)", bytearray_method_remove,
           "Remove the first occurrence of a value in the bytearray.\n"
           "\n"
           "  value\n"
           "    The value to remove."),
    METHOD("removeprefix($self, prefix, /)", ByteMethods<ByteArray>::removeprefix,
           "Return a bytearray with the given prefix string removed if present.\n"
           "\n"
           "If the bytearray starts with the prefix string, return\n"
           "bytearray[len(prefix):].  Otherwise, return a copy of the original\n"
           "bytearray."),
    METHOD("removesuffix($self, suffix, /)", ByteMethods<ByteArray>::removesuffix,
           "Return a bytearray with the given suffix string removed if present.\n"
           "\n"
           "If the bytearray ends with the suffix string and that suffix is not\n"
           "empty, return bytearray[:-len(suffix)].  Otherwise, return a copy of\n"
           "the original bytearray."),
    METHOD("reverse($self, /)", bytearray_method_reverse, "Reverse the order of the values in B in place."),
    METHOD("rpartition($self, sep, /)", ByteMethods<ByteArray>::rpartition,
           "Partition the bytearray into three parts using the given separator.\n"
           "\n"
           "This will search for the separator sep in the bytearray, starting at the end.\n"
           "If the separator is found, returns a 3-tuple containing the part before the\n"
           "separator, the separator itself, and the part after it as new bytearray\n"
           "objects.\n"
           "\n"
           "If the separator is not found, returns a 3-tuple containing two empty bytearray\n"
           "objects and the copy of the original bytearray object."),
#define BYTES_TYPE ByteArray
#define BYTES_NAME "bytearray"
#include "objects/byte_method_table.inc"
#undef BYTES_TYPE
#undef BYTES_NAME
    METHOD_END,
};

void array_dealloc(ThreadState& ts, ByteArray& self) {
    if (self.ob_exports > 0) {
        (void)raise(ts, PyExc_SystemError, "deallocated bytearray object has exported buffers");
        write_unraisable(ts, nullptr);
    }
    Heap::free(self.ob_bytes);
    type_of(obj(self)).tp_free(&self);
}

Py_ssize_t array_len(ByteArray& self) { return size_of(self); }

Result<Ref<Str>> array_repr(ThreadState& ts, ByteArray& self) {
    std::string_view name = type_of(obj(self)).tp_name;
    size_t dot = name.rfind('.');
    if (dot != name.npos) name.remove_prefix(dot + 1);
    Ref<Str> prefix = TRY(str_format(ts, "%s(", name.data()));
    return byte_string_repr(ts, bytearray_view(self), TRY(str_utf8(ts, prefix)), ")", true);
}

Result<Ref<Str>> array_str(ThreadState& ts, ByteArray& self) {
    TRY(warn_bytes(ts, "str() on a bytearray instance"));
    return array_repr(ts, self);
}

Result<Ref<Object>> array_concat(ThreadState& ts, Object& left, Object& right) {
    return bytearray_concat(ts, left, right);
}

Result<Ref<Object>> array_inplace_concat(ThreadState& ts, ByteArray& self, Object& other) {
    if (&obj(self) == &other) {
        Ref<Bytes> copy = TRY(bytes_from(ts, bytearray_view(self)));
        TRY(bytearray_append(ts, self, bytes_view(copy)));
        return Ref<Object>::share(obj(self));
    }
    BufferView buffer;
    if (!get_buffer(ts, other, buffer.raw(), PyBUF_SIMPLE).ok()) {
        buffer.raw().obj = nullptr;
        return raise(ts, PyExc_TypeError, "can't concat %.100s to %.100s", type_of(other).tp_name,
                     type_of(obj(self)).tp_name);
    }
    TRY(bytearray_append(ts, self, buffer.text()));
    return Ref<Object>::share(obj(self));
}

Result<Ref<Object>> array_repeat(ThreadState& ts, ByteArray& self, Py_ssize_t count) {
    if (count < 0) count = 0;
    Py_ssize_t n = size_of(self);
    if (count > 0 && n > PY_SSIZE_T_MAX / count) return raise_no_memory(ts);
    Ref<ByteArray> result = TRY(bytearray_of_size(ts, n * count));
    repeat_bytes(bytearray_data(result), size_t(n * count), bytearray_view(self));
    return Ref<Object>(std::move(result));
}
Result<Ref<Object>> array_inplace_repeat(ThreadState& ts, ByteArray& self, Py_ssize_t count) {
    if (count < 0) count = 0;
    Py_ssize_t n = size_of(self);
    if (count > 0 && n > PY_SSIZE_T_MAX / count) return raise_no_memory(ts);
    TRY(bytearray_resize(ts, self, n * count));
    if (n && count) repeat_bytes(bytearray_data(self), size_t(n * count), {bytearray_data(self), size_t(n)});
    return Ref<Object>::share(obj(self));
}

Result<Ref<Object>> array_item(ThreadState& ts, ByteArray& self, Py_ssize_t index) {
    if (index < 0 || index >= size_of(self)) return raise(ts, PyExc_IndexError, "bytearray index out of range");
    return int_from(ts, static_cast<unsigned char>(bytearray_data(self)[index]));
}
Result<Ref<Object>> array_subscript(ThreadState& ts, ByteArray& self, Object& key) {
    if (is_index(key)) {
        Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
        if (index < 0) index += size_of(self);
        return array_item(ts, self, index);
    }
    if (!PySlice_Check(&key))
        return raise(ts, PyExc_TypeError, "bytearray indices must be integers or slices, not %T", &key);
    Py_ssize_t start, stop, step;
    TRY(text::slice_unpack(ts, key, start, stop, step));
    Py_ssize_t count = text::slice_adjust(size_of(self), start, stop, step);
    if (count <= 0) return bytearray_from(ts, {});
    if (step == 1) return bytearray_from(ts, bytearray_view(self).substr(size_t(start), size_t(count)));
    Ref<ByteArray> result = TRY(bytearray_of_size(ts, count));
    for (Py_ssize_t i = 0, at = start; i < count; ++i, at += step) bytearray_data(result)[i] = bytearray_data(self)[at];
    return Ref<Object>(std::move(result));
}

// Replaces [low, high) with the bytes, moving the tail.
Result<void> replace_range(ThreadState& ts, ByteArray& self, Py_ssize_t low, Py_ssize_t high, std::string_view bytes) {
    Py_ssize_t n = size_of(self), growth = Py_ssize_t(bytes.size()) - (high - low);
    if (growth < 0) {
        TRY(bytearray_check_exports(ts, self));
        if (low == 0) {
            // Taking from the front moves only the start.
            self.ob_start -= growth;
            self.ob_base.ob_size += growth;
            if (!bytes.empty()) memcpy(bytearray_data(self), bytes.data(), bytes.size());
            return bytearray_resize(ts, self, n + growth);
        }
        char* data = bytearray_data(self);
        memmove(data + low + bytes.size(), data + high, size_t(n - high));
        TRY(bytearray_resize(ts, self, n + growth));
    } else if (growth > 0) {
        if (n > PY_SSIZE_T_MAX - growth) return raise_no_memory(ts);
        TRY(bytearray_resize(ts, self, n + growth));
        char* data = bytearray_data(self);
        memmove(data + low + bytes.size(), data + high, size_t(n - high));
    }
    if (!bytes.empty()) memcpy(bytearray_data(self) + low, bytes.data(), bytes.size());
    return {};
}

Result<void> array_assign(ThreadState& ts, ByteArray& self, Object& key, Object* value) {
    if (is_index(key)) {
        Py_ssize_t index = TRY(number_as_ssize(ts, key, PyExc_IndexError));
        unsigned char byte = 0;
        if (value) byte = TRY(byte_value(ts, *value, "byte must be in range(0, 256)"));
        if (index < 0) index += size_of(self);
        if (index < 0 || index >= size_of(self)) return raise(ts, PyExc_IndexError, "bytearray index out of range");
        if (!value) return replace_range(ts, self, index, index + 1, {});
        bytearray_data(self)[index] = char(byte);
        return {};
    }
    if (!PySlice_Check(&key))
        return raise(ts, PyExc_TypeError, "bytearray indices must be integers or slices, not %T", &key);
    OptRef<Object> values;
    if (value) {
        if (PyByteArray_Check(value) && value != &obj(self)) {
            values = OptRef<Object>::share(value);
        } else {
            if (PyLong_Check(value) || PyUnicode_Check(value))
                return raise(ts, PyExc_TypeError,
                             "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
            Ref<Object> copy = TRY(call(ts, obj(PyByteArray_Type), *value));
            values = OptRef<Object>(std::move(copy));
        }
    }
    Py_ssize_t start, stop, step;
    TRY(text::slice_unpack(ts, key, start, stop, step));
    Py_ssize_t count = text::slice_adjust(size_of(self), start, stop, step);
    std::string_view bytes = values ? bytearray_view(as<ByteArray>(*values)) : std::string_view();
    if ((step < 0 && start < stop) || (step > 0 && start > stop)) stop = start;
    if (step == 1) return replace_range(ts, self, start, stop, bytes);
    if (bytes.empty()) {
        if (count == 0) return {};
        TRY(bytearray_check_exports(ts, self));
        if (step < 0) {
            start += (count - 1) * step;
            step = -step;
        }
        char* data = bytearray_data(self);
        Py_ssize_t out = start, n = size_of(self);
        for (Py_ssize_t i = start, next = start, left = count; i < n; ++i) {
            if (left && i == next) {
                next += step;
                --left;
            } else {
                data[out++] = data[i];
            }
        }
        return bytearray_resize(ts, self, n - count);
    }
    if (Py_ssize_t(bytes.size()) != count)
        return raise(ts, PyExc_ValueError, "attempt to assign bytes of size %zd to extended slice of size %zd",
                     Py_ssize_t(bytes.size()), count);
    for (Py_ssize_t i = 0, at = start; i < count; ++i, at += step) bytearray_data(self)[at] = bytes[size_t(i)];
    return {};
}
Result<void> array_assign_item(ThreadState& ts, ByteArray& self, Py_ssize_t index, Object* value) {
    Ref<Object> key = TRY(int_from(ts, index));
    return array_assign(ts, self, key, value);
}

Result<Ref<Object>> array_compare(ThreadState& ts, Object& left, Object& right, int op) {
    BufferView a, b;
    if (!has_buffer(left) || !has_buffer(right)) {
        if ((op == Py_EQ || op == Py_NE) && (PyUnicode_Check(&left) || PyUnicode_Check(&right)))
            TRY(warn_bytes(ts, "Comparison between bytearray and string"));
        return new_not_implemented();
    }
    for (auto [o, v] : {std::pair{&left, &a}, std::pair{&right, &b}}) {
        if (!get_buffer(ts, *o, v->raw(), PyBUF_SIMPLE).ok()) {
            v->raw().obj = nullptr;
            error_clear(ts);
            return new_not_implemented();
        }
    }
    return compare_views(a.text(), b.text(), op);
}

Result<Ref<Object>> array_remainder(ThreadState& ts, Object& left, Object& right) {
    if (!PyByteArray_Check(&left)) return new_not_implemented();
    return bytes_percent_format(ts, bytearray_view(as<ByteArray>(left)), right, true);
}

Result<void> array_getbuffer(ThreadState& ts, ByteArray& self, Py_buffer* view, int flags) {
    if (!view) return raise(ts, PyExc_BufferError, "bytearray_getbuffer: view==NULL argument is obsolete");
    TRY(buffer_fill_info(ts, *view, &obj(self), const_cast<char*>(bytearray_view(self).data()), size_of(self), false,
                         flags));
    ++self.ob_exports;
    return {};
}
void array_releasebuffer(ByteArray& self, Py_buffer*) { --self.ob_exports; }

struct ByteArrayIterator {
    PyObject ob_base;
    Py_ssize_t index;
    ByteArray* array;  // null: exhausted
};
using Iteration = IndexIterator<&ByteArrayIterator::array>;

Result<OptRef<Object>> iterator_next(ThreadState& ts, ByteArrayIterator& self) {
    if (!self.array) return nullptr;
    if (self.index < size_of(*self.array))
        return int_from(ts, static_cast<unsigned char>(bytearray_data(*self.array)[self.index++]));
    clear(self.array);
    return nullptr;
}
Result<Ref<Object>> array_iter(ThreadState& ts, ByteArray& self) {
    return Iteration::make(ts, PyByteArrayIter_Type, self);
}

PyNumberMethods array_as_number = {
    .nb_remainder = slot<array_remainder>,
};
PySequenceMethods array_as_sequence = {
    .sq_length = slot<array_len>,
    .sq_concat = slot<array_concat>,
    .sq_repeat = slot<array_repeat>,
    .sq_item = slot<array_item>,
    .sq_ass_item = slot<array_assign_item>,
    .sq_contains = slot<ByteMethods<ByteArray>::contains>,
    .sq_inplace_concat = slot<array_inplace_concat>,
    .sq_inplace_repeat = slot<array_inplace_repeat>,
};
PyMappingMethods array_as_mapping = {
    .mp_length = slot<array_len>,
    .mp_subscript = slot<array_subscript>,
    .mp_ass_subscript = slot<array_assign>,
};
PyBufferProcs array_as_buffer = {
    .bf_getbuffer = slot<array_getbuffer>,
    .bf_releasebuffer = slot<array_releasebuffer>,
};

}  // namespace

}  // namespace orochi

using namespace orochi;

PyTypeObject PyByteArray_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "bytearray",
    .tp_basicsize = sizeof(PyByteArrayObject),
    .tp_dealloc = slot<array_dealloc>,
    .tp_repr = slot<array_repr>,
    .tp_as_number = &array_as_number,
    .tp_as_sequence = &array_as_sequence,
    .tp_as_mapping = &array_as_mapping,
    .tp_str = slot<array_str>,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_as_buffer = &array_as_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | _Py_TPFLAGS_MATCH_SELF,
    .tp_doc =
        "bytearray(iterable_of_ints) -> bytearray\n"
        "bytearray(string, encoding[, errors]) -> bytearray\n"
        "bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\n"
        "bytearray(int) -> bytes array of size given by the parameter initialized with null bytes\n"
        "bytearray() -> empty bytes array\n"
        "\n"
        "Construct a mutable bytearray object from:\n"
        "  - an iterable yielding integers in range(256)\n"
        "  - a text string encoded using the specified encoding\n"
        "  - a bytes or a buffer object\n"
        "  - any object implementing the buffer API.\n"
        "  - an integer",
    .tp_richcompare = slot<array_compare>,
    .tp_iter = slot<array_iter>,
    .tp_methods = METHOD_TABLE(bytearray_methods),
    .tp_base = &PyBaseObject_Type,
    .tp_init = NEW_SLOT("bytearray($self, /, source=b'', encoding='utf-8', errors='strict')", array_init),
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_Free,
};

PyTypeObject PyByteArrayIter_Type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "bytearray_iterator",
    .tp_basicsize = sizeof(ByteArrayIterator),
    .tp_dealloc = Iteration::dealloc,
    .tp_getattro = PyObject_GenericGetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = Iteration::traverse,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = slot<iterator_next>,
    .tp_methods = METHOD_TABLE(Iteration::methods),
};
