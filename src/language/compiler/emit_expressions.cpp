#include "language/compiler/emitter.hpp"

namespace orochi::language {

using namespace ast;
using Value = language::Constant;

namespace {

bool all_constant(const Sequence<ExprNode*>& row, uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) {
        if (!row[i] || row[i]->kind != Kind::Constant) return false;
    }
    return true;
}

std::vector<const Value*> values_of(const Sequence<ExprNode*>& row, uint32_t begin, uint32_t end) {
    std::vector<const Value*> values;
    for (uint32_t i = begin; i < end; ++i) values.push_back(as<ast::Constant>(row[i])->value);
    return values;
}

}  // namespace

void Emitter::expressions(const Sequence<ExprNode*>& row) {
    for (ExprNode* e : row) expression(e);
}

void Emitter::expression(ExprNode* e) {
    if (failed_) return;
    if (too_deep()) return fail_recursion();
    Location outer = unit_->at;
    at(e);
    Unit* unit = unit_;
    expression_inner(e);
    unit->at = outer;
}

void Emitter::expression_inner(ExprNode* e) {
    switch (e->kind) {
        case Kind::NamedExpr:
            expression(as<NamedExpr>(e)->value);
            op(Op::COPY, 1);
            return expression(as<NamedExpr>(e)->target);
        case Kind::BoolOp: return bool_op(as<BoolOp>(e));
        case Kind::BinOp:
            expression(as<BinOp>(e)->left);
            expression(as<BinOp>(e)->right);
            return binary_op(as<BinOp>(e)->op, false);
        case Kind::UnaryOp:
            expression(as<UnaryOp>(e)->operand);
            switch (as<UnaryOp>(e)->op) {
                case UnaryOperator::Invert: return op(Op::UNARY_INVERT);
                case UnaryOperator::Not: return op(Op::UNARY_NOT);
                case UnaryOperator::UAdd: return op(Op::UNARY_POSITIVE);
                case UnaryOperator::USub: return op(Op::UNARY_NEGATIVE);
            }
            return;
        case Kind::Lambda: return lambda(as<Lambda>(e));
        case Kind::IfExp: {
            Block *end = new_block(), *otherwise = new_block();
            jump_if(as<IfExp>(e)->test, otherwise, false);
            expression(as<IfExp>(e)->body);
            jump_without_line(Op::JUMP, end);
            use_next(otherwise);
            expression(as<IfExp>(e)->orelse);
            return use_next(end);
        }
        case Kind::Dict: return dict(as<Dict>(e));
        case Kind::Set: return display(as<Set>(e)->elts, 0, Op::BUILD_SET, Op::SET_ADD, Op::SET_UPDATE, false);
        case Kind::GeneratorExp:
            return comprehension(e, ComprehensionKind::Generator, arena_.intern("<genexpr>"),
                                 as<GeneratorExp>(e)->generators, as<GeneratorExp>(e)->elt, nullptr);
        case Kind::ListComp:
            return comprehension(e, ComprehensionKind::List, arena_.intern("<listcomp>"), as<ListComp>(e)->generators,
                                 as<ListComp>(e)->elt, nullptr);
        case Kind::SetComp:
            return comprehension(e, ComprehensionKind::Set, arena_.intern("<setcomp>"), as<SetComp>(e)->generators,
                                 as<SetComp>(e)->elt, nullptr);
        case Kind::DictComp:
            return comprehension(e, ComprehensionKind::Dict, arena_.intern("<dictcomp>"), as<DictComp>(e)->generators,
                                 as<DictComp>(e)->key, as<DictComp>(e)->value);
        case Kind::Yield:
            if (unit_->scope->kind != BlockKind::Function) return fail("'yield' outside function");
            if (as<Yield>(e)->value)
                expression(as<Yield>(e)->value);
            else
                load_none();
            return yield_value();
        case Kind::YieldFrom:
            if (unit_->scope->kind != BlockKind::Function) return fail("'yield' outside function");
            if (unit_->kind == UnitKind::AsyncFunction) return fail("'yield from' inside async function");
            expression(as<YieldFrom>(e)->value);
            op(Op::GET_YIELD_FROM_ITER);
            load_none();
            return yield_from(false);
        case Kind::Await:
            if (!top_level_await()) {
                if (unit_->scope->kind != BlockKind::Function) return fail("'await' outside function");
                if (unit_->kind != UnitKind::AsyncFunction && unit_->kind != UnitKind::Comprehension) {
                    return fail("'await' outside async function");
                }
            }
            expression(as<Await>(e)->value);
            return await_value(0);
        case Kind::Compare: return compare(as<Compare>(e));
        case Kind::Call: return call(as<Call>(e));
        case Kind::JoinedStr: return joined_str(as<JoinedStr>(e));
        case Kind::FormattedValue: return formatted_value(as<FormattedValue>(e));
        case Kind::Constant: return load_const(as<ast::Constant>(e)->value);
        case Kind::Attribute: return attribute(as<Attribute>(e));
        case Kind::Subscript: return subscript(as<Subscript>(e));
        case Kind::Starred:
            return fail(as<Starred>(e)->ctx == ExprContext::Store
                            ? "starred assignment target must be in a list or tuple"
                            : "can't use starred expression here");
        case Kind::Slice: return slice(as<Slice>(e));
        case Kind::Name: return variable(as<Name>(e)->id, as<Name>(e)->ctx);
        case Kind::List:
            if (as<List>(e)->ctx == ExprContext::Store) return unpack_targets(as<List>(e)->elts);
            if (as<List>(e)->ctx == ExprContext::Del) return expressions(as<List>(e)->elts);
            return display(as<List>(e)->elts, 0, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, false);
        case Kind::Tuple:
            if (as<Tuple>(e)->ctx == ExprContext::Store) return unpack_targets(as<Tuple>(e)->elts);
            if (as<Tuple>(e)->ctx == ExprContext::Del) return expressions(as<Tuple>(e)->elts);
            return display(as<Tuple>(e)->elts, 0, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, true);
        default: return;
    }
}

