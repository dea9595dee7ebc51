# main: finishes with hooks of the main interpreter
# Which events auditing hooks are told, with which arguments (audit_events.html), and what comes of a refusal.
import array
import ctypes
import encodings.idna
import fcntl
import gc
import glob
import io
import marshal
import mmap
import os
import pickle
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import syslog
import tempfile
import threading
import time
import types
import _pickle
import _thread
import _xxsubinterpreters

seen = None
refused = None


def hook(event, arguments):
    if seen is not None and event not in ("import", "open", "compile", "exec", "sys._getframe", "marshal.loads"):
        seen.append((event, arguments))
    elif seen is not None:
        seen.append((event, len(arguments)))
    if event == refused:
        raise RuntimeError(event)


def name(function):
    return getattr(function, "__qualname__", type(function).__name__)


def told(function, *arguments, quiet=False, **keywords):
    """Shows the events during a call; `quiet`: without their arguments, which differ from run to run."""
    global seen
    seen = events = []
    try:
        function(*arguments, **keywords)
        outcome = ""
    except Exception as error:
        outcome = f" {type(error).__name__}"
    seen = None
    print(name(function) + outcome, [(event, len(args)) if quiet and not isinstance(args, int) else (event, args)
                                     for event, args in events])


def refuses(event, function, *arguments, **keywords):
    global refused
    refused = event
    try:
        print(event, function(*arguments, **keywords))
    except BaseException as error:
        refused = None
        print(event, repr(error), repr(error.__cause__), repr(error.__context__))
    refused = None


class Plain:
    pass


class Other:
    pass


def generator():
    yield


async def coroutine():
    pass


code = told.__code__
simple = (lambda value: value).__code__.replace(co_filename="f")
sys.addaudithook(hook)

print("marshal, array, code")
told(marshal.loads, b"N")
told(marshal.loads, bytearray(b"N"))
told(marshal.loads, 1)
told(marshal.load, io.BytesIO(b"N"))
told(marshal.load, io.StringIO("N"))
told(marshal.dumps, 1)
told(marshal.dumps, 1, 3)
told(marshal.dump, (), io.BytesIO())
told(marshal.dumps, Plain, quiet=True)
for arguments in ("i", [1]), ("i",), ("u", "abc"), ("u", b"abc"), ("?",), ("i", "abc"), ("qq",), (1,), ("i", 1, 2):
    told(array.array, *arguments)
told(simple.replace)
told(simple.replace, co_argcount=100)
told(simple.replace, co_argcount=-1)
told(simple.replace, co_names=(1,))
told(types.CodeType, -1, 0, 0, 0, 0, 0, b"", (), (1,), (), "f", "n", "q", 1, b"", b"")
told(types.CodeType, 1, 0)
told(types.FunctionType, code, {}, quiet=True)

print("sys and gc")
told(sys.set_asyncgen_hooks, firstiter=print, finalizer=print)
told(sys.set_asyncgen_hooks, None, None)
told(sys.set_asyncgen_hooks, 1, 2)
told(sys.settrace, None)
told(sys.setprofile, None)
told(sys._current_frames)
told(sys._current_exceptions)
told(sys._getframe, quiet=True)
told(sys.audit, "own.event", 1, "two")
told(gc.get_objects)
told(gc.get_referrers, told, quiet=True)
told(gc.get_referents, told, quiet=True)
told(compile, "1", "f", "eval", quiet=True)
told(eval, "1", quiet=True)
told(exec, "1", quiet=True)
told(exec, simple.replace(co_argcount=0), quiet=True)
told(id, 1, quiet=True)

print("attributes")
told(getattr, told, "__code__", quiet=True)
told(setattr, told, "__kwdefaults__", told.__kwdefaults__, quiet=True)
told(setattr, told, "__defaults__", None, quiet=True)
told(delattr, hook, "__defaults__", quiet=True)
told(setattr, Plain(), "__class__", Other, quiet=True)
told(setattr, Other, "__bases__", (object,), quiet=True)
told(setattr, Other, "__name__", "Other")
told(setattr, Other, "__module__", "m")
told(setattr, Other, "__doc__", "text")
told(delattr, Other, "absent")
running = generator()
told(getattr, running, "gi_frame", quiet=True)
told(getattr, running, "gi_code", quiet=True)
awaited = coroutine()
told(getattr, awaited, "cr_frame", quiet=True)
told(getattr, awaited, "cr_code", quiet=True)
told(getattr, awaited, "cr_await")
awaited.close()
try:
    1 / 0
except ZeroDivisionError as error:
    told(getattr, error.__traceback__, "tb_frame", quiet=True)
    told(getattr, error.__traceback__.tb_frame, "f_code", quiet=True)

