import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../simulator/json.ts';
import { modelPaths } from './model-request.ts';
import type { Exchange } from './recorder.ts';

/** The shape of a request as the table of who began it has it (test/fixtures/agent-requests.json). */
export type RecordedShape = {
  agent: string;
  what: string;
  initiator: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
};

/** Headers that may tell who began a request; the others are of the connection and of this machine. */
const telling = /^(?:user-agent|anthropic-beta|session[_-]id|originator)$|^x-(?!stainless)/;
/** Words kept of each text. */
const mostText = 60;
const mostTools = 3;

/** The requests of a cell that ask a model, small and without private text. */
export function toShapes(
  agent: string,
  what: string,
  exchanges: readonly Exchange[],
): Omit<RecordedShape, 'initiator'>[] {
  return exchanges
    .filter(
      ({ method, path }) => method === 'POST' && modelPaths.some((modelPath) => path.includes(modelPath)),
    )
    .map(({ path, headers, body }, index) => ({
      agent,
      what: `${what}, request ${index + 1}`,
      path: path.replace(/\?.*$/, ''),
      headers: trimHeaders(headers),
      body: trim(body),
    }));
}

export function writeShapes(folder: string, name: string, shapes: readonly unknown[]): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${JSON.stringify(shapes, null, 2)}\n`);
  return file;
}

function trimHeaders(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => telling.test(name))
      .map(([name, value]) => [name, maskIds(value)]),
  );
}

function trim(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return shorten(maskIds(value));
  if (Array.isArray(value)) {
    const kept = key === 'tools' ? value.slice(0, mostTools) : value;
    return kept.map((item) => trim(item));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name]) => !(name === 'properties' || name === 'required' || name === 'format' || name === '$defs'),
      )
      .map(([name, item]) => [name, trim(item, name)]),
  );
}

/** The start says what a text is; reminders and notices also end in a telling way. */
function shorten(text: string): string {
  if (text.length <= mostText) return text;
  const end = /<\/[\w-]+>\s*$/.exec(text)?.[0] ?? '';
  return `${text.slice(0, mostText)}…${end}`;
}

function maskIds(text: string): string {
  return text
    .replace(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
      '00000000-0000-4000-8000-000000000000',
    )
    .replace(/[0-9a-f]{32,}/gi, '0')
    .replace(/(?:\/[\w.-]+)*\/copilot-cli-agents-\w+(?:\/[\w.-]+)*/g, '/home/person/work');
}
