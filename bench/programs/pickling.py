"""pickle of objects, tuples and dictionaries, and copy.deepcopy."""
import copy
import pickle


class Node:
    def __init__(self, name, children):
        self.name, self.children, self.weight = name, children, len(name) * 1.5


def tree(depth):
    return Node(f"node{depth}", [tree(depth - 1) for _ in range(3)] if depth else [])


root = tree(6)
table = {(i, str(i)): [i, i / 7, {"k": None}] for i in range(3000)}
size = 0
for _ in range(90):
    data = pickle.dumps((root, table), 4)
    root, table = pickle.loads(data)
    size += len(data)
for _ in range(12):
    root = copy.deepcopy(root)
print(size, root.children[0].children[1].name, len(table))
