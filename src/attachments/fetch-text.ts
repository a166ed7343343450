import { CliError } from '../errors.ts';
import { addFile, advise, attach, flag } from '../hint.ts';
import type { Http, HttpResponse } from '../http/http.ts';
import { runBeside } from '../off-thread/helper.ts';
import { refuseLead } from '../private-host.ts';
import { decode, decodeText } from './decode-text.ts';

export type FetchTextOptions = {
  http: Http;
  signal: AbortSignal;
  userAgent: string;
  /** Called before a redirect is followed, with the first URL at the end. Throws to stay. Usually a page does not lead into a private network. */
  checkRedirect?: (from: URL, to: URL, first: URL) => void;
  limits?: FetchLimits;
};

const maxRedirects = 5;
const maxBytes = 10 * 1024 * 1024;
/** Time limit for the layout of a page, in milliseconds. An ordinary page takes some tens. */
const layoutMs = 30_000;

/**
 * Fetches the text of a page without credentials: text and JSON unchanged, HTML converted. Throws CliError `usage` for other types and
 * missing pages, `network` if no server answers, and `input_too_large` above 10 MB.
 */
export function createFetchText(options: FetchTextOptions): (url: string) => Promise<string> {
  return async (address) => {
    const { url, page } = await download(address, options, {
      accept: 'text/*, application/json;q=0.9, */*;q=0.1',
      read: readPage,
    });
    return page.isHtml ? layOut(page.text, url, options.signal) : page.text;
  };
}

/** The largest request that is known to be accepted. */
const maxMediaBytes = 32 * 1024 * 1024;

/** The same for an image or a document. Throws CliError `usage`, `network`, or `input_too_large` above 32 MB. */
export function createFetchBytes(options: FetchTextOptions): (url: string) => Promise<Buffer> {
  return async (address) => {
    const { page } = await download(address, options, {
      accept: 'image/*, application/pdf;q=0.9, */*;q=0.1',
      read: (response, url) => readBytes(response, url, maxMediaBytes),
    });
    return page;
  };
}

type Download = { response: HttpResponse; url: URL };

/** Ends at the limits, even if a server keeps us waiting. */
async function download<T>(
  address: string,
  { limits = usualLimits, ...options }: FetchTextOptions,
  { accept, read }: { accept: string; read: (response: HttpResponse, url: URL) => Promise<T> },
): Promise<{ url: URL; page: T }> {
  const from = parseUrl(address);
  const clock = startFetchClock(describe(from), options.signal, limits);
  try {
    const { response, url } = await followRedirects(from, { ...options, signal: clock.signal }, accept);
    clock.onLife();
    try {
      checkStatus(response, url);
      const body = hearEach(response.body, clock.onLife);
      return { url, page: await read({ ...response, body }, url) };
    } catch (error) {
      await response.discard();
      throw error;
    }
  } finally {
    clock.stop();
  }
}

async function* hearEach<T>(items: AsyncIterable<T>, onItem: () => void): AsyncGenerator<T> {
  for await (const item of items) {
    onItem();
    yield item;
  }
}

async function followRedirects(
  from: URL,
  { http, signal, userAgent, checkRedirect = checkLead }: FetchTextOptions,
  accept: string,
): Promise<Download> {
  let url = from;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const headers = { accept, 'user-agent': userAgent };
    const response = await http.send({ method: 'GET', url: url.href, headers, isAnonymous: true, signal });
    const { location } = response.headers;
    if (response.status < 300 || response.status > 399 || !location) return { response, url };
    await response.discard();
    const next = parseUrl(location, url);
    checkRedirect(url, next, from);
    url = next;
  }
  throw new CliError('usage', `${from.host} redirects from one URL to the next without end`);
}

/** The page was chosen by the person, but its redirect by the page. */
function checkLead(from: URL, to: URL, first: URL): void {
  const reason = refuseLead({ first, from, to });
  if (reason === undefined) return;
  const target = `${describe(to)}${to.search === '' ? '' : '?…'}`;
  throw new CliError('usage', `${describe(from)} redirects to ${target}, which ${reason}`, {
    hint: advise`It was not fetched. If you mean it, name that URL itself with ${addFile()} or ${attach()}.`,
  });
}

