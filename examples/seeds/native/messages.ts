/*
 * As much of HTTP/1.0 as the gateways here need: a request is a line and an empty line, a response ends where the connection
 * does. (examples/http/ has a server and a client that know more.)
 */

export type Address = [host: string, port: number];

export function requestFor(path: string): string {
  return `GET ${path} HTTP/1.0\r\n\r\n`;
}

/** The path, once the head of the request is complete. */
export function pathIn(received: string): string | undefined {
  if (!received.includes('\r\n\r\n')) return undefined;
  return received.split(' ')[1] ?? '/';
}

export function responseWith(body: unknown): string {
  return `HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body)}\n`;
}

/** What the JSON of a whole response says. */
export function bodyOf(response: string): unknown {
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n')));
}
