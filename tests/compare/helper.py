value = 42
def double(x):
    return x * 2
print('helper runs', __name__)
