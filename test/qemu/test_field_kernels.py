# SPDX-License-Identifier: BSD-2-Clause
"""Other people's kernels (FIELD K1 to K10, I1 to I9): what QEMU's own -kernel boots, Loft boots by the same words."""

import re
import subprocess

import pytest

from conftest import CROSS, QEMU


VIRT = 0xffffff8000000000
LEVELS = pytest.mark.parametrize('el2', [False, True], ids=['el1', 'el2'])

# A kernel that is linked high and maps itself: one table for both halves, 1 GiB blocks, Device and Normal.
MACROS = """
	.macro	build_tables
	adrp	x9, table
	add	x9, x9, :lo12:table
	mov	x10, #0x405
	str	x10, [x9]
	mov	x10, #0x701
	movk	x10, #0x4000, lsl #16
	str	x10, [x9, #8]
	.endm

	.macro	mmu_on
	mov	x10, #0x04ff
	msr	mair_el1, x10
	ldr	x10, =0x2b5193519
	msr	tcr_el1, x10
	msr	ttbr0_el1, x9
	msr	ttbr1_el1, x9
	tlbi	vmalle1
	dsb	nsh
	isb
	mrs	x10, sctlr_el1
	mov	x11, #0x1005
	orr	x10, x10, x11
	msr	sctlr_el1, x10
	isb
	.endm

	.macro	go_high
	ldr	x10, =high
	br	x10
	.endm

	.macro	drop_to_el1
	mrs	x10, CurrentEL
	cmp	x10, #8
	b.ne	1f
	mov	x10, #(1 << 31)
	msr	hcr_el2, x10
	mov	x10, #0x33ff
	msr	cptr_el2, x10
	mov	x10, #0x3c5
	msr	spsr_el2, x10
	adr	x10, 1f
	msr	elr_el2, x10
	eret
1:
	.endm

	.macro	put char
	mov	w11, #\\char
	str	w11, [x12]
	.endm
"""

HIGH = """
	.section .text.high, "ax"
high:
	adrp	x10, stack
	add	sp, x10, :lo12:stack
	ldr	x12, =0xffffff8009000000
	adr	x10, hello
2:	ldrb	w11, [x10], #1
	cbz	w11, 3f
	str	w11, [x12]
	b	2b
3:	mrs	x10, CurrentEL
	lsr	w11, w10, #2
	add	w11, w11, #'0'
	str	w11, [x12]
	put	'\\n'
	ldr	x0, =0x84000008
	CONDUIT	#0
	b	.
hello:	.asciz "high, at EL"
	.balign 8
	.ltorg
	.bss
	.balign 4096
table:	.skip 4096
	.skip 4096
	.globl stack
stack:
"""

SHAPES = {
    'own tables at the entry': '_start:\n build_tables\n mmu_on\n go_high',
    'behind a jump': '_start:\n b 9f\n .ascii "MAGICMAGIC12"\n9: build_tables\n mmu_on\n go_high',
    'behind a register': '_start:\n adr x1, boot\n br x1\n .skip 64\nboot: build_tables\n mmu_on\n go_high',
    'in functions': '_start:\n adrp x1, stack\n add sp, x1, :lo12:stack\n bl make\n bl turn_on\n go_high\n'
                    'make: stp x29, x30, [sp, #-16]!\n build_tables\n ldp x29, x30, [sp], #16\n ret\n'
                    'turn_on: mmu_on\n ret',
    'pushes before SP is set': '_start:\n stp x29, x30, [sp, #-16]!\n bl make\n ldp x29, x30, [sp], #16\n go_high\n'
                               'make: stp x29, x30, [sp, #-16]!\n build_tables\n mmu_on\n ldp x29, x30, [sp], #16\n ret',
    'other CPUs wait': '_start:\n mrs x1, mpidr_el1\n and x1, x1, #0xff\n cbz x1, 9f\n8: wfe\n b 8b\n'
                       '9: build_tables\n mmu_on\n go_high',
    'knows EL2': '_start:\n drop_to_el1\n build_tables\n mmu_on\n go_high',
    'by a table of functions': '_start:\n adrp x1, stack\n add sp, x1, :lo12:stack\n adr x20, ops\n ldr x1, [x20, #8]\n'
                               ' blr x1\n go_high\n .balign 8\nops: .quad 0, own - 0xffffff8000000000\n'
                               'own: build_tables\n mmu_on\n ret',
    '2 MiB behind': '_start:\n b far\n .section .text.zfar, "ax"\n .skip 0x200000\nfar: build_tables\n mmu_on\n go_high',
}

