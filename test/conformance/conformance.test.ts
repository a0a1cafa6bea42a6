/*
 * CPython's traces, entry for entry, on virtual time.
 *
 * To look at a single program, name it: `CONFORMANCE_PROGRAM=core-1-104 npx vitest run test/conformance/conformance.test.ts`
 * prints the program and both traces next to each other, and runs nothing else.
 */
import { describe, expect, it } from 'vitest';
import { describeDifference, sideBySide } from './compare.js';
import { findProgram, loadPrograms, PROFILES } from './program.js';
import { runVirtual } from './runs.js';

/** How many differing programs a failing test shows. */
const SHOWN = 3;

function tryOne(id: string): void {
  it(`gives CPython's trace for ${id}`, () => {
    const program = findProgram(id);
    const trace = runVirtual(program);
    for (const [name, body] of Object.entries(program.coros)) {
      console.log(`${name}:\n${body.map((statement) => `    ${JSON.stringify(statement)}`).join('\n')}`);
    }
    console.log(sideBySide(program, trace));
    expect(describeDifference(program, trace)).toBe(null);
  });
}

function tryAll(): void {
  describe.each(Object.entries(PROFILES))('the %s programs', (profile, count) => {
    it(`give CPython's trace, all ${String(count)} of them`, () => {
      const differences: string[] = [];
      let equal = 0;
      for (const program of loadPrograms(profile)) {
        const difference = describeDifference(program, runVirtual(program));
        if (difference === null) equal += 1;
        else differences.push(difference);
      }
      const summary = `${String(equal)} equal, ${String(differences.length)} different`;
      expect(equal, [summary, ...differences.slice(0, SHOWN)].join('\n\n')).toBe(count);
    });
  });
}

const wanted = process.env.CONFORMANCE_PROGRAM;
if (wanted === undefined) tryAll();
else tryOne(wanted);