function checkStatus({ status }: HttpResponse, url: URL): void {
  if (status === 200) return;
  throw new CliError('usage', `${describe(url)} answers ${status}`, { hint: 'Check the URL.' });
}

async function readPage(response: HttpResponse, url: URL): Promise<{ text: string; isHtml: boolean }> {
  const { mediaType, charset } = parseContentType(response.headers['content-type']);
  if (!isReadable(mediaType)) throw createRefusal(url, mediaType);
  const text = decodePage(await readBytes(response, url, maxBytes), charset);
  if (text === undefined) throw createRefusal(url, 'binary data');
  return { text, isHtml: mediaType === 'text/html' || mediaType === 'application/xhtml+xml' };
}

async function layOut(html: string, url: URL, signal: AbortSignal): Promise<string> {
  try {
    return await runBeside<string, string>(html, {
      job: 'convert-html',
      place: 'thread',
      signal,
      maxMs: layoutMs,
    });
  } catch (error) {
    signal.throwIfAborted();
    throw new CliError('usage', `${describe(url)} cannot be turned into text`, {
      hint: advise`Save it as text to a file, and name that with ${addFile()}.`,
      cause: error,
    });
  }
}

function parseUrl(address: string, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base?.href) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CliError(
    'usage',
    `${base ? describe(base) : 'the URL'} leads to ${address}, which is not the URL of a page`,
  );
}

function parseContentType(header = 'text/plain'): { mediaType: string; charset: string | undefined } {
  const mediaType = header.replace(/;.*$/s, '').trim().toLowerCase();
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(header)?.[1]?.toLowerCase();
  return { mediaType, charset };
}

function isReadable(mediaType: string): boolean {
  return /^text\/|^application\/(?:json|xhtml\+xml)$|\+json$/.test(mediaType);
}

async function readBytes(response: HttpResponse, url: URL, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > limit)
      throw new CliError('input_too_large', `${describe(url)} is more than ${limit / (1024 * 1024)} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Decodes like a file if the charset is missing or wrong. */
function decodePage(bytes: Uint8Array, charset: string | undefined): string | undefined {
  const named = charset === undefined ? undefined : decode(bytes, charset);
  return (named ?? decodeText(bytes))?.text;
}

function createRefusal(url: URL, what: string): CliError {
  return new CliError('usage', `${describe(url)} is not text but ${what}`, {
    hint: advise`Download it; an image or a PDF is attached with ${attach()}.`,
  });
}

/** Without the query and the password, which may be secrets. */
function describe(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

export type FetchLimits = {
  /** The longest silence of a server, in milliseconds. */
  silenceMs: number;
  /** The longest download, in milliseconds. */
  totalMs: number;
};

/** A person should save a slower page to a file. */
const usualLimits: FetchLimits = { silenceMs: 30_000, totalMs: 120_000 };

type FetchClock = {
  /** Aborts with CliError `network` at a limit. */
  signal: AbortSignal;
  /** Call this when data arrives. */
  onLife(): void;
  stop(): void;
};

/** Watches one download. `name` is the person's name for it. */
function startFetchClock(name: string, outer: AbortSignal, { silenceMs, totalMs }: FetchLimits): FetchClock {
  const controller = new AbortController();
  const abort = (message: string): void =>
    controller.abort(
      new CliError('network', message, {
        hint: advise`Try again, or save it to a file and name that. ${flag('--timeout')} ends a command sooner.`,
      }),
    );
  const silence = setTimeout(() => abort(`${name} stayed silent for ${silenceMs / 1000} s`), silenceMs);
  const total = setTimeout(() => abort(`${name} did not finish within ${totalMs / 1000} s`), totalMs);
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    onLife: () => void silence.refresh(),
    stop() {
      clearTimeout(silence);
      clearTimeout(total);
    },
  };
}
