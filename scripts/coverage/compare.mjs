// Python's names against the exports: for each name a row of the page, and what is wrong with it, if anything.
import { camelCase, candidates, parametersOf } from './naming.mjs';

/** Which entry point stands for a module of Python's, longest prefix first; `loop` is any event loop. */
const MODULES = [
  ['concurrent.futures', 'concurrent', []],
  ['asyncio.subprocess', 'tsyncio', ['subprocess']],
  // What these define stands beside everything else.
  ['asyncio.log', 'tsyncio', []],
  ['asyncio.streams', 'tsyncio', []],
  ['asyncio.trsock', 'tsyncio', []],
  ['asyncio', 'tsyncio', []],
  ['loop', 'tsyncio', ['SelectorEventLoop']],
  ['contextvars', 'contextvars', []],
  ['selectors', 'selectors', []],
  ['signal', 'signal', []],
  ['socket', 'socket', []],
  ['ssl', 'ssl', []],
];

const CALLABLE = new Set(['function', 'method', 'coroutine function', 'coroutine method']);
const CLASS = new Set(['class', 'exception', 'constructor']);

/** `asyncio.Queue.put` is [tsyncio, [Queue], put]: the entry point, where in it, and the name that is to be turned. */
export function locate(python) {
  const [prefix, entry, base] = MODULES.find(([name]) => python.startsWith(`${name}.`));
  const names = python.slice(prefix.length + 1).split('.');
  const last = names.pop();
  return { entry, path: [...base, ...names], last };
}

/** Where the exports have it: under the name that `decisions.names` gives, or under one that the rule gives. */
function find(item, exports, decisions) {
  const { entry, path, last } = locate(item.python);
  const renamed = decisions.names[item.python];
  const paths =
    renamed !== undefined
      ? [renamed.split('.')]
      : last === '__init__'
        ? [path]
        : candidates(last, item.kind).map((name) => [...path, name]);
  for (const one of paths) {
    const found = exports.find(entry, one);
    if (found !== undefined) return { entry, ...found };
  }
  return undefined;
}

/** The reason for a name that is left out: its own, or that of the class or module that it belongs to. */
function reasonFor(python, leftOut) {
  for (let name = python; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    if (leftOut[name] !== undefined) return { name, reason: leftOut[name] };
  }
  return undefined;
}

function kindComplaint({ python, kind }, found) {
  const is = found.kind;
  if (/__len__$/.test(python)) return undefined;
  if (CALLABLE.has(kind) && is !== 'function') return `${python} is a ${kind}, and here it is a ${is}`;
  if (CLASS.has(kind) && is !== 'class') return `${python} is a ${kind}, and here it is a ${is}`;
  if (!CALLABLE.has(kind) && !CLASS.has(kind) && is !== 'value')
    return `${python} is a ${kind}, and here it is a ${is}`;
  return undefined;
}

/** Names that JavaScript keeps for itself: such a parameter has another name, and is given by position. */
const RESERVED = new Set(['default']);

/**
 * Which of Python's parameters are not taken here, and which are that Python lacks, each by its name here. One that must be
 * given anyway, or can only be given by position, is told by its position: its name is nobody's concern.
 */
export function compareParameters(item, found) {
  if (found.parameters === null || item.signature === undefined || /__a?exit__$/.test(item.python)) {
    return { missing: [], extra: [] };
  }
  const { positional, bags, count, rest } = found.parameters;
  const python = parametersOf(item.signature);
  const taken = new Set([...positional, ...bags.flatMap((bag) => bag.names)]);
  const missing = python.filter(({ name, kind, optional }, index) => {
    if (kind === 'keywords' || taken.has(camelCase(name)) || taken.has(name)) return false;
    if (kind === 'rest') return !rest;
    const byPosition = kind === 'positional' || (kind === 'either' && !optional) || RESERVED.has(name);
    return !(byPosition && (index < count || rest));
  });
  const known = new Set(python.flatMap(({ name }) => [camelCase(name), name]));
  // An object that has none of Python's names, and is not called options, is a value: `{ fd }`.
  const options = bags.filter((bag) => bag.called || bag.names.some((name) => known.has(name)));
  const open = python.some(({ kind }) => kind === 'keywords');
  const extra = options.flatMap((bag) => bag.names).filter((name) => !known.has(name) && !open);
  return { missing: missing.map(({ name }) => name), extra: [...new Set(extra)] };
}

