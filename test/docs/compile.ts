import ts from 'typescript';
import { root, type Block } from './blocks.js';

/** Where a block stands as a module of its own. No such file is written. */
const virtualPath = (index: number): string => `${root}test/docs/.block-${index}.ts`;

/** Type-check blocks in one program, against the sources. Gives the complaints about each. */
export function typeCheck(blocks: readonly Block[]): string[][] {
  const settings = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path));
  const parsed = ts.parseJsonConfigFileContent({ ...settings.config, include: [], files: [] }, ts.sys, root);
  const options: ts.CompilerOptions = {
    ...parsed.options,
    // A page shows fragments: a name that only stands there to be seen is no fault, nor is one without a type.
    noUnusedLocals: false,
    noUnusedParameters: false,
    noImplicitReturns: false,
    isolatedDeclarations: false,
    declaration: false,
    stripInternal: false,
    incremental: false,
    moduleDetection: ts.ModuleDetectionKind.Force,
  };
  delete options.tsBuildInfoFile;
  const virtual = new Map(blocks.map((block, index) => [virtualPath(index), block.code]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => virtual.has(path) || fileExists(path);
  host.readFile = (path) => virtual.get(path) ?? readFile(path);
  const program = ts.createProgram([...virtual.keys()], options, host);
  return blocks.map((block, index) => {
    const source = program.getSourceFile(virtualPath(index))!;
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ start, messageText }) => {
      const line =
        block.line + 1 + (start === undefined ? 0 : source.getLineAndCharacterOfPosition(start).line);
      return `${block.file}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
