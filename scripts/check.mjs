// Runs every check there is, one after the other, and goes on after a failure, so that one run tells all.
//
//     node scripts/check.mjs                   all of them
//     node scripts/check.mjs lint types        these
//     node scripts/check.mjs --without tests   all but these
//
// The last line is `N passed, N failed`. CHECK_COUNTS, if set, is a file that gets these two numbers too.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const steps = {
  format: 'prettier --check --log-level warn .',
  lint: 'eslint --max-warnings 0 .',
  types: 'tsc -p tsconfig.json',
  layers: 'depcruise src',
  tests: 'vitest run --coverage',
  'tests without the addon': 'npm run --silent test:no-addon',
  build: 'tsup',
  api: 'node scripts/api.mjs',
  coverage: 'node scripts/api-coverage.mjs',
  docs: 'typedoc',
  site: 'vitest run --config test/site/vitest.config.ts',
  unused: 'knip',
  package: 'node scripts/check-package.mjs',
};

const args = process.argv.slice(2);
const without = args[0] === '--without';
const named = without ? args.slice(1) : args;
const strangers = named.filter((name) => !Object.hasOwn(steps, name));
if (strangers.length > 0) {
  console.error(`no such check: ${strangers.join(', ')}; there are ${Object.keys(steps).join(', ')}`);
  process.exit(2);
}
const chosen = Object.entries(steps).filter(
  ([name]) => (without || named.length === 0) !== named.includes(name),
);

const env = { ...process.env, PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH}` };
const failed = [];
for (const [name, command] of chosen) {
  const start = process.hrtime.bigint();
  console.log(`\n== ${name}: ${command}`);
  const { status } = spawnSync(command, { shell: true, cwd: root, stdio: 'inherit', env });
  const seconds = (Number(process.hrtime.bigint() - start) / 1e9).toFixed(1);
  console.log(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'} after ${seconds} s`);
  if (status !== 0) failed.push(name);
}

if (process.env.CHECK_COUNTS) {
  writeFileSync(process.env.CHECK_COUNTS, `${chosen.length - failed.length} ${failed.length}\n`);
}
console.log(
  `\n${failed.length > 0 ? `failed: ${failed.join(', ')}\n` : ''}${chosen.length - failed.length} passed, ${failed.length} failed`,
);
process.exit(failed.length > 0 ? 1 : 0);
