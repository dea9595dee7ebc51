#include "objects/paths.hpp"

#include <cstring>

#include "base/search.hpp"
#include "objects/bytes.hpp"
#include "objects/errors.hpp"
#include "objects/str.hpp"
#include "objects/str_internal.hpp"
#include "objects/type.hpp"
#include "objects/warnings.hpp"

namespace orochi {

Result<Ref<Object>> fspath(ThreadState& ts, Object& path) {
    if (PyUnicode_Check(&path) || PyBytes_Check(&path)) return Ref<Object>::share(path);
    OptRef<Object> method = TRY(lookup_special(ts, path, "__fspath__"_n));
    if (!method)
        return raise(ts, PyExc_TypeError, "expected str, bytes or os.PathLike object, not %.200s",
                     type_of(path).tp_name);
    Ref<Object> result = TRY(call(ts, *method));
    if (!PyUnicode_Check(result.get()) && !PyBytes_Check(result.get()))
        return raise(ts, PyExc_TypeError, "expected %.200s.__fspath__() to return str or bytes, not %.200s",
                     type_of(path).tp_name, type_of(*result).tp_name);
    return result;
}

Result<Ref<Bytes>> filesystem_bytes(ThreadState& ts, Object& path) {
    Ref<Object> name = TRY(fspath(ts, path));
    if (PyUnicode_Check(name.get())) name = TRY(str_encode_filesystem(ts, as<Str>(*name)));
    Ref<Bytes> bytes = std::move(name).cast<Bytes>();
    std::string_view view = bytes_view(*bytes);
    if (std::memchr(view.data(), 0, view.size())) return raise(ts, PyExc_ValueError, "embedded null byte");
    return bytes;
}

Result<Ref<Str>> filesystem_text(ThreadState& ts, Object& path) {
    Ref<Object> name = TRY(fspath(ts, path));
    if (PyBytes_Check(name.get())) return str_decode_filesystem(ts, bytes_view(as<Bytes>(*name)));
    return std::move(name).cast<Str>();
}

namespace {
Result<Ref<Object>> bytes_of_buffer(ThreadState& ts, Object& path) {
    TRY(warn(ts, PyExc_DeprecationWarning, 1, "path should be string, bytes, or os.PathLike, not %.200s",
             type_of(path).tp_name));
    return bytes_from_object(ts, path);
}
}  // namespace

Result<Ref<Str>> lenient_filesystem_text(ThreadState& ts, Object& path) {
    bool is_buffer = !PyUnicode_Check(&path) && !PyBytes_Check(&path) && has_buffer(path);
    Ref<Object> name = is_buffer ? TRY(bytes_of_buffer(ts, path)) : Ref<Object>::share(path);
    Ref<Str> text = TRY(filesystem_text(ts, *name));
    if (base::find_char(text_view(*text), 0) != base::not_found)
        return raise(ts, PyExc_ValueError, "embedded null character");
    return text;
}

}  // namespace orochi
