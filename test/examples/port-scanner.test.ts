import { describe, expect, it } from 'vitest';
import { scan } from '../../examples/port-scanner.js';
import { asyncWith, startServer } from '../../src/index.js';
import { onEachNetwork, portOf, program } from '../helpers/servers.js';

onEachNetwork(() => {
  describe('the port scanner', () => {
    it('finds what listens, and nothing else', () =>
      program(function* () {
        let now = 0;
        let most = 0;
        const one = yield* startServer(
          function* (reader, writer) {
            most = Math.max(most, ++now);
            yield* reader.read();
            now--;
            writer.close();
          },
          '127.0.0.1',
          0,
        );
        const two = yield* startServer((_reader, writer) => writer.close(), '127.0.0.1', 0);
        const gone = yield* startServer(() => undefined, '127.0.0.1', 0);
        const closed = portOf(gone);
        gone.close();
        yield* asyncWith(one, () =>
          asyncWith(two, function* () {
            const open = [portOf(one), portOf(two)];
            const ports = [closed, ...open, closed];
            expect(yield* scan('127.0.0.1', ports, { atOnce: 2 })).toEqual(open);
            expect(most).toBe(1);
          }),
        );
      }));

    it('finds nothing among no ports', () =>
      program(function* () {
        expect(yield* scan('127.0.0.1', [])).toEqual([]);
      }));

    it('tries no more at once than it is told', () =>
      program(function* () {
        let now = 0;
        let most = 0;
        const server = yield* startServer(
          function* (reader, writer) {
            most = Math.max(most, ++now);
            yield* reader.read();
            now--;
            writer.close();
          },
          '127.0.0.1',
          0,
        );
        yield* asyncWith(server, function* () {
          const ports = Array.from({ length: 50 }, () => portOf(server));
          expect(new Set(yield* scan('127.0.0.1', ports, { atOnce: 4 })).size).toBe(1);
          // A connection that the scanner has closed may still be being closed here.
          expect(most).toBeLessThanOrEqual(8);
        });
      }));
  });
});