/** Parameters that Python takes by position or by name and that are taken here in one of the ways only. */
export function oneWay(item, found) {
  const only = { byPosition: [], byName: [] };
  if (found.parameters === null || item.signature === undefined) return only;
  const named = new Set(found.parameters.bags.flatMap((bag) => bag.names));
  // Brackets instead of defaults stand for a function of C's, which takes most by position alone.
  if (/\[,|^\(\[/.test(item.signature)) return only;
  for (const { name, kind, optional } of parametersOf(item.signature)) {
    const here = camelCase(name);
    const [isPositional, isNamed] = [found.parameters.positional.has(here), named.has(here)];
    if (kind !== 'either' || !optional || isPositional === isNamed) continue;
    (isPositional ? only.byPosition : only.byName).push(here);
  }
  return only;
}

/**
 * Compare Python's names with the exports.
 *
 * `decisions` holds what a person decided: `names`, where a name is not what the rule makes of it; `leftOut`, the reason for
 * each name that is not there; `parameters`, the reason for parameters that are not; `kinds`, for what is of another kind.
 */
export function compare(items, exports, decisions) {
  const complaints = [];
  const used = new Set();
  const rows = items.map((item) => {
    const found = find(item, exports, decisions);
    const excuse = reasonFor(item.python, decisions.leftOut);
    if (excuse) used.add(`leftOut ${excuse.name}`);
    if (decisions.names[item.python] !== undefined) used.add(`names ${item.python}`);
    if (found === undefined) {
      if (excuse === undefined) complaints.push(`${item.python} is neither exported nor excused`);
      return { item, reason: excuse?.reason ?? '' };
    }
    if (excuse) {
      complaints.push(`${item.python} is exported, and yet there is a reason for leaving it out`);
    }
    const { missing, extra } = compareParameters(item, found);
    const kind = kindComplaint(item, found);
    const kindReason = decisions.kinds[item.python];
    const parameterReason = decisions.parameters[item.python];
    if (kindReason !== undefined) used.add(`kinds ${item.python}`);
    if (parameterReason !== undefined) used.add(`parameters ${item.python}`);
    if (kind && kindReason === undefined) complaints.push(kind);
    if (!kind && kindReason !== undefined)
      complaints.push(`${item.python} is of Python's kind, and yet excused`);
    if (missing.length > 0 && parameterReason === undefined) {
      complaints.push(`${item.python} does not take ${missing.join(', ')}`);
    }
    if (missing.length === 0 && parameterReason !== undefined) {
      complaints.push(`${item.python} takes all that Python does, and yet is excused`);
    }
    return {
      item,
      found,
      missing,
      extra,
      only: oneWay(item, found),
      note: [kindReason, parameterReason].filter(Boolean).join(' '),
    };
  });
  return { rows, complaints: [...complaints, ...unused(decisions, used), ...badReasons(decisions)] };
}

function unused(decisions, used) {
  return Object.entries(decisions).flatMap(([table, entries]) =>
    Object.keys(entries)
      .filter((python) => !used.has(`${table} ${python}`))
      .map((python) => `${table} speaks of ${python}, and nothing needs it`),
  );
}

/** A reason is a sentence. */
function badReasons({ leftOut, parameters, kinds }) {
  return [leftOut, parameters, kinds].flatMap((table) =>
    Object.entries(table)
      .filter(([, reason]) => !/^\S.{10,}\.$/s.test(reason))
      .map(([python]) => `the reason for ${python} is no sentence`),
  );
}
