# heapq and bisect.
import bisect
import heapq
h = [5, 1, 4]
heapq.heapify(h)
heapq.heappush(h, 2)
print([heapq.heappop(h) for _ in range(4)], bisect.bisect([1, 3, 5], 3), heapq.nlargest(2, [1, 9, 3]))
