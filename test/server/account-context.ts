import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createCredentials } from '../../src/auth/credentials.ts';
import { createCacheFile } from '../../src/config/cache-file.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import { createSettings } from '../../src/config/settings.ts';
import { createConnection } from '../../src/connection.ts';
import type { Context } from '../../src/context.ts';
import { createIdentity } from '../../src/copilot/identity.ts';
import { createFolder } from '../helpers/folder.ts';
import { createFileRecord, createFileSecrets } from '../helpers/login-record.ts';
import { type Simulator, startSimulator } from '../simulator/simulator.ts';
import type { SimulatorOptions } from '../simulator/simulator-state.ts';

export type AccountContext = { context: Context; simulator: Simulator; folder: string };

/** As much of a context as signing in and out looks at, with a folder of its own. */
export async function createAccountContext(
  options: SimulatorOptions & { env?: Record<string, string> } = {},
): Promise<AccountContext> {
  const simulator = await startSimulator(options);
  const env = { ...simulator.env(), PATH: '', ...options.env };
  const folder = createFolder();
  const controller = new AbortController();
  const { signal } = controller;
  const openFile = (name: string) => createJsonFile({ path: join(folder, name), onNotice: () => {}, signal });
  const settings = createSettings({ env, file: openFile('config.json') });
  const record = createFileRecord(openFile('credentials.json'));
  const credentials = createCredentials({ env, settings, record, signal });
  const identity = createIdentity(settings, '0.0.0');
  const cacheFolder = join(folder, 'cache');
  const connection = createConnection({
    env: {},
    settings,
    record,
    identity,
    endpointsFile: openFile('endpoints.json'),
    secrets: () => createFileSecrets(openFile('credentials.json')),
    openCache: (name) => createCacheFile(join(cacheFolder, `${name}.json`)),
    now: Date.now,
    signal,
    warn: () => {},
    notice: () => {},
    log: () => {},
  });
  onTestFinished(async () => {
    controller.abort();
    connection.close();
    await simulator.close();
  });
  const context: Partial<Context> = {
    env,
    signal,
    now: Date.now,
    settings,
    record,
    credentials,
    userAgent: identity.userAgent,
    beginWait: () => ({ say: () => {}, end: () => {} }),
    loadHttp: async () => connection.http,
    connect: async (github) => connection.createClient(async () => github ?? credentials.resolve()),
    clearCache: () => rmSync(cacheFolder, { recursive: true, force: true }),
  };
  return { context: context as Context, simulator, folder };
}
