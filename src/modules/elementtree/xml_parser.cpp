// The class XMLParser.
#include <structmember.h>

#include "modules/elementtree/elementtree.hpp"
#include "modules/os_support.hpp"
#include "modules/pyexpat/expat_support.hpp"
#include "objects/bytes.hpp"
#include "objects/codecs.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi::elementtree {

namespace {

// Methods that the target has.
enum Method { kStartNs, kEndNs, kStart, kData, kEnd, kComment, kPi, kClose, kDoctype, kMethodCount };
constexpr const char* kMethodNames[kMethodCount] = {"start_ns", "end_ns", "start", "data",   "end",
                                                    "comment",  "pi",     "close", "doctype"};

struct XmlParser {
    PyObject_HEAD
    XML_Parser expat;      // null until __init__()
    ThreadState* parsing;  // the thread that is inside feed(), else null
    State* state;
    Object *target, *entity, *names;
    Object* methods[kMethodCount];  // null: none
    std::array<Object**, 3 + kMethodCount> members() {
        std::array<Object**, 3 + kMethodCount> all = {&target, &entity, &names};
        for (int i = 0; i < kMethodCount; ++i) all[size_t(3 + i)] = &methods[i];
        return all;
    }
    // The target, if it is a TreeBuilder and no subclass: then it is called without its methods.
    TreeBuilder* builder() const {
        return &type_of(*target) == state->builder_type ? as<TreeBuilder>(target) : nullptr;
    }
};

Result<Ref<Object>> text(ThreadState& ts, std::string_view utf8) { return decode_utf8(ts, utf8, nullptr); }

// ParseError with its code and position. `message` null: expat's.
Failure raise_parse_error(ThreadState& ts, XmlParser& self, XML_Error code, XML_Size line, XML_Size column,
                          const char* message) {
    auto make = [&]() -> Result<Ref<Object>> {
        Ref<Str> full =
            TRY(str_format(ts, "%s: line %lu, column %lu", message ? message : XML_ErrorString(code), line, column));
        Ref<Object> error = TRY(call(ts, *self.state->parse_error, *full));
        Ref<Object> number = TRY(int_from(ts, code)), line_number = TRY(int_from_unsigned(ts, line)),
                    column_number = TRY(int_from_unsigned(ts, column));
        TRY(setattr(ts, *error, "code"_n, *number));
        Ref<Tuple> position = TRY(tuple_of(ts, *line_number, *column_number));
        TRY(setattr(ts, *error, "position"_n, obj(*position)));
        return error;
    };
    return raise_instance(ts, *TRY(make()));
}

// "namespace}name", which expat gives, as "{namespace}name"; the same str for the same name.
Result<Ref<Object>> universal_name(ThreadState& ts, XmlParser& self, const XML_Char* utf8) {
    std::string_view name = utf8;
    Ref<Bytes> key = TRY(bytes_from(ts, name));
    if (Object* known = TRY(dict_get(ts, as<Dict>(*self.names), obj(*key)))) return Ref<Object>::share(*known);
    auto make = [&]() -> Result<Ref<Object>> {
        if (name.find('}') == name.npos) return text(ts, name);
        std::string braced = "{";
        return text(ts, braced.append(name));
    };
    Ref<Object> made = TRY(make());
    TRY(dict_set(ts, as<Dict>(*self.names), obj(*key), *made));
    return made;
}

// Runs what an event leads to, unless an exception is on its way already; what feed() was given is parsed to its end,
// as on CPython, and then feed() fails.
template <class F>
void handle(void* data, F run) {
    XmlParser& self = *static_cast<XmlParser*>(data);
    ThreadState& ts = *self.parsing;
    if (error_pending(ts)) return;
    Result<void> result = run(ts, self);
    (void)result;  // pending
}

template <class... A>
Result<void> call_target(ThreadState& ts, XmlParser& self, Method method, A&... arguments) {
    if (!self.methods[method]) return {};
    Ref<Object> function = Ref<Object>::share(*self.methods[method]);
    TRY(call(ts, *function, arguments...));
    return {};
}

void on_start(void* data, const XML_Char* element, const XML_Char** attributes) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        Ref<Object> tag = TRY(universal_name(ts, self, element));
        OptRef<Dict> dict;
        if (attributes[0] || !self.builder()) dict = TRY(dict_new(ts));
        for (; attributes[0]; attributes += 2) {
            Ref<Object> key = TRY(universal_name(ts, self, attributes[0])), value = TRY(text(ts, attributes[1]));
            TRY(dict_set(ts, *dict, *key, *value));
        }
        if (TreeBuilder* builder = self.builder()) {
            TRY(builder_start(ts, *self.state, *builder, *tag, dict ? obj(dict.get()) : nullptr));
            return {};
        }
        return call_target(ts, self, kStart, *tag, *dict);
    });
}

