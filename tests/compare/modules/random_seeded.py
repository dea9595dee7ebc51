# random with a seed: the Mersenne twister gives the same sequence everywhere.
import random
r = random.Random(12345)
print([r.random() for _ in range(3)], r.getrandbits(100), r.getrandbits(5), r.randrange(10), r.randrange(5, 50, 5), r.randint(1, 6), r.choice("abcdef"), r.choices([1, 2, 3], weights=[1, 1, 8], k=5), r.sample(range(100), 5), r.uniform(1, 2))
l = list(range(10)); r.shuffle(l); print(l, r.gauss(0, 1), r.normalvariate(5, 2), r.expovariate(1.5), r.betavariate(1, 2), r.triangular(0, 10, 3), r.paretovariate(3), r.gammavariate(2, 1), r.lognormvariate(0, 1), r.vonmisesvariate(0, 4), r.weibullvariate(1, 2), r.randbytes(5))
s = r.getstate(); a = r.random(); r.setstate(s); print(a == r.random(), len(s[1]), s[0])
for seed in (0, -5, 2 ** 100, "text", b"bytes", 1.5, None and 1, bytearray(b"x")):
    random.seed(seed if seed is not None else 7); print(seed, random.random(), random.randrange(2 ** 70), random.sample(["x", "y", "z"], 2, counts=[3, 1, 1]))
random.seed("v1", version=1); print(random.random(), random.Random(5) != random.Random(5))
class Own(random.Random):
    def random(self): return 0.25
print(Own().randrange(100), Own().choice("abcd"), Own(3).uniform(0, 8))
for bad in ("randrange(0)", "randrange(5, 2)", "randrange(1, 10, 0)", "choice([])", "sample([1], 2)", "sample({1}, 1)", "choices([])", "getrandbits(-1)", "seed([])", "randint(2, 1)", "setstate(5)", "choices([1], weights=[1, 2])", "choices([1], weights=[0])", "randrange(1.5)", "randbytes(-1)", "sample([1], -1)", "getrandbits()", "shuffle((1, 2))", "sample([1], 1, counts=[1, 2])", "uniform(1)"):
    try: print(bad, eval("random." + bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
