import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkFiles, checkSize } from '../scripts/release/checks.ts';
import { describeCommands, describeTopics } from './helpers/command-docs.ts';
import { describeRepl } from './helpers/repl-docs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}/${path}`, 'utf8');
const manifest = JSON.parse(read('package.json'));

type Output = {
  imports: { path: string; kind: string; external?: boolean }[];
  inputs: Record<string, unknown>;
};
type Metafile = { outputs: Record<string, Output> };
type Lockfile = {
  packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }>;
};

describe('package.json', () => {
  it('lists as dependencies what the bundle imports, no more and no less', () => {
    const metafile: Metafile = JSON.parse(read('node_modules/.cache/copilot-cli/metafile.json'));
    const imported = Object.values(metafile.outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ path, external }) => external && !isBuiltin(path) && !path.startsWith('node:'))
      .map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path);
    expect([...new Set(imported)].sort()).toEqual(
      Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).sort(),
    );
  });

  it('asks for ten packages at most, and for none that is native', () => {
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(10);
    expect(Object.keys(manifest.peerDependencies)).toEqual(Object.keys(manifest.peerDependenciesMeta));
  });

  it('pins every version', () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(String(version)))).toEqual([]);
  });
});

describe('package-lock.json', () => {
  const { packages }: Lockfile = JSON.parse(read('package-lock.json'));

  it('has every optional package of every platform, for npm ci fails elsewhere without them', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('names no registry', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});

describe('docs/commands.md', () => {
  it('says what --help says; npm run docs writes it', () => {
    expect(read('docs/commands.md')).toBe(describeCommands());
  });
});

describe('docs/repl.md', () => {
  it('says what the tables of the chat say; npm run docs writes it', () => {
    expect(read('docs/repl.md')).toBe(describeRepl());
  });
});

describe('README.md', () => {
  it('lists the topics of the help; npm run docs writes them', () => {
    const readme = read('README.md');
    expect(readme).toContain('](docs/tools.md) | what a model may');
    expect(readme).toBe(describeTopics(readme));
  });
});

describe('the bundle', () => {
  const chunks = readdirSync(`${root}/dist/chunks`).map((name) => read(`dist/chunks/${name}`));

  // esbuild wraps what a package requires, with all that this imports: each start then compiles those modules twice.
  it('wraps none of our modules but the one by which packages ask for widths', () => {
    const wrapped = chunks.flatMap((text) => [...text.matchAll(/__esm\)?\(\{"(src\/[^"]+)"/g)]);
    expect(wrapped.map(([, file]) => file).sort()).toEqual(['src/terminal/cell-width.ts']);
  });

  // Around each name that a file hands on, esbuild puts two.
  it('reads what its files hand on through one getter', () => {
    expect(chunks.filter((text) => text.includes('module.exports=')).length).toBeGreaterThan(50);
    expect(chunks.filter((text) => text.includes('module.exports=__toCommonJS('))).toEqual([]);
  });

  const metafile: Metafile = JSON.parse(read('node_modules/.cache/copilot-cli/metafile.json'));

  /** These files, and all that load with them. */
  function listFiles(entries: RegExp): string[] {
    const first = Object.keys(metafile.outputs).filter((name) => entries.test(name));
    const loaded = new Set<string>();
    const load = (output: string): void => {
      if (loaded.has(output)) return;
      loaded.add(output);
      for (const { path, kind, external } of metafile.outputs[output]?.imports ?? [])
        if (kind === 'import-statement' && !external) load(path);
    };
    for (const output of first) load(output);
    return [...loaded];
  }

  /** Our modules that load with a chunk, which is named after its entry. */
  function listModules(entry: string): string[] {
    return listFiles(new RegExp(`/${entry}-\\w+\\.js$`)).flatMap((output) =>
      Object.keys(metafile.outputs[output]?.inputs ?? {}),
    );
  }

  // Each further file costs half a millisecond.
  it('opens six files for a prompt', () => {
    expect(listFiles(/^dist\/(?:main|chunks\/(?:chat-run|connection)-\w+)\.js$/)).toHaveLength(6);
  });

  it('loads nothing for callers of the server into a chat', () => {
    const files = listModules('connection');
    expect(files).toContain('src/dialects/messages/write-request.ts');
    const forCallers = /src\/dialects\/.*\/(?:read-request|read-messages|native|write-reply)\.ts$/;
    expect(files.filter((file) => forCallers.test(file))).toEqual([]);
  });

  // Most prompts that may call a tool call none.
  it('loads what offers tools with the chat, and what makes their calls later', () => {
    const files = listModules('chat-run');
    expect(files).toEqual(expect.arrayContaining(['src/chat/open-tools.ts', 'src/chat/run-tools.ts']));
    const makesCalls =
      /src\/(?:tools\/(?:make-calls|approvals\/approvals|workspace\/planners)|mcp\/host)\.ts$/;
    expect(files.filter((file) => makesCalls.test(file))).toEqual([]);
  });
});

describe('the published package', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const parsed = JSON.parse(listed);
  const [pack] = Array.isArray(parsed) ? parsed : Object.values(parsed);
  const files: string[] = pack.files.map(({ path }: { path: string }) => path);

  it('holds the program, its licences and its papers, and nothing else', () => {
    expect(checkFiles(files)).toMatchObject({ status: 'pass' });
  });

  it('is small, most of it the tables that tokens are counted with', () => {
    expect(checkSize(pack)).toMatchObject({ status: 'pass' });
  });

  it('ships the licences of what is bundled into it', () => {
    const licences = read('dist/THIRD_PARTY_LICENCES.txt');
    for (const name of ['commander', 'undici', 'react'])
      expect(licences).toContain(`${name} ${manifest.devDependencies[name]}\n`);
    // The words that packages share stand once, below the holders of all of them.
    expect(licences).toMatch(/Copyright \(c\) Sindre Sorhus/);
    expect(licences.match(/^Permission is hereby granted/gm)?.length).toBeLessThan(10);
  });
});
