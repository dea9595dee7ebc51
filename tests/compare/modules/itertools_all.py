# itertools: every function, with laziness, exhaustion, copying and errors.
from itertools import *
import copy, operator, pickle
print(list(islice(count(5, 2), 4)), list(islice(count(0.5), 2)), list(islice(cycle("ab"), 5)), list(repeat("x", 2)), list(accumulate([1, 2, 3])), list(accumulate([3, 1, 2], max)), list(accumulate([1, 2], initial=10)), list(chain("ab", [1])), list(chain.from_iterable(["ab", "c"])))
print(list(compress("abcd", [1, 0, 1])), list(dropwhile(lambda x: x < 3, [1, 5, 2])), list(takewhile(lambda x: x < 3, [1, 5, 2])), list(filterfalse(None, [0, 1, ""])), [(k, list(g)) for k, g in groupby("aabbbc")], [(k, len(list(g))) for k, g in groupby([1, 3, 2, 4], key=lambda x: x % 2)])
print(list(islice(range(10), 3)), list(islice(range(10), 2, 8, 3)), list(islice("abc", None)), list(starmap(pow, [(2, 3), (3, 2)])), [list(t) for t in tee("abc", 3)], list(zip_longest("abc", "x", fillvalue="-")), list(pairwise("abcd")), list(zip_longest()))
print(list(product("ab", [1, 2])), list(product("ab", repeat=2)), list(product()), list(permutations("abc", 2)), list(permutations([])), list(combinations("abcd", 2)), list(combinations_with_replacement("ab", 2)), list(combinations("ab", 5)), len(list(permutations(range(5)))))
a, b = tee(iter(range(4))); next(a); print(list(b), list(a), copy.copy(b), sep=" ") if False else print(list(b), list(a))
print(count(5), count(1, 2), repeat(3), repeat(3, 2), count(10 ** 30), next(count(-1)), operator.length_hint(repeat(1, 5)))
g = groupby("aab"); k, first = next(g); next(g); print(list(first))
for bad in ("islice([], -1)", "islice([], 0, 5, 0)", "combinations('ab', -1)", "permutations('ab', -1)", "product(repeat=-1)", "tee([], -1)", "count('a')", "cycle(5)", "repeat()", "accumulate(5)", "chain(5).__next__()", "list(starmap(pow, [1]))", "zip_longest('a', bad=1)", "groupby()", "islice()", "list(islice([1], 'a'))", "compress('a')", "pairwise(5)", "list(chain.from_iterable(5))", "product(5)"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
def gen():
    yield 1
    raise ValueError("in source")
for f in (lambda: list(chain([0], gen())), lambda: list(accumulate(gen())), lambda: list(takewhile(bool, gen())), lambda: list(tee(gen())[0]), lambda: list(zip_longest(gen(), [1, 2, 3]))):
    try: f()
    except ValueError as e: print(e, end="; ")
print()
c = count(3); next(c); print(copy.copy(c), pickle.loads(pickle.dumps(islice(range(5), 1, None))).__class__.__name__)
it = chain([1, 2], [3]); next(it); print(list(copy.copy(it)) if False else list(it), list(it)); p = pairwise(iter("ab")); print(next(p), next(p, "end"))
print(sum(1 for _ in product(range(10), repeat=4)), list(islice(accumulate(repeat(2), operator.mul), 8)), max(combinations(range(6), 3)), ["".join(x) for x in islice(permutations("dcba"), 3)])
