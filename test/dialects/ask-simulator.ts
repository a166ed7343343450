import { readPackets } from '../../src/copilot/stream.ts';
import type { ChatEvent } from '../../src/dialects/chat-event.ts';
import type { ChatRequest } from '../../src/dialects/chat-request.ts';
import type { Dialect } from '../../src/dialects/dialect.ts';
import type { ModelTraits } from '../../src/dialects/model-traits.ts';
import { createHttp } from '../../src/http/http.ts';
import { Secret } from '../../src/secret.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { oauthToken } from '../simulator/test-client.ts';

type Asked = { dialect: Dialect; traits: ModelTraits; stream: boolean };

/** The events of an answer, over the wire and back. Fails where the service refuses the body. */
export async function askSimulator(
  simulator: Simulator,
  request: ChatRequest,
  { dialect, traits, stream }: Asked,
): Promise<ChatEvent[]> {
  const { body, headers } = dialect.writeRequest({ ...request, model: traits.id }, traits);
  const http = createHttp({ env: {}, now: () => 0 });
  try {
    const response = await http.send({
      method: 'POST',
      url: simulator.urls.copilot + dialect.path,
      headers: { 'content-type': 'application/json', 'x-initiator': 'user', ...headers },
      authorization: { scheme: 'Bearer', secret: new Secret(oauthToken) },
      body: JSON.stringify({ ...body, stream }),
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    const events: ChatEvent[] = [];
    for await (const batch of readPackets(response, dialect, { see: ({ events: batch }) => batch }))
      events.push(...batch);
    return events;
  } finally {
    http.close();
  }
}
