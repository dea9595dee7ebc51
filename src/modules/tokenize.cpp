// The module _tokenize: the compiler's tokenizer as an iterator.
#include <array>
#include <utility>

#include "execution/compile_source.hpp"
#include "language/source/source.hpp"
#include "language/tokenizer/tokenizer.hpp"
#include "modules/heap_type.hpp"
#include "objects/int.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

extern PyModuleDef tokenize_module;

namespace tokenize_parts {

namespace {

using language::Token;
using language::TokenizerFault;
using language::TokenKind;

constexpr int kOperator = 54, kAwait = 55, kAsync = 56;

// A token's number in the module `token`. The order is that of TokenKind; keywords, which come last, are names.
constexpr uint8_t kNumbers[] = {
    0,                                                          // the end
    1,  1,         1,  1,                                       // names
    2,  3,         4,  5,  6,                                   // number, string, newline, indent, dedent
    57, 58,                                                     // comments on types
    0,  kOperator,                                              // error, unknown character
    7,  8,         9,  10, 25, 26,                              // ( ) [ ] { }
    11, 12,        13, 23, 52, 51, 53, 49, 31,                  // : , ; . ... -> := @ ~
    22,                                                         // =
    36, 37,        38, 50, 39, 40, 46, 44, 45, 42, 43, 41, 48,  // += -= *= @= /= %= **= <<= >>= |= ^= &= //=
    14, 15,        16, 17, 24, 35, 33, 34, 18, 32, 19, 47,      // + - * / % ** << >> | ^ & //
    27, 28,        20, 29, 21, 30,                              // == != < <= > >=
};
static_assert(std::size(kNumbers) == size_t(TokenKind::KwFalse));

int number_of(TokenKind kind) {
    if (kind == TokenKind::KwAsync) return kAsync;
    if (kind == TokenKind::KwAwait) return kAwait;
    return language::is_keyword(kind) ? 1 : kNumbers[size_t(kind)];
}

struct Tokens {
    std::string text;
    language::TokenStream stream;
    size_t next = 0;          // index in stream.tokens
    size_t next_warning = 0;  // index in stream.warnings
    size_t next_joined = 0;   // index in stream.joined_lines
    int32_t lineno = 1;       // the line that is being read,
    size_t line_start = 0;    // where it begins,
    size_t shown_start = 0;   // and where what is shown as its text does: with the lines that are joined to it
    OptRef<Str> shown;        // the text shown last, from shown_start to shown_end
    size_t shown_end = 0;

    // Reads on to line `wanted`. `in_token`: the lines up to there belong to one string.
    void go_to_line(int32_t wanted, bool in_token);
};

void Tokens::go_to_line(int32_t wanted, bool in_token) {
    while (lineno < wanted) {
        line_start = text.find('\n', line_start) + 1;
        ++lineno;
        bool joined = next_joined < stream.joined_lines.size() && stream.joined_lines[next_joined] == lineno;
        if (joined) ++next_joined;
        if (joined || in_token) continue;
        shown_start = line_start;
        shown = {};
    }
}

struct Iterator {
    PyObject_HEAD
    Tokens* tokens;
};

Result<Ref<Object>> iterator_new(ThreadState& ts, Type& type, Str& source) {
    std::string_view text = TRY(str_utf8(ts, source));
    if (text.find('\0') != text.npos) return raise(ts, PyExc_ValueError, "embedded null character");
    Ref<Iterator> self = TRY(make_instance<Iterator>(type));
    self->tokens = new Tokens;
    self->tokens->text = language::read_source(text, {.origin = language::SourceOrigin::Text}).text;
    language::tokenize(self->tokens->text, {.valid_utf8 = true}, self->tokens->stream);
    return Ref<Object>(std::move(self));
}

void iterator_dealloc(Object* self) {
    delete as<Iterator>(*self).tokens;
    Type& type = type_of(*self);
    type.tp_free(self);
    decref(type);
}

Failure raise_end(ThreadState& ts) { return raise(ts, PyExc_StopIteration, "EOF"); }

// What the compiler would say about a fault of layout ends the iteration without a word, as in CPython.
Failure raise_fault(ThreadState& ts, const language::TokenStream& stream) {
    bool said = stream.fault == TokenizerFault::Syntax || stream.fault == TokenizerFault::EndInString;
    return said ? raise_diagnostic(ts, stream.diagnostic, "<string>"_s) : raise_end(ts);
}

Result<Ref<Object>> iterator_next(ThreadState& ts, Iterator& self) {
    Tokens& tokens = *self.tokens;
    const language::TokenStream& stream = tokens.stream;
    if (tokens.next == stream.tokens.size()) return raise_end(ts);
    while (tokens.next_warning < stream.warnings.size() && stream.warnings[tokens.next_warning].token == tokens.next)
        TRY(report_warning(ts, stream.warnings[tokens.next_warning++].warning, "<string>"_s));
    const Token& token = stream.tokens[tokens.next++];
    if (token.kind == TokenKind::Error) return raise_fault(ts, stream);
    if (token.kind == TokenKind::EndMarker) return raise_end(ts);

    tokens.go_to_line(token.lineno, false);
    tokens.go_to_line(token.end_lineno, true);
    size_t shown_end = tokens.text.find('\n', tokens.line_start) + 1;
    if (!tokens.shown || tokens.shown_end != shown_end) {
        tokens.shown_end = shown_end;
        tokens.shown = TRY(str_from_utf8(
            ts, std::string_view(tokens.text).substr(tokens.shown_start, shown_end - tokens.shown_start)));
    }
    Ref<Object> line = Ref<Object>::share(obj(*tokens.shown));
    Ref<Str> text = TRY(str_from_utf8(ts, std::string_view(tokens.text).substr(token.start, token.end - token.start)));
    Ref<Tuple> result = TRY(tuple_new(ts, 7));
    tuple_init_item(*result, 0, std::move(text));
    const int numbers[] = {number_of(token.kind), token.lineno, token.end_lineno, token.col, token.end_col};
    for (Py_ssize_t i = 0; i < 5; ++i) tuple_init_item(*result, i + 1, TRY(int_from(ts, numbers[i])));
    tuple_init_item(*result, 6, std::move(line));
    return Ref<Object>(std::move(result));
}

Result<void> execute(ThreadState& ts, Object& module) {
    PyType_Slot slots[] = {{Py_tp_new, new_pointer(NEW_SLOT("tokenizeriter($type, /, source)", iterator_new))},
                           {Py_tp_dealloc, raw_pointer(iterator_dealloc)},
                           {Py_tp_getattro, raw_pointer(PyObject_GenericGetAttr)},
                           ITERATOR_SLOTS((next_pointer<iterator_next>())),
                           {0, nullptr}};
    PyType_Spec spec = {"_tokenize.TokenizerIter", sizeof(Iterator), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                        slots};
    Ref<Type> type = TRY(type_from_spec(ts, &module, spec, nullptr));
    return module_add(ts, module, "TokenizerIter", obj(*type));
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace tokenize_parts

PyModuleDef tokenize_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_tokenize",
    .m_slots = tokenize_parts::slots,
};

}  // namespace orochi
