// The messages of the Language Server Protocol 3.17 that a client of completions needs. A server may send anything: whatever
// is read from one is looked at first.
import type {
  ClientCapabilities,
  CompletionItem,
  CompletionList,
  InitializeParams,
  Position,
  Range,
} from 'vscode-languageserver-protocol';

export type { CompletionItem, CompletionList, InitializeParams, Position, Range };

/** What this client can do: plain completions and nothing that edits. */
export const clientCapabilities: ClientCapabilities = {
  general: { positionEncodings: ['utf-16'] },
  workspace: { configuration: true, workspaceFolders: true, applyEdit: false },
  window: { workDoneProgress: false },
  textDocument: {
    synchronization: { dynamicRegistration: false, didSave: false },
    completion: {
      dynamicRegistration: false,
      contextSupport: true,
      completionItem: { snippetSupport: false, insertReplaceSupport: true, deprecatedSupport: true },
      completionList: { itemDefaults: ['editRange', 'insertTextFormat'] },
    },
  },
};

/** How a server wants to hear of changes: not, as whole texts, or as what changed. */
export type SyncKind = 0 | 1 | 2;

/** What of a server's answer to `initialize` matters here. */
export interface ServerAbilities {
  readonly completes: boolean;
  readonly triggerCharacters: ReadonlySet<string>;
  readonly sync: SyncKind;
}

export function abilitiesOf(result: unknown): ServerAbilities {
  const capabilities = member(result, 'capabilities');
  const provider = member(capabilities, 'completionProvider');
  const triggers = member(provider, 'triggerCharacters');
  const wanted = member(capabilities, 'textDocumentSync');
  const sync = typeof wanted === 'number' ? wanted : member(wanted, 'change');
  return {
    completes: typeof provider === 'object' && provider !== null,
    triggerCharacters: new Set(
      Array.isArray(triggers) ? triggers.filter((one) => typeof one === 'string') : [],
    ),
    sync: sync === 1 || sync === 2 ? sync : 0,
  };
}

/** A member of what may be anything. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
