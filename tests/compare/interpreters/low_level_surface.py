# main: asks for the main interpreter, and counts all
# _xxsubinterpreters: names, arguments, defaults, errors and texts of everything in it.
# timeout: 60
import sys, pickle, copy

def show(label, f):
    try:
        print(label, '->', repr(f()))
    except BaseException as e:
        print(label, '!!', type(e).__module__, type(e).__name__, e, repr(e.__cause__))
import _xxsubinterpreters as X
show('dir', lambda: sorted(n for n in dir(X) if not n.startswith('__')))
show('doc', lambda: X.__doc__)
for n in sorted(n for n in dir(X) if not n.startswith('__')):
    o = getattr(X, n)
    if isinstance(o, type):
        show(n, lambda: (o.__module__, o.__qualname__, o.__mro__, o.__doc__))
    else:
        show(n, lambda: (o.__module__, o.__qualname__, type(o).__name__))
class Ix:
    def __init__(s, v): s.v = v
    def __index__(s): return s.v
class S(str): pass
class NI(int): pass
i = X.create()
bad = ['x', 1.0, None, -1, -2**70, 2**63, 2**70, 10**6, True, object, Ix(0), Ix('a'), Ix(-1), NI(0), b'1']
for f in ('InterpreterID', 'ChannelID', 'destroy','is_running','channel_destroy','channel_recv','channel_close','channel_release'):
    fn = getattr(X, f)
    show(f+'()', lambda: fn())
    for b in bad:
        if f in ('destroy',) and (b is True or isinstance(b, Ix) and b.v == 0 or isinstance(b, NI)): continue
        def norm(b): return 'obj' if isinstance(b, Ix) else b
        try: r = repr(fn(b))
        except BaseException as e: r = (type(e).__name__, str(e))
        print(f, norm(b), str(r).replace(hex(id(b)), 'ADDR') if not isinstance(b, Ix) else str(r).split(' at 0x')[0])
for b in bad:
    try: r = repr(X.run_string(b, 'pass'))
    except BaseException as e: r = (type(e).__name__, str(e))
    print('run', str(r).split(' at 0x')[0])
for args in [(), (i,), (i, b'x'), (i, 5), (i, S('pass')), (i, 'x\0y'), (i, '\udcff'), (i, 'pass', {'a':[]}), (i,'pass', {'a':1.0}), (i,'pass',{'a':True}), (i,'pass',{'a':2**70}), (i,'pass',None), (i,'pass',{},3), (i, '  x=1')]:
    show(f'run_string{args[1:]}', lambda: X.run_string(*args))
show('kw', lambda: X.run_string(id=i, script='x=1', shared={}))
show('kw2', lambda: X.run_string(i, 'x=1', foo={}))
for s in ('1/0', 'raise SystemExit', 'raise SystemExit(3)', 'raise KeyboardInterrupt', 'raise ValueError', 'raise ValueError("a","b")', 'x = (', 'class E(Exception): pass\nraise E(1)', 'raise OSError(2,"x")', 'raise ExceptionGroup("g",[ValueError(1)])', 'raise KeyError("k")', 'def f():\n class L(Exception): pass\n raise L("q")\nf()', '\tx\n  y', 'import json; json.loads("{")', 'raise UnicodeDecodeError("utf-8", b"x", 0, 1, "r")', 'nosuch', 'import nosuch', 'raise StopIteration(1)', 'assert 0', 'assert 0, "m"', "'abc"):
    show(s, lambda: X.run_string(i, s))
show('create args', lambda: X.create(5))
show('create kw', lambda: X.create(foo=5))
j = X.create(isolated=False)
k = X.create(isolated=1)
show('create', lambda: (int(j) - int(i), int(k)-int(j)))
for a in (i, X.get_main(), X.get_current()):
    show('id', lambda: (repr(a), str(a), int(a), hash(a) == hash(int(a)), a == int(a), int(a) == a, a == float(int(a)), a != 99, a == str(int(a)), a == Ix(int(a)), range(5)[a] if int(a) < 5 else 0))
