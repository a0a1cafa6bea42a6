import { fileURLToPath } from 'node:url';
import { type ConfigEnv, type ViteUserConfig } from 'vitest/config';
import { addonError } from './src/platform/addon.js';

const src = fileURLToPath(new URL('./src', import.meta.url));
const ci = Boolean(process.env.CI);

/** Where everything rests on system calls. Elsewhere a test that needs the addon skips itself and says so. */
const addonFolders = 'test/{native,selectors,socket}/**';
const withoutAddon = addonError()?.message;

/**
 * What leaves nothing behind in its process: these files run one after the other in the same few processes, which load the
 * sources once. Any other file has a process of its own: those that replace a module, look at all children or at the state of
 * the process, count on the first warning, or use a library that keeps sockets open.
 */
const sharing = [
  'test/{base,conformance,contextvars,futures,protocols,queues,streams,sync,tasks,transports}/**/!(in-a-worker|network|selector-transport|which-network).test.ts',
  'test/{duplex,pipes,selectors}/**/*.test.ts',
  // The rest counts descriptors.
  'test/socket/**/!(create).test.ts',
  'test/interop/{abortable,cancel-on-abort,dispose,events,promises-everywhere,streams,to-promise}.test.ts',
  'test/loop/{async-context,blocking-driver,call-soon,close,handles,loop-events,pacer,run-forever,run-once,sock,timers,virtual-time}.test.ts',
  'test/ssl/{certificate,constants,context,errors,sendfile,shutdown,start-tls,streams}.test.ts',
  'test/examples/{http,seeds}/**/*.test.ts',
];

/** `npm run test:no-addon` follows a run with the addon, and leaves out what has the same result. */
const independent = 'test/{docs,package,tooling,sync/cancellation}/**';

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

const excluded = (mode: string): string[] => [
  '**/fixtures/**',
  '**/node_modules/**',
  ...(withoutAddon === undefined ? [] : [addonFolders]),
  ...(mode === 'no-addon' ? [independent] : []),
];

const config: (env: ConfigEnv) => ViteUserConfig = ({ mode }) => ({
  resolve: {
    // Tests may import the package by its name, as users do, and get the sources.
    alias: [
      { find: /^tsyncio$/, replacement: `${src}/index.ts` },
      { find: /^tsyncio\/(.+)$/, replacement: `${src}/$1/index.ts` },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'sharing', isolate: false, include: sharing, exclude: excluded(mode) },
      },
      {
        extends: true,
        test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [...excluded(mode), ...sharing] },
      },
    ],
    // Against what hangs, not against what is slow: the machine may be busy.
    testTimeout: 60_000,
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
