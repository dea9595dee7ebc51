// The heap of the started interpreter is looked at block by block. A value that cannot change, and refers only to
// such values, is shared: it is recognised by its exact type and by a plausible count and size. All other blocks that
// can be reached from the interpreter go into the image; every word in them that is the address of a block, or of an
// object in one, counts as a reference, and so does one that points into its own block (the slots of a type, the table
// of a small set) or behind the fixed part of a type. Other words are not mistaken for these: text and numbers are
// shared, not copied, and memory that nobody has written to is zero (Heap::hand_out_cleared).
#include "lifecycle/start_image_build.hpp"

#include <algorithm>
#include <cstring>

#include "execution/function.hpp"
#include "execution/shared_code.hpp"
#include "memory/collector.hpp"
#include "objects/bytes.hpp"
#include "objects/dict_keys.hpp"
#include "objects/intern.hpp"
#include "objects/list.hpp"
#include "objects/module_internal.hpp"
#include "objects/set.hpp"
#include "objects/str.hpp"
#include "objects/tuple.hpp"

namespace orochi {

namespace {

enum class Fate : uint8_t { kUnknown, kDeciding, kShared, kNotShared, kInImage };

class Builder {
public:
    Builder(ThreadState& ts, StartImage& image) : ts_(ts), source_(ts.interpreter()), image_(image) {}

    bool build();

private:
    static constexpr size_t kNone = SIZE_MAX;

    // Which block the address lies in, or kNone.
    size_t block_of(uintptr_t address) const;
    size_t block_of(const void* address) const { return block_of(reinterpret_cast<uintptr_t>(address)); }
    // The block that a word in block `from` refers to, or kNone.
    size_t referred_to(uintptr_t word, size_t from) const;
    uintptr_t* words(size_t block) const { return reinterpret_cast<uintptr_t*>(blocks_[block].address); }
    size_t word_count(size_t block) const { return blocks_[block].size / sizeof(uintptr_t); }

    void list_blocks();
    Object* value_in(size_t block) const;
    bool fits(size_t block, const Object& object) const;
    bool decide(size_t block);
    bool is_shareable(Object* object);
    bool members_are_shareable(Object& object);
    void share_values();
    void find_headers();
    bool is_header_word(size_t block, size_t word) const;
    bool mark();
    bool mark_from(int section, std::initializer_list<uintptr_t> words);
    void reach(size_t block, int section);
    void wipe_unused_words();
    void wipe_table(Dict& dict);
    void find_soft_words();
    bool is_soft(size_t block, size_t word) const;
    static bool contains(const std::vector<const void*>& list, const void* word);
    void place_blocks();
    void write_content();
    void write_roots();
    void chain_headers();
    uint32_t offset_of(uintptr_t address) const;

