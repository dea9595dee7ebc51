// Calling objects: the vectorcall protocol (PEP 590) and its bridges to tp_call.
#include <alloca.h>

#include "objects/dict.hpp"
#include "objects/native.hpp"
#include "objects/object.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"
#include "objects/type.hpp"

namespace orochi {

namespace {

inline vectorcallfunc vectorcall_of(Object& callable) {
    Type& type = type_of(callable);
    if (!(type.tp_flags & Py_TPFLAGS_HAVE_VECTORCALL)) return nullptr;
    return *reinterpret_cast<vectorcallfunc*>(reinterpret_cast<char*>(&callable) + type.tp_vectorcall_offset);
}

inline Result<Ref<Object>> checked(ThreadState& ts, Object& callable, Object* result) {
    if ((result != nullptr) == error_pending(ts)) [[unlikely]]
        return check_call_result(ts, &callable, result, nullptr);
    return Result<Ref<Object>>::adopt(result);
}

[[gnu::cold]] Failure raise_not_callable(ThreadState& ts, Object& callable) {
    return raise(ts, PyExc_TypeError, "'%T' object is not callable", &callable);
}

Result<Ref<Object>> call_slot(ThreadState& ts, Object& callable, Object& arguments, Object* keywords) {
    ternaryfunc function = type_of(callable).tp_call;
    if (!function) return raise_not_callable(ts, callable);
    TRY(enter_recursion(ts, " while calling a Python object"));
    Object* result = function(&callable, &arguments, keywords);
    leave_recursion(ts);
    return checked(ts, callable, result);
}

}  // namespace

Result<Ref<Object>> check_call_result(ThreadState& ts, Object* callable, Object* result, const char* where) {
    bool pending = error_pending(ts);
    if (!result) {
        if (pending) return failure;
        if (callable) return raise(ts, PyExc_SystemError, "%R returned NULL without setting an exception", callable);
        return raise(ts, PyExc_SystemError, "%s returned NULL without setting an exception", where);
    }
    if (pending) {
        decref(*result);
        if (callable)
            return raise_from_pending(ts, PyExc_SystemError, "%R returned a result with an exception set", callable);
        return raise_from_pending(ts, PyExc_SystemError, "%s returned a result with an exception set", where);
    }
    return Ref<Object>::steal(result);
}

Result<Ref<Object>> call_without_vectorcall(ThreadState& ts, Object& callable, Object* const* arguments,
                                            Py_ssize_t count, Object* keywords) {
    if (!type_of(callable).tp_call) return raise_not_callable(ts, callable);
    Ref<Tuple> tuple = TRY(tuple_from_items(ts, arguments, count));
    OptRef<Object> dict;
    if (keywords && PyTuple_Check(keywords)) {
        Tuple& names = as<Tuple>(*keywords);
        if (tuple_size(names)) {
            Ref<Dict> made = TRY(dict_new_sized(ts, tuple_size(names)));
            for (Py_ssize_t i = 0; i < tuple_size(names); ++i)
                TRY(dict_set(ts, *made, tuple_item(names, i), *arguments[count + i]));
            dict = std::move(made);
        }
    } else {
        dict = OptRef<Object>::share(keywords);
    }
    return call_slot(ts, callable, obj(*tuple), dict.get());
}

Result<Ref<Object>> call_vector(ThreadState& ts, Object& callable, Object* const* arguments, size_t nargsf,
                                Object* keyword_names) {
    vectorcallfunc function = vectorcall_of(callable);
    if (!function) [[unlikely]] {
        if (type_of(callable).tp_call == PyType_Type.tp_call) {
            bool done = false;
            auto result = type_call_vector(ts, as<Type>(callable), arguments, nargsf, keyword_names, done);
            if (done) return result;
        }
        return call_without_vectorcall(ts, callable, arguments, PyVectorcall_NARGS(nargsf), keyword_names);
    }
    return checked(ts, callable, function(&callable, arguments, nargsf, keyword_names));
}

namespace native {

UnpackedCall::~UnpackedCall() {
    if (arguments != inline_arguments) {
        if (arguments && !borrowed_arguments) Heap::free(arguments);
    }
    decref_optional(keyword_names);
}

Result<void> UnpackedCall::unpack(ThreadState& ts, Object& arguments_tuple, Object* keywords_dict) {
    Tuple& tuple = as<Tuple>(arguments_tuple);
    count = tuple_size(tuple);
    Py_ssize_t keyword_count = keywords_dict ? dict_size(as<Dict>(*keywords_dict)) : 0;
    if (keyword_count == 0) {
        arguments = tuple.ob_item;
        borrowed_arguments = true;
        return {};
    }
    Py_ssize_t total = count + keyword_count + 1;
    if (total > kInline) {
        arguments = static_cast<Object**>(ts.heap().allocate(size_t(total) * sizeof(Object*)));
        if (!arguments) return raise_no_memory(ts);
    }
    std::copy_n(tuple.ob_item, count, arguments);
    Ref<Tuple> names = TRY(tuple_new(ts, keyword_count));
    Py_ssize_t position = 0, i = 0;
    Object *key, *value;
    bool all_strings = true;
    while (i < keyword_count && dict_next(as<Dict>(*keywords_dict), position, &key, &value)) {
        all_strings &= PyUnicode_Check(key);
        tuple_init_item(*names, i, Ref<Object>::share(*key));
        arguments[count + i++] = value;
    }
    if (!all_strings) return raise(ts, PyExc_TypeError, "keywords must be strings");
    keyword_names = obj(std::move(names).release());
    return {};
}

}  // namespace native

Result<Ref<Object>> vectorcall_call(ThreadState& ts, Object& callable, vectorcallfunc function, Object& arguments,
                                    Object* keywords) {
    Tuple& tuple = as<Tuple>(arguments);
    if (!keywords || dict_size(as<Dict>(*keywords)) == 0) {
        return checked(ts, callable, function(&callable, tuple.ob_item, size_t(tuple_size(tuple)), nullptr));
    }
    native::UnpackedCall call;
    TRY(call.unpack(ts, arguments, keywords));
    // The values may go away when the callee changes the dict it was given.
    Py_ssize_t keyword_count = tuple_size(as<Tuple>(*call.keyword_names));
    for (Py_ssize_t i = 0; i < keyword_count; ++i) incref(*call.arguments[call.count + i]);
    Object* result = function(&callable, call.arguments, size_t(call.count), call.keyword_names);
    for (Py_ssize_t i = 0; i < keyword_count; ++i) decref(*call.arguments[call.count + i]);
    return checked(ts, callable, result);
}

Result<Ref<Object>> call_tuple(ThreadState& ts, Object& callable, Object& arguments, Object* keywords) {
    vectorcallfunc function = vectorcall_of(callable);
    if (function) return vectorcall_call(ts, callable, function, arguments, keywords);
    return call_slot(ts, callable, arguments, keywords);
}

Result<Ref<Object>> call_dict(ThreadState& ts, Object& callable, Object* const* arguments, size_t nargsf,
                              Object* keywords) {
    vectorcallfunc function = vectorcall_of(callable);
    Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    if (!function) return call_without_vectorcall(ts, callable, arguments, count, keywords);
    if (!keywords || dict_size(as<Dict>(*keywords)) == 0)
        return checked(ts, callable, function(&callable, arguments, nargsf, nullptr));
    Ref<Tuple> tuple = TRY(tuple_from_items(ts, arguments, count));
    return vectorcall_call(ts, callable, function, obj(*tuple), keywords);
}

Result<Ref<Object>> call_method_vector(ThreadState& ts, Object& name, Object* const* arguments, size_t nargsf,
                                       Object* keyword_names) {
    bool is_unbound = false;
    Ref<Object> callable = TRY(get_method(ts, *arguments[0], name, is_unbound)).take();
    if (is_unbound) {
        // The slot before the object is not ours to hand out: it may be the caller's only scratch.
        return call_vector(ts, callable, arguments, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names);
    }
    return call_vector(ts, callable, arguments + 1, (nargsf - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET, keyword_names);
}

}  // namespace orochi
