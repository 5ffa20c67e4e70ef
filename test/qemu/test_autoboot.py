# SPDX-License-Identifier: BSD-2-Clause
"""Autoboot as a user at the console, or a rig, meets it: what stops it, and what comes before and after.

The variables that a boot begins with stand in the flash, as saveenv and mkenvimage put them there.
"""

import hashlib
import re
import time

import pytest

from test_env import option, pflash, reboot, stored, write_bank, make_copy

pytestmark = pytest.mark.skipif(not option('ENV_FLASH'), reason='no environment in flash')

BOOTED = 'kernel goes here'


def needs(name):
    return pytest.mark.skipif(not option(name), reason=f'without CONFIG_{name}')


@pytest.fixture
def boots(qemu, tmp_path):
    """Start with these variables; the machine, which has not been waited for."""
    file = tmp_path / 'flash.img'

    def start(**variables):
        variables = {'bootcmd': f'echo {BOOTED}', 'bootdelay': '5'} | variables
        write_bank(file, make_copy(dict(sorted(variables.items()))))
        m = qemu(extra=pflash(file))
        m.flash = file
        return m
    return start


def stops(m, keys, question='Hit any key to stop autoboot:  5 '):
    m.wait(question, literal=True)
    m.send(keys)
    text = m.prompt()
    assert BOOTED not in text, text
    return text


def goes_on(m):
    """Nothing is left over from what was typed, and the prompt works."""
    assert m.run('echo on') == 'on'


# ---- any key ----

@pytest.mark.parametrize('key', [' ', 'x', '\r', '\n', '\x1b', '\x03', '\r\n'],
                         ids=['blank', 'x', 'cr', 'lf', 'escape', 'ctrl-c', 'crlf'])
def test_any_key_stops(boots, key):
    m = boots()
    stops(m, key)
    goes_on(m)


def test_counts_down_and_boots(boots):
    m = boots(bootdelay='2')
    begin = time.monotonic()
    text = m.prompt()
    assert time.monotonic() - begin > 1.5
    assert 'Hit any key to stop autoboot:  2 \b\b\b 1 \b\b\b 0 \n' + BOOTED in text, repr(text)


def test_long_delays_are_shown(boots):
    m = boots(bootdelay='100')
    m.wait('autoboot: 100 \b\b\b\b99 ', literal=True)
    m.send(' ')
    m.wait('\b\b\b 0 \r\n', literal=True)
    m.prompt()


@pytest.mark.parametrize('delay, line', [('0', 'Hit any key to stop autoboot:  0 \n'), ('-2', '')])
def test_r16_no_delay(boots, delay, line):
    """Rigs wait for the line; who asks for -2 gets none."""
    text = boots(bootdelay=delay).prompt()
    assert text.endswith(f'DRAM:  1 GiB\n{line}{BOOTED}\n') and text.count('Hit any key') == bool(line), repr(text)


def test_r16_no_line_where_nobody_asked(loft):
    assert 'Hit any key' not in loft().text


def test_never(boots):
    m = boots(bootdelay='-1')
    assert BOOTED not in m.prompt()
    assert BOOTED in m.run('boot')


@pytest.mark.parametrize('delay', ['x', '-3', '3601', '99999999999999999999999', '1x'])
def test_wrong_delays_lead_to_the_prompt(boots, delay):
    text = boots(bootdelay=delay).prompt()
    assert f"bootdelay: '{delay}' is not a number of seconds up to 3600" in text
    assert BOOTED not in text


def test_no_bootcmd(boots):
    text = boots(bootcmd='').prompt()
    assert 'Hit any key' not in text


def test_ctrl_c_ends_bootcmd(boots):
    m = boots(bootdelay='0', bootcmd='echo waiting; sleep 60; echo ' + BOOTED)
    m.wait('waiting')
    m.send('\x03')
    text = m.prompt()
    assert '<INTERRUPT>' in text and BOOTED not in text


# ---- preboot ----

@needs('PREBOOT')
def test_preboot(boots):
    text = boots(bootdelay='0', preboot='setenv name set; echo first', bootcmd=f'echo $name; echo {BOOTED}').prompt()
    assert re.search(rf'^first\nHit any key to stop autoboot:  0 \nset\n{BOOTED}$', text, re.M), text


