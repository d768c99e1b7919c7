import t from 'tap';
import { Grammar } from '../../../src/index.js';
import * as rfc from './rfc-grammars.js';

/** Grammars of RFCs as they are printed, with texts of these RFCs. */

interface Case {
  readonly name: string;
  readonly text: string;
  readonly root?: string;
  readonly accept: readonly string[];
  readonly reject: readonly string[];
}

const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
const abnfText = (text: string): string => crlf(`${text.replace(/^ +/gm, (space) => space.slice(9))}`);

const cases: readonly Case[] = [
  {
    name: 'RFC 3986 URI',
    text: rfc.RFC_3986,
    accept: [
      'ftp://ftp.is.co.za/rfc/rfc1808.txt',
      'http://www.ietf.org/rfc/rfc2396.txt',
      'ldap://[2001:db8::7]/c=GB?objectClass?one',
      'mailto:John.Doe@example.com',
      'news:comp.infosystems.www.servers.unix',
      'tel:+1-816-555-1212',
      'telnet://192.0.2.16:80/',
      'urn:oasis:names:specification:docbook:dtd:xml:4.1.2',
      'foo://example.com:8042/over/there?name=ferret#nose',
      'a:',
      'http://[v1.a]/',
    ],
    reject: [
      '',
      '//example.com',
      'http://[::1',
      'http://a b/',
      '1a:b',
      'a:%2',
      'http://[1::2::3]/',
      'a:#b#c',
    ],
  },
  {
    name: 'RFC 3986 relative-ref',
    text: rfc.RFC_3986,
    root: 'relative-ref',
    accept: ['', 'g', './g', '/g', '//g', '?y', 'g?y#s', ';x', '../../g'],
    reject: ['g:h', 'a b', '1:2'],
  },
  {
    name: 'RFC 3339 date-time',
    text: rfc.RFC_3339,
    root: 'date-time',
    accept: [
      '1985-04-12T23:20:50.52Z',
      '1996-12-19T16:39:57-08:00',
      '1990-12-31T23:59:60Z',
      '1990-12-31t15:59:60-08:00',
      '1937-01-01T12:00:27.87+00:20',
    ],
    reject: [
      '1985-04-12',
      '1985-04-12T23:20:50',
      '1985-4-12T23:20:50Z',
      '1985-04-12 23:20:50Z',
      '85-04-12T23:20:50Z',
    ],
  },
  {
    name: 'RFC 5322 addr-spec',
    text: rfc.RFC_5322,
    accept: [
      'jdoe@machine.example',
      '"Joe Q. Public"@example.com',
      'john.q.public@example.com',
      'sysservices@[192.0.2.1]',
      '1234 @ local.machine.example(blah)',
      'pete(his \\) account)@silly.test(his host)',
      'a@(x(y)z)b',
    ],
    reject: [
      '',
      'jdoe',
      '1234 @ local(blah) .machine .example',
      '@example',
      'a..b@c',
      '.a@b',
      'a.@b',
      'a@b@c',
      'a b@c',
      'a@(b',
      'a@[b',
    ],
  },
  {
    name: 'RFC 8259 JSON-text',
    text: rfc.RFC_8259,
    accept: [
      '{"Image": {"Width": 800, "Title": "View from 15th Floor", "Animated": false, "IDs": [116, 943, 234, 38793]}}',
      '[ { "precision": "zip", "Latitude": 37.7668, "Longitude": -122.3959 } ]',
      '"Hello world!"',
      '42',
      'true',
      ' [ ] ',
      '"\\uD834\\uDD1E"',
      '1e-7',
    ],
    reject: ['', 'True', '01', '[1,]', '{"a"}', "'a'", '"\n"', '1.', '+1', '[1 2]', '"\\x"'],
  },
  {
    name: 'RFC 5234 rulelist',
    text: rfc.RFC_5234,
    accept: [
      'a = "x"\r\n',
      'a = "x" /\r\n  b ; or b\r\nb =/ 1*2( %x41-5A ) [ %d13.10 ] <prose>\r\n',
      abnfText(rfc.RFC_5234),
      crlf(rfc.RFC_3339.replaceAll('\n   ', '\n')),
      '\r\n \r\na=%s"Case" %i"case"\r\n',
    ],
    reject: [
      '',
      'a = "x"',
      'a = "x"\n',
      ' a = "x"\r\n',
      'a = x_y\r\n',
      'a = "x""y"\r\n',
      'a = 2 "x"\r\n',
      'a = (\r\n',
    ],
  },
];

for (const { name, text, root, accept, reject } of cases) {
  t.test(name, async (t) => {
    const grammar = Grammar.abnf(text, { root });
    for (const sample of accept) t.ok(grammar.test(sample), `accepts ${JSON.stringify(sample.slice(0, 80))}`);
    for (const sample of reject) t.notOk(grammar.test(sample), `rejects ${JSON.stringify(sample)}`);
    const printed = Grammar.ebnf(grammar.toString());
    for (const sample of accept) t.ok(printed.test(sample), 'and so does what it prints');
  });
}
