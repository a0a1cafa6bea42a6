import { closeSync, openSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type Coroutine,
  ContextVar,
  copyContext,
  type EventLoop,
  PermissionError,
  RuntimeError,
  SelectorEventLoop,
  sleep,
  ValueError,
} from '../../src/index.js';
import {
  EpollSelector,
  EVENT_READ,
  EVENT_WRITE,
  PollSelector,
  SelectSelector,
} from '../../src/selectors/index.js';
import { type socket, socketpair } from '../../src/socket/index.js';
import { VirtualEventLoop } from '../../src/testing/index.js';
import { noAddon } from '../helpers/addon.js';
import { runChild } from '../helpers/child.js';
import { blocking, hosted, virtual } from '../helpers/drivers.js';

const nothing = (): void => undefined;
const BOTH = EVENT_READ | EVENT_WRITE;

const selectors = { EpollSelector, PollSelector, SelectSelector };
const matrix = [hosted, blocking, virtual].flatMap((driver) =>
  Object.entries(selectors).map(([name, Selector]) => ({
    driver,
    Selector,
    title: `${name}, ${driver.name}`,
  })),
);

describe.skipIf(noAddon).each(matrix)('addReader and addWriter ($title)', ({ driver, Selector }) => {
  let loop: EventLoop;
  let ours: socket;
  let theirs: socket;
  const calls: string[] = [];
  const note = (text: string): unknown => calls.push(text);

  /** The events that the selector waits for on our socket. */
  const events = (): number => loop._selector!.getMap()!.get(ours.fileno())?.events ?? 0;
  const run = (coro: Coroutine): Promise<void> => driver.runUntilComplete(loop, coro);

  /** Wait in turns, for at most a good while, until `condition` is true. */
  function* until(condition: () => boolean): Coroutine {
    for (let i = 0; i < 500 && !condition(); i++) yield* sleep(0.002);
  }

  beforeEach(() => {
    const Loop = driver === virtual ? VirtualEventLoop : SelectorEventLoop;
    loop = new Loop(new Selector());
    [ours, theirs] = socketpair();
    for (const sock of [ours, theirs]) sock.setblocking(false);
    calls.length = 0;
  });
  afterEach(() => {
    loop.close();
    ours.close();
    theirs.close();
  });

  it('calls a reader with its arguments while there is something to read, and no more once it is removed', async () => {
    loop.addReader(
      ours,
      (greeting: string) => {
        note(`${greeting} ${ours.recv(5).toString()}`);
        if (calls.length === 2) loop.removeReader(ours);
      },
      'got',
    );
    theirs.send('firstsecond');
    await run(until(() => calls.length >= 2));
    theirs.send('third');
    await run(sleep(0.004));
    expect(calls).toEqual(['got first', 'got secon']);
  });

  it('calls a reader at the end of the stream', async () => {
    loop.addReader(ours.fileno(), () => {
      note(`read ${String(ours.recv(10).length)}`);
      loop.removeReader(ours.fileno());
    });
    theirs.close();
    await run(until(() => calls.length > 0));
    expect(calls).toEqual(['read 0']);
  });

  it('calls a writer while there is room, and no more once it is removed', async () => {
    let count = 0;
    loop.addWriter(ours, () => {
      ours.send('x');
      if (++count === 3) loop.removeWriter(ours);
    });
    await run(until(() => count >= 3));
    await run(sleep(0.004));
    expect(count).toBe(3);
    expect(theirs.recv(10).toString()).toBe('xxx');
  });

  it('waits for a descriptor when there is nothing else to do', async () => {
    loop.addReader(ours, () => {
      note(ours.recv(10).toString());
      loop.stop();
    });
    theirs.send('hello');
    await driver.runForever(loop);
    expect(calls).toEqual(['hello']);
  });

  it('calls both, first the reader, on one descriptor', async () => {
    loop.addWriter(ours, note, 'write');
    loop.addReader(ours, note, 'read');
    theirs.send('x');
    loop.stop();
    await driver.runForever(loop);
    expect(calls).toEqual(['read', 'write']);
  });

  it('calls what callSoon queued, then descriptors, then timers', async () => {
    theirs.send('x');
    loop.addReader(ours, () => {
      note('reader');
      loop.removeReader(ours);
    });
    loop.callLater(0, note, 'timer');
    loop.callSoon(note, 'soon');
    await run(until(() => calls.length === 3));
    expect(calls).toEqual(['soon', 'reader', 'timer']);
  });

  it('replaces a callback for the same event, and keeps that for the other', () => {
    expect(events()).toBe(0);
    loop.addReader(ours, note, 'old');
    const old = loop._handleOf(ours.fileno(), EVENT_READ);
    expect(events()).toBe(EVENT_READ);
    loop.addReader(ours, note, 'new');
    expect(old!.cancelled()).toBe(true);
    expect(loop._handleOf(ours.fileno(), EVENT_READ)).not.toBe(old);
    expect(loop._handleOf(ours.fileno(), EVENT_WRITE)).toBe(null);
    expect(events()).toBe(EVENT_READ);
    expect(loop._watched).toBe(1);

    const reader = loop._handleOf(ours.fileno(), EVENT_READ);
    loop.addWriter(ours, note, 'writer');
    expect(events()).toBe(BOTH);
    expect(loop._handleOf(ours.fileno(), EVENT_READ)).toBe(reader);
    expect(reader!.cancelled()).toBe(false);

    const writer = loop._handleOf(ours.fileno(), EVENT_WRITE);
    loop.addWriter(ours, note, 'new writer');
    expect(writer!.cancelled()).toBe(true);
    expect(loop._watched).toBe(1);
  });

  it('adds a reader beside a writer', () => {
    loop.addWriter(ours, nothing);
    const writer = loop._handleOf(ours.fileno(), EVENT_WRITE);
    loop.addReader(ours, nothing);
    expect(events()).toBe(BOTH);
    expect(loop._handleOf(ours.fileno(), EVENT_WRITE)).toBe(writer);
  });

  it('removes one and keeps the other', () => {
    loop.addReader(ours, nothing);
    loop.addWriter(ours, nothing);
    const reader = loop._handleOf(ours.fileno(), EVENT_READ)!;
    expect(loop.removeReader(ours)).toBe(true);
    expect(reader.cancelled()).toBe(true);
    expect(events()).toBe(EVENT_WRITE);
    expect(loop.removeReader(ours)).toBe(false);

    loop.addReader(ours, nothing);
    const writer = loop._handleOf(ours.fileno(), EVENT_WRITE)!;
    expect(loop.removeWriter(ours)).toBe(true);
    expect(writer.cancelled()).toBe(true);
    expect(events()).toBe(EVENT_READ);
    expect(loop.removeWriter(ours)).toBe(false);

    expect(loop.removeReader(ours)).toBe(true);
    expect(events()).toBe(0);
    expect(loop._watched).toBe(0);
  });

  it('has nothing to remove of what was never added', () => {
    expect(loop.removeReader(ours)).toBe(false);
    expect(loop.removeWriter(ours)).toBe(false);
    expect(loop.removeReader(999)).toBe(false);
  });

  it('does not call one that is removed by a callback of the same round', async () => {
    theirs.send('x');
    loop.addReader(ours, () => {
      note('reader');
      loop.removeReader(ours);
      loop.removeWriter(ours);
    });
    loop.addWriter(ours, note, 'never');
    await run(until(() => calls.length > 0));
    expect(calls).toEqual(['reader']);
  });

  it('calls in a copy of the context of the call', async () => {
    const variable = new ContextVar<string>('variable', { default: 'none' });
    copyContext().run(() => {
      variable.set('then');
      loop.addReader(ours, () => {
        note(variable.get());
        loop.removeReader(ours);
      });
    });
    theirs.send('x');
    await run(until(() => calls.length > 0));
    expect(calls).toEqual(['then']);
  });

  it('refuses what is no descriptor', () => {
    expect(() => {
      loop.addReader('file' as never, nothing);
    }).toThrow(ValueError);
    expect(() => {
      loop.addWriter(-1, nothing);
    }).toThrow(new ValueError('Invalid file descriptor: -1'));
    ours.close();
    expect(() => {
      loop.addReader(ours, nothing);
    }).toThrow(ValueError);
    expect(() => loop.removeReader({} as never)).toThrow(ValueError);
  });

  it('refuses everything new on a closed loop; removing is harmless', () => {
    loop.addReader(ours, nothing);
    loop.addWriter(ours, nothing);
    loop.close();
    loop.close();
    expect(loop.removeReader(ours)).toBe(false);
    expect(loop.removeWriter(ours)).toBe(false);
    expect(() => {
      loop.addReader(ours, nothing);
    }).toThrow(new RuntimeError('Event loop is closed'));
    expect(() => {
      loop.addWriter(ours, nothing);
    }).toThrow(new RuntimeError('Event loop is closed'));
  });

  it('reports a callback that fails, and goes on', async () => {
    const failures: unknown[] = [];
    loop.setExceptionHandler((_loop, { exception }) => failures.push(exception));
    loop.addReader(ours, () => {
      ours.recv(10);
      throw new Error('no');
    });
    theirs.send('x');
    await run(until(() => failures.length > 0));
    expect(failures).toEqual([new Error('no')]);
  });

  it('handles one event once, around stop() too', async () => {
    loop.addReader(ours, () => {
      note(ours.recv(100).toString());
      loop.stop();
    });
    theirs.send('x');
    await driver.runForever(loop);
    expect(calls).toEqual(['x']);
    loop.stop();
    await driver.runForever(loop);
    expect(calls).toEqual(['x']);
  });
});

