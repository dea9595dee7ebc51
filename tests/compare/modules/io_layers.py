# Every layer of io: modes, positions, newlines, encodings, and the texts of errors.
import io, os, sys, tempfile
def t(f,*a,**k):
    try: r=f(*a,**k); print(r if r is None or isinstance(r,(int,str,bytes,list,tuple,bool)) else type(r).__name__)
    except BaseException as e: print(type(e).__name__, e)
p='x.txt'
with open(p,'w') as f: print(f.write('hello\nwörld\r\nlast'), f.name, f.mode, f.encoding)
print(repr(f)); t(f.write,'x'); t(f.read)
with open(p,'rb') as f:
    print(f, f.raw); print(f.read()); print(f.tell(), f.seek(3), f.read(4), f.peek()[:5], f.readline(), f.readlines())
with open(p) as f:
    print(list(f), f.newlines)
with open(p,newline='') as f: print(list(f))
with open(p,encoding='latin-1') as f: print(f.read())
with open(p) as f:
    print(f.read(3)); x=f.tell(); print(x, f.readline(), f.tell(), f.readline()); f.seek(x); print(f.readline()); 
with open(p,'r+') as f:
    f.seek(0,2); f.write('more\n'); f.seek(0); print(f.read())
with open(p,'rb+') as f:
    print(f.read(5)); f.write(b'XYZ'); print(f.tell()); f.seek(0); print(f.read()); print(f.truncate(4)); f.seek(0); print(f.read())
with open(p,'ab') as f: print(f.tell(), f.write(b'zz'), f.tell())
print(os.stat(p).st_size)
b=io.BytesIO(b'abc\ndef\n'); print(b.read(2), b.readline(), b.tell(), list(b), b.getvalue()); b.write(b'zz'); print(b.getvalue(), b.getbuffer().nbytes)
s=io.StringIO('a\r\nb\nc'); print(s.readline(), s.read(), s.getvalue()); s.seek(0); s.write('ZZZZ'); print(repr(s.getvalue()))
s=io.StringIO(newline=None); s.write('a\r\nb\rc'); print(repr(s.getvalue()), s.newlines)
for a in [('x','q'),('x','rw'),('x','rt b'),(3.5,),('/nonexist',),('/',),(-1,),(99,)]: t(open,*a)
t(open,p,'rb',encoding='utf8'); t(open,p,'r',0); t(open,p,newline='z'); t(open,p,encoding='foo'); t(open,p,encoding=3)
for enc in ('utf-16','utf-8-sig','cp1252','utf-32'):
    with open(p,'w',encoding=enc) as f: f.write('a€\nb'); f.write('c')
    with open(p,'a',encoding=enc) as f: f.write('d\n')
    print(open(p,'rb').read()); 
    with open(p,encoding=enc) as f: print(repr(f.readline()), f.tell()>0, repr(f.read()))
t(open(p,'w',encoding='ascii').write,'é')
class R(io.RawIOBase):
    def __init__(s): s.d=b'line1\nline2\nrest'
    def readable(s): return True
    def readinto(s,b):
        n=min(len(b),4,len(s.d)); b[:n]=s.d[:n]; s.d=s.d[n:]; return n
print(R().read(), io.BufferedReader(R()).readlines(), io.TextIOWrapper(io.BufferedReader(R())).readlines())
t(io.BufferedWriter,R()); t(R().write,b''); t(R().fileno); t(R().seek,0); t(io.BytesIO().fileno)
d=io.IncrementalNewlineDecoder(None,True); print(repr(d.decode('a\r')), repr(d.decode('\nb\r')), d.getstate(), d.newlines)
r,w=os.pipe(); pair=io.BufferedRWPair(io.FileIO(r),io.FileIO(w,'w')); print(pair.write(b'hello'), pair.flush(), pair.read(5)); 
f=open(os.devnull); print(f.fileno()>2, f.isatty(), f.seekable()); g=f.detach(); t(f.read); print(repr(f)[:20] if 0 else ''); g.close()
print(io.text_encoding(None), io.text_encoding('x'), io.DEFAULT_BUFFER_SIZE, issubclass(io.UnsupportedOperation, (OSError,)))
