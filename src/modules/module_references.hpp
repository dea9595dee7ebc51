// What the collector is told of a module's state: m_traverse, m_clear and m_free of a module whose state hands its
// references (Object*, Type* and so on) to a function, one after the other:
//
//     struct State {
//         Object* error;
//         Type* parser_type;
//         template <class F>
//         void each(F f) { f(error); f(parser_type); }
//     };
#pragma once

#include "objects/module.hpp"

namespace orochi {

template <class State>
struct ModuleReferences {
    static int traverse(Object* module, visitproc visit, void* argument) {
        int result = 0;
        if (auto* state = static_cast<State*>(module_state(*module))) {
            state->each([&](auto*& member) {
                if (!result && member) result = visit(reinterpret_cast<Object*>(member), argument);
            });
        }
        return result;
    }
    static int clear(Object* module) {
        if (auto* state = static_cast<State*>(module_state(*module)))
            state->each([](auto*& member) { orochi::clear(member); });
        return 0;
    }
    static void free(void* module) { (void)clear(static_cast<Object*>(module)); }
};

}  // namespace orochi
