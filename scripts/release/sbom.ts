/** A package in a list of what a release is made of. CycloneDX 1.5: https://cyclonedx.org/docs/1.5/json/ */
export type Component = {
  'bom-ref': string;
  name: string;
  version: string;
  purl: string;
  hashes?: { alg: string; content: string }[];
  licenses?: ({ license: { id?: string; name?: string } } | { expression: string })[];
  properties?: { name: string; value: string }[];
};

export type Sbom = {
  bomFormat: string;
  specVersion: string;
  metadata: { component: { 'bom-ref': string; name: string } };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
};

const developmentMark = 'cdx:npm:package:development';
const bundledMark = 'cdx:npm:package:bundled';

/**
 * What a user gets, of what `npm sbom` lists for the whole lockfile: the packages that npm installs with ours, and the bundled ones, whose
 * code is in our files. npm marks the latter as development packages, and would leave them out.
 */
export function toShipped(whole: Sbom, bundled: readonly string[], name: string): Sbom {
  const isBundled = (component: Component): boolean =>
    bundled.includes(`${component.name} ${component.version}`);
  const isInstalled = ({ properties = [] }: Component): boolean =>
    !properties.some((property) => property.name === developmentMark && property.value === 'true');
  const components = whole.components
    .filter((component) => isInstalled(component) || isBundled(component))
    .map((component) => (isBundled(component) ? markBundled(component) : component));
  const own = whole.metadata.component['bom-ref'];
  const refs = new Set([own, ...components.map((component) => component['bom-ref'])]);
  return {
    ...whole,
    // npm takes the name of the folder.
    metadata: { ...whole.metadata, component: { ...whole.metadata.component, name } },
    components,
    dependencies: whole.dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((needed) => refs.has(needed)) })),
  };
}

function markBundled(component: Component): Component {
  const others = (component.properties ?? []).filter(({ name }) => name !== developmentMark);
  return { ...component, properties: [...others, { name: bundledMark, value: 'true' }] };
}

/** The packages that `dist/THIRD_PARTY_LICENCES.txt` names, each as `NAME VERSION` above its holder. */
export function listBundled(licences: string): string[] {
  return licences.match(/(?<=^|\n\n)(?:@[\w.-]+\/)?[\w.-]+ \d+\.\d+\.\d+[\w.+-]*(?=\n)/g) ?? [];
}

/** As an SPDX expression. Empty if there is none. */
export function describeLicence({ licenses = [] }: Component): string {
  return licenses
    .map((one) => ('expression' in one ? one.expression : (one.license.id ?? one.license.name ?? '')))
    .join(' AND ');
}
