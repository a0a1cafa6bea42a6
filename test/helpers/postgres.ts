/*
 * A PostgreSQL server of the tests' own: a new cluster in a temporary folder, reached by a Unix socket in it alone, gone in the end.
 */
import { type ChildProcess, spawn, spawnSync, type SpawnOptions } from 'node:child_process';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { once } from 'node:events';

/** How to reach the server: what `pg` takes, and the environment that it looks at otherwise. */
export interface PostgresServer {
  readonly config: { readonly host: string; readonly user: string; readonly database: string };
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The user that the server must not be: PostgreSQL refuses to run as root. */
interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** Debian keeps the server's programs out of PATH. */
function folders(): string[] {
  const debian = '/usr/lib/postgresql';
  const found = (process.env.PATH ?? '').split(delimiter);
  try {
    for (const version of readdirSync(debian)) found.push(join(debian, version, 'bin'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (error) {
    return !(error instanceof Error);
  }
}

function owner(): Owner | null {
  if (process.getuid?.() !== 0) return {};
  const entry = /^postgres:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return entry === null ? null : { uid: Number(entry[1]), gid: Number(entry[2]) };
}

const programs: string | undefined = folders().find((folder) => isProgram(join(folder, 'initdb')));
const runAs: Owner | null = owner();

/** Why there is no server here, or `null`. */
export const noPostgres: string | null =
  process.platform === 'win32'
    ? 'the server would listen on a Unix socket'
    : programs === undefined
      ? 'PostgreSQL’s server is not installed'
      : runAs === null
        ? 'PostgreSQL does not run as root, and there is no user postgres'
        : null;

/** Make a cluster and start its server. */
export async function startPostgres(): Promise<PostgresServer> {
  // A socket's path is short: the folder is not where TMPDIR may be.
  const folder = mkdtempSync('/tmp/tsyncio-pg-');
  const options: SpawnOptions = { ...runAs, cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C' } };
  if (runAs?.uid !== undefined) chownSync(folder, runAs.uid, runAs.gid!);
  const data = join(folder, 'data');
  const args = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  const made = spawnSync(join(programs!, 'initdb'), args, { ...options, encoding: 'utf8' });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`, { cause: made.error });
  const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'fsync=off'];
  const server = spawn(
    join(programs!, 'postgres'),
    ['-D', data, ...settings.flatMap((setting) => ['-c', setting])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(server, 'exit');
  const kill = (): void => void server.kill('SIGQUIT');
  process.once('exit', kill);
  await ready(server);
  return {
    config: { host: folder, user: 'postgres', database: 'postgres' },
    environment: { PGHOST: folder, PGUSER: 'postgres', PGDATABASE: 'postgres' },
    async stop() {
      process.off('exit', kill);
      // Immediately: nobody will want the data.
      kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its log says when it takes connections. */
function ready(server: ChildProcess): Promise<void> {
  let log = '';
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', () => {
      reject(new Error(`the server has ended:\n${log}`));
    });
    server.stderr!.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (log.includes('ready to accept connections')) resolve();
    });
  });
}
