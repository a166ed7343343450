import { formatJson } from '../../json-value.ts';

const imageType = /"type":"(?:image|image_url|input_image)"/;

/** Whether a body has an image anywhere, in unknown fields too: Copilot demands a header for it. */
export function holdsImage(body: unknown): boolean {
  return imageType.test(formatJson(body) ?? '');
}
