# SPDX-License-Identifier: BSD-2-Clause
"""Where the kernel's seeds come from when the machine's tree has none: virtio-rng in both layouts, RNDR, nothing."""

import re

import pytest

from test_boot import checked

MODERN = ('-global', 'virtio-mmio.force-legacy=false')
RNG = ('-device', 'virtio-rng-device')


@pytest.mark.parametrize('cpu,extra,present', [
    ('cortex-a57', RNG, True),
    ('cortex-a57', MODERN + RNG, True),
    ('cortex-a57', MODERN, False),
    ('cortex-a57', (), False),
    ('max', (), True),
], ids=['legacy', 'modern', 'empty-transports', 'none', 'rndr'])
def test_seeds(qemu, highhalf, cpu, extra, present):
    text = qemu(kernel=highhalf, cpu=cpu, machine=',dtb-randomness=off', extra=extra).finish()
    checked(text)
    assert bool(re.search('^ok   kaslr-seed', text, re.M)) == present
    assert bool(re.search('^ok   rng-seed', text, re.M)) == present
