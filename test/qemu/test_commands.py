# SPDX-License-Identifier: BSD-2-Clause
"""The prompt and its commands: U-Boot's names, arguments and printed lines."""

import re
import zlib

import pytest

COMMANDS = ('help version bdinfo echo md mw cp cmp crc32 go bootelf booti bootd run printenv setenv fdt qfw memmap '
            'mmu el2 reset poweroff').split()
RAM = 0x41000000


# ---- the console as a rig relies on it ----

def test_prompt_at_line_start_once(loft):
    m = loft()
    m.send('\r')
    m.wait(r'\r\nloft=> ')
    m.send('echo a\r')
    m.wait(r'echo a\r\na\r\nloft=> $')


@pytest.mark.parametrize('end', ['\r', '\n', '\r\n'], ids=['cr', 'lf', 'crlf'])
def test_line_ends(loft, end):
    m = loft()
    for word in ('one', 'two', 'three'):
        m.send(f'echo {word}' + end)
        m.wait(rf'echo {word}\r\n{word}\r\nloft=> ')
    m.send('echo last' + end)
    text, _ = m.wait(r'\nlast\r\nloft=> ')
    assert 'loft=>' not in text, 'CR LF counted as two lines'


@pytest.mark.parametrize('length', [100, 500, 1000])
def test_long_line_is_echoed_exactly(loft, length):
    """Every character once, in order, without redraw."""
    m = loft()
    line = 'echo ' + ''.join(chr(ord('a') + i % 26) for i in range(length))
    m.send(line + '\r')
    m.wait(line + '\r\n' + line[5:] + '\r\nloft=> ', literal=True)


def test_editing(loft):
    m = loft()
    for typed, wanted in (('echo abX\b \b', 'ab'), ('eco\x1b[Dh\x1b[C x', 'x'), ('xx\x15echo y', 'y'),
                          ('cho z\x01e', 'z'), ('echo keep gone\x17', 'keep'), ('echo one two\x01\x06\x06\x06\x06\x06\x0b new',
                                                                                'new')):
        m.send(typed + '\r')
        m.wait(rf'\n{wanted} ?\r\nloft=> ')


def test_history(loft):
    m = loft()
    m.run('echo first')
    m.run('echo second')
    m.send('\x1b[A\x1b[A\r')
    m.wait(r'\nfirst\r\nloft=> ')
    m.send('\x10\x10\x10\x0e\r')
    m.wait(r'\n(first|second)\r\nloft=> ')


def test_ctrl_c_drops_the_line(loft):
    m = loft()
    m.send('echo never\x03')
    text = m.prompt()
    assert '<INTERRUPT>' in text
    assert m.run('echo on') == 'on'


def test_unknown_command(loft):
    m = loft()
    text, code = m.code('nosuch 1 2')
    assert text == "Unknown command 'nosuch' - try 'help'" and code == 1


def test_lists(loft):
    m = loft()
    assert m.run('echo a; echo b') == 'a\nb'
    assert m.run('echo a && echo b') == 'a\nb'
    assert m.run('nosuch && echo b') == "Unknown command 'nosuch' - try 'help'"
    assert m.run('nosuch || echo c').endswith('c')
    assert m.run('echo a || echo b') == 'a'
    assert m.run('echo "x;  y" \'p $q\' a\\;b') == 'x;  y p $q a;b'


def test_binary_noise(loft):
    """Bytes that are no text never hang it."""
    m = loft()
    m.send(''.join(chr(c) for c in range(128, 256)) + '\x1b[999Z\x1bOP\x7f\x00\x15\r')
    m.prompt()
    assert m.run('echo on').endswith('on')


def test_too_long_line(loft):
    m = loft()
    m.send('echo ' + 'x' * 6000)
    m.send('\r')
    m.prompt()
    assert m.run('echo on') == 'on'


# ---- help, version, bdinfo ----

def test_help_lists_all(loft):
    text = loft().run_check('help')
    assert text.startswith("?         - alias for 'help'")
    names = [line.split()[0] for line in text.splitlines() if ' - ' in line]
    assert not set(COMMANDS) - set(names), set(COMMANDS) - set(names)
    assert names == sorted(names), names


@pytest.mark.parametrize('name', COMMANDS)
def test_usage(loft, name):
    m = loft()
    text = m.run_check(f'help {name}')
    assert text.startswith(f'{name} - ') and '\nUsage:\n' in text, text


