import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src', import.meta.url));

type Import = { from: string; to: string; typeOnly: boolean; dynamic: boolean };

/** Floors from the ground up. A room may import rooms on lower floors, and files of its own room. */
const floors: Record<string, number> = {
  sse: 0,
  terminal: 1,
  config: 1,
  http: 1,
  dialects: 1,
  auth: 2,
  tokens: 2,
  markdown: 2,
  copilot: 3,
  'off-thread': 1,
  'key-store': 1,
  conversation: 4,
  attachments: 4,
  instructions: 4,
  extraction: 4,
  schema: 4,
  templates: 4,
  endpoints: 4,
  tools: 5,
  mcp: 6,
  output: 6,
  'sign-in': 6,
  help: 6,
  chat: 7,
  account: 7,
  clients: 7,
  doctor: 8,
  'shell-completion': 7,
  repl: 8,
  server: 8,
  commands: 9,
};

/** Files that stand in no room: helpers on the ground, and the entrance on top. */
const looseFiles: Record<string, number> = {
  'main.ts': 10,
  'worker.ts': 10,
  'complete-line.ts': 10,
  'compile-cache.ts': 10,
  'complete-values.ts': 10,
  'stored-state.ts': 10,
  'program.ts': 10,
  'process-context.ts': 10,
  'command-words.ts': 10,
  'meant-command.ts': 10,
  'refused-words.ts': 10,
  'connection.ts': 10,
  'runs.ts': 10,
};

/** Imports beyond the floors, each of types alone. */
const typeExceptions: { from: RegExp; to: RegExp }[] = [
  // What a command is handed: a type that names all rooms.
  {
    from: /^(?:commands|sign-in|chat|account|doctor|repl|server|output|shell-completion|mcp)\//,
    to: /^context\.ts$/,
  },
  { from: /^context\.ts$/, to: /./ },
];

/** Rooms that a floor would allow, but that are not on the way. */
const forbidden: { from: string; to: string[] }[] = [
  { from: 'dialects', to: ['http', 'config', 'terminal'] },
  { from: 'http', to: ['config', 'terminal', 'dialects'] },
  { from: 'auth', to: ['dialects', 'terminal', 'sse'] },
  { from: 'copilot', to: ['terminal'] },
  { from: 'attachments', to: ['auth', 'config', 'copilot', 'terminal'] },
  { from: 'markdown', to: ['auth', 'config', 'dialects', 'http', 'tokens'] },
  { from: 'instructions', to: ['auth', 'config', 'copilot', 'dialects', 'http', 'terminal'] },
];

/** One door a package. */
const doors: Record<string, RegExp> = {
  ink: /^repl\/view\//,
  react: /^repl\/view\//,
  marked: /^markdown\//,
  'highlight.js': /^markdown\//,
  'string-width': /^terminal\/cell-width\.ts$/,
  'wrap-ansi': /^terminal\//,
  commander: /^(?:program\.ts|main\.ts|commands\/|help\/lay-out-help\.ts)/,
  '@inquirer/prompts': /^terminal\/questions\.ts$/,
  clipboardy: /^terminal\/clipboard\.ts$/,
  open: /^terminal\/browser\.ts$/,
  conf: /^config\/json-file\.ts$/,
  'proper-lockfile': /^config\/file-lock\.ts$/,
  undici: /^http\//,
  'html-to-text': /^attachments\/html-text\.ts$/,
  sharp: /^attachments\/convert-image\.ts$/,
  'gpt-tokenizer': /^tokens\/token-counter\.ts$/,
  ajv: /^schema\//,
  'ajv-formats': /^schema\/schema-job\.ts$/,
  yaml: /^(?:front-matter|sign-in\/other-tools|clients\/edit-file|clients\/edit-yaml)\.ts$/,
  'jsonc-parser':
    /^(?:clients\/(?:edit-file|edit-json)|mcp\/folder-servers|tools\/approvals\/loose-json)\.ts$/,
  '@modelcontextprotocol/client': /^mcp\//,
  'smol-toml': /^clients\/(?:edit-file|edit-toml)\.ts$/,
  diff: /^tools\/diff-lines\.ts$/,
  fzstd: /^server\/unzstd\.ts$/,
  unbash: /^tools\/approvals\/shell-(?:command|syntax)\.ts$/,
};

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
);
const texts = new Map(files.map((file) => [file, readFileSync(join(source, file), 'utf8')]));
const imports = files.flatMap((file) => readImports(file));

