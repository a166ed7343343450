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

/** GitHub's own client makes up ids for the calls that it sends back. */
const madeUpIds: Record<string, RegExp> = { function_call: /^fc_/, custom_tool_call: /^ctc_/ };

/** protocol: ids are bound to the connection that issued them; most invented ones belong to none. */
const refuseForeignId: ItemCheck = (item, _path, { world }) => {
  if (item.id === undefined || item.id === null) return undefined;
  const identity = readItemId(toText(item.id));
  if (identity === undefined && item.type === 'reasoning') return undefined;
  if (identity === undefined && madeUpIds[toText(item.type)]?.test(toText(item.id))) return undefined;
  if (identity?.connection === world.state.connection) return undefined;
  return refuseBody('input item ID does not belong to this connection');
};

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
  const ids = items.filter(({ type }) => callTypes.has(type)).map((item) => toText(item.call_id));
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate === undefined) return undefined;
  return refuseBody(`Duplicate item found with id fc_${duplicate}. Remove duplicate items and try again.`);
};

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
