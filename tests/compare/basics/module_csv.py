# csv: read and write.
import csv
import io
s = io.StringIO()
csv.writer(s).writerows([["a", 1], ["b,c", 'q"']])
print(repr(s.getvalue()), list(csv.reader(io.StringIO(s.getvalue()))))
