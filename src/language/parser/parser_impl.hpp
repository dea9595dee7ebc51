// Parser: the working state of parse(). Internal to the parser.
//
// A hand-written recursive-descent parser over the token array. It runs at most
// twice. The first pass only answers whether the program is right and builds
// the tree. If it is not, the second pass (`diagnosing_`) reads the same tokens
// again, trying at each construct the mistakes that CPython has words for, in
// CPython's order: this pass may be slow and backtracks, with results kept by
// position. If it finds nothing to say, the error is "invalid syntax" at the
// furthest token that the first pass had looked at.
//
// Every parsing function returns null when the tokens do not fit ("soft"
// failure: the caller may go back and try something else) or when an error has
// been raised (`raised_`: nothing else must be tried).
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "language/ast/nodes.hpp"
#include "language/parser/parser.hpp"
#include "language/tokenizer/tokenizer.hpp"

namespace orochi::language {

using ast::ExprContext;
using ast::ExprNode;
using ast::Kind;
using ast::PatternNode;
using ast::StmtNode;

struct StringLiteral;

// Where the words "cannot assign to" and "cannot delete" apply.
enum class TargetKind : uint8_t { Star, Del, For };

// Binding strengths of operators, weakest first.
enum Strength : uint8_t {
    kNoOperator,
    kOr,
    kAnd,
    kNot,
    kComparison,
    kBitOr,
    kBitXor,
    kBitAnd,
    kShift,
    kSum,
    kTerm,
};

class Parser {
public:
    Parser(TokenStream& stream, const ParseOptions& options, Arena& arena, ParseResult& result);

    ast::ModNode* run();
    // An f-string's replacement field: "(" text ")" as one expression.
    ExprNode* run_field();
    // Whether the token had been read when parsing ended: its warnings have been given.
    bool has_read(uint32_t token) const { return read_all_ || token <= furthest(); }
    const Diagnostic& error() const { return error_; }

private:
    friend class FormatString;

    // --- tokens ---------------------------------------------------------
    const Token& tok() const { return tokens_[pos_]; }
    TokenKind kind() const { return tokens_[pos_].kind; }
    bool at(TokenKind k) const { return kind() == k; }
    // Looks at the token after this one. Counts as having read it.
    TokenKind next_kind() {
        if (pos_ + 1 >= count_) return TokenKind::EndMarker;
        if (pos_ + 1 > furthest_) furthest_ = pos_ + 1;
        return tokens_[pos_ + 1].kind;
    }
    void advance() { ++pos_; }
    bool accept(TokenKind k) {
        if (kind() != k) return false;
        ++pos_;
        return true;
    }
    void go_back(uint32_t pos) {
        if (pos_ > furthest_) furthest_ = pos_;
        pos_ = pos;
    }
    const Token& last() const;  // the last token that can end a node
    std::string_view text(const Token& t) const { return stream_.source.substr(t.start, t.end - t.start); }
    Identifier identifier(const Token& t);
    Identifier name();  // a NAME, consumed; null if there is none
    Identifier type_comment();
    Location from(const Token& first) const {
        const Token& l = last();
        return {first.lineno, first.col, l.end_lineno, l.end_col};
    }
    // The same where the last token is known to be no layout.
    Location span(const Token& first) const {
        const Token& l = tokens_[pos_ - 1];
        return {first.lineno, first.col, l.end_lineno, l.end_col};
    }

    // --- rows of nodes under construction ---------------------------------
    size_t mark() const { return scratch_.size(); }
    void push(const void* p) { scratch_.push_back(const_cast<void*>(p)); }
    template <class T>
    Sequence<T*> take(size_t from) {
        Sequence<T*> row = arena_.copy(reinterpret_cast<T* const*>(scratch_.data() + from), scratch_.size() - from);
        scratch_.resize(from);
        return row;
    }
    std::nullptr_t drop(size_t from) {
        scratch_.resize(from);
        return nullptr;
    }
    template <class T>
    Sequence<T*> one(T* p) {
        return arena_.copy(&p, 1);
    }

    // --- recursion --------------------------------------------------------
    struct Depth {
        // `levels`: about how many nested rules CPython counts for it.
        explicit Depth(Parser& p, int levels = 1) : parser(p), levels(levels) { p.depth_ += levels; }
        ~Depth() { parser.depth_ -= levels; }
        Parser& parser;
        int levels;
        bool too_deep() const {
            bool no_stack =
                parser.stack_base_ - reinterpret_cast<intptr_t>(__builtin_frame_address(0)) > parser.options_.max_stack;
            return (parser.depth_ > kMaxDepth || no_stack) && parser.raise_memory();
        }
    };
    static constexpr int kMaxDepth = 5900;

    static bool is_compound(Kind k);
    bool more_source_after(const Token& t) const;

