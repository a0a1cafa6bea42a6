/*
 * The package, bundled from its sources, for programs in processes of their own: made once for all of them, and again
 * when a source has changed. It lies inside the package's directory, because that is where the addon is looked for.
 */
import { build, type Plugin } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const libraries = join(root, 'temp', 'libraries');
const HOUR = 3_600_000;

/** What the sources look like from outside: their names, sizes and times. */
function version(): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).sort()) {
    const { size, mtimeMs } = statSync(join(root, 'src', name));
    hash.update(`${name} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOld(): void {
  for (const name of readdirSync(libraries)) {
    const path = join(libraries, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (age > HOUR) rmSync(path, { recursive: true, force: true });
  }
}

async function makeLibrary(): Promise<string> {
  mkdirSync(libraries, { recursive: true });
  const directory = join(libraries, version());
  if (existsSync(directory)) return directory;
  removeOld();
  // Others may be at it as well: the first to be done gives its own the name.
  const making = mkdtempSync(join(libraries, 'making-'));
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && existsSync(join(root, 'src', entry.name, 'index.ts')),
  );
  await build({
    entryPoints: [
      { in: join(root, 'src/index.ts'), out: 'index' },
      ...folders.map(({ name }) => ({ in: join(root, 'src', name, 'index.ts'), out: name })),
    ],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    outdir: making,
    outExtension: { '.js': '.mjs' },
    logLevel: 'error',
  });
  try {
    renameSync(making, directory);
  } catch (error) {
    if (!existsSync(directory)) throw error;
    rmSync(making, { recursive: true, force: true });
  }
  return directory;
}

let made: Promise<string> | undefined;

/** For a bundle of what is not the package: `tsyncio` and `tsyncio/...` stay outside, in the bundle that all share. */
export const sharedLibrary: Plugin = {
  name: 'tsyncio',
  setup({ onResolve }) {
    onResolve({ filter: /^tsyncio(\/|$)/ }, async ({ path }) => {
      const directory = await (made ??= makeLibrary());
      return { path: join(directory, `${path.slice('tsyncio/'.length) || 'index'}.mjs`), external: true };
    });
  },
};
