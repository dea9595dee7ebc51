# sqlite3, a stock extension module: tables, parameters, adapters, functions, transactions, errors.
import sqlite3
c = sqlite3.connect(":memory:"); c.execute("create table t (id integer primary key, name text, v real, b blob)"); c.executemany("insert into t (name, v, b) values (?, ?, ?)", [("é", 1.5, b"\0\1"), ("x", None, None), ("y", 2 ** 40, b"")]); c.commit()
print(list(c.execute("select * from t order by id")), c.execute("select count(*), sum(v) from t where name > :n", {"n": "w"}).fetchone(), c.total_changes, c.in_transaction)
cur = c.cursor(); cur.execute("select name, v from t"); print(cur.description, cur.fetchmany(2), cur.fetchall(), cur.fetchone(), cur.rowcount, cur.lastrowid); c.row_factory = sqlite3.Row; r = c.execute("select * from t").fetchone(); print(r["name"], r[0], r.keys(), tuple(r), len(r), r == r)
c.create_function("double", 1, lambda x: x * 2); print(c.execute("select double(21), double('ab')").fetchone()[:])
class Agg:
    def __init__(self): self.n = 0
    def step(self, v): self.n += v or 0
    def finalize(self): return self.n
c.create_aggregate("total2", 1, Agg); c.create_collation("rev", lambda a, b: (a < b) - (a > b)); print(c.execute("select total2(id) from t").fetchone()[0], [r[0] for r in c.execute("select name from t order by name collate rev")])
try:
    with c: c.execute("insert into t (name) values ('rolled back')"); raise KeyError
except KeyError: print(c.execute("select count(*) from t").fetchone()[0])
class P:
    def __init__(self, x): self.x = x
    def __conform__(self, proto): return f"P{self.x}"
print(c.execute("select ?", (P(5),)).fetchone()[0], list(c.iterdump())[1], c.execute("select ? + 1", (True,)).fetchone()[0], sqlite3.complete_statement("select 1;"), c.isolation_level, sqlite3.paramstyle, sqlite3.threadsafety > 0)
for bad in ("c.execute('select * from none')", "c.execute('selec')", "c.execute('select ?', ())", "c.execute('select ?', (object(),))", "c.execute('select 1; select 2')", "c.execute('insert into t (id) values (1)')", "c.execute('select :a', {})", "c.execute(5)", "c.execute('select ?', (2 ** 70,))", "c.create_function('f', 1, 5) or c.execute('select f(1)').fetchone()", "sqlite3.connect('/none/x.db')", "c.executemany('select 1', [()])", "r['zz']", "r[99]", "sqlite3.connect(5.5)", "c.executescript(5)", "cur.executemany('insert into t (name) values (?)', 5)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split(" at 0x")[0])
d = sqlite3.connect("file.db"); d.executescript("create table a (x); insert into a values (1); insert into a values (2);"); d.close(); d = sqlite3.connect("file.db"); print(d.execute("select x from a").fetchall(), [x for x in d.execute("select x from a where x > 1")]); b = sqlite3.connect(":memory:"); d.backup(b); print(b.execute("select count(*) from a").fetchone()); d.close()
try: d.execute("select 1")
except sqlite3.ProgrammingError as e: print(e)
c.close()
