import { describe, expect, test } from 'vitest';
import { type Watch, addon } from '../../src/platform/addon.js';
import { openDescriptors, owned, pair } from './support.js';

function watch(fd: number, callback: (events: number) => void): Watch {
  const made = addon().watch(fd, callback);
  if (typeof made === 'number') throw new Error(`watch: ${String(made)}`);
  return made;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}

function write(fd: number): void {
  addon().write(fd, Buffer.from('x'), 0, 1);
}

function drain(fd: number): void {
  addon().read(fd, Buffer.alloc(100), 0, 100);
}

describe('watch', () => {
  test('calls back while there is something to read', async () => {
    const [a, b] = pair();
    let calls = 0;
    const watcher = watch(a, (events) => {
      expect(events).toBe(1);
      if (++calls === 3) drain(a);
    });
    expect(watcher.start()).toBe(0);
    expect(watcher.start()).toBe(0);
    await turns();
    expect(calls).toBe(0);
    write(b);
    await turns();
    expect(calls).toBe(3);
    watcher.close();
  });

  test('watches an epoll set, and so all that is in it', async () => {
    const [a, b] = pair();
    const epfd = owned(addon().epollCreate?.() ?? -1);
    addon().epollCtl?.(epfd, 1, a, 1);
    let calls = 0;
    const watcher = watch(epfd, () => {
      calls++;
      drain(a);
    });
    watcher.start();
    write(b);
    await turns();
    write(b);
    await turns();
    expect(calls).toBe(2);
    watcher.close();
  });

  test('calls back no more once stopped, and again once started', async () => {
    const [a, b] = pair();
    let calls = 0;
    const watcher = watch(a, () => {
      calls++;
      watcher.stop();
    });
    watcher.start();
    write(b);
    await turns();
    expect(calls).toBe(1);
    watcher.start();
    await turns();
    expect(calls).toBe(2);
    expect(watcher.stop()).toBe(0);
    watcher.close();
  });

  test('is closed for good', async () => {
    const [a, b] = pair();
    let calls = 0;
    const watcher = watch(a, () => {
      calls++;
      watcher.close();
      watcher.close();
    });
    watcher.start();
    write(b);
    await turns();
    expect(calls).toBe(1);
    expect(watcher.start()).toBe(-9);
    expect([watcher.stop(), watcher.ref(), watcher.unref(), watcher.close()]).toEqual([0, 0, 0, 0]);
  });

  test('runs promises and ticks right after the callback', async () => {
    const [a, b] = pair();
    const log: string[] = [];
    const watcher = watch(a, () => {
      drain(a);
      process.nextTick(() => log.push('tick'));
      void Promise.resolve().then(() => log.push('promise'));
      setImmediate(() => log.push('immediate'));
      log.push('callback');
    });
    watcher.start();
    write(b);
    await turns();
    expect(log).toEqual(['callback', 'tick', 'promise', 'immediate']);
    watcher.close();
  });

  test('keeps the async context in which it was made', async () => {
    const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
    const storage = new AsyncLocalStorage<string>();
    const [a, b] = pair();
    const seen: unknown[] = [];
    const watcher = storage.run('here', () =>
      watch(a, () => {
        drain(a);
        seen.push(storage.getStore());
      }),
    );
    watcher.start();
    write(b);
    await turns();
    expect(seen).toEqual(['here']);
    watcher.close();
  });

  test('makes an uncaught exception of what the callback throws', async () => {
    const [a, b] = pair();
    const listeners = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    const caught: unknown[] = [];
    process.on('uncaughtException', (error) => caught.push(error));
    const watcher = watch(a, () => {
      drain(a);
      throw new Error('thrown');
    });
    try {
      watcher.start();
      write(b);
      await turns();
      write(b);
      await turns();
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of listeners) process.on('uncaughtException', listener);
    }
    expect(caught).toEqual([new Error('thrown'), new Error('thrown')]);
    watcher.close();
  });

  test('does not mind when the descriptor is closed', async () => {
    const fds = new Int32Array(2);
    addon().socketpair(1, 1, 0, true, fds);
    const [a, b] = [fds[0] as number, owned(fds[1] as number)];
    const events: number[] = [];
    const watcher = watch(a, (event) => {
      events.push(event);
      watcher.stop();
    });
    watcher.start();
    // Before libuv has even told the system of it.
    addon().close(a);
    await turns();
    expect(events).toEqual([]);
    write(b);
    await turns();
    expect(events).toEqual([1]);
    watcher.close();
  });

  test('leaves no descriptor behind', async () => {
    const [a] = pair();
    await turns();
    const before = openDescriptors().length;
    const watchers = Array.from({ length: 20 }, () => watch(a, () => undefined));
    for (const watcher of watchers) watcher.start();
    expect(openDescriptors()).toHaveLength(before + 20);
    for (const watcher of watchers) watcher.close();
    await turns();
    expect(openDescriptors()).toHaveLength(before);
  });

  test('several can watch the same descriptor', async () => {
    const [a, b] = pair();
    const log: number[] = [];
    const watchers = [1, 2, 3].map((n) =>
      watch(a, () => {
        log.push(n);
        watchers[n - 1]?.close();
      }),
    );
    for (const watcher of watchers) watcher.start();
    write(b);
    await turns();
    expect(log.toSorted()).toEqual([1, 2, 3]);
  });

  test('answers what is wrong with the descriptor', () => {
    const fs = process.getBuiltinModule('node:fs');
    const file = fs.openSync(import.meta.filename, 'r');
    expect(addon().watch(file, () => undefined)).toBe(-1);
    fs.closeSync(file);
    expect(addon().watch(1_000_000, () => undefined)).toBe(-9);
  });

  test('has methods that cannot be taken elsewhere, and a callback that cannot be replaced', () => {
    const [a] = pair();
    const watcher = watch(a, () => undefined);
    for (const method of ['start', 'stop', 'ref', 'unref', 'close'] as const) {
      for (const other of [{}, null, undefined, 5, process.stdout, Object.create(watcher)]) {
        expect(() => watcher[method].call(other as Watch)).toThrow(TypeError);
      }
    }
    expect(Object.getOwnPropertyDescriptor(watcher, 'callback')).toMatchObject({
      writable: false,
      configurable: false,
      enumerable: false,
    });
    watcher.close();
  });
});
