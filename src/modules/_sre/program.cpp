#include "modules/_sre/program.hpp"

namespace orochi::sre {

namespace {

class Checker {
public:
    Checker(Program& program, uint32_t* set_number, Bitmap* bitmaps)
        : program_(program), set_number_(set_number), bitmaps_(bitmaps) {}

    // The set from `p` to `end` without its kFailure.
    bool set(const Word* p, const Word* end) {
        while (p < end) {
            Word op = *p++;
            switch (op) {
                case kNegate: break;
                case kLiteral:
                    if (end - p < 1) return false;
                    ++p;
                    break;
                case kRange:
                case kRangeUniIgnore:
                    if (end - p < 2) return false;
                    p += 2;
                    break;
                case kCharset:
                    if (end - p < 8) return false;
                    p += 8;
                    break;
                case kBigCharset: {
                    if (end - p < 1) return false;
                    Word blocks = *p++;
                    if (blocks == 0 || blocks > 256 || end - p < 64) return false;
                    auto* map = reinterpret_cast<const unsigned char*>(p);
                    for (int i = 0; i < 256; ++i)
                        if (map[i] >= blocks) return false;
                    p += 64;
                    if (size_t(end - p) < size_t(blocks) * 8) return false;
                    p += blocks * 8;
                    break;
                }
                case kCategory:
                    if (end - p < 1 || *p >= kCategoryCount) return false;
                    ++p;
                    break;
                default: return false;
            }
        }
        return p == end;
    }

    // A set operation at `op` whose set begins at `first`.
    void make_bitmap(const Word* op, Word code, const Word* first) {
        if (code == kInLocIgnore) return;  // depends on the locale of the moment
        for (const Word* p = first; *p != kFailure;) {
            // So do the locale's words.
            switch (*p++) {
                case kCategory:
                    if (*p == kLocWord || *p == kLocNotWord) return;
                    ++p;
                    break;
                case kLiteral: ++p; break;
                case kRange:
                case kRangeUniIgnore: p += 2; break;
                case kCharset: p += 8; break;
                case kBigCharset: p += 65 + *p * 8; break;
                default: break;
            }
        }
        Bitmap& bitmap = bitmaps_[bitmap_count_++];
        bitmap = Bitmap{};
        for (Char c = 0; c < 256; ++c)
            if (in_set(code, first, c)) bitmap.bits[c >> 6] |= uint64_t{1} << (c & 63);
        set_number_[op - program_.code] = uint32_t(bitmap_count_);
    }

    // Instructions from `p` to `end`, which is where control must arrive.
    bool block(const Word* p, const Word* end, int depth) {
        if (depth > 2000 || p > end) return false;
        auto skip_at = [&](Word extra) { return p < end && *p >= extra && *p <= size_t(end - p); };
        while (p < end) {
            const Word* at = p;
            Word op = *p++;
            switch (op) {
                case kMark:
                    if (p >= end || *p > 2 * program_.groups + 1) return false;
                    ++p;
                    break;
                case kLiteral:
                case kNotLiteral:
                case kLiteralIgnore:
                case kNotLiteralIgnore:
                case kLiteralUniIgnore:
                case kNotLiteralUniIgnore:
                case kLiteralLocIgnore:
                case kNotLiteralLocIgnore:
                    if (p >= end) return false;
                    ++p;
                    break;
                case kSuccess:
                case kFailure:
                case kAny:
                case kAnyAll: break;
                case kAt:
                    if (p >= end || *p >= kAtCount) return false;
                    ++p;
                    break;
                case kCategory:
                    if (p >= end || *p >= kCategoryCount) return false;
                    ++p;
                    break;
                case kIn:
                case kInIgnore:
                case kInUniIgnore:
                case kInLocIgnore: {
                    if (!skip_at(2) || p[*p - 1] != kFailure || !set(p + 1, p + *p - 1)) return false;
                    make_bitmap(at, op, p + 1);
                    p += *p;
                    break;
                }
                case kInfo: {
                    // Only at the very start; checked by prepare().
                    return false;
                }
                case kBranch: {
                    const Word* target = nullptr;
                    while (true) {
                        if (p >= end) return false;
                        if (*p == 0) break;
                        if (!skip_at(3)) return false;
                        const Word* next = p + *p;
                        // The alternative ends with a jump behind the whole.
                        if (next[-2] != kJump || !block(p + 1, next - 2, depth + 1)) return false;
                        if (next[-1] > size_t(end - (next - 1))) return false;
                        const Word* jump = next - 1 + next[-1];
                        if (target && target != jump) return false;
                        target = jump;
                        p = next;
                    }
                    ++p;
                    if (target && target != p) return false;
                    break;
                }
                case kRepeatOne:
                case kMinRepeatOne:
                case kPossessiveRepeatOne: {
                    if (!skip_at(4) || !limits(p)) return false;
                    if (p[*p - 1] != kSuccess || !single(p + 3, p + *p - 1) || !block(p + 3, p + *p - 1, depth + 1))
                        return false;
                    p += *p;
                    break;
                }
                case kRepeat:
                case kPossessiveRepeat: {
                    if (!skip_at(3) || !limits(p)) return false;
                    if (!block(p + 3, p + *p, depth + 1)) return false;
                    p += *p;
                    if (p >= end) return false;
                    if (op == kPossessiveRepeat ? *p != kSuccess : *p != kMaxUntil && *p != kMinUntil) return false;
                    ++p;
                    break;
                }
                case kAtomicGroup: {
                    if (!skip_at(2) || p[*p - 1] != kSuccess || !block(p + 1, p + *p - 1, depth + 1)) return false;
                    p += *p;
                    break;
                }
                case kGroupRef:
                case kGroupRefIgnore:
                case kGroupRefUniIgnore:
                case kGroupRefLocIgnore:
                    if (p >= end || *p >= program_.groups) return false;
                    ++p;
                    break;
                case kGroupRefExists: {
                    // group, skip, "yes" [jump, "no"]
                    if (end - p < 2 || p[0] >= program_.groups || p[1] < 2 || p[1] > size_t(end - p)) return false;
                    const Word* no = p + p[1];
                    if (p[1] >= 4 && no[-2] == kJump && no[-1] <= size_t(end - (no - 1)) && no[-1] >= 1 &&
                        block(no, no - 1 + no[-1], depth + 1) && block(p + 2, no - 2, depth + 1)) {
                        p = no - 1 + no[-1];
                    } else {
                        if (!block(p + 2, no, depth + 1)) return false;
                        p = no;
                    }
                    break;
                }
                case kAssert:
                case kAssertNot: {
                    if (!skip_at(3) || (p[1] & 0x80000000)) return false;
                    if (p[*p - 1] != kSuccess || !block(p + 2, p + *p - 1, depth + 1)) return false;
                    p += *p;
                    break;
                }
                default: return false;
            }
        }
        return p == end;
    }