    ThreadState& ts_;
    Interpreter& source_;
    StartImage& image_;
    std::vector<Heap::Block> blocks_;
    std::vector<Fate> fates_;
    std::vector<uint32_t> offsets_;     // in the image
    std::vector<uint8_t> header_word_;  // the word of the block at which a linked GcHeader begins, plus one
    std::vector<GcHeader*> tracked_;    // all linked headers
    std::vector<size_t> to_look_at_;
    std::vector<uint8_t> sections_;  // of the blocks in the image
    // Modules with a section of their own, in the order of the sections.
    std::vector<Module*> modules_;
    // Words that do not bring what they refer to into a section. Sorted.
    std::vector<const void*> waiting_words_;  // the dicts and states of these modules, the globals of their functions
    std::vector<const void*> weak_words_;     // the targets of weak references
};

// The words of the interpreter that refer to its heap. Those that are null until a section is loaded come last.
struct Roots {
    std::vector<void**> firm, soft;
};
Roots roots_of(Interpreter& i) {
    Roots roots;
    for (Object** object :
         {&i.modules, &i.modules_by_index, &i.builtins, &i.builtins_copy, &i.importlib, &i.import_function,
          &i.codec_error_registry, &i.dict, &i.before_forkers, &i.after_forkers_parent, &i.after_forkers_child,
          &i.audit_hooks, &i.collector.garbage, &i.collector.callbacks}) {
        roots.firm.push_back(reinterpret_cast<void**>(object));
    }
    void*& io = i.parts[size_t(Part::kIo)];
    for (void*& part : i.parts) {
        if (&part != &io) roots.firm.push_back(&part);
    }
    for (Object** object : {&i.sys_dict, &i.codec_search_path, &i.codec_search_cache})
        roots.soft.push_back(reinterpret_cast<void**>(object));
    roots.soft.push_back(&io);
    return roots;
}

size_t Builder::block_of(uintptr_t address) const {
    auto after = std::upper_bound(blocks_.begin(), blocks_.end(), address, [](uintptr_t a, const Heap::Block& block) {
        return a < reinterpret_cast<uintptr_t>(block.address);
    });
    if (after == blocks_.begin()) return kNone;
    const Heap::Block& block = *(after - 1);
    if (address - reinterpret_cast<uintptr_t>(block.address) >= block.size) return kNone;
    return size_t(after - 1 - blocks_.begin());
}

size_t Builder::referred_to(uintptr_t word, size_t from) const {
    if (word & (sizeof(uintptr_t) - 1)) return kNone;
    size_t block = block_of(word);
    if (block == kNone || block == from) return block;
    size_t distance = word - reinterpret_cast<uintptr_t>(blocks_[block].address);
    bool object =
        distance == 0 || distance == sizeof(GcHeader) || distance == sizeof(GcHeader) + sizeof(InstanceHeader);
    bool member_of_type = distance >= sizeof(HeapType);  // the PyMemberDef of a slot
    return object || member_of_type ? block : kNone;
}

// Entries that are not in use may hold what once was there.
void Builder::wipe_table(Dict& dict) {
    DictKeys& keys = *dict.ma_keys;
    if (block_of(&keys) == kNone) return;  // the empty one
    const Py_ssize_t count = keys.entry_count, end = count + keys.usable;
    for (Py_ssize_t i = 0; i < end; ++i) {
        if (!keys.has_names()) {
            DictEntry& entry = keys.entries()[i];
            if (i >= count || !entry.value) entry = {};
        } else {
            NameEntry& entry = keys.names()[i];
            if (i >= count || (keys.kind == KeysKind::kNames && !entry.value)) entry = {};
        }
    }
}

void Builder::wipe_unused_words() {
    for (const Heap::Block& block : blocks_) {
        if (block.size < sizeof(GcHeader) + sizeof(List)) continue;
        auto& object = *reinterpret_cast<Object*>(block.address + sizeof(GcHeader));
        if (object.ob_refcnt <= 0) continue;
        if (object.ob_type == &PyDict_Type) wipe_table(as<Dict>(object));
        if (object.ob_type == &PyList_Type) {
            List& list = as<List>(object);
            std::fill(list.ob_item + list_size(list), list.ob_item + list.allocated, nullptr);
        }
    }
}

void Builder::list_blocks() {
    blocks_ = source_.heap.live_blocks();
    fates_.assign(blocks_.size(), Fate::kUnknown);
}

// ---- Shared values

// The str, bytes, number, code object, tuple or frozenset that the block holds, or null.
Object* Builder::value_in(size_t block) const {
    auto candidate = [&](size_t prefix) -> Object* {
        if (blocks_[block].size < prefix + sizeof(VarObject)) return nullptr;
        auto* object = reinterpret_cast<Object*>(blocks_[block].address + prefix);
        // Counts are small, and addresses, which other kinds of block begin with, are not.
        bool plausible = object->ob_refcnt > 0 && object->ob_refcnt < Py_ssize_t{1} << 24;
        return plausible && fits(block, *object) ? object : nullptr;
    };
    if (Object* object = candidate(0); object && !PyType_IS_GC(&type_of(*object))) return object;
    if (Object* object = candidate(sizeof(GcHeader)); object && PyType_IS_GC(&type_of(*object))) return object;
    return nullptr;
}

// Whether an object of one of the types in question, with its size, can be what the block holds.
bool Builder::fits(size_t block, const Object& object) const {
    const Type* type = &type_of(object);
    size_t room = blocks_[block].size - size_t(reinterpret_cast<const char*>(&object) - blocks_[block].address);
    auto items_fit = [&](size_t head, size_t item) {
        Py_ssize_t count = std::abs(reinterpret_cast<const VarObject&>(object).ob_size);
        return size_t(count) < room && head + size_t(count) * item <= room;
    };
    if (type == &PyUnicode_Type) {
        if (room < sizeof(PyASCIIObject)) return false;
        auto& head = reinterpret_cast<const PyASCIIObject&>(object);
        if (!head.state.compact || !head.state.ready || head.wstr) return false;
        size_t width = head.state.kind,
               start = head.state.ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject);
        return size_t(head.length) < room && start + (size_t(head.length) + 1) * width <= room;
    }
    if (type == &PyBytes_Type) return items_fit(offsetof(Bytes, ob_sval) + 1, 1);
    if (type == &PyLong_Type) return items_fit(offsetof(Int, ob_digit), sizeof(digit));
    if (type == &PyFloat_Type) return room >= sizeof(Float);
    if (type == &PyComplex_Type) return room >= sizeof(Complex);
    if (type == &PyCode_Type)
        return room >= sizeof(Code) && items_fit(offsetof(Code, co_code_adaptive), sizeof(CodeWord));
    if (type == &PyTuple_Type) return items_fit(offsetof(Tuple, ob_item), sizeof(Object*));
    if (type == &PyFrozenSet_Type) return room >= sizeof(Set);
    return false;
}

bool Builder::is_shareable(Object* object) {
    if (!object || is_immortal(*object)) return true;
    size_t block = block_of(object);
    return block != kNone && value_in(block) == object && decide(block);
}

bool Builder::members_are_shareable(Object& object) {
    if (PyTuple_CheckExact(&object)) {
        for (Py_ssize_t i = 0; i < tuple_size(as<Tuple>(object)); ++i) {
            if (!is_shareable(as<Tuple>(object).ob_item[i])) return false;
        }
        return true;
    }
    if (PyFrozenSet_CheckExact(&object)) {
        Set& set = as<Set>(object);
        if (set.weakreflist) return false;
        for (Py_ssize_t i = 0; i <= set.mask; ++i) {
            if (!is_shareable(set.table[i].key)) return false;
        }
        if (set.table != set.smalltable) fates_[block_of(set.table)] = Fate::kShared;
        return true;
    }
    if (PyCode_Check(&object)) {
        Code& code = as<Code>(object);
        if (image_.shared_codes >= kSharedCodesMax || code.co_weakreflist || code.co_extra || code._co_code ||
            code._co_linearray)
            return false;
        for (Object* member :
             {code.co_consts, code.co_names, code.co_exceptiontable, code.co_localsplusnames, code.co_localspluskinds,
              code.co_filename, code.co_name, code.co_qualname, code.co_linetable}) {
            if (!is_shareable(member)) return false;
        }
        return true;
    }
    if (PyUnicode_CheckExact(&object)) {
        auto& head = reinterpret_cast<PyCompactUnicodeObject&>(object);
        if (!head._base.state.ascii && head.utf8) fates_[block_of(head.utf8)] = Fate::kShared;
    }
    return true;
}

bool Builder::decide(size_t block) {
    Fate& fate = fates_[block];
    if (fate == Fate::kUnknown) {
        Object* value = value_in(block);
        fate = Fate::kDeciding;  // a value that contains itself is none
        fates_[block] = value && members_are_shareable(*value) ? Fate::kShared : Fate::kNotShared;
    }
    return fates_[block] == Fate::kShared;
}

void Builder::share_values() {
    for (size_t block = 0; block < blocks_.size(); ++block) {
        if (!decide(block)) continue;
        Object* value = value_in(block);
        if (!value) continue;  // the table of a frozenset, the UTF-8 form of a str
        // What is computed on demand elsewhere must be there already, since nobody may write to it later.
        if (PyUnicode_CheckExact(value)) {
            str_hash(as<Str>(*value));
        } else if (!PyCode_Check(value)) {
            (void)hash(ts_, *value).ok();
        } else {
            make_code_shared(as<Code>(*value), image_.shared_codes++);
        }
        if (PyType_IS_GC(&type_of(*value))) gc_untrack_if_tracked(*value);
        value->ob_refcnt = kImmortalCount;
    }
    if (source_.interned) intern_make_shared(*source_.interned);
}

// ---- The image

void Builder::find_headers() {
    header_word_.assign(blocks_.size(), 0);
    Collector& collector = source_.collector;
    for (GcHeader* list : {&collector.generations[0].head, &collector.generations[1].head,
                           &collector.generations[2].head, &collector.permanent}) {
        for (GcHeader* header = list->next; header != list; header = header->next) {
            size_t block = block_of(header);
            if (block == kNone) continue;
            header_word_[block] =
                uint8_t((reinterpret_cast<char*>(header) - blocks_[block].address) / sizeof(uintptr_t) + 1);
            tracked_.push_back(header);
        }
    }
}

bool Builder::is_header_word(size_t block, size_t word) const {
    size_t first = header_word_[block];
    return first && (word == first - 1 || word == first);
}

void Builder::find_soft_words() {
    Py_ssize_t position = 0;
    Object *key, *value;
    while (dict_next(as<Dict>(*source_.modules), position, &key, &value)) {
        // These two are looked into by everything that runs.
        if (str_equals_ascii(as<Str>(*key), "builtins") || str_equals_ascii(as<Str>(*key), "__main__")) continue;
        if (!PyModule_CheckExact(value) || modules_.size() + 1 == StartImage::kMaxSections) continue;
        auto& module = as<Module>(*value);
        if (std::find(modules_.begin(), modules_.end(), &module) != modules_.end()) continue;  // os.path
        modules_.push_back(&module);
        waiting_words_.push_back(&module.dict);
        waiting_words_.push_back(&module.state);
    }
    for (GcHeader* header : tracked_) {
        Object& object = gc_object(*header);
        if (PyWeakref_Check(&object)) weak_words_.push_back(&as<WeakReference>(object).wr_object);
        if (PyFunction_Check(&object)) {
            auto& function = as<Function>(object);
            bool of_module = std::any_of(modules_.begin(), modules_.end(),
                                         [&](Module* module) { return module->dict == function.func_globals; });
            if (of_module) waiting_words_.push_back(&function.func_globals);
        }
    }
    std::sort(waiting_words_.begin(), waiting_words_.end());
    std::sort(weak_words_.begin(), weak_words_.end());
}

bool Builder::contains(const std::vector<const void*>& list, const void* word) {
    return std::binary_search(list.begin(), list.end(), word);
}

bool Builder::is_soft(size_t block, size_t word) const {
    const void* address = words(block) + word;
    return is_header_word(block, word) || contains(waiting_words_, address) || contains(weak_words_, address);
}

void Builder::reach(size_t block, int section) {
    if (block == kNone || fates_[block] == Fate::kShared) return;
    if (fates_[block] == Fate::kInImage) {
        if (sections_[block] && sections_[block] != section)
            image_.sections[size_t(section)].needs |= uint64_t{1} << sections_[block];
        return;
    }
    fates_[block] = Fate::kInImage;
    sections_[block] = uint8_t(section);
    to_look_at_.push_back(block);
}

// Puts everything that can be reached from the words, and is in no earlier section, into the section.
bool Builder::mark_from(int section, std::initializer_list<uintptr_t> from) {
    const uintptr_t interpreter = reinterpret_cast<uintptr_t>(&source_), thread = reinterpret_cast<uintptr_t>(&ts_);
    for (uintptr_t word : from) reach(block_of(word), section);
    while (!to_look_at_.empty()) {
        size_t block = to_look_at_.back();
        to_look_at_.pop_back();
        for (size_t i = 0; i < word_count(block); ++i) {
            if (is_soft(block, i)) continue;
            uintptr_t word = words(block)[i];
            if (word - interpreter < sizeof(Interpreter) || word - thread < sizeof(ThreadState)) return false;
            reach(referred_to(word, block), section);
        }
    }
    return true;
}

bool Builder::mark() {
    sections_.assign(blocks_.size(), 0);
    image_.sections.resize(modules_.size() + 1);
    auto address = [](const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); };
    for (void** root : roots_of(source_).firm) {
        if (!mark_from(0, {address(*root)})) return false;
    }
    int encodings = 0;
    for (size_t i = 0; i < modules_.size(); ++i) {
        int section = int(i) + 1;
        if (!mark_from(section, {address(modules_[i]->dict), address(modules_[i]->state)})) return false;
        if (str_equals_ascii(as<Str>(*modules_[i]->name), "encodings")) encodings = section;
    }
    return mark_from(encodings, {address(source_.codec_search_path), address(source_.codec_search_cache)});
}

