import { describe, expect, test } from 'vitest';
import { main, pipeline } from '../../examples/pipeline.js';
import { type Coroutine, FileNotFoundError } from '../../src/index.js';
import { noAddon } from '../helpers/addon.js';
import { thrownBy } from '../helpers/virtual.js';
import { children, descriptors, eventually, running } from '../subprocess/support.js';

describe.skipIf(noAddon)('A pipeline', () => {
  test('gives what the last program makes of what the others write', async () => {
    const before = descriptors();
    await running(function* (): Coroutine {
      const { output, statuses } = yield* pipeline(['printf', 'b\\na\\nc\\n'], ['sort'], ['head', '-n', '2']);
      expect([output, statuses]).toEqual(['a\nb\n', [0, 0, 0]]);
      yield* main();
    });
    expect(descriptors()).toBeLessThanOrEqual(before);
  });

  test('carries more than a pipe holds, and ends all when the last has enough', async () => {
    await running(function* (): Coroutine {
      const { output, statuses } = yield* pipeline(
        ['yes', 'x'.repeat(1000)],
        ['head', '-c', '3000000'],
        ['wc', '-c'],
      );
      expect(output.trim()).toBe('3000000');
      expect(statuses).toEqual([-13, 0, 0]);
    });
  });

  test('that cannot be started as a whole leaves nothing behind', async () => {
    const before = descriptors();
    await running(function* (): Coroutine {
      const error = yield* thrownBy(pipeline(['sleep', '60'], ['no-such-program'], ['wc']));
      expect(error).toBeInstanceOf(FileNotFoundError);
      yield* eventually(() => children().length === 0);
    });
    expect(descriptors()).toBeLessThanOrEqual(before);
  });
});
