# json: dumps and loads of simple values.
import json
text = json.dumps({"a": [1, 2.5, None, True], "b": {"c": "é"}})
print(text)
print(json.loads(text), json.loads("[1, -2, 3e2]"), json.dumps([1, 2], indent=1))
