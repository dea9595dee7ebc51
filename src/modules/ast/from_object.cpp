// Objects to trees.
#include <string>
#include <vector>

#include "language/ast/validate.hpp"
#include "modules/ast/ast.hpp"
#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi::ast {

namespace {

using language::Arena;
using language::Constant;
using language::ConstantKind;
using tree::FieldInfo;
using tree::FieldShape;
using tree::FieldType;

Result<std::string_view> text_of(ThreadState& ts, Object& text, OptRef<Object>& keeper) {
    if (str_is_ascii(as<Str>(text))) return str_ascii_view(as<Str>(text));
    keeper = TRY(str_encode(ts, as<Str>(text), "utf-8", "surrogatepass"));
    return bytes_view(as<Bytes>(*keeper));
}

class Reader {
public:
    Reader(ThreadState& ts, Classes classes, Arena& arena, ConstantObjects& constants)
        : ts_(ts), classes_(classes), arena_(arena), constants_(constants) {}

    // The node for an object of an ASDL type; null for None, unless the type is a product.
    Result<tree::Node*> node(size_t asdl_type, Object& object) {
        const tree::TypeInfo& type = tree::asdl_types()[asdl_type];
        if (is_none(object) && !type.is_product) return nullptr;
        language::Location location;
        const NodeClass* known = node_class(type_of(object));
        // Products read their attributes last.
        if (type.has_location && !type.is_product) location = TRY(read_location(type, type.name, object, known));
        size_t kind;
        if (type.is_product) {
            kind = type.first_class;
        } else if (known && tree::classes()[known->kind].asdl_type == asdl_type) {
            kind = known->kind;
        } else {
            bool found = TRY(find_kind(type, object, kind));
            if (!found)
                return raise(ts_, PyExc_TypeError, "expected some sort of %s, but got %R", c(type.name), &object);
        }
        tree::Node* result = TRY(read_fields(kind, object));
        if (type.has_location && type.is_product)
            location = TRY(read_location(type, type.name, object, node_class(type_of(object))));
        result->location = location;
        return result;
    }

private:
    // A class of the table, at a version in which no descriptor stands before the attributes of its instances.
    struct NodeClass {
        Type* type = nullptr;
        unsigned version = 0;
        uint16_t kind = 0;
        uint16_t first_location = 0;
    };
    static constexpr uint16_t kNoLocation = 1000;  // a number that no attribute has

    static const char* c(std::string_view name) { return name.data(); }  // the table's names are literals

    // What is known of a class; null: it is none of the table's, or instances must be asked in full.
    const NodeClass* node_class(Type& type) {
        NodeClass& entry = node_classes_[(reinterpret_cast<uintptr_t>(&type) >> 4) * 0x9E3779B97F4A7C15u >> 58];
        if (entry.type == &type && entry.version == type.tp_version_tag) [[likely]]
            return entry.version ? &entry : nullptr;
        for (size_t kind = 0; kind < tree::class_count(); ++kind) {
            if (&classes_.node(kind) != &type) continue;
            if (type.tp_getattro != PyObject_GenericGetAttr || !attributes_come_first(type, kind)) return nullptr;
            const tree::ClassInfo& info = tree::classes()[kind];
            const bool has_location = tree::asdl_types()[info.asdl_type].has_location;
            entry = {&type, type.tp_version_tag, uint16_t(kind), has_location ? info.field_count : kNoLocation};
            return entry.version ? &entry : nullptr;
        }
        return nullptr;
    }
    bool attributes_come_first(Type& type, size_t kind) {
        auto is_data_descriptor = [&](Object& name) {
            Object* found = type_lookup(ts_, type, name);
            return found && type_of(*found).tp_descr_set;
        };
        Tuple& fields = classes_.field_names(kind);
        for (Py_ssize_t i = 0; i < tuple_size(fields); ++i)
            if (is_data_descriptor(tuple_item(fields, i))) return false;
        for (Object* name : location_names())
            if (is_data_descriptor(*name)) return false;
        return true;
    }
    // The attribute that has the number in instances of the class.
    Result<OptRef<Object>> attribute(Object& object, const NodeClass* known, size_t number, Object& name) {
        if (known) [[likely]] {
            DictValues* values = node_values(object);
            if (values && number < values->capacity && values->items[number])
                return Ref<Object>::share(*values->items[number]);
        }
        return getattr_optional(ts_, object, name);
    }

    // The class among those of the type that the object is an instance of.
    Result<bool> find_kind(const tree::TypeInfo& type, Object& object, size_t& kind) {
        for (size_t i = type.first_class; i < size_t(type.first_class) + type.class_count; ++i) {
            if (TRY(isinstance(ts_, object, obj(classes_.node(i))))) {
                kind = i;
                return true;
            }
        }
        return false;
    }

    Failure missing(const char* field, std::string_view where) {
        return raise(ts_, PyExc_TypeError, "required field \"%s\" missing from %s", field, c(where));
    }

