// The package's entry points, from package.json's exports: the one list that the checks go by.
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** @type {{ name: string, specifier: string, subpath: string, types: string, file: string }[]} */
export const entryPoints = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target === 'object')
  .map(([subpath, target]) => ({
    name: subpath === '.' ? manifest.name : subpath.slice(2).replaceAll('/', '-'),
    specifier: manifest.name + subpath.slice(1),
    subpath,
    types: target.types.slice(2),
    file: target.default.slice(2),
  }));
