"""Verifies a stored report and its receipt without hexfix: curl -s GATEWAY/v1/reports/1 | python3 verify.py"""
import hashlib, json, sys
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

def verified(message, key, mtype, net, to=None):
    """The payload of a COSE_Sign1 (RFC 9052) with ES256K, its AAD built from what must be bound."""
    protected, header, payload, signature = cbor2.loads(bytes.fromhex(message)).value
    kid = hashlib.sha256(key).digest()[:8]
    assert protected == bytes.fromhex("a101382e") and header in ({}, {4: kid}), "header"
    aad = cbor2.dumps(["HXF1", mtype, net, kid] + ([to] if to else []))
    signed = cbor2.dumps(["Signature1", protected, aad, payload])
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), key)
    public.verify(utils.encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    return payload, kid

row = json.load(sys.stdin)
try:
    payload, kid = verified(row["message"], bytes.fromhex(row["publicKey"]), row["mtype"], row["net"])
    receipt, _ = verified(row["receipt"]["message"], bytes.fromhex(row["receipt"]["publicKey"]), 7, row["net"], kid)
    boot, seq, digest, verdict, index = cbor2.loads(receipt)[0]
    assert [boot, seq] == cbor2.loads(payload)[:2] and digest == hashlib.sha256(payload).digest()[:8], "receipt"
except (AssertionError, InvalidSignature, ValueError) as error:
    sys.exit(f"refused: {error!r}")
print(f"verified: device {kid.hex()} boot {boot} seq {seq}, verdict {verdict}, log index {index}")
