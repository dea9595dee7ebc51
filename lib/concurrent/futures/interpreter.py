"""InterpreterPoolExecutor: threads of which each runs its tasks in an interpreter of its own, so in parallel."""

import concurrent.interpreters
import queue
import threading
from concurrent.futures import thread

import _crossing


class BrokenInterpreterPool(thread.BrokenThreadPool):
    """Raised when a worker's interpreter could not be made, or its initializer failed."""


class _Workers(threading.local):
    """The interpreter of each worker; it closes with the thread."""

    interpreter = None


class InterpreterPoolExecutor(thread.ThreadPoolExecutor):

    def __init__(self, max_workers=None, thread_name_prefix='', initializer=None, initargs=()):
        """Initializes a new InterpreterPoolExecutor instance.

        Args:
            max_workers: The maximum number of interpreters that can be used to execute the given calls.
            thread_name_prefix: An optional name prefix to give our threads.
            initializer: A callable used to initialize each worker interpreter.
            initargs: A tuple of arguments to pass to the initializer.
        """
        if initializer is not None and not callable(initializer):
            raise TypeError('initializer must be a callable')
        self._workers = workers = _Workers()
        packed = None if initializer is None else _crossing.dumps((initializer, tuple(initargs), {}))
        thread_name_prefix = thread_name_prefix or f'InterpreterPoolExecutor-{self._counter()}'
        super().__init__(max_workers, thread_name_prefix, _start_worker, (workers, packed))

    def submit(self, fn, /, *args, **kwargs):
        try:
            packed = _crossing.dumps((fn, args, kwargs))
        except concurrent.interpreters.NotShareableError as error:
            task = (_fail, error)       # told by the future, as by that of a ProcessPoolExecutor
        else:
            task = (_run_in_worker, self._workers, packed)
        try:
            return super().submit(*task)
        except thread.BrokenThreadPool as error:
            raise BrokenInterpreterPool(str(error)) from None

    submit.__doc__ = thread.ThreadPoolExecutor.submit.__doc__

    def _initializer_failed(self):
        with self._shutdown_lock:
            self._broken = ('An interpreter could not be made, or its initializer failed, the pool is not usable anymore')
            while True:
                try:
                    work_item = self._work_queue.get_nowait()
                except queue.Empty:
                    break
                if work_item is not None:
                    work_item.future.set_exception(BrokenInterpreterPool(self._broken))


def _start_worker(workers, packed):
    workers.interpreter = concurrent.interpreters.create()
    if packed is not None:
        workers.interpreter.call(_crossing.call_packed, packed)


def _fail(error):
    raise error


def _run_in_worker(workers, packed):
    try:
        return workers.interpreter.call(_crossing.call_packed, packed)
    except concurrent.interpreters.ExecutionFailed as failed:
        # The task's own exception, where it could be copied, as in an executor of another kind.
        error = failed.__cause__
        if error is None:
            raise
        failed.__cause__ = None
        try:
            raise error from failed
        finally:
            del error
