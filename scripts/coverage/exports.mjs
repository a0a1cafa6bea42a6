// What the entry points export, as the compiler sees it: names, signatures as they are written, and the names of the
// parameters. What is marked @internal is not in the published types, so it is not there for anybody.
import ts from 'typescript';

/** A program over the sources; `virtual` holds files that are not on the disk. */
function programOf(paths, options, virtual) {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.readFile = (path) => virtual.get(path) ?? readFile(path);
  const folders = [...virtual.keys()].map((path) => path.slice(0, path.lastIndexOf('/')));
  host.directoryExists = (path) => folders.includes(path) || directoryExists(path);
  return ts.createProgram(paths, options, host);
}

const isInternal = (declaration) =>
  ts.getJSDocTags(declaration).some((tag) => tag.tagName.text === 'internal');
const isHidden = (declaration) =>
  (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0;

/** Text on one line, without comments, and without the comma that prettier puts at the end of a long list. */
function oneLine(node) {
  if (node === undefined) return '';
  return node
    .getText()
    .replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replace(/\s+/g, ' ')
    .replace(/,\s*([)\]>}])/g, '$1')
    .replace(/([([<])\s+/g, '$1')
    .replace(/\s+([)\]>])/g, '$1')
    .replace(/^\| /, '')
    .trim();
}

function parameterText(parameter) {
  const { dotDotDotToken, name, questionToken, type, initializer } = parameter;
  const mark = questionToken ? '?' : '';
  const typed = type ? `: ${oneLine(type)}` : '';
  return `${dotDotDotToken ? '...' : ''}${oneLine(name)}${mark}${typed}${initializer ? ` = ${oneLine(initializer)}` : ''}`;
}

function callText(name, declaration) {
  const owner = ts.isConstructorDeclaration(declaration) ? declaration.parent : declaration;
  const generics = owner.typeParameters?.map(oneLine).join(', ');
  const parameters = declaration.parameters.map(parameterText).join(', ');
  const result = declaration.type ? `: ${oneLine(declaration.type)}` : '';
  return `${name}${generics ? `<${generics}>` : ''}(${parameters})${result}`;
}

/** The exports of some entry points: `find('socket', ['socket', 'recv'])`. */
export class Exports {
  #checker;
  #modules = new Map();

  /** `entries`: a Map from the names of entry points to their source files. */
  constructor(entries, options = {}, virtual = new Map()) {
    const program = programOf([...entries.values()], options, virtual);
    this.#checker = program.getTypeChecker();
    for (const [name, path] of entries) {
      this.#modules.set(name, this.#checker.getSymbolAtLocation(program.getSourceFile(path)));
    }
  }

  /** What stands at the end of `path`, or undefined. */
  find(entry, path) {
    let symbol = this.#modules.get(entry);
    if (symbol === undefined) throw new Error(`no entry point ${entry}`);
    let place = '';
    for (const name of path) {
      const member = this.#member(symbol, name);
      if (member === undefined) return undefined;
      // The reference has pages for the members of classes and of modules, and none for those of objects, or for symbols.
      const linkable = symbol.flags & (ts.SymbolFlags.Module | ts.SymbolFlags.Class) && !name.startsWith('[');
      if (linkable) place += (place && (member.ofInstances ? '#' : '.')) + name;
      symbol = member.symbol;
    }
    return { place, ...this.#describe(symbol, path.at(-1)) };
  }

  #resolved(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  /** A member of a module, of a class (its instances' members first, then its own) or of a constant object. */
  #member(symbol, name) {
    for (const [ofInstances, candidates] of this.#candidates(symbol)) {
      for (const candidate of candidates.filter((one) => memberName(one) === name)) {
        const found = this.#resolved(candidate);
        if (isPublic(found)) return { ofInstances, symbol: found };
      }
    }
    return undefined;
  }

