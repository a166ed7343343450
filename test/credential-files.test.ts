import { expect, it } from 'vitest';
import { holdsSecret, isCredentialFile } from '../src/credential-files.ts';

const config = '/home/ada/.config/copilot-cli';

it.each([
  '.env',
  'app/.env.production',
  'prod.env',
  '.envrc',
  'id_rsa',
  'keys/ID_ED25519',
  'id_rsa.bak',
  'prod.env.bak',
  'prod.env~',
  '.env.local~',
  '.env.old',
  'server.key.bak',
  'server.pem.old',
  '.npmrc~',
  '.netrc.orig',
  'credentials.json-backup',
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
  'etc/ssh_host_ed25519_key',
  'kube/config',
  '/home/ada/.kube/config',
  'dotfiles/gh/hosts.yml',
  'rclone.conf',
  'gcp-key.json',
  'shop-firebase-adminsdk-a1b2.json',
  'local.settings.json',
  'passwords.txt',
  'vault_pass.txt',
  '.vault_pass',
  'credentials (1).json',
  'Credentials - Copy.json',
  '/home/ada/.CONFIG/Copilot-CLI/anything',
  '/home/ada/.claude/.credentials.json',
  '/home/ada/.codex/auth.json',
  '.yarnrc.yml',
  '/home/ada/.huggingface/token',
  '/home/ada/.cache/huggingface/token',
  'profile/logins.json',
  'profile/key4.db',
  '/home/ada/.m2/settings.xml',
  '/home/ada/.gradle/gradle.properties',
  '/home/ada/.config/sops/age/keys.txt',
  '/home/ada/.cargo/credentials.toml',
  '/home/ada/.password-store/bank.gpg',
  '.bash_history',
  '.zsh_history',
  '.psql_history',
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
  'ssh_host_ed25519_key.pub',
  'ansible/hosts.yml',
  'kube/config.go',
  'passwords.ts',
  'vault.ts',
  'settings.json',
  'monkey',
  `${config}/templates/review.md`,
  `${config}-notes/a.txt`,
])('%s is not', (path) => {
  expect(isCredentialFile(path, config)).toBe(false);
});

const token = 'a1B2'.repeat(9);

it.each([
  `-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n`,
  `cert\n-----BEGIN OPENSSH PRIVATE KEY-----\r\nb3Bl`,
  '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQ',
  String.raw`{"private_key":"-----BEGIN RSA PRIVATE KEY-----\nMIIE"}`,
  ...['ghu_', 'gho_', 'ghp_', 'github_pat_'].map((prefix) => `{"token":"${prefix}${token}"}`),
  `token: tid=${token};exp=1797857143;sku=free`,
  `${'line\n'.repeat(10_000)}TOKEN=ghp_${token}`,
])('a text that holds a key or a token is a secret: %#', (text) => {
  expect(holdsSecret(text)).toBe(true);
});

it.each([
  "const begin = '-----BEGIN PRIVATE KEY-----';",
  '-----BEGIN PUBLIC KEY-----\nMIIB',
  '-----BEGIN CERTIFICATE-----\nMIIB',
  'export TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
  'tokens begin with ghu_ or github_pat_',
  `xghp_${token}`,
  `${'-----BEGIN '.repeat(5000)}`,
])('a text that only speaks of them is none: %#', (text) => {
  expect(holdsSecret(text)).toBe(false);
});
