# dataclasses and enum.
import dataclasses
import enum


@dataclasses.dataclass
class P:
    x: int
    y: int = 2


class C(enum.Enum):
    RED = 1
    BLUE = 2


print(P(1), P(1) == P(1, 2), dataclasses.asdict(P(3)), C.RED, C(2), list(C), C["RED"].value)
