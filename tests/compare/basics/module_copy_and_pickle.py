# copy and pickle of plain data.
import copy
import pickle
data = {"a": [1, (2, 3)], "b": {4}}
other = copy.deepcopy(data)
other["a"].append(9)
print(data, other, pickle.loads(pickle.dumps(data)) == data)
