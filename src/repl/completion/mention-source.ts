import type { ResourceCandidate } from '../../mcp/resource-mentions.ts';
import type { ReplApp } from '../app.ts';
import type { Candidate } from '../state.ts';
import type { CompletionSource, FindCandidates } from './completer.ts';
import { canMention } from './completion-target.ts';
import { rankCandidates } from './rank.ts';

const maxCandidates = 50;

/** What a mention may name: files, and the resources of the servers that run, as `server:uri`. */
export function createMentionSource(
  query: string,
  { tools: { resources }, context: { signal } }: Pick<ReplApp, 'tools' | 'context'>,
  paths: CompletionSource,
): CompletionSource {
  if (resources.belongs(query)) {
    return {
      key: `resources ${query.slice(0, query.indexOf(':'))}`,
      async open(refresh) {
        let asked = query;
        let known = await resources.complete(query, signal);
        return (wanted) => {
          if (wanted !== asked) {
            asked = wanted;
            void resources.complete(wanted, signal).then((found) => {
              if (asked !== wanted) return;
              known = found;
              refresh();
            });
          }
          return rankCandidates(known.map(toCandidate), wanted)
            .filter(({ text }) => canMention(text))
            .slice(0, maxCandidates);
        };
      },
    };
  }
  const servers = resources.listServers().map(toCandidate);
  if (servers.length === 0) return paths;
  const join =
    (find: FindCandidates): FindCandidates =>
    (wanted) => {
      const named = servers.filter(({ text }) => text.toLowerCase().startsWith(wanted.toLowerCase()));
      return wanted === '' ? [...find(wanted), ...named] : [...named, ...find(wanted)];
    };
  return {
    key: paths.key,
    open(refresh) {
      const opened = paths.open(refresh);
      return opened instanceof Promise ? opened.then(join) : join(opened);
    },
  };
}

function toCandidate({ text, description, isWhole }: ResourceCandidate): Candidate {
  return { text, description, ending: isWhole ? ' ' : '' };
}
