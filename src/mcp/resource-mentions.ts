import type { NamedResources, ResourceParts } from '../attachments/named-resources.ts';
import { toOneLine } from '../terminal-text.ts';
import { ToolError } from '../tools/tool.ts';
import type { McpHost, ServerResource } from './host.ts';
import { toPlainName } from './plain-name.ts';
import { matchTemplate } from './uri-template.ts';

export type ResourceCandidate = { text: string; description: string; isWhole: boolean };

/** The resources of the servers that run, as a person names them: `server:uri`. Starts none. */
export type ResourceMentions = NamedResources & {
  /** Names of servers that have resources, with their colon. */
  listServers(): ResourceCandidate[];
  /** Whether it begins with a server. */
  belongs(name: string): boolean;
  /** What `name` may become, and templates as far as they are known. Never throws. */
  complete(name: string, signal: AbortSignal): Promise<ResourceCandidate[]>;
};

const maxUri = 2000;
const maxDescription = 300;
/** They end a sentence, and so no address that only a template knows. */
const punctuation = /[.,;:!?)\]}"'`>…]$/;

export function createResourceMentions(getHost: () => McpHost | undefined): ResourceMentions {
  /** The server that a name begins with, by its own name, and the address behind it. */
  function split(name: string): { server: string; plain: string; uri: string } | undefined {
    const colon = name.indexOf(':');
    if (colon === -1) return undefined;
    const plain = name.slice(0, colon);
    const state = getHost()
      ?.states()
      .find(({ server }) => toPlainName(server.name) === plain);
    return state && { server: state.server.name, plain, uri: name.slice(colon + 1) };
  }

  /** Addresses that are not a word of a line cannot be typed. */
  const list = (server?: string): ServerResource[] =>
    (getHost()?.resources() ?? []).filter(
      (one) =>
        (server === undefined || one.server === server) &&
        one.uri.length <= maxUri &&
        toOneLine(one.uri) === one.uri,
    );

  return {
    has(name) {
      const found = split(name);
      if (!found || found.uri === '') return false;
      const { server, uri } = found;
      return list(server).some((one) =>
        one.isTemplate
          ? !punctuation.test(uri) && matchTemplate(one.uri, uri)?.isWhole === true
          : one.uri === uri,
      );
    },
    async read(name, signal): Promise<ResourceParts> {
      const found = split(name);
      const host = getHost();
      if (!found || !host) return { problem: 'its MCP server does not run' };
      try {
        return { parts: await host.readResource(found.server, found.uri, signal) };
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        return { problem: toOneLine(error.message) };
      }
    },
    listServers: () =>
      [...new Set(list().map(({ server }) => server))].map((server) => ({
        text: `${toPlainName(server)}:`,
        description: 'resources of the MCP server',
        isWhole: false,
      })),
    belongs: (name) => split(name) !== undefined,
    async complete(name, signal) {
      const found = split(name);
      if (!found) return [];
      const { server, plain, uri } = found;
      const lists = await Promise.all(
        list(server).map((one) =>
          one.isTemplate ? fill(one, uri, signal) : [toCandidate(one, one.uri, true)],
        ),
      );
      return lists.flat().map((one) => ({ ...one, text: `${plain}:${one.text}` }));
    },
  };

  /** The template up to its next variable, or with the values that the server knows for the one that is typed. */
  async function fill(one: ServerResource, uri: string, signal: AbortSignal): Promise<ResourceCandidate[]> {
    const match = matchTemplate(one.uri, uri);
    const { open } = match ?? {};
    if (!match || !open) {
      const next = match?.next ?? matchTemplate(one.uri, '')?.next ?? '';
      return next === uri ? [] : [toCandidate(one, next, false)];
    }
    const of = { server: one.server, template: one.uri };
    const values = await getHost()?.complete(of, open, match.values, signal);
    const filled = (values ?? []).map((value) => open.lead + encode(value));
    if (filled.length === 0 && open.value === '') return [toCandidate(one, open.lead, false)];
    return filled.map((next) => toCandidate(one, next, matchTemplate(one.uri, next)?.isWhole === true));
  }
}

function encode(value: string): string {
  return encodeURI(value).replaceAll('%25', '%');
}

function toCandidate(one: ServerResource, text: string, isWhole: boolean): ResourceCandidate {
  const words = [one.isTemplate ? one.uri : undefined, one.description ?? one.name];
  return { text, description: words.filter(Boolean).join(' · ').slice(0, maxDescription), isWhole };
}
