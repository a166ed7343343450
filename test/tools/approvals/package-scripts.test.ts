import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/tools/approvals/decide.ts';
import { formatRule, parseRule } from '../../../src/tools/approvals/rule.ts';
import { splitRules } from '../../../src/tools/approvals/rule-text.ts';
import { createFolder } from '../../helpers/folder.ts';

const scripts = {
  test: 'NODE_ENV=test vitest run',
  unit: 'npm run build && cross-env A=b jest',
  own: 'node --test',
  jest: 'node --experimental-vm-modules node_modules/jest/bin/jest.js',
  lint: 'eslint src && prettier --check .',
  build: 'vite build',
  dev: 'concurrently "npm:a" "npm:b"',
  all: 'npm run dev --',
  both: 'run-p a b',
  ts: 'tsx',
  watch: 'tsx watch',
  sh: 'bash',
  server: 'node server.js',
  timed: 'time sh -c',
  odd: '$(x)',
  loop: 'npm run loop --',
  exec: 'npm exec concurrently',
  clean: 'rm -rf dist',
  clean2: 'npm run clean',
  clean3: 'tsc && rimraf dist',
  copy: 'cp -r dist',
  git: 'git',
  npm: 'npm',
  envcmd: 'env-cmd',
  format: 'clang-format src/a.c',
  next: 'next dev',
  eject: 'react-scripts',
  bun: 'bun test',
  poetry: 'poetry run python',
  uv: 'uv run',
  compose: 'docker compose exec web',
  ssh: 'ssh host',
  fn: 'f() { tsx "$@"; }; f',
  make: 'make',
  hooked: 'node -r ts-node/register',
  curl: 'curl -s',
  again: 'nodemon server.js',
  mocha: 'mocha -r ts-node/register',
  mocha2: 'mocha',
  mocha3: 'npm run mocha2 --',
  vitest: 'vitest',
  cover: 'vitest run --coverage',
  fix: 'eslint --fix',
  spell: 'cspell',
  webpack: 'webpack',
  vite: 'vite',
  tap: 'c8 tap',
  tsdown: 'tsdown',
  karma: 'karma start',
  wdio: 'wdio run',
  bunrun: 'bun run',
  ng: 'ng run',
  rollup: 'rollup -c',
  tsc: 'tsc -p',
  tsb: 'tsc -b',
  eslint: 'eslint . --config',
  jest2: 'jest --config',
  check: 'tsc --noEmit',
  typed: 'tsc',
  packed: 'npm pack --dry-run',
  published: 'npm publish --dry-run',
  released: 'semantic-release',
  deployed: 'vercel',
  fire: 'npm run fire2 --',
  fire2: 'firebase deploy --only hosting',
  ends: 'jest ;',
  ends2: 'jest &',
  ends3: 'jest\n',
  ends4: 'jest &&',
  ends5: 'jest >',
  ends6: 'jest; A=b',
  ends7: 'jest | tee',
  timeout: 'mocha --timeout 5000 --exit',
  covered: 'vitest run --coverage',
  e2e: 'cypress run',
  e2e2: 'playwright test',
  knip: 'knip',
  dev2: 'next dev -H 127.0.0.1',
  book: 'storybook dev -h 127.0.0.1',
  staging: 'vite build --mode staging',
  staging2: 'vite build --mode=staging',
  staging3: 'vite build -m staging',
  staging4: 'npm run staging --',
  staging5: "vite build --mode 'staging'",
  projects: 'playwright test --project staging',
  strict: 'eslint --max-warnings 0 src',
  exact: 'vitest run --strict src',
  mocha4: 'mocha --ext .js --exit test',
};

function decideIn(folder: string, command: string, texts: string) {
  return decide([{ kind: 'shell', command }], {
    place: { folder: `${folder}/w`, home: '/home/me' },
    addDirs: [],
    rules: (texts === '' ? [] : splitRules(texts)).map((text) => ({
      effect: 'allow',
      rule: parseRule(text),
      origin: 'flag',
    })),
    allowsReads: true,
    allowsAll: false,
  });
}

