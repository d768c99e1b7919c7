import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Template } from '@huggingface/jinja';
import { Tokenizer } from '@huggingface/tokenizers';
import { GrammaskError } from '../errors.js';
import { isJsonObject, type JsonObject } from '../tokenizer/json-value.js';
import { continuingEncoder, type Encode } from '../tokenizer/literal-text.js';
import type { TokenizerFiles } from '../tokenizer/tokenizer-files.js';
import type { DecoderInfo, EncodedTexts, PromptSource } from './protocol.js';

/** Turns prompts and conversations into token ids. */
export interface PromptEncoder {
  readonly chatTemplate: DecoderInfo['chatTemplate'];
  encode(source: PromptSource): Int32Array;
  encodeTexts(sources: readonly PromptSource[]): EncodedTexts;
  /** What the chat template makes of messages. */
  render(messages: Messages): string;
}

type Messages = Extract<PromptSource, { messages: unknown }>;

/**
 * The tokenizer and the chat template of a model's folder.
 *
 * @throws GrammaskError `VOCABULARY` for a tokenizer that cannot be read, `MODEL` for a template that is none
 */
export async function createPromptEncoder(files: TokenizerFiles): Promise<PromptEncoder> {
  const folder = files.directory;
  const templateFile = await readText(join(folder, 'chat_template.jinja'));
  const settings = isJsonObject(files.tokenizerConfig) ? files.tokenizerConfig : {};
  const tokenizer = makeTokenizer(files.tokenizer, settings, join(folder, 'tokenizer.json'));
  const source = templateOf(settings.chat_template) ?? templateFile;
  const template = source === undefined ? undefined : compileTemplate(source, folder);

  function render(messages: Messages): string {
    if (template === undefined) {
      throw new GrammaskError('MODEL', 'the model has no chat template, so it takes no messages', {
        hint: 'pass `prompt`, the text as the model reads it',
        location: { path: join(folder, 'tokenizer_config.json') },
      });
    }
    const variables: Record<string, unknown> = { ...namedTokens(settings), add_generation_prompt: true };
    variables.messages = messages.messages;
    try {
      if (messages.schemaText !== undefined) variables.schema = JSON.parse(messages.schemaText);
      return template.render(variables);
    } catch (cause) {
      throw new GrammaskError('MODEL', `the chat template failed: ${(cause as Error).message}`, {
        hint: 'it may not know a role or the order of the messages; `prompt` goes without the template',
        location: { path: folder },
        cause,
      });
    }
  }

  const plain: Encode = (text) => tokenizer.encode(text, { add_special_tokens: false }).ids;
  const behind = continuingEncoder(plain);
  // Only where a tokenizer puts a blank before every text do the two differ.
  const continuing = String(plain('a')) === String(behind('a')) ? plain : behind;

  function encode(from: PromptSource): Int32Array {
    if ('tokens' in from) return from.tokens;
    if ('continuation' in from) return Int32Array.from(continuing(from.continuation));
    const isPrompt = 'prompt' in from;
    // A template writes the special tokens itself.
    const { ids } = tokenizer.encode(isPrompt ? from.prompt : render(from), {
      add_special_tokens: isPrompt && from.isRendered !== true,
    });
    return Int32Array.from(ids);
  }

  return {
    chatTemplate: source === undefined ? null : { readsSchema: /\bschema\b/.test(source) },
    render,
    encode,
    encodeTexts(sources) {
      const all = sources.map(encode);
      const tokens = new Int32Array(all.reduce((total, ids) => total + ids.length, 0));
      let at = 0;
      for (const ids of all) {
        tokens.set(ids, at);
        at += ids.length;
      }
      return { tokens, lengths: Int32Array.from(all, (ids) => ids.length) };
    },
  };
}

/** The tokenizer of a tokenizer.json. Throws `VOCABULARY`. */
export function makeTokenizer(json: unknown, config: JsonObject, path: string): Tokenizer {
  try {
    return new Tokenizer(json as object, config);
  } catch (cause) {
    throw new GrammaskError('VOCABULARY', `tokenizer.json cannot be used: ${(cause as Error).message}`, {
      hint: 'the file is damaged, or of a kind that is not known',
      location: { path },
      cause,
    });
  }
}

/** `chat_template`: a text, or a list of named ones of which `default` is meant. */
function templateOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) return undefined;
  const named = value.filter(
    (item): item is { name: string; template: string } => typeof item?.template === 'string',
  );
  return (named.find((item) => item.name === 'default') ?? named[0])?.template;
}

function compileTemplate(source: string, folder: string): Template {
  try {
    return new Template(source);
  } catch (cause) {
    throw new GrammaskError('MODEL', `the chat template cannot be read: ${(cause as Error).message}`, {
      location: { path: folder },
      cause,
    });
  }
}

/** `bos_token` and the like, as templates use them. */
function namedTokens(config: JsonObject): Record<string, string> {
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(config)) {
    if (!name.endsWith('_token')) continue;
    const text =
      typeof value === 'object' && value !== null ? (value as { content?: unknown }).content : value;
    if (typeof text === 'string') named[name] = text;
  }
  return named;
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new GrammaskError('MODEL', `the file cannot be read: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
}
