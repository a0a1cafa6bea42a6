/*
 * What an entry point exports, read from the sources by their syntax alone: a program with types takes seconds, this takes
 * a fraction of one.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { root } from './blocks.js';

type Kind = 'class' | 'constant' | 'function' | 'interface' | 'namespace' | 'type';

/** A method, accessor or property of a class or of an interface. */
export interface Member {
  readonly name: string;
  readonly kind: 'accessor' | 'method' | 'property';
  readonly comment: string;
  readonly parameters: readonly string[];
  readonly optional: boolean;
  /** Whether its body has a `throw` of its own. */
  readonly throws: boolean;
}

export interface Exported {
  readonly name: string;
  readonly kind: Kind;
  /** Path of the declaration from the root of the project, and its line. */
  readonly file: string;
  readonly line: number;
  /** The doc comments of all its declarations, without stars. */
  readonly comment: string;
  readonly members: readonly Member[];
  readonly parameters: readonly string[];
  /** What a namespace of constants holds. */
  readonly contents: readonly Exported[];
  readonly throws: boolean;
  /** The class that it extends, if that is one of ours. */
  readonly base: Exported | undefined;
}

interface Module {
  readonly file: string;
  readonly source: ts.SourceFile;
  readonly declared: Map<string, ts.Node[]>;
}

const modules = new Map<string, Module>();

function isExported(node: ts.Node): boolean {
  return ts.canHaveModifiers(node)
    ? (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false)
    : false;
}

function declarations(statement: ts.Statement): [string, ts.Node][] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map((node) => [node.name.getText(), node]);
  const named =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return named && statement.name !== undefined ? [[statement.name.text, statement]] : [];
}

function load(file: string): Module {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const source = ts.createSourceFile(
    file,
    readFileSync(root + file, 'utf8'),
    ts.ScriptTarget.Latest,
    true,
    ts.ScriptKind.TS,
  );
  const declared = new Map<string, ts.Node[]>();
  for (const statement of source.statements) {
    for (const [name, node] of declarations(statement)) {
      declared.set(name, [...(declared.get(name) ?? []), node]);
    }
  }
  const module = { file, source, declared };
  modules.set(file, module);
  return module;
}

/** The file that `specifier` names in `from`, or undefined if it is not one of ours. */
function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const path = join(dirname(from), specifier).replace(/\.js$/, '.ts');
  return existsSync(root + path) ? path : undefined;
}

/** The doc comment that belongs to a node, without its stars; '' if there is none. */
function commentOf(node: ts.Node): string {
  const holder = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  const text = holder.getSourceFile().text;
  const ranges = ts.getLeadingCommentRanges(text, holder.pos) ?? [];
  const comment = ranges
    .map(({ pos, end }) => text.slice(pos, end))
    .filter((each) => each.startsWith('/**'))
    .at(-1);
  return comment === undefined
    ? ''
    : comment
        .replace(/^\/\*\*|\*\/$/g, '')
        .replace(/^[ \t]*\*[ ]?/gm, '')
        .trim();
}

function parameterNames(node: ts.Node): string[] {
  return ts.isFunctionLike(node) ? node.parameters.map(({ name }) => name.getText()) : [];
}

/** Whether a function throws by itself, not in a function within it. An abstract method's NotImplementedError does not count. */
function throwsItself(node: ts.Node): boolean {
  const visit = (each: ts.Node): boolean =>
    ts.isThrowStatement(each)
      ? ts.isNewExpression(each.expression) && each.expression.expression.getText() !== 'NotImplementedError'
      : !ts.isFunctionLike(each) && (ts.forEachChild(each, visit) ?? false);
  return ts.isFunctionLike(node) && (ts.forEachChild(node, visit) ?? false);
}

function isHidden(node: ts.ClassElement | ts.TypeElement): boolean {
  if (node.name !== undefined && ts.isPrivateIdentifier(node.name)) return true;
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
}

function memberKind(node: ts.Node): Member['kind'] | undefined {
  if (ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) return 'method';
  if (ts.isGetAccessor(node) || ts.isSetAccessor(node)) return 'accessor';
  return ts.isPropertyDeclaration(node) || ts.isPropertySignature(node) ? 'property' : undefined;
}

