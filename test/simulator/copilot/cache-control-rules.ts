import { isRecord, type JsonRecord, toArray, toRecord, toRecords } from '../json.ts';
import { refuseAsClaude } from './claude-error.ts';
import type { Rule } from './model-call.ts';

const cacheControlKeys = ['type', 'ttl'];

const refuseTopLevel: Rule = (call) =>
  call.body.cache_control === undefined
    ? undefined
    : refuseAsClaude(call, 'cache_control: Extra inputs are not permitted');

/** protocol: a scope is refused wherever it stands, whatever the betas say. */
const refuseExtraKeys: Rule = (call) => {
  for (const { path, block } of listBlocks(call.body)) {
    const control = toRecord(block.cache_control);
    const extra = Object.keys(control).find((key) => !cacheControlKeys.includes(key));
    if (extra !== undefined) {
      const name = `${path}.cache_control.ephemeral.${extra}`;
      return refuseAsClaude(call, `${name}: Extra inputs are not permitted`);
    }
  }
  return undefined;
};

const refuseInToolResult: Rule = (call) => {
  for (const { path, block } of listBlocks(call.body)) {
    const inner = block.type === 'tool_result' ? toRecords(block.content) : [];
    if (inner.some((part) => part.cache_control !== undefined)) {
      const place = 'Instead, place it directly on tool_result';
      const problem = `cache_control may not be specified within tool_result.content. ${place}`;
      return refuseAsClaude(call, `${path}.tool_result: ${problem}`);
    }
  }
  return undefined;
};

/** All blocks that can carry cache_control, with their places. */
function listBlocks(body: JsonRecord): { path: string; block: JsonRecord }[] {
  const messages = toRecords(body.messages).flatMap((message, index) =>
    locate(message.content, `messages.${index}.content`),
  );
  return [...locate(body.system, 'system'), ...locate(body.tools, 'tools'), ...messages];
}

function locate(list: unknown, path: string): { path: string; block: JsonRecord }[] {
  return toArray(list).flatMap((block, index) =>
    isRecord(block) ? [{ path: `${path}.${index}`, block }] : [],
  );
}

const maxMarks = 4;

const refuseManyMarks: Rule = (call) => {
  const count = listBlocks(call.body).filter(({ block }) => block.cache_control !== undefined).length;
  if (count <= maxMarks) return undefined;
  return refuseAsClaude(
    call,
    `A maximum of ${maxMarks} blocks with cache_control may be provided. Found ${count}.`,
  );
};

export const cacheControlRules: Rule[] = [
  refuseTopLevel,
  refuseExtraKeys,
  refuseInToolResult,
  refuseManyMarks,
];
