import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { GrammaskError } from '../errors.js';
import type { JsonObject } from '../tokenizer/json-value.js';
import { type McpTool, readInput } from './tool.js';

/** The modules of the SDK that a server needs. */
interface Sdk {
  readonly server: typeof import('@modelcontextprotocol/sdk/server/index.js');
  readonly stdio: typeof import('@modelcontextprotocol/sdk/server/stdio.js');
  readonly types: typeof import('@modelcontextprotocol/sdk/types.js');
}

/**
 * The SDK of the protocol, which is loaded only where a server is started.
 *
 * @param load for tests
 * @throws GrammaskError `ARGUMENT` where it is not installed
 */
export async function loadMcpSdk(load: () => Promise<Sdk> = importSdk): Promise<Sdk> {
  try {
    return await load();
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', 'the server needs the package @modelcontextprotocol/sdk', {
      hint: 'install it beside grammask: npm install @modelcontextprotocol/sdk',
      cause,
    });
  }
}

async function importSdk(): Promise<Sdk> {
  const [server, stdio, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/index.js'),
    import('@modelcontextprotocol/sdk/server/stdio.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  return { server, stdio, types };
}

/** A server with these tools; it is not connected yet. */
export function createMcpServer(sdk: Sdk, tools: readonly McpTool[], version: string): Server {
  const { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } = sdk.types;
  const server = new sdk.server.Server(
    { name: 'grammask', version },
    {
      capabilities: { tools: {} },
      instructions:
        'Texts of files are passed in each call, so answers are about exactly these texts. Ask check_edit before you write an edit. Nothing is ever written.',
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, async () => ({
    tools: tools.map(({ name, title, description, inputSchema }) => ({
      name,
      title,
      description,
      inputSchema: { ...inputSchema },
      annotations: { readOnlyHint: true, openWorldHint: false },
    })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }) => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `there is no tool ${params.name}`);
    try {
      return answer(await tool.run(readInput(tool, params.arguments ?? {}), signal), false);
    } catch (error) {
      if (!GrammaskError.isInstance(error)) throw error;
      const { code, message, hint, location } = error;
      return answer({ error: { code, message, hint, location } }, true);
    }
  });
  return server;
}

/** As text for models, and as it is for programs. */
function answer(result: JsonObject, isError: boolean) {
  const text = JSON.stringify(result);
  return {
    content: [{ type: 'text' as const, text }],
    structuredContent: JSON.parse(text) as Record<string, unknown>,
    isError,
  };
}

/** Serves on standard input and output until the client closes them or a signal says so. */
export async function serveOnStdio(tools: readonly McpTool[], version: string): Promise<void> {
  const sdk = await loadMcpSdk();
  const server = createMcpServer(sdk, tools, version);
  // What is no message is for whoever reads the log.
  server.onerror = (error) => void process.stderr.write(`grammask mcp: ${error.message.split('\n', 1)[0]}\n`);
  const closed = new Promise<void>((resolve) => {
    server.onclose = () => resolve();
  });
  const close = (): void => void server.close();
  process.stdin.once('end', close);
  process.stdin.once('close', close);
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, close);
  await server.connect(new sdk.stdio.StdioServerTransport());
  await closed;
  for (const signal of signals) process.off(signal, close);
}
