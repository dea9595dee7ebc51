"""datetime: making, arithmetic, comparison, ISO text, strftime(), time zones and pickles of a log's time stamps."""
import pickle
from datetime import date, datetime, timedelta, timezone

start = datetime(2024, 2, 28, 23, 59, 30, 250000)
step = timedelta(minutes=7, seconds=13, microseconds=401)
zones = [timezone.utc, timezone(timedelta(hours=2)), timezone(timedelta(hours=-5, minutes=-30))]
checksum = 0
for round_number in range(12):
    moments = []
    moment = start + timedelta(days=round_number)
    for i in range(4000):
        moment += step
        moments.append(moment.replace(tzinfo=zones[i % 3]))
    lines = [m.isoformat(timespec="milliseconds") for m in moments]
    again = [datetime.fromisoformat(line) for line in lines]
    moments.sort()
    days = {}
    for m in again:
        day = date(m.year, m.month, m.day)
        days[day] = days.get(day, timedelta()) + (m - again[0]) / 3
    texts = [m.astimezone(zones[1]).strftime("%Y-%m-%d %H:%M") for m in moments[::4]]
    data = pickle.dumps(again, 4)
    checksum += len(data) + len(texts[-1]) + sum(d.toordinal() + d.isocalendar()[1] for d in days)
    checksum += int(sum(days.values(), timedelta()).total_seconds()) + (pickle.loads(data) == again)
print(checksum, lines[-1], texts[-1], str(max(days.values())), repr(moments[0]))
