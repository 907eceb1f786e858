import type { Console } from '../../bin/console/index.ts'
import { table } from '../../bin/console/index.ts'
import type { Board } from '../board.ts'
import type { Catalog, CatalogCode } from '../catalog.ts'
import { readCatalog, wiringsOf } from '../catalog.ts'
import type { Outcome } from '../outcome.ts'
import { done, fault } from '../outcome.ts'

export type HardwareOptions = { readonly hardware?: string; readonly json?: boolean }
type Filter = HardwareOptions & { readonly runtime?: string; readonly tested?: string; readonly app?: string }

/** A board of the catalog. Errors: those of reading it, hardware/board-unknown. */
export const findBoard = (
  id: string,
  { hardware }: HardwareOptions,
): Outcome<{ catalog: Catalog; board: Board }, CatalogCode | 'hardware/board-unknown'> => {
  const catalog = readCatalog(hardware)
  if (!catalog.ok) return catalog
  const board = catalog.value.boards.get(id)
  return board ? done({ catalog: catalog.value, board }) : fault('hardware/board-unknown', id)
}

const appsOf = (catalog: Catalog, board: Board): string[] => wiringsOf(catalog, board.id).map(({ app }) => app)

export const listBoards = (options: Filter, console: Console): void => {
  const catalog = readCatalog(options.hardware)
  if (!catalog.ok) {
    console.finish(catalog, () => [])
    return
  }
  const rows = [...catalog.value.boards.values()]
    .map((board) => ({ board, apps: appsOf(catalog.value, board) }))
    .filter(({ board }) => options.runtime === undefined || board.runtime === options.runtime)
    .filter(({ board }) => options.tested === undefined || board.tested === options.tested)
    .filter(({ apps }) => options.app === undefined || apps.includes(options.app))
    .map(({ board: { id, name, runtime, mcu, tested }, apps }) => ({ id, name, runtime, mcu: mcu.part, tested, apps }))
  console.finish(done({ boards: rows }), ({ boards }) =>
    boards.length === 0
      ? ['no board is like that: hexfix boards list']
      : table([
          ['board', 'name', 'runtime', 'chip', 'tested', 'carries'],
          ...boards.map(({ id, name, runtime, mcu, tested, apps }) => [
            id,
            name,
            runtime,
            mcu,
            tested,
            apps.join(', '),
          ]),
        ]),
  )
}

const facts = (board: Board): readonly (readonly [string, string])[] => {
  const { mcu, logic, power, flash, keys, usb } = board
  const rails = board.rails.map(({ volts, maxMa }) => `${volts} V${maxMa === undefined ? '' : ` up to ${maxMa} mA`}`)
  const buses = [
    ...board.buses.i2c.map(({ id, sda, scl }) => `${id} (SDA ${sda}, SCL ${scl})`),
    ...board.buses.uart.map(({ id, tx, rx }) => `${id} (TX ${tx}, RX ${rx})`),
    ...board.buses.spi.map(({ id, sck, miso, mosi }) => `${id} (SCK ${sck}, MISO ${miso}, MOSI ${mosi})`),
  ]
  return [
    ['board', `${board.name}, ${board.vendor}`],
    ['runtime', board.runtime],
    ['chip', `${mcu.part}, ${mcu.clockHz / 1e6} MHz, ${Math.round(mcu.ramBytes / 1024)} KiB RAM`],
    ['budget', `${board.build.budgetBytes} B for an application`],
    ['logic', `${logic.volts} V; a pin bears ${logic.maxVolts} V`],
    ['rails', rails.join('; ')],
    ['energy', `${power.activeMa} mA at work${power.sleepUa === undefined ? '' : `, ${power.sleepUa} uA asleep`}`],
    ['supply', `${power.supplyVolts} V, ${power.supplyMaxMa} mA`],
    [
      'usb',
      usb.map(({ vid, pid, generic }) => `${vid}:${pid}${generic === true ? ' (any board)' : ''}`).join(', ') || 'none',
    ],
    ['flash', `${flash.protocol}, verified by ${flash.verify}; by hand: ${flash.manualBoot}`],
    ['keys', `${keys.stores.join(', ')}; native signer: ${keys.nativeSigner ? 'possible' : 'no'}`],
    ['buses', buses.join('; ')],
    ...(board.espruino?.wifi === true ? ([['wifi', 'in its firmware: builds with "link": "wifi"']] as const) : []),
    ['tested', board.tested],
  ]
}

export const showBoard = (id: string, options: HardwareOptions, console: Console): void => {
  const found = findBoard(id, options)
  if (!found.ok) {
    console.finish(found, () => [])
    return
  }
  const { catalog, board } = found.value
  const apps = appsOf(catalog, board)
  console.finish(done({ board, apps }), () => [
    ...table(facts(board)),
    ...(apps.length === 0 ? [] : [`carries  ${apps.join(', ')}: hexfix boards draw ${id} --app ${apps[0]}`]),
    '',
    ...table([
      ['pin', 'no.', 'volts', 'can'],
      ...board.pins.map(({ id: pin, header, volts, caps }) => [
        pin,
        String(header ?? ''),
        String(volts),
        caps.join(', '),
      ]),
    ]),
    '',
    ...(board.notes ?? []),
    'sources:',
    ...board.sources.map(({ url, for: fields, read }) => `  ${fields.join(', ')}${read ? '' : ' (not read)'}: ${url}`),
  ])
}
