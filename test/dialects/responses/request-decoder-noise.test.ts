import { expect, it } from 'vitest';
import { DialectError } from '../../../src/dialects/dialect.ts';
import { responses } from '../../../src/dialects/responses/dialect.ts';
import { createRandom } from '../../helpers/random.ts';
import { createRandomRequest } from './random-requests.ts';
import { traits } from './streams.ts';

const odd = [null, 0, 'x', '', [], {}, [null], { type: 'message' }, true];

it('a body in which one value is another is read, or its caller is told where it is wrong', {
  tags: 'deep',
  timeout: 60_000,
}, () => {
  const random = createRandom(7);
  // As many reach every branch that twice as many reach.
  const rounds = 10_000;
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const { body } = responses.writeRequest(createRandomRequest(random), traits);
    const places = listPlaces(body);
    const [parent, name] = random.pick(places);
    parent[name] = random.pick(odd);
    try {
      const { request } = responses.readRequest(body);
      responses.writeRequest(request, traits);
      outcomes.read += 1;
    } catch (error) {
      if (!(error instanceof DialectError)) throw error;
      outcomes.refused += 1;
      expect(error.path).toBeTypeOf('string');
    }
  }
  expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(1000);
});

type Parent = Record<string, unknown>;

function listPlaces(value: unknown): [parent: Parent, name: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [[value as Parent, name], ...listPlaces(item)]);
}