@needs('PREBOOT')
@pytest.mark.parametrize('preboot', ['false', 'nosuchcommand', 'if true', 'md 0xfff00000 1'])
def test_preboot_that_fails_stops_nothing(boots, preboot):
    assert BOOTED in boots(bootdelay='0', preboot=preboot).prompt()


@needs('PREBOOT')
def test_preboot_runs_where_nothing_boots(boots):
    text = boots(bootdelay='-1', preboot='echo first').prompt()
    assert '\nfirst\n' in text and BOOTED not in text


@needs('PREBOOT')
def test_preboot_decides_about_the_delay(boots):
    assert BOOTED not in boots(bootdelay='0', preboot='setenv bootdelay -1').prompt()


# ---- strings that stop ----

keyed = needs('AUTOBOOT_KEYED')
IN_5 = 'Autoboot in 5 seconds'


def sha(text, salt=''):
    return (salt + ':' if salt else '') + hashlib.sha256((salt + text).encode()).hexdigest()


@keyed
@pytest.mark.parametrize('keys', ['stop', 'xstop', 'ststop', 'a\rst\x7f\rstop', 'sto\x03stop'])
def test_string_stops(boots, keys):
    m = boots(bootstopkey='stop')
    text = stops(m, keys, IN_5)
    assert 's' not in text.removeprefix('\n'), f'what is typed is not shown: {text!r}'
    goes_on(m)


@keyed
@pytest.mark.parametrize('keys', [' ', '\r', '\x03', '\x1b', 'sto', 'STOP', 'st op', 'spot' * 50, '\x03' * 200])
def test_other_keys_do_not(boots, keys):
    m = boots(bootstopkey='stop', bootdelay='1')
    m.wait('Autoboot in 1 seconds', literal=True)
    m.send(keys)
    text = m.prompt()
    assert BOOTED in text and '<INTERRUPT>' not in text
    assert not set(keys) & set(text.replace(BOOTED, '')) - set('\n'), text


@keyed
@pytest.mark.parametrize('salt', ['', 'pepper', 'a:b'])
def test_hashed_string_stops(boots, salt):
    m = boots(bootstopkeysha256=sha('s3cret', salt))
    stops(m, 'wrong\rs3cret', IN_5)
    goes_on(m)


@keyed
def test_hashed_string_ends_with_its_line(boots):
    """As `echo s3cret | sha256sum` makes it."""
    m = boots(bootstopkeysha256=sha('s3cret\n').upper())
    stops(m, 's3cret\n', IN_5)


@keyed
@pytest.mark.parametrize('keys', ['xs3cret', 's3cre', 'S3CRET\r', 'pepper', 's' * 300 + 's3cret', '\x03s3cret'])
def test_wrong_hashed_strings_do_not(boots, keys):
    m = boots(bootstopkeysha256=sha('s3cret', 'pepper'), bootdelay='1')
    m.wait('Autoboot in 1 seconds', literal=True)
    m.send(keys)
    assert BOOTED in m.prompt()


@keyed
@pytest.mark.parametrize('digest', ['x', sha('s3cret')[:-1], sha('s3cret') + '0', 'g' * 64, 'salt:'])
def test_what_is_no_digest_lets_nobody_in(boots, digest):
    m = boots(bootstopkeysha256=digest, bootdelay='1')
    m.wait('bootstopkeysha256: not [salt:] and 64 hexadecimal digits', literal=True)
    m.wait('Autoboot in 1 seconds', literal=True)
    m.send('s3cret\r' + digest)
    assert BOOTED in m.prompt()


@keyed
def test_string_too_long(boots):
    m = boots(bootstopkey='s' * 65, bootdelaykey='d' * 64)
    m.wait('bootstopkey: longer than 64 bytes', literal=True)
    stops(m, 's' * 200 + 'd' * 64, IN_5)


@keyed
def test_any_of_them_stops(boots):
    for keys in ('one', 'two', 'three'):
        stops(boots(bootdelaykey='one', bootstopkey='two', bootstopkeysha256=sha('three')), keys, IN_5)


