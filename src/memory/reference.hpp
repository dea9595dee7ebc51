// Reference counts and the smart pointers that own references.
//
//   T&          a borrowed object, never null
//   T*          a borrowed object, or null for "absent"
//   Ref<T>      owns one reference, never null
//   OptRef<T>   owns one reference, or is empty
//
// Immortal objects (shared singletons, static types, small ints, names) have a
// count so high that the blind writes of extension modules compiled from the
// stock headers can move it by any realistic amount and it still reads as
// immortal. Our own code never writes to them, which keeps their cache lines
// shared between cores. See PEP 683 for the same idea in later CPython.
#pragma once

#include <type_traits>
#include <utility>

#include "memory/python.hpp"

namespace orochi {

inline constexpr Py_ssize_t kImmortalCount = Py_ssize_t{1} << 60;
inline constexpr Py_ssize_t kImmortalFloor = Py_ssize_t{1} << 59;

// A test of the top byte in memory, which needs no constant in a register: bit 60 is set from the start, and bit 59 is
// after foreign code has taken the count below. Counts of other objects never come near either.
inline bool is_immortal(const Object& object) {
    static_assert(kImmortalCount == Py_ssize_t{1} << 60 && kImmortalFloor == Py_ssize_t{1} << 59);
    return (reinterpret_cast<const unsigned char*>(&object.ob_refcnt)[7] & 0x18) != 0;
}

// A struct whose first member is a PyObject, so that its address is the object's.
template <class T>
concept ObjectStruct = std::is_same_v<T, PyObject> || requires(T t) {
    t.ob_base;
} || requires(T t) {
    t._base;
} || requires(T t) {
    t.d_common;
} || requires(T t) {
    t.func.ob_base;
};

// The object that a struct begins with.
template <ObjectStruct T>
inline Object& obj(T& object) {
    return reinterpret_cast<Object&>(object);
}
template <ObjectStruct T>
inline Object* obj(T* object) {
    return reinterpret_cast<Object*>(object);
}

// The object as the struct of its type; the caller has checked the type.
template <class T>
inline T& as(Object& object) {
    return reinterpret_cast<T&>(object);
}
template <class T>
inline T* as(Object* object) {
    return reinterpret_cast<T*>(object);
}

inline Type& type_of(const Object& object) { return *object.ob_type; }

// Runs the type's deallocator. Only decref() calls it.
inline void deallocate(Object& object) { object.ob_type->tp_dealloc(&object); }

template <ObjectStruct T>
inline void incref(T& object) {
    Object& o = obj(object);
    if (!is_immortal(o)) ++o.ob_refcnt;
}
template <ObjectStruct T>
inline void decref(T& object) {
    Object& o = obj(object);
    if (is_immortal(o)) return;
    if (--o.ob_refcnt == 0) deallocate(o);
}
template <ObjectStruct T>
inline void incref_optional(T* object) {
    if (object) incref(*object);
}
template <ObjectStruct T>
inline void decref_optional(T* object) {
    if (object) decref(*object);
}
// For callers that need a new reference as a plain pointer (struct members).
template <ObjectStruct T>
[[nodiscard]] inline T* new_reference(T& object) {
    incref(object);
    return &object;
}
template <ObjectStruct T>
[[nodiscard]] inline T* new_reference_optional(T* object) {
    incref_optional(object);
    return object;
}

template <class T>
class OptRef;
template <class T>
class Ref;

// The object behind any of the forms above: a struct, an Object or a Ref.
template <class T>
inline Object& object_of(T& value) {
    if constexpr (ObjectStruct<std::remove_const_t<T>>) {
        return obj(value);
    } else {
        return static_cast<Object&>(value);
    }
}

template <class T>
class [[nodiscard]] Ref {
public:
    // Takes over a reference that the caller owns.
    static Ref steal(T& object) { return Ref(&object); }
    static Ref steal(T* object) { return Ref(object); }  // must not be null
    // Makes a new reference.
    static Ref share(T& object) {
        incref(object);
        return Ref(&object);
    }

    Ref(Ref&& other) noexcept : object_(other.object_) { other.object_ = nullptr; }
    template <class U>
    requires(!std::is_same_v<U, T> && std::is_same_v<T, Object>) Ref(Ref<U>&& other)
    noexcept : object_(obj(std::move(other).release())) {}
    Ref& operator=(Ref&& other) noexcept {
        T* old = object_;
        object_ = other.object_;
        other.object_ = nullptr;
        if (old) decref(*old);
        return *this;
    }
    Ref(const Ref&) = delete;
    Ref& operator=(const Ref&) = delete;
    ~Ref() {
        if (object_) decref(*object_);
    }

    Ref copy() const { return share(*object_); }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_; }
    T* get() const { return object_; }
    operator T&() const { return *object_; }
    template <class U>
    requires(std::is_same_v<U, Object> && !std::is_same_v<T, Object>) operator U&() const { return obj(*object_); }
    // Gives the reference away, to a struct member or over the C boundary.
    [[nodiscard]] T* release() && {
        T* object = object_;
        object_ = nullptr;
        return object;
    }
    // The same reference under another struct type; the caller knows the type.
    template <class U>
    Ref<U> cast() && {
        return Ref<U>::steal(*reinterpret_cast<U*>(std::move(*this).release()));
    }

private:
    explicit Ref(T* object) : object_(object) {}
    T* object_;
};

template <class T>
class [[nodiscard]] OptRef {
public:
    OptRef() = default;
    OptRef(std::nullptr_t) {}
    OptRef(Ref<T>&& other) noexcept : object_(std::move(other).release()) {}
    template <class U>
    requires(!std::is_same_v<U, T> && std::is_same_v<T, Object>) OptRef(Ref<U>&& other)
    noexcept : object_(obj(std::move(other).release())) {}
    OptRef(OptRef&& other) noexcept : object_(other.object_) { other.object_ = nullptr; }
    OptRef& operator=(OptRef&& other) noexcept {
        T* old = object_;
        object_ = other.object_;
        other.object_ = nullptr;
        if (old) decref(*old);
        return *this;
    }
    OptRef(const OptRef&) = delete;
    OptRef& operator=(const OptRef&) = delete;
    ~OptRef() {
        if (object_) decref(*object_);
    }

    static OptRef steal(T* object) {
        OptRef result;
        result.object_ = object;
        return result;
    }
    static OptRef share(T* object) {
        incref_optional(object);
        return steal(object);
    }

    explicit operator bool() const { return object_ != nullptr; }
    T* get() const { return object_; }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_; }
    [[nodiscard]] T* release() {
        T* object = object_;
        object_ = nullptr;
        return object;
    }
    // Must not be empty; leaves it empty.
    Ref<T> take() { return Ref<T>::steal(release()); }
    void reset() { *this = OptRef(); }

private:
    T* object_ = nullptr;
};

// Stores an owned reference in a struct member and drops the old one
// afterwards, since dropping may run Python code that looks at the member.
template <class T, class U>
inline void assign(T*& member, Ref<U>&& value) {
    T* old = member;
    member = reinterpret_cast<T*>(std::move(value).release());
    decref_optional(old);
}
template <class T, class U>
inline void assign(T*& member, OptRef<U>&& value) {
    T* old = member;
    member = reinterpret_cast<T*>(value.release());
    decref_optional(old);
}
template <class T>
inline void clear(T*& member) {
    T* old = member;
    member = nullptr;
    decref_optional(old);
}

}  // namespace orochi
