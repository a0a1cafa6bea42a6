// What the documentation site has beyond TypeDoc's own: guides in the order of `pages` in typedoc.json, modules under the
// names that are imported, and their exports in categories by the source files they come from, so that doc comments need
// no tags for it. Decides nothing about looks (site.css does).
import { existsSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  Application,
  Converter,
  JSX,
  PageEvent,
  PageKind,
  ParameterType,
  ReflectionCategory,
  ReflectionKind,
} from 'typedoc';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** For each module its categories, in order, and which sources belong there. The first that matches is taken. */
const categories = {
  tsyncio: {
    Running: /^loop\/runners/,
    Coroutines: /^(base\/awaitable|tasks\/(async-|aclosing))/,
    'Task groups and timeouts': /^(tasks\/(task-group|timeouts|wait-for)|base\/cancel-request)/,
    Debugging: /^(tasks\/(graph|stack)|base\/log|loop\/loop-events)/,
    Tasks: /^tasks\//,
    Futures: /^futures\//,
    Synchronization: /^sync\//,
    Queues: /^queues\//,
    Streams: /^streams\//,
    Subprocesses: /^(subprocess\/|loop\/process-)/,
    Threads: /^loop\/(threads|remote-loop)/,
    'Living with Node': /^interop\//,
    'Context variables': /^contextvars\//,
    Errors: /^base\/(errors|except|format-exception)/,
    'Transports and protocols': /^(protocols|transports|pipes)\//,
    'Event loops': /^(loop\/|base\/loop)/,
  },
  'tsyncio/concurrent': {
    Executors: /^concurrent\/(executor|functions|pool|process-pool|thread-pool|results|sendable)/,
    Futures: /^concurrent\/(as-completed|future|wait)/,
    Errors: /^(base\/|concurrent\/index)/,
  },
  'tsyncio/socket': {
    Sockets: /^socket\/(socket|base-socket|create|transfer-socket|bytes|defaults)/,
    'Names and addresses': /^socket\/(resolve|address|inet|byteorder)/,
    Errors: /^socket\/(errors|index)/,
    'Families, types and protocols': /^socket\/constants/,
    'Socket options': /^socket\/options/,
    Flags: /^socket\/flags/,
  },
  'tsyncio/ssl': {
    'Contexts and connections': /^ssl\/(context|default-context|ssl-object)/,
    Certificates: /^ssl\/(certificate|pem)/,
    Errors: /^ssl\/(errors|index)/,
    Constants: /^ssl\/constants/,
  },
  'tsyncio/signal': {
    Handlers: /^signal\/handlers/,
    'Names and numbers': /^signal\/names/,
    Signals: /^signal\/constants/,
  },
};

/** How categories of a module follow each other, where that is not the order in which their patterns are tried. */
const order = {
  tsyncio: [
    'Running',
    'Coroutines',
    'Tasks',
    'Task groups and timeouts',
    'Futures',
    'Synchronization',
    'Queues',
    'Streams',
    'Subprocesses',
    'Threads',
    'Living with Node',
    'Context variables',
    'Errors',
    'Debugging',
    'Transports and protocols',
    'Event loops',
  ],
};

/** What is used comes before what it is declared with, and Python's private names come last. */
const rank = ({ kind, name }) =>
  (name.startsWith('_') ? 10 : 0) +
  (kind & (ReflectionKind.Interface | ReflectionKind.TypeAlias) ? 2 : kind & ReflectionKind.Class ? 0 : 1);
const byUse = (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1);

