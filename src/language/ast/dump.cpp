#include "language/ast/dump.hpp"

#include "language/ast/reflection.hpp"

namespace orochi::language::ast {

namespace {

class Dumper {
public:
    Dumper(std::string& out, bool attributes) : out_(out), attributes_(attributes) {}

    void node(const Node& node) {
        const ClassInfo& info = class_of(node);
        const char* base = reinterpret_cast<const char*>(&node);
        out_ += info.name;
        out_ += '(';
        bool first = true;
        auto begin = [&](std::string_view name) {
            if (!first) out_ += ", ";
            first = false;
            out_ += name;
            out_ += '=';
        };
        for (uint16_t i = 0; i < info.field_count; ++i) {
            const FieldInfo& field = info.fields[i];
            const char* at = base + field.offset;
            if (field.shape == FieldShape::Optional && is_none(field, at)) continue;
            begin(field.name);
            if (field.shape == FieldShape::Sequence)
                sequence(field, at);
            else
                value(field, at);
        }
        if (attributes_ && asdl_types()[info.asdl_type].has_location) {
            const Location& l = node.location;
            const std::pair<std::string_view, int32_t> all[] = {{"lineno", l.lineno},
                                                                {"col_offset", l.col_offset},
                                                                {"end_lineno", l.end_lineno},
                                                                {"end_col_offset", l.end_col_offset}};
            for (auto& [name, number] : all) {
                begin(name);
                out_ += std::to_string(number);
            }
        }
        out_ += ')';
    }

private:
    template <class T>
    static const T& read(const char* at) {
        return *reinterpret_cast<const T*>(at);
    }

    static bool is_none(const FieldInfo& field, const char* at) {
        switch (field.type) {
            case FieldType::Node:
            case FieldType::Constant: return !read<const void*>(at);
            case FieldType::Identifier:
            case FieldType::String: return !read<Identifier>(at);
            default: return false;
        }
    }

    void value(const FieldInfo& field, const char* at) {
        switch (field.type) {
            case FieldType::Node:
                if (auto* child = read<const Node*>(at))
                    node(*child);
                else
                    out_ += "None";
                return;
            case FieldType::Enum:
                out_ += asdl_types()[field.asdl_type].values[read<uint8_t>(at)];
                out_ += "()";
                return;
            case FieldType::Identifier:
            case FieldType::String:
                if (auto id = read<Identifier>(at))
                    out_ += repr_str(id.view());
                else
                    out_ += "None";
                return;
            case FieldType::Constant: out_ += repr(*read<const language::Constant*>(at)); return;
            case FieldType::Int: out_ += std::to_string(read<int32_t>(at)); return;
        }
    }

    void sequence(const FieldInfo& field, const char* at) {
        // All sequences have the layout of Sequence<T>: data, then count.
        auto& row = read<Sequence<char>>(at);
        size_t step = field.type == FieldType::Enum ? 1 : field.type == FieldType::Int ? 4 : sizeof(void*);
        out_ += '[';
        for (uint32_t i = 0; i < row.count; ++i) {
            if (i) out_ += ", ";
            value(field, row.data + i * step);
        }
        out_ += ']';
    }

    std::string& out_;
    bool attributes_;
};

}  // namespace

std::string dump(const Node& node, bool include_attributes) {
    std::string out;
    Dumper(out, include_attributes).node(node);
    return out;
}

}  // namespace orochi::language::ast