TWO_SEGMENTS = """ENTRY(_start)
PHDRS { text PT_LOAD FLAGS(5); data PT_LOAD FLAGS(6); }
SECTIONS {
	. = %(virt)#x + %(at)#x;
	.text : AT(ADDR(.text) - %(virt)#x) { *(.text) *(.text.*) } :text
	. = ALIGN(4096);
	.data : AT(ADDR(.data) - %(virt)#x) { *(.data) } :data
	.bss : AT(ADDR(.bss) - %(virt)#x) { *(.bss) } :data
}"""
ONE_RWX = """ENTRY(_start)
PHDRS { all PT_LOAD FLAGS(7); }
SECTIONS {
	. = %(virt)#x + %(at)#x;
	.text : AT(ADDR(.text) - %(virt)#x) { *(.text) *(.text.*) } :all
	.bss : AT(ADDR(.bss) - %(virt)#x) { *(.bss) } :all
}"""
SHARED_GRANULE = TWO_SEGMENTS.replace('. = ALIGN(4096);', '')
PHYSICAL_ENTRY = TWO_SEGMENTS.replace('ENTRY(_start)', f'ENTRY(entry_pa)\nentry_pa = _start - {VIRT:#x};')


def kernel(assemble, body, script=TWO_SEGMENTS, at=0x40280000, conduit='hvc'):
    source = MACROS + '\t.text\n\t.globl _start\n' + body + '\n\t.ltorg\n' + HIGH.replace('CONDUIT', conduit)
    return assemble(source, script % {'virt': VIRT, 'at': at})


def boots(m, el=1):
    text = m.finish()
    assert re.search(f'^high, at EL{el}$', text, re.M), text
    assert text.count('Loft') < 10 and text.count('## Starting application') == 1, text
    assert 'fault' not in text, text
    return text


@LEVELS
@pytest.mark.parametrize('shape', SHAPES)
def test_k1_maps_itself(qemu, assemble, shape, el2):
    """K1: each known shape, by a bare -kernel; QEMU's own -kernel enters the same file."""
    text = boots(qemu(kernel=kernel(assemble, SHAPES[shape]), el2=el2))
    line = re.search(r'^ +msr (TTBR\S+) at 0x(\S+): this kernel maps itself.*$', text, re.M)
    assert line and line[1].startswith('TTBR0_EL1') and '-V' in line[0], text
    takes_el1 = el2 and shape != 'knows EL2'
    assert ('does not know EL2: EL1' in line[0]) == takes_el1, text
    level = 2 if el2 and shape == 'knows EL2' else 1
    assert re.search(rf'^## Starting application at 0x40280000 \.\.\. \(MMU off, EL{level}\)$', text, re.M), text


@LEVELS
@pytest.mark.parametrize('script', [ONE_RWX, SHARED_GRANULE, PHYSICAL_ENTRY], ids=['rwx', 'shared', 'physical'])
def test_k1_links(qemu, assemble, script, el2):
    """K1: one RWX segment, segments that share a granule, ENTRY() of a physical symbol."""
    boots(qemu(kernel=kernel(assemble, SHAPES['own tables at the entry'], script), el2=el2))


def test_k1_at_the_first_byte_of_dram(qemu, assemble):
    boots(qemu(kernel=kernel(assemble, SHAPES['in functions'], at=0x40000000)))


def test_k1_from_el3(qemu, assemble):
    """Entered at EL3: the monitor's PSCI by SMC."""
    boots(qemu(kernel=kernel(assemble, SHAPES['in functions'], conduit='smc'), machine=',secure=on'))


