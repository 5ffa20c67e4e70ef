# SPDX-License-Identifier: BSD-2-Clause
"""syslog, to Debian's rsyslogd."""

import time

import pytest

from conftest import built
from servers import SERVER, Wire, need


@pytest.fixture
def wire(tmp_path):
    w = Wire(tmp_path)
    yield w
    w.end()


def test_rsyslog(loft, wire):
    out, conf = wire.dir / 'out', wire.dir / 'conf'
    conf.write_text(f'module(load="imudp")\ninput(type="imudp" port="514" address="{SERVER}")\n'
                    'template(name="t" type="string" string="%syslogfacility-text%.%syslogseverity-text% %hostname% '
                    '%app-name% %msgid% %msg%\\n")\n'
                    f'action(type="omfile" file="{out}" template="t")\n')
    m = loft(extra=wire.nic(), within=wire.within, bios=built('qemu_virt_full', 'qemu_virt_full_defconfig'))
    m.run_check('setenv ipaddr 10.77.0.2; setenv netmask 255.255.255.0; setenv hostname board')
    assert 'syslogip' in m.run_fail('syslog')
    m.run_check(f'setenv syslogip {SERVER}')
    assert 'port unreachable' in m.run_fail('syslog')
    wire.start(need('rsyslogd', 'rsyslog'), '-n', '-f', conf, '-i', wire.dir / 'pid')
    wire.listening(514, 'u')
    m.run_check('log rec net err a b c hello')
    kept = len([line for line in m.run_check('dmesg').splitlines() if line.strip()])
    sent = int(m.run_check('syslog').split(' line')[0].split()[-1])
    assert kept and kept <= sent <= kept + 1    # that there is no entropy is said then
    more = int(m.run_check('syslog').split(' line')[0].split()[-1])
    assert more <= 1
    assert m.run_check('syslog "the last word"').startswith('1 line sent')
    for _ in range(100):
        lines = out.read_text().splitlines() if out.exists() else []
        if lines and lines[-1].endswith('the last word'):
            break
        time.sleep(0.05)
    assert len(lines) == sent + more + 1
    assert lines[-1] == 'local0.info board loft - the last word'
    assert all(line.startswith('local0.') and ' board loft ' in line for line in lines)
    m.run_check('setenv sysloglevel err')
    assert m.run_check('syslog "nobody hears this"').startswith('0 lines')
    assert 'is not err, warn' in m.run_fail('setenv sysloglevel much; syslog')
