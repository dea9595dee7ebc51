"""Runs the blocks of code in docs/interpreters.md, each as a program of its own, and looks for every name in it."""
import os
import re
import subprocess
import sys
import tempfile
import unittest

import concurrent.interpreters
import interpreters

GUIDE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../docs/interpreters.md")


class Guide(unittest.TestCase):

    def test_blocks(self):
        with open(GUIDE, encoding="utf-8") as file:
            text = file.read()
        blocks = list(re.finditer(r"^```python\n(.*?)^```", text, re.M | re.S))
        self.assertGreater(len(blocks), 8)
        for block in blocks:
            line = text[:block.start()].count("\n") + 2
            with self.subTest(line=line), tempfile.TemporaryDirectory() as folder:
                program = os.path.join(folder, "program.py")
                with open(program, "w", encoding="utf-8") as file:
                    file.write(block[1])
                done = subprocess.run([sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      text=True, timeout=60)
                self.assertEqual((done.returncode, done.stdout), (0, ""))


class Names(unittest.TestCase):

    def test_every_name_is_explained(self):
        with open(GUIDE, encoding="utf-8") as file:
            words = set(re.findall(r"\w+", file.read()))
        names = set(concurrent.interpreters.__all__ + interpreters.__all__)
        for kind in (interpreters.Interpreter, interpreters.Queue, interpreters.RecvChannel, interpreters.SendChannel):
            names.update(name for name in dir(kind) if not name.startswith("_"))
        self.assertEqual(names - words, set())


if __name__ == "__main__":
    unittest.main()
