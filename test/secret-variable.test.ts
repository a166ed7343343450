import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { isSecretVariable } from '../src/secret-variable.ts';

const mixed = 'q7Rk2VbX9mTz4LpW8sYd3HnC';
const hex = '9f86d081884c7d659a2feaa0c55ad015';
const base32 = 'k5v3m7qz2x4c6b8n9w1r5t7y3u2j4h6g8f1d3s5a7p9l2k4j6h8g';

it.each<[name: string, value: string]>([
  ['MYSQL_PWD', 'hunter22'],
  ['SENTRY_DSN', 'https://abc@sentry.example/1'],
  ['PASSPHRASE', 'correct horse'],
  ['CREDS', 'me:hunter2'],
  ['BEARER', 'hunter22'],
  ['DATABASE_URL', 'postgres://me:hunter2@db.example/app'],
  ['REDIS_URL', 'redis://:hunter2@10.0.0.1:6379'],
  ['HF', `hf_${'aB3'.repeat(9)}`],
  ['AZ_CONN', `AccountName=a;AccountKey=${'aB3'.repeat(9)}==`],
  ['AZ_BLOB', 'https://a.blob.core.windows.net/b?sv=2024&sig=abcd%2Fefgh%3D'],
  ['BASIC', `Basic ${'aB3'.repeat(8)}`],
  ['LOGIN', 'Basic bWU6aHVudGVy'],
  ['SIGNING', mixed],
  ['SIGNING', `v1:${mixed}`],
  ['SIGNING', `/${mixed}/${mixed.toLowerCase()}+Q`],
  ['KEYFILE', 'Zk3+qW9/eR7tY2u/iO5pA1sD8fG4hJ6k='],
  ['SEED', hex],
  ['SEED', `0x${hex}`],
  ['ADO', base32],
  ['DIGITALOCEAN', `dop_v1_${hex}${hex}`],
  ['LINEAR', `lin_api_${mixed}`],
  ['NOTION', `secret_${mixed}`],
  ['TWILIO', `SK${hex}`],
  ['AWSID', 'AKIAIOSFODNN7EXAMPLE'],
  ['SLACKURL', `https://hooks.slack.com/services/T01ABCDEF/B02ABCDEF/${mixed}`],
  ['UV_INDEX_URL', `https://${mixed}@pypi.example/simple`],
  ['RAVEN', `https://${hex}@o1.ingest.sentry.io/5`],
  ['PG', 'host=db.example user=me password=hunter22'],
  ['MSSQL', 'Server=db;Database=a;User Id=me;Pwd=hunter22;'],
  ['SPRING_APPLICATION_JSON', '{"spring":{"datasource":{"password":"hunter22"}}}'],
  ['DOCKER', '{"auths":{"ghcr.io":{"auth":"bWU6aHVudGVy"}}}'],
  ['JAVA_OPTS', '-Xmx1g -Djavax.net.ssl.keyStorePassword=hunter22'],
  ['PRIVATE', '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----'],
  ['PEM_B64', 'LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t'],
  ['KUBECONFIG_DATA', Buffer.from(`apiVersion: v1\nusers:\n- token: ${mixed}\n`).toString('base64')],
  // What direnv keeps to put back: the values of variables, packed.
  ['DIRENV_DIFF', `eJx${mixed}${mixed}${mixed}`],
])('a variable %s with %s is secret', (name, value) => {
  expect(isSecretVariable(name, value)).toBe(true);
});

it.each(['base64', 'base64url', 'hex'] as const)('nearly all random keys in %s are secret', (form) => {
  const keys = Array.from({ length: 500 }, () => randomBytes(24).toString(form));
  expect(keys.filter((key) => isSecretVariable('X', key)).length).toBeGreaterThan(480);
});

const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const sha = '2fd4e1c67a2d28fced849ee1bb76e7391b93eb12';

