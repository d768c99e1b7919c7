import t from 'tap';
import { decodeFragment, resolveUri, splitFragment } from '../../../src/frontends/json-schema/uri.js';

t.test('references are resolved as the examples of RFC 3986 say', async (t) => {
  const base = 'http://a/b/c/d;p?q';
  for (const [reference, expected] of [
    ['g:h', 'g:h'],
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['', 'http://a/b/c/d;p?q'],
    ['.', 'http://a/b/c/'],
    ['./', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../g', 'http://a/g'],
    ['../../../g', 'http://a/g'],
    ['/./g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g.', 'http://a/b/c/g.'],
    ['..g', 'http://a/b/c/..g'],
    ['./g/.', 'http://a/b/c/g/'],
    ['g/../h', 'http://a/b/c/h'],
    ['g;x=1/../y', 'http://a/b/c/y'],
  ] as const) {
    t.equal(resolveUri(base, reference), expected, reference);
  }
});

t.test('bases without authority, relative ones and none', async (t) => {
  t.equal(resolveUri('urn:example:a', ''), 'urn:example:a');
  t.equal(resolveUri('urn:example:a', 'urn:example:b'), 'urn:example:b');
  t.equal(resolveUri('', 'other.json'), 'other.json');
  t.equal(resolveUri('a/b.json', 'c.json'), 'a/c.json');
  t.equal(resolveUri('a/b.json', '../c.json'), 'c.json');
  t.equal(resolveUri('a.json', '../c.json'), '../c.json');
  t.equal(resolveUri('http://a', 'b'), 'http://a/b');
  t.equal(resolveUri('/absolute/path', 'b'), '/absolute/b');
});

t.test('fragments', async (t) => {
  t.same(splitFragment('a#b#c'), { document: 'a', fragment: 'b#c' });
  t.same(splitFragment('a'), { document: 'a', fragment: undefined });
  t.equal(decodeFragment('/a%20b%25'), '/a b%');
  t.equal(decodeFragment('%zz'), undefined);
});
