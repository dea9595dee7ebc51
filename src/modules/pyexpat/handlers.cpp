// What expat calls.
#include "execution/native_entries.hpp"
#include "modules/pyexpat/pyexpat.hpp"
#include "objects/codecs.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi::expat {

namespace {

template <size_t N>
using Arguments = Result<std::array<Ref<Object>, N>>;

Result<Ref<Object>> text(ThreadState& ts, const XML_Char* utf8, int size) {
    return decode_utf8(ts, {utf8, size_t(size)}, nullptr);
}
Result<Ref<Object>> text(ThreadState& ts, const XML_Char* utf8) {
    if (!utf8) return new_none();
    return decode_utf8(ts, utf8, nullptr);
}
// The same str for all equal names, if the parser has a dict for them.
Result<Ref<Object>> name(ThreadState& ts, Parser& self, const XML_Char* utf8) {
    Ref<Object> made = TRY(text(ts, utf8));
    if (!self.intern) return made;
    return Ref<Object>::share(*TRY(dict_set_default(ts, as<Dict>(*self.intern), *made, *made)));
}

void stop(Parser& self) {
    remove_handlers(self);
    (void)XML_StopParser(self.expat, XML_FALSE);
}

Result<Ref<Object>> call_handler(ThreadState& ts, Parser& self, HandlerIndex index, Ref<Object>* arguments,
                                 size_t count) {
    Ref<Object> handler = Ref<Object>::share(*self.handlers[index]);
    Object* stack[8] = {};
    for (size_t i = 0; i < count; ++i) stack[1 + i] = arguments[i].get();
    auto result = call_vector(ts, *handler, stack + 1, count | PY_VECTORCALL_ARGUMENTS_OFFSET);
    if (!result.ok())
        traceback_add(ts, "../Modules/pyexpat.c", handler_table[index].function, handler_table[index].line);
    return result;
}

// Calls the handler, if there is one, with the arguments that `make(ts)` gives. Empty: there is none, or it failed.
template <class F>
OptRef<Object> ask(Parser& self, HandlerIndex index, F make) {
    ThreadState& ts = *self.parsing;
    if (!self.handlers[index] || error_pending(ts)) return nullptr;
    auto run = [&]() -> Result<OptRef<Object>> {
        TRY(flush_text(ts, self));
        if (!self.handlers[index]) return nullptr;  // removed meanwhile
        auto arguments = TRY(make(ts));
        return TRY(call_handler(ts, self, index, arguments.data(), arguments.size()));
    };
    auto result = run();
    if (!result.ok()) {
        stop(self);
        return nullptr;
    }
    return std::move(result).take();
}

// The same where expat wants no answer.
template <class F>
void report(Parser& self, HandlerIndex index, F make) {
    (void)ask(self, index, make);
}

// What a handler returned to expat: 0 makes it fail.
int answer(Parser& self, OptRef<Object>&& result) {
    if (!result) return 0;
    auto number = int_as_long(*self.parsing, *result);
    if (number.ok()) return int(std::move(number).take());
    stop(self);
    return 0;
}

Parser& parser_of(void* data) { return *static_cast<Parser*>(data); }

void on_start_element(void* data, const XML_Char* element, const XML_Char** attributes) {
    Parser& self = parser_of(data);
    report(self, kStartElement, [&](ThreadState& ts) -> Arguments<2> {
        int end = 0;
        if (self.specified_attributes) {
            end = XML_GetSpecifiedAttributeCount(self.expat);
        } else {
            while (attributes[end]) end += 2;
        }
        Ref<Object> tag = TRY(name(ts, self, element));
        if (self.ordered_attributes) {
            Ref<List> list = TRY(list_new(ts, 0));
            for (int i = 0; i < end; i += 2) {
                TRY(list_append(ts, *list, TRY(name(ts, self, attributes[i]))));
                TRY(list_append(ts, *list, TRY(text(ts, attributes[i + 1]))));
            }
            return std::array<Ref<Object>, 2>{std::move(tag), std::move(list)};
        }
        Ref<Dict> dict = TRY(dict_new(ts));
        for (int i = 0; i < end; i += 2) {
            Ref<Object> key = TRY(name(ts, self, attributes[i])), value = TRY(text(ts, attributes[i + 1]));
            TRY(dict_set(ts, *dict, *key, *value));
        }
        return std::array<Ref<Object>, 2>{std::move(tag), std::move(dict)};
    });
}
void on_end_element(void* data, const XML_Char* element) {
    Parser& self = parser_of(data);
    report(self, kEndElement,
           [&](ThreadState& ts) -> Arguments<1> { return std::array{TRY(name(ts, self, element))}; });
}
void on_processing_instruction(void* data, const XML_Char* target, const XML_Char* content) {
    Parser& self = parser_of(data);
    report(self, kProcessingInstruction, [&](ThreadState& ts) -> Arguments<2> {
        return std::array{TRY(name(ts, self, target)), TRY(text(ts, content))};
    });
}

// Calls the handler of character data, which `report` would flush before.
Result<void> report_text(ThreadState& ts, Parser& self, const XML_Char* utf8, int size) {
    auto run = [&]() -> Result<void> {
        Ref<Object> argument = TRY(text(ts, utf8, size));
        TRY(call_handler(ts, self, kCharacterData, &argument, 1));
        return {};
    };
    auto result = run();
    if (!result.ok()) stop(self);
    return result;
}
void on_character_data(void* data, const XML_Char* utf8, int size) {
    Parser& self = parser_of(data);
    ThreadState& ts = *self.parsing;
    if (!self.handlers[kCharacterData] || error_pending(ts)) return;
    if (self.buffer && self.buffer_used + size > self.buffer_size) {
        if (!flush_text(ts, self).ok() || !self.handlers[kCharacterData]) return;
    }
    if (!self.buffer || size > self.buffer_size) {
        (void)report_text(ts, self, utf8, size);  // pending, and Parse() looks
        return;
    }
    std::memcpy(self.buffer + self.buffer_used, utf8, size_t(size));
    self.buffer_used += size;
}

void on_unparsed_entity(void* data, const XML_Char* entity, const XML_Char* base, const XML_Char* system,
                        const XML_Char* public_id, const XML_Char* notation) {
    Parser& self = parser_of(data);
    report(self, kUnparsedEntityDecl, [&](ThreadState& ts) -> Arguments<5> {
        return std::array{TRY(name(ts, self, entity)), TRY(name(ts, self, base)), TRY(name(ts, self, system)),
                          TRY(name(ts, self, public_id)), TRY(name(ts, self, notation))};
    });
}
void on_notation(void* data, const XML_Char* notation, const XML_Char* base, const XML_Char* system,
                 const XML_Char* public_id) {
    Parser& self = parser_of(data);
    report(self, kNotationDecl, [&](ThreadState& ts) -> Arguments<4> {
        return std::array{TRY(name(ts, self, notation)), TRY(name(ts, self, base)), TRY(name(ts, self, system)),
                          TRY(name(ts, self, public_id))};
    });
}
void on_start_namespace(void* data, const XML_Char* prefix, const XML_Char* uri) {
    Parser& self = parser_of(data);
    report(self, kStartNamespaceDecl, [&](ThreadState& ts) -> Arguments<2> {
        return std::array{TRY(name(ts, self, prefix)), TRY(name(ts, self, uri))};
    });
}
void on_end_namespace(void* data, const XML_Char* prefix) {
    Parser& self = parser_of(data);
    report(self, kEndNamespaceDecl,
           [&](ThreadState& ts) -> Arguments<1> { return std::array{TRY(name(ts, self, prefix))}; });
}
void on_comment(void* data, const XML_Char* content) {
    report(parser_of(data), kComment,
           [&](ThreadState& ts) -> Arguments<1> { return std::array{TRY(text(ts, content))}; });
}
template <HandlerIndex Index>
void on_plain(void* data) {
    report(parser_of(data), Index, [](ThreadState&) -> Arguments<0> { return std::array<Ref<Object>, 0>{}; });
}
template <HandlerIndex Index>
void on_other(void* data, const XML_Char* utf8, int size) {
    report(parser_of(data), Index,
           [&](ThreadState& ts) -> Arguments<1> { return std::array{TRY(text(ts, utf8, size))}; });
}
int on_not_standalone(void* data) {
    Parser& self = parser_of(data);
    return answer(self,
                  ask(self, kNotStandalone, [](ThreadState&) -> Arguments<0> { return std::array<Ref<Object>, 0>{}; }));
}
int on_external_entity(XML_Parser expat, const XML_Char* context, const XML_Char* base, const XML_Char* system,
                       const XML_Char* public_id) {
    Parser& self = parser_of(XML_GetUserData(expat));
    return answer(self, ask(self, kExternalEntityRef, [&](ThreadState& ts) -> Arguments<4> {
                      return std::array{TRY(text(ts, context)), TRY(name(ts, self, base)), TRY(name(ts, self, system)),
                                        TRY(name(ts, self, public_id))};
                  }));
}
void on_start_doctype(void* data, const XML_Char* doctype, const XML_Char* system, const XML_Char* public_id,
                      int has_internal_subset) {
    Parser& self = parser_of(data);
    report(self, kStartDoctypeDecl, [&](ThreadState& ts) -> Arguments<4> {
        return std::array{TRY(name(ts, self, doctype)), TRY(name(ts, self, system)), TRY(name(ts, self, public_id)),
                          TRY(int_from(ts, has_internal_subset))};
    });
}
void on_entity(void* data, const XML_Char* entity, int is_parameter, const XML_Char* value, int size,
               const XML_Char* base, const XML_Char* system, const XML_Char* public_id, const XML_Char* notation) {
    Parser& self = parser_of(data);
    report(self, kEntityDecl, [&](ThreadState& ts) -> Arguments<7> {
        return std::array{TRY(name(ts, self, entity)),
                          TRY(int_from(ts, is_parameter)),
                          TRY(value ? text(ts, value, size) : new_none()),
                          TRY(name(ts, self, base)),
                          TRY(name(ts, self, system)),
                          TRY(name(ts, self, public_id)),
                          TRY(name(ts, self, notation))};
    });
}
void on_xml_declaration(void* data, const XML_Char* version, const XML_Char* encoding, int standalone) {
    report(parser_of(data), kXmlDecl, [&](ThreadState& ts) -> Arguments<3> {
        return std::array{TRY(text(ts, version)), TRY(text(ts, encoding)), TRY(int_from(ts, standalone))};
    });
}

// (type, quantifier, name, (part, ...))
Result<Ref<Object>> content_model(ThreadState& ts, const XML_Content& model) {
    TRY(enter_recursion(ts, " in content_model"));
    auto convert = [&]() -> Result<Ref<Object>> {
        Ref<Tuple> parts = TRY(tuple_new(ts, model.numchildren));
        for (unsigned i = 0; i < model.numchildren; ++i)
            tuple_init_item(*parts, i, TRY(content_model(ts, model.children[i])));
        Ref<Object> type = TRY(int_from(ts, model.type)), quantifier = TRY(int_from(ts, model.quant));
        Ref<Object> element = TRY(text(ts, model.name));
        return TRY(tuple_of(ts, *type, *quantifier, *element, *parts));
    };
    auto result = convert();
    leave_recursion(ts);
    return result;
}
void on_element_declaration(void* data, const XML_Char* element, XML_Content* model) {
    Parser& self = parser_of(data);
    report(self, kElementDecl, [&](ThreadState& ts) -> Arguments<2> {
        return std::array{TRY(name(ts, self, element)), TRY(content_model(ts, *model))};
    });
    XML_FreeContentModel(self.expat, model);
}
void on_attribute_list(void* data, const XML_Char* element, const XML_Char* attribute, const XML_Char* type,
                       const XML_Char* fallback, int required) {
    Parser& self = parser_of(data);
    report(self, kAttlistDecl, [&](ThreadState& ts) -> Arguments<5> {
        return std::array{TRY(name(ts, self, element)), TRY(name(ts, self, attribute)), TRY(text(ts, type)),
                          TRY(text(ts, fallback)), TRY(int_from(ts, required))};
    });
}
void on_skipped_entity(void* data, const XML_Char* entity, int is_parameter) {
    Parser& self = parser_of(data);
    report(self, kSkippedEntity, [&](ThreadState& ts) -> Arguments<2> {
        return std::array{TRY(name(ts, self, entity)), TRY(int_from(ts, is_parameter))};
    });
}

template <auto Set, auto Function>
void install(XML_Parser expat, bool on) {
    Set(expat, on ? Function : nullptr);
}

}  // namespace

const HandlerInfo handler_table[kHandlerCount] = {
#define HANDLER(ID, ATTRIBUTE, FUNCTION, LINE, SET, CALLBACK) {FUNCTION, LINE, install<SET, CALLBACK>},
#include "modules/pyexpat/handlers.def"
#undef HANDLER
};

Result<void> flush_text(ThreadState& ts, Parser& self) {
    if (!self.buffer || self.buffer_used == 0) return {};
    int size = std::exchange(self.buffer_used, 0);
    if (!self.handlers[kCharacterData]) return {};
    return report_text(ts, self, self.buffer, size);
}

void remove_handlers(Parser& self) {
    for (int i = 0; i < kHandlerCount; ++i) {
        handler_table[i].install(self.expat, false);
        clear(self.handlers[i]);
    }
}

int on_unknown_encoding(void* data, const XML_Char* name, XML_Encoding* map) {
    ThreadState& ts = *parser_of(data).parsing;
    if (error_pending(ts)) return XML_STATUS_ERROR;
    return map_encoding(ts, name, *map).ok() ? XML_STATUS_OK : XML_STATUS_ERROR;
}

}  // namespace orochi::expat
