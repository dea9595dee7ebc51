# A key that is no str but hashes like one is asked when a str is looked up: in dicts, and in the namespaces of classes.
class Key:
    asked = 0

    def __hash__(self):
        return hash("name")

    def __eq__(self, other):
        Key.asked += 1
        return other == "name" and Key.answer


for Key.answer in (False, True):
    d = {Key(): 1}
    print(d.get("name"), "name" in d, d.pop("name", None), Key.asked > 0)
    d = {Key(): 1}
    d["name"] = 2
    print(list(d.values()), d.setdefault("name", 3))
    Key.asked = 0


class Meddler:
    def __hash__(self):
        return hash("first")

    def __eq__(self, other):
        X.__bases__ = (Second,)


class First:
    first = second = "from First"


class Second:
    first = second = "from Second"


X = type("X", (First,), {Meddler(): 5})
print(X.first, X.second)
