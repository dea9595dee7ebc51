// Trees to objects.
#include "execution/code.hpp"
#include "modules/ast/ast.hpp"
#include "objects/int.hpp"
#include "objects/intern.hpp"
#include "objects/list.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi::ast {

namespace {

using tree::FieldInfo;
using tree::FieldShape;
using tree::FieldType;

template <class T>
const T& read(const char* at) {
    return *reinterpret_cast<const T*>(at);
}

class Builder {
public:
    Builder(ThreadState& ts, Classes classes) : ts_(ts), classes_(classes), limit_(3 * ts.recursion_remaining) {}

    Result<Ref<Object>> node(const tree::Node* node) {
        if (!node) return new_none();
        if (++depth_ > limit_ || static_cast<char*>(__builtin_frame_address(0)) < ts_.stack_limit)
            return raise(ts_, PyExc_RecursionError, "maximum recursion depth exceeded during ast construction");
        size_t kind = size_t(node->kind);
        const tree::ClassInfo& info = tree::classes()[kind];
        OptRef<Object> values[kMaxAttributes];
        for (int i = 0; i < info.field_count; ++i) {
            const FieldInfo& field = info.fields[i];
            const char* at = reinterpret_cast<const char*>(node) + field.offset;
            values[i] = field.shape == FieldShape::Sequence ? TRY(sequence(field, at)) : TRY(one(field, at));
        }
        int count = info.field_count;
        if (tree::asdl_types()[info.asdl_type].has_location) {
            values[count++] = TRY(number(node->location.lineno));
            values[count++] = TRY(number(node->location.col_offset));
            values[count++] = TRY(number(node->location.end_lineno));
            values[count++] = TRY(number(node->location.end_col_offset));
        }
        --depth_;
        return instance(kind, values, count);
    }

private:
    static constexpr int kMaxAttributes = 12;

    Result<Ref<Object>> instance(size_t kind, OptRef<Object>* attributes, int count) {
        Ref<Object> result = TRY(allocate_instance(ts_, classes_.node(kind)));
        if (DictValues* values = node_values(*result)) [[likely]] {
            for (int i = 0; i < count; ++i) values_set(*values, i, attributes[i].take());
            return result;
        }
        Tuple& fields = classes_.field_names(kind);
        for (int i = 0; i < count; ++i) {
            Object& name = i < tuple_size(fields) ? tuple_item(fields, i) : *location_names()[i - tuple_size(fields)];
            TRY(setattr(ts_, *result, name, *attributes[i]));
        }
        return result;
    }

    // The numbers of a location repeat: the last object of each of a few values serves again.
    Result<Ref<Object>> number(int32_t value) {
        OptRef<Object>& known = numbers_[uint32_t(value) % std::size(numbers_)];
        if (!known || int_compact_value(*known) != value) known = TRY(int_from(ts_, value));
        return Ref<Object>::share(*known);
    }

    Result<Ref<Object>> identifier(language::Identifier name) {
        if (name.index() >= names_.size()) names_.resize(name.index() + 1);
        OptRef<Str>& known = names_[name.index()];
        if (!known) known = TRY(intern_wtf8(ts_, name.view()));
        return Ref<Object>(Ref<Str>::share(*known));
    }

    Result<Ref<Object>> one(const FieldInfo& field, const char* at) {
        switch (field.type) {
            case FieldType::Node: return node(read<const tree::Node*>(at));
            case FieldType::Enum:
                return Ref<Object>::share(tuple_item(classes_.values(field.asdl_type), read<uint8_t>(at)));
            case FieldType::Identifier:
            case FieldType::String: {
                auto text = read<language::Identifier>(at);
                if (!text) return new_none();
                if (field.type == FieldType::Identifier) return identifier(text);
                return Ref<Object>(TRY(str_from_wtf8(ts_, text.view())));
            }
            case FieldType::Constant: return object_from_constant(ts_, *read<const language::Constant*>(at));
            case FieldType::Int: return int_from(ts_, read<int32_t>(at));
        }
        return new_none();
    }

    Result<Ref<Object>> sequence(const FieldInfo& field, const char* at) {
        auto& row = read<language::Sequence<char>>(at);
        size_t step = field.type == FieldType::Enum ? 1 : field.type == FieldType::Int ? 4 : sizeof(void*);
        Ref<List> list = TRY(list_new(ts_, row.count));
        for (uint32_t i = 0; i < row.count; ++i) list_init_item(*list, i, TRY(one(field, row.data + i * step)));
        return list;
    }

    ThreadState& ts_;
    Classes classes_;
    std::vector<OptRef<Str>> names_;  // by index in the arena
    OptRef<Object> numbers_[64];
    int depth_ = 0;
    int limit_;
};

}  // namespace

Result<Ref<Object>> to_object(ThreadState& ts, const tree::ModNode& tree) {
    return Builder(ts, TRY(classes(ts))).node(&tree);
}

}  // namespace orochi::ast
