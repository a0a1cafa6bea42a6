// The rule that turns Python's names into this library's, and what a signature of Python's says of its parameters.

/** Special methods, and what stands for them. Of several names one is enough. */
const SPECIAL = {
  __aenter__: ['aenter'],
  __aexit__: ['aexit'],
  __aiter__: ['aiter'],
  __anext__: ['anext'],
  __await__: ['[Symbol.iterator]'],
  __contains__: ['has'],
  __enter__: ['enter', 'aenter', '[Symbol.dispose]'],
  __exit__: ['exit', 'aexit', '[Symbol.dispose]'],
  __getitem__: ['getitem'],
  __iter__: ['[Symbol.iterator]'],
  __len__: ['size'],
};

/** `wait_for` is `waitFor`; a leading underscore stays. */
export function camelCase(name) {
  return name.replace(/(?<=[^_])_+([a-zA-Z0-9])/g, (_, letter) => letter.toUpperCase());
}

const LOWERED = new Set(['function', 'method', 'coroutine function', 'coroutine method', 'property']);

/** The names that one name of Python's may have here: those of classes and of constants stay as they are. */
export function candidates(name, kind) {
  return SPECIAL[name] ?? [/^_?[A-Z]/.test(name) && !LOWERED.has(kind) ? name : camelCase(name)];
}

/** Splits at the commas that stand in no bracket and in no string. */
function splitTopLevel(text) {
  const parts = [''];
  let depth = 0;
  let quote = '';
  for (const char of text) {
    if (quote) {
      if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    if (char === ',' && depth === 0 && !quote) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** What stands between the first parenthesis and the one that closes it. */
function withinParentheses(signature) {
  let depth = 0;
  for (let i = 0; i < signature.length; i++) {
    if (signature[i] === '(') depth++;
    else if (signature[i] === ')' && --depth === 0) return signature.slice(1, i);
  }
  return '';
}

/**
 * The parameters of a signature such as `(a, /, b=None, *rest, key=None, **others)` or `(a[, b[, c]])`, each with its kind,
 * 'positional', 'either', 'rest', 'keyword' or 'keywords', and whether it may be left out.
 */
export function parametersOf(signature) {
  // Brackets of the second kind say what may be left out; brackets in annotations stand behind a colon.
  const inner = withinParentheses(signature ?? '');
  const optionalFrom = inner.search(/\[,|^\[/);
  const text =
    optionalFrom < 0 ? inner : inner.slice(0, optionalFrom) + inner.slice(optionalFrom).replace(/[[\]]/g, '');
  const found = [];
  let keywordOnly = false;
  for (const part of splitTopLevel(text)) {
    const name = /^[*\w]+|^\//.exec(part)?.[0] ?? part;
    if (name === '/') for (const one of found) one.kind = 'positional';
    else if (name === '*') keywordOnly = true;
    else if (name.startsWith('**')) found.push({ name: name.slice(2), kind: 'keywords' });
    else if (name.startsWith('*')) {
      keywordOnly = true;
      found.push({ name: name.slice(1), kind: 'rest' });
    }
    // The bases of a class, which introspection gives for one without a constructor of its own.
    else if (!/^[A-Z]/.test(name)) {
      const optional = part.includes('=') || (optionalFrom >= 0 && text.indexOf(part) >= optionalFrom);
      found.push({ name, kind: keywordOnly ? 'keyword' : 'either', optional });
    }
  }
  return found;
}
