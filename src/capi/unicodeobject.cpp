// str (unicodeobject.h): creation, access, text operations.
#include "base/unicode_data.hpp"
#include "capi/text.hpp"
#include "objects/number.hpp"
#include "objects/text_kernels.hpp"
#include "state/config.hpp"
#include "state/pending_calls.hpp"

using namespace orochi;
using namespace orochi::capi;

namespace {

bool is_modifiable(Object* o) {
    Str& s = as<Str>(*o);
    return o->ob_refcnt == 1 && !str_is_interned(s) && s._base._base.state.compact && str_is_exact(s) &&
           s._base._base.hash == -1;
}

void make_ready(Str& s) {
    if (s._base._base.state.ready) return;
    s._base._base.state.ready = 1;
    str_narrow(s);
}
int make_legacy_ready(void* owned) {
    Object& object = *static_cast<Object*>(owned);
    make_ready(as<Str>(object));
    decref(object);
    return 0;
}

std::string_view sized(const char* text, Py_ssize_t size) { return {text ? text : "", size_t(size)}; }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

// -- Creation. --------------------------------------------------------------------------------------------------------

PyObject* PyUnicode_New(Py_ssize_t size, Py_UCS4 maxchar) { return to_c(str_new(current_thread(), size, maxchar)); }
PyObject* PyUnicode_FromString(const char* text) { return to_c(str_from_utf8(current_thread(), text)); }
PyObject* PyUnicode_FromStringAndSize(const char* text, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (size < 0) {
        (void)raise(ts, PyExc_SystemError, "Negative size passed to PyUnicode_FromStringAndSize");
        return nullptr;
    }
    if (text) return to_c(str_from_utf8(ts, {text, size_t(size)}));
    // Memory that the caller fills as Py_UNICODE.
    return PyUnicode_FromUnicode(nullptr, size);
}
PyObject* PyUnicode_FromKindAndData(int kind, const void* data, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (kind != 1 && kind != 2 && kind != 4) {
        (void)raise(ts, PyExc_SystemError, "invalid kind");
        return nullptr;
    }
    return to_c(str_from_ucs(ts, kind, data, size));
}
PyObject* PyUnicode_FromOrdinal(int ordinal) {
    ThreadState& ts = current_thread();
    if (ordinal < 0 || ordinal > 0x10FFFF) {
        (void)raise(ts, PyExc_ValueError, "chr() arg not in range(0x110000)");
        return nullptr;
    }
    return to_c(str_from_character(ts, Py_UCS4(ordinal)));
}
PyObject* PyUnicode_FromWideChar(const wchar_t* text, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (!text && size) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    if (size < 0) size = Py_ssize_t(wcslen(text));
    for (Py_ssize_t i = 0; i < size; ++i)
        if (uint32_t(text[i]) > 0x10FFFF) {
            (void)raise(ts, PyExc_ValueError, "character U+%x is not in range [U+0000; U+10ffff]", unsigned(text[i]));
            return nullptr;
        }
    return to_c(str_from_ucs(ts, 4, text, size));
}
PyObject* PyUnicode_FromUnicode(const Py_UNICODE* text, Py_ssize_t size) {
    if (text) return PyUnicode_FromWideChar(text, size);
    // The caller writes the characters through PyUnicode_AS_UNICODE(): they are the string's own until it is made
    // ready, which is done for the caller before Python code goes on, since nothing else asks whether a string is
    // ready.
    Object* o = PyUnicode_New(size, 0x10FFFF);
    if (!o || size <= 0) return o;
    Str& s = as<Str>(*o);
    s._base._base.wstr = static_cast<wchar_t*>(str_data(s));
    s._base.wstr_length = size;
    if (add_pending_call(current_thread().interpreter(), make_legacy_ready, o, PendingCalls::By::kAnyThread)) {
        incref(*o);
        s._base._base.state.ready = 0;
    }
    return o;
}
PyObject* PyUnicode_FromObject(PyObject* object) {
    ThreadState& ts = current_thread();
    if (PyUnicode_Check(object)) return to_c(str_exact(ts, as<Str>(*object)));
    (void)raise(ts, PyExc_TypeError, "Can't convert '%T' object to str implicitly", object);
    return nullptr;
}
PyObject* PyUnicode_FromEncodedObject(PyObject* object, const char* encoding, const char* errors) {
    ThreadState& ts = current_thread();
    if (!object) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return to_c(str_from_encoded_object(ts, *object, encoding, errors));
}
PyObject* PyUnicode_FromFormat(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    Object* result = to_c(str_format_v(current_thread(), format, arguments));
    va_end(arguments);
    return result;
}
PyObject* PyUnicode_FromFormatV(const char* format, va_list arguments) {
    return to_c(str_format_v(current_thread(), format, arguments));
}
PyObject* _PyUnicode_FromASCII(const char* text, Py_ssize_t size) {
    return to_c(str_from_ascii(current_thread(), sized(text, size)));
}
PyObject* _PyUnicode_Copy(PyObject* object) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object)) return nullptr;
    Str& s = as<Str>(*object);
    Result<Ref<Str>> made = str_new(ts, str_length(s), str_max_class(s));
    if (!made.ok()) return nullptr;
    Ref<Str> copy = std::move(made).take();
    if (str_length(s)) str_copy_into(copy, 0, text_view(s));
    return obj(std::move(copy).release());
}

