"""Allocation and collection of many small trees, of tuples and of objects."""


class Node:
    def __init__(self, left, right):
        self.left, self.right = left, right


def make(depth):
    return (make(depth - 1), make(depth - 1)) if depth else (None, None)


def check(tree):
    left, right = tree
    return 1 if left is None else 1 + check(left) + check(right)


def make_nodes(depth):
    return Node(make_nodes(depth - 1), make_nodes(depth - 1)) if depth else None


def check_nodes(node):
    return 0 if node is None else 1 + check_nodes(node.left) + check_nodes(node.right)


long_lived = make(17)
for depth in range(4, 17, 3):
    n = 1 << (17 - depth)
    print(depth, n, sum(check(make(depth)) for _ in range(n)), sum(check_nodes(make_nodes(depth)) for _ in range(n)))
print(check(long_lived))
