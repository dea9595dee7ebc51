# types.GenericAlias and types.UnionType: repr, parameters, equality, hash, isinstance, errors.
import collections, types, typing
T, U = typing.TypeVar("T"), typing.TypeVar("U")
for a in (list[int], dict[str, list[int]], tuple[int, ...], tuple[()], type[int], list[T], dict[T, U], collections.deque[int], collections.abc.Callable[[int, str], bool], collections.abc.Callable[..., int], list["fwd"], set[None], list[int | str], list[typing.Any], frozenset[...], collections.abc.Iterable[T], list[list[T]][int], dict[T, U][int, str], dict[str, T][int], collections.defaultdict[str, list]):
    print(a, a.__origin__.__name__, a.__args__, a.__parameters__)
print(list[int] == list[int], list[int] == list[str], hash(list[int]) == hash(list[int]), list[int]() == [], list[int]([1, 2]), dict[str, int](a=1), type(list[int]).__name__, list[int].append is list.append, list[int].__doc__ == list.__doc__)
class L(list[int]): pass
print(L.__mro__[1], L.__orig_bases__, [*tuple[int, str]], list[*tuple[int, ...]])
for u in (int | str, int | None, None | int, int | int, int | str | int, int | list[int], (int | str) | (str | float), T | int, "x" and int | typing.Any, int | typing.List[int], bool | int, typing.Union[int, str] | None, list | None):
    print(u, type(u).__name__)
print(int | str == str | int, hash(int | str) == hash(str | int), (int | str).__args__, int | str == typing.Union[int, str], isinstance(1, int | str), isinstance(None, int | None), issubclass(bool, int | str), isinstance([], int | str), isinstance(1.5, (int | str, float)), (list[T] | int)[str], (T | None).__parameters__)
for bad in ("isinstance([], list[int])", "issubclass(list, list[int])", "isinstance(1, int | list[int])", "int | 5", "5 | int", "int | 'str'", "int[str]", "list[int][str]", "list[T][int, str]", "dict[T, U][int]", "isinstance(1, 5)", "isinstance(1, 'int')", "isinstance(1, (int, 5))", "isinstance('a', (int, 5))", "issubclass(5, int)", "issubclass(int, 5)", "(int | str)()", "(int | str).x", "list[int].nope", "class_ = type('X', (int | str,), {})", "isinstance(1)", "isinstance(1, ())", "types.UnionType()", "types.GenericAlias(list)", "object[int]", "list[int].__origin__ = 1", "1[int]", "None[int]"):
    try:
        print(bad, "=", eval(bad) if "_ =" not in bad and "__ =" not in bad else exec(bad))
    except (TypeError, AttributeError) as e:
        print(bad, "->", type(e).__name__, e)
class G(typing.Generic[T]):
    def m(self) -> T: ...
class H(G[int], typing.Generic[U]): pass
print(G[int], G[int]().__orig_class__, H[str], G.__parameters__, H.__orig_bases__, H.__mro__[1:3], G[T][int] == G[int], typing.get_origin(G[int]), typing.get_args(dict[str, int]))
class Own:
    __class_getitem__ = classmethod(types.GenericAlias)
print(Own[int, str], Own[int]().__class__, types.GenericAlias(list, (int,)), types.GenericAlias(int, 5), Own[int].__class__, isinstance(Own[int], type), callable(Own[int]))
print(typing.get_type_hints(type("A", (), {"__annotations__": {"x": "list[int] | None"}})), dir(list[int])[:1], list[int].__unpacked__, repr(typing.Unpack[tuple[int]]), typing.Union[int], typing.Optional[None])
