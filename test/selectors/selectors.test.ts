import { afterEach, describe, expect, test } from 'vitest';
import { KeyError, OSError, RuntimeError, ValueError } from '../../src/base/errors.js';
import {
  BaseSelector,
  EVENT_READ,
  EVENT_WRITE,
  EpollSelector,
  type FileObject,
  PollSelector,
  SelectSelector,
  SelectorKey,
} from '../../src/selectors/index.js';
import { SELECTORS, closeAll, pair } from './support.js';

afterEach(closeAll);

describe.each(SELECTORS)('%s', (_name, Selector) => {
  test('registers a file object and gives its key', () => {
    using selector = new Selector<string>();
    const [a] = pair();
    const key = selector.register(a, EVENT_READ, 'data');
    expect(key).toBeInstanceOf(SelectorKey);
    expect([...key]).toEqual([a, a.fileno(), EVENT_READ, 'data']);
    expect(selector.getKey(a)).toBe(key);
    expect(selector.getKey(a.fileno())).toBe(key);
  });

  test('has null as data where none is given', () => {
    using selector = new Selector();
    const [a] = pair();
    expect(selector.register(a, EVENT_READ).data).toBeNull();
    expect(selector.modify(a, EVENT_WRITE).data).toBeNull();
  });

  test.each([0, 4, 5, -1, 1.5, Number.NaN])('refuses the events %s', (events) => {
    using selector = new Selector();
    const [a] = pair();
    expect(() => selector.register(a, events)).toThrow(new ValueError(`Invalid events: ${String(events)}`));
  });

  test.each([
    ['foo', "Invalid file object: 'foo'"],
    [null, 'Invalid file object: null'],
    [1.5, 'Invalid file object: 1.5'],
    [{}, 'Invalid file object: <Object object>'],
    [{ fileno: () => 'x', toString: () => '<thing>' }, 'Invalid file object: <thing>'],
    [-10, 'Invalid file descriptor: -10'],
  ])('refuses the file object %s', (fileobj, text) => {
    using selector = new Selector();
    expect(() => selector.register(fileobj as FileObject, EVENT_READ)).toThrow(new ValueError(text));
  });

  test('lets an error of fileno() through', () => {
    using selector = new Selector();
    const broken = {
      fileno(): number {
        throw new Error('mine');
      },
    };
    expect(() => selector.register(broken, EVENT_READ)).toThrow('mine');
    expect(() => selector.unregister(broken)).toThrow('mine');
  });

  test('refuses to register twice', () => {
    using selector = new Selector();
    const [a] = pair();
    selector.register(a.fileno(), EVENT_READ);
    const fd = a.fileno();
    expect(() => selector.register(fd, EVENT_READ)).toThrow(
      new KeyError(`${String(fd)} (FD ${String(fd)}) is already registered`),
    );
  });

  test('unregisters, and only what is registered', () => {
    using selector = new Selector();
    const [a, b] = pair();
    const key = selector.register(a, EVENT_WRITE);
    expect(selector.unregister(a)).toBe(key);
    expect(selector.select(0)).toEqual([]);
    expect(() => selector.unregister(a)).toThrow(KeyError);
    expect(() => selector.unregister(b.fileno())).toThrow(`${String(b.fileno())} is not registered`);
    expect(() => selector.modify(b, EVENT_READ)).toThrow(KeyError);
    expect(() => selector.getKey(b)).toThrow(KeyError);
  });

  test('unregisters a file object that was closed meanwhile', () => {
    using selector = new Selector();
    const [a, b] = pair();
    selector.register(a, EVENT_READ);
    selector.register(b, EVENT_READ);
    a.close();
    b.close();
    expect(selector.unregister(a).fileobj).toBe(a);
    expect(selector.getMap()?.get(b)?.fileobj).toBe(b);
    selector.unregister(b);
    expect(selector.getMap()?.size).toBe(0);
    expect(() => selector.unregister(a)).toThrow(new ValueError('Invalid file descriptor: -1'));
  });

  test('lets a number be registered again after its descriptor was closed', () => {
    using selector = new Selector();
    const [a] = pair();
    const fd = a.fileno();
    selector.register(fd, EVENT_READ);
    selector.unregister(fd);
    a.close();
    const [c, d] = pair();
    expect([c.fileno(), d.fileno()]).toContain(fd);
    selector.register(fd, EVENT_WRITE);
    expect(selector.select(0)).toHaveLength(1);
  });

  test('changes events and data', () => {
    using selector = new Selector<string>();
    const [a] = pair();
    const first = selector.register(a, EVENT_READ, 'one');
    expect(selector.select(0)).toEqual([]);
    const second = selector.modify(a, EVENT_WRITE, 'one');
    expect(selector.select(0)).toEqual([[second, EVENT_WRITE]]);
    const third = selector.modify(a, EVENT_WRITE, 'two');
    expect(selector.getKey(a)).toBe(third);
    expect([first.data, second.data, third.data]).toEqual(['one', 'one', 'two']);
    expect(selector.modify(a, EVENT_WRITE, 'two')).toBe(third);
  });

  test('forgets a file object when its change fails', () => {
    using selector = new Selector();
    const [a] = pair();
    selector.register(a, EVENT_READ);
    expect(() => selector.modify(a, 8)).toThrow(ValueError);
    expect(() => selector.getKey(a)).toThrow(KeyError);
  });

  test('says what is ready, of what was asked for', () => {
    using selector = new Selector();
    const [a, b] = pair();
    const keyA = selector.register(a, EVENT_READ | EVENT_WRITE);
    const keyB = selector.register(b, EVENT_READ);
    expect(selector.select(0)).toEqual([[keyA, EVENT_WRITE]]);
    a.write();
    b.write();
    expect(new Map(selector.select(0))).toEqual(
      new Map([
        [keyA, EVENT_READ | EVENT_WRITE],
        [keyB, EVENT_READ],
      ]),
    );
    b.read();
    expect(selector.select(0)).toEqual([[keyA, EVENT_READ | EVENT_WRITE]]);
  });

  test('says the same until it is dealt with', () => {
    using selector = new Selector();
    const [a, b] = pair();
    selector.register(a, EVENT_READ);
    b.write();
    expect(selector.select()).toHaveLength(1);
    expect(selector.select()).toHaveLength(1);
    a.read();
    expect(selector.select(0)).toHaveLength(0);
  });

  test('sees the end of a stream as readable', () => {
    using selector = new Selector();
    const [a, b] = pair();
    const key = selector.register(a, EVENT_READ);
    b.close();
    expect(selector.select(1)).toEqual([[key, EVENT_READ]]);
  });

  test('waits no longer than it is told, and no shorter', () => {
    using selector = new Selector();
    const [a] = pair();
    selector.register(a, EVENT_READ);
    for (const timeout of [0.02, 0.0305, { timeout: 0.01 }]) {
      const start = performance.now();
      expect(selector.select(timeout)).toEqual([]);
      const seconds = typeof timeout === 'number' ? timeout : timeout.timeout;
      expect((performance.now() - start) / 1000).toBeGreaterThanOrEqual(seconds);
      expect((performance.now() - start) / 1000).toBeLessThan(seconds + 1);
    }
  });

  test.each([0, -1, Number.NEGATIVE_INFINITY, { timeout: 0 }])(
    'only looks with a timeout of %s',
    (timeout) => {
      using selector = new Selector();
      const start = performance.now();
      expect(selector.select(timeout)).toEqual([]);
      expect(performance.now() - start).toBeLessThan(500);
    },
  );

  test.each([undefined, null, { timeout: null }, {}, 1e300, Number.POSITIVE_INFINITY])(
    'waits until something is ready with a timeout of %s',
    (timeout) => {
      using selector = new Selector();
      const [a, b] = pair();
      selector.register(a, EVENT_READ);
      b.write();
      expect(selector.select(timeout)).toHaveLength(1);
    },
  );

  test('refuses a timeout that is none', () => {
    using selector = new Selector();
    expect(() => selector.select('1' as unknown as number)).toThrow(TypeError);
    expect(() => selector.select(Number.NaN)).toThrow(ValueError);
  });

  test('shows what is registered as a map', () => {
    using selector = new Selector<number>();
    const map = selector.getMap();
    if (map === null) throw new Error('no map');
    expect(map.size).toBe(0);
    const [a, b] = pair();
    const keyA = selector.register(a, EVENT_READ, 1);
    const keyB = selector.register(b, EVENT_READ, 2);
    expect(map.size).toBe(2);
    expect(map.get(a)).toBe(keyA);
    expect(map.has(b.fileno())).toBe(true);
    expect(map.get(123_456)).toBeUndefined();
    expect(map.has(123_456)).toBe(false);
    expect(() => map.get('x' as unknown as number)).toThrow(ValueError);
    expect([...map.keys()]).toEqual([a.fileno(), b.fileno()]);
    expect([...map.values()]).toEqual([keyA, keyB]);
    expect([...map]).toEqual([...map.entries()]);
    const seen: unknown[] = [];
    map.forEach((key, fd, self) => seen.push([key, fd, self === map]));
    expect(seen).toEqual([
      [keyA, a.fileno(), true],
      [keyB, b.fileno(), true],
    ]);
  });

  test('is of no use once closed', () => {
    const selector = new Selector();
    const [a] = pair();
    selector.register(a, EVENT_READ);
    const map = selector.getMap();
    selector.close();
    selector.close();
    expect(selector.getMap()).toBeNull();
    expect(map?.size).toBe(0);
    expect(() => selector.getKey(a)).toThrow(new RuntimeError('Selector is closed'));
  });

  test('takes many file objects and gives all that are ready', () => {
    using selector = new Selector<number>();
    const count = 200;
    const pairs = Array.from({ length: count }, () => pair());
    pairs.forEach(([a], i) => selector.register(a, EVENT_READ, i));
    pairs.forEach(([, b]) => b.write());
    const ready = selector.select(1).map(([key]) => key.data);
    expect(ready.toSorted((x, y) => (x ?? 0) - (y ?? 0))).toEqual(pairs.map((_, i) => i));
    pairs.forEach(([a], i) => {
      if (i % 2 === 0) selector.unregister(a);
    });
    expect(selector.select(1)).toHaveLength(count / 2);
  });

  test('tells a loop the same without making a list', () => {
    using selector = new Selector<string>();
    const [a, b] = pair();
    selector.register(a, EVENT_READ, 'a');
    selector.register(b, EVENT_READ | EVENT_WRITE, 'b');
    a.write();
    expect(selector._selectInto(null)).toBe(1);
    expect(selector._readyKey(0)?.data).toBe('b');
    expect(selector._readyFd(0)).toBe(b.fileno());
    expect(selector._readyMask(0)).toBe(EVENT_READ | EVENT_WRITE);
    selector.unregister(b);
    expect(selector._readyKey(0)).toBeUndefined();
    expect(selector._selectInto(0)).toBe(0);
    expect(selector._selectInto(-5)).toBe(0);
  });

  test('sees a hang-up as writable', () => {
    using selector = new Selector();
    const [a, b] = pair();
    const key = selector.register(a, EVENT_WRITE);
    b.close();
    expect(selector.select(1)).toEqual([[key, EVENT_WRITE]]);
  });
});