async function ask(command: string, texts = '', content: unknown = { scripts }) {
  const folder = createFolder({ 'w/package.json': JSON.stringify(content), 'w/a/b.ts': '' });
  const decision = await decideIn(folder, command, texts);
  const [asked] = decision.type === 'ask' ? decision.asked : [];
  return { type: decision.type, offered: asked?.offer?.usual.rules.map(formatRule) };
}

describe('words behind a script of package.json, for a rule for its name', () => {
  it.each([
    ['npm test -- --watch', 'shell(npm test:*)'],
    ["npm test -- -t 'adds two'", 'shell(npm test:*)'],
    ["npm run unit -- -t 'adds two'", 'shell(npm run unit:*)'],
    ["npm run own -- --test-name-pattern 'adds two'", 'shell(npm run own:*)'],
    ["npm run jest -- -t 'adds two'", 'shell(npm run jest:*)'],
    ['npm run lint -- src', 'shell(npm run lint:*)'],
    ['yarn lint src --quiet', 'shell(yarn lint:*)'],
    ['npm run again -- --port 3000', 'shell(npm run again:*)'],
    ['npm run mocha -- test/a.test.ts', 'shell(npm run mocha:*)'],
    ['npm run server -- --port 3000 --verbose', 'shell(npm run server:*)'],
    ['npm run clean -- --verbose', 'shell(npm run clean:*)'],
    ['npm run next -- src', 'shell(npm run next:*)'],
    ['npm run bun -- src/a.test.ts', 'shell(npm run bun:*)'],
    ['npm run lint -w packages/a -- --quiet', 'shell(npm run lint:*)'],
    ['npm test -w packages/a', 'shell(npm test:*)'],
    ['npm run build -- --mode test', 'shell(npm run build:*)'],
    ['npm run mocha2 -- test', 'shell(npm run mocha2:*)'],
    ['npm run mocha2 -- test/a.js -g adds', 'shell(npm run mocha2:*)'],
    ['npm run mocha3 -- lib/a.js', 'shell(npm run mocha3:*)'],
    ['npm run vitest -- login', 'shell(npm run vitest:*)'],
    ['npm run cover -- src/a.test.ts', 'shell(npm run cover:*)'],
    ['npm run fix -- src', 'shell(npm run fix:*)'],
    ['npm run spell -- README.md', 'shell(npm run spell:*)'],
    ['npm run webpack -- --mode production', 'shell(npm run webpack:*)'],
    ['npm run vite -- --host 127.0.0.1 --port 3000', 'shell(npm run vite:*)'],
    ['npm run karma -- --watch', 'shell(npm run karma:*)'],
    ['npm run rollup -- --silent', 'shell(npm run rollup:*)'],
    ['yarn add left-pad', 'shell(yarn add:*)'],
    ['yarn oxlint src', 'shell(yarn oxlint:*)'],
    ['npm run dev', 'shell(npm run dev:*)'],
    ['npm test -w a -- --watch', 'shell(npm test:*)'],
    ["npm run dev 'touch y'", "shell(npm run dev 'touch y')"],
    ['npm run check -- --pretty false', 'shell(npm run check:*)'],
    ['npm run check -- --watch', 'shell(npm run check:*)'],
    ['npm run check -- --noEmit', 'shell(npm run check:*)'],
    ['npm run check -- src/a.ts --pretty', 'shell(npm run check:*)'],
    ['npm run typed -- --strict --skipLibCheck', 'shell(npm run typed:*)'],
    ['npm run unit -- -b -i --runInBand --ci', 'shell(npm run unit:*)'],
    ['npm run mocha2 -- -j 2', 'shell(npm run mocha2:*)'],
    ['npm run next -- -p 3000', 'shell(npm run next:*)'],
    ['npm run e2e2 -- --headed -j 2', 'shell(npm run e2e2:*)'],
    ['npm run timeout -- --timeout 10000', 'shell(npm run timeout:*)'],
    ['npm run covered -- --no-coverage --coverage=false', 'shell(npm run covered:*)'],
    ['npm run covered -- --ci --project web', 'shell(npm run covered:*)'],
    ['npm run lint -- --max-warnings=0 --retries 0', 'shell(npm run lint:*)'],
    ['npm run published -- --dry-run', 'shell(npm run published:*)'],
    ['npm run released -- --dry-run --no-color', 'shell(npm run released:*)'],
    ['npm run vite -- --host=localhost', 'shell(npm run vite:*)'],
    ['npm run dev touch', 'shell(npm run dev touch:*)'],
    ['npm run ts y.ts', 'shell(npm run ts y.ts:*)'],
    ['npm run staging -- --mode staging', 'shell(npm run staging:*)'],
    ['npm run staging -- --mode=staging', 'shell(npm run staging:*)'],
    ['npm run staging2 -- --mode staging', 'shell(npm run staging2:*)'],
    ['npm run staging3 -- --mode staging', 'shell(npm run staging3:*)'],
    ['npm run staging5 -- --mode staging', 'shell(npm run staging5:*)'],
    ['npm run projects -- --project staging', 'shell(npm run projects:*)'],
    ['npm run strict -- --max-warnings 999', 'shell(npm run strict:*)'],
    ['npm run exact -- --strict src/a.ts', 'shell(npm run exact:*)'],
    ['npm run mocha4 -- --exit test/a.js', 'shell(npm run mocha4:*)'],
    ['npm run mocha4 -- --ext .js', 'shell(npm run mocha4:*)'],
    ['npm run dev2 -- -h', 'shell(npm run dev2:*)'],
    ['npm run dev2 -- --hostname 127.0.0.1 --port 3000', 'shell(npm run dev2:*)'],
  ])('are allowed in %s by %s', async (command, rule) => {
    expect(await ask(command, rule)).toMatchObject({ type: 'allow' });
  });

  it.each([
    ['npm run dev touch', 'shell(npm run dev:*)', 'shell(npm run dev touch)'],
    ["npm run dev -- -g 'touch y'", 'shell(npm run dev:*)', "shell(npm run dev -- -g 'touch y')"],
    ['yarn dev touch', 'shell(yarn dev:*)', 'shell(yarn dev touch)'],
    ["yarn dev 'touch y'", 'shell(yarn dev:*)', "shell(yarn dev 'touch y')"],
    ['pnpm all touch', 'shell(pnpm all:*)', 'shell(pnpm all touch)'],
    ['npm run all touch', 'shell(npm run:*)', 'shell(npm run all touch)'],
    ['npm run both deploy', 'shell(npm run both:*)', 'shell(npm run both deploy)'],
    ['npm run ts y.ts', 'shell(npm run ts:*)', 'shell(npm run ts y.ts)'],
    ['npm run watch y.ts', 'shell(npm run watch:*)', 'shell(npm run watch y.ts)'],
    ['npm run sh y.sh', 'shell(npm run sh:*)', 'shell(npm run sh y.sh)'],
    ['npm run timed date', 'shell(npm run timed:*)', 'shell(npm run timed date)'],
    ['npm run odd y', 'shell(npm run odd:*)', 'shell(npm run odd y)'],
    ['npm run loop y', 'shell(npm run loop:*)', 'shell(npm run loop y)'],
    // Subcommands of what else only looks.
    ...[
      'mocha2 init public',
      'mocha2 init .',
      'mocha3 init public',
      'vitest init browser',
      'spell link add x.js',
      'webpack init',
      'webpack i',
      'webpack configtest x.js',
      'tap plugin',
      'tap init',
      'tsdown migrate',
      'karma x.js',
      'wdio x.js',
      'bunrun x.js',
      'ng app:deploy',
      // The word is the value of the option at the end.
      'rollup x.js',
      'tsc x.json',
      'tsb x',
      'eslint x.js',
      'jest2 x.js',
      'missing x',
      // They take back what the script says, or choose where it deploys.
      'check --noEmit false src/a.ts',
      'check --no-noEmit',
      'check --noEmit=false',
      'check --project ev',
      'check -b ev',
      'typed --project=ev',
      'typed -p ev',
      'packed --no-dry-run',
      'packed --dry-run=false',
      'packed --dry-run false',
      'published --no-dry-run',
      'released --no-ci',
      'released --ci=false',
      'deployed --prod',
      'deployed --production=true',
      'deployed --mode x',
      'fire --project=prod',
      'vite --host 0.0.0.0',
      'vite --host=0.0.0.0',
      'vite --host',
      'timeout --no-exit',
      // The option in front may be the last one of the script.
      'check false',
      'check null',
      'check --noEmit null',
      'check --noEmit false',
      'published --dry-run 0',
      // They mean something else to this program.
      'typed src/a.ts',
      'typed -p 1',
      'typed --outDir src',
      'e2e -b ./x',
      'e2e --project ./x',
      'e2e2 -p 1',
      'knip -t x.json',
      'deployed --strict',
      'deployed --only x',
      'released --run',
      // Another value than that of the script.
      'staging --mode production',
      'staging2 --mode production',
      'staging2 --mode=production',
      'staging3 --mode production',
      'staging4 --mode production',
      'staging5 --mode production',
      'staging --mode',
      'projects --project prod',
      'mocha4 --ext .ts',
      // Letters of another case are other options, and some take a value.
      'dev2 -H 0.0.0.0',
      'dev2 -H=0.0.0.0',
      'dev2 -H',
      'next -H 0.0.0.0 --port 3000',
      'book -h 0.0.0.0',
      'book -h=0.0.0.0',
      'next -S 0.0.0.0',
      'vite -W',
      'mocha2 -T x',
      'mocha2 -G x',
      'lint -Q',
      'unit -B',
      'fire --exit',
      // A shell would run them, or write there.
      'ends touch y',
      'ends2 touch y',
      'ends3 touch y',
      'ends4 touch y',
      'ends5 src/a.js',
      'ends6 touch y',
      'ends7 src/a.js',
    ].map((text) => {
      const [name, ...words] = text.split(' ');
      const command = `npm run ${name} -- ${words.join(' ')}`;
      return [command, `shell(npm run ${name}:*)`, `shell(${command})`];
    }),
    ['yarn of:another y', 'shell(yarn of:another:*)', 'shell(yarn of:another y)'],
    ['npm start y', 'shell(npm start:*)', 'shell(npm start y)'],
    ...[
      'exec',
      'poetry',
      'uv',
      'compose',
      'ssh',
      'fn',
      'make',
      'curl',
      'hooked',
      'server',
      'clean',
      'clean2',
      'clean3',
      'copy',
      'git',
      'npm',
      'envcmd',
      'eject',
    ].map((name) => [`npm run ${name} y`, `shell(npm run ${name}:*)`, `shell(npm run ${name} y)`]),
    ["npm run server -- -g 'a b'", 'shell(npm run server:*)', "shell(npm run server -- -g 'a b')"],
    ["npm test -w a -- -t 'a b'", 'shell(npm test:*)', "shell(npm test -w a -- -t 'a b')"],
    ['npm run format -- -i', 'shell(npm run format:*)', 'shell(npm run format -- -i)'],
    ['npm run copy -- -t src', 'shell(npm run copy:*)', 'shell(npm run copy -- -t src)'],
    ['npm run clean -w a -- src', 'shell(npm run clean:*)', 'shell(npm run clean -w a -- src)'],
    ['yarn test --preset ./x', 'shell(yarn test:*)', 'shell(yarn test --preset ./x)'],
    ['yarn dev touch --filter x', 'shell(yarn dev:*)', 'shell(yarn dev touch --filter x)'],
    [
      'yarn workspace a dev --preset ./x',
      'shell(yarn workspace a dev:*)',
      'shell(yarn workspace a dev --preset ./x)',
    ],
    ['yarn lint --parser=./x', 'shell(yarn lint:*)', 'shell(yarn lint --parser=./x)'],
  ])('are asked about in %s in spite of %s, and only %s is offered', async (command, rule, offered) => {
    expect(await ask(command, rule)).toEqual({ type: 'ask', offered: [offered] });
  });
});