    Result<int32_t> integer(Object& value) {
        if (!PyLong_Check(&value)) return raise(ts_, PyExc_ValueError, "invalid integer value: %R", &value);
        if (int_is_compact(value)) return int32_t(int_compact_value(value));
        return int_as_int(ts_, value);
    }
    Result<language::Location> read_location(const tree::TypeInfo& type, std::string_view where, Object& object,
                                             const NodeClass* known) {
        const auto names = location_names();
        int32_t numbers[4];
        for (size_t i = 0; i < 4; ++i) {
            const bool is_end = i >= 2;
            OptRef<Object> value = TRY(attribute(object, known, known ? known->first_location + i : 0, *names[i]));
            if (is_end && type.end_location_optional && (!value || is_none(*value))) {
                numbers[i] = numbers[i - 2];
            } else if (!value) {
                return missing(str_ascii_view(as<Str>(*names[i])).data(), where);
            } else {
                numbers[i] = TRY(integer(*value));
            }
        }
        return language::Location{numbers[0], numbers[1], numbers[2], numbers[3]};
    }

    Result<tree::Node*> read_fields(size_t kind, Object& object) {
        const tree::ClassInfo& info = tree::classes()[kind];
        char* memory = static_cast<char*>(arena_.allocate(info.size, info.align));
        std::memset(memory, 0, info.size);
        tree::Node* result = reinterpret_cast<tree::Node*>(memory);
        result->kind = tree::Kind(kind);
        for (int i = 0; i < info.field_count; ++i) {
            const FieldInfo& field = info.fields[i];
            const NodeClass* known = node_class(type_of(object));
            if (known && known->kind != kind) known = nullptr;
            OptRef<Object> value = TRY(attribute(object, known, size_t(i), tuple_item(classes_.field_names(kind), i)));
            char* at = memory + field.offset;
            if (!value || (is_none(*value) && field.shape == FieldShape::Optional)) {
                if (field.shape == FieldShape::Optional) continue;
                return missing(c(field.name), info.name);
            }
            TRY(enter_recursion(ts_, info.where));
            auto done =
                field.shape == FieldShape::Sequence ? sequence(info, field, *value, at) : one(field, *value, at);
            leave_recursion(ts_);
            TRY(std::move(done));
        }
        // Null from None where a value is required, in the order of the fields.
        for (int i = 0; i < info.field_count; ++i) {
            const FieldInfo& field = info.fields[i];
            if (field.shape != FieldShape::One || field.type == FieldType::Enum || field.type == FieldType::Int)
                continue;
            if (!*reinterpret_cast<void**>(memory + field.offset))
                return raise(ts_, PyExc_ValueError, "field '%s' is required for %s", c(field.name), c(info.name));
        }
        return result;
    }

    template <class T>
    static void write(char* at, T value) {
        *reinterpret_cast<T*>(at) = value;
    }

    Result<void> one(const FieldInfo& field, Object& value, char* at) {
        switch (field.type) {
            case FieldType::Node: write(at, TRY(node(field.asdl_type, value))); return {};
            case FieldType::Enum: {
                const tree::TypeInfo& type = tree::asdl_types()[field.asdl_type];
                Tuple& values = classes_.values(field.asdl_type);
                for (uint8_t i = 0; i < type.value_count; ++i) {
                    if (&type_of(value) != &type_of(tuple_item(values, i))) continue;
                    write(at, i);
                    return {};
                }
                for (uint8_t i = 0; i < type.value_count; ++i) {
                    if (TRY(isinstance(ts_, value, obj(type_of(tuple_item(values, i)))))) {
                        write(at, i);
                        return {};
                    }
                }
                return raise(ts_, PyExc_TypeError, "expected some sort of %s, but got %R", c(type.name), &value);
            }
            case FieldType::Identifier:
            case FieldType::String: {
                if (is_none(value)) return {};
                if (!PyUnicode_CheckExact(&value))
                    return raise(ts_, PyExc_TypeError, "AST %s must be of type str",
                                 field.type == FieldType::Identifier ? "identifier" : "string");
                OptRef<Object> keeper;
                write(at, arena_.intern(TRY(text_of(ts_, value, keeper))));
                return {};
            }
            case FieldType::Constant: {
                const Constant* made = TRY(constant(value));
                if (made->kind > ConstantKind::Ellipsis) {
                    constants_.push_back(Ref<Object>::share(value));
                    made = make_standing_for(arena_, *made, uint32_t(constants_.size()));
                }
                write(at, made);
                return {};
            }
            case FieldType::Int: write(at, TRY(integer(value))); return {};
        }
        return {};
    }

    Result<void> sequence(const tree::ClassInfo& info, const FieldInfo& field, Object& value, char* at) {
        if (!PyList_Check(&value))
            return raise(ts_, PyExc_TypeError, "%s field \"%s\" must be a list, not a %.200s", c(info.name),
                         c(field.name), type_of(value).tp_name);
        List& list = as<List>(value);
        Py_ssize_t count = list_size(list);
        size_t step = field.type == FieldType::Enum ? 1 : field.type == FieldType::Int ? 4 : sizeof(void*);
        char* items = static_cast<char*>(arena_.allocate(size_t(count) * step + 8, alignof(void*)));
        std::memset(items, 0, size_t(count) * step);
        for (Py_ssize_t i = 0; i < count; ++i) {
            Ref<Object> item = Ref<Object>::share(list_item(list, i));
            if (is_none(*item) && (field.type == FieldType::Identifier || field.type == FieldType::String))
                return raise(ts_, PyExc_TypeError, "AST identifier must be of type str");
            TRY(one(field, *item, items + size_t(i) * step));
            if (list_size(list) != count)
                return raise(ts_, PyExc_RuntimeError, "%s field \"%s\" changed size during iteration", c(info.name),
                             c(field.name));
        }
        write(at, language::Sequence<char>{items, uint32_t(count)});
        return {};
    }

