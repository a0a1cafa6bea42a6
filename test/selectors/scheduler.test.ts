import { afterEach, describe, expect, test } from 'vitest';
import { DefaultSelector, EVENT_READ } from '../../src/selectors/index.js';
import { socketpair } from '../../src/socket/index.js';
import { closeAll } from './support.js';

afterEach(closeAll);

describe('a few lines of user code', () => {
  test('make a scheduler of a while loop, a heap and a selector, without any loop of ours', () => {
    type Job = () => void;
    const heap: [when: number, job: Job][] = [];
    const now = (): number => performance.now() / 1000;
    const later = (delay: number, job: Job): void => {
      heap.push([now() + delay, job]);
      heap.sort((x, y) => x[0] - y[0]);
    };
    using selector = new DefaultSelector<Job>();
    const [a, b] = socketpair();
    a.setblocking(false);
    b.setblocking(false);
    const log: string[] = [];

    selector.register(a, EVENT_READ, () => {
      const data = a.recv(100);
      if (data.length === 0) selector.unregister(a);
      else log.push(`read ${data.toString()}`);
    });
    later(0.03, () => b.close());
    later(0.01, () => b.send('one'));
    later(0.02, () => {
      log.push('timer');
      b.send('two');
    });

    while (heap.length > 0 || (selector.getMap()?.size ?? 0) > 0) {
      const first = heap[0];
      const timeout = first === undefined ? null : Math.max(first[0] - now(), 0);
      for (const [key] of selector.select(timeout)) key.data?.();
      while (heap[0] !== undefined && heap[0][0] <= now()) heap.shift()?.[1]();
    }
    a.close();

    expect(log).toEqual(['read one', 'timer', 'read two']);
  });
});
