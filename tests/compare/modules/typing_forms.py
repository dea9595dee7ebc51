# typing: special forms, generics, protocols, NamedTuple, TypedDict, overload, get_type_hints, runtime checks.
import collections.abc, typing
from typing import *
T, K = TypeVar("T"), TypeVar("K", bound=int); P = ParamSpec("P"); Ts = TypeVarTuple("Ts"); C2 = TypeVar("C2", int, str, covariant=False)
for x in (Any, Optional[int], Union[int, str, None], Union[int, int], List[int], Dict[str, List[T]], Callable[[int], str], Callable[..., T], Callable[P, int], Tuple[int, ...], Tuple[()], Type[T], Literal[1, "a", True, None], ClassVar[int], Final[str], Annotated[int, "meta", 5], Annotated[Annotated[int, 1], 2], T, K, C2, P, Ts, Iterable[T], Generator[int, str, None], Deque[int], DefaultDict[str, int], Counter[str], Awaitable[int], Pattern[str], NoReturn, Never, Self, LiteralString, Concatenate[int, P], TypeGuard[int], Required[int], Unpack[Ts], Generic[T], Protocol[T], AnyStr, Text, Hashable, Sized, SupportsInt, IO[str], ForwardRef("X"), Optional["X"], Mapping[str, int], Set[int], FrozenSet[str], type[int], Literal[Literal[1], 2]):
    print(repr(x), get_origin(x), get_args(x), getattr(x, "__parameters__", None))
class G(Generic[T, K]): pass
class H(G[T, int]): pass
print(G[str, int], H[str], H[str].__origin__, H.__parameters__, G[T, K][int, bool], Dict[T, T][int], Callable[P, T][[int, str], bool], H.__orig_bases__, H.__mro__)
@runtime_checkable
class Closes(Protocol):
    def close(self) -> None: ...
class Data(Protocol): x: int
class Impl:
    def close(self): pass
print(isinstance(Impl(), Closes), isinstance(5, Closes), issubclass(Impl, Closes), isinstance([], Iterable), isinstance(5, Hashable), issubclass(list, Sequence), isinstance(5, SupportsInt))
class N(NamedTuple):
    a: int
    b: str = "d"
    def m(self): return self.a
class D(TypedDict, total=False): a: Required[int]; b: str
class E(D): c: List[int]
print(N(1), N(1).m(), N._field_defaults, N.__annotations__, D(a=1, b="x"), D.__required_keys__, sorted(D.__optional_keys__), E.__total__, E.__annotations__, NamedTuple("M", [("x", int)])(5), TypedDict("Q", {"k": int})(k=1), NewType("U", int)(5), NewType("U", int), cast(str, 5), is_typeddict(D))
def f(a: "int", b: Optional[T] = None, *c: "List[str]", d: Annotated[int, "x"] = 1) -> "G": ...
print(get_type_hints(f), get_type_hints(f, include_extras=True), get_type_hints(E), assert_type(5, int), reveal_type(5) if False else "", no_type_check(f) is f, get_type_hints(f), final(G).__final__)
@overload
def o(x: int) -> int: ...
@overload
def o(x: str) -> str: ...
def o(x): return x
print(len(get_overloads(o)), o(5), T.__name__, K.__bound__, C2.__constraints__, T.__covariant__, TypeVar("Q", covariant=True), P.args, P.kwargs, Ts.__name__, TYPE_CHECKING)
for bad in ("List[int, str]", "Dict[int]", "Optional[int, str]", "Union[()]", "Callable[int]", "Callable[int, str]", "Literal", "Generic[int]", "Generic[T, T]", "TypeVar('X', int)", "TypeVar('X', int, str, bound=int)", "TypeVar('X', covariant=True, contravariant=True)", "isinstance(5, Data)", "isinstance(5, List[int])", "isinstance(5, Union[int, str])", "isinstance(5, Any)", "Any()", "Union[int, 5]", "Optional[5]", "ClassVar[5]", "G[int]", "G[int, str, T]", "Protocol()", "Closes()", "D(5)", "isinstance({}, D)", "N()", "get_type_hints(5)", "ForwardRef('a b')", "List[5]", "Final[1, 2]", "Annotated[int]", "Type[5, 6]", "NamedTuple('X', [('_a', int)])", "assert_never(5)", "Literal[[]]", "int[T]", "Self[int]", "Tuple[..., int]", "List[...]", "Union", "Concatenate[int]", "TypeVar(5)", "issubclass(int, List)", "issubclass(5, Closes)", "Generic()", "T[int]", "T()"):
    try: print(bad, eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
