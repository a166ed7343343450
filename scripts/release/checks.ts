import { type Component, describeLicence, type Sbom } from './sbom.ts';

/** One row of the table that `npm run release` prints. `skip` means that this machine could not find out. */
export type Row = { name: string; status: 'pass' | 'fail' | 'skip'; detail: string };

export type Manifest = {
  name?: string;
  version?: string;
  bin?: Record<string, string>;
  publishConfig?: { provenance?: boolean; access?: string };
} & Record<string, unknown>;

/** From no problems, a row that passed. */
function toRow(name: string, problems: readonly string[], good: string): Row {
  return problems.length === 0
    ? { name, status: 'pass', detail: good }
    : { name, status: 'fail', detail: problems.join('; ') };
}

/** `published` are the versions that the registry has; undefined if it could not be asked. */
export function checkName({ name = '', version = '', bin = {} }: Manifest, published?: string[]): Row {
  const problems = [
    ...(/^(?:@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]{0,213}$/.test(name) && name === name.toLowerCase()
      ? []
      : [`${name || 'no name'} is not a name that npm takes`]),
    ...(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) ? [] : [`${version || 'no version'} is not a version`]),
    ...(name.split('/').at(-1) !== undefined && Object.hasOwn(bin, name.split('/').at(-1) ?? '')
      ? []
      : ['npx finds no program of that name in bin']),
    ...(published?.includes(version) ? [`${version} is published already`] : []),
  ];
  const unasked = published === undefined ? ' (the registry could not be asked)' : '';
  return toRow('name', problems, `${name}@${version}${unasked}`);
}

const requiredFields = [
  'description',
  'keywords',
  'license',
  'author',
  'homepage',
  'repository',
  'bugs',
  'engines',
  'files',
];

export function checkFields(manifest: Manifest): Row {
  const missing = requiredFields.filter((field) => {
    const value = manifest[field];
    return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  });
  return toRow(
    'fields',
    missing.map((field) => `${field} is missing`),
    requiredFields.join(', '),
  );
}

/** A page, the help and the pages of man name the word for nothing else; in a program it can be anything but a part of an address. */
const placeholder = (path: string): RegExp => (path.endsWith('.js') ? /github\.com\/OWNER\b/ : /\bOWNER\b/);

/**
 * The address of the repository is not known before it has an owner: a package with the placeholder would send its users nowhere. `files` are the
 * texts in the tarball by their paths.
 */
export function checkOwner(
  manifest: Manifest,
  files: Record<string, string>,
  { allowPlaceholders }: { allowPlaceholders: boolean },
): Row {
  const fields = requiredFields.filter((field) => /\bOWNER\b/.test(JSON.stringify(manifest[field] ?? '')));
  const paths = Object.keys(files).filter(
    (path) => path !== 'package.json' && placeholder(path).test(files[path] ?? ''),
  );
  const holders = [...fields, ...paths];
  if (holders.length > 0 && allowPlaceholders)
    return { name: 'owner', status: 'skip', detail: `placeholders in ${holders.join(', ')}, as allowed` };
  return toRow(
    'owner',
    holders.map((holder) => `${holder} has the placeholder OWNER`),
    'no placeholders',
  );
}

/** The program, its licences and its papers. */
const expectedFiles =
  /^(?:bin\/(?:copilot-cli\.js|package\.json)|dist\/(?:(?:main|worker)\.js|(?:complete-(?:line|values)|compile-cache)\.cjs|package\.json|completion\.json|chunks\/[\w-]+\.js|help\/\d+\.txt|THIRD_PARTY_LICENCES\.txt|man\/copilot-cli[\w-]*\.1)|docs\/(?:[\w-]+\.md|[\w.-]+\.schema\.json|schemas\/[\w-]+\.schema\.json)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;

const neededFiles = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'bin/copilot-cli.js',
  'bin/package.json',
  'dist/main.js',
  'dist/worker.js',
  'dist/package.json',
  'dist/compile-cache.cjs',
  'dist/complete-line.cjs',
  'dist/complete-values.cjs',
  'dist/completion.json',
  'dist/help/80.txt',
  'dist/THIRD_PARTY_LICENCES.txt',
  'docs/serve.md',
  'docs/schemas/chat.schema.json',
  'package.json',
];

export function checkFiles(files: readonly string[]): Row {
  const problems = [
    ...files.filter((file) => !expectedFiles.test(file)).map((file) => `${file} is not expected`),
    ...neededFiles.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
  ];
  return toRow('files', problems, `${files.length} files`);
}

/** In bytes. Most of it are the tables that tokens are counted with. */
const mostPacked = 3_000_000;
const mostUnpacked = 8_000_000;

