import { describe, expect, it } from 'vitest';
import { LifoQueue } from '../../src/index.js';
import { virtually } from '../sync/support.js';

describe('LifoQueue', () => {
  it('gives first what was put last', () => {
    virtually(function* () {
      const queue = new LifoQueue<number>({ maxsize: 3 });
      for (const item of [1, 3, 2]) yield* queue.put(item);
      expect(String(queue)).toBe('<LifoQueue maxsize=3 _queue=[1, 3, 2] tasks=3>');
      expect([yield* queue.get(), yield* queue.get(), yield* queue.get()]).toEqual([2, 3, 1]);
    });
  });
});
