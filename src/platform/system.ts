/*
 * Which system this is.
 */

interface HostProcess {
  platform?: string;
  versions?: { openssl?: string };
}

/** The system's name as Node has it, `linux`; `unknown` where nobody says. */
export function systemName(): string {
  return (globalThis as { process?: HostProcess }).process?.platform ?? 'unknown';
}

/** Whether the system has epoll(7). */
export function hasEpoll(): boolean {
  const name = systemName();
  return name === 'linux' || name === 'android';
}

/** The version of OpenSSL that Node was built with, `3.0.15`; `unknown` where nobody says. */
export function opensslVersion(): string {
  return (globalThis as { process?: HostProcess }).process?.versions?.openssl ?? 'unknown';
}
