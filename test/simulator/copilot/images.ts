import { isRecord, type JsonRecord, toText } from '../json.ts';
import { type Reply, toErrorReply } from '../reply.ts';
import type { Rule } from './model-call.ts';
import { refuseBody, refuseWithCode } from './service-error.ts';

const imageTypes = new Set(['image_url', 'input_image', 'image']);

/** Every image part of a body, however deep: inside tool results too. */
export function findImages(value: unknown): JsonRecord[] {
  if (Array.isArray(value)) return value.flatMap(findImages);
  if (!isRecord(value)) return [];
  if (imageTypes.has(toText(value.type))) return [value];
  return Object.values(value).flatMap(findImages);
}

function findConversationImages(body: JsonRecord): JsonRecord[] {
  return findImages(body.messages ?? body.input);
}

/** protocol: bodies with an image need a header that says so. */
export function checkVisionHeader(headers: Record<string, string>, body: JsonRecord): Reply | undefined {
  if (findConversationImages(body).length === 0 || headers['copilot-vision-request'] === 'true')
    return undefined;
  const message = 'missing required Copilot-Vision-Request header for vision requests';
  return toErrorReply(400, { error: { message, code: '' } });
}

/** protocol: the service fetches nothing, so an image must be in the body. */
export const refuseExternalImages: Rule = ({ body }) => {
  const isExternal = findConversationImages(body).some((image) => /^https?:/.test(readAddress(image)));
  return isExternal ? refuseWithCode('external image URLs are not supported', '') : undefined;
};

export const refuseManyImages: Rule = ({ body, model }) => {
  const limit = model.capabilities.limits?.vision?.max_prompt_images;
  const count = findConversationImages(body).length;
  if (limit === undefined || count <= limit) return undefined;
  return refuseBody(`too many images in request: ${count} > ${limit}`);
};

function readAddress(image: JsonRecord): string {
  if (isRecord(image.image_url)) return toText(image.image_url.url);
  if (isRecord(image.source)) return toText(image.source.url);
  return toText(image.image_url);
}
