// PyOS_getsig and PyOS_setsig of pylifecycle.h: C signal handlers, without SA_RESTART.
#include <csignal>

#include "memory/python.hpp"

#pragma GCC visibility push(default)
extern "C" {

PyOS_sighandler_t PyOS_getsig(int number) {
    struct sigaction action;
    if (sigaction(number, nullptr, &action) == -1) return SIG_ERR;
    return action.sa_handler;
}

PyOS_sighandler_t PyOS_setsig(int number, PyOS_sighandler_t handler) {
    struct sigaction action = {}, old;
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    // Handlers may run on an alternate stack (faulthandler's).
    action.sa_flags = SA_ONSTACK;
    if (sigaction(number, &action, &old) == -1) return SIG_ERR;
    return old.sa_handler;
}

}  // extern "C"
#pragma GCC visibility pop
