// _csv: reading and writing comma-separated values.
#include "base/search.hpp"
#include "modules/heap_type.hpp"
#include "modules/module_references.hpp"
#include "objects/convert.hpp"
#include "objects/dict.hpp"
#include "objects/exceptions.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/number.hpp"
#include "objects/str_internal.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace csv {

namespace {

enum Quoting { kMinimal, kAll, kNonNumeric, kNone };
constexpr Py_UCS4 kNotSet = Py_UCS4(-1);
constexpr Py_UCS4 kEndOfLine = Py_UCS4(-2);

struct State {
    Object *error, *dialects;
    Type *dialect_type, *reader_type, *writer_type;
    long field_limit;
    // What the module refers to.
    template <class F>
    void each(F f) {
        f(error);
        f(dialects);
        f(dialect_type);
        f(reader_type);
        f(writer_type);
    }
};
State& state_of(Object& module) { return *static_cast<State*>(module_state(module)); }

// -- Dialects. --------------------------------------------------------------------------------------------------------

struct Dialect {
    PyObject_HEAD
    char double_quote, skip_initial_space, strict;
    int quoting;
    Py_UCS4 delimiter, quote, escape;
    Object* line_terminator;
    auto members() { return std::array{&line_terminator}; }
};

Result<void> set_character(ThreadState& ts, const char* name, Py_UCS4& place, Object* value, Py_UCS4 fallback,
                           bool may_be_none) {
    place = fallback;
    if (!value) return {};
    if (may_be_none && is_none(value)) {
        place = kNotSet;
        return {};
    }
    if (!PyUnicode_Check(value))
        return raise(ts, PyExc_TypeError,
                     may_be_none ? "\"%s\" must be string or None, not %T" : "\"%s\" must be string, not %T", name,
                     value);
    if (str_length(as<Str>(*value)) != 1)
        return raise(ts, PyExc_TypeError, "\"%s\" must be a 1-character string", name);
    place = str_at(as<Str>(*value), 0);
    return {};
}

// The module that owns the type, which carries it as its namespace's owner.
Result<Object*> module_of(ThreadState& ts, Type& type);

Result<Ref<Object>> dialect_by_name(ThreadState& ts, State& state, Object& name) {
    Object* found = TRY(dict_get(ts, as<Dict>(*state.dialects), name));
    if (!found) return raise(ts, state.error, "unknown dialect");
    return Ref<Object>::share(*found);
}

Result<Ref<Object>> dialect_new(ThreadState& ts, Type& type, Object* dialect, Object* delimiter, Object* doublequote,
                                Object* escapechar, Object* lineterminator, Object* quotechar, Object* quoting,
                                Object* skipinitialspace, Object* strict) {
    State& state = state_of(*TRY(module_of(ts, type)));
    OptRef<Object> base;
    if (dialect && !is_none(dialect)) {
        base = OptRef<Object>::share(dialect);
        if (PyUnicode_Check(dialect)) {
            Ref<Object> found = TRY(dialect_by_name(ts, state, *dialect));
            base = OptRef<Object>(std::move(found));
        }
        bool plain = !delimiter && !doublequote && !escapechar && !lineterminator && !quotechar && !quoting &&
                     !skipinitialspace && !strict;
        if (plain && &type_of(*base) == state.dialect_type) return base.take();
    }
    OptRef<Object> found[8];
    Object* given[8] = {delimiter, doublequote, escapechar,       lineterminator,
                        quotechar, quoting,     skipinitialspace, strict};
    Object* names[8] = {&"delimiter"_n, &"doublequote"_n, &"escapechar"_n,       &"lineterminator"_n,
                        &"quotechar"_n, &"quoting"_n,     &"skipinitialspace"_n, &"strict"_n};
    for (int i = 0; i < 8 && base; ++i) {
        if (given[i]) continue;
        Result<OptRef<Object>> value = getattr_optional(ts, *base, *names[i]);
        if (!value.ok()) {
            error_clear(ts);
            continue;
        }
        found[i] = std::move(value).take();
        given[i] = found[i].get();
    }
    Ref<Dialect> self = TRY(make_instance<Dialect>(type));
    TRY(set_character(ts, "delimiter", self->delimiter, given[0], ',', false));
    self->double_quote = given[1] ? TRY(is_true(ts, *given[1])) : true;
    TRY(set_character(ts, "escapechar", self->escape, given[2], kNotSet, true));
    if (!given[3]) {
        self->line_terminator = &"\r\n"_n;
    } else if (!PyUnicode_Check(given[3])) {
        return raise(ts, PyExc_TypeError, "\"lineterminator\" must be a string");
    } else {
        self->line_terminator = new_reference(*given[3]);
    }
    TRY(set_character(ts, "quotechar", self->quote, given[4], '"', true));
    self->quoting = kMinimal;
    if (given[5]) {
        if (!PyLong_CheckExact(given[5])) return raise(ts, PyExc_TypeError, "\"quoting\" must be an integer");
        self->quoting = TRY(int_as_int(ts, *given[5]));
    }
    self->skip_initial_space = given[6] ? TRY(is_true(ts, *given[6])) : false;
    self->strict = given[7] ? TRY(is_true(ts, *given[7])) : false;
    if (self->quoting < kMinimal || self->quoting > kNone) return raise(ts, PyExc_TypeError, "bad \"quoting\" value");
    if (given[4] && is_none(given[4]) && !given[5]) self->quoting = kNone;
    if (self->quoting != kNone && self->quote == kNotSet)
        return raise(ts, PyExc_TypeError, "quotechar must be set if quoting enabled");
    return Ref<Object>(std::move(self));
}

Result<Ref<Object>> character_object(ThreadState& ts, Py_UCS4 c) {
    if (c == kNotSet) return new_none();
    return str_from_character(ts, c);
}
Result<Ref<Object>> get_delimiter(ThreadState& ts, Dialect& self) { return character_object(ts, self.delimiter); }
Result<Ref<Object>> get_escape(ThreadState& ts, Dialect& self) { return character_object(ts, self.escape); }
Result<Ref<Object>> get_quote(ThreadState& ts, Dialect& self) { return character_object(ts, self.quote); }
Result<Ref<Object>> get_quoting(ThreadState& ts, Dialect& self) { return int_from(ts, self.quoting); }
Result<Ref<Object>> get_terminator(ThreadState&, Dialect& self) {
    return self.line_terminator ? Ref<Object>::share(*self.line_terminator) : new_none();
}
Result<Ref<Object>> dialect_reduce(ThreadState& ts, Dialect& self, Rest) {
    return raise(ts, PyExc_TypeError, "cannot pickle '%.100s' instances", "Dialect");
}

const PyMemberDef dialect_members[] = {
    {"skipinitialspace", T_BOOL, offsetof(Dialect, skip_initial_space), READONLY, nullptr},
    {"doublequote", T_BOOL, offsetof(Dialect, double_quote), READONLY, nullptr},
    {"strict", T_BOOL, offsetof(Dialect, strict), READONLY, nullptr},
    {},
};
constexpr PyGetSetDef dialect_getset[] = {
    GETTER("delimiter", get_delimiter, nullptr),       GETTER("escapechar", get_escape, nullptr),
    GETTER("lineterminator", get_terminator, nullptr), GETTER("quotechar", get_quote, nullptr),
    GETTER("quoting", get_quoting, nullptr),           GETSET_END,
};
constexpr MethodDef dialect_methods[] = {
    METHOD_PLAIN("__reduce__($self, *args)", dialect_reduce, "raises an exception to avoid pickling"),
    METHOD_PLAIN("__reduce_ex__($self, *args)", dialect_reduce, "raises an exception to avoid pickling"),
    METHOD_END,
};

Result<Ref<Object>> make_dialect(ThreadState& ts, State& state, Object* dialect, Keywords keywords) {
    Object* arguments[] = {dialect};
    return call_dict(ts, obj(*state.dialect_type), arguments, dialect ? 1 : 0,
                     reinterpret_cast<Object*>(keywords.dict));
}

// -- Reader. ----------------------------------------------------------------------------------------------------------

enum class Parse {
    kStartRecord,
    kStartField,
    kEscaped,
    kInField,
    kInQuoted,
    kEscapeInQuoted,
    kQuoteInQuoted,
    kEatLineEnd,
    kAfterEscapedLineEnd,
};

struct Reader {
    PyObject_HEAD
    Object *input, *dialect, *fields, *module;
    unsigned long line_number;
    auto members() { return std::array{&input, &dialect, &fields, &module}; }
};

// The parser of one record.
class RecordParser {
public:
    RecordParser(ThreadState& ts, Reader& reader)
        : ts_(ts),
          state_(state_of(*reader.module)),
          dialect_(as<Dialect>(*reader.dialect)),
          fields_(as<List>(*reader.fields)),
          field_(ts) {}
    Parse where = Parse::kStartRecord;
    bool has_text() const { return field_.length() > 0; }

