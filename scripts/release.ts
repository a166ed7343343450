// Checks a release, and publishes it: npm run release -- --dry-run [--quick] [--node 20,24] [--manager npm] [--allow-placeholders] [--sbom FILE]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  checkChangelog,
  checkFields,
  checkFiles,
  checkGit,
  checkLicences,
  checkName,
  checkOwner,
  checkProvenance,
  checkSbom,
  checkSize,
  type GitFacts,
  type Manifest,
  type Row,
} from './release/checks.ts';
import { findNode, start, startNpm } from './release/machine.ts';
import { checkMainJob, managerNames } from './release/main-job.ts';
import { listBundled, type Sbom, toShipped } from './release/sbom.ts';

const { values: flags } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    /** Without the installs. */
    quick: { type: 'boolean', default: false },
    node: { type: 'string', default: '20,22,24,26' },
    manager: { type: 'string', default: managerNames.join(',') },
    'allow-placeholders': { type: 'boolean', default: false },
    sbom: { type: 'string' },
  },
});

const root = process.cwd();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest: Manifest & { name: string; version: string } = JSON.parse(read('package.json'));
const folder = mkdtempSync(join(tmpdir(), 'copilot-cli-tarball-'));
const rows: Row[] = [];

try {
  const tarball = await checkPapers();
  if (!flags.quick && tarball !== undefined) await checkPlaces(tarball);
  const isGood = rows.every(({ status }) => status !== 'fail');
  const isWhole = isGood && !flags.quick && rows.every(({ status }) => status === 'pass');
  console.log(describeEnd(isGood));
  process.exitCode = isGood ? 0 : 1;
  if (!flags['dry-run'])
    process.exitCode = isWhole && tarball !== undefined ? await publish(tarball) : refuse();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What can be read without an installation. Gives the tarball. */
async function checkPapers(): Promise<string | undefined> {
  const { version } = manifest;
  const bundled = listBundled(read('dist/THIRD_PARTY_LICENCES.txt'));
  const sbom = toShipped(await readSbom(), bundled, manifest.name);
  if (flags.sbom !== undefined) writeFileSync(flags.sbom, `${JSON.stringify(sbom, null, 2)}\n`);
  const pack = await packTarball();
  show(checkName(manifest, await listPublished()));
  show(checkFields(manifest));
  const texts = Object.fromEntries(pack.files.map(({ path }) => [path, read(path)]));
  show(checkOwner(manifest, texts, { allowPlaceholders: flags['allow-placeholders'] }));
  show(checkFiles(pack.files.map(({ path }) => path)));
  show(checkSize(pack));
  show(checkLicences(sbom.components));
  show(checkChangelog(read('CHANGELOG.md'), version));
  show(checkGit(await readGit(version), version));
  show(checkProvenance(manifest, read('.github/workflows/release.yml')));
  show(checkSbom(sbom, bundled));
  return join(folder, pack.filename);
}

/** One after the other: each needs the machine. */
async function checkPlaces(tarball: string): Promise<void> {
  for (const wanted of flags.node.split(',')) {
    const node = await findNode(wanted);
    for (const manager of flags.manager.split(',')) {
      const place = { tarball, version: manifest.version, manager, wanted };
      if (node === undefined)
        show({ name: `${manager}, Node ${wanted}`, status: 'skip', detail: 'this Node cannot be had' });
      else show(await checkMainJob({ ...place, node }));
    }
  }
}

function show(row: Row): void {
  rows.push(row);
  console.log(`${row.status}  ${row.name.padEnd(14)}  ${row.detail}`);
}

function describeEnd(isGood: boolean): string {
  const count = (status: Row['status']): number => rows.filter((row) => row.status === status).length;
  const counts = `${count('pass')} passed, ${count('fail')} failed, ${count('skip')} skipped`;
  const failed = rows.filter(({ status }) => status === 'fail').map(({ name }) => name);
  return isGood ? `\n${counts}` : `\n${counts}: ${failed.join('; ')}`;
}

function refuse(): number {
  console.error('Nothing was published: every row must pass, and --quick leaves rows out.');
  return 1;
}

/** Only a workflow can publish with provenance, and only a release that was checked as a whole. */
async function publish(tarball: string): Promise<number> {
  const { code, stdout, stderr } = await startNpm(['publish', tarball, '--provenance'], { cwd: root });
  console.log(stdout + stderr);
  return code;
}

type Pack = { filename: string; size: number; unpackedSize: number; files: { path: string }[] };

async function packTarball(): Promise<Pack> {
  const words = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const listed = JSON.parse(await unwrap(startNpm(words, { cwd: root })));
  const [pack] = Array.isArray(listed) ? listed : Object.values(listed);
  return pack as Pack;
}

async function readSbom(): Promise<Sbom> {
  return JSON.parse(
    await unwrap(startNpm(['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], { cwd: root })),
  );
}

/** Undefined if the registry does not answer, and nothing if it does not know the package. */
async function listPublished(): Promise<string[] | undefined> {
  const asked = await startNpm(['view', manifest.name, 'versions', '--json'], {
    cwd: root,
    timeoutMs: 30_000,
  });
  if (asked.code === 0) return [JSON.parse(asked.stdout)].flat();
  return asked.stdout.includes('E404') ? [] : undefined;
}

async function readGit(version: string): Promise<GitFacts> {
  const git = (...words: string[]) => start('git', words, { cwd: root });
  const tag = await git('rev-parse', '--verify', '--quiet', `refs/tags/v${version}^{commit}`);
  return {
    status: await unwrap(git('status', '--porcelain')),
    head: (await unwrap(git('rev-parse', 'HEAD'))).trim(),
    tagged: tag.code === 0 ? tag.stdout.trim() : undefined,
  };
}

async function unwrap(ended: ReturnType<typeof start>): Promise<string> {
  const { code, stdout, stderr } = await ended;
  if (code !== 0) throw new Error(stderr || stdout);
  return stdout;
}
