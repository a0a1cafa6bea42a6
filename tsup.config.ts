import { defineConfig, type Options } from 'tsup';

type Config =
  Options | Options[] | ((overrides: Options) => Options | Options[] | Promise<Options | Options[]>);

// Names of classes and functions show in error reports and reprs. They survive because nothing is minified;
// esbuild's keepNames is not used: it calls Object.defineProperty each time a closure is made, also in the hot
// paths. test/package/names.test.ts and scripts/check-package.mjs look after exported names.
const config: Config = defineConfig({
  entry: {
    index: 'src/index.ts',
    'testing/index': 'src/testing/index.ts',
    'contextvars/index': 'src/contextvars/index.ts',
    'socket/index': 'src/socket/index.ts',
    'selectors/index': 'src/selectors/index.ts',
  },
  format: 'esm',
  // Neither Node's builtins nor a browser's globals are assumed: src/platform asks for what it needs.
  platform: 'neutral',
  target: 'node20.19',
  tsconfig: 'tsconfig.build.json',
  // Two entry points share one Future class, or `instanceof` and the running-loop slot break between them.
  splitting: true,
  sourcemap: true,
  clean: true,
  dts: true,
  silent: true,
});

export default config;
