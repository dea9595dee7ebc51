# numpy: universal functions, linear algebra, random numbers, Fourier transforms, polynomials, floating-point errors.
import warnings

import numpy as np

x = np.linspace(-2, 2, 9)
print([getattr(np, name)(x).round(12).tolist() for name in
       "sin cos tan exp expm1 arctan sinh cosh tanh floor ceil rint sign square cbrt absolute negative".split()])
print([getattr(np, name)(np.abs(x) + 0.5).round(12).tolist() for name in "log log2 log10 log1p sqrt reciprocal".split()])
print(np.add.reduce([1, 2, 3]), np.multiply.accumulate([1, 2, 3, 4]), np.add.outer([1, 2], [10, 20]), np.add.at.__name__,
      np.maximum.reduceat([3, 1, 4, 1, 5, 9], [0, 2, 4]), np.divmod(7, [2, 3]), np.modf(2.5), np.frexp(10.0))
target = np.zeros(3)
np.add.at(target, [0, 0, 2], 1)
out = np.empty(3)
print(target, np.add([1, 2, 3], 1, out=out) is out, out, np.add([1, 2, 3], 1, where=[True, False, True], out=np.zeros(3)))
print(np.bitwise_and(12, 10), np.left_shift([1, 2], 3), np.invert(np.uint8(5)), np.logical_xor([0, 1], [1, 1]), np.gcd(12, 18))
print(np.isnan([1, np.nan]), np.isinf([np.inf, 1]), np.nansum([1, np.nan]), np.nan_to_num([np.nan, np.inf]), np.clip(x, -1, 1))
print(np.add.signature, np.add.nin, np.add.types[:4], np.add.identity, np.matmul.signature, np.sin.ntypes, np.add.__name__)


def plus_ten(value):
    return value + 10


print(np.frompyfunc(plus_ten, 1, 1)([1, 2]), np.vectorize(plus_ten)([1, 2]), np.apply_along_axis(sum, 0, [[1, 2], [3, 4]]))
for mode in ("ignore", "warn", "raise"):
    with warnings.catch_warnings(record=True) as seen, np.errstate(all=mode):
        warnings.simplefilter("always")
        try:
            print(mode, np.array([1.0, 0]) / 0, np.float64(1) / 0, np.sqrt(-1.0), np.int8(100) + np.int8(100))
        except FloatingPointError as error:
            print(mode, error)
    print([(w.category.__name__, str(w.message)) for w in seen])
with np.errstate(divide="call"):
    np.seterrcall(lambda kind, flag: print("called", kind, flag))
    np.array([1.0]) / 0

a = np.array([[4.0, 1, 0], [1, 3, 1], [0, 1, 2]])
b = np.array([1.0, 2, 3])
print(np.linalg.det(a).round(9), np.linalg.inv(a).round(9), np.linalg.solve(a, b).round(9), np.linalg.norm(a).round(9))
print(np.linalg.eigvalsh(a).round(9), np.linalg.cholesky(a).round(9), np.linalg.matrix_rank(a), np.linalg.matrix_power(a, 3))
q, r = np.linalg.qr(a)
u, s, v = np.linalg.svd(a)
w, vectors = np.linalg.eig(a)
print((q @ r).round(9), s.round(9), (u @ np.diag(s) @ v).round(9), np.allclose(a @ vectors, vectors * w), np.linalg.cond(a).round(6))
print(np.linalg.lstsq(a[:, :2], b, rcond=None)[0].round(9), np.linalg.pinv(a[:, :2]).round(9), np.trace(a))
for call in (lambda: np.linalg.inv(np.zeros((2, 2))), lambda: np.linalg.inv([1, 2]), lambda: np.linalg.cholesky(-a),
             lambda: np.dot(a, [1, 2])):
    try:
        print(call())
    except (np.linalg.LinAlgError, ValueError) as error:
        print(type(error).__name__, error)

generator = np.random.default_rng(12345)
print(generator.random(3), generator.integers(0, 100, 5), generator.normal(size=3), generator.choice(10, 3, replace=False))
print(generator.permutation(6), generator.exponential(2, 2), generator.poisson(4, 5), generator.bytes(4), generator.shuffle(b), b)
print(generator.multivariate_normal([0, 0], [[1, 0], [0, 2]]), generator.beta(1, 2), generator.binomial(10, 0.5, 4))
np.random.seed(7)
print(np.random.rand(2), np.random.randint(0, 9, 4), np.random.randn(2), np.random.get_state()[0], np.random.RandomState(3).uniform())
for bits in (np.random.PCG64, np.random.MT19937, np.random.Philox, np.random.SFC64):
    print(bits.__name__, np.random.Generator(bits(42)).integers(0, 1000, 3), bits(1).random_raw())
print(np.random.SeedSequence(5).spawn(2)[1].generate_state(2))

signal = np.sin(np.arange(8) * np.pi / 4)
print(np.fft.fft(signal).round(9), np.fft.ifft(np.fft.fft(signal)).real.round(9), np.fft.rfft(signal).round(9), np.fft.fftfreq(8))
print(np.fft.fft2(a).round(9), np.fft.fftshift(np.arange(5)), np.convolve([1, 2, 3], [0, 1, 0.5]), np.correlate([1, 2, 3], [0, 1, 0.5]))
print(np.polyfit([0, 1, 2, 3], [1, 3, 7, 13], 2).round(9), np.polyval([1, 1, 1], 3), np.poly1d([1, -3, 2]).roots, np.poly1d([1, 2]) ** 2)
print(np.polynomial.Polynomial([1, 2, 3])(2), np.polynomial.Chebyshev([1, 2]).convert(kind=np.polynomial.Polynomial), np.interp(2.5, [1, 2, 3], [3, 2, 0]))
print(np.histogram([1, 2, 1], bins=[0, 1, 2, 3]), np.percentile(np.arange(11), [25, 50]), np.median([3, 1, 2]), np.corrcoef([1, 2, 3], [1, 2, 4]).round(9), np.gradient([1, 4, 9]), np.diff([1, 4, 9], 2), np.trapz([1, 2, 3]))
print(np.einsum("ij,jk", a, a), np.tensordot(a, a, 2), np.inner(b, b), np.vdot([1j], [1j]), np.meshgrid([1, 2], [3, 4]))
