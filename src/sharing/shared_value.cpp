#include "sharing/shared_value.hpp"

#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/memoryview.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"
#include "sharing/mailbox_object.hpp"
#include "sharing/shared_buffer.hpp"

namespace orochi {

namespace {

// Objects of lib/ that name something of the process (channels, queues) have this class attribute: "module:function".
// In the other interpreter, function(id) makes the equal object.
bool is_named(ThreadState& ts, Object& object) { return type_lookup(ts, type_of(object), "_crosses_as_"_s) != nullptr; }

bool is_plain(Object& object) {
    return is_none(object) || PyBool_Check(&object) || PyLong_CheckExact(&object) || PyFloat_CheckExact(&object) ||
           PyUnicode_CheckExact(&object) || PyBytes_CheckExact(&object);
}

bool crosses_as_buffer(Object& object, Crossing crossing) {
    if (crossing == Crossing::kData) return false;
    return PyMemoryView_Check(&object) || (crossing == Crossing::kBuffers && has_buffer(object));
}

// Smaller contents share pages with other objects, and copying them is quicker than a system call.
constexpr size_t kShareableFrom = 512 * 1024;

// What the head of a str says about memory elsewhere in the sender's heap.
void forget_caches(Str& text) {
    text._base._base.state.interned = 0;
    text._base._base.wstr = nullptr;
    if (str_is_ascii(text)) return;
    text._base.utf8 = nullptr;
    text._base.utf8_length = 0;
    text._base.wstr_length = 0;
}

// lib/_crossing.py: pickles that know what __main__ is in another interpreter.
Result<Ref<Object>> call_crossing(ThreadState& ts, Object& function, Object& argument) {
    Ref<Object> module = TRY(import_module(ts, "_crossing"_n));
    return call_method(ts, *module, function, argument);
}

}  // namespace

Result<bool> SharedValue::is_shareable(ThreadState& ts, Object& object, Crossing crossing) {
    if (is_plain(object) || crosses_as_buffer(object, crossing)) return true;
    if (!PyTuple_CheckExact(&object)) return is_named(ts, object);
    TRY(enter_recursion(ts, " while looking at a tuple"));
    bool all = true;
    bool good = true;
    Tuple& tuple = as<Tuple>(object);
    for (Py_ssize_t i = 0; good && all && i < tuple_size(tuple); ++i) {
        auto item = is_shareable(ts, tuple_item(tuple, i), crossing);
        good = item.ok();
        if (good) all = std::move(item).take();
    }
    leave_recursion(ts);
    if (!good) return failure;
    return all;
}

Result<void> SharedValue::take(ThreadState& ts, Object& object, Crossing crossing, SharedValue& out) {
    if (crossing != Crossing::kAnything || TRY(is_shareable(ts, object, crossing))) {
        return take_shareable(ts, object, crossing, out);
    }
    Ref<Object> pickle = TRY(call_crossing(ts, "dumps"_n, object));
    out.kind_ = Kind::kPickle;
    out.items_.resize(1);
    return take_shareable(ts, *pickle, crossing, out.items_[0]);
}

Result<void> SharedValue::take_shareable(ThreadState& ts, Object& object, Crossing crossing, SharedValue& out) {
    if (is_none(object)) {
        out.kind_ = Kind::kNone;
    } else if (PyBool_Check(&object)) {
        out.kind_ = &object == obj(&_Py_TrueStruct) ? Kind::kTrue : Kind::kFalse;
    } else if (PyLong_CheckExact(&object)) {
        int overflow;
        out.integer_ = TRY(int_as_long_long_overflow(ts, object, overflow));
        out.kind_ = Kind::kInt;
        if (overflow) {
            size_t bits = TRY(int_bit_count(ts, as<Int>(object)));
            out.kind_ = Kind::kBigInt;
            out.data_.resize(bits / 8 + 1);
            TRY(int_to_bytes(ts, as<Int>(object), reinterpret_cast<unsigned char*>(out.data_.data()), out.data_.size(),
                             true, true));
        }
    } else if (PyFloat_CheckExact(&object)) {
        out.kind_ = Kind::kFloat;
        out.number_ = float_value(object);
    } else if (PyUnicode_CheckExact(&object)) {
        Str& text = as<Str>(object);
        size_t size = size_t(str_length(text)) * size_t(str_kind(text));
        out.width_ = uint8_t(str_kind(text));
        if (size > kShareableFrom && text._base._base.state.compact) out.pages_ = Heap::share(&text);
        out.kind_ = out.pages_ ? Kind::kStrPages : str_is_ascii(text) ? Kind::kAscii : Kind::kStr;
        if (!out.pages_) out.data_.assign(static_cast<const char*>(str_data(text)), size);
    } else if (PyBytes_CheckExact(&object)) {
        std::string_view contents = bytes_view(as<Bytes>(object));
        if (contents.size() > kShareableFrom) out.pages_ = Heap::share(&object);
        out.kind_ = out.pages_ ? Kind::kBytesPages : Kind::kBytes;
        if (!out.pages_) out.data_ = contents;
    } else if (PyTuple_CheckExact(&object)) {
        TRY(enter_recursion(ts, " while sending a tuple"));
        out.kind_ = Kind::kTuple;
        Tuple& tuple = as<Tuple>(object);
        out.items_.resize(size_t(tuple_size(tuple)));
        bool good = true;
        for (Py_ssize_t i = 0; good && i < tuple_size(tuple); ++i) {
            good = take_shareable(ts, tuple_item(tuple, i), crossing, out.items_[size_t(i)]).ok();
        }
        leave_recursion(ts);
        if (!good) return failure;
    } else if (is_named(ts, object)) {
        TRY(out.take_named(ts, object));
    } else if (crosses_as_buffer(object, crossing)) {
        out.buffer_ = TRY(SharedBuffer::from(ts, object));
        out.kind_ = Kind::kBuffer;
    } else {
        return raise(ts, PyExc_ValueError, "%S does not support cross-interpreter data", &object);
    }
    return {};
}

Result<void> SharedValue::take_named(ThreadState& ts, Object& object) {
    Ref<Object> maker = TRY(getattr(ts, object, "_crosses_as_"_n));
    Ref<Object> id = TRY(getattr(ts, object, "_id"_n));
    Ref<Object> mailbox = TRY(getattr(ts, object, "_mailbox"_n));
    if (!PyUnicode_Check(maker.get()))
        return raise(ts, PyExc_TypeError, "_crosses_as_ must be str, not %T", maker.get());
    data_ = std::string(TRY(str_utf8(ts, as<Str>(*maker))));
    integer_ = TRY(int_as_long_long(ts, *id));
    if (!is_none(*mailbox)) mailbox_ = TRY(mailbox_of(ts, *mailbox));
    kind_ = Kind::kNamed;
    return {};
}

Result<Ref<Object>> SharedValue::make_named(ThreadState& ts) const {
    size_t colon = data_.find(':');
    if (colon == std::string::npos) return raise(ts, PyExc_ValueError, "_crosses_as_ is not \"module:function\"");
    Ref<Str> module_name = TRY(str_from_utf8(ts, data_.substr(0, colon)));
    Ref<Str> function = TRY(str_from_utf8(ts, data_.substr(colon + 1)));
    Ref<Object> module = TRY(import_module(ts, obj(*module_name)));
    Ref<Object> id = TRY(int_from(ts, integer_));
    return call_method(ts, *module, obj(*function), *id);
}

Result<Ref<Object>> SharedValue::make_from_pages(ThreadState& ts) {
    void* block = ts.heap().adopt(pages_);
    if (!block) return raise_no_memory(ts);
    Object& object = *static_cast<Object*>(block);
    // The head came along: sizes and flags are right, and the hash is the same in every interpreter of the process.
    object.ob_refcnt = 1;
    if (kind_ == Kind::kStrPages) forget_caches(as<Str>(object));
    return Ref<Object>::steal(object);
}

Result<Ref<Object>> SharedValue::make(ThreadState& ts) {
    switch (kind_) {
        case Kind::kNone: return new_none();
        case Kind::kFalse: return new_bool(false);
        case Kind::kTrue: return new_bool(true);
        case Kind::kInt: return int_from(ts, integer_);
        case Kind::kBigInt:
            return int_from_bytes(ts, reinterpret_cast<const unsigned char*>(data_.data()), data_.size(), true, true);
        case Kind::kFloat: return float_from(ts, number_);
        case Kind::kAscii: return str_from_ascii(ts, data_);
        case Kind::kStr: return str_from_ucs(ts, width_, data_.data(), Py_ssize_t(data_.size() / width_));
        case Kind::kBytes: return bytes_from(ts, data_);
        case Kind::kStrPages:
        case Kind::kBytesPages: return make_from_pages(ts);
        case Kind::kTuple: {
            Ref<Tuple> tuple = TRY(tuple_new(ts, Py_ssize_t(items_.size())));
            for (size_t i = 0; i < items_.size(); ++i) tuple_init_item(tuple, Py_ssize_t(i), TRY(items_[i].make(ts)));
            return tuple;
        }
        case Kind::kBuffer: return SharedBuffer::view(ts, buffer_);
        case Kind::kNamed: return make_named(ts);
        case Kind::kPickle: {
            Ref<Object> pickle = TRY(items_[0].make(ts));
            return call_crossing(ts, "loads"_n, *pickle);
        }
    }
    __builtin_unreachable();
}

}  // namespace orochi
