#include "language/symbols/resolve.hpp"

namespace orochi::language {

namespace {

// What the blocks around the current one say about each name is kept in one
// array over identifiers; a block writes its changes and undoes them when left.
class Resolver {
public:
    Resolver(Arena& arena, Diagnostic& error)
        : error_(error), name_class_(arena.intern("__class__")), outer_(arena.identifier_count()) {}

    bool block(Scope& scope, bool has_outer_function, std::vector<Identifier>& free) {
        size_t undo_start = undo_.size();
        bool is_class = scope.kind == BlockKind::Class;
        bool is_function = scope.kind == BlockKind::Function;
        for (Symbol& symbol : scope.symbols) {
            uint8_t outer = outer_[symbol.name.index()];
            uint8_t inner = outer;
            if (symbol.flags & kDefGlobal) {
                if (symbol.flags & kDefNonlocal) {
                    return fail(scope, symbol.name, "name '" + text(symbol.name) + "' is nonlocal and global");
                }
                symbol.scope = SymbolScope::GlobalExplicit;
                inner = kGlobal;
            } else if (symbol.flags & kDefNonlocal) {
                if (!has_outer_function) {
                    return fail(scope, symbol.name, "nonlocal declaration not allowed at module level");
                }
                if (!(outer & kBound)) {
                    return fail(scope, symbol.name, "no binding for nonlocal '" + text(symbol.name) + "' found");
                }
                symbol.scope = SymbolScope::Free;
                scope.has_free = true;
                free.push_back(symbol.name);
            } else if (symbol.flags & kDefBound) {
                symbol.scope = SymbolScope::Local;
                inner &= ~kGlobal;
                if (is_function) inner |= kBound;
            } else if (has_outer_function && (outer & kBound)) {
                symbol.scope = SymbolScope::Free;
                scope.has_free = true;
                free.push_back(symbol.name);
            } else {
                symbol.scope = SymbolScope::GlobalImplicit;
                if (!(outer & kGlobal) && scope.nested) scope.has_free = true;
            }
            // Names of a class are invisible in the blocks inside it.
            if (!is_class && inner != outer) write(symbol.name, inner);
        }
        if (is_class) write(name_class_, outer_[name_class_.index()] | kBound);

        std::vector<Identifier> inner_free;
        for (Scope* child : scope.children) {
            if (!block(*child, true, inner_free)) return false;
            if (child->has_free || child->child_has_free) scope.child_has_free = true;
        }
        while (undo_.size() > undo_start) {
            outer_[undo_.back().name.index()] = undo_.back().before;
            undo_.pop_back();
        }
        pass_free_variables(scope, inner_free, free, has_outer_function);
        return true;
    }

private:
    static constexpr uint8_t kBound = 1;   // bound in a function around
    static constexpr uint8_t kGlobal = 2;  // declared global in a block around

    static std::string text(Identifier name) { return std::string(name.view()); }

    void write(Identifier name, uint8_t state) {
        undo_.push_back({name, outer_[name.index()]});
        outer_[name.index()] = state;
    }

    // Binds what inner blocks miss: as cells here, or as free variables that
    // come from further out.
    void pass_free_variables(Scope& scope, const std::vector<Identifier>& inner_free, std::vector<Identifier>& free,
                             bool has_outer_function) {
        for (Identifier name : inner_free) {
            Symbol* symbol = scope.find(name);
            if (scope.kind == BlockKind::Function && symbol &&
                (symbol->scope == SymbolScope::Local || symbol->scope == SymbolScope::Cell)) {
                symbol->scope = SymbolScope::Cell;
                continue;
            }
            if (scope.kind == BlockKind::Class && name == name_class_) {
                scope.needs_class_closure = true;
                continue;
            }
            if (symbol) {
                if (scope.kind == BlockKind::Class && (symbol->flags & (kDefBound | kDefGlobal))) {
                    symbol->flags |= kDefFreeClass;
                }
            } else if (!has_outer_function || (outer_[name.index()] & kBound)) {
                scope.index.insert(name, static_cast<uint32_t>(scope.symbols.size()));
                scope.symbols.push_back({name, 0, SymbolScope::Free});
            }
            free.push_back(name);
        }
    }

    bool fail(const Scope& scope, Identifier name, std::string message) {
        Location location = scope.location;
        for (const Scope::Directive& directive : scope.directives) {
            if (directive.name == name) {
                location = directive.location;
                break;
            }
        }
        error_ = error_at(location, std::move(message));
        return false;
    }

    struct Undo {
        Identifier name;
        uint8_t before;
    };

    Diagnostic& error_;
    Identifier name_class_;
    std::vector<uint8_t> outer_;
    std::vector<Undo> undo_;
};

}  // namespace

bool resolve_scopes(Scope& top, Arena& arena, Diagnostic& error) {
    Resolver resolver(arena, error);
    std::vector<Identifier> free;
    return resolver.block(top, false, free);
}

}  // namespace orochi::language
