import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { Answer } from '../simulator/answer/answer.ts';
import { callTools } from './answers.ts';

/** An example of docs/tools.md: what the model does, and how one sees that it was done. */
export type ToolExample = {
  /** A part of the command line. */
  command: string;
  /** Further files of the folder. */
  files?: Record<string, string>;
  answers: readonly Answer[];
  /** `told` is what the model got for each call, in the order in which they were made. */
  check(seen: { folder: string; stdout: string; stderr: string; told: readonly string[] }): void;
};

const say = (text: string): Answer => ({ text });
const read = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

const area = 'export const area = (width, height) => width + height;\n';
const test = `import assert from 'node:assert';
import test from 'node:test';
import { area } from '../src/area.js';
test('area', () => assert.equal(area(2, 3), 6));
`;
const manifest = JSON.stringify({ type: 'module', scripts: { test: 'node --test' } });

const memory = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/server-memory/dist/index.js', import.meta.url),
);

const convert = `import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
for (const name of readdirSync('data')) {
  const [head, ...rows] = readFileSync('data/' + name, 'utf8').trim().split('\\n').map((row) => row.split(','));
  const values = rows.map((row) => Object.fromEntries(row.map((cell, column) => [head[column], cell])));
  writeFileSync('data/' + name.replace('.csv', '.json'), JSON.stringify(values));
}
`;

