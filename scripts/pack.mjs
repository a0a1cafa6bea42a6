// What `npm pack` would put into the package.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Paths of the packed files. `cwd` is the project's root. */
export function packedFiles() {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const out = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return JSON.parse(out)[0].files.map(({ path }) => path);
}

const ALLOWED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|binding\.gyp|scripts\/build-addon\.mjs|native\/[\w-]+\.[ch]|prebuilds\/.*\.node|dist\/[\w/-]+\.(d\.ts|js|js\.map))$/;

/** What is in the package and should not be, or is missing from it, a sentence each. */
export function complaints(files, required) {
  const strangers = files
    .filter((file) => !ALLOWED.test(file))
    .map((file) => `${file} does not belong in the package`);
  const missing = required
    .filter((file) => !files.includes(file))
    .map((file) => `${file} is missing from the package`);
  return [...strangers, ...missing];
}

/** What the package has without a build: what an install needs to make the addon, and what people read. */
export const requiredSources = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'binding.gyp',
  'scripts/build-addon.mjs',
  'native/addon.c',
];
