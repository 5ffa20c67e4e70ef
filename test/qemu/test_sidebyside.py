# SPDX-License-Identifier: BSD-2-Clause
"""The same lines at Loft's prompt and at that of Debian's U-Boot (2023.01): one result, or a reason."""

import itertools
import re

import pytest

from conftest import ROOT
from console import PROMPT
from test_chain import UBOOT, UBOOT_WAIT

# Of the shapes that public boot scripts have. Later lines find what earlier ones left.
LINES = [
    'echo a b  c',
    'echo "a  b"',
    "echo 'a  b'",
    'echo a\\ b',
    'echo "a" "b"',
    "echo 'a''b'",
    'echo "a"b',
    'echo a"b c"d',
    "echo '$HOME'",
    'echo "it\'s"',
    'echo \'say "x"\'',
    'echo \\$x',
    'echo "\\$x"',
    'echo a;echo b',
    'echo a\\;b',
    'echo "a;b"',
    "echo ''",
    'echo "" x',
    'echo -n',
    'echo # no',
    'echo a # no',
    'echo a#b',
    'echo [x]',
    'echo *',
    'echo ?',
    'echo ~',
    'echo a=b',
    'echo {x}',
    'echo !',
    'echo %',
    'echo -- x',
    'setenv x one; echo $x',
    'setenv x one; echo ${x}two',
    'setenv x one; echo $x$x ${x}${x}',
    'setenv x "a  b"; echo $x',
    'setenv x "a  b"; echo "$x"',
    'setenv x \'a;b\'; echo "$x"',
    'setenv x; echo [$x] [${x}]',
    'setenv a b; setenv b c; echo $a',
    'setenv x one two three; printenv x',
    'setenv x "one two"; printenv x',
    "setenv x 'echo hi'; run x",
    "setenv x 'echo hi; echo there'; run x",
    "setenv x 'false'; run x; echo $?",
    "setenv x 'true'; run x; echo $?",
    'run nosuch; echo $?',
    'printenv nosuch; echo $?',
    "setenv a 'echo 1'; setenv b 'echo 2'; run a b",
    "setenv a 'false'; setenv b 'echo 2'; run a b; echo $?",
    'setenv x 1; setenv x; printenv x',
    'setenv x 1; env delete x; env exists x; echo $?',
    'setenv x 1; env exists x && echo yes',
    'env exists nosuch || echo no',
    'setenv x 5; setenv y ${x}; setenv x 6; echo $y',
    "setenv y 'echo $x'; setenv x 7; run y",
    'setenv y "echo $x"; setenv x 8; run y',
    'setenv bootargs "console=ttyAMA0,115200 root=/dev/vda2 rw"; echo ${bootargs}',
    'setenv x a; setenv ${x}b c; echo $ab',
    'echo ${x:-def}; setenv z; echo ${z:-def}',
    'setenv filesize 1234; echo 0x${filesize}',
    "setenv x 'a b'; setenv y $x c; printenv y",
    'true && echo yes',
    'false && echo yes',
    'true || echo no',
    'false || echo no',
    'true; echo $?',
    'false; echo $?',
    'true && false || echo x',
    'false || true && echo y',
    'echo a && echo b && echo c',
    'nosuchcommand; echo $?',
    'nosuchcommand || echo failed',
    'true && true && false; echo $?',
    ';',
    'echo a;',
    'echo a; ; echo b',
    ';;echo x',
    'if true; then echo a; fi',
    'if false; then echo a; fi',
    'if false; then echo a; else echo b; fi',
    'if true; then echo a; else echo b; fi',
    'if false; then echo a; elif true; then echo b; else echo c; fi',
    'if false; then echo a; elif false; then echo b; else echo c; fi',
    'if true; then if false; then echo a; else echo b; fi; fi',
    'if test 1 = 1 && test 2 = 2; then echo both; fi',
    'if test 1 = 1 || test 1 = 2; then echo one; fi',
    'if true; then; fi; echo on',
    'if test a = a; then; else echo no; fi; echo go',
    'if printenv nosuch; then echo y; else echo n; fi',
    'if true; false; then echo a; else echo b; fi',
    'if false; true; then echo a; else echo b; fi',
    'if true;then echo a;fi',
    'if true; then echo a; echo b; fi; echo c',
    'if env exists nosuch; then echo y; else echo n; fi',
    'if itest 5 > 3; then echo gt; fi',
    'if itest.b *40200000 == *40200000; then echo same; fi',
    'setenv d a; if test "$d" = a; then setenv d b; else setenv d c; fi; echo $d',
    'for i in a b c; do echo $i; done',
    'for i in; do echo $i; done; echo on',
    'for i in "a b" c; do echo $i; done',
    'setenv l "x y z"; for i in $l; do echo $i; done',
    'setenv l "x y z"; for i in ${l}; do echo ${i}; done',
    'for i in 1 2; do for j in a b; do echo $i$j; done; done',
    'for i in a b; do if test $i = b; then echo found $i; fi; done',
    'setenv n 0; while test $n -lt 3; do echo $n; setexpr n $n + 1; done',
    'setenv n 0; until test $n -eq 2; do echo $n; setexpr n $n + 1; done',
    'for i in a; do true; done; echo $?',
    'while false; do echo x; done; echo on',
    'setenv list; for i in $list; do echo never; done; echo on',
    'for i in 0 1 2 3; do setenv last $i; done; echo $last',
    'for f in ${a1} b1; do echo $f; done',
    'setenv BOOT_ORDER "A B"; for s in ${BOOT_ORDER}; do echo slot $s; done',
    'for i in a b c; do echo $i; done; echo end',
    'test a = a; echo $?',
    'test a = b; echo $?',
    'test a != b; echo $?',
    'test "" = ""; echo $?',
    'test -n a; echo $?',
    'test -z ""; echo $?',
    'test -n ""; echo $?',
    'test -z a; echo $?',
    'test 1 -eq 1; echo $?',
    'test 1 -ne 1; echo $?',
    'test 2 -lt 10; echo $?',
    'test 10 -lt 2; echo $?',
    'test 2 -le 2; echo $?',
    'test 3 -gt 2; echo $?',
    'test 3 -ge 4; echo $?',
    'test a < b; echo $?',
    'test b > a; echo $?',
    'test a = a -a b = b; echo $?',
    'test a = a -a b = c; echo $?',
    'test a = b -o c = c; echo $?',
    'test ! a = b; echo $?',
    'test ! -n a; echo $?',
    'test -n a -a -z ""; echo $?',
    'test 1 -lt 2 -a 2 -lt 3; echo $?',
    'test abc = abc; echo $?',
    'test "a b" = "a b"; echo $?',
    'test -1 -lt 0; echo $?',
    'test 010 -eq 8; echo $?',
    'test 0x10 -eq 16; echo $?',
    'test 00 -eq 0; echo $?',
    'test a = b -o a = c -o d = d; echo $?',
    'test ! a = a -o b = b; echo $?',
    'test 1 -eq 1 -a ! 2 -eq 1; echo $?',
    'test -z "" -o -n ""; echo $?',
    'test 12 -gt 9; echo $?',
    'test "" != a; echo $?',
    'test a = ""; echo $?',
    'itest 5 -eq 5; echo $?',
    'itest 5 == 5; echo $?',
    'itest a == 10; echo $?',
    'itest a -lt b; echo $?',
    'itest 10 > f; echo $?',
    'itest ff != 0; echo $?',
    'itest 1 <= 1; echo $?',
    'itest 2 >= 3; echo $?',
    'itest 5 <> 6; echo $?',
    'itest "" == ""; echo $?',
    'itest 10 -eq 0x10; echo $?',
    'itest.s abc == abc; echo $?',
    'itest.s abc == abd; echo $?',
    'itest.s abc < abd; echo $?',
    'itest.s abc != abc; echo $?',
    'setexpr v 1 + 1; echo $v',
    'setexpr v a + 1; echo $v',
    'setexpr v 10 - 1; echo $v',
    'setexpr v 2 * 8; echo $v',
    'setexpr v 10 / 3; echo $v',
    'setexpr v 10 % 3; echo $v',
    'setexpr v f0 | f; echo $v',
    'setexpr v ff & f; echo $v',
    'setexpr v ff ^ f; echo $v',
    'setexpr v 5; echo $v',
    'setexpr v fffffffffffffff0 + f; echo $v',
    'setexpr v 0x10 + 0x10; echo $v',
    'setexpr v 1 - 2; echo $v',
    'setenv v; setexpr v sub a b banana; echo $? $v',
    'setenv v; setexpr v gsub a o banana; echo $? $v',
    'setenv v; setexpr v gsub / _ a/b/c; echo $? $v',
    'setenv v; setexpr v sub "^x" y xyz; echo $? $v',
    'setenv v; setexpr v sub nomatch X zz; echo $? $v',
    'setenv v; setexpr v gsub [0-9] N a1b22; echo $? $v',
    'setenv v; setexpr v sub "b.*$" "" abcdef; echo $? $v',
    'setenv v; setexpr v gsub "[.]" - 1.2.3; echo $? $v',
    'setenv v; setexpr v sub \\\\.dtb$ "" board.dtb; echo $? $v',
    'setenv v banana; setexpr v gsub a o; echo $v',
    'setenv v a.b; setexpr v sub "\\\\." _; echo $v',
    'mw.l 40200000 12345678; setexpr.b v *40200000; echo $v',
    'mw.l 40200000 12345678; setexpr.w v *40200000; echo $v',
    'mw.l 40200000 12345678; setexpr.l v *40200000; echo $v',
    'mw.l 40200000 12345678; setexpr v *40200000 + 1; echo $v',
    'mw.b 41000000 aa 10; md.b 41000000 10',
    'mw.w 41000000 1234 4; md.w 41000000 4',
    'mw.l 41000000 deadbeef 4; md.l 41000000 4',
    'mw.q 41000000 1122334455667788 2; md.q 41000000 2',
    'mw 41000000 1; md 41000000 1',
    'mw.b 41000000 0 100; md.b 41000000 20',
    'mw.l 41000000 41424344 4; md 41000000 4',
    'mw.b 41000000 5a 10; cp.b 41000000 41001000 10; cmp.b 41000000 41001000 10',
    'mw.b 41000000 1; mw.b 41000001 2; cmp.b 41000000 41000001 1; echo $?',
    'mw.b 41000000 0 100; crc32 41000000 100',
    'mw.b 41000000 ff 10; crc32 41000000 10 41002000; md.b 41002000 4',
    'base',
    'base 41000000; md.b 0 4; base 0',
    'mw.b 41000000 61 3; md.b 41000000 3',
    'setenv a1 x; setenv a2 y; env print a1 a2',
    'setenv t1 v; env export -t 41000000 t1; md.b 41000000 6',
    'setenv t1 v; env export -t 41000000 t1; setenv t1; env import -t 41000000 $filesize; echo $t1',
    'setenv t1 "a b"; env export -b 41000000 t1; setenv t1; env import -b 41000000 $filesize; echo $t1',
    'setenv t1 v; env export -c -s 1000 41000000 t1; setenv t1; env import -c 41000000 1000; echo $t1',
    'mw.b 41000000 78 1; mw.b 41000001 3d 1; mw.b 41000002 31 1; mw.b 41000003 a 1; mw.b 41000004 0 1; env import -t 41000000 5; echo $x',
    'env set e1 v1; echo $e1',
    'env set e1; env exists e1; echo $?',
    'env delete -f nosuchvar; echo $?',
    'setenv a=b c; echo $?',
    'setenv -x; echo $?',
    'env run nosuch; echo $?',
    'env grep zzzznothing; echo $?',
    'fdt addr -q $fdtcontroladdr; echo $?',
    'fdt list /psci',
    'fdt print /psci method',
    'fdt get value v /psci method; echo $v',
    'fdt get value v / #address-cells; echo $v',
    'fdt get size v / compatible; echo $v',
    'fdt get name v / 0; test -n "$v"; echo $?',
    'fdt get value v /nosuch x; echo $?',
    'fdt get value v / nosuch; echo $?',
    'fdt resize 1000; fdt mknode / t1; fdt list /t1',
    'fdt set /t1 s "a string"; fdt print /t1 s',
    'fdt set /t1 n <1 2 0x3>; fdt print /t1 n',
    'fdt set /t1 b [00 11 ff]; fdt print /t1 b',
    'fdt set /t1 e; fdt print /t1 e',
    'fdt get value v /t1 n; echo $v',
    'fdt get value v /t1 n 1; echo $v',
    'fdt set /t1 l one two; fdt print /t1 l',
    'fdt get value v /t1 l 1; echo $v',
    'fdt rm /t1 e; fdt print /t1 e',
    'fdt rm /t1; fdt list /t1; echo $?',
    'fdt set /chosen bootargs "a b c"; fdt print /chosen bootargs',
    'fdt get value v /chosen bootargs; echo $v',
    'fdt header get v magic; echo $v',
    'fdt header get v version; echo $v',
    'fdt set /nosuch x 1; echo $?',
    'fdt mknode /nosuch x; echo $?',
    'fdt rsvmem print',
    'fdt rsvmem add 50000000 1000; fdt rsvmem print; fdt rsvmem delete 0; fdt rsvmem print',
    'fdt memory 40000000 40000000; fdt print /memory@40000000',
    'setenv boot_targets "mmc0 usb0"; for target in ${boot_targets}; do echo try ${target}; done',
    "setenv bootcmd_mmc0 'setenv devnum 0; run mmc_boot'; setenv mmc_boot 'echo mmc ${devnum}'; for target in mmc0; do run bootcmd_${target}; done",
    "setenv scan 'for prefix in ${boot_prefixes}; do echo ${prefix}boot.scr; done'; setenv boot_prefixes '/ /boot/'; run scan",
    'setenv fdtfile; if test -z "${fdtfile}" -a -n "${soc}"; then setenv fdtfile ${soc}-${board}.dtb; fi; echo [${fdtfile}]',
    'if test "${boot_a}" = ""; then echo none; fi',
    'test -n "${BOOT_ORDER_X}" || setenv BOOT_ORDER_X "A B"; echo $BOOT_ORDER_X',
    'test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 3; echo $BOOT_A_LEFT',
    'setenv upgrade_available 1; setenv bootcount 2; setenv bootlimit 1; if test ${upgrade_available} = 1 && test ${bootcount} -gt ${bootlimit}; then echo rollback; fi',
    'setenv mender_boot_part 2; setenv mender_boot_part_hex 2; if test ${mender_boot_part} = 2; then setenv mender_boot_part 3; else setenv mender_boot_part 2; fi; echo $mender_boot_part',
    'setenv console ttyS0,115200; setenv bootargs console=${console} root=/dev/mmcblk0p${mender_boot_part} rootwait; echo $bootargs',
    'setenv load_addr 0x40300000; setenv overlay_error false; for o in i2c spi; do echo overlay-${o}.dtbo; done; if test "${overlay_error}" = "true"; then echo bad; else echo good; fi',
    'setenv verbosity 1; setenv bootlogo false; if test "${verbosity}" != 1; then echo v; fi; if test "${bootlogo}" = "true"; then echo l; else echo nologo; fi',
    "setenv a 'if test 1 = 1; then echo in a; fi'; run a",
    'setenv uenvcmd \'echo uenv\'; if test -n "$uenvcmd"; then run uenvcmd; fi',
    "setenv uenvcmd 'echo uenv; echo two'; if test -n $uenvcmd; then run uenvcmd; fi",
    'setexpr left 3 - 1; setenv left_n $left; echo ${left_n}',
    'setenv slot A; setenv other B; if test "x${slot}" = "xA"; then echo boot ${slot}, fallback ${other}; fi',
    'setenv rootpart 2; setexpr rootpart ${rootpart} ^ 1; echo ${rootpart}',
    'setenv count 0x2; if itest ${count} < 3; then echo less; fi',
    'setenv x y; test "${x}" = y && setenv z 1 || setenv z 2; echo $z',
    'setenv serial# 123; echo $serial#',
    'setenv c abcdef; setenv q ${c:0:3}; echo $? $q',
    'setenv x "a=1 b=2"; setenv y \\"$x\\"; printenv y',
    'fdt set /chosen y \\"a=1 b=2\\"; fdt print /chosen y',
    'mw.b 41000000 1ff; md.b 41000000 1',
    'env default nosuch; echo $?',
    'echo $stdin',
    'setenv rev 1; if env exists upgrade_available; then echo trial; else echo settled; fi',
    'setenv ustate 1; if test -n "${ustate}" -a "${ustate}" = 1; then echo installed; fi',
    'setenv ustate; if test -z "${ustate}" -o "${ustate}" = 0; then echo ok; else echo failed; fi',
    'setenv bootcount 1; setexpr bootcount ${bootcount} + 1; printenv bootcount',
    'setenv bootcount 5; setenv bootlimit 3; if itest ${bootcount} > ${bootlimit}; then echo alt; else echo go; fi',
    "setenv altbootcmd 'setenv slot b; run swboot'; setenv swboot 'echo from ${slot}'; run altbootcmd",
    'setenv slot b; if test $slot = a; then setenv n 1; elif test $slot = b; then setenv n 2; else setenv n 0; fi; echo $n',
    'for s in a b; do if test $s = a; then echo 1; else if test $s = b; then echo 2; fi; fi; done',
    'setenv list "copy1 copy2"; for s in ${list}; do setenv last_${s} tried; done; echo ${last_copy1} ${last_copy2}',
    'env exists nokey && echo has || echo hasnot',
    "setenv p1 'setenv q 1; setenv r 2'; run p1; echo ${q}${r}",
    "setenv s1 'run s2 s3'; setenv s2 'echo s2'; setenv s3 'echo s3'; run s1",
    "setenv s1 'run s2 && echo after'; setenv s2 'false'; run s1 || echo failed",
    'itest.l 0x10 -ge 10 && echo ge',
    'itest.l 8 -ne 8 || echo equal',
    'itest.s "${slot}" == "b" && echo slotb',
    'printenv slot list',
    'setenv fdt_high 0xffffffffffffffff; printenv fdt_high',
    'fdt resize 2000; fdt mknode /chosen dom0; fdt list /chosen/dom0',
    'fdt set /chosen/dom0 compatible "xen,linux-zimage" "xen,multiboot-module"; fdt print /chosen/dom0 compatible',
    'fdt set /chosen/dom0 reg <0x0 0x42000000 0x0 0x1000000>; fdt print /chosen/dom0 reg',
    'fdt set /chosen \\#address-cells <2>; fdt get value v /chosen \\#address-cells; echo $v',
    'fdt set /chosen xen,dom0-bootargs "console=hvc0"; fdt get value v /chosen xen,dom0-bootargs; echo $v',
    'fdt get size v /chosen/dom0 reg; echo $v',
    'fdt rm /chosen/dom0; fdt list /chosen/dom0; echo $?',
    'setenv console both; if test "${console}" = "display" || test "${console}" = "both"; then setenv consoleargs console=tty1; fi; echo $consoleargs',
    'setenv docker y; if test "${docker}" = "y"; then setenv bootargs "a cgroup_enable=memory"; fi; echo "${bootargs}"',
    'setenv overlays "i2c0 spi0"; for o in ${overlays}; do false || setenv overlay_error "true"; done; echo ${overlay_error}',
    'for o in uart1; do if false; then echo applied ${o}; else setenv overlay_error true; fi; done; test "${overlay_error}" = "true" && echo restore',
    'setenv board_name A335BONE; if test $board_name = A335BONE; then setenv fdtfile am335x-bone.dtb; fi; echo $fdtfile',
    'setenv fdtfile undefined; if test $fdtfile = undefined; then echo WARNING: no device tree; fi',
    "setenv findfdt 'if test $board_name = X15; then setenv fdtfile x15.dtb; fi; if test $fdtfile = undefined; then echo none; fi'; run findfdt",
    "setenv bootcmd_usb0 'echo usb'; setenv bootcmd_pxe 'echo pxe'; for target in usb0 pxe; do run bootcmd_${target}; done",
    "setenv bootcmd_fail 'false'; setenv bootcmd_dhcp 'echo dhcp'; for target in fail dhcp; do run bootcmd_${target}; done",
    'setenv distro_bootpart; env exists distro_bootpart || setenv distro_bootpart 1; echo ${distro_bootpart}',
    'setenv devplist "1 2"; for distro_bootpart in ${devplist}; do if test ${distro_bootpart} = 2; then echo scan ${distro_bootpart}; fi; done',
    'setenv distro_bootpart; setenv devplist "1 2"; for distro_bootpart in ${devplist}; do if test ${distro_bootpart} = 2; then echo scan ${distro_bootpart}; fi; done',
    'setenv autoload no; setenv serverip 10.0.2.2; setenv ipaddr 10.0.2.15; echo ${serverip}:${ipaddr}',
    "setenv nfsargs 'setenv bootargs root=/dev/nfs nfsroot=${serverip}:/srv,tcp ip=dhcp'; run nfsargs; echo ${bootargs}",
    'echo "ABCD""EFGH"; echo $?',
    'setenv initrd_high; test -z "${initrd_high}" && echo unset; echo ${initrd_high}',
]

