# Reads [{message, publicKey, aad}] in hex from stdin and says for each whether ruby-cose verifies it.
require "cose"
require "json"
require "openssl"

# SubjectPublicKeyInfo of a compressed secp256k1 point: ruby-cose cannot build an EC key on OpenSSL 3 by itself.
SPKI = ["3036301006072a8648ce3d020106052b8104000a032200"].pack("H*")

verdicts = JSON.parse($stdin.read).map do |one|
  point = [one["publicKey"]].pack("H*")
  kid = OpenSSL::Digest::SHA256.digest(point)[0, 8]
  key = OpenSSL::PKey::EC.new(SPKI + point)
  key.define_singleton_method(:kid) { kid }
  begin
    COSE::Sign1.deserialize([one["message"]].pack("H*")).verify(key, [one["aad"]].pack("H*"))
  rescue COSE::Error, OpenSSL::SignatureAlgorithm::Error
    false
  end
end
puts JSON.generate(verdicts)
