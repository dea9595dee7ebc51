# A long recursion: repeated lines are summed up.
import sys
sys.setrecursionlimit(120)


def ping(n):
    return pong(n + 1)


def pong(n):
    if n > 40:
        return down(n)
    return ping(n)


def down(n):
    return down(n + 1)


down(0) if len(sys.argv) > 5 else ping(0)
