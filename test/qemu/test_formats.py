# SPDX-License-Identifier: BSD-2-Clause
"""doc/images.md has what the image says of itself."""
import pathlib
import re


def test_formats(loft):
    page = (pathlib.Path(__file__).parents[2] / 'doc' / 'images.md').read_text()
    listed = re.search(r'```\nloft=> formats\n(.*?)\n```', page, re.S)[1]
    assert loft().run_check('formats') == listed
