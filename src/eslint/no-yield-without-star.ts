import type { Context, Fix, Listeners, Node, Report } from './host.js';
import type { Rule } from './rule.js';
import { generatorAround, Types } from './types.js';

/** `yield future` fails when it runs: the star is missing. */
export const noYieldWithoutStar: Rule = {
  meta: {
    type: 'problem',
    docs: { description: 'Forbid `yield` of a coroutine, a future or a promise: `yield*` waits' },
    fixable: 'code',
    hasSuggestions: true,
    schema: [],
    messages: {
      star: '`yield` without the star does not wait, and fails when it runs: write `yield*`.',
      promise:
        '`yield` does not wait for a promise, and fails when it runs: write `yield* wrapFuture(promise)`.',
      addStar: 'Write `yield*`.',
      wrap: 'Write `yield* wrapFuture(...)`.',
    },
  },
  create(context: Context): Listeners {
    const types = new Types(context);
    return {
      YieldExpression(node) {
        const argument = node.argument as Node | null;
        if (node.delegate === true || argument === null) return;
        const kind = kindOf(types, generatorAround(node)!);
        if (kind === 'other') return;
        if (types.isAwaitable(argument)) context.report(starReport(node, kind === 'coroutine'));
        else if (types.isPromise(argument)) context.report(promiseReport(context, node, argument));
      },
    };
  },
};

/** What the function is by its annotation: one that yields something else on purpose is left alone. */
function kindOf(types: Types, func: Node): 'coroutine' | 'other' | 'unknown' {
  if (func.returnType == null) return 'unknown';
  return types.returnsCoroutine(func) ? 'coroutine' : 'other';
}

function starReport(node: Node, certain: boolean): Report {
  const start = node.range[0];
  const fix: Fix = (fixer) => fixer.insertTextAfterRange([start, start + 'yield'.length], '*');
  const report = { node, messageId: 'star' };
  return certain ? { ...report, fix } : { ...report, suggest: [{ messageId: 'addStar', fix }] };
}

function promiseReport(context: Context, node: Node, argument: Node): Report {
  const text = `yield* wrapFuture(${context.sourceCode.getText(argument)})`;
  const fix: Fix = (fixer) => fixer.replaceText(node, text);
  return { node, messageId: 'promise', suggest: [{ messageId: 'wrap', fix }] };
}
