// Syntax trees that a program could make with the classes of `ast`: any node wherever its type fits, any
// constant, empty and null elements of rows. Every byte of the input is a choice; where it ends, the first
// choice is taken, and that always ends a tree.
#include <span>
#include <vector>

#include "language/ast/reflection.hpp"
#include "language/ast/validate.hpp"
#include "language/compiler/compiler.hpp"
#include "language/marshal/marshal.hpp"
#include "target.hpp"

using namespace orochi::language;

namespace {

constexpr int kMaxDepth = 400;
constexpr int kRecursionLimit = 3000;

class TreeBuilder {
public:
    TreeBuilder(std::span<const uint8_t> bytes, Arena& arena) : bytes_(bytes), arena_(arena) {}

    uint8_t next() {
        if (at_ == bytes_.size()) return 0;
        return bytes_[at_++];
    }

    ast::ModNode* module() {
        return static_cast<ast::ModNode*>(node(ast::class_of(*ast::new_node(arena_, ast::Kind::Module)).asdl_type, 0));
    }

private:
    using Context = ast::ExprContext;

    // Contexts are mostly right, or few trees would get past the validation.
    static Context context_for(ast::Kind kind, const ast::FieldInfo& field, Context context) {
        switch (kind) {
            case ast::Kind::Delete: return Context::Del;
            case ast::Kind::List:
            case ast::Kind::Tuple:
            case ast::Kind::Starred: return context;
            default:
                bool target = field.name.starts_with("target") || field.name == "optional_vars";
                return target ? Context::Store : Context::Load;
        }
    }

    ast::Node* node(uint16_t asdl_type, int depth, Context context = Context::Load) {
        const ast::TypeInfo& type = ast::asdl_types()[asdl_type];
        uint8_t choice = depth < kMaxDepth ? next() : 0;
        auto kind = static_cast<ast::Kind>(type.first_class + choice % type.class_count);
        ast::Node* made = ast::new_node(arena_, kind);
        if (type.has_location) {
            int32_t line = 1 + (choice & 1);
            made->location = {line, choice & 7, line, 8};
            if (choice == 255) made->location = {static_cast<int32_t>(next()) - 2, -1, 0, static_cast<int32_t>(next())};
        }
        const ast::ClassInfo& info = ast::class_of(*made);
        for (const ast::FieldInfo& field : std::span(info.fields, info.field_count)) {
            char* at = reinterpret_cast<char*>(made) + field.offset;
            fill(field, at, depth + 1, context_for(kind, field, context), context);
        }
        return made;
    }

    void fill(const ast::FieldInfo& field, char* at, int depth, Context inner, Context own) {
        if (field.shape == ast::FieldShape::Optional && next() % 2 == 0) return;
        if (field.shape == ast::FieldShape::One || field.shape == ast::FieldShape::Optional)
            return value(field, at, depth, inner, own);
        uint8_t length = next();
        size_t count = length < 250 ? length % 4 : (length - 249) * 11;
        if (field.type == ast::FieldType::Enum) return row<uint8_t>(field, at, count, depth, inner);
        if (field.type == ast::FieldType::Node) return row<ast::Node*>(field, at, count, depth, inner);
        row<Identifier>(field, at, count, depth, inner);
    }

    template <class T>
    void row(const ast::FieldInfo& field, char* at, size_t count, int depth, Context inner) {
        auto items = arena_.sequence<T>(count);
        for (T& item : items) value(field, reinterpret_cast<char*>(&item), depth, inner, inner);
        *reinterpret_cast<Sequence<T>*>(at) = items;
    }