def test_k1_dry_run_and_options(loft, assemble):
    """bootelf -n says what was seen; -V maps all the same, -u and -e go before the guess."""
    file = kernel(assemble, SHAPES['in functions'])
    m = loft(loads=[(file, 0x48000000)], el2=True)
    text = m.run_check('bootelf -n 48000000')
    assert 'this kernel maps itself' in text and 'kernel at EL1, MMU off' in text, text
    assert 'early vectors' in text and 'boot stack' in text, text
    text = m.run_check('bootelf -n -V 48000000')
    assert 'maps itself' not in text and 'kernel at EL1, MMU on' in text, text
    text = m.run_check('bootelf -n -e 2 48000000')
    assert 'kernel at EL2, MMU off' in text and 'does not know EL2' not in text, text
    assert 'exclude each other' in m.run_fail('bootelf -n -u -V 48000000')
    text = m.run_check('bootelf -n -o VA_BITS=39 48000000')
    assert 'MMU on' in text and 'maps itself' not in text, text


def test_k1_a_note_decides(loft, asking):
    """The examples and the kernels of test/payloads ask, or write no TTBR: they are mapped as before."""
    for name in ('nonote', 'idmap'):
        m = loft(loads=[(asking / f'{name}.elf', 0x48000000)])
        text = m.run_check('bootelf -n 48000000')
        assert 'maps itself' not in text and 'kernel at EL1, MMU on' in text, text


def test_k1_too_far_to_see(loft, assemble):
    """A TTBR behind more than is looked at: the guess is said beside the option that reverses it."""
    file = kernel(assemble, '_start:\n .rept 1100\n nop\n .endr\n build_tables\n mmu_on\n go_high')
    m = loft(loads=[(file, 0x48000000)])
    text = m.run_check('bootelf -n 48000000')
    assert 'no msr to a TTBR in its first 1024 instructions: mapped (-u: MMU off, it maps itself)' in text, text
    m.send('bootelf -u 48000000\r')
    boots(m)


FLAT = """
	adr	x1, text
	mov	x9, #0x09000000
1:	ldrb	w2, [x1], #1
	cbz	w2, 2f
	str	w2, [x9]
	b	1b
2:	BODY
	b	.
	.ltorg
text:	.asciz	"flat code runs\\n"
"""

@pytest.mark.parametrize('options', [['-Wl,-Ttext=0x40100000'], ['-Wl,-N', '-Wl,-Ttext=0x40100000'],
                                     ['-Wl,-z,separate-code', '-Wl,-Ttext=0x40100000', '-Wl,--build-id']], ids=' '.join)
def test_k1_linked_by_ttext(qemu, tmp_path, options):
    """The file's own headers and the build-id stay where no script put them, at 0x400000, where no DRAM is."""
    (tmp_path / 'k.S').write_text(f'\t.globl _start\n_start:{FLAT.replace("BODY", "movz x0, 0x8400, lsl 16; movk x0, 8; hvc 0")}')
    subprocess.run([CROSS + 'gcc', '-nostdlib', '-static', *options, '-o', tmp_path / 'k.elf', tmp_path / 'k.S'], check=True)
    text = qemu(kernel=tmp_path / 'k.elf').finish()
    assert re.search(r'segment 0 at 0x4000\S+ is not in DRAM, and left out: only headers and notes of the file', text), text
    assert 'flat code runs' in text, text


# ---- K2: a fault of an unmapped kernel is reported, once ----

FAULTS = {
    'hole': ('ldr x1, =0x700000000\n\tldr x0, [x1]', 'data abort'),
    'udf': ('.word 0', 'instruction|undefined|unknown'),
    'bad sp': ('mov x1, #0x7000000000\n mov sp, x1\n\tstp x0, x1, [sp, #-16]!', 'data abort'),
    'mapped and lost': ('build_tables\n mmu_on\n ldr x1, =0x3000000000\n ldr x0, [x1]', 'data abort'),
}
LOW = 'ENTRY(_start)\nPHDRS { all PT_LOAD FLAGS(7); }\n' \
      'SECTIONS { . = 0x40280000; .text : { *(.text) *(.text.*) } :all .bss : { *(.bss) } :all }'


