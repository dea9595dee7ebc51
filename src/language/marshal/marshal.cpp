#include "language/marshal/marshal.hpp"

#include <bit>

#include "language/symbols/identifier_map.hpp"

namespace orochi::language {

namespace {

constexpr uint8_t kFlagRef = 0x80;

class Writer {
public:
    std::string take() { return std::move(out_); }

    void code(const CodeUnit& c) {
        byte('c');
        long32(c.argcount);
        long32(c.posonlyargcount);
        long32(c.kwonlyargcount);
        long32(c.stacksize);
        long32(static_cast<int32_t>(c.flags));
        bytes(c.code);
        tuple_start(c.constants.size());
        for (const CodeConstant& item : c.constants) {
            if (item.code)
                code(*item.code);
            else
                constant(*item.value);
        }
        names(c.names);
        names(c.localsplusnames);
        bytes(c.localspluskinds);
        filename(c.filename);
        name(c.name);
        name(c.qualname);
        long32(c.firstlineno);
        bytes(c.linetable);
        bytes(c.exceptiontable);
    }

    void constant(const Constant& c) {
        switch (c.kind) {
            case ConstantKind::None: return byte('N');
            case ConstantKind::False: return byte('F');
            case ConstantKind::True: return byte('T');
            case ConstantKind::Ellipsis: return byte('.');
            case ConstantKind::Int:
            case ConstantKind::BigInt: return integer(c);
            case ConstantKind::Float: byte('g'); return real(c.real);
            case ConstantKind::Complex:
                byte('y');
                real(c.real);
                return real(c.imaginary);
            case ConstantKind::Str: return text(c.view(), 'a', 'z', 'u', 0);
            case ConstantKind::Bytes:
                byte('s');
                long32(static_cast<int32_t>(c.size));
                out_ += c.view();
                return;
            case ConstantKind::Tuple: tuple_start(c.size); break;
            case ConstantKind::FrozenSet:
                byte('>');
                long32(static_cast<int32_t>(c.size));
                break;
        }
        for (uint32_t i = 0; i < c.size; ++i) constant(*c.items[i]);
    }

    void byte(uint8_t b) { out_ += static_cast<char>(b); }
    void long32(int32_t value) {
        for (int shift = 0; shift < 32; shift += 8) byte(static_cast<uint8_t>(static_cast<uint32_t>(value) >> shift));
    }

private:
    void real(double value) {
        auto bits = std::bit_cast<uint64_t>(value);
        for (int shift = 0; shift < 64; shift += 8) byte(static_cast<uint8_t>(bits >> shift));
    }

    void bytes(const Sequence<uint8_t>& data) {
        byte('s');
        long32(static_cast<int32_t>(data.count));
        out_.append(reinterpret_cast<const char*>(data.data), data.count);
    }

    void tuple_start(uint32_t size) {
        if (size < 256) {
            byte(')');
            return byte(static_cast<uint8_t>(size));
        }
        byte('(');
        long32(static_cast<int32_t>(size));
    }

    void text(std::string_view s, uint8_t ascii, uint8_t short_ascii, uint8_t unicode, uint8_t flag) {
        bool is_ascii = true;
        for (unsigned char c : s) is_ascii = is_ascii && c < 128;
        byte((!is_ascii ? unicode : s.size() < 256 ? short_ascii : ascii) | flag);
        if (is_ascii && s.size() < 256)
            byte(static_cast<uint8_t>(s.size()));
        else
            long32(static_cast<int32_t>(s.size()));
        out_ += s;
    }

    void name(Identifier id) {
        uint32_t ref = refs_.find(id);
        if (ref != IdentifierMap::kAbsent) {
            byte('r');
            return long32(static_cast<int32_t>(ref));
        }
        refs_.insert(id, ref_count_++);
        text(id.view(), 'A', 'Z', 't', kFlagRef);
    }

    void filename(std::string_view s) {
        if (filename_ref_ >= 0) {
            byte('r');
            return long32(filename_ref_);
        }
        filename_ref_ = static_cast<int32_t>(ref_count_++);
        text(s, 'a', 'z', 'u', kFlagRef);
    }

    void names(const Sequence<Identifier>& row) {
        tuple_start(row.size());
        for (Identifier id : row) name(id);
    }

    void integer(const Constant& c) {
        if (c.is(ConstantKind::Int) && c.integer >= INT32_MIN && c.integer <= INT32_MAX) {
            byte('i');
            return long32(static_cast<int32_t>(c.integer));
        }
        // Digits in base 2**15, their number signed.
        std::string digits;
        int32_t count = 0;
        bool negative;
        auto digit = [&](uint32_t d) {
            digits += static_cast<char>(d & 0xff);
            digits += static_cast<char>(d >> 8);
            ++count;
        };
        if (c.is(ConstantKind::Int)) {
            negative = c.integer < 0;
            uint64_t left = negative ? 0 - static_cast<uint64_t>(c.integer) : static_cast<uint64_t>(c.integer);
            for (; left; left >>= 15) digit(left & 0x7fff);
        } else {
            negative = c.negative;
            for (uint32_t i = 0; i < c.size; ++i) {
                digit(c.digits[i] & 0x7fff);
                uint32_t high = c.digits[i] >> 15;
                if (high || i + 1 < c.size) digit(high);
            }
        }
        byte('l');
        long32(negative ? -count : count);
        out_ += digits;
    }

    std::string out_;
    IdentifierMap refs_;
    uint32_t ref_count_ = 0;
    int32_t filename_ref_ = -1;
};

}  // namespace

std::string marshal_code(const CodeUnit& code) {
    Writer writer;
    writer.code(code);
    return writer.take();
}

std::string make_pyc(const CodeUnit& code, uint32_t source_mtime, uint32_t source_size) {
    constexpr uint32_t kMagic = 3495 | 0x0a0d0000;  // of CPython 3.11
    Writer writer;
    for (uint32_t word : {kMagic, 0u, source_mtime, source_size}) writer.long32(static_cast<int32_t>(word));
    writer.code(code);
    return writer.take();
}

}  // namespace orochi::language
