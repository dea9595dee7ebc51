// Calls, and the warnings about expressions that cannot mean what they say.
#include "language/compiler/emitter.hpp"

namespace orochi::language {

using namespace ast;
using Value = language::Constant;

namespace {

bool has_starred(const Sequence<ExprNode*>& args) {
    for (ExprNode* e : args) {
        if (e->kind == Kind::Starred) return true;
    }
    return false;
}

bool has_double_starred(const Sequence<Keyword*>& keywords) {
    for (Keyword* k : keywords) {
        if (!k->arg) return true;
    }
    return false;
}

// The type an expression certainly has, by name; empty if unknown.
std::string_view known_type(const ExprNode* e) {
    switch (e->kind) {
        case Kind::Tuple: return "tuple";
        case Kind::List:
        case Kind::ListComp: return "list";
        case Kind::Dict:
        case Kind::DictComp: return "dict";
        case Kind::Set:
        case Kind::SetComp: return "set";
        case Kind::GeneratorExp: return "generator";
        case Kind::Lambda: return "function";
        case Kind::JoinedStr:
        case Kind::FormattedValue: return "str";
        case Kind::Constant: break;
        default: return {};
    }
    switch (as<ast::Constant>(e)->value->kind) {
        case ConstantKind::None: return "NoneType";
        case ConstantKind::False:
        case ConstantKind::True: return "bool";
        case ConstantKind::Ellipsis: return "ellipsis";
        case ConstantKind::Int:
        case ConstantKind::BigInt: return "int";
        case ConstantKind::Float: return "float";
        case ConstantKind::Complex: return "complex";
        case ConstantKind::Str: return "str";
        case ConstantKind::Bytes: return "bytes";
        case ConstantKind::Tuple: return "tuple";
        case ConstantKind::FrozenSet: return "frozenset";
    }
    return {};
}

}  // namespace

void Emitter::call(Call* e) {
    if (failed_ || !check_keywords(e->keywords) || method_call(e)) return;
    check_caller(e->func);
    at(e->func);
    op(Op::PUSH_NULL);
    at(e);
    expression(e->func);
    call_arguments(0, e->args, e->keywords);
}

// object.method(...) without a bound method in between.
bool Emitter::method_call(Call* e) {
    auto* method = try_as<Attribute>(static_cast<Node*>(e->func));
    if (!method || method->ctx != ExprContext::Load) return false;
    // What a module imports is likely a module: its attributes are no methods.
    if (auto* base = try_as<Name>(static_cast<Node*>(method->value))) {
        const Symbol* global = table_.top->find(base->id);
        if (global && (global->flags & kDefImport)) return false;
    }
    uint32_t args = e->args.size(), keywords = e->keywords.size();
    if (args + keywords + (keywords != 0) >= kStackGuideline) return false;
    if (has_starred(e->args) || has_double_starred(e->keywords)) return false;
    expression(method->value);
    at(method);
    at_attribute(*method);
    name_op(Op::LOAD_METHOD, method->attr);
    expressions(e->args);
    if (keywords) {
        for (Keyword* k : e->keywords) expression(k->value);
        keyword_names(e->keywords);
    }
    at(e);
    at_attribute(*method);
    op(Op::PRECALL, static_cast<int32_t>(args + keywords));
    op(Op::CALL, static_cast<int32_t>(args + keywords));
    return true;
}

bool Emitter::check_keywords(const Sequence<Keyword*>& keywords) {
    for (uint32_t i = 0; i < keywords.size(); ++i) {
        Keyword* key = keywords[i];
        if (!key->arg) continue;
        if (forbidden(key->arg, ExprContext::Store)) return false;
        for (uint32_t j = i + 1; j < keywords.size(); ++j) {
            if (!keywords[j]->arg || !(keywords[j]->arg == key->arg)) continue;
            at(keywords[j]);
            fail("keyword argument repeated: " + std::string(key->arg.view()));
            return false;
        }
    }
    return true;
}

void Emitter::keyword_names(const Sequence<Keyword*>& keywords) {
    auto names = scratch_.sequence<const Value*>(keywords.size());
    for (uint32_t i = 0; i < names.size(); ++i) names[i] = text_of(keywords[i]->arg);
    op(Op::KW_NAMES, static_cast<int32_t>(unit_->constants.add(make_tuple(arena_, names.data, names.count))));
}

void Emitter::keyword_dict(const Sequence<Keyword*>& keywords, uint32_t begin, uint32_t end) {
    uint32_t count = end - begin;
    bool big = count * 2 > kStackGuideline;
    if (count > 1 && !big) {
        std::vector<const Value*> names;
        for (uint32_t i = begin; i < end; ++i) {
            expression(keywords[i]->value);
            names.push_back(text_of(keywords[i]->arg));
        }
        load_const(make_tuple(arena_, names.data(), names.size()));
        return op(Op::BUILD_CONST_KEY_MAP, static_cast<int32_t>(count));
    }
    if (big) append(Op::BUILD_MAP, 0, kWithoutLine);
    for (uint32_t i = begin; i < end; ++i) {
        load_const(keywords[i]->arg);
        expression(keywords[i]->value);
        if (big) append(Op::MAP_ADD, 1, kWithoutLine);
    }
    if (!big) op(Op::BUILD_MAP, static_cast<int32_t>(count));
}

void Emitter::call_arguments(uint32_t pushed, const Sequence<ExprNode*>& args, const Sequence<Keyword*>& keywords) {
    uint32_t positional = args.size(), named = keywords.size();
    if (positional + named * 2 <= kStackGuideline && !has_starred(args) && !has_double_starred(keywords)) {
        expressions(args);
        if (named) {
            for (Keyword* k : keywords) expression(k->value);
            keyword_names(keywords);
        }
        auto count = static_cast<int32_t>(pushed + positional + named);
        op(Op::PRECALL, count);
        return op(Op::CALL, count);
    }
    if (pushed == 0 && positional == 1 && args[0]->kind == Kind::Starred) {
        expression(as<Starred>(args[0])->value);
    } else {
        display(args, pushed, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, true);
    }
    bool have_dict = false;
    uint32_t pending = 0;
    auto flush = [&](uint32_t end) {
        keyword_dict(keywords, end - pending, end);
        if (have_dict) op(Op::DICT_MERGE, 1);
        have_dict = true;
        pending = 0;
    };
    for (uint32_t i = 0; i < named; ++i) {
        if (keywords[i]->arg) {
            ++pending;
            continue;
        }
        if (pending) flush(i);
        if (!have_dict) {
            op(Op::BUILD_MAP, 0);
            have_dict = true;
        }
        expression(keywords[i]->value);
        op(Op::DICT_MERGE, 1);
    }
    if (pending) flush(named);
    op(Op::CALL_FUNCTION_EX, named > 0);
}

void Emitter::check_caller(ExprNode* e) {
    switch (e->kind) {
        case Kind::Constant:
        case Kind::Tuple:
        case Kind::List:
        case Kind::ListComp:
        case Kind::Dict:
        case Kind::DictComp:
        case Kind::Set:
        case Kind::SetComp:
        case Kind::GeneratorExp:
        case Kind::JoinedStr:
        case Kind::FormattedValue:
            warn("'" + std::string(known_type(e)) + "' object is not callable; perhaps you missed a comma?");
            return;
        default: return;
    }
}

void Emitter::check_subscripted(ExprNode* e) {
    switch (e->kind) {
        case Kind::Constant: {
            ConstantKind kind = as<ast::Constant>(e)->value->kind;
            if (kind == ConstantKind::Str || kind == ConstantKind::Bytes || kind == ConstantKind::Tuple) return;
            break;
        }
        case Kind::Set:
        case Kind::SetComp:
        case Kind::GeneratorExp:
        case Kind::Lambda: break;
        default: return;
    }
    warn("'" + std::string(known_type(e)) + "' object is not subscriptable; perhaps you missed a comma?");
}

void Emitter::check_index(ExprNode* e, ExprNode* index) {
    std::string_view index_type = known_type(index);
    if (index_type.empty() || index_type == "int" || index_type == "bool") return;
    switch (e->kind) {
        case Kind::Constant: {
            ConstantKind kind = as<ast::Constant>(e)->value->kind;
            if (kind != ConstantKind::Str && kind != ConstantKind::Bytes && kind != ConstantKind::Tuple) return;
            break;
        }
        case Kind::Tuple:
        case Kind::List:
        case Kind::ListComp:
        case Kind::JoinedStr:
        case Kind::FormattedValue: break;
        default: return;
    }
    warn(std::string(known_type(e)) + " indices must be integers or slices, not " + std::string(index_type) +
         "; perhaps you missed a comma?");
}

void Emitter::check_compare(Compare* e) {
    auto may_be_identical = [](const ExprNode* x) {
        if (x->kind != Kind::Constant) return true;
        ConstantKind kind = as<ast::Constant>(x)->value->kind;
        return kind == ConstantKind::None || kind == ConstantKind::False || kind == ConstantKind::True ||
               kind == ConstantKind::Ellipsis;
    };
    bool left = may_be_identical(e->left);
    for (uint32_t i = 0; i < e->ops.size(); ++i) {
        bool right = may_be_identical(e->comparators[i]);
        if ((e->ops[i] == CompareOperator::Is || e->ops[i] == CompareOperator::IsNot) && (!left || !right)) {
            return warn(e->ops[i] == CompareOperator::Is ? "\"is\" with a literal. Did you mean \"==\"?"
                                                         : "\"is not\" with a literal. Did you mean \"!=\"?");
        }
        left = right;
    }
}

}  // namespace orochi::language