void Builder::place_blocks() {
    offsets_.assign(blocks_.size(), 0);
    uint32_t end = 0;
    for (size_t section = 0; section < image_.sections.size(); ++section) {
        image_.sections[section].begin = end;
        for (size_t block = 0; block < blocks_.size(); ++block) {
            if (fates_[block] != Fate::kInImage || sections_[block] != section) continue;
            offsets_[block] = end;
            image_.starts.push_back(end);
            end += uint32_t(blocks_[block].size + 15) & ~15u;
        }
        image_.sections[section].end = end;
    }
    image_.content.assign(end, 0);
    // Behind the content: Interpreter::shared_codes, all zero at first.
    image_.starts.push_back(end);
    end += uint32_t(image_.shared_codes * sizeof(uintptr_t) + 15) & ~15u;
    image_.starts.push_back(end);
}

uint32_t Builder::offset_of(uintptr_t address) const {
    size_t block = block_of(address);
    return offsets_[block] + uint32_t(address - reinterpret_cast<uintptr_t>(blocks_[block].address));
}

void Builder::write_content() {
    for (size_t block = 0; block < blocks_.size(); ++block) {
        if (fates_[block] != Fate::kInImage) continue;
        StartImage::Section& section = image_.sections[sections_[block]];
        auto* to = reinterpret_cast<uintptr_t*>(image_.content.data() + offsets_[block]);
        for (size_t i = 0; i < word_count(block); ++i) {
            if (is_header_word(block, i)) continue;
            uintptr_t word = words(block)[i];
            auto position = uint32_t(offsets_[block] + i * sizeof(uintptr_t));
            size_t target = referred_to(word, block);
            to[i] = word;
            if (target == kNone || fates_[target] == Fate::kShared) continue;
            if (fates_[target] != Fate::kInImage) {
                // Only weak references lead to what has been left out.
                if (contains(weak_words_, words(block) + i)) to[i] = reinterpret_cast<uintptr_t>(&_Py_NoneStruct);
                continue;
            }
            bool waits = sections_[target] && sections_[target] != sections_[block] &&
                         contains(waiting_words_, words(block) + i);
            to[i] = waits ? 0 : offset_of(word);
            if (waits) {
                image_.sections[sections_[target]].links.push_back({position, offset_of(word)});
                image_.waiting.push_back({position, sections_[target]});
            } else {
                section.relocations.push_back(position);
            }
        }
    }
}

