// Code objects from what the compiler made. The code objects of one compilation share their names, equal constants,
// equal tables of lines and exceptions, and equal rows of constants or names, as they do in CPython: marshal shows it.
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "execution/code.hpp"
#include "language/compiler/constant_table.hpp"
#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/intern.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

using language::Constant;

// `item` makes the objects inside tuples and frozen sets.
template <class Item>
Result<Ref<Object>> make_constant(ThreadState& ts, const Constant& constant, Item item) {
    using Kind = language::ConstantKind;
    switch (constant.kind) {
        case Kind::None: return new_none();
        case Kind::True: return new_bool(true);
        case Kind::False: return new_bool(false);
        case Kind::Ellipsis: return Ref<Object>::share(ellipsis());
        case Kind::Int: return int_from(ts, constant.integer);
        case Kind::BigInt: return int_from_digits(ts, constant.negative, constant.digits, constant.size);
        case Kind::Float: return float_from(ts, constant.real);
        case Kind::Complex: return complex_from(ts, constant.real, constant.imaginary);
        case Kind::Str: return str_from_wtf8(ts, constant.view());
        case Kind::Bytes: return bytes_from(ts, constant.view());
        case Kind::Tuple:
        case Kind::FrozenSet: {
            Ref<Tuple> items = TRY(tuple_new(ts, constant.size));
            for (uint32_t i = 0; i < constant.size; ++i) tuple_init_item(*items, i, TRY(item(*constant.items[i])));
            if (constant.kind == Kind::Tuple) return items;
            return frozenset_new(ts, obj(items.get()));
        }
    }
    return raise(ts, PyExc_SystemError, "unknown constant");
}

std::string_view view_of(language::Sequence<uint8_t> bytes) {
    return {reinterpret_cast<const char*>(bytes.data), bytes.size()};
}

struct HashConstant {
    size_t operator()(const Constant* constant) const { return language::hash_constant(*constant); }
};
struct SameConstant {
    bool operator()(const Constant* a, const Constant* b) const { return language::same_constant(*a, *b); }
};

class UnitReader {
public:
    UnitReader(ThreadState& ts, const language::Arena& arena, Str& filename, const ConstantObjects& objects)
        : ts_(ts), arena_(arena), filename_(filename), objects_(objects) {}

    Result<Ref<Code>> code(const language::CodeUnit& unit) {
        Ref<Tuple> consts = TRY(constants(unit));
        Ref<Str> code_name = TRY(name(unit.name));
        Ref<Str> qualname = TRY(qualified_name(unit, *consts));
        Ref<Bytes> code = TRY(bytes_from(ts_, view_of(unit.code)));
        Ref<Bytes> linetable = TRY(shared_bytes(view_of(unit.linetable)));
        Ref<Bytes> exceptions = TRY(shared_bytes(view_of(unit.exceptiontable)));
        Ref<Bytes> kinds = TRY(own_bytes(view_of(unit.localspluskinds)));
        Ref<Tuple> global_names = TRY(names(unit.names));
        Ref<Tuple> locals = TRY(names(unit.localsplusnames));
        return code_new(ts_, CodeFields{.filename = &filename_,
                                        .name = code_name.get(),
                                        .qualname = qualname.get(),
                                        .flags = int(unit.flags),
                                        .code = code.get(),
                                        .firstlineno = unit.firstlineno,
                                        .linetable = linetable.get(),
                                        .consts = consts.get(),
                                        .names = global_names.get(),
                                        .localsplusnames = locals.get(),
                                        .localspluskinds = kinds.get(),
                                        .argcount = unit.argcount,
                                        .posonlyargcount = unit.posonlyargcount,
                                        .kwonlyargcount = unit.kwonlyargcount,
                                        .stacksize = unit.stacksize,
                                        .exceptiontable = exceptions.get()});
    }

private:
    Result<Ref<Object>> constant(const Constant& value) {
        using Kind = language::ConstantKind;
        if (value.kind <= Kind::Ellipsis) return new_object(value);  // shared anyway
        if (value.kind == Kind::Tuple && !value.object)
            return Ref<Object>(shared_row(TRY(new_object(value)).cast<Tuple>()));
        if (value.kind == Kind::Bytes && !value.object) return Ref<Object>(TRY(shared_bytes(value.view())));
        OptRef<Object>& known = constants_.try_emplace(&value).first->second;  // stays where it is when others come
        if (!known) {
            Ref<Object> made = value.object ? objects_[value.object - 1].copy() : TRY(new_object(value));
            if (value.kind == Kind::Str && code_interns(as<Str>(*made))) {
                const Object* before = made.get();
                made = intern(ts_, std::move(made).cast<Str>());
                if (made.get() != before || is_interned_before(value.view())) interned_before_.insert(made.get());
            }
            known = std::move(made);
        }
        return Ref<Object>::share(*known);
    }
    Result<Ref<Object>> new_object(const Constant& value) {
        return make_constant(ts_, value, [this](const Constant& inner) { return constant(inner); });
    }

