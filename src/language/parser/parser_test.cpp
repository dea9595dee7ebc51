// The parser is held against the reference by tools/compare-language; here is
// what that cannot see: the interface, incomplete input, limits, warnings.
#include "language/parser/parser.hpp"

#include <gtest/gtest.h>

#include <string>

#include "language/ast/dump.hpp"

namespace orochi::language {
namespace {

struct Parsed {
    Arena arena;
    ParseResult result;

    explicit Parsed(const std::string& source, ParseOptions options = {}) { result = parse(source, options, arena); }
    std::string dump() const { return result.tree ? ast::dump(*result.tree, false) : ""; }
    const Diagnostic& error() const { return result.error; }
};

TEST(ParserTest, BuildsTheTreeOfEachMode) {
    EXPECT_EQ(Parsed("x = 1\n").dump(),
              "Module(body=[Assign(targets=[Name(id='x', ctx=Store())], value=Constant(value=1))], "
              "type_ignores=[])");
    ParseOptions eval;
    eval.mode = ParseMode::Eval;
    EXPECT_EQ(Parsed("-x", eval).dump(), "Expression(body=UnaryOp(op=USub(), operand=Name(id='x', ctx=Load())))");
    ParseOptions signature;
    signature.mode = ParseMode::FuncType;
    EXPECT_EQ(Parsed("(int) -> str", signature).dump(),
              "FunctionType(argtypes=[Name(id='int', ctx=Load())], returns=Name(id='str', ctx=Load()))");
}

TEST(ParserTest, IdentifiersAreNormalisedAndShared) {
    Parsed p("\xEF\xAC\x81 = fi\n");  // the ligature U+FB01
    auto* assign = ast::as<ast::Assign>(static_cast<ast::Module*>(p.result.tree)->body[0]);
    EXPECT_EQ(ast::as<ast::Name>(assign->targets[0])->id, ast::as<ast::Name>(assign->value)->id);
}

TEST(ParserTest, ErrorsCarryCharacterOffsetsAndTheLine) {
    Parsed p("\xC3\xA9 = f(\xC3\xA9 b)\n");
    ASSERT_FALSE(p.result.tree);
    EXPECT_EQ(p.error().message, "invalid syntax. Perhaps you forgot a comma?");
    EXPECT_EQ(p.error().lineno, 1);
    EXPECT_EQ(p.error().offset, 7);
    EXPECT_EQ(p.error().end_offset, 10);
    EXPECT_EQ(p.error().text, "\xC3\xA9 = f(\xC3\xA9 b)\n");
}

TEST(ParserTest, TellsIncompleteInputFromWrongInput) {
    ParseOptions options;
    options.mode = ParseMode::Single;
    options.allow_incomplete = true;
    options.imply_dedent = false;
    EXPECT_TRUE(Parsed("if x:\n  y", options).result.incomplete);
    EXPECT_TRUE(Parsed("f(1,", options).result.incomplete);
    EXPECT_TRUE(Parsed("'''a\n", options).result.incomplete);
    EXPECT_TRUE(Parsed("if x:\n  y\n", options).result.tree);
    Parsed wrong("f(1 2)\n", options);
    EXPECT_FALSE(wrong.result.incomplete);
    EXPECT_EQ(wrong.error().message, "invalid syntax. Perhaps you forgot a comma?");
}

TEST(ParserTest, AtAPromptAnEmptyLineEndsTheBlock) {
    ParseOptions options;
    options.mode = ParseMode::Single;
    options.allow_incomplete = true;
    options.imply_dedent = false;
    options.interactive = true;
    for (const char* source : {"if x:\n", "if x: y\n", "if x:\n  y\n", "if x:\n  y\n  \n", "@f\n", "f(\n", "f(\n\n"})
        EXPECT_TRUE(Parsed(source, options).result.incomplete) << source;
    for (const char* source : {"x\n", "\n", "# nothing\n", "if x: y\n\n", "if x:\n  y\n\n", "x; y\n", "f(\n)\n"})
        EXPECT_TRUE(Parsed(source, options).result.tree) << source;
    Parsed wrong("if x y:\n", options);
    EXPECT_FALSE(wrong.result.incomplete || wrong.result.tree);
}

TEST(ParserTest, DeepNestingIsAnErrorAndNotACrash) {
    EXPECT_EQ(Parsed(std::string(100000, '-') + "1\n").error().kind, DiagnosticKind::MemoryError);
    EXPECT_EQ(Parsed(std::string(201, '(') + "\n").error().message, "too many nested parentheses");
    ParseOptions small;
    small.max_stack = 32 * 1024;
    EXPECT_EQ(Parsed(std::string(5000, '-') + "1\n", small).error().kind, DiagnosticKind::MemoryError);
    // Without memory of what has been tried, each level would double the work.
    std::string displays;
    for (int i = 0; i < 150; ++i) displays += "{1:";
    EXPECT_EQ(Parsed(displays + "a b" + std::string(150, '}') + "\n").error().message,
              "invalid syntax. Perhaps you forgot a comma?");
}

TEST(ParserTest, WarnsOfEscapesAndOfNumbersThatRunIntoWords) {
    Parsed p("1if x else '\\d'\n");
    ASSERT_TRUE(p.result.tree);
    ASSERT_EQ(p.result.warnings.size(), 2u);
    EXPECT_EQ(p.result.warnings[0].message, "invalid decimal literal");
    EXPECT_EQ(p.result.warnings[1].kind, WarningKind::DeprecationWarning);
    EXPECT_EQ(p.result.warnings[1].message, "invalid escape sequence '\\d'");
}

TEST(ParserTest, RefusesWhatOlderGrammarsLack) {
    ParseOptions options;
    options.feature_version = 7;
    EXPECT_EQ(Parsed("(x := 1)\n", options).error().message,
              "Assignment expressions are only supported in Python 3.8 and greater");
    EXPECT_TRUE(Parsed("f'{x}'\n", options).result.tree);
}

}  // namespace
}  // namespace orochi::language