    void value(const ast::FieldInfo& field, char* at, int depth, Context inner, Context own) {
        switch (field.type) {
            case ast::FieldType::Node: {
                // None may stand in rows of sum types, as in the keys of a dict; elsewhere it has been
                // refused.
                bool null = field.shape == ast::FieldShape::Sequence &&
                            !ast::asdl_types()[field.asdl_type].is_product && next() % 16 == 15;
                *reinterpret_cast<ast::Node**>(at) = null ? nullptr : node(field.asdl_type, depth, inner);
                return;
            }
            case ast::FieldType::Enum: {
                uint8_t choice = next();
                const ast::TypeInfo& type = ast::asdl_types()[field.asdl_type];
                bool given = type.name == "expr_context" && choice < 240;
                *reinterpret_cast<uint8_t*>(at) = given ? static_cast<uint8_t>(own) : choice % type.value_count;
                return;
            }
            case ast::FieldType::Identifier:
            case ast::FieldType::String: *reinterpret_cast<Identifier*>(at) = name(); return;
            case ast::FieldType::Constant: *reinterpret_cast<const Constant**>(at) = constant(depth); return;
            case ast::FieldType::Int: *reinterpret_cast<int32_t*>(at) = number(); return;
        }
    }

    int32_t number() {
        constexpr int32_t kNumbers[] = {0, 1, -1, 2, 's', 'r', 'a', 1000, INT32_MAX, INT32_MIN};
        return kNumbers[next() % std::size(kNumbers)];
    }

    Identifier name() {
        constexpr std::string_view kNames[] = {
            "a", "b",    "_",           "__x",        "__class__",    "super", "None", "__debug__",
            "",  "self", "annotations", "__future__", "\xED\xA0\x80", "é",     "*",    "__a__"};
        return arena_.intern(kNames[next() % std::size(kNames)]);
    }

    const Constant* constant(int depth) {
        uint8_t choice = next();
        switch (static_cast<ConstantKind>(choice % 12)) {
            case ConstantKind::None:
            case ConstantKind::False:
            case ConstantKind::True:
            case ConstantKind::Ellipsis: return make_singleton(arena_, static_cast<ConstantKind>(choice % 12));
            case ConstantKind::Int: return make_int(arena_, choice & 16 ? INT64_MIN + next() : next() - 100);
            case ConstantKind::BigInt: {
                uint32_t digits[5] = {next(), next(), 1, next() * 4000000u, 3};
                return make_big_int(arena_, choice & 16, digits, 5);
            }
            case ConstantKind::Float: return make_float(arena_, (next() - 100) / 7.0);
            case ConstantKind::Complex: return make_complex(arena_, next() / -3.0, next() / 3.0);
            case ConstantKind::Str: {
                constexpr std::string_view kTexts[] = {"",  "a", "%s", "%r and %%", "%d", "long text", "\xED\xA0\x80",
                                                       "é", "%"};
                return make_str(arena_, kTexts[next() % std::size(kTexts)]);
            }
            case ConstantKind::Bytes: return make_bytes(arena_, {"\0\xFF\n", next() % 4u});
            case ConstantKind::Tuple:
            case ConstantKind::FrozenSet: {
                size_t count = depth < kMaxDepth ? next() % 4 : 0;
                std::vector<const Constant*> items;
                for (size_t i = 0; i < count; ++i) items.push_back(constant(depth + 1));
                bool tuple = static_cast<ConstantKind>(choice % 12) == ConstantKind::Tuple;
                return tuple ? make_tuple(arena_, items.data(), count) : make_frozen_set(arena_, items.data(), count);
            }
        }
        return nullptr;
    }

    std::span<const uint8_t> bytes_;
    size_t at_ = 0;
    Arena& arena_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    Arena arena;
    TreeBuilder builder({data, size}, arena);
    uint8_t how = builder.next();
    ast::ModNode* tree = builder.module();
    Diagnostic error;
    if (!ast::validate(*tree, kRecursionLimit, error) || tree->kind == ast::Kind::FunctionType) return 0;
    CompileOptions options;
    options.filename = "<fuzz>";
    options.optimize = how % 3;
    if (how & 4) options.flags |= kFutureAnnotations;
    if (how & 8) options.flags |= kCompileAllowTopLevelAwait;
    CompileResult compiled = compile(*tree, options, arena);
    if (compiled.code) (void)marshal_code(*compiled.code);
    return 0;
}
