import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { noAddon } from '../helpers/addon.js';
import { bundle } from '../helpers/child.js';
import { backends } from './support.js';

const script = spawnSync('script', ['--version']).status === 0;
if (!script) console.log('tests of terminals are left out: there is no program `script` to make one');

const PROGRAM = `
import { getRunningLoop, run, StreamReader, StreamReaderProtocol, Protocol, type Coroutine } from 'tsyncio';

function* main(): Coroutine {
  const loop = getRunningLoop();
  const reader = new StreamReader();
  yield* loop.connectReadPipe(() => new StreamReaderProtocol(reader), 0);
  const [output] = yield* loop.connectWritePipe(Protocol, 1);
  output.write('ready on ' + (process.stdin.isTTY ? 'a terminal' : 'no terminal') + '\\n');
  for (let i = 0; i < 2; i++) {
    const line = yield* reader.readline();
    output.write('got ' + line.toString().toUpperCase());
  }
}

await run(main());
process.exit(0);
`;

describe.each(backends)('A terminal (%s)', (backend) => {
  test.skipIf(!script || (backend === 'selector' && noAddon))(
    'is read line by line, and written to',
    async () => {
      const directory = await bundle({
        stdin: {
          contents: PROGRAM,
          loader: 'ts',
          sourcefile: 'main.ts',
          resolveDir: join(import.meta.dirname, '..'),
        },
        entryNames: 'main',
      });
      onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
      const command = `${process.execPath} ${join(directory, 'main.mjs')}`;
      const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
        env: { ...process.env, TSYNCIO_TRANSPORT: backend, NODE_OPTIONS: undefined },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      let output = '';
      const printed = async (text: string): Promise<void> => {
        while (!output.includes(text)) await new Promise((resolve) => child.stdout.once('data', resolve));
      };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      const ended = new Promise((resolve) => child.once('close', resolve));
      await printed('ready on a terminal');
      child.stdin.write('one\n');
      await printed('got ONE');
      child.stdin.write('two\n');
      await printed('got TWO');
      child.stdin.end();
      expect(await ended).toBe(0);
    },
  );
});
