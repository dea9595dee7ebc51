# decimal and fractions.
from decimal import Decimal
from fractions import Fraction
print(Decimal("0.1") + Decimal("0.2"), Fraction(1, 3) + Fraction(1, 6), Decimal(1) / 7, Fraction("0.25"))
