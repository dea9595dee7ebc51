// What the comparison with the reference (tools/compare-language) cannot reach:
// results as data, limits, trees no parser makes.
#include "language/compiler/compiler.hpp"

#include <gtest/gtest.h>

#include "language/compiler/big_int.hpp"
#include "language/compiler/opcodes.hpp"
#include "language/compiler/unparse.hpp"
#include "language/marshal/marshal.hpp"
#include "language/parser/parser.hpp"

namespace orochi::language {

namespace {

CompileResult compile_text(std::string_view text, Arena& arena, ParseMode mode = ParseMode::Exec,
                           CompileOptions options = {}) {
    ParseOptions parse_options;
    parse_options.mode = mode;
    ParseResult parsed = parse(std::string(text), parse_options, arena);
    EXPECT_TRUE(parsed.tree) << parsed.error.message;
    if (!parsed.tree) return {};
    options.filename = "test.py";
    return compile(*parsed.tree, options, arena);
}

}  // namespace

TEST(Compiler, DescribesClosuresAndParameters) {
    Arena arena;
    CompileResult result = compile_text("def f(a, b=1, /, *args, c):\n    x = a\n    return lambda: (x, b)\n", arena);
    ASSERT_TRUE(result.code) << result.error.message;
    const CodeUnit* f = result.code->constants[1].code;  // after the default's tuple
    for (const CodeConstant& c : result.code->constants) {
        if (c.code) f = c.code;
    }
    ASSERT_TRUE(f);
    EXPECT_EQ(f->argcount, 2);
    EXPECT_EQ(f->posonlyargcount, 2);
    EXPECT_EQ(f->kwonlyargcount, 1);
    EXPECT_EQ(f->nlocals, 4);
    EXPECT_EQ(f->flags, uint32_t{kCodeOptimized | kCodeNewLocals | kCodeVarargs});
    ASSERT_EQ(f->localsplusnames.size(), 5u);
    EXPECT_EQ(f->localspluskinds[1], kLocalFast | kLocalCell);
    EXPECT_EQ(f->localsplusnames[4].view(), "x");
    EXPECT_EQ(f->localspluskinds[4], kLocalCell);
    EXPECT_EQ(f->code[0], static_cast<uint8_t>(Opcode::MAKE_CELL));
}

TEST(Compiler, ReportsErrorsAndWarningsAsData) {
    Arena arena;
    CompileResult result = compile_text("def f():\n    nonlocal x\n", arena);
    EXPECT_FALSE(result.code);
    EXPECT_EQ(result.error.message, "no binding for nonlocal 'x' found");
    EXPECT_EQ(result.error.lineno, 2);
    EXPECT_EQ(result.error.offset, 5);

    result = compile_text("assert (x, 'y')\nx is 1\n", arena);
    ASSERT_TRUE(result.code);
    ASSERT_EQ(result.warnings.size(), 2u);
    EXPECT_EQ(result.warnings[0].message, "assertion is always true, perhaps remove parentheses?");
    EXPECT_EQ(result.warnings[1].lineno, 2);

    result = compile_text("from __future__ import annotations\n", arena);
    EXPECT_EQ(result.flags, uint32_t{kFutureAnnotations});
}

// Trees of any depth end in an error or in code, whatever limit is asked for.
TEST(Compiler, SurvivesDeepTrees) {
    for (int depth : {2000, 100000}) {
        Arena arena;
        Location at{1, 0, 1, 1};
        ast::ExprNode* e = arena.make<ast::Name>(at, arena.intern("x"), ast::ExprContext::Load);
        for (int i = 0; i < depth; ++i) {
            ast::ExprNode* args[] = {e};
            auto* f = arena.make<ast::Name>(at, arena.intern("f"), ast::ExprContext::Load);
            e = arena.make<ast::Call>(at, f, arena.copy(args, 1), Sequence<ast::Keyword*>{});
        }
        ast::Expression tree(e);
        CompileOptions options;
        options.recursion_limit = 1 << 30;
        CompileResult result = compile(tree, options, arena);
        EXPECT_EQ(result.code != nullptr, depth == 2000);
        if (!result.code) {
            EXPECT_EQ(result.error.kind, DiagnosticKind::RecursionError);
            EXPECT_EQ(result.error.message, "maximum recursion depth exceeded during compilation");
        }
    }
}

TEST(Unparse, KeepsMeaning) {
    for (std::string_view text :
         {"(a + b) * c ** (-d)", "not (a and b)", "lambda x, /, y=1, *z: (yield)", "f(*a, **b)[1:2, ...]",
          "f'{a!r:>{width}}b'", "[x for x, y in z if not y]", "1 .real", "(a := 1)"}) {
        Arena arena;
        ParseOptions options;
        options.mode = ParseMode::Eval;
        ParseResult parsed = parse(std::string(text), options, arena);
        ASSERT_TRUE(parsed.tree) << text;
        std::string out;
        EXPECT_TRUE(unparse(*ast::as<ast::Expression>(parsed.tree)->body, {}, out));
        EXPECT_EQ(out, text);
    }
}

TEST(BigInt, DividesAndShifts) {
    Arena arena;
    auto number = [&arena](std::string_view text) { return BigInt::from(*make_int_from_text(arena, text, 10)); };
    BigInt a = number("123456789012345678901234567890123456789"), b = number("987654321098765432109"), q, r;
    BigInt::divide(-a, b, q, r);
    EXPECT_EQ(decimal(*(q * b + r).to_constant(arena)), "-123456789012345678901234567890123456789");
    EXPECT_FALSE(r.negative);
    EXPECT_EQ(decimal(*q.to_constant(arena)), "-124999998860937501");
    EXPECT_EQ(decimal(*(-a).shifted_right(100).to_constant(arena)), "-97390235");
    EXPECT_EQ(decimal(*BigInt::bitwise(BigInt::Bitwise::And, -a, b).to_constant(arena)), "885452727205446579241");
}

TEST(Marshal, WritesNamesOnce) {
    Arena arena;
    CompileResult result = compile_text("spam = spam.spam\n", arena);
    ASSERT_TRUE(result.code);
    std::string data = marshal_code(*result.code);
    EXPECT_EQ(data[0], 'c');
    EXPECT_EQ(data.find("spam"), data.rfind("spam"));
    EXPECT_EQ(make_pyc(*result.code, 1, 2).substr(0, 4), "\xa7\r\r\n");
}

}  // namespace orochi::language