# Where the two differ, and why Loft does not do as U-Boot 2023.01; doc/console.md has the list.
DIFFER = {
    'echo "it\'s"':
        'a quote inside other quotes is itself, as in POSIX',
    'echo "\\$x"':
        'a backslash before a dollar in double quotes, as in POSIX',
    'setexpr v f0 | f; echo $v':
        'both refuse it; the sentence names what stands there',
    'setexpr v ff & f; echo $v':
        'both refuse it; the sentence names what stands there',
    'setenv v; setexpr v sub nomatch X zz; echo $? $v':
        'later releases give the text unchanged, too',
    'setenv v; setexpr v gsub [0-9] N a1b22; echo $? $v':
        'sets of characters are known',
    'setenv v a.b; setexpr v sub "\\\\." _; echo $v':
        'two backslashes in double quotes are one, as in POSIX',
    'env delete -f nosuchvar; echo $?':
        'says what is wrong',
    'env grep zzzznothing; echo $?':
        'nothing found is no wrong use',
    'fdt addr -q $fdtcontroladdr; echo $?':
        '`-q` is quiet',
    'fdt get value v /t1 n; echo $v':
        "later releases give the cells in the tree's order, too",
    'fdt get value v /t1 n 1; echo $v':
        'later releases know the index of a cell',
    'setenv serial# 123; echo $serial#':
        'the name that was meant',
    'setenv c abcdef; setenv q ${c:0:3}; echo $? $q':
        'a part of the value is what was asked for',
    'setenv x "a=1 b=2"; setenv y \\"$x\\"; printenv y':
        'a value is not parsed again',
    'fdt set /chosen y \\"a=1 b=2\\"; fdt print /chosen y':
        "one string, as Xen's documentation means it",
    'mw.b 41000000 1ff; md.b 41000000 1':
        'a number too large is refused',
    'env default nosuch; echo $?':
        'warns, as later releases do',
    'echo $stdin':
        "`serial` is the usual name; 2023.01 has the driver's",
    'env exists nokey && echo has || echo hasnot':
        '`&&` and `||` go from left to right, as in POSIX',
    'setenv devplist "1 2"; for distro_bootpart in ${devplist}; do if test ${distro_bootpart} = 2; then echo scan ${distro_bootpart}; fi; done':
        "the loop's name has the loop's word, though a variable of that name is set",
}

