#include "execution/specialize.hpp"

#include "execution/caches.hpp"
#include "execution/evaluate.hpp"
#include "execution/function.hpp"
#include "language/compiler/opcodes.hpp"
#include "objects/descriptor.hpp"
#include "objects/dict.hpp"
#include "objects/dict_keys.hpp"
#include "objects/int.hpp"
#include "objects/module.hpp"
#include "objects/number.hpp"
#include "objects/slot_table.hpp"
#include "objects/str.hpp"
#include "objects/type.hpp"

namespace orochi {

using language::Opcode;

namespace {

void become(CodeWord* instruction, Opcode form) {
    _Py_SET_OPCODE(*instruction, int(form));
    instruction[1] = kMissesForgiven;
}
// Stays adaptive, and tries again later. The generic form runs meanwhile.
void give_up(CodeWord* instruction) { instruction[1] = kRetryAfter; }

struct Pair {
    Opcode first, second, combined;
};
constexpr Pair kPairs[] = {
    {Opcode::LOAD_FAST, Opcode::LOAD_FAST, Opcode::LOAD_FAST__LOAD_FAST},
    {Opcode::LOAD_FAST, Opcode::LOAD_CONST, Opcode::LOAD_FAST__LOAD_CONST},
    {Opcode::LOAD_CONST, Opcode::LOAD_FAST, Opcode::LOAD_CONST__LOAD_FAST},
    {Opcode::STORE_FAST, Opcode::LOAD_FAST, Opcode::STORE_FAST__LOAD_FAST},
    {Opcode::STORE_FAST, Opcode::STORE_FAST, Opcode::STORE_FAST__STORE_FAST},
};

Opcode adaptive_form(Opcode op) {
    switch (op) {
        case Opcode::BINARY_OP: return Opcode::BINARY_OP_ADAPTIVE;
        case Opcode::BINARY_SUBSCR: return Opcode::BINARY_SUBSCR_ADAPTIVE;
        case Opcode::CALL: return Opcode::CALL_ADAPTIVE;
        case Opcode::COMPARE_OP: return Opcode::COMPARE_OP_ADAPTIVE;
        case Opcode::LOAD_ATTR: return Opcode::LOAD_ATTR_ADAPTIVE;
        case Opcode::LOAD_GLOBAL: return Opcode::LOAD_GLOBAL_ADAPTIVE;
        case Opcode::LOAD_METHOD: return Opcode::LOAD_METHOD_ADAPTIVE;
        case Opcode::PRECALL: return Opcode::PRECALL_ADAPTIVE;
        case Opcode::STORE_ATTR: return Opcode::STORE_ATTR_ADAPTIVE;
        case Opcode::STORE_SUBSCR: return Opcode::STORE_SUBSCR_ADAPTIVE;
        case Opcode::UNPACK_SEQUENCE: return Opcode::UNPACK_SEQUENCE_ADAPTIVE;
        case Opcode::JUMP_BACKWARD: return Opcode::JUMP_BACKWARD_QUICK;
        case Opcode::RESUME: return Opcode::RESUME_QUICK;
        default: return op;
    }
}

}  // namespace

void quicken(Code& code) {
    CodeWord* words = code_words(code);
    Py_ssize_t count = code_word_count(code);
    Opcode previous = Opcode::CACHE;
    Py_ssize_t previous_at = -1;
    for (Py_ssize_t i = 0; i < count;) {
        Opcode op = Opcode(_Py_OPCODE(words[i]));
        int caches = language::kOpcodeTables.caches[int(op)];
        if (op == Opcode::EXTENDED_ARG) {
            // The instruction behind it has a long operand: its specialised forms read only one byte of it from
            // the instruction, but the loop hands them the whole, so they are fine. Combined forms are not.
            previous = Opcode::CACHE;
            ++i;
            Opcode extended = Opcode(_Py_OPCODE(words[i]));
            if (extended == Opcode::EXTENDED_ARG) continue;
            int extended_caches = language::kOpcodeTables.caches[int(extended)];
            Opcode form = adaptive_form(extended);
            if (form != extended && extended != Opcode::JUMP_BACKWARD && extended != Opcode::RESUME) {
                _Py_SET_OPCODE(words[i], int(form));
                words[i + 1] = kWarmup;
            }
            i += 1 + extended_caches;
            continue;
        }
        Opcode form = adaptive_form(op);
        if (form != op) {
            _Py_SET_OPCODE(words[i], int(form));
            if (caches) words[i + 1] = kWarmup;
            previous = Opcode::CACHE;
        } else {
            // The second half of a pair may start another, for those who jump to it.
            for (const Pair& pair : kPairs)
                if (pair.first == previous && pair.second == op) _Py_SET_OPCODE(words[previous_at], int(pair.combined));
            previous = op;
            previous_at = i;
        }
        i += 1 + caches;
    }
}

void specialize_load_global(ThreadState& ts, InterpreterFrame& frame, CodeWord* instruction, Object& name) {
    auto& cache = reinterpret_cast<LoadGlobalCache&>(instruction[1]);
    if (!PyDict_CheckExact(frame.globals) || !PyDict_CheckExact(frame.builtins)) return give_up(instruction);
    Dict& globals = *as<Dict>(frame.globals);
    Dict& builtins = *as<Dict>(frame.builtins);
    uint32_t globals_version = keys_version(ts, *globals.ma_keys);
    if (!globals_version || globals.ma_keys->kind != KeysKind::kNames) return give_up(instruction);
    Py_ssize_t index = dict_find_name(globals, as<Str>(name));
    if (index >= 0) {
        if (index > UINT16_MAX) return give_up(instruction);
        cache.index = uint16_t(index);
        write_cache32(cache.module_version, globals_version);
        return become(instruction, Opcode::LOAD_GLOBAL_MODULE);
    }
    if (builtins.ma_keys->kind != KeysKind::kNames) return give_up(instruction);
    uint32_t builtins_version = keys_version(ts, *builtins.ma_keys);
    index = dict_find_name(builtins, as<Str>(name));
    if (!builtins_version || builtins_version > UINT16_MAX || index < 0 || index > UINT16_MAX)
        return give_up(instruction);
    cache.index = uint16_t(index);
    write_cache32(cache.module_version, globals_version);
    cache.builtin_version = uint16_t(builtins_version);
    become(instruction, Opcode::LOAD_GLOBAL_BUILTIN);
}

namespace {

// What an attribute of instances of a type is, as far as its class says.
enum class Kind { kAbsent, kPlain, kMethod, kSlot, kProperty, kOther };

Kind classify(Type& type, Object* found) {
    if (!found) return Kind::kAbsent;
    Type& kind = type_of(*found);
    if (&kind == &PyMemberDescr_Type) {
        auto& member = *reinterpret_cast<PyMemberDescrObject*>(found);
        if (member.d_member->type == T_OBJECT_EX && !(member.d_member->flags & (READONLY | PY_AUDIT_READ)) &&
            member.d_member->offset > 0 && member.d_member->offset <= UINT16_MAX &&
            type_is_subtype(type, *member.d_common.d_type)) {
            return Kind::kSlot;
        }
        return Kind::kOther;
    }
    if (&kind == &PyProperty_Type) return Kind::kProperty;
    if (kind.tp_descr_set) return Kind::kOther;
    if (kind.tp_flags & Py_TPFLAGS_METHOD_DESCRIPTOR) return Kind::kMethod;
    if (kind.tp_descr_get) return Kind::kOther;
    return Kind::kPlain;
}

// The version of a Python function that takes just `count` positional arguments, for a cache of 16 bits. 0: it is not
// one, or its version is too large.
uint16_t simple_function_version(ThreadState& ts, Object* callable, int count) {
    if (!callable || !PyFunction_Check(callable)) return 0;
    Function& function = *as<Function>(callable);
    Code& code = *as<Code>(function.func_code);
    constexpr int kSimple = CO_OPTIMIZED | CO_NEWLOCALS;
    if ((code.co_flags & (CO_VARARGS | CO_VARKEYWORDS | kSimple)) != kSimple || code.co_kwonlyargcount ||
        code.co_argcount != count) {
        return 0;
    }
    uint32_t version = function_version(ts, function);
    return version <= UINT16_MAX ? uint16_t(version) : 0;
}

// Index of an attribute in the values of instances; -1 when it is not there.
Py_ssize_t value_index(Object& owner, Object& name) {
    Type& type = type_of(owner);
    if (!(type.tp_flags & Py_TPFLAGS_MANAGED_DICT) || !(type.tp_flags & Py_TPFLAGS_HEAPTYPE)) return -1;
    DictKeys* keys = reinterpret_cast<HeapType&>(type).ht_cached_keys;
    if (!keys || !instance_header(owner).values) return -1;
    return keys_find_name(*keys, as<Str>(name));
}

// Entry of an attribute in the dict of an instance that has one; -1 when it is not there.
Py_ssize_t own_dict_index(Object& owner, Object& name) {
    if (!has_instance_header(type_of(owner))) return -1;
    Object* dict = instance_header(owner).dict;
    if (!dict || !PyDict_CheckExact(dict) || !as<Dict>(dict)->ma_keys->has_names()) return -1;
    Py_ssize_t entry = dict_find_name(*as<Dict>(dict), as<Str>(name));
    return entry <= UINT16_MAX ? entry : -1;
}

bool module_attribute(ThreadState& ts, Object& owner, Object& name, uint32_t& version, uint16_t& index) {
    Dict& dict = module_dict(owner);
    if (dict.ma_keys->kind != KeysKind::kNames) return false;
    Py_ssize_t found = dict_find_name(dict, as<Str>(name));
    if (found < 0 || found > UINT16_MAX) return false;
    version = keys_version(ts, *dict.ma_keys);
    index = uint16_t(found);
    return version != 0;
}

}  // namespace

void specialize_load_attribute(ThreadState& ts, Object& owner, CodeWord* instruction, Object& name) {
    auto& cache = reinterpret_cast<AttributeCache&>(instruction[1]);
    Type& type = type_of(owner);
    if (PyModule_CheckExact(&owner)) {
        uint32_t version;
        uint16_t index;
        if (!module_attribute(ts, owner, name, version, index)) return give_up(instruction);
        write_cache32(cache.version, version);
        cache.index = index;
        return become(instruction, Opcode::LOAD_ATTR_MODULE);
    }
    if (type.tp_getattro != PyObject_GenericGetAttr) return give_up(instruction);
    Object* found = type_lookup(ts, type, name);
    if (&name == &"__class__"_n && found == type_lookup(ts, PyBaseObject_Type, name) && type_assign_version(ts, type)) {
        write_cache32(cache.version, type.tp_version_tag);
        cache.index = offsetof(Object, ob_type);
        return become(instruction, Opcode::LOAD_ATTR_SLOT);
    }
    Kind kind = classify(type, found);
    if (kind == Kind::kOther || !type_assign_version(ts, type)) return give_up(instruction);
    if (kind == Kind::kSlot) {
        write_cache32(cache.version, type.tp_version_tag);
        cache.index = uint16_t(reinterpret_cast<PyMemberDescrObject*>(found)->d_member->offset);
        return become(instruction, Opcode::LOAD_ATTR_SLOT);
    }
    if (kind == Kind::kProperty) {
        uint16_t version = simple_function_version(ts, property_getter(*found), 1);
        if (!version || ts.interpreter().eval_frame) return give_up(instruction);
        write_cache32(cache.version, type.tp_version_tag);
        cache.index = version;
        return become(instruction, Opcode::LOAD_ATTR_PROPERTY);
    }
    Py_ssize_t index = value_index(owner, name);
    if (index >= 0) {
        write_cache32(cache.version, type.tp_version_tag);
        cache.index = uint16_t(index);
        return become(instruction, Opcode::LOAD_ATTR_INSTANCE_VALUE);
    }
    index = own_dict_index(owner, name);
    if (index < 0) return give_up(instruction);
    write_cache32(cache.version, type.tp_version_tag);
    cache.index = uint16_t(index);
    become(instruction, Opcode::LOAD_ATTR_WITH_HINT);
}

void specialize_store_attribute(ThreadState& ts, Object& owner, CodeWord* instruction, Object& name) {
    auto& cache = reinterpret_cast<AttributeCache&>(instruction[1]);
    Type& type = type_of(owner);
    if (PyModule_CheckExact(&owner) || type.tp_setattro != PyObject_GenericSetAttr) return give_up(instruction);
    Object* found = type_lookup(ts, type, name);
    Kind kind = classify(type, found);
    if (kind == Kind::kProperty || kind == Kind::kOther || !type_assign_version(ts, type)) return give_up(instruction);
    if (kind == Kind::kSlot) {
        write_cache32(cache.version, type.tp_version_tag);
        cache.index = uint16_t(reinterpret_cast<PyMemberDescrObject*>(found)->d_member->offset);
        return become(instruction, Opcode::STORE_ATTR_SLOT);
    }
    Py_ssize_t index = value_index(owner, name);
    Opcode form = Opcode::STORE_ATTR_INSTANCE_VALUE;
    if (index < 0) {
        index = own_dict_index(owner, name);
        form = Opcode::STORE_ATTR_WITH_HINT;
    }
    if (index < 0) return give_up(instruction);
    write_cache32(cache.version, type.tp_version_tag);
    cache.index = uint16_t(index);
    become(instruction, form);
}

void specialize_load_method(ThreadState& ts, Object& owner, CodeWord* instruction, Object& name) {
    auto& cache = reinterpret_cast<LoadMethodCache&>(instruction[1]);
    if (PyModule_CheckExact(&owner)) {
        uint32_t version;
        uint16_t index;
        if (!module_attribute(ts, owner, name, version, index)) return give_up(instruction);
        write_cache32(cache.keys_version, version);
        cache.dict_offset = index;
        return become(instruction, Opcode::LOAD_METHOD_MODULE);
    }
    if (PyType_Check(&owner)) {
        Type& type = as<Type>(owner);
        // Attributes of the metaclass come first; only plain `type` is known to have none that matter.
        if (&type_of(owner) != &PyType_Type || type_lookup(ts, PyType_Type, name)) return give_up(instruction);
        Object* found = type_lookup(ts, type, name);
        Kind kind = classify(type, found);
        if ((kind != Kind::kMethod && kind != Kind::kPlain) || !type_assign_version(ts, type))
            return give_up(instruction);
        write_cache32(cache.type_version, type.tp_version_tag);
        write_cache_object(cache.descriptor, found);
        return become(instruction, Opcode::LOAD_METHOD_CLASS);
    }
    Type& type = type_of(owner);
    if (type.tp_getattro != PyObject_GenericGetAttr) return give_up(instruction);
    Object* found = type_lookup(ts, type, name);
    if (classify(type, found) != Kind::kMethod || !type_assign_version(ts, type)) return give_up(instruction);
    if (has_instance_header(type)) {
        Object* dict = instance_header(owner).dict;
        if (dict && !PyDict_CheckExact(dict)) return give_up(instruction);
        DictKeys* keys = dict                 ? as<Dict>(dict)->ma_keys
                         : is_heap_type(type) ? reinterpret_cast<HeapType&>(type).ht_cached_keys
                                              : nullptr;
        if (!keys || !keys->has_names()) return give_up(instruction);
        uint32_t version = keys_version(ts, *keys);
        // An instance attribute of the same name would hide the method.
        if (!version || keys_find_name(*keys, as<Str>(name)) >= 0) return give_up(instruction);
        write_cache32(cache.keys_version, version);
        write_cache32(cache.type_version, type.tp_version_tag);
        write_cache_object(cache.descriptor, found);
        return become(instruction, dict ? Opcode::LOAD_METHOD_WITH_DICT : Opcode::LOAD_METHOD_WITH_VALUES);
    }
    if (type.tp_dictoffset) return give_up(instruction);
    write_cache32(cache.type_version, type.tp_version_tag);
    write_cache_object(cache.descriptor, found);
    become(instruction, Opcode::LOAD_METHOD_NO_DICT);
}

void specialize_binary_operation(Object& left, Object& right, CodeWord* instruction, int operation, Object** locals) {
    if (&type_of(left) != &type_of(right)) return give_up(instruction);
    Type& type = type_of(left);
    switch (Operator(operation)) {
        case Operator::kAdd:
        case Operator::kInplaceAdd:
            if (&type == &PyLong_Type) return become(instruction, Opcode::BINARY_OP_ADD_INT);
            if (&type == &PyFloat_Type) return become(instruction, Opcode::BINARY_OP_ADD_FLOAT);
            if (&type == &PyUnicode_Type) {
                CodeWord next = instruction[2];
                bool to_local = _Py_OPCODE(next) == int(Opcode::STORE_FAST) && locals[_Py_OPARG(next)] == &left;
                return become(instruction,
                              to_local ? Opcode::BINARY_OP_INPLACE_ADD_UNICODE : Opcode::BINARY_OP_ADD_UNICODE);
            }
            break;
        case Operator::kSubtract:
        case Operator::kInplaceSubtract:
            if (&type == &PyLong_Type) return become(instruction, Opcode::BINARY_OP_SUBTRACT_INT);
            if (&type == &PyFloat_Type) return become(instruction, Opcode::BINARY_OP_SUBTRACT_FLOAT);
            break;
        case Operator::kMultiply:
        case Operator::kInplaceMultiply:
            if (&type == &PyLong_Type) return become(instruction, Opcode::BINARY_OP_MULTIPLY_INT);
            if (&type == &PyFloat_Type) return become(instruction, Opcode::BINARY_OP_MULTIPLY_FLOAT);
            break;
        default: break;
    }
    give_up(instruction);
}

void specialize_compare(Object& left, Object& right, CodeWord* instruction, int operation) {
    unsigned orders = kTrueOrders[operation];
    switch (Opcode(language::kOpcodeTables.base[_Py_OPCODE(instruction[3])])) {
        case Opcode::POP_JUMP_FORWARD_IF_TRUE:
        case Opcode::POP_JUMP_BACKWARD_IF_TRUE: break;
        case Opcode::POP_JUMP_FORWARD_IF_FALSE:
        case Opcode::POP_JUMP_BACKWARD_IF_FALSE: orders ^= kAllOrders; break;
        default: return give_up(instruction);
    }
    if (&type_of(left) != &type_of(right)) return give_up(instruction);
    reinterpret_cast<CompareCache&>(instruction[1]).jump_orders = uint16_t(orders);
    if (PyFloat_CheckExact(&left)) return become(instruction, Opcode::COMPARE_OP_FLOAT_JUMP);
    if (PyLong_CheckExact(&left) && int_is_compact(left) && int_is_compact(right)) {
        return become(instruction, Opcode::COMPARE_OP_INT_JUMP);
    }
    if (PyUnicode_CheckExact(&left) && (operation == Py_EQ || operation == Py_NE)) {
        return become(instruction, Opcode::COMPARE_OP_STR_JUMP);
    }
    give_up(instruction);
}

void specialize_subscript(ThreadState& ts, Object& container, Object& key, CodeWord* instruction) {
    if (PyLong_CheckExact(&key)) {
        if (PyList_CheckExact(&container)) return become(instruction, Opcode::BINARY_SUBSCR_LIST_INT);
        if (PyTuple_CheckExact(&container)) return become(instruction, Opcode::BINARY_SUBSCR_TUPLE_INT);
    }
    if (PyDict_CheckExact(&container)) return become(instruction, Opcode::BINARY_SUBSCR_DICT);
    Type& type = type_of(container);
    if (!is_heap_type(type) || ts.interpreter().eval_frame) return give_up(instruction);
    Object* getter = type_lookup(ts, type, "__getitem__"_n);
    uint16_t version = simple_function_version(ts, getter, 2);
    if (!version || !type_assign_version(ts, type)) return give_up(instruction);
    auto& cache = reinterpret_cast<SubscriptCache&>(instruction[1]);
    write_cache32(cache.type_version, type.tp_version_tag);
    cache.function_version = version;
    reinterpret_cast<HeapType&>(type)._spec_cache.getitem = getter;
    become(instruction, Opcode::BINARY_SUBSCR_GETITEM);
}

void specialize_store_subscript(Object& container, Object& key, CodeWord* instruction) {
    if (PyList_CheckExact(&container) && PyLong_CheckExact(&key))
        return become(instruction, Opcode::STORE_SUBSCR_LIST_INT);
    if (PyDict_CheckExact(&container)) return become(instruction, Opcode::STORE_SUBSCR_DICT);
    give_up(instruction);
}

void specialize_unpack(Object& value, CodeWord* instruction, int count) {
    if (PyTuple_CheckExact(&value) && PyTuple_GET_SIZE(&value) == count) {
        return become(instruction, count == 2 ? Opcode::UNPACK_SEQUENCE_TWO_TUPLE : Opcode::UNPACK_SEQUENCE_TUPLE);
    }
    if (PyList_CheckExact(&value) && PyList_GET_SIZE(&value) == count) {
        return become(instruction, Opcode::UNPACK_SEQUENCE_LIST);
    }
    give_up(instruction);
}

void specialize_precall(Object& callable, CodeWord* instruction, int count, bool has_keywords, bool is_method) {
    Type& type = type_of(callable);
    if (&type == &PyFunction_Type) return become(instruction, Opcode::PRECALL_PYFUNC);
    if (&type == &PyMethod_Type && !is_method) return become(instruction, Opcode::PRECALL_BOUND_METHOD);
    if (&type == &PyCFunction_Type) {
        switch (PyCFunction_GET_FLAGS(&callable)) {
            case METH_O:
                if (count == 1 && !has_keywords) return become(instruction, Opcode::PRECALL_NO_KW_BUILTIN_O);
                break;
            case METH_FASTCALL:
                if (!has_keywords) return become(instruction, Opcode::PRECALL_NO_KW_BUILTIN_FAST);
                break;
            case METH_FASTCALL | METH_KEYWORDS: return become(instruction, Opcode::PRECALL_BUILTIN_FAST_WITH_KEYWORDS);
            default: break;
        }
        return give_up(instruction);
    }
    if (&type == &PyMethodDescr_Type && count >= 1) {
        auto& descriptor = reinterpret_cast<PyMethodDescrObject&>(callable);
        switch (descriptor.d_method->ml_flags) {
            case METH_NOARGS:
                if (count == 1 && !has_keywords)
                    return become(instruction, Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS);
                break;
            case METH_O:
                if (count != 2 || has_keywords) break;
                if (descriptor.d_common.d_type == &PyList_Type && strcmp(descriptor.d_method->ml_name, "append") == 0 &&
                    _Py_OPCODE(instruction[7]) == int(Opcode::POP_TOP) && is_method) {
                    return become(instruction, Opcode::PRECALL_NO_KW_LIST_APPEND);
                }
                return become(instruction, Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_O);
            case METH_FASTCALL:
                if (!has_keywords) return become(instruction, Opcode::PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST);
                break;
            case METH_FASTCALL | METH_KEYWORDS:
                return become(instruction, Opcode::PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS);
            default: break;
        }
        return give_up(instruction);
    }
    if (PyType_Check(&callable) && &type == &PyType_Type) {
        Type& called = as<Type>(callable);
        if (!is_method && count == 1 && !has_keywords) {
            if (&called == &PyUnicode_Type) return become(instruction, Opcode::PRECALL_NO_KW_STR_1);
            if (&called == &PyType_Type) return become(instruction, Opcode::PRECALL_NO_KW_TYPE_1);
            if (&called == &PyTuple_Type) return become(instruction, Opcode::PRECALL_NO_KW_TUPLE_1);
        }
        if (called.tp_vectorcall) return become(instruction, Opcode::PRECALL_BUILTIN_CLASS);
    }
    give_up(instruction);
}

namespace {

// Calling the class makes a plain instance and runs a Python function on it, and nothing else.
bool has_simple_constructor(ThreadState& ts, Type& type) {
    if (&type_of(obj(type)) != &PyType_Type || type.tp_new != PyBaseObject_Type.tp_new ||
        (type.tp_flags & Py_TPFLAGS_IS_ABSTRACT) || type.tp_init != slot_tp_init_pointer) {
        return false;
    }
    Object* init = type_lookup(ts, type, "__init__"_n);
    return init && PyFunction_Check(init) && type_assign_version(ts, type);
}

}  // namespace

void specialize_call(ThreadState& ts, Object& callable, CodeWord* instruction, int count, bool has_keywords) {
    auto& cache = reinterpret_cast<CallCache&>(instruction[1]);
    if (ts.interpreter().eval_frame) return give_up(instruction);
    if (PyType_Check(&callable) && has_simple_constructor(ts, as<Type>(callable))) {
        write_cache32(cache.version, as<Type>(callable).tp_version_tag);
        return become(instruction, Opcode::CALL_CONSTRUCTOR);
    }
    if (!PyFunction_Check(&callable) || has_keywords) return give_up(instruction);
    Function& function = as<Function>(callable);
    Code& code = *as<Code>(function.func_code);
    constexpr int kSimple = CO_OPTIMIZED | CO_NEWLOCALS;
    if ((code.co_flags & (CO_VARARGS | CO_VARKEYWORDS | kSimple)) != kSimple || code.co_kwonlyargcount) {
        return give_up(instruction);
    }
    int defaults = function.func_defaults ? int(PyTuple_GET_SIZE(function.func_defaults)) : 0;
    int minimum = code.co_argcount - defaults;
    if (minimum < 0 || count > code.co_argcount || count < minimum || code.co_argcount > UINT16_MAX)
        return give_up(instruction);
    uint32_t version = function_version(ts, function);
    if (!version) return give_up(instruction);
    write_cache32(cache.version, version);
    cache.min_args = uint16_t(minimum);
    become(instruction, count == code.co_argcount ? Opcode::CALL_PY_EXACT_ARGS : Opcode::CALL_PY_WITH_DEFAULTS);
}

}  // namespace orochi
