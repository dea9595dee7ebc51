#include "execution/error_display.hpp"

#include <unistd.h>

#include <cstdio>
#include <vector>

#include "execution/code.hpp"
#include "execution/compile_source.hpp"
#include "execution/frame.hpp"
#include "execution/traceback.hpp"
#include "language/ast/nodes.hpp"
#include "language/parser/parser.hpp"
#include "language/source/source.hpp"
#include "language/source/utf8.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "state/config.hpp"

namespace orochi {

namespace {

namespace ast = language::ast;

void append(std::string& out, Str& text) {
    for (Py_ssize_t i = 0; i < str_length(text); ++i) language::append_utf8(out, str_at(text, i));
}

// str(object), or what takes its place when that fails.
std::string text_of(ThreadState& ts, Object& object, const char* fallback) {
    auto text = str(ts, object);
    std::string out;
    if (!text.ok()) {
        error_clear(ts);
        return fallback;
    }
    append(out, *std::move(text).take());
    return out;
}

// ---- Source lines and markers

size_t character_count(std::string_view utf8) {
    size_t count = 0;
    for (char c : utf8) count += (c & 0xc0) != 0x80;
    return count;
}
// Characters before the byte offset. As in CPython the text ends with the first null byte, be it that behind the line,
// and whatever lies further on is right behind that.
int character_offset(std::string_view utf8, int byte_offset) {
    size_t end = std::min(utf8.find('\0'), utf8.size());
    size_t offset = size_t(std::max(0, byte_offset));
    return int(character_count(utf8.substr(0, std::min(offset, end)))) + (offset > end);
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\f'; }

// The part of an operation that failed: `a + b` is marked below the operator, `a[b]` below the brackets.
struct Anchors {
    int left = -1, right = -1;  // characters, from the start of the segment
};

Anchors find_anchors(std::string_view segment) {
    std::string text(segment);
    text += '\n';
    language::Arena arena;
    language::ParseOptions options;
    language::ParseResult result = language::parse(text, options, arena);
    auto* module = result.tree ? ast::try_as<ast::Module>(result.tree) : nullptr;
    if (!module || module->body.size() != 1) return {};
    auto* statement = ast::try_as<ast::Expr>(module->body[0]);
    if (!statement) return {};
    int size = int(segment.size());
    int left = -1, right = -1;
    if (auto* operation = ast::try_as<ast::BinOp>(statement->value)) {
        int end = operation->right->location.col_offset;
        for (int i = operation->left->location.end_col_offset; i < end; ++i) {
            if (is_space(segment[size_t(i)])) continue;
            left = i;
            right = i + 1;
            if (i + 1 < end && !is_space(segment[size_t(i) + 1])) ++right;  // an operator of two characters
            if (i + 1 < end && segment[size_t(i)] == ')') continue;         // still the left operand
            break;
        }
    } else if (auto* subscript = ast::try_as<ast::Subscript>(statement->value)) {
        left = subscript->value->location.end_col_offset;
        right = subscript->slice->location.end_col_offset + 1;
        while (left < size && segment[size_t(left)] != '[') ++left;
        while (right < size && segment[size_t(right)] != ']') ++right;
        if (right < size) ++right;
    }
    if (left < 0) return {};
    return {character_offset(segment, left), character_offset(segment, right)};
}

void append_markers(std::string& out, std::string_view line, const CodePosition& position) {
    if (position.line < 0 || position.end_line < 0 || position.column < 0 || position.end_column < 0) return;
    size_t stripped = 0;
    while (stripped < line.size() && is_space(line[stripped])) ++stripped;
    int start = character_offset(line, position.column);
    int end = character_offset(line, position.end_column);
    Anchors anchors;
    if (position.line == position.end_line) {
        size_t from = std::min(size_t(position.column), line.size());
        size_t to = std::min(size_t(position.end_column), line.size());
        if (to > from) anchors = find_anchors(line.substr(from, to - from));
        if (anchors.left >= 0) {
            anchors.left += start;
            anchors.right += start;
        }
    } else {
        size_t last = line.size();
        while (last > 0 && (is_space(line[last - 1]) || line[last - 1] == '\r')) --last;
        end = int(character_count(line.substr(0, last)));
    }
    // Markers below the whole line say nothing.
    int shown = int(character_count(line.substr(stripped)));
    if (end - start == shown && anchors.left < 0) return;
    out += "    ";
    for (int i = int(stripped); i < end; ++i) {
        if (i < start) {
            out += ' ';
        } else if (anchors.left >= 0) {
            out += i >= anchors.left && i < anchors.right ? '^' : '~';
        } else {
            out += '^';
        }
    }
    out += '\n';
}

std::string read_file(const std::string& path, bool& found) {
    std::string data;
    FILE* file = std::fopen(path.c_str(), "rb");
    found = file != nullptr;
    if (!file) return data;
    char buffer[16384];
    while (size_t size = std::fread(buffer, 1, sizeof buffer, file)) data.append(buffer, size);
    std::fclose(file);
    return data;
}

// The lines of a file that can be shown. CPython reads it in chunks: what comes before one that cannot be decoded is
// there, UTF-8 takes the place of an encoding that is declared and does not exist, and a byte order mark is kept.
std::string decode_for_display(ThreadState& ts, const std::string& filename, std::string_view data) {
    constexpr size_t kChunk = 8192;
    language::SourceOptions options = source_options(ts);
    options.filename = filename;
    language::Source source = language::read_source(data, options);
    bool mark = data.starts_with("\xEF\xBB\xBF");
    if (!source.failed && source.valid_utf8 && !mark) return std::move(source.text);
    language::Utf8Fault fault = language::find_utf8_fault(data);
    if (source.failed && (fault || mark)) return {};
    if (fault) data = data.substr(0, data.substr(0, fault.start / kChunk * kChunk).find_last_of("\r\n") + 1);
    options.origin = language::SourceOrigin::Text;
    return std::move(language::read_source(data, options).text);
}

// ---- Tracebacks

long traceback_limit(ThreadState& ts) {
    constexpr long kDefault = 1000;
    Object* limit = sys_get(ts, "tracebacklimit"_s);
    if (!limit || !PyLong_Check(limit)) return kDefault;
    int overflow;
    auto value = int_as_long_long_overflow(ts, *limit, overflow);
    if (!value.ok()) {
        error_clear(ts);
        return kDefault;
    }
    if (overflow) return overflow < 0 ? 0 : LONG_MAX;
    return std::max(0L, long(std::move(value).take()));
}

void append_entry(ThreadState& ts, std::string& out, Traceback& entry) {
    Code& code = *entry.tb_frame->frame->code;
    int line = traceback_line(entry);
    std::string filename;
    append(filename, as<Str>(*code.co_filename));
    out += "  File \"" + filename + "\", line " + std::to_string(line) + ", in ";
    append(out, as<Str>(*code.co_name));
    out += '\n';
    std::string source;
    if (!find_source_line(ts, filename, line, source)) return;
    size_t start = 0;
    while (start < source.size() && is_space(source[start])) ++start;
    out += "    ";
    out.append(source, start);
    out += '\n';
    append_markers(out, source, code_position(code, entry.tb_lasti));
}

void append_repeats(std::string& out, long count) {
    constexpr long kShown = 3;
    if (count <= kShown) return;
    count -= kShown;
    out += "  [Previous line repeated " + std::to_string(count) + (count > 1 ? " more times]\n" : " more time]\n");
}

void append_entries(ThreadState& ts, std::string& out, Object& first, long limit) {
    constexpr long kShown = 3;
    long depth = 0;
    auto next = [](Traceback* t) { return t->tb_next; };
    for (Traceback* t = as<Traceback>(&first); t; t = next(t)) ++depth;
    Traceback* t = as<Traceback>(&first);
    for (; t && depth > limit; --depth) t = next(t);
    Object* last_file = nullptr;
    Object* last_name = nullptr;
    int last_line = -1;
    long repeats = 0;
    for (; t; t = next(t)) {
        Code& code = *t->tb_frame->frame->code;
        int line = traceback_line(*t);
        bool same = last_file && line == last_line && str_equals(as<Str>(*code.co_filename), as<Str>(*last_file)) &&
                    str_equals(as<Str>(*code.co_name), as<Str>(*last_name));
        if (!same) {
            append_repeats(out, repeats);
            last_file = code.co_filename;
            last_name = code.co_name;
            last_line = line;
            repeats = 0;
        }
        if (++repeats <= kShown) append_entry(ts, out, *t);
    }
    append_repeats(out, repeats);
}

// ---- Exceptions

class Display {
public:
    Display(ThreadState& ts, std::string& out) : ts_(ts), out_(out) {}
    void chain(Object& exception);

private:
    static constexpr int kMaxWidth = 15, kMaxDepth = 10;

    void one(Object& exception);
    void group(Object& exception);
    std::string heading(Object& exception);
    std::string message(Object& exception);
    void syntax_error(std::string& text, Object& exception, std::string& message);
    void notes(std::string& text, Object& exception);
    std::string indent() const { return std::string(size_t(2 * depth_), ' '); }
    // Every line of the text behind the margin of the group it belongs to.
    void emit(std::string_view text, char margin = '|') {
        if (!depth_) {
            out_ += text;
            return;
        }
        while (!text.empty()) {
            size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
            out_ += indent();
            out_ += margin;
            out_ += ' ';
            out_ += text.substr(0, end);
            text.remove_prefix(end);
            margin = '|';
        }
    }
    bool seen(Object& exception) {
        for (Object* s : seen_) {
            if (s == &exception) return true;
        }
        seen_.push_back(&exception);
        return false;
    }

    ThreadState& ts_;
    std::string& out_;
    std::vector<Object*> seen_;
    int depth_ = 0;
    bool need_close_ = false;
};

void Display::chain(Object& exception) {
    struct Link {
        const char* message;
        Object* exception;
    };
    std::vector<Link> links;
    seen(exception);
    Object* current = &exception;
    while (current) {
        BaseException& e = as<BaseException>(*current);
        Object* next = nullptr;
        const char* text = nullptr;
        if (e.cause && !seen(*e.cause)) {
            next = e.cause;
            text = "\nThe above exception was the direct cause of the following exception:\n\n";
        } else if (!e.cause && e.context && !e.suppress_context && !seen(*e.context)) {
            next = e.context;
            text = "\nDuring handling of the above exception, another exception occurred:\n\n";
        }
        links.push_back({text, current});
        current = next;
    }
    for (size_t i = links.size(); i-- > 0;) {
        if (links[i].message) emit(links[i].message);
        Object& e = *links[i].exception;
        if (is_instance_of(e, _PyExc_BaseExceptionGroup)) {
            group(e);
        } else {
            one(e);
        }
    }
}

void Display::one(Object& exception) {
    if (Object* traceback = exception_traceback(exception); traceback && PyTraceBack_Check(traceback))
        emit(format_traceback(ts_, *traceback));
    emit(message(exception));
}

void Display::group(Object& exception) {
    if (depth_ > kMaxDepth) return emit("... (max_group_depth is " + std::to_string(kMaxDepth) + ")\n");
    bool outermost = depth_ == 0;
    if (outermost) ++depth_;
    if (Object* traceback = exception_traceback(exception); traceback && PyTraceBack_Check(traceback)) {
        if (long limit = traceback_limit(ts_); limit > 0) {
            emit("Exception Group Traceback (most recent call last):\n", outermost ? '+' : '|');
            std::string text;
            append_entries(ts_, text, *traceback, limit);
            emit(text);
        }
    }
    emit(message(exception));
    Ref<Object> items = Ref<Object>::share(*as<PyBaseExceptionGroupObject>(exception).excs);
    int count = int(tuple_size(as<Tuple>(*items)));
    int shown = std::min(count, kMaxWidth + 1);
    need_close_ = false;
    for (int i = 0; i < shown; ++i) {
        bool last = i == shown - 1, truncated = i >= kMaxWidth;
        if (last) need_close_ = true;
        out_ += indent() + (i == 0 ? "+-" : "  ") + "+---------------- " + (truncated ? "..." : std::to_string(i + 1)) +
                " ----------------\n";
        ++depth_;
        if (truncated) {
            int rest = count - kMaxWidth;
            emit("and " + std::to_string(rest) + " more exception" + (rest > 1 ? "s" : "") + "\n");
        } else if (enter_recursion(ts_, " in print_exception_group").ok()) {
            chain(tuple_item(as<Tuple>(*items), i));
            leave_recursion(ts_);
        } else {
            error_clear(ts_);
        }
        if (last && need_close_) {
            out_ += indent() + "+------------------------------------\n";
            need_close_ = false;
        }
        --depth_;
    }
    if (outermost) depth_ = 0;
}

// "package.Name", or "Name" for built-in exceptions and those of the main program.
std::string Display::heading(Object& exception) {
    Object& type = obj(type_of(exception));
    std::string out;
    auto module = getattr_optional(ts_, type, "__module__"_n);
    OptRef<Object> module_name;
    if (module.ok()) module_name = std::move(module).take();
    if (!module_name || !PyUnicode_Check(module_name.get())) {
        error_clear(ts_);
        out = "<unknown>.";
    } else if (!str_equals_ascii(as<Str>(*module_name), "builtins") &&
               !str_equals_ascii(as<Str>(*module_name), "__main__")) {
        append(out, as<Str>(*module_name));
        out += '.';
    }
    auto name = type_qualified_name(ts_, as<Type>(type));
    if (!name.ok()) {
        error_clear(ts_);
        return out + "<unknown>";
    }
    append(out, as<Str>(*std::move(name).take()));
    return out;
}

void Display::notes(std::string& text, Object& exception) {
    auto found = getattr_optional(ts_, exception, "__notes__"_n);
    if (!found.ok()) return error_clear(ts_);
    OptRef<Object> notes = std::move(found).take();
    if (!notes) return;
    if (!is_sequence(*notes) || PyUnicode_Check(notes.get()) || PyBytes_Check(notes.get())) {
        auto shown = repr(ts_, *notes);
        if (shown.ok()) {
            append(text, *std::move(shown).take());
        } else {
            error_clear(ts_);
            text += "<__notes__ repr() failed>";
        }
        return;
    }
    auto items = sequence_list(ts_, *notes);
    if (!items.ok()) return error_clear(ts_);
    Ref<Object> list = std::move(items).take();
    for (Object* note : sequence_fast_items(*list)) {
        text += text_of(ts_, *note, "<note str() failed>");
        text += '\n';
    }
}

// The lines that show where the error is; the message proper replaces str(exception).
void Display::syntax_error(std::string& text, Object& exception, std::string& message) {
    PySyntaxErrorObject& e = as<PySyntaxErrorObject>(exception);
    message = e.msg ? text_of(ts_, *e.msg, "<exception str() failed>") : "None";
    auto number = [&](Object* value, long missing) {
        if (!value || !PyLong_Check(value)) return missing;
        int overflow;
        auto result = int_as_long_long_overflow(ts_, *value, overflow);
        return result.ok() ? long(std::move(result).take()) : missing;
    };
    bool has_filename = e.filename && PyUnicode_Check(e.filename);
    if (!e.lineno || !PyLong_Check(e.lineno)) {
        if (has_filename) {
            message += " (";
            append(message, as<Str>(*e.filename));
            message += ')';
        }
        return;
    }
    long line = number(e.lineno, -1);
    text += "  File \"";
    if (e.filename && !is_none(e.filename)) {
        Ref<Object> filename = Ref<Object>::share(*e.filename);
        text += text_of(ts_, filename, "<string>");
    } else {
        text += "<string>";
    }
    text += "\", line " + std::to_string(line) + "\n";
    if (!e.text || !PyUnicode_Check(e.text)) return;
    std::string source;
    append(source, as<Str>(*e.text));
    source.resize(std::strlen(source.c_str()));
    // Observed: only a SyntaxError itself is underlined, not one of a class below it, and ends are cut to the text's
    // bytes.
    bool underlined = &type_of(exception) == &as<Type>(*PyExc_SyntaxError);
    long offset = number(e.offset, -1);
    long size = long(source.size());
    long end_offset = underlined ? number(e.end_offset, 0) : 0;
    if (underlined && number(e.end_lineno, line) > line) end_offset = size;
    if (end_offset <= 0) end_offset = offset;
    long column = std::min(offset - 1, size);
    long end_column = std::min(end_offset - 1, size);
    std::string_view shown = source;
    auto skip = [&](size_t count) {
        shown.remove_prefix(count);
        column -= long(count);
        end_column -= long(count);
    };
    skip(std::min(shown.find_first_not_of(" \f\t"), shown.size()));
    // Lines that are joined to the one with the place are not shown.
    for (size_t end; (end = shown.find('\n')) != shown.npos && long(end) < column;) skip(end + 1);
    text += "    ";
    text += shown;
    if (!shown.ends_with('\n')) text += '\n';
    if (column < 0) return;
    text += std::string(size_t(column) + 4, ' ') + std::string(size_t(std::max(1L, end_column - column)), '^') + "\n";
}

std::string Display::message(Object& exception) {
    std::string text, detail;
    bool placed = false;
    if (is_instance_of(exception, _PyExc_SyntaxError)) {
        syntax_error(text, exception, detail);
        placed = true;
    }
    text += heading(exception);
    if (!placed) detail = text_of(ts_, exception, "<exception str() failed>");
    if (!detail.empty()) text += ": " + detail;
    text += suggestion_for(ts_, exception);
    text += '\n';
    notes(text, exception);
    return text;
}

Result<void> write_text(ThreadState& ts, Object& file, std::string_view text) {
    Ref<Str> s = TRY(str_from_wtf8(ts, text));
    TRY(call_method(ts, file, "write"_n, obj(*s)));
    return {};
}

}  // namespace

bool find_file_line(const std::string& filename, int number, std::string& line) {
    constexpr size_t kLongest = 999;
    if (number <= 0 || filename.empty() || (filename.front() == '<' && filename.back() == '>')) return false;
    bool found;
    std::string data = read_file(filename, found);
    std::string_view rest = data;
    for (int i = 1;; ++i) {
        if (rest.empty()) return false;
        size_t end = std::min(rest.find_first_of("\r\n"), rest.size() - 1);
        size_t next = end + 1 + (rest.substr(end, 2) == "\r\n");
        if (i < number) {
            rest.remove_prefix(next);
            continue;
        }
        line = rest.substr(0, end + 1);
        if (line.back() == '\r') line.back() = '\n';
        if (line.size() > kLongest) line.erase(0, (line.size() - 1) / kLongest * kLongest);
        return true;
    }
}

bool find_source_line(ThreadState& ts, const std::string& filename, int number, std::string& line) {
    if (number <= 0 || filename.empty() || (filename.front() == '<' && filename.back() == '>')) return false;
    bool found;
    std::string data = read_file(filename, found);
    if (!found && filename[0] != '/') {
        // Compiled under a relative name, perhaps: look for it where modules come from.
        Object* path = sys_get(ts, "path"_s);
        std::string tail = filename.substr(filename.rfind('/') + 1);
        if (path && PyList_Check(path)) {
            for (Object* entry : sequence_fast_items(*path)) {
                if (!PyUnicode_Check(entry)) continue;
                std::string folder;
                append(folder, as<Str>(*entry));
                if (folder.empty()) continue;
                data = read_file(folder + "/" + tail, found);
                if (found) break;
            }
        }
    }
    if (!found) return false;
    std::string text = decode_for_display(ts, filename, data);
    std::string_view rest = text;
    for (int i = 1; i < number; ++i) {
        size_t end = rest.find('\n');
        if (end == rest.npos) return false;
        rest.remove_prefix(end + 1);
    }
    if (rest.empty()) return false;
    line = std::string(rest.substr(0, rest.find('\n')));
    return true;
}

std::string format_traceback(ThreadState& ts, Object& traceback) {
    long limit = traceback_limit(ts);
    if (limit <= 0) return {};
    std::string text = "Traceback (most recent call last):\n";
    append_entries(ts, text, traceback, limit);
    return text;
}

std::string format_exception(ThreadState& ts, Object& exception) {
    ErrorKeeper keeper(ts);
    std::string text;
    Display(ts, text).chain(exception);
    return text;
}

Result<void> display_traceback(ThreadState& ts, Object& traceback, Object& file) {
    if (!PyTraceBack_Check(&traceback)) return raise_bad_internal_call(ts);
    return write_text(ts, file, format_traceback(ts, traceback));
}

Result<void> display_exception(ThreadState& ts, Object& exception, Object& file) {
    std::string text;
    if (is_exception(exception)) {
        text = format_exception(ts, exception);
    } else {
        text = "TypeError: print_exception(): Exception expected for value, ";
        text += std::string(type_of(exception).tp_name) + " found\n";
    }
    TRY(write_text(ts, file, text));
    auto flushed = call_method(ts, file, "flush"_n);
    if (!flushed.ok()) error_clear(ts);
    return {};
}

void display_to_stderr(ThreadState& ts, Object& exception) {
    Object* found = sys_get(ts, "stderr"_s);
    if (!found) {
        // Too early or too late for files.
        std::string text = format_exception(ts, exception);
        std::fprintf(stderr, "lost sys.stderr\n%s", text.c_str());
        return;
    }
    if (is_none(found)) return;
    Ref<Object> file = Ref<Object>::share(*found);
    if (!display_exception(ts, exception, *file).ok()) error_clear(ts);
}

bool take_system_exit(ThreadState& ts, int& code) {
    if (!error_matches(ts, PyExc_SystemExit)) return false;
    const Config* config = ts.interpreter().config;
    if (config && config->inspect) return false;  // -i: stay
    std::fflush(stdout);
    Ref<Object> exception = error_take(ts);
    code = 0;
    OptRef<Object> value = Ref<Object>::share(*exception);
    auto found = getattr_optional(ts, *exception, "code"_n);
    if (found.ok()) {
        OptRef<Object> given = std::move(found).take();
        if (given) value = std::move(given);
    } else {
        error_clear(ts);
    }
    if (is_none(value.get())) return true;
    if (PyLong_Check(value.get())) {
        int overflow;
        auto number = int_as_long_long_overflow(ts, *value, overflow);
        code = number.ok() && !overflow ? int(std::move(number).take()) : -1;
        error_clear(ts);
        return true;
    }
    code = 1;
    std::string text = text_of(ts, *value, "");
    Object* file = sys_get(ts, "stderr"_s);
    if (file && !is_none(file)) {
        Ref<Object> keep = Ref<Object>::share(*file);
        if (!write_text(ts, *keep, text + "\n").ok()) error_clear(ts);
        auto flushed = call_method(ts, *keep, "flush"_n);
        if (!flushed.ok()) error_clear(ts);
    } else {
        std::fprintf(stderr, "%s\n", text.c_str());
    }
    return true;
}

bool print_pending_error(ThreadState& ts, bool set_last_variables, int& exit_code) {
    if (take_system_exit(ts, exit_code)) return true;
    Ref<Object> exception = error_take(ts);
    Object& type = obj(type_of(*exception));
    Object* traceback_or_null = exception_traceback(*exception);
    Ref<Object> traceback = Ref<Object>::share(traceback_or_null ? *traceback_or_null : none());
    if (set_last_variables) {
        bool good = sys_set(ts, "last_type"_s, &type).ok() && sys_set(ts, "last_value"_s, exception.get()).ok() &&
                    sys_set(ts, "last_traceback"_s, traceback.get()).ok();
        if (!good) error_clear(ts);
    }
    Object* found = sys_get(ts, "excepthook"_s);
    if (!found) {
        std::fputs("sys.excepthook is missing\n", stderr);
        display_to_stderr(ts, *exception);
        return false;
    }
    Ref<Object> hook = Ref<Object>::share(*found);
    if (!audit(ts, "sys.excepthook", "OOOO", hook.get(), &type, exception.get(), traceback.get()).ok()) {
        if (!error_matches(ts, PyExc_RuntimeError)) write_unraisable(ts, hook.get());
        error_clear(ts);
        return false;
    }
    auto result = call(ts, *hook, type, *exception, *traceback);
    if (result.ok()) return false;
    if (take_system_exit(ts, exit_code)) return true;
    Ref<Object> second = error_take(ts);
    std::fflush(stdout);
    Object* file = sys_get(ts, "stderr"_s);
    auto say = [&](const char* text) {
        if (file && !is_none(file) && !write_text(ts, *file, text).ok()) error_clear(ts);
    };
    say("Error in sys.excepthook:\n");
    display_to_stderr(ts, *second);
    say("\nOriginal exception was:\n");
    display_to_stderr(ts, *exception);
    return false;
}

}  // namespace orochi
