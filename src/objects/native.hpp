// Declaring native functions, methods, getters and slots.
//
// A function is written in our style,
//
//     Result<void> list_insert(ThreadState& ts, List& self, Py_ssize_t index, Object& object);
//
// and declared once, with its signature and doc string:
//
//     METHOD("insert($self, index, object, /)", list_insert, "Insert object before index."),
//
// From the C++ parameters (objects/convert.hpp) and the signature the templates
// below make the C entry, choose the calling convention (METH_NOARGS, METH_O,
// METH_FASTCALL with or without keywords), bind and convert the arguments and
// raise CPython's errors. `$self` gives an instance method, `$type` a class method,
// `$module` or no self a function. The first parameter may be left out by functions
// that need no thread state because they cannot fail.
//
// Slots are filled with `slot<function>`: the thunk takes its C signature from the
// member that it initialises.
//
//     .tp_repr = slot<list_repr>,       // Result<Ref<Object>> list_repr(ThreadState&, List&)
//
// Both kinds of entry look up the thread state once and pass it on.
#pragma once

#include <array>
#include <tuple>

#include "objects/convert.hpp"

namespace orochi {

// PyMethodDef with a typed function pointer for each calling convention, so that tables are constant
// expressions; the same bytes.
union EntryPoint {
    PyCFunction plain;
    _PyCFunctionFast positional;
    _PyCFunctionFastWithKeywords keywords;
};
struct MethodDef {
    const char* name;
    EntryPoint entry;
    int flags;
    const char* doc;
};
static_assert(sizeof(MethodDef) == sizeof(PyMethodDef) && offsetof(MethodDef, doc) == offsetof(PyMethodDef, ml_doc));

namespace native {

template <class F>
struct FunctionTraits;
template <class R, class... A>
struct FunctionTraits<R (*)(A...)> {
    using ResultType = R;
    using Arguments = std::tuple<A...>;
    static constexpr int count = sizeof...(A);
};

template <class F>
constexpr bool takes_thread() {
    using A = typename FunctionTraits<F>::Arguments;
    if constexpr (std::tuple_size_v<A> == 0) {
        return false;
    } else {
        return std::is_same_v<std::tuple_element_t<0, A>, ThreadState&>;
    }
}

template <class P>
inline constexpr bool is_rest = std::is_same_v<P, Rest>;
template <class P>
inline constexpr bool is_keywords = std::is_same_v<P, Keywords>;

// `self` as the function wants it.
template <class P>
inline P pass_self(Object* self) {
    if constexpr (std::is_reference_v<P>) {
        return reinterpret_cast<P>(*self);
    } else {
        return reinterpret_cast<P>(self);
    }
}

// The entry of one function. Text is a captureless lambda that returns the signature.
template <auto F, class Text>
struct Entry {
    static constexpr Signature value = parse_signature(Text{}());
    using Sig = Entry;
    using Traits = FunctionTraits<decltype(F)>;
    using Arguments = typename Traits::Arguments;
    static constexpr bool thread = takes_thread<decltype(F)>();
    static constexpr int listed = value.count + int(value.var_positional) + int(value.var_keyword);
    // A function of a module need not take the module.
    static constexpr bool self =
        value.self != SelfKind::kNone && !(value.self == SelfKind::kModule && Traits::count == int(thread) + listed);
    static constexpr int skip = int(thread) + int(self);
    static constexpr int extra = Traits::count - skip - value.count;  // Rest and Keywords
    static_assert(extra == int(value.var_positional) + int(value.var_keyword),
                  "the C++ parameters do not match the signature");
    template <int I>
    using Param = std::tuple_element_t<skip + I, Arguments>;

    static constexpr auto name = [] {
        std::array<char, value.name_size + 1> text{};
        for (int i = 0; i < value.name_size; ++i) text[i] = value.text[i];
        return text;
    }();

    static constexpr bool no_arguments = value.count == 0 && extra == 0;
    static constexpr bool one_argument =
        value.count == 1 && extra == 0 && value.positional_only == 1 && value.required == 1 && !value.tuple_style;
    static constexpr bool positional_only = value.positional_only == value.count && !value.var_keyword;

    static constexpr int flags() {
        int kind = no_arguments      ? METH_NOARGS
                   : one_argument    ? METH_O
                   : positional_only ? METH_FASTCALL
                                     : METH_FASTCALL | METH_KEYWORDS;
        return kind | (value.self == SelfKind::kType ? METH_CLASS : 0);
    }

