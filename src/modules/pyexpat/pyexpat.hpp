// pyexpat: the system's XML parser, reporting to handlers that are attributes of the parser object.
//
// Expat calls the functions of handlers.cpp, which make Python objects of what it found and call the handler. An
// exception out of one stops the parser and removes all handlers, so that nothing more is reported; Parse() then fails
// with it.
#pragma once

#include "modules/heap_type.hpp"
#include "modules/pyexpat/expat_support.hpp"

namespace orochi::expat {

struct State {
    Object* error;
    Type* parser_type;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(error);
        f(parser_type);
    }
};
inline State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

// Places in Parser::handlers.
enum HandlerIndex {
#define HANDLER(ID, ATTRIBUTE, FUNCTION, LINE, SET, CALLBACK) k##ID,
#include "modules/pyexpat/handlers.def"
#undef HANDLER
    kHandlerCount,
};

struct HandlerInfo {
    const char* function;  // in tracebacks
    int line;
    void (*install)(XML_Parser expat, bool on);
};
extern const HandlerInfo handler_table[kHandlerCount];

struct Parser {
    PyObject_HEAD
    XML_Parser expat;
    Parser* parent;        // of a parser for an external entity, which uses parts of that parser
    ThreadState* parsing;  // the thread that is inside Parse(), else null
    Object* intern;        // dict of names that were met, or null
    char* buffer;          // gathers character data; null: every piece is reported at once
    int buffer_size, buffer_used;
    bool ordered_attributes, specified_attributes, namespace_prefixes;
    Object* handlers[kHandlerCount];

    // All references but the parent, which the collector must leave: expat needs it until the end.
    std::array<Object**, kHandlerCount + 1> members() {
        std::array<Object**, kHandlerCount + 1> all;
        for (int i = 0; i < kHandlerCount; ++i) all[i] = &handlers[i];
        all[kHandlerCount] = &intern;
        return all;
    }
};

// Reports the character data that was gathered.
Result<void> flush_text(ThreadState& ts, Parser& self);
void remove_handlers(Parser& self);
int on_unknown_encoding(void* data, const XML_Char* name, XML_Encoding* map);

Result<void> add_parser_type(ThreadState& ts, Object& module);
// A parser without handlers. Both texts may be null, and so may the dict `intern`.
Result<Ref<Object>> parser_create(ThreadState& ts, State& state, const char* encoding, const char* namespace_separator,
                                  Object* intern);

}  // namespace orochi::expat
