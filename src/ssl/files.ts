/*
 * Files, read and written at once, as Python's ssl does. What fails is an OSError.
 */
import { osErrorFromNode } from '../base/oserror.js';
import { builtin } from '../platform/builtin.js';

function inSystemErrors<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw error instanceof Error && 'syscall' in error ? osErrorFromNode(error) : error;
  }
}

/** What is in a file, byte by byte. */
export function readFile(path: string | URL): string {
  return inSystemErrors(() => builtin('node:fs').readFileSync(path, 'latin1'));
}

/** What is in those files of a directory that `openssl rehash` has made: `9d66eef0.0` and its like. */
export function readDirectory(path: string | URL): string {
  const directory = path instanceof URL ? builtin('node:url').fileURLToPath(path) : path;
  const names = inSystemErrors(() => builtin('node:fs').readdirSync(directory));
  const hashed = names.filter((name) => /^[\da-f]{8}\.\d+$/.test(name));
  return hashed.map((name) => readFile(`${directory}/${name}`)).join('\n');
}

/** Append to a file, which is its owner's alone if it is made now. */
export function appendToFile(path: string, data: string | Uint8Array): void {
  inSystemErrors(() => {
    builtin('node:fs').appendFileSync(path, data, { mode: 0o600 });
  });
}
