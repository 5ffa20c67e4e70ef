# SPDX-License-Identifier: BSD-2-Clause
"""Scripts that every U-Boot runs: the rows R of FIELD.md, each by its name."""

import contextlib
import re
import socket
import struct
import threading
import time
import zlib

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
    'R6 bank, reservations, CPU': [
        ('fdt rsvmem print', 'index\t\t   start\t\t    size\n' + '-' * 48),
        ('fdt rsvmem add 0x50000000 0x1000; fdt rsvmem add 50001000 2000; fdt rsvmem delete 0; fdt rsvmem print',
         'index\t\t   start\t\t    size\n' + '-' * 48 + '\n    0\t0000000050001000\t0000000000002000'),
        ('fdt rsvmem delete 1; echo $?', 'libfdt fdt_del_mem_rsv(): FDT_ERR_NOTFOUND\n1'),
        ('fdt rsvmem add ffffffffffffff00 200; echo $?', '0x200 bytes at 0xffffffffffffff00 are no range\n1'),
        ('fdt bootcpu 3; fdt header get c boot_cpuid_phys; echo $c', '3'),
        ('fdt bootcpu 123456789; echo $?', '0x123456789 does not fit in 32 bits\n1')],
    'R6 move': [
        ('fdt mknode / here; fdt move $fdtcontroladdr 50000000; fdt list /here', 'Working FDT set to 50000000\nhere {\n};'),
        ('fdt move 50000000 50100000 40000; fdt header get s totalsize; echo $s $fdtaddr', 'Working FDT set to 50100000\n40000 50100000'),
        ('fdt move 50000000 50200000 100; echo $?', None),
        ('fdt move 41000000 50300000; echo $?', None),
        ('fdt move 50000000 50000100; echo $?', 'The new place, 0x50000100, and the old one overlap\n1'),
        ('fdt move 50000000 50000004; echo $?', '0x50000004 is on no boundary of 8 bytes\n1'),
        ('fdt move 50000000 50300000 ffffffffffffffff; echo $?', None),
        ('fdt move 50000000 8000000; echo $?', None),
        ('fdt move 7000000000 50300000; echo $?', "0x7000000000 is neither DRAM nor a device's\n1"),
        ('fdt addr', 'Working fdt: 50100000'),
        ('fdt memory 0x60000000 0x30000000; fdt print /memory@40000000 reg',
         'reg = <0x00000000 0x60000000 0x00000000 0x30000000>'),
        ('fdt rm /memory@40000000; fdt memory 48000000 1000; fdt print /memory@48000000 reg',
         'reg = <0x00000000 0x48000000 0x00000000 0x00001000>'),
        ('fdt set / \\#size-cells <1>; fdt memory 40000000 100000000; echo $?', '0x100000000 does not fit the tree\'s one cell\n1')],
    'R7 quoted strings': [
        ('setenv x "a=1 b=2"; fdt set /chosen xen,dom0-bootargs \\"${x}\\"; fdt print /chosen xen,dom0-bootargs',
         'xen,dom0-bootargs = "a=1 b=2"'),
        ('fdt set /chosen y \\"one\\" \\"two three\\" four; fdt print /chosen y', 'y = "one", "two three", "four"'),
        ('fdt set /chosen y \\"a  b; echo $?', 'The value does not end in \'"\'\n1'),
        ('fdt set /chosen y \\"\\"; fdt print /chosen y; fdt get size s /chosen y; echo $s', 'y = [00]\n0x00000001')],
    'R8 names that scripts expect': [
        ('echo $baudrate $stdin $stdout $stderr $arch $cpu $board $board_name $vendor',
         '115200 serial serial serial arm armv8 qemu-arm qemu-arm emulation'),
        ('setenv bootargs console=ttyAMA0,${baudrate}n8; echo $bootargs', 'console=ttyAMA0,115200n8'),
        ('if test ${fdt_addr} = 0x${fdtcontroladdr} -o ${fdt_addr} = ${fdtcontroladdr}; then echo tree; fi', 'tree'),
        ('fdt addr ${fdt_addr} && test -n ${pxefile_addr_r} && echo both', None),
        ('printenv board; env exists vendor; echo $?', 'board=qemu-arm\n0'),
        ('setenv board mine; echo $board; setenv board; echo $board', 'mine\nqemu-arm'),
        ('board=local; echo $board', 'local'),
        ('echo [$soc]', '[]')],
    'R18 set and empty': [
        ('setenv x ""; env exists x; echo $?; printenv x', '0\nx='),
        ('setenv x; env exists x; echo $?', '1'),
        ('setenv e; setenv x $e; env exists x; echo $?', '1'),
        ('setenv x "$e"; env exists x; echo $?; echo [$x]${x:-unset}', '0\n[]unset')],
    'R19 and others': [
        ('itest "" == ""; echo $?', '0'),
        ('itest "" -lt 1; echo $?', '0'),
        ('setenv serial# 123; echo $serial# ${serial#} a#b', '123 123 a#b'),
        ('setenv c abcdef; setenv q ${c:0:3}; echo $q ${c:4} ${c:2:1}x ${c:6}y ${c:99999999999999999999}z "${c:1:99}"',
         'abc ef cx y z bcdef'),
        ('setenv c "a b"; for i in ${c:0:3}; do echo [$i]; done', '[a]\n[b]'),
        ('echo ${c:1:}', None),
        ('printenv nosuch1 nosuch2; echo $?', '## Error: "nosuch1" not defined\n## Error: "nosuch2" not defined\n1'),
        ('env default nosuch; echo $?', "WARNING: 'nosuch' not in imported env, deleting it!\n0"),
        ('setenv bootdelay 7; env default bootdelay; echo $? $bootdelay', '0 0'),
        ('setenv k $kernel_addr_r; setenv kernel_addr_r 1; env default kernel_addr_r; test $kernel_addr_r = $k; echo $?', '0')],
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
        if wanted is None:      # refused, or with more words than are wanted here
            assert got.endswith('\n1') or 'no \'}\'' in got or got.endswith('\nboth'), got
        else:
            assert got == wanted, command


