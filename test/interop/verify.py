"""Reads [{message, publicKey, aad}] in hex from stdin and says for each whether python3-cryptography verifies it."""
import json, sys
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils


def verifies(one):
    message = cbor2.loads(bytes.fromhex(one["message"]))
    protected, _, payload, signature = message.value
    signed = cbor2.dumps(["Signature1", protected, bytes.fromhex(one["aad"]), payload])
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), bytes.fromhex(one["publicKey"]))
    try:
        key.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
        return message.tag == 18 and cbor2.loads(protected) == {1: -47}
    except InvalidSignature:
        return False


print(json.dumps([verifies(one) for one in json.load(sys.stdin)]))
