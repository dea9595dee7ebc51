// Trees to objects.
#include "execution/code.hpp"
#include "modules/ast/ast.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
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
        Tuple& names = classes_.field_names(kind);
        Ref<Object> result = TRY(allocate_instance(ts_, classes_.node(kind)));
        Ref<Object> attributes = TRY(instance_dict(ts_, *result));
        Dict& dict = as<Dict>(*attributes);
        for (int i = 0; i < info.field_count; ++i) {
            const FieldInfo& field = info.fields[i];
            const char* at = reinterpret_cast<const char*>(node) + field.offset;
            Ref<Object> value = field.shape == FieldShape::Sequence ? TRY(sequence(field, at)) : TRY(one(field, at));
            TRY(dict_set(ts_, dict, tuple_item(names, i), *value));
        }
        if (tree::asdl_types()[info.asdl_type].has_location) {
            TRY(number(dict, "lineno"_n, node->location.lineno));
            TRY(number(dict, "col_offset"_n, node->location.col_offset));
            TRY(number(dict, "end_lineno"_n, node->location.end_lineno));
            TRY(number(dict, "end_col_offset"_n, node->location.end_col_offset));
        }
        --depth_;
        return result;
    }

private:
    Result<void> number(Dict& dict, Object& name, int32_t value) {
        Ref<Object> object = TRY(int_from(ts_, value));
        return dict_set(ts_, dict, name, *object);
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
                Ref<Str> made = TRY(str_from_wtf8(ts_, text.view()));
                if (field.type == FieldType::Identifier) made = intern(ts_, std::move(made));
                return Ref<Object>(std::move(made));
            }
            case FieldType::Constant: return object_from_constant(ts_, *read<const language::Constant*>(at));
            case FieldType::Int: return int_from(ts_, read<int32_t>(at));
        }
        return new_none();
    }

    Result<Ref<Object>> sequence(const FieldInfo& field, const char* at) {
        auto& row = read<language::Sequence<char>>(at);
        size_t step = field.type == FieldType::Enum ? 1 : field.type == FieldType::Int ? 4 : sizeof(void*);
        Ref<List> list = TRY(list_new(ts_, 0));
        for (uint32_t i = 0; i < row.count; ++i) TRY(list_append(ts_, *list, TRY(one(field, row.data + i * step))));
        return list;
    }

    ThreadState& ts_;
    Classes classes_;
    int depth_ = 0;
    int limit_;
};

}  // namespace

Result<Ref<Object>> to_object(ThreadState& ts, const tree::ModNode& tree) {
    return Builder(ts, TRY(classes(ts))).node(&tree);
}

}  // namespace orochi::ast
