import type { CopilotClient } from '../copilot/client.ts';
import type { Model } from '../copilot/model.ts';
import {
  checkAnswers,
  checkEndpoint,
  expandAlias,
  findByName,
  isAnswering,
  listMeant,
} from '../copilot/model-choice.ts';
import type { Catalogue } from '../copilot/model-list.ts';
import { CliError } from '../errors.ts';
import type { FoundModel, ModelFinder } from './services.ts';

/** A list younger than this is reused: every request needs one. */
const lifetimeMs = 60_000;

type ModelFinderOptions = { connect(): Promise<CopilotClient>; now: () => number };

export function createModelFinder({ connect, now }: ModelFinderOptions): ModelFinder & { forget(): void } {
  let known: { catalogue: Promise<Catalogue>; at: number } | undefined;

  async function list(): Promise<Catalogue> {
    // Forgets the list after another sign-in.
    await connect();
    if (!known || now() - known.at > lifetimeMs) {
      const catalogue = connect().then((client) => client.fetchCatalogue({ fresh: false, billed: true }));
      known = { catalogue, at: now() };
      const entry = known;
      catalogue.catch(() => {
        if (known === entry) known = undefined;
      });
    }
    return known.catalogue;
  }

  async function find(given: string | undefined): Promise<FoundModel> {
    const client = await connect();
    const catalogue = given === undefined ? undefined : await list().catch(() => undefined);
    const name = given && expandAlias(given, catalogue?.aliases);
    const model = name === undefined || !catalogue ? undefined : findByName(name, listMeant(name, catalogue));
    if (model) {
      checkAnswers(model);
      return { model, isSubstitute: false };
    }
    try {
      return { model: (await client.chooseModel(name)).model, isSubstitute: false };
    } catch (error) {
      const newest = isUnknown(error) ? findNewestClaude(name ?? '', await list()) : undefined;
      if (!newest) throw error;
      return { model: newest, isSubstitute: true };
    }
  }

  return {
    find,
    async findEmbedder(given) {
      const catalogue = await list();
      const name = given && expandAlias(given, catalogue.aliases);
      const models = name === undefined ? catalogue.models : listMeant(name, catalogue);
      const embedders = models.filter(({ kind }) => kind === 'embeddings');
      const found = name === undefined ? embedders[0] : findByName(name, embedders, () => true);
      if (found) return found;
      if (name !== undefined) checkEndpoint(name, catalogue.endpoints);
      throw new CliError('model', `there is no model ${name ?? ''} for embeddings`.replace('  ', ' '), {
        hint:
          embedders.length === 0
            ? 'The account has none.'
            : `It has: ${embedders.map((model) => model.id).join(', ')}`,
      });
    },
    list,
    forget() {
      known = undefined;
    },
  };
}

function isUnknown(error: unknown): boolean {
  return error instanceof CliError && error.code === 'model';
}

/** Anthropic's clients hard-code model names. If the account has other versions, the newest of the same family answers. */
function findNewestClaude(name: string, { models }: Catalogue): Model | undefined {
  const family = /^claude-.*?\b(opus|sonnet|haiku)\b/i.exec(name)?.[1]?.toLowerCase();
  if (family === undefined) return undefined;
  const [newest] = models
    .filter((model) => model.id.startsWith(`claude-${family}`) && isAnswering(model))
    .sort((a, b) => b.id.localeCompare(a.id, 'en', { numeric: true }));
  return newest;
}
