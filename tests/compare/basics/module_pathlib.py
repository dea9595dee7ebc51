# pathlib: reading and writing.
from pathlib import Path
p = Path("d") / "f.txt"
p.parent.mkdir()
p.write_text("text")
print(p, p.read_text(), p.suffix, p.exists(), list(Path("d").iterdir()), Path("/a/b").parent)
