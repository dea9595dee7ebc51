"""An operating-system scheduler in objects: attribute access, methods, polymorphism."""


class Packet:
    def __init__(self, link, device, kind):
        self.link, self.device, self.kind = link, device, kind
        self.datum = 0
        self.data = [0, 0, 0, 0]

    def append_to(self, queue):
        self.link = None
        if queue is None:
            return self
        last = queue
        while last.link is not None:
            last = last.link
        last.link = self
        return queue


class Task:
    def __init__(self, scheduler, ident, priority, queue, ready):
        self.scheduler, self.ident, self.priority, self.queue = scheduler, ident, priority, queue
        self.packet_pending = queue is not None
        self.waiting = not ready
        self.holding = False
        scheduler.add(self)

    def add_packet(self, packet, sender):
        if self.queue is None:
            self.queue = packet
            self.packet_pending = True
            if self.priority > sender.priority:
                return self
        else:
            packet.append_to(self.queue)
        return sender

    def step(self):
        message = None
        if self.packet_pending and self.waiting and not self.holding:
            message = self.queue
            self.queue = message.link
            self.packet_pending = self.queue is not None
            self.waiting = False
        return self.work(message)

    def runnable(self):
        return not self.holding and (not self.waiting or self.packet_pending)

    def wait(self):
        self.waiting = True
        return self

    def hold(self):
        self.scheduler.holds += 1
        self.holding = True
        return self.scheduler.next_of[self.ident]

    def send(self, packet):
        target = self.scheduler.tasks[packet.device]
        self.scheduler.sent += 1
        packet.link = None
        packet.device = self.ident
        return target.add_packet(packet, self)

    def release(self, ident):
        task = self.scheduler.tasks[ident]
        task.holding = False
        return task if task.priority > self.priority else self


class Idle(Task):
    def __init__(self, scheduler, ident, count):
        super().__init__(scheduler, ident, 0, None, True)
        self.seed, self.count = 1, count

    def work(self, packet):
        self.count -= 1
        if self.count == 0:
            return self.hold()
        if self.seed & 1 == 0:
            self.seed >>= 1
            return self.release(4)
        self.seed = (self.seed >> 1) ^ 0xD008
        return self.release(5)


class Worker(Task):
    def __init__(self, scheduler, ident, priority, queue):
        super().__init__(scheduler, ident, priority, queue, False)
        self.destination, self.letter = 2, 0

    def work(self, packet):
        if packet is None:
            return self.wait()
        self.destination = 5 - self.destination
        packet.device = self.destination
        packet.datum = 0
        for i in range(4):
            self.letter = self.letter % 26 + 1
            packet.data[i] = 64 + self.letter
        return self.send(packet)


class Handler(Task):
    def __init__(self, scheduler, ident, priority, queue):
        super().__init__(scheduler, ident, priority, queue, False)
        self.work_queue = self.device_queue = None

    def work(self, packet):
        if packet is not None:
            if packet.kind == "work":
                self.work_queue = packet.append_to(self.work_queue)
            else:
                self.device_queue = packet.append_to(self.device_queue)
        work = self.work_queue
        if work is None:
            return self.wait()
        if work.datum >= 4:
            self.work_queue = work.link
            return self.send(work)
        device = self.device_queue
        if device is None:
            return self.wait()
        self.device_queue = device.link
        device.datum = work.data[work.datum]
        work.datum += 1
        return self.send(device)


class Device(Task):
    def __init__(self, scheduler, ident, priority):
        super().__init__(scheduler, ident, priority, None, False)
        self.pending = None

    def work(self, packet):
        if packet is None:
            if self.pending is None:
                return self.wait()
            packet, self.pending = self.pending, None
            return self.send(packet)
        self.pending = packet
        return self.hold()


class Scheduler:
    def __init__(self):
        self.tasks, self.next_of, self.order = {}, {}, []
        self.holds = self.sent = 0

    def add(self, task):
        self.tasks[task.ident] = task
        self.next_of[task.ident] = self.order[-1] if self.order else None
        self.order.append(task)

    def run(self):
        task = self.order[-1]
        while task is not None:
            if task.runnable():
                task = task.step()
            else:
                task = self.next_of[task.ident]


def once():
    s = Scheduler()
    Idle(s, 0, 3000)
    Worker(s, 1, 1000, Packet(Packet(None, 1, "work"), 1, "work"))
    for ident in (2, 3):
        queue = None
        for _ in range(3):
            queue = Packet(queue, 4 + ident - 2, "device")
        Handler(s, ident, ident * 1000, queue)
    Device(s, 4, 4000)
    Device(s, 5, 5000)
    s.run()
    return s.sent, s.holds


for _ in range(50):
    result = once()
print(result)