def reported_once(m, kind, el):
    m.wait('stopped: reset the machine', timeout=20)
    text = m.text
    assert len(re.findall('^fault: ', text, re.M)) == 1, text
    assert re.search(rf'^fault: .*({kind}).*, in the kernel$', text, re.M | re.I), text
    assert re.search(rf'SPSR 0x\S+  at EL{el} ', text), text
    assert text.count('Loft 20') <= 1 and 'fault inside' not in text and 'on the way home' not in text, text
    return text


@LEVELS
@pytest.mark.parametrize('fault', FAULTS)
def test_k2_fault_is_reported(qemu, assemble, fault, el2):
    body, kind = FAULTS[fault]
    source = MACROS + f'\t.text\n\t.globl _start\n_start:\n\tmov x20, #0x4242\n\t{body}\n\tb .\n\t.ltorg\n' + \
        HIGH.replace('CONDUIT', 'hvc')
    el = 1 if fault == 'mapped and lost' or not el2 else 2
    text = reported_once(qemu(kernel=assemble(source, LOW), el2=el2), kind, el)
    assert re.search(r'\bELR 0x0*402800[0-9a-f]+ _start\+0x', text), text
    assert re.search(r'x20 0*4242', text), text
    if fault == 'bad sp':
        assert re.search(r' sp +0*7000000000$', text, re.M), text
    if fault == 'mapped and lost':
        assert 'walk of FAR 0x0000003000000000' in text, text
    else:
        assert 'walk of FAR' not in text, text


def test_k2_wrong_guess_is_not_mute(qemu, assemble):
    """The report names the guess and the option that reverses it."""
    body = '_start:\n ldr x1, =0xffffff8009000000\n ldr w0, [x1]\n msr ttbr0_el1, xzr\n b .'
    text = reported_once(qemu(kernel=kernel(assemble, body)), 'data abort', 1)
    assert re.search(r'writes TTBR0_EL1 \(at 0x\S+\); if it wants to be mapped: bootelf -V', text), text
    body = '_start:\n ldr x1, =0x40280000\n ldr w0, [x1]\n b .'
    text = reported_once(qemu(kernel=kernel(assemble, body)), 'data abort', 1)
    assert 'if it maps itself: bootelf -u' in text, text


HEADER = """
	b	begin
	.long	0
	.quad	0, 0x10000, 10, 0, 0, 0
	.ascii	"ARM\\x64"
	.long	0
begin:
"""


@LEVELS
def test_k1_code_without_a_header(qemu, assemble, el2):
    """QEMU's -kernel takes any file for code, 512 KiB above where DRAM begins; what can be none is refused by test_hostile."""
    m = qemu(kernel=assemble(FLAT.replace('BODY', "stp x0, x1, [sp, #-16]!\n.word 0"), flat=True), el2=el2)
    text = reported_once(m, 'instruction', 2 if el2 else 1)
    assert 'no header: code, placed at 0x40080000 as QEMU places it' in text and '\nflat code runs\n' in text, text
    assert re.search(r'\bELR 0x0*400800[0-9a-f]+$', text, re.M), text


@LEVELS
@pytest.mark.parametrize('fault', ['hole', 'udf', 'push'])
def test_k2_fault_of_an_image_is_reported(qemu, assemble, fault, el2):
    """By Loft's own vectors, on their stack: nothing is reserved for what may be Linux."""
    body = 'stp x0, x1, [sp, #-16]!\n.word 0' if fault == 'push' else FAULTS[fault][0]
    image = assemble(HEADER + FLAT.replace('BODY', body), flat=True)
    reported_once(qemu(kernel=image, el2=el2), 'data abort' if fault == 'hole' else 'instruction', 2 if el2 else 1)


@LEVELS
def test_k2_early_report_on_request(loft, assemble, el2):
    """With early_report=yes an Image has vectors and a stack that are reserved, as an ELF."""
    image = assemble(HEADER + FLAT.replace('BODY', FAULTS['bad sp'][0]), flat=True)
    m = loft(loads=[(image, 0x48000000)], el2=el2)
    m.run_check('setenv early_report yes')
    m.send('booti 48000000 - ${fdtcontroladdr}\r')
    text = reported_once(m, 'data abort', 2 if el2 else 1)
    assert re.search(r' sp +0*7000000000$', text, re.M), text


