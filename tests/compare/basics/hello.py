# The least a runtime does: print text.
print("hello, world")
