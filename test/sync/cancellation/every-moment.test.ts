import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCENARIOS } from './plays.js';
import { CONTENDERS, perform, type Scenario, type Standing, type Strike } from './stage.js';

const PACES = [0, 1, 2];

const STANDINGS: readonly Standing[] = [
  'before it starts',
  'while it waits',
  'woken, in the same round',
  'after',
];

/** Perform, and say in which case it failed. */
function performed(scenario: Scenario, pace: number, strikes: readonly Strike[]): ReturnType<typeof perform> {
  try {
    return perform(scenario, pace, strikes);
  } catch (error) {
    throw new Error(`${scenario.name}, pace ${pace}, strikes ${JSON.stringify(strikes)}: ${String(error)}`, {
      cause: error,
    });
  }
}

/** Every strike there is in a play of so many moments. */
function* strikes(moments: number): Generator<Strike> {
  for (let moment = 0; moment < moments; moment++) {
    for (let victim = 0; victim < CONTENDERS; victim++) yield { moment, victim };
  }
}

// Each cancellation is an error, and their stack traces take longer than all the rest.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

describe('cancellation loses nothing', () => {
  for (const [index, scenario] of SCENARIOS.entries()) {
    it(`in ${scenario.name}, one task cancelled at any moment (${index})`, () => {
      const standings = new Set<Standing>();
      for (const pace of PACES) {
        const { moments } = performed(scenario, pace, []);
        for (const strike of strikes(moments)) {
          for (const standing of performed(scenario, pace, [strike]).standings) standings.add(standing);
        }
      }
      // The walk is worth something only if it came through all columns of the table.
      expect([...standings].sort()).toEqual([...STANDINGS].sort());
    });

    it(`in ${scenario.name}, two tasks cancelled, or one twice, close to each other (${index})`, () => {
      for (const pace of PACES.slice(0, 2)) {
        const { moments } = performed(scenario, pace, []);
        for (const first of strikes(moments)) {
          for (let later = 0; later < 4; later++) {
            for (let victim = 0; victim < CONTENDERS; victim++) {
              performed(scenario, pace, [first, { moment: first.moment + later, victim }]);
            }
          }
        }
      }
    });
  }

  it('is described for every operation that is tried, and tried for every one that is described', () => {
    const page = readFileSync(
      new URL('../../../docs/cancellation-loses-nothing.md', import.meta.url),
      'utf8',
    );
    const rows = page.split('\n').filter((line) => line.startsWith('| `'));
    const described = rows.flatMap((row) =>
      [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    );
    expect(described.sort()).toEqual([...new Set(SCENARIOS.map(({ name }) => name))].sort());
    for (const standing of STANDINGS) expect(page).toContain(` ${standing} |`);
  });
});
