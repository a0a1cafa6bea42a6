"""A case of cases.mjs on asyncio, or with --uvloop on uvloop.  Prints JSON: nanoseconds of CPU time an operation."""
import asyncio
import json
import sys
import time


async def contend(what, times):
    for _ in range(times):
        await what.acquire()
        what.release()


async def free(ops):
    await contend(asyncio.Lock(), ops)


async def contended(what, places, count, ops):
    for _ in range(places):
        await what.acquire()
    tasks = [asyncio.create_task(contend(what, ops // count)) for _ in range(count)]
    await asyncio.sleep(0)
    for _ in range(places):
        what.release()
    for task in tasks:
        await task


async def produce(queue, times):
    for i in range(times):
        await queue.put(i)


async def consume(queue, times):
    for _ in range(times):
        await queue.get()


async def between(queue, pairs, ops):
    tasks = [asyncio.create_task(produce(queue, ops // pairs)) for _ in range(pairs)]
    tasks += [asyncio.create_task(consume(queue, ops // pairs)) for _ in range(pairs)]
    for task in tasks:
        await task


class Measure:
    spent = None

    def start(self):
        self.began = time.process_time_ns()

    def stop(self):
        self.spent = time.process_time_ns() - self.began


async def cancelled(ops, measure):
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(lock.acquire()) for _ in range(ops)]
    await asyncio.sleep(0)
    measure.start()
    for task in reversed(tasks):
        task.cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    measure.stop()
    assert all(task.cancelled() for task in tasks)


# Name, operations of a run, program.  Those of the last kind measure a part of themselves.
CASES = [
    ("lock, free", 200_000, lambda ops, _: free(ops)),
    ("lock, handed over between 2 tasks", 100_000, lambda ops, _: contended(asyncio.Lock(), 1, 2, ops)),
    ("queue of 1, between 2 tasks", 50_000, lambda ops, _: between(asyncio.Queue(1), 1, ops)),
    ("queue of 10, among 100 tasks", 50_000, lambda ops, _: between(asyncio.Queue(10), 50, ops)),
    ("semaphore of 10, 1,000 waiters", 50_000, lambda ops, _: contended(asyncio.Semaphore(10), 10, 1000, ops)),
    ("1,000 waiters cancelled, last first", 1_000, cancelled),
    ("10,000 waiters cancelled, last first", 10_000, cancelled),
]
LONG = ("100,000 waiters cancelled, last first", 100_000, cancelled)


async def measured(program, ops):
    measure = Measure()
    measure.start()
    await program(ops, measure)
    if measure.spent is None:
        measure.stop()
    return measure.spent / ops


def main():
    rounds, case = int(sys.argv[1]), sys.argv[2]
    runner = asyncio.run
    if "--uvloop" in sys.argv:
        import uvloop

        def runner(coro):
            asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
            return asyncio.run(coro)

    if "--full" in sys.argv and case == LONG[0]:
        print(json.dumps([runner(measured(LONG[2], LONG[1]))]))
    for name, ops, program in CASES:
        if name == case:
            runner(measured(program, ops))
            print(json.dumps([runner(measured(program, ops)) for _ in range(rounds)]))


main()
