"""Runs test.NAME and writes one JSON line per finished case to a report file, so
that a crash or a timeout keeps what came before it.

usage: count_cases.py REPORT NAME
"""
import json
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


def main():
    report, name = sys.argv[1:]
    sys.argv[1:] = []
    from test import support
    support.use_resources = []
    suite = unittest.defaultTestLoader.loadTestsFromName("test." + name)
    with open(report, "w", encoding="utf-8") as file:
        result = Recorder(file)
        suite.run(result)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
