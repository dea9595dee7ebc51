// co_consts in the making: each different constant once, in order of first use.
// Different means of different type or value, signs of zero included (1, 1.0
// and True are three constants); tuples and sets are compared item by item.
#pragma once

#include <vector>

#include "language/compiler/code_unit.hpp"

namespace orochi::language {

bool same_constant(const Constant& a, const Constant& b);
// What `==` says: 1, 1.0 and True are equal.
bool equal_values(const Constant& a, const Constant& b);
uint32_t hash_value(const Constant& c);  // equal for equal values
uint32_t hash_constant(const Constant& c);

class ConstantTable {
public:
    uint32_t add(const Constant* value);
    uint32_t add(const CodeUnit* code);

    const CodeConstant& operator[](size_t i) const { return items_[i]; }
    size_t size() const { return items_.size(); }
    void truncate(size_t size) { items_.resize(size); }
    const std::vector<CodeConstant>& items() const { return items_; }

private:
    void grow();

    std::vector<CodeConstant> items_;
    std::vector<uint32_t> hashes_;
    std::vector<uint32_t> slots_;  // index + 1 into items_
};

}  // namespace orochi::language
