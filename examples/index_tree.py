"""Counts the names in all Python files below a folder, with one interpreter per core.

usage: index_tree.py [--sequential] [--workers N] DIR

The interpreters take file names from one channel and send the counts of each file
back through another. --sequential does the same in a plain loop (on CPython 3.11
too) and prints the same result.
"""
import argparse
import os
import sys
import threading
import time
import tokenize
from collections import Counter


def files_below(folder):
    for base, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if name.endswith(".py"):
                yield os.path.join(base, name)


def count_file(path):
    """(lines, tokens, names and their counts in turn), or None when it is no valid Python."""
    names, tokens, lines = Counter(), 0, 0
    try:
        with tokenize.open(path) as file:
            for token in tokenize.generate_tokens(file.readline):
                tokens += 1
                if token.type == tokenize.NAME:
                    names[token.string] += 1
                lines = token.end[0]
    except (SyntaxError, UnicodeDecodeError, tokenize.TokenError, OSError):
        return None
    return lines, tokens, tuple(item for pair in names.items() for item in pair)


class Total:
    def __init__(self):
        self.names, self.files, self.bad, self.tokens, self.lines = Counter(), 0, 0, 0, 0

    def add(self, counts):
        self.files += 1
        if counts is None:
            self.bad += 1
            return
        lines, tokens, pairs = counts
        self.lines += lines
        self.tokens += tokens
        for name, count in zip(pairs[::2], pairs[1::2]):
            self.names[name] += count


def progress(total, count):
    if sys.stderr.isatty() and total.files % 25 == 0:
        print(f"\r{total.files} of {count} files", end="", file=sys.stderr, flush=True)


def sequentially(paths, total):
    for path in paths:
        total.add(count_file(path))
        progress(total, len(paths))


def in_interpreters(paths, total, workers):
    try:
        import interpreters
    except ImportError:
        sys.exit("index_tree: this Python has no module 'interpreters'; use --sequential")
    source = f"""\
import sys
sys.path.insert(0, {os.path.dirname(os.path.abspath(__file__))!r})
from index_tree import count_file
while (path := paths.recv()) is not None:
    counts.send(count_file(path))
"""
    paths_recv, paths_send = interpreters.create_channel()
    counts_recv, counts_send = interpreters.create_channel()

    def work():
        interp = interpreters.create()
        try:
            interp.run(source, channels={"paths": paths_recv, "counts": counts_send})
        finally:
            interp.close()

    def feed():
        for item in [*paths, *[None] * workers]:
            paths_send.send(item)

    threads = [threading.Thread(target=work) for _ in range(workers)] + [threading.Thread(target=feed)]
    for thread in threads:
        thread.start()
    for _ in paths:
        total.add(counts_recv.recv())
        progress(total, len(paths))
    for thread in threads:
        thread.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sequential", action="store_true")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("folder", metavar="DIR")
    options = parser.parse_args()
    paths, total = list(files_below(options.folder)), Total()
    started = time.perf_counter()
    if options.sequential:
        sequentially(paths, total)
    else:
        in_interpreters(paths, total, options.workers)
    seconds = time.perf_counter() - started
    if sys.stderr.isatty():
        print("\r" + " " * 40 + "\r", end="", file=sys.stderr)

    for name, count in sorted(total.names.items(), key=lambda item: (-item[1], item[0]))[:20]:
        print(f"{count:9} {name}")
    print(f"{total.files} files ({total.bad} not readable as Python), {total.lines} lines, {total.tokens} tokens, "
          f"{len(total.names)} different names")
    # Timing goes last and to standard error: standard output is the same whichever way it was made.
    way = "sequentially" if options.sequential else f"in {options.workers} interpreters"
    print(f"{seconds:.2f} s {way}, {len(paths) / seconds if seconds else 0:.0f} files per second", file=sys.stderr)


if __name__ == "__main__":
    main()
