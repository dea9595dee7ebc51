// The exceptions of interpreters and channels. Each of the modules that raise them has its own (_interpreters, and
// _xxsubinterpreters with CPython 3.11's), at the beginning of its state.
#pragma once

#include "objects/module.hpp"

namespace orochi {

struct InterpreterErrors {
    Object* error;
    Object* not_found;
};
struct ChannelErrors {
    Object* channel_error;
    Object* not_found;
    Object* closed;
    Object* empty;
    Object* not_empty;
    Object* queue_error;
    Object* queue_not_found;
};
struct SharingErrors {
    InterpreterErrors interpreters;
    ChannelErrors channels;

    template <class F>
    void each(F f) {
        f(interpreters.error);
        f(interpreters.not_found);
        f(channels.channel_error);
        f(channels.not_found);
        f(channels.closed);
        f(channels.empty);
        f(channels.not_empty);
        f(channels.queue_error);
        f(channels.queue_not_found);
    }
};

inline SharingErrors& sharing_errors(Object& module) { return *static_cast<SharingErrors*>(module_state(module)); }
inline InterpreterErrors& interpreter_errors(Object& module) { return sharing_errors(module).interpreters; }
inline ChannelErrors& channel_errors(Object& module) { return sharing_errors(module).channels; }

}  // namespace orochi