def test_wrong_arguments_show_usage(loft):
    m = loft()
    text = m.run_fail('md')
    assert text.startswith('md - ') and '\nUsage:\n' in text
    assert 'Usage:' in m.run_fail('mw 1')
    assert 'Usage:' in m.run_fail('crc32')
    assert m.run_fail('help nosuch').strip()


def test_version_repeats_the_banner(loft):
    m = loft()
    banner = re.search(r'^Loft .*$', m.text, re.M)[0]
    lines = m.run_check('version').splitlines()
    assert lines[0] == banner and lines[1] == ''
    assert re.search(r'(gcc|clang).* \d+\.\d+', lines[2]) and re.search(r'(ld|LLD).* \d+\.\d+', lines[3]), lines
    assert len(lines) == 4


@pytest.mark.parametrize('memory,size', [('128M', 0x8000000), ('1G', 0x40000000), ('4G', 0x100000000)])
def test_bdinfo(loft, memory, size):
    text = loft(memory=memory).run_check('bdinfo')
    assert re.search(r'^DRAM bank\s+= 0x0+$', text, re.M), text
    assert re.search(r'^-> start\s+= 0x0*40000000$', text, re.M), text
    assert re.search(rf'^-> size\s+= 0x0*{size:x}$', text, re.M), text
    assert re.search(r'^relocaddr\s+= 0x[0-9a-f]+$', text, re.M), text
    assert re.search(r'^fdt_blob\s+= 0x[0-9a-f]+$', text, re.M), text


def test_bdinfo_options(loft):
    m = loft()
    assert m.run_check('bdinfo -a') == m.run_check('bdinfo')
    assert [line.split()[0] for line in m.run_check('bdinfo -m').splitlines()] == ['DRAM', '->', '->']
    assert 'Usage:' in m.run_fail('bdinfo -x')


# ---- memory ----

def test_md_mw(loft):
    m = loft()
    m.run_check(f'mw.l {RAM:x} 12345678 10')
    assert m.run_check(f'md.l {RAM:x} 4') == '41000000: 12345678 12345678 12345678 12345678  xV4.xV4.xV4.xV4.'
    assert m.run_check(f'md {RAM:x} 4') == '41000000: 12345678 12345678 12345678 12345678  xV4.xV4.xV4.xV4.'
    assert m.run_check(f'md.b {RAM:x} 4').startswith('41000000: 78 56 34 12')
    assert m.run_check(f'md.w {RAM:x} 2').startswith('41000000: 5678 1234')
    assert m.run_check(f'md.q {RAM:x} 1').startswith('41000000: 1234567812345678')
    assert m.run_check(f'md.b {RAM:x} 10').endswith('  xV4.xV4.xV4.xV4.')
    short = m.run_check(f'md.l {RAM:x} 5').splitlines()
    assert len(short) == 2 and short[1].index('xV4.') == short[0].index('xV4.')
    m.run_check(f'mw.q {RAM:x} 1122334455667788; mw.b {RAM + 8:x} ff 2; mw.w {RAM + 10:x} abcd')
    assert m.run_check(f'md.q {RAM:x} 1').startswith('41000000: 1122334455667788')
    assert m.run_check(f'md.b {RAM + 8:x} 4').startswith('41000008: ff ff cd ab')


def test_md_default_count_and_repeat(loft):
    m = loft()
    assert len(m.run(f'md {RAM:x}').splitlines()) == 16
    m.send('\r')
    text = m.prompt()
    assert text.strip().splitlines()[0].startswith('41000100: '), text
    m.run(f'md.b {RAM:x} 10')
    m.send('\r')
    assert m.prompt().strip().startswith('41000010: ')


def test_cp_cmp(loft):
    m = loft()
    m.run_check(f'mw.l {RAM:x} 5a5a5a5a 40')
    m.run_check(f'cp.l {RAM:x} {RAM + 0x1000:x} 40')
    assert m.run_check(f'cmp.l {RAM:x} {RAM + 0x1000:x} 40') == 'Total of 64 word(s) were the same'
    m.run_check(f'mw.l {RAM + 0x1004:x} 5a5a5a00')
    assert m.run_fail(f'cmp.l {RAM:x} {RAM + 0x1000:x} 40').splitlines() == [
        'word at 0x41000004 (0x5a5a5a5a) != word at 0x41001004 (0x5a5a5a00)',
        'Total of 1 word(s) were the same']
    assert 'byte at 0x' in m.run_fail(f'cmp.b {RAM:x} {RAM + 0x1000:x} 10')
    assert m.run_check(f'cmp.b {RAM:x} {RAM + 0x1000:x} 4') == 'Total of 4 byte(s) were the same'
    m.run_check(f'mw.b {RAM:x} 1; mw.b {RAM + 1:x} 2; mw.b {RAM + 2:x} 3; mw.b {RAM + 3:x} 4; cp.b {RAM:x} {RAM + 1:x} 3')
    assert m.run_check(f'md.b {RAM:x} 4').startswith('41000000: 01 01 02 03'), 'cp must move overlapping bytes rightly'


