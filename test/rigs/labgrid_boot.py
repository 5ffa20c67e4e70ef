# SPDX-License-Identifier: BSD-2-Clause
"""labgrid drives Loft in QEMU by its own drivers: labgrid_boot.py WORK BIOS PROMPT [SETTING...].

The settings are those of doc/rigs.md for UBootDriver. It comes to the prompt, runs commands, boots what bootcmd names
and comes back to the prompt by a power cycle.
"""

import os
import pathlib
import shutil
import sys

import yaml
from labgrid import Environment
from labgrid.driver import ExecutionError

work, bios, settings = pathlib.Path(sys.argv[1]), sys.argv[2], yaml.safe_load(sys.argv[3])
config = {
    'targets': {'main': {'resources': {}, 'drivers': [
        {'QEMUDriver': {'qemu_bin': 'qemu', 'machine': 'virt', 'cpu': 'cortex-a57', 'memory': '1G', 'bios': 'loft',
                        'extra_args': '-nic none'}},
        {'UBootDriver': settings},
    ]}},
    'tools': {'qemu': shutil.which(os.environ.get('QEMU', 'qemu-system-aarch64'))},
    'images': {'loft': bios},
}
(work / 'env.yaml').write_text(yaml.safe_dump(config))

target = Environment(str(work / 'env.yaml')).get_target('main')
power = target.get_driver('QEMUDriver')
target.activate(power)
uboot = target.get_driver('UBootDriver', activate=False)

for turn in range(2):
    power.cycle() if turn else power.on()
    target.activate(uboot)
    assert uboot.run_check('version')[0], 'the sign-on'
    assert uboot.run_check('echo a b') == ['a b']
    assert uboot.run('false') == ([], [], 1)
    lines, _, status = uboot.run('bdinfo')
    assert status == 0 and any('DRAM bank' in line for line in lines), lines
    uboot.run_check('setenv name "a  b"')
    assert uboot.run_check('printenv name') == ['name=a  b']
    uboot.wait_for('echo ready', 'ready', timeout=5.0)
    assert uboot.poll_until_success('true', timeout=5.0)
    try:
        uboot.run_check('nosuch')
        raise SystemExit('nosuch ran')
    except ExecutionError as e:
        assert any("Unknown command 'nosuch'" in line for line in e.stdout), e.stdout
    # a word of the right length that the driver takes for the kernel
    uboot.run_check("setenv bootcmd 'echo Linux version 6'")
    uboot.boot('')
    uboot.await_boot()
    target.deactivate(uboot)
power.off()
print('labgrid complete')
