import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';

export type Ended = { code: number; stdout: string; stderr: string };

type StartOptions = {
  cwd: string;
  env?: Record<string, string | undefined>;
  timeoutMs?: number;
  stdin?: string;
};

/** Runs a program to its end, whatever its exit code. */
export function start(
  program: string,
  words: readonly string[],
  { cwd, env = process.env, timeoutMs = 300_000, stdin = '' }: StartOptions,
): Promise<Ended> {
  // npm's shims are batch files, which only a shell starts.
  const isBatch = /\.(?:cmd|bat)$/i.test(program);
  const quote = (word: string): string => (isBatch ? `"${word}"` : word);
  return new Promise((resolve) => {
    const child = execFile(
      quote(program),
      words.map(quote),
      { cwd, env, timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, shell: isBatch },
      (error, stdout, stderr) => {
        const code = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
        resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(stdin);
  });
}

/** Runs npm, under the Node of `node`. Behind `npm run`, npm says where its own file is. */
export function startNpm(
  words: readonly string[],
  { node = process.execPath, ...options }: StartOptions & { node?: string },
): Promise<Ended> {
  const env = withNode(node, options.env ?? process.env);
  const file = process.env.npm_execpath;
  if (file?.endsWith('.js')) return start(node, [file, ...words], { ...options, env });
  return start(process.platform === 'win32' ? 'npm.cmd' : 'npm', words, { ...options, env });
}

/** Programs that begin with `#!/usr/bin/env node` run under this Node. */
export function withNode(
  node: string,
  env: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...env, [name]: [dirname(node), env[name]].filter(Boolean).join(separator) };
}

/** The program of a Node of that major version, or of this one for `current`. Undefined if it cannot be had. */
export async function findNode(wanted: string): Promise<string | undefined> {
  const [own = ''] = process.versions.node.split('.');
  if (wanted === 'current' || wanted === own) return process.execPath;
  const words = ['exec', '--yes', `--package=node@${wanted}`, '--', 'node', '-p', 'process.execPath'];
  const { code, stdout } = await startNpm(words, { cwd: process.cwd() });
  const path = stdout.trim().split('\n').at(-1);
  return code === 0 && path ? path : undefined;
}

/** A package that lies in a clean folder, as its manager put it there. */
export function findShim(folder: string): string {
  return join(
    folder,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? 'copilot-cli.cmd' : 'copilot-cli',
  );
}
