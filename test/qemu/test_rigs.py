# SPDX-License-Identifier: BSD-2-Clause
"""Loft driven by a rig that knows U-Boot and nothing else but another prompt.

A rig sends a line, waits until the line has come back letter by letter, then for the prompt at the start of a line;
what stands between is the answer. It knows no keys, and it matches bytes as they come.
"""

import os
import pty
import random
import re
import string
import subprocess
import threading
import time
import tty

import pexpect
import pytest
from pexpect import fdpexpect

from conftest import built
from console import PROMPT, TIMEOUT, die_with_parent

RAM = 0x41000000


class Rig:
    """The patterns of U-Boot's own tests: escape the command's echo, then ^prompt in MULTILINE mode."""

    def __init__(self, fd):
        self.p = fdpexpect.fdspawn(fd, timeout=TIMEOUT, encoding='latin-1')
        self.p.delaybeforesend = None
        self.prompt = re.compile('^' + re.escape(PROMPT), re.M)

    def sync(self):
        self.p.expect(self.prompt)

    def run(self, line, end='\n', timeout=-1):
        """Send a line at full speed; its output with plain line ends."""
        self.p.send(line + end)
        self.p.expect(re.escape(line))
        assert self.p.before == '', f'before the echo: {self.p.before!r}'
        self.p.expect(self.prompt, timeout=timeout)
        assert self.p.before.startswith('\r\n'), self.p.before
        return self.p.before.replace('\r\n', '\n').removeprefix('\n').rstrip('\n')

    def code(self):
        return int(self.run('echo $?'))

    def quiet(self, seconds=0.5):
        """Nothing is printed by itself."""
        assert self.p.expect([pexpect.TIMEOUT, '.'], timeout=seconds) == 0, self.p.after


@pytest.fixture
def rig(loft):
    """Over a socket, every byte as Loft sends it."""
    m = loft()
    r = Rig(m.ours.fileno())
    r.machine = m
    return r


