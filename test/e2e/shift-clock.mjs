/** Preloaded: a machine whose clock is wrong by SHIFT_MS. */
const shiftMs = Number(process.env.SHIFT_MS)
const RealDate = Date
const now = () => RealDate.now() + shiftMs

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [now()] : given))
  }

  static now() {
    return now()
  }
}
