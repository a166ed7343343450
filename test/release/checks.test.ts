import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deriveAddresses, readAddress } from '../../scripts/release/addresses.ts';
import {
  checkChangelog,
  checkFields,
  checkFiles,
  checkGit,
  checkLicences,
  checkName,
  checkOwner,
  checkProvenance,
  checkSize,
  isAllowed,
  type Manifest,
} from '../../scripts/release/checks.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const manifest: Manifest = JSON.parse(read('package.json'));
const workflow = read('.github/workflows/release.yml');
const fail = (detail: string) => expect.objectContaining({ status: 'fail', detail });

describe('the name of a release', () => {
  it('passes with a new version', () => {
    expect(checkName(manifest, [])).toEqual({ name: 'name', status: 'pass', detail: 'copilot-cli@0.1.0' });
  });

  it.each<[what: string, change: Manifest, published: string[], detail: string]>([
    ['capitals', { name: 'Copilot', bin: { Copilot: 'x' } }, [], 'Copilot is not a name that npm takes'],
    ['no version', { version: 'next' }, [], 'next is not a version'],
    ['another program', { bin: { copilot: 'x' } }, [], 'npx finds no program of that name in bin'],
    ['a published version', {}, ['0.0.9', '0.1.0'], '0.1.0 is published already'],
  ])('fails with %s', (_, change, published, detail) => {
    expect(checkName({ ...manifest, ...change }, published)).toEqual(fail(detail));
  });

  it('says that the registry did not answer', () => {
    expect(checkName(manifest, undefined).detail).toBe('copilot-cli@0.1.0 (the registry could not be asked)');
  });
});

describe('the fields of a release', () => {
  it('are all there', () => {
    expect(checkFields(manifest).status).toBe('pass');
  });

  it.each([
    ['description', ''],
    ['keywords', []],
    ['bugs', undefined],
  ])('fail without %s', (field, value) => {
    expect(checkFields({ ...manifest, [field]: value })).toEqual(fail(`${field} is missing`));
  });

  it('fail while the owner is a placeholder, each by its name', () => {
    const holders = { ...manifest, author: 'OWNER', homepage: 'https://github.com/OWNER/x' };
    const others = { repository: 'https://github.com/a/x', bugs: 'https://github.com/a/x/issues' };
    const detail = 'author has the placeholder OWNER; homepage has the placeholder OWNER';
    const strict = { allowPlaceholders: false };
    expect(checkOwner({ ...holders, ...others }, {}, strict)).toEqual(fail(detail));
    expect(checkOwner({ ...holders, ...others }, {}, { allowPlaceholders: true })).toMatchObject({
      status: 'skip',
      detail: 'placeholders in author, homepage, as allowed',
    });
  });

  const real = { author: 'Ann', homepage: 'https://a.example/OWNERS', repository: 'r', bugs: 'b' };

  it('pass with a real owner, even one whose name holds the word', () => {
    const files = { 'dist/main.js': 'const OWNER=1', 'docs/serve.md': 'OWNERS of https://github.com/ann/x' };
    expect(checkOwner({ ...manifest, ...real }, files, { allowPlaceholders: false }).status).toBe('pass');
  });

  it.each([
    ['README.md', 'git clone https://github.com/OWNER/copilot-cli'],
    ['docs/commands.md', 'Bugs: https://github.com/OWNER/copilot-cli/issues'],
    ['dist/help/80.txt', '\f\nBugs: https://github.com/OWNER/x/issues'],
    ['dist/man/copilot-cli.1', '.B OWNER'],
    ['dist/main.js', 'const docs="https://github.com/OWNER/copilot-cli#readme"'],
  ])('fail while a file in the tarball has it: %s', (path, text) => {
    expect(checkOwner({ ...manifest, ...real }, { [path]: text }, { allowPlaceholders: false })).toEqual(
      fail(`${path} has the placeholder OWNER`),
    );
  });
});

describe('the address of the repository', () => {
  it('is that of package.json in everything that names it', () => {
    const address = readAddress(JSON.parse(readFileSync('package.json', 'utf8')));
    for (const path of ['package.json', 'README.md', 'docs/commands.md']) {
      const text = readFileSync(path, 'utf8');
      expect(text).toContain(`github.com/${address}`);
      expect(deriveAddresses(text, address)).toBe(text);
    }
  });

  it.each([
    ['git+https://github.com/ann/copilot-cli.git', 'ann/copilot-cli'],
    ['https://github.com/ann-lee/copilot-cli', 'ann-lee/copilot-cli'],
    ['git@github.com:ann.lee/copilot-cli.git', 'ann.lee/copilot-cli'],
  ])('is read from %s', (url, address) => {
    expect(readAddress({ repository: { type: 'git', url } })).toBe(address);
  });

  it("goes into every URL of the project, and not into that of GitHub's own tool", () => {
    const text =
      'https://github.com/OWNER/copilot-cli/issues, https://github.com/github/copilot-cli, github.com/x/copilot-client';
    expect(deriveAddresses(text, 'ann/copilot-cli')).toBe(
      'https://github.com/ann/copilot-cli/issues, https://github.com/github/copilot-cli, github.com/x/copilot-client',
    );
  });
});