def test_crc32(loft, tmp_path):
    file = tmp_path / 'data'
    data = bytes(i * 7 & 255 for i in range(0x12345))
    file.write_bytes(data)
    m = loft(loads=[(file, RAM)])
    crc = zlib.crc32(data)
    assert m.run_check(f'crc32 {RAM:x} {len(data):x}') == f'crc32 for 41000000 ... {RAM + len(data) - 1:x} ==> {crc:08x}'
    for off, n in ((1, 3), (5, 4096), (7, 0), (8, 64), (3, 1)):
        want = zlib.crc32(data[off:off + n])
        if n:
            assert f'==> {want:08x}' in m.run_check(f'crc32 {RAM + off:x} {n:x}')
    m.run_check(f'crc32 {RAM:x} 100 {RAM - 0x100:x}')
    want = zlib.crc32(data[:256])
    assert m.run_check(f'md.b {RAM - 0x100:x} 4').startswith('40ffff00: ' + want.to_bytes(4, 'big').hex(' '))
    m.run_check(f'crc32 -v {RAM:x} {len(data):x} {crc:08x}')
    m.run_fail(f'crc32 -v {RAM:x} {len(data):x} {crc ^ 1:08x}')


def test_numbers(loft):
    m = loft()
    assert m.run_check('md.b 0x41000000 1').startswith('41000000:')
    for bad in ('4100000g', '', '0x', '123456789abcdef01', '-1'):
        text, code = m.code(f'md.b "{bad}" 1')
        assert code != 0 and 'ynchronous' not in text, (bad, text)


# ---- environment ----

def test_env(loft):
    m = loft()
    m.run_check('setenv x a  b "c  d"')
    assert m.run_check('printenv x') == 'x=a b c  d'
    assert m.run('echo $x ${x}.') == 'a b c d a b c d.' or m.run('echo "$x" "${x}."') == 'a b c  d a b c  d.'
    m.run_check('setenv x')
    assert m.code('printenv x') == ('## Error: "x" not defined', 1)
    assert m.run('echo [${x}]') == '[]'
    text = m.run_check('printenv')
    assert re.search(r'^bootcmd=', text, re.M) and re.search(r'^bootdelay=', text, re.M)
    assert re.search(r'\n\nEnvironment size: \d+/\d+ bytes$', text), text
    names = [line.split('=')[0] for line in text.split('\n\n')[0].splitlines()]
    assert names == sorted(names)


def test_run_and_bootd(loft):
    m = loft()
    m.run_check("setenv a 'echo in a; echo again'; setenv b 'echo in b'")
    assert m.run_check('run a b') == 'in a\nagain\nin b'
    assert '"nosuch" not defined' in m.run_fail('run nosuch')
    m.run_check("setenv bootcmd 'echo this is bootcmd'")
    assert m.run_check('bootd') == 'this is bootcmd'
    m.run_check("setenv loop 'run loop'")
    text, code = m.code('run loop')
    assert code != 0 and 'ynchronous' not in text, 'a variable that runs itself must end with a message'


def test_env_fills_up_and_survives(loft):
    m = loft()
    full = False
    for i in range(200):
        text, code = m.code(f'setenv big{i} ' + 'y' * 900)
        if code:
            full = True
            assert text.strip(), 'a full environment must say so'
            break
    assert full or 'big199=' in m.run('printenv big199')
    m.run_check('setenv big0')
    m.run_check('setenv small 1')
    assert m.run('printenv small') == 'small=1'


# ---- FDT ----

