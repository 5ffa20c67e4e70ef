# SPDX-License-Identifier: BSD-2-Clause
"""Chromium without a screen, driven over two pipes: messages of its DevTools protocol, in JSON, a zero byte behind each."""

import json
import os
import select
import subprocess
import time

from console import die_with_parent

TIMEOUT = 60
# The names that a test gives its machine; everything else is where it says.
OPTIONS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--no-proxy-server', '--disable-background-networking',
           '--disable-dev-shm-usage', '--remote-debugging-pipe']


class Failed(Exception):
    """A script of the page threw, or the browser refused a command."""


class Browser:
    """One page. resolve: what chromium calls host resolver rules."""

    def __init__(self, program, profile, resolve=''):
        theirs_in, self.out = os.pipe()
        self.into, theirs_out = os.pipe()

        def ends():
            die_with_parent()
            # from numbers that are neither 3 nor 4
            a, b = os.dup2(theirs_in, 20), os.dup2(theirs_out, 21)
            os.dup2(a, 3)
            os.dup2(b, 4)

        with open(f'{profile}.log', 'wb') as log:
            self.process = subprocess.Popen([program, f'--user-data-dir={profile}', f'--host-resolver-rules={resolve}', *OPTIONS,
                                             'about:blank'], stdin=subprocess.DEVNULL, stdout=log, stderr=log, close_fds=False,
                                            preexec_fn=ends)
        os.close(theirs_in)
        os.close(theirs_out)
        self.count, self.text, self.session, self.events = 0, b'', None, []
        target = next(t for t in self.call('Target.getTargets')['targetInfos'] if t['type'] == 'page')
        self.session = self.call('Target.attachToTarget', targetId=target['targetId'], flatten=True)['sessionId']
        for domain in ('Page', 'Runtime', 'DOM', 'Log'):
            self.call(f'{domain}.enable')

    def message(self, end):
        while b'\0' not in self.text:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.into], [], [], left)[0]:
                raise Failed('the browser says nothing')
            more = os.read(self.into, 1 << 20)
            if not more:
                raise Failed('the browser has ended')
            self.text += more
        one, _, self.text = self.text.partition(b'\0')
        return json.loads(one)

    def call(self, method, **params):
        self.count += 1
        message = {'id': self.count, 'method': method, 'params': params}
        if self.session:
            message['sessionId'] = self.session
        os.write(self.out, json.dumps(message).encode() + b'\0')
        end = time.monotonic() + TIMEOUT
        while True:
            got = self.message(end)
            if got.get('id') == self.count:
                if 'error' in got:
                    raise Failed(f'{method}: {got["error"]}')
                return got['result']
            self.events.append(got)

    def open(self, url):
        """The page is there, and its scripts have run; an error page counts as one."""
        self.call('Page.navigate', url=url)
        self.until('document.readyState == "complete"')

    def run(self, script):
        """The value of a JavaScript expression; a promise is waited for."""
        got = self.call('Runtime.evaluate', expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        if 'exceptionDetails' in got:
            raise Failed(f'{script}: {got["exceptionDetails"]}')
        return got['result'].get('value')

    def until(self, script):
        """Wait until it is true of the page; returns it."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.05)
        raise Failed(f'never: {script}\n{self.run("document.body.innerText")}')

    def click(self, selector):
        """With the mouse, where it is on the page: what a user cannot press is not pressed."""
        x, y = self.run(f'(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector({json.dumps(selector)})'
                        '.getBoundingClientRect())')
        for kind in ('mousePressed', 'mouseReleased'):
            self.call('Input.dispatchMouseEvent', type=kind, x=x, y=y, button='left', clickCount=1)

    def choose(self, selector, file):
        """A file, as from the dialogue."""
        root = self.call('DOM.getDocument')['root']['nodeId']
        node = self.call('DOM.querySelector', nodeId=root, selector=selector)['nodeId']
        self.call('DOM.setFileInputFiles', files=[str(file)], nodeId=node)

    def complaints(self):
        """What the scripts of the page got wrong."""
        return [e for e in self.events if e['method'] == 'Runtime.exceptionThrown']

    def end(self):
        self.process.kill()
        self.process.wait()
        os.close(self.out)
        os.close(self.into)
