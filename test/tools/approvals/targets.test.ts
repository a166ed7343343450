import { describe, expect, it } from 'vitest';
import { isPartAllowedBy } from '../../../src/tools/approvals/match.ts';
import { parseRule } from '../../../src/tools/approvals/rule.ts';

type Row = [command: string, rule: string];

const asking: Row[] = [
  ['make build deploy', 'make build:*'],
  ['gmake -s build deploy', 'gmake -s build:*'],
  ['make build -j deploy', 'make build:*'],
  ['make build -- deploy', 'make build:*'],
  ['make clean build deploy', 'make clean build:*'],
  ['ninja all install', 'ninja all:*'],
  ['ninja all -t clean', 'ninja all:*'],
  ['rake test deploy', 'rake test:*'],
  ['just test deploy', 'just test:*'],
  ['ant test deploy', 'ant test:*'],
  ['sbt test publish', 'sbt test:*'],
  ['npx gulp build deploy', 'npx gulp build:*'],
  ['npx turbo run build deploy', 'npx turbo run build:*'],
  ['mvn test deploy', 'mvn test:*'],
  ['./mvnw -q test deploy', './mvnw -q test:*'],
  ['mvn test -pl a deploy', 'mvn test:*'],
  ['mvn test org.example:plugin:1:run', 'mvn test:*'],
  ['gradle test publish', 'gradle test:*'],
  ['./gradlew test publish', './gradlew test:*'],
  ['gradlew.bat test --tests a.B :app:publish', 'gradlew.bat test:*'],
  ['gradle test --info publish', 'gradle test:*'],
  ['dotnet build -t:Publish', 'dotnet build:*'],
  ['dotnet build /T:Publish', 'dotnet build:*'],
  ['dotnet build --target=Publish', 'dotnet build:*'],
  ['dotnet test -t:Publish', 'dotnet test:*'],
  ['dotnet build -getTargetResult:Publish', 'dotnet build:*'],
  ['dotnet --nologo build -t:Publish', 'dotnet --nologo:*'],
  ['msbuild app.sln -target:Publish', 'msbuild app.sln:*'],
];

const running: Row[] = [
  ['make build deploy', 'make:*'],
  ['make build deploy', 'make build deploy:*'],
  ['make -s build', 'make -s:*'],
  ['make build -j 8 -s -k', 'make build:*'],
  ['make build -j8 --silent', 'make build:*'],
  ['ninja all -j 4 -k 0', 'ninja all:*'],
  ['rake test TEST=test/a_test.rb', 'rake test:*'],
  ['npx turbo build --filter web', 'npx turbo build:*'],
  ['task build -- a b', 'task build:*'],
  ['mvn -q test', 'mvn -q:*'],
  ['mvn test -pl a,b -am -Dtest=ATest -T 1C -q', 'mvn test:*'],
  ["gradle test --tests 'a.B' -x lint --info --max-workers 2", 'gradle test:*'],
  ['gradle test --tests a.B', 'gradle test --tests:*'],
  ['./gradlew :app:test --continue', './gradlew :app:test:*'],
  ['dotnet build app.csproj -c Release', 'dotnet build:*'],
  ['dotnet build -tl:off --no-restore', 'dotnet build:*'],
  ['dotnet test -t', 'dotnet test:*'],
  ['dotnet run -- -t name', 'dotnet run:*'],
  ['npm install gulp grunt', 'npm install:*'],
];

function isAllowed(command: string, rule: string): boolean {
  const words = command.replaceAll("'", '').split(' ');
  return isPartAllowedBy(parseRule(`shell(${rule})`), { words, isVague: false, isWhole: true });
}

describe('a rule for a target of a build tool', () => {
  it.each(asking)('means no other target: %s with %s', (command, rule) => {
    expect(isAllowed(command, rule)).toBe(false);
  });

  it.each(running)('means its usual options: %s with %s', (command, rule) => {
    expect(isAllowed(command, rule)).toBe(true);
  });
});
