/* The built site on a port of its own, as a host of static pages would have it. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where `npm run docs` puts it. */
export const siteFolder: string = fileURLToPath(new URL('../../site/', import.meta.url));

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
};

export interface SiteServer {
  readonly base: string;
  close(): void;
}

/** A page of the same host with nothing in it, to open others in. */
export const emptyPage = '/empty';

/** What each page loads that is the same for all, and takes longer than the page. */
const shared = new Set(['/assets/search.js', '/assets/navigation.js']);

/** Serves the files of the site, and 404 for everything else. A `bare` one has no search and no sidebar. */
export async function serveSite({ bare = false }: { bare?: boolean } = {}): Promise<SiteServer> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://site').pathname);
    if (path === emptyPage) {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><link rel="icon" href="data:,">');
      return;
    }
    if (bare && shared.has(path)) {
      response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'max-age=600' }).end();
      return;
    }
    const file = siteFolder + (path === '/' ? 'index.html' : path.slice(1));
    readFile(file).then(
      (body) => {
        const type = types[extname(file)] ?? 'application/octet-stream';
        response.writeHead(200, { 'content-type': type, 'cache-control': 'max-age=600' }).end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
