import { onTestEnd } from '../helpers/overlapping.ts';
import { type Simulator, startSimulator } from './simulator.ts';
import type { SimulatorOptions } from './simulator-state.ts';

export const oauthToken = 'gho_simulatedUserToken';
const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const clientId = 'Iv1.b507a08c87ecfe98';
const json = { accept: 'application/json', 'content-type': 'application/json' };

/** A simulator that closes itself with the test, and knows one OAuth token. */
export async function openSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  onTestEnd(() => simulator.close());
  simulator.state.account.githubTokens[oauthToken] = {};
  return simulator;
}

export type Call = {
  body?: unknown;
  headers?: Record<string, string>;
  method?: string;
  signal?: AbortSignal;
};

/** Sends JSON, by POST where there is a body. */
export async function send(url: string, call: Call = {}): Promise<Response> {
  const { body, headers = {}, method = body === undefined ? 'GET' : 'POST', signal } = call;
  return fetch(url, {
    method,
    headers: { ...json, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Calls the Copilot API with the OAuth token itself. */
export async function callCopilot(simulator: Simulator, path: string, call: Call = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${oauthToken}`, 'x-initiator': 'user', ...call.headers };
  return send(`${simulator.urls.copilot}${path}`, { ...call, headers });
}

export async function startDeviceFlow(simulator: Simulator, form: Record<string, string> = {}) {
  const body = { client_id: clientId, scope: 'read:user', ...form };
  return send(`${simulator.urls.server}/login/device/code`, { body });
}

export async function pollDeviceFlow(simulator: Simulator, form: Record<string, string>) {
  const body = { client_id: clientId, grant_type: grantType, ...form };
  return send(`${simulator.urls.server}/login/oauth/access_token`, { body });
}

export async function exchange(simulator: Simulator, authorization = `token ${oauthToken}`) {
  return send(`${simulator.urls.api}/copilot_internal/v2/token`, { headers: { authorization } });
}

/** The headers of an exchanged token, with an editor that the gate knows. */
export async function createExchangedHeaders(simulator: Simulator): Promise<Record<string, string>> {
  const { token } = (await (await exchange(simulator)).json()) as { token: string };
  return { authorization: `Bearer ${token}`, 'editor-version': 'vscode/1.107.0' };
}

export type ReceivedEvent = { event: string | undefined; data: string };

/** The events of a whole stream. */
export async function readEvents(response: Response): Promise<ReceivedEvent[]> {
  const blocks = (await response.text()).split(/\r?\n\r?\n/);
  return blocks.map(parseEvent).filter((event) => event.data !== '');
}

function parseEvent(block: string): ReceivedEvent {
  const lines = block.split(/\r?\n/);
  const read = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  return { event: read('event'), data: read('data') ?? '' };
}

/** The data of all events but `[DONE]`, parsed. */
export async function readChunks<Chunk>(response: Response): Promise<Chunk[]> {
  const events = await readEvents(response);
  return events.filter(({ data }) => data !== '[DONE]').map(({ data }) => JSON.parse(data) as Chunk);
}

export function createChat(model: string, extra: Record<string, unknown> = {}) {
  return { model, stream: true, messages: [{ role: 'user', content: 'Hello there' }], ...extra };
}
