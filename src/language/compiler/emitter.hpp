// Emitter: tree and symbol table to control-flow graphs, one for each block.
//
// The emitter keeps a stack of units (code blocks being written) and a current
// location, which every emitted instruction takes. The first error stops it:
// `failed()` is true, and everything after is ignored.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "language/compiler/code_unit.hpp"
#include "language/compiler/compiler.hpp"
#include "language/compiler/constant_table.hpp"
#include "language/compiler/flow_graph.hpp"
#include "language/symbols/symbol_table.hpp"

namespace orochi::language {

enum class UnitKind : uint8_t { Module, Class, Function, AsyncFunction, Lambda, Comprehension };

// What a `return`, `break` or `continue` has to undo on its way out.
enum class RegionKind : uint8_t {
    WhileLoop,
    ForLoop,
    TryExcept,
    FinallyTry,
    FinallyEnd,
    With,
    AsyncWith,
    HandlerCleanup,
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehension,
};

struct Region {
    RegionKind kind;
    Block* block = nullptr;
    Block* exit = nullptr;
    const Sequence<ast::StmtNode*>* finally_body = nullptr;
    const ast::StmtNode* statement = nullptr;  // the `with`
    Identifier name;                           // bound by `except ... as name`
};

// Names in order of first use.
struct NameTable {
    std::vector<Identifier> names;
    IdentifierMap index;

    uint32_t add(Identifier name) {
        uint32_t at = index.find(name);
        if (at != IdentifierMap::kAbsent) return at;
        at = static_cast<uint32_t>(names.size());
        names.push_back(name);
        index.insert(name, at);
        return at;
    }
    uint32_t find(Identifier name) const { return index.find(name); }
    uint32_t size() const { return static_cast<uint32_t>(names.size()); }
};

struct Unit {
    UnitKind kind;
    Scope* scope;
    Identifier name;
    Identifier qualname;
    Identifier private_name;  // the class whose `__names` are mangled
    Unit* parent = nullptr;
    int first_line = 0;
    int argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
    ConstantTable constants;
    NameTable names, locals, cells, frees;  // frees are numbered after the cells
    std::vector<Region> regions;
    FlowGraph graph;
    Location at;
};

// Makes the code of a finished unit: optimises, assembles, describes.
const CodeUnit* assemble(Unit& unit, uint32_t flags, std::string_view filename, Arena& arena);

class Emitter {
public:
    Emitter(SymbolTable& table, const CompileOptions& options, uint32_t flags, int future_line, const DepthLimit& limit,
            Arena& arena, Arena& scratch, CompileResult& result);

    const CodeUnit* module(ast::ModNode& tree);
    bool failed() const { return failed_; }

private:
    struct Names;  // identifiers the emitter itself needs

    // --- units (emit_functions.cpp) ---
    void enter(Identifier name, UnitKind kind, const ast::Node* node, int first_line);
    void set_qualname();
    const CodeUnit* leave(bool add_none);
    uint32_t code_flags() const;

    // --- errors ---
    void fail(std::string message);
    void fail_recursion();
    bool too_deep() const { return !limit_.allows(0); }
    void warn(std::string message);
    bool forbidden(Identifier name, ast::ExprContext context);

    // --- instructions (emitter.cpp) ---
    Instruction& append(Op op, int32_t oparg, const Location& at);
    void op(Op op, int32_t oparg = 0) { append(op, oparg, unit_->at); }
    void op_without_line(Op op) { append(op, 0, kWithoutLine); }
    void jump(Op op, Block* target) { append(op, 0, unit_->at).target = target; }
    void jump_without_line(Op op, Block* target) { append(op, 0, kWithoutLine).target = target; }
    void load_const(const Constant* value);
    void load_const(Identifier name);
    void load_none() { load_const(none_); }
    void load_int(int64_t value);
    void name_op(Op op, Identifier name);  // operand is the mangled name's index
    void variable(Identifier name, ast::ExprContext context);
    void yield_from(bool is_await);
    void yield_value();
    void reraise_in_cleanup();
    Block* new_block() { return unit_->graph.new_block(); }
    void use_next(Block* block) { unit_->graph.use_next(block); }
    void at(const ast::Node* node) { unit_->at = node->location; }
    void no_location() { unit_->at = kNoLocation; }
    void at_attribute(const ast::Attribute& attribute);
    const Constant* text_of(Identifier name);

    // --- regions ---
    void push_region(const Region& region);
    void pop_region() { unit_->regions.pop_back(); }
    void unwind(const Region& region, bool keep_top);
    const Region* unwind_all(bool keep_top, bool to_loop);
    void call_exit_with_nones();

    // --- statements (emit_statements.cpp) ---
    void body(const Sequence<ast::StmtNode*>& body);
    void statements(const Sequence<ast::StmtNode*>& row);
    void statement(ast::StmtNode* s);
    void expression_statement(ast::ExprNode* value);
    void return_statement(ast::Return* s);
    void assign(ast::Assign* s);
    void augmented_assign(ast::AugAssign* s);
    void annotated_assign(ast::AnnAssign* s);
    void evaluate_and_drop(ast::ExprNode* e);
    void evaluate_and_drop_slice(ast::ExprNode* e);
    void for_loop(ast::For* s);
    void async_for_loop(ast::AsyncFor* s);
    void while_loop(ast::While* s);
    void if_statement(ast::If* s);
    void break_statement();
    void continue_statement();
    void assert_statement(ast::Assert* s);
    void import(ast::Import* s);
    void import_as(Identifier name, Identifier asname);
    void import_from(ast::ImportFrom* s);
    void with(const ast::StmtNode* s, const Sequence<ast::WithItem*>& items, const Sequence<ast::StmtNode*>& inside,
              uint32_t position, bool is_async);
    void with_except_finish(Block* cleanup);

