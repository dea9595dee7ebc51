// The module pyexpat with its submodules model and errors.
#include "modules/module_references.hpp"
#include "modules/os_support.hpp"
#include "modules/pyexpat/pyexpat.hpp"

#include <pyexpat.h>  // needs expat.h before it

#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"

namespace orochi {
namespace expat {

namespace {

Result<Ref<Object>> expat_parser_create(ThreadState& ts, Object& module, OptionalText encoding,
                                        OptionalText namespace_separator, Object* intern) {
    const char* encoding_name = TRY(codec_argument(ts, encoding.str));
    const char* separator = TRY(codec_argument(ts, namespace_separator.str));
    if (separator && std::strlen(separator) > 1)
        return raise(ts, PyExc_ValueError, "namespace_separator must be at most one character, omitted, or None");
    OptRef<Object> names;
    if (!intern) {
        names = TRY(dict_new(ts));
    } else if (!is_none(*intern)) {
        if (!PyDict_Check(intern)) return raise(ts, PyExc_TypeError, "intern must be a dictionary");
        names = OptRef<Object>::share(intern);
    }
    return parser_create(ts, state_of(module), encoding_name, separator, names.get());
}

Result<Ref<Object>> expat_error_string(ThreadState& ts, long code) {
    const char* message = XML_ErrorString(XML_Error(code));
    if (!message) return new_none();
    return str_from_utf8(ts, message);
}

constexpr MethodDef functions[] = {
    METHOD_PLAIN("ParserCreate($module, /, encoding=None, namespace_separator=None, intern=<unrepresentable>)",
                 expat_parser_create,
                 "ParserCreate($module, /, encoding=None, namespace_separator=None,\n"
                 "             intern=<unrepresentable>)\n--\n\n"
                 "Return a new XML parser object."),
    METHOD("ErrorString($module, code, /)", expat_error_string, "Returns string error for given number."),
    METHOD_END,
};

// For extension modules that parse XML with the functions that pyexpat was linked with.
constexpr PyExpat_CAPI kInterface = {
    .magic = const_cast<char*>(PyExpat_CAPI_MAGIC),
    .size = sizeof(PyExpat_CAPI),
    .MAJOR_VERSION = XML_MAJOR_VERSION,
    .MINOR_VERSION = XML_MINOR_VERSION,
    .MICRO_VERSION = XML_MICRO_VERSION,
    .ErrorString = XML_ErrorString,
    .GetErrorCode = XML_GetErrorCode,
    .GetErrorColumnNumber = XML_GetErrorColumnNumber,
    .GetErrorLineNumber = XML_GetErrorLineNumber,
    .Parse = XML_Parse,
    .ParserCreate_MM = XML_ParserCreate_MM,
    .ParserFree = XML_ParserFree,
    .SetCharacterDataHandler = XML_SetCharacterDataHandler,
    .SetCommentHandler = XML_SetCommentHandler,
    .SetDefaultHandlerExpand = XML_SetDefaultHandlerExpand,
    .SetElementHandler = XML_SetElementHandler,
    .SetNamespaceDeclHandler = XML_SetNamespaceDeclHandler,
    .SetProcessingInstructionHandler = XML_SetProcessingInstructionHandler,
    .SetUnknownEncodingHandler = XML_SetUnknownEncodingHandler,
    .SetUserData = XML_SetUserData,
    .SetStartDoctypeDeclHandler = XML_SetStartDoctypeDeclHandler,
    .SetEncoding = XML_SetEncoding,
    .DefaultUnknownEncodingHandler = [](void*, const XML_Char* name, XML_Encoding* map) -> int {
        ThreadState& ts = current_thread();
        return !error_pending(ts) && map_encoding(ts, name, *map).ok() ? XML_STATUS_OK : XML_STATUS_ERROR;
    },
    .SetHashSalt = XML_SetHashSalt,
};

struct Constant {
    const char* name;
    int value;
};
#define CONSTANT(NAME) \
    { #NAME, NAME }
constexpr Constant kModel[] = {
    CONSTANT(XML_CTYPE_EMPTY),  CONSTANT(XML_CTYPE_ANY),   CONSTANT(XML_CTYPE_MIXED), CONSTANT(XML_CTYPE_NAME),
    CONSTANT(XML_CTYPE_CHOICE), CONSTANT(XML_CTYPE_SEQ),   CONSTANT(XML_CQUANT_NONE), CONSTANT(XML_CQUANT_OPT),
    CONSTANT(XML_CQUANT_REP),   CONSTANT(XML_CQUANT_PLUS),
};
constexpr Constant kErrors[] = {
    CONSTANT(XML_ERROR_NO_MEMORY),
    CONSTANT(XML_ERROR_SYNTAX),
    CONSTANT(XML_ERROR_NO_ELEMENTS),
    CONSTANT(XML_ERROR_INVALID_TOKEN),
    CONSTANT(XML_ERROR_UNCLOSED_TOKEN),
    CONSTANT(XML_ERROR_PARTIAL_CHAR),
    CONSTANT(XML_ERROR_TAG_MISMATCH),
    CONSTANT(XML_ERROR_DUPLICATE_ATTRIBUTE),
    CONSTANT(XML_ERROR_JUNK_AFTER_DOC_ELEMENT),
    CONSTANT(XML_ERROR_PARAM_ENTITY_REF),
    CONSTANT(XML_ERROR_UNDEFINED_ENTITY),
    CONSTANT(XML_ERROR_RECURSIVE_ENTITY_REF),
    CONSTANT(XML_ERROR_ASYNC_ENTITY),
    CONSTANT(XML_ERROR_BAD_CHAR_REF),
    CONSTANT(XML_ERROR_BINARY_ENTITY_REF),
    CONSTANT(XML_ERROR_ATTRIBUTE_EXTERNAL_ENTITY_REF),
    CONSTANT(XML_ERROR_MISPLACED_XML_PI),
    CONSTANT(XML_ERROR_UNKNOWN_ENCODING),
    CONSTANT(XML_ERROR_INCORRECT_ENCODING),
    CONSTANT(XML_ERROR_UNCLOSED_CDATA_SECTION),
    CONSTANT(XML_ERROR_EXTERNAL_ENTITY_HANDLING),
    CONSTANT(XML_ERROR_NOT_STANDALONE),
    CONSTANT(XML_ERROR_UNEXPECTED_STATE),
    CONSTANT(XML_ERROR_ENTITY_DECLARED_IN_PE),
    CONSTANT(XML_ERROR_FEATURE_REQUIRES_XML_DTD),
    CONSTANT(XML_ERROR_CANT_CHANGE_FEATURE_ONCE_PARSING),
    CONSTANT(XML_ERROR_UNBOUND_PREFIX),
    CONSTANT(XML_ERROR_UNDECLARING_PREFIX),
    CONSTANT(XML_ERROR_INCOMPLETE_PE),
    CONSTANT(XML_ERROR_XML_DECL),
    CONSTANT(XML_ERROR_TEXT_DECL),
    CONSTANT(XML_ERROR_PUBLICID),
    CONSTANT(XML_ERROR_SUSPENDED),
    CONSTANT(XML_ERROR_NOT_SUSPENDED),
    CONSTANT(XML_ERROR_ABORTED),
    CONSTANT(XML_ERROR_FINISHED),
    CONSTANT(XML_ERROR_SUSPEND_PE),
    CONSTANT(XML_ERROR_RESERVED_PREFIX_XML),
    CONSTANT(XML_ERROR_RESERVED_PREFIX_XMLNS),
    CONSTANT(XML_ERROR_RESERVED_NAMESPACE_URI),
    CONSTANT(XML_ERROR_INVALID_ARGUMENT),
    CONSTANT(XML_ERROR_NO_BUFFER),
    CONSTANT(XML_ERROR_AMPLIFICATION_LIMIT_BREACH),
};
constexpr Constant kParamEntityParsing[] = {
    CONSTANT(XML_PARAM_ENTITY_PARSING_NEVER),
    CONSTANT(XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE),
    CONSTANT(XML_PARAM_ENTITY_PARSING_ALWAYS),
};
#undef CONSTANT

// pyexpat.NAME, also in sys.modules, where xml.parsers.expat looks for it.
Result<Ref<Object>> add_submodule(ThreadState& ts, Object& module, const char* name, const char* doc) {
    Ref<Str> full_name = TRY(str_format(ts, "pyexpat.%s", name));
    Ref<Object> made = TRY(module_new(ts, obj(*full_name)));
    TRY(module_add_text(ts, *made, "__doc__", doc));
    TRY(dict_set(ts, as<Dict>(*ts.interpreter().modules), obj(*full_name), *made));
    TRY(module_add(ts, module, name, *made));
    return made;
}

Result<void> add_errors(ThreadState& ts, Object& module) {
    Ref<Object> errors = TRY(add_submodule(ts, module, "errors", "Constants used to describe error conditions."));
    Ref<Dict> codes = TRY(dict_new(ts)), messages = TRY(dict_new(ts));
    for (const Constant& error : kErrors) {
        Ref<Str> text = TRY(str_from_utf8(ts, XML_ErrorString(XML_Error(error.value))));
        Ref<Object> code = TRY(int_from(ts, error.value));
        TRY(module_add(ts, *errors, error.name, obj(*text)));
        TRY(dict_set(ts, *codes, obj(*text), *code));
        TRY(dict_set(ts, *messages, *code, obj(*text)));
    }
    TRY(module_add(ts, *errors, "codes", obj(*codes)));
    return module_add(ts, *errors, "messages", obj(*messages));
}

Result<void> add_features(ThreadState& ts, Object& module) {
    Ref<List> features = TRY(list_new(ts, 0));
    for (const XML_Feature* feature = XML_GetFeatureList(); feature->feature != XML_FEATURE_END; ++feature) {
        Ref<Str> name = TRY(str_from_utf8(ts, feature->name));
        Ref<Object> value = TRY(int_from(ts, feature->value));
        Ref<Object> pair = TRY(tuple_of(ts, *name, *value));
        TRY(list_append(ts, *features, std::move(pair)));
    }
    return module_add(ts, module, "features", obj(*features));
}

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    TRY(add_parser_type(ts, module));
    state.error = TRY(exception_class_new(ts, "xml.parsers.expat.ExpatError")).release();
    TRY(module_add(ts, module, "error", *state.error));
    TRY(module_add(ts, module, "ExpatError", *state.error));
    TRY(module_add(ts, module, "XMLParserType", obj(*state.parser_type)));
    TRY(module_add_text(ts, module, "EXPAT_VERSION", XML_ExpatVersion()));
    XML_Expat_Version version = XML_ExpatVersionInfo();
    Ref<Object> major = TRY(int_from(ts, version.major)), minor = TRY(int_from(ts, version.minor)),
                micro = TRY(int_from(ts, version.micro));
    Ref<Tuple> version_info = TRY(tuple_of(ts, *major, *minor, *micro));
    TRY(module_add(ts, module, "version_info", obj(*version_info)));
    TRY(module_add_text(ts, module, "native_encoding", "UTF-8"));
    TRY(add_errors(ts, module));
    Ref<Object> model =
        TRY(add_submodule(ts, module, "model", "Constants used to interpret content model information."));
    for (const Constant& constant : kModel) TRY(module_add_int(ts, *model, constant.name, constant.value));
    TRY(add_features(ts, module));
    for (const Constant& constant : kParamEntityParsing) TRY(module_add_int(ts, module, constant.name, constant.value));
    return module_add(ts, module, "expat_CAPI",
                      TRY(Result<Ref<Object>>::adopt(
                          PyCapsule_New(const_cast<PyExpat_CAPI*>(&kInterface), PyExpat_CAPSULE_NAME, nullptr))));
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace expat

PyModuleDef pyexpat_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "pyexpat",
    .m_doc = "Python wrapper for Expat parser.",
    .m_size = sizeof(expat::State),
    .m_methods = METHOD_TABLE(expat::functions),
    .m_slots = expat::slots,
    .m_traverse = ModuleReferences<expat::State>::traverse,
    .m_clear = ModuleReferences<expat::State>::clear,
    .m_free = ModuleReferences<expat::State>::free,
};

}  // namespace orochi
