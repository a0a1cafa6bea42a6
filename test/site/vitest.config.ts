import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * The site in a browser: a run of its own, after `npm run docs`, and not part of `npm test`. Its files are called
 * *.spec.ts, so that the other settings do not take them.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.spec.ts'],
    testTimeout: 600_000,
    hookTimeout: 120_000,
    // One browser, one file after the other: the browser itself takes all cores.
    fileParallelism: false,
    reporters: ['default', '../../scripts/skips-reporter.mjs'],
  },
});

export default config;