@keyed
def test_typed_ahead(boots):
    """Without a delay what waits already counts."""
    m = boots(bootdelay='0', bootstopkey='stop', preboot='echo waiting; sleep 1')
    m.wait('waiting')
    m.send('stop')
    assert BOOTED not in m.prompt()
    m = boots(bootdelay='0', bootstopkey='stop', preboot='echo waiting; sleep 1')
    m.wait('waiting')
    m.send('step' * 500)
    assert BOOTED in m.prompt()


@keyed
def test_ctrl_c_ends_neither_bootcmd_nor_preboot(boots):
    m = boots(bootdelay='0', bootstopkey='stop', preboot='echo waiting; sleep 1; echo went on',
              bootcmd='echo again; sleep 1; echo ' + BOOTED)
    m.wait('waiting')
    m.send('\x03\x03')
    m.wait('went on')
    m.wait('again')
    m.send('\x03')
    text = m.prompt()
    assert BOOTED in text and '<INTERRUPT>' not in text
    m.send('sleep 60\r')
    m.wait('sleep 60')
    m.send('\x03')
    m.prompt()


# ---- retry ----

retry = needs('BOOT_RETRY')
TIMED_OUT = 'Timed out waiting for command'


@retry
def test_prompt_gives_up(boots):
    m = boots(bootdelay='0', bootretry='1')
    m.prompt()
    for _ in range(3):
        text = m.prompt()
        assert TIMED_OUT in text and BOOTED in text


@retry
def test_typing_keeps_the_prompt(boots):
    m = boots(bootdelay='0', bootretry='2')
    m.prompt()
    for c in 'echo hello':
        m.send(c)
        time.sleep(0.4)
    m.send('\r')
    text = m.prompt()
    assert TIMED_OUT not in text and '\nhello\n' in text


@retry
def test_half_a_line_is_forgotten(boots):
    m = boots(bootdelay='0', bootretry='1')
    m.prompt()
    m.send('echo if')
    assert TIMED_OUT in m.prompt()
    m.send('if true; then\r')
    text = m.wait('loft=> ', literal=True)[0]
    assert '> ' in text and TIMED_OUT in text
    assert m.run('setenv bootretry') == ''
    goes_on(m)


@retry
@pytest.mark.parametrize('value', ['-1', '0', 'x', '9999999999999999999999'])
def test_no_retry(boots, value):
    m = boots(bootdelay='0', bootretry=value)
    m.prompt()
    time.sleep(1.5)
    goes_on(m)
    assert m.text.count(BOOTED) == 1


@retry
def test_retry_counts_down(boots):
    m = boots(bootdelay='1', bootretry='1')
    m.prompt()
    m.wait(TIMED_OUT)
    m.wait('Hit any key to stop autoboot:  1 ', literal=True)
    m.send(' ')
    assert BOOTED not in m.prompt()


@retry
@keyed
def test_bootdelaykey_leaves_the_retry_and_bootstopkey_does_not(boots):
    m = boots(bootretry='1', bootdelaykey='d', bootstopkey='s')
    stops(m, 'd', IN_5)
    m.wait(TIMED_OUT)
    stops(m, 's', IN_5)
    time.sleep(1.5)
    goes_on(m)


# ---- counting boots ----

count = needs('BOOTCOUNT')


@count
def test_count_is_kept_and_limits(boots):
    m = boots(bootdelay='0', upgrade_available='1', bootlimit='2', altbootcmd='echo the old one')
    for i in (1, 2):
        text = m.prompt() if i == 1 else reboot(m)
        assert BOOTED in text and 'Warning' not in text
        assert m.run('bootcount print') == str(i)
        assert stored(m.flash)['bootcount'] == str(i)
    for i in (3, 4):
        text = reboot(m)
        assert 'Warning: Bootlimit (2) exceeded. Using altbootcmd.\n' in text
        assert 'the old one' in text and BOOTED not in text
        assert stored(m.flash)['bootcount'] == str(i)
    m.run_check('bootcount reset')
    assert m.run('bootcount print') == '0' and stored(m.flash)['bootcount'] == '0'
    assert BOOTED in reboot(m)


