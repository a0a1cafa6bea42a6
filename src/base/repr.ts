/*
 * Values in messages, the way Python's repr() shows them: a string in quotes, an error as its class with its text, an
 * object by its own toString if it has a telling one. What is inside of an array is shown one level deep, and long texts
 * are cut: a message is no dump.
 */

const MAX_LENGTH = 200;

/** `value` as a message should show it. Never throws. */
export function reprValue(value: unknown): string {
  const text = describe(value, true);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}...` : text;
}

/** A callback as a message should show it: `name()`. A task that waits is one too. */
export function reprCallback(callback: unknown): string {
  if (typeof callback === 'function') return `${callback.name === '' ? '<lambda>' : callback.name}()`;
  return `${(callback as { callbackName?: string }).callbackName ?? 'Task.task_wakeup'}()`;
}

function describe(value: unknown, deep: boolean): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `<function ${value.name === '' ? '<lambda>' : value.name}>`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) {
    return deep ? `[${value.map((item) => describe(item, false)).join(', ')}]` : '[...]';
  }
  try {
    return describeObject(value);
    // eslint-disable-next-line no-restricted-syntax -- a failing toString must not hide the error that is being worded
  } catch {
    return '<object>';
  }
}

function describeObject(value: object): string {
  if (value instanceof Error) return `${value.name}(${value.message === '' ? '' : quote(value.message)})`;
  const text = String(value);
  const tag = /^\[object (\w+)\]$/.exec(text)?.[1];
  if (tag === undefined) return text;
  return `<${tag === 'Object' ? value.constructor.name : tag} object>`;
}

function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
  return text.includes("'") && !text.includes('"') ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`;
}
