"""The cases of cases.mjs on asyncio, or with --uvloop on uvloop.  Prints JSON: nanoseconds of CPU time an operation."""
import asyncio
import json
import sys
import time


async def dive(depth, times):
    if depth > 1:
        await dive(depth - 1, times)
        return
    for _ in range(times):
        await asyncio.sleep(0)


async def nothing():
    pass


async def yield_times(times):
    for _ in range(times):
        await asyncio.sleep(0)


async def one_task(ops):
    await yield_times(ops)


async def thousand_tasks(ops):
    tasks = [asyncio.create_task(yield_times(ops // 1000)) for _ in range(1000)]
    for task in tasks:
        await task


async def create_await(ops):
    for _ in range(ops):
        await asyncio.create_task(nothing())


async def create_await_once(ops):
    for _ in range(ops):
        await asyncio.create_task(yield_times(1))


async def create_await_named(ops):
    for _ in range(ops):
        await asyncio.create_task(nothing(), name="worker")


async def eager_task(ops):
    loop = asyncio.get_running_loop()
    for _ in range(ops):
        await asyncio.Task(nothing(), loop=loop, eager_start=True)


async def eager_task_once(ops):
    loop = asyncio.get_running_loop()
    for _ in range(ops):
        await asyncio.Task(yield_times(1), loop=loop, eager_start=True)


async def eager_factory(ops):
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    for _ in range(ops):
        await asyncio.create_task(nothing(), name="worker")


async def future_wake(ops):
    loop = asyncio.get_running_loop()
    future = loop.create_future()

    async def consume():
        for _ in range(ops):
            await future

    consumer = asyncio.create_task(consume())
    await asyncio.sleep(0)
    for _ in range(ops):
        done = future
        future = loop.create_future()
        done.set_result(None)
        await asyncio.sleep(0)
    await consumer


async def gather_many(ops):
    for _ in range(ops // 10_000):
        await asyncio.gather(*[yield_times(1) for _ in range(10_000)])


async def timer_cancel(ops):
    loop = asyncio.get_running_loop()

    def callback():
        pass

    for i in range(ops):
        loop.call_later(10, callback).cancel()
        if i % 100 == 0:
            await asyncio.sleep(0)


async def timer_fire(ops):
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    left = ops

    def callback():
        nonlocal left
        left -= 1
        if left == 0:
            done.set_result(None)

    for i in range(ops):
        loop.call_later((i % 50) / 10_000, callback)
    await done


CASES = [
    ("sleep(0), 1 task", 100_000, one_task),
    ("sleep(0), 1,000 tasks", 200_000, thousand_tasks),
    ("create + await a task", 50_000, create_await),
    ("create + await a task that yields once", 50_000, create_await_once),
    ("create + await a task with a name", 50_000, create_await_named),
    ("future: setResult to resumption", 50_000, future_wake),
    ("gather of 10,000", 20_000, gather_many),
    ("timer set and cancelled", 100_000, timer_cancel),
    ("timer that fires", 50_000, timer_fire),
    ("yield* depth 1", 100_000, lambda ops: dive(1, ops)),
    ("yield* depth 10", 50_000, lambda ops: dive(10, ops)),
    ("yield* depth 100", 10_000, lambda ops: dive(100, ops)),
]

if sys.version_info >= (3, 12):
    CASES += [
        ("eager task that ends at once", 50_000, eager_task),
        ("eager task that yields once", 50_000, eager_task_once),
        ("eager task by the factory", 50_000, eager_factory),
    ]


def main():
    rounds = int(sys.argv[1])
    if "--uvloop" in sys.argv:
        import uvloop
        uvloop.install()
    results = {}
    for name, ops, case in CASES:
        samples = []
        for _ in range(rounds):
            before = time.process_time_ns()
            asyncio.run(case(ops))
            samples.append((time.process_time_ns() - before) / ops)
        results[name] = samples
    print(json.dumps(results))


main()
