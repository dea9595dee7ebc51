#include "language/compiler/emitter.hpp"
#include "language/compiler/fold.hpp"

namespace orochi::language {

CompileResult compile(ast::ModNode& tree, const CompileOptions& given, Arena& arena) {
    // Frames of the tree walkers are small, but not nothing: whatever limit a
    // program asks for, the C stack must hold.
    constexpr int kDeepest = 12000;
    CompileResult result;
    CompileOptions options = given;
    options.filename = arena.copy_text(given.filename);
    if (options.recursion_limit > kDeepest) options.recursion_limit = kDeepest;

    uint32_t features = 0;
    int future_line;
    if (!find_future_features(tree, features, future_line, result.error)) return result;
    uint32_t flags = result.flags = options.flags | features;

    FoldOptions fold{options.optimize, (flags & kFutureAnnotations) != 0, options.recursion_limit};
    if (!fold_constants(tree, fold, arena, result.error)) return result;

    // The resolver indexes by identifier: all that the emitter adds must come later.
    SymbolTable table;
    if (!build_symbol_table(table, tree, arena, fold.future_annotations, options.recursion_limit, result.error)) {
        return result;
    }
    Arena scratch;
    Emitter emitter(table, options, flags, future_line, arena, scratch, result);
    const CodeUnit* code = emitter.module(tree);
    if (!emitter.failed()) result.code = code;
    return result;
}

}  // namespace orochi::language
