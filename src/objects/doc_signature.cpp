// Doc strings of native functions and types begin with their signature:
//
//   "append($self, object, /)\n--\n\nAppend object to the end of the list."
//
// __text_signature__ is the bracketed part, __doc__ what follows.
#include <cstring>

#include "objects/str.hpp"
#include "objects/type_internal.hpp"

namespace orochi {

namespace {

constexpr std::string_view kEnd = ")\n--\n\n";

// The opening bracket of the signature; null when the doc string does not begin with one.
const char* signature_begin(const char* name, const char* doc) {
    if (!doc) return nullptr;
    if (const char* dot = std::strrchr(name, '.')) name = dot + 1;
    size_t size = std::strlen(name);
    if (std::strncmp(doc, name, size) != 0 || doc[size] != '(') return nullptr;
    return doc + size;
}

// What follows the signature; null when it does not end as one does.
const char* signature_end(const char* from) {
    for (; *from; ++from) {
        if (std::strncmp(from, kEnd.data(), kEnd.size()) == 0) return from + kEnd.size();
        if (from[0] == '\n' && from[1] == '\n') return nullptr;
    }
    return nullptr;
}

}  // namespace

const char* doc_without_signature(const char* name, const char* doc) {
    if (const char* begin = signature_begin(name, doc)) {
        if (const char* end = signature_end(begin)) return end;
    }
    return doc;
}

Result<Ref<Object>> doc_object(ThreadState& ts, const char* name, const char* doc) {
    const char* text = doc ? doc_without_signature(name, doc) : nullptr;
    if (!text || !*text) return new_none();
    return str_from_utf8(ts, text);
}

Result<Ref<Object>> text_signature_object(ThreadState& ts, const char* name, const char* doc) {
    const char* begin = signature_begin(name, doc);
    const char* end = begin ? signature_end(begin) : nullptr;
    if (!end) return new_none();
    return str_from_utf8(ts, {begin, size_t(end - begin) - kEnd.size() + 1});
}

}  // namespace orochi