// -- Interning. -------------------------------------------------------------------------------------------------------

void PyUnicode_InternInPlace(PyObject** place) {
    if (!*place || !PyUnicode_Check(*place)) return;
    *place = obj(intern(current_thread(), Ref<Str>::steal(as<Str>(**place))).release());
}
void PyUnicode_InternImmortal(PyObject** place) {
    PyUnicode_InternInPlace(place);
    if (*place) incref(**place);  // never given back
}
PyObject* PyUnicode_InternFromString(const char* text) { return to_c(intern_utf8(current_thread(), text)); }
PyObject* _PyUnicode_FromId(_Py_Identifier* id) {
    // Borrowed for ever: the reference that is not given back keeps it.
    return to_c(intern_utf8(current_thread(), id->string));
}

// -- Access. ----------------------------------------------------------------------------------------------------------

Py_ssize_t PyUnicode_GetLength(PyObject* object) {
    return check_str(current_thread(), object) ? str_length(as<Str>(*object)) : -1;
}
Py_UCS4 PyUnicode_ReadChar(PyObject* object, Py_ssize_t index) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object)) return Py_UCS4(-1);
    if (index < 0 || index >= str_length(as<Str>(*object))) {
        (void)raise(ts, PyExc_IndexError, "string index out of range");
        return Py_UCS4(-1);
    }
    return str_at(as<Str>(*object), index);
}
int PyUnicode_WriteChar(PyObject* object, Py_ssize_t index, Py_UCS4 c) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object)) return -1;
    Str& s = as<Str>(*object);
    if (index < 0 || index >= str_length(s)) return failed(raise(ts, PyExc_IndexError, "string index out of range"));
    if (!is_modifiable(object)) return failed(raise(ts, PyExc_SystemError, "Cannot modify a string currently used"));
    if (c > str_max_class(s)) return failed(raise(ts, PyExc_ValueError, "character out of range"));
    str_put(s, index, c);
    return 0;
}
int PyUnicode_Resize(PyObject** place, Py_ssize_t length) {
    ThreadState& ts = current_thread();
    if (!place || !*place || !PyUnicode_Check(*place) || length < 0) return failed(raise_bad_internal_call(ts));
    Str& s = as<Str>(**place);
    if (str_length(s) == length) return 0;
    Result<Ref<Str>> result = [&]() -> Result<Ref<Str>> {
        if (is_modifiable(*place)) {
            Object* given = std::exchange(*place, nullptr);
            return str_resize(ts, Ref<Str>::steal(as<Str>(*given)), length);
        }
        Ref<Str> copy = TRY(str_new(ts, length, str_max_class(s)));
        base::TextView view = text_view(s);
        view.length = std::min(view.length, size_t(length));
        if (view.length) str_copy_into(copy, 0, view);
        return copy;
    }();
    if (!result.ok()) return -1;
    if (*place) decref(**place);
    *place = obj(std::move(result).release());
    return 0;
}
Py_ssize_t PyUnicode_CopyCharacters(PyObject* to, Py_ssize_t to_start, PyObject* from, Py_ssize_t from_start,
                                    Py_ssize_t how_many) {
    ThreadState& ts = current_thread();
    if (!PyUnicode_Check(from) || !PyUnicode_Check(to)) return failed(raise_bad_internal_call(ts));
    Str& source = as<Str>(*from);
    Str& target = as<Str>(*to);
    if (from_start < 0 || from_start > str_length(source) || to_start < 0 || to_start > str_length(target))
        return failed(raise(ts, PyExc_IndexError, "string index out of range"));
    if (how_many < 0) return failed(raise(ts, PyExc_SystemError, "how_many cannot be negative"));
    how_many = std::min(how_many, str_length(source) - from_start);
    if (to_start + how_many > str_length(target))
        return failed(raise(ts, PyExc_SystemError, "Cannot write %zi characters at %zi in a string of %zi characters",
                            how_many, to_start, str_length(target)));
    if (how_many == 0) return 0;
    if (!is_modifiable(to)) return failed(raise(ts, PyExc_SystemError, "Cannot modify a string currently used"));
    base::TextView part = text::part_of(text_view(source), from_start, from_start + how_many);
    if (str_max_class(source) > str_max_class(target) && base::max_char_class(part) > str_max_class(target))
        return failed(raise(ts, PyExc_SystemError, "Cannot copy UCS%d characters into a string of UCS%d characters",
                            str_kind(source), str_kind(target)));
    str_copy_into(target, to_start, part);
    return how_many;
}
void _PyUnicode_FastCopyCharacters(PyObject* to, Py_ssize_t to_start, PyObject* from, Py_ssize_t from_start,
                                   Py_ssize_t how_many) {
    str_copy_into(as<Str>(*to), to_start, text::part_of(text_view(as<Str>(*from)), from_start, from_start + how_many));
}
Py_ssize_t PyUnicode_Fill(PyObject* object, Py_ssize_t start, Py_ssize_t length, Py_UCS4 fill) {
    ThreadState& ts = current_thread();
    if (!PyUnicode_Check(object)) return failed(raise_bad_internal_call(ts));
    Str& s = as<Str>(*object);
    if (!is_modifiable(object)) return failed(raise(ts, PyExc_SystemError, "Cannot modify a string currently used"));
    if (start < 0) return failed(raise(ts, PyExc_IndexError, "string index out of range"));
    if (fill > str_max_class(s))
        return failed(raise(ts, PyExc_ValueError, "fill character is bigger than the string maximum character"));
    length = std::min(length, str_length(s) - start);
    if (length <= 0) return 0;
    _PyUnicode_FastFill(object, start, length, fill);
    return length;
}
void _PyUnicode_FastFill(PyObject* object, Py_ssize_t start, Py_ssize_t length, Py_UCS4 fill) {
    Str& s = as<Str>(*object);
    base::fill_characters(static_cast<char*>(str_data(s)) + start * str_kind(s), str_kind(s), size_t(length), fill);
}
Py_UCS4 _PyUnicode_FindMaxChar(PyObject* object, Py_ssize_t start, Py_ssize_t end) {
    return start >= end ? 127 : base::max_char_class(text::part_of(text_view(as<Str>(*object)), start, end));
}
int _PyUnicode_Ready(PyObject* object) {
    make_ready(as<Str>(*object));
    return 0;
}
int _PyUnicode_CheckConsistency(PyObject* object, int) { return PyUnicode_Check(object); }

