# os.path: joining and splitting.
import os.path
print(os.path.join("a", "b", "c.txt"), os.path.split("/x/y"), os.path.splitext("f.tar.gz"), os.path.basename("/q/r"), os.path.normpath("a/../b"), os.path.exists("/nonexistent"), os.path.isdir("/"))
