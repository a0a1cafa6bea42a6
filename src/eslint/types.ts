/*
 * Which expressions are coroutines: what the types say.
 */
import type { Checker, Context, Node, ParserServices, Type } from './host.js';

/** Interfaces of JavaScript's, whose first type argument is what is yielded. */
const ITERATORS: ReadonlySet<string> = new Set(['Generator', 'Iterator', 'IteratorObject']);

/** What a generator yields that only gives up its turn, or never does. */
const NOTHING: ReadonlySet<string> = new Set(['undefined', 'never']);

/** Answers questions about types. */
export class Types {
  private readonly _services: ParserServices;
  private readonly _checker: Checker;

  /** @throws Error if there is no type information. */
  constructor(context: Context) {
    const services = context.sourceCode.parserServices as Partial<ParserServices> | undefined;
    if (services?.program == null || services.getTypeAtLocation === undefined) {
      throw new Error(
        `The rule ${context.id} needs type information: in the configuration for these files, set languageOptions to ` +
          "{ parser: the one of 'typescript-eslint', parserOptions: { projectService: true } }",
      );
    }
    this._services = services as ParserServices;
    this._checker = this._services.program.getTypeChecker();
  }

  /** Whether the value of `node` is, or may be, a coroutine. */
  isCoroutine(node: Node): boolean {
    return this._some(this._services.getTypeAtLocation(node), (type) => this._isCoroutineType(type));
  }

  /** Whether the value of `node` is one that `yield*` waits for: a coroutine, a future, a task. */
  isAwaitable(node: Node): boolean {
    return this._some(
      this._services.getTypeAtLocation(node),
      (type) => this._isCoroutineType(type) || this._makesCoroutine(type),
    );
  }

  /** Whether the value of `node` is a promise. */
  isPromise(node: Node): boolean {
    return this._some(this._services.getTypeAtLocation(node), (type) =>
      type.getProperties().some(({ name }) => name === 'then'),
    );
  }

  /** Whether calling the value of `node` gives a coroutine. */
  returnsCoroutine(node: Node): boolean {
    return this._services
      .getTypeAtLocation(node)
      .getCallSignatures()
      .some((signature) => this._some(signature.getReturnType(), (type) => this._isCoroutineType(type)));
  }

  /** Whether `node` stands where a function is expected whose result is dropped. */
  resultIsDropped(node: Node): boolean {
    const expected = this._checker.getContextualType(this._services.esTreeNodeToTSNodeMap.get(node));
    const signatures = expected === undefined ? [] : this._signatures(expected);
    return (
      signatures.length > 0 &&
      signatures.every((signature) => this._checker.typeToString(signature.getReturnType()) === 'void')
    );
  }

  private _signatures(type: Type): { getReturnType(): Type }[] {
    return (type.isUnion() ? type.types! : [type]).flatMap((part) => part.getCallSignatures());
  }

  private _some(type: Type, holds: (type: Type) => boolean): boolean {
    const apparent = this._checker.getApparentType(type);
    if (apparent.isUnion()) return apparent.types!.some((part) => this._some(part, holds));
    return holds(apparent);
  }

  /** A generator that yields nothing but suspensions and its turn; one that yields nothing at all is one, too. */
  private _isCoroutineType(type: Type): boolean {
    const name = type.symbol?.name ?? '';
    if (!ITERATORS.has(name)) return false;
    const [yielded] = this._checker.getTypeArguments(type);
    if (yielded === undefined) return false;
    const parts = yielded.isUnion() ? yielded.types! : [yielded];
    if (parts.some((part) => part.symbol?.name === 'Suspension')) return true;
    return name === 'Generator' && parts.every((part) => NOTHING.has(this._checker.typeToString(part)));
  }

  private _makesCoroutine(type: Type): boolean {
    const method = type.getProperties().find(({ name }) => name.startsWith('__@iterator'));
    if (method === undefined) return false;
    return this._checker
      .getTypeOfSymbol(method)
      .getCallSignatures()
      .some((signature) => this._isCoroutineType(signature.getReturnType()));
  }
}

const FUNCTIONS: ReadonlySet<string> = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
]);

/** Whether `node` is a function. */
export function isFunction(node: Node): boolean {
  return FUNCTIONS.has(node.type);
}

/** The function around `node`, if it is a `function*`. */
export function generatorAround(node: Node): Node | null {
  let at: Node = node;
  do {
    if (at.parent === null) return null;
    at = at.parent;
  } while (!isFunction(at));
  return at.generator === true ? at : null;
}
