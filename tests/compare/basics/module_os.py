# os: listing, making, removing.
import os
os.mkdir("d")
open("d/f", "w").close()
print(os.listdir("d"), os.path.isfile("d/f"), "HOME" in os.environ, os.getcwd() == os.path.realpath("."))
os.remove("d/f")
os.rmdir("d")
print(os.listdir("."))
