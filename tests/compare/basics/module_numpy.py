# numpy, unmodified.
import numpy as np
a = np.arange(12, dtype=float).reshape(3, 4)
print(a.sum(), a.mean(axis=0), (a @ a.T)[0], np.linalg.det(np.array([[1.0, 2.0], [3.0, 4.0]])).round(6), a[a > 5], np.sort([3, 1, 2]), a.dtype, a.T.shape)
print(repr(np.array([1, 2])), np.random.default_rng(1).integers(0, 10, 5), np.fft.fft([1, 0, 0, 0]))
try:
    a + np.ones(5)
except ValueError as e:
    print(e)
