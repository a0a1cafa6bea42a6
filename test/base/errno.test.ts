import { afterEach, describe, expect, test } from 'vitest';
import { errnoOf, errorcode, strerror, useErrnoNumbers } from '../../src/base/errno.js';

describe('the table of error numbers', () => {
  const before: Record<string, number> = {};
  for (let errno = 1; errno < 200; errno++) {
    const code = errorcode(errno);
    if (code !== null) before[code] = errno;
  }
  for (const alias of ['EWOULDBLOCK', 'EDEADLOCK', 'ENOTSUP']) before[alias] = errnoOf(alias);

  afterEach(() => {
    useErrnoNumbers(before);
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