export const toolExamples: readonly ToolExample[] = [
  {
    command: 'explain the first failure',
    files: { 'package.json': manifest, 'src/area.js': area, 'test/area.test.js': test },
    answers: [
      callTools(['bash', { command: 'npm test' }]),
      callTools(['view', { path: 'src/area.js' }]),
      say('area adds where it should multiply.'),
    ],
    check({ stdout, stderr, told }) {
      expect(stdout).toBe('area adds where it should multiply.\n');
      expect(stderr).toBe('');
      expect(told[0]).toContain('Exit code 1');
      expect(told[0]).toContain('expected: 6');
      // A word in the environment of the test is no secret because of its name.
      expect(told[0]).toContain('file:///');
      expect(told[1]).toContain('width + height');
    },
  },
  {
    command: 'rename the function area',
    files: { 'src/area.js': area, 'src/use.js': 'area(1, 2);\n' },
    answers: [
      callTools(['grep', { pattern: '\\barea\\b' }]),
      callTools(
        ['edit', { path: 'src/area.js', old_str: 'area', new_str: 'surface' }],
        ['edit', { path: 'src/use.js', old_str: 'area', new_str: 'surface' }],
        ['create', { path: 'NOTES.md', file_text: 'renamed' }],
      ),
      say('Renamed in two files.'),
    ],
    check({ folder, stdout, stderr, told }) {
      expect(told[0]).toContain('src/use.js');
      expect(read(folder, 'src/area.js')).toBe(area.replace('area', 'surface'));
      expect(read(folder, 'src/use.js')).toBe('surface(1, 2);\n');
      expect(existsSync(join(folder, 'NOTES.md'))).toBe(false);
      expect(stderr).toContain("refused: create NOTES.md; to allow it: --allow-tool 'write(NOTES.md)'");
      expect(stdout).toBe('Renamed in two files.\n');
    },
  },
  {
    command: 'for what is staged',
    answers: [callTools(['bash', { command: 'git diff --cached' }]), say('Add a constant')],
    check({ folder, stderr, told }) {
      expect(told[0]).toContain('+export const a = 1;');
      expect(read(folder, 'message.txt')).toBe('Add a constant\n');
      expect(stderr).toBe('');
    },
  },
  {
    command: 'who owns the billing service',
    files: {
      'memory.jsonl': `${JSON.stringify({ type: 'entity', name: 'billing', entityType: 'service', observations: ['owned by Ada'] })}\n`,
      'ci/mcp.json': JSON.stringify({
        mcpServers: {
          memory: {
            command: process.execPath,
            args: [memory],
            // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one of mcp.json.
            env: { MEMORY_FILE_PATH: '${workspaceFolder}/memory.jsonl' },
          },
        },
      }),
    },
    answers: [
      callTools(
        ['memory__search_nodes', { query: 'billing' }],
        ['memory__delete_entities', { entityNames: ['billing'] }],
      ),
      say('Ada owns it.'),
    ],
    check({ folder, stdout, stderr, told }) {
      expect(told[0]).toContain('owned by Ada');
      expect(stdout).toBe('Ada owns it.\n');
      expect(stderr).toContain("--allow-tool 'memory(delete_entities)'");
      expect(read(folder, 'memory.jsonl')).toContain('billing');
    },
  },
  {
    command: 'where is the variable PORT read',
    files: { 'src/server.js': 'const port = process.env.PORT ?? 8080;\n' },
    answers: [
      callTools(['grep', { pattern: 'PORT' }], ['glob', { pattern: 'src/*.js' }]),
      say('In src/server.js, line 1; 8080.'),
    ],
    check({ stdout, stderr, told }) {
      expect(told.join('\n')).toContain('1:const port = process.env.PORT ?? 8080;');
      expect(stdout).toBe('In src/server.js, line 1; 8080.\n');
      expect(stderr).toBe('');
    },
  },
  {
    command: 'add a test for src/area.js',
    files: { 'package.json': manifest, 'src/area.js': area.replace('+', '*') },
    answers: [
      callTools(['view', { path: 'src/area.js' }]),
      callTools(['create', { path: 'test/area.test.js', file_text: test }]),
      callTools(['bash', { command: 'node --test' }]),
      say('Added, and it passes.'),
    ],
    check({ folder, stdout, stderr, told }) {
      expect(read(folder, 'test/area.test.js')).toBe(test);
      expect(told[2]).toContain('Exit code 0');
      expect(stdout).toBe('Added, and it passes.\n');
      expect(stderr).toBe('');
    },
  },
  {
    command: 'write convert.mjs',
    files: { 'data/people.csv': 'name,age\nAda,36\n' },
    answers: [
      callTools(['view', { path: 'data/people.csv' }]),
      callTools(['create', { path: 'convert.mjs', file_text: convert }]),
      callTools(['bash', { command: 'node convert.mjs' }]),
      say('Converted.'),
    ],
    check({ folder, stderr }) {
      expect(JSON.parse(read(folder, 'data/people.json'))).toEqual([{ name: 'Ada', age: '36' }]);
      expect(stderr).toBe('');
    },
  },
  {
    command: 'review the last commit',
    answers: [
      callTools(
        ['bash', { command: 'git status --short' }],
        ['bash', { command: 'git push --force' }],
        ['edit', { path: 'src/a.ts', old_str: '1', new_str: '2' }],
        ['web_fetch', { url: 'http://127.0.0.1:9/' }],
      ),
      say('Nothing to complain about.'),
    ],
    check({ folder, stdout, stderr, told }) {
      expect(told[0]).toContain('src/a.ts');
      for (const text of told.slice(1)) expect(text).toMatch(/deni/);
      expect(read(folder, 'src/a.ts')).toBe('export const a = 1;\n');
      expect(stderr).toContain('refused: bash git push --force');
      expect(stdout).toBe('Nothing to complain about.\n');
    },
  },
  {
    command: '--max-rounds 5',
    answers: [callTools(['view', { path: '.' }], ['view', { path: 'README.md' }]), say('It asks models.')],
    check({ stdout, stderr, told }) {
      expect(told.join('\n')).toContain('copilot-cli');
      expect(stdout).toBe('It asks models.\n');
      expect(stderr).toBe('');
    },
  },
  {
    command: 'correct the spelling',
    files: { 'README.md': 'Teh program.\n' },
    answers: [
      callTools(['view', { path: 'README.md' }]),
      callTools(['edit', { path: 'README.md', old_str: 'Teh', new_str: 'The' }]),
      say('Corrected.'),
    ],
    check({ folder, stdout }) {
      expect(stdout).toBe('["view","done"]\n["edit","done"]\n');
      expect(read(folder, 'README.md')).toBe('The program.\n');
    },
  },
];
