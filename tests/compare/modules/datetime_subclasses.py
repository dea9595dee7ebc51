# datetime: subclasses, time zones written in Python, floats that lie about their ratio; which methods are called and how.
# env: TZ=Europe/Berlin
import re
from datetime import *
class F(float):
    r=None
    def as_integer_ratio(s): return s.r
def t(s, **k):
    try: print(s, '=>', re.sub('0x[0-9a-f]+', '0x', repr(eval(s, globals(), k))))
    except BaseException as x: print(s, '->', type(x).__name__, x)
for r in ((), (1,), (1,2,3), 5, (1,0), (1.5,2), (2,1), [1,2], (3,2)):
    f=F(1.0); f.r=r; print(r)
    t('timedelta(1)*f', f=f); t('timedelta(1)/f', f=f); t('timedelta(f)', f=f); t('timedelta(seconds=f)', f=f)
t('timedelta(1)*float("inf")'); t('timedelta(1)/float("inf")'); t('timedelta(1)/float("nan")'); t('timedelta(1)*1e300'); t('timedelta(1)*1e12'); t('timedelta(999999999)*1.5')
class S(date):
    def __new__(c,*a,**k): print('new',c.__name__,a,k); return date.__new__(c,*a,**k)
    def __init__(s,*a,**k): print('init',a,k)
s=S(2020,1,2)
print(repr(s), str(s)); t('s.replace(day=5)'); t('s+timedelta(1)'); t('s-timedelta(1)'); t('S.fromordinal(5)'); t('S.fromisoformat("2020-01-01")'); t('S.fromtimestamp(0)'); t('S.fromisocalendar(2020,1,1)'); t('s<datetime(2020,1,2,5)'); t('datetime(2020,1,2,5)<s'); t('s==datetime(2020,1,2,5)');t('s-datetime(2020,1,1)')
class S(datetime):
    def __new__(c,*a,**k): print('new',c.__name__,a,k); return datetime.__new__(c,*a,**k)
    def __init__(s,*a,**k): print('init',a,k)
s=S(2020,1,2,fold=1)
print(repr(s), str(s)); t('s.replace(day=5)'); t('s+timedelta(1)'); t('s-timedelta(1)'); t('S.fromordinal(5)'); t('S.fromisoformat("2020-01-01")'); t('S.fromtimestamp(0)'); t('S.fromisocalendar(2020,1,1)'); t('s<datetime(2020,1,2,5)'); t('datetime(2020,1,2,5)<s'); t('s==datetime(2020,1,2,5)');t('s-datetime(2020,1,1)')
t('s.astimezone(UTC)'); t('S.combine(date(1,1,1),time(1,fold=1))'); t('S.strptime("2020","%Y")'); t('S.utcfromtimestamp(0)');t('S.fromtimestamp(0,UTC)');t('s.date()'); t('s.time()'); t('s.__reduce_ex__(4)'); t('s.__reduce_ex__(2)'); t('S.fromisoformat("2020-01-01T00:00Z")')
class S(time):
    def __new__(c,*a,**k): print('new',c.__name__,a,k); return time.__new__(c,*a,**k)
    def __init__(s,*a,**k): print('init',a,k)
s=S(2,fold=1)
t('s.replace(minute=5)'); t('S.fromisoformat("10:20Z")'); t('repr(s)')
class S(timedelta):
    def __new__(c,*a,**k): print('new',c.__name__,a,k); return timedelta.__new__(c,*a,**k)
    def __init__(s,*a,**k): print('init',a,k)
s=S(2)
t('s+s'); t('-s'); t('+s'); t('abs(s)'); t('s*2'); t('s.__reduce__()'); t('repr(s)'); t('s//5'); t('s/2.0');t('divmod(s,timedelta(hours=7))'); t('s%s'); t('timezone(s).utcoffset(None)'); t('timezone(S(0,1)).utcoffset(None)')
class TZ(tzinfo):
    def __init__(s,o=None,d=None,n=None): s.o=o;s.d=d;s.n=n
    def utcoffset(s,dt): return s.o
    def dst(s,dt): return s.d
    def tzname(s,dt): return s.n
z=TZ(timedelta(hours=1), None); t('z.fromutc(datetime(2020,1,1,tzinfo=z))', z=z)
z=TZ(None); t('z.fromutc(datetime(2020,1,1,tzinfo=z))', z=z)
z=TZ(timedelta(hours=1),timedelta(0)); t('z.fromutc(datetime(2020,1,1,tzinfo=z))', z=z)
z=TZ(timedelta(hours=1),timedelta(hours=1)); t('z.fromutc(datetime(2020,1,1,tzinfo=z))', z=z); t('datetime(2020,1,1,tzinfo=z).timetuple()',z=z); t('datetime(2020,1,1,tzinfo=z).astimezone(UTC)',z=z);t('datetime(2020,1,1,tzinfo=UTC).astimezone(z)',z=z)
class Z2(TZ):
    i=0
    def dst(s,dt): s.i+=1; return [timedelta(hours=1),None][s.i>1]
