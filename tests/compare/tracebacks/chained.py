# Chained exceptions at exit: cause, context, suppressed context, in that order.
class LowLevel(Exception):
    pass


class HighLevel(Exception):
    def __str__(self):
        return "high level with\nseveral lines"


def low():
    try:
        {}["missing"]
    except KeyError:
        raise LowLevel("low failed")


def middle():
    try:
        low()
    except LowLevel as e:
        raise HighLevel from e


def hidden():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("context is hidden") from None


def top():
    try:
        middle()
    except HighLevel:
        try:
            hidden()
        except ValueError as e:
            e.__context__ = OSError("replaced context")
            raise RuntimeError("top") from e


top()
