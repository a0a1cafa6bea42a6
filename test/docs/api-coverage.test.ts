/*
 * The script that writes docs/api-coverage.md: it finds what the rule says, and complains of everything else.
 */
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { compare, type Decisions, type PythonItem, type Row } from '../../scripts/coverage/compare.mjs';
import { Exports } from '../../scripts/coverage/exports.mjs';
import { candidates, parametersOf } from '../../scripts/coverage/naming.mjs';
import { page } from '../../scripts/coverage/page.mjs';

const SOURCE = `
  export interface QueueOptions { maxsize?: number; compare?: (a: number, b: number) => number }
  class Base<T> {
    qsize(): number { return 0; }
    /** @internal */
    _hidden(): void {}
  }
  export class Queue<T> extends Base<T> {
    constructor(maxsize: number | QueueOptions = 0) { super(); }
    static readonly SHARED: number = 1;
    get maxsize(): number { return 0; }
    putNowait(item: T): void {}
    get(): T; get(timeout: { timeout?: number }): T;
    get(timeout?: unknown): T { return null as T; }
    [Symbol.iterator](): Iterator<T> { throw null; }
    aexit(_error: unknown): void {}
  }
  export class Handle {
    /** @internal */
    constructor(loop: object) {}
  }
  export abstract class Executor {}
  export function waitFor<T>(aw: T, timeout: number | null | { timeout: number | null }): T { return aw; }
  export function gather(...args: [...aws: object[], options: { returnExceptions?: boolean }]): void {}
  export function openConnection(host: string, port: number): void {}
  /** @internal */
  export function secret(): void {}
  export const FIRST_COMPLETED = 'FIRST_COMPLETED' as const;
  export { Queue as Alias };
  export * as subprocess from './subprocess.js';
`;
const virtual = new Map([
  ['/virtual/index.ts', SOURCE],
  ['/virtual/subprocess.ts', 'export const PIPE = -1;'],
]);
const exports = new Exports(
  new Map([['tsyncio', '/virtual/index.ts']]),
  {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  },
  virtual,
);

const none: Decisions = { names: {}, leftOut: {}, parameters: {}, kinds: {} };
const item = (python: string, kind = 'function', signature?: string): PythonItem => ({
  area: 'things',
  python,
  kind,
  since: '3.12',
  ...(signature === undefined ? {} : { signature }),
});
function check(one: PythonItem, decisions: Partial<Decisions> = {}): { row: Row; complaints: string[] } {
  const { rows, complaints } = compare([one], exports, { ...none, ...decisions });
  return { row: rows[0]!, complaints };
}

describe('the rule for names', () => {
  test.each([
    ['wait_for', 'function', 'waitFor'],
    ['getaddrinfo', 'function', 'getaddrinfo'],
    ['DER_cert_to_PEM_cert', 'function', 'DERCertToPEMCert'],
    ['FIRST_COMPLETED', 'constant', 'FIRST_COMPLETED'],
    ['OP_NO_TLSv1_3', 'constant', 'OP_NO_TLSv1_3'],
    ['TaskGroup', 'class', 'TaskGroup'],
    ['n_waiting', 'property', 'nWaiting'],
    ['_register_task', 'function', '_registerTask'],
    ['__aenter__', 'method', 'aenter'],
    ['__await__', 'method', '[Symbol.iterator]'],
  ])('makes of %s, a %s, %s', (python, kind, here) => {
    expect(candidates(python, kind)[0]).toBe(here);
  });
});

describe("a signature of Python's", () => {
  const short = (signature: string): string =>
    parametersOf(signature)
      .map(({ name, kind, optional }) => `${name}${optional ? '?' : ''}:${kind}`)
      .join(' ');

  test('has parameters of five kinds', () => {
    expect(short('(a, /, b, c=None, *rest, key=1, **others) -> int')).toBe(
      'a:positional b:either c?:either rest:rest key?:keyword others:keywords',
    );
    expect(short('(*, loop=None)')).toBe('loop?:keyword');
  });

  test('may have what can be left out in brackets', () => {
    expect(short('(buffer[, nbytes[, flags]])')).toBe('buffer:either nbytes?:either flags?:either');
    expect(short('([backlog])')).toBe('backlog?:either');
  });

  test('may have annotations, with brackets of their own', () => {
    expect(short("(future: Future, stack: tuple['Entry', ...], when: float | None = None)")).toBe(
      'future:either stack:either when?:either',
    );
  });

  test('of a class without a constructor names its bases, which are no parameters', () => {
    expect(short('(WriteTransport, ReadTransport)')).toBe('');
    expect(parametersOf(undefined)).toEqual([]);
  });
});

