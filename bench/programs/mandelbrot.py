"""Mandelbrot set: float and complex loops, bytes output."""
import hashlib


def floats(size, limit):
    rows = bytearray()
    for py in range(size):
        ci = 2.0 * py / size - 1.0
        for px in range(size):
            cr = 2.0 * px / size - 1.5
            zr = zi = 0.0
            n = 0
            while n < limit and zr * zr + zi * zi < 4.0:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                n += 1
            rows.append(n)
    return rows


def complexes(size, limit):
    inside = 0
    for py in range(size):
        for px in range(size):
            c, z = complex(2.0 * px / size - 1.5, 2.0 * py / size - 1.0), 0j
            for _ in range(limit):
                z = z * z + c
                if abs(z) > 2.0:
                    break
            else:
                inside += 1
    return inside


print(hashlib.md5(floats(360, 60)).hexdigest(), complexes(260, 50))