describe('the files of a release', () => {
  const files = [
    'LICENSE',
    'README.md',
    'CHANGELOG.md',
    'bin/copilot-cli.js',
    'bin/package.json',
    'docs/serve.md',
    'docs/schemas/chat.schema.json',
    'package.json',
  ];
  const built = [
    'main.js',
    'worker.js',
    'package.json',
    'compile-cache.cjs',
    'complete-line.cjs',
    'complete-values.cjs',
    'completion.json',
    'help/80.txt',
    'THIRD_PARTY_LICENCES.txt',
    'chunks/a-B1.js',
  ];
  const whole = [...files, ...built.map((file) => `dist/${file}`)];

  it('pass as they are expected', () => {
    expect(checkFiles(whole)).toMatchObject({ status: 'pass', detail: '18 files' });
  });

  it.each(['.env', 'dist/main.js.map', 'src/main.ts', 'dist/chunks/../../x.js', 'bin/other.js'])(
    'fail with %s',
    (file) => {
      expect(checkFiles([...whole, file])).toEqual(fail(`${file} is not expected`));
    },
  );

  it('fail without the program', () => {
    expect(checkFiles(whole.filter((file) => file !== 'dist/main.js'))).toEqual(
      fail('dist/main.js is missing'),
    );
  });

  it('fail if they are large', () => {
    expect(checkSize({ size: 4e6, unpackedSize: 9e6 })).toEqual(
      fail('the tarball has 4.0 MB, more than 3.0 MB; it unpacks to 9.0 MB, more than 8.0 MB'),
    );
  });
});

describe('the licences of what is shipped', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR CC0-1.0)', true],
    ['GPL-3.0-only OR MIT', true],
    ['MIT AND ISC', true],
    ['MIT AND GPL-3.0-only', false],
    ['LGPL-3.0-or-later', false],
    ['SEE LICENSE IN x', false],
    ['', false],
  ])('%j: %s', (expression, isGood) => {
    expect(isAllowed(expression)).toBe(isGood);
  });

  it('fail by the name of the package', () => {
    const packages = [
      { name: 'a', version: '1.0.0', licenses: [{ license: { id: 'MIT' } }] },
      { name: 'b', version: '2.0.0', licenses: [{ expression: 'GPL-2.0-only' }] },
      { name: 'c', version: '3.0.0' },
    ].map((one) => ({ ...one, 'bom-ref': one.name, purl: '' }));
    expect(checkLicences(packages)).toEqual(fail('b 2.0.0: GPL-2.0-only; c 3.0.0: no licence'));
  });
});

describe('the changelog of a release', () => {
  it.each([
    ['has its section', '# C\n\n## [1.0.0]\n\n- New.\n', undefined],
    ['has a date', '## [1.0.0] - 2027-01-01\n\n- New.\n\n## [0.9.0]\n', undefined],
    ['has only other sections', '## [Unreleased]\n\n- New.\n', 'CHANGELOG.md has no section ## [1.0.0]'],
    [
      'has an empty section',
      '## [1.0.0]\n\n## [0.9.0]\n\n- Old.\n',
      'the section ## [1.0.0] of CHANGELOG.md lists nothing',
    ],
  ])('%s', (_, text, problem) => {
    expect(checkChangelog(text, '1.0.0')).toEqual(
      problem === undefined ? expect.objectContaining({ status: 'pass' }) : fail(problem),
    );
  });
});

describe('the commit of a release', () => {
  const clean = { status: '', head: 'a1', tagged: undefined };

  it.each([
    ['without a tag', clean, 'clean, v1.0.0 is free'],
    ['with its tag', { ...clean, tagged: 'a1' }, 'clean, at v1.0.0'],
  ])('passes %s', (_, facts, detail) => {
    expect(checkGit(facts, '1.0.0')).toMatchObject({ status: 'pass', detail });
  });

  it.each([
    ['changes', { ...clean, status: ' M a.ts\n?? b.ts\n' }, '2 files are not committed: M a.ts'],
    ['the tag of another commit', { ...clean, tagged: 'b2' }, 'v1.0.0 is the tag of another commit'],
  ])('fails with %s', (_, facts, detail) => {
    expect(checkGit(facts, '1.0.0')).toEqual(fail(detail));
  });
});

describe('the provenance of a release', () => {
  it('is asked for', () => {
    expect(checkProvenance(manifest, workflow)).toMatchObject({ status: 'pass' });
  });

  it.each<[what: string, change: Manifest, text: string, detail: string]>([
    [
      'publishConfig',
      { publishConfig: { access: 'public' } },
      workflow,
      'publishConfig.provenance is not true',
    ],
    [
      'the right',
      {},
      workflow.replace('id-token: write', 'id-token: none'),
      'release.yml does not ask for id-token: write',
    ],
    ['the registry', {}, workflow.replace('registry-url', 'x'), 'release.yml does not name the registry'],
  ])('fails without %s', (_, change, text, detail) => {
    expect(checkProvenance({ ...manifest, ...change }, text)).toEqual(fail(detail));
  });
});
