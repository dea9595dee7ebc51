# typing and abc.
import abc
import typing


class A(abc.ABC):
    @abc.abstractmethod
    def m(self) -> typing.Optional[int]: ...


try:
    A()
except TypeError as e:
    print(e)
print(typing.List[int], typing.Optional[str], typing.get_type_hints(A.m))
