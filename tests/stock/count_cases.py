"""Runs test.NAME and writes one JSON line per finished case to a report file, so
that a crash or a timeout keeps what came before it.

usage: count_cases.py REPORT NAME
       count_cases.py --sub-interpreter REPORT NAME [REPORT NAME ...]
                    each in an interpreter of its own, at the same time (Orochi only)
"""
import json
import os
import sys
import unittest


class Recorder(unittest.TestResult):
    def __init__(self, report):
        super().__init__()
        self.report = report

    def write(self, kind, test):
        self.report.write(json.dumps([kind, test.id()]) + "\n")
        self.report.flush()

    def addSuccess(self, test):
        self.write("pass", test)

    def addExpectedFailure(self, test, error):
        self.write("pass", test)

    def addUnexpectedSuccess(self, test):
        self.write("fail", test)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.write("fail", test)
        print("FAIL", test.id(), self.failures[-1][1], flush=True)

    def addError(self, test, error):
        super().addError(test, error)
        self.write("error", test)
        print("ERROR", test.id(), self.errors[-1][1], flush=True)

    def addSkip(self, test, reason):
        self.write("skip", test)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.write("fail", test)
            print("FAIL", subtest.id(), flush=True)


def separate_file_names(number):
    """Gives what test.support calls its files names that no other interpreter of the process uses."""
    getpid = os.getpid
    os.getpid = lambda: f"{getpid()}_{number}"
    from test.support import os_helper
    os.getpid = getpid


def run(report, name):
    from test import support
    support.use_resources = []
    suite = unittest.defaultTestLoader.loadTestsFromName("test." + name)
    with open(report, "w", encoding="utf-8") as file:
        result = Recorder(file)
        suite.run(result)
    return 0 if result.wasSuccessful() else 1


def run_in_interpreters(arguments):
    import interpreters
    import threading
    folder = os.path.dirname(os.path.abspath(__file__))
    codes = []

    def work(number, report, name):
        code = 2
        try:
            interp = interpreters.create()
            interp.run(f"import sys; sys.argv = [{__file__!r}]; sys.path.insert(0, {folder!r})\n"
                       f"import count_cases; count_cases.separate_file_names({number})\n"
                       f"code = count_cases.run({report!r}, {name!r})")
            code = interp.get_main_attr("code")
            interp.close()
        finally:
            codes.append(code)

    threads = [threading.Thread(target=work, args=(number, *pair))
               for number, pair in enumerate(zip(arguments[::2], arguments[1::2]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return max(codes)


def main():
    arguments = sys.argv[1:]
    sys.argv[1:] = []
    if arguments[0] == "--sub-interpreter":
        return run_in_interpreters(arguments[1:])
    return run(*arguments)


if __name__ == "__main__":
    sys.exit(main())
