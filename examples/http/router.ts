/* Which handler for which path and method. */
import { HttpError } from './messages.js';
import type { Handler } from './server.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

/** Handlers by path, and there by method. */
export type Routes = Readonly<Record<string, Readonly<Record<string, Handler>>>>;

/** One handler for all of `routes`. HEAD is GET without the body. */
export function router(routes: Routes): Handler {
  const byPath = new Map(
    Object.entries(routes).map(([path, methods]) => [path, new Map(Object.entries(methods))]),
  );
  return (request) => {
    const { method, path } = request;
    if (!METHODS.includes(method)) throw new HttpError(501, `${method} is not known here`);
    const methods = byPath.get(path);
    if (methods === undefined) throw new HttpError(404, `there is no ${path}`);
    const handler = methods.get(method) ?? (method === 'HEAD' ? methods.get('GET') : undefined);
    if (handler !== undefined) return handler(request);
    const allowed = [...methods.keys(), ...(methods.has('GET') ? ['HEAD'] : [])].join(', ');
    throw new HttpError(405, `${method} is not for ${path}`, { Allow: allowed });
  };
}