/** The public members of a class or of an interface; overloads and pairs of accessors are one. */
function membersOf(node: ts.Node): Member[] {
  const elements =
    ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)
      ? [...node.members]
      : ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type)
        ? [...node.type.members]
        : [];
  const found = new Map<string, Member>();
  for (const element of elements) {
    const kind = memberKind(element);
    const name = element.name?.getText();
    if (kind === undefined || name === undefined || isHidden(element)) continue;
    const before = found.get(name);
    const comment = [before?.comment ?? '', commentOf(element)].join('\n').trim();
    found.set(name, {
      name,
      kind,
      comment,
      parameters: before?.parameters ?? parameterNames(element),
      optional: 'questionToken' in element && element.questionToken !== undefined,
      throws: before?.throws === true || throwsItself(element),
    });
  }
  return [...found.values()].filter(({ comment }) => !comment.includes('@internal'));
}

function kindOf(nodes: readonly ts.Node[]): Kind {
  if (nodes.some(ts.isClassDeclaration)) return 'class';
  if (nodes.some(ts.isFunctionDeclaration)) return 'function';
  if (nodes.some(ts.isVariableDeclaration)) return 'constant';
  return nodes.some(ts.isInterfaceDeclaration) ? 'interface' : 'type';
}

function describe(name: string, { file, source }: Module, nodes: readonly ts.Node[]): Exported {
  return {
    name,
    kind: kindOf(nodes),
    file,
    line: source.getLineAndCharacterOfPosition(nodes[0]!.getStart()).line + 1,
    comment: nodes.map(commentOf).join('\n').trim(),
    members: nodes.flatMap(membersOf),
    parameters: nodes.flatMap(parameterNames),
    contents: [],
    throws: nodes.some(throwsItself),
    base: baseOf(file, nodes),
  };
}

function baseOf(file: string, nodes: readonly ts.Node[]): Exported | undefined {
  const clause = nodes.find(ts.isClassDeclaration)?.heritageClauses?.[0];
  if (clause?.token !== ts.SyntaxKind.ExtendsKeyword) return undefined;
  const name = clause.types[0]!.expression.getText();
  return find(file, name, name);
}

/** Find what `name` is in `file`, following imports and re-exports. */
function find(file: string, name: string, as: string): Exported | undefined {
  const module = load(file);
  const nodes = module.declared.get(name);
  if (nodes !== undefined) return describe(as, module, nodes);
  for (const statement of module.source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const element = bindings.elements.find((each) => each.name.text === name);
    const target = resolve(file, (statement.moduleSpecifier as ts.StringLiteral).text);
    if (element !== undefined && target !== undefined)
      return find(target, (element.propertyName ?? element.name).text, as);
  }
  return module.source.statements
    .filter(ts.isExportDeclaration)
    .filter(({ moduleSpecifier }) => moduleSpecifier !== undefined)
    .flatMap((statement) => fromDeclaration(file, statement))
    .find((each) => each.name === name);
}

function fromDeclaration(file: string, statement: ts.ExportDeclaration): Exported[] {
  const specifier = statement.moduleSpecifier as ts.StringLiteral | undefined;
  const target = specifier === undefined ? file : resolve(file, specifier.text);
  if (target === undefined) return [];
  const clause = statement.exportClause;
  if (clause === undefined) return exportsOf(target);
  if (ts.isNamespaceExport(clause)) {
    const { source } = load(target);
    return [
      {
        name: clause.name.text,
        kind: 'namespace',
        file: target,
        line: 1,
        comment: source.text.startsWith('/**') ? source.text.slice(3, source.text.indexOf('*/')) : '',
        members: [],
        parameters: [],
        contents: exportsOf(target),
        throws: false,
        base: undefined,
      },
    ];
  }
  return clause.elements.flatMap(({ propertyName, name }) => {
    const found = find(target, (propertyName ?? name).text, name.text);
    return found === undefined ? [] : [{ ...found, name: name.text }];
  });
}

/** Everything that a file exports, by its public name. */
export function exportsOf(file: string): Exported[] {
  const module = load(file);
  const found = new Map<string, Exported>();
  for (const statement of module.source.statements) {
    const here = ts.isExportDeclaration(statement)
      ? fromDeclaration(file, statement)
      : isExported(statement)
        ? declarations(statement).map(([name]) => describe(name, module, module.declared.get(name)!))
        : [];
    for (const each of here) found.set(each.name, each);
  }
  return [...found.values()];
}