# ---- K7 ----

def test_k7_psci_by_hvc_over_the_stub(qemu, assemble):
    """A kernel at EL1 over the EL2 stub that calls PSCI by HVC, though the tree says SMC: answered (boots() powers off so)."""
    body = """_start:
	build_tables
	mmu_on
	ldr	x0, =0x84000000
	hvc	#0
	mov	x20, x0
	mov	x0, #9
	hvc	#0
	ldr	x1, =0xbadca11
	cmp	x0, x1
	b.ne	8f
	cmp	x20, #0x10000
	b.lt	8f
	go_high
8:	.word	0
"""
    boots(qemu(kernel=kernel(assemble, body), el2=True))


# ---- K3: /memory is the machine's ----

@pytest.fixture
def tree(qemu, tmp_path, loft):
    """virt's own tree with another /memory, as a file."""
    def make(memory, chosen=''):
        dumped = tmp_path / 'virt.dtb'
        subprocess.run([QEMU, '-M', f'virt,dumpdtb={dumped}', '-cpu', 'cortex-a57', '-m', '1G'], check=True,
                       capture_output=True)
        source = subprocess.run(['dtc', '-I', 'dtb', '-O', 'dts', '-q', str(dumped)], check=True, capture_output=True,
                                text=True).stdout
        source, count = re.subn(r'(memory@40000000 \{[^}]*reg = )<[^>]*>', rf'\1{memory}', source)
        assert count == 1
        source = source.replace('chosen {', 'chosen {' + chosen)
        out = tmp_path / 'user.dtb'
        subprocess.run(['dtc', '-O', 'dtb', '-q', '-o', str(out), '-'], input=source, text=True, check=True)
        return out
    return make


@pytest.mark.parametrize('memory', ['<0 0 0 0>', '<0 0x40000000 0 0x1000000>', '<8 0x80000000 1 0>'],
                         ids=['empty', 'less', "another machine's"])
def test_k3_memory_is_the_machines(loft, highhalf, tree, memory):
    """K3: the example kernel, given a board's tree, finds the memory that there is."""
    m = loft(loads=[(highhalf, 0x48000000), (tree(memory), 0x50000000)])
    assert '\nok   /memory of the FDT has the machine\'s DRAM, 1 banks of 1048576 KiB in all' in m.run_check(
        'bootelf -n -d 50000000 48000000')
    m.send('bootelf -d 50000000 48000000\r')
    text = m.finish()
    assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', text, re.M), text


@pytest.mark.parametrize('how', ['property', 'variable'])
def test_k3_memory_is_kept_on_request(loft, highhalf, tree, how):
    m = loft(loads=[(highhalf, 0x48000000), (tree('<0 0 0 0>', 'loft,keep-memory;' if how == 'property' else ''), 0x50000000)])
    if how == 'variable':
        m.run('setenv fdt_keep_memory yes')
    assert '/memory' not in m.run_check('bootelf -n -d 50000000 48000000')
    m.send('bootelf -d 50000000 48000000\r')
    assert not re.search(r'^highhalf: \d+ ok, 0 FAIL$', m.finish(), re.M)


# ---- K5, K6, K8, K9, I1 to I9 ----

IMAGE_CODE = """
	.text
	.globl _start
_start:
	b	1f
	.long	0
	.quad	TEXT_OFFSET, 0x4000, 2
	.quad	0, 0, 0
	.ascii	"ARM\\x64"
	.long	0
1:	ldr	x12, =0x09000000
	adr	x1, _start
	lsr	x1, x1, #2
	and	x1, x1, #0xf
	add	w1, w1, #'0'
	str	w1, [x12]
	mov	x20, x0
	adr	x10, done
2:	ldrb	w11, [x10], #1
	cbz	w11, 3f
	str	w11, [x12]
	b	2b
3:	ldr	x0, =0x84000008
	hvc	#0
	b	.
done:	.asciz	" image runs\\n"
"""


