"""A reader that misbehaves on demand, to see what the sandbox makes of it. Run only by test_sandbox.py."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

how = sys.argv[1] if __name__ == "__main__" else ""
out = sys.stdout.buffer


def say(text: bytes) -> None:
    out.write(text)
    out.flush()


def result(data: bytes) -> None:
    say(b'{"result":%d}\n' % len(data) + data)


match how:
    case "answers":
        say(b'{"page":1,"of":2}\n{"page":2,"of":2}\n')
        result(sys.stdin.buffer.read())
    case "hangs":
        time.sleep(60)
    case "dies on some pages":
        bad, left_out = json.loads(sys.argv[2]), [int(a) for a in sys.argv[3:]]
        say(b'{"page":0,"of":9}\n')
        for page in range(1, 10):
            if page in bad and page not in left_out:
                os.kill(os.getpid(), signal.SIGPROF)
            say(b'{"page":%d,"of":9}\n' % page)
        if 10 in bad:
            os.kill(os.getpid(), signal.SIGPROF)
        result(json.dumps(left_out).encode())
    case "dawdles":
        for _ in range(600):
            say(b'{"page":1,"of":2}\n')
            time.sleep(0.05)
    case "spins":
        while True:
            pass
    case "floods":
        while True:
            say(b'{"page":1,"of":2}\n' * 10_000)
    case "eats memory":
        kept = [bytearray(2**20) for _ in range(100_000)]
    case "eats memory and tells":
        try:
            kept = [bytearray(2**20) for _ in range(100_000)]
        except MemoryError:
            say(b'{"error":"memory"}\n')
    case "crashes":
        os.kill(os.getpid(), 11)
    case "is killed":
        os.kill(os.getpid(), 9)
    case "ends":
        sys.exit(3)
    case "ends in silence":
        pass
    case "babbles":
        say(b"hello\n")
    case "adds a field":
        say(b'{"page":1,"of":2,"run":"rm"}\n')
    case "says a number in words":
        say(b'{"page":"1","of":2}\n')
    case "never ends a line":
        say(b"x" * 100_000)
    case "promises too much":
        say(b'{"result":99999999999}\n')
    case "gives less than promised":
        say(b'{"result":10}\nabc')
    case "gives more than promised":
        say(b'{"result":2}\nabc')
    case "gives parts":
        say(b'{"part":"a","size":3,"fault":""}\nabc{"part":"b","size":0,"fault":"nested"}\n{"part":"c","size":0}\n')
        for piece in (b'{"part":"d","size":4', b"}\nwx", b'yz{"resul', b't":0}\n'):
            say(piece)
            time.sleep(0.02)
    case "gives half a part":
        say(b'{"part":"a","size":3,"fault":""}\nabc{"part":"b","size":9,"fault":""}\nab')
    case "gives up":
        say(b'{"error":"encrypted","detail":"a\\u001b[31mred\\nword"}\n')
    case "gives up oddly":
        say(b'{"error":"call me","detail":""}\n')
    case "leaves a child":
        # The grandchild keeps the pipe open and would live on.
        subprocess.Popen(["sleep", "60"], stdin=subprocess.DEVNULL)
        result(b"done")
    case "looks around":
        found = [",".join(sorted(os.environ))]
        try:
            socket.create_connection(("127.0.0.1", int(sys.argv[2])), 2)
            found.append("network")
        except OSError:
            found.append("no network")
        try:
            Path(sys.argv[3]).read_text()
            found.append("sees files")
        except OSError:
            found.append("sees no files")
        try:
            Path("/usr/svdocs-was-here").write_text("x")
            found.append("writes")
        except OSError:
            found.append("writes nothing")
        found.append(str(resource.getrlimit(resource.RLIMIT_CORE)[1]))
        result("|".join(found).encode())
