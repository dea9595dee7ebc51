"""Regular expressions over a generated text: searching, substitution, groups."""
import random
import re

rng = random.Random(7)
words = ["alpha", "beta", "gamma", "delta", "foo123", "bar-baz", "x@example.org", "192.168.0.1", "2024-02-29", "http://host/path?q=1"]
text = " ".join(rng.choice(words) + rng.choice(["", ",", ".", "\n"]) for _ in range(110000))
patterns = [r"\b[a-z]+\d+\b", r"\d{1,3}(?:\.\d{1,3}){3}", r"(\w+)@(\w+)\.(\w+)", r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)", r"https?://[^/\s]+(/[^\s?]*)(\?\S*)?",
            r"(a|b|g)\w*?a\b", r"^\w+", r"(?i)GAMMA|Delta", r"(\w)\1"]
for pattern in patterns:
    compiled = re.compile(pattern, re.M)
    print(pattern, sum(1 for _ in compiled.finditer(text)), len(compiled.sub("<>", text)))
print(len(re.split(r"[\s,.]+", text)), max(len(m.group()) for m in re.finditer(r"\S+", text)))
print(len(re.sub(r"(\w+)-(\w+)", lambda m: m[2].upper() + m[1], text)))
