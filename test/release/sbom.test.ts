import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkLicences, checkSbom } from '../../scripts/release/checks.ts';
import { type Component, listBundled, type Sbom, toShipped } from '../../scripts/release/sbom.ts';

const development = { name: 'cdx:npm:package:development', value: 'true' };

function createComponent(name: string, properties: Component['properties'] = []): Component {
  const hashes = [{ alg: 'SHA-512', content: 'aa' }];
  const licenses = [{ license: { id: 'MIT' } }];
  return {
    'bom-ref': `${name}@1.0.0`,
    name,
    version: '1.0.0',
    purl: `pkg:npm/${name}@1.0.0`,
    hashes,
    licenses,
    properties,
  };
}

const whole: Sbom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { 'bom-ref': 'us@1.0.0', name: 'folder' } },
  components: [
    createComponent('installed'),
    createComponent('bundled', [development]),
    createComponent('linter', [development]),
  ],
  dependencies: [
    { ref: 'us@1.0.0', dependsOn: ['installed@1.0.0', 'bundled@1.0.0', 'linter@1.0.0'] },
    { ref: 'linter@1.0.0', dependsOn: [] },
    { ref: 'bundled@1.0.0', dependsOn: ['linter@1.0.0'] },
  ],
};

describe('the list of what a release is made of', () => {
  const shipped = toShipped(whole, ['bundled 1.0.0'], 'us');

  it('has what npm installs and what is bundled, and no tools', () => {
    expect(shipped.components.map(({ name }) => name)).toEqual(['installed', 'bundled']);
    expect(shipped.components[1]?.properties).toEqual([{ name: 'cdx:npm:package:bundled', value: 'true' }]);
    expect(shipped.metadata.component.name).toBe('us');
  });

  it('refers only to what is in it', () => {
    expect(shipped.dependencies).toEqual([
      { ref: 'us@1.0.0', dependsOn: ['installed@1.0.0', 'bundled@1.0.0'] },
      { ref: 'bundled@1.0.0', dependsOn: [] },
    ]);
    expect(checkSbom(shipped, ['bundled 1.0.0'])).toMatchObject({ status: 'pass' });
  });

  it.each<[what: string, sbom: Sbom, detail: string]>([
    ['a bundled package is missing', toShipped(whole, [], 'us'), 'bundled 1.0.0 is bundled and not listed'],
    [
      'a needed package is missing',
      { ...shipped, dependencies: [{ ref: 'x@1' }] },
      'x@1 is needed and not listed',
    ],
    [
      'a package has no hash',
      { ...shipped, components: shipped.components.map((one) => ({ ...one, hashes: [] })) },
      'installed has no hash',
    ],
    ['it is another format', { ...shipped, bomFormat: 'SPDX' }, 'it is not CycloneDX'],
  ])('is refused if %s', (_, sbom, detail) => {
    expect(checkSbom(sbom, ['bundled 1.0.0'])).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(detail),
    });
  });

  it('is whole for our lockfile, which names no registry, and every licence in it is allowed', () => {
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const words = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'];
    const listed: Sbom = JSON.parse(
      execFileSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 64e6 }),
    );
    const bundled = listBundled(readFileSync(`${root}/dist/THIRD_PARTY_LICENCES.txt`, 'utf8'));
    const own = toShipped(listed, bundled, 'copilot-cli');
    expect(bundled).toContainEqual(expect.stringMatching(/^undici 7\./));
    expect(checkSbom(own, bundled)).toMatchObject({ status: 'pass' });
    expect(checkLicences(own.components)).toMatchObject({ status: 'pass' });
    expect(own.components.map(({ name }) => name)).not.toContain('vitest');
  });
});
