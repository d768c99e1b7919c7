import type { ChatMessage } from '../model/protocol.js';

/**
 * The messages that ask a model to read a text into JSON. A model whose chat template does not read the schema is told of
 * it in words.
 */
export function extractionMessages(
  text: string,
  schema: unknown,
  chatTemplate: { readsSchema: boolean } | null,
): ChatMessage[] {
  if (chatTemplate?.readsSchema) return [{ role: 'user', content: text }];
  const task = `Read the text and answer with one JSON object that fits this JSON Schema:\n${JSON.stringify(schema)}`;
  return [{ role: 'user', content: `${task}\n\nText:\n${text}` }];
}