@pytest.mark.parametrize('offset', [0x80000, 0xfffc0, 0x84], ids=hex)
def test_k5_text_offset(qemu, assemble, offset):
    """K5: text_offset need be no multiple of 4096 (Unikraft's is 0xfffc0)."""
    image = assemble(IMAGE_CODE.replace('TEXT_OFFSET', hex(offset)), flat=True)
    text = qemu(kernel=image).finish()
    assert re.search(rf'^{offset // 4 % 16 if offset // 4 % 16 < 10 else "."} image runs$', text, re.M), text


@pytest.fixture
def ramdisk(tmp_path):
    """A ramdisk, and the same behind mkimage's header."""
    plain, wrapped = tmp_path / 'initrd', tmp_path / 'uInitrd'
    plain.write_bytes(b'RAMDISK!' * 512)
    subprocess.run(['mkimage', '-A', 'arm64', '-O', 'linux', '-T', 'ramdisk', '-C', 'none', '-n', 'test', '-d',
                    str(plain), str(wrapped)], check=True, capture_output=True)
    return wrapped


SHOW_INITRD = """
	.text
	.globl _start
_start:
	ldr	x12, =0x09000000
	mov	x10, x1
	mov	w9, #8
2:	ldrb	w11, [x10], #1
	str	w11, [x12]
	subs	w9, w9, #1
	b.ne	2b
	mov	w11, #'\\n'
	str	w11, [x12]
	ldr	x0, =0x84000008
	hvc	#0
	b	.
"""


@pytest.mark.parametrize('how', ['booti', 'booti with size', 'initrd'])
def test_k6_uinitrd(qemu, loft, assemble, ramdisk, how):
    """K6: mkimage's header of a ramdisk is taken off, with and without a size, and by -initrd."""
    if how == 'initrd':
        m = qemu(kernel=assemble(SHOW_INITRD, LOW), initrd=ramdisk, append='loft.bootelf="-r x1=@initrd"')
        assert re.search('^RAMDISK!$', m.finish(), re.M), m.text
        return
    m = loft(loads=[(assemble(IMAGE_CODE.replace('TEXT_OFFSET', '0x80000'), flat=True), 0x48000000),
                    (ramdisk, 0x50000000)])
    size = f':{ramdisk.stat().st_size:x}' if how.endswith('size') else ''
    m.send(f'booti 48000000 50000000{size}\r')
    text = m.finish()
    assert 'Loading Ramdisk to 50000040, end 50001040' in text and 'image runs' in text, text


def test_k6_not_a_ramdisk(loft, assemble, ramdisk, tmp_path):
    other = tmp_path / 'uScript'
    subprocess.run(['mkimage', '-A', 'arm64', '-T', 'firmware', '-C', 'none', '-d', str(ramdisk), str(other)],
                   check=True, capture_output=True)
    m = loft(loads=[(assemble(IMAGE_CODE.replace('TEXT_OFFSET', '0x80000'), flat=True), 0x48000000), (other, 0x50000000)])
    assert 'not a ramdisk' in m.run_fail('booti 48000000 50000000')
    m.run('mw.b 50000008 55')
    assert 'wrong checksum' in m.run_fail('booti 48000000 50000000:1000')


@pytest.mark.parametrize('magic, name, way', [
    ('27 05 19 56', 'uImage', 'bootm'), ('d0 0d fe ed', 'FIT', 'bootm'), ('7f 45 4c 46', 'ELF', 'bootelf')])
def test_k8_booti_names_what_it_is(loft, magic, name, way):
    m = loft()
    for i, byte in enumerate(magic.split()):
        m.run(f'mw.b {0x42000000 + i:x} {byte}')
    text = m.run_fail('booti 42000000')
    assert text.startswith('Bad Linux ARM64 Image magic!') and name in text and way in text, text


