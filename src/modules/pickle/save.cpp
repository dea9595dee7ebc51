// Choosing how an object is written.
#include "modules/pickle/saver.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi::pickle {

Result<void> Saver::memoize(Object& object) {
    if (self_.fast) return {};
    Py_ssize_t index = self_.memo.size();
    TRY(self_.memo.put(ts_, object, index));
    if (self_.protocol >= 4) return put(kMemoize);
    if (!self_.binary) return put(std::string(1, char(kPut)) + std::to_string(index) + "\n");
    if (index < 256) return put_with(kBinPut, uint8_t(index));
    if (size_t(index) <= 0xffffffff) return put_with(kLongBinPut, uint32_t(index));
    return pickling_error("memo id too large for LONG_BINPUT");
}

Result<void> Saver::put_get(Py_ssize_t index) {
    if (!self_.binary) return put(std::string(1, char(kGet)) + std::to_string(index) + "\n");
    if (index < 256) return put_with(kBinGet, uint8_t(index));
    if (size_t(index) <= 0xffffffff) return put_with(kLongBinGet, uint32_t(index));
    return pickling_error("memo id too large for LONG_BINGET");
}

Result<bool> Saver::save_persistent(Object& object) {
    Ref<Object> id = TRY(self_.persistent_id.call(ts_, *reinterpret_cast<Object*>(&self_), object));
    if (is_none(id.get())) return false;
    if (self_.binary) {
        TRY(save(*id, true));
        TRY(put(kBinPersistentId));
        return true;
    }
    Ref<Str> text = TRY(str(ts_, *id));
    if (!str_is_ascii(*text)) return pickling_error("persistent IDs in protocol 0 must be ASCII strings");
    TRY(put(kPersistentId));
    TRY(put(str_ascii_view(*text)));
    TRY(put("\n"));
    return true;
}

Result<void> Saver::save(Object& object, bool persistent) {
    TRY(enter_recursion(ts_, " while pickling an object"));
    auto result = save_object(object, persistent);
    leave_recursion(ts_);
    if (!result.ok()) return failure;
    return self_.output.boundary(ts_, self_.write);
}

Result<void> Saver::save_object(Object& object, bool persistent) {
    if (!persistent && self_.persistent_id.given() && TRY(save_persistent(object))) return {};
    // Atoms are written again each time: nothing can tell their copies apart.
    Type* type = &type_of(object);
    if (is_none(&object)) return put(kNone);
    if (type == &PyBool_Type) return save_bool(&object == Py_True);
    if (type == &PyLong_Type) return save_int(as<Int>(object));
    if (type == &PyFloat_Type) return save_float(reinterpret_cast<Float&>(object).ob_fval);

    Py_ssize_t known = self_.memo.find(object);
    if (known >= 0) return put_get(known);

    if (type == &PyBytes_Type) return save_bytes(as<Bytes>(object));
    if (type == &PyUnicode_Type) return save_str(as<Str>(object));
    if (type == &PyDict_Type) return save_dict(object);
    if (type == &PySet_Type) return save_set(object);
    if (type == &PyFrozenSet_Type) return save_frozenset(object);
    if (type == &PyList_Type) return save_list(object);
    if (type == &PyTuple_Type) return save_tuple(as<Tuple>(object));
    if (type == &PyByteArray_Type) return save_bytearray(as<ByteArray>(object));
    if (type == &PyPickleBuffer_Type) return save_picklebuffer(object);
    return save_by_reducing(object);
}

Result<void> dump(ThreadState& ts, State& state, Pickler& self, Object& object) {
    Output& output = self.output;
    output.start();
    if (self.protocol >= 2) {
        TRY(output.put(ts, kProto));
        TRY(output.put(ts, static_cast<unsigned char>(self.protocol)));
        output.set_framing(self.protocol >= 4);
    }
    TRY(Saver(ts, state, self).save(object));
    return output.put(ts, kStop);
}

}  // namespace orochi::pickle
