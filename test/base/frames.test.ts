import { describe, expect, it } from 'vitest';
import { firstOutsideFrame, frameLocation, framesAbove, isLibraryFrame } from '../../src/base/frames.js';
import { probeStack } from '../../src/base/probe.js';
import { logger } from '../../src/index.js';

const src = new URL('../../src/', import.meta.url).pathname;

describe('a line of a stack', () => {
  it.each([
    ['    at main (/app/main.ts:3:5)', '/app/main.ts:3:5'],
    ['    at main (file:///app/main.ts:3:5)', '/app/main.ts:3:5'],
    ['    at /app/main.ts:3:5', '/app/main.ts:3:5'],
    ['    at async file:///app/main.ts:3:5', '/app/main.ts:3:5'],
    ['    at somewhere', 'at somewhere'],
  ])('%s points to %s', (line, location) => {
    expect(frameLocation(line)).toBe(location);
  });

  it('belongs to the library if it lies in its folder, or in Node', () => {
    expect(isLibraryFrame(`    at f (${src}tasks/task.ts:1:2)`)).toBe(true);
    expect(isLibraryFrame('    at f (node:internal/timers:1:2)')).toBe(true);
    expect(isLibraryFrame('    at f (/app/main.ts:1:2)')).toBe(false);
  });
});

describe('of a stack', () => {
  const stack = [
    'Error: created at',
    `    at f (${src}loop/handles.ts:1:2)`,
    '    at g (/app/main.ts:3:4)',
    '    at h (/app/other.ts:5:6)',
  ].join('\n');

  it('the first line outside of the library says who called it', () => {
    expect(firstOutsideFrame(stack)).toBe('/app/main.ts:3:4');
  });

  it('the last line does, if all are inside', () => {
    expect(firstOutsideFrame(stack.split('\n').slice(0, 2).join('\n'))).toBe(`${src}loop/handles.ts:1:2`);
  });

  it('there is none without lines', () => {
    expect(firstOutsideFrame('Error: created at')).toBe(null);
  });

  it('what stands above a function of ours is taken, or all of it', () => {
    expect(framesAbove(stack, 'h (')).toEqual(['    at g (/app/main.ts:3:4)']);
    expect(framesAbove(`${stack}\n    at next (<anonymous>)`, 'not there')).toEqual([
      '    at g (/app/main.ts:3:4)',
      '    at h (/app/other.ts:5:6)',
    ]);
  });
});

describe('probing a coroutine', () => {
  it('finds no stack where its innermost iterator is none of ours', () => {
    const { stackTraceLimit } = Error;
    expect(probeStack({ next: () => undefined })).toBe(null);
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  });
});

describe('the log', () => {
  it('gives records to its handler, by level', () => {
    const records: unknown[] = [];
    const { handler } = logger;
    logger.handler = (record) => records.push(record);
    try {
      logger.debug('a');
      logger.info('b');
      logger.warning('c');
      logger.error('d');
      logger.error('e', 7);
    } finally {
      logger.handler = handler;
    }
    expect(records).toEqual([
      { level: 'debug', message: 'a' },
      { level: 'info', message: 'b' },
      { level: 'warning', message: 'c' },
      { level: 'error', message: 'd' },
      { level: 'error', message: 'e', error: 7 },
    ]);
  });
});