    // --- statements.cpp ---------------------------------------------------
    bool statements_until(TokenKind end);
    bool statement();
    bool simple_statements();
    StmtNode* simple_statement();
    StmtNode* expression_statement();
    StmtNode* annotated_assignment(const Token& first, ExprNode* target, bool simple);
    StmtNode* return_statement();
    StmtNode* raise_statement();
    StmtNode* names_statement(bool nonlocal);
    StmtNode* delete_statement();
    StmtNode* assert_statement();
    StmtNode* import_name();
    StmtNode* import_from();
    ast::Alias* import_from_as_name();
    Identifier dotted_name();
    bool set_context(ExprNode* e, ExprContext context);
    bool is_single_target(ExprNode* e) const;
    ExprNode* star_target();
    ExprNode* star_targets();
    ExprNode* del_target();

    // --- compound.cpp -----------------------------------------------------
    StmtNode* compound_statement();
    bool block(Sequence<StmtNode*>& out, const char* after, const Token& keyword);
    bool expect_colon();
    StmtNode* decorated();
    StmtNode* function_definition(const Token& first, bool is_async, Sequence<ExprNode*> decorators);
    StmtNode* class_definition(Sequence<ExprNode*> decorators);
    StmtNode* if_statement();
    bool else_block(Sequence<StmtNode*>& out);
    StmtNode* while_statement();
    StmtNode* for_statement(const Token& first, bool is_async);
    StmtNode* with_statement(const Token& first, bool is_async);
    ast::WithItem* with_item();
    StmtNode* try_statement();
    ast::ExceptHandler* except_block(bool& star, bool first_block);

    // --- patterns.cpp -----------------------------------------------------
    StmtNode* match_statement();
    ast::MatchCase* case_block();
    ExprNode* subject_expression();
    PatternNode* patterns();
    PatternNode* pattern();
    PatternNode* or_pattern();
    PatternNode* closed_pattern();
    PatternNode* sequence_elements(const Token& first, TokenKind close, bool& comma);
    PatternNode* maybe_star_pattern();
    PatternNode* mapping_pattern();
    PatternNode* class_pattern(const Token& first, ExprNode* cls);
    PatternNode* constant_pattern();
    ExprNode* pattern_number();
    ExprNode* name_or_attribute();
    Identifier capture_target();

    // --- parameters.cpp ---------------------------------------------------
    ast::Arguments* parameters(bool lambda);
    ast::Arguments* empty_parameters();
    ast::Arg* parameter(bool lambda, bool star_annotation);
    bool parameter_end(bool lambda, ast::Arg* arg);

    // --- expressions.cpp --------------------------------------------------
    ExprNode* expression();
    ExprNode* plain_expression();  // without looking for mistakes at its start
    ExprNode* disjunction() { return memoising_ ? remembered(kDisjunctionRule) : operation(kOr); }
    ExprNode* bitwise_or() { return memoising_ ? remembered(kBitOrRule) : operation(kBitOr); }
    ExprNode* operation(Strength weakest);
    ExprNode* unary();
    ExprNode* power();
    ExprNode* comparison(const Token& first, ExprNode* left);
    ExprNode* bool_operation(const Token& first, ExprNode* left, TokenKind op, Strength strength);
    ExprNode* lambda();
    ExprNode* named_expression();
    ExprNode* star_expression();
    ExprNode* star_named_expression();
    // The tuple that begins with `e`, at `first`, and goes on with the comma that is the current token.
    ExprNode* tuple_from(const Token& first, ExprNode* e, ExprNode* (Parser::*item)());
    ExprNode* star_expressions();
    ExprNode* expressions();
    ExprNode* starred();  // '*' bitwise_or
    ExprNode* yield_expression();
    ExprNode* yield_or_star_expressions() { return at(TokenKind::KwYield) ? yield_expression() : star_expressions(); }
    ExprNode* primary();
    ExprNode* call(const Token& first, ExprNode* function);
    bool arguments(Sequence<ExprNode*>& args, Sequence<ast::Keyword*>& keywords, const Token* open);
    ExprNode* slices();
    ExprNode* slice();
    ExprNode* atom();
    ExprNode* parenthesised();
    ExprNode* list_display();
    ExprNode* brace_display();
    bool comprehension_clauses(Sequence<ast::Comprehension*>& out);
    bool at_comprehension() {
        return at(TokenKind::KwFor) || (at(TokenKind::KwAsync) && next_kind() == TokenKind::KwFor);
    }
    ExprNode* make_name(const Token& t, ExprContext context);
    ExprNode* singleton(const Token& t, ConstantKind kind);

    // --- literals.cpp -----------------------------------------------------
    ExprNode* number();
    const Constant* number_value(const Token& t);
    ExprNode* strings();
    ExprNode* joined_strings();
    Identifier string_prefix(const Token& first);
    bool check_string_encoding(const Token& t, const StringLiteral& literal);
    bool decode_escapes(const Token& t, std::string_view body, bool bytes, std::string& out);
    void warn_escape(const Token& t, std::string_view escape);