# What a RAUC system's script does, in pieces that fit into a line of U-Boot.
RAUC = [
    'setenv init \'test -n "${BOOT_ORDER}" || setenv BOOT_ORDER "A B"; test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 3; '
    'test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT 3; setenv picked\'',
    'setenv try_a \'if test ${BOOT_A_LEFT} -gt 0; then setexpr BOOT_A_LEFT ${BOOT_A_LEFT} - 1; setenv picked A; fi\'',
    'setenv try_b \'if test ${BOOT_B_LEFT} -gt 0; then setexpr BOOT_B_LEFT ${BOOT_B_LEFT} - 1; setenv picked B; fi\'',
    'setenv pick \'for slot in "${BOOT_ORDER}"; do if test "x${picked}" != "x"; then echo skip ${slot}; '
    'elif test "x${slot}" = "xA"; then run try_a; elif test "x${slot}" = "xB"; then run try_b; fi; done\'',
    'setenv used \'setenv BOOT_A_LEFT 3; setenv BOOT_B_LEFT 3; echo none left\'',
    'setenv rauc \'run init; run pick; if test -n "${picked}"; then echo boot ${picked}; else run used; fi; '
    'echo ${BOOT_A_LEFT} ${BOOT_B_LEFT}\'']
RAUC_STATES = list(itertools.product(['', 'A B', 'B A', 'A', 'B', 'C A'], ['', '0', '1', '3'], ['', '0', '1', '3']))