@pytest.mark.parametrize('command, says', [('ver', 'Loft'), ('bdi', 'DRAM'), ('hel', 'printenv'), ('h', 'printenv'),
                                           ('help tftp', 'tftpboot - '), ('help sha2', 'sha256sum - '),
                                           ('help loo', 'loop - '), ('help re', 'reset - ')])
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


def checksummed(text, header, size=0x1000):
    """A stored copy: CRC, with header 5 a generation, the strings."""
    data = text.ljust(size - header, b'\xff')
    return struct.pack('<I', zlib.crc32(data)) + b'\1' * (header - 4) + data


@pytest.mark.parametrize('header', [4, 5])
def test_r14_import_of_either_header(loft, tmp_path, header):
    copy = tmp_path / 'copy'
    copy.write_bytes(checksummed(b'one=1\0two=2 2\0\0', header))
    m = loft(loads=[(copy, 0x41000000)])
    m.run_check('env import -c 41000000 1000')
    assert m.run('echo $one $two') == '1 2 2'
    m.run('mw.b 41000100 0')
    assert 'bad CRC' in m.run_fail('env import -c 41000000 1000')


@pytest.mark.parametrize('header', [4, 5])
def test_r14_stored_with_either_header(loft, tmp_path, header):
    """Found at start-up; saveenv writes beside it, and only then is it the older one."""
    flash = tmp_path / 'flash'
    size = 0x40000
    stored = checksummed(b'one=1\0two=2 2\0\0', header, size)
    with open(flash, 'wb') as f:
        f.write(stored.ljust(2 * size, b'\xff'))
        f.truncate(64 << 20)
    drive = ['-drive', f'if=pflash,unit=1,format=raw,file={flash}']
    m = loft(extra=drive)
    assert m.run('echo $one $two') == '1 2 2'
    m.run('setenv three 3')
    assert 'done' in m.run_check('saveenv')
    m.kill()
    assert flash.read_bytes()[:size] == stored
    assert loft(extra=drive).run('echo $one $two $three') == '1 2 2 3'


def test_c10_entries_that_are_no_variables_stay(loft, tmp_path):
    flash = tmp_path / 'flash'
    with open(flash, 'wb') as f:
        f.write(checksummed(b'one=1\0no equals\0a b=c\0two=2\0\0', 5, 0x40000).ljust(0x80000, b'\xff'))
        f.truncate(64 << 20)
    drive = ['-drive', f'if=pflash,unit=1,format=raw,file={flash}']
    m = loft(extra=drive)
    assert "Loading Environment from Flash... 'a b=c' and 1 more are no variables, but kept\n" in m.text
    assert m.run('echo $one $two') == '1 2'
    m.run_check('saveenv')
    m.kill()
    m = loft(extra=drive)
    assert "'a b=c' and 1 more" in m.text and 'no equals' in m.run('printenv')


def test_c10_import_too_large(loft):
    assert 'more than 0x100000, the most that is looked at' in loft().run_fail('env import -t 41000000 40000000')


# ---- at the prompt ----

@pytest.mark.parametrize('key', ['\x1b[A', '\x1bOP', '\x1b[15~', '\x1b[[A', '\x1b[1;5D', '\x1b'],
                         ids=['up', 'F1', 'F5', 'linux-F1', 'ctrl-left', 'esc'])
