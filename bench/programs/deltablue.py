"""A one-way constraint solver: class hierarchies, virtual methods, lists of objects."""
STRENGTHS = ["required", "strong preferred", "preferred", "strong default", "normal", "weak default", "weakest"]
REQUIRED, STRONG, PREFERRED, STRONG_DEFAULT, NORMAL, WEAK, WEAKEST = range(7)


class Variable:
    def __init__(self, name, value=0):
        self.name, self.value = name, value
        self.constraints = []
        self.determined_by = None
        self.mark = 0
        self.walk_strength = WEAKEST
        self.stay = True


class Constraint:
    def __init__(self, strength):
        self.strength = strength

    def add(self):
        self.register()
        planner.incremental_add(self)

    def destroy(self):
        if self.satisfied():
            planner.incremental_remove(self)
        self.unregister()

    def satisfy(self, mark):
        self.choose(mark)
        if not self.satisfied():
            if self.strength == REQUIRED:
                raise RuntimeError("a required constraint cannot be satisfied")
            return None
        for variable in self.inputs():
            variable.mark = mark
        out = self.output()
        overridden = out.determined_by
        if overridden is not None:
            overridden.unsatisfy()
        out.determined_by = self
        planner.propagate(self, mark)
        out.mark = mark
        return overridden

    def inputs_known(self, mark):
        for variable in self.inputs():
            if not (variable.mark == mark or variable.stay or variable.determined_by is None):
                return False
        return True


class Unary(Constraint):
    is_input = False

    def __init__(self, variable, strength):
        super().__init__(strength)
        self.out, self.ok = variable, False
        self.add()

    def register(self):
        self.out.constraints.append(self)
        self.ok = False

    def unregister(self):
        self.out.constraints.remove(self)
        self.ok = False

    def choose(self, mark):
        self.ok = self.out.mark != mark and self.strength < self.out.walk_strength

    def satisfied(self):
        return self.ok

    def unsatisfy(self):
        self.ok = False

    def inputs(self):
        return ()

    def output(self):
        return self.out

    def recalculate(self):
        self.out.walk_strength = self.strength
        self.out.stay = not self.is_input
        if self.out.stay:
            self.execute()

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    is_input = True


class Binary(Constraint):
    def __init__(self, first, second, strength):
        super().__init__(strength)
        self.first, self.second, self.direction = first, second, 0
        self.add()

    def variables(self):
        return (self.first, self.second)

    def register(self):
        for variable in self.variables():
            variable.constraints.append(self)
        self.direction = 0

    def unregister(self):
        for variable in self.variables():
            variable.constraints.remove(self)
        self.direction = 0

    def choose(self, mark):
        a, b = self.first, self.second
        if a.mark == mark:
            self.direction = 1 if b.mark != mark and self.strength < b.walk_strength else 0
        elif b.mark == mark:
            self.direction = -1 if self.strength < a.walk_strength else 0
        elif a.walk_strength > b.walk_strength:
            self.direction = -1 if self.strength < a.walk_strength else 0
        else:
            self.direction = 1 if self.strength < b.walk_strength else 0

    def satisfied(self):
        return self.direction != 0

    def unsatisfy(self):
        self.direction = 0

    def input(self):
        return self.first if self.direction == 1 else self.second

    def inputs(self):
        return (self.input(),)

    def output(self):
        return self.second if self.direction == 1 else self.first

    def recalculate(self):
        source, out = self.input(), self.output()
        out.walk_strength = max(self.strength, source.walk_strength)
        out.stay = source.stay
        if out.stay:
            self.execute()


class Equal(Binary):
    def execute(self):
        self.output().value = self.input().value


class Scale(Binary):
    def __init__(self, source, scale, offset, target, strength):
        self.scale, self.offset = scale, offset
        super().__init__(source, target, strength)

    def variables(self):
        return (self.first, self.second, self.scale, self.offset)

    def inputs(self):
        return (self.input(), self.scale, self.offset)

    def execute(self):
        if self.direction == 1:
            self.second.value = self.first.value * self.scale.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.scale.value


class Planner:
    def __init__(self):
        self.mark = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def incremental_add(self, constraint):
        mark = self.new_mark()
        while constraint is not None:
            constraint = constraint.satisfy(mark)

    def incremental_remove(self, constraint):
        out = constraint.output()
        constraint.unsatisfy()
        constraint.unregister()
        unsatisfied = self.remove_from(out)
        constraint.register()
        unsatisfied.sort(key=lambda c: c.strength)
        for other in unsatisfied:
            if other is not constraint:
                self.incremental_add(other)

    def remove_from(self, out):
        out.determined_by, out.walk_strength, out.stay = None, WEAKEST, True
        unsatisfied, todo = [], [out]
        while todo:
            variable = todo.pop()
            for c in variable.constraints:
                if not c.satisfied():
                    unsatisfied.append(c)
            for c in variable.constraints:
                if c is not variable.determined_by and c.satisfied():
                    c.recalculate()
                    todo.append(c.output())
        return unsatisfied

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            c = todo.pop()
            if c.output().mark == mark:
                raise RuntimeError("cycle")
            c.recalculate()
            for d in c.output().constraints:
                if d is not c.output().determined_by and d.satisfied():
                    todo.append(d)

    def plan(self, sources):
        mark, plan, todo = self.new_mark(), [], list(sources)
        while todo:
            c = todo.pop()
            out = c.output()
            if out.mark != mark and c.inputs_known(mark):
                plan.append(c)
                out.mark = mark
                for d in out.constraints:
                    if d is not out.determined_by and d.satisfied():
                        todo.append(d)
        return plan


def change(variable, value):
    edit = Edit(variable, PREFERRED)
    plan = planner.plan([edit])
    for _ in range(10):
        variable.value = value
        for constraint in plan:
            constraint.execute()
    edit.destroy()


def chain(n):
    global planner
    planner = Planner()
    variables = [Variable(f"v{i}") for i in range(n + 1)]
    for a, b in zip(variables, variables[1:]):
        Equal(a, b, REQUIRED)
    Stay(variables[-1], STRONG_DEFAULT)
    edit = Edit(variables[0], PREFERRED)
    plan = planner.plan([edit])
    total = 0
    for i in range(100):
        variables[0].value = i
        for constraint in plan:
            constraint.execute()
        total += variables[-1].value
    return total


def projection(n):
    global planner
    planner = Planner()
    scale, offset = Variable("scale", 10), Variable("offset", 1000)
    pairs = []
    for i in range(n):
        source, target = Variable("src", i), Variable("dst", i)
        pairs.append((source, target))
        Stay(source, NORMAL)
        Scale(source, scale, offset, target, REQUIRED)
    change(pairs[0][0], 17)
    first = pairs[0][1].value
    change(pairs[0][1], 1050)
    change(scale, 5)
    change(offset, 2000)
    return first, pairs[0][0].value, sum(target.value for _source, target in pairs[:-1])


print([chain(600) for _ in range(16)], [projection(600) for _ in range(16)])
