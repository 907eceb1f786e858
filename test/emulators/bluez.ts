import { Message, MessageType, systemBus, Variant } from '@jellybrick/dbus-next'

export type PeripheralOptions = {
  readonly name: string
  readonly address: string
  /** Known to BlueZ from before; otherwise it is found on the air. */
  readonly known?: boolean
  /** False for a device without the Nordic UART Service. */
  readonly uart?: boolean
  /** What the board does with the bytes that it takes. */
  readonly onBytes?: (bytes: Buffer) => void
}
export type BluezOptions = {
  readonly adapter?: boolean
  /** The error that `Connect` gives. */
  readonly refusal?: string
  readonly peripherals: readonly PeripheralOptions[]
}
type Interfaces = Record<string, Record<string, Variant>>

const adapterPath = '/org/bluez/hci0'
const mtu = 53
const attBytes = 3
const take = '6e400002-b5a3-f393-e0a9-e50e24dcca9e'
const give = '6e400003-b5a3-f393-e0a9-e50e24dcca9e'
const text = (value: string): Variant => new Variant('s', value)
const yes = (value: boolean): Variant => new Variant('b', value)

/**
 * BlueZ as its documents have it (adapter-api, device-api, gatt-api), with peripherals on its air, on the bus that
 * DBUS_SYSTEM_BUS_ADDRESS names.
 */
export const startBluez = async ({ adapter = true, refusal, peripherals }: BluezOptions) => {
  const bus = systemBus()
  const objects = new Map<string, Interfaces>()
  /** Method calls, by their members. */
  const calls: string[] = []
  const signal = (path: string, face: string, member: string, signature: string, body: unknown[]): void =>
    bus.send(Message.newSignal(path, face, member, signature, body))
  const add = (path: string, interfaces: Interfaces): void => {
    objects.set(path, interfaces)
    signal('/', 'org.freedesktop.DBus.ObjectManager', 'InterfacesAdded', 'oa{sa{sv}}', [path, interfaces])
  }
  const change = (path: string, face: string, changed: Record<string, Variant>): void => {
    Object.assign(objects.get(path)?.[face] ?? {}, changed)
    signal(path, 'org.freedesktop.DBus.Properties', 'PropertiesChanged', 'sa{sv}as', [face, changed, []])
  }
  const boards = peripherals.map((options) => {
    const path = `${adapterPath}/dev_${options.address.replaceAll(':', '_')}`
    return { ...options, path, takePath: `${path}/service000b/char000c`, givePath: `${path}/service000b/char000e` }
  })
  type Board = (typeof boards)[number]
  const appear = ({ path, name, address }: Board): void =>
    add(path, { 'org.bluez.Device1': { Name: text(name), Alias: text(name), Address: text(address) } })
  const connect = ({ path, takePath, givePath, uart = true }: Board): void => {
    change(path, 'org.bluez.Device1', { Connected: yes(true) })
    for (const [at, uuid] of uart
      ? ([
          [takePath, take],
          [givePath, give],
        ] as const)
      : []) {
      add(at, { 'org.bluez.GattCharacteristic1': { UUID: text(uuid), MTU: new Variant('q', mtu) } })
    }
    change(path, 'org.bluez.Device1', { ServicesResolved: yes(true) })
  }
  const disconnect = ({ path, takePath, givePath }: Board): void => {
    for (const at of [takePath, givePath]) objects.delete(at)
    change(path, 'org.bluez.Device1', { Connected: yes(false), ServicesResolved: yes(false) })
  }
  const write = (board: Board, [bytes, options]: unknown[]): void => {
    const { value } = (options as Record<string, Variant>).type ?? {}
    if ((bytes as Buffer).length > mtu - attBytes || value !== 'request')
      throw new Error('org.bluez.Error.InvalidArguments')
    if (!objects.has(board.takePath)) throw new Error('org.bluez.Error.NotConnected')
    board.onBytes?.(Buffer.from(bytes as Buffer))
  }

  const methods: {
    readonly [member: string]: (message: Message, board: Board | undefined) => unknown
  } = {
    GetManagedObjects: () => ['a{oa{sa{sv}}}', [Object.fromEntries(objects)]],
    StartDiscovery: () => boards.filter(({ path }) => !objects.has(path)).forEach(appear),
    StopDiscovery: () => {},
    Connect: (_, board) => {
      if (refusal !== undefined) throw new Error(refusal)
      if (board !== undefined) connect(board)
    },
    Disconnect: (_, board) => board && disconnect(board),
    StartNotify: () => {},
    WriteValue: ({ body }, board) => board && write(board, body),
  }
  bus.addMethodHandler((message: Message) => {
    const method = methods[message.member]
    if (message.type !== MessageType.METHOD_CALL || method === undefined) return false
    calls.push(message.member)
    const board = boards.find(({ path }) => message.path === path || message.path.startsWith(`${path}/`))
    try {
      const reply = method(message, board)
      const [signature, body] = Array.isArray(reply) ? reply : ['', []]
      bus.send(Message.newMethodReturn(message, signature, body))
    } catch (error) {
      const name = error instanceof Error ? error.message : ''
      bus.send(Message.newError(message, name, name.slice(name.lastIndexOf('.') + 1)))
    }
    return true
  })
  if (adapter) objects.set(adapterPath, { 'org.bluez.Adapter1': { Powered: yes(true) } })
  for (const board of boards) if (board.known === true) appear(board)
  await bus.requestName('org.bluez')
  const named = (name: string): Board => {
    const board = boards.find((one) => one.name === name)
    if (board === undefined) throw new Error(name)
    return board
  }
  return {
    calls,
    /** The board says something, in notifications as long as the air allows. */
    notify: (name: string, bytes: Uint8Array): void => {
      for (let at = 0; at < bytes.length; at += mtu - attBytes) {
        const value = new Variant('ay', Buffer.from(bytes.subarray(at, at + mtu - attBytes)))
        change(named(name).givePath, 'org.bluez.GattCharacteristic1', { Value: value })
      }
    },
    /** The board goes out of reach. */
    lose: (name: string): void => disconnect(named(name)),
    close: (): void => bus.disconnect(),
  }
}
