#include "objects/brace_format.hpp"

#include "base/unicode_data.hpp"
#include "objects/dict.hpp"
#include "objects/format_spec.hpp"
#include "objects/int.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

Result<bool> MarkupParser::next(ThreadState& ts, Part& part) {
    part = Part{};
    Py_ssize_t& i = range_.start;
    const Py_ssize_t end = range_.end;
    if (i >= end) return false;
    part.literal.start = i;
    Py_UCS4 c = 0;
    bool markup = false;
    while (i < end) {
        c = str_at(text_, i++);
        if (c == '{' || c == '}') {
            markup = true;
            break;
        }
    }
    if (!markup) {
        part.literal.end = i;
        return true;
    }
    bool at_end = i >= end;
    bool doubled = !at_end && str_at(text_, i) == c;
    if (c == '}' && !doubled) return raise(ts, PyExc_ValueError, "Single '}' encountered in format string");
    if (c == '{' && at_end) return raise(ts, PyExc_ValueError, "Single '{' encountered in format string");
    if (doubled) {
        // One of the two braces belongs to the literal.
        part.literal.end = i;
        ++i;
        return true;
    }
    part.literal.end = i - 1;
    TRY(parse_field(ts, part));
    return true;
}

Result<void> MarkupParser::parse_field(ThreadState& ts, Part& part) {
    Py_ssize_t& i = range_.start;
    const Py_ssize_t end = range_.end;
    part.has_field = true;
    part.name.start = i;
    Py_UCS4 c = 0;
    bool stopped = false;
    while (i < end && !stopped) {
        c = str_at(text_, i++);
        if (c == '{') return raise(ts, PyExc_ValueError, "unexpected '{' in field name");
        if (c == '[') {
            while (i < end && str_at(text_, i) != ']') ++i;
        } else if (c == '}' || c == ':' || c == '!') {
            stopped = true;
        }
    }
    part.name.end = stopped ? i - 1 : i;
    if (!stopped) return raise(ts, PyExc_ValueError, "expected '}' before end of string");
    if (c == '}') return {};
    if (c == '!') {
        if (i >= end) return raise(ts, PyExc_ValueError, "end of string while looking for conversion specifier");
        part.conversion = str_at(text_, i++);
        if (i < end) {
            c = str_at(text_, i++);
            if (c == '}') return {};
            if (c != ':') return raise(ts, PyExc_ValueError, "expected ':' after conversion specifier");
        }
    }
    part.spec.start = i;
    int depth = 1;
    while (i < end) {
        c = str_at(text_, i++);
        if (c == '{') {
            part.spec_needs_expanding = true;
            ++depth;
        } else if (c == '}' && --depth == 0) {
            part.spec.end = i - 1;
            return {};
        }
    }
    return raise(ts, PyExc_ValueError, "unmatched '{' in format spec");
}

namespace {

// The number that the range spells, -1 when it is none.
Result<Py_ssize_t> number_in(ThreadState& ts, const Str& text, TextRange range) {
    if (range.empty()) return Py_ssize_t(-1);
    Py_ssize_t value = 0;
    for (Py_ssize_t i = range.start; i < range.end; ++i) {
        int digit = base::decimal_value(str_at(text, i));
        if (digit < 0) return Py_ssize_t(-1);
        if (value > (PY_SSIZE_T_MAX - digit) / 10)
            return raise(ts, PyExc_ValueError, "Too many decimal digits in format string");
        value = value * 10 + digit;
    }
    return value;
}

}  // namespace

Result<bool> FieldPath::next(ThreadState& ts, Step& step) {
    if (rest_.empty()) return false;
    Py_ssize_t& i = rest_.start;
    Py_UCS4 c = str_at(text_, i++);
    step = Step{};
    step.name.start = i;
    if (c == '.') {
        step.is_attribute = true;
        while (i < rest_.end && str_at(text_, i) != '.' && str_at(text_, i) != '[') ++i;
        step.name.end = i;
    } else if (c == '[') {
        while (i < rest_.end && str_at(text_, i) != ']') ++i;
        if (i >= rest_.end) return raise(ts, PyExc_ValueError, "Missing ']' in format string");
        step.name.end = i++;
        step.index = TRY(number_in(ts, text_, step.name));
    } else {
        return raise(ts, PyExc_ValueError, "Only '.' or '[' may follow ']' in format field specifier");
    }
    if (step.name.empty()) return raise(ts, PyExc_ValueError, "Empty attribute in format string");
    return true;
}

Result<TextRange> split_field_name(ThreadState& ts, Str& text, TextRange name, Py_ssize_t& index, TextRange& rest) {
    TextRange first{name.start, name.start};
    while (first.end < name.end && str_at(text, first.end) != '.' && str_at(text, first.end) != '[') ++first.end;
    rest = {first.end, name.end};
    index = TRY(number_in(ts, text, first));
    return first;
}

namespace {

class BraceFormatter {
public:
    BraceFormatter(ThreadState& ts, Object* const* arguments, Py_ssize_t count, Object* keywords, bool is_map)
        : ts_(ts), arguments_(arguments), count_(count), keywords_(keywords), is_map_(is_map) {}