Py_UCS4* PyUnicode_AsUCS4(PyObject* object, Py_UCS4* target, Py_ssize_t target_size, int copy_null) {
    ThreadState& ts = current_thread();
    if (!target || target_size < 0) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    Str& s = as<Str>(*object);
    Py_ssize_t needed = str_length(s) + (copy_null ? 1 : 0);
    if (target_size < needed) {
        (void)raise(ts, PyExc_SystemError, "string is longer than the buffer");
        if (copy_null && target_size > 0) target[0] = 0;
        return nullptr;
    }
    if (str_length(s)) base::copy_characters(text_view(s), target, 4);
    if (copy_null) target[str_length(s)] = 0;
    return target;
}
Py_UCS4* PyUnicode_AsUCS4Copy(PyObject* object) {
    Py_ssize_t n = str_length(as<Str>(*object));
    auto* copy = static_cast<Py_UCS4*>(PyMem_Malloc(size_t(n + 1) * sizeof(Py_UCS4)));
    if (!copy) {
        (void)raise_no_memory(current_thread());
        return nullptr;
    }
    return PyUnicode_AsUCS4(object, copy, n + 1, 1);
}
const char* PyUnicode_AsUTF8AndSize(PyObject* object, Py_ssize_t* size) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object)) return nullptr;
    Result<std::string_view> text = str_utf8(ts, as<Str>(*object));
    if (!text.ok()) return nullptr;
    std::string_view view = std::move(text).take();
    if (size) *size = Py_ssize_t(view.size());
    return view.data();
}
const char* PyUnicode_AsUTF8(PyObject* object) { return PyUnicode_AsUTF8AndSize(object, nullptr); }

