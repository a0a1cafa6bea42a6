/*
 * HTTP/1.1 messages as both sides read and write them: a start line, header fields, an empty line (RFC 9112).
 *
 * What could be read in two ways is refused, not repaired: a message that two programs on its way take for different
 * ones is how requests are smuggled. So lines end with CR LF, names have no space before the colon, lengths are digits,
 * and a message has a Content-Length or a Transfer-Encoding, but never both.
 */
import { type Coroutine, IncompleteReadError, LimitOverrunError, type StreamReader } from 'tsyncio';

/** Header fields by their names in lower case. Of a field that came several times the values are joined by `, `. */
export type Fields = Map<string, string>;

/** The most of a message's head that is read. A single line is limited by the reader's own `limit`. */
export const MAX_FIELDS = 100;
export const MAX_HEAD = 65536; // bytes

/** What the other side sent is wrong, or not to be had here; `status` is the answer of a server to it. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** Fields for the answer. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(status: number, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.fields = fields;
  }
}

// What may not be in a line; neither may the bytes that end one.
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
/** What names are made of: those of fields, and methods. */
export const TOKEN: RegExp = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * The next line, without its end; `null` where the stream ends before it.
 *
 * @param tooLong - the status for a line longer than the reader's limit
 */
export function* readLine(reader: StreamReader, tooLong: number): Coroutine<string | null> {
  let bytes: Buffer;
  try {
    bytes = yield* reader.readuntil('\n');
  } catch (error) {
    if (error instanceof LimitOverrunError) throw new HttpError(tooLong, 'a line is too long');
    if (!(error instanceof IncompleteReadError)) throw error;
    if (error.partial.length === 0) return null;
    throw new HttpError(400, 'the stream ended within a line');
  }
  const line = bytes.toString('latin1');
  if (!line.endsWith('\r\n')) throw new HttpError(400, 'a line does not end with CR LF');
  const text = line.slice(0, -2);
  if (CONTROL.test(text)) throw new HttpError(400, 'a control character in a line');
  return text;
}

/** The header fields, up to and with the empty line; the trailer of a chunked body as well. */
export function* readFields(reader: StreamReader): Coroutine<Fields> {
  const fields: Fields = new Map();
  let size = 0;
  for (let count = 0; ; count++) {
    const line = yield* readLine(reader, 431);
    if (line === null) throw new HttpError(400, 'the stream ended within the header');
    if (line === '') return fields;
    size += line.length;
    if (count === MAX_FIELDS || size > MAX_HEAD) throw new HttpError(431, 'the header is too large');
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    // This refuses folded lines as well: they begin with a space.
    if (!TOKEN.test(name)) throw new HttpError(400, 'a header field without a proper name');
    const value = strip(line.slice(colon + 1));
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}, ${value}`);
  }
}

/** `text` without the spaces and tabs around it. */
function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ' \t'.includes(text[start]!)) start++;
  while (end > start && ' \t'.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** How the body of a message is delimited: so many bytes, chunks, or `null` if nothing says so. */
export function framing(fields: Fields): number | 'chunked' | null {
  const coding = fields.get('transfer-encoding');
  const length = fields.get('content-length');
  if (coding !== undefined) {
    if (length !== undefined) throw new HttpError(400, 'both Content-Length and Transfer-Encoding');
    if (coding.toLowerCase() === 'chunked') return 'chunked';
    if (!/(^|,)[ \t]*chunked$/i.test(coding)) throw new HttpError(400, 'a body without an end');
    throw new HttpError(501, `no transfer coding but chunked is known here: ${coding}`);
  }
  if (length === undefined) return null;
  if (!/^\d{1,15}$/.test(length)) throw new HttpError(400, 'Content-Length is no number');
  return Number(length);
}

/** Whether the connection ends with this message. */
export function isLast(version: string, fields: Fields): boolean {
  const options = (fields.get('connection') ?? '').toLowerCase().split(/[ \t]*,[ \t]*/);
  return options.includes('close') || (version === '1.0' && !options.includes('keep-alive'));
}

/** A start line and fields as they are sent. What would break out of its line is an error of this side. */
export function renderHead(start: string, fields: Fields): Buffer {
  let head = start;
  if (CONTROL.test(start)) throw new TypeError(`a control character in ${JSON.stringify(start)}`);
  for (const [name, value] of fields) {
    if (!TOKEN.test(name) || CONTROL.test(value)) {
      throw new TypeError(`no header field: ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
    }
    head += `\r\n${name}: ${value}`;
  }
  return Buffer.from(`${head}\r\n\r\n`, 'latin1');
}

/** Fields of one's own, by name, added to `fields` in place of those that are there. */
export function setFields(fields: Fields, own: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(own)) fields.set(name.toLowerCase(), value);
}
