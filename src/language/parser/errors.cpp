// Raising errors: places, source lines and the choice between several faults.
#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "language/parser/parser_impl.hpp"
#include "language/source/utf8.hpp"

namespace orochi::language {

namespace {

std::string format(const char* pattern, va_list args) {
    char buffer[512];
    std::vsnprintf(buffer, sizeof buffer, pattern, args);
    return buffer;
}

}  // namespace

int32_t Parser::characters(std::string_view line, int64_t bytes) const {
    // The field of an f-string declares no encoding, whatever the source around it does.
    if (bytes <= 0 || options_.byte_offsets || field_) return static_cast<int32_t>(bytes);
    return count_shown_characters(line, bytes);
}

void Parser::store(DiagnosticKind kind, std::string message, int32_t lineno, int32_t offset, int32_t end_lineno,
                   int32_t end_offset, std::string line) {
    raised_ = true;
    error_.kind = kind;
    error_.message = std::move(message);
    error_.has_location = error_.has_text = true;
    error_.lineno = lineno;
    error_.offset = offset;
    error_.end_lineno = end_lineno;
    error_.end_offset = end_offset;
    error_.text = std::move(line);
}

bool Parser::file_line(int32_t lineno, std::string* line) const {
    return options_.mode == ParseMode::Exec && options_.file_line && !field_ &&
           options_.file_line(lineno, line, options_.file_line_context);
}

// Shows the file's line with a fault that the tokenizer found. If that begins with a byte order mark, which the source
// has lost, the place is counted as if the line were the same.
void Parser::show_file_line(Diagnostic& fault) const {
    std::string line;
    if (!file_line(fault.lineno, &line)) return;
    if (line.starts_with("\xEF\xBB\xBF")) {
        std::string_view parsed = stream_.line(fault.lineno);
        size_t bytes = 0;
        for (int32_t i = 0; i < fault.offset; ++i) {
            if (bytes < parsed.size()) {
                decode_utf8_at(parsed, bytes);
            } else {
                ++bytes;
            }
        }
        fault.offset = characters(line, static_cast<int64_t>(bytes));
    }
    fault.text = std::move(line);
}

// Takes over the tokenizer's diagnostic. Of those for which it only gives the place, the parser shows the line.
void Parser::take_tokenizer_fault() {
    error_ = stream_.diagnostic;
    bool placed = stream_.fault == TokenizerFault::EndOfSource || stream_.fault == TokenizerFault::Indentation ||
                  stream_.fault == TokenizerFault::Continuation;
    if (placed) show_file_line(error_);
}

// Reading the token that the tokenizer stopped at is an error, whatever else was about to be said.
bool Parser::raise_tokenizer_fault() {
    if (tokens_[furthest()].kind != TokenKind::Error) return false;
    // At a prompt, the search for the best error stops at what has been typed.
    if (options_.interactive && second_pass_ && stream_.fault == TokenizerFault::EndOfSource) return false;
    raised_ = true;
    take_tokenizer_fault();
    if (field_ && stream_.fault != TokenizerFault::Syntax && stream_.fault != TokenizerFault::Decoding &&
        stream_.fault != TokenizerFault::EndInString)
        error_.message = "f-string: " + error_.message;
    return true;
}

// The source text shown with an error on this line: CPython's tokenizer still has the line it is reading,
// with its newline and with the lines that were joined to it, and cuts earlier ones out of the source. At a prompt it
// has them all one by one.
std::string_view Parser::error_text(int32_t lineno) const {
    uint32_t read = furthest();
    int32_t current = tokens_[read].end_lineno;
    std::string_view line = stream_.line(lineno);
    if (incomplete_ && stream_.fault == TokenizerFault::EndInString)
        return stream_.source.substr(static_cast<size_t>(line.data() - stream_.source.data()));
    if (current > lineno || options_.interactive) {
        if (!line.empty() && line.back() == '\n') line.remove_suffix(1);
        return line;
    }
    std::string_view whole = stream_.line(current);
    const char* end = whole.data() + whole.size();
    for (uint32_t i = read + 1;;) {
        if (std::binary_search(stream_.joined_lines.begin(), stream_.joined_lines.end(), current)) {
            --current;
        } else if (i > 0 && tokens_[i - 1].end_lineno >= current) {
            current = std::min(current, tokens_[--i].lineno);
        } else {
            break;
        }
    }
    const char* begin = stream_.line(current).data();
    return {begin, static_cast<size_t>(end - begin)};
}

// Columns are bytes from 0, negative where CPython leaves them open.
std::nullptr_t Parser::raise(const char* message, const Location& at, DiagnosticKind kind) {
    if (raised_ || raise_tokenizer_fault()) return nullptr;
    std::string of_file;
    std::string_view line = file_line(at.lineno, &of_file) ? std::string_view(of_file) : error_text(at.lineno);
    // The field of an f-string reports places in its own text.
    int32_t shift = field_ ? stream_.first_col : 0;
    int32_t offset = characters(line, at.col_offset - (at.col_offset >= 0 ? shift : 0) + 1);
    int32_t end_col = at.end_col_offset - (at.end_col_offset >= 0 ? shift : 0);
    int32_t end_offset = end_col + 1 > 0 ? characters(line, end_col + 1) : end_col + 1;
    store(kind, (field_ ? "f-string: " : "") + std::string(message), at.lineno, offset, at.end_lineno, end_offset,
          replace_faults(line));
    return nullptr;
}

std::nullptr_t Parser::raise_at(const Token& t, const char* pattern, ...) {
    va_list args;
    va_start(args, pattern);
    std::string message = format(pattern, args);
    va_end(args);
    return raise(message.c_str(), of(t));
}

std::nullptr_t Parser::raise_at(const ast::Node* n, const char* pattern, ...) {
    va_list args;
    va_start(args, pattern);
    std::string message = format(pattern, args);
    va_end(args);
    return raise(message.c_str(), n->location);
}

std::nullptr_t Parser::raise_between(const Location& a, const Location& b, const char* pattern, ...) {
    va_list args;
    va_start(args, pattern);
    std::string message = format(pattern, args);
    va_end(args);
    return raise(message.c_str(), {a.lineno, a.col_offset, b.end_lineno, b.end_col_offset});
}

std::nullptr_t Parser::raise_from(const Location& a, const char* pattern, ...) {
    va_list args;
    va_start(args, pattern);
    std::string message = format(pattern, args);
    va_end(args);
    const Token& t = tokens_[furthest()];
    return raise(message.c_str(), {a.lineno, a.col_offset, t.end_lineno, t.end_col - 1});
}

std::nullptr_t Parser::raise_here(DiagnosticKind kind, const char* pattern, ...) {
    if (raised_) return nullptr;
    if (!incomplete_ && raise_tokenizer_fault()) return nullptr;
    va_list args;
    va_start(args, pattern);
    std::string message = format(pattern, args);
    va_end(args);
    const Token& t = tokens_[furthest()];
    if (t.col >= 0) return raise(message.c_str(), of(t), kind);
    // A token without a place: where the tokenizer had got to on its line.
    std::string_view line = stream_.line(t.lineno);
    int64_t begin = line.data() - stream_.source.data();
    bool file_ended = options_.from_file && furthest() >= stream_.end_of_source;
    std::string text;
    if (file_line(t.lineno, &text)) {
        line = text;
    } else {
        text = replace_faults(error_text(t.lineno));
    }
    int32_t offset = file_ended ? 0 : characters(line, static_cast<int64_t>(t.start) - begin);
    store(kind, (field_ ? "f-string: " : "") + message, t.lineno, offset, t.end_lineno, -1, text);
    return nullptr;
}

bool Parser::raise_memory() {
    if (!raised_) {
        store(DiagnosticKind::MemoryError, "", 0, 0, 0, 0, "");
        error_.has_location = error_.has_text = false;
    }
    return true;
}

std::nullptr_t Parser::raise_version(int minor, const char* what, bool next_read) {
    if (!next_read) --pos_;
    return raise_here(DiagnosticKind::SyntaxError, "%s only supported in Python 3.%d and greater", what, minor);
}

const char* expression_name(const ExprNode* e) {
    switch (e->kind) {
        case Kind::Attribute: return "attribute";
        case Kind::Subscript: return "subscript";
        case Kind::Starred: return "starred";
        case Kind::Name: return "name";
        case Kind::List: return "list";
        case Kind::Tuple: return "tuple";
        case Kind::Lambda: return "lambda";
        case Kind::Call: return "function call";
        case Kind::BoolOp:
        case Kind::BinOp:
        case Kind::UnaryOp: return "expression";
        case Kind::GeneratorExp: return "generator expression";
        case Kind::Yield:
        case Kind::YieldFrom: return "yield expression";
        case Kind::Await: return "await expression";
        case Kind::ListComp: return "list comprehension";
        case Kind::SetComp: return "set comprehension";
        case Kind::DictComp: return "dict comprehension";
        case Kind::Dict: return "dict literal";
        case Kind::Set: return "set display";
        case Kind::JoinedStr:
        case Kind::FormattedValue: return "f-string expression";
        case Kind::Constant:
            switch (ast::as<ast::Constant>(e)->value->kind) {
                case ConstantKind::None: return "None";
                case ConstantKind::False: return "False";
                case ConstantKind::True: return "True";
                case ConstantKind::Ellipsis: return "ellipsis";
                default: return "literal";
            }
        case Kind::Compare: return "comparison";
        case Kind::IfExp: return "conditional expression";
        case Kind::NamedExpr: return "named expression";
        default: return "expression";
    }
}

// The part of `e` that cannot be a target, if any.
ExprNode* Parser::invalid_target(ExprNode* e, TargetKind targets) const {
    if (!e) return nullptr;
    switch (e->kind) {
        case Kind::List:
            for (ExprNode* item : ast::as<ast::List>(e)->elts)
                if (ExprNode* bad = invalid_target(item, targets)) return bad;
            return nullptr;
        case Kind::Tuple:
            for (ExprNode* item : ast::as<ast::Tuple>(e)->elts)
                if (ExprNode* bad = invalid_target(item, targets)) return bad;
            return nullptr;
        case Kind::Starred:
            return targets == TargetKind::Del ? e : invalid_target(ast::as<ast::Starred>(e)->value, targets);
        case Kind::Compare:
            // In "for x in y", what was read as a target is a comparison.
            if (targets == TargetKind::For) {
                auto* compare = ast::as<ast::Compare>(e);
                return compare->ops[0] == ast::CompareOperator::In ? invalid_target(compare->left, targets) : nullptr;
            }
            return e;
        case Kind::Name:
        case Kind::Subscript:
        case Kind::Attribute: return nullptr;
        default: return e;
    }
}

std::nullptr_t Parser::raise_target(TargetKind targets, ExprNode* e) {
    ExprNode* bad = invalid_target(e, targets);
    if (!bad) return nullptr;
    return raise_at(bad, "cannot %s %s", targets == TargetKind::Del ? "delete" : "assign to", expression_name(bad));
}

// A fault of the tokenizer further on takes the place of a parser's error, as the cause is likely there. Null: there is
// none.
const Diagnostic* Parser::fault_in_rest(int32_t error_line) const {
    if (stream_.fault == TokenizerFault::Decoding) return &stream_.undecodable;
    if (stream_.fault == TokenizerFault::Syntax || stream_.fault == TokenizerFault::EndInString)
        return &stream_.diagnostic;
    return stream_.unclosed_lineno > 0 && error_line > stream_.unclosed_lineno ? &stream_.unclosed : nullptr;
}

void Parser::check_rest_of_source(int32_t error_line) {
    read_all_ = true;
    if (const Diagnostic* fault = fault_in_rest(error_line)) error_ = as_shown(*fault);
}

Diagnostic Parser::as_shown(const Diagnostic& fault_in_rest) const {
    Diagnostic shown = fault_in_rest;
    if (&fault_in_rest != &stream_.unclosed) return shown;
    show_file_line(shown);
    if (field_) shown.message = "f-string: " + shown.message;
    return shown;
}

// After the second pass: `last_token` is the furthest that the first pass had read.
void Parser::finish_error(uint32_t last_token) {
    if (raised_) {
        bool own = tokens_[furthest()].kind == TokenKind::Error;  // the tokenizer's: there is nothing behind it
        // At a prompt, what is found goes before what has not been typed yet.
        if (!own && !options_.interactive &&
            (error_.kind == DiagnosticKind::SyntaxError || error_.kind == DiagnosticKind::IndentationError))
            check_rest_of_source(tokens_[furthest()].lineno);
        return;
    }
    if (raise_tokenizer_fault()) return;
    const Token& t = tokens_[last_token];
    if (t.kind == TokenKind::Indent || t.kind == TokenKind::Dedent) {
        raise_here(DiagnosticKind::IndentationError, "%s",
                   t.kind == TokenKind::Indent ? "unexpected indent" : "unexpected unindent");
        return;
    }
    raise("invalid syntax", of(t));
    check_rest_of_source(tokens_[furthest()].lineno);
}

}  // namespace orochi::language
