import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';

type Node = { type: string; [key: string]: unknown };

/** A hint in the source: the text in it that is the same on each surface, and where it stands. */
export type HintSite = { file: string; line: number; texts: string[] };

/** What a hint names: `run('config list')`, `flag('--port 80')`. A value that is only known at run time is an X. */
export type NamedStep = { file: string; step: 'run' | 'flag'; text: string };

/** Functions of hint.ts whose argument is worded by each surface. */
const stepMakers = ['run', 'runHint', 'flag', 'modelWith', 'askModel', 'addFile', 'attach'];
/** The name of `run` in a file that has another one. */
const runAlias = 'runHint';
const hintName = /hint/i;

/** The values that command lines in the texts of a file have, as they stand in the source: `toShellWord(name)`. */
export function readCommandValues(file: string, text: string): string[] {
  if (!/\bcopilot-cli [a-z]|\b(?:run|runHint|flag)\(`/.test(text)) return [];
  const program = parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node;
  const nodes = listNodes(program);
  const ofSteps = nodes.flatMap((node) =>
    ['run', 'runHint', 'flag'].includes(nameOf(node.callee) ?? '') ? (node.arguments as Node[]) : [],
  );
  const lines = nodes.filter(
    (node) =>
      node.type === 'TemplateLiteral' &&
      (ofSteps.includes(node) || /\bcopilot-cli [a-z]/.test(toText(node)?.replaceAll('\n', ' ') ?? '')),
  );
  return lines.flatMap((node) => {
    const quasis = node.quasis as { value: { cooked: string } }[];
    const first = ofSteps.includes(node)
      ? 0
      : quasis.findIndex(({ value }) => /\bcopilot-cli [a-z]/.test(value.cooked));
    return (node.expressions as Node[])
      .slice(first)
      .map(({ start, end }) => text.slice(Number(start), Number(end)));
  });
}

/** Every place of src that makes a hint, found in its syntax tree, and all steps. */
export function readHintSites(): { sites: HintSite[]; steps: NamedStep[] } {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.tsx?$/.test(file),
  );
  const found = files.map((file) => readFile(file, readFileSync(join('src', file), 'utf8')));
  return {
    sites: found.flatMap(({ sites }) => sites),
    steps: found.flatMap(({ steps }) => steps),
  };
}

export function readFile(file: string, text: string): { sites: HintSite[]; steps: NamedStep[] } {
  // Neither a name of a hint nor an import of hint.ts: most files are not parsed.
  if (!hintName.test(text)) return { sites: [], steps: [] };
  const program = parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as Node;
  const nodes = listNodes(program);
  const toLine = (node: Node): number => text.slice(0, Number(node.start)).split('\n').length;
  const declared = listDeclarations(program);
  const sites = nodes.flatMap((node) => {
    const value = file === 'hint.ts' ? undefined : findHint(node);
    return value ? [{ file, line: toLine(value), texts: readTexts(value, declared) }] : [];
  });
  const isStepFile = /from '[./]*hint\.ts'/.test(text);
  const steps = nodes.flatMap((node): NamedStep[] => {
    const called = nameOf(node.callee);
    const step = called === runAlias ? 'run' : called;
    if (!isStepFile || (step !== 'run' && step !== 'flag')) return [];
    const [argument] = node.arguments as Node[];
    const words = argument && toText(argument);
    return words === undefined ? [] : [{ file, step, text: words }];
  });
  return { sites: sites.filter(({ texts }) => texts.length > 0), steps };
}

/** The value of what is a hint by its name: a property, a variable, a function, or what is added to one. */
function findHint(node: Node): Node | undefined {
  const isNamed = (key: unknown): boolean => hintName.test(nameOf(key) ?? '');
  switch (node.type) {
    case 'Property':
      return isNamed(node.key) ? (node.value as Node) : undefined;
    case 'VariableDeclarator':
      return isNamed(node.id) ? ((node.init ?? undefined) as Node | undefined) : undefined;
    case 'FunctionDeclaration':
      return isNamed(node.id) ? (node.body as Node) : undefined;
    case 'AssignmentExpression':
      return isNamed((node.left as Node).property) ? (node.right as Node) : undefined;
    case 'CallExpression': {
      const callee = node.callee as Node;
      const isAdded = ['addHint', 'joinHints'].includes(nameOf(callee.property ?? callee) ?? '');
      return isAdded ? { type: 'Arguments', start: node.start, list: node.arguments } : undefined;
    }
    default:
      return undefined;
  }
}

/** The strings of a hint, those of constants and functions of the file included. What a step says is no part of them. */
function readTexts(value: Node, declared: ReadonlyMap<string, Node>): string[] {
  if (value.type === 'Literal') return typeof value.value === 'string' ? [value.value] : [];
  if (value.type === 'TemplateElement') return [(value.value as { cooked: string }).cooked];
  if (value.type === 'CallExpression' && stepMakers.includes(nameOf(value.callee) ?? '')) return [];
  const name = nameOf(value);
  if (name === undefined) return listChildren(value).flatMap((child) => readTexts(child, declared));
  const meant = declared.get(name);
  // Each is followed once, for functions may call one another.
  return meant ? readTexts(meant, new Map([...declared].filter(([other]) => other !== name))) : [];
}

/** The constants and functions of a file, not those inside functions. */
function listDeclarations(program: Node): Map<string, Node> {
  const statements = (program.body as Node[]).map((node) => (node.declaration ?? node) as Node);
  const declarations = statements.flatMap((node) => (node.declarations as Node[] | undefined) ?? [node]);
  return new Map(
    declarations.flatMap((node): [string, Node][] => {
      const [name, value] = [nameOf(node.id), (node.init ?? node.body) as Node | undefined];
      return name !== undefined && value ? [[name, value]] : [];
    }),
  );
}

function toText(node: Node): string | undefined {
  if (node.type === 'Literal') return String(node.value);
  if (node.type !== 'TemplateLiteral') return undefined;
  return (node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked).join('X');
}

function nameOf(node: unknown): string | undefined {
  const { type, name } = (node ?? {}) as Node;
  return type === 'Identifier' ? String(name) : undefined;
}

function listNodes(node: Node): Node[] {
  return [node, ...listChildren(node).flatMap(listNodes)];
}

function listChildren(node: Node): Node[] {
  return Object.values(node)
    .flat()
    .filter((value): value is Node => value instanceof Object && 'type' in value);
}
