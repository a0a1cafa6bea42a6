// The page of the documentation that shows what `compare` found.

const IMPORT = (entry) => (entry === 'tsyncio' ? 'tsyncio' : `tsyncio/${entry}`);

const MODULES = [
  ['asyncio', 'tsyncio', (python) => /^(asyncio|loop)\./.test(python)],
  ['contextvars', 'contextvars', (python) => python.startsWith('contextvars.')],
  ['selectors', 'selectors', (python) => python.startsWith('selectors.')],
  ['concurrent.futures', 'concurrent', (python) => python.startsWith('concurrent.')],
  ['socket', 'socket', (python) => python.startsWith('socket.')],
  ['ssl', 'ssl', (python) => python.startsWith('ssl.')],
  ['signal', 'signal', (python) => python.startsWith('signal.')],
];

/** Code in a cell of a table. */
const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** A signature with its name as a link into the reference. */
function linked({ entry, place }, signature) {
  const [, before, name, after] = /^((?:new |class |abstract class )?)(\[Symbol\.\w+\]|[\w$]+)(.*)$/s.exec(
    signature,
  );
  const link = `{@link ${IMPORT(entry)}!${place} ${name}}`;
  return `${before}${link}${after.trim() ? code(after) : ''}`;
}

function notes({ item, found, missing, extra, only, note, reason }) {
  const parts = [];
  if (item.since !== '<=3.6' && !item.removed) parts.push(`Since ${item.since}.`);
  if (item.internal) parts.push('Internal in CPython.');
  if (found === undefined) return [...parts, `**Left out.** ${reason}`].join(' ');
  if (missing.length > 0) parts.push(`Without ${missing.map(code).join(', ')}.`);
  if (only.byPosition.length > 0) parts.push(`${only.byPosition.map(code).join(', ')} by position only.`);
  if (only.byName.length > 0) parts.push(`${only.byName.map(code).join(', ')} by name only.`);
  if (extra.length > 0) parts.push(`Also takes ${extra.map(code).join(', ')}.`);
  if (note) parts.push(note);
  return parts.join(' ');
}

function row(entry) {
  const { item, found } = entry;
  const python = code(item.python + (item.signature ?? ''));
  const here =
    found === undefined ? '' : found.signatures.map((signature) => linked(found, signature)).join('<br>');
  return `| ${python} | ${here} | ${notes(entry)} |`;
}

const count = (rows) => ({ all: rows.length, here: rows.filter(({ found }) => found !== undefined).length });

function summary(rows) {
  const lines = MODULES.map(([python, entry, has]) => {
    const { all, here } = count(rows.filter(({ item }) => has(item.python)));
    return `| ${code(python)} | ${code(IMPORT(entry))} | ${all} | ${here} | ${all - here} |`;
  });
  const { all, here } = count(rows);
  return [
    '| Python | Import | Names | Here | Left out |',
    '| --- | --- | ---: | ---: | ---: |',
    ...lines,
    `| all | | ${all} | ${here} | ${all - here} |`,
  ].join('\n');
}

function section(area, rows) {
  const { all, here } = count(rows);
  return `## ${capital(area)}

<details>
<summary>${here === all ? `all ${all}` : `${here} of ${all}`}</summary>
<div style="overflow-x: auto">

| Python | TypeScript | |
| --- | --- | --- |
${rows.map(row).join('\n')}

</div>
</details>`;
}

/** The page, as Markdown. */
export function page(rows, reference) {
  const areas = byArea(rows);
  return `---
title: API coverage
---

<!-- Written by scripts/api-coverage.mjs --update. What is edited here is lost. -->

# API coverage

Every public name of asyncio in ${reference}, and of the modules beside it what asyncio's users meet: with what stands for it
here, or why it is left out. Names follow [one rule](./porting.md); keyword arguments are one object at the end. What behaves
differently under the same name is told in [Differences from asyncio](./differences.md).

Names that CPython uses internally, and some that it has removed, are listed too, for those who come from code that used them.
Python's signatures are those of its documentation, or else of the objects themselves. This page is made from the types, and
checked with them: a name that is neither here nor excused, or a parameter that is not taken, is an error.

<div style="overflow-x: auto">

${summary(rows)}

</div>

${[...areas].map(([area, its]) => section(area, its)).join('\n\n')}
`;
}

/** Rows by area, in the order of the areas. Node 20 has no Map.groupBy. */
function byArea(rows) {
  const areas = new Map();
  for (const row of rows) areas.set(row.item.area, [...(areas.get(row.item.area) ?? []), row]);
  return areas;
}
