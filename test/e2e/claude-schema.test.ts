import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, createCli } from '../helpers/cli.ts';

const person = {
  type: 'object',
  properties: { name: { type: 'string', maxLength: 20 }, age: { type: 'integer', minimum: 0, maximum: 150 } },
  required: ['name', 'age'],
};

async function open(answers: string[]): Promise<Cli> {
  const cli = await createCli({ answer: () => ({ text: answers.shift() ?? '' }) });
  await cli.signIn();
  cli.env.GITHUB_COPILOT_MODEL = 'claude-sonnet-4.6';
  return cli;
}

function ask(cli: Cli, schema: object) {
  const path = join(cli.home, 'schema.json');
  writeFileSync(path, JSON.stringify(schema));
  return cli.runHere(['chat', '--schema', path, 'Who?']);
}

it('Claude gets a schema in the form that it takes, and the answer is checked by all of it', async () => {
  const cli = await open(['{"name":"Ada","age":200}', '{"name":"Ada","age":36}']);
  const run = await ask(cli, person);
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(run.stdout)).toEqual({ name: 'Ada', age: 36 });
  const bodies = cli.simulator
    .requestsTo('/v1/messages')
    .map(({ body }) => body as { output_config?: object });
  expect(bodies).toHaveLength(2);
  expect(bodies[0]?.output_config).toEqual({
    format: {
      type: 'json_schema',
      schema: {
        type: 'object',
        properties: {
          name: { type: 'string', description: '(maxLength: 20)' },
          age: { type: 'integer', description: '(minimum: 0, maximum: 150)' },
        },
        required: ['name', 'age'],
        additionalProperties: false,
      },
    },
  });
});

it('a schema that Claude cannot follow is told in words', async () => {
  const cli = await open(['{"a":"b"}']);
  const run = await ask(cli, { type: 'object', additionalProperties: { type: 'string' } });
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const [request] = cli.simulator.requestsTo('/v1/messages');
  expect(request?.body).not.toHaveProperty('output_config');
  expect(JSON.stringify(request?.body)).toContain('follows this JSON Schema');
});
