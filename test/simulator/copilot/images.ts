import { isRecord, type JsonRecord, toRecords, toText } from '../json.ts';
import { type Reply, toErrorReply } from '../reply.ts';
import { refuseAsClaude } from './claude-error.ts';
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

const claudeTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** How the files of each type begin, a character a byte. */
const beginnings: Record<string, RegExp> = {
  'image/jpeg': /^\xff\xd8\xff/,
  'image/png': /^\x89PNG/,
  'image/gif': /^GIF8/,
  'image/webp': /^RIFF[\s\S]{4}WEBP/,
};

/** field report: Claude looks at the bytes of an image. Bytes that nobody knows pass here, so that tests need no real picture. */
export const refuseMislabelledImages: Rule = (call) => {
  for (const [index, message] of toRecords(call.body.messages).entries()) {
    for (const { source } of findImages(message.content)) {
      const problem = isRecord(source) && source.type === 'base64' ? findMislabel(source) : undefined;
      if (problem !== undefined)
        return refuseAsClaude(call, `messages.${index}.content.0.image.source.base64${problem}`);
    }
  }
  return undefined;
};

function findMislabel({ media_type, data }: JsonRecord): string | undefined {
  const stated = toText(media_type);
  if (!claudeTypes.includes(stated)) {
    const [last, ...others] = claudeTypes.map((type) => `'${type}'`).reverse();
    return `.media_type: Input should be ${others.reverse().join(', ')} or ${last}`;
  }
  const head = Buffer.from(toText(data).slice(0, 24), 'base64').toString('latin1');
  const real = claudeTypes.find((type) => beginnings[type]?.test(head));
  if (real === undefined || real === stated) return undefined;
  return `: The image was specified using the ${stated} media type, but the image appears to be a ${real} image`;
}

function readAddress(image: JsonRecord): string {
  if (isRecord(image.image_url)) return toText(image.image_url.url);
  if (isRecord(image.source)) return toText(image.source.url);
  return toText(image.image_url);
}
