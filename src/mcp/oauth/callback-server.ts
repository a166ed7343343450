import { createServer } from 'node:http';

/** Where the browser comes back to, on this machine alone. */
export type CallbackServer = {
  readonly url: string;
  /** What the authorization server sent, from the first visit with the right state. */
  readonly arrived: Promise<URLSearchParams>;
  close(): void;
};

const page = (text: string): string =>
  `<!doctype html><meta charset="utf-8"><title>copilot-cli</title><p>${text}</p>\n`;

export async function startCallbackServer(state: string): Promise<CallbackServer> {
  let arrive: (values: URLSearchParams) => void = () => {};
  const arrived = new Promise<URLSearchParams>((resolve) => {
    arrive = resolve;
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const isOurs =
      request.method === 'GET' && url.pathname === '/callback' && url.searchParams.get('state') === state;
    response.writeHead(isOurs ? 200 : 404, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'referrer-policy': 'no-referrer',
      connection: 'close',
    });
    response.end(
      page(isOurs ? 'Done. You can close this page and go back to the terminal.' : 'There is nothing here.'),
    );
    if (isOurs) arrive(url.searchParams);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}/callback`,
    arrived,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
