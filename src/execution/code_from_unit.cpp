// Code objects from what the compiler made. The code objects of one compilation share their names, equal
// constants and equal rows of constants.
#include <string>
#include <unordered_map>
#include <vector>

#include "execution/code.hpp"
#include "language/marshal/marshal.hpp"
#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
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
        case Kind::None:
            return new_none();
        case Kind::True:
            return new_bool(true);
        case Kind::False:
            return new_bool(false);
        case Kind::Ellipsis:
            return Ref<Object>::share(ellipsis());
        case Kind::Int:
            return int_from(ts, constant.integer);
        case Kind::BigInt:
            return int_from_digits(ts, constant.negative, constant.digits, constant.size);
        case Kind::Float:
            return float_from(ts, constant.real);
        case Kind::Complex:
            return complex_from(ts, constant.real, constant.imaginary);
        case Kind::Str:
            return str_from_wtf8(ts, constant.view());
        case Kind::Bytes:
            return bytes_from(ts, constant.view());
        case Kind::Tuple:
        case Kind::FrozenSet: {
            Ref<Tuple> items = TRY(tuple_new(ts, constant.size));
            for (uint32_t i = 0; i < constant.size; ++i)
                tuple_init_item(*items, i, TRY(item(*constant.items[i])));
            if (constant.kind == Kind::Tuple) return items;
            return frozenset_new(ts, obj(items.get()));
        }
    }
    return raise(ts, PyExc_SystemError, "unknown constant");
}

Result<Ref<Bytes>> bytes_of_sequence(ThreadState& ts, language::Sequence<uint8_t> bytes) {
    return bytes_from(ts, {reinterpret_cast<const char*>(bytes.data), bytes.size()});
}

class UnitReader {
public:
    UnitReader(ThreadState& ts, Str& filename) : ts_(ts), filename_(filename) {}

    Result<Ref<Code>> code(const language::CodeUnit& unit) {
        Ref<Tuple> consts = TRY(constants(unit));
        Ref<Str> code_name = TRY(str_from_wtf8(ts_, unit.name.view()));
        Ref<Str> qualname = TRY(str_from_wtf8(ts_, unit.qualname.view()));
        Ref<Bytes> code = TRY(bytes_of_sequence(ts_, unit.code));
        Ref<Bytes> linetable = TRY(bytes_of_sequence(ts_, unit.linetable));
        Ref<Bytes> exceptions = TRY(bytes_of_sequence(ts_, unit.exceptiontable));
        Ref<Bytes> kinds = TRY(bytes_of_sequence(ts_, unit.localspluskinds));
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
        auto item = [this](const Constant& inner) { return constant(inner); };
        bool is_shared_anyway = value.kind <= language::ConstantKind::Ellipsis;
        if (is_shared_anyway) return make_constant(ts_, value, item);
        std::string key = language::marshal_constant(value);
        if (auto found = constants_.find(key); found != constants_.end()) return found->second.copy();
        Ref<Object> made = TRY(make_constant(ts_, value, item));
        constants_.emplace(std::move(key), made.copy());
        return made;
    }

    Result<Ref<Tuple>> constants(const language::CodeUnit& unit) {
        Ref<Tuple> row = TRY(tuple_new(ts_, unit.constants.size()));
        std::string key;  // the addresses, since equal items are the same
        bool has_code = false;
        for (uint32_t i = 0; i < unit.constants.size(); ++i) {
            const language::CodeConstant& entry = unit.constants[i];
            Ref<Object> value =
                entry.code ? Ref<Object>(TRY(code(*entry.code))) : TRY(constant(*entry.value));
            has_code |= entry.code != nullptr;
            Object* address = value.get();
            key.append(reinterpret_cast<const char*>(&address), sizeof address);
            tuple_init_item(*row, i, std::move(value));
        }
        if (has_code) return row;
        return rows_.try_emplace(std::move(key), std::move(row)).first->second.copy();
    }

    Result<Ref<Tuple>> names(language::Sequence<language::Identifier> row) {
        Ref<Tuple> tuple = TRY(tuple_new(ts_, row.size()));
        for (uint32_t i = 0; i < row.size(); ++i) {
            if (row[i].index() >= names_.size()) names_.resize(row[i].index() + 1);
            OptRef<Str>& known = names_[row[i].index()];
            if (!known) known = intern(ts_, TRY(str_from_wtf8(ts_, row[i].view())));
            tuple_init_item(*tuple, i, Ref<Str>::share(*known));
        }
        return tuple;
    }

    ThreadState& ts_;
    Str& filename_;
    std::unordered_map<std::string, Ref<Object>> constants_;  // by their marshalled form
    std::unordered_map<std::string, Ref<Tuple>> rows_;
    std::vector<OptRef<Str>> names_;  // by index in the arena
};

}  // namespace

Result<Ref<Object>> object_from_constant(ThreadState& ts, const Constant& constant) {
    return make_constant(ts, constant,
                         [&ts](const Constant& inner) { return object_from_constant(ts, inner); });
}

Result<Ref<Code>> code_from_unit(ThreadState& ts, const language::CodeUnit& unit, Str& filename) {
    return UnitReader(ts, filename).code(unit);
}

}  // namespace orochi
