#include "modules/pyexpat/expat_support.hpp"

#include "base/hash.hpp"
#include "objects/bytes.hpp"
#include "objects/str.hpp"
#include "state/runtime.hpp"

namespace orochi::expat {

namespace {

// Expat passes its allocator no context.
void* allocate(size_t size) { return current_thread().heap().allocate(size); }
void* reallocate(void* block, size_t size) { return block ? Heap::of(block).reallocate(block, size) : allocate(size); }
constexpr XML_Memory_Handling_Suite kMemory = {allocate, reallocate, Heap::free};

constexpr size_t kPiece = 1 << 20;

}  // namespace

Result<XML_Parser> new_parser(ThreadState& ts, const char* encoding, const char* namespace_separator) {
    XML_Parser parser = XML_ParserCreate_MM(encoding, &kMemory, namespace_separator);
    if (!parser) return raise_no_memory(ts);
    const auto& secret = ts.runtime().hash_secret;
    constexpr std::string_view kPurpose = "expat";
    XML_SetHashSalt(parser, base::siphash13(secret.k0, secret.k1, kPurpose.data(), kPurpose.size()));
    return parser;
}

Result<void> map_encoding(ThreadState& ts, const char* name, XML_Encoding& map) {
    char all[256];
    for (int i = 0; i < 256; ++i) all[i] = char(i);
    Ref<Object> decoded = TRY(str_decode(ts, {all, sizeof all}, name, "replace"));
    Str& text = as<Str>(*decoded);
    if (str_length(text) != 256) return raise(ts, PyExc_ValueError, "multi-byte encodings are not supported");
    for (int i = 0; i < 256; ++i) {
        Py_UCS4 character = str_at(text, i);
        map.map[i] = character == Py_UNICODE_REPLACEMENT_CHARACTER ? -1 : int(character);
    }
    map.data = nullptr;
    map.convert = nullptr;
    map.release = nullptr;
    return {};
}

XML_Status parse(XML_Parser parser, std::string_view data, bool final) {
    while (data.size() > kPiece) {
        XML_Status status = XML_Parse(parser, data.data(), int(kPiece), false);
        if (status == XML_STATUS_ERROR) return status;
        data.remove_prefix(kPiece);
    }
    return XML_Parse(parser, data.data(), int(data.size()), final);
}

Result<void> Input::open(ThreadState& ts, XML_Parser parser, Object& data) {
    if (PyUnicode_Check(&data)) {
        bytes = TRY(str_utf8(ts, as<Str>(data)));
        (void)XML_SetEncoding(parser, "utf-8");  // refused once parsing has begun
        return {};
    }
    TRY(get_buffer(ts, data, view_, PyBUF_SIMPLE));
    bytes = {static_cast<const char*>(view_.buf), size_t(view_.len)};
    return {};
}

Input::~Input() { release_buffer(view_); }

}  // namespace orochi::expat
