#include "objects/intern.hpp"

#include <cstdlib>
#include <cstring>

#include "base/hash.hpp"
#include "base/search.hpp"
#include "objects/shared_bytes.hpp"
#include "objects/str_internal.hpp"
#include "state/start_image.hpp"

namespace orochi {

constinit StaticName* static_names = nullptr;

namespace {

// Every Latin-1 character above ASCII in UTF-8: the shared strings have their UTF-8 form from the start, because
// they must not be written to later.
struct Latin1Utf8 {
    char text[128][3];
};
constexpr Latin1Utf8 latin1_utf8 = [] {
    Latin1Utf8 result{};
    for (unsigned i = 0; i < 128; ++i) {
        unsigned c = i + 128;
        result.text[i][0] = char(0xC0 | c >> 6);
        result.text[i][1] = char(0x80 | (c & 0x3F));
    }
    return result;
}();

consteval PyASCIIObject shared_head(Py_ssize_t length, bool ascii) {
    PyASCIIObject head{};
    head.ob_base.ob_refcnt = kImmortalCount;
    head.ob_base.ob_type = &PyUnicode_Type;
    head.length = length;
    head.hash = length ? -1 : 0;
    head.state.interned = 2;
    head.state.kind = PyUnicode_1BYTE_KIND;
    head.state.compact = 1;
    head.state.ascii = ascii;
    head.state.ready = 1;
    return head;
}

consteval SharedStrings make_shared_strings() {
    SharedStrings result{};
    result.empty.head = shared_head(0, true);
    for (unsigned c = 0; c < 128; ++c) {
        result.ascii[c].head = shared_head(1, true);
        result.ascii[c].text[0] = char(c);
        result.latin1[c].head._base = shared_head(1, false);
        result.latin1[c].head.utf8 = const_cast<char*>(latin1_utf8.text[c]);
        result.latin1[c].head.utf8_length = 2;
        result.latin1[c].text[0] = static_cast<unsigned char>(c + 128);
    }
    return result;
}

// Marks a slot whose string has died.
Str* const kDead = reinterpret_cast<Str*>(uintptr_t{1});

bool same_text(const Str& a, const Str& b) { return str_equals(a, b); }
bool same_text(const Str& a, std::string_view latin1) {
    return str_kind(a) == 1 && size_t(str_length(a)) == latin1.size() &&
           std::memcmp(str_data(a), latin1.data(), latin1.size()) == 0;
}

// The slot that holds an equal string, or the one where it belongs (empty or dead).
template <class Text>
InternSlot& find_slot(const InternTable& table, const Text& text, Py_hash_t hash) {
    InternSlot* dead = nullptr;
    size_t step = 0;
    for (size_t i = size_t(hash) & table.mask;; i = (i + ++step) & table.mask) {
        InternSlot& slot = table.slots[i];
        if (!slot.text) return dead ? *dead : slot;
        if (slot.text == kDead) {
            if (!dead) dead = &slot;
        } else if (slot.hash == hash && same_text(*slot.text, text)) {
            return slot;
        }
    }
}

template <class Text>
Str* look_up(const InternTable& table, const Text& text, Py_hash_t hash) {
    if (!table.slots) return nullptr;
    Str* found = find_slot(table, text, hash).text;
    return found == kDead ? nullptr : found;
}

// Makes room for one more. False when memory ran out. `heap` null: malloc, for the process's table.
bool make_room(InternTable& table, Heap* heap) {
    if (table.slots && (table.filled + 1) * 3 < (table.mask + 1) * 2) return true;
    size_t size = 512;
    while (size < table.live * 3) size *= 2;
    const size_t bytes = size * sizeof(InternSlot);
    auto* slots = static_cast<InternSlot*>(heap ? heap->allocate_zeroed(bytes) : std::calloc(1, bytes));
    if (!slots) return false;
    InternTable bigger{slots, size - 1, table.live, table.live};
    for (size_t i = 0; table.slots && i <= table.mask; ++i) {
        const InternSlot& slot = table.slots[i];
        if (slot.text && slot.text != kDead) find_slot(bigger, *slot.text, slot.hash) = slot;
    }
    if (heap) {
        Heap::free(table.slots);
    } else {
        std::free(table.slots);
    }
    table = bigger;
    return true;
}

bool is_ascii(std::string_view text) { return base::max_char_class(base::bytes_view(text.data(), text.size())) < 0x80; }

// False when memory ran out. The string is not in the table yet.
bool insert(InternTable& table, Heap* heap, Str& text, Py_hash_t hash) {
    if (!make_room(table, heap)) return false;
    InternSlot& slot = find_slot(table, text, hash);
    if (!slot.text) ++table.filled;
    slot = {&text, hash};
    ++table.live;
    return true;
}

}  // namespace

constinit SharedStrings shared_strings = make_shared_strings();

void names_ready(Runtime& runtime) {
    if (runtime.names) return;
    auto* table = static_cast<InternTable*>(std::calloc(1, sizeof(InternTable)));
    if (!table) fatal_error("names_ready", "out of memory");
    runtime.names = table;
    auto add = [&](Str& text) {
        if (!insert(*table, nullptr, text, str_hash(text))) fatal_error("names_ready", "out of memory");
    };
    shared_bytes_ready();
    add(empty_str());
    for (unsigned c = 0; c < 256; ++c) add(latin1_string(static_cast<unsigned char>(c)));
    for (StaticName* name = static_names; name; name = name->next) add(reinterpret_cast<Str&>(*name->string));
}

Ref<Str> intern(ThreadState& ts, Ref<Str>&& given) {
    if (str_is_interned(*given) || !str_is_exact(*given)) return std::move(given);
    Ref<Str> text = std::move(given);
    Py_hash_t hash = str_hash(text);
    Runtime& runtime = ts.runtime();
    if (!runtime.names) [[unlikely]]
        names_ready(runtime);
    if (Str* found = look_up(*runtime.names, text, hash)) return Ref<Str>::share(*found);
    if (!runtime.shared_objects_ready) {
        // What is interned while the shared objects are being built is theirs, and lives as long as they do.
        (void)str_utf8(ts, text).ok();
        obj(*text).ob_refcnt = kImmortalCount;
        text->_base._base.state.interned = SSTATE_INTERNED_IMMORTAL;
        if (!insert(*runtime.names, nullptr, text, hash)) fatal_error("intern", "out of memory");
        return text;
    }
    if (const StartImage* start_image = ts.interpreter().start_image) {
        if (Str* found = look_up(*start_image->names, text, hash)) return Ref<Str>::share(*found);
    }
    InternTable*& table = ts.interpreter().interned;
    if (!table) {
        table = static_cast<InternTable*>(ts.heap().allocate_zeroed(sizeof(InternTable)));
        if (!table) return text;
    }
    if (Str* found = look_up(*table, text, hash)) return Ref<Str>::share(*found);
    // A shared string is not marked: it is interned here only.
    if (insert(*table, &ts.heap(), text, hash) && !is_immortal(obj(*text)))
        text->_base._base.state.interned = SSTATE_INTERNED_MORTAL;
    return text;
}

Result<Ref<Str>> intern_latin1(ThreadState& ts, std::string_view text) {
    const Interpreter& interpreter = ts.interpreter();
    const auto& secret = ts.runtime().hash_secret;
    const Py_hash_t hash = base::hash_bytes({secret.k0, secret.k1}, text.data(), text.size());
    for (const InternTable* table :
         {ts.runtime().names, interpreter.start_image ? interpreter.start_image->names : nullptr,
          interpreter.interned}) {
        if (!table) continue;
        if (Str* found = look_up(*table, text, hash)) return Ref<Str>::share(*found);
    }
    return intern(ts, TRY(str_from_latin1(ts, text)));
}

Result<Ref<Str>> intern_utf8(ThreadState& ts, std::string_view text) {
    if (is_ascii(text)) return intern_latin1(ts, text);
    return intern(ts, TRY(str_from_utf8(ts, text)));
}
Result<Ref<Str>> intern_wtf8(ThreadState& ts, std::string_view text) {
    if (is_ascii(text)) return intern_latin1(ts, text);
    return intern(ts, TRY(str_from_wtf8(ts, text)));
}

void intern_make_shared(InternTable& table) {
    for (size_t i = 0; table.slots && i <= table.mask; ++i) {
        Str* text = table.slots[i].text;
        if (text && text != kDead && is_immortal(obj(*text)))
            text->_base._base.state.interned = SSTATE_INTERNED_IMMORTAL;
    }
}

void intern_forget(Interpreter& interpreter, Str& text) {
    InternTable* table = interpreter.interned;
    if (!table || !table->slots) return;
    size_t step = 0;
    for (size_t i = size_t(text._base._base.hash) & table->mask;; i = (i + ++step) & table->mask) {
        Str*& found = table->slots[i].text;
        if (!found) return;
        if (found == &text) {
            found = kDead;
            --table->live;
            return;
        }
    }
}

}  // namespace orochi
