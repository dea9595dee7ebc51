#include "language/compiler/emitter.hpp"
#include "language/compiler/fold.hpp"

namespace orochi::language {

CompileResult compile(ast::ModNode& tree, const CompileOptions& given, Arena& arena) {
    CompileResult result;
    CompileOptions options = given;
    options.filename = arena.copy_text(given.filename);
    DepthLimit limit = DepthLimit::from_here(options.recursion_limit, options.stack_budget);

    uint32_t features = 0;
    int future_line;
    if (!find_future_features(tree, features, future_line, result.error)) return result;
    uint32_t flags = result.flags = options.flags | features;

    FoldOptions fold{options.optimize, (flags & kFutureAnnotations) != 0, limit};
    if (!fold_constants(tree, fold, arena, result.error)) return result;

    // The resolver indexes by identifier: all that the emitter adds must come later.
    SymbolTable table;
    if (!build_symbol_table(table, tree, arena, fold.future_annotations, limit, result.error)) {
        return result;
    }
    Arena scratch;
    Emitter emitter(table, options, flags, future_line, limit, arena, scratch, result);
    const CodeUnit* code = emitter.module(tree);
    if (!emitter.failed()) result.code = code;
    return result;
}

}  // namespace orochi::language