void Builder::chain_headers() {
    std::vector<std::vector<uint32_t>> chains(image_.sections.size());
    for (GcHeader* header : tracked_) {
        size_t block = block_of(header);
        if (fates_[block] == Fate::kInImage)
            chains[sections_[block]].push_back(offset_of(reinterpret_cast<uintptr_t>(header)));
    }
    for (size_t i = 0; i < chains.size(); ++i) {
        StartImage::Section& section = image_.sections[i];
        std::vector<uint32_t>& chain = chains[i];
        std::sort(chain.begin(), chain.end());
        auto word = [&](uint32_t offset) -> uintptr_t& {
            section.relocations.push_back(offset);
            return *reinterpret_cast<uintptr_t*>(image_.content.data() + offset);
        };
        for (size_t at = 0; at + 1 < chain.size(); ++at) {
            word(chain[at] + offsetof(GcHeader, next)) = chain[at + 1];
            word(chain[at + 1] + offsetof(GcHeader, prev_bits)) = chain[at];
        }
        if (!chain.empty()) {
            section.first_tracked = chain.front();
            section.last_tracked = chain.back();
        }
        section.has_tracked = !chain.empty();
        std::sort(section.relocations.begin(), section.relocations.end());
    }
}

void Builder::write_roots() {
    Roots roots = roots_of(source_);
    for (auto* list : {&roots.firm, &roots.soft}) {
        for (void** root : *list) {
            uintptr_t word = reinterpret_cast<uintptr_t>(*root);
            size_t block = block_of(word);
            bool in_image = block != kNone && fates_[block] == Fate::kInImage;
            auto position = uint32_t(reinterpret_cast<char*>(root) - reinterpret_cast<char*>(&source_));
            image_.roots.push_back({position, in_image ? sections_[block] : -1, in_image ? offset_of(word) : word});
        }
    }
    for (size_t i = 0; i < modules_.size(); ++i) {
        if (str_equals_ascii(as<Str>(*modules_[i]->name), "sys")) image_.sys_section = int(i) + 1;
    }
    std::sort(image_.waiting.begin(), image_.waiting.end());
}

bool Builder::build() {
    // Strings get their UTF-8 form before they are shared, which allocates.
    list_blocks();
    for (size_t block = 0; block < blocks_.size(); ++block) {
        Object* value = value_in(block);
        if (value && PyUnicode_CheckExact(value) && !str_utf8(ts_, as<Str>(*value)).ok()) error_clear(ts_);
    }
    list_blocks();
    wipe_unused_words();
    share_values();
    find_headers();
    find_soft_words();
    if (!mark()) return false;
    place_blocks();
    if (image_.starts.back() > Heap::kImageLimit) return false;
    write_content();
    chain_headers();
    write_roots();
    image_.next_type_version = source_.next_type_version;
    image_.next_function_version = source_.next_function_version;
    image_.next_keys_version = source_.next_keys_version;
    image_.dict_version = source_.dict_version;
    image_.names = source_.interned;
    return true;
}

}  // namespace

bool start_image_build(ThreadState& ts, StartImage& image) {
    (void)gc_collect_silently(ts);
    return Builder(ts, image).build();
}

}  // namespace orochi
