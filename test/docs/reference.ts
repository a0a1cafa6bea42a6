/*
 * What the documentation of an export must tell: its name in Python, the units of what it takes, that it throws, an
 * example. What cannot be checked without many false alarms is left to the reader.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { blocksOf, docComments, root } from './blocks.js';
import { type Exported, exportsOf, type Member } from './exports.js';

/** The entry points, and where they begin. */
export const ENTRIES: Readonly<Record<string, string>> = {
  tsyncio: 'src/index.ts',
  'tsyncio/testing': 'src/testing/index.ts',
  'tsyncio/contextvars': 'src/contextvars/index.ts',
  'tsyncio/socket': 'src/socket/index.ts',
  'tsyncio/ssl': 'src/ssl/index.ts',
  'tsyncio/selectors': 'src/selectors/index.ts',
  'tsyncio/signal': 'src/signal/index.ts',
  'tsyncio/concurrent': 'src/concurrent/index.ts',
  'tsyncio/eslint': 'src/eslint/index.ts',
};

const placeOf = ({ file, line }: Exported): string => `${file}:${line}`;
const places = Object.values(ENTRIES).flatMap(exportsOf).map(placeOf);
const published = new Set(places);
/** What more than one entry point exports. */
const shared = new Set(places.filter((place, i) => places.indexOf(place) !== i));

