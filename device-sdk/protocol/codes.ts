type Entry = {
  /** The number of the verdict in a signed receipt; absent where the code never travels. */
  readonly wire?: number
  /** What happened, in one sentence for people. */
  readonly meaning: string
  /** What the reader should do next. */
  readonly next: string
}

/**
 * The one registry of codes. A code is stable: its meaning is never changed and its name never used for something else.
 * `test/gates/codes.test.ts` fails when a code is unused in the sources or absent from docs/codes.md.
 */
export const codes = {
  // Verdicts on a report, as they travel in receipts.
  accepted: { wire: 0, meaning: 'The report is stored and counts.', next: 'Nothing.' },
  'report/replay': {
    wire: 1,
    meaning: 'This boot and seq were stored before with the same payload.',
    next: 'Nothing: the first receipt holds, and is sent again.',
  },
  'report/equivocation': {
    wire: 2,
    meaning: 'This boot and seq were signed before over another payload.',
    next: 'Look for a copied key or a restored card; the pair is kept as evidence and paid for neither time.',
  },
  'wire/malformed': {
    wire: 3,
    meaning: 'The bytes are not deterministic CBOR in the shape of a message.',
    next: 'Encode as docs/protocol.md says; `hexfix wire check` names the first fault.',
  },
  'wire/too-large': {
    wire: 4,
    meaning: 'The message is over the maximum size.',
    next: 'Send smaller batches; the maximum is 61 440 bytes.',
  },
  'sign1/bad-signature': {
    wire: 5,
    meaning: 'The signature does not hold for this key, network, type and addressee.',
    next: 'Check that key and network are those of the registration.',
  },
  'sign1/wrong-kid': {
    wire: 6,
    meaning: 'The header names another key than the topic does.',
    next: 'Publish under your own kid only.',
  },
  'device/unknown': {
    wire: 7,
    meaning: 'The gateway knows no device with this kid.',
    next: 'Register it: `hexfix provision --local`.',
  },
  'device/revoked': {
    wire: 8,
    meaning: 'The key was revoked.',
    next: 'Provision a new key; a revoked one never comes back.',
  },
  'report/unknown-schema': {
    wire: 9,
    meaning: 'The gateway knows no schema with this id.',
    next: 'Use a standard schema, or have the operator add yours.',
  },
  'report/bad-shape': {
    wire: 10,
    meaning: 'The payload is well-formed but not a report.',
    next: 'Compare with docs/protocol.md; `hexfix wire check` names the place.',
  },
  'report/out-of-range': {
    wire: 11,
    meaning: 'The seq is too far from what is known of this boot, or too many boots are open.',
    next: 'Count seq from 0 in each boot, and boots one by one.',
  },
  'time/ahead': {
    wire: 12,
    meaning: 'The report says a time more than 300 s after it was received.',
    next: "Set the device's clock, or send ticks in place of a time.",
  },
  'session/unknown': {
    wire: 14,
    meaning: 'The gateway issued no such session.',
    next: 'Ask for a session first, or count boots.',
  },
  'quota/exceeded': {
    wire: 15,
    meaning: 'The device stored more bytes today than it may.',
    next: 'Wait for the next day (UTC), or ask the host to raise the quota.',
  },

  // Time, relays and commands.
  'time/too-often': {
    meaning: 'The time was asked for more often than it is served.',
    next: 'Wait a minute. Ask once at a start, and for a session once.',
  },
  'time/late-answer': {
    meaning: 'The answer to a time request came after ten seconds.',
    next: 'Nothing: it is ignored, and the device asks again.',
  },
  'time/wrong-echo': {
    meaning: 'The answer to a time request carries the nonce of another.',
    next: 'Nothing: it is ignored. Look at what lies between device and gateway if it comes often.',
  },
  'time/no-answer': {
    meaning: 'The gateway did not answer a time request.',
    next: 'Check the http address of the gateway in the trust file; the device goes on without an answer.',
  },
  'relay/own-relay': {
    meaning: 'A device cannot be its own relay.',
    next: 'Name two devices.',
  },
  'relay/too-many': {
    meaning: 'The device has as many relays as it may.',
    next: 'Withdraw one: DELETE /v1/devices/KID/relays/RELAYKID.',
  },
  'device/absent': {
    meaning: 'Neither the device nor a relay of it is connected and listens, and nothing is queued.',
    next: 'Send the command again when the device is connected.',
  },
  'command/unknown': {
    meaning: 'The result answers no open command of this device.',
    next: 'Nothing: the first answer to a command holds.',
  },
  'command/stale': {
    meaning: 'The number of a command does not rise over the last one that the device took.',
    next: 'Nothing: the device obeys each number once.',
  },
  'command/unreadable': {
    meaning: 'The number of the last command cannot be read.',
    next: 'Restore the file `command` from a copy, or provision a new key.',
  },

  // Updates: what a device says to one.
  'update/stale': {
    meaning: 'The number of an update does not rise over the last one that the device took.',
    next: 'Nothing: the device looks at each number once, and the gateway offers under a new one.',
  },
  'update/other-board': {
    meaning: 'The firmware is for another board than this device is.',
    next: 'Offer a release for its board: `hexfix gw release list` names them.',
  },
  'update/not-newer': {
    meaning: 'The device runs this firmware or a newer one.',
    next: 'Build the release again under a higher firmware sequence, where it is to replace what runs.',
  },
  'update/failed-before': {
    meaning: 'The device tried this firmware, and went back to the one before.',
    next: 'Correct it, and release it under a higher firmware sequence.',
  },
  'update/too-large': {
    meaning: 'The firmware is larger than the device takes.',
    next: 'Build a smaller one; the detail names the most.',
  },
  'update/not-possible': {
    meaning: 'This device cannot replace its own firmware.',
    next: 'Install a bundle with its launcher, or firmware with a verifier, as docs/updates.md says; flash it until then.',
  },
  'update/busy': {
    meaning: 'The device is installing another update, or has not proved the last one yet.',
    next: 'Nothing: the gateway offers it again.',
  },
  'update/not-fetched': {
    meaning: 'The device could not fetch the firmware.',
    next: 'Check that the device reaches the address in the detail; the gateway offers it again.',
  },
  'update/wrong-hash': {
    meaning: 'What was fetched is not what the gateway signed. Nothing was changed.',
    next: 'See who stands between; on a gateway, `hexfix gw release add` the file again.',
  },
  'update/bad-bundle': {
    meaning: 'The firmware is not packed as a bundle. Nothing was changed.',
    next: 'Make it with `hexfix build`, and give that folder to `hexfix gw release add`.',
  },
  'update/unwritable': {
    meaning: 'The device cannot write the firmware. What ran still runs.',
    next: 'Make room on its disk, or give the service its state folder back; the gateway offers it again.',
  },
  'update/unreadable': {
    meaning: 'The device cannot read how far its last update came.',
    next: 'Delete the file `state` beside its bundles: what is in `current` runs on.',
  },
  'update/crashed': {
    meaning: 'The firmware ended again and again before it proved itself, so the one before runs again.',
    next: 'Look at the log of the device; correct it, and release it under a higher firmware sequence.',
  },
  'update/silent': {
    meaning: 'The firmware ran and no gateway accepted a heartbeat of it in time, so the one before runs again.',
    next: 'Check that it reports, and that the gateway was reached; release it under a higher firmware sequence.',
  },
  'update/nothing-runs': {
    meaning: 'There is no bundle that can be started.',
    next: 'Flash the board again, or put a bundle into the folder in the detail.',
  },

  // Releases: what a gateway says.
  'release/unreadable': {
    meaning: 'The file or folder of the release cannot be read, or says not which board and firmware it is.',
    next: 'Give the folder that `hexfix build` made, or a file with --board and --firmware.',
  },
  'release/not-possible': {
    meaning: 'This build takes no updates over the line, and would end them on a board that runs it.',
    next: 'Flash it: hexfix flash --image FOLDER. Its build.json says why.',
  },
  'release/too-large': {
    meaning: 'The release is over the maximum size.',
    next: 'Build a smaller one; the maximum is 32 MiB.',
  },
  'release/taken': {
    meaning: 'Another release for this board has this firmware sequence.',
    next: 'Build it under a higher firmware sequence: devices take each number once.',
  },
  'release/unknown': {
    meaning: 'The gateway has no such release.',
    next: 'See `hexfix gw release list`, or add it with `hexfix gw release add`.',
  },
  'release/ambiguous': {
    meaning: 'Releases for several boards have this firmware sequence, and the board of the device is not known.',
    next: 'Name the board with --board.',
  },
  'release/damaged': {
    meaning: 'The file of a release is not what was added.',
    next: 'Restore the folder `releases` of the gateway from a copy, or add the release again.',
  },

  // The key file of a device or gateway.
  'key/missing': {
    meaning: 'There is no key file at this path.',
    next: 'Make one with `hexfix provision`, or correct the path.',
  },
  'key/exists': {
    meaning: 'There is a file where the new key should go; it is left as it is.',
    next: 'Open the key that is there, or move it away yourself first.',
  },
  'key/unreadable': {
    meaning: 'The key file or its folder cannot be read.',
    next: 'Run as the owner of the file, or give it back to the user who runs this.',
  },
  'key/not-a-file': {
    meaning: 'The key path is a link, a folder or a device, and not a regular file.',
    next: 'Give the path of the key file itself.',
  },
  'key/wrong-owner': {
    meaning: 'The key file or its folder belongs to another user.',
    next: 'Run `chown` on both for the user who runs this.',
  },
  'key/file-mode': {
    meaning: 'Others than the owner may read or change the key file.',
    next: 'Run `chmod 600` on the file; if others could read it, make a new key and rotate.',
  },
  'key/folder-mode': {
    meaning: 'Others than the owner may put another file in the place of the key.',
    next: 'Run `chmod 700` on the folder.',
  },
  'key/bad-content': {
    meaning: 'The key file does not hold 64 lower-case hex digits and a newline.',
    next: 'Restore the file from a backup; no new key is made in its place.',
  },
  'key/bad-secret': {
    meaning: 'The number in the key file is zero or not below the order of secp256k1.',
    next: 'Restore the file from a backup, or provision a new key under another path.',
  },
  'key/not-created': {
    meaning: 'The key file could not be written.',
    next: 'Look at the reason given: free space, a read-only disk or missing permission.',
  },

  // MQTT: why the broker ended a connection or refused a request.
  'mqtt/connect-first': { meaning: 'The first packet was not a CONNECT.', next: 'Speak MQTT 3.1.1 to this port.' },
  'mqtt/connect-timeout': {
    meaning: 'No complete CONNECT came in time.',
    next: 'Send CONNECT as soon as the connection is open.',
  },
  'mqtt/second-connect': {
    meaning: 'A second CONNECT came on one connection.',
    next: 'Open a new connection to connect again.',
  },
  'mqtt/packet-too-large': {
    meaning: 'A packet declared a length over the maximum.',
    next: 'Keep CONNECT within 4 KiB and every other packet within 64 KiB.',
  },
  'mqtt/malformed': {
    meaning: 'The bytes are not a valid MQTT 3.1.1 packet from a client.',
    next: 'Check the MQTT library of the device.',
  },
  'mqtt/version': {
    meaning: 'The client speaks another version of MQTT.',
    next: 'Set the client to MQTT 3.1.1 (protocol level 4).',
  },
  'mqtt/wrong-client-id': {
    meaning: 'Client id and user name are not one kid of 16 lower-case hex digits.',
    next: 'Use the kid of the device as client id and as user name.',
  },
  'mqtt/no-password': {
    meaning: 'The CONNECT carries no password.',
    next: 'Send the signed connect message as password.',
  },
  'mqtt/will-refused': { meaning: 'The CONNECT carries a will.', next: 'Connect without a will.' },
  'mqtt/auth-unavailable': {
    meaning: 'The connect message could not be judged.',
    next: 'Wait and connect again; the log of the gateway names the cause.',
  },
  'mqtt/retain-refused': {
    meaning: 'The device published a retained message.',
    next: 'Publish without the retain flag.',
  },
  'mqtt/qos-refused': { meaning: 'The device published with QoS 2.', next: 'Publish with QoS 1.' },
  'mqtt/topic-forbidden': {
    meaning: 'The device published to a topic that is not its own.',
    next: 'Publish on hexfix/<net>/<kid>/ and report, enrol, time or result only; as a relay on .../via/<device kid>/ and those.',
  },
  'mqtt/filter-forbidden': {
    meaning: 'The device subscribed to a topic that is not its own.',
    next: 'Subscribe under your own kid, or to the entropy topic.',
  },
  'mqtt/too-many-subscriptions': {
    meaning: 'The device has as many subscriptions as it may.',
    next: 'Subscribe once, to hexfix/<net>/<kid>/#.',
  },
  'mqtt/too-many-connections': {
    meaning: 'The gateway holds as many connections as it may.',
    next: 'Wait and connect again, or have the host raise the limit.',
  },
  'mqtt/source-paused': {
    meaning:
      'Too many connections from this source address failed in this minute, so it is not listened to until the next one.',
    next: 'Mend what fails at that address; nobody elsewhere is affected.',
  },
  'mqtt/connects-too-often': {
    meaning: 'The device connected more often in this minute than it may.',
    next: 'Wait a minute; look for a second device with the same key, or for a link that breaks at once.',
  },
  'proxy/no-header': {
    meaning: 'A connection from a trusted proxy does not begin with a PROXY protocol header of version 2.',
    next: 'Set `send-proxy-v2` in the proxy, or take its address out of `trustedProxies`.',
  },
  'proxy/bad-header': {
    meaning: 'A PROXY protocol header cannot be used.',
    next: 'Have the proxy send version 2 for connections over TCP.',
  },
  'proxy/untrusted': {
    meaning: 'A PROXY protocol header came from an address that is no trusted proxy.',
    next: 'Name the proxy in `trustedProxies`, if it is yours.',
  },
  'tls/unreadable': {
    meaning: 'A certificate or its key cannot be read or written.',
    next: 'Check the paths, the owner and that the files hold PEM; a key that exists is never made anew.',
  },
  'tls/key-mode': {
    meaning: 'A private key of TLS can be read by others.',
    next: 'Set its mode to 0600, and ask yourself who has read it.',
  },
  'tls/key-mismatch': {
    meaning: 'The certificate belongs to another key.',
    next: 'Configure the key that the certificate was made for.',
  },
  'tls/key-changed': {
    meaning:
      'The files of TLS hold another key than the one that devices pinned, so the running gateway keeps the old one.',
    next: 'Renew the certificate over the same key; or restart the gateway to take the new one, and provision the devices again.',
  },
  'tls/authority-away': {
    meaning: "The authority's certificate is here and its key is not.",
    next: 'Bring the key back for this one command; a new authority would be another one.',
  },
  'tls/absent': {
    meaning: 'An address for TLS is configured, and there is no certificate.',
    next: 'Make one with `hexfix gw cert`, or name one in the configuration under `tls`.',
  },
  'tls/renewed': { meaning: 'The certificate was renewed over the same key.', next: 'Nothing: pins hold.' },
  'tls/wrong-key': {
    meaning: 'The TLS key at the other end is not the pinned one, so nothing was sent.',
    next: 'Compare it with what `hexfix gw cert` shows at the gateway; where they differ, somebody else answers at this address.',
  },
  'mdns/unusable': {
    meaning: 'The gateway cannot announce itself by mDNS.',
    next: 'Check that UDP port 5353 can be shared, or set `mdns.announce` to false.',
  },
  'gateway/none-found': {
    meaning: 'No gateway answered on this network.',
    next: 'Check that one listens off loopback on the same network, or name its address with --gateway.',
  },
  'gw/insecure': {
    meaning: 'The gateway listens off loopback without TLS, as its configuration allows.',
    next: 'Make a certificate with `hexfix gw cert` and listen with `mqtts` and `https` instead.',
  },
  'link/handshake': {
    meaning: 'A connection did not come to its end of the TLS handshake or the PROXY header in time, or broke it.',
    next: 'Speak TLS 1.2 or newer to this port, at once.',
  },
  'mqtt/not-stored': {
    meaning: 'A message could not be stored, so it is not acknowledged and the connection ends.',
    next: 'Keep the message and send it again; the log of the gateway names the cause.',
  },
  'mqtt/slow-reader': {
    meaning: 'The device does not read what it is sent.',
    next: 'Read from the connection, or subscribe to less.',
  },

  // The gateway at its start.
  'gw/port-in-use': {
    meaning: 'Another program listens on this address and port.',
    next: 'Stop it, or choose another port in the configuration.',
  },
  'gw/port-forbidden': {
    meaning: 'The system does not let this user listen on this port.',
    next: 'Choose a port from 1024 up, or grant the service CAP_NET_BIND_SERVICE.',
  },
  'gw/address-unusable': {
    meaning: 'This machine cannot listen on the address that is configured.',
    next: 'Configure an address of this machine: 127.0.0.1, 0.0.0.0 or ::.',
  },
  'verifier/worker-lost': {
    meaning: 'A thread that checks signatures ended by itself.',
    next: 'Nothing is lost: another one takes its place. If it happens again and again, look for a lack of memory.',
  },
  'store/locked': {
    meaning: 'Another gateway runs on this data folder.',
    next: 'Stop it, or give this one another folder with --data.',
  },
  'store/newer': {
    meaning: 'The store was written by another version of this program.',
    next: 'Run the version that wrote it, or upgrade this one.',
  },
  'store/unwritable': {
    meaning: 'The store cannot be written.',
    next: 'Check the owner, the mode and the free space of the data folder.',
  },
  'store/absent': {
    meaning: 'There is no store in this folder.',
    next: "Name the gateway's data folder with --data; `hexfix gw up` makes one.",
  },
  'store/unreadable': {
    meaning: 'The store cannot be read.',
    next: 'Check that the file belongs to you and is whole.',
  },
  'connect/bad-token': {
    meaning: 'The password is no connect token of this device for this gateway.',
    next: "Sign a tagged connect message for this gateway's kid, in base64url without padding.",
  },
  'connect/stale-token': {
    meaning: "The token's (boot, n) does not rise over the last one.",
    next: 'Take a new n for every attempt, and a new boot after a restart.',
  },
  'enrol/nonce-unknown': {
    meaning: 'The enrolment nonce was never given, was used, or has expired.',
    next: 'Ask for a new one: POST /v1/enrol/nonce.',
  },
  'enrol/kid-taken': {
    meaning: 'A device with this kid is registered already.',
    next: 'Nothing, if it is yours: `hexfix devices show KID`. Otherwise make another key.',
  },
  'enrol/bad-ueid': {
    meaning: 'The ueid claim is not of the key in the cnf claim.',
    next: 'Compute it as 0x01 || SHA-256(compressed public key).',
  },
  'device/lapsed': {
    meaning: 'The registration lapsed: no report was accepted in time.',
    next: 'Register the device again, and have it report.',
  },
  'device/rotated': {
    meaning: 'Another key took the place of this one for good.',
    next: 'Use the new key: `hexfix devices show KID` names it.',
  },
  'device/not-due': {
    meaning: 'A rotation or a lapse that was due could not be stored.',
    next: 'Nothing was half done, and it is tried again. Look at the disk.',
  },
  'claim/bad-signature': {
    meaning: 'A signature over the EIP-712 message is not of the address that the message names.',
    next: 'Sign the fields as they are sent, for this network and chain: GET /v1/gateway. Give r || s || v with s in the lower half.',
  },
  'claim/expired': {
    meaning: "What was signed has expired by the gateway's clock.",
    next: 'Ask for a new nonce, and sign again. The answer says what time it is: nowS.',
  },
  'claim/expires-late': {
    meaning: "What was signed expires more than an hour ahead of the gateway's clock.",
    next: 'Let it expire within the hour. The answer to POST /v1/nonces says what time it is: nowS.',
  },
  'claim/nonce-unknown': {
    meaning: 'The nonce was never given for what an owner signs, was used, or has expired.',
    next: 'Ask for a new one: POST /v1/nonces.',
  },
  'claim/not-owner': {
    meaning: 'The device does not belong to this address.',
    next: 'Look who owns it: `hexfix devices show KID`. Only the owner may do this.',
  },
  'claim/too-often': {
    meaning: 'This address asked for too many nonces, or was refused too often, in this minute.',
    next: 'Wait a minute.',
  },
  'claim/too-many-nonces': {
    meaning: 'As many nonces are open as the gateway keeps.',
    next: 'Wait until some are used or expire: an hour at most.',
  },
  'api/unauthorised': {
    meaning: 'This needs the admin token.',
    next: "Send `Authorization: Bearer` with the content of admin-token in the gateway's data folder.",
  },
  'api/not-found': {
    meaning: 'There is nothing at this address.',
    next: 'See docs/architecture.md for the API.',
  },
  'api/bad-request': {
    meaning: 'The request is not of the form that this address takes.',
    next: 'Compare with docs/architecture.md.',
  },
  'api/too-large': {
    meaning: 'The body is over the maximum.',
    next: 'Send less at once.',
  },
  'api/too-many-listeners': {
    meaning: 'As many listen at /v1/live as the gateway serves.',
    next: 'Close another listener, or try again later.',
  },
  'place/not-a-cell': {
    meaning: 'The place is no latitude and longitude.',
    next: 'Give degrees, latitude from -90 to 90 and longitude from -180 to 180.',
  },
  'api/failed': {
    meaning: 'The gateway made a mistake while answering.',
    next: "Look at the gateway's log; the request can be tried again.",
  },
  'config/unreadable': {
    meaning: 'The configuration file cannot be read.',
    next: 'Check the path and that the file holds JSON.',
  },
  'config/invalid': {
    meaning: 'The configuration has a value that cannot be.',
    next: 'Mend what is named; `hexfix gw check` tells when all is well.',
  },
  'config/tls-required': {
    meaning: 'An address off loopback was asked for without TLS.',
    next: 'Listen there with `mqtts` and `https` after `hexfix gw cert`, or set `insecure` to true on a network that you trust.',
  },
  'gw/identity-lost': {
    meaning: 'The store belongs to a gateway whose key file is gone.',
    next: 'Restore gateway.key from the backup; a new key would be another gateway.',
  },
  'gw/token-file': {
    meaning: 'The admin token cannot be read or made.',
    next: 'Check the owner and mode (0600) of admin-token in the data folder.',
  },
  'device/bad-trust': {
    meaning: 'The trust file does not name a network and a gateway.',
    next: 'Provision the device again: `hexfix provision --local`; its key stays.',
  },
  'device/not-provisioned': {
    meaning: 'This folder holds no provisioned device.',
    next: 'Run `hexfix provision --local` first, with the same --dir.',
  },
  'device/running': {
    meaning: 'Another process runs this device.',
    next: 'Stop it first: two loops over one key would contradict each other.',
  },
  'device/unwritable': {
    meaning: "The device's folder cannot be written.",
    next: 'Check its owner, its mode and the free space.',
  },
  'outbox/unwritable': {
    meaning: 'Reports cannot be written to the outbox; they are held in memory and not sent.',
    next: 'Make room on the disk, or check the folder: it is tried again every second, and goes on by itself.',
  },
  'outbox/full': {
    meaning: 'The outbox is full, so the oldest reports were dropped and counted.',
    next: 'Bring the gateway within reach; the count travels with the next heartbeat, and `hexfix doctor` shows it.',
  },
  'outbox/lost': {
    meaning: 'The device ended before its last reports could be written to the disk.',
    next: 'Make room on the disk before it is started again. These reports were never sent, and are lost.',
  },
  'journal/unwritable': {
    meaning: 'An acknowledged report could not be noted in the journal.',
    next: 'Make room on the disk; delivery goes on, and `hexfix gw audit` will not look for this report.',
  },
  'boot/unreadable': {
    meaning: 'The boot counter cannot be read.',
    next: 'Restore the file from a copy with a number that is not lower, or provision a new key.',
  },
  'audit/bad-journal': {
    meaning: 'A journal cannot be read.',
    next: 'Name journals that `hexfix device run --journal FILE` wrote, one line of JSON for each report.',
  },
  'schema/malformed': {
    meaning: "The document is no schema of a network's own.",
    next: 'Give {"id": 1024 or more, "name", "fields": [[name, unit, exponent, offset?], ...]}; see docs/protocol.md.',
  },
  'schema/taken': {
    meaning: 'The id or the name belongs to another schema.',
    next: 'Take the next free id and another name: a schema that reports were made with is never redefined.',
  },
  'schema/too-many': {
    meaning: 'The registry holds as many schemas as it may.',
    next: 'Use one of those that are there.',
  },
  'schema/bad-signature': {
    meaning: "A stored schema is not signed by this gateway's key for this network.",
    next: 'Restore the store and gateway.key from one backup, and start with the net of that time.',
  },
  'senml/malformed': {
    meaning: 'The SenML pack breaks a rule of RFC 8428.',
    next: 'Compare the record that is named with RFC 8428 section 4.',
  },
  'senml/too-large': {
    meaning: 'The report stands for more values than are given as SenML at once.',
    next: 'Read the message itself, in GET /v1/reports/INDEX, and decode its columns.',
  },
  'label/not-a-device': {
    meaning: 'The text is no label of a device, or was damaged.',
    next: 'Scan it again, or type it as printed: HEXFIX:, network, kid and key between slashes.',
  },
  'owner/missing': {
    meaning: "There is no owner's key at this path.",
    next: 'Make one with `hexfix owner make`, name another with --owner-key, or name the address of a wallet with --owner 0x...',
  },
  'owner/bad-keystore': {
    meaning: "The owner's key file is no Web3 Secret Storage file of version 3, or was damaged.",
    next: 'Restore it from a backup, or export it anew from the wallet; no new key is made in its place.',
  },
  'owner/wrong-passphrase': {
    meaning: "The passphrase does not open the owner's key.",
    next: 'Try again; nobody can open the file without its passphrase.',
  },
  'owner/no-passphrase': {
    meaning: "The owner's key needs its passphrase, and none was given.",
    next: 'Run it in a terminal, name a file of mode 0600 in HEXFIX_OWNER_PASSPHRASE_FILE, or write it to stdin.',
  },
  'owner/weak-passphrase': {
    meaning: 'The passphrase has fewer than eight characters, or was typed differently the second time.',
    next: 'Choose a longer one; several words are good. It is the only thing between the file and its key.',
  },
  'owner/bad-key': {
    meaning: 'The text is no private key.',
    next: 'Give 64 hex digits on stdin or at the prompt, or name a Web3 Secret Storage file.',
  },
  'owner/bad-address': {
    meaning: 'The text is no Ethereum address, or a letter of it is wrong.',
    next: 'Copy it again: 0x and 40 hex digits. Capital letters are a checksum (EIP-55).',
  },
  'owner/other': {
    meaning: 'Another address owns this device.',
    next: 'Use the key of that address, or have its owner transfer the device.',
  },
  'sign/bad-signature': {
    meaning: 'The signature is not by an address whose signature is needed here.',
    next: 'Sign exactly the typed data that was printed (eth_signTypedData_v4), with the account that it names, and paste all 65 bytes.',
  },
  'sign/nothing-waits': {
    meaning: 'No message waits for this signature: it has expired, was sent, or was made with other words.',
    next: 'Run the same command without --signature for a new message to sign.',
  },
  'sign/bad-typed-data': {
    meaning: 'The file holds no typed data that this network would ask an owner to sign.',
    next: 'Ask for the file again; sign nothing that you cannot read.',
  },
  'batch/unreadable': {
    meaning: 'The list of devices cannot be read.',
    next: 'Give a CSV file whose first line names its columns: name, and if wanted lat, lng, gain, height.',
  },
  'batch/same-board': {
    meaning: 'This board was made for another row of the list already.',
    next: 'Take it out and plug in the next one.',
  },
  'batch/stopped': {
    meaning: 'The run was stopped before every row had its board.',
    next: 'Run the same command again: it goes on where it was stopped.',
  },
  'batch/bad-row': {
    meaning: 'A row of the list is not one device.',
    next: 'Correct the line and run the command again: what is done is kept.',
  },
  'label/nothing': {
    meaning: 'No device was named that could be labelled.',
    next: 'Give kids, or --all, or --batch FOLDER.',
  },
  'label/not-installed': {
    meaning: 'Labels need a package that is not installed.',
    next: 'Run `npm install pdf-lib qrcode` beside hexfix.',
  },
  'label/unwritable': {
    meaning: 'The labels could not be written.',
    next: 'Look at the reason given: free space, a read-only disk or missing permission.',
  },
  'wire/bad-file': {
    meaning: 'The file holds no messages of the expected form.',
    next: 'Give JSON shaped like test/vectors/wire_examples.json, or hex lines for `wire sign`.',
  },

  // Proof of coverage: why a beacon or a witness does not count.
  'hotspot/not-confirmed': {
    meaning: 'The place was not asserted, since nobody said yes to it.',
    next: 'Run it in a terminal and answer, or with --yes where nobody can be asked.',
  },
  'coverage/duplicate': {
    meaning: 'This beacon, or this witness of it by the same key, was received before.',
    next: 'Nothing: the first one is judged.',
  },
  'coverage/beacon-unknown': {
    meaning: 'No sender reported the beacon that was heard.',
    next: "Nothing to change at the witness; look whether the beaconer's report was lost.",
  },
  'coverage/not-located': {
    meaning: 'The witness, or the beaconer it heard, has no asserted place that can be used.',
    next: 'Assert the place as an H3 cell of resolution 12.',
  },
  'coverage/self-witness': {
    meaning: 'The witness is the beaconer itself.',
    next: 'Report what others send.',
  },
  'coverage/too-far': {
    meaning: 'Beaconer and witness are farther apart than the ruleset allows.',
    next: 'Check the asserted places of both.',
  },
  'coverage/too-near': {
    meaning: 'Beaconer and witness are nearer to each other than the ruleset allows.',
    next: 'Move one of them, and assert its new place; at such a distance hearing shows no coverage.',
  },
  'coverage/rssi-too-strong': {
    meaning: 'The signal is stronger than it could arrive through free space over the asserted distance.',
    next: 'Check the asserted places and the antenna gains of both.',
  },
  'coverage/not-selected': {
    meaning: 'The witness is valid, but enough others of the same beacon were received before it.',
    next: 'Nothing is wrong; a faster connection reports earlier.',
  },
  'coverage/no-valid-witnesses': {
    meaning: 'No valid witness heard the beacon, or its sender witnessed nothing valid for 48 hours.',
    next: 'Look at the verdicts of its witnesses; with none at all, check antenna and place. A beaconer must listen too.',
  },
  'coverage/no-valid-beacons': {
    meaning: 'The witness sent no valid beacon that somebody reported for 48 hours.',
    next: 'Look at the verdicts of its own beacons: a witness must send too.',
  },
  'coverage/gateway-not-found': {
    meaning: 'The registry did not know the key when the report came.',
    next: 'Register the hotspot before it reports.',
  },
  'coverage/denied': {
    meaning: 'The key stands on the denylist.',
    next: 'Ask whoever keeps the denylist for the reason.',
  },
  'coverage/edge-denied': {
    meaning: 'What these two hotspots say of each other does not count.',
    next: 'Nothing, if others hear both; otherwise ask whoever keeps the denylist.',
  },
  'coverage/entropy-expired': {
    meaning: 'The report came before the entropy of the beacon was published, or after it expired.',
    next: 'Report at once; check the connection to the gateway.',
  },
  'coverage/incapable': {
    meaning: 'The hotspot is not one that takes part in proof of coverage.',
    next: 'Register it as a full hotspot.',
  },
  'coverage/irregular-interval': {
    meaning: 'The hotspot sent a beacon in this time window before.',
    next: 'Send one beacon in each window of six hours (UTC).',
  },
  'coverage/invalid-packet': {
    meaning: 'Bytes, channel, data rate or power of the beacon are not those that follow from its entropy.',
    next: 'Run unchanged firmware, with the region that the hotspot is registered in.',
  },
  'coverage/too-late': {
    meaning: 'The witness report came too long after the beacon, or after the first witness.',
    next: 'Check the connection to the gateway: reports count for a few seconds.',
  },
  'coverage/frequency': {
    meaning: 'The beacon was heard on another frequency than it was sent on.',
    next: 'Check the channel plan of the receiver.',
  },
  'coverage/region': {
    meaning: 'Beaconer and witness are registered in different radio regions.',
    next: 'Check the asserted places and regions of both.',
  },

  // Quality of data: why a reading does not count.
  'quality/out-of-bounds': {
    meaning: 'The value is outside what can be where people live.',
    next: 'Check the sensor and its wiring.',
  },
  'quality/jump': {
    meaning: 'The value changed faster than weather does.',
    next: 'Check the wiring, and what near the sensor heats, wets or shakes it.',
  },
  'quality/frozen': {
    meaning: 'The value has stayed the same for too long.',
    next: 'Check that the sensor is alive: a driver may repeat its last value.',
  },
  'quality/neighbours': {
    meaning: 'The value is far from what devices nearby measure.',
    next: 'Check where the sensor hangs: in the shade, in the open, off the wall.',
  },
  'quality/meter-fell': {
    meaning: 'A cumulative meter told less than before.',
    next: 'Check the meter: one that was replaced is registered anew.',
  },
  'quality/slope': {
    meaning: 'What the meter counted does not agree with the power it told.',
    next: 'Check the pulse constant of the meter and the current transformer.',
  },

  // A small board, over its link.
  'board/key-exists': {
    meaning: 'The board has a key already; it makes one once.',
    next: 'Go on with that key, or erase it: hold the button while the board starts, and flash it again.',
  },
  'board/no-key': {
    meaning: 'The board has no key yet, so it can prove nothing.',
    next: 'Run `hexfix provision` on its port, which has it make one.',
  },
  'board/trust-pinned': {
    meaning: 'The board trusts another gateway already, and takes no other one over its link.',
    next: 'Have the gateway that it trusts send the new one: command op 1.',
  },
  'board/console-locked': {
    meaning: 'The console of this build is locked.',
    next: 'Hold the button while the board starts: that erases the key first. Builds with --dev stay open.',
  },
  'board/bad-request': {
    meaning: 'The board does not understand the request.',
    next: 'Use the hexfix of the same version as the firmware of the board.',
  },
  'board/no-random': {
    meaning: 'The board knows no hardware source of randomness that it may make a key from.',
    next: 'Use a board of `hexfix boards list` that has one.',
  },
  'board/failed': {
    meaning: 'The board could not do what it was asked to.',
    next: 'Ask again; if it goes on, read what it says in `hexfix monitor`.',
  },
  'board/no-wifi': {
    meaning: 'What runs on the board has no link over WiFi.',
    next: 'Build it with `"link": "wifi"` for a board that has WiFi, and flash it; or leave the network out.',
  },
  'wifi/bad-credentials': {
    meaning: 'No network has such a name or such a passphrase.',
    next: 'Give a name of 1 to 32 bytes, and a passphrase of 8 to 63 visible ASCII characters or the key in 64 hex digits.',
  },
  'wifi/no-passphrase': {
    meaning: 'No passphrase of the network was given.',
    next: 'Type it when asked, name a file with --wifi-password-file, or say --wifi-open for a network without one.',
  },
  'wifi/no-address': {
    meaning:
      'The board trusts gateways that it cannot reach: it speaks MQTT over TCP, and none of their addresses is that.',
    next: 'Have the gateway listen on its network without TLS (`insecure`) and announce that mqtt:// address, or carry by a relay.',
  },
  'wifi/loopback': {
    meaning: 'The gateway tells devices an address that leads nowhere but to itself.',
    next: 'Have it listen on its network: `mqtt.host` in its configuration, or `public.urls`.',
  },
  'wifi/wrong-passphrase': {
    meaning: 'The network did not take the passphrase.',
    next: 'Run `hexfix provision` with the right one on the port of the board.',
  },
  'wifi/no-network': {
    meaning: 'The board hears no network of this name.',
    next: 'Check the name, letter by letter; the network has to be on 2.4 GHz and in reach.',
  },
  'wifi/not-joined': {
    meaning: 'The network was not joined, and the firmware does not say clearly why.',
    next: 'Look at what it says; the board tries again by itself.',
  },
  'wifi/lost': { meaning: 'The network went away.', next: 'Nothing: the board joins it again.' },
  'wifi/closed': {
    meaning: 'The gateway could not be reached, or closed the connection.',
    next: 'Check that it runs and can be reached from that network; the board tries again by itself.',
  },
  'wifi/silent': {
    meaning: 'The gateway did not answer in time.',
    next: 'Check that it runs and can be reached from that network; the board tries again by itself.',
  },
  'wifi/garbled': {
    meaning: 'What answers at the address of the gateway does not speak MQTT 3.1.1.',
    next: 'Check what listens there; the board tries again by itself.',
  },
  'wifi/refused': {
    meaning: 'The gateway refused the connection of the board.',
    next: 'CONNACK 5: it is not in service there, or runs twice; look at `hexfix devices show`. CONNACK 3: it passes.',
  },
  'wifi/not-yet': {
    meaning: 'The board did not reach the gateway while this command waited.',
    next: 'It goes on trying by itself; run this again to see, and look at its address of the gateway.',
  },
  'board/other-version': {
    meaning: 'The board speaks another version of the link.',
    next: 'Flash it with this hexfix, or use the one it was flashed with.',
  },

  // Rulesets, files for exchange, shares.
  'ruleset/unknown': {
    meaning: 'This version has no such ruleset.',
    next: 'Name one of the profiles that `hexfix poc verify --help` lists, or run the version that judged.',
  },
  'ruleset/malformed': {
    meaning: 'The document is no ruleset.',
    next: 'Compare with docs/coverage.md: a name and sections of numbers.',
  },
  'ruleset/bad-signature': {
    meaning: 'The ruleset is not signed by this key for this network.',
    next: 'Ask the host of the gateway for the ruleset and its key.',
  },
  'exchange/bad-line': {
    meaning: 'A line of the file is not of the form for exchange, and was left out.',
    next: 'Mend the line that is named; docs/coverage.md has the form of each.',
  },
  'exchange/unreadable': {
    meaning: 'The file cannot be read, or the result cannot be written.',
    next: 'Check both paths and the free space.',
  },
  'epoch/unknown': {
    meaning: 'The store has no such epoch.',
    next: 'Name a closed one: `hexfix rewards show --data DIR` names the newest.',
  },
  'epoch/differs': {
    meaning: 'What the log gives is not what the store says.',
    next: 'Ask the host of the gateway; the lines above name each difference.',
  },
  'rewards/no-share': {
    meaning: 'The device has no share of this epoch.',
    next: 'See the shares of the epoch: `hexfix rewards show --epoch E`.',
  },
  'rewards/bad-proof': {
    meaning: 'The proof does not lead from the share to the root.',
    next: 'Make it again: `hexfix rewards prove`; compare the root with the one that was published.',
  },
  'gateway/not-running': {
    meaning: 'No gateway runs on this data folder.',
    next: 'Start one with `hexfix gw up`, or name another with --gateway URL.',
  },
  'gateway/unreachable': {
    meaning: 'The gateway does not answer.',
    next: 'Check that it runs and that the address is right.',
  },
  'gateway/bad-answer': {
    meaning: "The gateway's answer is not what this version expects.",
    next: 'Check that the address is a hexfix gateway of the same version.',
  },
  'device/other-key': {
    meaning: 'The key file of this folder holds another key than the one that was provisioned.',
    next: 'The file is damaged or of another device: restore it from a copy, or put a new key in its place with `hexfix devices rotate`.',
  },
  'device/other-gateway': {
    meaning: 'This device trusts another gateway.',
    next: 'Use another --dir, or remove trust.json to move it on purpose; its key stays.',
  },
  'device/no-place': {
    meaning: 'A hotspot beacons from an asserted place, and this device has none.',
    next: 'Provision it with --place LAT,LNG.',
  },
  'sensor/unreadable': {
    meaning: "The sensor's file or device cannot be read.",
    next: 'Check the path and that it belongs to you.',
  },
  'sensor/too-large': {
    meaning: 'The record to replay is over the maximum size.',
    next: 'Split the file.',
  },
  'sensor/malformed': {
    meaning:
      'Rows of the record were skipped: another number of cells than the header, no number, or nothing measured.',
    next: 'Mend the line that is named; the others are replayed.',
  },
  'sensor/no-columns': {
    meaning: 'The header of the record names no field of the schema.',
    next: 'Name the columns `name` or `name(unit)`, such as temperature(Cel).',
  },
  'sensor/unknown-unit': {
    meaning: 'A column of the record is in a unit that is not understood.',
    next: 'Convert it to one of the units that are named.',
  },
  'sensor/no-rows': {
    meaning: 'The record holds no reading.',
    next: 'Give a CSV with a header naming temperature (Cel), humidity (%RH) or pressure (hPa).',
  },
  'sensor/unknown-kind': {
    meaning: 'There is no sensor of this kind.',
    next: 'Use one of the kinds that are named, such as `host`, `replay:FILE.csv` or `nmea:/dev/ttyUSB0`.',
  },
  'sensor/no-port': {
    meaning: 'The serial port is not there.',
    next: 'Check the cable and the name; `ls /dev/serial/by-id` names what is plugged in. It is tried again at each reading.',
  },
  'sensor/unplugged': {
    meaning: 'The serial port vanished while the sensor was in use.',
    next: 'Plug it in again: the sensor comes back by itself. A name under /dev/serial/by-id stays the same in any socket.',
  },
  'sensor/no-permission': {
    meaning: 'The serial port may not be opened by this user.',
    next: 'Join the group that is named, by `sudo usermod -aG GROUP $USER`, and log in again.',
  },
  'sensor/port-busy': {
    meaning: 'Another program holds the serial port.',
    next: 'Stop the program that is named; a serial port serves one at a time.',
  },
  'sensor/port-failed': {
    meaning: 'The serial port cannot be opened or set up.',
    next: 'Check that it is a serial port and that it takes this baud rate.',
  },
  'sensor/silent': {
    meaning: 'The port is open, and nothing that is understood arrives in time.',
    next: 'Check power, wiring (RX to TX, A to A), baud rate, unit number and, with an Arduino, that it runs StandardFirmata.',
  },
  'sensor/garbled': {
    meaning: 'Bytes arrive damaged: a checksum does not hold, or they have no form.',
    next: 'Check the baud rate, the ground wire and the length of the cable. Damaged messages are dropped, never guessed.',
  },
  'sensor/no-part': {
    meaning: 'No part of this kind answers on the bus.',
    next: 'Check its power, SDA, SCL and address, and that it is the part that was named.',
  },
  'sensor/implausible': {
    meaning: 'The part gives values that it cannot measure, so none was taken.',
    next: 'Check its supply and wiring; a part that was reset is set up again at the next reading.',
  },
  'sensor/no-fix': {
    meaning: 'The receiver hears too few satellites to know where it is.',
    next: 'Give its antenna a clear sky and wait; the first fix may take some minutes.',
  },
  'sensor/request-refused': {
    meaning: 'The meter answers that it has no such register.',
    next: 'Check that it is the meter that was named.',
  },
  'build/unknown-app': {
    meaning: 'There is no application of this name.',
    next: 'Use weather-node, air-node, energy-meter, tracker or hotspot, or the path of a source that ends in .ts.',
  },
  'build/bad-config': {
    meaning: 'The configuration cannot be read, or says what it may not.',
    next: 'Mend what is named; docs/building.md lists every choice.',
  },
  'build/no-driver': {
    meaning: 'There is no driver for a part that is wired.',
    next: 'Name another sensor for it under `sensors` in the configuration, or wire another part.',
  },
  'build/failed': {
    meaning: 'The application cannot be bundled.',
    next: 'Mend the line that is named.',
  },
  'build/espruino': {
    meaning: "The application uses what Espruino's interpreter does not have.",
    next: 'Mend the lines that are named; docs/signing.md says what the interpreter can do.',
  },
  'build/over-budget': {
    meaning: 'What was built is larger than the board has room for.',
    next: 'Leave a part out, keep fewer reports in flash by outboxBytes or fewer readings in memory by batch, or take a larger board.',
  },
  'build/battery': {
    meaning: 'The battery of this build would not last.',
    next: 'Set batch and everyS so that it signs once an hour or less, or take a board with the native signer.',
  },
  'build/not-a-build': {
    meaning: 'The folder holds files that no build put there, so it is not replaced.',
    next: 'Give --out a new folder, or one of an earlier build.',
  },
  'build/unwritable': {
    meaning: 'The build cannot be written.',
    next: 'Check the folder, its owner and the free space.',
  },
  'project/not-empty': {
    meaning: 'The folder is there and holds files. Nothing was changed.',
    next: 'Give the name of a new folder.',
  },
  'project/unwritable': {
    meaning: 'The folder of the project cannot be written.',
    next: 'Check the path, its owner and the free space.',
  },
  'project/malformed': {
    meaning: 'The file hexfix.json of this folder does not have its form.',
    next: 'Mend what is named; hexfix.schema.json, beside it after `hexfix init`, has the form.',
  },
  'project/no-record': {
    meaning: 'There is no record for this sensor: only weather can be simulated.',
    next: 'Leave --sensor and --app out, or name a part that measures weather, such as bme280.',
  },
  'project/simulated': {
    meaning: 'This project has no board: a record takes the place of its sensor.',
    next: 'Run `hexfix provision` and `hexfix device run`; for a real board name its --port or --host.',
  },
  'project/no-board': {
    meaning: 'The project does not say which application is for which board.',
    next: 'Give hexfix.json an `app` and a `board`; `hexfix boards list` has them.',
  },
  'flash/unknown-board': {
    meaning: 'There is no board of this name that can be flashed.',
    next: 'Use one of the names that are listed, or the path of a manifest that ends in .json.',
  },
  'board/no-port': {
    meaning: 'The serial port of the board is not there.',
    next: 'Check the cable (some carry power only) and the name; `hexfix ports` lists what is plugged in.',
  },
  'board/none-found': {
    meaning:
      'No serial port has a USB device that can be a board with Espruino, and nothing says what to make a device of.',
    next: 'Plug the board in, or name it by --port (a serial port, or ble:NAME); a folder of this machine becomes one by --local.',
  },
  'board/no-permission': {
    meaning: 'The serial port of the board may not be opened by this user.',
    next: 'Join the group that is named, by `sudo usermod -aG GROUP $USER`, and log in again.',
  },
  'board/port-busy': {
    meaning: 'Another program has the serial port of the board open.',
    next: 'Stop the program that is named; a board speaks with one at a time.',
  },
  'board/port-failed': {
    meaning: 'The serial port of the board cannot be opened or set up.',
    next: 'Check that it is a serial port; unplug the board, plug it in again, and try again.',
  },
  'board/silent': {
    meaning: 'Nothing that speaks as a board of hexfix answers on this line.',
    next: 'Check the port, and flash the board with an app of `hexfix build`; over Bluetooth, see that no other is connected.',
  },
  'board/no-answer': {
    meaning: 'The board said hello, and then did not answer a request.',
    next: 'Run the same command again: what was done is kept. If it goes on, unplug the board and plug it in again.',
  },
  'board/open': {
    meaning: 'The board runs a build with --dev: whoever reaches its line can program it and read its key.',
    next: 'Build without --dev and flash it before it leaves the bench.',
  },
  'board/unplugged': {
    meaning: 'The connection to the board ended in the middle.',
    next: 'Plug the board in again, or come nearer, and run the same command again: what was done is kept.',
  },
  'ble/not-installed': {
    meaning: 'Bluetooth needs a package that is not installed.',
    next: 'Run `npm install @jellybrick/dbus-next` where hexfix is installed.',
  },
  'ble/no-service': {
    meaning: 'The Bluetooth service of this machine (BlueZ, over D-Bus) does not answer.',
    next: 'Install it with `apt install bluez`, and start it with `systemctl start bluetooth`.',
  },
  'ble/refused': {
    meaning: 'The Bluetooth service refused what was asked of it.',
    next: 'Switch Bluetooth on with `bluetoothctl power on`, come nearer to the board, and see that you are in the group bluetooth.',
  },
  'ble/no-adapter': {
    meaning: 'This machine has no Bluetooth adapter.',
    next: 'Plug one in, or see that it is not blocked: `rfkill list`.',
  },
  'ble/not-found': {
    meaning: 'No board of this name was seen on the air.',
    next: 'Check name or address with `bluetoothctl scan le`, press the button of the board, and see that no other program is connected to it.',
  },
  'ble/ambiguous': {
    meaning: 'Several boards have this name.',
    next: 'Name the board by its address: --port ble:AA:BB:CC:DD:EE:FF.',
  },
  'ble/no-uart': {
    meaning: 'The device has no serial line over Bluetooth (Nordic UART Service).',
    next: 'Check that it is the board that you mean, and that it runs Espruino or a hexfix app.',
  },
  'ble/gone': {
    meaning: 'The connection over Bluetooth ended.',
    next: 'Come nearer to the board, check its battery, and try again.',
  },
  'flash/no-port': {
    meaning: 'The serial port is not there.',
    next: 'Check the cable (some carry power only) and the name; `hexfix ports` lists what is plugged in.',
  },
  'flash/no-permission': {
    meaning: 'The serial port may not be opened by this user.',
    next: 'Join the group that is named, by `sudo usermod -aG GROUP $USER`, and log in again.',
  },
  'flash/port-busy': {
    meaning: 'Another program has the serial port open.',
    next: 'Stop the program that is named, and flash again.',
  },
  'flash/port-failed': {
    meaning: 'The serial port cannot be opened or set up.',
    next: 'Check that it is a serial port; unplug the board, plug it in again, and flash again.',
  },
  'flash/no-board': {
    meaning: 'No serial port has a USB device that can be this board.',
    next: 'Plug the board in; where its USB chip is another than usual, name its port by --port.',
  },
  'flash/ambiguous': {
    meaning: 'Several serial ports can be this board, and none is guessed.',
    next: 'Name one of the listed ports by --port, or unplug the others.',
  },
  'flash/unidentified': {
    meaning: 'The USB chip of this port sits on many kinds of board, so it does not say that this is the one.',
    next: 'If it is the board, name its port by --port; its processor is checked before anything is erased.',
  },
  'flash/wrong-board': {
    meaning: 'Another board than the named one is behind this port. Nothing was changed.',
    next: 'Name the board that is there by --board, or the port of the right one by --port.',
  },
  'flash/wrong-chip': {
    meaning: 'The processor is another than the board has. Nothing was changed.',
    next: 'Name the board that is there by --board, or the port of the right one by --port.',
  },
  'flash/no-sync': {
    meaning: 'The boot loader does not answer. Nothing was changed.',
    next: 'Start it by hand as the detail says, and flash again; check the cable and that the board has a boot loader.',
  },
  'flash/no-answer': {
    meaning: 'The board stopped answering in the middle.',
    next: 'Flash again: the boot loader is untouched and takes a new image.',
  },
  'flash/unplugged': {
    meaning: 'The serial port vanished in the middle.',
    next: 'Plug the board in and flash again: the boot loader is untouched and takes a new image.',
  },
  'flash/interrupted': {
    meaning: 'The flash was ended by Ctrl-C or a signal before it was whole.',
    next: 'Flash again: the boot loader is untouched and takes a new image.',
  },
  'flash/refused': {
    meaning: 'The board refused a part of the image.',
    next: 'Its storage may be full: free it by `require("Storage").eraseAll()` at its prompt, and flash again.',
  },
  'flash/verify-failed': {
    meaning: 'What was read back from the board is not what was written.',
    next: 'Flash again with a shorter cable; where it fails at the same address again, the memory is worn.',
  },
  'flash/no-hello': {
    meaning: 'The image is on the board as it should be, but what runs there does not say hello.',
    next: 'Check that it is an image for this board; for one that says nothing by design, use --no-hello.',
  },
  'flash/ssh-failed': {
    meaning: 'The board cannot be reached, or refuses a command, over ssh.',
    next: 'Try `ssh HOST true` by hand: it must work without a question, with a key and a known host.',
  },
  'flash/rolled-back': {
    meaning: 'What was installed did not say hello, so the bundle before it runs again.',
    next: 'Look at its log on the board; what failed is kept beside it in the folder `failed`.',
  },
  'flash/no-card': {
    meaning: 'The folders are not the boot and root folders of a card. Nothing was changed.',
    next: 'Mount both partitions and give them as --card BOOT,ROOT; boot holds config.txt, root holds etc.',
  },
  'flash/bad-image': {
    meaning: 'The image cannot be read, or is damaged. Nothing was changed.',
    next: 'Build or fetch it again; the detail names the first fault.',
  },
  'flash/too-large': {
    meaning: 'The image does not fit into the memory of the board. Nothing was changed.',
    next: 'Build a smaller image, or check that it was built for this board.',
  },
  'radio/unknown-kind': {
    meaning: 'There is no radio of this kind.',
    next: 'Use `air:udp://127.0.0.1:PORT` with the port of `hexfix device air`.',
  },
  'radio/bad-address': {
    meaning: 'The simulated air has no such address: it is on loopback only.',
    next: 'Use udp://127.0.0.1:PORT with the port of `hexfix device air`.',
  },
  'radio/bad-transmission': {
    meaning: 'The radio cannot send this: 1 to 255 bytes, at a frequency, data rate and power within its range.',
    next: 'Compare with the region in which the radio stands.',
  },
  'radio/closed': {
    meaning: 'The radio was closed.',
    next: 'Open it again to transmit.',
  },
  'radio/air-unreachable': {
    meaning: 'The simulated air does not answer.',
    next: 'Start it with `hexfix device air` and give its port.',
  },
  'radio/air-unusable': {
    meaning: 'The simulated air cannot open its port.',
    next: 'Take another port, or 0 for a free one.',
  },
  'radio/bad-option': {
    meaning: 'An option of the radio has no usable value.',
    next: 'Correct it; the detail says what is possible.',
  },
  'radio/port-unusable': {
    meaning: 'The UDP port for the packet forwarder cannot be used.',
    next: 'Choose another port or address, and set serv_port_up and serv_port_down of the forwarder to it.',
  },
  'radio/malformed': {
    meaning: 'A datagram of a packet forwarder or LoRaWAN server cannot be read.',
    next: 'Look at which program sends to this port; it was dropped.',
  },
  'radio/no-forwarder': {
    meaning: 'No packet forwarder has asked for downlinks yet, so nothing can be sent.',
    next: "Point the forwarder's server_address, serv_port_up and serv_port_down here, and start it.",
  },
  'radio/no-answer': {
    meaning: 'The packet forwarder did not say whether it sent.',
    next: 'See whether the forwarder runs; its log says more.',
  },
  'radio/refused': {
    meaning: 'The packet forwarder refused to send.',
    next: 'The detail is its reason: TX_FREQ and TX_POWER are settings of the forwarder, the others pass by themselves.',
  },
  'radio/not-in-plan': {
    meaning: "The region's plan has no such channel.",
    next: 'Choose the region where the radio stands with --region.',
  },
  'radio/duty-cycle': {
    meaning: 'Sending would exceed the duty cycle of the sub-band.',
    next: 'Wait: the hour that counts moves on. Everything that this radio sent is counted.',
  },
  'radio/dwell-time': {
    meaning: 'Sending would exceed the dwell time of the channel.',
    next: 'Wait some seconds.',
  },
  'radio/ledger-unwritable': {
    meaning: 'The ledger of airtime cannot be read or written, so nothing may be sent.',
    next: 'Make room, or give the device a folder that it can write.',
  },
  'entropy/unreadable': {
    meaning: 'The file of the entropy chain cannot be read.',
    next: 'Restore it from a backup; without it every device would need a new tip.',
  },
  'entropy/unwritable': {
    meaning: 'The file of the entropy chain cannot be written.',
    next: 'Make room on the disk of the data folder.',
  },
  'entropy/not-published': {
    meaning: 'The entropy of this moment could not be stored, so it was not published.',
    next: 'Look at the detail; it is tried again at once.',
  },
  'entropy/not-pinned': {
    meaning: 'The device has no tip of the entropy chain, so it cannot check what is published.',
    next: 'Provision the device again: `hexfix provision` writes the tip.',
  },
  'entropy/off-chain': {
    meaning: 'A published value does not lead to the pinned tip.',
    next: "Ask the gateway's host whether the chain was replaced; the device takes a new tip by a signed trust command only.",
  },
  'hardware/unreadable': {
    meaning: 'A folder or file of hardware data cannot be read.',
    next: 'Check the path given with --hardware or HEXFIX_HARDWARE, and its permissions.',
  },
  'hardware/malformed': {
    meaning: 'A file of hardware data does not have its form.',
    next: 'Correct the field that is named; docs/hardware.md and the JSON schemas of hardware/schema have the form.',
  },
  'hardware/board-unknown': {
    meaning: 'There is no such board.',
    next: 'Run `hexfix boards list`, or add the board as a JSON file and give its folder with --hardware.',
  },
  'hardware/wiring-unknown': {
    meaning: 'There is no wiring of this application on this board.',
    next: 'Run `hexfix boards show` to see what the board carries, or add a wiring as docs/hardware.md says.',
  },
  'hardware/unwritable': {
    meaning: 'The drawing cannot be written.',
    next: 'Give --out a file in a folder that is there and may be written.',
  },
  'hardware/sensor-unwired': {
    meaning: 'No wiring of this board has this sensor.',
    next: 'Take a sensor or a board that is listed, or add a wiring as docs/hardware.md says.',
  },
  'hardware/ambiguous': {
    meaning: 'Several applications of this board fit.',
    next: 'Name one of those that are listed by --app, or the part that you have by --sensor.',
  },
  'wiring/part-unknown': {
    meaning: 'A wiring uses a part that is not described.',
    next: 'Correct the name, or describe the part in the folder `parts`.',
  },
  'wiring/pin-unknown': {
    meaning: 'A wire ends at a pin that is not there.',
    next: 'Correct the end; `hexfix boards show` lists the pins of the board.',
  },
  'wiring/unconnected': {
    meaning: 'A pin that the part needs has no wire.',
    next: 'Connect it.',
  },
  'wiring/capability': {
    meaning: 'A pin cannot do what the pin at the other end needs.',
    next: 'Take a pin with that capability; senders go to receivers.',
  },
  'wiring/pin-twice': {
    meaning: 'A pin that is no bus serves two.',
    next: 'Give each signal a pin of its own.',
  },
  'wiring/short': {
    meaning: 'Pins of the board that must stay apart are joined.',
    next: 'Part the wires; do not connect power before.',
  },
  'wiring/bus': {
    meaning: 'The lines of a part are on pins of different buses.',
    next: 'Take the pins of one bus; `hexfix boards show` lists the buses.',
  },
  'wiring/address': {
    meaning: 'The part cannot have this I2C address.',
    next: 'Give one of its addresses, and set it at the part.',
  },
  'wiring/address-clash': {
    meaning: 'Two parts on one bus have the same I2C address.',
    next: 'Set another address at one of them, or use another bus.',
  },
  'wiring/supply': {
    meaning: 'The part gets a voltage that it is not made for.',
    next: 'Take another rail, or a breakout with a regulator.',
  },
  'wiring/logic-level': {
    meaning: 'A pin would be driven above what it bears, and break.',
    next: 'Put a level shifter between, or take a part or a breakout for the voltage of the board.',
  },
  'wiring/rail-current': {
    meaning: 'The parts draw more than their rail gives.',
    next: 'Move a part to another rail, or feed it from a supply of its own.',
  },
  'wiring/total-current': {
    meaning: 'Board and parts draw more than what feeds the board gives.',
    next: 'Feed a part from a supply of its own, or take a stronger one for the board.',
  },
  'epoch/not-closed': {
    meaning: 'An epoch could not be closed now.',
    next: 'Look at the detail; it is tried again every half second, and nothing is lost.',
  },
  'gw/failed': {
    meaning: 'The gateway met something it does not expect, and stopped.',
    next: 'Start it again; everything acknowledged is on disk. Run with HEXFIX_VERBOSE=1 to see where.',
  },
  'cli/wrong-use': {
    meaning: 'The command was not used as it is meant to be.',
    next: 'Run it with --help.',
  },
  'hexfix/failed': {
    meaning: 'A command met something that it does not expect.',
    next: 'Run it again with HEXFIX_VERBOSE=1 and report what it prints.',
  },
  'start/wrong-use': {
    meaning: 'The run was not asked for as it is meant to be.',
    next: 'Use it as in: npm start -- --for 20 --json.',
  },
  'start/failed': {
    meaning: 'The run ended early.',
    next: 'Look at the lines before it.',
  },
} as const satisfies Record<string, Entry>

export type Code = keyof typeof codes
