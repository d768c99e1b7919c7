// An audit of the model of the tests that takes a second, and what tells a report from another file.
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ticketSchema } from './tickets.js';

/** Files of a folder. */
export const auditFiles = {
  'team.schema.json': JSON.stringify(ticketSchema),
  'desk.yaml': `audit: 1
title: Tickets & <others>
slot: note
schema: team.schema.json
control: { characters: 'aeilnorst \\"', escape: json }
fields: [team]
maxK: 2
budget: 60
templates:
  - id: card
    prompt: "ticket: {\\"note\\":\\"log{{note}}r bug\\"} card payment\\n"
    certifyK: 2
  - id: crash
    prompt: "ticket: refund charge crash{{note}} error\\n"
    fields: [team, urgent]
policy:
  - { id: no-flip, rule: flip, k: 1 }
  - { id: card-stays, rule: flip, templates: [card], k: 2, to: sales }
`,
} as const;

/** A validator of a schema of the package. */
export function validatorOf(name: string): ValidateFunction {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url);
  return new Ajv2020({ strict: false }).compile(JSON.parse(readFileSync(file, 'utf8')));
}

/** What is wrong with XML as far as its tags go; undefined: nothing. Elements without an end may be named. */
export function xmlFault(text: string, empty: readonly string[] = []): string | undefined {
  const open: string[] = [];
  const rest = text
    .replace(/<(?:!doctype html|\?xml [^>]*\?)>/gi, '')
    .replace(
      /<(\/?)([A-Za-z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
      (_all, end: string, name: string, _attributes, closed: string) => {
        if (end === '/') {
          if (open.pop() !== name) open.push(`${name} ended`);
        } else if (closed === '' && !empty.includes(name)) open.push(name);
        return '';
      },
    );
  const stray = /[<>]|&(?!(?:amp|lt|gt|quot|#\d+);)/.exec(rest.replace(/<style>[\s\S]*?<\/style>/g, ''));
  if (stray !== null) return `a stray ${stray[0]} at ${rest.slice(stray.index, stray.index + 40)}`;
  return open.length === 0 ? undefined : `open: ${open.join(' ')}`;
}

/**
 * What SARIF 2.1.0 demands of the objects that are written: sarifLog (section 3.13), run (3.14), tool (3.18), toolComponent (3.19),
 * invocation (3.20), result (3.27), location (3.28), physicalLocation (3.29), region (3.30), reportingDescriptor (3.49).
 */
export const sarifRules = {
  type: 'object',
  required: ['version', 'runs'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', pattern: '^https://' },
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool'],
        additionalProperties: false,
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            additionalProperties: false,
            properties: {
              driver: {
                type: 'object',
                required: ['name'],
                additionalProperties: false,
                properties: {
                  name: { type: 'string' },
                  version: { type: 'string' },
                  rules: {
                    type: 'array',
                    uniqueItems: true,
                    items: {
                      type: 'object',
                      required: ['id'],
                      additionalProperties: false,
                      properties: {
                        id: { type: 'string' },
                        shortDescription: { $ref: '#/$defs/text' },
                        defaultConfiguration: {
                          type: 'object',
                          additionalProperties: false,
                          properties: { level: { $ref: '#/$defs/level' } },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          invocations: {
            type: 'array',
            items: {
              type: 'object',
              required: ['executionSuccessful'],
              additionalProperties: false,
              properties: { executionSuccessful: { type: 'boolean' } },
            },
          },
          results: { type: 'array', items: { $ref: '#/$defs/result' } },
        },
      },
    },
  },
  $defs: {
    text: {
      type: 'object',
      required: ['text'],
      additionalProperties: false,
      properties: { text: { type: 'string', minLength: 1 } },
    },
    level: { enum: ['none', 'note', 'warning', 'error'] },
    result: {
      type: 'object',
      required: ['message'],
      additionalProperties: false,
      properties: {
        ruleId: { type: 'string' },
        ruleIndex: { type: 'integer', minimum: 0 },
        kind: { enum: ['notApplicable', 'pass', 'fail', 'review', 'open', 'informational'] },
        level: { $ref: '#/$defs/level' },
        message: { $ref: '#/$defs/text' },
        locations: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            properties: {
              physicalLocation: {
                type: 'object',
                required: ['artifactLocation'],
                additionalProperties: false,
                properties: {
                  artifactLocation: {
                    type: 'object',
                    additionalProperties: false,
                    properties: { uri: { type: 'string', pattern: "^[A-Za-z0-9._~!$&'()*+,;=:@%/-]+$" } },
                  },
                  region: {
                    type: 'object',
                    additionalProperties: false,
                    properties: {
                      startLine: { type: 'integer', minimum: 1 },
                      startColumn: { type: 'integer', minimum: 1 },
                    },
                  },
                },
              },
              logicalLocations: {
                type: 'array',
                uniqueItems: true,
                items: {
                  type: 'object',
                  additionalProperties: false,
                  properties: { fullyQualifiedName: { type: 'string' } },
                },
              },
            },
          },
        },
        partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
      },
      // Section 3.27.10: a result that does not fail has no level.
      if: { properties: { kind: { const: 'fail' } } },
      else: { properties: { level: { const: 'none' } } },
    },
  },
};
