# SPDX-License-Identifier: GPL-3.0-or-later
"""engine.py - a live engine as a child process, for the tests beside this file."""
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

F_SETPIPE_SZ = 1031  # of Linux; in the module fcntl from Python 3.10 on


def fail(text):
    print(text)
    sys.exit(1)


def check(good, *what):
    if not good:
        fail("failed: " + " ".join(map(str, what)))


class Engine:
    """What it prints is read by a thread, as by any caller, or goes into a file. With `stalled` nothing is read before the
    end, out of a small pipe: then the engine soon waits within a write."""

    def __init__(self, program, policy, *options, to_file=False, stalled=False):
        self.piped, self.file, self.go = b"", tempfile.TemporaryFile() if to_file else None, threading.Event()
        self.process = subprocess.Popen([program, "engine", policy, *options], stdin=subprocess.PIPE,
                                        stdout=self.file or subprocess.PIPE, stderr=subprocess.PIPE,
                                        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        if stalled and not to_file:
            fcntl.fcntl(self.process.stdout.fileno(), F_SETPIPE_SZ, 4096)
        else:
            self.go.set()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        self.go.wait()
        while not self.file:
            more = self.process.stdout.read1(65536)
            if not more:
                return
            self.piped += more

    def printed(self):
        return os.pread(self.file.fileno(), 1 << 30, 0) if self.file else self.piped

    def lines(self):
        """What was printed, without a line that was cut off."""
        return [json.loads(line) for line in self.printed().split(b"\n")[:-1]]

    def wait_for(self, what, seconds=60):
        """Until what(bytes) is true; whether it is."""
        until = time.monotonic() + seconds
        while not what(self.printed()) and time.monotonic() < until:
            time.sleep(0.0002)
        return what(self.printed())

    def write(self, what):
        try:
            while what:
                what = what[os.write(self.process.stdin.fileno(), what):]
        except BrokenPipeError:
            pass

    def tell(self, *events):
        self.write(b"".join(json.dumps(event).encode() + b"\n" for event in events))

    def end(self, by=None):
        """Ends the input, or sends a signal first. Returns the exit code (less than 0: killed by that signal)."""
        if by is not None:
            self.process.send_signal(by)
            if by != signal.SIGKILL or not self.go.is_set():
                self.process.wait(60)
        self.go.set()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        code = self.process.wait(60)
        self.thread.join()
        self.complaint = self.process.stderr.read().decode()
        return code