    Result<Ref<Tuple>> constants(const language::CodeUnit& unit) {
        Ref<Tuple> row = TRY(tuple_new(ts_, unit.constants.size()));
        bool has_code = false;
        for (uint32_t i = 0; i < unit.constants.size(); ++i) {
            const language::CodeConstant& entry = unit.constants[i];
            Ref<Object> value = entry.code ? Ref<Object>(TRY(code(*entry.code))) : TRY(constant(*entry.value));
            has_code |= entry.code != nullptr;
            tuple_init_item(*row, i, std::move(value));
        }
        std::string key = row_key(*row);
        if (auto found = rows_.find(key); found != rows_.end()) return found->second.copy();
        TRY(renew_sets(*row));
        if (!has_code) rows_.emplace(std::move(key), row.copy());
        return row;
    }

    // In CPython the names of a program are interned when it is parsed, and its constants when a code object is made.
    // If that replaces an item of a frozen set, the code object gets a set of its own.
    Result<void> renew_sets(Tuple& row) {
        for (Py_ssize_t i = 0; i < tuple_size(row) && !interned_before_.empty(); ++i) {
            Object& value = tuple_item(row, i);
            if (!PyFrozenSet_CheckExact(&value)) continue;
            Ref<Tuple> items = TRY(sequence_tuple(ts_, value));
            bool renewed = false;
            for (Py_ssize_t j = 0; j < tuple_size(items); ++j)
                renewed |= interned_before_.contains(&tuple_item(items, j));
            if (!renewed) continue;
            Ref<Object> own = TRY(frozenset_new(ts_, obj(items.get())));
            row.ob_item[i] = std::move(own).release();
            decref(value);
        }
        return {};
    }

    // Names of the program, and letters that CPython's frozen modules have as names, apart from the strings of one
    // character (observed).
    bool is_interned_before(std::string_view text) const {
        constexpr std::string_view kLetters = "BCLST_abcdefhiklmnopqrstvwxy";
        return text.size() == 1 ? kLetters.find(text[0]) != kLetters.npos : arena_.has_identifier(text);
    }

    // The first row with these items.
    Ref<Tuple> shared_row(Ref<Tuple>&& row) {
        return rows_.try_emplace(row_key(*row), std::move(row)).first->second.copy();
    }
    // Items are known by their addresses, since equal ones are the same.
    static std::string row_key(Tuple& row) {
        return {reinterpret_cast<const char*>(row.ob_item), size_t(tuple_size(row)) * sizeof(Object*)};
    }
    Result<Ref<Bytes>> shared_bytes(std::string_view contents) {
        auto [place, added] = bytes_.try_emplace(contents);
        if (added) place->second = TRY(bytes_from(ts_, contents));
        return Ref<Bytes>::share(*place->second);
    }
    // Even where bytes_from() has one for all.
    Result<Ref<Bytes>> own_bytes(std::string_view contents) {
        if (contents.empty()) return bytes_from(ts_, contents);
        Ref<Bytes> bytes = TRY(bytes_new(ts_, Py_ssize_t(contents.size())));
        contents.copy(bytes_data(*bytes), contents.size());
        return bytes;
    }

    Result<Ref<Str>> name(language::Identifier identifier) {
        if (identifier.index() >= names_.size()) names_.resize(identifier.index() + 1);
        OptRef<Str>& known = names_[identifier.index()];
        if (!known) known = TRY(intern_wtf8(ts_, identifier.view()));
        return Ref<Str>::share(*known);
    }
    Result<Ref<Tuple>> names(language::Sequence<language::Identifier> row) {
        Ref<Tuple> tuple = TRY(tuple_new(ts_, row.size()));
        for (uint32_t i = 0; i < row.size(); ++i) tuple_init_item(*tuple, i, TRY(name(row[i])));
        return shared_row(std::move(tuple));
    }
    // A class has the object that its body stores as __qualname__, if it is the first of that name.
    Result<Ref<Str>> qualified_name(const language::CodeUnit& unit, Tuple& consts) {
        if (unit.qualname == unit.name) return name(unit.name);
        if (!(unit.flags & language::kCodeNewLocals)) {
            for (uint32_t i = 0; i < unit.constants.size(); ++i) {
                const Constant* value = unit.constants[i].value;
                if (!value || !value->is(language::ConstantKind::Str) || !unit.qualname.is(value->view())) continue;
                if (class_names_.insert(unit.qualname.index()).second)
                    return Ref<Str>::share(as<Str>(tuple_item(consts, i)));
                break;
            }
        }
        return str_from_wtf8(ts_, unit.qualname.view());
    }

    ThreadState& ts_;
    const language::Arena& arena_;
    Str& filename_;
    const ConstantObjects& objects_;
    std::unordered_map<const Constant*, OptRef<Object>, HashConstant, SameConstant> constants_;
    std::unordered_map<std::string_view, OptRef<Bytes>> bytes_;  // views of the units
    std::unordered_map<std::string, Ref<Tuple>> rows_;
    std::unordered_set<const Object*> interned_before_;  // constants that were names already
    std::vector<OptRef<Str>> names_;                     // by index in the arena
    std::unordered_set<uint32_t> class_names_;           // qualified ones that have been given, by index in the arena
};

}  // namespace

Result<Ref<Object>> object_from_constant(ThreadState& ts, const Constant& constant) {
    return make_constant(ts, constant, [&ts](const Constant& inner) { return object_from_constant(ts, inner); });
}

Result<Ref<Code>> code_from_unit(ThreadState& ts, const language::CodeUnit& unit, const language::Arena& arena,
                                 Str& filename, const ConstantObjects& objects) {
    return UnitReader(ts, arena, filename, objects).code(unit);
}

}  // namespace orochi