Result<void> give_data(ThreadState& ts, XmlParser& self, Object& data) {
    if (TreeBuilder* builder = self.builder()) return builder_data(ts, *builder, data);
    return call_target(ts, self, kData, data);
}
void on_data(void* data, const XML_Char* utf8, int size) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        Ref<Object> piece = TRY(text(ts, {utf8, size_t(size)}));
        return give_data(ts, self, *piece);
    });
}

void on_end(void* data, const XML_Char* element) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        if (TreeBuilder* builder = self.builder()) {
            TRY(builder_end(ts, *builder));
            return {};
        }
        if (!self.methods[kEnd]) return {};
        Ref<Object> tag = TRY(universal_name(ts, self, element));
        return call_target(ts, self, kEnd, *tag);
    });
}

// What no other handler wants: references to entities that expat does not know are looked up in `entity`.
void on_other(void* data, const XML_Char* utf8, int size) {
    if (size < 2 || utf8[0] != '&') return;
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        Ref<Object> name = TRY(text(ts, {utf8 + 1, size_t(size - 2)}));
        if (Object* value = TRY(dict_get(ts, as<Dict>(*self.entity), *name))) {
            Ref<Object> held = Ref<Object>::share(*value);
            return give_data(ts, self, *held);
        }
        std::string message = "undefined entity ";
        message.append(utf8, size_t(size));
        return raise_parse_error(ts, self, XML_ERROR_UNDEFINED_ENTITY, XML_GetErrorLineNumber(self.expat),
                                 XML_GetErrorColumnNumber(self.expat), message.c_str());
    });
}

void on_start_namespace(void* data, const XML_Char* prefix, const XML_Char* uri) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        Ref<Object> prefix_text = TRY(text(ts, prefix ? prefix : "")), uri_text = TRY(text(ts, uri ? uri : ""));
        if (TreeBuilder* builder = self.builder()) {
            Ref<Tuple> pair = TRY(tuple_of(ts, *prefix_text, *uri_text));
            return builder_report(ts, *builder, Event::kStartNamespace, obj(*pair));
        }
        return call_target(ts, self, kStartNs, *prefix_text, *uri_text);
    });
}
void on_end_namespace(void* data, const XML_Char* prefix) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        if (TreeBuilder* builder = self.builder()) return builder_report(ts, *builder, Event::kEndNamespace, none());
        Ref<Object> prefix_text = TRY(text(ts, prefix ? prefix : ""));
        return call_target(ts, self, kEndNs, *prefix_text);
    });
}

void on_comment(void* data, const XML_Char* utf8) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        Ref<Object> comment = TRY(text(ts, utf8));
        if (TreeBuilder* builder = self.builder()) {
            TRY(builder_comment(ts, *builder, *comment));
            return {};
        }
        return call_target(ts, self, kComment, *comment);
    });
}
void on_instruction(void* data, const XML_Char* target, const XML_Char* content) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        Ref<Object> name = TRY(text(ts, target)), rest = TRY(text(ts, content ? content : ""));
        if (TreeBuilder* builder = self.builder()) {
            TRY(builder_instruction(ts, *builder, *name, *rest));
            return {};
        }
        return call_target(ts, self, kPi, *name, *rest);
    });
}

void on_doctype(void* data, const XML_Char* doctype, const XML_Char* system, const XML_Char* public_id, int) {
    handle(data, [&](ThreadState& ts, XmlParser& self) -> Result<void> {
        Ref<Object> name = TRY(universal_name(ts, self, doctype));
        Ref<Object> system_text = TRY(system ? text(ts, system) : new_none()),
                    public_text = TRY(public_id ? text(ts, public_id) : new_none());
        if (self.methods[kDoctype]) return call_target(ts, self, kDoctype, *name, *public_text, *system_text);
        if (!TRY(getattr_optional(ts, obj(self), "doctype"_n))) return {};
        return warn(
            ts, PyExc_RuntimeWarning, 1,
            "The doctype() method of XMLParser is ignored.  Define doctype() method on the TreeBuilder target.");
    });
}

int on_unknown_encoding(void* data, const XML_Char* name, XML_Encoding* map) {
    ThreadState& ts = *static_cast<XmlParser*>(data)->parsing;
    if (error_pending(ts)) return XML_STATUS_ERROR;
    return expat::map_encoding(ts, name, *map).ok() ? XML_STATUS_OK : XML_STATUS_ERROR;
}

// -- Methods. ---------------------------------------------------------------------------------------------------------