void Emitter::jump_if(ExprNode* e, Block* target, bool condition) {
    if (failed_) return;
    if (too_deep()) return fail_recursion();
    switch (e->kind) {
        case Kind::UnaryOp:
            if (as<UnaryOp>(e)->op == UnaryOperator::Not) {
                return jump_if(as<UnaryOp>(e)->operand, target, !condition);
            }
            break;
        case Kind::BoolOp: {
            auto* b = as<BoolOp>(e);
            bool is_or = b->op == BoolOperator::Or;
            Block* early = is_or == condition ? target : new_block();
            uint32_t last = b->values.size() - 1;
            for (uint32_t i = 0; i < last; ++i) jump_if(b->values[i], early, is_or);
            jump_if(b->values[last], target, condition);
            if (early != target) use_next(early);
            return;
        }
        case Kind::IfExp: {
            Block *end = new_block(), *otherwise = new_block();
            jump_if(as<IfExp>(e)->test, otherwise, false);
            jump_if(as<IfExp>(e)->body, target, condition);
            jump_without_line(Op::JUMP, end);
            use_next(otherwise);
            jump_if(as<IfExp>(e)->orelse, target, condition);
            return use_next(end);
        }
        case Kind::Compare: {
            auto* c = as<Compare>(e);
            uint32_t last = c->ops.size() - 1;
            at(e);  // and stays there for what follows the jump
            if (last == 0) break;
            check_compare(c);
            Block* cleanup = new_block();
            expression(c->left);
            for (uint32_t i = 0; i < last; ++i) {
                expression(c->comparators[i]);
                op(Op::SWAP, 2);
                op(Op::COPY, 2);
                compare_op(c->ops[i]);
                jump(Op::POP_JUMP_IF_FALSE, cleanup);
            }
            expression(c->comparators[last]);
            compare_op(c->ops[last]);
            jump(condition ? Op::POP_JUMP_IF_TRUE : Op::POP_JUMP_IF_FALSE, target);
            Block* end = new_block();
            jump_without_line(Op::JUMP, end);
            use_next(cleanup);
            op(Op::POP_TOP);
            if (!condition) jump_without_line(Op::JUMP, target);
            return use_next(end);
        }
        default: break;
    }
    expression(e);
    jump(condition ? Op::POP_JUMP_IF_TRUE : Op::POP_JUMP_IF_FALSE, target);
}

void Emitter::compare_op(CompareOperator which) {
    switch (which) {
        case CompareOperator::Lt: return op(Op::COMPARE_OP, 0);
        case CompareOperator::LtE: return op(Op::COMPARE_OP, 1);
        case CompareOperator::Eq: return op(Op::COMPARE_OP, 2);
        case CompareOperator::NotEq: return op(Op::COMPARE_OP, 3);
        case CompareOperator::Gt: return op(Op::COMPARE_OP, 4);
        case CompareOperator::GtE: return op(Op::COMPARE_OP, 5);
        case CompareOperator::Is: return op(Op::IS_OP, 0);
        case CompareOperator::IsNot: return op(Op::IS_OP, 1);
        case CompareOperator::In: return op(Op::CONTAINS_OP, 0);
        case CompareOperator::NotIn: return op(Op::CONTAINS_OP, 1);
    }
}

