const NAMES: Readonly<Record<string, string>> = { string: 'str', number: 'int', boolean: 'bool' };

/** The name of a value's type, as Python's messages have it. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (Array.isArray(value)) return 'tuple';
  if (typeof value === 'object') return value.constructor.name;
  return NAMES[typeof value] ?? typeof value;
}
