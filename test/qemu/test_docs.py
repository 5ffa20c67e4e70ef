# SPDX-License-Identifier: BSD-2-Clause
"""doc/commands.md is what the image says of itself."""

import importlib.util

from conftest import ROOT


def test_commands(loft):
    spec = importlib.util.spec_from_file_location('gen_commands', ROOT / 'scripts/gen-commands.py')
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    made = generator.document(loft().run)
    assert made == (ROOT / 'doc/commands.md').read_text(), 'make docs brings doc/commands.md up to date'
