# datetime: arithmetic, formatting, parsing, timezones, comparison, errors.
from datetime import *
import pickle
d, t, dt = date(2024, 2, 29), time(13, 5, 7, 89), datetime(2024, 2, 29, 23, 59, 59, 999999)
print(d, repr(d), t, repr(t), dt, repr(dt), d.isoformat(), dt.isoformat(" ", "milliseconds"), d.weekday(), d.isoweekday(), d.isocalendar(), d.toordinal(), d.timetuple()[:8], dt.date(), dt.time(), d.replace(year=2023, day=1), d.ctime(), dt.timetuple().tm_yday)
print(d + timedelta(days=1), d - date(2023, 1, 1), dt + timedelta(microseconds=1), dt - datetime(2000, 1, 1), d < date(2025, 1, 1), max(d, date(1, 1, 1)), date.min, date.max, datetime.max, time.max, date.resolution, date.fromordinal(738000), date.fromisoformat("2024-12-25"), date.fromisoformat("20241225"), date.fromisoformat("2024-W05-2"), date.fromisocalendar(2024, 1, 1))
x = timedelta(days=-1, hours=5, milliseconds=1.5); print(x, repr(x), x.days, x.seconds, x.microseconds, x.total_seconds(), abs(x), -x, x * 2, x / 2, x // timedelta(hours=1), x % timedelta(hours=1), divmod(x, timedelta(hours=7)), timedelta(weeks=1) / timedelta(days=1), timedelta(1) * 0.5, bool(timedelta()), timedelta.max, timedelta(seconds=1e-7), sum([timedelta(1), timedelta(2)], timedelta()))
u, e = timezone.utc, timezone(timedelta(hours=-5, minutes=-30), "EST"); a, b = datetime(2024, 1, 1, 12, tzinfo=u), datetime(2024, 1, 1, 12, tzinfo=e); print(a, b, b - a, a < b, a.astimezone(e), b.utcoffset(), b.tzname(), repr(b), a.timestamp(), datetime.fromtimestamp(86400 * 365, u), datetime.utcfromtimestamp(1e9), repr(u), repr(e), timezone(timedelta(hours=1)), a == a.astimezone(e), hash(a) == hash(a.astimezone(e)), UTC is u)
print(dt.strftime("%Y-%m-%d %H:%M:%S.%f %a %A %b %B %j %U %W %p %I %y %% %G-W%V-%u %z|%Z|"), a.strftime("%z %Z %c %x %X"), t.strftime("%H.%M"), f"{d:%d/%m/%y}", datetime.strptime("29 Feb 2024 11:05 PM +0130", "%d %b %Y %I:%M %p %z"), datetime.strptime("2024 060", "%Y %j"), datetime.fromisoformat("2024-01-01T10:20:30.123456+02:00"), datetime.fromisoformat("20240101T102030Z"), time.fromisoformat("04:05:06,5"), datetime.combine(d, t), datetime.combine(d, t, u))
for bad in ("date(2023, 2, 29)", "date(0, 1, 1)", "date(2024, 13, 1)", "time(24)", "datetime(2024, 1, 1, 1, 60)", "date.fromisoformat('2024-1-1')", "datetime.strptime('x', '%Y')", "datetime.strptime('2024 z', '%Y')", "d + 1", "d - 'a'", "date.max + timedelta(1)", "timedelta(days=10 ** 10)", "a < dt", "a - dt", "timezone(timedelta(hours=25))", "timezone(5)", "d < dt", "dt < d", "date('a', 1, 1)", "date(2024)", "datetime.fromtimestamp(1e20)", "timedelta('a')", "timedelta(1) / 0", "timedelta(1) + 1", "time(1, 2).replace(hour=99)", "date(2024, 1, 1, 1)", "datetime(2024, 1, 1, tzinfo=5)", "time(1) < time(1, tzinfo=u)", "date.fromordinal(0)", "dt.strftime()", "datetime.fromisoformat('2024-01-01T25:00')"):
    try: print(bad, eval(bad))
    except Exception as x_: print(bad, "->", type(x_).__name__, x_)
class M(tzinfo):
    def utcoffset(self, d): return timedelta(hours=2)
    def dst(self, d): return timedelta(hours=1)
    def tzname(self, d): return "MINE"
m = datetime(2020, 6, 1, 12, tzinfo=M()); print(m, m.tzname(), m.dst(), m.astimezone(u), pickle.loads(pickle.dumps(dt)) == dt, pickle.loads(pickle.dumps(a)) == a, pickle.loads(pickle.dumps(x)) == x, a == dt, d == dt, dt.replace(fold=1).fold, time(0) == time(0), bool(time(0)))
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError
try:
    z = datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")); print(z, z.tzname(), z.astimezone(u), z + timedelta(days=180), ZoneInfo("UTC"))
except ZoneInfoNotFoundError as x_: print("no tzdata")
