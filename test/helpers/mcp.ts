import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, onTestFinished } from 'vitest';
import { createSecretStore, type SecretStore } from '../../src/auth/secret-store.ts';
import { createJsonFile } from '../../src/config/json-file.ts';
import { createHttp } from '../../src/http/http.ts';
import type { JsonObject } from '../../src/json-value.ts';
import { type McpHost, type McpHostOptions, openMcpHost } from '../../src/mcp/host.ts';
import { type McpServer, parseServer } from '../../src/mcp/mcp-server.ts';
import { once as makeOnce } from '../../src/once.ts';
import type { Outcome, Tool } from '../../src/tools/tool.ts';
import { createFolder } from './folder.ts';

/** The main file of a server of the registry, by the name of its package. */
export function findRealServer(name: string): string {
  const manifest = createRequire(import.meta.url).resolve(`@modelcontextprotocol/${name}/package.json`);
  return join(manifest, '..', 'dist', 'index.js');
}

/** A server on stdio that Node runs. */
export function nodeServer(
  name: string,
  file: string,
  args: readonly string[] = [],
  more: JsonObject = {},
): McpServer {
  // It writes files into the folder of the test.
  return makeServer(name, { command: process.execPath, args: [file, ...args], cwd: '.', ...more });
}

export function makeServer(name: string, entry: JsonObject): McpServer {
  return parseServer(name, entry, { kind: 'flag' });
}

export type TestHost = McpHost & {
  folder: string;
  secrets: SecretStore;
  logs: string[];
  controller: AbortController;
};

/** A host that goes when the test ends, in a folder of its own. */
export function openTestHost(
  servers: readonly McpServer[],
  {
    folder = createFolder(),
    env = {},
    now = Date.now,
    ...options
  }: { folder?: string; env?: Record<string, string>; now?: () => number } & Partial<McpHostOptions> = {},
): TestHost {
  const logs: string[] = [];
  const context = createTestContext({ folder, env, now });
  const host = openMcpHost(context, { servers, onLog: (line) => logs.push(line), ...options });
  onTestFinished(() => host.close());
  return { ...host, folder, secrets: context.secrets, logs, controller: context.controller };
}

type TestContextOptions = { folder: string; env?: Record<string, string>; now?: () => number };

/** What the host takes from a context. */
export function createTestContext({ folder, env = {}, now = Date.now }: TestContextOptions) {
  const controller = new AbortController();
  const { signal } = controller;
  const file = createJsonFile({ path: join(folder, 'credentials.json'), onNotice: () => {}, isSecret: true });
  const secrets = createSecretStore({
    file,
    loadKeyStore: () => Promise.reject(new Error('there is no key store in tests')),
    choose: () => 'file',
    scope: undefined,
  });
  const http = createHttp({ env: {}, now: Date.now });
  onTestFinished(() => http.close());
  return {
    cwd: folder,
    home: folder,
    cacheFolder: join(folder, 'cache'),
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...env },
    endpointsFile: createJsonFile({ path: join(folder, 'endpoints.json'), onNotice: () => {} }),
    version: '0.0.0',
    signal,
    controller,
    secrets,
    now,
    loadHttp: async () => http,
  };
}

/** The tool of a server, by its own name. */
export async function findTool(host: McpHost, name: string): Promise<Tool> {
  const tools = await host.tools();
  const tool = tools.find((one) => one.server?.tool === name || one.name === name);
  if (!tool)
    throw new Error(`no ${name} among ${tools.map((one) => one.name)}: ${JSON.stringify(host.states())}`);
  return tool;
}

type CallOptions = { signal?: AbortSignal; onProgress?: (sentence: string) => void };

export async function callTool(
  host: McpHost,
  name: string,
  input: JsonObject = {},
  options: CallOptions = {},
): Promise<Outcome> {
  const { signal = AbortSignal.timeout(20_000), onProgress = () => {} } = options;
  const plan = await (await findTool(host, name)).plan(input, signal);
  return plan.run({ signal, onProgress });
}

/** The texts of a result. */
export function textOf({ parts }: Outcome): string {
  return parts.map((part) => (part.type === 'text' ? part.text : `<${part.type}>`)).join('\n');
}

/** See its first lines. */
export const misbehaving = new URL('misbehaving-server.mjs', import.meta.url).pathname;

export type RunningServer = { url: string; port: number; stop(): Promise<void> };

/** A server over HTTP that takes requests and answers none, until the test ends. */
export async function startSilentServer(): Promise<{ url: string; hits: string[] }> {
  const hits: string[] = [];
  const server = createHttpServer(({ method = '' }) => hits.push(method)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, hits };
}

/** server-everything over HTTP, `streamableHttp` or `sse`, on this port or a free one, until the test ends, or what `onEnd` waits for. */
export async function startEverything(
  transport: 'streamableHttp' | 'sse',
  port?: number,
  onEnd: (stop: () => Promise<void>) => void = onTestFinished,
): Promise<RunningServer> {
  const own = port ?? (await findFreePort());
  const child = spawn(process.execPath, [findRealServer('server-everything'), transport], {
    env: { PATH: process.env.PATH, PORT: String(own) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onEnd(stop);
  const isUp = await new Promise<boolean>((resolve) => {
    // Read to the end: it logs there, and would die of a closed pipe.
    child.stderr.on(
      'data',
      (chunk: Buffer) => /(?:running|listening) on port/.test(String(chunk)) && resolve(true),
    );
    child.once('exit', () => resolve(false));
  });
  // Another process was faster.
  if (!isUp && port === undefined) return startEverything(transport, port, onEnd);
  return { url: `http://127.0.0.1:${own}/${transport === 'sse' ? 'sse' : 'mcp'}`, port: own, stop };
}

/** The URL of one such server for all tests of a file: it keeps a state for each session only. */
export function shareEverything(transport: 'streamableHttp' | 'sse'): () => Promise<string> {
  const stops: (() => Promise<void>)[] = [];
  afterAll(() => Promise.all(stops.map((stop) => stop())));
  return makeOnce(async () => {
    const { url } = await startEverything(transport, undefined, (stop) => stops.push(stop));
    return url;
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
