# SPDX-License-Identifier: BSD-2-Clause
"""The shell: what scripts for U-Boot say, and what a person types over several lines."""

import shutil
import subprocess
import time

import pytest

RAM = 0x41000000


def check(m, *cases):
    for command, wanted in cases:
        assert m.run(command) == wanted, command


def test_lists(loft):
    check(loft(),
          ('echo a; false; echo $?', 'a\n1'),
          ('true && echo yes || echo no', 'yes'),
          ('false && echo yes || echo no', 'no'),
          ('! true; echo $?', '1'),
          ('echo \\; "a;b" \'$x;c\' \\$x', '; a;b $x;c $x'),
          ('nosuch; echo $?', "Unknown command 'nosuch' - try 'help'\n1"),
          ('echo on # and off', 'on'))


def test_compound_commands(loft):
    check(loft(),
          ('if true; then echo yes; else echo no; fi', 'yes'),
          ('if test 1 -eq 2; then echo a; elif test 2 -eq 2; then echo b; else echo c; fi', 'b'),
          ("for i in a b 'c d'; do echo [$i]; done", '[a]\n[b]\n[c]\n[d]'),
          ('i=0; while test $i -lt 3; do setexpr i $i + 1; echo $i; done', '1\n2\n3'),
          ('until test "$j" = xx; do j=${j}x; done; echo $j', 'xx'),
          ('case $j in y*) echo y;; x?|z) echo x;; esac', 'x'),
          ('for i in 1 2 3; do for k in a b; do if [ $i = 2 ]; then continue 2; fi; echo $i$k; done; done',
           '1a\n1b\n3a\n3b'),
          ('while true; do echo once; break; done', 'once'),
          ('greet() { echo hello $1, $# words; return 4; }', ''),
          ('greet "you there" x; echo $?', 'hello you there, 2 words\n4'),
          ('echo ${nosuch:-none} ${j:+set} ${new:=given} $new', 'none set given given'))


def test_variables(loft):
    m = loft()
    check(m,
          ('x=1', ''),
          ('echo $x ${x}2', '1 12'),
          ('printenv x', '## Error: "x" not defined'),
          ('showvar x', 'x=1'),
          ('setenv x two; echo $x', 'two'),
          ('x=three; echo $x; printenv x', 'three\nx=two'),
          ('for x in a b; do echo $x; done', 'a\nb'),
          ('showvar nosuch', '## Error: "nosuch" not defined'),
          ('echo ${unset}', ''),
          ('setenv list "one  two"; for i in $list "$list"; do echo "[$i]"; done', '[one]\n[two]\n[one]\n[two]'))


def test_run(loft):
    """`exit n` ends what `run` runs and is its answer; 1 is what a command that failed answers."""
    check(loft(),
          ("setenv f 'if true; then echo in f; exit 3; fi; echo not'; run f; echo $?", 'in f\n3'),
          ('run f && echo quux; echo $?', 'in f\n3'),
          ("setenv g 'echo bar; exit'; run g g; echo $?", 'bar\nbar\n0'),
          ("setenv h 'echo bar; false'; run h g; echo $?", 'bar\n1'),
          ("setenv e 'exit -2; echo no'; run e; echo $?", '0'),
          ("setenv self 'setenv self; echo on; run other'; setenv other 'echo other'; run self", 'on\nother'),
          ('run self', '## Error: "self" not defined'),
          ("setenv inner 'env default -a; echo still here'; run inner",
           '## Resetting to default environment\nstill here'),
          ('exit; echo no', 'exit not allowed from main input shell.'))


def test_recursion_is_bounded(loft):
    m = loft()
    m.run("setenv loop 'run loop'")
    assert 'more than 16 lines' in m.run_fail('run loop; echo not')
    assert 'more than 16 lines' in m.run_fail('f() { f; }; f')
    assert 'more than 48 blocks' in m.run_fail('f() { { { { { { f; }; }; }; }; }; }; f')
    assert 'more than 24 blocks' in m.run_fail('{ ' * 30 + 'true' + '; }' * 30)
    assert m.run('echo on') == 'on'


@pytest.mark.parametrize('command, wanted', [
    ('echo a; fi', "a 'fi' that ends nothing at column 9"),
    ('if true; echo; fi', "no 'then' for the 'if' at column 1"),
    ('true; while true; do fi; done', "no 'done' for the 'while' at column 7"),
    ('true & true', "a single '&', not quoted, at column 6"),
    ('case a in b', "no ')' for the pattern at column 11"),
])
def test_syntax_errors(loft, command, wanted):
    """One line, and nothing of the text has run."""
    m = loft()
    if command == 'case a in b':        # at the prompt this asks for more
        m.run("setenv bad 'case a in b'")
        command = 'run bad'
    assert m.code(command) == (wanted, 1)


def test_a_text_over_several_lines(loft):
    m = loft()
    for line in ('if true', 'then', 'echo "one', 'two"', 'for i in a \\', 'b; do', 'echo $i # c', 'done'):
        m.send(line + '\r')
        m.wait(r'\r\n> $')
    assert m.run('fi') == 'one\ntwo\na\nb'
    m.send('echo a &&\r')
    m.wait(r'\r\n> $')
    assert m.run('echo b') == 'a\nb'