def rauc_wanted(order, a, b):
    left = {'A': int(a or 3), 'B': int(b or 3)}
    lines, picked = [], ''
    for slot in (order or 'A B').split():
        if picked:
            lines.append(f'skip {slot}')
        elif left.get(slot, 0) > 0:
            left[slot] -= 1
            picked = slot
    if not picked:
        left = {'A': 3, 'B': 3}
    return '\n'.join(lines + [f'boot {picked}' if picked else 'none left', f'{left["A"]} {left["B"]}'])


# Mender's: an update that did not come up well in bootlimit tries is rolled back.
MENDER = [
    'setenv swap \'if test ${mender_boot_part} = 2; then setenv mender_boot_part 3; else setenv mender_boot_part 2; fi\'',
    'setenv altboot \'run swap; setenv upgrade_available 0; setenv bootcount 0; echo rolled back\'',
    'setenv mender \'if test "${upgrade_available}" = 1; then setexpr bootcount ${bootcount} + 1; '
    'if test ${bootcount} -gt ${bootlimit}; then run altboot; fi; fi; echo root ${mender_boot_part} ${bootcount} ${upgrade_available}\'']
MENDER_STATES = list(itertools.product(['2', '3'], ['0', '1'], ['0', '1', '2'], ['1', '2']))


