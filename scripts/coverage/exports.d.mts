import type { CompilerOptions } from 'typescript';

/** What was found at the end of a path. */
export interface Found {
  readonly kind: 'class' | 'function' | 'namespace' | 'type' | 'value';
  readonly signatures: readonly string[];
  /** Where the reference has it: `Queue#put`. */
  readonly place: string;
}
/** The exports of some entry points, as the compiler sees them. */
export class Exports {
  constructor(
    entries: ReadonlyMap<string, string>,
    options?: CompilerOptions,
    virtual?: ReadonlyMap<string, string>,
  );
  /** What stands at the end of `path`, or undefined. */
  find(entry: string, path: readonly string[]): Found | undefined;
}