    template <size_t... I>
    static Object* invoke(ThreadState& ts, Object* self_object, Object** slots, Rest rest, Keywords keywords,
                          std::index_sequence<I...>) {
        std::tuple<Holder<Param<int(I)>, Sig, int(I)>...> holders;
        if (!(std::get<I>(holders).set(ts, slots[I]).ok() && ...)) return nullptr;
        auto run = [&](auto&&... tail) -> Object* {
            auto with_self = [&](auto&&... all) -> decltype(auto) {
                if constexpr (thread) {
                    return F(ts, static_cast<decltype(all)&&>(all)...);
                } else {
                    return F(static_cast<decltype(all)&&>(all)...);
                }
            };
            auto finish = [&](auto&&... all) -> Object* {
                if constexpr (std::is_void_v<typename Traits::ResultType>) {
                    with_self(static_cast<decltype(all)&&>(all)...);
                    return &none();
                } else {
                    return result_to_object(ts, with_self(static_cast<decltype(all)&&>(all)...));
                }
            };
            if constexpr (self) {
                using SelfParam = std::tuple_element_t<int(thread), Arguments>;
                return finish(pass_self<SelfParam>(self_object), std::get<I>(holders).get()...,
                              static_cast<decltype(tail)&&>(tail)...);
            } else {
                return finish(std::get<I>(holders).get()..., static_cast<decltype(tail)&&>(tail)...);
            }
        };
        if constexpr (value.var_positional && value.var_keyword) {
            return run(rest, keywords);
        } else if constexpr (value.var_positional) {
            return run(rest);
        } else if constexpr (value.var_keyword) {
            return run(keywords);
        } else {
            return run();
        }
    }

    static Object* bind_and_invoke(ThreadState& ts, Object* self_object, Object* const* arguments, Py_ssize_t count,
                                   Object* keyword_names) {
        Object* slots[value.count + 1] = {};
        Object* keywords = nullptr;
        if constexpr (extra == 0 && value.positional_only == value.count && value.count > 0) {
            if (!keyword_names && count >= value.required && count <= value.count) [[likely]] {
                for (Py_ssize_t i = 0; i < count; ++i) slots[i] = arguments[i];
                return invoke(ts, self_object, slots, {}, {}, std::make_index_sequence<size_t(value.count)>());
            }
        }
        if (!bind_arguments(ts, value, arguments, count, keyword_names, slots, &keywords).ok()) return nullptr;
        OptRef<Object> keeper = OptRef<Object>::steal(keywords);
        Rest rest{arguments + value.positional, count > value.positional ? count - value.positional : 0};
        return invoke(ts, self_object, slots, rest, {as<Dict>(keywords)},
                      std::make_index_sequence<size_t(value.count)>());
    }

    static Object* no_arguments_entry(Object* self_object, Object*) {
        Object* slots[1];
        return invoke(current_thread(), self_object, slots, {}, {}, std::index_sequence<>());
    }
    static Object* one_argument_entry(Object* self_object, Object* argument) {
        return invoke(current_thread(), self_object, &argument, {}, {},
                      std::make_index_sequence<size_t(value.count)>());
    }
    static Object* positional_entry(Object* self_object, Object* const* arguments, Py_ssize_t count) {
        return bind_and_invoke(current_thread(), self_object, arguments, count, nullptr);
    }
    static Object* keyword_entry(Object* self_object, Object* const* arguments, Py_ssize_t count,
                                 Object* keyword_names) {
        return bind_and_invoke(current_thread(), self_object, arguments, count, keyword_names);
    }

    static constexpr EntryPoint entry() {
        if constexpr (no_arguments) {
            return {.plain = no_arguments_entry};
        } else if constexpr (one_argument) {
            return {.plain = one_argument_entry};
        } else if constexpr (positional_only) {
            return {.positional = positional_entry};
        } else {
            return {.keywords = keyword_entry};
        }
    }

