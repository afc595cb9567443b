"""Mail servers on 127.0.0.1: Debian's Postfix with a folder of its own, and one that breaks off where it is told."""
import email
import email.policy
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import threading
import time

USER, PASSWORD = "m13d", "Tr0ub4dor&3"
BOXES = ("zhang@firm.example.cn", "li@firm.example.cn", "desk@desk.example.cn", "operator@desk.example.cn")

MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/boxes
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 100
smtpd_tls_key_file = {folder}/server.key
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = m13
cyrus_sasl_config_path = {folder}/sasl
smtpd_sasl_security_options = noanonymous
smtpd_sasl_local_domain = m13
smtpd_recipient_restrictions = check_recipient_access texthash:{folder}/access, permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_delay_reject = yes
disable_dns_lookups = yes
"""

# smtpd -o max_use=1: each connection reads the table of refusals anew.
LISTENER = "127.0.0.1:{port} inet n - n - - smtpd -o max_use=1 -o smtpd_tls_cert_file={certificate}{more}\n"
MASTER = """
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n -  0 cleanup
qmgr      unix  n - n 300 1 qmgr
tlsmgr    unix  - - n 1000? 1 tlsmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
virtual   unix  - n n - - virtual
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""
SASL = """pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {folder}/sasl/sasldb2
mech_list: PLAIN LOGIN
"""


def why_not():
    """Why Postfix cannot be started here; None when it can."""
    if os.geteuid() != 0:
        return "Postfix starts as root alone"
    missing = [program for program in ("postfix", "saslpasswd2", "openssl") if shutil.which(program) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def run(*arguments, **options):
    done = subprocess.run([str(argument) for argument in arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=60, check=False, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}")
    return done.stdout


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Certificates:
    """An authority nobody knows, and what it says of servers: good, expired, for another name."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.authority, self.key = self.folder / "authority.pem", self.folder / "server.key"
        run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.folder / "authority.key", "-out",
            self.authority, "-days", "30", "-subj", "/CN=Authority of a test")
        run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out", self.folder / "server.csr", "-subj",
            "/CN=server")
        self.good = self.sign("good", "localhost", 30)
        self.expired = self.sign("expired", "localhost", -1)
        self.of_another = self.sign("of_another", "mail.example.org", 30)

    def sign(self, name, host, days):
        extensions, certificate = self.folder / f"{name}.ext", self.folder / f"{name}.pem"
        extensions.write_text(f"subjectAltName=DNS:{host}\n")
        run("openssl", "x509", "-req", "-in", self.folder / "server.csr", "-CA", self.authority, "-CAkey",
            self.folder / "authority.key", "-CAcreateserial", "-days", days, "-extfile", extensions, "-out", certificate)
        return certificate


class Postfix:
    """Takes mail for BOXES from whoever can log in: each is a Maildir of the name before the @."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        self.folder.chmod(0o755)
        for name in ("spool", "data", "mail", "sasl"):
            (self.folder / name).mkdir()
        self.certificates = Certificates(self.folder)
        listeners, self.urls = "", {}
        for name in ("good", "expired", "of_another"):
            self.urls[name] = f"smtp://localhost:{(port := free_port())}"
            listeners += LISTENER.format(port=port, certificate=getattr(self.certificates, name), more="")
        self.urls["tls"] = f"smtps://localhost:{(port := free_port())}"
        listeners += LISTENER.format(port=port, certificate=self.certificates.good, more=" -o smtpd_tls_wrappermode=yes")
        (self.folder / "main.cf").write_text(MAIN.format(folder=self.folder, domains=" ".join({box.split("@")[1] for box in BOXES})))
        (self.folder / "master.cf").write_text(listeners + MASTER)
        (self.folder / "boxes").write_text("".join(f"{box} {box.split('@')[0]}/\n" for box in BOXES))
        (self.folder / "sasl" / "m13.conf").write_text(SASL.format(folder=self.folder))
        self.refuse({})
        run("saslpasswd2", "-p", "-c", "-f", self.folder / "sasl" / "sasldb2", "-u", "m13", USER, input=PASSWORD)
        shutil.chown(self.folder / "data", "postfix")
        shutil.chown(self.folder / "mail", 65534, 65534)
        for path in (self.folder / "sasl").iterdir():
            shutil.chown(path, "postfix")
        try:
            run("postfix", "-c", self.folder, "start")
        except AssertionError as fault:
            raise AssertionError(f"{fault}\n{self.log()}") from None

    def log(self):
        path = self.folder / "log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def refuse(self, replies):
        """From now on these receivers are refused like this: {address: "451 4.7.1 words"}."""
        fresh = self.folder / "access.fresh"
        fresh.write_text("".join(f"{address} {reply}\n" for address, reply in replies.items()))
        fresh.rename(self.folder / "access")

    def box(self, name):
        """The messages that this receiver has got, in order of arrival."""
        files = sorted((self.folder / "mail" / name / "new").glob("*"), key=lambda path: (path.stat().st_mtime_ns, path.name))
        return [path.read_bytes() for path in files]

    def wait_for_box(self, name, count, seconds=60):
        """What was taken is put into the mailbox a moment later."""
        end = time.monotonic() + seconds
        while len(self.box(name)) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{name} has {len(self.box(name))} messages, not {count}\n{self.log()}")
            time.sleep(0.05)
        return self.box(name)

    def clear(self):
        for path in (self.folder / "mail").glob("*/new/*"):
            path.unlink()
        self.refuse({})

    def close(self):
        subprocess.run(["postfix", "-c", str(self.folder), "stop"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       timeout=60, check=False)


class BreakingServer:
    """STARTTLS, AUTH PLAIN and a mailbox; the first `breaks` messages are kept, but the connection is cut before it says so."""

    def __init__(self, certificates, breaks):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificates.good, certificates.key)
        self.breaks, self.messages = breaks, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://localhost:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                self.talk(connection)
            except (OSError, ValueError):
                connection.close()

    def talk(self, connection):
        connection.settimeout(60)
        connection.sendall(b"220 localhost ready\r\n")
        stream = connection.makefile("rb")
        while line := stream.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"STARTTLS":
                connection.sendall(b"220 go\r\n")
                connection = self.context.wrap_socket(connection, server_side=True)
                stream = connection.makefile("rb")
            elif word == b"EHLO":
                secure = isinstance(connection, ssl.SSLSocket)
                connection.sendall(b"250-localhost\r\n250 AUTH PLAIN\r\n" if secure else b"250-localhost\r\n250 STARTTLS\r\n")
            elif word == b"AUTH":
                connection.sendall(b"334 \r\n")
                stream.readline()
                connection.sendall(b"235 welcome\r\n")
            elif word == b"DATA":
                connection.sendall(b"354 go on\r\n")
                self.messages.append(self.message(stream))
                if len(self.messages) <= self.breaks:
                    connection.close()
                    stream.close()
                    return
                connection.sendall(b"250 2.0.0 kept\r\n")
            elif word == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                connection.close()
                return
            else:
                connection.sendall(b"250 fine\r\n")

    @staticmethod
    def message(stream):
        lines = []
        while (line := stream.readline()) != b".\r\n":
            if not line:
                raise ValueError("the connection is gone")
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def close(self):
        self.listener.close()


def parsed(message):
    return email.message_from_bytes(message, policy=email.policy.default)
