# A program that does not compile: the display of the error at start.
def fine():
    return 1


def broken(a, b):
    value = (a +
             b
    result = value * 2
    return result