def test_fdt(loft, tmp_path):
    kernel = tmp_path / 'no-kernel'
    kernel.write_bytes(b'no kernel at all')
    m = loft(kernel=kernel, append='root=/dev/vda  x')     # -append needs a -kernel
    base = re.search(r'fdt_blob\s*=\s*0x0*([0-9a-f]+)', m.run('bdinfo'))[1]
    assert m.run_check(f'fdt addr {base}') == f'Working FDT set to {base}'
    header = m.run_check('fdt header')
    assert re.search(r'^magic:\t+0xd00dfeed$', header, re.M), header
    assert re.search(r'^totalsize:\t+0x[0-9a-f]+ \(\d+\)$', header, re.M), header
    assert re.search(r'^version:\t+17$', header, re.M) and re.search(r'^last_comp_version:\t+16$', header, re.M)
    text = m.run_check('fdt print /chosen')
    assert text.startswith('chosen {\n') and text.endswith('};'), text
    assert re.search(r'^\tstdout-path = "/pl011@9000000";$', text, re.M), text
    assert 'bootargs = "root=/dev/vda  x"' in text
    assert m.run_check('fdt print /pl011@9000000 reg') == 'reg = <0x00000000 0x09000000 0x00000000 0x00001000>'
    assert 'compatible = "arm,pl011", "arm,primecell"' in m.run_check('fdt print /pl011@9000000')
    assert 'cpus {' in m.run_check('fdt list /')
    assert m.run_fail('fdt print /nosuch') == 'libfdt fdt_path_offset() returned FDT_ERR_NOTFOUND'


def test_fdt_edit(loft):
    m = loft()
    m.run_check('fdt resize 1000')
    m.run_check('fdt mknode / test')
    m.run_check('fdt set /test s "hello world"')
    m.run_check('fdt set /test n <1 0x22 33>')
    m.run_check('fdt set /test b [aa bb 0c]')
    m.run_check('fdt set /test flag')
    assert m.run_check('fdt print /test').splitlines() == [
        'test {', '\ts = "hello world";', '\tn = <0x00000001 0x00000022 0x00000021>;', '\tb = [aa bb 0c];', '\tflag;', '};'] or \
        's = "hello world"' in m.run('fdt print /test s')
    m.run_check('fdt rm /test s')
    assert 'hello' not in m.run_check('fdt print /test')
    m.run_check('fdt rm /test')
    assert 'FDT_ERR_NOTFOUND' in m.run_fail('fdt print /test')
    m.run_check('fdt chosen 48000000 48001000')
    assert 'linux,initrd-start' in m.run_check('fdt print /chosen')
    for i in range(400):
        if m.code('fdt set /chosen filler%d "%s"' % (i, 'z' * 200))[1]:
            break
    assert m.run('echo on') == 'on'


def test_fdt_addr_of_garbage(loft):
    m = loft()
    m.run(f'mw.b {RAM:x} 5a 1000')
    assert m.run_fail(f'fdt addr {RAM:x}').strip()
    m.run(f'mw.l {RAM:x} edfe0dd0; mw.l {RAM + 4:x} ffffffff')
    assert m.run_fail(f'fdt addr {RAM:x}').strip()
    assert 'chosen {' in m.run_check('fdt print /chosen'), 'the tree in use must stay'


# ---- fw_cfg, memory map, MMU, EL2 ----

def test_qfw(loft, highhalf, tmp_path):
    kernel = tmp_path / 'not-a-kernel'
    kernel.write_bytes(b'not a kernel at all' * 100)
    initrd = tmp_path / 'initrd'
    initrd.write_bytes(b'ramdisk bytes' * 100)
    m = loft(kernel=kernel, initrd=initrd, append='from qemu', extra=['-fw_cfg', 'name=opt/org.test/x,string=hello'])
    text = m.run_check('qfw list')
    assert 'opt/org.test/x' in text and 'etc/' in text
    m.run_check('qfw load 48000000 49000000')
    assert m.run_check('md.b 48000000 4').startswith('48000000: 6e 6f 74 20')
    assert m.run_check('md.b 49000000 4').startswith('49000000: 72 61 6d 64')
    assert f'==> {zlib.crc32(initrd.read_bytes()):08x}' in m.run_check(f'crc32 49000000 {13 * 100:x}')
    assert 'from qemu' in m.run_check('printenv bootargs') + m.run('fdt print /chosen')
    assert m.run_fail('qfw load 9000000 9000000').strip(), 'a load over the UART must be refused'


def test_memmap(loft):
    text = loft().run_check('memmap')
    assert re.search(r'40000000', text) and re.search(r'(?i)loft', text) and re.search(r'(?i)fdt', text)


