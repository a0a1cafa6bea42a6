import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const src = fileURLToPath(new URL('./src', import.meta.url));

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
    exclude: ['**/fixtures/**', '**/node_modules/**'],
    testTimeout: 20_000,
    // Tests that look at memory and finalizers call gc().
    execArgv: ['--expose-gc'],
    // Type tests: test/types/*.test-d.ts are checked by the compiler in `npm run typecheck`, not run.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary', 'json-summary', 'html'],
      reportsDirectory: 'coverage',
    },
  },
});

export default config;
