import { expect, test } from 'vitest';
import { errnoOf, errorcode, strerror } from '../../src/base/errno.js';
import { addon } from '../../src/platform/addon.js';

test('the table of error numbers is what the C compiler of this system says', () => {
  const fromC = Object.entries(addon().constants).filter(
    ([name]) => /^E[A-Z0-9]+$/.test(name) && !name.startsWith('EPOLL'),
  );
  expect(fromC.length).toBeGreaterThan(100);
  for (const [name, value] of fromC) {
    expect([name, errnoOf(name)]).toEqual([name, value]);
    expect(errorcode(errnoOf(name))).not.toBeNull();
    expect(strerror(errnoOf(name))).not.toMatch(/^Unknown/);
  }
});