// The wchar_t form that old extensions ask for, kept with the string.
Py_UNICODE* PyUnicode_AsUnicodeAndSize(PyObject* object, Py_ssize_t* size) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object)) return nullptr;
    Str& s = as<Str>(*object);
    wchar_t*& place = s._base._base.wstr;
    Py_ssize_t n = str_length(s);
    if (size) *size = n;
    if (wchar_t* known = __atomic_load_n(&place, __ATOMIC_ACQUIRE)) return known;
    auto* wide = static_cast<wchar_t*>(PyMem_RawMalloc(size_t(n + 1) * sizeof(wchar_t)));
    if (!wide) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    if (n) base::copy_characters(text_view(s), wide, 4);
    wide[n] = 0;
    // Shared strings may be asked by several interpreters at once: the first one stays.
    wchar_t* expected = nullptr;
    if (!__atomic_compare_exchange_n(&place, &expected, wide, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
        PyMem_RawFree(wide);
        return expected;
    }
    if (!str_is_ascii(s)) s._base.wstr_length = n;
    return wide;
}
Py_UNICODE* PyUnicode_AsUnicode(PyObject* object) { return PyUnicode_AsUnicodeAndSize(object, nullptr); }
const Py_UNICODE* _PyUnicode_AsUnicode(PyObject* object) {
    Py_ssize_t size;
    const Py_UNICODE* text = PyUnicode_AsUnicodeAndSize(object, &size);
    if (text && wcslen(text) != size_t(size)) {
        (void)raise(current_thread(), PyExc_ValueError, "embedded null character");
        return nullptr;
    }
    return text;
}
Py_ssize_t PyUnicode_GetSize(PyObject* object) { return PyUnicode_GetLength(object); }

Py_ssize_t PyUnicode_AsWideChar(PyObject* object, wchar_t* out, Py_ssize_t size) {
    ThreadState& ts = current_thread();
    if (!object || !PyUnicode_Check(object)) return failed(raise_bad_internal_call(ts));
    Str& s = as<Str>(*object);
    Py_ssize_t n = str_length(s);
    if (!out) return n + 1;
    if (size > n) {
        size = n + 1;
    } else {
        n = size;
    }
    if (n) base::copy_characters(text::part_of(text_view(s), 0, n), out, 4);
    if (size > n) out[n] = 0;
    return n;
}
wchar_t* PyUnicode_AsWideCharString(PyObject* object, Py_ssize_t* size) {
    ThreadState& ts = current_thread();
    if (!object || !PyUnicode_Check(object)) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    Py_ssize_t n = str_length(as<Str>(*object));
    auto* wide = static_cast<wchar_t*>(PyMem_Malloc(size_t(n + 1) * sizeof(wchar_t)));
    if (!wide) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    PyUnicode_AsWideChar(object, wide, n + 1);
    if (size) {
        *size = n;
    } else if (wcslen(wide) != size_t(n)) {
        PyMem_Free(wide);
        (void)raise(ts, PyExc_ValueError, "embedded null character");
        return nullptr;
    }
    return wide;
}
int _PyUnicode_WideCharString_Converter(PyObject* object, void* place) {
    auto** out = static_cast<wchar_t**>(place);
    if (!object) {
        PyMem_Free(*out);
        *out = nullptr;
        return 1;
    }
    if (!PyUnicode_Check(object)) {
        (void)raise(current_thread(), PyExc_TypeError, "argument must be str, not %T", object);
        return 0;
    }
    *out = PyUnicode_AsWideCharString(object, nullptr);
    return *out ? Py_CLEANUP_SUPPORTED : 0;
}
int _PyUnicode_WideCharString_Opt_Converter(PyObject* object, void* place) {
    if (object && is_none(object)) {
        *static_cast<wchar_t**>(place) = nullptr;
        return 1;
    }
    if (object && !PyUnicode_Check(object)) {
        (void)raise(current_thread(), PyExc_TypeError, "argument must be str or None, not %T", object);
        return 0;
    }
    return _PyUnicode_WideCharString_Converter(object, place);
}

