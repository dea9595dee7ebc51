# main: counts all interpreters
# Channel ends handed to other interpreters, which run at once in threads; what can cross; failures with their cause.
import threading
import interpreters

tasks_recv, tasks_send = interpreters.create_channel()
results_recv, results_send = interpreters.create_channel()
SOURCE = """
while (item := tasks.recv()) is not None:
    results.send((item, sum(i * item for i in range(1000)), str(item)))
"""


def work():
    interp = interpreters.create()
    interp.run(SOURCE, channels={"tasks": tasks_recv, "results": results_send})
    interp.close()


def feed():
    for n in [*range(20), None, None, None]:
        tasks_send.send(n)


threads = [threading.Thread(target=work) for _ in range(3)] + [threading.Thread(target=feed)]
for thread in threads:
    thread.start()
print(sorted(results_recv.recv() for _ in range(20))[:3])
for thread in threads:
    thread.join()
print(len(interpreters.list_all()))

echo = interpreters.create()
for value in (None, True, 5, -2 ** 100, 1.5, "é\U0001f600", b"\0bytes", (), (1, ("nested", (2.5, None))), "x" * 100000):
    def back():
        echo.run("reply.send(ask.recv())", channels={"ask": tasks_recv, "reply": results_send})
    thread = threading.Thread(target=back)
    thread.start()
    tasks_send.send(value)
    got = results_recv.recv()
    thread.join()
    print(got == value, type(got) is type(value))
for value in ([], {}, object(), (1, []), print):
    try:
        tasks_send.send_nowait(value)
    except Exception as e:
        print(type(e).__name__)
try:
    echo.run("def f():\n    raise KeyError('inside')\nf()")
except interpreters.RunFailedError as e:
    print("RunFailedError", type(e.__cause__).__name__, "KeyError" in str(e))
echo.close()
