// PyArg_Parse and its kin: C variables from Python arguments, by a format ("Parsing arguments and building values").
#pragma once

#include <cstdarg>
#include <vector>

#include "objects/object.hpp"

namespace orochi::getargs {

// Converts arguments one format unit after the other, keeping what must be undone when a later one fails.
class Converter {
public:
    // `format` without brackets around it; ':' and ';' introduce the function's name and a message of its own.
    Converter(ThreadState& ts, const char* format, va_list* arguments, bool size_is_ssize);
    ~Converter();  // undoes everything unless keep() was called
    Converter(const Converter&) = delete;
    void keep() { undo_.clear(); }

    const char* function() const { return function_; }  // null when the format names none
    const char* message() const { return message_; }
    const char* position() const { return at_; }
    void advance(int by) { at_ += by; }
    char next() const { return *at_; }
    bool at_end() const { return *at_ == 0 || *at_ == ':' || *at_ == ';'; }

    // Converts one argument / steps over one unit for an argument that was not given. False: an exception is pending.
    bool convert(Object* argument, Py_ssize_t number);
    bool skip();

private:
    struct Undo {
        void* address;
        int (*converter)(PyObject*, void*);  // null: see kind
        enum Kind { kBuffer, kMemory, kConverter } kind;
    };
    const char* item(Object* argument);  // null: done; else what is wrong, in the words of the message
    const char* tuple(Object* argument);
    const char* simple(Object* argument);
    const char* text(Object* argument, char code);
    const char* encoded(Object* argument);
    const char* wide(Object* argument, char code);
    const char* expected(const char* what, Object* argument);
    const char* buffer_into(Object* argument, Py_buffer* view, int flags);
    bool raise_error(Py_ssize_t number, const char* problem);
    void store_size(Py_ssize_t size);

    ThreadState& ts_;
    const char* at_;
    va_list* arguments_;
    bool size_is_ssize_;
    const char* function_ = nullptr;
    const char* message_ = nullptr;
    int levels_[32] = {};
    int depth_ = 0;
    std::vector<Undo> undo_;
    char problem_[512];
};

// Counts the units of a format: required ones, all, and nested tuples as one.
struct Counts {
    int required = -1, total = 0;
};
Counts count_units(const char* format);

}  // namespace orochi::getargs