z=Z2(timedelta(hours=1)); t('z.fromutc(datetime(2020,1,1,tzinfo=z))', z=z)
class Z3:
    pass
class Z4(tzinfo):
    def __getinitargs__(s): return (1,2)
    def __getstate__(s): return 77
t('Z4().__reduce__()')
class Z5(tzinfo):
    __slots__='a',
z5=Z5(); z5.a=5
t('z5.__reduce__()')
class Z6(tzinfo):
    def utcoffset(s,d): print('utcoffset'); return timedelta(hours=1)
    def tzname(s,d): print('tzname'); return 'Z6'
    def dst(s,d): print('dst'); return None
    def fromutc(s,d): print('fromutc'); return 55
t('datetime(2020,1,1,tzinfo=UTC).astimezone(z)',z=Z6())
t('datetime.fromtimestamp(5,z)',z=Z6())
t('time(1,tzinfo=z).utcoffset()',z=Z6())
t('hash(time(1,tzinfo=z))==hash(time(1,fold=1,tzinfo=z))',z=Z6())
t('time(1,tzinfo=z)==time(2,tzinfo=UTC)',z=Z6())
t('datetime(2020,1,1,tzinfo=z)<datetime(2020,1,1,tzinfo=UTC)',z=TZ(timedelta(hours=1)))
t('datetime(2020,1,1,tzinfo=z)-datetime(2020,1,1,tzinfo=UTC)',z=Z6())
t('datetime(2020,1,1,tzinfo=z)-datetime(2020,1,1,tzinfo=z)',z=Z6())
t('datetime(2020,1,1,tzinfo=z).strftime("%Z %z %Z")',z=Z6())
t('datetime(2020,1,1,tzinfo=z).isoformat()',z=Z6())
t('datetime(2020,1,1,tzinfo=z).timestamp()',z=Z6())
t('datetime(2020,1,1,tzinfo=z).utctimetuple()',z=Z6())
t('datetime(2020,1,1,tzinfo=z)==datetime(2020,1,1)',z=Z6())
t('datetime(2020,1,1,tzinfo=z).astimezone(z)',z=Z6())
t('datetime(2020,1,1,tzinfo=z).astimezone()',z=Z6())
t('hash(datetime(2020,1,1,tzinfo=z))!=0',z=Z6())
t('hash(time(1,tzinfo=TZ()))==hash(time(1))')
t('type(datetime.today().isocalendar())((1,2,3))')
t('datetime(2020,1,1).__format__("")'); t('f"{datetime(2020,1,1):}"')
t('timedelta.__new__(int)'); t('date.__new__(datetime,2020,1,1)')
t('date.__init__(date.today(),5,6)')
t('date.today().__hash__'); t('date.fromisoformat()'); t('date.fromordinal()'); t('date.fromtimestamp()')
t('timezone.utc.__init__(5)'); t('type("x",(timezone,),{})'); t('timezone.__new__(timezone,timedelta(hours=1))'); t('datetime.__reduce_ex__(datetime(1,1,1),4)')
t('date.today().__reduce_ex__(5)[0]'); t('timedelta(1).__reduce_ex__(5)'); t('timezone.utc.__reduce_ex__(5)'); t('timezone.utc.__copy__()')
t('timezone.utc.utcoffset()'); t('timezone.utc.fromutc()'); t('date.fromtimestamp(1,2)'); t('timezone.utc.tzname(None)')
t('timezone(timedelta(hours=1),"\\ud800")'); t('str(timezone(timedelta(hours=1)))'); t('timezone(timedelta(hours=1))==timezone(timedelta(hours=1),"x")')
t('date.strftime'); t('datetime.min.timestamp()'); t('datetime.max.astimezone()'); t('datetime(2020,1,1).astimezone(None)')
t('date.fromisocalendar(-1,2**31,2**31)'); t('date.fromisocalendar(1.5,2,1)'); t('date.fromisocalendar(2020,0,1)');t('date.fromisocalendar(2020,1,0)')
import sys; t('sys.getsizeof(date.today()), sys.getsizeof(datetime.now()), sys.getsizeof(datetime.now(UTC)), sys.getsizeof(time()), sys.getsizeof(timedelta(1)), sys.getsizeof(UTC)')
import gc; t('gc.is_tracked(date.today())')
t('date.today().__dict__'); t('repr(tzinfo)'); t('date.__module__'); t('date.__qualname__')
