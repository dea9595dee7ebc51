// A program's text through every stage of the language floor. The first two bytes of the input choose the
// options, the rest is the program.
#include "language/source/source.hpp"
#include "language/compiler/compiler.hpp"
#include "language/marshal/marshal.hpp"
#include "language/parser/parser.hpp"
#include "language/source/utf8.hpp"
#include "target.hpp"

using namespace orochi::language;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    uint8_t how = data[0], more = data[1];
    std::string_view bytes{reinterpret_cast<const char*>(data + 2), size - 2};
    ParseOptions parsing;
    parsing.mode = static_cast<ParseMode>(how & 3);
    parsing.type_comments = how & 4;
    parsing.allow_incomplete = how & 8;
    parsing.imply_dedent = !(how & 16);
    parsing.interactive = (how & 32) && parsing.mode == ParseMode::Single;
    parsing.barry_as_bdfl = how & 64;
    parsing.feature_version = how & 128 ? 4 + (more >> 5) : 11;

    SourceOptions reading;
    reading.filename = "<fuzz>";
    reading.origin = static_cast<SourceOrigin>((more & 3) % 3);
    reading.end_last_line = parsing.mode == ParseMode::Exec;
    if (reading.origin == SourceOrigin::Text && find_utf8_fault(bytes)) return 0;
    // compile() refuses these before it reads anything.
    if (reading.origin != SourceOrigin::File && bytes.find('\0') != bytes.npos) return 0;
    Source source = read_source(bytes, reading);
    if (source.failed) return 0;
    parsing.valid_utf8 = source.valid_utf8;
    parsing.byte_offsets = source.byte_offsets;
    parsing.from_file = reading.origin == SourceOrigin::File;
    parsing.end_error = source.ends_in_error ? &source.error : nullptr;

    Arena arena;
    ParseResult parsed = parse(source.text, parsing, arena);
    if (!parsed.tree || parsing.mode == ParseMode::FuncType) return 0;
    CompileOptions compiling;
    compiling.filename = "<fuzz>";
    compiling.optimize = (more >> 2) % 3;
    if (more & 16) compiling.flags = kCompileAllowTopLevelAwait;
    CompileResult compiled = compile(*parsed.tree, compiling, arena);
    if (compiled.code) (void)marshal_code(*compiled.code);
    return 0;
}
