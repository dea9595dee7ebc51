// Names known at compile time: "append"_s is an immortal, interned str shared
// by all interpreters, at no cost where it is used. The literal is the
// declaration: there is no table to keep.
//
// Each distinct literal owns one static ASCII str object. Loading the program
// links them into a list; the runtime computes their hashes (which depend on
// PYTHONHASHSEED) and enters them into the shared intern table before the
// first interpreter starts.
#pragma once

#include <algorithm>
#include <cstddef>

#include "memory/reference.hpp"

namespace orochi {

struct StaticName {
    StaticName* next;
    PyASCIIObject* string;
};

// Head of the list of all names; written only while the program is being loaded.
extern constinit StaticName* static_names;

template <size_t N>
struct NameText {
    char text[N];
    consteval NameText(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

template <NameText Text>
struct NameHolder {
    struct Layout {
        PyASCIIObject head;
        char text[sizeof(Text.text)];
    };
    static constexpr Layout initial() {
        Layout layout{};
        layout.head.ob_base.ob_refcnt = kImmortalCount;
        layout.head.ob_base.ob_type = &PyUnicode_Type;
        layout.head.length = sizeof(Text.text) - 1;
        layout.head.hash = -1;
        layout.head.state.interned = 2;
        layout.head.state.kind = PyUnicode_1BYTE_KIND;
        layout.head.state.compact = 1;
        layout.head.state.ascii = 1;
        layout.head.state.ready = 1;
        std::copy_n(Text.text, sizeof(Text.text), layout.text);
        return layout;
    }
    static inline constinit Layout object = initial();
    struct Registrar {
        StaticName name;
        Registrar() : name{static_names, &object.head} { static_names = &name; }
    };
    static inline Registrar registrar;
};

// The immortal strings of length 0 and 1: the text "a" is one object wherever it comes from.
struct SharedStrings {
    struct Ascii {
        PyASCIIObject head;
        char text[8];
    };
    struct Latin1 {
        PyCompactUnicodeObject head;
        unsigned char text[8];
    };
    Ascii empty;
    Ascii ascii[128];
    Latin1 latin1[128];  // U+0080 to U+00FF
};
extern constinit SharedStrings shared_strings;

inline Str& latin1_string(unsigned char c) {
    return c < 128 ? reinterpret_cast<Str&>(shared_strings.ascii[c])
                   : reinterpret_cast<Str&>(shared_strings.latin1[c - 128]);
}

template <NameText Text>
inline Str& operator""_s() {
    if constexpr (sizeof(Text.text) == 1) {
        return reinterpret_cast<Str&>(shared_strings.empty);
    } else if constexpr (sizeof(Text.text) == 2) {
        return latin1_string(static_cast<unsigned char>(Text.text[0]));
    } else {
        (void)&NameHolder<Text>::registrar;
        return reinterpret_cast<Str&>(NameHolder<Text>::object);
    }
}

// A name as the Object that most functions take: "append"_n.
template <NameText Text>
inline Object& operator""_n() {
    return obj(operator""_s<Text>());
}

}  // namespace orochi
