# Classes: methods, inheritance, super, class attributes, special methods, properties.
class Animal:
    kind = "animal"

    def __init__(self, name):
        self.name = name

    def speak(self):
        return f"{self.name} makes a sound"

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r})"

    def __eq__(self, other):
        return self.name == other.name


class Dog(Animal):
    kind = "dog"

    def speak(self):
        return super().speak() + ": woof"

    @property
    def loud(self):
        return self.name.upper()

    @staticmethod
    def legs():
        return 4

    @classmethod
    def make(cls):
        return cls("made")


a, d = Animal("cat"), Dog("rex")
print(a, d, a.speak(), d.speak(), a.kind, d.kind, d.loud, Dog.legs(), Dog.make())
print(isinstance(d, Animal), issubclass(Dog, Animal), isinstance(a, Dog), a == Animal("cat"), Dog.__mro__, hasattr(d, "x"), getattr(d, "x", "none"))
d.extra = 1
print(d.__dict__, Dog.__name__, type(d), d.speak.__self__ is d)
