import { defineConfig, type Options } from 'tsup';

type Config =
  Options | Options[] | ((overrides: Options) => Options | Options[] | Promise<Options | Options[]>);

/**
 * Names of classes and functions show in error reports and reprs, so they must survive. Nothing is minified, but esbuild
 * makes `var X = class _X {` of a class that speaks of itself; this puts the name back, there and inside of the class,
 * where the source had it. (esbuild's keepNames calls Object.defineProperty each time a closure is made, in the hot
 * paths too.) scripts/check-package.mjs looks after the names.
 */
const ownNames: NonNullable<Options['plugins']>[number] = {
  name: 'own-names',
  renderChunk(code, { map }) {
    const named = code.replace(/^var (\w+) = class _\1\b[^]*?^\};$/gm, (text, name: string) =>
      text.replace(new RegExp(`(?<![.\\w$#'"\`])_${name}(?![\\w$])`, 'g'), name),
    );
    return { code: named, map: map ?? null };
  },
};

const config: Config = defineConfig({
  entry: {
    index: 'src/index.ts',
    'testing/index': 'src/testing/index.ts',
    'contextvars/index': 'src/contextvars/index.ts',
    'socket/index': 'src/socket/index.ts',
    'ssl/index': 'src/ssl/index.ts',
    'selectors/index': 'src/selectors/index.ts',
    'signal/index': 'src/signal/index.ts',
    'concurrent/index': 'src/concurrent/index.ts',
    'eslint/index': 'src/eslint/index.ts',
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
  plugins: [ownNames],
  silent: true,
});

export default config;
