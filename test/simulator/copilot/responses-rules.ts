import { toArray, toRecord, toRecords, toText } from '../json.ts';
import { refuseExternalImages, refuseManyImages } from './images.ts';
import type { Rule } from './model-call.ts';
import { createEffortRule, createPromptRule, refuseSampling, refuseStructuredOutput } from './model-rules.ts';
import { inputItemRules } from './responses-item-rules.ts';
import { refuseBody, refuseWithCode } from './service-error.ts';
import { refuseLoneToolChoice, refuseManyTools, refuseResponsesTools } from './tool-rules.ts';
import { refuseUnsupportedFields } from './unsupported-fields.ts';

const minOutputTokens = 16;

/** Tools that the caller runs, or that every model has. */
const toolTypes = [
  'programmatic_tool_calling',
  'function',
  'namespace',
  'tool_search',
  'custom',
  'shell',
  'apply_patch',
];

const refuseMissingInput: Rule = ({ body }) => {
  const hasInput = toText(body.input) !== '' || toArray(body.input).length > 0;
  return hasInput ? undefined : refuseBody("Missing required parameter: 'input'.", 'input');
};

// protocol: an earlier response is remembered on the same socket of a WebSocket only.
const refusePreviousResponse: Rule = ({ body }) => {
  const id = body.previous_response_id;
  if (id === undefined || id === null) return undefined;
  const message = `Previous response with id '${id}' not found.`;
  return refuseWithCode(message, 'previous_response_not_found', { param: 'previous_response_id' });
};

const refuseFewOutputTokens: Rule = ({ body }) => {
  const tokens = body.max_output_tokens;
  if (typeof tokens !== 'number' || tokens >= minOutputTokens) return undefined;
  const expected = `Expected a value >= ${minOutputTokens}, but got ${tokens} instead.`;
  return refuseBody(
    `Invalid 'max_output_tokens': integer below minimum value. ${expected}`,
    'max_output_tokens',
  );
};

const refuseServiceTier: Rule = ({ body }) =>
  body.service_tier === undefined || body.service_tier === null
    ? undefined
    : refuseBody("Unsupported parameter: 'service_tier' is not supported with this model.", 'service_tier');

/** field report: tools that the service would run are refused like unknown ones, unless the model serves them. */
const refuseUnknownToolType: Rule = ({ body, model, world }) => {
  const supported = [...toolTypes, ...(world.state.servedTools[model.id] ?? [])];
  const types = toRecords(body.tools).map((tool) => toText(tool.type));
  const index = types.findIndex((type) => !supported.includes(type));
  if (index < 0) return undefined;
  const named = supported.map((type) => `'${type}'`).join(', ');
  return refuseBody(
    `Invalid value: '${types[index]}'. Supported values are: ${named}.`,
    `tools[${index}].type`,
  );
};

const refuseDeferredTools: Rule = ({ body }) => {
  const tools = toRecords(body.tools);
  const isDeferred = tools.some((tool) => tool.defer_loading === true);
  if (!isDeferred || tools.some((tool) => tool.type === 'tool_search')) return undefined;
  return refuseBody('Deferred tools require tools.tool_search.', 'tools');
};

// protocol: no numbers here, and a code that other errors have too.
const refuseLongPrompt = createPromptRule(() =>
  refuseBody('Your input exceeds the context window of this model. Please adjust your input and try again.'),
);

export const responsesRules: Rule[] = [
  refuseMissingInput,
  refuseLongPrompt,
  refuseUnsupportedFields,
  refusePreviousResponse,
  refuseFewOutputTokens,
  refuseServiceTier,
  refuseManyTools,
  refuseUnknownToolType,
  refuseResponsesTools,
  refuseDeferredTools,
  refuseLoneToolChoice,
  createEffortRule('reasoning.effort', (body) => toRecord(body.reasoning).effort),
  refuseSampling,
  refuseStructuredOutput,
  ...inputItemRules,
  refuseExternalImages,
  refuseManyImages,
];
