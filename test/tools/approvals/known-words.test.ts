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
