# datetime: construction, arithmetic, formatting.
from datetime import date, datetime, timedelta
print(date(2024, 2, 29) + timedelta(days=366), datetime(2020, 1, 2, 3, 4, 5).isoformat(), date(2024, 5, 1).strftime("%d %B %Y"), datetime.strptime("2020-01-02", "%Y-%m-%d"), timedelta(hours=25))
