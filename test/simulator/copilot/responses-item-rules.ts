import { readItemId } from '../answer/item-ids.ts';
import { isRecord, type JsonRecord, toArray, toRecords, toText } from '../json.ts';
import { type Reply, toErrorReply } from '../reply.ts';
import type { ModelCall, Rule } from './model-call.ts';
import { createServiceError, refuseBody } from './service-error.ts';
import { isKnownSignature } from './signatures.ts';

type ItemCheck = (item: JsonRecord, path: string, call: ModelCall) => Reply | undefined;

const callTypes: ReadonlySet<unknown> = new Set(['function_call', 'custom_tool_call']);
const outputTypes: ReadonlySet<unknown> = new Set(['function_call_output', 'custom_tool_call_output']);

/** A rule that looks at every input item in turn. */
function createItemRule(check: ItemCheck): Rule {
  return (call) => {
    for (const [index, item] of toRecords(call.body.input).entries()) {
      const refusal = check(item, `input[${index}]`, call);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  };
}

// protocol: nothing is stored, so nothing can be referred to.
const refuseReference: ItemCheck = (item) =>
  item.type === 'item_reference' ? toErrorReply(404, createServiceError('', 'not_found')) : undefined;

const refuseNulls: ItemCheck = (item, path) => {
  const name = ['content', 'status'].find((key) => item[key] === null);
  if (name === undefined) return undefined;
  return refuseBody(`Invalid type for '${path}.${name}': got null instead.`, `${path}.${name}`);
};

const refuseReasoningContent: ItemCheck = (item, path) => {
  const count = toArray(item.content).length;
  if (item.type !== 'reasoning' || count === 0) return undefined;
  const expected = `Expected an array with maximum length 0, but got an array with length ${count} instead.`;
  return refuseBody(`Invalid '${path}.content': array too long. ${expected}`, `${path}.content`);
};

const refuseCacheControl: ItemCheck = (item, path) => {
  const index = toArray(item.content).findIndex((part) => isRecord(part) && part.cache_control !== undefined);
  if (index < 0) return undefined;
  const name = `${path}.content[${index}].cache_control`;
  return refuseBody(`Unknown parameter: '${name}'.`, name);
};

const outputParts = ['input_text', 'input_image', 'input_file'];

/** field report: the output of a tool is a text, or a list of what a user could say. */
const refuseToolOutput: ItemCheck = (item, path) => {
  if (!outputTypes.has(item.type) || typeof item.output === 'string') return undefined;
  if (!Array.isArray(item.output))
    return refuseBody(`Invalid type for '${path}.output': expected a string.`, `${path}.output`);
  const index = toRecords(item.output).findIndex(({ type }) => !outputParts.includes(toText(type)));
  if (index < 0) return undefined;
  const name = `${path}.output[${index}].type`;
  const supported = outputParts.map((type) => `'${type}'`).join(', ');
  return refuseBody(
    `Invalid value: '${toRecords(item.output)[index]?.type}'. Supported values are: ${supported}.`,
    name,
  );
};

/** field report: Codex says `original` in newer versions. */
const refuseImageDetail: ItemCheck = (item) => {
  const parts = [...toRecords(item.content), ...toRecords(item.output)];
  const isOdd = parts.some(
    ({ type, detail }) =>
      type === 'input_image' && detail !== undefined && !['low', 'high', 'auto'].includes(toText(detail)),
  );
  const where = 'validating vision content in responses input: validating responses image content';
  return isOdd ? refuseBody(`${where}: image detail has to be either 'low' or 'high'`) : undefined;
};

/**
 * field report: ids that a client made up go on to OpenAI, which looks at their form alone. VS Code named every message `msg_123` for a year
 * (microsoft/vscode#318818), and GitHub's CLI 1.0.102 sends `msg_UUID`, `fc_CALL` and `ctc_CALL`.
 */
const madeUpPrefixes: Record<string, string> = {
  message: 'msg',
  function_call: 'fc',
  custom_tool_call: 'ctc',
  reasoning: 'rs',
};
const longestId = 64;

/** protocol: a sealed id is good only on the connection that issued it. */
const refuseForeignId: ItemCheck = (item, path, { world }) => {
  if (item.id === undefined || item.id === null) return undefined;
  const id = toText(item.id);
  const identity = readItemId(id);
  if (identity === undefined) return refuseMadeUpId(id, toText(item.type) || 'message', `${path}.id`);
  if (identity.connection === world.state.connection) return undefined;
  return refuseBody('input item ID does not belong to this connection');
};

function refuseMadeUpId(id: string, type: string, path: string): Reply | undefined {
  if (id.length > longestId) {
    const lengths = `Expected a string with maximum length ${longestId}, but got a string with length ${id.length} instead.`;
    return refuseBody(`Invalid '${path}': string too long. ${lengths}`, path);
  }
  const prefix = madeUpPrefixes[type];
  if (prefix === undefined || id.startsWith(prefix)) return undefined;
  return refuseBody(`Invalid '${path}': '${id}'. Expected an ID that begins with '${prefix}'.`, path);
}

/** protocol: encrypted thinking is good only unchanged, under its own id or none, and for the model that thought it. */
const refuseForeignReasoning: ItemCheck = (item, path, call) => {
  if (item.type !== 'reasoning') return undefined;
  const content = item.encrypted_content;
  if (typeof content !== 'string' || content === '') {
    return refuseBody(
      `Missing required parameter: '${path}.encrypted_content'.`,
      `${path}.encrypted_content`,
    );
  }
  const isForeign = !isKnownSignature(content, call);
  if (!isForeign && isOwnId(item.id, content, call)) return undefined;
  const reason = isForeign
    ? 'Encrypted content could not be decrypted or parsed.'
    : 'Encrypted content item_id did not match the target item id.';
  const name = toText(item.id) || 'rs_unnamed';
  return refuseBody(`The encrypted content for item ${name} could not be verified. Reason: ${reason}`);
};

function isOwnId(id: unknown, content: string, { world }: ModelCall): boolean {
  if (id === undefined || id === null) return true;
  return readItemId(toText(id))?.item === world.ledger.sealedItems.get(content);
}

const itemTypes = [
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'local_shell_call',
  'local_shell_call_output',
  'shell_call',
  'shell_call_output',
  'apply_patch_call',
  'apply_patch_call_output',
  'computer_call',
  'computer_call_output',
  'web_search_call',
  'file_search_call',
  'code_interpreter_call',
  'image_generation_call',
  'tool_search_call',
  'tool_search_output',
  'additional_tools',
  'compaction',
  'item_reference',
];

const refuseUnknownType: ItemCheck = (item, path) => {
  const type = toText(item.type) || 'message';
  if (itemTypes.includes(type)) return undefined;
  const named = itemTypes.map((name) => `'${name}'`).join(', ');
  return refuseBody(`Invalid value: '${type}'. Supported values are: ${named}.`, `${path}.type`);
};

const refuseDuplicates: Rule = ({ body }) => {
  const items = toRecords(body.input);
  const calls = items.filter(({ type }) => callTypes.has(type)).map((item) => `fc_${toText(item.call_id)}`);
  const ids = items.map(({ id }) => toText(id)).filter((id) => id !== '');
  const duplicate = findDuplicate(calls) ?? findDuplicate(ids);
  if (duplicate === undefined) return undefined;
  const advice = 'Remove duplicate items from your input and try again.';
  return refuseBody(`Duplicate item found with id ${duplicate}. ${advice}`);
};

function findDuplicate(ids: readonly string[]): string | undefined {
  return ids.find((id, index) => ids.indexOf(id) !== index);
}

const refuseUnpairedCalls: Rule = ({ body }) => {
  const items = toRecords(body.input);
  const listIds = (types: ReadonlySet<unknown>) =>
    items.filter(({ type }) => types.has(type)).map((item) => toText(item.call_id));
  const calls = listIds(callTypes);
  const outputs = listIds(outputTypes);
  const orphan = outputs.find((id) => !calls.includes(id));
  if (orphan !== undefined) {
    return refuseBody(`No tool call found for function call output with call_id ${orphan}.`, 'input');
  }
  const open = calls.find((id) => !outputs.includes(id));
  return open === undefined
    ? undefined
    : refuseBody(`No tool output found for function call ${open}.`, 'input');
};

export const inputItemRules: Rule[] = [
  createItemRule(refuseUnknownType),
  createItemRule(refuseReference),
  createItemRule(refuseNulls),
  createItemRule(refuseReasoningContent),
  createItemRule(refuseCacheControl),
  createItemRule(refuseToolOutput),
  createItemRule(refuseImageDetail),
  createItemRule(refuseForeignId),
  createItemRule(refuseForeignReasoning),
  refuseDuplicates,
  refuseUnpairedCalls,
];
