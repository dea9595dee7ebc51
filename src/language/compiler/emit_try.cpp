// try, except, except*, finally. The `finally` body is emitted where control
// leaves normally, where an exception leaves, and by every jump out (unwind).
#include "language/compiler/emitter.hpp"

namespace orochi::language {

using namespace ast;

void Emitter::try_statement(Try* s) {
    if (s->finalbody.empty())
        try_except(s);
    else
        try_finally(s);
}

void Emitter::try_star_statement(TryStar* s) {
    if (s->finalbody.empty())
        try_star_except(s);
    else
        try_finally(s);
}

template <class T>
void Emitter::try_finally(T* s) {
    Block *inside = new_block(), *end = new_block(), *exit = new_block(), *cleanup = new_block();
    jump(Op::SETUP_FINALLY, end);
    use_next(inside);
    Region region{RegionKind::FinallyTry, inside, end};
    region.finally_body = &s->finalbody;
    push_region(region);
    if (failed_) return;
    if (s->handlers.empty())
        statements(s->body);
    else if constexpr (std::is_same_v<T, Try>)
        try_except(s);
    else
        try_star_except(s);
    if (failed_) return;
    op_without_line(Op::POP_BLOCK);
    pop_region();
    statements(s->finalbody);
    jump_without_line(Op::JUMP, exit);
    use_next(end);
    no_location();
    jump(Op::SETUP_CLEANUP, cleanup);
    op(Op::PUSH_EXC_INFO);
    push_region({RegionKind::FinallyEnd, end});
    if (failed_) return;
    statements(s->finalbody);
    if (failed_) return;
    pop_region();
    op(Op::RERAISE, 0);
    use_next(cleanup);
    reraise_in_cleanup();
    use_next(exit);
}

// The name of `except ... as name` does not outlive its handler.
void Emitter::clear_handler_name(Identifier name) {
    load_none();
    variable(name, ExprContext::Store);
    variable(name, ExprContext::Del);
}

void Emitter::try_except(Try* s) {
    Block *inside = new_block(), *except = new_block(), *end = new_block(), *cleanup = new_block();
    jump(Op::SETUP_FINALLY, except);
    use_next(inside);
    push_region({RegionKind::TryExcept, inside});
    if (failed_) return;
    statements(s->body);
    if (failed_) return;
    pop_region();
    op_without_line(Op::POP_BLOCK);
    statements(s->orelse);
    jump_without_line(Op::JUMP, end);
    use_next(except);
    no_location();
    jump(Op::SETUP_CLEANUP, cleanup);
    op(Op::PUSH_EXC_INFO);
    push_region({RegionKind::ExceptionHandler});
    for (uint32_t i = 0; i < s->handlers.size() && !failed_; ++i) {
        ExceptHandler* handler = s->handlers[i];
        at(handler);
        if (!handler->type && i + 1 < s->handlers.size()) return fail("default 'except:' must be last");
        except = new_block();
        if (handler->type) {
            expression(handler->type);
            op(Op::CHECK_EXC_MATCH);
            jump(Op::POP_JUMP_IF_FALSE, except);
        }
        Region region{RegionKind::HandlerCleanup};
        region.name = handler->name;
        if (handler->name) {
            Block *cleanup_end = new_block(), *cleanup_body = new_block();
            variable(handler->name, ExprContext::Store);
            jump(Op::SETUP_CLEANUP, cleanup_end);
            use_next(cleanup_body);
            region.block = cleanup_body;
            push_region(region);
            if (failed_) return;
            statements(handler->body);
            if (failed_) return;
            pop_region();
            no_location();
            op(Op::POP_BLOCK);
            op(Op::POP_BLOCK);
            op(Op::POP_EXCEPT);
            clear_handler_name(handler->name);
            jump(Op::JUMP, end);
            use_next(cleanup_end);
            no_location();
            clear_handler_name(handler->name);
            op(Op::RERAISE, 1);
        } else {
            Block* cleanup_body = new_block();
            op(Op::POP_TOP);
            use_next(cleanup_body);
            region.block = cleanup_body;
            push_region(region);
            if (failed_) return;
            statements(handler->body);
            if (failed_) return;
            pop_region();
            no_location();
            op(Op::POP_BLOCK);
            op(Op::POP_EXCEPT);
            jump(Op::JUMP, end);
        }
        use_next(except);
    }
    if (failed_) return;
    pop_region();
    no_location();
    op(Op::RERAISE, 0);
    use_next(cleanup);
    reraise_in_cleanup();
    use_next(end);
}

// PEP 654: each handler takes its part of the group, what handlers raise is
// collected in a list, and all of it with the rest is raised at the end.
void Emitter::try_star_except(TryStar* s) {
    Block *inside = new_block(), *except = new_block(), *otherwise = new_block(), *end = new_block(),
          *cleanup = new_block(), *reraise_star = new_block();
    jump(Op::SETUP_FINALLY, except);
    use_next(inside);
    push_region({RegionKind::TryExcept, inside});
    if (failed_) return;
    statements(s->body);
    if (failed_) return;
    pop_region();
    op_without_line(Op::POP_BLOCK);
    jump_without_line(Op::JUMP, otherwise);
    use_next(except);
    no_location();
    jump(Op::SETUP_CLEANUP, cleanup);
    op(Op::PUSH_EXC_INFO);
    push_region({RegionKind::ExceptionGroupHandler});
    for (uint32_t i = 0; i < s->handlers.size() && !failed_; ++i) {
        ExceptHandler* handler = s->handlers[i];
        at(handler);
        except = new_block();
        Block* matched = new_block();
        if (i == 0) {
            op(Op::COPY, 1);
            op(Op::BUILD_LIST, 0);
            op(Op::SWAP, 2);
        }
        if (handler->type) {
            expression(handler->type);
            op(Op::CHECK_EG_MATCH);
            op(Op::COPY, 1);
            jump(Op::POP_JUMP_IF_NOT_NONE, matched);
            op(Op::POP_TOP);
            jump(Op::JUMP, except);
        }
        use_next(matched);
        Block *cleanup_end = new_block(), *cleanup_body = new_block();
        if (handler->name)
            variable(handler->name, ExprContext::Store);
        else
            op(Op::POP_TOP);
        jump(Op::SETUP_CLEANUP, cleanup_end);
        use_next(cleanup_body);
        Region region{RegionKind::HandlerCleanup, cleanup_body};
        region.name = handler->name;
        push_region(region);
        if (failed_) return;
        statements(handler->body);
        if (failed_) return;
        pop_region();
        no_location();
        op(Op::POP_BLOCK);
        if (handler->name) clear_handler_name(handler->name);
        jump(Op::JUMP, except);
        use_next(cleanup_end);
        no_location();
        if (handler->name) clear_handler_name(handler->name);
        op(Op::LIST_APPEND, 3);
        op(Op::POP_TOP);
        jump(Op::JUMP, except);
        use_next(except);
        if (i + 1 == s->handlers.size()) {
            op(Op::LIST_APPEND, 1);
            jump(Op::JUMP, reraise_star);
        }
    }
    if (failed_) return;
    pop_region();
    no_location();
    Block* reraise = new_block();
    use_next(reraise_star);
    op(Op::PREP_RERAISE_STAR);
    op(Op::COPY, 1);
    jump(Op::POP_JUMP_IF_NOT_NONE, reraise);
    op(Op::POP_TOP);
    op(Op::POP_BLOCK);
    op(Op::POP_EXCEPT);
    jump(Op::JUMP, end);
    use_next(reraise);
    op(Op::POP_BLOCK);
    op(Op::SWAP, 2);
    op(Op::POP_EXCEPT);
    op(Op::RERAISE, 0);
    use_next(cleanup);
    reraise_in_cleanup();
    use_next(otherwise);
    statements(s->orelse);
    use_next(end);
}

}  // namespace orochi::language