    Result<void> run(Str& text, TextRange range, StrBuilder& out, int depth) {
        if (depth < 0) return raise(ts_, PyExc_ValueError, "Max string recursion exceeded");
        MarkupParser parser(text, range);
        MarkupParser::Part part;
        while (TRY(parser.next(ts_, part))) {
            TRY(out.append(text, part.literal.start, part.literal.end));
            if (part.has_field) TRY(field(text, part, out, depth));
        }
        return {};
    }

private:
    Result<void> field(Str& text, const MarkupParser::Part& part, StrBuilder& out, int depth) {
        Ref<Object> value = TRY(look_up(text, part.name));
        if (part.conversion) {
            Py_UCS4 c = part.conversion;
            if (c != 'r' && c != 's' && c != 'a') {
                if (c > 32 && c < 127) return raise(ts_, PyExc_ValueError, "Unknown conversion specifier %c", int(c));
                return raise(ts_, PyExc_ValueError, "Unknown conversion specifier \\x%x", unsigned(c));
            }
            value = Ref<Object>(TRY(c == 'r' ? repr(ts_, value) : c == 's' ? str(ts_, value) : ascii(ts_, value)));
        }
        Ref<Str> spec = TRY(expand_spec(text, part, depth));
        Type* type = &type_of(*value);
        if (str_length(spec) == 0 && type == &PyUnicode_Type) return out.append(as<Str>(*value));
        if (type == &PyUnicode_Type || type == &PyLong_Type || type == &PyFloat_Type) {
            if (str_length(spec) == 0) {
                Ref<Str> shown = TRY(str(ts_, value));
                return out.append(shown);
            }
            Ref<Str> shown = TRY(type == &PyUnicode_Type ? format_str(ts_, as<Str>(*value), spec)
                                 : type == &PyLong_Type  ? format_int(ts_, value, spec)
                                                         : format_float(ts_, value, spec));
            return out.append(shown);
        }
        Ref<Object> shown = TRY(format(ts_, value, &obj(*spec)));
        return out.append(as<Str>(*shown));
    }

    Result<Ref<Str>> expand_spec(Str& text, const MarkupParser::Part& part, int depth) {
        if (!part.spec_needs_expanding)
            return str_substring(ts_, text, part.spec.start, std::max(part.spec.start, part.spec.end));
        StrBuilder inner(ts_);
        TRY(run(text, part.spec, inner, depth - 1));
        return inner.finish();
    }

    Result<Ref<Object>> look_up(Str& text, TextRange name) {
        Py_ssize_t index;
        TextRange rest;
        TextRange first = TRY(split_field_name(ts_, text, name, index, rest));
        bool automatic = first.empty();
        if (automatic || index >= 0) {
            if (numbering_ == Numbering::kUnknown) numbering_ = automatic ? Numbering::kAutomatic : Numbering::kManual;
            if (numbering_ != (automatic ? Numbering::kAutomatic : Numbering::kManual))
                return raise(ts_, PyExc_ValueError,
                             automatic ? "cannot switch from manual field specification to automatic field numbering"
                                       : "cannot switch from automatic field numbering to manual field specification");
            if (automatic) index = next_++;
        }
        OptRef<Object> found;
        if (index < 0) {
            Ref<Str> key = TRY(str_substring(ts_, text, first.start, first.end));
            if (!keywords_) return raise_key_error(ts_, obj(*key));
            Ref<Object> value = TRY(getitem(ts_, *keywords_, key));
            found = OptRef<Object>(std::move(value));
        } else {
            if (is_map_) return raise(ts_, PyExc_ValueError, "Format string contains positional fields");
            if (index >= count_)
                return raise(ts_, PyExc_IndexError, "Replacement index %zd out of range for positional args tuple",
                             index);
            found = OptRef<Object>::share(arguments_[index]);
        }
        Ref<Object> value = found.take();
        FieldPath path(text, rest);
        FieldPath::Step step;
        while (TRY(path.next(ts_, step))) {
            if (step.is_attribute) {
                Ref<Str> attribute = TRY(str_substring(ts_, text, step.name.start, step.name.end));
                value = TRY(getattr(ts_, value, attribute));
            } else if (step.index < 0) {
                Ref<Str> key = TRY(str_substring(ts_, text, step.name.start, step.name.end));
                value = TRY(getitem(ts_, value, key));
            } else if (is_sequence(*value)) {
                value = TRY(sequence_getitem(ts_, value, step.index));
            } else {
                Ref<Object> key = TRY(int_from(ts_, step.index));
                value = TRY(getitem(ts_, value, key));
            }
        }
        return value;
    }

    enum class Numbering : uint8_t { kUnknown, kAutomatic, kManual };
    ThreadState& ts_;
    Object* const* arguments_;
    Py_ssize_t count_;
    Object* keywords_;
    bool is_map_;
    Numbering numbering_ = Numbering::kUnknown;
    Py_ssize_t next_ = 0;
};

}  // namespace

Result<Ref<Str>> str_brace_format(ThreadState& ts, Str& text, Object* const* arguments, Py_ssize_t count,
                                  Object* keywords, bool is_map) {
    StrBuilder out(ts);
    BraceFormatter formatter(ts, arguments, count, keywords, is_map);
    TRY(formatter.run(text, {0, str_length(text)}, out, 1));
    return out.finish();
}

}  // namespace orochi
