# timeout: 60
import interpreters, threading, sys
names = """os sys io re json time threading queue collections functools itertools operator math random heapq bisect dataclasses enum typing abc contextlib copy pickle struct array string textwrap pprint logging argparse pathlib glob shutil tempfile subprocess select socket signal hashlib zlib gzip bz2 lzma decimal fractions inspect ast dis tokenize traceback warnings weakref unittest doctest timeit concurrent.futures multiprocessing _bz2 _lzma _decimal _queue _hashlib _sqlite3 mmap resource _uuid sqlite3 asyncio""".split()
src = f"""
import importlib
bad = []
for n in {names!r}:
    try: importlib.import_module(n)
    except BaseException as e: bad.append((n, repr(e)))
print('failures:', bad)
"""
def work():
    i = interpreters.create(); i.run(src); i.close()
ts = [threading.Thread(target=work) for _ in range(2)]
[t.start() for t in ts]; exec(src); [t.join() for t in ts]
