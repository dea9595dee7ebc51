// "charmap": encodings given by a mapping, as most 8-bit code pages of the standard library are.
#include "objects/codec_errors.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/native.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

using base::Char4;

namespace {

constexpr const char* undefined = "character maps to <undefined>";

// The reverse of a decoding table of up to 256 characters of the basic plane: a page of bytes for each high byte that
// occurs. 0 means undefined, except that U+0000 is always byte 0.
struct EncodingMap {
    PyObject ob_base;
    uint8_t page_of[256];  // 0: none, else page number + 1
    uint8_t page_count;
    uint8_t pages[][256];

    int find(Char4 c) const {
        if (c == 0) return 0;
        if (c > 0xFFFF || !page_of[c >> 8]) return -1;
        int byte = pages[page_of[c >> 8] - 1][c & 0xFF];
        return byte ? byte : -1;
    }
};

void map_dealloc(EncodingMap& self) { free_object(obj(self)); }
Py_ssize_t map_size(EncodingMap& self) { return Py_ssize_t(sizeof(EncodingMap)) + Py_ssize_t(self.page_count) * 256; }
constexpr MethodDef map_methods[] = {
    METHOD_PLAIN("size($self, /)", map_size, "Return the size (in bytes) of this object"),
    METHOD_END,
};

// What a mapping says about one character or byte; empty: undefined.
Result<OptRef<Object>> ask(ThreadState& ts, Object& mapping, Char4 c) {
    Ref<Object> key = TRY(int_from(ts, c));
    Result<Ref<Object>> found = getitem(ts, mapping, key);
    if (!found.ok()) {
        if (!error_matches(ts, PyExc_LookupError)) return failure;
        error_clear(ts);
        return nullptr;
    }
    Ref<Object> value = std::move(found).take();
    if (is_none(*value)) return nullptr;
    return value;
}

}  // namespace

Result<Ref<Object>> build_encoding_map(ThreadState& ts, Str& table) {
    Py_ssize_t n = std::min<Py_ssize_t>(str_length(table), 256);
    if (n == 0) return raise_bad_internal_call(ts);
    bool needs_dict = str_at(table, 0) != 0;
    uint8_t page_of[256] = {};
    int page_count = 0;
    for (Py_ssize_t i = 1; i < n && !needs_dict; ++i) {
        Char4 c = str_at(table, i);
        if (c == 0 || c > 0xFFFF) {
            needs_dict = true;
        } else if (c != 0xFFFE && !page_of[c >> 8]) {
            if (page_count == 255) {
                needs_dict = true;
            } else {
                page_of[c >> 8] = uint8_t(++page_count);
            }
        }
    }
    if (needs_dict) {
        Ref<Dict> dict = TRY(dict_new(ts));
        for (Py_ssize_t i = 0; i < n; ++i) {
            Ref<Object> key = TRY(int_from(ts, str_at(table, i)));
            Ref<Object> value = TRY(int_from(ts, i));
            TRY(dict_set(ts, dict, key, value));
        }
        return Ref<Object>(std::move(dict));
    }
    Object* o = allocate_object(ts, orochi_encoding_map_type, sizeof(EncodingMap) + size_t(page_count) * 256);
    if (!o) return failure;
    auto& map = as<EncodingMap>(*o);
    memcpy(map.page_of, page_of, sizeof page_of);
    map.page_count = uint8_t(page_count);
    memset(map.pages, 0, size_t(page_count) * 256);
    for (Py_ssize_t i = 1; i < n; ++i) {
        Char4 c = str_at(table, i);
        if (c != 0xFFFE) map.pages[page_of[c >> 8] - 1][c & 0xFF] = uint8_t(i);
    }
    return Ref<Object>::steal(*o);
}

