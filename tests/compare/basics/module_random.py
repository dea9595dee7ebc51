# random: seeded sequences.
import random
random.seed(42)
print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(10), 3))
items = list(range(6))
random.shuffle(items)
print(items)