void Emitter::binary_op(Operator which, bool inplace) {
    constexpr BinaryOperation kOperations[] = {BinaryOperation::Add,        BinaryOperation::Subtract,
                                               BinaryOperation::Multiply,   BinaryOperation::MatrixMultiply,
                                               BinaryOperation::TrueDivide, BinaryOperation::Remainder,
                                               BinaryOperation::Power,      BinaryOperation::LeftShift,
                                               BinaryOperation::RightShift, BinaryOperation::Or,
                                               BinaryOperation::Xor,        BinaryOperation::And,
                                               BinaryOperation::FloorDivide};
    int number = static_cast<int>(kOperations[static_cast<int>(which)]);
    op(Op::BINARY_OP, inplace ? number + static_cast<int>(BinaryOperation::InplaceAdd) : number);
}

void Emitter::bool_op(BoolOp* e) {
    Op jump_op = e->op == BoolOperator::And ? Op::JUMP_IF_FALSE_OR_POP : Op::JUMP_IF_TRUE_OR_POP;
    Block* end = new_block();
    uint32_t last = e->values.size() - 1;
    for (uint32_t i = 0; i < last; ++i) {
        expression(e->values[i]);
        jump(jump_op, end);
        use_next(new_block());
    }
    expression(e->values[last]);
    use_next(end);
}

void Emitter::compare(Compare* e) {
    check_compare(e);
    expression(e->left);
    uint32_t last = e->ops.size() - 1;
    if (last == 0) {
        expression(e->comparators[0]);
        return compare_op(e->ops[0]);
    }
    Block* cleanup = new_block();
    for (uint32_t i = 0; i < last; ++i) {
        expression(e->comparators[i]);
        op(Op::SWAP, 2);
        op(Op::COPY, 2);
        compare_op(e->ops[i]);
        jump(Op::JUMP_IF_FALSE_OR_POP, cleanup);
    }
    expression(e->comparators[last]);
    compare_op(e->ops[last]);
    Block* end = new_block();
    jump_without_line(Op::JUMP, end);
    use_next(cleanup);
    op(Op::SWAP, 2);
    op(Op::POP_TOP);
    use_next(end);
}

void Emitter::dict(Dict* e) {
    uint32_t pending = 0;
    bool have_dict = false;
    auto flush = [&](uint32_t end, uint32_t count) {
        sub_dict(e, end - count, end);
        if (have_dict) op(Op::DICT_UPDATE, 1);
        have_dict = true;
        pending = 0;
    };
    for (uint32_t i = 0; i < e->values.size(); ++i) {
        if (!e->keys[i]) {  // **mapping
            if (pending) flush(i, pending);
            if (!have_dict) {
                op(Op::BUILD_MAP, 0);
                have_dict = true;
            }
            expression(e->values[i]);
            op(Op::DICT_UPDATE, 1);
        } else if (pending * 2 > kStackGuideline) {
            flush(i + 1, pending + 1);
        } else {
            ++pending;
        }
    }
    if (pending) flush(e->values.size(), pending);
    if (!have_dict) op(Op::BUILD_MAP, 0);
}

void Emitter::sub_dict(Dict* e, uint32_t begin, uint32_t end) {
    uint32_t count = end - begin;
    bool big = count * 2 > kStackGuideline;
    if (count > 1 && !big && all_constant(e->keys, begin, end)) {
        for (uint32_t i = begin; i < end; ++i) expression(e->values[i]);
        auto keys = values_of(e->keys, begin, end);
        load_const(make_tuple(arena_, keys.data(), keys.size()));
        return op(Op::BUILD_CONST_KEY_MAP, static_cast<int32_t>(count));
    }
    if (big) op(Op::BUILD_MAP, 0);
    for (uint32_t i = begin; i < end; ++i) {
        expression(e->keys[i]);
        expression(e->values[i]);
        if (big) op(Op::MAP_ADD, 1);
    }
    if (!big) op(Op::BUILD_MAP, static_cast<int32_t>(count));
}

