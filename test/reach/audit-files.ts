// An audit of the model of the tests that takes a second, and what tells a report from another file.
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
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

/** Whether a log is one by the schema of SARIF 2.1.0, which is of draft 4 and uses nothing that later drafts read otherwise. */
export function sarifValidator(): ValidateFunction {
  const path = new URL('./fixtures/sarif/sarif-schema-2.1.0.json', import.meta.url);
  const { $schema, id, ...schema } = JSON.parse(readFileSync(path, 'utf8'));
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
}
