# glob, fnmatch, shutil, tempfile, filecmp, fileinput, linecache.
import filecmp, fileinput, fnmatch, glob, linecache, os, shutil, stat, tempfile
os.makedirs("t/a/b"); [open(p, "w").write(p * 3) for p in ("t/x.py", "t/y.txt", "t/.hidden", "t/a/z.py", "t/a/b/[w].py")]
print(sorted(glob.glob("t/*")), sorted(glob.glob("t/**/*.py", recursive=True)), glob.glob("t/[x-z].*") != [], sorted(glob.glob("t/?.*")), glob.glob("none*"), sorted(glob.glob("*.py", root_dir="t")), glob.escape("[w]*"), glob.glob("t/a/b/" + glob.escape("[w]") + ".py"), sorted(glob.iglob("t/.*")), sorted(glob.glob("t/*", include_hidden=True)), glob.has_magic("a*"), sorted(glob.glob("t/**/", recursive=True)))
print(fnmatch.fnmatch("a.PY", "*.py"), fnmatch.fnmatchcase("abc", "a[!x]?"), fnmatch.filter(["a.py", "b"], "*.py"), fnmatch.translate("a*[!b]?.[x-z]"), fnmatch.fnmatch("[", "[[]"))
shutil.copy("t/x.py", "t/c.py"); shutil.copy2("t/x.py", "t/a"); shutil.copytree("t", "u", ignore=shutil.ignore_patterns("*.txt")); shutil.move("u/x.py", "u/moved"); print(sorted(os.listdir("u")), shutil.which("sh") is not None, shutil.which("no_such_program"), shutil.disk_usage("/").total > 0, filecmp.cmp("t/x.py", "t/c.py"), filecmp.dircmp("t", "u").left_only, filecmp.cmpfiles("t", "u", ["c.py", "x.py"])); print(os.path.basename(shutil.make_archive("arc", "zip", "t")), sorted(f[0] for f in shutil.get_archive_formats())); shutil.unpack_archive("arc.zip", "un"); print(sorted(os.listdir("un"))); os.chmod("t/x.py", 0o644); shutil.copymode("t/x.py", "t/c.py"); shutil.rmtree("u"); print(os.path.exists("u"), shutil.rmtree("nothing", ignore_errors=True))
with open("t/x.py") as a, open("o", "w") as b: shutil.copyfileobj(a, b)
for bad in ("shutil.copy('none', 'x')", "shutil.copyfile('o', 'o')", "shutil.rmtree('none')", "shutil.copytree('t', 't')", "shutil.move('none', 'x')", "shutil.make_archive('x', 'zz')", "shutil.unpack_archive('o')", "tempfile.mkstemp(prefix=5)", "tempfile.mkdtemp(dir='none')", "tempfile.TemporaryFile('zz')", "fnmatch.fnmatch('a', b'a')", "shutil.rmtree('o')", "glob.glob(5)", "shutil.chown('o')"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, str(e).split("/tmp")[0])
fd, name = tempfile.mkstemp(suffix=".s", prefix="p-", dir="."); os.close(fd); print(name.endswith(".s"), os.path.basename(name).startswith("p-"), stat.S_IMODE(os.stat(name).st_mode)); d = tempfile.mkdtemp(dir="."); print(os.path.isdir(d), stat.S_IMODE(os.stat(d).st_mode))
with tempfile.TemporaryDirectory(dir=".") as td: open(td + "/f", "w").close(); print(os.listdir(td))
print(os.path.exists(td))
with tempfile.NamedTemporaryFile("w+", dir=".", encoding="utf-8") as f: f.write("é"); f.seek(0); print(f.read(), os.path.exists(f.name))
print(os.path.exists(f.name)); s = tempfile.SpooledTemporaryFile(max_size=5, mode="w+"); s.write("ab"); print(s._rolled); s.write("cdefg"); s.seek(0); print(s._rolled, s.read())
with tempfile.TemporaryFile() as f: f.write(b"x"); print(f.tell())
open("l1", "w").write("one\ntwo\n"); open("l2", "w").write("three\n")
with fileinput.input(["l1", "l2"]) as f: print([(fileinput.filename(), fileinput.lineno(), fileinput.filelineno(), fileinput.isfirstline(), l) for l in f])
with fileinput.input("l1", inplace=True, backup=".bak") as f:
    for l in f: print(l.upper(), end="")
print(open("l1").read(), open("l1.bak").read(), linecache.getline("l1", 2), repr(linecache.getline("l1", 9)), linecache.getlines("none"))
