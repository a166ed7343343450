// What it costs at the least to get a reply from a socket to stdout: one request with undici, its bytes unchanged. Only the benchmark runs it.
import { pipeline } from 'node:stream/promises';
import { request } from 'undici';

const { BARE_URL } = process.env;
const { body } = await request(BARE_URL, { method: 'POST', body: '{}' });
await pipeline(body, process.stdout);