describe.skipIf(noAddon).each(Object.entries(selectors))('a parked hosted loop on %s', (_, Selector) => {
  let loop: SelectorEventLoop;
  let pairs: [socket, socket][];
  const nodeTimer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  beforeEach(() => {
    loop = new SelectorEventLoop(new Selector());
    pairs = [socketpair(), socketpair()];
    for (const sock of pairs.flat()) sock.setblocking(false);
  });
  afterEach(() => {
    loop.close();
    for (const sock of pairs.flat()) sock.close();
  });

  it('learns of readers and writers that Node’s callbacks add and remove', async () => {
    const [[a, b], [c, d]] = pairs as [[socket, socket], [socket, socket]];
    const calls: string[] = [];
    const end = loop.runForever();
    await nodeTimer(2);
    loop.addReader(a, () => calls.push(`a ${a.recv(10).toString()}`));
    await nodeTimer(2);
    b.send('1');
    await nodeTimer(20);
    expect(calls).toEqual(['a 1']);

    loop.addReader(c, () => calls.push(`c ${c.recv(10).toString()}`));
    loop.addWriter(c, () => {
      calls.push('c writes');
      loop.removeWriter(c);
    });
    await nodeTimer(20);
    expect(calls).toEqual(['a 1', 'c writes']);

    loop.removeReader(a);
    b.send('2');
    d.send('3');
    await nodeTimer(20);
    expect(calls).toEqual(['a 1', 'c writes', 'c 3']);

    // The last one goes, and one comes again.
    loop.removeReader(c);
    await nodeTimer(2);
    loop.addReader(a, () => {
      calls.push(`a ${a.recv(10).toString()}`);
      loop.stop();
    });
    await end;
    expect(calls).toEqual(['a 1', 'c writes', 'c 3', 'a 2']);
  });

  it('looks again before it parks, if several were ready: more of them may be', async () => {
    const [[a, b], [c, d]] = pairs as [[socket, socket], [socket, socket]];
    const calls: string[] = [];
    loop.addReader(a, () => {
      calls.push(`a ${a.recv(10).toString()}`);
      if (calls.length > 3) loop.stop();
    });
    loop.addReader(c, () => {
      calls.push(`c ${c.recv(10).toString()}`);
      setImmediate(() => {
        calls.push('node');
        b.send('3');
      });
      b.send('2');
    });
    const end = loop.runForever();
    await nodeTimer(2);
    b.send('1');
    d.send('1');
    await end;
    expect(calls.slice(0, 2).sort()).toEqual(['a 1', 'c 1']);
    expect(calls.slice(2)).toEqual(['a 2', 'node', 'a 3']);
  });

  it('lets Node have its turn, however many are ready in each round', async () => {
    let calls = 0;
    for (const [one, other] of pairs) {
      const answer = (from: socket): void => {
        calls++;
        from.send(from.recv(10));
      };
      loop.addReader(one, answer, one);
      loop.addReader(other, answer, other);
      one.send('x');
      other.send('x');
    }
    const end = loop.runForever();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toBeGreaterThan(0);
    loop.stop();
    await end;
  });
});

