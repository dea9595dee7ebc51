# time: clocks and sleeping.
import time
a = time.monotonic()
time.sleep(0.01)
print(time.monotonic() > a, time.time() > 1e9, time.strftime("%Y-%m-%d", time.gmtime(0)))
