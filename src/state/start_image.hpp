// The started state of an interpreter, as a block of bytes that further interpreters begin with.
//
// Starting an interpreter runs importlib's bootstrap, makes some hundred classes and a thousand functions. All of them
// end in the same state, so this is done once, by an interpreter that does nothing else. What it made falls in two
// parts (lifecycle/start_image_build.cpp): values that nothing can change (strings, numbers, code, tuples of these) are
// made immortal and shared where they are; everything else is packed into an *image*. A new interpreter copies the
// image to the front of its heap and adds the distance to every word that points into it.
//
// An interpreter that does little should cost little. So the image is cut into *sections*: the first is what can be
// reached without looking into a module, and each further one what the dict and the state of one module add. The first
// is copied at the start, the others when their module is first looked into, or a function of it called (or the codecs
// are looked into). Until then the pointers to the dict and the state of the module, in it and in its functions, are
// null, and its addresses in the image read as zeros: a weak reference to something there looks dead, which whoever
// must see everything prevents with start_image_load_all().
//
// Hash tables survive the move: hash() of strings and numbers does not depend on addresses, and hash() by identity only
// on the address modulo base::kIdentityRange, to which images are aligned.
//
// A start image is constant once it is built.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "state/interpreter.hpp"

namespace orochi {

struct ThreadState;

struct StartImage {
    std::vector<unsigned char> content;  // words that point into the image hold offsets from its beginning
    std::vector<uint32_t> starts;        // of its blocks, and then its size
    struct Section {
        uint32_t begin = 0, end = 0;        // bytes of the image
        std::vector<uint32_t> relocations;  // offsets of the words in it that point into the image
        bool has_tracked = false;
        uint32_t first_tracked = 0, last_tracked = 0;  // the chain of its collector headers
        // Words elsewhere in the image that are null until the section is there, and what they point to.
        struct Link {
            uint32_t position, target;
        };
        std::vector<Link> links;
        uint64_t needs = 0;  // bits of the sections it refers to
    };
    static constexpr int kMaxSections = 64;
    std::vector<Section> sections;
    // The offsets of all words that are null until a section is there, with its number; sorted.
    std::vector<std::pair<uint32_t, int>> waiting;
    // Words of struct Interpreter.
    struct Root {
        uint32_t position;  // in the struct
        int section;        // `word` is an offset in it; -1: it is the word itself
        uintptr_t word;
    };
    std::vector<Root> roots;
    uint32_t next_type_version, next_function_version, next_keys_version;
    uint64_t dict_version;

    // What it depends on outside of it: the environment, and files and directories with their states, when it was
    // built.
    std::vector<std::string> environment;
    struct FileState {
        std::string path;
        ino_t inode = 0;  // 0: there is none of that name
        timespec modified{};
        bool operator==(const FileState& other) const {
            return path == other.path && inode == other.inode && modified.tv_sec == other.modified.tv_sec &&
                   modified.tv_nsec == other.modified.tv_nsec;
        }
    };
    std::vector<FileState> files;
    bool has_site = false;  // `site` has been imported in it

    InternTable* names = nullptr;  // the strings that were interned in it; immortal
    // Called after the section of `sys` has been loaded: opens the standard files. Raises nothing.
    int sys_section = 0;  // 0: the first one has it
    void (*after_sys)(ThreadState& ts) = nullptr;
    int shared_codes = 0;           // the number of shared code objects (execution/shared_code.hpp)
    Interpreter* source = nullptr;  // in whose heap the shared part lives, with the configuration it belongs to
    bool usable = false;            // else there is no image for that configuration
    StartImage* older = nullptr;    // one that files have outdated; interpreters that began with it may be alive
};

// Fills a new interpreter, whose heap is unused. False, and nothing has changed, when there is no room for the image.
bool start_image_restore(Interpreter& interpreter, const StartImage& start_image);
// Loads the section, and those that it needs, if it is pending. The interpreter's lock is held.
void start_image_load(Interpreter& interpreter, int section);
void start_image_load_all(Interpreter& interpreter);
// The section that brings a member of the interpreter which is null.
void start_image_load_member(Interpreter& interpreter, const void* member);
// The section that brings a word which is null, of an object in an interpreter's heap. For any word, waiting or not.
void start_image_load_word(const void* word);
// Whether the address lies in the image that the interpreter began with.
bool start_image_contains(const Interpreter& interpreter, const void* address);
// Gives the place of the image back. The heap is gone.
void start_image_release_place(Interpreter& interpreter);

}  // namespace orochi