Result<void> parser_init(ThreadState& ts, Object& object, Object* target, OptionalText encoding) {
    XmlParser& self = as<XmlParser>(object);
    if (self.parsing) return raise(ts, PyExc_RuntimeError, "the parser is already parsing");
    const char* encoding_name = TRY(codec_argument(ts, encoding.str));
    self.state = TRY(state_of(ts, object));
    Ref<Dict> entity = TRY(dict_new(ts)), names = TRY(dict_new(ts));
    OptRef<Object> receiver = OptRef<Object>::share(target && !is_none(*target) ? target : nullptr);
    if (!receiver) receiver = TRY(call(ts, obj(*self.state->builder_type)));
    for (int i = 0; i < kMethodCount; ++i) {
        Ref<Str> name = TRY(intern_utf8(ts, kMethodNames[i]));
        assign(self.methods[i], TRY(getattr_optional(ts, *receiver, obj(*name))));
    }
    XML_Parser made = TRY(expat::new_parser(ts, encoding_name, "}"));
    if (XML_Parser old = std::exchange(self.expat, made)) XML_ParserFree(old);
    assign(self.entity, std::move(entity));
    assign(self.names, std::move(names));
    assign(self.target, std::move(receiver));
    XML_SetUserData(made, &self);
    if (self.methods[kStartNs] || self.methods[kEndNs])
        XML_SetNamespaceDeclHandler(made, on_start_namespace, on_end_namespace);
    XML_SetElementHandler(made, on_start, on_end);
    XML_SetDefaultHandlerExpand(made, on_other);
    XML_SetCharacterDataHandler(made, on_data);
    if (self.methods[kComment]) XML_SetCommentHandler(made, on_comment);
    if (self.methods[kPi]) XML_SetProcessingInstructionHandler(made, on_instruction);
    XML_SetStartDoctypeDeclHandler(made, on_doctype);
    XML_SetUnknownEncodingHandler(made, on_unknown_encoding, &self);
    return {};
}

Result<void> check_ready(ThreadState& ts, XmlParser& self) {
    if (!self.expat) return raise(ts, PyExc_ValueError, "XMLParser.__init__() wasn't called");
    if (self.parsing) return raise(ts, PyExc_RuntimeError, "the parser is already parsing");
    return {};
}

Result<void> parse(ThreadState& ts, XmlParser& self, std::string_view bytes, bool final) {
    self.parsing = &ts;
    XML_Status status = expat::parse(self.expat, bytes, final);
    self.parsing = nullptr;
    if (error_pending(ts)) return failure;
    if (status == XML_STATUS_ERROR)
        return raise_parse_error(ts, self, XML_GetErrorCode(self.expat), XML_GetErrorLineNumber(self.expat),
                                 XML_GetErrorColumnNumber(self.expat), nullptr);
    return {};
}

Result<void> parser_feed(ThreadState& ts, XmlParser& self, Object& data) {
    TRY(check_ready(ts, self));
    expat::Input input;
    TRY(input.open(ts, self.expat, data));
    if (input.bytes.size() > INT_MAX) return raise(ts, PyExc_OverflowError, "size does not fit in an int");
    return parse(ts, self, input.bytes, false);
}

Result<Ref<Object>> parser_close(ThreadState& ts, XmlParser& self) {
    TRY(check_ready(ts, self));
    TRY(parse(ts, self, "", true));
    if (TreeBuilder* builder = self.builder()) return builder_close(*builder);
    if (!self.methods[kClose]) return new_none();
    Ref<Object> function = Ref<Object>::share(*self.methods[kClose]);
    return call(ts, *function);
}

// Reads the file to its end. The root of a TreeBuilder, else None.
Result<Ref<Object>> parser_parse_whole(ThreadState& ts, XmlParser& self, Object& file) {
    TRY(check_ready(ts, self));
    Ref<Object> read = TRY(getattr(ts, file, "read"_n));
    Ref<Object> size = TRY(int_from(ts, 64 * 1024));
    while (true) {
        Ref<Object> data = TRY(call(ts, *read, *size));
        if (PyUnicode_CheckExact(data.get())) {
            if (str_length(as<Str>(*data)) == 0) break;
            data = TRY(encode_utf8(ts, as<Str>(*data), "surrogatepass"));
        } else if (!PyBytes_CheckExact(data.get()) || bytes_view(as<Bytes>(*data)).empty()) {
            break;
        }
        TRY(check_ready(ts, self));
        std::string_view bytes = bytes_view(as<Bytes>(*data));
        if (bytes.size() > INT_MAX) return raise(ts, PyExc_OverflowError, "size does not fit in an int");
        TRY(parse(ts, self, bytes, false));
    }
    TRY(check_ready(ts, self));
    TRY(parse(ts, self, "", true));
    if (TreeBuilder* builder = self.builder()) return builder_close(*builder);
    return new_none();
}

