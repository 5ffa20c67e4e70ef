# SPDX-License-Identifier: BSD-2-Clause
"""Debian's gdb at the other end of a line."""

import contextlib
import os
import re
import select
import socket
import threading

import pexpect

from console import TIMEOUT, die_with_parent

GDB = os.environ.get('GDB', 'gdb-multiarch')


class Bridge:
    """A socket that a gdb can name, and behind it the console of a Machine.

    Until close() the console is gdb's; type() puts bytes on the line beside it, as a person would who shares it.
    """

    def __init__(self, machine, path):
        self.machine = machine
        self.path = path
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.stop, self.wake = socket.socketpair()
        self.seen = b''
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        console, gdb = self.machine.ours, None
        while True:
            ready = select.select([self.stop, console, gdb or self.listener], [], [])[0]
            if self.stop in ready:
                break
            if console in ready:
                data = console.recv(4096)
                self.seen += data
                if gdb and data:
                    with contextlib.suppress(OSError):    # a gdb that has just left
                        gdb.sendall(data)
                if not data:
                    break
            if self.listener in ready and not gdb:
                gdb = self.listener.accept()[0]
            elif gdb and gdb in ready:
                data = gdb.recv(4096)
                if data:
                    console.sendall(data)
                else:
                    gdb = None

    def type(self, text):
        self.machine.ours.sendall(text.encode())

    def close(self):
        """The console is the test's again."""
        self.wake.send(b'.')
        self.thread.join(5)
        self.listener.close()
        self.machine.raw += self.seen.decode('latin-1')
        return self.seen.decode('latin-1')


class Gdb:
    """An interactive gdb: run() types a command and returns what it printed."""

    PROMPT = '(gdb) '

    def __init__(self, *commands):
        arguments = ['-nx', '-q', '-ex', 'set confirm off', '-ex', 'set pagination off', '-ex', 'set width 0',
                     '-ex', 'set style enabled off', '-ex', 'set remotetimeout 10', '-ex', 'set architecture aarch64']
        for command in commands:
            arguments += ['-ex', command]
        self.child = pexpect.spawn(GDB, arguments, timeout=TIMEOUT, encoding='latin-1', echo=False,
                                   dimensions=(50, 400), env=dict(os.environ, TERM='dumb', HOME='/nonexistent'),
                                   preexec_fn=die_with_parent)
        self.prompt()

    def prompt(self, timeout=-1):
        self.child.expect_exact(self.PROMPT, timeout=timeout)
        return self.child.before.replace('\r\n', '\n')

    def run(self, command, timeout=-1):
        self.child.sendline(command)
        return self.prompt(timeout)

    def go(self, until=None):
        """Let the program run, until it has printed this; what stops it comes with stopped()."""
        self.child.sendline('continue')
        self.child.expect('Continuing.')
        if until:
            self.child.expect_exact(until)

    def stopped(self, pattern, timeout=-1):
        self.child.expect(pattern, timeout=timeout)
        return self.prompt(timeout)

    def value(self, expression):
        found = re.search(r'\$\d+ = (?:\([^)]*\) )?(0x[0-9a-f]+|-?\d+)', self.run(f'print/x {expression}'))
        assert found, self.child.before
        return int(found[1], 0)

    def close(self):
        self.child.close(force=True)
