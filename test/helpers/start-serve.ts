import type { Cli, Run } from './cli.ts';

export type Serve = { url: string; end(signal?: NodeJS.Signals): Promise<Run> };

/** `serve` as a process of its own, once it listens. */
export async function startServe(
  cli: Cli,
  argv: string[] = [],
  env: Record<string, string> = {},
): Promise<Serve> {
  const { child, done } = cli.start(['serve', '--port', '0', ...argv], { env });
  const url = await new Promise<string>((resolve, reject) => {
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += chunk;
      const found = /http:\/\/[\d.]+:\d+/.exec(told);
      if (found) resolve(found[0]);
    });
    done.then((run) => reject(new Error(run.stderr)));
  });
  return {
    url,
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return done;
    },
  };
}
