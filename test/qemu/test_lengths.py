# SPDX-License-Identifier: BSD-2-Clause
"""scripts/check-lengths.py finds what it is for: sources with a sum put in, and rows that have become untrue."""
import importlib.util
import pathlib

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location('check_lengths', ROOT / 'scripts/check-lengths.py')
lengths = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lengths)


def found(body, safe=()):
    return list(lengths.problems({'fs/x.c': f'static int f(struct s *s, uint32_t at, uint32_t size)\n{{\n{body}\n}}\n'}, safe))


@pytest.mark.parametrize('body', [
    'if (at + size > s->room) return -1;',
    'if (s->room < s->at + s->size) return -1;',
    'return at + 4 <= size;',
    'return size >= HEADER + at;',
    'while (s->a[at + 1] && (at + size) < s->room) at++;',
    'return s->room > (uint64_t)at + size ? 0 : -1;',
    'uint32_t end = at + size;\n\tif (end > s->room) return -1;',
    'const uint64_t end = s->at + get_le32(s->raw + 4);\n\treturn s->room < end;',
    'uint32_t end;\n\tend = MIN(at + size, 5);\n\treturn end < s->room;',
    '*s = (struct s){ .at = at + size, .b = 1 };\n\treturn s->at < s->room;',
    's->end = at + size;\n\treturn s->end >= s->room;',
    '*out = at + size;\n\treturn *out >= s->room;',
])
def test_found(body):
    assert len(found(body)) == 1, body


@pytest.mark.parametrize('body', [
    'return at > s->room || size > s->room - at;',
    'return span_fits(s->room, at + 4, size) < 1;',
    'return span_end(at, size) > s->room;',
    'return s->raw[at + 1] > s->raw[at + size];',
    'return get_le32(s->raw + at) > s->room;',
    'return s->room < HEADER + TRAILER + 2 * sizeof(*s);',
    'for (at = 0; at < size; at += 4) s->sum += s->raw[at];',
    'const uint8_t *end = s->raw + size;\n\treturn s->p < end;',
    'at = HEADER + size;\n\treturn at < s->room;',                 # only one that is no constant, made before: no bound
    'uint32_t sum = at + size;\n\treturn sum == s->room;',
    '/* at + size > room */\n\treturn 0;',
    '#define X(a, b) (a + b > 3)\n\treturn 0;',
])
def test_not_found(body):
    assert found(body) == [], body


def test_rows_are_held_to():
    body = 'if (size > s->room) return -1;\n\treturn at + size > s->all;'
    row = ('fs/x.c', 'f', 'at + size', 'if (size > s->room)', 'why')
    assert len(found(body)) == 1
    assert found(body, [row]) == []
    assert 'not before it any more' in found('return at + size > s->all;', [row])[0]
    assert 'not before it any more' in found(f'return at + size > s->all;\n{body.splitlines()[0]}', [row])[0]
    assert 'out of SAFE' in found('if (size > s->room) return -1;\n\treturn 0;', [row])[0]
    assert len(found(body, [('fs/x.c', 'g', *row[2:])])) == 2       # another function's


def test_the_tree():
    """All of it is clean; and with the bound of a parser written as a sum it is not."""
    files = {str(p.relative_to(ROOT)): p.read_text() for f in lengths.FOLDERS for p in (ROOT / f).rglob('*.c')}
    assert len(files) > 100 and list(lengths.problems(files)) == []
    planted = 0
    for path, text in files.items():
        for right, wrong in (('size > fit->size - *at', '*at + size > fit->size'), ('left < size', 'left + size < 4')):
            if right in text:
                assert list(lengths.problems(dict(files, **{path: text.replace(right, wrong)}))), path
                planted += 1
    assert planted
