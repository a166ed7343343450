import type { Editor } from './editor.ts';
import type { FileFormat } from './setup.ts';

/** The parsers are loaded here, for few commands need them. */
export async function loadEditor(format: FileFormat): Promise<Editor> {
  switch (format) {
    case 'json':
      return (await import('./edit-json.ts')).createJsonEditor(await import('jsonc-parser'));
    case 'toml':
      return (await import('./edit-toml.ts')).createTomlEditor(await import('smol-toml'));
    case 'yaml':
      return (await import('./edit-yaml.ts')).createYamlEditor(await import('yaml'));
  }
}