  /** Members in groups: whether they are those of instances, and they. */
  #candidates(symbol) {
    if (symbol.flags & ts.SymbolFlags.Module) return [[false, this.#checker.getExportsOfModule(symbol)]];
    const type = this.#checker.getTypeOfSymbol(symbol);
    const instances = type
      .getConstructSignatures()
      .slice(0, 1)
      .flatMap((signature) => this.#checker.getPropertiesOfType(signature.getReturnType()));
    const declared =
      symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface)
        ? this.#checker.getPropertiesOfType(this.#checker.getDeclaredTypeOfSymbol(symbol))
        : [];
    return [
      [true, [...declared, ...instances]],
      [false, this.#checker.getPropertiesOfType(type)],
    ];
  }

  #describe(symbol, name) {
    if (symbol.flags & ts.SymbolFlags.Module)
      return { kind: 'namespace', signatures: [name], parameters: null };
    const type = this.#checker.getTypeOfSymbol(symbol);
    const made = type.getConstructSignatures();
    if (made.length > 0 || symbol.flags & ts.SymbolFlags.Class)
      return this.#describeClass(symbol, name, made);
    const calls = publicSignatures(type.getNonNullableType().getCallSignatures());
    if (calls.length > 0 && !isAccessor(symbol)) {
      return {
        kind: 'function',
        signatures: calls.map(({ declaration }) => callText(name, declaration)),
        parameters: this.#parameters(calls),
      };
    }
    if (
      symbol.flags & ts.SymbolFlags.TypeAlias ||
      (symbol.flags & ts.SymbolFlags.Interface && !symbol.valueDeclaration)
    ) {
      return { kind: 'type', signatures: [name], parameters: null };
    }
    return { kind: 'value', signatures: [this.#valueText(symbol, name)], parameters: null };
  }

  #describeClass(symbol, name, signatures) {
    const made = publicSignatures(signatures);
    const abstract =
      symbol.valueDeclaration &&
      ts.getCombinedModifierFlags(symbol.valueDeclaration) & ts.ModifierFlags.Abstract;
    if (abstract) return { kind: 'class', signatures: [`abstract class ${name}`], parameters: null };
    return {
      kind: 'class',
      // Without a constructor of its own it is made by `new`; with one that is not public it is not made by users.
      signatures:
        made.length === 0
          ? [signatures.some(({ declaration }) => declaration) ? `class ${name}` : `new ${name}()`]
          : made.map(({ declaration }) => callText(`new ${name}`, declaration)),
      parameters: this.#parameters(made),
    };
  }

  #valueText(symbol, name) {
    const declaration = symbol.declarations?.[0];
    if (declaration?.type) return `${name}: ${oneLine(declaration.type)}`;
    const initializer = declaration?.initializer;
    if (initializer && /^[-\w.'"]+( as const)?$/.test(oneLine(initializer)))
      return `${name} = ${oneLine(initializer)}`;
    return `${name}: ${this.#checker.typeToString(this.#checker.getTypeOfSymbol(symbol))}`;
  }

  /** What any of the signatures takes: names by position and in an object, how many by position, whether there is a rest. */
  #parameters(signatures) {
    const found = { positional: new Set(), bags: [], count: 0, rest: false };
    for (const { declaration } of signatures) {
      found.count = Math.max(found.count, declaration.parameters.length);
      for (const parameter of declaration.parameters) {
        found.positional.add(oneLine(parameter.name).replace(/^_/, ''));
        if (parameter.dotDotDotToken) found.rest = true;
        this.#collectBags(this.#checker.getTypeAtLocation(parameter), found.bags);
      }
    }
    return found;
  }

  /** The objects with options that a parameter's type allows, by the names of their properties. */
  #collectBags(type, bags) {
    if (type.isUnion()) {
      for (const part of type.types) this.#collectBags(part, bags);
    } else if (this.#checker.isArrayLikeType(type)) {
      for (const part of this.#checker.getTypeArguments(type)) this.#collectBags(part, bags);
    } else if (isOptionBag(type)) {
      const names = this.#checker
        .getPropertiesOfType(type)
        .filter(isPublic)
        .map(({ name }) => name);
      bags.push({ names, called: isCalledOptions(type) });
    }
  }
}

/** What holds options: a type that is called so, one that is written where it is used, or what `Omit` and its like make. */
function isOptionBag(type) {
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return false;
  if (type.getCallSignatures().length > 0) return false;
  if (type.objectFlags & ts.ObjectFlags.Mapped) return true;
  return typeName(type) === '__type' || isCalledOptions(type);
}

const typeName = (type) => type.aliasSymbol?.name ?? type.symbol?.name ?? '__type';
const isCalledOptions = (type) => /(Option|Options|Locations|Limits)$/.test(typeName(type));

const isAccessor = (symbol) => (symbol.flags & ts.SymbolFlags.Accessor) !== 0;
const isPublic = (symbol) =>
  !(symbol.declarations ?? []).every((d) => isInternal(d) || isHidden(d)) || !symbol.declarations;
const publicSignatures = (signatures) =>
  signatures.filter(({ declaration }) => declaration && !isInternal(declaration));

/** `[Symbol.iterator]` for what the compiler calls `__@iterator@23`. */
function memberName({ escapedName }) {
  const known = /^__@(\w+)@\d+$/.exec(escapedName)?.[1];
  return known === undefined ? ts.unescapeLeadingUnderscores(escapedName) : `[Symbol.${known}]`;
}
