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
    meaning: 'An address off loopback was asked for, and TLS is not there yet.',
    next: 'Listen on 127.0.0.1, or set `insecure` to true on a network that you trust.',
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
  'wire/bad-file': {
    meaning: 'The file holds no messages of the expected form.',
    next: 'Give JSON shaped like test/vectors/wire_examples.json, or hex lines for `wire sign`.',
  },

  // Proof of coverage: why a beacon or a witness does not count.
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
    meaning: 'No valid witness heard the beacon.',
    next: 'Look at the verdicts of its witnesses; with none at all, check antenna and place.',
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
