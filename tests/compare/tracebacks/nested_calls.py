# An uncaught exception through functions, methods, lambdas and comprehensions, with markers.
class Machine:
    def start(self, speed):
        return self.check([speed, speed * 2])

    def check(self, speeds):
        return [self.one(s) for s in speeds]

    def one(self, s):
        return (lambda v: 10 / (v - 4))(s) + {"a": 1}["a"]


def run(machine):
    total = 0
    for s in range(5):
        total += sum(machine.start(s + 1))
    return total


if __name__ == "__main__":
    print("before")
    run(Machine())
    print("never")