/** What shells, desktops, build servers and tools set. */
it.each<[name: string, value: string]>([
  ['PWD', '/home/me/work'],
  ['OLDPWD', '/home/me'],
  ['PATH', '/nix/store/5rnfzla9kcx4mj5zdc7nlnv8na1najvg-node-22.1.0/bin:/usr/local/bin:/opt/X11/bin'],
  ['HOME', '/Users/Me2Long3Name4With5Digits6'],
  ['LANG', 'en_US.UTF-8'],
  ['LS_COLORS', 'rs=0:di=01;34:ln=01;36:*.tar=01;31:*.7z=01;31:*.mp3=00;36'],
  ['PS1', '\\[\\e]0;\\u@\\h: \\w\\a\\]\\[\\033[01;32m\\]\\u@\\h\\[\\033[00m\\]\\$ '],
  ['TERM', 'xterm-256color'],
  ['TERM_FEATURES', 'T3CwLrMSc7UUw9Ts3BFGsSyHNoSxF'],
  ['TERM_SESSION_ID', `w0t0p0:${uuid.toUpperCase()}`],
  ['TMPDIR', '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T/'],
  ['XPC_SERVICE_NAME', 'application.com.apple.Terminal.1152921500311884567.1152921500311884572'],
  ['__CF_USER_TEXT_ENCODING', '0x1F5:0x0:0x0'],
  ['SSH_AUTH_SOCK', '/tmp/ssh-aBcDeF1gH2iJ/agent.123'],
  ['SSH_AUTH_SOCK', '/private/tmp/com.apple.launchd.AbC1dE2fG3/Listeners'],
  ['SSH_CONNECTION', '203.0.113.7 50012 10.0.0.2 22'],
  ['GPG_AGENT_INFO', '/run/user/1000/gnupg/S.gpg-agent:0:1'],
  ['DBUS_SESSION_BUS_ADDRESS', `unix:path=/run/user/1000/bus,guid=${hex}`],
  ['SESSION_MANAGER', 'local/host:@/tmp/.ICE-unix/1234,unix/host:/tmp/.ICE-unix/1234'],
  ['XAUTHORITY', '/run/user/1000/.mutter-Xwaylandauth.A1B2C3'],
  ['DESKTOP_STARTUP_ID', 'gnome-shell/Visual Studio Code/2311-1-host_TIME12345'],
  ['GNOME_TERMINAL_SCREEN', `/org/gnome/Terminal/screen/${uuid.replaceAll('-', '_')}`],
  ['XDG_DATA_DIRS', '/usr/share/gnome:/var/lib/flatpak/exports/share:/usr/local/share/:/usr/share/'],
  ['XMODIFIERS', '@im=ibus'],
  ['INVOCATION_ID', hex],
  ['JOURNAL_STREAM', '8:23456'],
  ['MEMORY_PRESSURE_WRITE', 'c29tZSAyMDAwMDAgMjAwMDAwMAA='],
  ['TMUX', '/tmp/tmux-1000/default,1234,0'],
  ['STY', '1234.pts-0.host'],
  ['VSCODE_IPC_HOOK_CLI', `/run/user/1000/vscode-ipc-${uuid}.sock`],
  ['WEZTERM_UNIX_SOCKET', '/run/user/1000/wezterm/gui-sock-1234'],
  ['NVM_BIN', '/home/me/.nvm/versions/node/v22.1.0/bin'],
  ['FNM_MULTISHELL_PATH', '/run/user/1000/fnm_multishells/12345_1700000000000'],
  ['PYENV_VERSION', '3.12.1'],
  ['PYTHONHASHSEED', '1234567'],
  ['VIRTUAL_ENV_PROMPT', 'my-project-py3.12'],
  ['CONDA_PROMPT_MODIFIER', '(base) '],
  ['JAVA_TOOL_OPTIONS', '-Dfile.encoding=UTF8 -XX:MaxRAMPercentage=75.0'],
  ['JAVA_OPTS', '-Djavax.net.ssl.trustStorePassword=changeit'],
  ['NODE_OPTIONS', '--max-old-space-size=4096 --enable-source-maps'],
  [
    'NIX_LDFLAGS',
    '-rpath /nix/store/5rnfzla9kcx4mj5zdc7nlnv8na1najvg-glibc/lib -L/nix/store/5rnfzla9kcx4mj5zdc7nlnv8na1najvg-glibc/lib',
  ],
  ['GOFLAGS', '-mod=readonly'],
  ['RUSTFLAGS', '-Ctarget-cpu=x86-64-v3'],
  ['LESSOPEN', '| /usr/bin/lesspipe %s'],
  ['GIT_SSH_COMMAND', 'ssh -o PasswordAuthentication=no'],
  ['DIRENV_DIR', '-/home/me/work'],
  ['DIRENV_WATCHES', `eJx${mixed}`],
  ['npm_config_user_agent', 'npm/10.9.0 node/v22.1.0 linux x64 workspaces/false'],
  ['npm_package_integrity', `sha512-${mixed}${mixed}==`],
  ['FZF_DEFAULT_OPTS', '--color=bg+:#313244,bg:#1e1e2e,spinner:#f5e0dc'],
  ['DATABASE_URL', 'postgres://postgres:postgres@localhost:5432/test'],
  ['DATABASE_URL', 'postgres://db.example/app'],
  ['IMAGE', `ghcr.io/me/app@sha256:${hex}${hex}`],
  ['HOSTNAME', 'my-app-7d9f8b6c5d-x2x4z'],
  ['GITHUB_SHA', sha],
  ['CI_COMMIT_BEFORE_SHA', sha],
  ['TRAVIS_COMMIT_RANGE', `${sha}...${sha}`],
  ['BUILD_SOURCEVERSION', sha],
  ['GITHUB_REF', 'refs/heads/dependabot/npm_and_yarn/types-node-22.1.0'],
  ['GITHUB_ENV', `/home/runner/work/_temp/_runner_file_commands/set_env_${uuid}`],
  ['RUNNER_TRACKING_ID', `github_${uuid}`],
  ['TRACEPARENT', `00-${hex}-b7ad6b7169203331-01`],
  ['KUBERNETES_PORT', 'tcp://10.0.0.1:443'],
  ['WSLENV', 'WT_SESSION:WT_PROFILE_ID:'],
  ['WT_PROFILE_ID', `{${uuid}}`],
  ['WSL_INTEROP', '/run/WSL/11_interop'],
  ['PATHEXT', '.COM;.EXE;.BAT;.CMD;.VBS;.JS;.WS;.MSC'],
  ['PROCESSOR_IDENTIFIER', 'AMD64 Family 23 Model 113 Stepping 0, AuthenticAMD'],
  [
    'PSModulePath',
    'C:\\Program Files\\PowerShell\\Modules;C:\\WINDOWS\\system32\\WindowsPowerShell\\v1.0\\Modules',
  ],
  ['LOGONSERVER', '\\\\DESKTOP-7Q4K2LM'],
  ['MSYSTEM_CHOST', 'x86_64-w64-mingw32'],
])('a variable %s with %s is not', (name, value) => {
  expect(isSecretVariable(name, value)).toBe(false);
});