def test_c2_keys_stop_autoboot_whole(qemu, tmp_path, key):
    flash = tmp_path / 'flash'
    with open(flash, 'wb') as f:
        f.write(checksummed(b'bootcmd=echo never\0bootdelay=20\0\0', 5, 0x40000).ljust(0x80000, b'\xff'))
        f.truncate(64 << 20)
    m = qemu(extra=['-drive', f'if=pflash,unit=1,format=raw,file={flash}'])
    m.wait('stop autoboot: 20 ', literal=True)
    m.send(key)
    m.prompt()
    assert m.run('echo here') == 'here' and 'never' not in m.text


def test_c3_a_line_that_is_too_long_does_not_run(loft):
    m = loft()
    m.send('setenv long 1; echo ' + 'x' * 5000 + '\r')
    m.wait('line too long: nothing of it runs')
    m.prompt()
    assert m.run('printenv long') == '## Error: "long" not defined'
    m.send('echo ' + 'x' * 5000)            # a person hears the bell, and edits
    m.wait('\a')
    m.send('\x15echo short\r')
    m.wait('\r\nshort\r\n', literal=True)
    m.prompt()


def test_r13_resize_in_hexadecimal(loft):
    """LAVA's default, meant as decimal."""
    m = loft()
    assert 'Room for 0x200000 bytes' in m.run_check('fdt resize 1048576')
    m.run_check('fdt mknode / after')
    assert 'after {' in m.run_check('fdt print /after')


def test_r13_resize_up_to_what_was_loaded(loft, tmp_path):
    """... for a tree that lies below a kernel, as LAVA loads them."""
    (tmp_path / 'kernel').write_bytes(b'k' * 0x10000)
    m = loft(extra=['-semihosting'])
    m.run_check(f'load hostfs - 40400000 {tmp_path}/kernel')
    m.run_check('cp.b $fdtcontroladdr 40300000 20000; fdt addr 40300000')
    assert re.search(r'Room for 0x100000 bytes, up to .*kernel', m.run_check('fdt resize 1048576'))
    assert m.run_check('fdt header get s totalsize; echo $s') == '100000'
    m.run_check('fdt mknode / after')
    assert 'after {' in m.run_check('fdt print /after')
    assert 'Room for 0x100000' in m.run_check('fdt resize 1048576')
    assert 'up to' not in m.run_check('fdt resize 1000')


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


class Stub:
    """QEMU's own gdb stub: enough of its protocol to send the CPU astray."""

    def __init__(self, path):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(30)
        self.s.connect(str(path))
        time.sleep(0.5)
        self.ask('?')
        time.sleep(0.5)
        self.s.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while self.s.recv(4096):    # it tells by itself that it has stopped, too
                pass
        self.s.settimeout(30)
        self.ask('qXfer:features:read:target.xml:0,ffb')    # else there are no single registers

    def ask(self, text):
        self.s.sendall(f'${text}#{sum(text.encode()) % 256:02x}'.encode())
        return self.answer()

    def answer(self):
        got = b''
        while not re.search(rb'\$[^#]*#..', got):
            got += self.s.recv(4096)
        self.s.sendall(b'+')
        return re.search(rb'\$([^#]*)#', got)[1].decode()

    def astray_at(self, address):
        """When the CPU comes to @address it goes on at 8, where nothing is executable."""
        assert self.ask(f'Z1,{address:x},4') == 'OK'
        assert self.ask('c').startswith('T05')
        assert self.ask(f'z1,{address:x},4') == 'OK'
        assert self.ask('P20=' + (8).to_bytes(8, 'little').hex()) == 'OK'
        self.s.sendall(b'$c#63')