describe('words behind a script that its manager finds elsewhere', () => {
  const clean = JSON.stringify({ scripts: { clean: 'eslint' } });
  it.each([
    ['pnpm run clean src', 'shell(pnpm run clean:*)', { 'w/package.yaml': 'scripts: {clean: rm -rf dist}' }],
    ['pnpm clean src', 'shell(pnpm clean:*)', { 'w/package.json5': '{scripts: {clean: "rm -rf dist"}}' }],
    ['bun run clean src', 'shell(bun run clean:*)', { 'w/package.json': '{"scripts": {"clean": "rm"},}' }],
    ['bun clean src', 'shell(bun clean:*)', { 'w/package.json': '{"scripts": {"clean": "rm"},}' }],
  ])('are asked about in %s by %s with %j', async (command, rule, files) => {
    const decision = await decideIn(createFolder({ 'package.json': clean, ...files }), command, rule);
    expect(decision.type).toBe('ask');
  });

  it.each([
    ['pnpm add left-pad', 'shell(pnpm add:*)'],
    ['pnpm run clean', 'shell(pnpm run clean:*)'],
    ['pnpm run clean --silent', 'shell(pnpm run clean:*)'],
  ])('are allowed in %s by %s', async (command, rule) => {
    const decision = await decideIn(createFolder({ 'w/package.yaml': 'scripts: {}' }), command, rule);
    expect(decision.type).toBe('allow');
  });
});