describe('a name that is there', () => {
  test('is shown with its signature as it is written, and where the reference has it', () => {
    const { row, complaints } = check(item('asyncio.Queue.put_nowait', 'method', '(item)'));
    expect(complaints).toEqual([]);
    expect(row.found).toMatchObject({ signatures: ['putNowait(item: T): void'], place: 'Queue#putNowait' });
  });

  test.each([
    ['asyncio.Queue', 'class', ['new Queue<T>(maxsize: number | QueueOptions = 0)'], 'Queue'],
    ['asyncio.Queue.qsize', 'method', ['qsize(): number'], 'Queue#qsize'],
    ['asyncio.Queue.maxsize', 'property', ['maxsize: number'], 'Queue#maxsize'],
    ['asyncio.Queue.SHARED', 'attribute', ['SHARED: number'], 'Queue.SHARED'],
    ['asyncio.Queue.__iter__', 'method', ['[Symbol.iterator](): Iterator<T>'], 'Queue'],
    ['asyncio.Queue.get', 'method', ['get(): T', 'get(timeout: { timeout?: number }): T'], 'Queue#get'],
    ['asyncio.Alias', 'class', ['new Alias<T>(maxsize: number | QueueOptions = 0)'], 'Alias'],
    ['asyncio.Executor', 'class', ['abstract class Executor'], 'Executor'],
    ['asyncio.Handle', 'class', ['class Handle'], 'Handle'],
    [
      'asyncio.FIRST_COMPLETED',
      'constant',
      ["FIRST_COMPLETED = 'FIRST_COMPLETED' as const"],
      'FIRST_COMPLETED',
    ],
    ['asyncio.subprocess.PIPE', 'constant', ['PIPE = -1'], 'subprocess.PIPE'],
  ])('%s', (python, kind, signatures, place) => {
    expect(check(item(python, kind)).row.found).toMatchObject({ signatures, place });
    expect(check(item(python, kind)).complaints).toEqual([]);
  });

  test('must be of the same kind, or say why not', () => {
    const one = item('asyncio.Queue.maxsize', 'method', '()');
    expect(check(one).complaints).toEqual(['asyncio.Queue.maxsize is a method, and here it is a value']);
    const kinds = { 'asyncio.Queue.maxsize': 'It never changes.' };
    expect(check(one, { kinds })).toMatchObject({ complaints: [], row: { note: 'It never changes.' } });
    expect(
      check(item('asyncio.Queue.qsize', 'method'), { kinds: { 'asyncio.Queue.qsize': 'It never changes.' } })
        .complaints,
    ).toHaveLength(1);
  });

  test('may have another name than the rule gives, if that was decided', () => {
    const one = item('asyncio.Queue.size', 'method', '()');
    expect(check(one).complaints).toHaveLength(1);
    expect(check(one, { names: { 'asyncio.Queue.size': 'Queue.qsize' } }).complaints).toEqual([]);
  });

  test('has no reason for being left out', () => {
    const leftOut = { 'asyncio.Queue': 'Nobody needs a queue.' };
    expect(check(item('asyncio.Queue', 'class'), { leftOut }).complaints).toEqual([
      'asyncio.Queue is exported, and yet there is a reason for leaving it out',
    ]);
  });
});

describe('a name that is not there', () => {
  test.each(['asyncio.run', 'asyncio.secret', 'asyncio.Queue._hidden', 'asyncio.Nothing.at_all'])(
    '%s needs a reason',
    (python) => {
      expect(check(item(python)).complaints).toEqual([`${python} is neither exported nor excused`]);
      const excused = check(item(python), { leftOut: { [python]: 'Nobody needs it here.' } });
      expect(excused).toMatchObject({ complaints: [], row: { reason: 'Nobody needs it here.' } });
    },
  );

  test('shares the reason of its class or module', () => {
    const leftOut = { 'asyncio.sslproto': 'It is internal.' };
    expect(check(item('asyncio.sslproto.SSLProtocol.abort', 'method'), { leftOut })).toMatchObject({
      complaints: [],
      row: { reason: 'It is internal.' },
    });
  });

  test('needs a reason that is a sentence', () => {
    const complaints = (reason: string): string[] =>
      check(item('asyncio.run'), { leftOut: { 'asyncio.run': reason } }).complaints;
    expect(complaints('')).toHaveLength(1);
    expect(complaints('later')).toHaveLength(1);
    expect(complaints('It runs by itself.')).toEqual([]);
  });

  test('and a decision that nothing needs is one too many', () => {
    const { complaints } = check(item('asyncio.Queue', 'class'), {
      leftOut: { 'asyncio.run': 'It runs by itself.' },
    });
    expect(complaints).toEqual(['leftOut speaks of asyncio.run, and nothing needs it']);
  });
});

