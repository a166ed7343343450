import { basename, join, sep } from 'node:path';

/** Names of secret files, in lower case, because a disk may ignore case. Source code about secrets has other endings. */
const secretNames: readonly RegExp[] = [
  /^\.env(?:\.|$)|\.env$|^env\.(?:prod|production|local|dev|development|staging|test)$|^\.envrc$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\.|$)(?!pub$)/,
  /\.(?:pem|key|p12|pfx|p8|jks|keystore|kdbx|ppk|ovpn|tfstate|tfvars)$/,
  /^[._](?:netrc|npmrc|pypirc|yarnrc|git-credentials|pgpass|my\.cnf|htpasswd|dockercfg|s3cfg|boto|vault-token)$/,
  /^credentials(?:$|\.(?:json|ya?ml|toml|ini|csv|txt|xml|db|enc)(?:\.|$))/,
  /^(?:client_secret|service[-_]?account|application_default_credentials).*\.json$/,
  /^secrets?\.(?:json|ya?ml|toml|ini|txt)$/,
  /^kubeconfig$|^auth\.json$|^oauth_creds\.json$|^secring\.gpg$|^wp-config\.php$/,
];

/** Where other programs keep secrets. The separator is a slash. */
const secretPlaces =
  /(?:^|\/)(?:\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.config\/(?:gcloud|gh|github-copilot))\/|(?:^|\/)\.docker\/config\.json$/;

/** Whether a file looks secret: it is sent only if the person named it. In our `configFolder`, only prompt templates are not secret. */
export function isCredentialFile(path: string, configFolder?: string): boolean {
  const lower = path.toLowerCase();
  const isIn = (folder: string): boolean => lower.startsWith(join(folder, sep).toLowerCase());
  if (configFolder !== undefined && isIn(configFolder) && !isIn(join(configFolder, 'templates'))) return true;
  const name = basename(lower);
  return secretNames.some((pattern) => pattern.test(name)) || secretPlaces.test(lower.replaceAll('\\', '/'));
}