// Which events the TreeBuilder reports to the queue.
Result<void> want_event(ThreadState& ts, XmlParser& self, TreeBuilder& builder, Object& name) {
    std::string_view text;
    if (PyUnicode_Check(&name)) {
        text = TRY(str_utf8(ts, as<Str>(name)));
    } else if (PyBytes_Check(&name)) {
        text = bytes_view(as<Bytes>(name));
    } else {
        return raise(ts, PyExc_ValueError, "invalid events sequence");
    }
    int event = 0;
    while (event < kEventCount && text != kEventNames[event]) ++event;
    if (event == kEventCount) {
        Ref<Str> shown = TRY(str_from_utf8(ts, text));
        return raise(ts, PyExc_ValueError, "unknown event '%U'", shown.get());
    }
    assign(builder.event_names[event], Ref<Object>::share(name));
    switch (Event(event)) {
        case Event::kStart:
        case Event::kEnd: break;
        case Event::kStartNamespace:
        case Event::kEndNamespace: XML_SetNamespaceDeclHandler(self.expat, on_start_namespace, on_end_namespace); break;
        case Event::kComment: XML_SetCommentHandler(self.expat, on_comment); break;
        case Event::kProcessingInstruction: XML_SetProcessingInstructionHandler(self.expat, on_instruction); break;
    }
    return {};
}
Result<void> parser_set_events(ThreadState& ts, XmlParser& self, Object& events_queue, Object* events_to_report) {
    TRY(check_ready(ts, self));
    TreeBuilder* builder = self.builder();
    if (!builder)
        return raise(ts, PyExc_TypeError, "event handling only supported for ElementTree.TreeBuilder targets");
    assign(builder->report, TRY(getattr(ts, events_queue, "append"_n)));
    for (Object*& name : builder->event_names) clear(name);
    if (!events_to_report || is_none(*events_to_report)) {
        assign(builder->event_names[int(Event::kEnd)], Ref<Object>::share("end"_n));
        return {};
    }
    Ref<Object> events = TRY(sequence_fast(ts, *events_to_report, "events must be a sequence"));
    for (Object* name : sequence_fast_items(*events)) TRY(want_event(ts, self, *builder, *name));
    return {};
}

Result<Ref<Object>> get_version(ThreadState& ts, Object&) {
    return str_format(ts, "Expat %d.%d.%d", XML_MAJOR_VERSION, XML_MINOR_VERSION, XML_MICRO_VERSION);
}

void free_expat(Object* object) {
    if (XML_Parser expat = std::exchange(as<XmlParser>(*object).expat, nullptr)) XML_ParserFree(expat);
}
void parser_dealloc(Object* object) {
    free_expat(object);
    heap_dealloc<XmlParser>(object);
}
int parser_clear(Object* object) {
    free_expat(object);  // it needs what is cleared here
    return heap_clear<XmlParser>(object);
}

constexpr MethodDef methods[] = {
    METHOD_NODOC("feed($self, data, /)", parser_feed),
    METHOD_NODOC("close($self, /)", parser_close),
    METHOD_NODOC("_parse_whole($self, file, /)", parser_parse_whole),
    METHOD_NODOC("_setevents($self, events_queue, events_to_report=None, /)", parser_set_events),
    METHOD_END,
};
constexpr PyMemberDef members[] = {
    {"entity", T_OBJECT, offsetof(XmlParser, entity), READONLY, nullptr},
    {"target", T_OBJECT, offsetof(XmlParser, target), READONLY, nullptr},
    {},
};
constexpr PyGetSetDef attributes[] = {
    GETTER("version", get_version, nullptr),
    GETSET_END,
};

}  // namespace

Result<void> add_parser_type(ThreadState& ts, Object& module, State& state) {
    state.parser_type = TRY(add_type<XmlParser>(
        ts, module, "xml.etree.ElementTree.XMLParser", kBaseTypeFlags,
        {{Py_tp_new, raw_pointer(PyType_GenericNew)},
         {Py_tp_init, init_pointer(NEW_SLOT("XMLParser($self, *, target=None, encoding=None)", parser_init))},
         {Py_tp_dealloc, raw_pointer(parser_dealloc)},
         {Py_tp_clear, raw_pointer(parser_clear)},
         {Py_tp_methods, methods_pointer(methods)},
         {Py_tp_members, MEMBER_TABLE(members)},
         {Py_tp_getset, GETSET_TABLE(attributes)}}));
    incref(*state.parser_type);
    return {};
}

}  // namespace orochi::elementtree