// -- Text operations. -------------------------------------------------------------------------------------------------

PyObject* PyUnicode_Concat(PyObject* left, PyObject* right) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, left)) return nullptr;
    if (!PyUnicode_Check(right)) {
        (void)raise(ts, PyExc_TypeError, "can only concatenate str (not \"%.200s\") to str", type_of(*right).tp_name);
        return nullptr;
    }
    return to_c(str_concat(ts, as<Str>(*left), as<Str>(*right)));
}
void PyUnicode_Append(PyObject** left, PyObject* right) {
    ThreadState& ts = current_thread();
    if (!*left) {
        if (!error_pending(ts)) (void)raise_bad_internal_call(ts);
        return;
    }
    if (!right || !PyUnicode_Check(*left) || !PyUnicode_Check(right)) {
        if (!error_pending(ts)) (void)raise_bad_internal_call(ts);
        clear(*left);
        return;
    }
    Object* given = std::exchange(*left, nullptr);
    *left = to_c(str_append(ts, Ref<Object>::steal(*given), as<Str>(*right)));
}
void PyUnicode_AppendAndDel(PyObject** left, PyObject* right) {
    PyUnicode_Append(left, right);
    decref_optional(right);
}
PyObject* PyUnicode_Substring(PyObject* object, Py_ssize_t start, Py_ssize_t end) {
    ThreadState& ts = current_thread();
    return to_c(str_substring(ts, as<Str>(*object), start, end));
}
PyObject* PyUnicode_Split(PyObject* object, PyObject* separator, Py_ssize_t max) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object) || (separator && !check_str(ts, separator))) return nullptr;
    return to_c(str_split(ts, as<Str>(*object), separator, max));
}
PyObject* PyUnicode_RSplit(PyObject* object, PyObject* separator, Py_ssize_t max) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object) || (separator && !check_str(ts, separator))) return nullptr;
    return to_c(str_rsplit(ts, as<Str>(*object), separator, max));
}
PyObject* PyUnicode_Splitlines(PyObject* object, int keep_ends) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_splitlines(ts, as<Str>(*object), keep_ends)) : nullptr;
}
PyObject* PyUnicode_Partition(PyObject* object, PyObject* separator) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_partition(ts, as<Str>(*object), *separator)) : nullptr;
}
PyObject* PyUnicode_RPartition(PyObject* object, PyObject* separator) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_rpartition(ts, as<Str>(*object), *separator)) : nullptr;
}
PyObject* PyUnicode_Join(PyObject* separator, PyObject* sequence) {
    ThreadState& ts = current_thread();
    Str& between = separator ? as<Str>(*separator) : " "_s;
    if (separator && !PyUnicode_Check(separator)) {
        (void)raise(ts, PyExc_TypeError, "separator: expected str instance, %.80s found", type_of(*separator).tp_name);
        return nullptr;
    }
    return to_c(str_join(ts, between, *sequence));
}
PyObject* _PyUnicode_JoinArray(PyObject* separator, PyObject* const* items, Py_ssize_t count) {
    ThreadState& ts = current_thread();
    return to_c(str_join_items(ts, separator ? as<Str>(*separator) : " "_s, items, count));
}
PyObject* PyUnicode_Replace(PyObject* object, PyObject* old_part, PyObject* new_part, Py_ssize_t max) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object) || !check_str(ts, old_part) || !check_str(ts, new_part)) return nullptr;
    return to_c(str_replace(ts, as<Str>(*object), as<Str>(*old_part), as<Str>(*new_part), max));
}
PyObject* PyUnicode_Translate(PyObject* object, PyObject* table, const char*) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_translate(ts, as<Str>(*object), *table)) : nullptr;
}
Py_ssize_t PyUnicode_Tailmatch(PyObject* object, PyObject* part, Py_ssize_t start, Py_ssize_t end, int direction) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object) || !check_str(ts, part)) return -1;
    return text::tail_match(text_view(as<Str>(*object)), text_view(as<Str>(*part)), start, end, direction);
}
Py_ssize_t PyUnicode_Find(PyObject* object, PyObject* part, Py_ssize_t start, Py_ssize_t end, int direction) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object) || !check_str(ts, part)) return -2;
    return str_find(as<Str>(*object), as<Str>(*part), start, end, direction);
}
Py_ssize_t PyUnicode_FindChar(PyObject* object, Py_UCS4 c, Py_ssize_t start, Py_ssize_t end, int direction) {
    Str& s = as<Str>(*object);
    if (start < 0 || end < 0) {
        (void)raise(current_thread(), PyExc_IndexError, "string index out of range");
        return -2;
    }
    end = std::min(end, str_length(s));
    if (start >= end) return -1;
    base::TextView part = text::part_of(text_view(s), start, end);
    size_t at = direction > 0 ? base::find_char(part, c) : base::rfind_char(part, c);
    return at == base::not_found ? -1 : start + Py_ssize_t(at);
}
Py_ssize_t PyUnicode_Count(PyObject* object, PyObject* part, Py_ssize_t start, Py_ssize_t end) {
    ThreadState& ts = current_thread();
    if (!check_str(ts, object) || !check_str(ts, part)) return -1;
    return text::count_in(text_view(as<Str>(*object)), text_view(as<Str>(*part)), start, end);
}
int PyUnicode_Contains(PyObject* object, PyObject* part) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_contains(ts, as<Str>(*object), *part)) : -1;
}
PyObject* PyUnicode_Format(PyObject* format, PyObject* arguments) {
    ThreadState& ts = current_thread();
    if (!format || !arguments) {
        (void)raise_bad_internal_call(ts);
        return nullptr;
    }
    return check_str(ts, format) ? to_c(str_percent_format(ts, as<Str>(*format), *arguments)) : nullptr;
}
int PyUnicode_IsIdentifier(PyObject* object) { return str_is_identifier(as<Str>(*object)); }
PyObject* _PyUnicode_XStrip(PyObject* object, int side, PyObject* set) {
    Py_ssize_t start, end;
    auto which = side == 0 ? text::Side::kLeft : side == 1 ? text::Side::kRight : text::Side::kBoth;
    text::strip_characters(text_view(as<Str>(*object)), text_view(as<Str>(*set)), which, start, end);
    return to_c(str_substring(current_thread(), as<Str>(*object), start, end));
}

