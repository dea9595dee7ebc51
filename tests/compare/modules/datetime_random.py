# datetime: thousands of random values: arithmetic, comparison, hashes, text, pickles byte for byte, local time and its folds.
# env: TZ=Europe/Berlin
# timeout: 60
import copy
import pickle
import random
from datetime import *
R = random.Random(2024)
out=[]
def show(f,*a,**k):
    try: r=f(*a,**k); out.append(repr(r))
    except Exception as e: out.append(f'{type(e).__name__}: {e}')
    return None
def num():
    return R.choice([R.randint(-5,5),R.randint(-10**6,10**6),R.randint(-10**12,10**12),R.randint(-10**20,10**20),R.uniform(-1,1),R.uniform(-1e6,1e6),R.uniform(-1e12,1e12),R.randint(-99,99)/2,R.choice([0,1,-1,0.5,1.5,2.5,-0.5,True,1e-7,5e-7,float('inf'),float('nan'),1e300,10**30,-10**40])])
def td():
    while True:
        try: return timedelta(R.choice([0,R.randint(-1000,1000),R.randint(-999999999,999999999)]),R.choice([0,R.randint(-10**5,10**5)]),R.choice([0,R.randint(-10**6,10**6)]))
        except OverflowError: pass
def tz():
    return R.choice([None,None,UTC,timezone(timedelta(minutes=R.randint(-1439,1439))),timezone(timedelta(seconds=R.randint(-86399,86399)),'n'),timezone(timedelta(microseconds=R.randint(-86399999999,86399999999))),TZ(timedelta(minutes=R.randint(-1439,1439))),TZ(None),FOLD])
class TZ(tzinfo):
    def __init__(s,o): s.o=o
    def utcoffset(s,d): return s.o
    def dst(s,d): return timedelta(0) if s.o is not None else None
    def tzname(s,d): return 'z%'
    def __repr__(s): return 'TZ'
class Fold(TZ):
    def utcoffset(s,d): return timedelta(hours=d.fold if d else 0)
    def __repr__(s): return 'FOLD'
FOLD=Fold(timedelta(0))
def tm(): return time(R.randint(0,23),R.randint(0,59),R.randint(0,59),R.choice([0,R.randint(0,999999)]),tz(),fold=R.randint(0,1))
def dt():
    d=date.fromordinal(R.choice([1,2,3652059,3652058,R.randint(1,3652059),R.randint(700000,740000)]))
    return datetime.combine(d,tm())
import operator as o
fmts=['%Y-%m-%dT%H:%M:%S.%f%z','%a %A %b %B %c %d %H %I %j %m %M %p %S %U %w %W %x %X %y %Z %%','%G-W%V-%u','%f%f%z%z','%%f%','']
for i in range(300):
    a,b=td(),td()
    show(timedelta,*[num() for _ in range(R.randint(0,7))])
    show(timedelta,**{k:num() for k in R.sample(['days','seconds','microseconds','milliseconds','minutes','hours','weeks'],3)})
    for op in (o.add,o.sub,o.floordiv,o.truediv,o.mod,divmod,o.lt,o.eq): show(op,a,b)
    for x in (num(),):
        for op in (o.mul,o.floordiv,o.truediv): show(op,a,x)
        show(o.mul,x,a)
    out.append((str(a),repr(a),hash(a),a.total_seconds(),-a if a.days>-999999999 else 0,abs(b),pickle.dumps(a,R.randint(0,5))))
    x,y=dt(),dt()
    if R.random()<.3:
        try: y=(x+timedelta(microseconds=R.randint(-2,2))).astimezone(tz())
        except Exception as e: out.append(str(e))
    for op in (o.sub,o.lt,o.eq,o.ne,o.ge): show(op,x,y)
    show(o.add,x,a);show(o.sub,x,b);show(o.add,x,timedelta(R.randint(-999,999),1,5)); show(o.add,x.date(),a); show(o.sub,x.date(),y.date())
    for f in (repr,str,hash): show(f,x); show(f,x.timetz()); show(f,x.date())
    for m in ('utctimetuple','timetuple','ctime','isocalendar','weekday','toordinal','timestamp','utcoffset','tzname','dst','isoformat','astimezone'): show(getattr(x,m))
    show(x.astimezone,tz()); show(x.isoformat,R.choice(' Tx€'),R.choice(['auto','hours','minutes','seconds','milliseconds','microseconds']))
    show(x.strftime,R.choice(fmts)); show(x.timetz().strftime,R.choice(fmts[:1]+fmts[2:])); show(x.date().strftime,R.choice(fmts))
    z=x.replace(tzinfo=R.choice([None,UTC,timezone(timedelta(hours=2))]))
    p=R.randint(0,5)
    for v in (z,z.date(),z.timetz()):
        s=pickle.dumps(v,p); out.append(s); w=pickle.loads(s); out.append((v==w,repr(w),copy.copy(v)==v,copy.deepcopy(v)==v))
    show(datetime.fromisoformat,x.replace(tzinfo=z.tzinfo).isoformat()); show(time.fromisoformat,z.timetz().isoformat()); show(date.fromisoformat,x.date().isoformat())
    t1,t2=tm(),tm()
    for op in (o.lt,o.eq,o.ge): show(op,t1,t2)
    ts=R.choice([R.randint(-10**11,3*10**11),R.uniform(-1e9,4e9),R.randint(-2**70,2**70),R.uniform(-1e20,1e20),R.randint(1,10**9)+0.5e-6])
    show(datetime.fromtimestamp,ts); show(datetime.utcfromtimestamp,ts); show(date.fromtimestamp,ts); show(datetime.fromtimestamp,ts,tz())
    # local folds
    q=datetime(R.randint(1990,2037),R.choice([3,10]),R.randint(24,31),R.randint(0,4),R.randint(0,59),fold=R.randint(0,1)); show(q.timestamp); show(q.astimezone); show(lambda: datetime.fromtimestamp(q.timestamp())); show(lambda: q.astimezone(UTC))
    # iso garbage
    s=list(R.choice([x.replace(tzinfo=z.tzinfo).isoformat(),x.strftime('%G-W%V-%uT%H%M%S'),x.strftime('%Y%m%dT%H%M%S.%f+0102'),x.strftime('%GW%V%u%H%M'),'2020-W01-12:34:56,789Z']))
    for _ in range(R.randint(0,2)):
        k=R.random(); j=R.randrange(len(s)+1)
        if k<.3 and s and j<len(s): del s[j]
        elif k<.6 and j<len(s): s[j]=R.choice('0123456789-+:.,TWZz \0é\ud800')
        else: s.insert(j,R.choice('0123456789-+:.,TWZ \0é'))
    s=''.join(s)
    show(datetime.fromisoformat,s); show(date.fromisoformat,s[:R.choice([7,8,10,10,11])]); show(time.fromisoformat,s[11:]); show(time.fromisoformat,s[9:])
    show(date.fromisocalendar,R.randint(-1,10001),R.randint(0,54),R.randint(0,8))
    show(date,R.randint(-1,10000),R.randint(0,13),R.randint(0,32))
    show(lambda: datetime.strptime(x.strftime('%Y-%m-%d %H:%M:%S %z'),'%Y-%m-%d %H:%M:%S %z'))
for l in out: print(ascii(l))
