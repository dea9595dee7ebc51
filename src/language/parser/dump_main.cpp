// orochi-dump-ast: the front end as a development tool.
//
//     orochi-dump-ast [--mode exec|eval|single|func_type] [--text] [--flags N] [--feature MINOR] [--warnings]
//     [--time N] FILE...
//
// For each file prints the tree as the reference's ast.dump(include_attributes=True) does, or the error, on
// one line. With `-` the files are read from standard input as a stream of records, each "SIZE\n" and SIZE
// bytes, and answered likewise: tools/compare-language talks to it so.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "language/ast/dump.hpp"
#include "language/parser/parser.hpp"
#include "language/source/source.hpp"

using namespace orochi::language;

namespace {

struct Settings {
    ParseOptions parse;
    bool warnings = false;
    bool is_text = false;
};

std::string answer(std::string_view bytes, const std::string& filename, const Settings& settings) {
    SourceOptions source_options;
    source_options.filename = filename;
    source_options.origin = settings.is_text ? SourceOrigin::Text : SourceOrigin::Bytes;
    source_options.end_last_line = settings.parse.mode == ParseMode::Exec;
    Source source = read_source(bytes, source_options);
    if (source.failed) return describe(source.error);
    if (source.text.find('\0') != std::string::npos)
        return "error ValueError: source code string cannot contain null bytes";
    ParseOptions options = settings.parse;
    options.valid_utf8 = source.valid_utf8;
    options.byte_offsets = source.byte_offsets;
    Arena arena;
    ParseResult result = parse(source.text, options, arena);
    std::string out;
    if (settings.warnings) {
        for (const Warning& w : result.warnings) {
            out += w.kind == WarningKind::DeprecationWarning ? "DeprecationWarning: " : "SyntaxWarning: ";
            out += w.message + " (" + std::to_string(w.lineno) + ")\n";
        }
    }
    return out + (result.tree ? ast::dump(*result.tree, true) : describe(result.error));
}

std::string read_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void measure(const std::vector<const char*>& files, const Settings& settings, int repeats) {
    std::vector<Source> sources;
    size_t bytes = 0;
    for (const char* path : files) {
        sources.push_back(read_source(read_file(path), {}));
        bytes += sources.back().text.size();
    }
    double best = 1e9;
    for (int i = 0; i < repeats; ++i) {
        auto begin = std::chrono::steady_clock::now();
        for (const Source& s : sources) {
            Arena arena;
            ParseOptions options = settings.parse;
            options.valid_utf8 = s.valid_utf8;
            (void)parse(s.text, options, arena);
        }
        double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        if (seconds < best) best = seconds;
    }
    std::printf("%zu bytes in %.1f ms: %.1f MB/s\n", bytes, best * 1e3, static_cast<double>(bytes) / best / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
    Settings settings;
    int repeats = 0;
    bool stream = false;
    std::vector<const char*> files;
    for (int i = 1; i < argc; ++i) {
        std::string_view arg = argv[i];
        if (arg == "--mode" && i + 1 < argc) {
            std::string_view mode = argv[++i];
            settings.parse.mode = mode == "eval"        ? ParseMode::Eval
                                  : mode == "single"    ? ParseMode::Single
                                  : mode == "func_type" ? ParseMode::FuncType
                                                        : ParseMode::Exec;
        } else if (arg == "--time" && i + 1 < argc) {
            repeats = std::atoi(argv[++i]);
        } else if (arg == "--flags" && i + 1 < argc) {
            long flags = std::strtol(argv[++i], nullptr, 0);
            settings.parse.imply_dedent = !(flags & 0x200);
            settings.parse.type_comments = flags & 0x1000;
            settings.parse.barry_as_bdfl = flags & 0x400000;
            settings.parse.allow_incomplete = flags & 0x4000;
        } else if (arg == "--feature" && i + 1 < argc) {
            settings.parse.feature_version = std::atoi(argv[++i]);
        } else if (arg == "--text") {
            settings.is_text = true;
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
    for (const char* path : files) std::cout << answer(read_file(path), path, settings) << "\n";
    if (stream) {
        for (std::string line; std::getline(std::cin, line);) {
            std::string bytes(std::stoul(line), '\0');
            std::cin.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
            std::string out = answer(bytes, "<stdin>", settings);
            std::cout << out.size() << "\n" << out << std::flush;
        }
    }
    return 0;
}