def test_k9_options_of_append(qemu, assemble):
    """K9: options without a prompt: they are taken off the command line."""
    body = '_start:\n build_tables\n mmu_on\n go_high'
    file = kernel(assemble, body)
    m = qemu(kernel=file, append='loft.bootelf="-V -n" console=ttyAMA0')
    text = m.prompt()
    assert 'kernel at EL1, MMU on' in text and 'maps itself' not in text, text
    m = qemu(kernel=file, append='loft.bootelf="-q" x')
    assert '-append: loft.bootelf: unknown option -q' in m.prompt(), m.text
    m = qemu(kernel=file, append='loft.bootelf="-e 1')
    assert 'no closing quote' in m.prompt(), m.text
    text = boots(qemu(kernel=file, append='loft.bootelf=-e1', el2=True))
    assert '(MMU off, EL1)' in text


def test_k9_command_line_is_clean(qemu, highhalf):
    text = qemu(kernel=highhalf, append='loft.bootelf="-e 1" quiet').finish()
    assert re.search(r'^highhalf: \d+ ok, 0 FAIL$', text, re.M), text
    assert 'loft.bootelf' not in text and 'quiet' in text, text


def test_k9_options_variable(loft, assemble):
    m = loft(loads=[(kernel(assemble, SHAPES['in functions']), 0x48000000)], el2=True)
    m.run('setenv bootelf_options "-e 2 -n"')
    assert 'kernel at EL2, MMU off' in m.run_check('bootelf 48000000')
    assert 'kernel at EL1, MMU off' in m.run_check('bootelf -e 1 48000000'), 'the prompt goes before'
    m.run('setenv bootelf_options nonsense')
    assert "bootelf_options: 'nonsense' is no option" in m.run_fail('bootelf 48000000')


def test_k9_places_in_registers(loft, assemble, highhalf):
    m = loft(loads=[(highhalf, 0x48000000)])
    text = m.run_check('bootelf -n -r x4=@kernel,x5=@fdt,x6=@end,x7=@initrd 48000000')
    assert re.search(r'x4 +0x0*40200000$', text, re.M) and re.search(r'x6 +0x0*402[0-9a-f]{5}$', text, re.M), text
    assert re.search(r'x5 +0x0*(\S+)$', text, re.M)[1] == re.search(r'x0 +0x0*(\S+)$', text, re.M)[1], text
    assert 'none of @kernel' in m.run_fail('bootelf -n -r x4=@nowhere 48000000')


def test_i1_bss_behind_the_end_of_the_file(qemu, tmp_path):
    """I1: a PT_LOAD with p_filesz 0 takes nothing from the file, whatever its p_offset."""
    source = tmp_path / 'k.c'
    source.write_text("""static volatile unsigned char c;
void _start(void) { c = 1; *(volatile unsigned *)0x09000000 = 'A' + c; __asm__ volatile(
"ldr x0, =0x84000008\\n hvc #0"); for (;;); }""")
    elf = tmp_path / 'k.elf'
    subprocess.run([CROSS + 'gcc', '-O1', '-nostdlib', '-static', '-ffreestanding', '-mgeneral-regs-only',
                    '-Wl,-Ttext-segment=0x40200000', '-Wl,--build-id=none', '-o', str(elf), str(source)], check=True)
    assert qemu(kernel=elf).finish().rstrip().endswith('B')


def test_i4_linked_without_at_says_so(qemu, asking):
    text = qemu(kernel=asking / 'noat.elf').finish()
    assert re.search(r'^ +linked without AT\(\): placed at 0x40[0-9a-f]{6}, linear map at 0xffff\S+$', text, re.M), text


def test_i4_hint_to_the_linear_map(qemu, assemble):
    """I4: a store to a device's physical address names where it is mapped."""
    body = '_start:\n ldr x1, =0x09000000\n str w0, [x1]\n b .'
    text = reported_once(qemu(kernel=kernel(assemble, body)), 'data abort', 1)
    assert '0x9000000 (pl011@9000000) is mapped at 0xffffff8009000000: this kernel\'s VIRT_START is 0xffffff8000000000' \
        in text, text


