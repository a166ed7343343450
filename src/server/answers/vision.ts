import { formatJson } from '../../json-value.ts';

const imageType = /"type":"(?:image|image_url|input_image)"/;

/** Whether there is an image anywhere in a body that we do not know all of: Copilot wants to be told. */
export function holdsImage(body: unknown): boolean {
  return imageType.test(formatJson(body) ?? '');
}