describe('parameters', () => {
  const differences = (python: string, kind: string, signature: string): unknown => {
    const { row } = check(item(python, kind, signature));
    return [row.missing, row.extra];
  };

  test('that are optional must be taken by their names, by position or in the object', () => {
    expect(differences('asyncio.wait_for', 'function', '(aw, timeout=None)')).toEqual([[], []]);
    expect(differences('asyncio.wait_for', 'function', '(aw, *, timeout, loop=None)')).toEqual([
      ['loop'],
      [],
    ]);
    expect(differences('asyncio.gather', 'function', '(*aws, return_exceptions=False)')).toEqual([[], []]);
    expect(differences('asyncio.open_connection', 'function', '(host, *ports)')).toEqual([['ports'], []]);
  });

  test('that must be given may be called otherwise', () => {
    expect(differences('asyncio.open_connection', 'function', '(address, number)')).toEqual([[], []]);
    expect(differences('asyncio.open_connection', 'function', '(host, port, flags)')).toEqual([
      ['flags'],
      [],
    ]);
  });

  test('of context managers are one, the error', () => {
    expect(differences('asyncio.Queue.__aexit__', 'coroutine method', '(et, exc, tb)')).toEqual([[], []]);
  });

  test('that Python lacks are told, where the object is one of options', () => {
    expect(differences('asyncio.Queue', 'class', '(maxsize=0)')).toEqual([[], ['compare']]);
    expect(differences('asyncio.Queue', 'class', '(maxsize=0, **others)')).toEqual([[], []]);
  });

  test('that Python takes either way, and this library only one, are told', () => {
    const only = (python: string, kind: string, signature: string): unknown =>
      check(item(python, kind, signature)).row.only;
    expect(only('asyncio.wait_for', 'function', '(aw, timeout=None)')).toEqual({
      byPosition: [],
      byName: [],
    });
    expect(only('asyncio.open_connection', 'function', '(host=None, *, port=None)')).toEqual({
      byPosition: ['host'],
      byName: [],
    });
    expect(only('asyncio.gather', 'function', '(return_exceptions=False)')).toEqual({
      byPosition: [],
      byName: ['returnExceptions'],
    });
    expect(only('asyncio.open_connection', 'function', '(host[, port])')).toEqual({
      byPosition: [],
      byName: [],
    });
  });

  test('that are not taken need a reason', () => {
    const one = item('asyncio.open_connection', 'function', '(host, port, *, limit=1)');
    expect(check(one).complaints).toEqual(['asyncio.open_connection does not take limit']);
    const parameters = { 'asyncio.open_connection': 'There is no limit here.' };
    expect(check(one, { parameters })).toMatchObject({ complaints: [], row: { missing: ['limit'] } });
    const all = item('asyncio.open_connection', 'function', '(host, port)');
    expect(check(all, { parameters }).complaints).toHaveLength(1);
  });
});

describe('the page', () => {
  const items = [
    item('asyncio.Queue', 'class', '(maxsize=0)'),
    item('asyncio.wait_for', 'function', '(aw, timeout)'),
    item('asyncio.run'),
  ];
  const { rows } = compare(items, exports, { ...none, leftOut: { 'asyncio.run': 'It runs by itself.' } });
  const text = page(rows, 'CPython 3');

  test('counts what is there', () => {
    expect(text).toContain('| `asyncio` | `tsyncio` | 3 | 2 | 1 |');
    expect(text).toContain('<summary>2 of 3</summary>');
  });

  test('links each name, and keeps the bars of types out of the columns', () => {
    expect(text).toContain(
      '| `asyncio.wait_for(aw, timeout)` | {@link tsyncio!waitFor waitFor}' +
        '`<T>(aw: T, timeout: number \\| null \\| { timeout: number \\| null }): T` | Since 3.12. |',
    );
    expect(text).toContain(
      'new {@link tsyncio!Queue Queue}`<T>(maxsize: number \\| QueueOptions = 0)` | Since 3.12. Also takes `compare`. |',
    );
  });

  test('says why a name is left out', () => {
    expect(text).toContain('| `asyncio.run` |  | Since 3.12. **Left out.** It runs by itself. |');
  });
});