@count
@pytest.mark.parametrize('variables', [{}, {'upgrade_available': '0'}, {'upgrade_available': 'x'}])
def test_not_counted(boots, variables):
    m = boots(bootdelay='0', bootcount='7', bootlimit='2', altbootcmd='echo alt', **variables)
    text = m.prompt()
    assert BOOTED in text and 'Saving' not in text
    assert stored(m.flash)['bootcount'] == '7'
    m.run_check('bootcount reset')
    assert m.run('bootcount print') == '0'
    assert stored(m.flash)['bootcount'] == '7'


@count
def test_limit_without_altbootcmd(boots):
    text = boots(bootdelay='0', upgrade_available='1', bootlimit='2', bootcount='2').prompt()
    assert 'altbootcmd is not set' in text and BOOTED not in text


@count
def test_alternative_is_counted_down(boots):
    m = boots(upgrade_available='1', bootlimit='2', bootcount='2', altbootcmd='echo alt')
    m.wait('Using altbootcmd', literal=True)
    stops(m, ' ')


@count
@pytest.mark.parametrize('value,after', [('x', '1'), ('18446744073709551615', '18446744073709551615'),
                                         ('99999999999999999999999', '1'), ('-1', '1')])
def test_odd_counts(boots, value, after):
    m = boots(bootdelay='0', upgrade_available='1', bootcount=value)
    assert BOOTED in m.prompt()
    assert m.run('bootcount print') == after


@count
@pytest.mark.parametrize('limit', ['0', 'x', '-5'])
def test_odd_limits(boots, limit):
    assert BOOTED in boots(bootdelay='0', upgrade_available='1', bootcount='9', bootlimit=limit).prompt()


@count
def test_command(boots):
    m = boots(bootdelay='-1')
    m.prompt()
    assert m.run('bootcount print') == '0'
    for line in ('bootcount', 'bootcount x', 'bootcount print x'):
        assert 'Usage' in m.run_fail(line)


# ---- menus ----

menu = needs('CMD_BOOTMENU')
screen = needs('MENU_SCREEN')
COUNTING = 'Hit any key to stop autoboot:'


@pytest.fixture
def chooser(loft):
    m = loft()
    for i in range(3):
        m.run_check(f"setenv bootmenu_{i} 'test {i + 1}=echo ok {i + 1}'")
    m.run_check('setenv bootmenu_default 1')
    return m


def opens(m, line, end='\r'):
    m.send(line + end)
    m.wait(line, literal=True)
    m.wait('*** Loft Boot Menu ***', literal=True)
    for i in range(3):
        m.wait(f'test {i + 1}', literal=True)
    m.wait('autoboot' if line[-1].isdigit() else 'Enter: boot', literal=True)


@menu
@pytest.mark.parametrize('keys,says', [
    ('\r', 'ok 2'), ('\n', 'ok 2'), ('\r\n', 'ok 2'), ('\x1b[A\r', 'ok 1'), ('\x1b[B\r', 'ok 3'), ('\x1bOA\r', 'ok 1'),
    ('k\r', 'ok 1'), ('j\r', 'ok 3'), ('-\r', 'ok 1'), ('+\r', 'ok 3'), ('0\r', 'ok 1'), ('2\r', 'ok 3'),
    ('\x1b[H\r', 'ok 1'), ('kkkkk\r', 'ok 1'), ('xyz\r', 'ok 2'), ('e\r', 'ok 2'), ('9\r', 'ok 2'),
    ('\x1b[F\r', ''), ('jjjj\r', ''), ('\x1b', ''), ('\x1b\n', '')])
@pytest.mark.parametrize('line', ['bootmenu 2', 'bootmenu'])
def test_bootmenu(chooser, line, keys, says):
    opens(chooser, line, '\n' if keys == '\n' else '\r')
    chooser.send(keys)
    text = chooser.prompt()
    assert re.findall(r'^ok .$', text, re.M) == ([says] if says else []), text
    assert chooser.run('echo $?') == '0'