describe.skipIf(noAddon)('a hosted loop on a selector that is watched one by one', () => {
  it('fails with the error of the system for what cannot be watched', async () => {
    const loop = new SelectorEventLoop(new PollSelector());
    const file = openSync(new URL(import.meta.url), 'r');
    // poll(2) takes a file, which is always ready; Node's loop does not.
    loop.addReader(file, nothing);
    // The rounds of a loop that always has something ready would not end.
    loop._select = nothing;
    await expect(loop.runForever()).rejects.toThrow(PermissionError);
    closeSync(file);
    loop.close();
  });
});

class CountingSelector extends SelectSelector {
  calls = 0;

  override select(timeout?: number | null): ReturnType<SelectSelector['select']> {
    this.calls++;
    return super.select(timeout);
  }
}

describe.skipIf(noAddon).each([hosted, blocking])(
  'a selector with a select of its own, on the $name driver',
  (driver) => {
    it('has that called, with nothing to watch too', async () => {
      const selector = new CountingSelector();
      const loop = new SelectorEventLoop(selector);
      await driver.runUntilComplete(loop, sleep(0.002));
      expect(selector.calls).toBeGreaterThan(0);
      loop.close();
    });

    it('gives the loop what it returns: callbacks for reading and for writing', async () => {
      const selector = new CountingSelector();
      const loop = new SelectorEventLoop(selector);
      const [a, b] = socketpair();
      const calls: string[] = [];
      loop.addWriter(a, () => {
        calls.push('writes');
        loop.removeWriter(a);
        b.send('data');
      });
      loop.addReader(a, () => {
        calls.push(a.recv(10).toString());
        loop.stop();
      });
      await driver.runForever(loop);
      expect(calls).toEqual(['writes', 'data']);
      expect(selector.calls).toBeGreaterThan(1);
      loop.close();
      a.close();
      b.close();
    });
  },
);

