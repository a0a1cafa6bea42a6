import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from './blocks.js';
import { type Exported, exportsOf, type Member } from './exports.js';
import { check, checkImports, ENTRIES, missingIn } from './reference.js';

describe('the API reference', () => {
  it.each(Object.keys(ENTRIES))('of %s is complete', (entry) => {
    expect(missingIn(entry)).toEqual([]);
  });

  it('looks at every entry point of the package', () => {
    const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { exports: object };
    const named = Object.keys(exports).filter((path) => !path.endsWith('.json'));
    expect(Object.keys(ENTRIES).sort()).toEqual(named.map((path) => path.replace('.', 'tsyncio')).sort());
  });
});

const EXAMPLE = '```ts\nf();\n```';

function exported(changes: Partial<Exported>): Exported {
  const nothing = { members: [], parameters: [], contents: [], throws: false, base: undefined };
  return { name: 'f', kind: 'function', file: 'f.ts', line: 1, comment: '', ...nothing, ...changes };
}

function member(changes: Partial<Member>): Member {
  return {
    name: 'm',
    kind: 'method',
    comment: '',
    parameters: [],
    optional: false,
    throws: false,
    ...changes,
  };
}

describe('the check of the reference', () => {
  it('is content with what tells everything', () => {
    const comment = `Wait \`delay\` seconds. Python: \`f\`. @throws ValueError\n${EXAMPLE}`;
    expect(check(exported({ comment, parameters: ['delay'], throws: true }))).toEqual([]);
  });

  it.each([
    ['no comment', '', 'f: undocumented'],
    [
      'no name in Python',
      `Do it.\n${EXAMPLE}`,
      'f: say what it is called in Python, or that Python has none',
    ],
    ['no example', 'Do it. Python: `f`.', 'f: no example'],
    ['an example that is not run for no reason', 'Python: `f`.\n```ts no-run\nf();\n```', 'f: no example'],
  ])('notices %s', (_, comment, complaint) => {
    expect(check(exported({ comment }))).toContain(complaint);
  });

  it('notices durations and sizes without their unit, and errors that are not told', () => {
    const comment = `Do it. Python: \`f\`.\n${EXAMPLE}`;
    expect(check(exported({ comment, parameters: ['timeout', 'nbytes'], throws: true }))).toEqual([
      'f: say what it throws, and when',
      'f: say that timeout is in seconds',
      'f: say that nbytes is in bytes',
    ]);
  });

  it('notices what members lack, those from a base that is not exported too', () => {
    const base = exported({ name: 'Base', members: [member({ name: 'inherited' })] });
    const members = [member({ name: 'own', comment: 'Do it.', parameters: ['when'], throws: true })];
    const comment = `Python: \`C\`.\n${EXAMPLE}`;
    expect(check(exported({ name: 'C', kind: 'class', comment, members, base }))).toEqual([
      'C.inherited: undocumented',
      'C.own: say what it throws, and when',
      'C.own: say that when is in seconds',
    ]);
  });

  it('lets a member that overrides another inherit its comment', () => {
    const base = exported({ name: 'Base', members: [member({ comment: 'Do it.' })] });
    const comment = `Python: \`C\`.\n${EXAMPLE}`;
    expect(check(exported({ name: 'C', kind: 'class', comment, members: [member({})], base }))).toEqual([]);
  });

  it('lets a member refer to another one for units', () => {
    const members = [member({ comment: 'As {@link C.own}.', parameters: ['when'] })];
    const comment = `Python: \`C\`.\n${EXAMPLE}`;
    expect(check(exported({ name: 'C', kind: 'class', comment, members }))).toEqual([]);
  });

  it('notices types without a link, and options without their default', () => {
    const members = [member({ name: 'loud', kind: 'property', comment: 'Shout.', optional: true })];
    expect(check(exported({ name: 'SayOptions', kind: 'interface', comment: 'Options.', members }))).toEqual([
      'SayOptions: link to where it is used, or say what it is called in Python',
      'SayOptions.loud: say what it is if it is left out',
    ]);
  });

  it('notices what has examples only at another entry point', () => {
    const all = exportsOf('src/socket/index.ts');
    const complaints = (code: string): string[] => checkImports('tsyncio/socket', all, code);
    const error = 'error: no example imports it from tsyncio/socket';
    const timeout = 'timeout: no example imports it from tsyncio/socket';
    expect(complaints('')).toEqual([error, timeout]);
    expect(complaints("import { error } from 'tsyncio/socket';\nimport { timeout } from 'tsyncio';")).toEqual(
      [timeout],
    );
  });

  it('looks into namespaces', () => {
    const contents = [exported({ name: 'g' })];
    expect(check(exported({ name: 'ns', kind: 'namespace', comment: 'Python: `ns`.', contents }))).toEqual([
      'ns.g: undocumented',
    ]);
  });
});
