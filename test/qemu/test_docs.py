# SPDX-License-Identifier: BSD-2-Clause
"""What doc/ says is what the image does: the commands' help, and the kernel of doc/boot-protocol.md."""

import importlib.util
import ast
import re
import subprocess

import pytest

from conftest import CROSS, ROOT


def test_commands(loft):
    spec = importlib.util.spec_from_file_location('gen_commands', ROOT / 'scripts/gen-commands.py')
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    made = generator.document(loft().run)
    assert made == (ROOT / 'doc/commands.md').read_text(), 'make docs brings doc/commands.md up to date'


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_kernel_in_three_files(qemu, tmp_path, el2):
    """Built by the command that stands there, from the files that stand there."""
    text = (ROOT / 'doc/boot-protocol.md').read_text()
    files = re.findall(r'^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$', text, re.M | re.S)
    assert {name for name, _ in files} == {'kernel.lds', 'start.S', 'kernel.c'}
    for name, content in files:
        (tmp_path / name).write_text(content)
    command = re.search(r'^aarch64-linux-gnu-gcc (.*?[^\\])$', text, re.M | re.S)[1].replace('\\\n', ' ')
    command = command.replace('-I include', f'-I {ROOT}/include')
    subprocess.run([CROSS + 'gcc', '-Wall', '-Wextra', '-Werror'] + command.split(), cwd=tmp_path, check=True)
    qemu(kernel=tmp_path / 'kernel.elf', el2=el2).wait('hello from the high half')


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_reserved_memory(qemu, highhalf, el2):
    """The nodes that the document explains are those that a kernel finds, reclaimable or not as it says."""
    document = (ROOT / 'doc/boot-protocol.md').read_text()
    table = re.search(r'^\| node \| reclaimable when \|$(.*?)\n\n', document, re.M | re.S)[1]
    explained = set(re.findall(r'`(loft[a-z0-9-]*)`', table))
    found = re.findall(r'^  reserved .* (loft[a-z0-9-]*)@[0-9a-f]+( \(\S+\))?$',
                       qemu(kernel=highhalf, el2=el2).finish(), re.M)
    absent = {'loft-other-cpus', 'loft-spin-table', 'loft-cpus-of-the-spin-table', 'loft-framebuffer'} | (set() if el2 else {'loft-el1-map', 'loft-el2-stub'})
    assert {name for name, _ in found} == explained - absent
    kept = {name for name, how in found if how != ' (reclaimable)'}
    assert kept == {'loft-page-tables', 'loft-stack-guard'} | ({'loft', 'loft-el2-stub'} if el2 else set())


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_reserved_memory_with_more_cpus(qemu, highhalf, el2):
    text = qemu(kernel=highhalf, el2=el2, smp=2).finish()
    kept = set(re.findall(r'^  reserved .* (loft[a-z0-9-]*)@[0-9a-f]+$', text, re.M))
    assert kept == ({'loft', 'loft-page-tables', 'loft-other-cpus', 'loft-early-vectors', 'loft-switch-map'}
                    | ({'loft-el2-stub'} if el2 else set()))


# The rows of the faults that the field found: trees, images, kernels, scripts, the prompt, hosts, hostile input
ROWS = [f'{letter}{n}' for letter, last in zip('TIKRCHX', (12, 9, 10, 20, 11, 6, 11)) for n in range(1, last + 1)]


def rows_in(text):
    """R9; R3 to R5, R12; test_x4_..."""
    found = {f'{letter}{n}' for letter, first, last in re.findall(r'\b([TIKRCHX])(\d+) to \1(\d+)\b', text)
             for n in range(int(first), int(last) + 1)}
    return found | set(re.findall(r'\b[TIKRCHX]\d{1,2}\b', text))


def rows_of_python(path):
    """What the tests' names, docstrings, parameters' tables, and comments within tests name."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith('test_'):
            found |= {row.upper() for row in re.findall(r'_([tikrchx]\d{1,2})(?=_|$)', node.name)}
            found |= rows_in(ast.get_docstring(node) or '')
            found |= {row for d in node.decorator_list for c in ast.walk(d)
                      if isinstance(c, ast.Constant) and isinstance(c.value, str) for row in rows_in(c.value)}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and node.targets[0].id == 'R':
            found |= {row for key in node.value.keys for row in rows_in(key.value)}
    return found


def test_every_row_of_the_field_has_a_test():
    """By name; a heading over a file (its own docstring) is none."""
    found = set()
    for path in (ROOT / 'test/qemu').glob('test_*.py'):
        found |= rows_of_python(path) if path.name != 'test_docs.py' else set()
    for path in (ROOT / 'test').glob('**/*.c'):
        found |= {row for comment in re.findall(r'/\*.*?\*/', path.read_text(), re.S) if 'FIELD' in comment
                  for row in rows_in(comment)}
    assert not [row for row in ROWS if row not in found]
