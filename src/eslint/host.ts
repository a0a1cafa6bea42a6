/*
 * What the rules need of ESLint, of typescript-eslint's parser and of TypeScript, in interfaces: this package depends on none
 * of them, and takes what the linter hands over.
 */

/** A node of the syntax tree. */
export interface Node {
  readonly type: string;
  /** `null` for the whole program. */
  readonly parent: Node | null;
  readonly range: readonly [number, number];
  readonly [field: string]: unknown;
}

/** Makes one change of the text. */
export interface Fixer {
  insertTextBefore(node: Node, text: string): unknown;
  insertTextAfterRange(range: readonly [number, number], text: string): unknown;
  replaceText(node: Node, text: string): unknown;
}

/** How a change is made. */
export type Fix = (fixer: Fixer) => unknown;

/** A change that somebody has to agree to. */
export interface Suggestion {
  readonly messageId: string;
  readonly fix: Fix;
}

/** What is wrong, and where. */
export interface Report {
  readonly node: Node;
  readonly messageId: string;
  readonly data?: Readonly<Record<string, string>>;
  readonly fix?: Fix | null;
  readonly suggest?: readonly Suggestion[];
}

/** A variable, as ESLint's scopes know it. */
export interface Variable {
  readonly references: readonly unknown[];
}

/** The text that is looked at. */
export interface SourceCode {
  readonly parserServices: unknown;
  readonly visitorKeys: Readonly<Record<string, readonly string[]>>;
  getText(node: Node): string;
  getDeclaredVariables(node: Node): readonly Variable[];
}

/** What ESLint gives a rule. */
export interface Context {
  readonly id: string;
  readonly sourceCode: SourceCode;
  report(report: Report): void;
}

/** What is called for nodes of each type. */
export type Listeners = Record<string, (node: Node) => void>;

/** A symbol of TypeScript's. */
export interface TypeSymbol {
  readonly name: string;
}

/** A type of TypeScript's. */
export interface Type {
  readonly symbol?: TypeSymbol | undefined;
  /** Of a union. */
  readonly types?: readonly Type[];
  isUnion(): boolean;
  getCallSignatures(): readonly Signature[];
  getProperties(): readonly TypeSymbol[];
}

/** A signature of TypeScript's. */
export interface Signature {
  getReturnType(): Type;
}

/** TypeScript's checker. */
export interface Checker {
  typeToString(type: Type): string;
  getApparentType(type: Type): Type;
  getTypeArguments(type: Type): readonly Type[];
  getTypeOfSymbol(symbol: TypeSymbol): Type;
  getContextualType(node: unknown): Type | undefined;
}

/** What typescript-eslint's parser offers where it has type information. */
export interface ParserServices {
  readonly program: { getTypeChecker(): Checker };
  readonly esTreeNodeToTSNodeMap: { get(node: Node): unknown };
  getTypeAtLocation(node: Node): Type;
}
