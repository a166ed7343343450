import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Cli, createCli } from '../helpers/cli.ts';
import { createFolder } from '../helpers/folder.ts';
import { startInTerminal } from '../helpers/terminal.ts';

type Registry = { env: Record<string, string>; readonly asked: string[] };

/** A registry on loopback. It knows this version, or answers as `reply` does. */
async function startRegistry(
  version: unknown,
  reply = (response: ServerResponse): unknown => response.end(JSON.stringify({ version })),
): Promise<Registry> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    reply(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { asked, env: { npm_config_registry: `http://127.0.0.1:${port}/` } };
}

/** A command on a terminal: what it shows, and its exit code. */
async function run(
  cli: Cli,
  env: Record<string, string>,
  flags: string[] = [],
): Promise<[code: number, output: string]> {
  const terminal = startInTerminal(cli, ['config', 'get', 'theme', ...flags], { env });
  const code = await terminal.exitCode;
  return [code, terminal.output];
}

async function createAsking(): Promise<Cli> {
  const cli = await createCli();
  await cli.runHere(['config', 'set', 'update-notice', 'on']);
  return cli;
}

describe('a newer version', () => {
  it('is told at the end of a command, and asked for once a day', async () => {
    const cli = await createAsking();
    const { env, asked } = await startRegistry('99.1.0');
    const [code, output] = await run(cli, env);
    expect(code).toBe(0);
    expect(output).toMatch(
      /auto\s+\S*note:\S* copilot-cli 99\.1\.0 is out, and this is \d+\.\d+\.\d+: npm install --global copilot-cli@latest\s*$/,
    );
    expect((await run(cli, env))[1]).not.toContain('99.1.0');
    expect(asked).toEqual(['/copilot-cli/latest']);
  });

  it('is not asked for unless the person wants it', async () => {
    const { env, asked } = await startRegistry('99.1.0');
    expect(await run(await createCli(), env)).toEqual([0, expect.not.stringContaining('99.1.0')]);
    expect(asked).toEqual([]);
  });

  it.each(['CI=true', 'CI=1', 'DO_NOT_TRACK=1', 'DO_NOT_TRACK=true'])(
    'is not asked for with %s',
    async (line) => {
      const cli = await createAsking();
      const { env, asked } = await startRegistry('99.1.0');
      // A pseudo-terminal of the tests has no CI.
      const file = join(createFolder({ '.env': `${line}\n` }), '.env');
      expect((await run(cli, env, ['--env-from', file]))[0]).toBe(0);
      expect(asked).toEqual([]);
    },
  );

  it('is not asked for without a terminal', async () => {
    const cli = await createAsking();
    const { env, asked } = await startRegistry('99.1.0');
    expect(await cli.run(['config', 'get', 'theme'], { env })).toMatchObject({
      stdout: 'auto\n',
      stderr: '',
    });
    expect(asked).toEqual([]);
  });

  it.each<[what: string, version: unknown]>([
    ['an older version', '0.0.1'],
    ['a version with control characters', '99.0.0\u001b]0;x\u0007'],
    ['a preview', '99.0.0-beta.1'],
    ['no version', { no: 'text' }],
  ])('is not told for %s', async (_, version) => {
    const cli = await createAsking();
    const { env, asked } = await startRegistry(version);
    expect(await run(cli, env)).toEqual([0, expect.not.stringMatching(/note|warning|99|0\.0\.1/)]);
    expect(asked).toHaveLength(1);
  });

  it.each<[what: string, reply: (response: ServerResponse) => unknown]>([
    ['says nothing', () => {}],
    ['begins an answer and stops', (response) => response.writeHead(200).write('{"version":')],
    ['fails', (response) => response.writeHead(500).end('no')],
  ])('does not hold a command if the registry %s', async (_, reply) => {
    const cli = await createAsking();
    const { env, asked } = await startRegistry('', reply);
    expect(await run(cli, env)).toEqual([0, expect.not.stringMatching(/note|warning|did not answer/)]);
    // Nor is it asked again at the next command.
    await run(cli, env);
    expect(asked).toHaveLength(1);
  });
});
