#include "sharing/shared_value.hpp"

#include "objects/bytes.hpp"
#include "objects/float.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

// The library's channel classes (lib/interpreters.py) say which end they are in a class attribute.
Result<int> channel_end(ThreadState& ts, Object& object) {
    Object* mark = type_lookup(ts, type_of(object), "_channel_end_"_s);
    if (!mark || !PyUnicode_Check(mark)) return 0;
    if (str_equals_ascii(as<Str>(*mark), "recv")) return 1;
    if (str_equals_ascii(as<Str>(*mark), "send")) return 2;
    return 0;
}

}  // namespace

bool SharedValue::is_shareable(ThreadState& ts, Object& object) {
    if (is_none(object) || PyBool_Check(&object) || PyLong_CheckExact(&object) || PyFloat_CheckExact(&object) ||
        PyUnicode_CheckExact(&object) || PyBytes_CheckExact(&object)) {
        return true;
    }
    if (PyTuple_CheckExact(&object)) {
        if (!enter_recursion(ts, " while looking at a tuple").ok()) return error_clear(ts), false;
        bool all = true;
        Tuple& tuple = as<Tuple>(object);
        for (Py_ssize_t i = 0; all && i < tuple_size(tuple); ++i) all = is_shareable(ts, tuple_item(tuple, i));
        leave_recursion(ts);
        return all;
    }
    auto end = channel_end(ts, object);
    if (!end.ok()) return error_clear(ts), false;
    return std::move(end).take() != 0;
}

Result<void> SharedValue::take(ThreadState& ts, Object& object, SharedValue& out) {
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
        out.kind_ = Kind::kStr;
        out.width_ = uint8_t(str_kind(text));
        out.data_.assign(static_cast<const char*>(str_data(text)), size_t(str_length(text)) * out.width_);
    } else if (PyBytes_CheckExact(&object)) {
        out.kind_ = Kind::kBytes;
        out.data_ = bytes_view(as<Bytes>(object));
    } else if (PyTuple_CheckExact(&object)) {
        TRY(enter_recursion(ts, " while sending a tuple"));
        out.kind_ = Kind::kTuple;
        Tuple& tuple = as<Tuple>(object);
        out.items_.resize(size_t(tuple_size(tuple)));
        bool good = true;
        for (Py_ssize_t i = 0; good && i < tuple_size(tuple); ++i) {
            good = take(ts, tuple_item(tuple, i), out.items_[size_t(i)]).ok();
        }
        leave_recursion(ts);
        if (!good) return failure;
    } else if (int end = TRY(channel_end(ts, object))) {
        out.kind_ = end == 1 ? Kind::kRecvEnd : Kind::kSendEnd;
        Ref<Object> id = TRY(getattr(ts, object, "_id"_n));
        out.integer_ = TRY(int_as_long_long(ts, *id));
    } else {
        return raise(ts, PyExc_ValueError, "%S does not support cross-interpreter data", &object);
    }
    return {};
}

Result<Ref<Object>> SharedValue::make(ThreadState& ts) const {
    switch (kind_) {
        case Kind::kNone: return new_none();
        case Kind::kFalse: return new_bool(false);
        case Kind::kTrue: return new_bool(true);
        case Kind::kInt: return int_from(ts, integer_);
        case Kind::kBigInt:
            return int_from_bytes(ts, reinterpret_cast<const unsigned char*>(data_.data()), data_.size(), true, true);
        case Kind::kFloat: return float_from(ts, number_);
        case Kind::kStr: return str_from_ucs(ts, width_, data_.data(), Py_ssize_t(data_.size() / width_));
        case Kind::kBytes: return bytes_from(ts, data_);
        case Kind::kTuple: {
            Ref<Tuple> tuple = TRY(tuple_new(ts, Py_ssize_t(items_.size())));
            for (size_t i = 0; i < items_.size(); ++i) tuple_init_item(tuple, Py_ssize_t(i), TRY(items_[i].make(ts)));
            return tuple;
        }
        case Kind::kRecvEnd:
        case Kind::kSendEnd: {
            Ref<Object> module = TRY(import_module(ts, "interpreters"_n));
            Object& name = kind_ == Kind::kRecvEnd ? "RecvChannel"_n : "SendChannel"_n;
            Ref<Object> cls = TRY(getattr(ts, *module, name));
            Ref<Object> id = TRY(int_from(ts, integer_));
            return call(ts, *cls, *id);
        }
    }
    __builtin_unreachable();
}

}  // namespace orochi
