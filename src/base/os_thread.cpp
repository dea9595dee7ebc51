#include "base/os_thread.hpp"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>

namespace orochi::base {

namespace {

constexpr size_t kSmallestStack = 32768;

struct Start {
    void (*function)(void*);
    void* argument;
};

void* run(void* start) {
    Start begin = *static_cast<Start*>(start);
    std::free(start);
    begin.function(begin.argument);
    return nullptr;
}

}  // namespace

unsigned long thread_ident() { return static_cast<unsigned long>(pthread_self()); }
unsigned long native_thread_id() { return static_cast<unsigned long>(syscall(SYS_gettid)); }

unsigned long start_thread(void (*function)(void*), void* argument, size_t stack_size) {
    auto* start = static_cast<Start*>(std::malloc(sizeof(Start)));
    if (!start) return kNoThread;
    *start = {function, argument};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (stack_size) pthread_attr_setstacksize(&attributes, stack_size);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int failed = pthread_create(&thread, &attributes, run, start);
    pthread_attr_destroy(&attributes);
    if (failed) {
        std::free(start);
        return kNoThread;
    }
    return static_cast<unsigned long>(thread);
}

bool stack_size_allowed(size_t size) {
    if (size == 0) return true;
    if (size < kSmallestStack) return false;
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes)) return false;
    int failed = pthread_attr_setstacksize(&attributes, size);
    pthread_attr_destroy(&attributes);
    return !failed;
}

}  // namespace orochi::base
