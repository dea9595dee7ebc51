// match statements (PEP 634).
//
// While a pattern is matched, the stack holds the subject, then values captured
// so far (named in `stores`), then `on_top` values the pattern is busy with.
// A failing test jumps to a block that pops as many values as are in excess at
// that point: failure block n pops n values and falls through to n - 1.
#include "language/compiler/emitter.hpp"

namespace orochi::language {

using namespace ast;

struct Emitter::PatternState {
    std::vector<Identifier> stores;
    std::vector<Block*> failures;
    bool allow_irrefutable = false;
    int on_top = 0;

    int position(Identifier name) const {
        for (size_t i = 0; i < stores.size(); ++i) {
            if (stores[i] == name) return static_cast<int>(i);
        }
        return -1;
    }
};

static bool is_wildcard(const PatternNode* p) {
    auto* capture = try_as<MatchAs>(static_cast<const Node*>(p));
    return capture && !capture->name;
}

static bool is_star_wildcard(const PatternNode* p) { return !as<MatchStar>(p)->name; }

void Emitter::match(Match* s) {
    expression(s->subject);
    Block* end = new_block();
    uint32_t count = s->cases.size();
    MatchCase* last = s->cases[count - 1];
    bool has_default = is_wildcard(last->pattern) && count > 1;
    uint32_t tested = count - has_default;
    for (uint32_t i = 0; i < tested && !failed_; ++i) {
        MatchCase* c = s->cases[i];
        at(c->pattern);
        bool keep_subject = i + 1 != tested;
        if (keep_subject) op(Op::COPY, 1);
        PatternState state;
        state.allow_irrefutable = c->guard || i + 1 == count;
        pattern(c->pattern, state);
        for (Identifier name : state.stores) variable(name, ExprContext::Store);
        if (c->guard) {
            ensure_failure_blocks(state, 0);
            jump_if(c->guard, state.failures[0], false);
        }
        if (keep_subject) op(Op::POP_TOP);
        statements(c->body);
        jump(Op::JUMP, end);
        // Cleaning up belongs to the pattern that failed.
        at(c->pattern);
        emit_failure_blocks(state);
    }
    if (has_default) {
        at(last->pattern);
        if (count == 1)
            op(Op::POP_TOP);
        else
            op(Op::NOP);  // shows that the line was reached
        if (last->guard) jump_if(last->guard, end, false);
        statements(last->body);
    }
    use_next(end);
}

void Emitter::ensure_failure_blocks(PatternState& state, size_t count) {
    while (state.failures.size() <= count) state.failures.push_back(new_block());
}

void Emitter::fail_pattern(PatternState& state, Op jump_op) {
    size_t pops = static_cast<size_t>(state.on_top) + state.stores.size();
    ensure_failure_blocks(state, pops);
    jump(jump_op, state.failures[pops]);
}

void Emitter::emit_failure_blocks(PatternState& state) {
    if (state.failures.empty()) return use_next(new_block());
    for (size_t i = state.failures.size(); i-- > 1;) {
        use_next(state.failures[i]);
        op(Op::POP_TOP);
    }
    use_next(state.failures[0]);
    state.failures.clear();
}

void Emitter::rotate(int count) {
    for (; count > 1; --count) op(Op::SWAP, count);
}

void Emitter::store_capture(Identifier name, PatternState& state) {
    if (!name) return op(Op::POP_TOP);
    if (forbidden(name, ExprContext::Store)) return;
    if (state.position(name) >= 0) {
        return fail("multiple assignments to name " + repr_str(name.view()) + " in pattern");
    }
    rotate(state.on_top + static_cast<int>(state.stores.size()) + 1);
    state.stores.push_back(name);
}

void Emitter::subpattern(PatternNode* p, PatternState& state) {
    bool outer = state.allow_irrefutable;
    state.allow_irrefutable = true;
    pattern(p, state);
    state.allow_irrefutable = outer;
}

void Emitter::pattern(PatternNode* p, PatternState& state) {
    if (failed_) return;
    if (too_deep()) return fail_recursion();
    at(p);
    switch (p->kind) {
        case Kind::MatchValue: {
            ExprNode* value = as<MatchValue>(p)->value;
            if (value->kind != Kind::Constant && value->kind != Kind::Attribute) {
                return fail("patterns may only match literals and attribute lookups");
            }
            expression(value);
            compare_op(CompareOperator::Eq);
            return fail_pattern(state, Op::POP_JUMP_IF_FALSE);
        }
        case Kind::MatchSingleton:
            load_const(as<MatchSingleton>(p)->value);
            compare_op(CompareOperator::Is);
            return fail_pattern(state, Op::POP_JUMP_IF_FALSE);
        case Kind::MatchSequence: return pattern_sequence(as<MatchSequence>(p), state);
        case Kind::MatchMapping: return pattern_mapping(as<MatchMapping>(p), state);
        case Kind::MatchClass: return pattern_class(as<MatchClass>(p), state);
        case Kind::MatchStar: return store_capture(as<MatchStar>(p)->name, state);
        case Kind::MatchAs: return pattern_as(as<MatchAs>(p), state);
        case Kind::MatchOr: return pattern_or(as<MatchOr>(p), state);
        default: return fail("invalid match pattern");
    }
}

void Emitter::pattern_as(MatchAs* p, PatternState& state) {
    if (!p->pattern) {
        if (!state.allow_irrefutable) {
            if (!p->name) return fail("wildcard makes remaining patterns unreachable");
            return fail("name capture " + repr_str(p->name.view()) + " makes remaining patterns unreachable");
        }
        return store_capture(p->name, state);
    }
    ++state.on_top;
    op(Op::COPY, 1);
    pattern(p->pattern, state);
    --state.on_top;
    store_capture(p->name, state);
}

void Emitter::pattern_or(MatchOr* p, PatternState& state) {
    Block* end = new_block();
    PatternState outer = std::move(state);
    std::vector<Identifier> control;  // the names of the first alternative, in their order
    for (uint32_t i = 0; i < p->patterns.size(); ++i) {
        PatternNode* alternative = p->patterns[i];
        at(alternative);
        state = PatternState();
        state.allow_irrefutable = i + 1 == p->patterns.size() && outer.allow_irrefutable;
        op(Op::COPY, 1);
        pattern(alternative, state);
        if (failed_) return;
        if (i == 0) {
            control = state.stores;
        } else if (state.stores.size() != control.size()) {
            return fail("alternative patterns bind different names");
        } else {
            // Bring the captures into the order of the first alternative.
            for (size_t wanted = control.size(); wanted-- > 0;) {
                int found = state.position(control[wanted]);
                if (found < 0) return fail("alternative patterns bind different names");
                if (static_cast<size_t>(found) == wanted) continue;
                int rotations = found + 1;
                std::vector<Identifier> moved(state.stores.begin(), state.stores.begin() + rotations);
                state.stores.erase(state.stores.begin(), state.stores.begin() + rotations);
                state.stores.insert(state.stores.begin() + (wanted - found), moved.begin(), moved.end());
                while (rotations--) rotate(static_cast<int>(wanted) + 1);
            }
        }
        jump(Op::JUMP, end);
        emit_failure_blocks(state);
    }
    state = std::move(outer);
    // No alternative matched.
    op(Op::POP_TOP);
    fail_pattern(state, Op::JUMP);
    use_next(end);
    int distance = static_cast<int>(control.size() + 1 + state.stores.size()) + state.on_top;
    for (Identifier name : control) {
        rotate(distance);
        if (state.position(name) >= 0) {
            return fail("multiple assignments to name " + repr_str(name.view()) + " in pattern");
        }
        state.stores.push_back(name);
    }
    op(Op::POP_TOP);
}

void Emitter::pattern_sequence(MatchSequence* p, PatternState& state) {
    const Sequence<PatternNode*>& row = p->patterns;
    int size = static_cast<int>(row.size()), star = -1;
    bool only_wildcards = true, star_is_wildcard = false;
    for (int i = 0; i < size; ++i) {
        if (row[i]->kind == Kind::MatchStar) {
            if (star >= 0) return fail("multiple starred names in sequence pattern");
            star_is_wildcard = is_star_wildcard(row[i]);
            only_wildcards = only_wildcards && star_is_wildcard;
            star = i;
        } else {
            only_wildcards = only_wildcards && is_wildcard(row[i]);
        }
    }
    ++state.on_top;
    op(Op::MATCH_SEQUENCE);
    fail_pattern(state, Op::POP_JUMP_IF_FALSE);
    if (star < 0 || size > 1) {
        op(Op::GET_LEN);
        load_int(star < 0 ? size : size - 1);
        compare_op(star < 0 ? CompareOperator::Eq : CompareOperator::GtE);
        fail_pattern(state, Op::POP_JUMP_IF_FALSE);
    }
    --state.on_top;
    if (only_wildcards) return op(Op::POP_TOP);
    if (star_is_wildcard) {
        // Only some elements are wanted: fetch them one by one.
        ++state.on_top;
        for (int i = 0; i < size; ++i) {
            if (i == star || is_wildcard(row[i])) continue;
            op(Op::COPY, 1);
            if (i < star) {
                load_int(i);
            } else {
                op(Op::GET_LEN);
                load_int(size - i);
                binary_op(Operator::Sub, false);
            }
            op(Op::BINARY_SUBSCR);
            subpattern(row[i], state);
        }
        --state.on_top;
        return op(Op::POP_TOP);
    }
    if (star >= 0) {
        if (star >= 256 || size - star - 1 >= (INT32_MAX >> 8)) {
            return fail("too many expressions in star-unpacking sequence pattern");
        }
        op(Op::UNPACK_EX, star + ((size - star - 1) << 8));
    } else {
        op(Op::UNPACK_SEQUENCE, size);
    }
    state.on_top += size;
    for (PatternNode* element : row) {
        --state.on_top;
        subpattern(element, state);
    }
}

void Emitter::pattern_mapping(MatchMapping* p, PatternState& state) {
    int size = static_cast<int>(p->keys.size());
    if (p->keys.size() != p->patterns.size()) {
        return fail("keys (" + std::to_string(size) + ") / patterns (" + std::to_string(p->patterns.size()) +
                    ") length mismatch in mapping pattern");
    }
    ++state.on_top;
    op(Op::MATCH_MAPPING);
    fail_pattern(state, Op::POP_JUMP_IF_FALSE);
    if (!size && !p->rest) {
        --state.on_top;
        return op(Op::POP_TOP);
    }
    if (size) {
        op(Op::GET_LEN);
        load_int(size);
        compare_op(CompareOperator::GtE);
        fail_pattern(state, Op::POP_JUMP_IF_FALSE);
    }
    std::vector<const language::Constant*> seen;
    for (ExprNode* key : p->keys) {
        if (!key) {
            at(p->patterns[&key - p->keys.begin()]);
            return fail("can't use NULL keys in MatchMapping (set 'rest' parameter instead)");
        }
        if (auto* constant = try_as<ast::Constant>(static_cast<Node*>(key))) {
            for (const language::Constant* other : seen) {
                if (equal_values(*other, *constant->value)) {
                    return fail("mapping pattern checks duplicate key (" + repr(*constant->value) + ")");
                }
            }
            seen.push_back(constant->value);
        } else if (key->kind != Kind::Attribute) {
            return fail("mapping pattern keys may only match literals and attribute lookups");
        }
        expression(key);
    }
    op(Op::BUILD_TUPLE, size);
    op(Op::MATCH_KEYS);
    // On the stack now: subject, keys, values (or None).
    state.on_top += 2;
    op(Op::COPY, 1);
    load_none();
    op(Op::IS_OP, 1);
    fail_pattern(state, Op::POP_JUMP_IF_FALSE);
    op(Op::UNPACK_SEQUENCE, size);
    state.on_top += size - 1;
    for (PatternNode* value : p->patterns) {
        --state.on_top;
        subpattern(value, state);
    }
    state.on_top -= 2;
    if (p->rest) {
        // A dict of the subject without the keys.
        op(Op::BUILD_MAP, 0);
        op(Op::SWAP, 3);
        op(Op::DICT_UPDATE, 2);
        op(Op::UNPACK_SEQUENCE, size);
        for (; size; --size) {
            op(Op::COPY, 1 + size);
            op(Op::SWAP, 2);
            op(Op::DELETE_SUBSCR);
        }
        store_capture(p->rest, state);
    } else {
        op(Op::POP_TOP);
        op(Op::POP_TOP);
    }
}

void Emitter::pattern_class(MatchClass* p, PatternState& state) {
    uint32_t positional = p->patterns.size(), named = p->kwd_attrs.size();
    if (named != p->kwd_patterns.size()) {
        return fail("kwd_attrs (" + std::to_string(named) + ") / kwd_patterns (" +
                    std::to_string(p->kwd_patterns.size()) + ") length mismatch in class pattern");
    }
    for (uint32_t i = 0; i < named; ++i) {
        at(p->kwd_patterns[i]);
        if (forbidden(p->kwd_attrs[i], ExprContext::Store)) return;
        for (uint32_t j = i + 1; j < named; ++j) {
            if (!(p->kwd_attrs[i] == p->kwd_attrs[j])) continue;
            at(p->kwd_patterns[j]);
            return fail("attribute name repeated in class pattern: " + std::string(p->kwd_attrs[i].view()));
        }
    }
    at(p);
    expression(p->cls);
    auto names = scratch_.sequence<const language::Constant*>(named);
    for (uint32_t i = 0; i < named; ++i) names[i] = text_of(p->kwd_attrs[i]);
    load_const(make_tuple(arena_, names.data, names.count));
    op(Op::MATCH_CLASS, static_cast<int32_t>(positional));
    op(Op::COPY, 1);
    load_none();
    op(Op::IS_OP, 1);
    // On the stack now: a tuple of attributes (or None).
    ++state.on_top;
    fail_pattern(state, Op::POP_JUMP_IF_FALSE);
    op(Op::UNPACK_SEQUENCE, static_cast<int32_t>(positional + named));
    state.on_top += static_cast<int>(positional + named) - 1;
    for (uint32_t i = 0; i < positional + named; ++i) {
        --state.on_top;
        PatternNode* part = i < positional ? p->patterns[i] : p->kwd_patterns[i - positional];
        if (is_wildcard(part))
            op(Op::POP_TOP);
        else
            subpattern(part, state);
    }
}

}  // namespace orochi::language
