import { basename, join, sep } from 'node:path';
import { holdsPrivateKey } from './private-keys.ts';
import { createTokenShape } from './redact.ts';

/** What people call a secret, and the endings of data behind it. Without one, most such names are those of folders with code. */
const words =
  '(?:api[-_]?keys?|(?:api|access|auth|refresh|bearer|bot|deploy|gh|github|gitlab|npm|slack)[-_.]?tokens?|(?:private|access|master|encryption|signing)[-_]?keys?|recovery[-_]?(?:codes?|keys?|phrase)|seed[-_]?phrase|secrets?)';
const endings = '(?:\\.enc)?\\.(?:txt|json|ya?ml|toml|ini|csv|conf|cfg)';

/** Names of secret files, in lower case, because a disk may ignore case. Source code about secrets has other endings. */
const secretNames: readonly RegExp[] = [
  /^\.env(?:\.|$)|\.env(?:$|~|[._-](?:bak|backup|old|orig|save|copy|swp)$)|^env\.(?:prod|production|local|dev|development|staging|test)$|^\.envrc$/,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\.|$)(?!pub$)/,
  /\.(?:pem|key|p12|pfx|p8|jks|keystore|kdbx|ppk|ovpn|tfstate|tfvars)$/,
  /^[._](?:netrc|npmrc|pypirc|yarnrc|git-credentials|pgpass|my\.cnf|htpasswd|dockercfg|s3cfg|boto|vault-token)$/,
  /^credentials(?:$|\.(?:json|ya?ml|toml|ini|csv|txt|xml|db|enc)(?:\.|$))/,
  /^(?:client_secret|service[-_]?account|application_default_credentials).*\.json$/,
  new RegExp(`^\\.?(?:[a-z\\d]+[-_.])*${words}${endings}$`),
  /^\.?(?:gh|github|gitlab|npm)[-_]token$/,
  /^\.?token\.(?:txt|json)$|^seed\.txt$|^wallet\.dat$|^(?:htpasswd|netrc|npmrc|pypirc)$|^pgpass\.conf$|^cookies\.sqlite$|^wg\d+\.conf$/,
  /^\.dockerconfigjson$|^credentials\.tfrc\.json$|^keystore\.properties$|^\.dev\.vars(?:\.|$)|\.keychain(?:-db)?$|^appsettings\.prod(?:uction)?\.json$/,
  // What managers of passwords export.
  /^(?:bitwarden|lastpass|1password|keepass|dashlane)[\w-]*\.(?:json|csv|xml|1pux)$/,
  /^ssh_host_.*_key$|^rclone\.conf$|^(?:gcp|gcloud)[-_]?key.*\.json$|-adminsdk.*\.json$|^local\.settings\.json$/,
  /^passwords?\.(?:txt|csv)$|^\.?vault[-_]pass/,
  /^\.?(?:credentials|credential_store)(?:\.json|\.ya?ml)?$|^\.yarnrc\.yml$|^(?:logins|key4|signons)\.(?:json|db|sqlite)$/,
  // What was typed into shells and clients.
  /^\.(?:bash|zsh|sh|fish|mysql|psql|python|node_repl|rediscli|sqlite)_history$|^\.histfile$|^fish_history$/,
  /^kubeconfig$|^auth\.json$|^oauth_creds\.json$|^secring\.gpg$|^wp-config\.php$/,
];

/** Where other programs keep secrets. The separator is a slash. */
const secretPlaces =
  /(?:^|\/)(?:\.ssh|\.aws|\.azure|\.gnupg|\.kube|\.config\/(?:gcloud|gh|github-copilot|sops|op|rclone|hub))\/|(?:^|\/)(?:\.huggingface|\.cache\/huggingface)\/token$|(?:^|\/)\.m2\/settings(?:-security)?\.xml$|(?:^|\/)\.gradle\/gradle\.properties$|(?:^|\/)\.(?:claude|codex|gemini)\/\.?(?:credentials|auth|oauth_creds)\.json$|(?:^|\/)\.cargo\/credentials(?:\.toml)?$|(?:^|\/)\.terraform\.d\/credentials\.tfrc\.json$|(?:^|\/)\.password-store\/|(?:^|\/)\.docker\/config\.json$|(?:^|\/)kube\/config$|(?:^|\/)(?:gh|github cli)\/hosts\.ya?ml$|(?:^|\/)run\/secrets\/|(?:^|\/)\.?secrets\/[^/.]+(?:\.(?:txt|json|ya?ml|toml|ini|env|enc|conf))+$/;

/** What a browser or a desktop adds to the name of a second copy: `credentials (1).json`. */
const copyMark = /(?: ?\(\d{1,4}\)| - copy| copy)(?=\.|$)/;

/** What an editor or a person adds to the name of an older copy: `server.key.bak`, `.npmrc~`. */
const backupMark = /(?:~|[._-](?:bak|backup|old|orig|save|copy|swp|tmp|\d{1,8}))+$/;

/** Whether a file looks secret: it is sent only if the person named it. In our `configFolder`, only prompt templates are not secret. */
export function isCredentialFile(path: string, configFolder?: string): boolean {
  const lower = path.toLowerCase();
  const isIn = (folder: string): boolean => lower.startsWith(join(folder, sep).toLowerCase());
  if (configFolder !== undefined && isIn(configFolder) && !isIn(join(configFolder, 'templates'))) return true;
  const name = basename(lower).replace(copyMark, '');
  const kept = name.replace(backupMark, '');
  return (
    secretNames.some((pattern) => pattern.test(name) || pattern.test(kept)) ||
    secretPlaces.test(lower.replaceAll('\\', '/'))
  );
}

/** A token of GitHub. Documentation writes `ghp_xxxx…`. */
const githubToken = createTokenShape('(?:gh[opusr]_|github_pat_)', '(?!x{10})\\w{20}', 'i');

/** What GitHub gives for such a token: a token of Copilot. */
const copilotToken = createTokenShape('tid=', '\\w{16,128};exp=\\d');

/** The password of a remote in settings of git, such as those of a bare repository, or of pip. */
const remotePassword = /https?:\/\/(?<=url\s{0,4}=\s{0,4}https?:\/\/)[^\s/:@]{0,200}:[^\s/@${}<]{1,400}@/i;

/** Whether a text holds a private key, a token of GitHub or Copilot, or the password of a remote, whatever its file is called. Takes linear time. */
export function holdsSecret(text: string): boolean {
  return (
    holdsPrivateKey(text) || githubToken.test(text) || copilotToken.test(text) || remotePassword.test(text)
  );
}
