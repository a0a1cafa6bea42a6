import type { Context, Listeners, Node, Suggestion } from './host.js';
import type { Rule } from './rule.js';
import { generatorAround, isFunction, Types } from './types.js';

/** A coroutine that is made and dropped never runs. */
export const noFloatingCoroutines: Rule = {
  meta: {
    type: 'problem',
    docs: { description: 'Forbid coroutines that nobody waits for' },
    hasSuggestions: true,
    schema: [],
    messages: {
      dropped:
        'This coroutine is never awaited, so nothing of it runs: write `yield* {{call}}`, or make a task of it by createTask().',
      awaited: '`await` does not run a coroutine: write `await run({{call}})`, or `yield*` in a function*.',
      callback:
        'This function gives a coroutine to a caller that drops it, so nothing of it runs: call createTask() in the function.',
      addStar: 'Wait for it: `yield*`.',
    },
  },
  create(context: Context): Listeners {
    const types = new Types(context);

    function check(node: Node): void {
      if (!types.isCoroutine(node)) return;
      const suggest = generatorAround(node) === null ? [] : [addStar(node)];
      context.report({ node, messageId: 'dropped', data: { call: short(context, node) }, suggest });
    }

    return {
      ExpressionStatement(statement) {
        for (const node of droppedValues(statement.expression as Node)) check(node);
      },
      SequenceExpression(sequence) {
        // Of a sequence that is a statement, the last one is dropped, too: it is found there.
        const values = sequence.expressions as Node[];
        for (const value of values.slice(0, -1)) for (const node of droppedValues(value)) check(node);
      },
      AwaitExpression(node) {
        const argument = node.argument as Node;
        if (types.isCoroutine(argument))
          context.report({ node, messageId: 'awaited', data: { call: short(context, argument) } });
      },
      'CallExpression, NewExpression'(call: Node) {
        for (const argument of call.arguments as Node[]) {
          const given =
            isFunction(argument) || argument.type === 'Identifier' || argument.type === 'MemberExpression';
          if (given && types.resultIsDropped(argument) && types.returnsCoroutine(argument))
            context.report({ node: argument, messageId: 'callback' });
        }
      },
    };
  },
};

/** The parts of `node` whose value is lost where the value of `node` is. */
function droppedValues(node: Node): Node[] {
  switch (node.type) {
    case 'SequenceExpression':
      // The others are seen to where the sequence is.
      return droppedValues((node.expressions as Node[]).at(-1)!);
    case 'ConditionalExpression':
      return [...droppedValues(node.consequent as Node), ...droppedValues(node.alternate as Node)];
    case 'LogicalExpression':
      return droppedValues(node.right as Node);
    case 'CallExpression':
    case 'ChainExpression':
    case 'Identifier':
    case 'MemberExpression':
    case 'TaggedTemplateExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return [node];
    default:
      return [];
  }
}

function addStar(node: Node): Suggestion {
  const bare = ['ExpressionStatement', 'SequenceExpression'].includes(node.parent!.type);
  return {
    messageId: 'addStar',
    fix: (fixer) =>
      bare
        ? fixer.insertTextBefore(node, 'yield* ')
        : [fixer.insertTextBefore(node, '(yield* '), fixer.insertTextAfterRange(node.range, ')')],
  };
}

function short(context: Context, node: Node): string {
  const text = context.sourceCode.getText(node).replace(/\s+/g, ' ');
  return text.length <= 40 ? text : `${text.slice(0, text.indexOf('(') + 1 || 40)}...)`;
}