@pytest.fixture
def terminal(build):
    """Over a pseudo-terminal in raw mode, as a rig's serial port is one."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    process = subprocess.Popen(
        [os.environ.get('QEMU', 'qemu-system-aarch64'), '-M', 'virt', '-cpu', 'cortex-a57', '-m', '1G', '-nic', 'none',
         '-display', 'none', '-monitor', 'none', '-serial', 'chardev:c', '-chardev', f'serial,id=c,path={os.ttyname(theirs)}',
         '-bios', str(build / 'loft.bin')], preexec_fn=die_with_parent, stdin=subprocess.DEVNULL)
    r = Rig(ours)
    r.sync()
    yield r
    process.kill()
    process.wait()
    os.close(ours)
    os.close(theirs)


def letters(count, seed=1):
    rng = random.Random(seed)
    return ''.join(rng.choice(string.ascii_letters + string.digits + '/._-+=,:@%') for _ in range(count))


# ---- echo and line ends ----

@pytest.mark.parametrize('end', ['\r', '\n', '\r\n'], ids=['cr', 'lf', 'crlf'])
@pytest.mark.parametrize('length', [10, 79, 80, 81, 1000, 4000, 4091])
def test_a_line_comes_back_letter_by_letter(rig, length, end):
    word = letters(length)
    assert rig.run('echo ' + word, end) == word
    rig.quiet(0.2)


def test_4000_letters_over_a_terminal(terminal):
    for seed in range(3):
        word = letters(3990, seed)
        assert terminal.run('echo ' + word) == word


def test_script_of_200_lines_over_a_terminal(terminal):
    """Pasted: nobody waits for the echo, which comes back meanwhile."""
    script = ''.join(f"setenv name{i} '{letters(40, i)}'\nif setenv n {i}; then\n\techo line {i} \"$name{i}\"\nfi\n"
                     for i in range(50))
    sender = threading.Thread(target=terminal.p.send, args=(script,))
    sender.start()
    for i in range(50):
        terminal.p.expect_exact(f'\r\nline {i} {letters(40, i)}\r\n')
    sender.join()
    terminal.sync()
    assert terminal.run('echo done') == 'done'


def test_four_thousand_and_more_are_bounded(rig):
    rig.p.send('echo ' + 'x' * 5000 + '\n')
    rig.sync()
    assert rig.run('echo on') == 'on'


def test_lines_sent_without_waiting(rig):
    """Two hundred lines in one go: all are echoed, run and answered, in order."""
    text = ''.join(f'echo line {i} {letters(i % 70, i)}\n' for i in range(200))
    rig.p.send(text)
    for i in range(200):
        rig.p.expect(re.escape(f'echo line {i} {letters(i % 70, i)}\r\nline {i} {letters(i % 70, i)}'.rstrip()))
    rig.sync()
    assert rig.run('echo done') == 'done'


def test_lines_that_arrive_while_a_command_runs(rig):
    rig.p.send('sleep 2\n')
    rig.p.expect('sleep 2\r\n')
    rig.p.send(''.join(f'echo line {i}\n' for i in range(200)))
    for i in range(200):
        rig.p.expect(f'\r\nline {i}\r\n')
    rig.sync()


def test_script_with_tabs_and_blank_lines(rig):
    """A pasted Tab is a blank; a blank line repeats nothing that must not be."""
    rig.p.send('\tsetenv\tx\ta b\n\n\n\techo\t"$x"\n')
    rig.p.expect('\r\na b\r\n')
    rig.sync()


def test_any_byte_is_echoed(rig):
    """UTF-8 passes through."""
    word = 'grün-中文-é-😀-Ω'.encode().decode('latin-1')
    assert rig.run('echo ' + word) == word


def test_long_punctuation(rig):
    value = '!@#%^&*()_+-=[]{}|:,.<>/?~' * 20
    rig.run(f"setenv long '{value}'")
    assert rig.code() == 0
    assert rig.run('printenv long') == f'long={value}'


# ---- the prompt ----

def test_prompt_once_and_nothing_after_it(rig):
    rig.p.send('echo hello\n')
    rig.p.expect_exact('echo hello\r\nhello\r\n' + PROMPT)
    rig.quiet(1)


def test_prompt_begins_a_line_after_output_without_an_end(rig):
    assert rig.run('echo -n hello') == 'hello'
    assert rig.run('echo on') == 'on'


def test_empty_lines_only_prompt(rig):
    rig.p.send('echo\n')
    rig.sync()
    rig.p.send('setenv q 1\n')
    rig.sync()
    for _ in range(3):
        rig.p.send('\n')
        rig.p.expect_exact('\r\n' + PROMPT)


def test_ctrl_c_gives_a_prompt(rig):
    rig.p.send('half a line\x03')
    rig.p.expect_exact('half a line<INTERRUPT>\r\n' + PROMPT)
    rig.p.send('\x03')
    rig.p.expect_exact('<INTERRUPT>\r\n' + PROMPT)
    assert rig.run('echo on') == 'on'


def test_ctrl_c_ends_a_command_and_what_was_typed_behind_it(rig):
    rig.p.send('sleep 100\n')
    rig.p.expect('sleep 100\r\n')
    rig.p.send('echo never\n')
    time.sleep(0.2)
    rig.p.send('\x03')
    rig.p.expect_exact('<INTERRUPT>\r\n' + PROMPT)
    assert rig.run('echo on') == 'on'


def test_empty_line_repeats(rig):
    rig.run(f'mw.l {RAM:x} 0 100')
    assert rig.run(f'md {RAM:x} 4').startswith(f'{RAM:08x}: 00000000')
    rig.p.send('\n')
    rig.p.expect(f'{RAM + 0x10:08x}: 00000000 00000000 00000000 00000000  \\.{{16}}\r\n')
    rig.sync()
    rig.p.send('\x03\n')
    rig.p.expect_exact('<INTERRUPT>\r\n' + PROMPT + '\r\n' + PROMPT)


# ---- what rigs ask ----

def test_version_is_the_sign_on(rig):
    sign_on = re.search(r'^Loft .*$', rig.machine.text, re.M)[0]
    assert rig.run('version').splitlines()[0] == sign_on


def test_unknown_command(rig):
    assert rig.run('non_existent_cmd') == "Unknown command 'non_existent_cmd' - try 'help'"
    assert rig.code() == 1


def test_help(rig):
    text = rig.run('help')
    assert text.startswith("?         - alias for 'help'\n")
    names = [line.split()[0] for line in text.splitlines()]
    for name in ('history', 'time', 'sleep'):
        usage = rig.run(f'help {name}')
        assert name in names and usage.startswith(f'{name} - ') and '\n\nUsage:\n' in usage, usage
    every = rig.run('help -a')
    assert all(f'\n{name} - ' in '\n' + every for name in names)


def test_bdinfo(rig):
    text = rig.run('bdinfo')
    assert re.search(r'^-> start    = 0x0*40000000$', text, re.M), text
    assert re.search(r'^-> size     = 0x0*40000000$', text, re.M), text
    assert re.search(r'^baudrate    = 115200 bps$', text, re.M), text


def test_variables(rig):
    assert rig.run('echo ${nosuch}') == ''
    rig.run('setenv text "a  b   c"')
    assert rig.run('printenv text') == 'text=a  b   c'
    rig.run('setenv text')
    assert rig.run('printenv text') == '## Error: "text" not defined'
    assert rig.code() == 1


@pytest.mark.parametrize('seconds', ['1', '3', '0.5', '1.25'])
def test_sleep(rig, seconds):
    start = time.monotonic()
    rig.run(f'sleep {seconds}')
    took = time.monotonic() - start
    # The host adds what it is busy with; the guest's own measure is exact.
    assert float(seconds) - 0.01 <= took < float(seconds) + 2, took


def test_time_sleep(rig):
    """The second word is the seconds."""
    text = rig.run('time sleep 3')
    assert text.split()[0] == 'time:' and text.split()[2] == 'seconds'
    assert abs(float(text.split()[1]) - 3) < 0.05


def test_time_passes_the_result_on(rig):
    rig.run('time printenv nosuch')
    assert rig.code() == 1
    rig.run('time echo')
    assert rig.code() == 0


@pytest.mark.parametrize('bad', ['', 'x', '-1', '0x1', '1.2.3', '1.x', '.', '99999999999999999999'])
def test_sleep_refuses(rig, bad):
    assert 'not a number' in rig.run(f'sleep "{bad}"')
    assert rig.code() == 1


def test_history_lists_lines(rig):
    rig.run('echo one')
    rig.run('echo one')
    rig.run('echo two')
    assert rig.run('history').splitlines()[-3:] == ['echo one', 'echo two', 'history']
    for i in range(30):
        rig.run(f'echo {i}')
    lines = rig.run('history').splitlines()
    assert len(lines) == 20 and lines[0] == 'echo 11' and lines[-1] == 'history'


def test_md_and_crc32(rig):
    rig.run(f'mw.b {RAM:x} 0 100')
    for width, digits in (('b', 2), ('w', 4), ('l', 8), ('q', 16)):
        assert re.match(rf'{RAM:08x}: (0{{{digits}}} )', rig.run(f'md.{width} {RAM:x} 8'))
    assert rig.run(f'crc32 {RAM:x} 100') == f'crc32 for {RAM:08x} ... {RAM + 255:08x} ==> 0d968558'


def test_labgrid(rig):
    """Its marker, split so that the echo does not have it, around the command and its result."""
    def run(command):
        marker = 'KXQGZMNPAB'
        rig.p.send(f"""echo '{marker[:4]}''{marker[4:]}'; {command}; echo "$?"; echo '{marker[:4]}''{marker[4:]}';\n""")
        rig.p.expect(rf'{marker}(.*){marker}\s+' + re.escape(PROMPT))
        data = rig.p.match.group(1).replace('\r\n', '\n').split('\n')
        return data[1:-2], int(data[-2])
    rig.p.expect_exact([pexpect.TIMEOUT], timeout=0)
    rig.p = fdpexpect.fdspawn(rig.machine.ours.fileno(), timeout=TIMEOUT, encoding='latin-1')
    lines, code = run('version')
    assert lines[0].startswith('Loft ') and code == 0
    assert run('printenv nosuch') == (['## Error: "nosuch" not defined'], 1)
    assert run('setenv a "x  y"; printenv a') == (['a=x  y'], 0)


def test_tbot(rig):
    """Sends a line, reads it back byte by byte, reads up to the prompt, asks for the result."""
    for command, result in (('setenv x 1', 0), ('printenv nosuch', 1), (f'crc32 {RAM:x} 4', 0)):
        rig.p.send(command + '\n')
        for letter in command:
            assert rig.p.read(1) == letter
        rig.p.expect_exact('\r\n' + PROMPT)
        rig.p.send('echo $?\n')
        rig.p.expect_exact(f'echo $?\r\n{result}\r\n' + PROMPT)


def test_lava_types_slowly(rig):
    for letter in 'echo slow ${nosuch}"typing"\n':
        rig.p.send(letter)
        time.sleep(0.03)
    rig.p.expect_exact('\r\nslow typing\r\n' + PROMPT)


# ---- a person at the keyboard ----

def press(rig, keys, wanted):
    rig.p.send(keys)
    rig.p.expect_exact(wanted)


def test_tab(rig):
    press(rig, 'vers\t', 'version ')
    press(rig, '\r', '\r\nLoft ')
    rig.sync()
    press(rig, 'setenv tabbed 1\r', PROMPT)
    press(rig, 'printenv tab\t', 'printenv tabbed ')
    press(rig, '\r', '\r\ntabbed=1\r\n')
    press(rig, 'echo $tab\t\r', '\r\n1\r\n')
    press(rig, 'echo ${tab\t.\r', '\r\n1.\r\n')
    rig.sync()
    press(rig, 'qfw \t', '\r\nlist  cpus  load')
    press(rig, '', PROMPT + 'qfw ')
    press(rig, 'li\t', 'list ')
    press(rig, '\r', 'Sel Name')
    rig.sync()
    press(rig, 'md.\t', '\r\nmd.b  md.w  md.l  md.q  \r\n' + PROMPT + 'md.')
    press(rig, '\x15', '\b')
    press(rig, '\t', '\r\n?  ')
    rig.sync()


def test_tab_knows_files_and_the_shells_own(rig):
    press(rig, 'qfw list bootor\t', 'qfw list bootorder ')
    press(rig, '\r', '\r\n--------')
    rig.p.expect(r'\r\n +0 +0 +[0-9a-f]+ bootorder\r\n' + PROMPT)
    press(rig, 'qfw list etc/ac\t\x15', 'etc/acpi/')
    press(rig, 'myfunction() { echo in it; }\r', PROMPT)
    press(rig, 'myf\t\r', '\r\nin it\r\n')
    rig.sync()
    press(rig, 'localvariable=5\r', PROMPT)
    press(rig, 'echo $loc\t\r', '\r\n5\r\n')


def test_rows_above(rig):
    """Where the width is known; else there are only backspaces."""
    rig.run('setenv columns 20')
    press(rig, 'echo 0123456789abcdef\x01', '\r\x1b[1A\x1b[7C')
    press(rig, '\x15echo fine\r', '\r\nfine\r\n')
    rig.sync()
    rig.run('setenv columns')
    press(rig, 'echo 0123456789abcdef\x01', '\b' * 21)
    press(rig, '\x15echo fine\r', '\r\nfine\r\n')


def test_search(rig):
    rig.run('echo alpha')
    rig.run('echo beta')
    press(rig, '\x12alp', "(search)'alp': echo alpha")
    press(rig, '\r', '\r\nalpha\r\n')
    rig.sync()
    press(rig, 'draft\x12bet\x07', PROMPT + 'draft')
    press(rig, '\x03', '<INTERRUPT>\r\n' + PROMPT)
    press(rig, '\x12bet\x1b[D\x7fA\r', '\r\nbeAa\r\n')
    press(rig, '\x12zzz', "(no such line)'zzz': ")
    press(rig, '\x03', '<INTERRUPT>\r\n' + PROMPT)


@pytest.mark.parametrize('keys,printed', [
    ('echo one two\x1bb\x1bbX', 'Xone two'), ('echo one two\x1b[1;5DX', 'one Xtwo'),
    ('echo one two\x1bbx\x1b[1;5DY\x1bfZ', 'one YxtwoZ'), ('echo one two\x1bb\x1bdx', 'one x'),
    ('echo one two\x17\x19\x19', 'one twotwo'), ('echo one-two\x1b\x7f', 'one-'), ('echo ab\x14', 'ba'),
    ('cho x\x1b[He', 'x'), ('cho x\x1b[1~e', 'x'), ('cho x\x1b[7~e\x1b[8~y', 'xy'), ('cho x\x1bOHe\x1bOFy', 'xy'),
    ('echo abc\x1b[D\x1b[D\x0fX', 'aXc'), ('echo x\x0c', 'x'), ('echo abc\x1b[D\x1b[3~', 'ab'),
])
def test_keys(rig, keys, printed):
    press(rig, keys + '\r', f'\r\n{printed}\r\n{PROMPT}')


def test_punctuation_as_tbot_quotes_it(rig):
    """Two backslashes for one in single quotes, and a quote outside of them; it survives a reset."""
    for text in (string.punctuation, "$'\\b", '\\', "a\\nb '\"' \\$x"):
        quoted = text.replace('\\', '\\\\').replace("'", "'\\''")
        rig.run(f"setenv punctuation '{quoted}'")
        assert rig.run('printenv punctuation') == f'punctuation={text}'
    rig.run('saveenv')
    rig.p.send('reset\n')
    rig.p.expect('resetting ...')
    rig.sync()
    assert rig.run('printenv punctuation') == f'punctuation={text}'


# ---- configs/qemu_virt_rig_defconfig: what a rig sees that knows U-Boot only ----

@pytest.fixture(scope='session')
def rig_image():
    return built('qemu_virt_rig', 'qemu_virt_rig_defconfig')


def test_r16_a_rig_that_knows_u_boot(qemu, rig_image):
    """test/py's pattern of the sign-on, LAVA's and tbot's line, everybody's prompt."""
    m = qemu(bios=rig_image)
    _, sign_on = m.wait(r'(U-Boot \d{4}\.\d{2}[^\r\n]*\))')
    m.wait('Hit any key to stop autoboot:  2 ', literal=True)
    m.send(' ')
    m.wait('\r\n=> ', literal=True)
    m.send('version\r')
    m.wait('version\r\n' + sign_on[1] + '\r\n', literal=True)
    m.wait('\r\n=> ', literal=True)
    m.send('setenv bootdelay 0; saveenv; reset\r')
    m.wait('resetting ...')
    m.wait('Hit any key to stop autoboot:  0 \r\n', literal=True)
    m.wait('\r\n=> ', literal=True)
