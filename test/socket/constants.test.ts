import { expect, test } from 'vitest';
import { addon } from '../../src/platform/addon.js';
import * as socket from '../../src/socket/index.js';

test('every constant is what the C compiler of this system says', () => {
  const constants = Object.entries(socket).filter(
    ([name, value]) =>
      typeof value === 'number' &&
      /^(?:AF|SOCK|SOL|SO|IPPROTO|TCP|IP|IPV6|SHUT|MSG|AI|NI|EAI|SOMAXCONN)_?/.test(name),
  );
  expect(constants.length).toBeGreaterThan(100);
  for (const [name, value] of constants) expect([name, value]).toEqual([name, addon().constants[name]]);
});

test('the constants that have no system behind them', () => {
  expect(socket.INADDR_ANY).toBe(0);
  expect(socket.INADDR_LOOPBACK).toBe(2_130_706_433);
  expect(socket.INADDR_BROADCAST).toBe(0xffffffff);
  expect(socket.INADDR_NONE).toBe(0xffffffff);
  expect(socket.hasIpv6).toBe(true);
});
