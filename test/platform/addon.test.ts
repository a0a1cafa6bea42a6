import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

/*
 * How the addon is found, or why it is not. Each test has the module for itself: it loads once only.
 */

type Module = typeof import('../../src/platform/addon.js');

function fresh(): Promise<Module> {
  return import('../../src/platform/addon.js');
}

beforeEach(() => {
  vi.resetModules();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** A process with something else in it, as another runtime or system would have it. */
function stubProcess(fields: object): void {
  vi.stubGlobal(
    'process',
    Object.create(process, Object.getOwnPropertyDescriptors(fields)) as NodeJS.Process,
  );
}

describe('without the addon', () => {
  test('everything says so, with the reason, and throws a new error each time', async () => {
    vi.stubEnv('TSYNCIO_NO_ADDON', '1');
    const { addon, addonAvailable, addonError } = await fresh();
    expect(addonAvailable()).toBe(false);
    expect(addonError()?.message).toBe('the tsyncio addon is not available: TSYNCIO_NO_ADDON=1 is set');
    const errors = [1, 2].map(() => {
      try {
        return addon();
      } catch (error) {
        return error as Error;
      }
    });
    expect(errors[0]).toMatchObject({
      name: 'OSError',
      code: 'ERR_TSYNCIO_NO_ADDON',
      message: addonError()?.message,
    });
    expect(errors[1]).not.toBe(errors[0]);
  });

  test.each([
    ['Bun', { versions: { node: '20.0.0', bun: '1.0.0' }, env: {} }, 'Bun has no libuv'],
    ['Deno', { versions: { node: '20.0.0', deno: '2.0.0' }, env: {} }, 'Deno has no libuv'],
    ['Windows', { versions: { node: '20.0.0' }, platform: 'win32', env: {} }, 'Windows has neither'],
    ['a browser', { versions: undefined, env: undefined }, 'it needs Node.js'],
    [
      'a Node that is too old',
      { versions: { node: '18.0.0' }, platform: 'linux', env: {}, getBuiltinModule: undefined },
      'the directory of the package was not found',
    ],
  ])('%s is told why', async (_where, fields, reason) => {
    stubProcess(fields);
    const { addonError } = await fresh();
    expect(addonError()?.message).toContain(`the tsyncio addon is not available: ${reason}`);
  });

  test('the reason is what loading it says, and what to do', async () => {
    const real = process;
    const broken = (text: string) => ({
      versions: { node: '20.19.0' },
      platform: 'linux',
      env: {},
      getBuiltinModule: (id: string): unknown => {
        if (id !== 'node:module') return real.getBuiltinModule(id);
        const createRequire = (): never => {
          throw new Error(text);
        };
        return { createRequire };
      },
    });
    stubProcess(broken('No native build was found for platform=linux'));
    const { addonError } = await fresh();
    expect(addonError()?.message).toMatch(
      /: it was not built; install a C compiler .* run `npm rebuild tsyncio`$/,
    );
    vi.resetModules();
    vi.unstubAllGlobals();
    stubProcess(broken('GLIBC_2.99 not found'));
    const again = await fresh();
    expect(again.addonError()?.message).toMatch(/: GLIBC_2.99 not found; install/);
    expect((again.addonError()?.cause as Error).message).toBe('GLIBC_2.99 not found');
  });

  test.each([
    ['older than versions', {}, 'none'],
    ['newer', { version: 1000 }, '1000'],
  ])('one that is %s is not taken', async (_what, exported, its) => {
    const real = process;
    stubProcess({
      versions: { node: '20.19.0' },
      platform: 'linux',
      env: {},
      getBuiltinModule: (id: string): unknown => {
        if (id !== 'node:module') return real.getBuiltinModule(id);
        return { createRequire: () => () => () => ({ constants: {}, ...exported }) };
      },
    });
    const { ADDON_VERSION, addon, addonAvailable, addonError } = await fresh();
    expect(addonAvailable()).toBe(false);
    expect(addonError()?.message).toBe(
      'the tsyncio addon is not available: it was built from other sources ' +
        `(its version is ${its}, and ${ADDON_VERSION} is needed); ` +
        'run `npm rebuild tsyncio`, or in a checkout `npm run build:addon`',
    );
    expect(() => addon()).toThrow(expect.objectContaining({ code: 'ERR_TSYNCIO_NO_ADDON' }));
  });
});

test('the version that is asked for is that of the sources', async () => {
  const { readFileSync } = await import('node:fs');
  const header = readFileSync(new URL('../../native/addon.h', import.meta.url), 'utf8');
  const { ADDON_VERSION } = await fresh();
  expect(/#define ADDON_VERSION (\d+)/.exec(header)?.[1]).toBe(String(ADDON_VERSION));
});