def test_a_loop_of_200_lines_is_pasted(loft):
    m = loft()
    lines = ['n=0; while test $n -lt 2; do'] + [f'  if test $n -eq {i}; then echo line {i} of it; fi' for i in range(200)]
    m.send('\r'.join(lines + ['setexpr n $n + 1; done; echo the end']) + '\r')
    m.wait(r'\nline 0 of it\r\nline 1 of it\r\nthe end\r\nloft=> $')
    assert 'script' not in m.run('memmap')


def test_deep_nesting_fits_the_stack(loft):
    m = loft()
    for i in range(1, 15):
        m.run(f"setenv v{i} 'if true; then if true; then if true; then run v{i + 1}; fi; fi; fi'")
    m.run("setenv v15 '" + 'if true; then ' * 5 + "setexpr x gsub \"(a*)*b\" c aaaab; md 8000000000 1; echo deep" +
          '; fi' * 5 + '; ' + '{ ' * 23 + 'true' + '; }' * 23 + "'")
    text = m.run('run v1')
    assert 'x=c' in text and text.endswith('\ndeep') or 'blocks' in text, text
    assert m.run('echo on') == 'on'


def test_ctrl_c_leaves_a_text(loft):
    m = loft()
    m.send('while true; do\r')
    m.wait(r'\r\n> $')
    m.send('echo x\x03')
    m.prompt()
    assert m.run('echo on') == 'on'


@pytest.mark.parametrize('loop', ['while true; do true; done', 'while true; do echo x; done',
                                  'until false; do for i in 1 2; do $nosuch; done; done',
                                  "setenv l 'while true; do sleep 1; done'; run l",
                                  'f() { while true; do md 41000000 1; done; }; f'])
def test_ctrl_c_breaks_a_loop(loft, loop):
    m = loft()
    m.send(loop + '; echo not reached\r')
    m.wait('not reached')
    time.sleep(0.3)
    m.send('\x03')
    assert 'not reached' not in m.wait('<INTERRUPT>')[0]
    m.prompt()
    assert m.run('echo $? on') == '1 on'


def test_a_fault_does_not_end_a_script(loft):
    m = loft()
    text = m.run('for i in 1 2; do md 8000000000 1; echo $i $?; done')
    assert '1 1' in text and '2 1' in text


def test_test(loft):
    m = loft()
    for yes in ('a = a', 'a != b', 'a < b', '1 -lt 2', '-z ""', '-n a', '! a = b', 'a = b -o c = c', '010 -eq 8',
                '0x10 -eq 16', '-1 -lt 0', 'loft =~ ^l.*t$', 'a'):
        assert m.code(f'test {yes}') == ('', 0), yes
        assert m.code(f'[ {yes} ]') == ('', 0), yes
    for no in ('', 'a = b', '2 -le 1', '-n ""', 'a = a -a a = b'):
        assert m.code(f'test {no}') == ('', 1), no
    assert m.run('test $nosuch = a; echo $?') == '1'     # the empty string is no a; FIELD.md R5
    assert m.run_fail('[ a = a') == '[: no ] at the end'


def test_itest(loft):
    m = loft()
    m.run('mw.q 41000000 8877665544332211; mw.l 41000008 0')
    for yes in ('itest 10 -gt f', 'itest 10 == 0x10', 'itest.b 1ff == ff', 'itest *41000000 -eq 44332211',
                'itest.w *41000000 == 2211', 'itest.q *41000000 > 1', 'itest.s abc < abd', 'itest 1 <> 2',
                'itest.s *41000008 == ""', 'itest 3 -le 3'):
        assert m.code(yes) == ('', 0), yes
    for no in ('itest 1 -gt 2', 'itest.s a == b', 'itest.l *41000000 != 44332211'):
        assert m.code(no) == ('', 1), no
    assert m.run_fail('itest 1 foo 2') == "Unknown operator 'foo'"
    assert 'not a hexadecimal number' in m.run_fail('itest zz == 0')
    assert 'Usage:' in m.run_fail('itest 1')
    assert 'fault' in m.run_fail('itest *8000000000 == 0').lower()


def test_setexpr(loft):
    m = loft()
    m.run('mw.q 41000000 8877665544332211')
    for expression, value in (('1 + ff', '100'), ('5 - 7', 'fffffffffffffffe'), ('10 * 10', '100'), ('10 / 3', '5'),
                              ('10 % 3', '1'), ('f0 & 3c', '30'), ('f0 | f', 'ff'), ('f0 ^ ff', 'f'), ('1 << 4', '10'),
                              ('100 >> 4', '10'), ('*41000000', '44332211')):
        m.run_check(f"setexpr x '{expression.split()[0]}' " + ' '.join(f"'{w}'" for w in expression.split()[1:]))
        assert m.run('echo $x') == value, expression
    check(m,
          ('setexpr.w x *41000000; echo $x', '2211'),
          ('setexpr.b x *41000000 + *41000001; echo $x', '33'),
          ('setexpr.s x abc + def; echo $x', 'abcdef'),
          ("setexpr x fmt '%d %s 0x%04x' 0x100 abc 12; echo $x", '256 abc 0x0012'),
          ('setexpr x gsub b X abcb', 'x=aXcX'),
          ('setexpr x sub (b) <\\\\1\\\\0> abcb', 'x=a<bb>cb'),
          ("setexpr x gsub '[a-c]+|z' - abxzcy", 'x=-x--y'),
          ('setexpr x gsub q X abc', ''),
          ('setexpr y gsub q X', '## Error: variable "y" not defined'))
    for bad in ('setexpr x 1 / 0', 'setexpr x zz + 1', "setexpr x gsub '(' a b", "setexpr x fmt '%d'", 'setexpr x'):
        assert m.run_fail(bad), bad


