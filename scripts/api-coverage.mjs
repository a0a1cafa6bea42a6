// The page that tells of every name of Python's what stands for it here: docs/api-coverage.md. `node scripts/api-coverage.mjs`
// fails when a name is neither exported nor excused, when a parameter is not taken, and when the page is not what would be
// written now; `--update` writes it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { compare } from './coverage/compare.mjs';
import { decisions } from './coverage/decisions.mjs';
import { Exports } from './coverage/exports.mjs';
import { page } from './coverage/page.mjs';
import { entryPoints } from './entry-points.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = `${root}docs/api-coverage.md`;

/** The source of an entry point: dist/socket/index.js is made from src/socket/index.ts. */
const sources = new Map(
  entryPoints.map(({ name, file }) => [name, root + file.replace(/^dist\//, 'src/').replace(/\.js$/, '.ts')]),
);
const settings = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path));
const { options } = ts.parseJsonConfigFileContent(
  { ...settings.config, include: [], files: [] },
  ts.sys,
  root,
);

const { reference, items } = JSON.parse(readFileSync(`${root}scripts/coverage/asyncio-api.json`, 'utf8'));
const { rows, complaints } = compare(items, new Exports(sources, options), decisions);
for (const complaint of complaints) console.error(complaint);

const text = page(rows, reference);
const before = existsSync(target) ? readFileSync(target, 'utf8') : '';
if (process.argv.includes('--update')) {
  writeFileSync(target, text);
} else if (text !== before) {
  const old = new Set(before.split('\n'));
  const changed = text.split('\n').filter((line) => !old.has(line));
  console.error('docs/api-coverage.md is not what would be written now (`npm run api` writes it):');
  for (const line of changed.slice(0, 20)) console.error(`  + ${line}`);
  process.exitCode = 1;
}
if (complaints.length > 0) process.exitCode = 1;
