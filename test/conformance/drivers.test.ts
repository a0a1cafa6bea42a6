/*
 * The same traces from the two drivers on a real clock, for the programs that end before their clock has moved.
 */
import { describe, expect, it } from 'vitest';
import { describeDifference } from './compare.js';
import { type Entry, isTimeless, loadPrograms, type Program } from './program.js';
import { runBlocking, runHosted } from './runs.js';

/** How many programs of each profile are timeless. */
const TIMELESS: Readonly<Record<string, number>> = {
  core: 78,
  cancel: 105,
  groups: 75,
  waits: 62,
  futures: 145,
  mixed: 78,
  locks: 75,
  queues: 74,
  contend: 107,
};

/** Where a run parts from CPython's trace, or what it threw; `null` if it is equal. */
async function difference(
  program: Program,
  run: (program: Program) => Entry[] | Promise<Entry[]>,
): Promise<string | null> {
  try {
    return describeDifference(program, await run(program));
  } catch (error) {
    return `${program.id}: ${String(error)}`;
  }
}

describe.each(Object.entries(TIMELESS))('the %s programs that do not hang on the clock', (profile, count) => {
  const programs = loadPrograms(profile).filter(isTimeless);

  it(`are ${String(count)}`, () => {
    expect(programs.length).toBe(count);
  });

  it("give CPython's trace on the blocking driver", async () => {
    for (const program of programs) expect(await difference(program, runBlocking)).toBe(null);
  });

  it("give CPython's trace on the hosted driver", async () => {
    for (const program of programs) expect(await difference(program, runHosted)).toBe(null);
  });
});
