#include "state/start_image.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "base/hash.hpp"

namespace orochi {

namespace {

// Below everything that the kernel places by itself, by terabytes. The thread sanitizer keeps that for itself and
// leaves the lowest half terabyte, where there are fewer places.
#ifdef __SANITIZE_THREAD__
constexpr uintptr_t kFirst = uintptr_t{1} << 38;
constexpr size_t kUsedPlaceWords = 4;
#else
constexpr uintptr_t kFirst = uintptr_t{7} << 44;
constexpr size_t kUsedPlaceWords = std::extent_v<decltype(Runtime::image_places)>;
#endif

char* place_address(int place) { return reinterpret_cast<char*>(kFirst + uintptr_t(place) * base::kIdentityRange); }

// A free place, or -1.
int take_place(Runtime& runtime) {
    base::MutexGuard guard(runtime.mutex);
    for (size_t i = 0; i < kUsedPlaceWords; ++i) {
        uint64_t& word = runtime.image_places[i];
        if (word == ~uint64_t{0}) continue;
        int bit = std::countr_one(word);
        word |= uint64_t{1} << bit;
        return int(i) * 64 + bit;
    }
    return -1;
}

void give_place(Runtime& runtime, int place) {
    base::MutexGuard guard(runtime.mutex);
    runtime.image_places[size_t(place) / 64] &= ~(uint64_t{1} << (place % 64));
}

uintptr_t& word_at(char* image, uint32_t offset) { return *reinterpret_cast<uintptr_t*>(image + offset); }

// The tracked objects of a section join the oldest generation.
void link_tracked(Collector& collector, const StartImage::Section& section, char* image) {
    if (!section.has_tracked) return;
    GcHeader& head = collector.generations[2].head;
    auto* first = reinterpret_cast<GcHeader*>(image + section.first_tracked);
    auto* last = reinterpret_cast<GcHeader*>(image + section.last_tracked);
    GcHeader* before = head.prev();
    before->next = first;
    first->set_prev(before);
    last->next = &head;
    head.set_prev(last);
}

char* image_of(const Interpreter& interpreter) { return place_address(interpreter.image_place) + Heap::kImageOffset; }

void copy_section(Interpreter& interpreter, int number) {
    const StartImage& image = *interpreter.start_image;
    const StartImage::Section& section = image.sections[size_t(number)];
    char* memory = image_of(interpreter);
    const uintptr_t base = reinterpret_cast<uintptr_t>(memory);
    std::memcpy(memory + section.begin, image.content.data() + section.begin, section.end - section.begin);
    for (uint32_t offset : section.relocations) word_at(memory, offset) += base;
    for (const StartImage::Section::Link& link : section.links) word_at(memory, link.position) = base + link.target;
    for (const StartImage::Root& root : image.roots) {
        if (root.section == number) word_at(reinterpret_cast<char*>(&interpreter), root.position) = base + root.word;
    }
    link_tracked(interpreter.collector, section, memory);
}

void copy_with_needs(Interpreter& interpreter, int section) {
    const uint64_t bit = uint64_t{1} << section;
    if (!(interpreter.sections_pending & bit)) return;
    interpreter.sections_pending &= ~bit;
    uint64_t needed = interpreter.start_image->sections[size_t(section)].needs & interpreter.sections_pending;
    for (; needed; needed &= needed - 1) copy_with_needs(interpreter, std::countr_zero(needed));
    copy_section(interpreter, section);
}

}  // namespace

bool start_image_restore(Interpreter& interpreter, const StartImage& start_image) {
    Runtime& runtime = *interpreter.runtime;
    char* image = nullptr;
    // A place that another library has taken stays marked; there are enough.
    for (int attempts = 0; !image && attempts < 4; ++attempts) {
        interpreter.image_place = take_place(runtime);
        if (interpreter.image_place < 0) return false;
        image = interpreter.heap.make_image(place_address(interpreter.image_place), start_image.starts);
    }
    if (!image) {
        interpreter.image_place = -1;
        return false;
    }
    interpreter.start_image = &start_image;
    for (const StartImage::Root& root : start_image.roots) {
        if (root.section < 0) word_at(reinterpret_cast<char*>(&interpreter), root.position) = root.word;
    }
    copy_section(interpreter, 0);
    for (size_t i = 1; i < start_image.sections.size(); ++i) interpreter.sections_pending |= uint64_t{1} << i;
    interpreter.shared_codes = reinterpret_cast<uintptr_t*>(image + start_image.content.size());
    interpreter.next_type_version = start_image.next_type_version;
    interpreter.next_function_version = start_image.next_function_version;
    interpreter.next_keys_version = start_image.next_keys_version;
    interpreter.dict_version = start_image.dict_version;
    return true;
}

void start_image_load(Interpreter& interpreter, int section) {
    const uint64_t before = interpreter.sections_pending;
    copy_with_needs(interpreter, section);
    const StartImage& image = *interpreter.start_image;
    const bool brought_sys = (before & ~interpreter.sections_pending) >> image.sys_section & 1;
    if (brought_sys && image.after_sys) image.after_sys(*interpreter.lock.holder());
}

void start_image_load_all(Interpreter& interpreter) {
    while (interpreter.sections_pending) start_image_load(interpreter, std::countr_zero(interpreter.sections_pending));
}

void start_image_load_member(Interpreter& interpreter, const void* member) {
    if (!interpreter.sections_pending) return;
    auto position = static_cast<const char*>(member) - reinterpret_cast<char*>(&interpreter);
    for (const StartImage::Root& root : interpreter.start_image->roots) {
        if (root.position == position && root.section > 0) return start_image_load(interpreter, root.section);
    }
}

void start_image_load_word(const void* word) {
#ifdef OROCHI_HEAP_IS_MALLOC
    return;  // there are no images, and the heap of a word inside a block cannot be told
#endif
    // The heap is a member of its interpreter.
    auto* heap = reinterpret_cast<char*>(&Heap::of(word));
    auto& interpreter = *reinterpret_cast<Interpreter*>(heap - offsetof(Interpreter, heap));
    if (!interpreter.sections_pending) return;
    auto offset = static_cast<const char*>(word) - image_of(interpreter);
    const auto& waiting = interpreter.start_image->waiting;
    auto found = std::lower_bound(waiting.begin(), waiting.end(), std::pair<uint32_t, int>(uint32_t(offset), 0));
    if (found != waiting.end() && found->first == offset) start_image_load(interpreter, found->second);
}

bool start_image_contains(const Interpreter& interpreter, const void* address) {
    if (!interpreter.start_image) return false;
    auto offset = static_cast<const char*>(address) - image_of(interpreter);
    return offset >= 0 && size_t(offset) < interpreter.start_image->content.size();
}

void start_image_release_place(Interpreter& interpreter) {
    if (interpreter.image_place >= 0) give_place(*interpreter.runtime, interpreter.image_place);
    interpreter.image_place = -1;
}

}  // namespace orochi
