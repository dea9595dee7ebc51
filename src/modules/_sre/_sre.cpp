// _sre: the engine behind the module `re`.
#include "modules/_sre/objects.hpp"
#include "modules/module_references.hpp"
#include "objects/dict.hpp"
#include "objects/int.hpp"
#include "objects/list.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace sre {

namespace {

Result<Ref<Object>> sre_compile(ThreadState& ts, Object& module, Object& pattern, int flags, List& code,
                                Py_ssize_t groups, Dict& group_index, Tuple& index_group) {
    State& state = *static_cast<State*>(module_state(module));
    Ref<Pattern> self = TRY(make_instance<Pattern>(*state.pattern));
    self->module = new_reference(module);
    size_t size = size_t(list_size(code));
    // The code, the numbers of its sets, and the bitmaps, in one block.
    auto* words = static_cast<Word*>(ts.heap().allocate(std::max<size_t>(size, 1) * sizeof(Word)));
    if (!words) return raise_no_memory(ts);
    self->memory = words;
    for (size_t i = 0; i < size; ++i) {
        Object& item = list_item(code, Py_ssize_t(i));
        Result<unsigned long> value = int_as_unsigned_long(ts, item);
        bool fits = value.ok();
        unsigned long word = fits ? std::move(value).take() : 0;
        if (!fits || word > 0xFFFFFFFFul)
            return raise(ts, PyExc_OverflowError, "regular expression code size limit exceeded");
        words[i] = Word(word);
        if (size_t(list_size(code)) != size) return raise(ts, PyExc_RuntimeError, "invalid SRE code");
    }
    size_t sets = count_sets(words, size);
    size_t numbers_at = (size * sizeof(Word) + 7) & ~size_t{7};
    size_t bitmaps_at = (numbers_at + size * sizeof(uint32_t) + 7) & ~size_t{7};
    void* block = ts.heap().reallocate(words, bitmaps_at + sets * sizeof(Bitmap));
    if (!block) return raise_no_memory(ts);
    self->memory = block;
    auto* base = static_cast<char*>(block);
    auto* numbers = reinterpret_cast<uint32_t*>(base + numbers_at);
    memset(numbers, 0, size * sizeof(uint32_t));
    self->program.code = reinterpret_cast<Word*>(base);
    self->program.size = size;
    self->program.groups = Word(groups);
    self->pattern = new_reference(pattern);
    self->flags = flags;
    self->groups = groups;
    self->group_index = new_reference(obj(group_index));
    self->index_group = new_reference(obj(index_group));
    if (is_none(pattern)) {
        self->is_bytes = -1;
    } else {
        Text text;
        TRY(text.set(ts, pattern));
        self->is_bytes = text.is_bytes;
    }
    if (groups < 0 || groups > 0x3FFFFFFF ||
        !prepare(self->program, numbers, reinterpret_cast<Bitmap*>(base + bitmaps_at)))
        return raise(ts, PyExc_RuntimeError, "invalid SRE code");
    return Ref<Object>::steal(*reinterpret_cast<Object*>(std::move(self).release()));
}

int sre_getcodesize(Object&) { return sizeof(Word); }
bool sre_ascii_iscased(Object&, int c) { return unsigned(c) < 128 && ((c | 32) >= 'a' && (c | 32) <= 'z'); }
bool sre_unicode_iscased(Object&, int c) {
    Char character = Char(c);
    return lower_unicode(character) != character || upper_unicode(character) != character;
}
int sre_ascii_tolower(Object&, int c) { return int(lower_ascii(Char(c))); }
int sre_unicode_tolower(Object&, int c) { return int(lower_unicode(Char(c))); }

constexpr MethodDef functions[] = {
    METHOD_NODOC("compile($module, /, pattern, flags, code, groups, groupindex, indexgroup)", sre_compile),
    METHOD_NODOC("getcodesize($module, /)", sre_getcodesize),
    METHOD_NODOC("ascii_iscased($module, character, /)", sre_ascii_iscased),
    METHOD_NODOC("unicode_iscased($module, character, /)", sre_unicode_iscased),
    METHOD_NODOC("ascii_tolower($module, character, /)", sre_ascii_tolower),
    METHOD_NODOC("unicode_tolower($module, character, /)", sre_unicode_tolower),
    METHOD_END,
};

Result<void> execute(ThreadState& ts, Object& module) {
    State& state = *static_cast<State*>(module_state(module));
    TRY(add_pattern_type(ts, module, state));
    TRY(add_match_type(ts, module, state));
    TRY(module_add_int(ts, module, "MAGIC", kMagic));
    TRY(module_add_int(ts, module, "CODESIZE", sizeof(Word)));
    TRY(module_add_int(ts, module, "MAXREPEAT", kMaxRepeat));
    TRY(module_add_int(ts, module, "MAXGROUPS", 0x3FFFFFFF));
    return module_add_text(ts, module, "copyright", " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ");
}

constinit PyModuleDef_Slot slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(module_exec_entry<execute>)},
    {0, nullptr},
};

}  // namespace

}  // namespace sre

PyModuleDef sre_module = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_sre",
    .m_size = sizeof(sre::State),
    .m_methods = METHOD_TABLE(sre::functions),
    .m_slots = sre::slots,
    .m_traverse = ModuleReferences<sre::State>::traverse,
    .m_clear = ModuleReferences<sre::State>::clear,
    .m_free = ModuleReferences<sre::State>::free,
};

}  // namespace orochi
