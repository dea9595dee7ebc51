// From source text or a syntax tree to a code object: compile(), exec(), modules and the prompt.
// Runs the language floor and turns its diagnostics into Python's exceptions and warnings.
#pragma once

#include "execution/code.hpp"
#include "language/compiler/compiler.hpp"
#include "language/parser/parser.hpp"
#include "language/source/source.hpp"
#include "objects/object.hpp"

namespace orochi {

struct CompileRequest {
    std::string_view source;
    language::SourceOrigin origin = language::SourceOrigin::Bytes;
    Str& filename;
    language::ParseMode mode = language::ParseMode::Exec;
    uint32_t flags = 0;  // PyCF_* and CO_FUTURE_*
    int optimize = -1;   // -1: as the interpreter runs
    int feature_version = -1;
    bool interactive = false;  // typed at a prompt
    bool audited = false;      // hooks have been told
};

Result<Ref<Code>> compile_source(ThreadState& ts, const CompileRequest& request);
// Only the tree, in `arena`. SyntaxError and its kin on failure. Raises the auditing event "compile", as does the
// above.
Result<language::ast::ModNode*> parse_source(ThreadState& ts, const CompileRequest& request, language::Arena& arena);
// `constants`: the objects that constants of the tree name.
Result<Ref<Code>> compile_tree(ThreadState& ts, language::ast::ModNode& tree, const CompileRequest& request,
                               language::Arena& arena, const ConstantObjects& constants);

// For reading a source in any encoding that Python knows; valid as long as the thread.
language::SourceOptions source_options(ThreadState& ts);

// Raises what the diagnostic says, with the file's line as text where it has none.
Failure raise_diagnostic(ThreadState& ts, const language::Diagnostic& diagnostic, Str& filename);
// Warns; a SyntaxError when a filter makes the warning an error.
Result<void> report_warning(ThreadState& ts, const language::Warning& warning, Str& filename);

}  // namespace orochi
