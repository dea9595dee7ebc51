"""An interpreter's main thread is the one that runs it for somebody, and that is another one from run to run."""

import threading


def moved(old_ident):
    """The calling thread goes on where the thread with the old number was."""
    main = threading._main_thread
    if main._ident != old_ident:
        return      # some other thread was the first to import threading
    with threading._active_limbo_lock:
        threading._active.pop(old_ident, None)
        main._set_ident()
        main._set_native_id()
        threading._active[main._ident] = main
