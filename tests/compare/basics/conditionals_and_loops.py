# if, while, for, break, continue, else, pass.
for i in range(6):
    if i == 1:
        continue
    elif i == 4:
        break
    else:
        print("i", i)
else:
    print("not reached")
n = 3
while n:
    n -= 1
    if n == 5:
        break
else:
    print("done", n)
for i in []:
    pass
else:
    print("empty")
print("yes" if n == 0 else "no", n or "zero", n and "x", not n)
x = 5
print(1 < x < 10, 1 < x > 7, x == 5 != 6)
