import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/tools/approvals/decide.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';

async function judge(command: string, rule: string): Promise<string> {
  const decision = await decide([{ kind: 'shell', command }], {
    place: { folder: '/work/app', home: '/home/me' },
    addDirs: [],
    rules: [{ effect: 'allow', rule: parseRule(`shell(${rule})`), origin: 'flag' }],
    allowsReads: true,
    allowsAll: false,
  });
  return decision.type;
}

type Row = [command: string, rule: string];

const asking: Row[] = [
  ['cargo clippy -- --emit=metadata=src/keep.rs', 'cargo clippy:*'],
  ['cargo clippy -- --print=file-names=src/keep.rs', 'cargo clippy:*'],
  ['cargo clippy -- --print file-names=src/keep.rs', 'cargo clippy:*'],
  ['cargo clippy -- -o src/x', 'cargo clippy:*'],
  ['cargo clippy -- -Wunused -o src/x', 'cargo clippy:*'],
  ['cargo clippy -- -W -o', 'cargo clippy:*'],
  ['cargo clippy -- -C save-temps', 'cargo clippy:*'],
  ['cargo clippy -- -L native=x', 'cargo clippy --:*'],
  ['cargo clippy -- src/x.rs', 'cargo clippy:*'],
  ['cargo clippy --features --config', 'cargo clippy:*'],
  ['cargo clippy -- --emit=metadata=src/keep.rs', 'cargo:*'],
  ['cargo --color never clippy -- --emit=metadata=src/keep.rs', 'cargo:*'],
  ['cargo rustc -- --emit=metadata=src/keep.rs', 'cargo rustc:*'],
  ['cargo build --target x.json', 'cargo build:*'],
  ['cargo b --target=x.JSON', 'cargo b:*'],
  ['cargo b --target x.json', 'cargo:*'],
  ['cargo build -Zbuild-std', 'cargo build:*'],
  ['cargo check -C x', 'cargo check:*'],
  ['cargo build --build-dir src', 'cargo build:*'],
  ['cargo test -- --logfile x', 'cargo test:*'],
  ['cargo test -- --save-baseline x', 'cargo test:*'],
  ['cargo fmt -- --backup', 'cargo fmt:*'],
  ['cargo fmt -- --emit files', 'cargo fmt:*'],
  ['cargo doc -- --emit=x', 'cargo doc:*'],
  ['cargo metadata --lockfile-path x', 'cargo metadata:*'],
  ['gh pr view 1 -R evil.example/o/text', 'gh pr view:*'],
  ['gh pr view 1 -cRlocalhost/o/text', 'gh pr view:*'],
  ['gh pr view 1 -cR localhost/o/text', 'gh pr view:*'],
  ['gh run list -aR 10.0.0.1/o/text', 'gh run list:*'],
  ['gh repo view 10.0.0.1/o/r', 'gh repo view:*'],
  ['gh repo list evil:443/o/r', 'gh repo list:*'],
  ['gh repo clone localhost/o/r', 'gh repo clone:*'],
  ['gh pr create -dR localhost/o/r', 'gh pr create:*'],
  ['gh pr view https://evil.example/o/r/pull/1', 'gh pr view:*'],
  ['gh issue view HTTP://evil.example/o/r/issues/1', 'gh:*'],
  ['gh pr list --new-option x', 'gh pr list:*'],
  ['go list -m -versions evil.example/data', 'go list:*'],
  ['go list -versions -m=true evil.example/data', 'go list:*'],
  ['go list -f \'{{module "evil.example/data@latest"}}\'', 'go list:*'],
  ['go doc evil.example/data@latest', 'go doc:*'],
  ['go list -reuse=x ./...', 'go list:*'],
  ['go build -new x', 'go build:*'],
  ['go build --mod=mod ./...', 'go:*'],
  ['go test ./... -args -update', 'go test:*'],
  ['go test -test.paniconexit0 ./...', 'go test:*'],
  ['docker logs --new x', 'docker logs:*'],
  ['kubectl get pods --new x', 'kubectl get:*'],
  ['kubectl get pods -o go-template-file=x', 'kubectl get:*'],
  ['kubectl get -f x.yaml', 'kubectl get:*'],
];

