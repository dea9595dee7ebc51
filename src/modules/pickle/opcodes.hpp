// The instructions of the pickle machine (PEP 307, 3154, 574; pickletools describes each).
#pragma once

namespace orochi::pickle {

enum Opcode : unsigned char {
    kMark = '(',
    kStop = '.',
    kPop = '0',
    kPopMark = '1',
    kDup = '2',
    kFloat = 'F',
    kInt = 'I',
    kBinInt = 'J',
    kBinInt1 = 'K',
    kBinInt2 = 'M',
    kLong = 'L',
    kNone = 'N',
    kPersistentId = 'P',
    kBinPersistentId = 'Q',
    kReduce = 'R',
    kString = 'S',
    kBinString = 'T',
    kShortBinString = 'U',
    kUnicode = 'V',
    kBinUnicode = 'X',
    kAppend = 'a',
    kBuild = 'b',
    kGlobal = 'c',
    kDict = 'd',
    kEmptyDict = '}',
    kAppends = 'e',
    kGet = 'g',
    kBinGet = 'h',
    kInst = 'i',
    kLongBinGet = 'j',
    kList = 'l',
    kEmptyList = ']',
    kObj = 'o',
    kPut = 'p',
    kBinPut = 'q',
    kLongBinPut = 'r',
    kSetItem = 's',
    kTuple = 't',
    kEmptyTuple = ')',
    kSetItems = 'u',
    kBinFloat = 'G',
    // Protocol 2
    kProto = 0x80,
    kNewObj,
    kExt1,
    kExt2,
    kExt4,
    kTuple1,
    kTuple2,
    kTuple3,
    kNewTrue,
    kNewFalse,
    kLong1,
    kLong4,
    // Protocol 3
    kBinBytes = 'B',
    kShortBinBytes = 'C',
    // Protocol 4
    kShortBinUnicode = 0x8c,
    kBinUnicode8,
    kBinBytes8,
    kEmptySet,
    kAddItems,
    kFrozenSet,
    kNewObjEx,
    kStackGlobal,
    kMemoize,
    kFrame,
    // Protocol 5
    kByteArray8,
    kNextBuffer,
    kReadonlyBuffer,
};

inline constexpr int kHighestProtocol = 5;
inline constexpr int kDefaultProtocol = 4;
// Lists, dicts and sets are written in batches of so many items.
inline constexpr int kBatch = 1000;
// FRAME and its length, 8 bytes little-endian.
inline constexpr size_t kFrameHeader = 9;
inline constexpr size_t kFrameSmallest = 4;
inline constexpr size_t kFrameTarget = 64 * 1024;

}  // namespace orochi::pickle
