// None, True, False, NotImplemented, Ellipsis: immortal, so these are borrowed or "new" alike.
#pragma once

#include "memory/reference.hpp"

namespace orochi {

inline Object& none() { return _Py_NoneStruct; }
inline Object& not_implemented() { return _Py_NotImplementedStruct; }
inline Object& ellipsis() { return _Py_EllipsisObject; }
inline Object& bool_object(bool value) { return obj(value ? _Py_TrueStruct : _Py_FalseStruct); }
inline Ref<Object> new_none() { return Ref<Object>::share(none()); }
inline Ref<Object> new_not_implemented() { return Ref<Object>::share(not_implemented()); }
inline Ref<Object> new_bool(bool value) { return Ref<Object>::share(bool_object(value)); }
inline bool is_none(const Object& object) { return &object == &_Py_NoneStruct; }
inline bool is_none(const Object* object) { return object == &_Py_NoneStruct; }

}  // namespace orochi
