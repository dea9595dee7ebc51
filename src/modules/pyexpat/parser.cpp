// The class xmlparser.
#include <structmember.h>

#include "modules/os_support.hpp"
#include "modules/pyexpat/pyexpat.hpp"
#include "objects/bytes.hpp"
#include "objects/int.hpp"

namespace orochi::expat {

namespace {

constexpr int kReadSize = 2048;
constexpr int kBufferSize = 8192;

// Marks the parser as busy: expat cannot be entered again from one of its own callbacks.
class Parsing {
public:
    Parsing(ThreadState& ts, Parser& self) : self_(self) { self.parsing = &ts; }
    ~Parsing() { self_.parsing = nullptr; }
    Parsing(const Parsing&) = delete;

private:
    Parser& self_;
};
Result<void> check_idle(ThreadState& ts, Parser& self) {
    if (self.parsing) return raise(ts, PyExc_RuntimeError, "the parser is already parsing");
    return {};
}

Failure raise_expat_error(ThreadState& ts, Parser& self, XML_Error code) {
    Object* error = state_of(*type_module(type_of(obj(self)))).error;
    auto line = XML_GetErrorLineNumber(self.expat), column = XML_GetErrorColumnNumber(self.expat);
    auto make = [&]() -> Result<Ref<Object>> {
        Ref<Str> message = TRY(str_format(ts, "%s: line %lu, column %lu", XML_ErrorString(code), line, column));
        Ref<Object> exception = TRY(call(ts, *error, *message));
        Ref<Object> number = TRY(int_from(ts, code)), offset = TRY(int_from_unsigned(ts, column)),
                    line_number = TRY(int_from_unsigned(ts, line));
        TRY(setattr(ts, *exception, "code"_n, *number));
        TRY(setattr(ts, *exception, "offset"_n, *offset));
        TRY(setattr(ts, *exception, "lineno"_n, *line_number));
        return exception;
    };
    return raise_instance(ts, *TRY(make()));
}

// What a call of expat leads to, once character data is flushed: an exception out of a handler comes first.
Result<int> parse_result(ThreadState& ts, Parser& self, XML_Status status) {
    if (error_pending(ts)) return failure;
    if (status == XML_STATUS_ERROR) return raise_expat_error(ts, self, XML_GetErrorCode(self.expat));
    TRY(flush_text(ts, self));
    return int(status);
}

Result<int> xmlparser_parse(ThreadState& ts, Parser& self, Object& data, int isfinal) {
    TRY(check_idle(ts, self));
    Input input;
    TRY(input.open(ts, self.expat, data));
    Parsing parsing(ts, self);
    return parse_result(ts, self, parse(self.expat, input.bytes, isfinal));
}

// Reads into expat's buffer: the number of bytes.
Result<int> read_into(ThreadState& ts, Object& read, char* place) {
    Ref<Object> data = TRY(call(ts, read, *TRY(int_from(ts, kReadSize))));
    std::string_view bytes;
    if (PyBytes_Check(data.get())) {
        bytes = bytes_view(as<Bytes>(*data));
    } else if (PyByteArray_Check(data.get())) {
        bytes = {bytearray_data(as<ByteArray>(*data)), size_t(PyByteArray_GET_SIZE(data.get()))};
    } else {
        return raise(ts, PyExc_TypeError, "read() did not return a bytes object (type=%.400s)", type_of(*data).tp_name);
    }
    if (bytes.size() > kReadSize)
        return raise(ts, PyExc_ValueError, "read() returned too much data: %i bytes requested, %zd returned", kReadSize,
                     Py_ssize_t(bytes.size()));
    std::memcpy(place, bytes.data(), bytes.size());
    return int(bytes.size());
}

Result<int> xmlparser_parse_file(ThreadState& ts, Parser& self, Object& file) {
    TRY(check_idle(ts, self));
    OptRef<Object> read = TRY(getattr_optional(ts, file, "read"_n));
    if (!read) return raise(ts, PyExc_TypeError, "argument must have 'read' attribute");
    Parsing parsing(ts, self);
    while (true) {
        void* place = XML_GetBuffer(self.expat, kReadSize);
        if (!place) return parse_result(ts, self, XML_STATUS_ERROR);
        int size = TRY(read_into(ts, *read, static_cast<char*>(place)));
        XML_Status status = XML_ParseBuffer(self.expat, size, size == 0);
        if (status == XML_STATUS_ERROR || size == 0 || error_pending(ts)) return parse_result(ts, self, status);
    }
}

Result<void> xmlparser_set_base(ThreadState& ts, Parser& self, std::string_view base) {
    if (XML_SetBase(self.expat, base.data()) == XML_STATUS_ERROR) return raise_no_memory(ts);
    return {};
}
Result<Ref<Object>> xmlparser_get_base(ThreadState& ts, Parser& self) {
    const XML_Char* base = XML_GetBase(self.expat);
    if (!base) return new_none();
    return str_from_utf8(ts, base);
}

Result<Ref<Object>> xmlparser_get_input_context(ThreadState& ts, Parser& self) {
    if (!self.parsing) return new_none();
    int offset, size;
    const char* input = XML_GetInputContext(self.expat, &offset, &size);
    if (!input) return new_none();
    return bytes_from(ts, {input + offset, size_t(size - offset)});
}

Result<Ref<Object>> xmlparser_external_entity_parser_create(ThreadState& ts, Parser& self, OptionalText context,
                                                            std::string_view encoding) {
    const char* context_text = TRY(codec_argument(ts, context.str));
    Ref<Parser> made = TRY(make_instance<Parser>(type_of(obj(self))));
    made->expat = XML_ExternalEntityParserCreate(self.expat, context_text, encoding.data());
    if (!made->expat) return raise_no_memory(ts);
    made->parent = new_reference(self);
    XML_SetUserData(made->expat, made.get());
    XML_SetUnknownEncodingHandler(made->expat, on_unknown_encoding, made.get());
    made->buffer_size = self.buffer_size;
    if (self.buffer) {
        made->buffer = static_cast<char*>(ts.heap().allocate(size_t(self.buffer_size)));
        if (!made->buffer) return raise_no_memory(ts);
    }
    made->ordered_attributes = self.ordered_attributes;
    made->specified_attributes = self.specified_attributes;
    made->namespace_prefixes = self.namespace_prefixes;
    made->intern = new_reference_optional(self.intern);
    for (int i = 0; i < kHandlerCount; ++i) {
        if (!self.handlers[i]) continue;
        made->handlers[i] = new_reference(*self.handlers[i]);
        handler_table[i].install(made->expat, true);
    }
    return made;
}

int xmlparser_set_param_entity_parsing(Parser& self, int flag) {
    return XML_SetParamEntityParsing(self.expat, XML_ParamEntityParsing(flag));
}
Result<void> xmlparser_use_foreign_dtd(ThreadState& ts, Parser& self, bool flag) {
    XML_Error code = XML_UseForeignDTD(self.expat, flag ? XML_TRUE : XML_FALSE);
    if (code != XML_ERROR_NONE) return raise_expat_error(ts, self, code);
    return {};
}

// -- Attributes. ------------------------------------------------------------------------------------------------------

template <HandlerIndex Index>
Result<Ref<Object>> get_handler(ThreadState&, Parser& self) {
    Object* handler = self.handlers[Index];
    return Ref<Object>::share(handler ? *handler : none());
}
Result<void> set_handler_at(ThreadState& ts, Parser& self, HandlerIndex index, Object* value) {
    if (!value) return raise(ts, PyExc_RuntimeError, "Cannot delete attribute");
    if (index == kCharacterData) TRY(flush_text(ts, self));
    bool on = !is_none(value);
    // While expat reports pieces of one text, removing the handler drops the rest; it does not go to the default
    // handler.
    if (on || index != kCharacterData || !self.parsing) handler_table[index].install(self.expat, on);
    assign(self.handlers[index], OptRef<Object>::share(on ? value : nullptr));
    return {};
}

template <HandlerIndex Index>
Result<void> set_handler(ThreadState& ts, Parser& self, Object* value) {
    return set_handler_at(ts, self, Index, value);
}

int get_error_code(Parser& self) { return XML_GetErrorCode(self.expat); }
unsigned long get_line(Parser& self) { return XML_GetCurrentLineNumber(self.expat); }
unsigned long get_column(Parser& self) { return XML_GetCurrentColumnNumber(self.expat); }
long get_byte_index(Parser& self) { return XML_GetCurrentByteIndex(self.expat); }

Result<Ref<Object>> get_buffer_size(ThreadState& ts, Parser& self) { return int_from(ts, self.buffer_size); }
Result<void> allocate_buffer(ThreadState& ts, Parser& self, int size) {
    auto* made = static_cast<char*>(ts.heap().allocate(size_t(size)));
    if (!made) return raise_no_memory(ts);
    Heap::free(std::exchange(self.buffer, made));
    self.buffer_size = size;
    self.buffer_used = 0;
    return {};
}
// As on CPython, another size also switches gathering on.
Result<void> set_buffer_size(ThreadState& ts, Parser& self, Object* value) {
    if (!value) return raise(ts, PyExc_RuntimeError, "Cannot delete attribute");
    if (!PyLong_Check(value)) return raise(ts, PyExc_TypeError, "buffer_size must be an integer");
    long size = TRY(int_as_long(ts, *value));
    if (size <= 0) return raise(ts, PyExc_ValueError, "buffer_size must be greater than zero");
    if (size > INT_MAX) return raise(ts, PyExc_ValueError, "buffer_size must not be greater than %i", INT_MAX);
    if (size == self.buffer_size) return {};
    TRY(flush_text(ts, self));
    return allocate_buffer(ts, self, int(size));
}
bool get_buffer_text(Parser& self) { return self.buffer != nullptr; }
Result<void> set_buffer_text(ThreadState& ts, Parser& self, Object* value) {
    if (!value) return raise(ts, PyExc_RuntimeError, "Cannot delete attribute");
    bool on = TRY(is_true(ts, *value));
    if (on == get_buffer_text(self)) return {};
    if (on) return allocate_buffer(ts, self, self.buffer_size);
    TRY(flush_text(ts, self));
    Heap::free(std::exchange(self.buffer, nullptr));
    return {};
}
int get_buffer_used(Parser& self) { return self.buffer_used; }

template <bool Parser::*Flag>
bool get_flag(Parser& self) {
    return self.*Flag;
}
template <bool Parser::*Flag>
Result<void> set_flag(ThreadState& ts, Parser& self, Object* value) {
    if (!value) return raise(ts, PyExc_RuntimeError, "Cannot delete attribute");
    self.*Flag = TRY(is_true(ts, *value));
    return {};
}
Result<void> set_namespace_prefixes(ThreadState& ts, Parser& self, Object* value) {
    TRY(set_flag<&Parser::namespace_prefixes>(ts, self, value));
    XML_SetReturnNSTriplet(self.expat, self.namespace_prefixes);
    return {};
}

// -- The type. --------------------------------------------------------------------------------------------------------

int xmlparser_traverse(Object* object, visitproc visit, void* argument) {
    VISIT(as<Parser>(*object).parent);
    return heap_traverse<Parser>(object, visit, argument);
}
int xmlparser_clear(Object* object) {
    Parser& self = as<Parser>(*object);
    if (self.expat) remove_handlers(self);
    return heap_clear<Parser>(object);
}
void xmlparser_dealloc(Object* object) {
    gc_untrack_if_tracked(*object);
    xmlparser_clear(object);
    Parser& self = as<Parser>(*object);
    if (self.expat) XML_ParserFree(self.expat);
    Heap::free(self.buffer);
    clear(self.parent);
    Type& type = type_of(*object);
    type.tp_free(object);
    decref(type);
}

constexpr MethodDef methods[] = {
    METHOD("Parse($self, data, isfinal=False, /)", xmlparser_parse,
           "Parse XML data.\n\n"
           "`isfinal\' should be true at end of input."),
    METHOD("ParseFile($self, file, /)", xmlparser_parse_file, "Parse XML data from file-like object."),
    METHOD("SetBase($self, base, /)", xmlparser_set_base, "Set the base URL for the parser."),
    METHOD("GetBase($self, /)", xmlparser_get_base, "Return base URL string for the parser."),
    METHOD("GetInputContext($self, /)", xmlparser_get_input_context,
           "Return the untranslated text of the input that caused the current event.\n\n"
           "If the event was generated by a large amount of text (such as a start tag\n"
           "for an element with many attributes), not all of the text may be available."),
    METHOD_PLAIN("ExternalEntityParserCreate($self, context, encoding=<unrepresentable>, /)",
                 xmlparser_external_entity_parser_create,
                 "ExternalEntityParserCreate($self, context, encoding=<unrepresentable>,\n"
                 "                           /)\n--\n\n"
                 "Create a parser for parsing an external entity based on the information passed to the "
                 "ExternalEntityRefHandler."),
    METHOD("SetParamEntityParsing($self, flag, /)", xmlparser_set_param_entity_parsing,
           "Controls parsing of parameter entities (including the external DTD subset).\n\n"
           "Possible flag values are XML_PARAM_ENTITY_PARSING_NEVER,\n"
           "XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE and\n"
           "XML_PARAM_ENTITY_PARSING_ALWAYS. Returns true if setting the flag\n"
           "was successful."),
    METHOD("UseForeignDTD($self, flag=True, /)", xmlparser_use_foreign_dtd,
           "Allows the application to provide an artificial external subset if one is not specified as part of the "
           "document instance.\n\n"
           "This readily allows the use of a \'default\' document type controlled by the\n"
           "application, while still getting the advantage of providing document type\n"
           "information to the parser. \'flag\' defaults to True if not provided."),
    METHOD_END,
};
constexpr PyMemberDef members[] = {
    {"intern", T_OBJECT, offsetof(Parser, intern), READONLY, nullptr},
    {},
};
constexpr PyGetSetDef attributes[] = {
    GETTER("ErrorCode", get_error_code, nullptr),
    GETTER("ErrorLineNumber", get_line, nullptr),
    GETTER("ErrorColumnNumber", get_column, nullptr),
    GETTER("ErrorByteIndex", get_byte_index, nullptr),
    GETTER("CurrentLineNumber", get_line, nullptr),
    GETTER("CurrentColumnNumber", get_column, nullptr),
    GETTER("CurrentByteIndex", get_byte_index, nullptr),
    GETTER_SETTER("buffer_size", get_buffer_size, set_buffer_size, nullptr),
    GETTER_SETTER("buffer_text", get_buffer_text, set_buffer_text, nullptr),
    GETTER("buffer_used", get_buffer_used, nullptr),
    GETTER_SETTER("namespace_prefixes", get_flag<&Parser::namespace_prefixes>, set_namespace_prefixes, nullptr),
    GETTER_SETTER("ordered_attributes", get_flag<&Parser::ordered_attributes>, set_flag<&Parser::ordered_attributes>,
                  nullptr),
    GETTER_SETTER("specified_attributes", get_flag<&Parser::specified_attributes>,
                  set_flag<&Parser::specified_attributes>, nullptr),
#define HANDLER(ID, ATTRIBUTE, FUNCTION, LINE, SET, CALLBACK) \
    GETTER_SETTER(ATTRIBUTE, get_handler<k##ID>, set_handler<k##ID>, nullptr),
#include "modules/pyexpat/handlers.def"
#undef HANDLER
    GETSET_END,
};

}  // namespace

Result<Ref<Object>> parser_create(ThreadState& ts, State& state, const char* encoding, const char* namespace_separator,
                                  Object* intern) {
    Ref<Parser> made = TRY(make_instance<Parser>(*state.parser_type));
    made->expat = TRY(new_parser(ts, encoding, namespace_separator));
    XML_SetUserData(made->expat, made.get());
    XML_SetUnknownEncodingHandler(made->expat, on_unknown_encoding, made.get());
    made->buffer_size = kBufferSize;
    made->intern = new_reference_optional(intern);
    return made;
}

Result<void> add_parser_type(ThreadState& ts, Object& module) {
    Ref<Type> type =
        TRY(make_type<Parser>(ts, module, "pyexpat.xmlparser", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                              {{Py_tp_dealloc, raw_pointer(xmlparser_dealloc)},
                               {Py_tp_traverse, raw_pointer(xmlparser_traverse)},
                               {Py_tp_clear, raw_pointer(xmlparser_clear)},
                               {Py_tp_methods, methods_pointer(methods)},
                               {Py_tp_members, MEMBER_TABLE(members)},
                               {Py_tp_getset, GETSET_TABLE(attributes)},
                               {Py_tp_doc, const_cast<char*>("XML parser")}}));
    state_of(module).parser_type = std::move(type).release();
    return {};
}

}  // namespace orochi::expat
