// Inline caches: the 16-bit words after an instruction, by the layouts that `opcode._cache_format` shows.
#pragma once

#include <cstring>

#include "execution/code.hpp"

namespace orochi {

inline uint32_t read_cache32(const CodeWord* words) {
    uint32_t value;
    memcpy(&value, words, sizeof value);
    return value;
}
inline void write_cache32(CodeWord* words, uint32_t value) { memcpy(words, &value, sizeof value); }
inline Object* read_cache_object(const CodeWord* words) {
    Object* value;
    memcpy(&value, words, sizeof value);
    return value;
}
inline void write_cache_object(CodeWord* words, Object* value) { memcpy(words, &value, sizeof value); }

// Word 0 of every cache is a countdown. In an adaptive instruction it counts executions until the next attempt to
// specialise; in a specialised one it counts the misses that are forgiven.
inline constexpr uint16_t kWarmup = 0;
inline constexpr uint16_t kMissesForgiven = 52;
inline constexpr uint16_t kRetryAfter = 64;  // executions after a failed attempt

// How two operands compare.
enum Order : unsigned { kLess = 1, kGreater = 2, kEqual = 4, kUnordered = 8, kAllOrders = 15 };
// By Py_LT, Py_LE, Py_EQ, Py_NE, Py_GT, Py_GE: the orders for which the comparison is true.
inline constexpr unsigned kTrueOrders[] = {kLess,    kLess | kEqual,   kEqual, kAllOrders & ~unsigned(kEqual),
                                           kGreater, kGreater | kEqual};

struct LoadGlobalCache {  // LOAD_GLOBAL
    uint16_t counter, index, module_version[2], builtin_version;
};
struct AttributeCache {  // LOAD_ATTR, STORE_ATTR
    uint16_t counter, version[2], index;
};
struct LoadMethodCache {  // LOAD_METHOD
    uint16_t counter, type_version[2], dict_offset, keys_version[2], descriptor[4];
};
struct CallCache {  // CALL; the version is that of the function or class
    uint16_t counter, version[2], min_args;
};
struct CompareCache {               // COMPARE_OP with the jump behind it
    uint16_t counter, jump_orders;  // the orders of the operands for which the jump is taken
};
struct SubscriptCache {  // BINARY_SUBSCR
    uint16_t counter, type_version[2], function_version;
};

}  // namespace orochi
