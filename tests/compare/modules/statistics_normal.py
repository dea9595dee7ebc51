"""_statistics: the inverse of the normal distribution, to the last bit, and the arguments that it refuses."""
import _statistics
import random
import statistics

inverse = _statistics._normal_dist_inv_cdf
for arguments in ((0, 0, 1), (1, 0, 1), (0.5, 0, 0), (0.5, 0, -1), (2, 0, 1), ("a", 0, 1), (0.5,)):
    try:
        print(inverse(*arguments))
    except (TypeError, ValueError) as error:
        print(type(error).__name__, error)
for p in (5e-324, 1e-300, 1e-16, 1e-12, 1e-11, 1e-6, 0.074, 0.075, 0.076, 0.3, 0.5, 0.9, 0.925, 0.926, 1 - 1e-12, 1 - 2**-53, float("nan")):
    print(p, inverse(p, 0.0, 1.0), inverse(p, 3, 2.5))
random.seed(1)
print(hash(tuple(inverse(random.random(), 0.0, 1.0) for _ in range(20000))))
print(statistics.NormalDist(100, 15).quantiles(n=10))
try:
    statistics.NormalDist(100, 15).inv_cdf(0)
except statistics.StatisticsError as error:
    print(error)