    Result<void> save() {
        Ref<Str> text = TRY(field_.finish());
        Ref<Object> item = Ref<Object>(std::move(text));
        if (numeric_) {
            numeric_ = false;
            item = TRY(number_float(ts_, item));
        }
        return list_append(ts_, fields_, std::move(item));
    }

    Result<void> take(Py_UCS4 c) {
        bool line_end = c == '\n' || c == '\r' || c == kEndOfLine;
        Parse after_line = c == kEndOfLine ? Parse::kStartRecord : Parse::kEatLineEnd;
        switch (where) {
            case Parse::kStartRecord:
                if (c == kEndOfLine) return {};
                if (line_end) {
                    where = Parse::kEatLineEnd;
                    return {};
                }
                where = Parse::kStartField;
                [[fallthrough]];
            case Parse::kStartField:
                if (line_end) {
                    TRY(save());
                    where = after_line;
                } else if (c == dialect_.quote && dialect_.quoting != kNone) {
                    where = Parse::kInQuoted;
                } else if (c == dialect_.escape) {
                    where = Parse::kEscaped;
                } else if (c == ' ' && dialect_.skip_initial_space) {
                } else if (c == dialect_.delimiter) {
                    TRY(save());
                } else {
                    if (dialect_.quoting == kNonNumeric) numeric_ = true;
                    TRY(add(c));
                    where = Parse::kInField;
                }
                return {};
            case Parse::kEscaped:
                if (c == '\n' || c == '\r') {
                    TRY(add(c));
                    where = Parse::kAfterEscapedLineEnd;
                    return {};
                }
                TRY(add(c == kEndOfLine ? Py_UCS4('\n') : c));
                where = Parse::kInField;
                return {};
            case Parse::kAfterEscapedLineEnd:
                if (c == kEndOfLine) return {};
                [[fallthrough]];
            case Parse::kInField:
                if (line_end) {
                    TRY(save());
                    where = after_line;
                } else if (c == dialect_.escape) {
                    where = Parse::kEscaped;
                } else if (c == dialect_.delimiter) {
                    TRY(save());
                    where = Parse::kStartField;
                } else {
                    TRY(add(c));
                }
                return {};
            case Parse::kInQuoted:
                if (c == kEndOfLine) {
                } else if (c == dialect_.escape) {
                    where = Parse::kEscapeInQuoted;
                } else if (c == dialect_.quote && dialect_.quoting != kNone) {
                    where = dialect_.double_quote ? Parse::kQuoteInQuoted : Parse::kInField;
                } else {
                    TRY(add(c));
                }
                return {};
            case Parse::kEscapeInQuoted:
                TRY(add(c == kEndOfLine ? Py_UCS4('\n') : c));
                where = Parse::kInQuoted;
                return {};
            case Parse::kQuoteInQuoted:
                if (dialect_.quoting != kNone && c == dialect_.quote) {
                    TRY(add(c));
                    where = Parse::kInQuoted;
                } else if (c == dialect_.delimiter) {
                    TRY(save());
                    where = Parse::kStartField;
                } else if (line_end) {
                    TRY(save());
                    where = after_line;
                } else if (!dialect_.strict) {
                    TRY(add(c));
                    where = Parse::kInField;
                } else {
                    return raise(ts_, state_.error, "'%c' expected after '%c'", int(dialect_.delimiter),
                                 int(dialect_.quote));
                }
                return {};
            case Parse::kEatLineEnd:
                if (c == '\n' || c == '\r') return {};
                if (c != kEndOfLine)
                    return raise(ts_, state_.error,
                                 "new-line character seen in unquoted field - do you need to open the file in "
                                 "universal-newline mode?");
                where = Parse::kStartRecord;
                return {};
        }
        return {};
    }

private:
    Result<void> add(Py_UCS4 c) {
        if (field_.length() >= state_.field_limit)
            return raise(ts_, state_.error, "field larger than field limit (%ld)", state_.field_limit);
        return field_.append(c);
    }
    ThreadState& ts_;
    State& state_;
    Dialect& dialect_;
    List& fields_;
    StrBuilder field_;
    bool numeric_ = false;
};

Result<OptRef<Object>> reader_next(ThreadState& ts, Reader& self) {
    State& state = state_of(*self.module);
    Ref<List> fields = TRY(list_new(ts, 0));
    assign(self.fields, std::move(fields));
    Ref<Object> keep = Ref<Object>::share(*self.fields);
    RecordParser parser(ts, self);
    do {
        OptRef<Object> line = TRY(iter_next(ts, *self.input));
        if (!line) {
            if (!parser.has_text() && parser.where != Parse::kInQuoted) return nullptr;
            if (as<Dialect>(*self.dialect).strict) return raise(ts, state.error, "unexpected end of data");
            TRY(parser.save());
            break;
        }
        if (!PyUnicode_Check(line.get()))
            return raise(ts, state.error,
                         "iterator should return strings, not %T (the file should be opened in text mode)", line.get());
        ++self.line_number;
        Str& text = as<Str>(*line);
        for (Py_ssize_t i = 0, n = str_length(text); i < n; ++i) TRY(parser.take(str_at(text, i)));
        TRY(parser.take(kEndOfLine));
    } while (parser.where != Parse::kStartRecord);
    return OptRef<Object>(std::move(keep));
}

const PyMemberDef reader_members[] = {
    {"dialect", T_OBJECT, offsetof(Reader, dialect), READONLY, nullptr},
    {"line_num", T_ULONG, offsetof(Reader, line_number), READONLY, nullptr},
    {},
};

Result<Ref<Object>> csv_reader(ThreadState& ts, Object& module, Object& iterable, Object* dialect, Keywords keywords) {
    State& state = state_of(module);
    Ref<Object> iterator = TRY(get_iter(ts, iterable));
    Ref<Object> made = TRY(make_dialect(ts, state, dialect, keywords));
    Ref<Reader> reader = TRY(make_instance<Reader>(*state.reader_type));
    reader->input = std::move(iterator).release();
    reader->dialect = std::move(made).release();
    reader->module = new_reference(module);
    return Ref<Object>(std::move(reader));
}

// -- Writer. ----------------------------------------------------------------------------------------------------------

struct Writer {
    PyObject_HEAD
    Object *write, *dialect, *module;
    auto members() { return std::array{&write, &dialect, &module}; }
};

// Appends one field; `text` null: an empty one.
Result<void> join_field(ThreadState& ts, State& state, Dialect& dialect, StrBuilder& out, Str* text, bool quoted) {
    StrBuilder field(ts);
    Str& line_end = as<Str>(*dialect.line_terminator);
    for (Py_ssize_t i = 0; text && i < str_length(*text); ++i) {
        Py_UCS4 c = str_at(*text, i);
        bool in_line_end = base::find_char(text_view(line_end), c) != base::not_found;
        if (c == dialect.delimiter || c == dialect.escape || c == dialect.quote || in_line_end) {
            bool escape = false;
            if (dialect.quoting == kNone) {
                escape = true;
            } else {
                if (c == dialect.quote) {
                    if (dialect.double_quote) {
                        TRY(field.append(dialect.quote));
                    } else {
                        escape = true;
                    }
                } else if (c == dialect.escape) {
                    escape = true;
                }
                if (!escape) quoted = true;
            }
            if (escape) {
                if (dialect.escape == kNotSet) return raise(ts, state.error, "need to escape, but no escapechar set");
                TRY(field.append(dialect.escape));
            }
        }
        TRY(field.append(c));
    }
    Ref<Str> made = TRY(field.finish());
    if (quoted) TRY(out.append(dialect.quote));
    TRY(out.append(made));
    if (quoted) TRY(out.append(dialect.quote));
    return {};
}

Result<Ref<Object>> writer_writerow(ThreadState& ts, Writer& self, Object& row) {
    State& state = state_of(*self.module);
    Dialect& dialect = as<Dialect>(*self.dialect);
    Result<Ref<Object>> made = get_iter(ts, row);
    if (!made.ok()) {
        if (error_matches(ts, PyExc_TypeError)) return raise(ts, state.error, "iterable expected, not %T", &row);
        return failure;
    }
    Ref<Object> iterator = std::move(made).take();
    StrBuilder out(ts);
    Py_ssize_t count = 0;
    while (true) {
        OptRef<Object> field = TRY(iter_next(ts, iterator));
        if (!field) break;
        bool quoted = dialect.quoting == kAll || (dialect.quoting == kNonNumeric && !is_number(*field));
        if (count++) TRY(out.append(dialect.delimiter));
        if (is_none(field.get())) {
            TRY(join_field(ts, state, dialect, out, nullptr, quoted));
        } else if (PyUnicode_Check(field.get())) {
            TRY(join_field(ts, state, dialect, out, as<Str>(field.get()), quoted));
        } else {
            Ref<Str> text = TRY(str(ts, *field));
            TRY(join_field(ts, state, dialect, out, text.get(), quoted));
        }
    }
    if (count > 0 && out.length() == 0) {
        if (dialect.quoting == kNone) return raise(ts, state.error, "single empty field record must be quoted");
        TRY(join_field(ts, state, dialect, out, nullptr, true));
    }
    TRY(out.append(as<Str>(*dialect.line_terminator)));
    Ref<Str> line = TRY(out.finish());
    return call(ts, *self.write, line);
}
Result<void> writer_writerows(ThreadState& ts, Writer& self, Object& rows) {
    Ref<Object> iterator = TRY(get_iter(ts, rows));
    while (true) {
        OptRef<Object> row = TRY(iter_next(ts, iterator));
        if (!row) return {};
        Ref<Object> written = TRY(writer_writerow(ts, self, *row));
    }
}

constexpr MethodDef writer_methods[] = {
    METHOD_PLAIN("writerow($self, row, /)", writer_writerow,
                 "writerow(iterable)\n\n"
                 "Construct and write a CSV record from an iterable of fields.  Non-string\n"
                 "elements will be converted to string."),
    METHOD_PLAIN("writerows($self, rows, /)", writer_writerows,
                 "writerows(iterable of iterables)\n\n"
                 "Construct and write a series of iterables to a csv file.  Non-string\n"
                 "elements will be converted to string."),
    METHOD_END,
};
const PyMemberDef writer_members[] = {
    {"dialect", T_OBJECT, offsetof(Writer, dialect), READONLY, nullptr},
    {},
};

Result<Ref<Object>> csv_writer(ThreadState& ts, Object& module, Object& file, Object* dialect, Keywords keywords) {
    State& state = state_of(module);
    OptRef<Object> write = TRY(getattr_optional(ts, file, "write"_n));
    if (!write || !is_callable(*write)) return raise(ts, PyExc_TypeError, "argument 1 must have a \"write\" method");
    Ref<Object> made = TRY(make_dialect(ts, state, dialect, keywords));
    Ref<Writer> writer = TRY(make_instance<Writer>(*state.writer_type));
    writer->write = write.release();
    writer->dialect = std::move(made).release();
    writer->module = new_reference(module);
    return Ref<Object>(std::move(writer));
}

// -- Module. ----------------------------------------------------------------------------------------------------------

Result<void> csv_register_dialect(ThreadState& ts, Object& module, Object& name, Object* dialect, Keywords keywords) {
    State& state = state_of(module);
    if (!PyUnicode_Check(&name)) return raise(ts, PyExc_TypeError, "dialect name must be a string");
    Ref<Object> made = TRY(make_dialect(ts, state, dialect, keywords));
    return dict_set(ts, as<Dict>(*state.dialects), name, made);
}
Result<void> csv_unregister_dialect(ThreadState& ts, Object& module, Object& name) {
    State& state = state_of(module);
    if (!TRY(dict_discard(ts, as<Dict>(*state.dialects), name))) return raise(ts, state.error, "unknown dialect");
    return {};
}
Result<Ref<Object>> csv_get_dialect(ThreadState& ts, Object& module, Object& name) {
    return dialect_by_name(ts, state_of(module), name);
}
Result<Ref<Object>> csv_list_dialects(ThreadState& ts, Object& module) {
    return dict_keys(ts, as<Dict>(*state_of(module).dialects));
}
Result<long> csv_field_size_limit(ThreadState& ts, Object& module, Object* limit) {
    State& state = state_of(module);
    long old = state.field_limit;
    if (limit) {
        if (!PyLong_CheckExact(limit)) return raise(ts, PyExc_TypeError, "limit must be an integer");
        state.field_limit = TRY(int_as_long(ts, *limit));
    }
    return old;
}

constexpr MethodDef functions[] = {
    METHOD_PLAIN("reader($module, iterable, dialect=None, /, **kwargs)", csv_reader,
                 "    csv_reader = reader(iterable [, dialect='excel']\n"
                 "                      [optional keyword args])\n"
                 "    for row in csv_reader:\n"
                 "        process(row)\n"
                 "\n"
                 "The \"iterable\" argument can be any object that returns a line\n"
                 "of input for each iteration, such as a file object or a list.  The\n"
                 "optional \"dialect\" parameter is discussed below.  The function\n"
                 "also accepts optional keyword arguments which override settings\n"
                 "provided by the dialect.\n"
                 "\n"
                 "The returned object is an iterator.  Each iteration returns a row\n"
                 "of the CSV file (which can span multiple input lines).\n"
                 ""),
    METHOD_PLAIN("writer($module, fileobj, dialect=None, /, **kwargs)", csv_writer,
                 "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
                 "                        [optional keyword args])\n"
                 "    for row in sequence:\n"
                 "        csv_writer.writerow(row)\n"
                 "\n"
                 "    [or]\n"
                 "\n"
                 "    csv_writer = csv.writer(fileobj [, dialect='excel']\n"
                 "                        [optional keyword args])\n"
                 "    csv_writer.writerows(rows)\n"
                 "\n"
                 "The \"fileobj\" argument can be any object that supports the file API.\n"
                 ""),
    METHOD("list_dialects($module, /)", csv_list_dialects,
           "Return a list of all known dialect names.\n"
           "\n"
           "    names = csv.list_dialects()"),
    METHOD_PLAIN("register_dialect($module, name, dialect=None, /, **kwargs)", csv_register_dialect,
                 "Create a mapping from a string name to a dialect class.\n"
                 "    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])"),
    METHOD("unregister_dialect($module, /, name)", csv_unregister_dialect,
           "Delete the name/dialect mapping associated with a string name.\n"
           "\n"
           "    csv.unregister_dialect(name)"),
    METHOD("get_dialect($module, /, name)", csv_get_dialect,
           "Return the dialect instance associated with name.\n"
           "\n"
           "    dialect = csv.get_dialect(name)"),
    METHOD("field_size_limit($module, /, new_limit=<unrepresentable>)", csv_field_size_limit,
           "Sets an upper limit on parsed fields.\n"
           "\n"
           "    csv.field_size_limit([limit])\n"
           "\n"
           "Returns old limit. If limit is not given, no new limit is set and\n"
           "the old limit is returned"),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = state_of(module);
    state.field_limit = 128 * 1024;
    Ref<Dict> dialects = TRY(dict_new(ts));
    state.dialects = obj(std::move(dialects).release());
    TRY(module_add_text(ts, module, "__version__", "1.0"));
    TRY(module_add(ts, module, "_dialects", *state.dialects));
    TRY(module_add_int(ts, module, "QUOTE_MINIMAL", kMinimal));
    TRY(module_add_int(ts, module, "QUOTE_ALL", kAll));
    TRY(module_add_int(ts, module, "QUOTE_NONNUMERIC", kNonNumeric));
    TRY(module_add_int(ts, module, "QUOTE_NONE", kNone));
    state.dialect_type = TRY(add_type<Dialect>(
        ts, module, "_csv.Dialect", kBaseTypeFlags,
        {{Py_tp_new,
          new_pointer(NEW_SLOT("Dialect($type, $nameless, /, dialect=None, delimiter=None, doublequote=None, "
                               "escapechar=None, lineterminator=None, quotechar=None, quoting=None, "
                               "skipinitialspace=None, strict=None)",
                               dialect_new))},
         {Py_tp_members, const_cast<PyMemberDef*>(dialect_members)},
         {Py_tp_getset, const_cast<PyGetSetDef*>(dialect_getset)},
         {Py_tp_methods, methods_pointer(dialect_methods)},
         {Py_tp_doc, const_cast<char*>("CSV dialect\n\nThe Dialect type records CSV dialect options.")}}));
    incref(*state.dialect_type);
    constexpr unsigned flags = kTypeFlags | Py_TPFLAGS_DISALLOW_INSTANTIATION;
    Ref<Type> reader = TRY(make_type<Reader>(
        ts, module, "_csv.reader", flags,
        {ITERATOR_SLOTS(next_pointer<reader_next>()),
         {Py_tp_members, const_cast<PyMemberDef*>(reader_members)},
         {Py_tp_doc,
          const_cast<char*>("CSV reader\n\nReader objects are responsible for reading and parsing tabular data\n"
                            "in CSV format.\n")}}));
    TRY(module_add(ts, module, "Reader", obj(*reader)));
    state.reader_type = std::move(reader).release();
    Ref<Type> writer = TRY(make_type<Writer>(
        ts, module, "_csv.writer", flags,
        {{Py_tp_methods, methods_pointer(writer_methods)},
         {Py_tp_members, const_cast<PyMemberDef*>(writer_members)},
         {Py_tp_doc, const_cast<char*>("CSV writer\n\nWriter objects are responsible for generating tabular data\n"
                                       "in CSV format from sequence input.\n")}}));
    TRY(module_add(ts, module, "Writer", obj(*writer)));
    state.writer_type = std::move(writer).release();
    return module_add_exception(ts, module, state.error, "_csv.Error");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace
}  // namespace csv

PyModuleDef csv_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_csv",
    .m_doc =
        "CSV parsing and writing.\n"
        "\n"
        "This module provides classes that assist in the reading and writing\n"
        "of Comma Separated Value (CSV) files, and implements the interface\n"
        "described by PEP 305.  Although many CSV files are simple to parse,\n"
        "the format is not formally defined by a stable specification and\n"
        "is subtle enough that parsing lines of a CSV file with something\n"
        "like line.split(\",\") is bound to fail.  The module supports three\n"
        "basic APIs: reading, writing, and registration of dialects.\n"
        "\n"
        "\n"
        "DIALECT REGISTRATION:\n"
        "\n"
        "Readers and writers support a dialect argument, which is a convenient\n"
        "handle on a group of settings.  When the dialect argument is a string,\n"
        "it identifies one of the dialects previously registered with the module.\n"
        "If it is a class or instance, the attributes of the argument are used as\n"
        "the settings for the reader or writer:\n"
        "\n"
        "    class excel:\n"
        "        delimiter = ','\n"
        "        quotechar = '\"'\n"
        "        escapechar = None\n"
        "        doublequote = True\n"
        "        skipinitialspace = False\n"
        "        lineterminator = '\\r\\n'\n"
        "        quoting = QUOTE_MINIMAL\n"
        "\n"
        "SETTINGS:\n"
        "\n"
        "    * quotechar - specifies a one-character string to use as the\n"
        "        quoting character.  It defaults to '\"'.\n"
        "    * delimiter - specifies a one-character string to use as the\n"
        "        field separator.  It defaults to ','.\n"
        "    * skipinitialspace - specifies how to interpret spaces which\n"
        "        immediately follow a delimiter.  It defaults to False, which\n"
        "        means that spaces immediately following a delimiter is part\n"
        "        of the following field.\n"
        "    * lineterminator -  specifies the character sequence which should\n"
        "        terminate rows.\n"
        "    * quoting - controls when quotes should be generated by the writer.\n"
        "        It can take on any of the following module constants:\n"
        "\n"
        "        csv.QUOTE_MINIMAL means only when required, for example, when a\n"
        "            field contains either the quotechar or the delimiter\n"
        "        csv.QUOTE_ALL means that quotes are always placed around fields.\n"
        "        csv.QUOTE_NONNUMERIC means that quotes are always placed around\n"
        "            fields which do not parse as integers or floating point\n"
        "            numbers.\n"
        "        csv.QUOTE_NONE means that quotes are never placed around fields.\n"
        "    * escapechar - specifies a one-character string used to escape\n"
        "        the delimiter when quoting is set to QUOTE_NONE.\n"
        "    * doublequote - controls the handling of quotes inside fields.  When\n"
        "        True, two consecutive quotes are interpreted as one during read,\n"
        "        and when writing, each quote character embedded in the data is\n"
        "        written as two quotes\n"
        "",
    .m_size = sizeof(csv::State),
    .m_methods = METHOD_TABLE(csv::functions),
    .m_slots = csv::slots,
    .m_traverse = ModuleReferences<csv::State>::traverse,
    .m_clear = ModuleReferences<csv::State>::clear,
    .m_free = ModuleReferences<csv::State>::free,
};

namespace csv {
namespace {

Result<Object*> module_of(ThreadState& ts, Type& type) { return type_module_by_definition(ts, type, csv_module); }

}  // namespace
}  // namespace csv

}  // namespace orochi