Result<Ref<Str>> decode_charmap(ThreadState& ts, std::string_view bytes, Object* mapping, const char* errors) {
    if (!mapping || is_none(mapping)) return decode_latin1(ts, bytes);
    StrBuilder out(ts);
    TRY(out.reserve(Py_ssize_t(bytes.size()), 0x7F));
    DecodeErrors handler(ts, "charmap", bytes, errors);
    Str* table = PyUnicode_CheckExact(mapping) ? as<Str>(mapping) : nullptr;
    Py_ssize_t i = 0;
    while (true) {
        std::string_view data = handler.bytes();
        if (i >= Py_ssize_t(data.size())) break;
        auto byte = static_cast<unsigned char>(data[size_t(i)]);
        bool known = false;
        if (table) {
            Char4 c = byte < str_length(*table) ? str_at(*table, byte) : 0xFFFE;
            known = c != 0xFFFE;
            if (known) TRY(out.append(Py_UCS4(c)));
        } else if (OptRef<Object> value = TRY(ask(ts, *mapping, byte))) {
            if (PyLong_Check(value.get())) {
                int overflow = 0;
                long long c = TRY(int_as_long_long_overflow(ts, *value, overflow));
                if (overflow || c < 0 || c > 0x10FFFF)
                    return raise(ts, PyExc_TypeError, "character mapping must be in range(0x%lx)", 0x110000UL);
                known = c != 0xFFFE;
                if (known) TRY(out.append(Py_UCS4(c)));
            } else if (PyUnicode_Check(value.get())) {
                Str& text = as<Str>(*value);
                known = !(str_length(text) == 1 && str_at(text, 0) == 0xFFFE);
                if (known) TRY(out.append(text));
            } else {
                return raise(ts, PyExc_TypeError, "character mapping must return integer, None or str");
            }
        }
        if (known) {
            ++i;
            continue;
        }
        Ref<Str> replacement = TRY(handler.handle(i, i + 1, undefined, i));
        TRY(out.append(replacement));
    }
    return out.finish();
}

namespace {

// Appends the character's bytes; false when it has none.
Result<bool> encode_one(ThreadState& ts, ByteBuilder& out, Object& mapping, Char4 c) {
    if (&type_of(mapping) == &orochi_encoding_map_type) {
        int byte = as<EncodingMap>(mapping).find(c);
        if (byte < 0) return false;
        TRY(out.append(char(byte)));
        return true;
    }
    OptRef<Object> value = TRY(ask(ts, mapping, c));
    if (!value) return false;
    if (PyLong_Check(value.get())) {
        int overflow = 0;
        long long byte = TRY(int_as_long_long_overflow(ts, *value, overflow));
        if (overflow || byte < 0 || byte > 255)
            return raise(ts, PyExc_TypeError, "character mapping must be in range(256)");
        TRY(out.append(char(byte)));
    } else if (PyBytes_Check(value.get())) {
        TRY(out.append(bytes_view(as<Bytes>(*value))));
    } else {
        return raise(ts, PyExc_TypeError, "character mapping must return integer, bytes or None, not %T", value.get());
    }
    return true;
}

}  // namespace

Result<Ref<Bytes>> encode_charmap(ThreadState& ts, Str& text, Object* mapping, const char* errors) {
    if (!mapping || is_none(mapping)) return encode_latin1(ts, text, errors);
    ByteBuilder out(ts);
    TRY(out.reserve(str_length(text)));
    EncodeErrors handler(ts, "charmap", text, errors);
    const Py_ssize_t n = str_length(text);
    Py_ssize_t i = 0;
    while (i < n) {
        if (TRY(encode_one(ts, out, *mapping, str_at(text, i)))) {
            ++i;
            continue;
        }
        // The error covers the whole run of undefined characters.
        Py_ssize_t start = i, end = i + 1;
        while (end < n) {
            ByteBuilder probe(ts);
            if (TRY(encode_one(ts, probe, *mapping, str_at(text, end)))) break;
            ++end;
        }
        Ref<Object> replacement = TRY(handler.handle(start, end, undefined, i));
        if (PyBytes_Check(replacement.get())) {
            TRY(out.append(bytes_view(as<Bytes>(*replacement))));
            continue;
        }
        Str& instead = as<Str>(*replacement);
        for (Py_ssize_t k = 0; k < str_length(instead); ++k)
            if (!TRY(encode_one(ts, out, *mapping, str_at(instead, k)))) return handler.fail(start, end, undefined);
    }
    return out.finish();
}

}  // namespace orochi

using namespace orochi;

PyTypeObject orochi_encoding_map_type = {
    .ob_base = static_head(&PyType_Type),
    .tp_name = "EncodingMap",
    .tp_basicsize = sizeof(EncodingMap),
    .tp_dealloc = slot<map_dealloc>,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_methods = METHOD_TABLE(map_methods),
};
