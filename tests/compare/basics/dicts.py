# Dictionaries: building, changing, iterating in order.
d = {"a": 1, "b": 2}
d["c"] = 3
d["a"] = 10
del d["b"]
print(d, len(d), d["a"], d.get("z"), d.get("z", 0), "c" in d, list(d), list(d.values()), list(d.items()))
for k, v in d.items():
    print(k, v)
print(d.pop("a"), d.setdefault("n", []), {i: i * i for i in range(3)}, {**d, "x": 1}, d | {"y": 2})
d.update(e=5)
d.clear()
print(d)
