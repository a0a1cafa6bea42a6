import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { addonError } from './src/platform/addon.js';

const src = fileURLToPath(new URL('./src', import.meta.url));
const ci = Boolean(process.env.CI);

/** Where everything rests on system calls. Elsewhere a test that needs the addon skips itself and says so. */
const addonFolders = 'test/{native,selectors,socket}/**';
const withoutAddon = addonError()?.message;

/** The core is covered to the last branch, where there is the addon. */
const coreThresholds =
  withoutAddon === undefined
    ? {
        'src/{base,contextvars,futures,tasks,loop,sync,queues,testing}/**/*.ts': {
          lines: 100,
          branches: 100,
        },
      }
    : {};

const config: ViteUserConfig = defineConfig({
  resolve: {
    // Tests may import the package by its name, as users do, and get the sources.
    alias: [
      { find: /^tsyncio$/, replacement: `${src}/index.ts` },
      { find: /^tsyncio\/(.+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/fixtures/**', '**/node_modules/**', ...(withoutAddon === undefined ? [] : [addonFolders])],
    testTimeout: 20_000,
    maxWorkers: '100%',
    // Tests that look at memory and finalizers call gc().
    execArgv: ['--expose-gc'],
    reporters: [
      'default',
      ['./scripts/skips-reporter.mjs', { excluded: withoutAddon && `${addonFolders}  (${withoutAddon})` }],
      ...(ci ? [['json', { outputFile: 'temp/tests.json' }] as ['json', { outputFile: string }]] : []),
    ],
    coverage: {
      // In CI the one run of the tests measures too; elsewhere `npm run check` does.
      enabled: ci,
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
      thresholds: { lines: 90, statements: 90, functions: 90, branches: 85, ...coreThresholds },
    },
  },
});

export default config;