print("os")
here = os.getcwd()
os.mkdir("folder")
for function, *arguments in (
        (os.chdir, "."), (os.mkdir, "x"), (os.mkdir, "x", 0o700), (os.rename, "x", "y"), (os.replace, "y", "z"),
        (os.rmdir, "z"), (os.listdir,), (os.listdir, "folder"), (os.scandir, "folder"), (os.chmod, "folder", 0o700),
        (os.chown, "folder", -1, -1), (os.lchown, "folder", -1, -1), (os.truncate, "absent", 1),
        (os.utime, "folder", (1, 2)), (os.symlink, "folder", "link"), (os.link, "link", "hard"),
        (os.readlink, "link"), (os.remove, "hard"), (os.unlink, "link"), (os.getxattr, "folder", "user.a"),
        (os.setxattr, "absent", "user.a", b"1"), (os.removexattr, "absent", "user.a"), (os.listxattr, "folder"),
        (os.putenv, "AUDITED", "B"), (os.unsetenv, "AUDITED"), (os.kill, 2**22 + 1, 0), (os.killpg, 2**22 + 1, 0),
        (os.lockf, 99, 0, 0), (os.walk, "folder"), (os.fwalk, "folder"), (os.system, "true"), (os.access, ".", 0),
        (os.execv, "/absent", ["a"]), (os.execve, "/absent", ["a"], {}), (os.memfd_create, "name"),
        (os.mkfifo, "fifo"), (os.stat, "."), (os.getcwd,), (os.ftruncate, 99, 1), (os.fchmod, 99, 1),
        (os.fchdir, 99), (os.fchown, 99, 1, 1), (glob.glob, "absent*"), (glob.iglob, "absent*"),
        (os.posix_spawn, "/absent", ["a"], {}), (os.open, "folder", 0), (open, "folder"), (io.open_code, "absent"),
        (io.FileIO, "absent"), (os.fdopen, 99)):
    told(lambda: list(function(*arguments)) if function in (os.walk, os.fwalk) else function(*arguments))
# The parent goes on; the children end at once.
for function in os.fork, os.forkpty:
    told(lambda: os._exit(0) if function() in (0, (0, -1)) else None)
told(subprocess.call, ["true"], quiet=True)
told(tempfile.mkstemp, dir=".", quiet=True)
told(tempfile.mkdtemp, dir=".", quiet=True)
told(shutil.copyfile, "/etc/passwd", "copy")
told(shutil.copymode, "/etc/passwd", "copy")
told(shutil.rmtree, "folder", quiet=True)

print("other modules")
told(time.sleep, 0)
told(socket.gethostname)
told(socket.getservbyname, "http")
told(socket.getservbyname, "http", "tcp")
told(socket.getservbyname, "http", 1)
told(socket.getservbyport, 80)
told(socket.getservbyport, 80, "tcp")
told(socket.getservbyport, 80_000)
told(socket.gethostbyname, "127.0.0.1")
told(socket.gethostbyaddr, "127.0.0.1")
told(socket.getnameinfo, ("127.0.0.1", 1), 0)
told(socket.sethostname, "x" * 1000)
told(socket.socket, quiet=True)
with socket.socket() as unbound:
    told(unbound.bind, ("127.0.0.1", 0), quiet=True)
    told(unbound.connect, ("127.0.0.1", 0), quiet=True)
    told(unbound.connect_ex, ("127.0.0.1", 0), quiet=True)
with socket.socket(type=socket.SOCK_DGRAM) as datagrams:
    told(datagrams.sendto, b"", ("127.0.0.1", 9), quiet=True)
    told(datagrams.sendmsg, [b""], [], 0, ("127.0.0.1", 9), quiet=True)
told(fcntl.fcntl, 1, 1)
told(fcntl.ioctl, 99, 1)
told(fcntl.flock, 99, 0)
told(fcntl.lockf, 99, 0)
told(signal.pthread_kill, threading.get_ident(), 0, quiet=True)
told(syslog.openlog, "ident")
told(syslog.syslog, "text")
told(syslog.setlogmask, 255)
told(syslog.closelog)
told(sqlite3.connect, ":memory:", quiet=True)
told(mmap.mmap, -1, 10)
told(resource.getrlimit, 0)
told(resource.setrlimit, 0, (-1, -1))
told(resource.prlimit, 0, 0)
told(ctypes.CDLL, None)
told(ctypes.string_at, b"a", quiet=True)
told(ctypes.get_errno)
told(ctypes.set_errno, 0)
told(ctypes.addressof, ctypes.c_int(), quiet=True)
data = pickle.dumps(print)
told(pickle.loads, data)
told(_pickle.loads, data)
told(pickle._loads, data)
told(_thread.start_new_thread, int, ())
told(lambda: [thread.start() or thread.join() for thread in [threading.Thread(target=int)]])
told(_xxsubinterpreters.create)
told(_xxsubinterpreters.destroy, _xxsubinterpreters.list_all()[0])
told(sys.addaudithook, lambda event, arguments: None, quiet=True)

print("refusals")
refuses("marshal.loads", marshal.loads, b"N")
refuses("marshal.load", marshal.load, io.BytesIO(b"N"))
refuses("marshal.dumps", marshal.dumps, 1)
refuses("array.__new__", array.array, "i")
refuses("code.__new__", simple.replace)
refuses("socket.getservbyname", socket.getservbyname, "http")
refuses("cpython.PyInterpreterState_New", _xxsubinterpreters.create)
refuses("compile", compile, "1", "f", "eval")
refuses("import", __import__, "colorsys")
refuses("open", open, "absent")
refuses("object.__setattr__", setattr, Other, "__name__", "Another")
refuses("sys._getframe", sys._getframe)
refuses("sys.settrace", sys.settrace, None)
refuses("sys.addaudithook", sys.addaudithook, lambda event, arguments: print(event))
refuses("sys.set_asyncgen_hooks_firstiter", sys.set_asyncgen_hooks, firstiter=print)
refuses("sys.set_asyncgen_hook_firstiter", sys.set_asyncgen_hooks, firstiter=print)
