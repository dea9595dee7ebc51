"""The chaos game on splines: objects with float attributes, operator methods, random."""
import math
import random


class Vector:
    def __init__(self, x=0.0, y=0.0):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def length(self):
        return math.sqrt(self.x * self.x + self.y * self.y)


class Spline:
    def __init__(self, points):
        self.points = points

    def at(self, t):
        points = self.points
        while len(points) > 1:
            points = [a * (1 - t) + b * t for a, b in zip(points, points[1:])]
        return points[0]


def game(width, height, iterations):
    rng = random.Random(1234)
    splines = [Spline([Vector(rng.random(), rng.random()) for _ in range(4)]) for _ in range(3)]
    image = [[0] * width for _ in range(height)]
    point = Vector(0.5, 0.5)
    travelled = 0.0
    for _ in range(iterations):
        spline = splines[int(rng.random() * 3)]
        target = spline.at(point.x if rng.random() < 0.5 else point.y)
        step = (target - point) * 0.5
        travelled += step.length()
        point = point + step
        image[min(int(point.y * height), height - 1)][min(int(point.x * width), width - 1)] += 1
    return sum(1 for row in image for cell in row if cell), travelled


count, travelled = game(200, 200, 80000)
print(count, f"{travelled:.6f}")
