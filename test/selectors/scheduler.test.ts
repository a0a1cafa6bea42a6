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

    // Each step sets off the next one, so that no clock decides their order.
    const answers = new Map<string, Job>([
      [
        'one',
        () =>
          later(0.005, () => {
            log.push('timer');
            b.send('two');
          }),
      ],
      ['two', () => later(0.005, () => b.close())],
    ]);
    selector.register(a, EVENT_READ, () => {
      const text = a.recv(100).toString();
      log.push(`read ${text}`);
      answers.get(text)?.();
      if (text === '') selector.unregister(a);
    });
    later(0.01, () => b.send('one'));

    while (heap.length > 0 || (selector.getMap()?.size ?? 0) > 0) {
      const first = heap[0];
      const timeout = first === undefined ? null : Math.max(first[0] - now(), 0);
      for (const [key] of selector.select(timeout)) key.data?.();
      while (heap[0] !== undefined && heap[0][0] <= now()) heap.shift()?.[1]();
    }
    a.close();

    expect(log).toEqual(['read one', 'timer', 'read two', 'read ']);
  });
});
