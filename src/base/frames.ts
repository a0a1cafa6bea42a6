/*
 * Reading the lines of a stack: which belong to this library, and where they point.
 */

/** The first line of a stack that is not inside the library: `file:line:column`. */
export function firstOutsideFrame(stack: string): string | null {
  const lines = stackLines(stack);
  const outside = lines.find((line) => !isLibraryFrame(line)) ?? lines.at(-1);
  return outside === undefined ? null : frameLocation(outside);
}

/** The lines of a stack that are calls. */
function stackLines(stack: string): string[] {
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}

/**
 * Where this module's files lie: the folder of the sources, or of the bundle. With source maps stacks name the sources,
 * wherever the module itself was loaded from; and a bundler that makes a classic script leaves `import.meta` without a url.
 */
const LIBRARY_FOLDERS: readonly string[] = [
  (import.meta as { url?: string }).url,
  ...stackLines(String(new Error().stack)).slice(0, 1).map(frameLocation),
]
  .filter((url) => url !== undefined)
  .map(libraryFolder);

function libraryFolder(url: string): string {
  const folder = url.slice(0, url.lastIndexOf('/')).replace(/\/base$/, '');
  return `${folder.replace(/^file:\/\//, '')}/`;
}

/** Whether a line of a stack lies in this library, or in Node. */
export function isLibraryFrame(line: string): boolean {
  return line.includes('node:internal') || LIBRARY_FOLDERS.some((folder) => line.includes(folder));
}

/** `file:line:column` of a line of a stack. */
export function frameLocation(line: string): string {
  const match = /\(([^()]*:\d+:\d+)\)\s*$/.exec(line) ?? /at (?:async )?(.*:\d+:\d+)\s*$/.exec(line);
  return (match?.[1] ?? line.trim()).replace(/^file:\/\//, '');
}

/** V8's entry for a call of a generator's method stands below the line of the generator itself. */
const GENERATOR_ENTRY = /\.(?:next|throw|return) \(<anonymous>\)$/;

/** The lines above the first line in which `boundary` stands, without V8's entries; a generator's begins with `at async`. */
function linesAbove(stack: string, boundary: string): string[] {
  const lines = stackLines(stack);
  const end = lines.findIndex((line) => line.includes(boundary));
  return (end < 0 ? lines : lines.slice(0, end))
    .map((line, i) => (GENERATOR_ENTRY.test(lines[i + 1] ?? '') ? line.replace('at ', 'at async ') : line))
    .filter((line) => !line.includes('(<anonymous>)'));
}

/**
 * The lines of a stack that belong to coroutines: those above the first line in which `boundary` (a function of ours that
 * stepped the coroutine) stands, without the library's own and without V8's entries for generators. Lines of coroutines
 * begin with `at async`, those of plain functions that they called with `at`.
 */
export function framesAbove(stack: string, boundary: string): string[] {
  const real = linesAbove(stack, boundary);
  const outside = real.filter((line) => !isLibraryFrame(line));
  // An application that is bundled into one file with the library has no frames outside: all is better than nothing.
  return outside.length > 0
    ? outside
    : real.filter(
        (line) =>
          !/(recordProbe|presentStack|noteArrival|arriv\w+|throwInto|\w+\.(?:next|throw|_throw)) /.test(line),
      );
}

/** The present stack. */
export function presentStack(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 100;
  try {
    return String(new Error().stack);
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** The function of this library that the innermost line outside of it called: `Queue.get`. */
export function innermostLibraryCall(stack: string, boundary: string): string | null {
  const lines = linesAbove(stack, boundary);
  const end = lines.findIndex((line) => !isLibraryFrame(line));
  return / ([\w.]+) \(/.exec(lines[end - 1] ?? '')?.[1] ?? null;
}
