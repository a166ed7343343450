import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decide } from '../../../src/tools/approvals/decide.ts';
import { createFolder } from '../../helpers/folder.ts';

/** `../bin` holds this program under its name, and `../named` a link with another name. */
async function judge(command: string): Promise<string> {
  const home = createFolder({
    'tree/bin/copilot-cli.js': '',
    'tree/package.json': '{ "name": "copilot-cli" }',
    'app/package.json': '{ "name": "app", "dependencies": { "copilot-cli": "1" } }',
    'bin/claude': '',
    'tools/lint': '',
    'w/scripts/a.js': '',
    'w/scripts/build.sh': '',
  });
  for (const folder of ['bin', 'named']) mkdirSync(join(home, folder), { recursive: true });
  symlinkSync('../tree/bin/copilot-cli.js', join(home, 'bin/copilot-cli'));
  symlinkSync('../tree/bin/copilot-cli.js', join(home, 'named/cc'));
  const decision = await decide([{ kind: 'shell', command }], {
    place: { folder: join(home, 'w'), home, env: { HOME: home, TOOLS: join(home, 'tools') } },
    addDirs: [],
    ownFolders: [join(home, 'settings/copilot-cli')],
    rules: [],
    allowsReads: true,
    allowsAll: true,
  });
  return decision.type === 'ask' ? (decision.asked[0]?.why ?? '') : decision.type;
}

it.each([
  'for c in ../bin/*; do $c mcp add x -- true; done',
  'for c in ../b*/*; do "$c" mcp add x -- true; done',
  'for c in ../named/*; do $c mcp add x -- true; done',
  'for c in $HOME/bin/*; do sudo $c mcp add x -- true; done',
  'for c in ../bin/*; do node $c mcp add x -- true; done',
  'for c in $(ls ../bin); do ../bin/$c mcp add x -- true; done',
  'cd ../bin; for c in *; do ./$c mcp add x -- true; done',
  'cd ../bin; $(ls) mcp add x -- true',
  'ls ../bin | while read c; do ../bin/$c mcp add x -- true; done',
  'set -- ../bin/*; $1 mcp add x -- true',
  'a=(../bin/*); $\u007Ba[0]} mcp add x -- true',
  'a=../bin/*; $a mcp add x -- true',
  'select c in ../bin/*; do $c mcp add x -- true; done',
  "sh -c 'for c in ../bin/*; do $c mcp add x -- true; done'",
  'sh <<X\nset -- ../bin/*\n$1 mcp add x -- true\nX',
  'alias c=../bin/*\nc mcp add x -- true',
  'ls -d ../bin/* | xargs -n9 nice',
  'node ../bin/c* mcp add x -- true',
  'node --no-warnings ../tree/*/* mcp add x -- true',
  'sudo bun ../tree/bin/* mcp add x -- true',
  'sh ../bin/[c]* --allow-all-tools x',
  'run-parts -a mcp -a add -a x ../bin',
  'run-parts -a mcp ../b*',
  'npx ../tree mcp add x',
  'npx -y file:../tree mcp add x',
  'npm exec -- ../t* mcp add x',
  'find ../bin -type f -exec {} mcp add x ;',
])(
  'a list that holds this program, and then a word of it as a program, is asked about: %s',
  async (command) => {
    expect(await judge(command)).toBe('it starts copilot-cli itself');
  },
);

it.each([
  "builtin . /dev/stdin <<< 'copilot-cli mcp add x -- y'",
  "command . /dev/stdin <<< 'copilot-cli mcp add x -- y'",
  "make -sf- <<< 'x:;@copilot-cli mcp add x -- y'",
  "sed -f - a.txt <<< '1e copilot-cli mcp add x -- y'",
  "linux64 sh <<< 'copilot-cli mcp add x -- y'",
  "sqlite3 <<< '.shell copilot-cli mcp add x -- y'",
  "printf 'x:;copilot-cli mcp add x -- y' | make -f-",
  "printf 'x:;copilot-cli mcp add x -- y' > M; make -f M",
  'echo copilot-cli mcp add x -- y | linux64 sh',
  'just --justfile /dev/stdin <<X\nx:\n  copilot-cli mcp add x -- y\nX',
  "PS4='$(copilot-cli mcp add x -- y)'; set -x; p",
])('a text that starts it is, whatever program gets it: %s', async (command) => {
  expect(await judge(command)).toBe('it starts copilot-cli itself');
});

it.each([
  'cat > notes.md <<X\nRun copilot-cli chat to begin.\nX',
  "echo 'Run copilot-cli chat' >> README.md",
  'git commit -F - <<X\nSay how copilot-cli chat is run\nX',
  "npm test && git commit -m 'copilot-cli chat: mend'",
  "grep -r 'copilot-cli chat' docs && npm test",
  "x='copilot-cli --version'; npm test",
])('one for people is not: %s', async (command) => {
  expect(await judge(command)).toBe('allow');
});

it.each([
  'for f in scripts/*; do node $f; done',
  'for f in ../bin/*; do ls -l $f; done',
  'for f in ../tools/*; do $f src; done',
  'for f in ../bin/*; do $TOOLS/lint $f; done',
  'ls ../bin && $TOOLS/lint src',
  'a=(scripts/*.sh); bash $\u007Ba[0]}',
  'set -- scripts/*; sh $1',
  'node scripts/*.js config',
  'run-parts scripts',
  'npx ../tree --version',
  'npx ../app mcp',
  'npm install ../tree',
  "find . -name '*.sh' -exec {} ;",
  'export PATH=../bin:$PATH; $CC -c a.c',
])('lists of other programs are not: %s', async (command) => {
  expect(await judge(command)).toBe('allow');
});