    // --- errors.cpp -------------------------------------------------------
    // All return null (or false) so that they can be returned.
    std::nullptr_t raise(const char* message, const Location& at, DiagnosticKind kind = DiagnosticKind::SyntaxError);
    std::nullptr_t raise_at(const Token& t, const char* format, ...) __attribute__((format(printf, 3, 4)));
    std::nullptr_t raise_at(const ast::Node* n, const char* format, ...) __attribute__((format(printf, 3, 4)));
    std::nullptr_t raise_between(const Location& a, const Location& b, const char* format, ...)
        __attribute__((format(printf, 4, 5)));
    // To the end of the line (CPython leaves the end open).
    std::nullptr_t raise_from(const Location& a, const char* format, ...) __attribute__((format(printf, 3, 4)));
    // At the last token read.
    std::nullptr_t raise_here(DiagnosticKind kind, const char* format, ...) __attribute__((format(printf, 3, 4)));
    std::nullptr_t raise_target(TargetKind targets, ExprNode* e);
    bool raise_memory();
    // At the end of what is too new; `next_read` tells whether the token after it has been looked at.
    std::nullptr_t raise_version(int minor, const char* what, bool next_read = true);
    void store(DiagnosticKind kind, std::string message, int32_t lineno, int32_t offset, int32_t end_lineno,
               int32_t end_offset, std::string text);
    void finish_error(uint32_t last_token);
    void start_second_pass();
    const Diagnostic* fault_in_rest(int32_t error_line) const;
    Diagnostic as_shown(const Diagnostic& fault_in_rest) const;
    void check_rest_of_source(int32_t error_line);
    bool file_line(int32_t lineno, std::string* line) const;
    void show_file_line(Diagnostic& fault) const;
    void take_tokenizer_fault();
    bool raise_tokenizer_fault();
    std::string_view error_text(int32_t lineno) const;
    int32_t characters(std::string_view line, int64_t bytes) const;
    uint32_t furthest() const { return pos_ > furthest_ ? pos_ : furthest_; }
    static Location of(const Token& t) { return {t.lineno, t.col, t.end_lineno, t.end_col}; }

    // --- diagnose.cpp: the second pass --------------------------------------
    enum Rule : uint32_t { kExpressionRule, kDisjunctionRule, kBitOrRule, kNamedRule, kStringsRule, kRuleCount };
    ExprNode* remembered(Rule rule);
    ExprNode* diagnosed_expression();
    void invalid_expression();
    void invalid_legacy_expression();
    void invalid_named_expression();
    bool diagnosed_assignment(StmtNode*& out);
    void invalid_assignment();
    struct ArgumentsRead {
        bool ok = false;
        Location where;
        int positional = 0;
        int keywords = 0;
        bool unpacks = false;  // a "**"
        ExprNode* last_positional = nullptr;
        const Token* last_first = nullptr;
    };
    ArgumentsRead read_arguments();
    void invalid_arguments(uint32_t start);
    void invalid_keyword_argument();
    void invalid_comprehension(uint32_t start);
    void invalid_call_comprehension();
    void invalid_group(uint32_t start);
    void invalid_dict_pairs();
    void invalid_dict_comprehension(uint32_t start);
    void invalid_for_target(uint32_t start);
    void invalid_delete(uint32_t start);
    void invalid_with_item();
    void invalid_with(uint32_t start);
    void invalid_parameters(uint32_t start, bool lambda);
    ExprNode* invalid_target(ExprNode* e, TargetKind targets) const;
    bool is_legacy_name(const ExprNode* e) const;

    TokenStream& stream_;
    const ParseOptions& options_;
    Arena& arena_;
    ParseResult& result_;
    const Token* tokens_;
    uint32_t count_;
    uint32_t pos_ = 0;
    uint32_t furthest_ = 0;
    int depth_ = 0;
    intptr_t stack_base_;  // where the stack stood when parsing began
    bool raised_ = false;
    bool second_pass_ = false;
    bool memoising_ = false;   // expressions are parsed again and again: keep what has been found
    bool diagnosing_ = false;  // second pass, and not inside a place that wants no diagnosis
    bool read_all_ = false;    // the rest of the source was tokenized to find a better error
    bool incomplete_ = false;  // the error to come is that the source ended
    bool field_ = false;       // inside an f-string's replacement field
    std::vector<void*> scratch_;
    Diagnostic error_;
    std::string buffer_;
    // The text of the last warning: in a long line there may be many.
    struct {
        int32_t lineno = 0, last_lineno = 0;
        std::string_view text;
    } warned_;

    struct Memo {
        ExprNode* node;
        uint32_t end;
    };
    std::unordered_map<uint64_t, Memo> memo_;
};

// Before Python 3.7, `async` and `await` were names outside of "async def".
void free_async_words(std::vector<Token>& tokens);

// The words for a kind of expression in "cannot assign to ...".
const char* expression_name(const ExprNode* e);

}  // namespace orochi::language
