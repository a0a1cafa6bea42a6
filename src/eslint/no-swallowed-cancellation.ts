import type { Context, Listeners, Node } from './host.js';
import type { Rule } from './rule.js';
import { generatorAround, isFunction, Types } from './types.js';

/** A catch that drops what it caught while the coroutine waited drops cancellations, too. */
export const noSwallowedCancellation: Rule = {
  meta: {
    type: 'problem',
    docs: { description: 'Forbid catch clauses around waits that neither throw nor look at the error' },
    schema: [],
    messages: {
      swallowed:
        'Cancellations end here, too, as this neither throws nor looks at what it caught: name it, and throw on what is not ' +
        'expected, as by `if (!isException(error)) throw error`.',
    },
  },
  create(context: Context): Listeners {
    const types = new Types(context);
    const { sourceCode } = context;

    /** Whether something of `node` itself, and not of functions in it, is what is looked for. */
    function contains(node: Node, wanted: (node: Node) => boolean): boolean {
      if (wanted(node)) return true;
      const keys = sourceCode.visitorKeys[node.type] ?? [];
      return keys.some((key) => {
        const children = [node[key]].flat() as (Node | null | undefined)[];
        return children.some((child) => child != null && !isFunction(child) && contains(child, wanted));
      });
    }

    return {
      CatchClause(node) {
        const func = generatorAround(node);
        if (func === null || !types.returnsCoroutine(func)) return;
        if (!contains(node.parent!.block as Node, ({ type }) => type === 'YieldExpression')) return;
        if (contains(node.body as Node, ({ type }) => type === 'ThrowStatement')) return;
        const variables = node.param == null ? [] : sourceCode.getDeclaredVariables(node);
        if (variables.some(({ references }) => references.length > 0)) return;
        context.report({ node, messageId: 'swallowed' });
      },
    };
  },
};
