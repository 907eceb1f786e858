"""A reference client of the wire format, without hexfix's code: enrols, connects, sends a report, checks its receipt.

    HEXFIX_ADMIN_TOKEN=... python3 client.py http://127.0.0.1:8080

Makes a key for this run only. Needs python3-cbor2, python3-cryptography and python3-paho-mqtt. See docs/protocol.md.
"""
import base64, hashlib, json, os, queue, sys, time, urllib.parse, urllib.request
import cbor2
import paho.mqtt.client as mqtt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
PROTECTED = bytes.fromhex("a101382e")  # {1: -47}, ES256K
REPORT, ENROL, RECEIPT, CONNECT = 1, 2, 7, 8
ACCEPTED = 0


def canonical(value):
    """Deterministic CBOR, RFC 8949 section 4.2.1."""
    return cbor2.dumps(value, canonical=True)


def sha256(data):
    return hashlib.sha256(data).digest()


def to_be_signed(mtype, net, kid, payload, to=None):
    """The Sig_structure of RFC 9052 section 4.4; the AAD travels nowhere and binds everything."""
    aad = ["HXF1", mtype, net, kid] + ([to] if to else [])
    return cbor2.dumps(["Signature1", PROTECTED, cbor2.dumps(aad), payload])


class Device:
    def __init__(self, net):
        self.net = net
        self.key = ec.generate_private_key(ec.SECP256K1())
        point = serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
        self.public = self.key.public_key().public_bytes(*point)
        self.kid = sha256(self.public)[:8]

    def sign(self, mtype, payload):
        """r || s with low s: a high one is refused."""
        signed = to_be_signed(mtype, self.net, self.kid, payload)
        r, s = utils.decode_dss_signature(self.key.sign(signed, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + min(s, ORDER - s).to_bytes(32, "big")

    def tagged(self, mtype, payload):
        return cbor2.dumps(cbor2.CBORTag(18, [PROTECTED, {4: self.kid}, payload, self.sign(mtype, payload)]))

    def compact(self, mtype, payload):
        return payload + self.sign(mtype, payload)


def verify(message, mtype, net, public, to):
    """The payload of a tagged message, once its signature holds."""
    protected, header, payload, signature = cbor2.loads(message).value
    kid = sha256(public)[:8]
    if protected != PROTECTED or header != {4: kid}:
        raise ValueError("not from this gateway")
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), public)
    key.verify(utils.encode_dss_signature(r, s), to_be_signed(mtype, net, kid, payload, to), ec.ECDSA(hashes.SHA256()))
    return payload


def call(url, body=None, token=None):
    headers = {"authorization": f"Bearer {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10) as answer:
        return json.load(answer)


def enrol(device, api, token):
    """Proof of possession: an EAT (RFC 9711) over the provisioner's nonce, with the key in cnf (RFC 8747)."""
    nonce = bytes.fromhex(call(f"{api}/v1/enrol/nonce", b"", token)["nonce"])
    key = {1: 2, 3: -47, -1: 8, -2: device.public[1:], -3: device.public[0] == 3}
    claims = {10: nonce, 8: {1: key}, 256: b"\x01" + sha256(device.public)}
    call(f"{api}/v1/enrol?name=reference", device.tagged(ENROL, canonical(claims)))


def connect(device, gateway, boot, receipts):
    """Client id = user name = kid; the password is a connect message whose (boot, n) rises with every attempt."""
    name = device.kid.hex()
    body = canonical([bytes.fromhex(gateway["kid"]), boot, 0])
    password = base64.urlsafe_b64encode(device.tagged(CONNECT, body)).rstrip(b"=").decode()
    arguments = {"client_id": name, "protocol": mqtt.MQTTv311}
    versions = getattr(mqtt, "CallbackAPIVersion", None)
    client = mqtt.Client(versions.VERSION1, **arguments) if versions else mqtt.Client(**arguments)
    client.username_pw_set(name, password)
    ready = queue.Queue()
    client.on_connect = lambda *a: client.subscribe(f"hexfix/{device.net}/{name}/receipt", qos=1)
    client.on_subscribe = lambda *a: ready.put(True)
    client.on_message = lambda c, u, message: receipts.put(message.payload)
    address = urllib.parse.urlsplit(gateway["mqtt"])
    client.connect(address.hostname, address.port, keepalive=30)
    client.loop_start()
    ready.get(timeout=10)
    return client


def main(api):
    gateway = call(f"{api}/v1/gateway")
    device = Device(gateway["net"])
    enrol(device, api, os.environ["HEXFIX_ADMIN_TOKEN"])
    boot, seq, receipts = 1, 0, queue.Queue()
    client = connect(device, gateway, boot, receipts)
    weather = [1, 2240, 551, 101325 - 100000]  # schema 1: 22.40 Cel, 55.1 %RH, 101325 Pa
    report = canonical([boot, seq, int(time.time()), weather])
    topic = f"hexfix/{device.net}/{device.kid.hex()}/report"
    client.publish(topic, device.compact(REPORT, report), qos=1).wait_for_publish(timeout=10)
    print("PUBACK: on disk with its verdict, whichever it was")

    public = bytes.fromhex(gateway["publicKey"])
    payload = verify(receipts.get(timeout=10), RECEIPT, device.net, public, to=device.kid)
    said = {tuple(entry[:3]): entry[3:] for entry in cbor2.loads(payload)}
    verdict, index = said[(boot, seq, sha256(report)[:8])]
    client.loop_stop()
    client.disconnect()
    if verdict != ACCEPTED:
        sys.exit(f"refused with verdict {verdict}")
    print(f"receipt verified: device {device.kid.hex()}, accepted at log index {index}")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
