// The least that a program between a caller and a service can cost: node:http on both sides, and a pipe. Only the benchmark runs it.
import { Agent, createServer, request } from 'node:http';

const { BARE_URL } = process.env;
const agent = new Agent({ keepAlive: true });
// As `serve` does, it keeps idle connections for longer than a measurement takes.
const server = createServer({ keepAliveTimeout: 75_000 }, (incoming, outgoing) => {
  const { method, headers } = incoming;
  const url = new URL(BARE_URL);
  const upstream = request(url, { method, agent, headers: { ...headers, host: url.host } }, (reply) => {
    outgoing.writeHead(reply.statusCode, reply.headers);
    reply.pipe(outgoing);
  });
  incoming.pipe(upstream);
});
server.listen(0, '127.0.0.1', () => console.error(`http://127.0.0.1:${server.address().port}`));