describe('a closed descriptor', () => {
  test('is refused by epoll at once', () => {
    using selector = new EpollSelector();
    expect(() => selector.register(1_000_000, EVENT_READ)).toThrow(OSError);
    expect(selector.getMap()?.size).toBe(0);
  });

  test('is ready for poll', () => {
    using selector = new PollSelector();
    selector.register(1_000_000, EVENT_READ);
    expect(selector.select(0).map(([, mask]) => mask)).toEqual([EVENT_READ]);
  });

  test('is an error of the wait for select', () => {
    using selector = new SelectSelector();
    selector.register(1_000_000, EVENT_READ);
    expect(() => selector.select(0)).toThrow('select EBADF');
  });
});

describe('a selector of a user', () => {
  class Everything extends BaseSelector<string> {
    readonly keys: SelectorKey<string>[] = [];

    override register(fileobj: FileObject, events: number, data: string | null = null): SelectorKey<string> {
      const key = new SelectorKey(fileobj, fileobj as number, events, data);
      this.keys.push(key);
      return key;
    }

    override unregister(fileobj: FileObject): SelectorKey<string> {
      const index = this.keys.findIndex((key) => key.fileobj === fileobj);
      return this.keys.splice(index, 1)[0] as SelectorKey<string>;
    }

    override select(): [SelectorKey<string>, number][] {
      return this.keys.map((key) => [key, key.events]);
    }

    override getMap(): null {
      return null;
    }
  }

  test('needs to know nothing of the way loops ask', () => {
    using selector = new Everything();
    expect(selector._selectInto(0)).toBe(0);
    expect([selector._readyFd(0), selector._readyMask(0), selector._readyKey(0)]).toEqual([-1, 0, undefined]);
    const key = selector.register(7, EVENT_READ, 'x');
    expect(selector._selectInto(null)).toBe(1);
    expect([selector._readyFd(0), selector._readyMask(0), selector._readyKey(0)]).toEqual([
      7,
      EVENT_READ,
      key,
    ]);
    expect(() => selector.getKey(7)).toThrow(RuntimeError);
  });

  test('changes by unregistering and registering', () => {
    using selector = new Everything();
    selector.register(7, EVENT_READ, 'x');
    expect(selector.modify(7, EVENT_WRITE, 'y')).toMatchObject({ fd: 7, events: EVENT_WRITE, data: 'y' });
    expect(selector.keys).toHaveLength(1);
  });
});