// -- Comparison. ------------------------------------------------------------------------------------------------------

int PyUnicode_Compare(PyObject* left, PyObject* right) {
    if (PyUnicode_Check(left) && PyUnicode_Check(right)) {
        int order = str_compare(as<Str>(*left), as<Str>(*right));
        return order < 0 ? -1 : order > 0;
    }
    return failed(raise(current_thread(), PyExc_TypeError, "Can't compare %.100s and %.100s", type_of(*left).tp_name,
                        type_of(*right).tp_name));
}
PyObject* PyUnicode_RichCompare(PyObject* left, PyObject* right, int op) {
    return to_c(str_compare_slot(current_thread(), *left, *right, op));
}
int PyUnicode_CompareWithASCIIString(PyObject* left, const char* right) {
    // Bytes above ASCII count as Latin-1.
    int order = base::compare_text(text_view(as<Str>(*left)), {right, strlen(right), 1});
    return order < 0 ? -1 : order > 0;
}
int _PyUnicode_EqualToASCIIString(PyObject* left, const char* right) { return str_equals_ascii(as<Str>(*left), right); }
int _PyUnicode_EqualToASCIIId(PyObject* left, _Py_Identifier* right) {
    return str_equals_ascii(as<Str>(*left), right->string);
}
int _PyUnicode_EQ(PyObject* left, PyObject* right) { return str_equals(as<Str>(*left), as<Str>(*right)); }
int _PyUnicode_Equal(PyObject* left, PyObject* right) { return str_equals(as<Str>(*left), as<Str>(*right)); }

