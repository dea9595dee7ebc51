// Format strings with replacement fields (PEP 3101), taken apart for str.format() and for the module `_string`.
#pragma once

#include "objects/str.hpp"

namespace orochi {

// A part of a str, by position.
struct TextRange {
    Py_ssize_t start = 0, end = 0;
    bool empty() const { return start >= end; }
};

// Goes through literal text and fields in turn.
class MarkupParser {
public:
    MarkupParser(Str& text, TextRange range) : text_(text), range_(range) {}
    struct Part {
        TextRange literal, name, spec;
        bool has_field = false;
        bool spec_needs_expanding = false;
        Py_UCS4 conversion = 0;
    };
    // False at the end. ValueError for malformed text.
    Result<bool> next(ThreadState& ts, Part& part);

private:
    Result<void> parse_field(ThreadState& ts, Part& part);
    Str& text_;
    TextRange range_;
};

// The steps of a field name after its first part: ".attribute" and "[item]".
class FieldPath {
public:
    FieldPath(Str& text, TextRange rest) : text_(text), rest_(rest) {}
    struct Step {
        bool is_attribute = false;
        Py_ssize_t index = -1;  // of an item, when the name is a number
        TextRange name;
    };
    Result<bool> next(ThreadState& ts, Step& step);

private:
    Str& text_;
    TextRange rest_;
};

// The first part of a field name; `index` is its number, or -1. `rest` is what FieldPath goes through.
Result<TextRange> split_field_name(ThreadState& ts, Str& text, TextRange name, Py_ssize_t& index, TextRange& rest);

}  // namespace orochi