@menu
def test_bootmenu_over_lines_that_end_in_cr_lf(chooser):
    """The LF behind the command's CR is no Enter."""
    chooser.send('bootmenu\r\n')
    chooser.wait('Enter: boot', literal=True)
    chooser.send('\x1b[B')
    chooser.wait('test 3', literal=True)
    chooser.send('\r\n')
    assert '\nok 3\n' in chooser.prompt()
    goes_on(chooser)


@menu
def test_ctrl_c_leaves_all(chooser):
    chooser.send('bootmenu; echo not here\r')
    chooser.wait('Enter: boot', literal=True)
    chooser.send('\x03')
    text = chooser.prompt()
    assert '<INTERRUPT>' in text and 'not here' not in text


@menu
def test_escape_goes_on(chooser):
    chooser.send('bootmenu; echo rc:$?\r')
    chooser.wait('Enter: boot', literal=True)
    chooser.send('\x1b')
    assert '\nrc:0\n' in chooser.prompt()


@menu
@pytest.mark.parametrize('command', ['bootmenu 2', 'bootmenu 0', 'setenv bootmenu_delay 1; bootmenu'])
def test_bootmenu_by_itself(chooser, command):
    assert '\nok 2' in '\n' + chooser.run(command, 10)


@menu
def test_bootmenu_answers_what_the_command_does(chooser):
    chooser.run_check("setenv bootmenu_1 'none=false'")
    assert chooser.code('bootmenu 0') == ('', 1)


@menu
@pytest.mark.parametrize('delay', ['x', '3601', '99999999999999999999', '1x'])
def test_wrong_delay(chooser, delay):
    assert 'is not a number of seconds up to 3600' in chooser.run_fail(f'bootmenu {delay}')
    chooser.run_check(f'setenv bootmenu_delay {delay}')
    chooser.send('bootmenu\r')
    chooser.wait('is not a number of seconds', literal=True)
    chooser.wait('Enter: boot', literal=True)
    chooser.send('\r')
    assert '\nok 2\n' in chooser.prompt()


@menu
@pytest.mark.parametrize('default', ['x', '7', '-1', '99999999999999999999', '65536'])
def test_wrong_default(chooser, default):
    chooser.run_check(f'setenv bootmenu_default {default}')
    text = chooser.run('bootmenu 0')
    assert text.startswith('bootmenu_default: ') and text.endswith('\nok 1')


@menu
def test_no_menu(loft):
    m = loft()
    assert 'no bootmenu_0=title=command is set' in m.run_fail('bootmenu')
    m.run_check('setenv bootmenu_0 nonsense')
    text = m.run_fail('bootmenu 3')
    assert 'bootmenu_0: not title=command, left out' in text and 'no bootmenu_0=title=command is set' in text


@menu
def test_entry_without_command_is_left_out(chooser):
    chooser.run_check('setenv bootmenu_1 nonsense')
    chooser.run_check("setenv bootmenu_0 'empty='")
    text = chooser.run('bootmenu 0')
    assert 'bootmenu_1: not title=command, left out' in text
    assert 'there is no bootmenu_1' in text


@menu
def test_hundred_entries(loft):
    m = loft()
    m.run_check('for i in 0 1 2 3 4 5 6 7 8 9; do for j in 0 1 2 3 4 5 6 7 8 9; do if test $i = 0; then n=$j; else n=$i$j; fi; '
                'setenv bootmenu_$n "entry $n=echo ok $n"; done; done')
    m.send('bootmenu\r')
    m.wait('entry 17', literal=True)
    m.wait('Enter: boot', literal=True)
    m.send('\x1b[6~' * 4 + '\r')
    assert '\nok 72\n' in m.prompt()
    m.send('bootmenu\r')
    m.wait('Enter: boot', literal=True)
    m.send('\x1b[Fk\r')
    assert '\nok 98\n' in m.prompt()


@menu
def test_dumb_terminal(chooser):
    chooser.run_check('setenv term dumb')
    opens(chooser, 'bootmenu 9')
    chooser.send('+')
    chooser.wait('\r>  2. test 3', literal=True)
    chooser.send('\r')
    text = chooser.prompt()
    assert '\nok 3\n' in text and '\x1b' not in chooser.text


