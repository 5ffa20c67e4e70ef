# SPDX-License-Identifier: BSD-2-Clause
"""Scripts that every U-Boot runs: the rows R of FIELD.md, each by its name."""

import pytest

R = {
    'R1 an empty then': [
        ('if test a = a; then; else echo no; fi; echo go', 'go'),
        ('if test a = b; then; else echo yes; fi; echo go', 'yes\ngo'),
        ('if true; then echo a; else; fi; echo $?', 'a\n0'),
        ('for i in a b; do; done; echo go', 'go')],
    'R2 quotes in for': [
        ('L="p q"; for i in "${L}"; do echo [$i]; done', '[p]\n[q]'),
        ("for s in '0 1'; do echo [$s]; done", '[0]\n[1]'),
        ('setenv BOOT_ORDER "A B"; for s in "${BOOT_ORDER}"; do if test "x$s" = xB; then echo slot $s; fi; done',
         'slot B')],
    'R3 an unquoted value with blanks': [
        ("setenv c 'echo a; echo b'; if test -n $c; then run c; fi", 'a\nb'),
        ('if test -z $c; then echo empty; else echo full; fi', 'full'),
        ('setenv w "x y"; if test $w = "x y"; then echo same; fi', 'same')],
    'R4 one word': [
        ('test -z $empty; echo $?', '0'),
        ('test word; echo $?', '0'),
        ('test -z; echo $?', '0'),
        ('test ""; echo $?', '1'),
        ('test; echo $?', '1')],
    'R5 a missing operand': [
        ('if test ${unset} != 1; then echo differs; fi', 'differs'),
        ('if test ! -z ${unset}; then echo set; else echo unset; fi', 'unset'),
        ('if test -n ${unset}; then echo set; else echo unset; fi', 'unset'),
        ('if test ${unset} = 1 -o a = a; then echo yes; fi', 'yes')],
    'R6 bytes that are no text': [
        ('fdt mknode / r6; fdt set /r6 local-mac-address [00 11 22 33 44 55]; '
         'fdt get value V /r6 local-mac-address; echo $? $V', '0 001122334455'),
        ('fdt set /r6 cells <1 0xabcdef01>; fdt get value V /r6 cells; echo $V', '00000001abcdef01'),
        ('fdt get value V /r6 cells 1; echo $V', '0xABCDEF01')],
    'R9 no match': [
        ('setexpr m sub nomatch X zz; echo $? $m', '0 zz'),
        ('setexpr base gsub / _ board.dtb; echo $? $base', '0 board.dtb')],
    'R10 beginnings of names': [
        ('setenv x 1; pri x; print x', 'x=1\nx=1'),
        ('nosuch', "Unknown command 'nosuch' - try 'help'"),
        ('s 1', "Unknown command 's' - try 'help'"),
        ('cm.b 41000000 41000000 4', 'Total of 4 byte(s) were the same')],
    'R12 numbers': [
        ('test 09 -lt 10; echo $?', '0'),
        ('test 0x2000000 -gt 1ffffff; echo $?', '0')],
    'R15 80 words': [
        ('for i in' + ' a' * 80 + '; do true; done; echo $?', '0'),
        ('setenv b' + ' a' * 80 + '; echo $?', None)],
}


@pytest.mark.parametrize('row', R)
def test_row(loft, row):
    m = loft()
    for command, wanted in R[row]:
        got = m.run(command)
        if wanted is None:
            assert got.endswith('\n1') and 'Usage' in got, got
        else:
            assert got == wanted, command


@pytest.mark.parametrize('command, says', [('ver', 'Loft'), ('bdi', 'DRAM'), ('hel', 'printenv')])
def test_r10_whole_commands(loft, command, says):
    assert says in loft().run_check(command)


def test_r11_import_with_an_odd_line(loft):
    m = loft()
    text = b'good=1\nspaced = v\nno equals\nlast=2\n'
    m.run('mw.b 41000000 0 100')
    for i in range(0, len(text), 4):
        word = int.from_bytes(text[i:i + 4].ljust(4, b'\0'), 'little')
        m.run(f'mw.l {0x41000000 + i:x} {word:x}')
    m.run_check(f'env import -t 41000000 {len(text):x}')
    assert m.run('echo $good $last') == '1 2'


def test_r13_resize_in_hexadecimal(loft):
    """LAVA's default, meant as decimal."""
    m = loft()
    assert 'Room for 0x200000 bytes' in m.run_check('fdt resize 1048576')
    m.run_check('fdt mknode / after')
    assert 'after {' in m.run_check('fdt print /after')


def test_r17_title_of_the_menu(loft):
    m = loft()
    m.run('setenv bootmenu_0 one=true')
    m.send('bootmenu\r')
    m.wait('*** Loft Boot Menu *** U-Boot Boot Menu ***', literal=True)


def test_c4_typo_in_mm(loft):
    m = loft()
    m.run('mw.l 41000000 0 2')
    m.send('mm 41000000\r')
    m.wait('41000000: 00000000 ? ', literal=True)
    m.send('12x\r')
    m.wait("mm: '12x' is no number", literal=True)
    m.wait('41000000: 00000000 ? ', literal=True)
    m.send('13\r')
    m.wait('41000004: 00000000 ? ', literal=True)
    m.send('q\r')
    m.prompt()
    assert '00000013 00000000' in m.run_check('md 41000000 2')


def test_c1_nested_values(loft):
    """176 of them were a stack overflow; so were they from flash, at every boot."""
    m = loft()
    line = 'echo ' + '${x:-' * 176 + 'a' + '}' * 176
    assert "more than 16 '${'" in m.run_fail(line)
    m.run("setenv deep '" + line.replace('$', '\\$') + "'")
    assert "more than 16 '${'" in m.run('run deep')
    assert m.run('echo still here') == 'still here'
