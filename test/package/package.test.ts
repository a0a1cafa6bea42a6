import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { complaints, packedFiles, requiredSources } from '../../scripts/pack.mjs';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

interface Manifest {
  engines: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
  scripts: Record<string, string>;
}
const manifest = JSON.parse(read('package.json')) as Manifest;

describe('the package', () => {
  let files: string[];
  beforeAll(() => {
    files = packedFiles();
  });

  it('holds what an install needs and nothing of the workshop', () => {
    expect(complaints(files, requiredSources)).toEqual([]);
  });

  it('would be refused with a test or a source in it, or without the licence', () => {
    const wrong = [...files.filter((file) => file !== 'LICENSE'), 'src/index.ts', 'test/x.test.ts'];
    expect(complaints(wrong, requiredSources)).toEqual([
      'src/index.ts does not belong in the package',
      'test/x.test.ts does not belong in the package',
      'LICENSE is missing from the package',
    ]);
  });

  it('has a source for every entry point, and names its types first', () => {
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      if (typeof target === 'string') continue;
      expect(Object.keys(target)).toEqual(['types', 'default']);
      expect(target.types.replace(/\.d\.ts$/, '')).toBe(target.default.replace(/\.js$/, ''));
      const source = target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts');
      expect(existsSync(new URL(source, root)), `${source}, for ${subpath}`).toBe(true);
    }
  });

  it('says which Node it needs, and the bundler builds for that one', () => {
    expect(manifest.engines).toEqual({ node: '>=20.19' });
    expect(read('tsup.config.ts')).toContain("target: 'node20.19'");
  });

  it('names the same entry points in the bundler settings and in the documentation settings', () => {
    const sources = Object.values(manifest.exports)
      .filter((target) => typeof target !== 'string')
      .map((target) => target.default.replace('./dist/', 'src/').replace(/\.js$/, '.ts'));
    const bundled = [...read('tsup.config.ts').matchAll(/: '(src\/[^']+)'/g)].map(([, source]) => source);
    const documented = (JSON.parse(read('typedoc.json')) as { entryPoints: string[] }).entryPoints;
    expect(bundled).toEqual(sources);
    expect(documented).toEqual(sources);
  });
});

interface Locked {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>;
}

/** The locked place that a package at `from` would load `name` from, as Node looks for it. */
function lookUp(packages: Locked['packages'], from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === '') return undefined;
  }
}

describe('the lockfile', () => {
  const text = read('package-lock.json');

  it('names no registry', () => {
    expect(text).not.toContain('"resolved"');
  });

  it('holds every platform of packages with binaries, or `npm ci` refuses it', () => {
    const { packages } = JSON.parse(text) as Locked;
    const missing = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => lookUp(packages, from, name) === undefined),
    );
    expect(missing).toEqual([]);
  });
});
