/** Whether an answer begins with thinking that the service passes on as text: models of Ollama, vLLM and others mark it so. */
export function hasThinking(text: string): boolean {
  return text.trimStart().startsWith('<think>');
}

/** What is said behind the thinking; empty if it does not end. */
export function withoutThinking(text: string): string {
  if (!hasThinking(text)) return text;
  const end = text.indexOf(endMark);
  return end === -1 ? '' : text.slice(end + endMark.length);
}

const endMark = '</think>';
