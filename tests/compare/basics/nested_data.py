# Nested structures and their display.
data = {"list": [1, [2, [3]]], "tuple": (1, (2,)), "dict": {"a": {"b": None}}, "set": {1}}
print(data, data["list"][1][1][0], data["dict"]["a"]["b"], [row[:] for row in [[1], [2]]], str(data) == repr(data))
data["self"] = data
print(data)
