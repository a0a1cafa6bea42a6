/*
 * node bench/guest/run.mjs [rounds] [cases whose names begin so]
 *
 * How good a guest a busy loop is in Node, and what AsyncLocalStorage and loop.events cost. See README.md.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cases } from './cases.mjs';

const rounds = Number(process.argv[2] ?? 5);
const only = process.argv[3] ?? '';
const script = fileURLToPath(new URL('cases.mjs', import.meta.url));

async function measure(name) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, name]);
  return JSON.parse(stdout);
}

/** The middle one of each figure. */
function median(results) {
  const middle = (key) => results.map((result) => result[key]).sort((a, b) => a - b)[results.length >> 1];
  return Object.fromEntries(Object.keys(results[0]).map((key) => [key, middle(key)]));
}

const names = Object.keys(cases).filter((name) => name.startsWith(only));
const results = new Map(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of names) results.get(name).push(await measure(name));
}

console.log(`Node ${process.version}, medians of ${rounds} rounds`);
let group = '';
for (const name of names) {
  const figures = median(results.get(name));
  const [kind] = name.split(',');
  if (kind !== group) {
    group = kind;
    console.log(`\n| ${kind} | ${Object.keys(figures).join(' | ')} |`);
    console.log(
      `| --- |${Object.keys(figures)
        .map(() => ' --: |')
        .join('')}`,
    );
  }
  const cells = Object.entries(figures).map(([key, value]) => value.toFixed(key === 'count' ? 0 : 1));
  console.log(`| ${name.slice(kind.length + 2)} | ${cells.join(' | ')} |`);
}
