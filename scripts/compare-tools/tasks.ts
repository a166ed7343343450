import { callTools } from '../../test/helpers/answers.ts';
import type { Answer } from '../../test/simulator/answer/answer.ts';

/** A prompt, and what the model does then. Names and parameters of the tools are the same in both programs. */
export type Task = { prompt: string; steps: readonly Answer[] };

export const files: Record<string, string> = {
  'README.md': `# Shapes\n\n${'Teh area of a shape, in square metres.\n'.repeat(40)}`,
  'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node --test' } }),
  'src/area.js': 'export const area = (width, height) => width + height;\n',
  'src/server.js': `${'// A line of the server.\n'.repeat(60)}export const port = process.env.PORT ?? 8080;\n`,
  'src/use.js': "import { area } from './area.js';\narea(1, 2);\n",
  'test/area.test.js':
    "import assert from 'node:assert';\nimport test from 'node:test';\nimport { area } from '../src/area.js';\ntest('area', () => assert.equal(area(2, 3), 6));\n",
  'data/people.csv': 'name,age\nAda,36\nGrace,85\n',
};

/**
 * Both see the same folder as the absolute path `{folder}`, which GitHub's CLI wants in calls.
 */
export const tasks: readonly Task[] = [
  {
    prompt: 'explain the failing test',
    steps: [
      callTools(['bash', { command: 'npm test', description: 'Run the tests' }]),
      callTools(['view', { path: '{folder}/src/area.js' }]),
      { text: 'It adds.' },
    ],
  },
  {
    prompt: 'rename area to surface in src',
    steps: [
      callTools(['grep', { pattern: 'area', path: '{folder}/src' }]),
      callTools(['edit', { path: '{folder}/src/use.js', old_str: 'area(1', new_str: 'surface(1' }]),
      callTools(['edit', { path: '{folder}/src/area.js', old_str: 'const area', new_str: 'const surface' }]),
      { text: 'Renamed.' },
    ],
  },
  {
    prompt: 'write a commit message for what is staged',
    steps: [
      callTools(['bash', { command: 'git --no-pager diff --cached', description: 'Show the diff' }]),
      { text: 'Add shapes' },
    ],
  },
  {
    prompt: 'where is PORT read?',
    steps: [
      callTools(['grep', { pattern: 'PORT', path: '{folder}' }]),
      callTools(['view', { path: '{folder}/src/server.js' }]),
      { text: 'Line 61.' },
    ],
  },
  {
    prompt: 'list the files of the project',
    steps: [callTools(['glob', { pattern: '**/*.js', path: '{folder}' }]), { text: 'Four.' }],
  },
  {
    prompt: 'add a test for the server',
    steps: [
      callTools(['view', { path: '{folder}/src/server.js' }]),
      callTools([
        'create',
        { path: '{folder}/test/server.test.js', file_text: "import '../src/server.js';\n" },
      ]),
      callTools(['bash', { command: 'node --test test/server.test.js', description: 'Run it' }]),
      { text: 'Added.' },
    ],
  },
  {
    prompt: 'turn data/people.csv into JSON by a script',
    steps: [
      callTools(['view', { path: '{folder}/data/people.csv' }]),
      callTools([
        'create',
        {
          path: '{folder}/convert.mjs',
          file_text: "import { writeFileSync } from 'node:fs';\nwriteFileSync('data/people.json', '[]');\n",
        },
      ]),
      callTools(['bash', { command: 'node convert.mjs', description: 'Run it' }]),
      { text: 'Done.' },
    ],
  },
  {
    prompt: 'review what is staged',
    steps: [
      callTools(
        ['bash', { command: 'git status --short', description: 'Show the state' }],
        ['view', { path: '{folder}/src/use.js' }],
        ['view', { path: '{folder}/src/area.js' }],
      ),
      { text: 'Fine.' },
    ],
  },
  {
    prompt: 'what does this project do?',
    steps: [
      callTools(['view', { path: '{folder}' }], ['view', { path: '{folder}/README.md' }]),
      { text: 'Shapes.' },
    ],
  },
  {
    prompt: 'correct the spelling in src/use.js',
    steps: [
      callTools(['view', { path: '{folder}/src/use.js' }]),
      callTools(['edit', { path: '{folder}/src/use.js', old_str: 'area(1, 2)', new_str: 'area(2, 1)' }]),
      { text: 'Corrected.' },
    ],
  },
];
