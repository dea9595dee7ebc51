// re.Pattern and the scanner.
#include "base/hash.hpp"
#include "modules/_sre/objects.hpp"
#include "objects/byte_builder.hpp"
#include "objects/byte_strings.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/generic_alias.hpp"
#include "objects/int.hpp"
#include "objects/iterators.hpp"
#include "objects/list.hpp"
#include "objects/str_internal.hpp"
#include "objects/tuple.hpp"

namespace orochi::sre {

Result<void> Text::set(ThreadState& ts, Object& string) {
    if (PyUnicode_Check(&string)) {
        view = text_view(as<Str>(string));
        is_bytes = false;
        return {};
    }
    if (!get_buffer(ts, string, buffer_.raw(), PyBUF_SIMPLE).ok()) {
        buffer_.raw().obj = nullptr;
        return raise(ts, PyExc_TypeError, "expected string or bytes-like object, got '%T'", &string);
    }
    view = base::bytes_view(buffer_.data(), size_t(buffer_.size()));
    is_bytes = true;
    return {};
}

Result<Ref<Object>> Text::slice(ThreadState& ts, Object& string, Py_ssize_t start, Py_ssize_t end) const {
    if (!is_bytes) return str_substring(ts, as<Str>(string), start, end);
    if (PyBytes_CheckExact(&string) && start == 0 && end == Py_ssize_t(view.length)) return Ref<Object>::share(string);
    return bytes_from(ts, {static_cast<const char*>(view.data) + start, size_t(end - start)});
}

Result<void> Search::begin(Object& string, Py_ssize_t first, Py_ssize_t last) {
    TRY(text.set(*ts_, string));
    if (text.is_bytes && pattern_.is_bytes == 0)
        return raise(*ts_, PyExc_TypeError, "cannot use a string pattern on a bytes-like object");
    if (!text.is_bytes && pattern_.is_bytes > 0)
        return raise(*ts_, PyExc_TypeError, "cannot use a bytes pattern on a string-like object");
    Py_ssize_t length = Py_ssize_t(text.view.length);
    pos = std::clamp<Py_ssize_t>(first, 0, length);
    endpos = std::clamp<Py_ssize_t>(last, 0, length);
    size_t marks = 2 * size_t(pattern_.groups);
    if (marks > kInlineMarks) {
        marks_ = static_cast<Py_ssize_t*>(ts_->heap().allocate(marks * sizeof(Py_ssize_t)));
        if (!marks_) {
            marks_ = inline_marks_;
            return raise_no_memory(*ts_);
        }
    }
    subject.text = text.view.data;
    subject.kind = text.view.kind;
    subject.length = endpos;
    subject.start = pos;
    subject.marks = marks_;
    return {};
}

Result<bool> Search::here() {
    if (subject.start > subject.length) return false;
    switch (match_here(*ts_, pattern_.program, subject)) {
        case Outcome::kError: return failure;
        case Outcome::kMatch: return true;
        default: return false;
    }
}
Result<bool> Search::next() {
    if (subject.start > subject.length) return false;
    switch (search(*ts_, pattern_.program, subject)) {
        case Outcome::kError: return failure;
        case Outcome::kMatch: return true;
        default: return false;
    }
}

Result<Ref<Object>> Search::make_match(Object& string) {
    Type& type = *state_of(pattern_).match;
    Object* o = type.tp_alloc(&type, 2 * (pattern_.groups + 1));
    if (!o) return failure;
    Match& match = as<Match>(*o);
    match.string = new_reference(string);
    match.pattern = new_reference(*reinterpret_cast<Object*>(&pattern_));
    match.pos = pos;
    match.endpos = endpos;
    match.last_index = subject.last_index;
    match.groups = pattern_.groups + 1;
    match.mark[0] = subject.start;
    match.mark[1] = subject.position;
    for (Py_ssize_t i = 0; i < pattern_.groups; ++i) {
        Py_ssize_t start = subject.marks[2 * i], stop = subject.marks[2 * i + 1];
        bool set = start >= 0 && stop >= start;
        match.mark[2 * i + 2] = set ? start : -1;
        match.mark[2 * i + 3] = set ? stop : -1;
    }
    return Ref<Object>::steal(*o);
}

Result<Ref<Object>> Search::group(Object& string, Py_ssize_t index, Object& fallback) {
    if (index == 0) return text.slice(*ts_, string, subject.start, subject.position);
    Py_ssize_t start = subject.marks[2 * index - 2], stop = subject.marks[2 * index - 1];
    if (start < 0 || stop < start) return Ref<Object>::share(fallback);
    return text.slice(*ts_, string, start, stop);
}

Result<Ref<Object>> call_re(ThreadState& ts, Str& name, Object* const* arguments, size_t count) {
    Ref<Object> function = TRY(import_attribute(ts, "re"_n, obj(name)));
    return call_vector(ts, function, arguments, count);
}

namespace {

Pattern& self_of(Object& object) { return reinterpret_cast<Pattern&>(object); }

// -- Scanner. ---------------------------------------------------------------------------------------------------------

struct Scanner {
    PyObject_HEAD
    Object* pattern;
    Object* string;
    Search* search;
    bool exhausted;
    bool busy;
    auto members() { return std::array{&pattern, &string}; }
};

void scanner_dealloc(Object* object) {
    auto& self = as<Scanner>(*object);
    if (self.search) {
        self.search->~Search();
        Heap::free(self.search);
    }
    heap_dealloc<Scanner>(object);
}

template <bool Here>
Result<Ref<Object>> scanner_step(ThreadState& ts, Scanner& self) {
    if (self.exhausted) return new_none();
    if (self.busy) return raise(ts, PyExc_ValueError, "regular expression scanner already executing");
    self.busy = true;
    self.search->set_thread(ts);
    Result<bool> found = Here ? self.search->here() : self.search->next();
    self.busy = false;
    if (!found.ok()) return failure;
    if (!std::move(found).take()) {
        self.exhausted = true;
        return new_none();
    }
    Ref<Object> match = TRY(self.search->make_match(*self.string));
    self.search->advance();
    return match;
}

constexpr MethodDef scanner_methods[] = {
    METHOD_NODOC("match($self, /)", scanner_step<true>),
    METHOD_NODOC("search($self, /)", scanner_step<false>),
    METHOD_END,
};
const PyMemberDef scanner_members[] = {
    {"pattern", T_OBJECT, offsetof(Scanner, pattern), READONLY, nullptr},
    {},
};

Result<Ref<Object>> make_scanner(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t pos, Py_ssize_t endpos) {
    Ref<Scanner> scanner = TRY(make_instance<Scanner>(*state_of(self).scanner));
    scanner->pattern = new_reference(*reinterpret_cast<Object*>(&self));
    scanner->string = new_reference(string);
    void* memory = ts.heap().allocate(sizeof(Search));
    if (!memory) return raise_no_memory(ts);
    scanner->search = new (memory) Search(ts, self);
    TRY(scanner->search->begin(string, pos, endpos));
    return Ref<Object>(std::move(scanner));
}

// -- Pattern. ---------------------------------------------------------------------------------------------------------

Result<Ref<Object>> one_match(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t pos, Py_ssize_t endpos,
                              bool whole) {
    Search search(ts, self);
    TRY(search.begin(string, pos, endpos));
    search.subject.match_all = whole;
    if (!TRY(search.here())) return new_none();
    return search.make_match(string);
}
Result<Ref<Object>> pattern_match(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t pos, Py_ssize_t endpos) {
    return one_match(ts, self, string, pos, endpos, false);
}
Result<Ref<Object>> pattern_fullmatch(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t pos,
                                      Py_ssize_t endpos) {
    return one_match(ts, self, string, pos, endpos, true);
}
Result<Ref<Object>> pattern_search(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t pos, Py_ssize_t endpos) {
    Search search(ts, self);
    TRY(search.begin(string, pos, endpos));
    if (!TRY(search.next())) return new_none();
    return search.make_match(string);
}

Result<Ref<List>> pattern_findall(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t pos, Py_ssize_t endpos) {
    Search search(ts, self);
    TRY(search.begin(string, pos, endpos));
    Ref<List> list = TRY(list_new(ts, 0));
    Ref<Object> empty = TRY(search.text.slice(ts, string, 0, 0));
    while (search.subject.start <= search.subject.length) {
        if (!TRY(search.next())) break;
        if (self.groups <= 1) {
            Ref<Object> item = TRY(search.group(string, self.groups, empty));
            TRY(list_append(ts, list, std::move(item)));
        } else {
            Ref<Tuple> item = TRY(tuple_new(ts, self.groups));
            for (Py_ssize_t i = 0; i < self.groups; ++i) {
                Ref<Object> group = TRY(search.group(string, i + 1, empty));
                tuple_init_item(item, i, std::move(group));
            }
            TRY(list_append(ts, list, Ref<Object>(std::move(item))));
        }
        search.advance();
    }
    return list;
}

Result<Ref<Object>> pattern_finditer(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t pos,
                                     Py_ssize_t endpos) {
    Ref<Object> scanner = TRY(make_scanner(ts, self, string, pos, endpos));
    Ref<Object> method = TRY(getattr(ts, scanner, "search"_n));
    return callable_iterator_new(ts, method, none());
}

Result<Ref<List>> pattern_split(ThreadState& ts, Pattern& self, Object& string, Py_ssize_t max) {
    Search search(ts, self);
    TRY(search.begin(string, 0, PY_SSIZE_T_MAX));
    Ref<List> list = TRY(list_new(ts, 0));
    Py_ssize_t last = 0;
    for (Py_ssize_t n = 0; !max || n < max; ++n) {
        if (!TRY(search.next())) break;
        Ref<Object> piece = TRY(search.text.slice(ts, string, last, search.subject.start));
        TRY(list_append(ts, list, std::move(piece)));
        for (Py_ssize_t i = 1; i <= self.groups; ++i) {
            Ref<Object> group = TRY(search.group(string, i, none()));
            TRY(list_append(ts, list, std::move(group)));
        }
        last = search.subject.position;
        search.advance();
    }
    Ref<Object> rest = TRY(search.text.slice(ts, string, last, Py_ssize_t(search.text.view.length)));
    TRY(list_append(ts, list, std::move(rest)));
    return list;
}

// Collects what sub() makes, as str or bytes.
class Output {
public:
    Output(ThreadState& ts, bool bytes) : ts_(ts), bytes_(bytes), text_(ts), data_(ts) {}
    Result<void> source(const Text& text, Object& string, Py_ssize_t start, Py_ssize_t end) {
        ++items_;
        if (bytes_) return data_.append({static_cast<const char*>(text.view.data) + start, size_t(end - start)});
        return text_.append(as<Str>(string), start, end);
    }
    Result<void> item(Object& item) {
        if (!bytes_) {
            if (!PyUnicode_Check(&item))
                return raise(ts_, PyExc_TypeError, "sequence item %zd: expected str instance, %.80s found", items_,
                             type_of(item).tp_name);
            ++items_;
            return text_.append(as<Str>(item));
        }
        BufferView buffer;
        if (PyBytes_CheckExact(&item)) {
            ++items_;
            return data_.append(bytes_view(as<Bytes>(item)));
        }
        if (!get_buffer(ts_, item, buffer.raw(), PyBUF_SIMPLE).ok()) {
            buffer.raw().obj = nullptr;
            return raise(ts_, PyExc_TypeError, "sequence item %zd: expected a bytes-like object, %.80s found", items_,
                         type_of(item).tp_name);
        }
        ++items_;
        return data_.append(buffer.text());
    }
    Result<Ref<Object>> finish() {
        if (bytes_) return data_.finish();
        return text_.finish();
    }

private:
    ThreadState& ts_;
    bool bytes_;
    Py_ssize_t items_ = 0;
    StrBuilder text_;
    ByteBuilder data_;
};

Result<Ref<Object>> substitute(ThreadState& ts, Pattern& self, Object& replacement, Object& string, Py_ssize_t max,
                               Py_ssize_t& count) {
    Ref<Object> filter = Ref<Object>::share(replacement);
    bool callable = is_callable(replacement);
    if (!callable) {
        bool literal = false;
        Text source;
        if (source.set(ts, replacement).ok()) {
            literal = base::find_char(source.view, '\\') == base::not_found;
        } else {
            error_clear(ts);
        }
        if (!literal) {
            Object* arguments[] = {reinterpret_cast<Object*>(&self), &replacement};
            filter = TRY(call_re(ts, "_subx"_s, arguments, 2));
            callable = is_callable(*filter);
        }
    }
    Search search(ts, self);
    TRY(search.begin(string, 0, PY_SSIZE_T_MAX));
    Output out(ts, search.text.is_bytes);
    Py_ssize_t last = 0;
    count = 0;
    while (!max || count < max) {
        if (!TRY(search.next())) break;
        if (last < search.subject.start) TRY(out.source(search.text, string, last, search.subject.start));
        if (callable) {
            Ref<Object> match = TRY(search.make_match(string));
            Ref<Object> item = TRY(call(ts, filter, match));
            if (!is_none(*item)) TRY(out.item(item));
        } else if (!is_none(*filter)) {
            TRY(out.item(filter));
        }
        ++count;
        last = search.subject.position;
        search.advance();
    }
    Py_ssize_t length = Py_ssize_t(search.text.view.length);
    if (count == 0) return search.text.slice(ts, string, 0, length);
    if (last < length) TRY(out.source(search.text, string, last, length));
    return out.finish();
}
Result<Ref<Object>> pattern_sub(ThreadState& ts, Pattern& self, Object& repl, Object& string, Py_ssize_t max) {
    Py_ssize_t count;
    return substitute(ts, self, repl, string, max, count);
}
Result<Ref<Object>> pattern_subn(ThreadState& ts, Pattern& self, Object& repl, Object& string, Py_ssize_t max) {
    Py_ssize_t count;
    Ref<Object> result = TRY(substitute(ts, self, repl, string, max, count));
    Ref<Object> number = TRY(int_from(ts, count));
    return tuple_of(ts, result, number);
}

Ref<Object> pattern_copy(ThreadState&, Object& self) { return Ref<Object>::share(self); }
Ref<Object> pattern_deepcopy(ThreadState&, Object& self, Object&) { return Ref<Object>::share(self); }

Result<Ref<Str>> pattern_repr(ThreadState& ts, Pattern& self) {
    static constexpr struct {
        const char* name;
        int value;
    } names[] = {
        {"re.TEMPLATE", kFlagTemplate},   {"re.IGNORECASE", kFlagIgnoreCase}, {"re.LOCALE", kFlagLocale},
        {"re.MULTILINE", kFlagMultiline}, {"re.DOTALL", kFlagDotAll},         {"re.UNICODE", kFlagUnicode},
        {"re.VERBOSE", kFlagVerbose},     {"re.DEBUG", kFlagDebug},           {"re.ASCII", kFlagAscii},
    };
    int flags = self.flags;
    if (self.is_bytes == 0 && (flags & (kFlagLocale | kFlagUnicode | kFlagAscii)) == kFlagUnicode)
        flags &= ~int(kFlagUnicode);
    std::string text;
    for (auto& name : names) {
        if (!(flags & name.value)) continue;
        if (!text.empty()) text += '|';
        text += name.name;
        flags &= ~name.value;
    }
    if (flags) {
        char hex[16];
        snprintf(hex, sizeof hex, "0x%x", unsigned(flags));
        if (!text.empty()) text += '|';
        text += hex;
    }
    if (text.empty()) return str_format(ts, "re.compile(%.200R)", self.pattern);
    return str_format(ts, "re.compile(%.200R, %s)", self.pattern, text.c_str());
}

Result<Py_hash_t> pattern_hash(ThreadState& ts, Pattern& self) {
    Py_hash_t result = TRY(hash(ts, *self.pattern));
    const auto& secret = ts.runtime().hash_secret;
    result ^= base::hash_bytes({secret.k0, secret.k1}, self.program.code, self.program.size * sizeof(Word));
    result ^= Py_hash_t(self.flags) ^ self.is_bytes ^ Py_hash_t(self.program.size);
    return result == -1 ? -2 : result;
}

Result<Ref<Object>> pattern_compare(ThreadState& ts, Pattern& self, Object& other, int op) {
    if ((op != Py_EQ && op != Py_NE) || &type_of(other) != &type_of(*reinterpret_cast<Object*>(&self)))
        return new_not_implemented();
    Pattern& right = self_of(other);
    bool equal = &self == &right;
    if (!equal && self.flags == right.flags && self.is_bytes == right.is_bytes &&
        self.program.size == right.program.size &&
        memcmp(self.program.code, right.program.code, self.program.size * sizeof(Word)) == 0)
        equal = TRY(compare_bool(ts, *self.pattern, *right.pattern, Py_EQ));
    return new_bool(equal == (op == Py_EQ));
}

Result<Ref<Object>> pattern_groupindex(ThreadState& ts, Pattern& self) {
    return mapping_proxy_new(ts, *self.group_index);
}

constexpr MethodDef pattern_methods[] = {
    METHOD("match($self, /, string, pos=0, endpos=sys.maxsize)", pattern_match,
           "Matches zero or more characters at the beginning of the string."),
    METHOD("fullmatch($self, /, string, pos=0, endpos=sys.maxsize)", pattern_fullmatch,
           "Matches against all of the string."),
    METHOD("search($self, /, string, pos=0, endpos=sys.maxsize)", pattern_search,
           "Scan through string looking for a match, and return a corresponding match object instance.\n"
           "\n"
           "Return None if no position in the string matches."),
    METHOD("sub($self, /, repl, string, count=0)", pattern_sub,
           "Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by "
           "the replacement repl."),
    METHOD("subn($self, /, repl, string, count=0)", pattern_subn,
           "Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping "
           "occurrences of pattern with the replacement repl."),
    METHOD("findall($self, /, string, pos=0, endpos=sys.maxsize)", pattern_findall,
           "Return a list of all non-overlapping matches of pattern in string."),
    METHOD("split($self, /, string, maxsplit=0)", pattern_split, "Split string by the occurrences of pattern."),
    METHOD("finditer($self, /, string, pos=0, endpos=sys.maxsize)", pattern_finditer,
           "Return an iterator over all non-overlapping matches for the RE pattern in string.\n"
           "\n"
           "For each match, the iterator returns a match object."),
    METHOD_NODOC("scanner($self, /, string, pos=0, endpos=sys.maxsize)", make_scanner),
    METHOD_NODOC("__copy__($self, /)", pattern_copy),
    METHOD_NODOC("__deepcopy__($self, memo, /)", pattern_deepcopy),
    MethodDef{"__class_getitem__", {.plain = Py_GenericAlias}, METH_O | METH_CLASS, "See PEP 585"},
    METHOD_END,
};
const PyMemberDef pattern_members[] = {
    {"pattern", T_OBJECT, offsetof(Pattern, pattern), READONLY,
     "The pattern string from which the RE object was compiled."},
    {"flags", T_INT, offsetof(Pattern, flags), READONLY, "The regex matching flags."},
    {"groups", T_PYSSIZET, offsetof(Pattern, groups), READONLY, "The number of capturing groups in the pattern."},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Pattern, weakrefs), READONLY, nullptr},
    {},
};
constexpr PyGetSetDef pattern_getset[] = {
    GETTER("groupindex", pattern_groupindex, "A dictionary mapping group names to group numbers."),
    GETSET_END,
};

