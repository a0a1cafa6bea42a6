/*
 * A loop that was given no TLS, by somebody who imports single files.
 */
import { expect, test, vi } from 'vitest';

test('ssl without TLS says that it is not there', async () => {
  vi.resetModules();
  const { registerTls, tls } = await import('../../src/base/network.js');
  expect(() => tls()).toThrow("this loop has no TLS: import 'tsyncio', and not single files of it");
  const provider = {};
  registerTls(provider);
  expect(tls()).toBe(provider);
});