function readImports(file: string): Import[] {
  const text = texts.get(file) ?? '';
  const resolve = (to: string): string =>
    to.startsWith('.') ? relative(source, join(source, dirname(file), to)) : to;
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?([^'";]*?)\s*from\s+'([^']+)'/gm);
  const found = [...statements].map(([, type, names = '', to = '']) => ({
    from: file,
    to: resolve(to),
    typeOnly: type !== undefined || /^\{(?:\s*type\s+\w+\s*,?)+\s*\}$/.test(names),
    dynamic: false,
  }));
  const dynamic = text.matchAll(/import\('([^']+)'\)/g);
  return [
    ...found,
    ...[...dynamic].map(([, to = '']) => ({ from: file, to: resolve(to), typeOnly: false, dynamic: true })),
  ];
}

const isOwn = (path: string): boolean => texts.has(path);
/** The name of the package, without the path of the module in it. */
const toPackage = (module: string): string => /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module;
const toRoom = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : file);
const toFloor = (file: string): number => floors[toRoom(file)] ?? looseFiles[file] ?? 0;

describe('the rooms of src', () => {
  it('are all on a floor', () => {
    const rooms = files.filter((file) => file.includes('/')).map(toRoom);
    expect([...new Set(rooms)].filter((room) => !(room in floors))).toEqual([]);
  });

  it('import downwards, or from themselves', () => {
    const upward = imports.filter(({ from, to, typeOnly }) => {
      if (!isOwn(to) || toRoom(from) === toRoom(to)) return false;
      if (typeOnly && typeExceptions.some((exception) => exception.from.test(from) && exception.to.test(to)))
        return false;
      const [floor, target] = [toFloor(from), toFloor(to)];
      return floor === 0 ? target > 0 : target > floor || (target === floor && from.includes('/'));
    });
    expect(upward).toEqual([]);
  });

  it('keep off rooms that are none of their business', () => {
    const wrong = imports.filter(({ from, to }) =>
      forbidden.some((rule) => rule.from === toRoom(from) && isOwn(to) && rule.to.includes(toRoom(to))),
    );
    expect(wrong).toEqual([]);
  });

  it('do not let one command import another', () => {
    const toStem = (file: string): string => file.replace(/(?:-run|-flags|-checks)?\.ts$/, '');
    const across = imports.filter(
      ({ from, to }) =>
        toRoom(from) === 'commands' && toRoom(to) === 'commands' && toStem(from) !== toStem(to),
    );
    expect(across.filter(({ to }) => !/^commands\/(?:run|inherited-flags)\.ts$/.test(to))).toEqual([]);
  });

  it('have one door for each package', () => {
    const packages = imports.filter(
      ({ to }) => !isOwn(to) && !to.startsWith('node:') && !to.endsWith('package.json'),
    );
    expect(packages.filter(({ from, to }) => !doors[toPackage(to)]?.test(from))).toEqual([]);
  });

  it('have no cycles, imports of types included', () => {
    const targets = new Map<string, string[]>();
    for (const { from, to } of imports) {
      if (isOwn(to)) targets.set(from, [...(targets.get(from) ?? []), to]);
    }
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (file: string, path: string[]): void => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      if (path.includes(file) || done.has(file)) return;
      for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

describe('the start', () => {
  it('loads the flags of every command, and what a command does only when it is used', () => {
    const eager = new Set<string>();
    const visit = (file: string): void => {
      if (eager.has(file)) return;
      eager.add(file);
      for (const { from, to, typeOnly, dynamic } of imports) {
        if (from === file && isOwn(to) && !typeOnly && !dynamic) visit(to);
      }
    };
    visit('main.ts');
    const heavy = /-run\.ts$|^(?:http|sse|dialects)\/|^copilot\/client|^auth\/copilot-tokens/;
    expect([...eager].filter((file) => heavy.test(file))).toEqual([]);
  });
});

describe('the files of src', () => {
  it('leave the environment and the process to the entrance', () => {
    const reading = files.filter((file) =>
      /^(?!\s*(?:\*|\/\*)).*\bprocess\.(?:env|exit|argv)\b/m.test(texts.get(file) ?? ''),
    );
    expect(reading.sort()).toEqual(['complete-line.ts', 'main.ts', 'process-context.ts']);
  });

  it('look at the disk for judgements by functions that throw nothing', () => {
    const looking = files.filter(
      (file) =>
        file.startsWith('tools/approvals/') &&
        /\b(?:l?stat|read(?:dir|link|File)?|realpath|open|access)Sync\b/.test(texts.get(file) ?? ''),
    );
    expect(looking).toEqual(['tools/approvals/disk.ts']);
  });

  it('stay small enough to be read', () => {
    const long = files
      .map((file) => ({ file, lines: (texts.get(file) ?? '').split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });

  it('are named in kebab-case', () => {
    expect(files.filter((file) => !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+\.tsx?$/.test(file))).toEqual([]);
  });
});