@menu
def test_menu_in_bootcmd(boots):
    m = boots(bootdelay='0', bootcmd='bootmenu 1; echo came back', bootmenu_0='first=echo ' + BOOTED)
    text = m.prompt()
    assert re.search(rf'^{BOOTED}\ncame back$', text, re.M), text


@menu
@screen
@keyed
@pytest.mark.parametrize('command', ['bootmenu', 'menu'])
def test_locked_menu(boots, command):
    """Who does not know the string chooses among the entries and nothing else."""
    m = boots(bootdelay='0', bootstopkey='stop', bootcmd=command, bootmenu_0='a=echo ' + BOOTED, bootmenu_1='b=echo b')
    text = m.wait('Enter: boot', literal=True)[0]
    assert 'Loft console' not in text
    m.send('\x03')
    m.send('\x1b')
    time.sleep(0.5)
    m.send('e\x1b[F\r')
    text = m.prompt()
    assert '\nb\n' in text and 'boot> ' not in text and '<INTERRUPT>' not in text


@screen
@pytest.mark.parametrize('keys,says', [
    ('\r', 'ok 2'), ('j\r', 'ok 3'), ('\x1b[A\r', 'ok 1'), ('\x1b', ''), ('\x1b[F\r', ''), ('\x1b[Fe\r', '')])
@pytest.mark.parametrize('line', ['menu 2', 'menu'])
def test_screen(chooser, line, keys, says):
    opens(chooser, line)
    chooser.send(keys)
    text = chooser.prompt()
    assert re.findall(r'^ok .$', text, re.M) == ([says] if says else []), text
    assert chooser.run('echo $?') == '0'


@screen
def test_screen_shows_the_command(chooser):
    chooser.send('menu\r')
    chooser.wait('echo ok 2', literal=True)
    chooser.send('j')
    chooser.wait('echo ok 3', literal=True)
    chooser.send('\x1b')
    chooser.prompt()
    goes_on(chooser)


@screen
def test_edited_before_boot(chooser):
    opens(chooser, 'menu 5')
    chooser.send('e')
    chooser.wait('boot> echo ok 2', literal=True)
    chooser.send('\x7f7 and $bootmenu_default\x01\x0b\x19\r')
    text = chooser.prompt()
    assert '\nok 7 and 1\n' in text, text
    assert chooser.run('printenv bootmenu_1') == 'bootmenu_1=test 2=echo ok 2'


@screen
def test_edit_and_back(chooser):
    opens(chooser, 'menu')
    for _ in range(3):
        chooser.send('e')
        chooser.wait('boot> echo ok 2', literal=True)
        chooser.send('xyz\x03')
        chooser.wait('Enter: boot', literal=True)
    chooser.send('e')
    chooser.wait('boot> echo ok 2', literal=True)
    chooser.send('\x15\r')
    chooser.wait('Enter: boot', literal=True)
    chooser.send('k')
    chooser.send('e')
    chooser.wait('boot> echo ok 1', literal=True)
    chooser.send('\r')
    assert '\nok 1\n' in chooser.prompt()


@screen
@pytest.mark.skipif(not option('SHELL_SCRIPT'), reason='a text is a line')
def test_what_is_more_than_a_line_is_not_edited(chooser):
    chooser.send("setenv bootmenu_1 'script=echo a\r")
    chooser.wait('\n> ', literal=True)
    chooser.send("echo b'\r")
    chooser.prompt()
    chooser.send('menu\r')
    chooser.wait('Enter: boot', literal=True)
    chooser.send('e')
    chooser.wait('More than a line', literal=True)
    chooser.send('\r')
    chooser.wait('Enter: boot', literal=True)
    chooser.send('\r')
    assert '\na\nb\n' in chooser.prompt()


@screen
def test_a_fault_in_an_entry(chooser):
    chooser.run_check("setenv bootmenu_1 'bad=md 0xfff000000000 1'")
    assert 'fault' in chooser.run('menu 0')
    goes_on(chooser)