    // tp_new(type, args, kwargs) and tp_init(self, args, kwargs).
    static Object* new_entry(Type* type, Object* arguments, Object* keywords);
    static int init_entry(Object* self_object, Object* arguments, Object* keywords);
    // A type's vectorcall; `self` is the type.
    static Object* vectorcall_entry(Object* callable, Object* const* arguments, size_t nargsf, Object* keyword_names) {
        return bind_and_invoke(current_thread(), callable, arguments, PyVectorcall_NARGS(nargsf), keyword_names);
    }
};

// A tuple and a dict as vectorcall arguments.
struct UnpackedCall {
    static constexpr Py_ssize_t kInline = 12;
    Object* inline_arguments[kInline];
    Object** arguments = inline_arguments;
    Py_ssize_t count = 0;
    Object* keyword_names = nullptr;  // owned
    bool borrowed_arguments = false;  // `arguments` is the tuple's own array
    UnpackedCall() = default;
    UnpackedCall(const UnpackedCall&) = delete;
    ~UnpackedCall();
    Result<void> unpack(ThreadState& ts, Object& arguments_tuple, Object* keywords_dict);
};

// A constructor without keywords lets them pass for the constructor's other half (tp_init / tp_new) when
// a subclass has replaced that: `slot` is the type's entry, `other` its other half.
template <class S, class O>
inline bool keywords_belong_elsewhere(Type& type, S Type::*slot, O Type::*other) {
    Type* owner = &type;
    while (owner->tp_base && owner->tp_base->*slot == type.*slot) owner = owner->tp_base;
    return owner != &type && type.*other != owner->*other;
}

template <auto F, class Text>
Object* Entry<F, Text>::new_entry(Type* type, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    if constexpr (positional_only) {
        if (keywords && keywords_belong_elsewhere(*type, &Type::tp_new, &Type::tp_init)) keywords = nullptr;
    }
    UnpackedCall call;
    if (!call.unpack(ts, *arguments, keywords).ok()) return nullptr;
    return bind_and_invoke(ts, reinterpret_cast<Object*>(type), call.arguments, call.count, call.keyword_names);
}
template <auto F, class Text>
int Entry<F, Text>::init_entry(Object* self_object, Object* arguments, Object* keywords) {
    ThreadState& ts = current_thread();
    if constexpr (positional_only) {
        if (keywords && keywords_belong_elsewhere(*self_object->ob_type, &Type::tp_init, &Type::tp_new))
            keywords = nullptr;
    }
    UnpackedCall call;
    if (!call.unpack(ts, *arguments, keywords).ok()) return -1;
    Object* result = bind_and_invoke(ts, self_object, call.arguments, call.count, call.keyword_names);
    if (!result) return -1;
    decref(*result);
    return 0;
}

template <auto F, class Text>
constexpr MethodDef make_method(Text, const char* doc, int more_flags = 0) {
    using E = Entry<F, Text>;
    return MethodDef{E::name.data(), E::entry(), E::flags() | more_flags, doc};
}

// Slots.
template <class P, class A>
inline P pass_argument(A argument) {
    if constexpr (std::is_reference_v<P> && std::is_pointer_v<A>) {
        return reinterpret_cast<P>(*argument);
    } else if constexpr (std::is_pointer_v<P> && std::is_pointer_v<A>) {
        return (P)argument;
    } else {
        return P(argument);
    }
}

template <class R, class V>
inline R slot_result(V&& value) {
    using T = std::remove_cvref_t<V>;
    if constexpr (std::is_pointer_v<R> && std::is_arithmetic_v<T>) {
        return reinterpret_cast<R>(result_to_object(current_thread(), value));  // a getter of a plain number
    } else if constexpr (std::is_arithmetic_v<T> || std::is_pointer_v<T>) {
        return R(value);
    } else if constexpr (std::is_same_v<T, Result<void>>) {
        return value.ok() ? R(0) : R(-1);
    } else if constexpr (std::is_same_v<T, Result<OptRef<Object>>>) {
        if (!value.ok()) return nullptr;
        return R(std::move(value).take().release());
    } else if constexpr (std::is_same_v<R, Object*> && !requires { std::forward<V>(value).release(); }) {
        return result_to_object(current_thread(), std::forward<V>(value));
    } else if constexpr (std::is_pointer_v<R>) {
        return reinterpret_cast<R>(std::forward<V>(value).release());
    } else {
        return value.ok() ? R(std::move(value).take()) : R(-1);
    }
}

template <auto F, class R, class... A>
struct SlotThunk {
    using Traits = FunctionTraits<decltype(F)>;
    template <size_t... I>
    static R invoke(std::index_sequence<I...>, std::tuple<A...> arguments) {
        using P = typename Traits::Arguments;
        constexpr bool thread = takes_thread<decltype(F)>();
        auto call = [&]() -> decltype(auto) {
            if constexpr (thread) {
                return F(current_thread(), pass_argument<std::tuple_element_t<I + 1, P>>(std::get<I>(arguments))...);
            } else {
                return F(pass_argument<std::tuple_element_t<I, P>>(std::get<I>(arguments))...);
            }
        };
        if constexpr (std::is_void_v<R>) {
            (void)call();
        } else {
            return slot_result<R>(call());
        }
    }
    // A slot may pass more arguments than the function takes (an unused closure, say).
    static R entry(A... arguments) {
        constexpr size_t taken = Traits::count - size_t(takes_thread<decltype(F)>());
        return invoke(std::make_index_sequence<taken>(), std::tuple<A...>(arguments...));
    }
};

template <auto F>
struct Slot {
    template <class R, class... A>
    using Pointer = R (*)(A...);
    template <class R, class... A>
    constexpr operator Pointer<R, A...>() const {
        return &SlotThunk<F, R, A...>::entry;
    }
};

template <auto F, class Text>
struct NewSlot {
    constexpr operator newfunc() const { return &Entry<F, Text>::new_entry; }
    constexpr operator initproc() const { return &Entry<F, Text>::init_entry; }
    constexpr operator vectorcallfunc() const { return &Entry<F, Text>::vectorcall_entry; }
};
template <auto F, class Text>
constexpr NewSlot<F, Text> make_new_slot(Text) {
    return {};
}

}  // namespace native

template <auto F>
inline constexpr native::Slot<F> slot{};

// A slot as a PyType_Slot entry: {Py_tp_repr, slot_pointer<reprfunc, f>()}. Not a constant expression.
template <class Pointer, auto F>
inline void* slot_pointer() {
    return reinterpret_cast<void*>(static_cast<Pointer>(native::Slot<F>{}));
}

// See the head of this file. The doc string follows the signature in ml_doc.
#define METHOD(SIGNATURE, FUNCTION, DOC) \
    ::orochi::native::make_method<&FUNCTION>([] { return ::std::string_view(SIGNATURE); }, SIGNATURE "\n--\n\n" DOC)
// The same with the doc string alone, for functions that CPython shows no signature of. Such a function may begin its
// parameters with `$tuple` or `$nameless`, for other words in errors (see Signature).
#define METHOD_PLAIN(SIGNATURE, FUNCTION, DOC) \
    ::orochi::native::make_method<&FUNCTION>([] { return ::std::string_view(SIGNATURE); }, DOC)
// A signature without a doc string.
#define METHOD_NODOC(SIGNATURE, FUNCTION) \
    ::orochi::native::make_method<&FUNCTION>([] { return ::std::string_view(SIGNATURE); }, SIGNATURE "\n--\n\n")
// Flags such as METH_STATIC or METH_COEXIST.
#define METHOD_FLAGS(SIGNATURE, FUNCTION, DOC, FLAGS)                                                                \
    ::orochi::native::make_method<&FUNCTION>([] { return ::std::string_view(SIGNATURE); }, SIGNATURE "\n--\n\n" DOC, \
                                             FLAGS)
#define METHOD_PLAIN_FLAGS(SIGNATURE, FUNCTION, DOC, FLAGS) \
    ::orochi::native::make_method<&FUNCTION>([] { return ::std::string_view(SIGNATURE); }, DOC, FLAGS)
#define METHOD_END \
    ::orochi::MethodDef {}

// tp_new, tp_init and tp_vectorcall from a signature: NEW_SLOT("float($type, x=0, /)", float_new).
#define NEW_SLOT(SIGNATURE, FUNCTION) \
    ::orochi::native::make_new_slot<&FUNCTION>([] { return ::std::string_view(SIGNATURE); })

// A computed attribute: GETTER("real", int_real, "doc"); the setter's value is null to delete.
#define GETTER(NAME, FUNCTION, DOC) \
    PyGetSetDef { NAME, ::orochi::slot<FUNCTION>, nullptr, DOC, nullptr }
#define GETTER_SETTER(NAME, GET, SET, DOC) \
    PyGetSetDef { NAME, ::orochi::slot<GET>, ::orochi::slot<SET>, DOC, nullptr }
#define GETSET_END \
    PyGetSetDef {}

// Tables are constants; the public structs have no const in their pointers, and one type for all functions.
#define METHOD_TABLE(ARRAY) reinterpret_cast<PyMethodDef*>(const_cast<::orochi::MethodDef*>(ARRAY))
#define GETSET_TABLE(ARRAY) const_cast<PyGetSetDef*>(ARRAY)
#define MEMBER_TABLE(ARRAY) const_cast<PyMemberDef*>(ARRAY)

// The head of a static type or of a static immortal object.
inline constexpr PyVarObject static_head(Type* type) { return {{kImmortalCount, type}, 0}; }

}  // namespace orochi
