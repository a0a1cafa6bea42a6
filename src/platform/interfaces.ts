/*
 * Network interfaces by number and by name: the number is the scope of a link-local IPv6 address.
 */
import { builtin } from './builtin.js';

/** The scope of an interface, by its name; 0 where there is none. */
export function scopeId(name: string): number {
  if (/^\d+$/.test(name)) return Number(name);
  for (const address of builtin('node:os').networkInterfaces()[name] ?? []) {
    if (address.family === 'IPv6' && address.scopeid !== 0) return address.scopeid;
  }
  return 0;
}

/** The name of the interface with a scope; the number, where no interface has it. */
export function scopeName(id: number): string {
  for (const [name, addresses = []] of Object.entries(builtin('node:os').networkInterfaces())) {
    if (addresses.some((address) => address.family === 'IPv6' && address.scopeid === id)) return name;
  }
  return String(id);
}
