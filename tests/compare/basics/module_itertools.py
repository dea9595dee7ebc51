# itertools: the common ones.
from itertools import chain, combinations, count, groupby, islice, permutations, product
print(list(chain("ab", "c")), list(islice(count(), 3)), list(product("ab", [1, 2])), list(combinations("abc", 2)), list(permutations("abc", 2))[:3], [(k, list(g)) for k, g in groupby("aab")])
