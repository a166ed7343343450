import { expect, it } from 'vitest';
import { isCredentialFile } from '../src/credential-files.ts';

const config = '/home/ada/.config/copilot-cli';

it.each([
  '.env',
  'app/.env.production',
  'prod.env',
  '.envrc',
  'id_rsa',
  'keys/ID_ED25519',
  'id_rsa.bak',
  'server.pem',
  'tls/server.key',
  '.netrc',
  '_netrc',
  '.npmrc',
  '.git-credentials',
  'credentials',
  'credentials.json',
  'credentials.json.tmp-1234',
  'Credentials.JSON',
  'client_secret_1.apps.googleusercontent.com.json',
  'service-account.json',
  'secrets.yaml',
  '/home/ada/.ssh/config',
  '/home/ada/.aws/config',
  '/home/ada/.config/gh/hosts.yml',
  '/home/ada/.docker/config.json',
  `${config}/config.json`,
  '/home/ada/.CONFIG/Copilot-CLI/anything',
])('%s is taken for a file of secrets', (path) => {
  expect(isCredentialFile(path, config)).toBe(true);
});

it.each([
  'src/auth/credentials.ts',
  'credentials.md',
  'id_rsa.pub',
  'environment.ts',
  'env.ts',
  'secret.ts',
  'tokens.json',
  'docs/gcloud/readme.md',
  '.docker/nginx.conf',
  'keyboard.ts',
  'monkey',
  `${config}/templates/review.md`,
  `${config}-notes/a.txt`,
])('%s is not', (path) => {
  expect(isCredentialFile(path, config)).toBe(false);
});