/** What another entry point exports is that one's business, where it comes from its folder. */
const ELSEWHERE: Readonly<Record<string, RegExp>> = { tsyncio: /^src\/contextvars\// };

const NAMES_PYTHON = /\bPython/;
const TELLS_ERRORS = /\b(throws?|thrown|Refused)\b/;
/** "As the other one": units are said there. */
const REFERS = /^As\s+(\{@link|`)/;
const OPTIONS = /(Options|Limits?|Timeouts)$/;
const TELLS_DEFAULT = /\b(left\s+out|defaults?|needed|must\s+be)\b/i;
const LINK = /\{@link [^}]+\}/;
const SECONDS = /\bseconds?\b/i;
const BYTES = /\bbytes?\b/i;

/** Parameters and properties that are a duration or a time in this library, whatever takes them. */
const DURATIONS = new Set([
  'timeout',
  'delay',
  'when',
  'seconds',
  'sslHandshakeTimeout',
  'sslShutdownTimeout',
  'happyEyeballsDelay',
  'slowCallbackDuration',
  'duration',
  'took',
  'waited',
]);
/** And those that are a number of bytes. */
const SIZES = new Set(['nbytes', 'bufsize', 'buflen', 'sizehint', '_nbytes', '_sizehint', 'high', 'low']);

/** A block that is run; one that cannot be says why. */
function hasExample(comment: string): boolean {
  return blocksOf('', comment).some(({ noRun }) => noRun !== '');
}

function checkUnits(where: string, names: readonly string[], comment: string): string[] {
  return names.flatMap((name) => {
    if (DURATIONS.has(name) && !SECONDS.test(comment)) return [`${where}: say that ${name} is in seconds`];
    if (SIZES.has(name) && !BYTES.test(comment)) return [`${where}: say that ${name} is in bytes`];
    return [];
  });
}

function checkMember(of: string, { name, kind, comment, parameters, throws }: Member): string[] {
  const where = `${of}.${name}`;
  // Symbols speak for themselves, and overridden methods whose name says it all are documented by their class.
  if (comment === '') return name.startsWith('[') ? [] : [`${where}: undocumented`];
  const found = throws && !TELLS_ERRORS.test(comment) ? [`${where}: say what it throws, and when`] : [];
  if (REFERS.test(comment)) return found;
  return [...found, ...checkUnits(where, kind === 'method' ? parameters : [name], comment)];
}

/** The documentation of a member that a class has from a base. */
function inheritedComment(base: Exported | undefined, name: string): string {
  if (base === undefined) return '';
  const comment = base.members.find((member) => member.name === name)?.comment ?? '';
  return comment === '' ? inheritedComment(base.base, name) : comment;
}

/** Members that a class has from a base that is not exported are its own; one that overrides another may inherit its comment. */
function checkMembers({ name, members, base }: Exported): string[] {
  const inherited = base === undefined || published.has(placeOf(base)) ? [] : checkMembers({ ...base, name });
  const own = members.flatMap((member) => {
    const comment = member.comment === '' ? inheritedComment(base, member.name) : member.comment;
    return checkMember(name, { ...member, comment });
  });
  return [...new Set([...inherited, ...own])];
}

function checkCallable(exported: Exported): string[] {
  const { name, comment, parameters, throws } = exported;
  const found: string[] = [];
  if (!NAMES_PYTHON.test(comment))
    found.push(`${name}: say what it is called in Python, or that Python has none`);
  if (!hasExample(comment)) found.push(`${name}: no example`);
  if (throws && !TELLS_ERRORS.test(comment)) found.push(`${name}: say what it throws, and when`);
  return [...found, ...checkUnits(name, parameters, comment), ...checkMembers(exported)];
}

function checkType(exported: Exported): string[] {
  const { name, comment, members } = exported;
  const found: string[] = [];
  if (!LINK.test(comment) && !NAMES_PYTHON.test(comment))
    found.push(`${name}: link to where it is used, or say what it is called in Python`);
  for (const each of OPTIONS.test(name) ? members.filter(({ optional }) => optional) : [])
    if (!TELLS_DEFAULT.test(each.comment))
      found.push(`${name}.${each.name}: say what it is if it is left out`);
  return [...found, ...checkMembers(exported)];
}

/** What is missing in the documentation of an export. */
export function check(exported: Exported): string[] {
  const { name, kind, comment, contents } = exported;
  if (comment === '') return [`${name}: undocumented`];
  switch (kind) {
    case 'class':
    case 'function':
      return checkCallable(exported);
    case 'interface':
    case 'type':
      return checkType(exported);
    case 'namespace':
      return [
        ...(NAMES_PYTHON.test(comment) ? [] : [`${name}: say what it is called in Python`]),
        ...contents.flatMap(check).map((text) => `${name}.${text}`),
      ];
    case 'constant':
      return NAMES_PYTHON.test(comment) ? [] : [`${name}: say what it is called in Python`];
  }
}

/** The code of all examples of an export. */
function examplesOf({ comment, members, contents }: Exported): string {
  const own = [comment, ...members.map((member) => member.comment)].flatMap((text) => blocksOf('', text));
  return [...own.map(({ code }) => code), ...contents.map(examplesOf)].join('\n');
}

/** The constants of a file stand for one another: one that an example uses, here or elsewhere, does for all of them. */
function checkConstants(all: readonly Exported[], code: string): string[] {
  const constants = all.filter(({ kind }) => kind === 'constant');
  return [...new Set(constants.map(({ file }) => file))].flatMap((file) => {
    const group = constants.filter((each) => each.file === file);
    return group.some(({ name }) => new RegExp(`\\b${name}\\b`).test(code))
      ? []
      : [`the constants of ${file}: no example`];
  });
}

/** What has its examples at another entry point, under another name perhaps, needs one that imports it from here too. */
export function checkImports(entry: string, all: readonly Exported[], code: string): string[] {
  const imports = [...code.matchAll(/^import (?:type )?\{([^}]*)\} from '([^']+)'/gm)]
    .filter(([, , from]) => from === entry)
    .map(([, names]) => names);
  return all
    .filter((each) => shared.has(placeOf(each)) && !each.file.startsWith(dirname(ENTRIES[entry]!)))
    .filter(({ kind }) => kind === 'class' || kind === 'function')
    .filter(({ name }) => !imports.some((names) => new RegExp(`\\b${name}\\b`).test(names!)))
    .map(({ name }) => `${name}: no example imports it from ${entry}`);
}

/** What is missing in the documentation of all that an entry point exports. */
export function missingIn(entry: string): string[] {
  const file = ENTRIES[entry]!;
  const all = exportsOf(file).filter((each) => ELSEWHERE[entry]?.test(each.file) !== true);
  const own = [...docComments(readFileSync(root + file, 'utf8'))].flatMap(({ text }) => blocksOf(file, text));
  const code = [...own.map((block) => block.code), ...all.map(examplesOf)].join('\n');
  return [...all.flatMap(check), ...checkConstants(all, code), ...checkImports(entry, all, code)];
}
