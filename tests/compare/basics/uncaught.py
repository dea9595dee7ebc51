# An uncaught exception: traceback on standard error and exit code 1.
def f(x):
    return 1 / x


print("start")
f(0)
