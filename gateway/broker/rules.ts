import type { ConnectPacket, PublishPacket } from 'aedes'
import type { Code } from '../../device-sdk/protocol/codes.ts'
import { upTopicOf } from '../../device-sdk/protocol/topics.ts'

/** MQTT 3.1.1 section 3.2.2.3. */
export const connackCode = { version: 1, identifier: 2, unavailable: 3, credentials: 4, notAuthorized: 5 } as const

export type ConnectFault = { readonly code: Code; readonly returnCode: 1 | 2 | 4 | 5 }

const kidPattern = /^[0-9a-f]{16}$/

/** What a CONNECT may not be, before anybody looks at its password. */
export const connectFault = (
  packet: Pick<ConnectPacket, 'protocolVersion' | 'clientId' | 'username' | 'password' | 'will'>,
): ConnectFault | null => {
  // MQTT 3.1.1 is protocol level 4 [MQTT-3.1.2-2].
  if (packet.protocolVersion !== 4) return { code: 'mqtt/version', returnCode: connackCode.version }
  if (!kidPattern.test(packet.clientId) || packet.username !== packet.clientId) {
    return { code: 'mqtt/wrong-client-id', returnCode: connackCode.identifier }
  }
  if (!packet.password?.length) return { code: 'mqtt/no-password', returnCode: connackCode.credentials }
  // Why: a will is published by the broker later, in nobody's name, past every check of a publish.
  if (packet.will) return { code: 'mqtt/will-refused', returnCode: connackCode.notAuthorized }
  return null
}

/** What a device may not publish. MQTT 3.1.1 has no refusal but to end the connection [MQTT-3.3.5-2]. */
export const publishFault = (
  packet: Pick<PublishPacket, 'retain' | 'qos' | 'topic'>,
  net: number,
  kid: string,
): Code | null => {
  if (packet.retain) return 'mqtt/retain-refused'
  if (packet.qos === 2) return 'mqtt/qos-refused'
  return upTopicOf(packet.topic, net, kid) === null ? 'mqtt/topic-forbidden' : null
}

/** The interval that holds: what the client asked for, but never none and never more than the limit. */
export const keepaliveS = (asked: number | undefined, most: number): number => Math.min(asked || most, most)
