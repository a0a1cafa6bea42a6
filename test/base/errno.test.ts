import { afterEach, describe, expect, test } from 'vitest';
import { addon } from '../../src/platform/addon.js';
import { errnoOf, errorcode, strerror, useErrnoNumbers } from '../../src/base/errno.js';

describe('the table of error numbers', () => {
  const LINUX = { ...addon().constants };
  afterEach(() => {
    useErrnoNumbers(LINUX);
  });

  test('agrees with the C compiler of this system', () => {
    const fromC = Object.entries(addon().constants).filter(([name]) => /^E[A-Z0-9]+$/.test(name));
    expect(fromC.length).toBeGreaterThan(100);
    for (const [name, value] of fromC) {
      if (name.startsWith('EPOLL')) continue;
      expect([name, errnoOf(name)]).toEqual([name, value]);
    }
  });

  test('names numbers and says what they mean', () => {
    expect(errorcode(111)).toBe('ECONNREFUSED');
    expect(errorcode(11)).toBe('EAGAIN');
    expect(errorcode(99_999)).toBeNull();
    expect(strerror(111)).toBe('Connection refused');
    expect(strerror(99_999)).toBe('Unknown error 99999');
    expect(errnoOf('EWOULDBLOCK')).toBe(errnoOf('EAGAIN'));
    expect(errnoOf('ENOTSUP')).toBe(errnoOf('EOPNOTSUPP'));
    expect(errnoOf('ENONSENSE')).toBe(0);
  });

  test('takes over the numbers of another system', () => {
    useErrnoNumbers({ EAGAIN: 35, EWOULDBLOCK: 35, ECONNREFUSED: 61, EINPROGRESS: 36 });
    expect(errorcode(35)).toBe('EAGAIN');
    expect(errorcode(61)).toBe('ECONNREFUSED');
    expect(strerror(61)).toBe('Connection refused');
    expect(errnoOf('EINPROGRESS')).toBe(36);
    expect(errnoOf('EREMCHG')).toBe(0);
    expect(errorcode(78)).toBeNull();
  });
});