    // --- try (emit_try.cpp) ---
    void try_statement(ast::Try* s);
    void try_star_statement(ast::TryStar* s);
    void try_except(ast::Try* s);
    void try_star_except(ast::TryStar* s);
    template <class T>
    void try_finally(T* s);
    void clear_handler_name(Identifier name);

    // --- functions and classes (emit_functions.cpp) ---
    template <class F>
    void function(F* f, UnitKind kind);
    void class_definition(ast::ClassDef* c);
    void lambda(ast::Lambda* e);
    void decorators(const Sequence<ast::ExprNode*>& row);
    void apply_decorators(const Sequence<ast::ExprNode*>& row);
    bool check_parameters(const ast::Arguments& args);
    uint32_t default_arguments(const ast::Arguments& args);
    bool annotations(const ast::Arguments& args, ast::ExprNode* returns);
    uint32_t annotation(Identifier name, ast::ExprNode* e);
    void annotation_value(ast::ExprNode* e);
    void make_closure(const CodeUnit* code, uint32_t flags);
    void comprehension(ast::ExprNode* e, ComprehensionKind kind, Identifier name,
                       const Sequence<ast::Comprehension*>& generators, ast::ExprNode* element, ast::ExprNode* value);
    struct ComprehensionParts;
    void generator(const ComprehensionParts& parts, uint32_t index, int depth);
    void sync_generator(const ComprehensionParts& parts, uint32_t index, int depth);
    void async_generator(const ComprehensionParts& parts, uint32_t index, int depth);
    void comprehension_element(const ComprehensionParts& parts, int depth);

    // --- expressions (emit_expressions.cpp) ---
    void expression(ast::ExprNode* e);
    void expression_inner(ast::ExprNode* e);
    void expressions(const Sequence<ast::ExprNode*>& row);
    void jump_if(ast::ExprNode* e, Block* target, bool condition);
    void compare_op(ast::CompareOperator op);
    void binary_op(ast::Operator op, bool inplace);
    void bool_op(ast::BoolOp* e);
    void compare(ast::Compare* e);
    void dict(ast::Dict* e);
    void sub_dict(ast::Dict* e, uint32_t begin, uint32_t end);
    void unpack_targets(const Sequence<ast::ExprNode*>& row);
    void display(const Sequence<ast::ExprNode*>& row, uint32_t pushed, Op build, Op add, Op extend, bool tuple);
    void attribute(ast::Attribute* e);
    void subscript(ast::Subscript* e);
    void slice(ast::Slice* e);
    void joined_str(ast::JoinedStr* e);
    void formatted_value(ast::FormattedValue* e);
    void await_value(int kind);

    // --- calls (emit_calls.cpp) ---
    void call(ast::Call* e);
    bool method_call(ast::Call* e);
    void call_arguments(uint32_t pushed, const Sequence<ast::ExprNode*>& args, const Sequence<ast::Keyword*>& keywords);
    void keyword_names(const Sequence<ast::Keyword*>& keywords);
    void keyword_dict(const Sequence<ast::Keyword*>& keywords, uint32_t begin, uint32_t end);
    bool check_keywords(const Sequence<ast::Keyword*>& keywords);
    void check_caller(ast::ExprNode* e);
    void check_subscripted(ast::ExprNode* e);
    void check_index(ast::ExprNode* e, ast::ExprNode* index);
    void check_compare(ast::Compare* e);

    // --- patterns (emit_patterns.cpp) ---
    struct PatternState;
    void match(ast::Match* s);
    void pattern(ast::PatternNode* p, PatternState& state);
    void subpattern(ast::PatternNode* p, PatternState& state);
    void pattern_as(ast::MatchAs* p, PatternState& state);
    void pattern_or(ast::MatchOr* p, PatternState& state);
    void pattern_sequence(ast::MatchSequence* p, PatternState& state);
    void pattern_mapping(ast::MatchMapping* p, PatternState& state);
    void pattern_class(ast::MatchClass* p, PatternState& state);
    void store_capture(Identifier name, PatternState& state);
    void rotate(int count);
    void fail_pattern(PatternState& state, Op op);
    void ensure_failure_blocks(PatternState& state, size_t count);
    void emit_failure_blocks(PatternState& state);

    bool top_level_await() const {
        return (flags_ & kCompileAllowTopLevelAwait) && unit_->scope->kind == BlockKind::Module;
    }

    static constexpr Location kWithoutLine = {-1, 0, 0, 0};
    // Beyond this many values a display or call is built piece by piece.
    static constexpr uint32_t kStackGuideline = 30;
    static constexpr size_t kMaxRegions = 20;

    SymbolTable& table_;
    const CompileOptions& options_;
    uint32_t flags_;
    int future_line_;
    const DepthLimit& limit_;
    Arena& arena_;
    Arena& scratch_;
    CompileResult& result_;
    bool failed_ = false;
    bool interactive_ = false;
    int nesting_ = 0;
    Unit* unit_ = nullptr;
    std::vector<std::unique_ptr<Unit>> units_;
    const Constant* none_;
    Identifier empty_, debug_, annotations_, class_, classcell_, doc_, join_, module_, name_, qualname_, return_;
};

}  // namespace orochi::language
