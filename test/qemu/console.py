# SPDX-License-Identifier: BSD-2-Clause
"""One QEMU with Loft in it, driven over its console as a user or a test rig would."""

import ctypes
import os
import re
import signal
import socket
import subprocess

import pexpect
from pexpect import fdpexpect

PROMPT = 'loft=> '
AT_PROMPT = r'(?:^|[\r\n])' + re.escape(PROMPT)
# A hang detector, not a measure: other work may share the machine.
TIMEOUT = int(os.environ.get('LOFT_TEST_TIMEOUT', '30'))


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """No QEMU outlives a test run that was killed."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def plain(text):
    return text.replace('\r\n', '\n').replace('\r', '\n')


class Ended(Exception):
    """QEMU ended where it had to go on."""


class Hung(Exception):
    """What was waited for did not come; the message has the console's text."""


class Machine:
    """A running QEMU. Text is what the console printed, with line ends as plain newlines.

    QEMU's standard input and output are a socket and no terminal, so that bytes arrive as Loft sent them.
    """

    def __init__(self, command, timeout=TIMEOUT):
        self.command = command
        self.raw = ''
        self.ours, theirs = socket.socketpair()
        self.process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs,
                                        preexec_fn=die_with_parent)
        theirs.close()
        self.child = fdpexpect.fdspawn(self.ours, timeout=timeout, encoding='latin-1')
        self.child.delaybeforesend = None

    @property
    def text(self):
        """Everything since reset."""
        return plain(self.raw)

    def wait(self, pattern, timeout=-1, literal=False):
        """Wait for a regular expression (or literal text); returns the text before it and its match."""
        pattern = re.escape(pattern) if literal else pattern
        seen = self.child.expect([re.compile(pattern, re.M), pexpect.EOF, pexpect.TIMEOUT], timeout=timeout)
        before = self.child.before if isinstance(self.child.before, str) else ''
        if seen == 0:
            self.raw += before + self.child.after
            return plain(before), self.child.match
        self.raw += before
        what = f'waiting for {pattern!r}\ncommand: {" ".join(self.command)}\nconsole:\n{self.text}'
        raise Ended(what) if seen == 1 else Hung(what)

    def prompt(self, timeout=-1):
        """Wait for the prompt at the start of a line; returns the text before it."""
        return self.wait(AT_PROMPT, timeout)[0]

    def send(self, text):
        self.child.send(text)

    def run(self, command, timeout=-1):
        """Type a command; returns what it printed, without the echo and the prompt."""
        self.send(command + '\r')
        self.wait(command, timeout, literal=True)
        text = self.prompt(timeout)
        return text.removeprefix('\n').rstrip('\n')

    def code(self, command, timeout=-1):
        """Type a command; returns what it printed and its result, as `echo $?` has it."""
        text = self.run(command, timeout)
        return text, int(self.run('echo $?').strip())

    def run_check(self, command, timeout=-1):
        """run(), and the command must succeed."""
        text, code = self.code(command, timeout)
        assert code == 0, f'{command}: $? = {code}\n{text}'
        return text

    def run_fail(self, command, timeout=-1):
        """run(), and the command must fail."""
        text, code = self.code(command, timeout)
        assert code != 0, f'{command} succeeded\n{text}'
        return text

    def finish(self, timeout=-1):
        """Wait until the guest powers off; returns everything since reset."""
        if self.child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=timeout):
            self.raw += self.child.before or ''
            raise Hung(f'the guest did not power off\ncommand: {" ".join(self.command)}\nconsole:\n{self.text}')
        self.raw += self.child.before or ''
        status = self.process.wait(10)
        assert status == 0, f'QEMU: {status}\n{self.text}'
        return self.text

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.ours.close()
