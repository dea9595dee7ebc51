/* Interpreters with permissions and limits: what 3.11's headers lack. Include Python.h first, or let this do it.
 *
 * Orochi_NewInterpreter is Py_NewInterpreterFromConfig of CPython 3.12 with Orochi's own options. Of 3.12's members,
 * these have no counterpart here: use_main_obmalloc and gil, since every interpreter has its own lock and heap;
 * check_multi_interp_extensions, since every interpreter has its own image of an extension, so that none need be
 * refused; allow_daemon_threads, since daemon threads do not keep an interpreter from ending (they stop where they
 * are).
 */
#ifndef OROCHI_INTERPRETER_H
#define OROCHI_INTERPRETER_H

#include <Python.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    size_t size;            /* sizeof(OrochiInterpreterConfig), as the program was compiled */
    int allow_fork;         /* os.fork() */
    int allow_exec;         /* os.execv() and its kin */
    int allow_threads;      /* the modules _thread and threading */
    size_t memory_limit;    /* bytes of its heap; MemoryError beyond; 0: none */
    uint64_t time_limit_ns; /* of one run: until no code of the thread is under way any more; 0: none */
} OrochiInterpreterConfig;

/* Everything allowed, nothing limited. */
#define OROCHI_INTERPRETER_CONFIG_INIT \
    { sizeof(OrochiInterpreterConfig), 1, 1, 1, 0, 0 }

/* Creates an interpreter with the configuration of the calling thread's interpreter, else of the main one. Its first
 * thread state becomes current and is stored in `*state`. The calling thread's lock is dropped meanwhile; on failure
 * the previous thread state is current again and `*state` is NULL. Py_EndInterpreter closes it. */
PyAPI_FUNC(PyStatus) Orochi_NewInterpreter(PyThreadState** state, const OrochiInterpreterConfig* config);

#ifdef __cplusplus
}
#endif

#endif