    static bool limits(const Word* p) { return p[1] <= p[2]; }

    // One instruction that takes one character.
    static bool single(const Word* p, const Word* end) {
        switch (*p) {
            case kAny:
            case kAnyAll: return p + 1 == end;
            case kLiteral:
            case kNotLiteral:
            case kLiteralIgnore:
            case kNotLiteralIgnore:
            case kLiteralUniIgnore:
            case kNotLiteralUniIgnore:
            case kLiteralLocIgnore:
            case kNotLiteralLocIgnore:
            case kCategory: return p + 2 == end;
            case kIn:
            case kInIgnore:
            case kInUniIgnore:
            case kInLocIgnore: return end - p > 1 && p + 1 + p[1] == end;
            default: return false;
        }
    }

    // The INFO block whose words begin at `p` and end at `end`.
    bool info(const Word* p, const Word* end) {
        if (end - p < 4) return false;
        Word flags = p[1];
        program_.min_width = p[2];
        const Word* rest = p + 4;
        if (flags & ~Word(7) || ((flags & kInfoPrefix) && (flags & kInfoCharset)) ||
            ((flags & kInfoLiteral) && !(flags & kInfoPrefix)))
            return false;
        if (flags & kInfoPrefix) {
            if (end - rest < 2) return false;
            size_t size = rest[0];
            if (rest[1] > size || size_t(end - rest) < 2 + size * 2) return false;
            program_.prefix = rest + 2;
            program_.prefix_size = size;
            program_.prefix_skip = rest[1];
            program_.all_literal = flags & kInfoLiteral;
            rest += 2 + size * 2;
        }
        if (flags & kInfoCharset) {
            if (end - rest < 1 || end[-1] != kFailure || !set(rest, end - 1)) return false;
            program_.first_set = rest;
            make_bitmap(rest, kIn, rest);
            program_.first_bitmap = program_.bitmap_at(rest);
            rest = end;
        }
        return rest == end;
    }

private:
    Program& program_;
    uint32_t* set_number_;
    Bitmap* bitmaps_;
    size_t bitmap_count_ = 0;
};

}  // namespace

size_t count_sets(const Word* code, size_t size) {
    size_t count = 1;
    for (size_t i = 0; i < size; ++i) count += code[i] == kIn || code[i] == kInIgnore || code[i] == kInUniIgnore;
    return count;
}

bool prepare(Program& program, uint32_t* set_number, Bitmap* bitmaps) {
    program.set_number = set_number;
    program.bitmaps = bitmaps;
    Checker checker(program, set_number, bitmaps);
    const Word* p = program.code;
    const Word* end = p + program.size;
    if (program.size == 0 || end[-1] != kSuccess || program.groups > 0x3FFFFFFF) return false;
    if (*p == kInfo) {
        if (program.size < 2 || p[1] < 1 || p[1] > size_t(end - (p + 1))) return false;
        const Word* after = p + 1 + p[1];
        if (!checker.info(p + 1, after)) return false;
        p = after;
    }
    program.start = p;
    if (p >= end || !checker.block(p, end - 1, 0)) return false;
    // A prefix that is skipped must be plain literals in the code.
    for (size_t i = 0; i < program.prefix_skip; ++i)
        if (size_t(end - p) < 2 * i + 2 || p[2 * i] != kLiteral || p[2 * i + 1] != program.prefix[i]) {
            program.prefix_skip = i;
            break;
        }
    return true;
}

}  // namespace orochi::sre
