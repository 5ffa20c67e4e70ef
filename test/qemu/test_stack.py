# SPDX-License-Identifier: BSD-2-Clause
"""The depths that scripts/check-stack.py found without a bound, at the console (FIELD C1)."""

import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXTS = 15      # SH_NEST_MAX less the line at the prompt


def test_time_of_time(loft):
    """`time time ...` in each of the texts that may be in each other took 140 KB of the 64."""
    m = loft()
    for i in range(TEXTS):
        m.run(f"setenv v{i} 'time {'time ' * 50 if i % 2 else ''}run v{i + 1}'")
    m.run(f"setenv v{TEXTS} 'echo deep'")
    assert "time: 'time' is this command" in m.run_fail('run v0')
    for i in range(TEXTS):
        m.run(f"setenv v{i} 'time run v{i + 1}'")
    assert m.run_fail('run v0').count('time: ') >= 1 and m.run('echo on') == 'on'
    m.run('setenv v3 echo deep')
    text = m.run_check('run v0')
    assert text.startswith('deep') and text.count('time: ') == 3, text


def test_alias_of_itself(loft):
    """libfdt 1.6.1 follows it for ever."""
    m = loft()
    m.run_check('fdt addr ${fdtcontroladdr}')
    m.run_check('fdt resize 1000')
    m.run_check('fdt mknode / aliases')
    for name, value in (('a', 'a'), ('b', 'c'), ('c', 'b/x'), ('d', '/psci')):
        m.run_check(f'fdt set /aliases {name} "{value}"')
    for path in ('a', 'b', 'c/y', 'nosuch'):
        assert 'FDT_ERR_BADPATH' in m.run_fail(f'fdt print {path}')
    assert 'compatible' in m.run_check('fdt print d')
    assert 'compatible' in m.run_check('fdt print /psci')


def test_scripts_in_each_other(loft, tmp_path):
    """A script that runs scripts keeps no more on the stack for each than it needs: as deep as texts go, then a sentence."""
    script = tmp_path / 's'
    script.write_bytes(b'setexpr depth ${depth} + 1; source 50000000')
    m = loft(loads=[(script, 0x50000000)])
    m.run('setenv depth 0')
    text = m.run_fail('source 50000000')
    assert 'in each other' in text and 'abort' not in text, text
    assert int(re.search(r'depth=(\w+)', m.run('printenv depth'))[1], 16) >= 14


def test_script_fails():
    """With half of the stack, and without one of the bounds, it says so."""
    make = subprocess.run(['make', '-n', 'check-stack', f'O={os.environ["LOFT_BUILD"]}'], cwd=ROOT, capture_output=True,
                          text=True, check=True)
    words = [line for line in make.stdout.splitlines() if 'scripts/check-stack.py' in line][-1].split()
    at = next(i for i, w in enumerate(words) if w.endswith('check-stack.py'))
    code = (ROOT / 'scripts/check-stack.py').read_text()
    for what, instead in (('"73728"', '"32768"'), ('("sh_parse_list", 25, EACH', '("nothing", 25, EACH')):
        assert code.count(what) == 1
        code = code.replace(what, instead)
    done = subprocess.run([sys.executable, '-c', code, *words[at + 1:]], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "the stack 'home' has 32768 bytes, loft_main may need" in done.stdout, done.stdout
    assert 'no bound in RECURSIONS: parse_case' in done.stdout, done.stdout
