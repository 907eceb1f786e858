/** The drivers of parts with several sensors. Why: the classes above them keep a timer running that nothing stops. */
declare module 'johnny-five/lib/sip.js' {
  type Driver = {
    on(event: 'data', listener: (data: { temperature: number; pressure: number; humidity?: number }) => void): unknown
  }
  const sip: {
    readonly Drivers: {
      get(board: unknown, name: 'BME280' | 'BMP280', options: { address: number }): Driver
      clear(): void
    }
  }
  export default sip
}
