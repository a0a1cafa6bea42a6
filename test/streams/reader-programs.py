"""Writes reader-programs.jsonl.gz: random programs on a StreamReader, with what CPython's does.

    python3.13 reader-programs.py 400 1 | gzip -9n > reader-programs.jsonl.gz

A program is a limit and a list of steps. After each step the loop makes three rounds; then it is noted what reads have
ended, and how, how much is buffered, and what the transport was told.
"""
import asyncio
import json
import random
import sys

SEPARATORS = ['\n', 'ab', 'aab', ['a', 'b'], ['ab', 'b'], ['bc', 'abc'], ['\n', 'cb\n']]


class Transport:
    def __init__(self):
        self.calls = []

    def pause_reading(self):
        self.calls.append('pause')

    def resume_reading(self):
        self.calls.append('resume')


def make_step(rnd):
    kind = rnd.choices(
        ['feed', 'read', 'line', 'exactly', 'until', 'cancel', 'eof', 'fail'], [10, 3, 3, 3, 4, 1, 0.4, 0.3])[0]
    if kind == 'feed':
        return [kind, ''.join(rnd.choices('abc\n', [4, 4, 1, 1], k=rnd.choice([1, 1, 2, 3, 5, 9])))]
    if kind == 'read':
        return [kind, rnd.choice([-1, 0, 1, 2, 5, 20])]
    if kind == 'exactly':
        return [kind, rnd.choice([-1, 0, 1, 3, 8, 15])]
    if kind == 'until':
        return [kind, rnd.choice(SEPARATORS)]
    return [kind]


def separator_of(value):
    return tuple(v.encode() for v in value) if isinstance(value, list) else value.encode()


def start(reader, step):
    kind = step[0]
    if kind == 'read':
        return reader.read(step[1])
    if kind == 'line':
        return reader.readline()
    if kind == 'exactly':
        return reader.readexactly(step[1])
    return reader.readuntil(separator_of(step[1]))


def outcome(task):
    if task.cancelled():
        return 'cancelled'
    e = task.exception()
    if e is None:
        return task.result().decode()
    extra = {}
    if isinstance(e, asyncio.IncompleteReadError):
        extra = {'partial': e.partial.decode(), 'expected': e.expected}
    if isinstance(e, asyncio.LimitOverrunError):
        extra = {'consumed': e.consumed}
    return {'name': type(e).__name__, 'message': str(e), **extra}


async def run(limit, steps):
    reader = asyncio.StreamReader(limit=limit)
    transport = Transport()
    reader.set_transport(transport)
    tasks, ended, trace = [], set(), []
    for step in steps:
        kind = step[0]
        if kind == 'feed':
            reader.feed_data(step[1].encode())
        elif kind == 'eof':
            reader.feed_eof()
        elif kind == 'fail':
            reader.set_exception(OSError('failed'))
        elif kind == 'cancel':
            for task in tasks:
                task.cancel()
        else:
            tasks.append(asyncio.ensure_future(start(reader, step)))
        for _ in range(3):
            await asyncio.sleep(0)
        done = []
        for i, task in enumerate(tasks):
            if task.done() and i not in ended:
                ended.add(i)
                done.append([i, outcome(task)])
        trace.append([done, len(reader._buffer), reader.at_eof(), transport.calls[:]])
        transport.calls.clear()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return trace


def main(count, seed):
    rnd = random.Random(seed)
    for _ in range(count):
        limit = rnd.choice([1, 2, 3, 5, 8, 100])
        steps = []
        for _ in range(rnd.randint(3, 25)):
            step = make_step(rnd)
            if step[0] == 'feed' and any(s[0] == 'eof' for s in steps):
                continue
            steps.append(step)
        trace = asyncio.run(run(limit, steps))
        print(json.dumps({'limit': limit, 'steps': steps, 'trace': trace}, separators=(',', ':')))


main(int(sys.argv[1]), int(sys.argv[2]))
