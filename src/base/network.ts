/*
 * Slots by which loops find what lies above them: the network (transports, servers), TLS, pipes and processes. The folders that
 * implement them register themselves when they are imported; the loop knows no more of them than this.
 */
import { RuntimeError } from './errors.js';

let networkProvider: object | null = null;
let tlsProvider: object | null = null;
let processProvider: object | null = null;

/** Give all loops their network. */
export function registerNetwork(provider: object): void {
  networkProvider = provider;
}

/** The network. @throws RuntimeError if none is registered. */
export function network(): object {
  if (networkProvider !== null) return networkProvider;
  throw new RuntimeError("this loop has no network: import 'tsyncio', and not single files of it");
}

/** Give the network its TLS: for the author of one. @public */
export function registerTls(provider: object): void {
  tlsProvider = provider;
}

/** TLS. @throws RuntimeError if none is registered. */
export function tls(): object {
  if (tlsProvider !== null) return tlsProvider;
  throw new RuntimeError("this loop has no TLS: import 'tsyncio', and not single files of it");
}

/** Give all loops pipes and processes. */
export function registerProcesses(provider: object): void {
  processProvider = provider;
}

/** Pipes and processes. @throws RuntimeError if none are registered. */
export function processes(): object {
  if (processProvider !== null) return processProvider;
  throw new RuntimeError("this loop has no processes: import 'tsyncio', and not single files of it");
}
