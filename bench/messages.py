"""How fast items go from one place to another and back: channels and queues between two interpreters' threads on
Orochi, against multiprocessing.Pipe and queue.Queue on python3.11.

usage: python3.11 bench/messages.py --binary OROCHI [--seconds N]
       BINARY bench/messages.py --measure KIND [--seconds N]      one kind, in this process

The last lines say how long a message of a given size, and a short answer, take over a channel: big ones should not take
twice as long as those of 64 KiB.
"""
import argparse
import json
import statistics
import subprocess
import sys
import threading
import time

SMALL, LARGE = "a small item", 1 << 24


class Channel:
    """Between the main interpreter and another, each in a thread of its own."""

    ECHO = "for item in recv: send.send_nowait(item)"
    DRAIN = "for item in recv:\n    if item is None: send.send_nowait(None)"

    def __init__(self, script):
        import interpreters
        self.away, away = interpreters.create_channel()[::-1]
        back, send = interpreters.create_channel()
        interp = interpreters.create()
        self.thread = threading.Thread(target=interp.run, args=(script,), kwargs={"channels": {"recv": away, "send": send}})
        self.thread.start()
        self.send, self.receive = self.away.send_nowait, back.recv

    def close(self):
        self.away.close()
        self.thread.join()


class InterpreterQueue:
    ECHO = "while (item := recv.get()) != 'end': send.put(item)"
    DRAIN = "while (item := recv.get()) != 'end':\n    if item is None: send.put(None)"

    def __init__(self, script):
        from concurrent import interpreters
        self.away, back = interpreters.create_queue(), interpreters.create_queue()
        interp = interpreters.create()
        interp.prepare_main(recv=self.away, send=back)
        self.thread = threading.Thread(target=interp.exec, args=(script,))
        self.thread.start()
        self.send, self.receive = self.away.put, back.get

    def close(self):
        self.away.put("end")
        self.thread.join()


def serve(script, get, put):
    exec(script, {"get": get, "put": put})


class Pipe:
    ECHO = "while (item := get()) != 'end': put(item)"
    DRAIN = "while (item := get()) != 'end':\n    if item is None: put(None)"

    def __init__(self, script):
        import multiprocessing
        mine, other = multiprocessing.Pipe()
        self.process = multiprocessing.Process(target=serve, args=(script, other.recv, other.send))
        self.process.start()
        self.send, self.receive = mine.send, mine.recv

    def close(self):
        self.send("end")
        self.process.join()


class ThreadQueue:
    ECHO, DRAIN = Pipe.ECHO, Pipe.DRAIN

    def __init__(self, script):
        import queue
        away, back = queue.SimpleQueue(), queue.SimpleQueue()
        self.thread = threading.Thread(target=serve, args=(script, away.get, back.put))
        self.thread.start()
        self.send, self.receive = away.put, back.get

    def close(self):
        self.send("end")
        self.thread.join()


KINDS = {"channel": Channel, "queue": InterpreterQueue, "pipe": Pipe, "threads": ThreadQueue}


def per_second(seconds, step, count):
    """How often step(), which does `count` things, does one."""
    step()
    done, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        step()
        done += count
    return done / elapsed


def measure(kind, seconds):
    make, results = KINDS[kind], {}

    end = make(make.ECHO)

    def round_trip(item):
        end.send(item)
        end.receive()

    results["round trip, us"] = 1e6 / per_second(seconds, lambda: round_trip(SMALL), 1)
    end.close()

    end = make(make.DRAIN)

    def burst(item, count):
        for _ in range(count):
            end.send(item)
        end.send(None)      # answered when all has arrived
        end.receive()

    results["small items, thousand/s"] = per_second(seconds, lambda: burst(SMALL, 500), 500) / 1000
    results["bytes of 16 MiB, GiB/s"] = per_second(seconds, lambda: burst(large, 4), 4) * LARGE / 2**30
    end.close()
    return results


large = bytes(LARGE)

SIZES = {"64 KiB": 1 << 16, "16 MiB": 1 << 24, "1 GiB": 1 << 30}
MAKERS = {"bytes": bytes, "str": lambda size: "x" * size, "buffer": bytearray}


def measure_sizes(seconds):
    """{kind of object: {size: microseconds (median) for a message of it and an answer}}"""
    end = Channel("for item in recv: size = len(item); item = None; send.send_nowait(size)")

    def median(item):
        times, stop = [], time.perf_counter() + seconds
        while (started := time.perf_counter()) < stop:
            end.send(item)
            end.receive()
            times.append(time.perf_counter() - started)
        return statistics.median(times) * 1e6

    results = {kind: {name: median(make(size)) for name, size in SIZES.items()} for kind, make in MAKERS.items()}
    end.close()
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary")
    parser.add_argument("--measure", choices=[*KINDS, "sizes"])
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    if options.measure:
        results = measure_sizes(options.seconds) if options.measure == "sizes" else measure(options.measure, options.seconds)
        return print(json.dumps(results))
    if not options.binary:
        parser.error("--binary or --measure is needed")

    def measured(binary, kind):
        done = subprocess.run([binary, __file__, "--measure", kind, "--seconds", str(options.seconds)],
                              stdout=subprocess.PIPE, check=True)
        return json.loads(done.stdout)

    rows = {}
    for title, binary, kind in [("orochi channel", options.binary, "channel"), ("orochi Queue", options.binary, "queue"),
                                ("multiprocessing.Pipe", "/usr/bin/python3.11", "pipe"),
                                ("queue between threads", "/usr/bin/python3.11", "threads")]:
        rows[title] = measured(binary, kind)
    names = list(next(iter(rows.values())))
    print(f"{'':24}" + "".join(f"{name:>26}" for name in names))
    for title, results in rows.items():
        print(f"{title:24}" + "".join(f"{results[name]:26.1f}" for name in names))
    for kind, results in measured(options.binary, "sizes").items():
        print(f"channel, {kind:15}" + "".join(f"{name:>16} {time:6.1f} us" for name, time in results.items()))


if __name__ == "__main__":
    sys.exit(main())