for op in ('a < 1', 'a > 1', 'a <= a', '+a', '-a', 'a + 1', 'a.x', 'a.__dict__', 'bool(a)', 'float(a)', 'complex(a)', '"%d" % a', 'f"{a}"', 'f"{a:>5}"', 'pickle.dumps(a)', 'copy.copy(a)', 'a.__index__()', 'setattr(a, "x", 1)', 'hash(a)', 'X.InterpreterID(a) == a', 'X.InterpreterID(a) is a', 'X.InterpreterID(a, force=True) == a', 'X.InterpreterID(10**5, force=True)', 'X.InterpreterID(id=1)', 'X.InterpreterID(1, force=[])','a == X.InterpreterID(10**5, force=True)', 'X.InterpreterID.__flags__ & (1<<10) != 0', '[1,2,3][a]', 'a in [1]', 'a == 2**100', 'a == 1.5', 'a == None', 'a.__eq__("x")', 'a.__lt__(1)', 'X.InterpreterID.__text_signature__', 'object.__repr__(a)[:20]','a.__sizeof__() > 0', 'a.__reduce_ex__(2)', 'a.__doc__'):
    show(op, lambda: eval(op, {'a': X.InterpreterID(1), 'X': X, 'pickle': pickle, 'copy': copy}))
c = X.channel_create()
for op in ('c', 'c.send', 'c.recv', 'c.end', 'c.send.end', 'c.send.send', 'c.recv.send', 'c.send.recv', 'X.ChannelID(c)', 'X.ChannelID(c, send=True)', 'X.ChannelID(c, recv=True)', 'X.ChannelID(c, send=True, recv=True)', 'X.ChannelID(c, send=False)', 'X.ChannelID(c, recv=False)', 'X.ChannelID(c, send=False, recv=False)', 'X.ChannelID(c, send=True, recv=False)', 'X.ChannelID(c, send=None)', 'X.ChannelID(c, True)', 'X.ChannelID(c, force=True)', 'X.ChannelID(99999, force=True)', 'X.ChannelID(99999)', 'X._channel_id(c)', 'X._channel_id(c, send=True, recv=False)', 'X._channel_id(c, force=True)', 'X._channel_id(99999)', 'X._channel_id(c, _resolve=True)', 'c == X.ChannelID(c)', 'c == c.send', 'c.send == c.send', 'c.send == c.recv', 'c == int(c)', 'c.send == int(c)', 'c == float(c)', 'c == "x"', 'hash(c) == hash(int(c))', 'hash(c.send) == hash(c)', 'c < c', 'repr(c.send)', 'str(c.send)', 'int(c.send)', 'pickle.dumps(c)', 'c.x', 'setattr(c,"end",1)', 'setattr(c, "x", 1)', 'c == Ix(int(c))', 'type("T",(X.ChannelID,),{})', 'X.ChannelID(c, send=3)', 'X.ChannelID(c, send="")', 'c.__reduce_ex__(2)', 'bool(c)', 'float(c)', '[1,2,3,4,5][c]', 'c.__doc__', 'X.ChannelID.send.__doc__', 'X.ChannelID.recv.__doc__', 'X.ChannelID.end.__doc__', 'type(X.ChannelID.send)', 'X.ChannelID.__text_signature__'):
    show(op, lambda: eval(op, {'c': c, 'X': X, 'pickle': pickle, 'Ix': Ix}))
for v in (None, 1, -1, 2**62, 2**63-1, 2**63, -2**63, -2**63-1, 2**100, True, 1.0, 'a', '', 'é\udcff', 'a\0b', b'', b'a\0', S('x'), bytearray(b'x'), (1,), [], {}, c, c.send, i, ..., 1j, NI(3)):
    show(f'is_shareable {type(v)}', lambda: X.is_shareable(v))
    def f():
        X.channel_send(c, v)
        return X.channel_recv(c)
    show(f'roundtrip {type(v).__name__}', f)
for e in ('X.is_shareable()', 'X.is_shareable(obj=1)', 'X.is_shareable(1,2)', 'X.channel_send()', 'X.channel_send(c)', 'X.channel_send(c,1,2)', 'X.channel_send(cid=c,obj=1)', 'X.channel_recv(c)','X.channel_recv(cid=c,default=3)', 'X.channel_recv(c,3)', 'X.channel_recv(c)', 'X.channel_recv(c,1,2)', 'X.channel_send(99999,1)', 'X.channel_recv(99999)', 'X.channel_list_interpreters(c)', 'X.channel_list_interpreters(c, send=True)', 'X.channel_list_interpreters(c, send=False)', 'X.channel_list_interpreters(c, send=True, recv=1)', 'X.channel_list_interpreters(99999, send=True)', 'X.channel_list_interpreters(c, send=[])', 'X.channel_list_all()', 'X.channel_list_all(1)', 'X.list_all(1)', 'X.list_all()', 'X.get_main(1)', 'X.get_current(x=1)', 'X.is_running(X.get_main())', 'X.is_running(i)', 'X.destroy(X.get_main())', 'X.destroy(X.get_current())', 'X.run_string(X.get_main(), "1")', 'X.destroy(i)', 'X.destroy(i)', 'X.is_running(i)', 'X.run_string(i,"1")', 'i', 'X.InterpreterID(i)', 'X.channel_create(1)', 'X.channel_destroy(c)', 'X.channel_destroy(c)', 'X.channel_send(c,1)', 'X.channel_recv(c)', 'X.channel_close(c)', 'X.channel_release(c)', 'c', 'c.send', 'X.channel_list_interpreters(c,send=True)', 'X.ChannelID(c)','X.channel_list_all()'):
    show(e, lambda: eval(e, {'c': c, 'X': X, 'i': i}))
