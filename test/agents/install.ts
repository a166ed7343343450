import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from './run-program.ts';

/** A folder of packages in the cache. */
export type Bundle = { name: string; packages: Record<string, string>; megabytes: number };

export type Installed = { folder: string; versions: Record<string, string> };

const limitMs = 10 * 60_000;

/** Node for agents that do not run on ours. */
export const newNode: Bundle = { name: 'node', packages: { node: '24' }, megabytes: 120 };

/** Outside the repository; `COPILOT_CLI_AGENTS_CACHE` moves it. */
export function findCacheFolder(): string {
  const { COPILOT_CLI_AGENTS_CACHE: chosen, XDG_CACHE_HOME: cache } = process.env;
  return chosen || join(cache || join(homedir(), '.cache'), 'copilot-cli-agents');
}

/** Whether the bundle has to be downloaded. With `latest`, always. */
export function isMissing(bundle: Bundle, latest: boolean): boolean {
  if (latest) return true;
  const { versions } = readInstalled(bundle);
  return Object.entries(bundle.packages).some(([name, version]) => {
    const installed = versions[name];
    return installed === undefined || !(installed === version || installed.startsWith(`${version}.`));
  });
}

export function describeBundle({ packages, megabytes }: Bundle, latest: boolean): string {
  const specs = Object.entries(packages).map(([name, version]) => `${name}@${latest ? 'latest' : version}`);
  return `${specs.join(' ')} (about ${megabytes} MB)`;
}

/** Throws Error with npm's words if it fails. */
export async function install(bundle: Bundle, latest: boolean): Promise<void> {
  const folder = toFolder(bundle);
  mkdirSync(folder, { recursive: true });
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  const specs = Object.entries(bundle.packages).map(([name, version]) =>
    latest && bundle !== newNode ? `${name}@latest` : `${name}@${version}`,
  );
  const argv = ['npm', 'install', '--no-audit', '--no-fund', '--loglevel=error', '--save-exact', ...specs];
  const run = await runProgram(argv, { cwd: folder, env: toStrings(process.env), limitMs });
  if (run.code !== 0) throw new Error(`npm could not install ${specs.join(' ')}: ${run.stderr.slice(-2000)}`);
}

export function readInstalled(bundle: Bundle): Installed {
  const folder = toFolder(bundle);
  const versions = Object.keys(bundle.packages).flatMap((name) => {
    const manifest = join(folder, 'node_modules', name, 'package.json');
    return existsSync(manifest) ? [[name, String(JSON.parse(readFileSync(manifest, 'utf8')).version)]] : [];
  });
  return { folder, versions: Object.fromEntries(versions) };
}

/** PATH with the newer Node before ours. */
export function toNewNodePath(): string {
  return [join(toFolder(newNode), 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
}

function toFolder({ name }: Bundle): string {
  return join(findCacheFolder(), name);
}

function toStrings(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
