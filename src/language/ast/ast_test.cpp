#include <gtest/gtest.h>

#include "language/ast/dump.hpp"
#include "language/ast/nodes.hpp"
#include "language/ast/validate.hpp"

namespace orochi::language {

TEST(Ast, DumpIsThatOfTheReference) {
    Arena arena;
    Location at{1, 0, 1, 5};
    auto* one = arena.make<ast::Constant>(at, make_int(arena, 1), Identifier());
    auto* x = arena.make<ast::Name>(at, arena.intern("x"), ast::ExprContext::Load);
    auto* sum = arena.make<ast::BinOp>(at, x, ast::Operator::Add, one);
    ast::Expression tree(sum);
    EXPECT_EQ(ast::dump(tree, false),
              "Expression(body=BinOp(left=Name(id='x', ctx=Load()), op=Add(), right=Constant(value=1)))");
    EXPECT_EQ(ast::dump(*x, true), "Name(id='x', ctx=Load(), lineno=1, col_offset=0, end_lineno=1, end_col_offset=5)");
    EXPECT_TRUE(arena.intern("x") == x->id);
}

TEST(Constant, Repr) {
    Arena arena;
    EXPECT_EQ(repr(*make_float(arena, 1e16)), "1e+16");
    EXPECT_EQ(repr(*make_float(arena, 0.0001)), "0.0001");
    EXPECT_EQ(repr(*make_float(arena, 1234567.5)), "1234567.5");
    EXPECT_EQ(repr(*make_float(arena, 100.0)), "100.0");
    EXPECT_EQ(repr(*make_complex(arena, -0.0, 2)), "(-0+2j)");
    EXPECT_EQ(repr(*make_str(arena, "a'\n\xed\xa0\x80\xc2\xa0\xc3\xa9")), "\"a'\\n\\ud800\\xa0\xc3\xa9\"");
    EXPECT_EQ(repr(*make_int_from_text(arena, "123456789012345678901234567890", 10)), "123456789012345678901234567890");
    EXPECT_EQ(repr(*make_int_from_text(arena, "ffffffffffffffff", 16)), "18446744073709551615");
    EXPECT_EQ(make_int_from_text(arena, "7fffffffffffffff", 16)->kind, ConstantKind::Int);
    const Constant* items[] = {make_int(arena, 1)};
    EXPECT_EQ(repr(*make_tuple(arena, items, 1)), "(1,)");
}

TEST(Ast, ValidateRefusesWhatNoParserMakes) {
    Arena arena;
    Location at{1, 0, 1, 5};
    Diagnostic error;
    auto* x = arena.make<ast::Name>(at, arena.intern("x"), ast::ExprContext::Store);
    ast::Expression stored(x);
    EXPECT_FALSE(ast::validate(stored, 3000, error));
    EXPECT_EQ(error.message, "expression must have Load context but has Store instead");
    EXPECT_EQ(error.kind, DiagnosticKind::ValueError);
    x->ctx = ast::ExprContext::Load;
    EXPECT_TRUE(ast::validate(stored, 3000, error));
    EXPECT_FALSE(ast::validate(stored, 0, error));
    EXPECT_EQ(error.kind, DiagnosticKind::RecursionError);
    ast::ExprNode* holes[] = {x, nullptr};
    ast::Expression holed(arena.make<ast::Set>(at, arena.copy(holes, 2)));
    EXPECT_FALSE(ast::validate(holed, 3000, error));
    EXPECT_EQ(error.message, "None disallowed in expression list");
    x->location.end_col_offset = -1;
    EXPECT_FALSE(ast::validate(stored, 3000, error));
    EXPECT_EQ(error.message, "line 1, column 0--1 is not a valid range");
}

}  // namespace orochi::language
