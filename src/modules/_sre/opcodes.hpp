// The instructions of the regular expression engine, in the order in which the standard library's re/_constants.py
// numbers them: its compiler makes the code, this module runs it.
#pragma once

#include <cstdint>

namespace orochi::sre {

using Word = uint32_t;

inline constexpr Word kMagic = 20220615;
inline constexpr Word kMaxRepeat = 0xFFFFFFFF;

enum Op : Word {
    kFailure,
    kSuccess,
    kAny,
    kAnyAll,
    kAssert,
    kAssertNot,
    kAt,
    kBranch,
    kCategory,
    kCharset,
    kBigCharset,
    kGroupRef,
    kGroupRefExists,
    kIn,
    kInfo,
    kJump,
    kLiteral,
    kMark,
    kMaxUntil,
    kMinUntil,
    kNotLiteral,
    kNegate,
    kRange,
    kRepeat,
    kRepeatOne,
    kSubpattern,
    kMinRepeatOne,
    kAtomicGroup,
    kPossessiveRepeat,
    kPossessiveRepeatOne,
    kGroupRefIgnore,
    kInIgnore,
    kLiteralIgnore,
    kNotLiteralIgnore,
    kGroupRefLocIgnore,
    kInLocIgnore,
    kLiteralLocIgnore,
    kNotLiteralLocIgnore,
    kGroupRefUniIgnore,
    kInUniIgnore,
    kLiteralUniIgnore,
    kNotLiteralUniIgnore,
    kRangeUniIgnore,
};

enum At : Word {
    kAtBeginning,
    kAtBeginningLine,
    kAtBeginningString,
    kAtBoundary,
    kAtNonBoundary,
    kAtEnd,
    kAtEndLine,
    kAtEndString,
    kAtLocBoundary,
    kAtLocNonBoundary,
    kAtUniBoundary,
    kAtUniNonBoundary,
    kAtCount,
};

enum Category : Word {
    kDigit,
    kNotDigit,
    kSpace,
    kNotSpace,
    kWord,
    kNotWord,
    kLinebreak,
    kNotLinebreak,
    kLocWord,
    kLocNotWord,
    kUniDigit,
    kUniNotDigit,
    kUniSpace,
    kUniNotSpace,
    kUniWord,
    kUniNotWord,
    kUniLinebreak,
    kUniNotLinebreak,
    kCategoryCount,
};

enum Flag : Word {
    kFlagTemplate = 1,
    kFlagIgnoreCase = 2,
    kFlagLocale = 4,
    kFlagMultiline = 8,
    kFlagDotAll = 16,
    kFlagUnicode = 32,
    kFlagVerbose = 64,
    kFlagDebug = 128,
    kFlagAscii = 256,
};

enum InfoFlag : Word { kInfoPrefix = 1, kInfoLiteral = 2, kInfoCharset = 4 };

}  // namespace orochi::sre