    Result<const Constant*> constant(Object& value) {
        if (is_none(value)) return make_singleton(arena_, ConstantKind::None);
        if (&value == &ellipsis()) return make_singleton(arena_, ConstantKind::Ellipsis);
        if (&value == &bool_object(true)) return make_singleton(arena_, ConstantKind::True);
        if (&value == &bool_object(false)) return make_singleton(arena_, ConstantKind::False);
        if (PyLong_CheckExact(&value)) {
            Int& number = as<Int>(value);
            base::Digits digits = int_digits(number);
            return make_big_int(arena_, int_sign(number) < 0, digits.data, digits.size);
        }
        if (PyFloat_CheckExact(&value)) return make_float(arena_, float_value(value));
        if (PyComplex_CheckExact(&value)) {
            Py_complex number = as<Complex>(value).cval;
            return make_complex(arena_, number.real, number.imag);
        }
        if (PyUnicode_CheckExact(&value)) {
            OptRef<Object> keeper;
            return make_str(arena_, TRY(text_of(ts_, value, keeper)));
        }
        if (PyBytes_CheckExact(&value)) return make_bytes(arena_, bytes_view(as<Bytes>(value)));
        if (PyTuple_CheckExact(&value) || PyFrozenSet_CheckExact(&value)) {
            TRY(enter_recursion(ts_, " during compilation"));
            auto items = constants(value);
            leave_recursion(ts_);
            std::vector<const Constant*> parts = TRY(std::move(items));
            auto row = arena_.copy(parts);
            return PyTuple_CheckExact(&value) ? make_tuple(arena_, row.data, row.count)
                                              : make_frozen_set(arena_, row.data, row.count);
        }
        Ref<Object> name = TRY(type_name(ts_, type_of(value)));
        return raise(ts_, PyExc_TypeError, "got an invalid type in Constant: %U", name.get());
    }
    Result<std::vector<const Constant*>> constants(Object& values) {
        Ref<Object> iterator = TRY(get_iter(ts_, values));
        std::vector<const Constant*> parts;
        for (;;) {
            OptRef<Object> item = TRY(iter_next(ts_, *iterator));
            if (!item) return parts;
            parts.push_back(TRY(constant(*item)));
        }
    }

    ThreadState& ts_;
    Classes classes_;
    Arena& arena_;
    ConstantObjects& constants_;
    NodeClass node_classes_[64];  // by the address of the class
};

tree::Kind kind_of(language::ParseMode mode) {
    switch (mode) {
        case language::ParseMode::Exec: return tree::Kind::Module;
        case language::ParseMode::Eval: return tree::Kind::Expression;
        case language::ParseMode::Single: return tree::Kind::Interactive;
        case language::ParseMode::FuncType: return tree::Kind::FunctionType;
    }
    return tree::Kind::Module;
}

Result<tree::ModNode*> from_object(ThreadState& ts, Object& object, language::ParseMode mode, Arena& arena,
                                   ConstantObjects& constants) {
    Classes all = TRY(classes(ts));
    TRY(audit(ts, "compile", "OO", &object, &none()));
    size_t kind = size_t(kind_of(mode));
    if (!TRY(isinstance(ts, object, obj(all.node(kind))))) {
        Ref<Object> name = TRY(type_name(ts, type_of(object)));
        return raise(ts, PyExc_TypeError, "expected %s node, got %.400U", tree::classes()[kind].name.data(),
                     name.get());
    }
    tree::Node* node = TRY(Reader(ts, all, arena, constants).node(tree::classes()[kind].asdl_type, object));
    return static_cast<tree::ModNode*>(node);
}

}  // namespace

Result<tree::ModNode*> checked_tree(ThreadState& ts, Object& object, language::ParseMode mode, Arena& arena,
                                    ConstantObjects& constants) {
    tree::ModNode* tree = TRY(from_object(ts, object, mode, arena, constants));
    language::Diagnostic error;
    if (validate(*tree, 3 * ts.recursion_remaining, error)) return tree;
    Object* type = error.kind == language::DiagnosticKind::TypeError        ? PyExc_TypeError
                   : error.kind == language::DiagnosticKind::RecursionError ? PyExc_RecursionError
                   : error.kind == language::DiagnosticKind::SystemError    ? PyExc_SystemError
                   : error.kind == language::DiagnosticKind::SyntaxError    ? PyExc_SyntaxError
                                                                            : PyExc_ValueError;
    Ref<Str> message = TRY(str_from_wtf8(ts, error.message));
    return raise_value(ts, type, obj(message.get()));
}

}  // namespace orochi::ast