# ---- source, iminfo ----

mkimage = pytest.mark.skipif(not shutil.which('mkimage'), reason='needs u-boot-tools')
SCRIPT = 'echo Hello from a script\nif test 1 -eq 1; then\n\techo in if\nfi\n'
ITS = '''/dts-v1/;
/ {
	description = "scripts";
	#address-cells = <1>;
	images {
		one { data = "echo 1"; type = "script"; compression = "none"; hash-1 { algo = "crc32"; }; };
		two { data = "echo 2"; type = "script"; compression = "none"; hash-1 { algo = "sha256"; }; };
	};
	configurations {
		default = "conf-2";
		conf-1 { script = "one"; };
		conf-2 { script = "two"; };
	};
};
'''


def uimage(directory, text=SCRIPT):
    source, image = directory / 'boot.txt', directory / 'boot.scr'
    source.write_text(text)
    subprocess.run(['mkimage', '-A', 'arm64', '-T', 'script', '-C', 'none', '-n', 'Test script', '-d', source, image],
                   check=True, capture_output=True)
    return image


@mkimage
def test_source_of_a_legacy_image(loft, tmp_path):
    m = loft(loads=[(uimage(tmp_path), RAM)])
    assert m.run_check('source 41000000') == '## Executing script at 41000000\nHello from a script\nin if'
    assert m.run_check('setenv loadaddr 41000000; source') == '## Executing script at 41000000\nHello from a script\nin if'
    text = m.run_check('iminfo 41000000')
    for line in ('## Checking Image at 41000000 ...', '   Legacy image found', '   Image Name:   Test script',
                 '   Image Type:   AArch64 Linux Script (uncompressed)', '   Verifying Checksum ... OK'):
        assert line in text.splitlines(), text
    m.run('mw.b 41000050 0')
    assert m.run_fail('source 41000000').endswith('Bad data crc')
    assert 'Bad Data CRC' in m.run_fail('iminfo 41000000')
    m.run('mw.b 41000010 55')
    assert m.run_fail('source 41000000').endswith('Bad header crc')
    assert m.run_fail('iminfo 42000000').endswith('Unknown image format!')


@mkimage
def test_source_of_a_fit(loft, tmp_path):
    (tmp_path / 's.its').write_text(ITS)
    subprocess.run(['mkimage', '-f', 's.its', 's.itb'], cwd=tmp_path, check=True, capture_output=True)
    m = loft(loads=[(tmp_path / 's.itb', RAM)])
    for place, number in (('', 2), (':one', 1), (':two', 2), ('#conf-1', 1), ('#conf-2', 2), (':conf-1', 1)):
        assert m.run_check(f'source 41000000{place}') == f'## Executing script at 41000000\n{number}'
    assert m.run_fail('source 41000000:nope').endswith("Can't find 'nope' FIT subimage")
    assert 'crc32+' in m.run_check('iminfo 41000000')
    data = (tmp_path / 's.itb').read_bytes()
    m.run(f'mw.b {RAM + data.index(b"echo 1") + 5:x} 33')
    assert 'Bad hash value' in m.run_fail('source 41000000:one')
    m.run(f'mw.b {RAM + data.index(b"sha256"):x} 53')
    assert "no algorithm 'Sha256'" in m.run_fail('source 41000000:two')
    m.run('mw.l 41000004 ffffffff')
    assert m.run_fail('source 41000000')
    assert m.run('echo on') == 'on'


def test_source_of_plain_text(loft, tmp_path):
    script = tmp_path / 'plain.txt'
    script.write_text('echo one\r\nmw.b 41000000 0 200 # the script itself\r\nif true; then\r\n  echo two\r\nfi\r\nexit 5\r\n')
    m = loft(loads=[(script, RAM)])
    assert m.code('source 41000000') == ('## Executing script at 41000000\none\ntwo', 5)
    assert m.run_fail('source 41000000').endswith('Wrong image format for "source" command')
    long = tmp_path / 'long.txt'
    long.write_text(''.join(f'if test {i} -lt 0; then echo no; fi\n' for i in range(3000)) + 'echo end\nif\n')
    m = loft(loads=[(long, RAM)])
    assert m.run_fail('source 41000000').endswith("no 'then' for the 'if' at line 3002, column 1")
    m.run(f'mw.b {RAM + long.stat().st_size - 3:x} 0')
    assert m.run_check('source 41000000').endswith('\nend')
