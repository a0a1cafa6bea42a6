import { build, type BuildOptions, type Plugin } from 'esbuild';
import { rmSync } from 'node:fs';
import { root } from './blocks.js';

const SUBPATHS = ['testing', 'contextvars', 'socket', 'selectors', 'signal', 'ssl', 'concurrent', 'eslint'];

/** The entry points of the package: the name to import it by, and its source. */
const entryPoints: [string, string][] = [
  ...SUBPATHS.map((name): [string, string] => [`tsyncio/${name}`, `${root}src/${name}/index.ts`]),
  ['tsyncio', `${root}src/index.ts`],
];

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  logLevel: 'silent',
};

/** Modules that are texts: `load` gives the text of what matches. */
function texts(name: string, filter: RegExp, load: (path: string) => string): Plugin {
  return {
    name,
    setup(context) {
      context.onResolve({ filter }, ({ path }) => ({ path, namespace: name }));
      context.onLoad({ filter: /.*/, namespace: name }, ({ path }) => ({
        contents: load(path),
        loader: 'ts',
        resolveDir: root,
      }));
    },
  };
}

function blockOptions(codes: readonly string[], outdir: string): BuildOptions {
  return {
    ...common,
    entryPoints: codes.map((_, index) => ({ in: `block:${index}`, out: `block-${index}` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
  };
}

const blockTexts = (codes: readonly string[]): Plugin =>
  texts('block', /^block:/, (path) => codes[Number(path.slice('block:'.length))]!);

const paths = (codes: readonly string[], outdir: string): string[] =>
  codes.map((_, index) => `${outdir}/block-${index}.mjs`);

/** Bundle blocks, which share the files of the library. Gives the path of each as a script for Node. */
export async function bundleScripts(codes: readonly string[], outdir: string): Promise<string[]> {
  rmSync(outdir, { recursive: true, force: true });
  await build({
    ...blockOptions(codes, outdir),
    splitting: true,
    sourcemap: 'inline',
    alias: Object.fromEntries(entryPoints),
    plugins: [blockTexts(codes)],
  });
  return paths(codes, outdir);
}

/** What batch.mjs runs: the library as the body of a function, and blocks that find theirs where batch.mjs puts it. */
export interface Batch {
  readonly library: string;
  readonly paths: readonly string[];
}

export async function bundleBatch(codes: readonly string[], outdir: string): Promise<Batch> {
  rmSync(outdir, { recursive: true, force: true });
  const library = `${outdir}/library.cjs`;
  const all = entryPoints.map(
    ([name, source]) => `export * as ${JSON.stringify(name)} from ${JSON.stringify(source)};`,
  );
  await Promise.all([
    build({
      ...common,
      stdin: { contents: all.join('\n'), loader: 'ts', resolveDir: root },
      outfile: library,
      format: 'cjs',
      define: { 'import.meta.url': 'libraryUrl' },
    }),
    build({
      // Each has what it imports to itself, or the first library would be that of all.
      ...blockOptions(codes, outdir),
      splitting: false,
      plugins: [
        blockTexts(codes),
        texts(
          'library',
          /^tsyncio(\/|$)/,
          (name) =>
            `module.exports = globalThis[Symbol.for('tsyncio of the block')][${JSON.stringify(name)}]`,
        ),
      ],
    }),
  ]);
  return { library, paths: paths(codes, outdir) };
}
