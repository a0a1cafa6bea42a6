import type { Exports, Found } from './exports.mjs';

/** One name of Python's. */
export interface PythonItem {
  readonly area: string;
  readonly python: string;
  readonly kind: string;
  readonly signature?: string;
  readonly since: string;
  readonly removed?: string;
  readonly internal?: boolean;
}
/** What a person decided; each table by Python's names. */
export interface Decisions {
  readonly names: Readonly<Record<string, string>>;
  readonly leftOut: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<string, string>>;
}
/** What stands for one name of Python's, or why nothing does. */
export interface Row {
  readonly item: PythonItem;
  readonly found?: Found & { readonly entry: string };
  readonly missing?: readonly string[];
  readonly extra?: readonly string[];
  readonly only?: { readonly byPosition: readonly string[]; readonly byName: readonly string[] };
  readonly note?: string;
  readonly reason?: string;
}
/** Python's names against the exports. */
export function compare(
  items: readonly PythonItem[],
  exports: Exports,
  decisions: Decisions,
): { rows: Row[]; complaints: string[] };