// -- Characters. ------------------------------------------------------------------------------------------------------

int _PyUnicode_IsAlpha(Py_UCS4 c) { return base::is_alpha(c); }
int _PyUnicode_IsCaseIgnorable(Py_UCS4 c) { return base::is_case_ignorable(c); }
int _PyUnicode_IsCased(Py_UCS4 c) { return base::is_cased(c); }
int _PyUnicode_IsDecimalDigit(Py_UCS4 c) { return base::is_decimal(c); }
int _PyUnicode_IsDigit(Py_UCS4 c) { return base::is_digit(c); }
int _PyUnicode_IsLinebreak(const Py_UCS4 c) { return base::is_line_break(c); }
int _PyUnicode_IsLowercase(Py_UCS4 c) { return base::is_lower(c); }
int _PyUnicode_IsNumeric(Py_UCS4 c) { return base::is_numeric(c); }
int _PyUnicode_IsPrintable(Py_UCS4 c) { return base::is_printable(c); }
int _PyUnicode_IsTitlecase(Py_UCS4 c) { return base::is_title(c); }
int _PyUnicode_IsUppercase(Py_UCS4 c) { return base::is_upper(c); }
int _PyUnicode_IsWhitespace(const Py_UCS4 c) { return base::is_space(c); }
int _PyUnicode_IsXidContinue(Py_UCS4 c) { return base::is_xid_continue(c); }
int _PyUnicode_IsXidStart(Py_UCS4 c) { return base::is_xid_start(c); }
int _PyUnicode_ToDecimalDigit(Py_UCS4 c) { return base::decimal_value(c); }
int _PyUnicode_ToDigit(Py_UCS4 c) { return base::digit_value(c); }
double _PyUnicode_ToNumeric(Py_UCS4 c) { return base::numeric_value(c); }
int _PyUnicode_ToFoldedFull(Py_UCS4 c, Py_UCS4* out) { return base::to_fold_full(c, out); }
int _PyUnicode_ToLowerFull(Py_UCS4 c, Py_UCS4* out) { return base::to_lower_full(c, out); }
int _PyUnicode_ToTitleFull(Py_UCS4 c, Py_UCS4* out) { return base::to_title_full(c, out); }
int _PyUnicode_ToUpperFull(Py_UCS4 c, Py_UCS4* out) { return base::to_upper_full(c, out); }
Py_UCS4 _PyUnicode_ToLowercase(Py_UCS4 c) { return base::to_lower(c); }
Py_UCS4 _PyUnicode_ToTitlecase(Py_UCS4 c) { return base::to_title(c); }
Py_UCS4 _PyUnicode_ToUppercase(Py_UCS4 c) { return base::to_upper(c); }
Py_ssize_t _PyUnicode_ScanIdentifier(PyObject* object) {
    Str& s = as<Str>(*object);
    Py_ssize_t n = str_length(s), i = 0;
    if (n == 0 || !(base::is_xid_start(str_at(s, 0)) || str_at(s, 0) == '_')) return 0;
    for (i = 1; i < n && base::is_xid_continue(str_at(s, i)); ++i) {
    }
    return i;
}
PyObject* _PyUnicode_TransformDecimalAndSpaceToASCII(PyObject* object) {
    ThreadState& ts = current_thread();
    return check_str(ts, object) ? to_c(str_decimal_to_ascii(ts, as<Str>(*object))) : nullptr;
}

}  // extern "C"
#pragma GCC visibility pop