def test_a_fault_in_the_shell_itself(loft, build, tmp_path):
    """From the prompt and from a stored bootcmd it comes back to the prompt; the next boot skips bootcmd, once."""
    flash = tmp_path / 'flash'
    with open(flash, 'wb') as f:
        f.write(checksummed(b'bootcmd=echo stored ran\0bootdelay=-2\0\0', 5, 0x40000).ljust(0x80000, b'\xff'))
        f.truncate(64 << 20)
    m = loft(extra=['-drive', f'if=pflash,unit=1,format=raw,file={flash}', '-gdb', f'unix:{tmp_path}/gdb,server=on,wait=off'])
    assert 'stored ran' in m.text
    offset = int(re.search(r'-o 0x(\w+)', m.run_check('gdbinfo'))[1], 16)
    sh_run = offset + int(re.search(r'^(\w+) [tT] sh_run$', (build / 'loft.nm').read_text(), re.M)[1], 16)
    stub = Stub(tmp_path / 'gdb')
    thread = threading.Thread(target=stub.astray_at, args=(sh_run,))
    thread.start()
    time.sleep(1)
    m.send('echo one\r')
    m.wait('fault: ')
    m.prompt()
    thread.join()
    assert m.run('echo two') == 'two'
    # The stored bootcmd, at the next boot: 1 for the line at the prompt that resets.
    stub.s.sendall(b'\x03')
    stub.answer()
    assert stub.ask(f'Z1,{sh_run:x},4') == 'OK'
    stub.s.sendall(b'$c#63')
    m.send('reset\r')
    stub.answer()
    assert stub.ask(f'z1,{sh_run:x},4') == 'OK'
    thread = threading.Thread(target=lambda: (stub.ask('s'), stub.astray_at(sh_run)))
    thread.start()
    m.wait('fault: ')
    text = m.prompt()
    thread.join()
    assert 'stored ran' not in text
    m.send('reset\r')
    text = m.prompt()
    assert 'both are skipped this time' in text and 'stored ran' not in text, text
    m.send('reset\r')
    assert 'stored ran' in m.prompt()


# PSCI SYSTEM_RESET
RESETS = """
	.global _start
_start:	movz	w0, #0x9
	movk	w0, #0x8400, lsl #16
	hvc	#0
	b	.
"""


def test_x4_what_was_booted_is_not_found_again(loft, assemble, tmp_path):
    """From DRAM: a kernel that resets is not booted for ever by boot_targets=ram."""
    flash = tmp_path / 'flash'
    with open(flash, 'wb') as f:
        f.write(checksummed(b'boot_targets=ram\0bootcmd=autoboot\0bootdelay=-2\0\0', 5, 0x40000).ljust(0x80000, b'\xff'))
        f.truncate(64 << 20)
    kernel = assemble(RESETS, 'ENTRY(_start) SECTIONS { . = 0x44000000; .text : { *(.text) } }')
    m = loft(extra=['-semihosting', '-drive', f'if=pflash,unit=1,format=raw,file={flash}'])
    assert 'nothing to boot' in m.text
    m.run_check(f'load hostfs - $loadaddr {kernel}')
    m.send('autoboot\r')
    m.wait('Starting application')
    text = m.prompt()
    assert 'nothing to boot in boot_targets (ram)' in text and text.count('Starting application') == 0, text


def test_c1_nested_values_from_flash(loft, tmp_path):
    """In preboot, bootcmd and altbootcmd: a sentence and the prompt, at every boot."""
    deep = b'echo ' + b'${x:-' * 176 + b'a' + b'}' * 176
    for name in (b'preboot', b'bootcmd', b'altbootcmd'):
        flash = tmp_path / 'flash'
        text = name + b'=' + deep + b'\0bootdelay=-2\0bootcount=9\0bootlimit=1\0upgrade_available=1\0\0'
        with open(flash, 'wb') as f:
            f.write(checksummed(text, 5, 0x40000).ljust(0x80000, b'\xff'))
            f.truncate(64 << 20)
        m = loft(extra=['-drive', f'if=pflash,unit=1,format=raw,file={flash}'])
        assert ("more than 16 '${'" in m.text) == (name != b'bootcmd'), m.text
        assert 'fault:' not in m.text and m.run('echo here') == 'here'
        m.kill()


def test_c7_menu_that_has_nothing_or_something_bad(loft):
    m = loft()
    assert m.run_fail('menu') == 'menu: no bootmenu_0=title=command is set'
    assert m.run_fail('bootmenu') == 'bootmenu: no bootmenu_0=title=command is set'
    m.run('setenv bootmenu_0 one=true; setenv bootmenu_1 bad')
    m.send('menu\r')
    m.wait('bootmenu_1: not title=command, left out')
    start = time.monotonic()
    m.wait('\x1b[2J', literal=True)
    assert time.monotonic() - start > 1.5
    m.send('\x03')
    m.prompt()


def test_c9_env_info_after_saveenv(loft):
    m = loft()
    assert 'env_valid = invalid' in m.run('env info')
    m.run_check('saveenv')
    assert 'env_valid = valid' in m.run('env info')
    m.run_check('saveenv')
    assert 'env_valid = redundant' in m.run('env info')


def test_x7_the_same_file_twice(loft, build):
    m = loft(loads=[(build / 'examples/highhalf/highhalf.elf', 0x48000000)])
    for _ in range(3):
        m.run_check('bootelf -l 48000000')
    assert m.run('memmap').count('kernel segment 0') == 1
    m.send('bootelf 48000000\r')
    m.wait(' ok, 0 FAIL')