describe.skipIf(noAddon)('a descriptor that was closed while it was watched', () => {
  it('does no harm where its duplicate is ready for ever', () => {
    const loop = new SelectorEventLoop(new EpollSelector());
    const [a, b] = socketpair();
    const [c, d] = socketpair();
    const calls: string[] = [];
    const fd = a.fileno();
    const duplicate = a.dup();
    loop.addReader(a, () => calls.push('closed'));
    loop.addReader(c, () => calls.push('open'));
    a.close();
    // Too late for the system: epoll goes on to tell of what the duplicate keeps open.
    expect(loop.removeReader(fd)).toBe(true);
    b.send('x');
    loop.runUntilCompleteSync(sleep(0.005));
    expect(calls).toEqual([]);
    loop.close();
    for (const sock of [duplicate, b, c, d]) sock.close();
  });
});

describe('without the addon', () => {
  it('a loop has no selector, and says why where one is needed', async () => {
    vi.resetModules();
    vi.stubEnv('TSYNCIO_NO_ADDON', '1');
    onTestFinished(() => {
      vi.unstubAllEnvs();
      vi.resetModules();
    });
    const { EventLoop } = await import('../../src/index.js');
    const loop = new EventLoop();
    expect(() => {
      loop.addReader(0, nothing);
    }).toThrow('the tsyncio addon is not available: TSYNCIO_NO_ADDON=1 is set');
    expect(loop.removeReader(0)).toBe(false);
    loop.close();
  });

  it('a loop runs, but refuses to watch descriptors, and says why', async () => {
    const { stdout, stderr } = await runChild(
      `
      import { EventLoop, sleep } from 'tsyncio';
      const loop = new EventLoop();
      for (const use of ['addReader', 'addWriter']) {
        try {
          loop[use](0, () => undefined);
        } catch (error) {
          console.log(error.name, error.code, error.message);
        }
      }
      console.log(loop.removeReader(0), loop.removeWriter(0));
      console.log(loop.runUntilCompleteSync(sleep(0.01, 'ran')), await loop.runUntilComplete(sleep(0.01, 'hosted')));
      loop.close();
      `,
      { env: { TSYNCIO_NO_ADDON: '1' } },
    );
    const refusal =
      'OSError ERR_TSYNCIO_NO_ADDON the tsyncio addon is not available: TSYNCIO_NO_ADDON=1 is set';
    expect(stderr).toBe('');
    expect(stdout.trimEnd().split('\n')).toEqual([refusal, refusal, 'false false', 'ran hosted']);
  });
});

describe('a loop whose selector was taken away', () => {
  it('closes all the same', () => {
    const loop = new SelectorEventLoop();
    loop._selector?.close();
    loop._selector = null;
    expect(() => {
      loop.addReader(0, nothing);
    }).toThrow(/^(this loop has no selector|the tsyncio addon)/);
    loop.close();
    expect(loop.isClosed()).toBe(true);
  });
});
