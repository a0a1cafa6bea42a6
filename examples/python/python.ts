/*
 * What these programs print is compared with what their Python originals print, so values are shown as Python
 * shows them. Nothing here has to do with asyncio.
 */
import { inspect } from 'node:util';

/** `value` as Python's `repr()` shows it. */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  // What Python calls Exception is Error here.
  if (value instanceof Error)
    return `${value.name === 'Error' ? 'Exception' : value.name}(${value.message === '' ? '' : quoted(value.message)})`;
  if (value instanceof Uint8Array) return `b${quotedBytes(value)}`;
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (value instanceof Set) return `{${[...(value as Set<unknown>)].map(repr).join(', ')}}`;
  return String(value);
}

/** `values` as Python shows a tuple of them. */
export function tuple(...values: readonly unknown[]): Text {
  return new Text(values.length === 1 ? `(${repr(values[0])},)` : `(${values.map(repr).join(', ')})`);
}

/** `values` as Python shows a dict of them. */
export function dict(values: Readonly<Record<string, unknown>>): Text {
  const items = Object.entries(values).map(([key, value]) => `${repr(key)}: ${repr(value)}`);
  return new Text(`{${items.join(', ')}}`);
}

/** Print `values` as Python's `print()` does: texts as they are, errors by their message, a space between. */
export function print(...values: readonly unknown[]): void {
  console.log(values.map(str).join(' '));
}

function str(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.message;
  return repr(value);
}

function quoted(text: string): string {
  return text.includes("'") ? inspect(text) : `'${text.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
}

function quotedBytes(bytes: Uint8Array): string {
  const text = quoted(Buffer.from(bytes).toString('latin1'));
  const code = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');
  return text.replace(/[^ -~]/g, (char) => `\\x${code(char)}`);
}

/** Text that is a value's form already, and gets no quotes. */
class Text {
  private readonly _text: string;

  constructor(text: string) {
    this._text = text;
  }

  toString(): string {
    return this._text;
  }
}