def mender_wanted(part, available, count, limit):
    said = ''
    if available == '1':
        count = str(int(count) + 1)
        if int(count) > int(limit):
            said, part, available, count = 'rolled back\n', str(5 - int(part)), '0', '0'
    return f'{said}root {part} {count} {available}'


class Prompt:
    """A loader's prompt: the answer to a line, without its echo."""

    def __init__(self, machine, prompt):
        self.m = machine
        self.at = r'(?:^|[\r\n])(' + re.escape(prompt) + '|> )'

    def run(self, line):
        self.m.send(line + '\r')
        self.m.wait(line, literal=True)
        text, match = self.m.wait(self.at)
        if match[1] == '> ':        # it waits for the rest
            self.m.send('\x03')
            self.m.wait(self.at)
            text = 'goes on'
        text = text.strip('\n')
        if '\nUsage:\n' in text:     # one's is not the other's
            text = re.sub(r'\A(\w+ - ).*?(\n\d+)?\Z', r'\1usage\2', text, flags=re.S)
        return text


@pytest.fixture
def both(loft, qemu):
    if not UBOOT.exists():
        pytest.skip('no U-Boot (u-boot-qemu)')
    theirs = qemu(bios=UBOOT)
    theirs.wait('Hit any key to stop autoboot', UBOOT_WAIT)
    theirs.send('\r')
    theirs.wait(r'=> ', UBOOT_WAIT)
    return Prompt(loft(), PROMPT), Prompt(theirs, '=> ')


