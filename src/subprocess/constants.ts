/** A pipe between this process and the child. Python: `asyncio.subprocess.PIPE`. */
export const PIPE = -1;
/** For `stderr`: where `stdout` goes. Python: `asyncio.subprocess.STDOUT`. */
export const STDOUT = -2;
/** Nothing to be read; what is written is dropped. Python: `asyncio.subprocess.DEVNULL`. */
export const DEVNULL = -3;