const running: Row[] = [
  ['cargo clippy --workspace --all-targets --all-features -- -D warnings', 'cargo clippy:*'],
  ['cargo clippy --no-deps -p a -- -Dwarnings -A clippy::all -Wclippy::pedantic', 'cargo clippy:*'],
  ['cargo clippy -q -- --cap-lints=warn --allow dead_code', 'cargo:*'],
  ['cargo clippy -- -L native=x', 'cargo clippy -- -L:*'],
  ['cargo clippy --message-format=short', 'cargo clippy:*'],
  ['cargo build --release --target wasm32-unknown-unknown', 'cargo build:*'],
  ["cargo build --features 'a b/c' --bin app -j8 -vv", 'cargo build:*'],
  ['cargo --offline check -F a,b', 'cargo:*'],
  ['cargo test --lib adds::two -- --exact --nocapture --test-threads=1 --skip slow', 'cargo test:*'],
  ['cargo t --test cli --no-fail-fast', 'cargo t:*'],
  ['cargo test --doc -- --show-output', 'cargo test:*'],
  ['cargo bench -- adds', 'cargo bench:*'],
  ['cargo fmt --all -- --check', 'cargo fmt:*'],
  ['cargo fmt -- --edition 2021 src/lib.rs', 'cargo fmt:*'],
  ['cargo doc --no-deps --document-private-items', 'cargo doc:*'],
  ['cargo metadata --format-version 1 --no-deps', 'cargo metadata:*'],
  ['cargo tree -i serde -e features --depth 2', 'cargo tree:*'],
  ["cargo tree -f '{p} {l}' --no-dedupe", 'cargo tree:*'],
  ['cargo add serde --features derive', 'cargo add:*'],
  ["gh pr list --search 'is:open label:bug' -L 5 --json number,title -q '.[0].title'", 'gh pr list:*'],
  ['gh pr list -a @me -B main --state all', 'gh pr list:*'],
  ['gh pr view 1 -c -R o/r', 'gh pr view:*'],
  ['gh pr view https://github.com/o/r/pull/1 --comments', 'gh pr view:*'],
  ['gh pr view owner:feature/a/b', 'gh pr view:*'],
  ['gh pr diff --name-only', 'gh pr diff:*'],
  ['gh pr checks 5 --watch --fail-fast', 'gh pr checks:*'],
  ['gh run list -w ci.yml -b main -s failure', 'gh run list -w:*'],
  ['gh run view 123 --log-failed', 'gh run view:*'],
  ['gh run view --job 5 -v', 'gh run view:*'],
  ["gh workflow view 'CI build' --yaml", 'gh workflow view:*'],
  ['gh repo view github.com/o/r.js', 'gh repo view:*'],
  ['gh search code "a b" --repo o/r', 'gh search code:*'],
  ['go build -v -race ./cmd/app', 'go build:*'],
  ["go test ./... -run 'TestA|TestB' -count=1 -timeout 30s -v -race", 'go test:*'],
  ['go test -bench=. -benchmem ./x', 'go test:*'],
  ['go test -test.v -short', 'go test:*'],
  ["go list -f '{{.Module.Path}}' -deps ./...", 'go list:*'],
  ['go list -m -u -json all', 'go list:*'],
  ['go doc -all net/http Client.Do', 'go doc:*'],
  ['go vet ./...', 'go vet:*'],
  ['go version -m bin/app', 'go version:*'],
  ["docker ps -a --filter name=x --format '{{.Names}}'", 'docker ps:*'],
  ['docker logs -f --tail 100 app', 'docker logs:*'],
  ['kubectl get pods -n a -o wide --watch', 'kubectl get:*'],
  ["kubectl get pod a -o 'jsonpath={.status.phase}'", 'kubectl get:*'],
  ['kubectl logs -f deploy/a -c b --since 5m', 'kubectl logs:*'],
];

describe('a program of which the harmless words are known', () => {
  it.each(asking)(
    'asks about any other behind a rule for its beginning: %s with %s',
    async (command, rule) => {
      expect(await judge(command, rule)).toBe('ask');
    },
  );

  it.each(running)('does what is usual by such a rule: %s with %s', async (command, rule) => {
    expect(await judge(command, rule)).toBe('allow');
  });
});