int pattern_traverse(Object* object, visitproc visit, void* argument) {
    Pattern& self = self_of(*object);
    VISIT(&type_of(*object));
    VISIT(self.pattern);
    VISIT(self.group_index);
    VISIT(self.index_group);
    VISIT(self.module);
    return 0;
}
int pattern_clear(Object* object) {
    Pattern& self = self_of(*object);
    clear(self.pattern);
    clear(self.group_index);
    clear(self.index_group);
    return 0;
}
void pattern_dealloc(Object* object) {
    Pattern& self = self_of(*object);
    Type& type = type_of(*object);
    gc_untrack_if_tracked(*object);
    if (self.weakrefs) clear_weakrefs(current_thread(), *object);
    pattern_clear(object);
    clear(self.module);
    Heap::free(self.memory);
    type.tp_free(object);
    decref(type);
}

}  // namespace

Result<void> add_pattern_type(ThreadState& ts, Object& module, State& state) {
    PyType_Slot slots[] = {
        {Py_tp_dealloc, raw_pointer(pattern_dealloc)},
        {Py_tp_traverse, raw_pointer(pattern_traverse)},
        {Py_tp_clear, raw_pointer(pattern_clear)},
        {Py_tp_repr, slot_pointer<reprfunc, pattern_repr>()},
        {Py_tp_hash, slot_pointer<hashfunc, pattern_hash>()},
        {Py_tp_richcompare, slot_pointer<richcmpfunc, pattern_compare>()},
        {Py_tp_methods, methods_pointer(pattern_methods)},
        {Py_tp_members, const_cast<PyMemberDef*>(pattern_members)},
        {Py_tp_getset, const_cast<PyGetSetDef*>(pattern_getset)},
        {Py_tp_doc, const_cast<char*>("Compiled regular expression object.")},
        {0, nullptr},
    };
    PyType_Spec spec = {"re.Pattern", int(sizeof(Pattern)), 0, kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
    Ref<Type> pattern = TRY(type_from_spec(ts, &module, spec, nullptr));
    state.pattern = std::move(pattern).release();
    Ref<Type> scanner =
        TRY(make_type<Scanner>(ts, module, "_sre.SRE_Scanner", kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                               {{Py_tp_dealloc, raw_pointer(scanner_dealloc)},
                                {Py_tp_methods, methods_pointer(scanner_methods)},
                                {Py_tp_members, const_cast<PyMemberDef*>(scanner_members)}}));
    state.scanner = std::move(scanner).release();
    return {};
}

}  // namespace orochi::sre
