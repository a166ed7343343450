import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { canary, createCli, parseOutput, type Run } from '../helpers/cli.ts';
import { skipsKeyStore, startSecretService } from '../helpers/secret-service.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';

const exchangePath = '/copilot_internal/v2/token';

type Place = { folder: string; simulator: Simulator; account: string; token: string };

/** Two accounts of one person, each on a GitHub of its own and with a folder of its own. */
async function createTwoHosts(env: Record<string, string>) {
  const cli = await createCli();
  const places: Place[] = [];
  for (const [account, host] of [
    ['octocat', 'one.ghe.com'],
    ['hubot', 'two.ghe.com'],
  ] as const) {
    const token = `ghu_${canary}${account}0123456789abcdefgh`;
    const simulator = await startSimulator({ account: { githubTokens: { [token]: { login: account } } } });
    onTestFinished(() => simulator.close());
    const folder = join(cli.home, account);
    mkdirSync(folder);
    const run = await cli.run(['login', '--with-token', '--host', host], {
      env: { ...env, ...simulator.env() },
      stdin: token,
    });
    expect(run.code, run.stderr).toBe(0);
    await cli.run(['accounts', 'use', account, '--here'], { env, cwd: folder });
    places.push({ folder, simulator, account, token });
  }
  // From here on, only what was stored with the account says where it is.
  const nothing = { GITHUB_SERVER_URL: '', GITHUB_API_URL: '', GITHUB_COPILOT_BASE_URL: '' };
  return { cli, places, env: { ...env, ...nothing } };
}

/** No request of an account carries the token of another, and none goes to the GitHub of another. */
function expectNoCrossing(places: readonly Place[]): void {
  for (const { simulator, token } of places) {
    const sent = JSON.stringify(simulator.requests);
    for (const other of places.filter((place) => place.token !== token))
      expect(sent).not.toContain(other.token);
    expect(simulator.counts().initiator.user).toBe(10);
  }
}

describe.each<[store: string, start: () => Promise<Record<string, string>>]>([
  ['the file', async () => ({})],
  ['a key store', async () => (await startSecretService()).env],
])('two accounts on two hosts with %s', { tags: 'deep', timeout: 180_000 }, (store, start) => {
  it.skipIf(store !== 'the file' && skipsKeyStore)(
    'are used from two folders by twenty processes, and no token crosses over',
    async () => {
      const { cli, places, env } = await createTwoHosts(await start());
      for (const { simulator } of places) {
        simulator.requests.length = 0;
        // Each process is refused, and needs the Copilot token that one of them gets.
        simulator.expireCopilotTokens();
      }
      const runs = await Promise.all(
        Array.from({ length: 20 }, (_, index): Promise<Run> => {
          const { folder } = places[index % 2] as Place;
          return cli.run(['chat', `prompt ${index}`], { env, cwd: folder });
        }),
      );
      expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual(runs.map(() => [0, '']));
      expectNoCrossing(places);
      for (const { simulator } of places) expect(simulator.requestsTo(exchangePath)).toHaveLength(1);
      for (const { folder, account } of places)
        expect(parseOutput(await cli.run(['status', '--json'], { env, cwd: folder })).account).toBe(account);
    },
  );
});
