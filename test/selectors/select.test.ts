import { afterEach, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { type FileObject, select } from '../../src/selectors/index.js';
import { closeAll, pair } from './support.js';

afterEach(closeAll);

describe('select', () => {
  test('gives those of each list that are ready, in its order', () => {
    const [a, b] = pair();
    const [c, d] = pair();
    b.write();
    d.write();
    expect(select([c, a, b], [b, a], [a], 1)).toEqual([[c, a], [b, a], []]);
  });

  test('takes numbers, any iterable and the same object in several lists', () => {
    const [a] = pair();
    expect(select(new Set([a.fileno()]), [a, a], [], 0)).toEqual([[], [a, a], []]);
  });

  test('gives nothing when the time is over', () => {
    const [a] = pair();
    const start = performance.now();
    expect(select([a], [], [], 0.02)).toEqual([[], [], []]);
    expect(performance.now() - start).toBeGreaterThanOrEqual(20);
    expect(select([], [], [], 0)).toEqual([[], [], []]);
  });

  test.each([null, undefined])('waits as long as it takes with a timeout of %s', (timeout) => {
    const [a] = pair();
    expect(select([], [a], [], timeout)).toEqual([[], [a], []]);
  });

  test('sees the end of a stream as readable', () => {
    const [a, b] = pair();
    b.close();
    expect(select([a], [], [], 1)[0]).toEqual([a]);
  });

  test('refuses what makes no sense', () => {
    const nothing = undefined as unknown as FileObject[];
    const [a] = pair();
    expect(() => select(nothing, [], [])).toThrow(new TypeError('arguments 1-3 must be sequences'));
    expect(() => select('abc' as unknown as FileObject[], [], [])).toThrow(TypeError);
    expect(() => select(['x' as unknown as number], [], [], 0)).toThrow(
      new TypeError('argument must be an int, or have a fileno() method.'),
    );
    expect(() => select([-1], [], [], 0)).toThrow(
      new ValueError('file descriptor cannot be a negative integer (-1)'),
    );
    expect(() => select([a], [], [], -1)).toThrow(new ValueError('timeout must be non-negative'));
    expect(() => select([a], [], [], Number.NaN)).toThrow(ValueError);
    expect(() => select([a], [], [], '1' as unknown as number)).toThrow(
      new TypeError('timeout must be a float or None'),
    );
    expect(() => select([1_000_000], [], [], 0)).toThrow('select EBADF');
  });
});