def seq(label, *steps):
    c = X.channel_create()
    for s in steps:
        show(f'{label}: {s}', lambda: eval(s, {'c': c, 'X': X}))
seq('close empty', 'X.channel_close(c)', 'X.channel_close(c)', 'X.channel_send(c,1)', 'X.channel_recv(c)', 'X.channel_recv(c,None)', 'X.channel_release(c)', 'X.channel_list_interpreters(c,send=True)', 'X.channel_destroy(c)')
seq('close send', 'X.channel_send(c,1)', 'X.channel_close(c,send=True)', 'X.channel_send(c,2)', 'X.channel_recv(c)', 'X.channel_recv(c)', 'X.channel_close(c)', 'X.channel_close(c,force=True)')
seq('close recv', 'X.channel_send(c,1)', 'X.channel_close(c,recv=True)', 'X.channel_recv(c)', 'X.channel_close(c,recv=True)', 'X.channel_recv(c)')
seq('close both', 'X.channel_send(c,1)', 'X.channel_close(c,send=True,recv=True)', 'X.channel_close(c,send=False,recv=False)', 'X.channel_close(c)', 'X.channel_close(c,force=True)', 'X.channel_recv(c)')
seq('force send', 'X.channel_send(c,1)', 'X.channel_close(c,send=True,force=True)', 'X.channel_recv(c)')
seq('force recv', 'X.channel_send(c,1)', 'X.channel_close(c,recv=True,force=True)', 'X.channel_recv(c)')
seq('close send empty', 'X.channel_close(c,send=True)', 'X.channel_recv(c)','X.channel_list_interpreters(c,send=False)')
seq('close recv empty', 'X.channel_close(c,recv=True)', 'X.channel_send(c,1)')
seq('close send recvFalse', 'X.channel_send(c,1)', 'X.channel_close(c,send=True, recv=False)', 'X.channel_recv(c)')
seq('release', 'X.channel_release(c)', 'X.channel_send(c,1)', 'X.channel_recv(c)')
seq('release used', 'X.channel_send(c,1)', 'X.channel_release(c)', 'X.channel_send(c,1)', 'X.channel_recv(c)')
seq('release send', 'X.channel_send(c,1)', 'X.channel_release(c,send=True)', 'X.channel_send(c,1)', 'X.channel_recv(c)', 'X.channel_recv(c)', 'X.channel_list_interpreters(c,send=True)', 'X.channel_list_interpreters(c,send=False)')
seq('release recv', 'X.channel_send(c,1)', 'X.channel_release(c,recv=True)', 'X.channel_recv(c)', 'X.channel_send(c,1)')
seq('release recv after', 'X.channel_send(c,1)', 'X.channel_recv(c)', 'X.channel_release(c,recv=True)', 'X.channel_recv(c)', 'X.channel_send(c,1)', 'X.channel_list_interpreters(c,send=False)', 'X.channel_list_interpreters(c,send=True)')
seq('release ff', 'X.channel_release(c,send=False,recv=False)', 'X.channel_recv(c,1)')
seq('release force', 'X.channel_release(c,force=False)', 'X.channel_recv(c,1)')
seq('release twice', 'X.channel_send(c,1)', 'X.channel_release(c,send=True)', 'X.channel_release(c,send=True)', 'X.channel_recv(c)')
seq('ends', 'X.channel_send(c.recv,1)', 'X.channel_recv(c.send)', 'X.channel_close(c.send)', 'X.channel_close(c.recv)', 'X.channel_send(c, c)', 'X.channel_send(c, c.send)')
seq('list', 'X.channel_list_interpreters(c,send=True)', 'X.channel_send(c,1)', 'X.channel_list_interpreters(c,send=True)', 'X.channel_list_interpreters(c,send=False)', 'X.channel_recv(c)', 'X.channel_list_interpreters(c,send=False)')
