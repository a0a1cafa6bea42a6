/** `wait_for` is `waitFor`; a leading underscore stays. */
export function camelCase(name: string): string;
/** The names that one name of Python's may have here. */
export function candidates(name: string, kind?: string): string[];
export interface PythonParameter {
  readonly name: string;
  readonly kind: 'positional' | 'either' | 'rest' | 'keyword' | 'keywords';
  readonly optional?: boolean;
}
/** The parameters that a signature of Python's has. */
export function parametersOf(signature: string | undefined): PythonParameter[];
