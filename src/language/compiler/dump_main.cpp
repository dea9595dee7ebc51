// orochi-dump-code: the whole language floor as a development and build tool.
//
//     orochi-dump-code [--mode exec|eval|single] [--optimize N] [--flags N] [--text] [--warnings]
//                      [--symbols] [--filename NAME] [--pyc OUTPUT | --include OUTPUT] [--time N] FILE...
//
// Writes the marshalled code of each file to standard output, or of the one file as a .pyc (--pyc) or as the
// numbers of a C array (--include: how modules are frozen, see cmake/OrochiFreeze.cmake). With `-` the files
// are read from standard input as a stream of records, each "SIZE\n" and SIZE bytes; each answer is a record
// too: warnings, one a line, then "code\n" and the marshalled code, or "error ..." and what is wrong. With
// --symbols the answer is the symbol table in place of the code.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "language/compiler/compiler.hpp"
#include "language/marshal/marshal.hpp"
#include "language/parser/parser.hpp"
#include "language/source/source.hpp"
#include "language/symbols/symbol_table.hpp"
#include "language/tokenizer/tokenizer.hpp"

using namespace orochi::language;

namespace {

struct Settings {
    ParseOptions parse;
    CompileOptions compile;
    bool warnings = false;
    bool is_text = false;
    bool symbols = false;
};

// One line a block: name, kind, nesting, line, symbols by name with the numbers that `symtable` shows,
// parameters.
void describe(const Scope& scope, int depth, std::string& out) {
    std::vector<std::string> symbols;
    for (const Symbol& s : scope.symbols) {
        uint32_t number = s.flags | static_cast<uint32_t>(s.scope) << kScopeOffset;
        symbols.push_back(std::string(s.name.view()) + "=" + std::to_string(number));
    }
    std::sort(symbols.begin(), symbols.end());
    out.append(depth, ' ').append(scope.name.view()).append(" ").append(std::to_string(static_cast<int>(scope.kind)));
    out.append(scope.nested ? " nested " : " ").append(std::to_string(scope.location.lineno));
    for (const std::string& s : symbols) out.append(" ").append(s);
    out += " |";
    for (Identifier name : scope.parameters) out.append(" ").append(name.view());
    out += "\n";
    for (const Scope* child : scope.children) describe(*child, depth + 1, out);
}

// The code, or null with the error described in `error`.
const CodeUnit* code_of(std::string_view bytes, const Settings& settings, Arena& arena, std::string& warnings,
                        std::string& error) {
    SourceOptions source_options;
    source_options.filename = settings.compile.filename;
    source_options.origin = settings.is_text ? SourceOrigin::Text : SourceOrigin::Bytes;
    source_options.end_last_line = settings.parse.mode == ParseMode::Exec;
    Source source = read_source(bytes, source_options);
    if (source.failed) {
        error = describe(source.error);
        return nullptr;
    }
    if (source.text.find('\0') != std::string::npos) {
        error = "error ValueError: source code string cannot contain null bytes";
        return nullptr;
    }
    ParseOptions options = settings.parse;
    options.valid_utf8 = source.valid_utf8;
    options.byte_offsets = source.byte_offsets;
    ParseResult parsed = parse(source.text, options, arena);
    auto note = [&](const std::vector<Warning>& row) {
        for (const Warning& w : row) {
            warnings += w.kind == WarningKind::DeprecationWarning ? "DeprecationWarning: " : "SyntaxWarning: ";
            warnings += w.message + " (" + std::to_string(w.lineno) + ")\n";
        }
    };
    note(parsed.warnings);
    if (!parsed.tree) {
        error = describe(parsed.error);
        return nullptr;
    }
    if (settings.symbols) {
        SymbolTable table;
        uint32_t features = 0;
        int line;
        Diagnostic wrong;
        if (find_future_features(*parsed.tree, features, line, wrong) &&
            build_symbol_table(table, *parsed.tree, arena, (features & kFutureAnnotations) != 0, {}, wrong)) {
            describe(*table.top, 0, error);
        } else {
            error = describe(wrong);
        }
        return nullptr;
    }
    CompileResult result = compile(*parsed.tree, settings.compile, arena);
    note(result.warnings);
    if (!result.code) error = describe(result.error);
    return result.code;
}

std::string answer(std::string_view bytes, const Settings& settings) {
    Arena arena;
    std::string warnings, error;
    const CodeUnit* code = code_of(bytes, settings, arena, warnings, error);
    std::string out = settings.warnings ? warnings : "";
    return out + (code ? "code\n" + marshal_code(*code) : error);
}

std::string read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_include(const char* output, const std::string& data) {
    std::string text;
    text.reserve(data.size() * 4 + data.size() / 32);
    for (size_t i = 0; i < data.size(); ++i) {
        text += std::to_string(static_cast<unsigned char>(data[i]));
        text += i % 32 == 31 ? ",\n" : ",";
    }
    std::ofstream(output, std::ios::binary) << text << "\n";
}

int write_code(const char* path, const char* pyc, const char* include, Settings settings) {
    if (settings.compile.filename.empty()) settings.compile.filename = path;
    std::string bytes = read_file(path), warnings, error;
    Arena arena;
    const CodeUnit* code = code_of(bytes, settings, arena, warnings, error);
    if (settings.warnings) std::cerr << warnings;
    if (!code) {
        std::cerr << path << ": " << error << "\n";
        return 1;
    }
    if (include) {
        write_include(include, marshal_code(*code));
        return 0;
    }
    if (!pyc) {
        std::cout << marshal_code(*code);
        return 0;
    }
    struct stat status {};
    (void)stat(path, &status);
    std::ofstream(pyc, std::ios::binary) << make_pyc(*code, static_cast<uint32_t>(status.st_mtime),
                                                     static_cast<uint32_t>(bytes.size()));
    return 0;
}

// The best of `repeats` sweeps over the files, a line "STAGE SECONDS" each, then "bytes N". Parsing includes
// tokenizing, compiling includes the symbol table; bench/language knows.
void measure(const std::vector<const char*>& files, const Settings& settings, int repeats) {
    enum Stage { kDecode, kTokenize, kParse, kSymbols, kCompile, kMarshal, kStageCount };
    constexpr const char* kNames[] = {"decode", "tokenize", "parse", "symbols", "compile", "marshal"};
    double best[kStageCount];
    std::fill(std::begin(best), std::end(best), 1e9);
    std::vector<std::string> texts;
    size_t bytes = 0;
    for (const char* path : files) {
        texts.push_back(read_file(path));
        bytes += texts.back().size();
    }
    for (int i = 0; i < repeats; ++i) {
        double spent[kStageCount] = {};
        auto timed = [&](Stage stage, auto work) {
            auto begin = std::chrono::steady_clock::now();
            auto result = work();
            spent[stage] += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            return result;
        };
        for (const std::string& text : texts) {
            Arena arena;
            Source source = timed(kDecode, [&] { return read_source(text, {}); });
            TokenizerOptions tokenizing;
            tokenizing.valid_utf8 = source.valid_utf8;
            timed(kTokenize, [&] {
                TokenStream stream;
                tokenize(source.text, tokenizing, stream);
                return stream.tokens.size();
            });
            ParseOptions options = settings.parse;
            options.valid_utf8 = source.valid_utf8;
            ParseResult parsed = timed(kParse, [&] { return parse(source.text, options, arena); });
            if (!parsed.tree) continue;
            timed(kSymbols, [&] {
                SymbolTable table;
                Diagnostic error;
                return build_symbol_table(table, *parsed.tree, arena, false, {}, error);
            });
            CompileResult compiled = timed(kCompile, [&] { return compile(*parsed.tree, settings.compile, arena); });
            if (compiled.code) timed(kMarshal, [&] { return marshal_code(*compiled.code); });
        }
        for (int k = 0; k < kStageCount; ++k) best[k] = std::min(best[k], spent[k]);
    }
    for (int k = 0; k < kStageCount; ++k) std::printf("%s %.6f\n", kNames[k], best[k]);
    std::printf("bytes %zu\n", bytes);
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    int repeats = 0;
    bool stream = false;
    const char *pyc = nullptr, *include = nullptr;
    std::vector<const char*> files;
    for (int i = 1; i < argc; ++i) {
        std::string_view arg = argv[i];
        bool has_value = i + 1 < argc;
        if (arg == "--mode" && has_value) {
            std::string_view mode = argv[++i];
            settings.parse.mode = mode == "eval"     ? ParseMode::Eval
                                  : mode == "single" ? ParseMode::Single
                                                     : ParseMode::Exec;
        } else if (arg == "--optimize" && has_value) {
            settings.compile.optimize = std::atoi(argv[++i]);
        } else if (arg == "--time" && has_value) {
            repeats = std::atoi(argv[++i]);
        } else if (arg == "--flags" && has_value) {
            long flags = std::strtol(argv[++i], nullptr, 0);
            settings.parse.imply_dedent = !(flags & kCompileDontImplyDedent);
            settings.parse.type_comments = flags & kCompileTypeComments;
            settings.parse.allow_incomplete = flags & kCompileAllowIncompleteInput;
            settings.parse.barry_as_bdfl = flags & kFutureBarryAsBdfl;
            settings.compile.flags = static_cast<uint32_t>(flags);
        } else if (arg == "--filename" && has_value) {
            settings.compile.filename = argv[++i];
        } else if (arg == "--pyc" && has_value) {
            pyc = argv[++i];
        } else if (arg == "--include" && has_value) {
            include = argv[++i];
        } else if (arg == "--text") {
            settings.is_text = true;
        } else if (arg == "--symbols") {
            settings.symbols = true;
        } else if (arg == "--warnings") {
            settings.warnings = true;
        } else if (arg == "-") {
            stream = true;
        } else {
            files.push_back(argv[i]);
        }
    }
    if (repeats > 0) {
        measure(files, settings, repeats);
        return 0;
    }
    for (const char* path : files) {
        if (int status = write_code(path, pyc, include, settings)) return status;
    }
    if (stream) {
        if (settings.compile.filename.empty()) settings.compile.filename = "<stdin>";
        for (std::string line; std::getline(std::cin, line);) {
            std::string bytes(std::stoul(line), '\0');
            std::cin.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            std::string out = answer(bytes, settings);
            std::cout << out.size() << "\n" << out << std::flush;
        }
    }
    return 0;
}