def test_low_ram_is_free(loft):
    """Scripts own DRAM base + 2 MiB to + 256 MiB on a 1 GiB machine."""
    m = loft()
    m.run_check('mw.q 40200000 a5a5a5a5a5a5a5a5 1fc0000', timeout=120)
    assert m.run('echo on') == 'on'
    assert m.run_check('md.l 4ffffff0 4').startswith('4ffffff0: a5a5a5a5 a5a5a5a5')


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_mmu(loft, el2):
    m = loft(el2=el2)
    text = m.run_check('mmu')
    assert re.search(r'^ +0*9000000-', text, re.M), 'the UART is shown'
    assert 'FAIL' not in m.run_check('mmu audit')
    walk = m.run_check('mmu walk 40200000')
    assert 'level' in walk and '40200000' in walk
    assert 'not mapped' in m.run_fail('mmu walk 0')


def test_mmu_finds_no_writable_code(loft):
    m = loft()
    text = m.run_check('mmu')
    assert 'r-x' in text and 'rwx' not in text, text


def test_el2(loft):
    assert re.search(r'HCR_EL2', loft(el2=True, cpu='max').run_check('el2'))
    assert re.search(r'(?i)EL1|not|no EL2', loft().run('el2'))


# ---- go, bootelf, booti, reset, poweroff ----

def test_go_returns(loft, assemble):
    """go runs a program at the current EL with its arguments and shows what it returned."""
    program = assemble('.globl _start\n_start:\n\tldr x2, [x1, #8]\n\tldrb w0, [x2]\n\tret\n', flat=True)
    m = loft(loads=[(program, RAM)])
    text = m.run(f'go {RAM:x} A')
    assert '## Starting application at 0x41000000 ...' in text
    assert re.search(r'## Application terminated, rc = 0x4[01]', text) or 'rc = 0x' in text, text


def test_go_into_nothing(loft):
    m = loft()
    text = m.run('go 8000000000')
    assert re.search(r'(?i)abort|fault|not', text), text
    assert m.run('echo on') == 'on'


def test_go_on_data(loft):
    m = loft()
    m.run('mw.l 41000000 0 100')
    m.run('go 41000000')
    assert m.run('echo on') == 'on'


def test_bootelf_nothing_there(loft):
    m = loft()
    assert '## No elf image at address 0x41000000' in m.run_fail(f'bootelf {RAM:x}')


def test_booti_nothing_there(loft):
    m = loft()
    assert 'Bad Linux ARM64 Image magic!' in m.run_fail(f'booti {RAM:x} - 40000000')


def test_reset(loft):
    m = loft()
    m.send('reset\r')
    m.wait(r'resetting \.\.\.')
    m.prompt()
    assert len(re.findall(r'^Loft ', m.text, re.M)) == 2
    assert m.run('echo again') == 'again'


@pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])
def test_poweroff(loft, el2):
    m = loft(el2=el2)
    m.send('poweroff\r')
    assert 'poweroff ...' in m.finish()


# ---- the dry run ----

def test_dry_run(loft, highhalf):
    m = loft(loads=[(highhalf, 0x48000000)])
    text = m.run_check('bootelf -n 48000000')
    assert 'FAIL' not in text and re.search(r'^ok\b', text, re.M), text
    for register in ('SCTLR_EL1', 'TCR_EL1', 'TTBR1_EL1', 'MAIR_EL1', 'VBAR_EL1'):
        assert register in text, register
    again = m.run_check('bootelf -n 48000000')
    assert 'FAIL' not in again, 'a dry run must leave everything as it was'
    m.send('bootelf 48000000\r')
    assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', m.finish(), re.M)


def test_loglevel_debug_reports_and_boots(loft, highhalf):
    m = loft(loads=[(highhalf, 0x50000000)])
    m.run_check('setenv loglevel debug')
    m.send('bootelf 50000000\r')
    text = m.finish()
    assert 'TCR_EL1' in text and 'owners' in text and 'W^X' in text
    assert text.index('owners') < text.index('highhalf: entered')


def test_dry_run_with_registers_and_options(loft, highhalf):
    m = loft(loads=[(highhalf, 0x48000000)], el2=True)
    text = m.run_check('bootelf -n -o FLAGS=KEEP_IDMAP,STACK_SIZE=32768 -r x4=1234,x5=5678 48000000')
    assert 'FAIL' not in text
    assert '1234' in text and '5678' in text


def test_load_only(loft, highhalf):
    m = loft(loads=[(highhalf, 0x48000000)])
    m.run_check('bootelf -l 48000000')
    assert m.run('echo on') == 'on'
