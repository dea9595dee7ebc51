"""JSON encoding and decoding of nested documents."""
import json

document = {f"key{i}": {"id": i, "name": f"name é {i}", "values": [j * 0.5 for j in range(20)], "flags": [True, False, None],
                        "nested": {"a": {"b": {"c": [i, str(i)]}}}} for i in range(400)}
for _ in range(160):
    text = json.dumps(document)
    document = json.loads(text)
print(len(text), len(json.dumps(document, indent=2, sort_keys=True)), document["key7"]["nested"])