export function checkSize({ size, unpackedSize }: { size: number; unpackedSize: number }): Row {
  const problems = [
    ...(size > mostPacked
      ? [`the tarball has ${toMegabytes(size)}, more than ${toMegabytes(mostPacked)}`]
      : []),
    ...(unpackedSize > mostUnpacked
      ? [`it unpacks to ${toMegabytes(unpackedSize)}, more than ${toMegabytes(mostUnpacked)}`]
      : []),
  ];
  return toRow('size', problems, `${toMegabytes(size)}, ${toMegabytes(unpackedSize)} unpacked`);
}

const toMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Licences whose texts we ship, and that ask for nothing more. */
const allowedLicences = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);

export function checkLicences(components: readonly Component[]): Row {
  const refused = components
    .map((component) => ({ component, licence: describeLicence(component) }))
    .filter(({ licence }) => !isAllowed(licence))
    .map(({ component, licence }) => `${component.name} ${component.version}: ${licence || 'no licence'}`);
  const kinds = [...new Set(components.map(describeLicence))].sort().join(', ');
  return toRow('licences', refused, `${components.length} packages: ${kinds}`);
}

/** An SPDX expression with OR and AND; brackets only around the whole. */
export function isAllowed(expression: string): boolean {
  const bare = expression.trim().replace(/^\((.*)\)$/s, '$1');
  return bare
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((licence) => allowedLicences.has(licence.trim())));
}

export function checkChangelog(text: string, version: string): Row {
  const sections = text.split(/^## /m).slice(1);
  const own = sections.find((section) => section.startsWith(`[${version}]`));
  const problems =
    own === undefined
      ? [`CHANGELOG.md has no section ## [${version}]`]
      : /^- /m.test(own)
        ? []
        : [`the section ## [${version}] of CHANGELOG.md lists nothing`];
  return toRow('changelog', problems, `## [${version}]`);
}

export type GitFacts = {
  /** What `git status --porcelain` prints. */
  status: string;
  head: string;
  /** The commit of the tag of this version, if there is one. */
  tagged: string | undefined;
};

/** The tag of this version may exist if it is what is being released. */
export function checkGit({ status, head, tagged }: GitFacts, version: string): Row {
  const changes = status.split('\n').filter(Boolean);
  const problems = [
    ...(changes.length > 0 ? [`${changes.length} files are not committed: ${changes[0]?.trim()}`] : []),
    ...(tagged !== undefined && tagged !== head ? [`v${version} is the tag of another commit`] : []),
  ];
  return toRow(
    'git',
    problems,
    tagged === undefined ? `clean, v${version} is free` : `clean, at v${version}`,
  );
}

/** npm signs a package only in a workflow that may ask for an identity. */
export function checkProvenance({ publishConfig = {} }: Manifest, workflow: string): Row {
  const problems = [
    ...(publishConfig.provenance === true ? [] : ['publishConfig.provenance is not true']),
    ...(publishConfig.access === 'public' ? [] : ['publishConfig.access is not public']),
    ...(/^ +id-token: write$/m.test(workflow) ? [] : ['release.yml does not ask for id-token: write']),
    ...(/^ +registry-url: https:\/\/registry\.npmjs\.org$/m.test(workflow)
      ? []
      : ['release.yml does not name the registry']),
  ];
  return toRow('provenance', problems, 'publishConfig and release.yml ask for it');
}

/** `bundled` are the packages whose code is in our own files: they must be listed, although npm holds them to be development ones. */
export function checkSbom(sbom: Sbom, bundled: readonly string[]): Row {
  const known = new Set(sbom.components.map(({ name, version }) => `${name} ${version}`));
  const refs = new Set([sbom.metadata.component['bom-ref'], ...sbom.components.map((one) => one['bom-ref'])]);
  const problems = [
    ...(sbom.bomFormat === 'CycloneDX' ? [] : ['it is not CycloneDX']),
    ...bundled.filter((name) => !known.has(name)).map((name) => `${name} is bundled and not listed`),
    ...sbom.components
      .filter(({ purl, hashes = [] }) => !purl.startsWith('pkg:npm/') || hashes.length === 0)
      .map(({ name }) => `${name} has no hash or no package URL`),
    ...sbom.dependencies
      .flatMap(({ ref, dependsOn = [] }) => [ref, ...dependsOn])
      .filter((ref) => !refs.has(ref))
      .map((ref) => `${ref} is needed and not listed`),
  ];
  return toRow('sbom', problems, `CycloneDX ${sbom.specVersion}, ${sbom.components.length} packages`);
}
