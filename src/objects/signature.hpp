// Signatures of native functions, parsed from their text at compile time.
//
//   "split($self, /, sep=None, maxsplit=-1)"
//
// is the function's name, its parameters and their defaults, as CPython's
// __text_signature__ writes them. The same text becomes the start of the doc
// string, so that inspect.signature() shows what the argument binder does.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "memory/result.hpp"
#include "state/thread_state.hpp"

namespace orochi {

enum class SelfKind : uint8_t { kNone, kInstance, kType, kModule };

// Positions inside the signature's text, so that thousands of these tables need no relocation.
struct Parameter {
    uint16_t name_begin = 0, name_size = 0;
    uint16_t default_begin = 0, default_size = 0;  // no default: size 0, the parameter is required
};

inline constexpr int kMaxParameters = 24;

// What the binder needs to know. Parameters are numbered without `self`, `*args` and `**kwargs`.
struct Signature {
    std::string_view text;
    int name_size = 0;  // the function's name is the start of the text
    SelfKind self = SelfKind::kNone;
    int8_t count = 0;             // named parameters
    int8_t positional_only = 0;   // the first ones
    int8_t positional = 0;        // those that may be given by position; the rest are keyword-only
    int8_t required = 0;          // leading positional parameters without a default
    bool var_positional = false;  // has *args
    bool var_keyword = false;     // has **kwargs
    bool nameless = false;        // errors speak of "function" and not of its name
    bool tuple_style = false;  // wrong counts are described as PyArg_ParseTuple does: "f() takes at least 1 argument"
    std::array<Parameter, kMaxParameters> parameters{};

    constexpr std::string_view name() const { return text.substr(0, name_size); }
    constexpr std::string_view parameter(int i) const {
        return text.substr(parameters[i].name_begin, parameters[i].name_size);
    }
    constexpr std::string_view default_text(int i) const {
        return text.substr(parameters[i].default_begin, parameters[i].default_size);
    }
    constexpr bool has_default(int i) const { return parameters[i].default_size != 0; }
};

// Not constexpr: reaching it while a table is being compiled is the compile-time error.
void signature_error(const char* why);

consteval Signature parse_signature(std::string_view text) {
    Signature result;
    size_t open = text.find('(');
    if (open == text.npos || text.back() != ')') signature_error("a signature is NAME(PARAMETERS)");
    result.text = text;
    result.name_size = int(open);
    std::string_view rest = text.substr(open + 1, text.size() - open - 2);
    bool keyword_only = false;
    while (!rest.empty()) {
        // One parameter: up to a comma outside brackets and quotes.
        size_t end = 0;
        int depth = 0;
        char quote = 0;
        for (; end < rest.size(); ++end) {
            char c = rest[end];
            if (quote) {
                if (c == quote) quote = 0;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '(' || c == '[' || c == '{') {
                ++depth;
            } else if (c == ')' || c == ']' || c == '}') {
                --depth;
            } else if (c == ',' && depth == 0) {
                break;
            }
        }
        std::string_view item = rest.substr(0, end);
        rest = end < rest.size() ? rest.substr(end + 1) : std::string_view();
        while (!item.empty() && (item.front() == ' ' || item.front() == '\n')) item.remove_prefix(1);
        while (!item.empty() && item.back() == ' ') item.remove_suffix(1);
        if (item == "$self") {
            result.self = SelfKind::kInstance;
        } else if (item == "$type") {
            result.self = SelfKind::kType;
        } else if (item == "$module") {
            result.self = SelfKind::kModule;
        } else if (item == "$nameless") {
            result.nameless = true;
        } else if (item == "$tuple") {
            result.tuple_style = true;
        } else if (item == "/") {
            result.positional_only = result.count;
        } else if (item == "*") {
            keyword_only = true;
        } else if (item.starts_with("**")) {
            result.var_keyword = true;
        } else if (item.starts_with("*")) {
            result.var_positional = true;
            keyword_only = true;
        } else {
            Parameter& parameter = result.parameters[result.count];
            size_t equals = item.find('=');
            std::string_view name = item.substr(0, equals);
            parameter.name_begin = uint16_t(name.data() - text.data());
            parameter.name_size = uint16_t(name.size());
            if (equals != item.npos) {
                parameter.default_begin = uint16_t(parameter.name_begin + equals + 1);
                parameter.default_size = uint16_t(item.size() - equals - 1);
            } else if (!keyword_only) {
                result.required = int8_t(result.count + 1);
            }
            ++result.count;
            if (!keyword_only) result.positional = result.count;
        }
    }
    return result;
}

// Sorts the arguments of a vectorcall into `out`, one slot a parameter (null: not given). *args are those
// from args[signature.positional] on; **kwargs go to `*keywords`, a new dict, when given any (else null).
// Raises CPython's TypeErrors.
Result<void> bind_arguments(ThreadState& ts, const Signature& signature, Object* const* arguments, Py_ssize_t count,
                            Object* keyword_names, Object** out, Object** keywords);

}  // namespace orochi
