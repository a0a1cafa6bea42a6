import { afterEach, describe, expect, test, vi } from 'vitest';
import { RuntimeError } from '../../src/base/errors.js';
import { type BuiltinName, builtin, builtinOrNull } from '../../src/platform/builtin.js';
import { hasEpoll, systemName } from '../../src/platform/system.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("Node's own modules", () => {
  test('are got by name', () => {
    expect(builtin('node:path').basename('/a/b')).toBe('b');
    expect(builtinOrNull('node:fs')).toBe(process.getBuiltinModule('node:fs'));
  });

  test('are missed with an error that says what is needed', () => {
    const name = 'node:nonsense' as BuiltinName;
    expect(builtinOrNull(name)).toBeNull();
    expect(() => builtin(name)).toThrow(
      new RuntimeError(
        'node:nonsense is not available here: this part of tsyncio needs Node.js 20.19 or newer',
      ),
    );
  });

  test.each([undefined, {}, { getBuiltinModule: undefined }])('are not there where process is %j', (host) => {
    vi.stubGlobal('process', host);
    expect(builtinOrNull('node:fs')).toBeNull();
    expect(() => builtin('node:fs')).toThrow(RuntimeError);
  });
});

describe('the system', () => {
  test.each([
    ['linux', true],
    ['android', true],
    ['darwin', false],
    ['win32', false],
  ])('%s has epoll: %s', (platform, expected) => {
    vi.stubGlobal('process', { platform });
    expect(systemName()).toBe(platform);
    expect(hasEpoll()).toBe(expected);
  });

  test('is unknown in a browser', () => {
    vi.stubGlobal('process', undefined);
    expect(systemName()).toBe('unknown');
    expect(hasEpoll()).toBe(false);
  });
});
