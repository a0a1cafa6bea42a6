import { describe, expect, it } from 'vitest';
import { type Exported, exportsOf } from './exports.js';

const all = new Map(exportsOf('src/index.ts').map((each): [string, Exported] => [each.name, each]));

describe('the reader of exports', () => {
  it('follows re-exports to the declaration', () => {
    expect(all.get('TaskGroup')).toMatchObject({ kind: 'class', file: 'src/tasks/task-group.ts' });
    expect(all.get('CancelledError')).toMatchObject({ kind: 'class', file: 'src/base/errors.ts' });
  });

  it('leaves out what is not exported', () => {
    expect(all.has('nameAfterClass')).toBe(false);
    expect(all.has('NetworkEventLoop')).toBe(false);
  });

  it('knows names that were changed on the way', () => {
    const names = exportsOf('src/socket/index.ts').map(({ name, file }) => [name, file]);
    expect(names).toContainEqual(['error', 'src/base/errors.ts']);
  });

  it('joins the comments of a value and a type of one name', () => {
    const { kind, comment } = all.get('EventLoop')!;
    expect(kind).toBe('constant');
    expect(comment).toContain('Python: `asyncio.EventLoop`');
    expect(comment).toContain('getRunningLoop');
  });

  it('takes overloads for one function, with all their parameters', () => {
    expect(all.get('asyncWith')!.parameters).toEqual(expect.arrayContaining(['cm', 'resource', 'thisArg']));
  });

  it('finds members that are public, and those of a base', () => {
    const loop = all.get('SelectorEventLoop')!;
    const names = loop.members.map(({ name }) => name);
    expect(names).toContain('addReader');
    expect(names).not.toContain('_select');
    expect(names).not.toContain('_hasOwnSelect');
    expect(loop.base?.name).toBe('ProcessEventLoop');
    expect(loop.base?.base?.members.map(({ name }) => name)).toContain('createConnection');
  });

  it('sees which functions throw by themselves', () => {
    expect(all.get('asyncWith')!.throws).toBe(true);
    expect(all.get('sleep')!.throws).toBe(true);
    expect(all.get('run')!.throws).toBe(false);
    expect(all.get('BaseTransport')!.members.filter(({ throws }) => throws)).toEqual([]);
  });

  it('looks into namespaces', () => {
    expect(all.get('subprocess')!.contents.map(({ name }) => name)).toContain('PIPE');
  });
});