def test_i5_names_the_banks(loft, assemble):
    body = SHAPES['in functions']
    m = loft(loads=[(kernel(assemble, body, TWO_SEGMENTS.replace('. = ALIGN(4096);', '. += 0x1000000; . = ALIGN(4096);'),
                            at=0x7f800000), 0x48000000), (kernel(assemble, body, at=0x20000000), 0x49000000)])
    text = m.run_fail('bootelf 48000000')
    assert 'DRAM, which is 0x40000000..0x7fffffff' in text and 'AT()' in text, text
    text = m.run_fail('bootelf 49000000')
    assert 'DRAM, which is 0x40000000..0x7fffffff' in text and 'AT() in DRAM' in text, text
    m = loft(loads=[(kernel(assemble, body + '\n .bss\n .skip 0x8000000\n .text', at=0x7c000000), 0x48000000)])
    text = m.run_fail('bootelf 48000000')
    assert 'DRAM, which is 0x40000000..0x7fffffff' in text and '(QEMU: -m)' in text, text


def test_i6_size_of_what_was_loaded(loft, assemble):
    """I6: a ramdisk without a size has that of the load that lies there; a contradiction is said."""
    image = assemble(IMAGE_CODE.replace('TEXT_OFFSET', '0x80000'), flat=True)
    m = loft(loads=[(image, 0x48000000)])
    m.run('setenv fileaddr 50000000; setenv filesize 123000')
    m.send('booti 48000000 50000000:200000\r')
    text = m.finish()
    assert 'ramdisk: 0x200000 bytes are asked for; what was loaded there has 0x123000' in text, text


def test_i7_pci_window(loft, asking):
    """I7: 512 GiB of PCI are mapped where VA_BITS has room."""
    m = loft(loads=[(asking / 'g4-48.elf', 0x48000000)], cpu='max')
    text = m.run_check('bootelf -n 48000000')
    assert re.search(r'008000000000-00ffffffffff .*devices', text), text


def test_i8_sve_is_open(loft, assemble):
    """I8: SVE and SME are usable at EL1's first instruction, where the CPU has them."""
    body = '_start:\n .inst 0x04bf5020\n ldr x12, =0xffffff8009000000\n mov w0, #\'S\'\n str w0, [x12]\n' \
           ' ldr x0, =0x84000008\n hvc #0\n b .'
    for el2 in (False, True):
        m = loft(loads=[(kernel(assemble, body), 0x48000000)], cpu='max', el2=el2)
        m.send('bootelf -V 48000000\r')
        assert m.finish().rstrip().endswith('S')


def test_i9_the_word_of_an_undefined_instruction(qemu, loft, assemble):
    text = reported_once(qemu(kernel=kernel(assemble, '_start:\n nop\n .word 0x1234\n b .')), 'unknown', 1)
    assert re.search(r'^ +instruction 0x00001234$', text, re.M), text
    m = loft()
    m.run('mw.l 41000000 00004321 10')
    text = m.run('go 41000000')
    assert 'in a program outside Loft (`go`)' in text and 'instruction 0x00004321' in text, text


def test_k4_a_link_that_is_no_linear_map(loft, assemble):
    """K4: littlekernel's link, mapped by option: p_vaddr - p_paddr would take 52 bits, which nobody asked for."""
    script = TWO_SEGMENTS.replace('%(at)#x', '0x100000').replace('- %(virt)#x', '- 0xfffeffffc0000000')
    source = '\t.globl _start\n_start:\n ldr x12, =0xffff000009000000\n mov w0, #75\n str w0, [x12]\n' \
             ' ldr x0, =0x84000008\n hvc #0\n b .\n .data\n .quad 1'
    elf = assemble(source, script % {'virt': 0xffff000000000000, 'at': 0})
    m = loft(loads=[(elf, 0x48000000)])
    text = m.run_check('bootelf -n -V 48000000')
    assert 'VIRT_START 0xffff000000000000  VA_BITS 48' in text and 'FAIL' not in text, text
    assert 'VIRT_START was not asked for: the default' in text, text
    assert 'derived' not in text
    m.send('bootelf -V 48000000\r')
    assert m.finish().rstrip().endswith('K')
    m = loft(loads=[(elf, 0x48000000)])
    text = m.run_fail('bootelf -n -o VIRT_START=fffe000000000000 48000000')
    assert 'VA_BITS 52' in text and 'derived from' in text, text