/** @param {Application} app */
export function load(app) {
  app.options.addDeclaration({
    name: 'pages',
    help: 'The guides: for each group its files, in order. One that does not exist is left out.',
    type: ParameterType.Mixed,
    defaultValue: {},
  });

  const groups = () => Object.entries(app.options.getValue('pages'));

  app.on(Application.EVENT_BOOTSTRAP_END, () => {
    const listed = groups().flatMap(([, files]) => files);
    for (const file of readdirSync(`${root}docs`)) {
      if (file.endsWith('.md') && !listed.includes(`docs/${file}`))
        app.logger.error(`docs/${file} is in no group of \`pages\` in typedoc.json`);
    }
    app.options.setValue(
      'projectDocuments',
      listed.filter((file) => existsSync(root + file)).map((file) => root + file),
    );
  });

  // A page is called what its heading says, where its front matter says nothing.
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, page) => {
    const heading = /^# (.+)/m.exec(page.content.map(({ text }) => text).join(''));
    if (heading !== null && !(`title` in page.frontmatter)) page.name = heading[1];
  });

  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      if (module.kind !== ReflectionKind.Module) continue;
      module.name = module.name === 'index' ? 'tsyncio' : `tsyncio/${module.name}`;
    }
  });

  // Before TypeDoc's own plugin looks for tags (-200), after groups were made (-100).
  app.converter.on(
    Converter.EVENT_RESOLVE_END,
    (context) => {
      const { project } = context;
      const pageOf = new Map(
        (project.documents ?? []).map((page) => [project.files.getReflectionPath(page), page]),
      );
      const grouped = groups().map(([title, files]) => [
        title,
        files.map((file) => pageOf.get(root + file)).filter((page) => page !== undefined),
      ]);
      project.categories = [...grouped, ['Modules', project.children ?? []]]
        .filter(([, children]) => children.length > 0)
        .map(([title, children]) => category(title, children));
      for (const module of project.children ?? []) {
        categorize(app, context, module);
        // Search: what is exported comes before members of the same name, asyncio's own before other modules', and
        // `timeout` before the `Timeout` that it returns.
        for (const child of module.children ?? []) {
          const isFunction = child.kind === ReflectionKind.Function;
          child.relevanceBoost = (module.name === 'tsyncio' ? 12 : 3) + (isFunction ? 2 : 0);
        }
      }
      for (const page of pageOf.values()) page.relevanceBoost = 4;
    },
    -150,
  );

  // The type parameters of a constructor type are links without a target: TypeDoc gives them no anchor.
  app.renderer.on(PageEvent.END, (page) => {
    page.contents = page.contents.replaceAll(
      /<a ([^>]*) href="#(__type__[^"]+)">(.*?)<\/a>/g,
      (link, attributes, id, text) =>
        page.contents.includes(`id="${id}"`) ? link : `<span ${attributes}>${text}</span>`,
    );
  });

  // TypeDoc leaves code out of the list of headings, and lets words in it break like names.
  app.renderer.on(PageEvent.END, (page) => {
    if (page.pageKind !== PageKind.Document) return;
    const headings = new Map(
      [...page.contents.matchAll(/<h[1-6] id="([^"]+)" class="tsd-anchor-link">(.*?)<a href="#/g)].map(
        ([, id, html]) => [id, html.replaceAll(/<[^>]+>/g, '')],
      ),
    );
    page.contents = page.contents.replaceAll(
      /(<a href="#([^"]+)"><span>)(?:[^<]|<wbr\/?>)*(<\/span><\/a>)/g,
      (link, before, id, after) => (headings.has(id) ? before + headings.get(id) + after : link),
    );
  });

  // The guides are also read one after the other.
  app.renderer.hooks.on('content.end', ({ page, urlTo }) => {
    if (page.pageKind !== PageKind.Document) return JSX.createElement(JSX.Fragment, null);
    const pages = page.project.categories
      .flatMap(({ children }) => children)
      .filter((child) => child.isDocument());
    const at = pages.indexOf(page.model);
    const link = (to, className) =>
      to &&
      JSX.createElement('a', { class: className, href: urlTo(to) }, JSX.createElement('span', null, to.name));
    return JSX.createElement(
      'nav',
      { class: 'page-turn', 'aria-label': 'Guides before and after this one' },
      link(pages[at - 1], 'page-before'),
      link(pages[at + 1], 'page-after'),
    );
  });

  // The sidebar begins open at its first level; who closes a part finds it closed on the next page.
  app.renderer.hooks.on('head.end', ({ page }) => {
    const keys = page.project.categories.map(({ title }) => `tsd-accordion-${title}`);
    const script = `try{for(const k of ${JSON.stringify(keys)})localStorage.getItem(k)??localStorage.setItem(k,"true")}catch{}`;
    return JSX.createElement('script', null, JSX.createElement(JSX.Raw, { html: script }));
  });
}

function category(title, children) {
  const made = new ReflectionCategory(title);
  made.children = children;
  return made;
}

/** Puts a module's exports into its categories. A source file that none of them claims is an error. */
function categorize(app, context, module) {
  const patterns = Object.entries(categories[module.name] ?? {});
  if (patterns.length === 0) return;
  const members = new Map(
    (order[module.name] ?? patterns.map(([title]) => title)).map((title) => [title, []]),
  );
  for (const child of module.children ?? []) {
    const declared = context.getSymbolFromReflection(child)?.declarations?.[0];
    const source =
      declared && relative(`${root}src`, declared.getSourceFile().fileName).replaceAll('\\', '/');
    const title = patterns.find(([, pattern]) => pattern.test(source ?? ''))?.[0];
    if (title === undefined)
      app.logger.error(`docs/assets/plugin.mjs has no category for ${child.name} from src/${source}`);
    else members.get(title).push(child);
  }
  module.categories = [...members]
    .filter(([, children]) => children.length > 0)
    .map(([title, children]) => category(title, children.sort(byUse)));
}