def test_lines(both):
    wrong = []
    for line in LINES:
        ours, theirs = (p.run(line) for p in both)
        if (ours == theirs) == (line in DIFFER):
            wrong.append(f'{line}\n    Loft   {ours!r}\n    U-Boot {theirs!r}')
    assert not wrong, '\n'.join(wrong)


def test_rauc_in_all_states(both):
    for line in RAUC:
        for p in both:
            p.run(line)
    for order, a, b in RAUC_STATES:
        line = f'setenv BOOT_ORDER {order}; setenv BOOT_A_LEFT {a}; setenv BOOT_B_LEFT {b}; run rauc'
        assert [p.run(line) for p in both] == [rauc_wanted(order, a, b)] * 2, line


def test_mender_in_all_states(both):
    for line in MENDER:
        for p in both:
            p.run(line)
    for part, available, count, limit in MENDER_STATES:
        line = (f'setenv mender_boot_part {part}; setenv upgrade_available {available}; setenv bootcount {count}; '
                f'setenv bootlimit {limit}; run mender')
        assert [p.run(line) for p in both] == [mender_wanted(part, available, count, limit)] * 2, line


def test_the_document_has_the_differences():
    """Each with its reason, in the table of doc/console.md."""
    text = (ROOT / 'doc/console.md').read_text()
    for line, reason in DIFFER.items():
        cell = line.replace('|', '\\|')
        assert f'| `{cell}` | {reason} |' in text, f'doc/console.md lacks: | `{cell}` | {reason} |'
