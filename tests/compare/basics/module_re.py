# re: match, search, findall, sub, split.
import re
print(re.match(r"(\d+)-(\w+)", "12-ab!").groups(), re.search("b+", "abbc").span(), re.findall(r"\w+", "a bc, d"))
print(re.sub(r"\s+", " ", "a   b \t c"), re.split(r"[,;]", "a,b;c"), re.match("x", "y"), re.compile("a|b").fullmatch("b").group())