void Emitter::unpack_targets(const Sequence<ExprNode*>& row) {
    uint32_t size = row.size();
    bool starred = false;
    for (uint32_t i = 0; i < size; ++i) {
        if (row[i]->kind != Kind::Starred) continue;
        if (starred) return fail("multiple starred expressions in assignment");
        if (i >= 256 || size - i - 1 >= (INT32_MAX >> 8)) {
            return fail("too many expressions in star-unpacking assignment");
        }
        op(Op::UNPACK_EX, static_cast<int32_t>(i + ((size - i - 1) << 8)));
        starred = true;
    }
    if (!starred) op(Op::UNPACK_SEQUENCE, static_cast<int32_t>(size));
    for (ExprNode* e : row) expression(e->kind == Kind::Starred ? as<Starred>(e)->value : e);
}

// A list, set or tuple of the elements, after `pushed` that are on the stack.
void Emitter::display(const Sequence<ExprNode*>& row, uint32_t pushed, Op build, Op add, Op extend, bool tuple) {
    uint32_t size = row.size();
    if (size > 2 && all_constant(row, 0, size)) {
        auto values = values_of(row, 0, size);
        const Value* folded = make_tuple(arena_, values.data(), values.size());
        if (tuple && !pushed) return load_const(folded);
        if (add == Op::SET_ADD) folded = make_frozen_set(arena_, folded->items, folded->size);
        op(build, static_cast<int32_t>(pushed));
        load_const(folded);
        op(extend, 1);
        if (tuple) op(Op::LIST_TO_TUPLE);
        return;
    }
    bool big = size + pushed > kStackGuideline;
    bool starred = false;
    for (ExprNode* e : row) starred = starred || e->kind == Kind::Starred;
    if (!starred && !big) {
        expressions(row);
        return op(tuple ? Op::BUILD_TUPLE : build, static_cast<int32_t>(size + pushed));
    }
    bool built = big;
    if (big) op(build, static_cast<int32_t>(pushed));
    for (uint32_t i = 0; i < size; ++i) {
        if (row[i]->kind == Kind::Starred) {
            if (!built) op(build, static_cast<int32_t>(i + pushed));
            built = true;
            expression(as<Starred>(row[i])->value);
            op(extend, 1);
        } else {
            expression(row[i]);
            if (built) op(add, 1);
        }
    }
    if (tuple) op(Op::LIST_TO_TUPLE);
}

void Emitter::attribute(Attribute* e) {
    expression(e->value);
    at_attribute(*e);
    switch (e->ctx) {
        case ExprContext::Load: return name_op(Op::LOAD_ATTR, e->attr);
        case ExprContext::Store:
            if (forbidden(e->attr, ExprContext::Store)) return;
            return name_op(Op::STORE_ATTR, e->attr);
        case ExprContext::Del: return name_op(Op::DELETE_ATTR, e->attr);
    }
}

void Emitter::subscript(Subscript* e) {
    if (e->ctx == ExprContext::Load) {
        check_subscripted(e->value);
        check_index(e->value, e->slice);
    }
    expression(e->value);
    expression(e->slice);
    switch (e->ctx) {
        case ExprContext::Load: return op(Op::BINARY_SUBSCR);
        case ExprContext::Store: return op(Op::STORE_SUBSCR);
        case ExprContext::Del: return op(Op::DELETE_SUBSCR);
    }
}

void Emitter::slice(Slice* e) {
    if (e->lower)
        expression(e->lower);
    else
        load_none();
    if (e->upper)
        expression(e->upper);
    else
        load_none();
    if (e->step) expression(e->step);
    op(Op::BUILD_SLICE, e->step ? 3 : 2);
}

void Emitter::joined_str(JoinedStr* e) {
    auto count = static_cast<int32_t>(e->values.size());
    if (e->values.size() > kStackGuideline) {
        load_const(empty_);
        name_op(Op::LOAD_METHOD, join_);
        op(Op::BUILD_LIST, 0);
        for (ExprNode* value : e->values) {
            expression(value);
            op(Op::LIST_APPEND, 1);
        }
        op(Op::PRECALL, 1);
        return op(Op::CALL, 1);
    }
    expressions(e->values);
    if (count != 1) op(Op::BUILD_STRING, count);
}

void Emitter::formatted_value(FormattedValue* e) {
    expression(e->value);
    int how;
    switch (e->conversion) {
        case 's': how = 1; break;
        case 'r': how = 2; break;
        case 'a': how = 3; break;
        case -1: how = 0; break;
        default:
            fail("Unrecognized conversion character " + std::to_string(e->conversion));
            result_.error.kind = DiagnosticKind::SystemError;
            return;
    }
    if (e->format_spec) {
        expression(e->format_spec);
        how |= 4;
    }
    op(Op::FORMAT_VALUE, how);
}

}  // namespace orochi::language
