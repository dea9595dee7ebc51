#include "base/utf8.hpp"
#include "objects/str_internal.hpp"

namespace orochi {

StrBuilder::~StrBuilder() = default;

Result<void> StrBuilder::reserve(Py_ssize_t extra, Py_UCS4 max_character) {
    if (extra > PY_SSIZE_T_MAX - length_) return raise_no_memory(ts_);
    if (sole_) {
        Ref<Str> text = sole_.take();
        length_ = 0;
        TRY(reserve(str_length(text) + extra, std::max(max_character, str_max_class(text))));
        str_copy_into(*buffer_, 0, text_view(text));
        length_ = str_length(text);
        return {};
    }
    Py_ssize_t needed = length_ + extra;
    if (needed <= capacity_ && max_character <= max_character_) return {};
    Py_ssize_t capacity = std::max(needed, capacity_);
    if (needed > capacity_ && overallocate_ && needed < PY_SSIZE_T_MAX / 4)
        capacity = std::max<Py_ssize_t>(16, needed + needed / 2);
    if (capacity == 0) return {};
    Py_UCS4 widest = std::max(max_character_, max_character < 0x80      ? Py_UCS4(0x7F)
                                              : max_character < 0x100   ? Py_UCS4(0xFF)
                                              : max_character < 0x10000 ? Py_UCS4(0xFFFF)
                                                                        : Py_UCS4(0x10FFFF));
    if (buffer_ && widest == max_character_) {
        Ref<Str> grown = TRY(str_resize(ts_, buffer_.take(), capacity));
        buffer_ = OptRef<Str>(std::move(grown));
    } else {
        Ref<Str> wider = TRY(str_new(ts_, capacity, widest));
        if (length_) str_copy_into(wider, 0, {str_data(*buffer_), size_t(length_), kind_});
        buffer_ = OptRef<Str>(std::move(wider));
    }
    capacity_ = capacity;
    max_character_ = widest;
    kind_ = str_kind(*buffer_);
    return {};
}

Result<void> StrBuilder::append(Py_UCS4 character) {
    if (length_ >= capacity_ || character > max_character_) TRY(reserve(1, character));
    str_put(*buffer_, length_++, character);
    return {};
}

Result<void> StrBuilder::append(Str& text) { return append(text, 0, str_length(text)); }

Result<void> StrBuilder::append(Str& text, Py_ssize_t start, Py_ssize_t end) {
    if (start >= end) return {};
    if (length_ == 0 && !buffer_ && start == 0 && end == str_length(text) && str_is_exact(text)) {
        sole_ = OptRef<Str>::share(&text);
        length_ = end;
        return {};
    }
    base::TextView view = text_view(text);
    view.data = static_cast<const char*>(view.data) + start * view.kind;
    view.length = size_t(end - start);
    Py_UCS4 widest = str_max_class(text);
    if (widest > max_character_ && view.length != size_t(str_length(text))) widest = base::max_char_class(view);
    TRY(reserve(end - start, widest));
    str_copy_into(*buffer_, length_, view);
    length_ += end - start;
    return {};
}

Result<void> StrBuilder::append_ascii(std::string_view text) {
    if (text.empty()) return {};
    TRY(reserve(Py_ssize_t(text.size()), 0x7F));
    str_copy_into(*buffer_, length_, {text.data(), text.size(), 1});
    length_ += Py_ssize_t(text.size());
    return {};
}

Result<void> StrBuilder::append_utf8(std::string_view text) {
    auto* data = reinterpret_cast<const uint8_t*>(text.data());
    base::DecodeScan scan = base::scan_utf8(data, text.size());
    if (scan.status != base::Decoded::all) {
        Ref<Object> piece = TRY(str_decode(ts_, text, nullptr, nullptr));
        return append(as<Str>(*piece));
    }
    if (scan.characters == 0) return {};
    TRY(reserve(Py_ssize_t(scan.characters), scan.max_char));
    base::decode_utf8(data, text.size(), static_cast<char*>(str_data(*buffer_)) + length_ * kind_, kind_);
    length_ += Py_ssize_t(scan.characters);
    return {};
}

Result<void> StrBuilder::append_fill(Py_UCS4 character, Py_ssize_t count) {
    if (count <= 0) return {};
    TRY(reserve(count, character));
    base::fill_characters(static_cast<char*>(str_data(*buffer_)) + length_ * kind_, kind_, size_t(count), character);
    length_ += count;
    return {};
}

Result<void*> StrBuilder::extend(Py_ssize_t count, Py_UCS4 max_character) {
    TRY(reserve(count, max_character));
    void* at = static_cast<char*>(str_data(*buffer_)) + length_ * kind_;
    length_ += count;
    return at;
}

Result<Ref<Str>> StrBuilder::finish() {
    if (length_ == 0) return Ref<Str>::share(empty_str());
    if (sole_) {
        length_ = 0;
        return sole_.take();
    }
    Ref<Str> text = buffer_.take();
    if (length_ == 1 && str_at(text, 0) < 256) {
        length_ = capacity_ = 0;
        return Ref<Str>::share(latin1_string(static_cast<unsigned char>(str_at(text, 0))));
    }
    Py_ssize_t length = length_;
    length_ = capacity_ = 0;
    max_character_ = 0;
    if (length == str_length(text)) return text;
    return str_resize(ts_, std::move(text), length);
}

}  // namespace orochi
