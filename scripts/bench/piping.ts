import { compareProcesses, runNode } from './process-timing.ts';
import { type RecordedDialect, recordText } from './recorded-stream.ts';
import { endpoints, startRecordingServer } from './recording-server.ts';

const binary = 'bin/copilot-cli.js';
const bare = 'scripts/bare-pipe.mjs';
const deltas = 100_000;
const model = 'recorded';

/** From a socket to a pipe on stdout, by whole processes. The environment is that of somebody who is signed in. */
export async function benchPiping(signedIn: Record<string, string>): Promise<void> {
  for (const dialect of Object.keys(endpoints) as RecordedDialect[]) {
    const { bytes, text } = recordText(dialect, deltas);
    const server = await startRecordingServer(createCatalogue(endpoints[dialect]), [bytes]);
    const env = {
      ...signedIn,
      // Each catalogue is remembered by itself.
      XDG_CACHE_HOME: `${signedIn.XDG_CACHE_HOME}-${dialect}`,
      GITHUB_COPILOT_BASE_URL: server.url,
      BARE_URL: server.url,
    };
    const ours = [binary, 'chat', '-m', model, 'hello there'];
    try {
      const { stdout } = await runNode(ours, env);
      if (stdout.toString() !== `${text}\n`) throw new Error(`${dialect}: the text did not arrive whole`);
      await compareProcesses(
        {
          title: `${deltas} deltas of ${dialect} to a pipe over their bytes by a bare undici script`,
          ours,
          base: [bare],
          what: 'last',
          pairs: 7,
          target: 3,
        },
        env,
      );
    } finally {
      server.close();
    }
  }
}

/** One model, on that endpoint alone. */
export function createCatalogue(endpoint: string): unknown {
  const capabilities = { type: 'chat', family: model, limits: {}, supports: { streaming: true } };
  return {
    data: [
      {
        id: model,
        name: model,
        vendor: 'OpenAI',
        version: model,
        object: 'model',
        model_picker_enabled: true,
        capabilities,
        supported_endpoints: [endpoint],
      },
    ],
  };
}
