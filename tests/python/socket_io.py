"""python-socketio against the arena of server/transport/tests/clients, over every transport and with both serializers.

Prints a line `ok ...` for each thing that held, and ends with another code than 0 when one did not.
"""

import queue
import socket
import sys
import threading
import time
import traceback
import urllib.parse

import engineio.payload
import socketio

# The client takes no more than 16 packets in one long-polling body, unless told to.
engineio.payload.Payload.max_decode_packets = 1_000

PATIENCE = 5
WAYS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}
SERIALIZERS = ["default", "msgpack"]


class Player:
    """A client whose events are waited for."""

    def __init__(self, url, transports, serializer, namespaces=("/",), auth=None, **options):
        self.client = socketio.Client(serializer=serializer, **options)
        self.events = queue.Queue()
        self.answers = {}
        for namespace in namespaces:
            self.client.on("*", self.heard, namespace=namespace)
            for event in ("connect", "disconnect", "connect_error"):
                self.client.on(event, self.hear(event), namespace=namespace)
        self.client.connect(
            url, transports=transports, namespaces=list(namespaces), auth=auth, wait=True, wait_timeout=PATIENCE
        )

    def hear(self, event):
        return lambda *args: self.events.put((event, list(args)))

    def heard(self, event, *args):
        """Every event, and the answer to those that want one."""
        self.events.put((event, list(args)))
        return self.answers.get(event)

    def next(self, wanted):
        """The arguments of the next event of this name; others before it are passed over."""
        end = time.monotonic() + PATIENCE
        while True:
            event, args = self.events.get(timeout=max(0.001, end - time.monotonic()))
            if event == wanted:
                return args

    def ask(self, event, *args, namespace="/"):
        return self.client.call(event, args, namespace=namespace, timeout=PATIENCE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.disconnect()


class Relay:
    """Passes TCP connections on, and can lose them the way networks do."""

    def __init__(self, url):
        self.far = urllib.parse.urlsplit(url)
        self.down = False
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if self.down:
                near.close()
                continue
            far = socket.create_connection((self.far.hostname, self.far.port))
            self.open += [near, far]
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self.copy, args=ends, daemon=True).start()

    @staticmethod
    def copy(source, into):
        try:
            while data := source.recv(65536):
                into.sendall(data)
        except OSError:
            pass
        for end in (source, into):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.down = True
        for end in self.open:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def same(got, wanted, what):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


def talks(connect):
    with connect() as player:
        args = [1, -1.5, "zwölf €", {"a": [None, True, "line\nend"]}, "", b"\x00\xff", {"deep": [b"x"]}]
        same(list(player.ask("echo", *args)), args, "the acknowledgement")
        player.client.emit("say", tuple(args))
        same(player.next("said"), args, "the event")
        player.answers["question"] = ("because", b"\x01")
        player.client.emit("ask me", "why?")
        same(player.next("you answered"), ["because", b"\x01"], "the answer")
        try:
            player.client.call("say", timeout=0.1)
            raise AssertionError("nobody answers this one")
        except socketio.exceptions.TimeoutError:
            pass


def joins_with_auth(connect):
    with connect(namespaces=("/", "/door"), auth={"token": "sesame"}) as player:
        same(player.next("welcome"), [{"token": "sesame"}], "the auth")
        same(player.ask("echo", 1, namespace="/door"), 1, "an answer there")
        same(player.ask("echo", 2), 2, "an answer here")
    try:
        connect(namespaces=("/door",), auth={"token": "open"}, reconnection=False)
        raise AssertionError("it was let in")
    except socketio.exceptions.ConnectionError:
        pass


def is_told_why(connect):
    told = queue.Queue()
    with connect() as player:
        player.client.on("connect_error", told.put, namespace="/door")
        # The client asks for a namespace on an open connection by its own packet only.
        packet = player.client.packet_class(
            socketio.packet.CONNECT, data={"token": "open"}, namespace="/door"
        )
        player.client._send_packet(packet)
        same(told.get(timeout=PATIENCE), {"message": "wrong token", "data": ["open", 7]}, "the refusal")


def has_rooms(connect):
    with connect() as one, connect() as two, connect() as other:
        red = f"red {one.client.get_sid()}"
        same(one.ask("join", [red]), [red], "the rooms")
        two.ask("join", [red])
        same(one.ask("tell", red, "to red"), 1, "told in red")
        same(two.next("told"), ["to red"], "what was heard in red")
        # Clients of the scenario before may still be on their way out.
        if one.ask("tell all", "everybody") < 3:
            raise AssertionError("one of three was left out")
        for player in (one, two, other):
            same(player.next("told"), ["everybody"], "what was heard")
        for name, player in (("one", one), ("two", two)):
            player.answers["question"] = name
        answers, missing = other.ask("ask all", red)
        same((sorted(answers), missing), (["one", "two"], 0), "the answers")


def keeps_order(connect):
    with connect() as player:
        for number in range(100):
            player.client.emit("say", number)
        same([player.next("said") for _ in range(100)], [[number] for number in range(100)], "the burst")


def is_sent_away_and_leaves(connect):
    for close in (False, True):
        with connect(reconnection=False) as player:
            player.client.emit("out", close)
            player.next("disconnect")
    with connect() as player, connect() as bystander:
        player.client.disconnect()
        same(bystander.ask("echo", 1), 1, "the other one")


def comes_back(connect):
    relay = Relay(sys.argv[1])
    options = {"reconnection": True, "reconnection_delay": 0.05, "reconnection_delay_max": 0.1}
    with connect(url=relay.url, **options) as player:
        player.next("connect")
        before = player.client.get_sid()
        relay.cut()
        player.next("disconnect")
        relay.down = False
        player.next("connect")
        if player.client.get_sid() == before:
            raise AssertionError("the id is the old one")
        same(player.ask("echo", 1), 1, "the acknowledgement afterwards")


def lives_through_heartbeats(connect):
    with connect() as player:
        time.sleep(1.2)
        same(player.ask("echo", 1), 1, "the acknowledgement")


SCENARIOS = [
    talks, joins_with_auth, is_told_why, has_rooms, keeps_order, is_sent_away_and_leaves, comes_back,
    lives_through_heartbeats,
]


def main():
    if len(sys.argv) != 2:
        print("usage: socket_io.py URL", file=sys.stderr)
        return 2
    failed = 0
    for serializer in SERIALIZERS:
        for way, transports in WAYS.items():
            for scenario in SCENARIOS:
                name = f"{serializer} {way}: {scenario.__name__.replace('_', ' ')}"

                def connect(url=sys.argv[1], serializer=serializer, transports=transports, **options):
                    return Player(url, transports, serializer, **options)

                try:
                    scenario(connect)
                    print(f"ok    {name}", flush=True)
                except Exception as error:
                    failed += 1
                    place = traceback.extract_tb(error.__traceback__)
                    line = next(frame.lineno for frame in reversed(place) if frame.filename == __file__)
                    print(f"FAIL  {name}: {error!r} (line {line})", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    code = main()
    # The client's threads must not keep the program alive.
    threading._shutdown = lambda: None
    sys.exit(code)
