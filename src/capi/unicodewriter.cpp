// _PyUnicodeWriter and _PyBytesWriter: builders whose structs are public, because their macros write to them.
#include "capi/text.hpp"
#include "objects/byte_strings.hpp"
#include "objects/format_spec.hpp"
#include "objects/object.hpp"

using namespace orochi;
using namespace orochi::capi;

namespace {

void update(_PyUnicodeWriter& w) {
    Str& s = as<Str>(*w.buffer);
    w.data = str_data(s);
    w.maxchar = str_max_class(s);
    w.kind = static_cast<PyUnicode_Kind>(w.readonly ? 0 : str_kind(s));
    w.size = w.readonly ? 0 : str_length(s);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void _PyUnicodeWriter_Init(_PyUnicodeWriter* w) { *w = _PyUnicodeWriter{}; }

int _PyUnicodeWriter_PrepareInternal(_PyUnicodeWriter* w, Py_ssize_t length, Py_UCS4 maxchar) {
    ThreadState& ts = current_thread();
    if (length > PY_SSIZE_T_MAX - w->pos) return failed(raise_no_memory(ts));
    Py_ssize_t needed = w->pos + length;
    maxchar = std::max({maxchar, w->min_char, w->maxchar});
    Py_ssize_t size = needed;
    if (w->overallocate && size <= PY_SSIZE_T_MAX - size / 4) size += size / 4;
    size = std::max(size, w->min_length);
    if (w->buffer && !w->readonly) size = std::max(size, needed > w->size ? size : w->size);
    Result<Ref<Str>> made = str_new(ts, std::max<Py_ssize_t>(size, 1), maxchar);
    if (!made.ok()) return -1;
    Ref<Str> bigger = std::move(made).take();
    if (w->buffer && w->pos) {
        base::TextView view = text_view(as<Str>(*w->buffer));
        view.length = size_t(w->pos);
        str_copy_into(bigger, 0, view);
    }
    decref_optional(w->buffer);
    w->buffer = obj(std::move(bigger).release());
    w->readonly = 0;
    update(*w);
    return 0;
}
int _PyUnicodeWriter_PrepareKindInternal(_PyUnicodeWriter* w, enum PyUnicode_Kind kind) {
    return _PyUnicodeWriter_PrepareInternal(w, 0, kind == 1 ? 0xFF : kind == 2 ? 0xFFFF : 0x10FFFF);
}
int _PyUnicodeWriter_WriteChar(_PyUnicodeWriter* w, Py_UCS4 c) {
    if (_PyUnicodeWriter_Prepare(w, 1, c) < 0) return -1;
    PyUnicode_WRITE(w->kind, w->data, w->pos, c);
    ++w->pos;
    return 0;
}
int _PyUnicodeWriter_WriteSubstring(_PyUnicodeWriter* w, PyObject* text, Py_ssize_t start, Py_ssize_t end) {
    if (start >= end) return 0;
    base::TextView view = text_view(as<Str>(*text));
    view.data = static_cast<const char*>(view.data) + start * view.kind;
    view.length = size_t(end - start);
    if (_PyUnicodeWriter_Prepare(w, end - start, base::max_char_class(view)) < 0) return -1;
    str_copy_into(as<Str>(*w->buffer), w->pos, view);
    w->pos += end - start;
    return 0;
}
int _PyUnicodeWriter_WriteStr(_PyUnicodeWriter* w, PyObject* text) {
    return _PyUnicodeWriter_WriteSubstring(w, text, 0, str_length(as<Str>(*text)));
}
int _PyUnicodeWriter_WriteLatin1String(_PyUnicodeWriter* w, const char* text, Py_ssize_t size) {
    if (size <= 0) return 0;
    base::TextView view{text, size_t(size), 1};
    if (_PyUnicodeWriter_Prepare(w, size, base::max_char_class(view)) < 0) return -1;
    str_copy_into(as<Str>(*w->buffer), w->pos, view);
    w->pos += size;
    return 0;
}
int _PyUnicodeWriter_WriteASCIIString(_PyUnicodeWriter* w, const char* text, Py_ssize_t size) {
    return _PyUnicodeWriter_WriteLatin1String(w, text, size < 0 ? Py_ssize_t(strlen(text)) : size);
}
PyObject* _PyUnicodeWriter_Finish(_PyUnicodeWriter* w) {
    ThreadState& ts = current_thread();
    Object* buffer = std::exchange(w->buffer, nullptr);
    if (w->pos == 0) {
        decref_optional(buffer);
        return obj(&empty_str());
    }
    Ref<Str> text = Ref<Str>::steal(as<Str>(*buffer));
    base::TextView view = text_view(text);
    view.length = size_t(w->pos);
    // Room may have been made for wider characters than came.
    if (base::max_char_class(view) < str_max_class(text) || w->pos == 1) return to_c(str_from_view(ts, view));
    return to_c(str_resize(ts, std::move(text), w->pos));
}
void _PyUnicodeWriter_Dealloc(_PyUnicodeWriter* w) { clear(w->buffer); }

int _PyUnicode_FormatAdvancedWriter(_PyUnicodeWriter* w, PyObject* object, PyObject* spec, Py_ssize_t start,
                                    Py_ssize_t end) {
    ThreadState& ts = current_thread();
    Result<Ref<Str>> part = str_substring(ts, as<Str>(*spec), start, end);
    if (!part.ok()) return -1;
    Ref<Str> part_spec = std::move(part).take();
    Result<Ref<Str>> text = format_str(ts, as<Str>(*object), part_spec);
    if (!text.ok()) return -1;
    Ref<Str> made = std::move(text).take();
    return _PyUnicodeWriter_WriteStr(w, obj(made.get()));
}

// -- Bytes. -----------------------------------------------------------------------------------------------------------

void _PyBytesWriter_Init(_PyBytesWriter* w) {
    w->buffer = nullptr;
    w->allocated = w->min_size = 0;
    w->use_bytearray = w->overallocate = w->use_small_buffer = 0;
}
static char* writer_start(_PyBytesWriter* w) {
    if (w->use_small_buffer) return w->small_buffer;
    if (w->use_bytearray) return bytearray_data(as<ByteArray>(*w->buffer));
    return bytes_data(as<Bytes>(*w->buffer));
}
void* _PyBytesWriter_Resize(_PyBytesWriter* w, void* at, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    Py_ssize_t used = static_cast<char*>(at) - writer_start(w);
    if (w->overallocate && size <= PY_SSIZE_T_MAX - size / 4) size += size / 4;
    if (w->use_small_buffer) {
        Object* made = w->use_bytearray ? to_c(bytearray_of_size(ts, size)) : to_c(bytes_new(ts, size));
        if (!made) return nullptr;
        char* data = w->use_bytearray ? bytearray_data(as<ByteArray>(*made)) : bytes_data(as<Bytes>(*made));
        memcpy(data, w->small_buffer, size_t(used));
        w->buffer = made;
        w->use_small_buffer = 0;
    } else if (w->use_bytearray) {
        if (!bytearray_resize(ts, as<ByteArray>(*w->buffer), size).ok()) return nullptr;
    } else {
        Object* old = std::exchange(w->buffer, nullptr);
        w->buffer = to_c(bytes_resize(ts, Ref<Bytes>::steal(as<Bytes>(*old)), size));
        if (!w->buffer) return nullptr;
    }
    w->allocated = size;
    return writer_start(w) + used;
}
void* _PyBytesWriter_Prepare(_PyBytesWriter* w, void* at, Py_ssize_t size) {
    if (size == 0) return at;
    if (w->min_size > PY_SSIZE_T_MAX - size) {
        (void)raise_no_memory(current_thread());
        return nullptr;
    }
    w->min_size += size;
    return w->min_size > w->allocated ? _PyBytesWriter_Resize(w, at, w->min_size) : at;
}
void* _PyBytesWriter_Alloc(_PyBytesWriter* w, Py_ssize_t size) {
    w->use_small_buffer = 1;
    w->allocated = sizeof w->small_buffer;
    return _PyBytesWriter_Prepare(w, w->small_buffer, size);
}
void* _PyBytesWriter_WriteBytes(_PyBytesWriter* w, void* at, const void* bytes, Py_ssize_t size) {
    char* to = static_cast<char*>(_PyBytesWriter_Prepare(w, at, size));
    if (!to) return nullptr;
    memcpy(to, bytes, size_t(size));
    return to + size;
}
PyObject* _PyBytesWriter_Finish(_PyBytesWriter* w, void* at) {
    ThreadState& ts = current_thread();
    std::string_view bytes(writer_start(w), size_t(static_cast<char*>(at) - writer_start(w)));
    Object* result = w->use_bytearray ? to_c(bytearray_from(ts, bytes)) : to_c(bytes_from(ts, bytes));
    clear(w->buffer);
    return result;
}
void _PyBytesWriter_Dealloc(_PyBytesWriter* w) { clear(w->buffer); }

}  // extern "C"
#pragma GCC visibility pop
