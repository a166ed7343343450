import type { ModelCall } from '../copilot/model-call.ts';
import { type JsonRecord, toRecords, toText } from '../json.ts';
import type { Script } from './script.ts';

/** field report: newer GPT models search the web when a tool for it is given; the search is an item of the output. */
export function createSearchItems(call: ModelCall, script: Script): JsonRecord[] {
  if (!searches(call, script)) return [];
  const { query = '', sources = [] } = script.webSearch ?? {};
  const action = { type: 'search', query, sources: sources.map(({ url }) => ({ type: 'url', url })) };
  return [{ type: 'web_search_call', status: 'completed', action }];
}

/** The annotations of a text that was searched for. */
export function listCitations(call: ModelCall, script: Script): JsonRecord[] {
  if (!searches(call, script)) return [];
  return (script.webSearch?.sources ?? []).map(({ url, title }) => ({
    type: 'url_citation',
    start_index: 0,
    end_index: 1,
    url,
    title,
  }));
}

function searches({ body }: ModelCall, { webSearch }: Script): boolean {
  return (
    webSearch !== undefined && toRecords(body.tools).some(({ type }) => /^web_search/.test(toText(type)))
  );
}
