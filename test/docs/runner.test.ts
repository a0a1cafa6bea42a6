import { beforeAll, describe, expect, it } from 'vitest';
import { root } from './blocks.js';
import { linesOf, matches, runAll, type Outcome } from './runner.js';

describe('the comparison of output', () => {
  it.each([
    [['a', 'b'], ['a', 'b'], true],
    [['a'], ['a', 'b'], false],
    [['a', 'b'], ['a'], false],
    [['a', 'x', 'y', 'b'], ['a', '...', 'b'], true],
    [['a', 'x', 'y'], ['a', '...', 'b'], false],
    [['a', 'x'], ['a', '...'], true],
    [[], [], true],
  ])('of %j with %j is %j', (printed, stated, same) => {
    expect(matches(printed, stated)).toBe(same);
  });
});

const names = `import { createTask, run, sleep } from 'tsyncio';
await run((function* () { console.log(createTask(sleep(0)).getName()); yield; yield; })());`;

/** What each block is, what comes of it, and whether it needed a process of its own. */
const cases: [string, code: string, alone: boolean, Omit<Outcome, 'alone'>][] = [
  ['prints', `console.log('a'); process.stdout.write('b');`, false, { code: 0, stdout: 'a\nb', stderr: '' }],
  ['names its tasks', names, false, { code: 0, stdout: 'Task-2\n', stderr: '' }],
  ['names its tasks as the one before', names, false, { code: 0, stdout: 'Task-2\n', stderr: '' }],
  [
    'goes on when its module is done',
    `setTimeout(() => console.log('late'), 20);`,
    false,
    { code: 0, stdout: 'late\n', stderr: '' },
  ],
  [
    'prints when the process ends',
    `process.on('exit', (code) => console.log('status', code));`,
    false,
    { code: 0, stdout: 'status 0\n', stderr: '' },
  ],
  ['writes to stderr', `process.stderr.write('oh');`, true, { code: 0, stdout: '', stderr: 'oh' }],
  ['ends the process', `process.exit(0);`, true, { code: 0, stdout: '', stderr: '' }],
  ['sets the exit code', `process.exitCode = 3;`, true, { code: 3, stdout: '', stderr: '' }],
  ['leaves a global', `(globalThis as any).left = 1;`, true, { code: 0, stdout: '', stderr: '' }],
  [
    'looks for the global of another',
    `console.log('left' in globalThis);`,
    false,
    { code: 0, stdout: 'false\n', stderr: '' },
  ],
  ['sets a variable', `process.env.LEFT = '1';`, true, { code: 0, stdout: '', stderr: '' }],
  ['goes elsewhere', `process.chdir('/');`, true, { code: 0, stdout: '', stderr: '' }],
  [
    'takes a function from Node',
    `console.log = () => {}; console.log(1);`,
    true,
    { code: 0, stdout: '', stderr: '' },
  ],
  ['leaves a listener', `process.on('warning', () => {});`, true, { code: 0, stdout: '', stderr: '' }],
  ['prints something else', `console.log('WRONG');`, true, { code: 0, stdout: 'WRONG\n', stderr: '' }],
];

describe('a block that', () => {
  let outcomes: Outcome[] = [];
  beforeAll(async () => {
    const started = await runAll(
      cases.map(([, code]) => code),
      `${root}temp/docs-runner-test`,
      ({ stdout, stderr }) => stderr === '' && !linesOf(stdout).includes('WRONG'),
    );
    outcomes = await Promise.all(started);
  }, 60_000);

  it.each(cases.map((one, index) => [one[0], index] as const))('%s', (_, index) => {
    const [, , alone, expected] = cases[index]!;
    expect(outcomes[index]).toEqual({ ...expected, alone });
  });
});

describe('a block that fails', () => {
  const failing: [string, code: string, status: number, complaint: string][] = [
    ['throws', `throw new Error('no');`, 1, 'Error: no'],
    ['throws later', `setTimeout(() => { throw new Error('late'); });`, 1, 'Error: late'],
    ['forgets a rejection', `void Promise.reject(new Error('lost'));`, 1, 'Error: lost'],
    ['never comes to its end', `await new Promise(() => {});`, 13, ''],
    ['throws at exit', `process.on('exit', () => { throw new Error('exit'); });`, 1, 'Error: exit'],
    ['warns', `process.emitWarning('careful');`, 0, 'Warning: careful'],
  ];
  let outcomes: Outcome[] = [];
  beforeAll(async () => {
    const started = await runAll(
      failing.map(([, code]) => code),
      `${root}temp/docs-runner-test-failing`,
      ({ stderr }) => stderr === '',
    );
    outcomes = await Promise.all(started);
  }, 60_000);

  it.each(failing.map((one, index) => [one[0], index] as const))(
    'since it %s, has failed alone',
    (_, index) => {
      const [, , code, complaint] = failing[index]!;
      const outcome = outcomes[index]!;
      expect(outcome).toMatchObject({ code, alone: true });
      expect(outcome.stderr).toContain(complaint);
    },
  );
});
