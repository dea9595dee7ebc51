# math: common functions.
import math
print(math.sqrt(2), math.pi, math.floor(-1.5), math.ceil(1.2), math.gcd(12, 18), math.factorial(10), math.isclose(0.1 + 0.2, 0.3), math.log(math.e), math.hypot(3, 4), math.inf, math.nan)