describe('the rule that is offered for a script', () => {
  it.each([
    ['npm test -- --watch', 'shell(npm test:*)'],
    ['npm run dev', 'shell(npm run dev:*)'],
    ['yarn run lint src', 'shell(yarn run lint:*)'],
    ['yarn run ts', 'shell(yarn run ts:*)'],
    ['npm run dev touch', 'shell(npm run dev touch)'],
    ["npm test -- '--reporter=data:a,b'", 'shell(npm test -- --reporter=data:a,b)'],
    // Yarn takes programs of packages for scripts.
    ['yarn run tsx x.ts', 'shell(yarn run tsx x.ts)'],
    ['yarn run node x.js', 'shell(yarn run node x.js)'],
    ['yarn run nodemon', 'shell(yarn run nodemon)'],
    ['yarn run -T tsx', 'shell(yarn run -T tsx)'],
    ['npm run -s lint', 'shell(npm run -s lint)'],
    ['pnpm run --silent lint', 'shell(pnpm run --silent lint)'],
    ['yarn run toString', 'shell(yarn run toString)'],
  ])('for %s is %s', async (command, offered) => {
    expect(await ask(command)).toEqual({ type: 'ask', offered: [offered] });
  });

  it('is the command alone only for the part that needs it', async () => {
    const { offered } = await ask('npm run lint && yarn run tsx y.ts');
    expect(offered).toEqual(['shell(npm run lint:*)', 'shell(yarn run tsx y.ts)']);
  });

  it.each([[null], [[]], [{ scripts: 5 }], [{ scripts: { lint: {} } }]])(
    'is the command alone if package.json holds %j',
    async (content) => {
      const { offered } = await ask('yarn run lint src', '', content);
      expect(offered).toEqual(['shell(yarn run lint src)']);
    },
  );
});

describe('a wildcard behind a script', () => {
  it.each([
    ['docs/*.md', 'docs/$(touch x).md'],
    ['docs/?*', 'docs/`touch x`.md'],
    ['docs/a*', 'docs/a";touch x;".md'],
    ['docs/a*', 'docs/a b.md'],
  ])('asks for %s where a file is called %s', async (word, name) => {
    for (const manager of ['pnpm', 'npm', 'yarn']) {
      const files = { 'package.json': '{"scripts":{"lint":"eslint"}}', 'docs/a.md': '' };
      const judge = async (folder: string): Promise<string> => {
        const access = { kind: 'shell', command: `${manager} run lint ${word}` } as const;
        const rule = {
          effect: 'allow',
          rule: parseRule(`shell(${manager} run lint:*)`),
          origin: 'flag',
        } as const;
        const grounds = {
          place: { folder, home: '/nowhere' },
          addDirs: [],
          allowsReads: false,
          allowsAll: false,
        };
        return (await decide([access], { ...grounds, rules: [rule] })).type;
      };
      expect(await judge(createFolder(files))).toBe('allow');
      expect(await judge(createFolder({ ...files, [name]: '' }))).toBe('ask');
    }
  });
});
