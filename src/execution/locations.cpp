// Reading the location table (PEP 626, PEP 657) and the exception table of a code object.
#include "execution/code.hpp"
#include "objects/bytes.hpp"

namespace orochi {

LocationReader::LocationReader(std::string_view linetable, int first_line)
    : at_(reinterpret_cast<const uint8_t*>(linetable.data())), limit_(at_ + linetable.size()), line_(first_line) {}

LocationReader::LocationReader(const Code& code)
    : LocationReader(bytes_view(*as<Bytes>(code.co_linetable)), code.co_firstlineno) {}

int LocationReader::read_varint() {
    unsigned value = 0;
    for (int shift = 0; at_ < limit_ && shift < 32; shift += 6) {
        unsigned byte = *at_++;
        value |= (byte & 63) << shift;
        if (!(byte & 64)) break;
    }
    return int(value);
}

int LocationReader::read_signed_varint() {
    unsigned value = unsigned(read_varint());
    return value & 1 ? -int(value >> 1) : int(value >> 1);
}

bool LocationReader::next() {
    if (at_ >= limit_) return false;
    unsigned first = *at_++;
    start_ = end_;
    end_ = start_ + (int(first & 7) + 1) * int(sizeof(CodeWord));
    int kind = int(first >> 3) & 15;
    position_ = {-1, -1, -1, -1};
    auto byte = [&] { return at_ < limit_ ? int(*at_++) : 0; };
    switch (kind) {
        case PY_CODE_LOCATION_INFO_NONE: return true;
        case PY_CODE_LOCATION_INFO_LONG:
            line_ += read_signed_varint();
            position_.line = line_;
            position_.end_line = line_ + read_varint();
            position_.column = read_varint() - 1;
            position_.end_column = read_varint() - 1;
            return true;
        case PY_CODE_LOCATION_INFO_NO_COLUMNS:
            line_ += read_signed_varint();
            position_.line = position_.end_line = line_;
            return true;
        case PY_CODE_LOCATION_INFO_ONE_LINE0:
        case PY_CODE_LOCATION_INFO_ONE_LINE1:
        case PY_CODE_LOCATION_INFO_ONE_LINE2:
            line_ += kind - PY_CODE_LOCATION_INFO_ONE_LINE0;
            position_.line = position_.end_line = line_;
            position_.column = byte();
            position_.end_column = byte();
            return true;
        default: {
            int second = byte();
            position_.line = position_.end_line = line_;
            position_.column = (kind << 3) | (second >> 4);
            position_.end_column = position_.column + (second & 15);
            return true;
        }
    }
}

Result<Ref<Bytes>> linetable_without_columns(ThreadState& ts, const Bytes& linetable) {
    std::string out;
    LocationReader reader(bytes_view(linetable), 0);
    int line = 0;
    while (reader.next()) {
        unsigned words = unsigned(reader.end() - reader.start()) / sizeof(CodeWord);
        bool has_line = reader.position().line >= 0;
        unsigned kind = has_line ? PY_CODE_LOCATION_INFO_NO_COLUMNS : PY_CODE_LOCATION_INFO_NONE;
        out += char(0x80 | kind << 3 | (words - 1));
        if (!has_line) continue;
        int delta = reader.position().line - line;
        line = reader.position().line;
        unsigned value = delta < 0 ? unsigned(-delta) << 1 | 1 : unsigned(delta) << 1;
        for (; value >= 64; value >>= 6) out += char(0x40 | (value & 63));
        out += char(value);
    }
    return bytes_from(ts, out);
}

CodePosition code_position(const Code& code, int offset) {
    if (offset < 0) return {code.co_firstlineno, code.co_firstlineno, -1, -1};
    LocationReader reader(code);
    while (reader.next()) {
        if (offset < reader.end()) return reader.position();
    }
    return {-1, -1, -1, -1};
}

int code_line(const Code& code, int offset) { return code_position(code, offset).line; }

namespace {

struct TableReader {
    const uint8_t* at;
    const uint8_t* limit;
    bool start_entry = false;
    int varint() {
        int value = 0;
        while (at < limit) {
            int byte = *at++;
            value = (value << 6) | (byte & 63);
            if (!(byte & 64)) break;
        }
        return value;
    }
};

}  // namespace

bool find_handler(const Code& code, int word_offset, Handler& handler) {
    std::string_view table = bytes_view(*as<Bytes>(code.co_exceptiontable));
    TableReader reader{reinterpret_cast<const uint8_t*>(table.data()),
                       reinterpret_cast<const uint8_t*>(table.data()) + table.size()};
    // Entries are sorted by start; the first byte of each has bit 7 set. Long tables are narrowed by halving.
    const uint8_t* low = reader.at;
    const uint8_t* high = reader.limit;
    while (high - low > 40) {
        const uint8_t* middle = low + (high - low) / 2;
        while (middle > low && !(*middle & 128)) --middle;
        if (middle == low) break;
        TableReader probe{middle, reader.limit};
        if (probe.varint() > word_offset) {
            high = middle;
        } else {
            low = middle;
        }
    }
    reader.at = low;
    while (reader.at < reader.limit) {
        int start = reader.varint();
        int length = reader.varint();
        int target = reader.varint();
        int depth_and_lasti = reader.varint();
        if (word_offset < start) return false;
        if (word_offset < start + length) {
            handler = {target, depth_and_lasti >> 1, bool(depth_and_lasti & 1)};
            return true;
        }
    }
    return false;
}

}  // namespace orochi
